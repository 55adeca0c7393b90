"""Backfill and replay as docs/operator.md has them: what can be built again from landing, and gives the same.

One home: a refresh, a correction, then its folders are lost one after the other.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.homes import Outcome, PmoHome, Row, make_home, total, where

MARCH, FEBRUARY = "2026-03-31", "2026-02-28"
Tables = dict[str, list[str]]


def posting(number: int, posted_on: str, amount: str) -> Row:
    return {
        "posting_id": f"GL-{number}",
        "project": "P",
        "cost_category": "services",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "origin": "expense",
    }


def write_postings(home: PmoHome, *rows: Row) -> None:
    home.write("inbox/ledger/postings.csv", rows)


def tables(home: PmoHome) -> Tables:
    """Every published row but those of release_info, which says when it was made."""
    return {name: sorted(map(repr, home.table(name))) for name in home.tables() if name != "release_info"}


def consumed(home: PmoHome) -> str:
    rows = where(home.table("mart_budget_position"), period="2026-03", view="as_reported", fx_basis="booked")
    return str(total(rows, "consumed"))


@dataclass(frozen=True, slots=True)
class Story:
    """What each step left."""

    home: PmoHome
    first: Tables
    corrected: Tables
    published_lost: Tables
    warehouse_lost: Tables
    both_lost: Tables
    as_known_then: Tables
    consumed: list[str]
    outcomes: list[Outcome]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = make_home(tmp_path_factory.mktemp("replay") / "home")
    outcomes: list[Outcome] = []
    figures: list[str] = []

    def refresh(*options: str, without: tuple[str, ...] = ()) -> Tables:
        for folder in without:
            shutil.rmtree(home.root / folder)
        outcomes.append(home.run("refresh", "--as-of", MARCH, *options))
        assert outcomes[-1].exit_code in (0, 3), outcomes[-1].text
        figures.append(consumed(home))
        return tables(home)

    write_postings(home, posting(1, "2026-02-10", "100.00"), posting(2, "2026-03-10", "50.00"))
    first = refresh()
    (known_at,) = [row["known_at"] for row in home.table("release_info")]
    write_postings(home, posting(1, "2026-02-10", "100.00"), posting(2, "2026-03-10", "70.00"))
    return Story(
        home=home,
        first=first,
        corrected=refresh(),
        published_lost=refresh(without=("published",)),
        warehouse_lost=refresh(without=("warehouse",)),
        both_lost=refresh(without=("warehouse", "published")),
        as_known_then=refresh("--known-at", f"{known_at.isoformat()}Z", "--full"),
        consumed=figures,
        outcomes=outcomes,
    )


def test_the_correction_changed_the_figures(story: Story) -> None:
    assert story.consumed == ["150.00", "170.00", "170.00", "170.00", "170.00", "150.00"]
    assert story.first != story.corrected


@pytest.mark.parametrize("lost", ["published_lost", "warehouse_lost", "both_lost"])
def test_what_is_lost_is_built_again_from_landing(story: Story, lost: str) -> None:
    assert getattr(story, lost) == story.corrected


def test_what_was_known_then_gives_the_release_of_then(story: Story) -> None:
    assert story.as_known_then == story.first


def test_a_backfill_leaves_the_release_alone_and_a_build_shows_what_it_kept(
    story: Story, tmp_path: Path
) -> None:
    home = story.home.copied_to(tmp_path / "home")
    before = home.release()
    filled = home.run("backfill", FEBRUARY, "--known-now")
    assert filled.exit_code == 0, filled.text
    assert "kept" in filled.text
    assert home.release() == before
    again = home.run("backfill", FEBRUARY, "--known-now")
    assert "was kept before" in again.text
    assert home.refresh(MARCH).exit_code in (0, 3)
    home.run("refresh", "--as-of", MARCH, "--full")
    shown = {str(row["as_of"]) for row in home.table("mart_kpi_trend")}
    assert {FEBRUARY, MARCH} <= shown


def test_each_refresh_left_a_log_that_tells_its_steps(story: Story) -> None:
    logs = sorted((story.home.root / "warehouse/logs").glob("refresh-*.log"))
    # The folder was lost with the logs before the last two.
    assert len(logs) == 2
    text = logs[-1].read_text(encoding="utf-8")
    for line in ("landing", "  ledger", "mart_budget_position", "publishing", "succeeded, run "):
        assert f"INFO pmo: {line}" in text or line in text, line
    assert (story.home.root / "warehouse/logs/refresh.log").resolve() == logs[-1]
