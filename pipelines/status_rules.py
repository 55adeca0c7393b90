"""The rules by which the product gives every project the same status, and from which values on they are amber or red.

Here: names, directions and defaults. pmo.yaml may set other values (`status: {thresholds: ...}`); what a rule measures
is dbt's `fct_project_status_rule`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class StatusRule:
    """A measure with two thresholds; `worse` says on which side of them it gets worse. None: never that colour."""

    name: str
    dimension: Literal["cost", "schedule", "scope", "risk", "benefit", "data"]
    worse: Literal["higher", "lower"]
    amber: Decimal | None
    red: Decimal | None


def _rule(
    name: str,
    dimension: Literal["cost", "schedule", "scope", "risk", "benefit", "data"],
    worse: Literal["higher", "lower"],
    amber: str | None,
    red: str | None,
) -> StatusRule:
    return StatusRule(
        name,
        dimension,
        worse,
        None if amber is None else Decimal(amber),
        None if red is None else Decimal(red),
    )


MILESTONE_SLIP = "milestone_slip"
"""Its thresholds are `milestone_amber_days` and `milestone_red_days`, as in mart_schedule_milestones."""
STATUS_RULES = (
    _rule("cost_overrun", "cost", "higher", "0.05", "0.10"),
    _rule("budget_committed", "cost", "higher", "1.01", "1.05"),
    _rule("cost_efficiency", "cost", "lower", "0.95", "0.90"),
    _rule("schedule_pace", "schedule", "lower", "0.95", "0.90"),
    _rule(MILESTONE_SLIP, "schedule", "higher", "1", "15"),
    _rule("dependency_float", "schedule", "lower", "5", "-1"),
    _rule("scope_growth", "scope", "higher", "0.10", "0.20"),
    _rule("scope_decision_age", "scope", "higher", "30", "60"),
    _rule("risk_exposure", "risk", "higher", "0.80", "1.00"),
    _rule("gates_overdue", "risk", "higher", "1", "3"),
    _rule("benefit_realisation", "benefit", "lower", "0.90", "0.75"),
    _rule("benefit_value", "benefit", "lower", None, "-0.01"),
    _rule("report_age", "data", "higher", "35", "70"),
    _rule("rows_to_mend", "data", "higher", "1", None),
    _rule("stale_sources", "data", "higher", None, "1"),
)
