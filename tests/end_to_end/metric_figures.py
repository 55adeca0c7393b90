"""What every metric of semantic/ has to be: an aggregate over the rows of a mart, written in plain SQL.

Nothing here reads semantic/. `over` is the figure of several rows; `own` the column in which the mart itself has it
at its own grain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric: the SQL of it over rows of the mart, and the mart's own column where it has one."""

    over: str
    own: str | None = None


@dataclass(frozen=True, slots=True)
class Mart:
    """Rows of a mart, the names by which metrics of them are grouped, and the metrics.

    `own_grain` maps group-by items to columns, down to single rows. `last` is the SQL that is true of the rows of
    the last period, where figures do not add up over periods; `metric_time` then has every period.
    """

    rows: str
    own_grain: Mapping[str, str]
    figures: Mapping[str, Figure]
    last: str | None = None


def known(column: str) -> Figure:
    """A sum that is unknown as soon as one part of it is."""
    return Figure(f"case when count(*) = count({column}) then sum({column}) end", column)


def summed(column: str) -> Figure:
    return Figure(f"sum({column})", column)


def single(column: str) -> Figure:
    """A figure of one row, and none of several."""
    return Figure(f"case when count(*) = 1 then max({column}) end", column)


def ratio(above: str, below: str, *, of: str = "true", own: str | None = None, guard: str = "true") -> Figure:
    """Sum over sum, over the rows where `of` holds."""
    sums = f"sum({above}) filter (where {of}) / nullif(sum({below}) filter (where {of}), 0)"
    return Figure(f"case when {guard} then {sums} end", own)


def left(above: str, below: str, *, of: str, own: str) -> Figure:
    """Sum over sum while both are above 0."""
    sums = f"sum({above}) filter (where {of}) > 0 and sum({below}) filter (where {of}) > 0"
    return ratio(above, below, of=of, own=own, guard=sums)


def lacking(column: str, what: str = "project_code") -> Figure:
    return Figure(f"count(distinct {what}) filter (where {column} is null)")


PROJECT = {"project": "project_code"}
TIME = {"metric_time": "period_end_on"}
AMOUNTS = (
    "baseline_original",
    "baseline_revised",
    "consumed",
    "consumed_posted",
    "consumed_accrued",
    "committed_open",
    "committed_total",
    "pre_committed",
    "available",
    "etc",
    "eac",
    "to_commit",
    "vac",
    "fx_effect",
)
UNITS = "count(distinct estimate_unit) filter (where velocity is not null) = 1"


def marts(view: str = "as_reported", fx_basis: str = "booked") -> dict[str, Mart]:
    """Every mart that metrics are of, for one view and one currency basis."""
    chosen = f"\"view\" = '{view}'"
    return {
        "budget_position": Mart(
            f"marts.mart_budget_position where {chosen} and fx_basis = '{fx_basis}'",
            PROJECT | {"budget_position__cost_category": "cost_category"} | TIME,
            {name: known(name) for name in AMOUNTS}
            | {
                "budget_consumption_rate": ratio(
                    "consumed", "baseline_revised", of="consumed is not null and baseline_revised is not null"
                ),
                "commitment_rate": ratio(
                    "committed_total",
                    "baseline_revised",
                    of="committed_total is not null and baseline_revised is not null",
                ),
                "capex_share": ratio("consumed_capex", "consumed", of="consumed_capex is not null"),
                "projects_without_baseline": lacking("baseline_revised"),
                "projects_without_forecast": lacking("etc"),
            },
            last="period_end_on = max(period_end_on) over ()",
        ),
        "earned_value": Mart(
            f"marts.mart_evm_period where {chosen}",
            PROJECT | TIME,
            {name: known(name) for name in ("pv", "ev", "ac", "bac", "cv", "sv")}
            | {
                "cpi": ratio("ev", "ac", of="ev is not null and ac <> 0", own="cpi"),
                "spi": ratio("ev", "pv", of="spi is not null", own="spi"),
                "tcpi_bac": left("bac - ev", "bac - ac", of="bac - ev - ac is not null", own="tcpi_bac"),
                "tcpi_eac": left(
                    "bac - ev", "eac_pm - ac", of="bac - ev - eac_pm - ac is not null", own="tcpi_eac"
                ),
                "spi_t": single("spi_t"),
                "ieac_t": single("ieac_t"),
                "projects_without_cpi": lacking("cpi"),
                "projects_without_spi": lacking("spi"),
            },
            last="period_end_on = max(period_end_on) over ()",
        ),
        "milestones": Mart(
            "marts.mart_schedule_milestones where is_current",
            PROJECT | {"milestone__milestone_name": "milestone_name"},
            {
                "milestone_slip_days_avg": Figure("avg(slip_days)", "slip_days"),
                "milestone_hit_rate": ratio(
                    "cast(is_reached_on_time as integer)", "cast(is_due as integer)", of="is_due"
                ),
                "overdue_milestones": Figure("count_if(is_overdue)", "cast(is_overdue as integer)"),
            },
        ),
        "dependencies": Mart(
            "marts.mart_dependencies where is_current",
            {"project": "to_project_code"},
            {"dependency_breaches": Figure("count_if(breach)")},
        ),
        "risk_exposure": Mart(
            "marts.mart_risk_exposure where is_current",
            PROJECT | {"risk_exposure__category": "category"},
            {"emv_residual": known("emv_residual"), "open_risks": summed("open_count")},
        ),
        "project_risk": Mart(
            "(select distinct project_code, project_contingency, project_emv_residual, contingency_cover"
            " from marts.mart_risk_exposure where is_current)",
            PROJECT,
            {
                "contingency_cover": ratio(
                    "project_contingency",
                    "project_emv_residual",
                    of="contingency_cover is not null",
                    own="contingency_cover",
                ),
                "projects_without_contingency_cover": lacking("contingency_cover"),
            },
        ),
        "capacity": Mart(
            "marts.mart_capacity_skill",
            {f"capacity_row__{name}": name for name in ("skill", "role", "team")} | TIME,
            {
                "capacity_hours": known("supply"),
                "booked_hours": Figure(
                    "case when count_if(booked is null and booked_null_reason <> 'in_future') = 0"
                    " then sum(booked) end",
                    "booked",
                ),
                "capacity_gap": known("gap"),
                "utilisation": ratio("booked", "supply", of="booked is not null", own="utilisation"),
            },
        ),
        "prioritisation": Mart(
            "marts.mart_portfolio_prioritisation",
            PROJECT | {"prioritisation__scoring_version": "scoring_version"},
            {
                "alignment_score": single("alignment"),
                "adjust_halt_candidates": Figure(
                    "case when count(distinct scoring_version) = 1 then count_if(is_adjust_halt_candidate) end"
                ),
            },
        ),
        "benefits": Mart(
            "marts.mart_benefits_roi",
            PROJECT | {"benefit_period__benefit": "benefit"} | TIME,
            {
                "benefits_planned": known("planned"),
                "benefits_realised": Figure(
                    "case when count_if(realised is null and realised_null_reason <> 'in_future') = 0"
                    " then sum(realised) end",
                    "realised",
                ),
            },
        ),
        "benefits_to_date": Mart(
            "marts.mart_benefits_roi where is_due",
            PROJECT | {"benefit_to_date__benefit": "benefit"} | TIME,
            {
                "benefit_realisation": ratio(
                    "realised_to_date",
                    "planned_to_date",
                    of="realised_to_date is not null and planned_to_date is not null",
                    own="realisation",
                ),
                "benefits_without_realisation": Figure(
                    "count_if(realised_to_date is null or planned_to_date is null)"
                ),
            },
            last="period_end_on = max(period_end_on) over (partition by project_code, benefit)",
        ),
        "project_value": Mart(
            "(select distinct project_code, project_benefits, project_eac, roi, npv, npv_fiscal_year"
            " from marts.mart_benefits_roi)",
            PROJECT,
            {
                "roi": ratio(
                    "project_benefits - project_eac", "project_eac", of="roi is not null", own="roi"
                ),
                "npv": Figure(
                    "case when count(*) = count(npv) and count(distinct npv_fiscal_year) = 1 then sum(npv) end",
                    "npv",
                ),
                "projects_without_roi": lacking("roi"),
            },
        ),
        "survey_answers": Mart(
            "(select * from marts.mart_adoption_satisfaction where n > 0)",
            PROJECT | TIME,
            {
                "nps": ratio("nps * nps_n", "nps_n", of="nps is not null", own="nps"),
                "csat": ratio("csat * csat_n", "csat_n", of="csat is not null", own="csat"),
                "nps_answers": summed("nps_n"),
                "csat_answers": summed("csat_n"),
            },
        ),
        "adoption": Mart(
            "marts.mart_adoption_satisfaction where adoption is not null",
            PROJECT | TIME,
            {"adoption_rate": ratio("active_users", "target_users", own="adoption")},
            last="period_end_on = max(period_end_on) over (partition by project_code)",
        ),
        "flow": Mart(
            "marts.mart_flow_metrics",
            PROJECT | {"flow_row__team": "team"} | TIME,
            {
                "throughput": summed("throughput"),
                "cycle_time_p50": single("cycle_time_p50_days"),
                "cycle_time_p85": single("cycle_time_p85_days"),
                "flow_efficiency": ratio("active_days", "elapsed_days", own="flow_efficiency"),
            },
        ),
        "work_in_progress": Mart(
            "marts.mart_flow_metrics",
            PROJECT | {"flow_row__team": "team"} | TIME,
            {"wip": summed("wip")},
            last="period_end_on = max(period_end_on) over ()",
        ),
        "sprints": Mart(
            "marts.mart_sprint_delivery",
            PROJECT | {"sprint__sprint_name": "sprint_name"} | TIME,
            {
                "velocity": Figure(f"case when {UNITS} then avg(velocity) end", "velocity"),
                "predictability": ratio(
                    "completed_initial",
                    "committed",
                    of="predictability is not null",
                    own="predictability",
                    guard=UNITS,
                ),
            },
        ),
        "dora": Mart(
            "marts.mart_dora",
            PROJECT | {"dora_row__service": "service"} | TIME,
            {
                "deployment_frequency": ratio("deployments", "days_counted", own="deployment_frequency"),
                "change_fail_rate": ratio("deployments_with_incident", "deployments", own="change_fail_rate"),
                "lead_time_for_changes": single("lead_time_for_changes"),
                "recovery_time": single("recovery_time"),
            },
        ),
        "reconciliation": Mart(
            f"marts.mart_reconciliation where kind = 'landing' or (kind = 'ledger' and {chosen})",
            {"reconciliation_row__kind": "kind", "reconciliation_row__unit": "unit"} | PROJECT | TIME,
            {"reconciliation_difference": Figure("sum(abs(difference))")},
        ),
        "loads": Mart(
            "marts.fct_load_control_total where is_current_load",
            {"load_row__source": "source", "load_row__object": "object", "load_row__unit": "unit"},
            {
                "quarantine_amount": Figure(
                    "case when count(distinct coalesce(unit, '')) filter (where quarantined_rows > 0) <= 1"
                    " then sum(quarantined_amount) end"
                ),
                "quarantined_rows": summed("quarantined_rows"),
            },
        ),
        "gates": Mart(
            "marts.mart_governance_compliance",
            PROJECT | {"gate_row__gate": "gate"},
            {"compliance_rate": ratio("satisfied", "required", own="compliance_rate")},
        ),
        "scope_changes": Mart(
            "marts.mart_scope_change",
            PROJECT | TIME,
            {"scope_change_cost": known("cost_delta"), "scope_change_days": summed("days_delta")},
        ),
    }
