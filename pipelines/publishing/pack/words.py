"""Values as a reader sees them on the page: thousands separated, true minus signs, – for what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from pipelines.publishing.pack.tables import Column, Kind

ABSENT: Final = "–"
STATUSES: Final = ("red", "amber", "green", "unknown")
STATUS_OF_NUMBER: Final = {1: "green", 2: "amber", 3: "red"}
"""As `mart_kpi_trend` writes the indicator `status`."""
RULE_KINDS: Final[Mapping[str, Kind]] = {
    "cost_overrun": "percent",
    "budget_committed": "percent",
    "cost_efficiency": "ratio",
    "schedule_pace": "ratio",
    "milestone_slip": "days",
    "dependency_float": "days",
    "scope_growth": "percent",
    "scope_decision_age": "days",
    "risk_exposure": "percent",
    "gates_overdue": "number",
    "benefit_realisation": "percent",
    "benefit_value": "amount",
    "report_age": "days",
    "rows_to_mend": "number",
    "stale_sources": "number",
}
"""The unit in which each rule of the status measures."""
_DIGITS: Final[Mapping[Kind, int]] = {
    "amount": 0,
    "ratio": 2,
    "percent": 1,
    "number": 0,
    "hours": 0,
    "days": 0,
}


def shown(value: Any, kind: Kind, *, is_signed: bool = False) -> str:
    """The value as text; None is –. Amounts are rounded to whole units, half away from zero, unless less than one."""
    if value is None:
        return ABSENT
    if kind == "flag":
        return "yes" if value else "no"
    if kind in _DIGITS:
        return _number(Decimal(value), kind, is_signed=is_signed)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def cell(row: Mapping[str, Any], column: Column) -> str:
    """The value of a row in a column, as text."""
    return shown(row.get(column.name), column.kind, is_signed=column.is_signed)


def why_absent(row: Mapping[str, Any], column: Column) -> str:
    """The reason of an absent value in words; empty where the value is there or nobody gave a reason."""
    if row.get(column.name) is not None:
        return ""
    return spoken(str(row.get(column.reason_name) or ""))


def spoken(name: str) -> str:
    """`no_baseline` as `no baseline`."""
    return name.replace("_", " ")


def measured(rule: str, value: Any) -> str:
    """What a rule of the status measured, with its unit."""
    kind = RULE_KINDS.get(rule, "ratio")
    text = shown(value, kind)
    if kind == "days" and value is not None:
        return f"{text} day" if abs(value) == 1 else f"{text} days"
    return text


def _number(value: Decimal, kind: Kind, *, is_signed: bool) -> str:
    scaled = value * 100 if kind == "percent" else value
    digits = 2 if kind == "amount" and 0 < abs(value) < 1 else _DIGITS[kind]
    rounded = scaled.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{digits}f}" + (" %" if kind == "percent" else "")
    if rounded < 0:
        return f"−{text}"
    return f"+{text}" if is_signed and rounded > 0 else text
