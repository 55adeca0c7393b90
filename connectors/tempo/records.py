"""Worklogs and approvals as rows of `timesheet_entries`: hours exact, the local day, the status of the period.

Here: reading fields. A field that can't be read is a fault of its row. Which project an issue belongs to is known to
landing, and given.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from connectors.tabular.cells import Bad, parse_date, parse_timestamp
from connectors.tabular.extract import CellFault, TableExtract
from connectors.tabular.tables import Table
from connectors.tempo.client import Record
from connectors.tempo.reading import Approval, cell_of

ProjectOf = Callable[[int], str | None]

STATUSES: Final[Mapping[str, str]] = {
    "APPROVED": "approved",
    "IN_REVIEW": "submitted",
    "WAITING_FOR_APPROVAL": "submitted",
    "OPEN": "draft",
    "REJECTED": "rejected",
}
_HOUR = Decimal(3600)
_TEN_DECIMALS = Decimal("1e-10")


def hours_of(seconds: int) -> Decimal:
    """Hours to ten decimals, half away from zero."""
    return (Decimal(seconds) / _HOUR).quantize(_TEN_DECIMALS, ROUND_HALF_UP)


def project_of_issue(issue: int, project_of: ProjectOf) -> str:
    """The project of an issue; `issue 10021` of one that is not landed, so that it is on the list of unmapped codes."""
    return project_of(issue) or f"issue {issue}"


def entries(
    table: Table,
    worklogs: Sequence[Record],
    approvals: Sequence[Approval],
    *,
    project_of: ProjectOf,
    id_prefix: str = "",
) -> TableExtract:
    """One row a worklog, in the order of their ids.

    Args:
        table: `timesheet_entries`.
        project_of: the project key of an issue id; None where the issue is not known.
        id_prefix: stands before each id, where several accounts would have the same ids.
    """
    ordered = sorted(worklogs, key=_order)
    statuses = _Statuses(approvals)
    faults: list[CellFault] = []
    rows = [_Row(number, record, faults) for number, record in enumerate(ordered)]
    values = [_values(row, statuses, project_of, id_prefix) for row in rows]
    return TableExtract(
        table=table,
        columns={column.name: [each.get(column.name) for each in values] for column in table.columns},
        sheets=[None] * len(rows),
        places=[row.place for row in rows],
        contents=ordered,
        attributes=[_attributes(record) for record in ordered],
        faults=faults,
    )


class _Row:
    """One worklog while it is read."""

    def __init__(self, number: int, record: Record, faults: list[CellFault]) -> None:
        self.record = record
        identity = record.get("tempoWorklogId")
        self.place = (
            f"worklog {identity}" if identity is not None else f"worklog without id, number {number + 1}"
        )
        self._number = number
        self._faults = faults

    def fault(self, column: str, rule: str, content: object, message: str) -> None:
        """Sets the row aside."""
        self._faults.append(CellFault(self._number, column, self.place, rule, str(content), message))

    def whole(self, column: str, name: str, value: object) -> int | None:
        """A whole number, or None where nothing stands."""
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.fault(
            column,
            "not_a_number",
            value,
            f"{name} is {value!r}, which is no whole number: correct it in Tempo.",
        )
        return None

    def parsed(self, column: str, name: str, parse: Callable[[str], Any]) -> Any:
        """A field as a day or a moment, or None where nothing stands."""
        value = parse(cell_of(self.record.get(name)))
        if not isinstance(value, Bad):
            return value
        self.fault(column, value.rule, self.record.get(name), f"{name}: {value.message}")
        return None

    def inner(self, name: str, field: str) -> Any:
        """A field of an object within the record."""
        part = self.record.get(name)
        return part.get(field) if isinstance(part, dict) else None


def _values(row: _Row, statuses: _Statuses, project_of: ProjectOf, id_prefix: str) -> dict[str, Any]:
    seconds = row.whole("hours", "timeSpentSeconds", row.record.get("timeSpentSeconds"))
    billable = row.whole("billable", "billableSeconds", row.record.get("billableSeconds"))
    issue = row.whole("task", "issue.id", row.inner("issue", "id"))
    identity = row.whole("entry_id", "tempoWorklogId", row.record.get("tempoWorklogId"))
    person = _text(row.inner("author", "accountId"))
    day = row.parsed("work_date", "startDate", parse_date)
    return {
        "person": person,
        "project": None if issue is None else project_of_issue(issue, project_of),
        "work_date": day,
        "hours": None if seconds is None else hours_of(seconds),
        "entry_id": None if identity is None else f"{id_prefix}{identity}",
        "task": None if issue is None else str(issue),
        "status": _status(row, statuses.of(person, day)),
        "billable": None if billable is None else billable > 0,
        "comment": _text(row.record.get("description")),
        "updated_at": row.parsed("updated_at", "updatedAt", parse_timestamp),
    }


def _status(row: _Row, key: str | None) -> str | None:
    if key is None:
        return "unknown"
    if key not in STATUSES:
        message = f"the timesheet's status is {key!r}, which is none of {', '.join(STATUSES)}: report it."
        row.fault("status", "not_one_of", key, message)
    return STATUSES.get(key)


class _Statuses:
    """Tempo's word on each person's timesheets, by day."""

    def __init__(self, approvals: Sequence[Approval]) -> None:
        self._of: dict[str, list[Approval]] = {}
        for approval in sorted(approvals, key=lambda each: each.span.first):
            self._of.setdefault(approval.person, []).append(approval)
        self._firsts = {person: [each.span.first for each in found] for person, found in self._of.items()}

    def of(self, person: str | None, day: date | None) -> str | None:
        """The word of the period that holds the day; of several the one that began last; None without one."""
        if person is None or day is None or person not in self._of:
            return None
        begun = self._of[person][: bisect_right(self._firsts[person], day)]
        return next((each.status for each in reversed(begun) if day <= each.span.last), None)


def _order(record: Record) -> tuple[bool, int, str]:
    identity = record.get("tempoWorklogId")
    is_number = isinstance(identity, int)
    return (not is_number, identity if isinstance(identity, int) else 0, str(identity))


def _text(value: object) -> str | None:
    return str(value).strip() or None if value is not None else None


def _attributes(record: Record) -> str:
    """What the table has no column for: above all of how many seconds the customer pays."""
    kept: dict[str, Any] = {
        "billable_seconds": record.get("billableSeconds"),
        "start_time": record.get("startTime"),
        "created_at": record.get("createdAt"),
    }
    own = record.get("attributes")
    for each in own.get("values") or () if isinstance(own, dict) else ():
        if isinstance(each, dict) and "key" in each:
            kept[str(each["key"])] = each.get("value")
    return json.dumps({name: value for name, value in kept.items() if value is not None}, ensure_ascii=False)
