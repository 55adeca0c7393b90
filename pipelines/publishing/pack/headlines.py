"""The pack in a few lines of plain text, for the text of a mail and the top of the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from pipelines.publishing.pack.money import together
from pipelines.publishing.pack.quality import Notice
from pipelines.publishing.pack.tables import Row, Table
from pipelines.publishing.pack.words import STATUSES, shown

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def headlines(
    *, facts: Row, status: Table, position: Table, milestones: Table, dependencies: Table, decisions: Table,
    capacity: Table, notices: Sequence[Notice],
) -> tuple[str, ...]:  # fmt: skip
    """One line each: status, what changed, money, milestones, dependencies, decisions, capacity, state of the data."""
    lines = [
        *_status(status),
        *_money(position, str(facts["currency"])),
        *_milestones(milestones),
        *_dependencies(dependencies),
        *_decisions(decisions),
        *_capacity(capacity),
        *(notice.text for notice in notices),
    ]
    return tuple(_CONTROL.sub(" ", line) for line in lines)


def _status(table: Table) -> Iterator[str]:
    counts = Counter(row["status"] for row in table.rows)
    said = ", ".join(f"{counts[name]} {name}" for name in STATUSES if counts[name])
    yield f"{_number(len(table.rows), 'project')}: {said or 'no status'}."
    changed = [
        f"{row['project_code']} {row['was']} → {row['status']}"
        for row in table.rows
        if row.get("has_changed")
    ]
    if changed:
        yield f"Status changed since last time: {_some(changed)}."


def _money(table: Table, currency: str) -> Iterator[str]:
    row = together(table)
    if row is None:
        return
    names = (
        ("baseline_revised", "Budget"),
        ("committed_total", "committed"),
        ("consumed", "consumed"),
        ("eac", "forecast at completion"),
    )
    yield f"{currency}: " + ", ".join(f"{label} {shown(row[name], 'amount')}" for name, label in names) + "."
    over = [
        f"{each['project_code']} by {shown(-each['vac'], 'amount')}"
        for each in table.rows
        if (each["vac"] or 0) < 0
    ]
    if over:
        yield f"Forecast over budget: {_some(over)}."


def _milestones(table: Table) -> Iterator[str]:
    late = [row for row in table.rows if not row["is_reached"] and (row["late_days"] or 0) > 0]
    if late:
        worst = late[0]
        slips = "slips" if len(late) == 1 else "slip"
        yield (
            f"{_number(len(late), 'open milestone')} {slips}; the worst is {worst['project_code']} "
            f"{worst['shown_name']}, {_number(int(worst['late_days']), 'day')}."
        )


def _dependencies(table: Table) -> Iterator[str]:
    for outlook, said in (("breaks", "Dependencies that break"), ("tight", "Dependencies about to break")):
        found = [row for row in table.rows if row["outlook"] == outlook]
        if found:
            names = [
                f"{row['dependency']} ({row['from_project_code']} to {row['to_project_code']})"
                for row in found
            ]
            yield f"{said}: {_some(names)}."


def _decisions(table: Table) -> Iterator[str]:
    asked = [row for row in table.rows if row["kind"] == "decision" and row["open_count"]]
    if asked:
        said = _number(sum(row["open_count"] for row in asked), "decision")
        aged = [row for row in asked if row["open_age_days_max"] is not None]
        if aged:
            oldest = max(aged, key=lambda row: int(row["open_age_days_max"]))
            days = _number(int(oldest["open_age_days_max"]), "day")
            yield f"{said} to be taken; the oldest is of {oldest['project_code']} ({oldest['about']}), {days}."
        else:
            yield f"{said} to be taken."
    overdue = [row for row in table.rows if row["overdue_count"]]
    if overdue:
        number = _number(sum(row["overdue_count"] for row in overdue), "action")
        yield f"{number} overdue: {_some([str(row['project_code']) for row in overdue])}."


def _capacity(table: Table) -> Iterator[str]:
    worst: dict[Any, Row] = {}
    for row in table.rows:
        if (row["gap"] or 0) > max(Decimal(0), worst.get(row["skill"], {}).get("gap", Decimal(0))):
            worst[row["skill"]] = row
    if worst:
        found = sorted(worst.values(), key=lambda row: -row["gap"])
        gaps = [f"{row['skill']} {shown(row['gap'], 'hours')} in {row['period']}" for row in found]
        yield f"Hours lacking: {_some(gaps)}."


def _some(names: Sequence[str], limit: int = 4) -> str:
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"
