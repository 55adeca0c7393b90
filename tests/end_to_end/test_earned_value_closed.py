"""Earned value of a closed period: what was reported stays, what comes late counts in the open one and restated."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.end_to_end.earned_value_home import RATE_AND_PERIOD_MISSING, check, row, write_cases
from tests.end_to_end.homes import Record, make_home, where


@dataclass(frozen=True, slots=True)
class Closed:
    """A home before and after what arrived when March was closed."""

    before: list[Record]
    after: list[Record]
    packages_before: list[Record]
    packages_after: list[Record]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Closed:
    """March is closed; then come a report of March that replaces another, and a baseline approved in February."""
    home = make_home(tmp_path_factory.mktemp("closed-earned-value"))
    write_cases(home)
    assert home.refresh("2026-04-30").exit_code == RATE_AND_PERIOD_MISSING
    assert home.run("close", "2026-03").exit_code == 0
    before, packages_before = home.table("mart_evm_period"), home.table("mart_evm_wbs_period")
    home.write(
        "inbox/register/progress_late.csv",
        [{"project": "REBASED", "as_of": "2026-03-31", "percent_complete": 60}],
    )
    home.write(
        "inbox/budgets/budget_versions_late.csv",
        [{"project": "PACKAGES", "version_no": 2, "version_type": "revised", "approved_on": "2026-02-02"}],
    )
    line = {"project": "PACKAGES", "version_no": 2, "cost_category": "services", "currency": "EUR"}
    home.write(
        "inbox/budgets/budget_lines_late.csv", [line | {"wbs": "C", "period": "2026-02", "amount": "1000"}]
    )
    refreshed = home.refresh("2026-04-30")
    assert refreshed.exit_code == RATE_AND_PERIOD_MISSING, refreshed.text
    return Closed(before, home.table("mart_evm_period"), packages_before, home.table("mart_evm_wbs_period"))


def as_reported(rows: list[Record], through: str) -> set[tuple[object, ...]]:
    return {
        tuple(value for name, value in each.items() if name != "as_of")
        for each in where(rows, view="as_reported")
        if each["period"] <= through
    }


def test_a_closed_period_does_not_move(closed: Closed) -> None:
    assert as_reported(closed.after, "2026-03") == as_reported(closed.before, "2026-03")
    assert as_reported(closed.packages_after, "2026-03") == as_reported(closed.packages_before, "2026-03")


def test_what_came_late_counts_in_the_open_period_and_restated(closed: Closed) -> None:
    """REBASED: 60 % of 600 since March. PACKAGES: 1,000 on C alone, so that nothing is earned."""
    check(row(closed.after, "REBASED", "03"), "ev=300")
    check(row(closed.after, "REBASED", "03", "restated"), "ev=360")
    check(row(closed.after, "REBASED", "04"), "ev=360")
    check(row(closed.after, "PACKAGES", "03"), "bac=650 ev=200 pv=650")
    check(row(closed.after, "PACKAGES", "03", "restated"), "bac=1000 ev=0 pv=1000")
    check(row(closed.after, "PACKAGES", "04"), "bac=1000 ev=0")
