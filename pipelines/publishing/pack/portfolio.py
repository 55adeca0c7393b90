"""The status of every project, the rule behind it, and what changed since the publication before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from pipelines.publishing.pack.reading import Reader
from pipelines.publishing.pack.tables import Column, Kind, Row, Table
from pipelines.publishing.pack.words import STATUS_OF_NUMBER, measured, spoken

DIMENSIONS: Final = ("cost", "schedule", "scope", "risk", "benefit", "data")
_STATUS, _RULE, _TREND = "mart_project_status", "fct_project_status_rule", "mart_kpi_trend"
_STATUS_SQL: Final = """
    select * from marts.mart_project_status
    where list_contains($projects::varchar[], project_code)
    order by array_position(['red', 'amber', 'unknown', 'green'], status), project_code
"""
_RULE_SQL: Final = """
    select * from marts.fct_project_status_rule
    where list_contains($projects::varchar[], project_code)
    order by project_code, array_position(['red', 'amber', 'not_run', 'green'], outcome),
        array_position(['cost', 'schedule', 'scope', 'risk', 'benefit', 'data'], dimension), rule
"""
_TREND_SQL: Final = """
    select project_code, project_name, mart, indicator, fx_basis, "value", value_null_reason, previous_as_of,
        previous_value, change, change_null_reason
    from marts.mart_kpi_trend
    where is_this_release and "view" = 'as_reported' and list_contains($projects::varchar[], project_code)
    order by project_code, mart, indicator
"""
_FOLLOWED: Final[tuple[tuple[str, str, str, Kind, str], ...]] = (
    ("mart_budget_position", "consumed", "booked", "amount", "Consumed"),
    ("mart_budget_position", "committed_total", "booked", "amount", "Committed"),
    ("mart_budget_position", "eac", "booked", "amount", "Forecast at completion"),
    ("mart_budget_position", "available", "booked", "amount", "Available"),
    ("mart_evm_period", "cpi", "budget", "ratio", "CPI"),
    ("mart_evm_period", "spi_t", "budget", "ratio", "SPI(t)"),
)
"""What a change is shown of: mart, indicator, currency basis, unit, label."""


def status(reader: Reader) -> Table:
    """A row per project, worst first, with the rule that decided and the status of the publication before."""
    before = {row["project_code"]: row for row in _trend(reader) if row["indicator"] == "status"}
    rows = [
        row | _deciding(row) | _before(before.get(row["project_code"]), str(row["status"]))
        for row in reader.rows(_STATUS_SQL)
    ]
    columns = (
        Column("project_code", "Project", "code", _STATUS),
        Column("project_name", "Name", "text", _STATUS),
        Column("programme", "Programme", "text", _STATUS),
        Column("status", "Status", "status", _STATUS),
        Column("since", "Since last time", "text", _TREND, of="change", reason="since_null_reason"),
        *(Column(f"{name}_status", name.capitalize(), "status", _STATUS) for name in DIMENSIONS),
        Column(
            "decided_by", "Decided by", "text", _STATUS, of="deciding_rule", reason="decided_by_null_reason"
        ),
        Column("status_caveat", "To be known", "text", _STATUS, is_wide=True),
        Column("declared_status", "Declared", "text", _STATUS, is_wide=True),
    )
    return Table("status", "Status by project", columns, rows, "The release has no project in this scope.")


def _deciding(row: Row) -> Row:
    """The rule that fired, as a sentence; none when everything is green or nothing could run."""
    rule, caveat = row["deciding_rule"], f"; data: {row['status_caveat']}" if row["status_caveat"] else ""
    if rule is None:
        reason = "every rule is green" if row["status"] == "green" else "no rule could run"
        return {"decided_by": None, "decided_by_null_reason": reason + caveat}
    limit, found = (measured(rule, row[name]) for name in ("deciding_threshold", "deciding_measure"))
    return {"decided_by": f"{spoken(rule)}: {found} ({row['status']} from {limit}){caveat}"}


def _before(trend: Row | None, now: str) -> Row:
    if trend is None or trend["previous_value"] is None:
        return {"since": None, "since_null_reason": (trend or {}).get("change_null_reason") or "first_report"}
    was = STATUS_OF_NUMBER.get(int(trend["previous_value"]), "unknown")
    since = (
        f"unchanged since {trend['previous_as_of']}"
        if was == now
        else f"was {was} on {trend['previous_as_of']}"
    )
    return {"since": since, "was": was, "has_changed": was != now, "previous_as_of": trend["previous_as_of"]}


def rules(reader: Reader) -> Table:
    """A row per project and rule, those that fired first."""
    rows = [
        row
        | {
            "rule_name": spoken(row["rule"]),
            "measured": None if row["measure"] is None else measured(row["rule"], row["measure"]),
            "amber": measured(row["rule"], row["amber_from"]),
            "red": measured(row["rule"], row["red_from"]),
        }
        for row in reader.rows(_RULE_SQL)
    ]
    columns = (
        Column("project_code", "Project", "code", _RULE),
        Column("rule_name", "Rule", "text", _RULE, of="rule"),
        Column("dimension", "About", "text", _RULE),
        Column("outcome", "Outcome", "status", _RULE),
        Column("measured", "Measured", "text", _RULE, of="measure"),
        Column("measure", "Measured, as a number", "ratio", _RULE, is_wide=True),
        Column("amber", "Amber from", "text", _RULE, of="amber_from"),
        Column("red", "Red from", "text", _RULE, of="red_from"),
        Column("amber_from", "Amber from, as a number", "ratio", _RULE, is_wide=True),
        Column("red_from", "Red from, as a number", "ratio", _RULE, is_wide=True),
        Column("evidence_table", "Proved by", "text", _RULE),
    )
    return Table("rules", "Rules of the status", columns, rows, "No rule has run.")


def changes(reader: Reader) -> Table:
    """A row per project with the change of its main figures since the publication before."""
    wanted = {(mart, name, basis) for mart, name, basis, _, _ in _FOLLOWED}
    found: dict[str, Row] = defaultdict(dict)
    for row in _trend(reader):
        if (row["mart"], row["indicator"], row["fx_basis"]) in wanted:
            found[row["project_code"]] |= {
                "project_code": row["project_code"],
                "project_name": row["project_name"],
                "previous_as_of": row["previous_as_of"],
                f"{row['indicator']}_change": row["change"],
                f"{row['indicator']}_change_reason": row["change_null_reason"],
            }
    columns = (
        Column("project_code", "Project", "code", _TREND),
        Column("previous_as_of", "Published before", "date", _TREND),
        *(
            Column(
                f"{name}_change", label, kind, mart, of=name, reason=f"{name}_change_reason", is_signed=True
            )
            for mart, name, _, kind, label in _FOLLOWED
        ),
    )
    rows = [row for row in found.values() if _has_any(row)]
    empty = "This is the first publication: there is nothing to compare it with."
    return Table("changes", "Change of the figures since last time", columns, rows, empty)


def _has_any(row: Row) -> bool:
    return any(isinstance(value, Decimal) for value in row.values())


def _trend(reader: Reader) -> Sequence[Row]:
    return reader.rows(_TREND_SQL)
