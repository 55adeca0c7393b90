"""Forty random projects in one home with 4-4-5 periods, every measure of every row against plain Python.

They have rebaselined plans with flat stretches and shrinking ones, work packages, reports with ten decimals that also
fall, costs, forecasts. `PMO_RANDOM_SEEDS=1,2` tries other seeds, `PMO_RANDOM_PROJECTS=200` other numbers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from random import Random

import pytest

from tests.end_to_end.homes import PmoHome, Record, make_home
from tests.end_to_end.plain_evm import (
    Figures,
    PlainPeriod,
    PlainProject,
    cents,
    earned_value,
    ten_decimals,
)

SEEDS = [int(seed) for seed in os.environ.get("PMO_RANDOM_SEEDS", "1").split(",")]
PROJECTS = int(os.environ.get("PMO_RANDOM_PROJECTS", "40"))
FIRST_DAY = date(2025, 3, 31)
WEEKS = (4, 4, 5) * 5
AS_OF = FIRST_DAY + timedelta(weeks=sum(WEEKS[:10]), days=16)
"""A Wednesday in the third week of the eleventh period."""
MONEY = ("pv", "ev", "ac", "bac", "cv", "sv", "eac_cpi", "eac_budget", "eac_cpi_spi", "eac_pm")
RATIOS = ("cpi", "spi", "tcpi_bac", "tcpi_eac", "es", "actual_periods", "sv_t", "spi_t", "ieac_t")
NEXT_TO_NOTHING = Decimal("1e-9")
AMONG_DIFFERENCES = 20

Key = tuple[str, str, str]


def periods() -> list[PlainPeriod]:
    starts = [FIRST_DAY + timedelta(weeks=weeks) for weeks in accumulate(WEEKS, initial=0)]
    return [
        PlainPeriod(f"FY26-P{number:02}", start, following - timedelta(days=1))
        for number, (start, following) in enumerate(pairwise(starts), start=1)
    ]


PERIODS = periods()


def random_project(random: Random) -> PlainProject:
    versions, lines = {}, []
    packages: list[str | None] = [None, "A", "B", "C"] if random.random() < 0.5 else [None]
    if random.random() < 0.9:
        approved = sorted(random_day(random, 8) for _ in range(random.choice((1, 1, 2, 3))))
        for number, day in enumerate(approved, start=1):
            versions[number] = day
            lines += random_lines(random, number, packages)
    named = [wbs for wbs in packages if wbs or random.random() < 0.7]
    reports = {
        (random_day(random, 13), random.choice(named or [None])): percent(random)
        for _ in range(random.choice((0, 1, 3, 6, 10)))
    }
    cost_days = [random_day(random, 11) for _ in range(random.choice((0, 2, 8)))]
    return PlainProject(
        versions,
        lines,
        [(day, wbs, value) for (day, wbs), value in reports.items()],
        [(day, amount(random)) for day in cost_days if day <= AS_OF],
        (random.randrange(9), amount(random) * 3) if random.random() < 0.5 else None,
    )


def random_day(random: Random, periods_long: int) -> date:
    return FIRST_DAY + timedelta(days=random.randrange(28 * periods_long))


def amount(random: Random) -> Decimal:
    return Decimal(random.randrange(100, 2_000_000)) / 100


def percent(random: Random) -> Decimal:
    return random.choice((Decimal(0), Decimal(50), Decimal(100), Decimal(random.randrange(10**12)) / 10**10))


def random_lines(
    random: Random, version: int, packages: list[str | None]
) -> list[tuple[int, str | None, str, Decimal]]:
    first = random.randrange(8)
    span = range(first, first + random.randrange(1, 7))
    found = [(version, random.choice(packages), PERIODS[first].label, amount(random) + 20_000)]
    for _ in range(random.randrange(8)):
        value = random.choice((amount(random), amount(random), Decimal("0.00"), -(amount(random) // 10)))
        found.append((version, random.choice(packages), PERIODS[random.choice(span)].label, value))
    return found


def write(home: PmoHome, projects: dict[str, PlainProject]) -> None:
    currency = {"currency": "EUR"}
    line = {"cost_category": "services"} | currency
    home.write(
        "reference/fiscal_calendar.csv",
        [{"period": each.label, "start_on": each.start_on, "end_on": each.end_on} for each in PERIODS],
    )
    home.write("inbox/register/projects.csv", [{"project": code, "name": code} for code in projects])
    home.write(
        "inbox/register/progress.csv",
        [
            {"project": code, "as_of": day, "wbs": wbs, "percent_complete": value}
            for code, project in projects.items()
            for day, wbs, value in project.reports
        ],
    )
    home.write(
        "inbox/budgets/budget_versions.csv",
        [
            {"project": code, "version_no": number, "approved_on": day}
            | {"version_type": "original" if number == 1 else "revised"}
            for code, project in projects.items()
            for number, day in project.versions.items()
        ],
    )
    home.write(
        "inbox/budgets/budget_lines.csv",
        [
            line
            | {"project": code, "version_no": version, "wbs": wbs, "period": label, "amount": value, "no": no}
            for code, project in projects.items()
            for no, (version, wbs, label, value) in enumerate(project.lines)
        ],
    )
    home.write(
        "inbox/budgets/forecast_lines.csv",
        [
            line
            | {"project": code, "cutoff_period": PERIODS[made].label, "period": PERIODS[-1].label}
            | {"amount": value, "basis": "to_complete"}
            for code, project in projects.items()
            if project.forecast is not None
            for made, value in [project.forecast]
        ],
    )
    home.write(
        "inbox/ledger/postings.csv",
        [
            line
            | {"project": code, "posting_id": f"{code}-{no}", "posted_on": day, "amount": value}
            | {"origin": "expense"}
            for code, project in projects.items()
            for no, (day, value) in enumerate(project.costs)
        ],
    )


@dataclass(frozen=True, slots=True)
class Story:
    projects: dict[str, PlainProject]
    rows: list[Record]
    packages: list[Record]


@pytest.fixture(scope="module", params=SEEDS)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    random = Random(request.param)
    projects = {f"P{number:03}": random_project(random) for number in range(PROJECTS)}
    home = make_home(tmp_path_factory.mktemp("random-earned-value"))
    write(home, projects)
    refreshed = home.refresh(AS_OF.isoformat())
    assert refreshed.exit_code == 0, refreshed.text
    yield Story(projects, home.table("mart_evm_period"), home.table("mart_evm_wbs_period"))


def index_of(day: date) -> int:
    return next(number for number, period in enumerate(PERIODS) if period.start_on <= day <= period.end_on)


def first_index(project: PlainProject) -> int | None:
    """The period of the first dated row by the as-of date."""
    days = [
        *project.versions.values(),
        *(day for day, *_ in project.reports),
        *(day for day, _ in project.costs),
    ]
    found = [index_of(day) for day in days if day <= AS_OF]
    return min([*found, *([project.forecast[0]] if project.forecast else [])], default=None)


def test_every_project_has_a_row_for_every_period_since_its_first_dated_row(story: Story) -> None:
    expected = {
        (code, period.label, view)
        for code, project in story.projects.items()
        if (first := first_index(project)) is not None
        for period in PERIODS[first : index_of(AS_OF) + 1]
        for view in ("as_reported", "restated")
    }
    found = [(row["project_code"], row["period"], row["view"]) for row in story.rows]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_every_measure_is_what_plain_python_computes(story: Story) -> None:
    labels = [period.label for period in PERIODS]
    differences = []
    for row in story.rows:
        plain = earned_value(story.projects[row["project_code"]], PERIODS, labels.index(row["period"]), AS_OF)
        differences += [
            f"{row['project_code']} {row['period']} {row['view']} {name}: {row[name]}, expected {expected}"
            for name, expected in shown(plain).items()
            if not is_close(name, row[name], expected)
        ]
    assert differences[:AMONG_DIFFERENCES] == []


def shown(plain: Figures) -> dict[str, Decimal | None]:
    """The figures as a row shows them, under the names of its columns."""
    exact = plain | {"ev": plain.get("ev_shown")}
    money = {name: None if (value := exact.get(name)) is None else cents(value) for name in MONEY}
    ratios = {name: None if (value := exact.get(name)) is None else ten_decimals(value) for name in RATIOS}
    return money | ratios


def is_close(name: str, found: Decimal | None, expected: Decimal | None) -> bool:
    if found is None or expected is None or name in MONEY:
        return found == expected
    return abs(found - expected) <= NEXT_TO_NOTHING * max(1, abs(expected))


def test_the_projects_have_what_is_to_be_tested(story: Story) -> None:
    """Every reason comes up that the random projects can give, so that none of the comparison above is idle."""
    reasons = {row[name] for row in story.rows for name in row if name.endswith("_null_reason")} - {None}
    assert reasons >= {
        "after_planned_end",
        "complete",
        "budget_exhausted",
        "forecast_exhausted",
        "no_actuals",
        "no_baseline",
        "no_forecast",
        "no_progress",
        "not_started",
        "nothing_earned",
    }
    assert {row["baseline_version_no"] for row in story.rows} >= {None, 1, 2, 3}


def test_work_packages_add_up_to_their_project(story: Story) -> None:
    projects = {key_of(row): row for row in story.rows}
    sums: dict[Key, dict[str, Decimal]] = {}
    for row in story.packages:
        of_project = sums.setdefault(key_of(row), {"bac": Decimal(0), "ev": Decimal(0)})
        of_project["bac"] += row["bac"]
        of_project["ev"] += row["ev"] or 0
    earned_by_packages = {key_of(row) for row in story.packages if row["ev"] is not None}
    assert earned_by_packages
    for key, found in sums.items():
        assert found["bac"] == projects[key]["bac"], key
        assert key not in earned_by_packages or found["ev"] == projects[key]["ev"], key


def key_of(row: Record) -> Key:
    return row["project_code"], row["period"], row["view"]
