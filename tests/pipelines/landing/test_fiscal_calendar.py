"""The declared calendar: overlaps, gaps, and a reporting date outside it."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.landing.fiscal_calendar import (
    Period,
    assert_in_a_period,
    calendar_remarks,
    gaps,
    overlaps,
    periods_of,
)
from pipelines.landing.manifest import LandingError

JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31), "P1")
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28), "P2")
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), "P3")


def test_periods_that_follow_each_other_are_whole() -> None:
    assert overlaps([JANUARY, FEBRUARY, MARCH]) == gaps([JANUARY, FEBRUARY, MARCH]) == []
    assert calendar_remarks([]) == []


def test_one_shared_day_is_an_overlap() -> None:
    (said,) = overlaps([JANUARY, Period(date(2026, 1, 31), date(2026, 2, 28), "P2")])
    assert said.startswith("P1 (2026-01-01 to 2026-01-31) and P2 (2026-01-31 to 2026-02-28) overlap")


def test_one_missing_day_is_a_gap() -> None:
    (said,) = gaps([JANUARY, Period(date(2026, 2, 2), date(2026, 2, 28), "P2")])
    assert "between P1 (2026-01-01 to 2026-01-31) and P2" in said
    assert "from 2026-02-01 to 2026-02-01" in said


def test_periods_are_by_date_whatever_the_order_of_the_rows() -> None:
    rows = [
        {"period": each.label, "start_on": each.start_on, "end_on": each.end_on}
        for each in (MARCH, JANUARY, FEBRUARY)
    ]
    assert periods_of([*rows, {"period": None, "start_on": None, "end_on": None}]) == [
        JANUARY,
        FEBRUARY,
        MARCH,
    ]


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 2, 14), date(2026, 4, 1)])
def test_a_reporting_date_in_no_period_is_an_error_with_the_mend(day: date) -> None:
    with pytest.raises(
        LandingError, match=rf"{day} is in no period of reference/fiscal_calendar.csv.*--as-of"
    ):
        assert_in_a_period(day, [JANUARY, MARCH])


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 3, 31)])
def test_the_first_and_the_last_day_are_in_the_calendar(day: date) -> None:
    assert_in_a_period(day, [JANUARY, FEBRUARY, MARCH])


def test_without_a_declared_calendar_every_day_has_a_month() -> None:
    assert_in_a_period(date(2050, 1, 1), [])
