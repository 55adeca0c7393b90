"""The reference tables that a PMO keeps itself: crosswalks, rates, calendar, categories, people."""

from __future__ import annotations

from connectors.tabular.tables import Column, Table, choice, date, money, period, text


def _reference(name: str, *columns: Column, key: tuple[str, ...], project: str | None = None) -> Table:
    return Table("reference", name, columns, key=key, replaces="file", project=project)


CROSSWALK = _reference(
    "crosswalk",
    text("source_system", required=True),
    text("source_id", required=True),
    text("project", required=True),
    date("valid_from"),
    date("valid_to"),
    text("approved_by"),
    key=("source_system", "source_id", "valid_from"),
)
PEOPLE_CROSSWALK = _reference(
    "people_crosswalk",
    text("source_system", required=True),
    text("source_id", required=True),
    text("person", required=True),
    date("valid_from"),
    date("valid_to"),
    key=("source_system", "source_id", "valid_from"),
)
RATE_CARDS = _reference(
    "rate_cards",
    money("rate", required=True),
    text("currency", required=True),
    date("valid_from", required=True),
    text("person"),
    text("role"),
    key=("person", "role", "valid_from"),
)
FX_RATES = _reference(
    "fx_rates",
    choice("rate_type", "budget", "spot", "average", "closing", required=True),
    text("from_currency", required=True),
    text("to_currency", required=True),
    Column("rate", "rate", required=True),
    date("valid_on"),
    period("period"),
    text("fiscal_year"),
    key=("rate_type", "from_currency", "to_currency", "valid_on", "period", "fiscal_year"),
)
FISCAL_CALENDAR = _reference(
    "fiscal_calendar",
    period("period", required=True),
    date("start_on", required=True),
    date("end_on", required=True),
    text("fiscal_year"),
    choice("status", "open", "soft_closed", "closed"),
    Column("closed_at", "timestamp"),
    key=("period",),
)
COST_CATEGORIES = _reference(
    "cost_categories",
    text("cost_category", required=True),
    text("parent"),
    choice(
        "nature",
        "labour_internal",
        "labour_external",
        "licence",
        "hardware",
        "service",
        "travel",
        "other",
    ),
    choice("capex_opex", "capex", "opex"),
    text("gl_from"),
    text("gl_to"),
    key=("cost_category",),
)
PEOPLE = _reference(
    "people",
    text("person", required=True),
    text("name"),
    text("role"),
    text("team"),
    text("country"),
    Column("fte", "number", whole=1),
    Column("contractor", "boolean"),
    key=("person",),
)
STATUS_MAP = _reference(
    "status_map",
    text("site", required=True),
    text("status", required=True),
    choice("stage", "waiting", "active", "done", required=True),
    key=("site", "status"),
)

TABLES = (
    CROSSWALK,
    PEOPLE_CROSSWALK,
    RATE_CARDS,
    FX_RATES,
    FISCAL_CALENDAR,
    COST_CATEGORIES,
    PEOPLE,
    STATUS_MAP,
)
