"""The same two times give the same marts whatever lands later, and `pmo compare` says what two moments differ in.

One home tells it: a first delivery, a second that corrects it, a close, and a third that comes late.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.homes import PmoHome, make_home
from tests.end_to_end.test_period_close import line, posting, version

AS_OF = "2026-02-28"


@dataclass(frozen=True, slots=True)
class Story:
    """The home, a moment after each delivery, and the marts of one pair of times, built before and after the third."""

    home: PmoHome
    moments: tuple[str, str, str]
    before: dict[str, list[str]]
    again: dict[str, list[str]]


def now() -> str:
    return datetime.now(UTC).isoformat()


def done(home: PmoHome, *arguments: str, exit_code: int = 0) -> None:
    outcome = home.run(*arguments)
    assert outcome.exit_code == exit_code, outcome.text


def marts(home: PmoHome) -> dict[str, list[str]]:
    """Every row of every mart but the one that says when it was made."""
    return {name: sorted(map(repr, home.table(name))) for name in home.tables() if name != "release_info"}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = make_home(tmp_path_factory.mktemp("compare") / "home")
    hours = {"person": "alice", "project": "P", "work_date": "2026-02-03", "status": "approved"}
    home.write("inbox/budgets/budget_versions.csv", [version(1, "2026-01-01")])
    home.write("inbox/budgets/budget_lines_v1.csv", [line(1, "1000.00"), line(1, "200.00", "travel")])
    home.write("inbox/timesheets/timesheet_entries_2026-02.csv", [{**hours, "hours": "8"}])
    home.write(
        "inbox/ledger/postings.csv",
        [posting("A", "2026-01-10", "100.00"), posting("B", "2026-02-10", "50.00")],
    )
    done(home, "refresh", "--as-of", AS_OF, exit_code=3)  # nobody gave the category of labour, nor a rate
    first = now()
    home.write(
        "inbox/ledger/postings.csv",
        [posting("A", "2026-01-10", "120.00"), posting("B", "2026-02-10", "50.00")],
    )
    home.write("inbox/budgets/budget_lines_v1.csv", [line(1, "1000.00")])
    home.write("inbox/timesheets/timesheet_entries_2026-02.csv", [{**hours, "hours": "7.5"}])
    done(home, "refresh", "--as-of", AS_OF, exit_code=3)
    done(home, "close", "2026-01", "--by", "finance", "--reason", "month end")
    second = now()
    done(home, "refresh", "--as-of", AS_OF, "--known-at", second, exit_code=3)
    before = marts(home)
    late = [posting("A", "2026-01-10", "125.00"), posting("C", "2026-01-20", "7.00", project="Q")]
    home.write("inbox/ledger/postings_late.csv", late)
    risk = {"project": "P", "risk": "R", "probability": "0.5", "impact": "100.00", "currency": "EUR"}
    home.write("inbox/register/risks.csv", [risk])
    done(home, "refresh", "--as-of", AS_OF, exit_code=3)
    done(home, "close", "2026-02", "--by", "finance")
    done(home, "refresh", "--as-of", AS_OF, "--known-at", second, exit_code=3)
    return Story(home, (first, second, now()), before, marts(home))


def compared(story: Story, since: str, until: str, *options: str) -> dict[str, Any]:
    outcome = story.home.run("compare", "--known-at", since, "--and-known-at", until, "--json", *options)
    assert outcome.exit_code == 0, outcome.text
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def rows(found: dict[str, Any]) -> set[tuple[Any, ...]]:
    """Of each difference: table, what, amounts, unit, project, and the places that it was and is in."""
    return {
        (
            each["table"],
            each["what"],
            each["amount_before"] and f"{float(each['amount_before']):.2f}",
            each["amount_after"] and f"{float(each['amount_after']):.2f}",
            each["unit"],
            each["project"],
            each["before"] and f"{each['before']['path'].rpartition('/')[2]} {each['before']['place']}",
            each["after"] and f"{each['after']['path'].rpartition('/')[2]} {each['after']['place']}",
        )
        for each in found["differences"]
    }


def test_the_same_two_times_give_the_same_marts_whatever_has_landed_since(story: Story) -> None:
    assert story.before.keys() == story.again.keys()
    assert [name for name in story.before if story.before[name] != story.again[name]] == []


def test_a_correction_is_explained_row_by_row(story: Story) -> None:
    found = compared(story, *story.moments[:2])
    entries, lines = "timesheet_entries_2026-02.csv", "budget_lines_v1.csv"
    assert rows(found) == {
        ("postings", "changed", "100.00", "120.00", "EUR", "P", "postings.csv A2:G2", "postings.csv A2:G2"),
        (
            "timesheet_entries",
            "changed",
            "8.00",
            "7.50",
            "hours",
            "P",
            f"{entries} A2:E2",
            f"{entries} A2:E2",
        ),
        ("budget_lines", "withdrawn", "200.00", None, "EUR", "P", f"{lines} A3:F3", None),
    }
    (corrected,) = (each for each in found["differences"] if each["table"] == "postings")
    assert corrected["key"] == {"posting_id": "A"}
    assert list(corrected["columns"]) == ["amount"]
    assert corrected["before"]["batch"] != corrected["after"]["batch"]
    assert [(close["action"], close["period"]) for close in found["closes"]] == [("close", "2026-01")]
    (total,) = (each for each in found["totals"] if each["table"] == "postings")
    assert (total["arrived"], total["changed"], total["withdrawn"]) == (0, 1, 0)


def test_a_row_of_another_file_supersedes_and_a_new_one_arrives(story: Story) -> None:
    found = compared(story, *story.moments[1:])
    late = "postings_late.csv"
    assert rows(found) == {
        ("postings", "changed", "120.00", "125.00", "EUR", "P", "postings.csv A2:G2", f"{late} A2:G2"),
        ("postings", "arrived", None, "7.00", "EUR", "Q", None, f"{late} A3:G3"),
        ("risks", "arrived", None, None, None, "P", None, "risks.csv A2:E2"),
    }
    assert [(close["action"], close["period"]) for close in found["closes"]] == [("close", "2026-02")]


def test_one_moment_has_nothing_to_compare_and_comparing_changes_nothing(story: Story) -> None:
    release, warehouse = story.home.release(), story.home.files("warehouse/pmo.duckdb")
    compared(story, *story.moments[:2])
    found = compared(story, story.moments[2], story.moments[2])
    assert (found["differences"], found["closes"], found["batches"]) == ([], [], 0)
    assert (story.home.release(), story.home.files("warehouse/pmo.duckdb")) == (release, warehouse)
    assert not list(story.home.root.glob("warehouse/compare-*"))


def test_a_reader_sees_what_became_of_what_and_can_have_it_as_a_file(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "difference.csv"
    outcome = story.home.run("compare", "--known-at", story.moments[1], "--csv", str(file))
    assert outcome.exit_code == 0, outcome.text
    assert "~ ledger.postings posting_id A: changed, project P amount: 120" in outcome.text
    assert "ledger.postings EUR: 1 arrived, 1 changed, 0 withdrawn; 120.00 became 132.00" in outcome.text
    with file.open(encoding="utf-8", newline="") as opened:
        assert {row["what"] for row in csv.DictReader(opened)} == {"changed", "arrived"}


def test_moments_in_the_wrong_order_are_a_wrong_call(story: Story) -> None:
    first, second, _ = story.moments
    outcome = story.home.run("compare", "--known-at", second, "--and-known-at", first)
    assert outcome.exit_code == 2
    assert "swap" in outcome.text
