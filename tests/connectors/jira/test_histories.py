"""Whatever people do, between and during the readings: after a quiet one, landing is what the server holds.

`HISTORIES=500 pytest tests/connectors/jira/test_histories.py` tries so many others, and shortens what fails.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connectors.jira.tables import TABLES
from demo.jira.server import DemoJira
from tests.connectors.jira.histories import STEPS, Step, small_site, take
from tests.connectors.jira.landing import KEYS, Landing, assert_landed, make_landing
from tests.connectors.jira.syncing import assert_counted, quiet

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

OF_PROJECTS = ("projects", "versions", "components")
"""What is known of a project stays when it can't be read any more."""

NUMBERS = st.integers(min_value=0, max_value=40)
STEP: st.SearchStrategy[Step] = st.tuples(st.sampled_from(sorted(STEPS)), NUMBERS, NUMBERS)
DURING = st.tuples(STEP, st.integers(0, 4), st.integers(1, 6))
"""A step, the path after whose answers it happens, and after how many."""
ROUND = st.tuples(st.lists(STEP, max_size=6), st.lists(DURING, max_size=3))


@pytest.mark.slow
@pytest.mark.parametrize("deployment", ["cloud", "server"])
@given(rounds=st.lists(ROUND, min_size=1, max_size=4))
@settings(
    max_examples=int(MORE or 2),
    derandomize=not MORE,
    deadline=None,
    phases=list(Phase) if MORE else [Phase.explicit, Phase.generate],
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
        live = {row["project_id"] for row in full.rows("projects") if row["visibility"] == "live"}
        assert business(landing, live) == business(full, live)
        landing.receive()
        # A list of which a part was out of sight lands whole with the next reading; from then on nothing is new.
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


def business(landing: Landing, projects: set[str]) -> dict[str, list[str]]:
    """The rows that stand, without what repeats other records, and of `projects` alone where they are of one.

    A parent that is gone is none: Jira does not call it a change of its children.
    """
    standing = landing.standing()
    there = {row["issue_id"] for row in standing["issues"]}
    for row in standing["issues"]:
        row["parent_id"] = row["parent_id"] if row["parent_id"] in there else None
    found: dict[str, list[str]] = {}
    for table in (one for one in TABLES if one.name not in ("issue_availability", "project_census")):
        rows = standing[table.name] if table.name in standing else landing.rows(table.name)
        kept = set(KEYS[table.name]) | {column.name for column in table.columns} - OF_OTHERS.get(
            table.name, set()
        )
        found[table.name] = sorted(
            repr({name: row[name] for name in row if name in kept})
            for row in rows
            if table.name not in OF_PROJECTS or row["project_id"] in projects
        )
    return found
