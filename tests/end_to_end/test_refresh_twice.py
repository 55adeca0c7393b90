"""Refreshing again: nothing new adds nothing, an edited file is picked up, and no version is ever lost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tests.end_to_end.authored_case import PROJECT, TIMESHEETS, budget_lines, make_authored_home
from tests.end_to_end.homes import Outcome, PmoHome, Record, total, where
from tests.end_to_end.workbooks import write_workbook

AS_OF = "2026-03-31"
WORKBOOK = "inbox/budgets/budget_lines_v2.xlsx"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a refresh left: the landed files by hash, and every published table but `release_info`."""

    outcome: Outcome
    landed: dict[str, str]
    tables: dict[str, list[str]]
    position: list[Record]


@dataclass(frozen=True, slots=True)
class Refreshes:
    """Refreshes of new files, of the same files, of the same built anew, and of two that were edited."""

    root: Path
    first: Snapshot
    second: Snapshot
    rebuilt: Snapshot
    third: Snapshot


def make_home_with_workbook(root: Path) -> PmoHome:
    """The authored case, its second budget version in a workbook instead of a CSV file."""
    home = make_authored_home(root)
    (root / "inbox/budgets/budget_lines_v2.csv").unlink()
    write_workbook(home, WORKBOOK, budget_lines(2, external="12000.00"))
    return home


def edit(home: PmoHome) -> None:
    """One day of March has 5.75 instead of 4.25 hours, and the version's external services 65,000 in all."""
    edited = [dict(row) | {"hours": "5.75"} if row["hours"] == Decimal("4.25") else row for row in TIMESHEETS]
    home.write("inbox/timesheets/timesheet_entries_2026-q1.csv", edited)
    write_workbook(home, WORKBOOK, budget_lines(2, external="13000.00"))


def snapshot(home: PmoHome, *options: str, exit_code: int = 0) -> Snapshot:
    outcome = home.run("refresh", "--as-of", AS_OF, *options)
    assert outcome.exit_code == exit_code, outcome.text
    published = [name for name in home.tables() if name != "release_info"]
    tables = {name: sorted(map(repr, home.table(name))) for name in published}
    return Snapshot(outcome, home.files("landing/**/*"), tables, home.table("mart_budget_position"))


@pytest.fixture(scope="module")
def refreshes(tmp_path_factory: pytest.TempPathFactory) -> Refreshes:
    home = make_home_with_workbook(tmp_path_factory.mktemp("twice"))
    first, second, rebuilt = snapshot(home), snapshot(home), snapshot(home, "--full")
    edit(home)
    return Refreshes(home.root, first, second, rebuilt, snapshot(home, exit_code=3))


def at_the_end(snapshot: Snapshot) -> list[Record]:
    return where(
        snapshot.position, project_code=PROJECT, period="2026-03", view="as_reported", fx_basis="booked"
    )


def landed_values(root: Path, table: str, column: str) -> list[Decimal]:
    """Every value of a column that landing holds, over all batches, read without the product."""
    import duckdb

    files = str(root / f"landing/data/{table}/*/*.parquet")
    found = duckdb.execute(f'select "{column}" from read_parquet(?)', [files]).fetchall()
    return [value for (value,) in found]


def test_a_workbook_gives_the_figures_that_the_csv_file_gave(refreshes: Refreshes) -> None:
    rows = at_the_end(refreshes.first)
    assert total(rows, "baseline_revised") == Decimal("150000.00")
    assert total(rows, "consumed") == Decimal("61907.90")


def test_the_same_files_land_nothing(refreshes: Refreshes) -> None:
    assert refreshes.second.landed == refreshes.rebuilt.landed == refreshes.first.landed
    assert any(path.startswith("landing/manifests/") for path in refreshes.first.landed)
    assert any(path.startswith("landing/data/") for path in refreshes.first.landed)


@pytest.mark.parametrize("again", ["second", "rebuilt"])
def test_the_same_files_make_the_same_marts(refreshes: Refreshes, again: str) -> None:
    tables = getattr(refreshes, again).tables
    assert tables.keys() == refreshes.first.tables.keys()
    for name, rows in refreshes.first.tables.items():
        assert tables[name] == rows, name


def test_an_edited_timesheet_replaces_its_hours(refreshes: Refreshes) -> None:
    assert total(at_the_end(refreshes.third), "consumed") == Decimal("62033.90")


def test_a_replaced_workbook_replaces_its_lines(refreshes: Refreshes) -> None:
    assert total(at_the_end(refreshes.third), "baseline_revised") == Decimal("155000.00")
    assert total(at_the_end(refreshes.third), "baseline_original") == Decimal("140000.00")


def test_a_change_that_no_request_explains_is_remarked(refreshes: Refreshes) -> None:
    """The version is 15,000.00 above the original, and one request of 10,000.00 was approved."""
    assert "change requests add up to 10000.00" in refreshes.third.outcome.text


def test_every_earlier_version_stays_in_landing(refreshes: Refreshes) -> None:
    assert refreshes.first.landed.items() <= refreshes.third.landed.items()
    hours = landed_values(refreshes.root, "raw_timesheets/timesheet_entries", "hours")
    assert {Decimal("4.25"), Decimal("5.75")} <= set(hours)
    amounts = landed_values(refreshes.root, "raw_budgets/budget_lines", "amount")
    assert amounts.count(Decimal("13000")) == 5
    assert amounts.count(Decimal("12000")) == 5 + 5 + 5 + 5
