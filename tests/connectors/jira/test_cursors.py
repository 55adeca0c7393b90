"""A cursor says until when and for which projects everything was read."""

# ruff: noqa: DTZ001 - naive UTC, like every timestamp of a row

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.cursors import Cursor, advanced, parse_cursor, window_start
from connectors.jira.moments import to_milliseconds

MOMENTS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
KEYS = st.sets(st.sampled_from(["PAY", "WEB", "DWH", "A_1"]))
NOON = datetime(2026, 6, 30, 12)


@given(MOMENTS, KEYS)
def test_a_cursor_is_read_back_from_its_text(moment, projects):
    cursor = Cursor(moment, frozenset(projects))
    assert parse_cursor(str(cursor)) == cursor


@given(MOMENTS)
def test_a_window_starts_five_minutes_before_its_cursor(moment):
    assert window_start(str(Cursor(moment)), ()) == to_milliseconds(moment) - 300_000


@pytest.mark.parametrize(
    ("read", "wanted", "covered"),
    [
        ("", "", True),
        ("", "PAY", True),
        ("PAY,WEB", "PAY", True),
        ("PAY", "PAY,WEB", False),
        ("PAY", "", False),
    ],
)
def test_a_cursor_counts_only_for_projects_read_up_to_it(read, wanted, covered):
    def keys(text):
        return frozenset(text.split(",")) - {""}

    assert Cursor(NOON, keys(read)).covers(keys(wanted)) is covered
    assert (window_start(str(Cursor(NOON, keys(read))), keys(wanted)) > 0) is covered


@pytest.mark.parametrize("text", ["", "yesterday", "2026-06-30", "2026-06-30T12:00:00.000Z PAY WEB"])
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(ValueError, match="is no cursor"):
        parse_cursor(text)


@given(MOMENTS, st.lists(MOMENTS), MOMENTS)
def test_a_cursor_goes_forward_and_never_past_the_clock(before, seen, clock):
    after = parse_cursor(advanced(str(Cursor(before)), (), seen, clock) or "")
    assert after.moment <= clock
    assert after.moment >= min(before, clock)


def test_a_cursor_stays_as_it_is_while_nothing_is_seen():
    assert advanced(None, (), [], NOON) is None
    assert advanced(str(Cursor(NOON)), (), [], NOON + timedelta(hours=1)) == str(Cursor(NOON))
