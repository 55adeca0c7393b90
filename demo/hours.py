"""The timesheets of Alder & Finch: one file a month, an entry per person and working day.

The oddities that a PMO meets are planted here: one entry nobody can read, one that stands twice, an old project name,
and the last days of June still waiting for approval. Hours on OPS are not here: they are logged in Jira.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from demo.company import MONTHS, NEW_RATES_FROM, PEOPLE, Person, working_days
from demo.files import Row, write_csv

PROJECT_OF_LETTER = {"P": "PAY", "W": "WEB", "D": "DWH"}
LEAVE = {
    "alice": (date(2026, 2, 16), date(2026, 2, 20)),
    "bruno": (date(2026, 4, 20), date(2026, 4, 24)),
    "chloe": (date(2026, 5, 18), date(2026, 5, 22)),
    "dmitri": (date(2026, 3, 9), date(2026, 3, 11)),
    "elena": (date(2026, 6, 8), date(2026, 6, 12)),
}
TASKS = ("design", "build", "build", "test", "review")
SUBMITTED_FROM = date(2026, 6, 29)
UNREADABLE = ("dmitri", date(2026, 6, 17))
REPEATED = ("chloe", date(2026, 3, 12))


@dataclass(frozen=True, slots=True)
class Entry:
    """A day of one person on one project."""

    person: Person
    project: str
    day: date
    hours: Decimal
    task: str


def entries() -> Iterator[Entry]:
    """Every entry from January to June, as people meant it."""
    for day in working_days():
        for person in PEOPLE:
            plan = person.first_plan if day < NEW_RATES_FROM else person.second_plan
            project = PROJECT_OF_LETTER.get(plan[day.weekday()])
            if project and not _on_leave(person, day):
                yield Entry(person, project, day, _hours(person, day), TASKS[day.weekday()])


def write_timesheets(inbox: Path) -> None:
    """Write `timesheets/timesheet_entries_<month>.csv` for every month."""
    for month in MONTHS:
        rows = [row for entry in entries() if f"{entry.day:%Y-%m}" == month for row in _rows(entry)]
        write_csv(inbox / f"timesheets/timesheet_entries_{month}.csv", rows)


def _hours(person: Person, day: date) -> Decimal:
    """A quarter more or less than seven and a half, and short Fridays."""
    swing = Decimal(day.day * 7 + len(person.name)) % 3 - 1
    return (Decimal("6.5") if day.weekday() == 4 else Decimal("7.5")) + swing / 4


def _on_leave(person: Person, day: date) -> bool:
    first, last = LEAVE.get(person.code, (date.max, date.min))
    return first <= day <= last


def _rows(entry: Entry) -> Iterator[Row]:
    here = (entry.person.code, entry.day)
    row: Row = {
        "person": entry.person.code,
        "project": "PORTAL" if entry.project == "WEB" and entry.day.month == 1 else entry.project,
        "work_date": entry.day.isoformat(),
        "hours": "7h30" if here == UNREADABLE else f"{entry.hours:.2f}",
        "task": entry.task,
        "status": "submitted" if entry.day >= SUBMITTED_FROM else "approved",
    }
    yield row
    if here == REPEATED:
        yield row
