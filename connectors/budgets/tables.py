"""The canonical budget tables: versions and their lines, forecasts, change requests."""

from __future__ import annotations

from connectors.tabular.tables import Column, Table, choice, date, money, period, text

BUDGET_VERSIONS = Table(
    source="budgets",
    name="budget_versions",
    columns=(
        text("project", required=True),
        Column("version_no", "integer", required=True),
        choice("version_type", "original", "revised", "otb", required=True),
        date("approved_on", required=True),
        text("change_request"),
        money("management_reserve"),
        money("contingency"),
        money("funding_approved"),
    ),
    key=("project", "version_no"),
)

BUDGET_LINES = Table(
    source="budgets",
    name="budget_lines",
    columns=(
        text("project", required=True),
        Column("version_no", "integer", required=True),
        text("cost_category", required=True),
        period("period", required=True),
        money("amount", required=True),
        text("currency", required=True),
        text("wbs"),
        choice("capex_opex", "capex", "opex"),
    ),
    replaces="period",
    scope=("project", "version_no"),
    measure="amount",
    unit="currency",
)

FORECAST_LINES = Table(
    source="budgets",
    name="forecast_lines",
    columns=(
        text("project", required=True),
        period("cutoff_period", required=True),
        text("cost_category", required=True),
        period("period", required=True),
        money("amount", required=True),
        text("currency", required=True),
        choice("basis", "to_complete", "at_completion", required=True),
        choice("scenario", "pm", "statistical", "finance", default="pm"),
        text("wbs"),
    ),
    replaces="period",
    scope=("project", "cutoff_period", "scenario"),
    measure="amount",
    unit="currency",
)

CHANGE_REQUESTS = Table(
    source="budgets",
    name="change_requests",
    columns=(
        text("project", required=True),
        text("change_request", required=True),
        date("submitted_on", required=True),
        date("decided_on"),
        choice("decision", "approved", "rejected", "deferred"),
        money("cost_delta"),
        Column("days_delta", "number"),
        text("currency"),
    ),
    key=("project", "change_request"),
    measure="cost_delta",
    unit="currency",
)

TABLES = (BUDGET_VERSIONS, BUDGET_LINES, FORECAST_LINES, CHANGE_REQUESTS)
