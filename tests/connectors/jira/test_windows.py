"""A second reading finds what changed, all of it, and nothing that did not."""

# ruff: noqa: DTZ001 - naive UTC, like every timestamp of a row

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connectors.errors import RequestRefused

KINDS = pytest.mark.parametrize("kind", ["cloud", "server"])


def _cursors(found):
    return {name: one.cursor_after for name, one in found.items()}


def _news(before, after, rows_of):
    """Rows of `after` whose document was not there before, by table."""
    news = {}
    for name, one in after.items():
        known = {row["document"] for row in rows_of(before[name])}
        news[name] = [row for row in rows_of(one) if row["document"] not in known]
    return news


@KINDS
def test_a_second_reading_finds_an_edit_and_a_deletion_and_nothing_else(kind, read, rows_of, request):
    demo = request.getfixturevalue(kind)
    first = read(demo)
    gone = next(iter(demo.site.worklogs))
    demo.site.edit_issue("WEB-7", summary="Reset a password twice")
    demo.site.delete_worklog(gone)
    demo.site.advance(timedelta(minutes=2))
    news = _news(first, read(demo, since=_cursors(first)), rows_of)
    touched = demo.site.issues[_issue_of(first, gone, rows_of)].key
    assert {row["issue_key"] for row in news["issues"]} == {"WEB-7", touched}
    assert [(row["worklog_id"], row["is_deleted"], row["hours"]) for row in news["worklogs"]] == [
        (str(gone), True, None)
    ]
    assert not news["projects"] and not news["users"]


def _issue_of(found, worklog, rows_of):
    return next(
        int(row["issue_id"]) for row in rows_of(found["worklogs"]) if row["worklog_id"] == str(worklog)
    )


@KINDS
def test_a_reading_without_changes_brings_no_new_document(kind, read, rows_of, request):
    demo = request.getfixturevalue(kind)
    first = read(demo)
    again = read(demo, since=_cursors(first))
    assert not any(_news(first, again, rows_of).values())
    assert _cursors(again) == _cursors(first)
    assert len(again["issues"].extract) < 5


@KINDS
def test_new_work_on_an_old_issue_carries_its_key(kind, read, rows_of, request):
    demo = request.getfixturevalue(kind)
    first = read(demo)
    demo.site.log_work("DWH-2", author="elena", started=datetime(2026, 6, 30, 8), seconds=5400)
    demo.site.advance(timedelta(minutes=2))
    news = _news(first, read(demo, "worklogs", since=_cursors(first)), rows_of)["worklogs"]
    assert [(row["issue_key"], row["project_key"], str(row["hours"])) for row in news] == [
        ("DWH-2", "DWH", "1.5000000000")
    ]


@KINDS
def test_a_moved_issue_keeps_its_id(kind, read, rows_of, request):
    demo = request.getfixturevalue(kind)
    first = read(demo, "issues")
    identity = str(demo.site.issue("OPS-3").id)
    demo.site.move_issue("OPS-3", "PAY")
    news = _news(first, read(demo, "issues", since=_cursors(first)), rows_of)["issues"]
    assert [(row["issue_id"], row["issue_key"], row["project_key"]) for row in news] == [
        (identity, "PAY-43", "PAY")
    ]


def test_a_change_within_the_feeds_last_minute_comes_with_the_next_reading(cloud, read, rows_of):
    first = read(cloud)
    new = cloud.site.log_work("PAY-8", author="alice", started=datetime(2026, 6, 30, 8), seconds=900)
    early = read(cloud, "worklogs", since=_cursors(first))
    assert str(new.id) not in early["worklogs"].extract.columns["worklog_id"]
    cloud.site.advance(timedelta(minutes=2))
    later = read(cloud, "worklogs", since=_cursors(early))
    assert str(new.id) in later["worklogs"].extract.columns["worklog_id"]


def test_a_late_entry_of_the_search_index_is_found_by_the_overlap(cloud, read):
    first = read(cloud, "issues")
    late = cloud.site.edit_issue("PAY-9", summary="indexed late")
    late.updated = max(issue.updated for issue in cloud.site.issues.values() if issue is not late)
    late.updated -= timedelta(minutes=4)
    again = read(cloud, "issues", since=_cursors(first))
    assert "PAY-9" in again["issues"].extract.columns["issue_key"]


@KINDS
def test_the_cursor_never_passes_the_moment_when_reading_began(kind, read, request):
    demo = request.getfixturevalue(kind)
    demo.site.edit_issue("PAY-9", summary="from the future")
    demo.site.issue("PAY-9").updated = demo.site.now + timedelta(hours=3)
    cursor = read(demo, "issues")["issues"].cursor_after
    assert cursor == f"{demo.site.now.isoformat(timespec='milliseconds')}Z"


def test_windows_are_absolute_moments_whatever_the_accounts_time_zone(cloud, read):
    read(cloud, "issues", since={"issues": "2026-06-30T15:05:00.000Z"})
    asked = [request.body["jql"] for request in cloud.requests if request.path.endswith("search/jql")]
    milliseconds = int(datetime.fromisoformat("2026-06-30T15:00:00+00:00").timestamp() * 1000)
    assert asked == [f"updated >= {milliseconds} order by updated asc, key asc"]


def test_only_the_projects_named_are_read(cloud, read, rows_of):
    found = read(cloud, projects=("pay", "WEB"))
    for name in ("projects", "issues", "worklogs"):
        assert {row["project_key"] for row in rows_of(found[name])} == {"PAY", "WEB"}
    assert found["issues"].window.startswith('project in ("PAY", "WEB") and updated >= 0')


def test_worklogs_alone_ask_for_the_keys_of_their_issues_a_hundred_at_a_time(cloud, read, rows_of):
    alone = rows_of(read(cloud, "worklogs")["worklogs"])
    asked = [request for request in cloud.requests if request.path.endswith("bulkfetch")]
    assert all(len(request.body["issueIdsOrKeys"]) <= 100 for request in asked)
    cloud.requests.clear()
    assert alone == rows_of(read(cloud)["worklogs"])
    assert not [request for request in cloud.requests if request.path.endswith("bulkfetch")]


@KINDS
def test_work_on_an_issue_nobody_can_ask_for_any_more_has_no_key(kind, read, rows_of, request):
    demo = request.getfixturevalue(kind)
    orphan = next(iter(demo.site.worklogs.values()))
    orphan.issue = 99999
    found = {row["worklog_id"]: row for row in rows_of(read(demo, "worklogs")["worklogs"])}
    assert (found[str(orphan.id)]["issue_id"], found[str(orphan.id)]["issue_key"]) == ("99999", None)


def test_a_project_added_later_comes_with_its_whole_past(cloud, read, rows_of):
    first = read(cloud, "issues", "worklogs", projects=("PAY",))
    again = read(cloud, "issues", "worklogs", since=_cursors(first), projects=("PAY", "WEB"))
    assert [row["project_key"] for row in rows_of(again["issues"])].count("WEB") == 34
    assert "WEB" in again["worklogs"].extract.columns["project_key"]
    less = read(cloud, "issues", since=_cursors(again), projects=("WEB",))
    assert len(less["issues"].extract) < 5


def test_a_cursor_that_is_none_is_refused_with_its_text(cloud, read):
    with pytest.raises(RequestRefused, match="'yesterday' is no cursor"):
        read(cloud, "issues", since={"issues": "yesterday"})


def test_reading_without_objects_of_that_name_is_a_wrong_call(cloud, read):
    with pytest.raises(ValueError, match="sprints"):
        read(cloud, "sprints")
