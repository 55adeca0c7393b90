"""What was published stays: figures are kept once per as-of date, inputs and configuration, and can be built again.

One home goes through a story of refreshes; the figures are computed by hand from its few rows, beside each.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.homes import Outcome, PmoHome, Record, Row, make_home, only, total, where

FEBRUARY, MARCH = "2026-02-28", "2026-03-31"
KEPT = "landing/manifests/raw_control/published_figures/*.json"
FIGURES = "landing/data/raw_control/published_figures/*/*.parquet"
MEASURES = {
    *("baseline_original", "baseline_revised", "pre_committed", "committed_open", "committed_total"),
    *("consumed_posted", "consumed_accrued", "consumed", "etc", "eac", "to_commit", "available", "vac"),
}
IN_FEBRUARY: dict[str, dict[str, str]] = {
    # Postings of 100.00 and 50.00, an order of 300.00 of which 80.00 were received, 1,000.00 of budget, no forecast.
    "P": {
        "baseline_revised": "1000",
        "consumed_posted": "150",
        "consumed_accrued": "80",
        "consumed": "230",
        "committed_open": "220",
        "committed_total": "450",
        "available": "550",
        "etc": "no_forecast",
        "eac": "no_forecast",
        "vac": "no_forecast",
    },
    # A posting of 40.00, a forecast of 60.00 to complete, no budget.
    "Q": {
        "baseline_original": "no_baseline",
        "consumed": "40",
        "etc": "60",
        "eac": "100",
        "to_commit": "60",
        "available": "no_baseline",
        "vac": "no_baseline",
    },
}


def posting(posting_id: str, project: str, posted_on: str, amount: str) -> Row:
    return {
        "posting_id": posting_id,
        "project": project,
        "cost_category": "services",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "origin": "expense",
    }


POSTINGS = [
    posting("A", "P", "2026-01-10", "100.00"),
    posting("B", "P", "2026-02-10", "50.00"),
    posting("C", "Q", "2026-02-12", "40.00"),
]


def small_home(root: Path) -> PmoHome:
    home = make_home(root)
    home.write("inbox/register/projects.csv", [{"project": name, "name": name} for name in ("P", "Q")])
    home.write("inbox/ledger/postings.csv", POSTINGS)
    order = {"order_no": "PO", "line_no": "1", "project": "P", "cost_category": "hardware"}
    amount = {"amount": "300.00", "currency": "EUR"}
    home.write("inbox/ledger/orders.csv", [order | amount | {"ordered_on": "2026-01-15"}])
    receipt = {"receipt_no": "R", "order_no": "PO", "line_no": "1", "received_on": "2026-02-20"}
    home.write("inbox/ledger/receipts.csv", [receipt | {"amount": "80.00", "currency": "EUR"}])
    version = {"project": "P", "version_no": 1, "version_type": "original", "approved_on": "2026-01-01"}
    home.write("inbox/budgets/budget_versions.csv", [version])
    line = {"project": "P", "version_no": 1, "cost_category": "services", "period": "2026-03"}
    home.write("inbox/budgets/budget_lines.csv", [line | {"amount": "1000.00", "currency": "EUR"}])
    forecast = {"project": "Q", "cutoff_period": "2026-02", "cost_category": "services", "period": "2026-03"}
    home.write(
        "inbox/budgets/forecast_lines.csv",
        [forecast | {"amount": "60.00", "currency": "EUR", "basis": "to_complete"}],
    )
    return home


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands after a run: its outcome, the files that keep figures, and every table but `release_info`."""

    outcome: Outcome
    kept: dict[str, str]
    tables: dict[str, list[str]]
    figures: list[Record]
    position: list[Record]
    input_hash: str


def seen(home: PmoHome, outcome: Outcome) -> Seen:
    names = [name for name in home.tables() if name != "release_info"]
    return Seen(
        outcome,
        home.files(KEPT) | home.files(FIGURES),
        {name: sorted(map(repr, home.table(name))) for name in names},
        home.table("fct_published_snapshot"),
        home.table("mart_budget_position"),
        home.table("release_info")[0]["input_hash"],
    )


def refreshed(home: PmoHome, as_of: str, *options: str) -> Seen:
    outcome = home.run("refresh", "--as-of", as_of, *options)
    assert outcome.exit_code == 0, outcome.text
    return seen(home, outcome)


def published(home: PmoHome) -> list[dict[str, Any]]:
    outcome = home.run("published", "--json")
    assert outcome.exit_code == 0, outcome.text
    found: list[dict[str, Any]] = json.loads(outcome.stdout)["published"]
    return found


def built_again(home: PmoHome, publication: dict[str, Any]) -> Outcome:
    """The command that `pmo published` prints for a publication."""
    return home.run(*shlex.split(publication["again"])[1:])


@dataclass(frozen=True, slots=True)
class Story:
    """February; the same again, from the beginning, and after its record was lost; a new posting; March; closed."""

    home: PmoHome
    february: Seen
    again: Seen
    rebuilt: Seen
    healed: Seen
    corrected: Seen
    march: Seen
    closed: Seen
    listed: list[dict[str, Any]]
    as_it_was: Seen


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = small_home(tmp_path_factory.mktemp("published"))
    february, again = refreshed(home, FEBRUARY), refreshed(home, FEBRUARY)
    rebuilt = refreshed(home, FEBRUARY, "--full")
    (record,) = home.files(KEPT)
    (home.root / record).unlink()
    healed = refreshed(home, FEBRUARY)
    home.write("inbox/ledger/postings_late.csv", [posting("D", "P", "2026-02-27", "20.00")])
    corrected, march = refreshed(home, FEBRUARY), refreshed(home, MARCH)
    outcome = home.run("close", "2026-02")
    assert outcome.exit_code == 0, outcome.text
    closed, listed = seen(home, outcome), published(home)
    outcome = built_again(home, listed[0])
    assert outcome.exit_code == 0, outcome.text
    return Story(
        home, february, again, rebuilt, healed, corrected, march, closed, listed, seen(home, outcome)
    )


def own(seen: Seen) -> list[Record]:
    """The position's figures of the release itself."""
    return where(seen.figures, is_this_release=True, mart="mart_budget_position")


def of(seen: Seen, publication: Seen, as_of: str) -> list[Record]:
    """The figures that `seen` shows of an earlier publication, without what says which of them is its own."""
    rows = [
        row
        for row in seen.figures
        if (row["input_hash"], str(row["as_of"])) == (publication.input_hash, as_of)
        and row["mart"] == "mart_budget_position"
    ]
    return sorted(({**row, "is_this_release": True} for row in rows), key=repr)


@pytest.mark.parametrize("project", IN_FEBRUARY)
@pytest.mark.parametrize("view", ["as_reported", "restated"])
@pytest.mark.parametrize("basis", ["booked", "budget"])
def test_a_release_holds_its_own_figures(story: Story, project: str, view: str, basis: str) -> None:
    rows = where(own(story.february), project_code=project, view=view, fx_basis=basis)
    assert {row["measure"] for row in rows} == MEASURES
    assert {(row["period"], str(row["as_of"]), row["currency"]) for row in rows} == {
        ("2026-02", FEBRUARY, "EUR")
    }
    for measure, expected in IN_FEBRUARY[project].items():
        (row,) = where(rows, measure=measure)
        shown = row["null_reason"] if row["value"] is None else f"{row['value']:.9f}"
        assert shown == (expected if expected.startswith("no_") else f"{Decimal(expected):.9f}"), measure


@pytest.mark.parametrize("moment", ["february", "corrected", "march", "closed"])
def test_every_known_figure_is_the_position_as_it_was_then(story: Story, moment: str) -> None:
    then: Seen = getattr(story, moment)
    for row in own(then):
        of_project = where(
            then.position,
            **{name: row[name] for name in ("project_code", "view", "fx_basis", "period")},
        )
        values = [each[row["measure"]] for each in of_project]
        assert row["value"] == (None if None in values else total(of_project, row["measure"]))


def test_nothing_new_keeps_nothing_new(story: Story) -> None:
    assert len(story.february.kept) == 2
    assert story.again.kept == story.rebuilt.kept == story.february.kept
    assert story.rebuilt.tables == story.february.tables


def test_what_a_killed_run_did_not_keep_is_kept_by_the_next(story: Story) -> None:
    assert len(story.healed.kept) == 2
    assert story.healed.tables == story.february.tables


def test_new_inputs_and_new_dates_are_publications_of_their_own(story: Story) -> None:
    last = story.closed
    made = {(row["publication_no"], str(row["as_of"]), row["input_hash"]) for row in last.figures}
    assert sorted(made) == [
        (1, FEBRUARY, story.february.input_hash),
        (2, FEBRUARY, story.corrected.input_hash),
        (3, MARCH, story.corrected.input_hash),
        (4, MARCH, last.input_hash),
    ]
    assert [row["as_of"] for row in story.listed] == [FEBRUARY, FEBRUARY, MARCH, MARCH]
    assert {row["publication_no"] for row in own(last)} == {4}


def test_what_was_published_does_not_move(story: Story) -> None:
    last = story.closed
    assert of(last, story.february, FEBRUARY) == sorted(own(story.february), key=repr)
    assert of(last, story.corrected, FEBRUARY) == sorted(own(story.corrected), key=repr)
    assert of(last, story.corrected, MARCH) == sorted(own(story.march), key=repr)
    one = {"project_code": "P", "measure": "consumed", "view": "as_reported", "fx_basis": "booked"}
    assert [
        row["value"] for row in sorted(where(last.figures, **one), key=lambda row: row["publication_no"])
    ] == [
        Decimal(230),
        Decimal(250),
        Decimal(250),
        Decimal(250),
    ]


def test_a_published_release_can_be_built_again_to_the_row(story: Story) -> None:
    assert story.as_it_was.tables == story.february.tables
    assert story.as_it_was.kept == story.closed.kept


def test_what_was_published_is_listed_with_the_command_that_builds_it(story: Story) -> None:
    listed = story.home.run("published").text
    for publication in story.listed:
        assert publication["release_id"] in listed
        assert publication["again"] in listed


def test_what_is_kept_is_no_input(story: Story) -> None:
    home = story.home
    release = only(home.table("release_info"))
    assert (
        release["batches"] == len(home.files("inbox/*/*.csv")) - 1
    )  # as in February: without the late posting
    before_the_late_posting = story.listed[0]["known_at"]
    compared = home.run("compare", "--known-at", before_the_late_posting, "--json")
    differences = json.loads(compared.stdout)
    assert {each["table"] for each in differences["differences"]} == {"postings"}
    for table, column in (("fct_load_control_total", "source"), ("mart_data_quality", "source")):
        sources = {row[column] for row in home.table(table)}
        assert not [source for source in sources if "control" in str(source)], table


def test_figures_that_cannot_be_reproduced_are_said(tmp_path: Path) -> None:
    import duckdb

    home = small_home(tmp_path)
    refreshed(home, FEBRUARY)
    (file,) = (home.root / path for path in home.files(FIGURES))
    changed = file.with_name("changed.parquet")
    duckdb.execute(
        f"copy (select * replace (case when measure = 'consumed' and project_code = 'P' then \"value\" + 1 "
        f'else "value" end as "value") from read_parquet(\'{file}\', hive_partitioning = false)) '
        f"to '{changed}' (format parquet)"
    )
    changed.replace(file)
    (publication,) = published(home)
    outcome = built_again(home, publication)
    assert outcome.exit_code == 3
    assert "4 figures are not what was published before" in outcome.text
