"""Histories rebuilt from the changelog: however they arrived the tables are the same, and they are what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connectors.jira.tables import TABLES
from pipelines.landing.batches import make_batch
from pipelines.landing.store import LandingStore
from tests.end_to_end.homes import PmoHome, make_home, only, where
from tests.end_to_end.jira_histories import BEGIN, END, SITE, SPRINTS, STATUSES, History, Row
from tests.pipelines.landing.extracts import extract_of, origin

pytestmark = pytest.mark.slow

LANDED = {table.name: table for table in TABLES}
FACTS = ("fct_issue", "fct_issue_status_interval", "fct_sprint_scope_event", "dim_sprint", "fct_issue_link")
AFTERWARDS = END + timedelta(days=1)


def lists() -> Iterator[tuple[str, list[Row]]]:
    """What a site has beside its issues."""
    common = {"site": SITE, "document": "{}"}
    sprint = {"field_id": "customfield_20", "name": "Sprint"}
    points = {"field_id": "customfield_16", "name": "Story Points"}
    yield "projects", [common | {"project_id": "10001", "project_key": "ATLAS", "name": "Atlas"}]
    yield (
        "fields",
        [
            common | sprint | {"custom_type": "com.pyxis.greenhopper.jira:gh-sprint"},
            common | points | {"custom_type": "com.atlassian.jira.plugin.system.customfieldtypes:float"},
        ],
    )
    yield (
        "statuses",
        [
            common | {"status_id": status, "name": name, "category_key": category}
            for status, (name, category) in STATUSES.items()
        ],
    )
    yield "boards", [common | {"board_id": "1", "estimation_field_id": "customfield_16", "columns": "[]"}]
    yield (
        "sprints",
        [
            common
            | {"sprint_id": sprint, "board_id": "1", "name": f"Sprint {sprint}", "state": "closed"}
            | {"started_at": started, "completed_at": completed}
            for sprint, (started, completed) in SPRINTS.items()
        ],
    )


def at_once(history: History) -> Iterator[tuple[str, list[Row]]]:
    yield from lists()
    yield "issues", history.versions(BEGIN, AFTERWARDS)
    yield "issue_changes", history.changelog(BEGIN, AFTERWARDS)


def bit_by_bit(history: History) -> Iterator[tuple[str, list[Row]]]:
    """Five syncs, each a day over the one before; the changelog now before the issues, now after them."""
    since = BEGIN
    for number, day in enumerate((16, 20, 33, 50, 76)):
        until = BEGIN + timedelta(days=day)
        parts = [
            ("issues", history.versions(since, until)),
            ("issue_changes", history.changelog(since, until)),
        ]
        yield from reversed(parts) if number % 2 else parts
        if number == 1:
            yield from lists()
        since = until - timedelta(days=1)


def landed(home: PmoHome, parts: Iterator[tuple[str, list[Row]]], issues: int) -> PmoHome:
    store = LandingStore(home.root / "landing")
    census = {"project_key": "ATLAS", "project_id": "10001", "visibility": "live", "site": SITE}
    census |= {"issues_in_jira": issues, "issues_in_landing": issues, "document": "{}"}
    for number, (name, rows) in enumerate([*parts, ("project_census", [census])]):
        if rows:
            came_from = origin(f"jira:{SITE}", f"{number:x}"[-1], reader="jira", objects=(name,))
            store.commit(make_batch(extract_of(LANDED[name], *rows), origin=came_from, faults={}, checks=[]))
    refreshed = home.refresh("2026-06-30")
    # pmo.yaml has no such site: its issues count, and that is said.
    assert (refreshed.exit_code, "names no more" in refreshed.text) == (3, True), refreshed.text
    return home


@pytest.fixture(scope="module")
def history() -> History:
    return History(1)


@pytest.fixture(scope="module")
def full(history: History, tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    home = make_home(tmp_path_factory.mktemp("full"))
    return landed(home, at_once(history), len(history.issues))


@pytest.fixture(scope="module")
def incremental(history: History, tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    home = make_home(tmp_path_factory.mktemp("incremental"))
    return landed(home, bit_by_bit(history), len(history.issues))


def content(home: PmoHome, table: str) -> list[tuple[str, ...]]:
    """The rows without the place that they were read from, which a hand-made extract numbers."""
    rows = home.table(table)
    return sorted(tuple(str(row[name]) for name in row if name != "source_place") for row in rows)


def test_a_full_and_an_incremental_history_give_the_same_tables(full: PmoHome, incremental: PmoHome) -> None:
    for table in FACTS:
        assert content(full, table), table
        assert content(full, table) == content(incremental, table), table


def test_the_intervals_are_the_statuses_as_they_followed_each_other(
    history: History, incremental: PmoHome
) -> None:
    found = [
        (row["issue_id"], row["interval_no"], row["status_id"], row["started_at"], row["ended_at"])
        for row in incremental.table("fct_issue_status_interval")
    ]
    assert sorted(found, key=str) == sorted(expected_intervals(history), key=str)
    assert {row["is_history_complete"] for row in incremental.table("fct_issue")} == {True}


def expected_intervals(history: History) -> Iterator[tuple[Any, ...]]:
    for issue in history.issues:
        entered: list[tuple[str, datetime]] = []
        for moment, _, _, state in issue.states:
            if not entered or entered[-1][0] != state.status:
                entered.append((state.status, moment))
        ends = [moment for _, moment in entered[1:]] + [None]
        for number, ((status, moment), ended) in enumerate(zip(entered, ends, strict=True), start=1):
            yield issue.id, number, status, moment, ended


def test_events_add_up_to_the_scope_of_each_sprint_at_every_moment(
    history: History, incremental: PmoHome
) -> None:
    events = incremental.table("fct_sprint_scope_event")
    for sprint, (_, completed) in SPRINTS.items():
        of_sprint = [row for row in events if row["sprint_id"] == sprint]
        for moment in {row["occurred_at"] for row in of_sprint if row["occurred_at"] <= completed}:
            past = [row for row in of_sprint if row["occurred_at"] <= moment]
            sums = tuple(
                sum((row[name] for row in past), Decimal(0)) for name in ("scope_change", "done_change")
            )
            assert sums == history.scope(sprint, moment), (sprint, moment)


def test_what_stood_in_a_sprint_at_its_start_is_said_on_its_events(
    history: History, incremental: PmoHome
) -> None:
    events = incremental.table("fct_sprint_scope_event")
    for sprint, (started, _) in SPRINTS.items():
        states = {issue.id: issue.at(started) for issue in history.issues}
        planned = {key: state.points for key, state in states.items() if state and sprint in state.sprints}
        found = where(events, sprint_id=sprint)
        assert {
            row["issue_id"]: row["estimate_at_start"] for row in found if row["was_in_scope_at_start"]
        } == planned


def test_each_link_stands_once(history: History, incremental: PmoHome) -> None:
    links = incremental.table("fct_issue_link")
    assert len(links) == len({row["link_id"] for row in links}) == history.links


def test_the_census_says_that_every_issue_is_there(history: History, incremental: PmoHome) -> None:
    row = only(incremental.table("mart_data_quality"), check_name="jira_census")
    counts = (row["issues_in_jira"], row["issues_in_landing"], row["issues_in_mart"], row["difference"])
    assert (row["outcome"], *counts) == ("passed", *[len(history.issues)] * 3, 0)
