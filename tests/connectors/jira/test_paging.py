"""Every record arrives once, however Jira cuts its pages and whatever changes while they are read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import SchemaChanged
from connectors.jira.endpoints import CLOUD, DATA_CENTER
from connectors.jira.paging import Walk


@pytest.mark.parametrize("kind", ["cloud", "server"])
@pytest.mark.parametrize("cap", [2, 7, 33, 5000])
def test_every_record_arrives_whatever_the_page_size_that_jira_allows(kind, cap, read, request):
    demo = request.getfixturevalue(kind)
    demo.page_cap = cap
    found = read(demo)
    assert {name: len(one.extract) for name, one in found.items()} == {
        "projects": 4,
        "users": 8,
        "issues": 120,
        "worklogs": 152,
    }


@pytest.mark.parametrize("kind", ["cloud", "server"])
def test_ids_are_unique_and_in_order(kind, read, request):
    for name, one in read(request.getfixturevalue(kind), "issues", "worklogs").items():
        ids = [int(identity) for identity in one.extract.columns[f"{name[:-1]}_id"]]
        assert ids == sorted(set(ids))


def test_a_token_that_comes_again_stops_the_walk(cloud, read):
    cloud.fault("search/jql", "replay", times=None)
    with pytest.raises(SchemaChanged, match=r"POST search/jql \(page 2\).*has come before"):
        read(cloud, "issues")
    assert len(cloud.requests) < 10


def test_a_page_that_is_not_the_last_but_has_no_token_stops_the_walk(cloud, read):
    cloud.fault("search/jql", "remove", at=["nextPageToken"])
    with pytest.raises(SchemaChanged, match="nextPageToken is missing"):
        read(cloud, "issues")


def test_an_empty_page_with_a_token_is_not_the_end(cloud, read):
    cloud.fault("search/jql", "patch", at=["issues"], value=[], skip=1)
    # The records of the emptied page are lost to this walk, but those of the pages after it are not.
    assert len(read(cloud, "issues")["issues"].extract) == 120 - 33


def test_a_list_that_ignores_the_offset_stops_the_walk(cloud, read):
    cloud.fault("users/search", "replay", times=None)
    with pytest.raises(SchemaChanged, match="same as the one before"):
        read(cloud, "users")


def test_a_feed_page_of_one_single_moment_stops_rather_than_skips(cloud, read):
    moment = next(iter(cloud.site.worklogs.values())).updated
    for worklog in cloud.site.worklogs.values():
        worklog.updated = moment
    with pytest.raises(SchemaChanged, match="one and the same moment"):
        read(cloud, "worklogs")


def test_data_center_starts_again_when_a_record_before_the_page_vanishes(server, read, rows_of):
    issues = sorted(server.site.issues.values(), key=lambda issue: issue.created)
    gone, last = issues[0], issues[-1]
    _change_after_first_page(server, lambda: server.site.delete_issue(gone.key))
    found = {row["issue_key"] for row in rows_of(read(server, "issues")["issues"])}
    assert found >= {issue.key for issue in issues[1:]}
    assert last.key in found


def test_data_center_reads_again_what_moved_by_a_new_record(server, read, rows_of):
    issues = sorted(server.site.issues.values(), key=lambda issue: issue.created)
    early = issues[0].created

    def put_in_front() -> None:
        server.site.issues[issues[-1].id].created = early

    _change_after_first_page(server, put_in_front)
    assert {row["issue_key"] for row in rows_of(read(server, "issues")["issues"])} == {i.key for i in issues}


def test_data_center_says_so_when_fewer_come_than_promised(server, read):
    server.fault("api/2/search", "patch", at=["total"], value=500, times=None)
    with pytest.raises(SchemaChanged, match="fewer came than `total`"):
        read(server, "issues")


def test_an_issue_edited_while_cloud_is_read_comes_as_it_is_afterwards(cloud, read, rows_of):
    first = min(cloud.site.issues.values(), key=lambda issue: (issue.updated, issue.id))
    _change_after_first_page(cloud, lambda: cloud.site.edit_issue(first.key, summary="edited meanwhile"))
    found = {row["issue_key"]: row["summary"] for row in rows_of(read(cloud, "issues")["issues"])}
    assert found[first.key] == "edited meanwhile"
    assert len(found) == 120


def test_an_answer_that_is_a_list_where_an_object_should_be_is_a_changed_schema():
    walk = Walk(source="Jira x", endpoint=CLOUD["issues"], ask=lambda *_: [])
    with pytest.raises(SchemaChanged, match=r"Jira x: .*it is a list, not an object with 'issues'"):
        list(walk.pages())


def test_a_total_that_is_text_is_a_changed_schema():
    answer: dict[str, Any] = {"issues": [{"id": "1"}], "total": "1"}
    walk = Walk(source="Jira x", endpoint=DATA_CENTER["issues"], ask=lambda *_: answer)
    with pytest.raises(SchemaChanged, match="total is text, not an integer"):
        list(walk.pages())


@given(
    size=st.integers(min_value=2, max_value=5),
    changes=st.lists(
        st.tuples(st.booleans(), st.integers(0, 12), st.integers(min_value=0, max_value=10)), max_size=3
    ),
)
def test_an_offset_walk_skips_nothing_that_was_there_all_the_time(size, changes):
    """Each change deletes or puts in a record before the request of that number; three fit into four passes."""
    records = [{"id": f"{number:03}"} for number in range(0, 120, 10)]
    steadfast = {record["id"] for record in records}
    requests = iter(range(1000))

    def ask(endpoint, parameters, where):
        now = next(requests)
        for number, (deletes, at, place) in enumerate(changes):
            if now != at:
                continue
            if deletes and records:
                steadfast.discard(records.pop(place % len(records))["id"])
            elif not deletes:
                records.insert(place % (len(records) + 1), {"id": f"new {number}"})
        start = parameters["startAt"]
        return {"issues": records[start : start + size], "total": len(records)}

    walk = Walk(source="Jira x", endpoint=DATA_CENTER["issues"], ask=ask)
    assert steadfast <= {record["id"] for page in walk.pages() for record in page}


def _change_after_first_page(demo, change) -> None:
    """Lets `change` happen after the first page of issues has been answered."""
    answer, done = demo.answer, []

    def answer_then_change(request):
        found = answer(request)
        if "/search" in request.path and "project" not in request.path and not done:
            done.append(True)
            change()
        return found

    demo.answer = answer_then_change
