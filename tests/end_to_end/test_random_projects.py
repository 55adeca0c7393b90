"""Hundreds of random projects in one warehouse, through corrections, late rows and closes, against plain Python.

Every row and every measure of `mart_budget_position`, and why it is null, must be what `plain_finance` computes from
the same rows, to the cent. `PMO_RANDOM_SEEDS=1,2,3` tries other seeds, `PMO_RANDOM_PROJECTS=500` other numbers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.end_to_end.homes import ORGANISATION, PmoHome, make_home
from tests.end_to_end.plain_finance import (
    MEASURES,
    NOTES,
    REASONS,
    Figures,
    Key,
    Period,
    PlainFinance,
    Settings,
)
from tests.end_to_end.random_projects import FIRST_DAY, RandomWorld

SEEDS = [int(seed) for seed in os.environ.get("PMO_RANDOM_SEEDS", "1").split(",")]
PROJECTS = int(os.environ.get("PMO_RANDOM_PROJECTS", "60"))
COMPARED = (*MEASURES, *REASONS, *NOTES)
AMONG_DIFFERENCES = 25
KEY = ("project_code", "cost_category", "period", "view", "fx_basis")
QUARANTINED_OR_UNMAPPED = 3


def months() -> list[Period]:
    """Calendar months from October 2024 to June 2025; what the product takes without a calendar."""
    firsts = [date(2024 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(10, 20)]
    return [
        Period(f"{first:%Y-%m}", first, following - timedelta(days=1), str(first.year))
        for first, following in pairwise(firsts)
    ]


def four_weeks() -> list[Period]:
    """Periods of 28 days; the fiscal year begins with the fourth of them."""
    found = []
    for number in range(10):
        start = FIRST_DAY + timedelta(days=28 * number)
        year, of_year = ("2024", number + 11) if number < 3 else ("2025", number - 2)
        found.append(Period(f"FY{year[2:]}-P{of_year:02}", start, start + timedelta(days=27), year))
    return found


@dataclass
class Story:
    """One home and what plain Python makes of the same rows, from delivery to delivery."""

    home: PmoHome
    world: RandomWorld
    plain: PlainFinance
    periods: list[Period]
    has_calendar_file: bool

    @classmethod
    def begin(cls, root: Path, seed: int, *, periods: list[Period], has_calendar_file: bool) -> Story:
        settings = Settings(labour_category=None if has_calendar_file else "night_shift")
        lines = f"labour_category: {settings.labour_category}\n" if settings.labour_category else ""
        return cls(
            make_home(root / "home", settings=ORGANISATION + lines),
            RandomWorld(seed, PROJECTS, periods),
            PlainFinance(periods, settings),
            periods,
            has_calendar_file,
        )

    def deliver(self, as_of: date, closes: int | None) -> None:
        """Lands the world, compares, and closes the periods up to that number of them."""
        self.world.write(self.home)
        if self.has_calendar_file:
            self._write_calendar(closes)
        outcome = self.home.refresh(as_of.isoformat())
        assert outcome.exit_code in (0, QUARANTINED_OR_UNMAPPED), outcome.text
        self.plain.refresh(self.world.rows, as_of)
        self.compare()
        if closes is not None:
            label = self.periods[closes].label
            self.plain.close(label)
            if not self.has_calendar_file:
                outcome = self.home.run("close", label)
                assert outcome.exit_code in (0, QUARANTINED_OR_UNMAPPED), outcome.text
                self.compare()

    def compare(self) -> None:
        """Every row, measure and reason; all that differs is named, up to a readable number."""
        found = {
            Key(*(row[name] for name in KEY)): {name: row[name] for name in COMPARED}
            for row in self.home.table("mart_budget_position")
        }
        assert len(found) > PROJECTS
        differing = [*differences(found, self.plain.position)]
        assert not differing, "\n".join([f"{len(differing)} differences", *differing[:AMONG_DIFFERENCES]])
        assert not self.home.query(
            "select * from marts.mart_reconciliation where kind <> 'control_total' and difference <> 0"
        )

    def _write_calendar(self, closes: int | None) -> None:
        closed = -1 if closes is None else closes
        rows = [
            {
                "period": period.label,
                "start_on": period.start_on,
                "end_on": period.end_on,
                "fiscal_year": period.fiscal_year,
                "status": "closed" if number <= max(closed, self.plain.closed_through) else "open",
            }
            for number, period in enumerate(self.periods)
        ]
        self.home.write("reference/fiscal_calendar.csv", rows)


def differences(found: dict[Key, Figures], expected: dict[Key, Figures]) -> Iterator[str]:
    """One line for each row that only one side has, and for each figure in which they differ."""
    for key in sorted(found.keys() - expected.keys()):
        yield f"{key}: only published"
    for key in sorted(expected.keys() - found.keys()):
        yield f"{key}: not published"
    for key in sorted(found.keys() & expected.keys()):
        for name in COMPARED:
            if found[key][name] != expected[key][name]:
                yield f"{key} {name}: published {found[key][name]}, expected {expected[key][name]}"


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_that_of_plain_python(tmp_path: Path, seed: int) -> None:
    """Odd seeds: months and one close by command. Even seeds: periods of four weeks and two closes by the calendar."""
    is_odd = seed % 2 == 1
    periods = months() if is_odd else four_weeks()
    ends = [period.end_on for period in periods]
    story = Story.begin(tmp_path, seed, periods=periods, has_calendar_file=not is_odd)
    story.world.grow(FIRST_DAY, ends[4] + timedelta(days=9))
    story.deliver(ends[4], closes=3)
    if not is_odd:
        story.world.correct(ends[4], share=0.03)
        story.world.grow(FIRST_DAY, ends[5], share=0.5)
        story.deliver(ends[5], closes=4)
    story.world.correct(ends[5], share=0.05)
    story.world.register_the_unregistered()
    story.world.grow(FIRST_DAY, ends[6], share=0.5)
    story.deliver(ends[6] - timedelta(days=9), closes=None)
