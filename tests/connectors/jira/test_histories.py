"""Whatever people do, between and during the readings: after a quiet one, landing is what the server holds.

`HISTORIES=500 pytest tests/connectors/jira/test_histories.py` tries so many others.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.jira.tables import TABLES
from demo.jira.server import DemoJira
from tests.connectors.jira.histories import STEPS, Step, small_site, take
from tests.connectors.jira.landing import Landing, assert_landed, make_landing
from tests.connectors.jira.syncing import Row, assert_counted, quiet

MORE = os.environ.get("HISTORIES")
PATHS = {
    "cloud": ("project/search", "search/jql", "issue/bulkfetch", "changelog/bulkfetch", "worklog/list"),
    "server": ("/project", "2/search", "worklog/updated", "worklog/list"),
}
OF_OTHERS = {
    "issues": {"document", "sprints", "links", "parent_key", "epic_key"},
    "worklogs": {"document", "project_key", "issue_key"},
    "issue_changes": {"document"},
}
"""Columns that repeat what another record says, and that Jira does not call a change: the marts take it from there."""

NUMBERS = st.integers(min_value=0, max_value=40)
STEP: st.SearchStrategy[Step] = st.tuples(st.sampled_from(sorted(STEPS)), NUMBERS, NUMBERS)
DURING = st.tuples(STEP, st.integers(0, 4), st.integers(1, 6))
"""A step, the path after whose answers it happens, and after how many."""
ROUND = st.tuples(st.lists(STEP, max_size=6), st.lists(DURING, max_size=3))


@pytest.mark.slow
@pytest.mark.parametrize("deployment", ["cloud", "server"])
@given(rounds=st.lists(ROUND, min_size=1, max_size=4))
@settings(
    max_examples=int(MORE or 12),
    derandomize=not MORE,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_a_random_history_ends_in_landing_as_the_server_has_it(deployment, rounds):
    with (
        tempfile.TemporaryDirectory() as folder,
        DemoJira(deployment=deployment, site=small_site(), page_cap=4) as demo,
    ):
        landing = make_landing(Path(folder) / "incremental", demo)
        landing.receive()
        for between, during in rounds:
            live_through(demo, landing, between, during)
        quiet(demo.site)
        landing.receive()
        assert_landed(landing, demo.site)
        assert_counted(landing.standing(), demo.site)
        gone = {row["issue_id"] for row in landing.rows("issues")} - {
            row["issue_id"] for row in landing.standing()["issues"]
        }
        assert gone == landing.availability().keys()
        full = make_landing(Path(folder) / "full", demo)
        full.receive()
        assert business(landing) == business(full)
        assert {arrival.status for arrival in landing.receive().values()} == {"unchanged"}


def live_through(
    demo: DemoJira, landing: Landing, between: list[Step], during: list[tuple[Step, int, int]]
) -> None:
    """Lets steps happen, then receives, while others happen."""
    for step in between:
        take(demo.site, step)
    paths = PATHS[demo.deployment]
    for step, path, answers in during:
        demo.after(paths[path % len(paths)], lambda step=step: take(demo.site, step), answers=answers)
    landing.receive()
    demo.hooks.clear()


def business(landing: Landing) -> dict[str, list[str]]:
    """The rows that stand, without what repeats other records; lists as they are."""
    standing = landing.standing()
    found: dict[str, list[Row]] = {
        table.name: standing.get(table.name, landing.rows(table.name))
        for table in TABLES
        if table.name not in ("issue_availability", "project_census")
    }
    return {
        name: sorted(
            repr({column: value for column, value in row.items() if column not in OF_OTHERS.get(name, ())})
            for row in rows
        )
        for name, rows in found.items()
    }
