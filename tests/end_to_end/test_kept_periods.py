"""Periods that nothing new concerns are kept between builds, and the marts are those of a build from nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.end_to_end.finance_home import AS_OF, RATE_CARDS, make_finance_home
from tests.end_to_end.homes import PmoHome

EVERY = {"2026-01", "2026-02", "2026-03", None}
MARK = "kept from an earlier build"
NEW_HOURS = [
    {
        "entry_id": "N-1",
        "person": "alice",
        "project": "LABOUR",
        "work_date": "2026-03-30",
        "hours": "3.3333",
        "status": "approved",
    },
    {
        "entry_id": "N-2",
        "person": "alice",
        "project": "LABOUR",
        "work_date": "2026-03-31",
        "hours": "1.6667",
        "status": "approved",
    },
]


def published(home: PmoHome) -> dict[str, list[str]]:
    return {
        name: sorted(map(repr, home.table(name)))
        for name in home.tables()
        if name not in ("release_info", "fct_published_snapshot")
    }


def refresh(home: PmoHome, *options: str) -> None:
    outcome = home.run("refresh", "--as-of", AS_OF, *options)
    assert outcome.exit_code in (0, 3), outcome.text


def mark_hours(home: PmoHome) -> None:
    """Writes on every row of int_hours, which only a row that is built anew loses."""
    with duckdb.connect(str(home.root / "warehouse/pmo.duckdb")) as connection:
        connection.execute("update intermediate.int_hours set comment = ?", [MARK])


def periods(home: PmoHome, condition: str = "true") -> set[str | None]:
    with duckdb.connect(str(home.root / "warehouse/pmo.duckdb"), read_only=True) as connection:
        found = connection.execute(f"select distinct period from intermediate.int_hours where {condition}")
        return {period for (period,) in found.fetchall()}


def marked_periods(home: PmoHome) -> set[str | None]:
    """The periods whose hours still carry the mark."""
    return periods(home, f"comment = '{MARK}'")


def new_hours_of_march(home: PmoHome) -> None:
    home.write("inbox/timesheets/timesheet_entries_more.csv", NEW_HOURS)


def an_entry_moves_to_february(home: PmoHome) -> None:
    moved = [NEW_HOURS[0] | {"work_date": "2026-02-27"}, NEW_HOURS[1]]
    home.write("inbox/timesheets/timesheet_entries_more.csv", moved)


def an_entry_is_withdrawn(home: PmoHome) -> None:
    home.write("inbox/timesheets/timesheet_entries_more.csv", [NEW_HOURS[1] | {"hours": "2"}])


def a_rate_changes(home: PmoHome) -> None:
    dearer = [dict(row) | {"rate": str(row["rate"]).replace("0", "1", 1)} for row in RATE_CARDS]
    assert dearer != RATE_CARDS
    home.write("reference/rate_cards.csv", dearer)


def a_ledger_line_comes(home: PmoHome) -> None:
    home.write(
        "inbox/ledger/postings_more.csv",
        [
            {
                "posting_id": "MORE-1", "project": "LABOUR", "cost_category": "labour", "posted_on": "2026-03-31",
                "amount": "12.34", "currency": "EUR", "origin": "labour", "charge_period": "2026-02", "person": "alice",
            }
        ],
    )  # fmt: skip


def another_project_gets_hours(home: PmoHome) -> None:
    home.write(
        "inbox/timesheets/timesheet_entries_plain.csv",
        [NEW_HOURS[0] | {"entry_id": "P-1", "project": "PLAIN", "person": "bruno"}],
    )


def hours_come_outside_the_calendar(home: PmoHome) -> None:
    home.write(
        "inbox/timesheets/timesheet_entries_old.csv",
        [NEW_HOURS[0] | {"entry_id": "O-1", "work_date": "1970-01-01"}],
    )


CHANGES: tuple[tuple[Callable[[PmoHome], None], set[str | None]], ...] = (
    (new_hours_of_march, {"2026-03"}),
    (an_entry_moves_to_february, {"2026-02", "2026-03"}),
    (a_ledger_line_comes, set()),
    (hours_come_outside_the_calendar, {None}),
    (a_rate_changes, EVERY),
    (another_project_gets_hours, EVERY),
    (an_entry_is_withdrawn, {"2026-03"}),
)
"""What happens, and which periods it concerns. Hours outside the calendar have none."""


def test_a_build_that_keeps_periods_ends_where_one_from_nothing_does(tmp_path: Path) -> None:
    home = make_finance_home(tmp_path)
    refresh(home)
    for change, concerned in CHANGES:
        mark_hours(home)
        change(home)
        refresh(home)
        assert marked_periods(home) == periods(home) - concerned, change.__name__
        mark_hours(home)
        kept = published(home)
        refresh(home, "--full")
        assert marked_periods(home) == set(), change.__name__
        assert published(home) == kept, change.__name__
