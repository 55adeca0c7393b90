"""Budget against committed, consumed and forecast: now, over time, by category; the movement; the reconciliation.

Figures are as reported, at booked rates, unless a column says otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from pipelines.publishing.pack.reading import UNMAPPED, Reader
from pipelines.publishing.pack.tables import Column, Row, Table, summed

MEASURES: Final = {
    "baseline_revised": "baseline_null_reason",
    "committed_total": "commitment_null_reason",
    "committed_open": "commitment_null_reason",
    "consumed": "consumed_null_reason",
    "eac": "etc_null_reason",
    "available": "available_null_reason",
    "vac": "vac_null_reason",
}
"""What is shown of a position, with the column of the reason why it may be null."""
LABELS: Final = {
    "baseline_revised": "Budget",
    "committed_total": "Committed",
    "committed_open": "Open commitments",
    "consumed": "Consumed",
    "eac": "Forecast at completion",
    "available": "Available",
    "vac": "Variance at completion",
}
_POSITION, _MOVEMENT, _RECONCILIATION = "mart_budget_position", "mart_budget_movement", "mart_reconciliation"
_SIGNED: Final = ("available", "vac")
_BOTH: Final = """
    coalesce(baseline_null_reason, commitment_null_reason) as available_null_reason,
    coalesce(baseline_null_reason, etc_null_reason) as vac_null_reason
"""
_ROWS: Final = """
    select *, {both} from marts.{mart}
    where "view" = 'as_reported' and fx_basis = 'booked'
        and (list_contains($projects::varchar[], project_code) or ($is_whole and project_code = 'unmapped'))
    order by project_code, period_end_on, cost_category
"""
_RECONCILED: Final = """
    select project_code, project_name, period, period_end_on, ledger_amount, reconciling_amount, mart_amount,
        difference, goods_received_amount, unposted_labour_amount, reconciling_reason, currency
    from marts.mart_reconciliation
    where kind = 'ledger' and "view" = 'as_reported'
        and (list_contains($projects::varchar[], project_code) or ($is_whole and project_code = 'unmapped'))
    order by project_code, period_end_on
"""


def positions(reader: Reader) -> list[Row]:
    """Every row of the position, as reported at booked rates, of the projects (and of `unmapped` in a whole pack)."""
    sql = _ROWS.format(mart=_POSITION, both=_BOTH)
    return reader.rows(sql, is_whole=reader.scope.is_whole)


def movements(reader: Reader) -> list[Row]:
    """The same of the movement."""
    sql = _ROWS.format(mart=_MOVEMENT, both=_BOTH)
    return reader.rows(sql, is_whole=reader.scope.is_whole)


def by_project(rows: Iterable[Row]) -> Table:
    """The newest position of each project, and the sum of the projects; money on no project stands below."""
    newest = [_of_group(group) for group in _grouped(_newest(rows), "project_code").values()]
    own = [row for row in newest if row["project_code"] != UNMAPPED]
    columns = (
        Column("project_code", "Project", "code", _POSITION),
        Column("project_name", "Name", "text", _POSITION),
        *_columns(_POSITION),
    )
    total = (
        summed(own, MEASURES) | {"project_code": "All", "project_name": "projects"} if len(own) > 1 else None
    )
    empty = "No budget and no ledger row has arrived for these projects."
    return Table("position", "Position by project", columns, newest, empty, total)


def together(table: Table) -> Row | None:
    """The position of all projects of `by_project` together; None where there is none."""
    own = [row for row in table.rows if row["project_code"] != UNMAPPED]
    return table.total or (own[0] if own else None)


def by_category(rows: Iterable[Row]) -> Table:
    """The newest position of each project by cost category."""
    newest = sorted(_newest(rows), key=lambda row: (row["project_code"], row["cost_category"]))
    columns = (
        Column("project_code", "Project", "code", _POSITION),
        Column("project_name", "Name", "text", _POSITION),
        Column("cost_category", "Category", "text", _POSITION),
        Column("period", "Period", "code", _POSITION, is_wide=True),
        *_columns(_POSITION),
    )
    empty = "No budget and no ledger row has arrived for this project."
    return Table("category", "Position by cost category", columns, newest, empty)


def over_time(rows: Iterable[Row], key: str = "over-time") -> Table:
    """The position at each period's end, summed over projects; a sum with an unknown part is unknown."""
    periods = _grouped((row for row in rows if row["project_code"] != UNMAPPED), "period")
    shown = [summed(group, MEASURES) | _period(group[0]) for group in periods.values()]
    shown.sort(key=lambda row: row["period_end_on"])
    columns = (Column("period", "Period", "code", _POSITION), *_columns(_POSITION))
    empty = "There is no budget and no ledger row to draw."
    return Table(key, "Position at the end of each period", columns, shown, empty)


def movement(rows: Iterable[Row]) -> Table:
    """What moved in each period, by project."""
    shown = []
    for group in _grouped(rows, "project_code").values():
        shown += [_of_group(each) | _period(each[0]) for each in _grouped(group, "period").values()]
    columns = (
        Column("project_code", "Project", "code", _MOVEMENT),
        Column("project_name", "Name", "text", _MOVEMENT),
        Column("period", "Period", "code", _MOVEMENT),
        *_columns(_MOVEMENT, is_signed=True),
    )
    return Table("movement", "Movement by period", columns, shown, "Nothing has moved.")


def reconciliation(reader: Reader) -> Table:
    """Ledger to mart by project and period; the last column is 0 or somebody has to look."""
    rows = reader.rows(_RECONCILED, is_whole=reader.scope.is_whole)
    columns = (
        Column("project_code", "Project", "code", _RECONCILIATION),
        Column("project_name", "Name", "text", _RECONCILIATION),
        Column("period", "Period", "code", _RECONCILIATION),
        Column("ledger_amount", "Ledger", "amount", _RECONCILIATION),
        Column("reconciling_amount", "Reconciling items", "amount", _RECONCILIATION),
        Column("mart_amount", "Posted in the mart", "amount", _RECONCILIATION),
        Column("difference", "Difference", "amount", _RECONCILIATION),
        Column("goods_received_amount", "Goods received not invoiced", "amount", _RECONCILIATION),
        Column("unposted_labour_amount", "Unposted labour", "amount", _RECONCILIATION),
        Column("reconciling_reason", "Why", "text", _RECONCILIATION),
    )
    note = "Ledger − reconciling items − posted in the mart = difference, which is 0."
    return Table(
        "reconciliation", "Ledger to mart", columns, rows, "The ledger has delivered nothing.", None, note
    )


def _columns(mart: str, *, is_signed: bool = False) -> tuple[Column, ...]:
    return tuple(
        Column(
            name, LABELS[name], "amount", mart, reason=reason,
            is_signed=is_signed or name in _SIGNED, is_wide=name == "committed_open",
        )
        for name, reason in MEASURES.items()
    )  # fmt: skip


def _of_group(group: list[Row]) -> Row:
    """Sums over categories. Within one project the reason needs no name."""
    total = summed(group, MEASURES)
    for name, reason in MEASURES.items():
        if total[name] is None:
            reasons = {str(row[reason]) for row in group if row[name] is None and row[reason]}
            total[reason] = ", ".join(sorted(reasons)) or None
    first = group[0]
    return total | {name: first[name] for name in ("project_code", "project_name", "currency")}


def _period(row: Row) -> Row:
    return {name: row[name] for name in ("period", "period_end_on", "is_partial_period")}


def _newest(rows: Iterable[Row]) -> list[Row]:
    """The rows of the newest period; the mart is dense up to the as-of date, so it is the same for all projects."""
    rows = list(rows)
    newest = max((row["period_end_on"] for row in rows), default=None)
    return [row for row in rows if row["period_end_on"] == newest]


def _grouped(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return dict(groups)
