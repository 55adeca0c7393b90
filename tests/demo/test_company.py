"""The demo company's files: the same every time, and with exactly the oddities that its story needs."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from demo.budgets import PLANS
from demo.company import PEOPLE, PROJECTS
from demo.run import make_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    make_home(path)
    return path


def rows(home: Path, pattern: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for path in sorted(home.glob(pattern)):
        with path.open(encoding="utf-8", newline="") as file:
            found.extend(csv.DictReader(file))
    return found


def contents(home: Path) -> dict[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()
    }


def test_the_same_company_is_made_every_time(home: Path, tmp_path: Path) -> None:
    make_home(tmp_path)
    assert contents(tmp_path) == contents(home)


def test_making_it_again_keeps_what_was_landed(tmp_path: Path) -> None:
    make_home(tmp_path)
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing/kept").write_text("kept", encoding="utf-8")
    make_home(tmp_path)
    assert (tmp_path / "landing/kept").read_text(encoding="utf-8") == "kept"


def test_one_timesheet_entry_cannot_be_read_and_one_stands_twice(home: Path) -> None:
    entries = rows(home, "inbox/timesheets/*.csv")
    unreadable = [row for row in entries if not row["hours"].replace(".", "").isdigit()]
    repeated = [row for row, times in Counter(tuple(row.values()) for row in entries).items() if times > 1]
    assert [row["hours"] for row in unreadable] == ["7h30"]
    assert len(repeated) == 1


def test_one_account_of_the_ledger_is_not_in_the_crosswalk(home: Path) -> None:
    mapped = {row["source_id"] for row in rows(home, "reference/crosswalk.csv")}
    used = {
        row["project"]
        for name in ("orders", "invoices", "postings")
        for row in rows(home, f"inbox/ledger/{name}.csv")
    }
    assert used - mapped == {"4999"}


def test_everybody_who_books_hours_is_a_person_with_a_rate(home: Path) -> None:
    people = {row["person"]: row["role"] for row in rows(home, "reference/people.csv")}
    roles = {row["role"] for row in rows(home, "reference/rate_cards.csv")}
    assert people.keys() == {person.code for person in PEOPLE}
    assert {row["person"] for row in rows(home, "inbox/timesheets/*.csv")} <= people.keys()
    assert set(people.values()) <= roles


def test_every_project_has_a_sheet_in_the_workbook(home: Path) -> None:
    from openpyxl import load_workbook

    sheets = load_workbook(home / "inbox/budgets/Budget_2026.xlsx").sheetnames
    assert sheets == [f"P-{project.code} {project.name}" for project in PROJECTS]
    assert PLANS.keys() == {project.code for project in PROJECTS}


def test_every_order_that_is_received_or_invoiced_is_in_the_register_of_orders(home: Path) -> None:
    orders = {row["order_no"]: row for row in rows(home, "inbox/ledger/orders.csv")}
    for name in ("receipts", "invoices"):
        for row in rows(home, f"inbox/ledger/{name}.csv"):
            if row["order_no"]:
                assert orders[row["order_no"]]["currency"] == row["currency"]
