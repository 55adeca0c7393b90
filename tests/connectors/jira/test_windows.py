"""A second reading asks for what changed, finds all of it, and nothing that did not."""

# ruff: noqa: DTZ001 - naive UTC, like every timestamp of a row

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connectors.errors import RequestRefused
from tests.connectors.jira.syncing import asked, changes_in, quiet


@pytest.fixture
def again(sync):
    """again(first, demo) -> a second reading behind the first."""

    def run(first, demo, **options):
        return sync(demo, **{"since": first.cursors, "landed": first.landed(), **options})

    return run


def _news(before, after):
    """Rows of `after` whose document was not there before, by table."""
    news = {}
    for name, rows in after.rows.items():
        known = {row["document"] for row in before.rows[name]}
        news[name] = [row for row in rows if row["document"] not in known]
    return news


def test_a_second_reading_finds_an_edit_and_a_deletion_and_nothing_else(demo, sync, again):
    quiet(demo.site)
    first = sync(demo)
    gone = next(iter(demo.site.worklogs.values()))
    touched = demo.site.issues[gone.issue].key
    demo.site.edit_issue("WEB-7", summary="Reset a password twice")
    demo.site.delete_worklog(gone.id)
    quiet(demo.site)
    news = _news(first, again(first, demo))
    assert {row["issue_key"] for row in news.pop("issues")} == {"WEB-7", touched}
    assert {row["issue_id"] for row in news.pop("issue_changes")} == {
        str(demo.site.issue(key).id) for key in ("WEB-7", touched)
    }
    assert [(row["worklog_id"], row["is_deleted"], row["hours"]) for row in news.pop("worklogs")] == [
        (str(gone.id), True, None)
    ]
    assert not [name for name, rows in news.items() if rows]


def test_a_reading_without_changes_brings_no_new_document(demo, sync, again):
    quiet(demo.site)
    first = sync(demo)
    second = again(first, demo)
    assert not [name for name, rows in _news(first, second).items() if rows]
    assert second.cursors == first.cursors
    assert len(second.rows["issues"]) < 5


def test_new_work_on_an_old_issue_belongs_to_its_project(demo, sync, again):
    first = sync(demo)
    demo.site.log_work("DWH-2", author="elena", started=datetime(2026, 6, 30, 8), seconds=5400)
    quiet(demo.site)
    (row,) = _news(first, again(first, demo))["worklogs"]
    assert (row["issue_id"], row["project_key"], str(row["hours"])) == (
        str(demo.site.issue("DWH-2").id),
        "DWH",
        "1.5000000000",
    )


def test_a_moved_issue_keeps_its_id(demo, sync, again):
    quiet(demo.site)
    first = sync(demo)
    identity = str(demo.site.issue("OPS-3").id)
    demo.site.move_issue("OPS-3", "PAY")
    quiet(demo.site)
    news = _news(first, again(first, demo))["issues"]
    assert [(row["issue_id"], row["issue_key"], row["project_key"]) for row in news] == [
        (identity, "PAY-43", "PAY")
    ]


def test_a_change_within_the_feeds_last_minute_comes_with_the_next_reading(demo, sync, again):
    first = sync(demo)
    new = demo.site.log_work("PAY-8", author="alice", started=datetime(2026, 6, 30, 8), seconds=900)
    early = again(first, demo)
    assert str(new.id) not in early.column("worklogs", "worklog_id")
    demo.site.advance(timedelta(minutes=2))
    assert str(new.id) in again(early, demo, landed=first.landed()).column("worklogs", "worklog_id")


def test_the_cursor_never_passes_the_moment_when_reading_began(demo, sync):
    demo.site.edit_issue("PAY-9", summary="from the future")
    demo.site.issue("PAY-9").updated = demo.site.now + timedelta(hours=3)
    assert sync(demo).cursors["issues"] == f"{demo.site.now.isoformat(timespec='milliseconds')}Z"


def test_windows_are_absolute_moments(cloud, sync):
    sync(cloud, since={"issues": "2026-06-30T15:05:00.000Z"}, projects=("PAY",))
    milliseconds = int(datetime.fromisoformat("2026-06-30T15:00:00+00:00").timestamp() * 1000)
    assert {request.body["jql"] for request in asked(cloud, "search/jql")} == {
        'project in ("PAY") order by created asc, key asc',
        f'project in ("PAY") and updated >= {milliseconds} order by created asc, key asc',
    }


def test_only_the_projects_named_are_read(demo, sync):
    found = sync(demo, projects=("PAY", "WEB"))
    for name in ("projects", "issues", "worklogs", "versions", "components", "project_census"):
        assert set(found.column(name, "project_key")) == {"PAY", "WEB"}, name
    assert found.cursors["issues"].endswith("Z PAY,WEB")


def test_a_project_may_be_named_in_small_letters(demo, sync):
    assert set(sync(demo, projects=("pay",)).column("issues", "project_key")) == {"PAY"}


def test_work_on_an_issue_nobody_can_ask_for_is_not_read(demo, sync):
    """Also not work of a project that is not read: its hours belong to nobody here."""
    orphan = next(iter(demo.site.worklogs.values()))
    orphan.issue = 99999
    assert str(orphan.id) not in sync(demo).column("worklogs", "worklog_id")


def test_a_project_added_later_comes_with_its_whole_past(demo, sync):
    first = sync(demo, projects=("PAY",))
    second = sync(demo, since=first.cursors, landed=first.landed(), projects=("PAY", "WEB"))
    assert second.column("issues", "project_key").count("WEB") == 34
    assert second.column("worklogs", "project_key").count("WEB") == sum(
        1 for one in demo.site.worklogs.values() if demo.site.issues[one.issue].project == "WEB"
    )
    web = {str(one.id) for one in demo.site.issues.values() if one.project == "WEB"}
    changes = sum(
        len(change.items) for identity in map(int, web) for change in demo.site.changes.get(identity, ())
    )
    assert sum(row["issue_id"] in web for row in second.rows["issue_changes"]) == changes
    third = sync(demo, since=second.cursors, landed=second.landed(), projects=("WEB",))
    assert len(third.rows["issues"]) < 5


def test_the_whole_changelog_of_an_issue_comes_with_every_change(demo, sync, again):
    first = sync(demo)
    demo.site.edit_issue("WEB-7", summary="Reset a password twice")
    quiet(demo.site)
    identity = demo.site.issue("WEB-7").id
    found = changes_in(
        [r for r in again(first, demo).rows["issue_changes"] if r["issue_id"] == str(identity)]
    )
    assert sum(found.values()) == sum(len(change.items) for change in demo.site.changes[identity])


def test_a_cursor_that_is_none_is_refused_with_its_text(cloud, sync):
    with pytest.raises(RequestRefused, match="'yesterday' is no cursor"):
        sync(cloud, since={"issues": "yesterday"})
