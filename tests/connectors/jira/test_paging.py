"""Every record arrives once, however Jira cuts its pages and whatever changes while they are read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import SchemaChanged
from connectors.jira.endpoints import CLOUD, DATA_CENTER
from connectors.jira.paging import Pages, Position, Record
from tests.connectors.jira.syncing import asked, assert_counted, assert_same

OFFSET = DATA_CENTER["issue_ids"]


@pytest.mark.parametrize("cap", [2, 7, 33, 5000])
def test_every_record_arrives_whatever_the_page_size_that_jira_allows(cap, demo, sync):
    demo.page_cap = cap
    found = sync(demo).rows
    assert_same(found, demo.site)
    assert_counted(found, demo.site)
    assert {name: len(found[name]) for name in ("projects", "users", "boards", "sprints")} == {
        "projects": 4,
        "users": 8,
        "boards": len(demo.site.boards),
        "sprints": len(demo.site.sprints),
    }


def test_only_ids_are_listed_and_issues_come_a_hundred_at_a_time(cloud, sync):
    sync(cloud)
    assert all(request.body["fields"] == ["id"] for request in asked(cloud, "search/jql"))
    fetched = [request.body["issueIdsOrKeys"] for request in asked(cloud, "issue/bulkfetch")]
    assert sorted(map(len, fetched)) == [20, 100]


def test_a_token_that_comes_again_stops_the_walk(cloud, sync):
    cloud.fault("search/jql", "replay", contains='"PAY"', times=None)
    with pytest.raises(SchemaChanged, match=r"POST search/jql \(nextPageToken .*has come before"):
        sync(cloud)
    assert len(asked(cloud, "search/jql")) < 20


def test_a_list_that_ignores_the_offset_stops_the_walk(cloud, sync):
    cloud.fault("users/search", "replay", times=None)
    with pytest.raises(SchemaChanged, match="the page ends like the one before"):
        sync(cloud)


def test_data_center_starts_again_when_a_record_before_the_page_vanishes(server, sync):
    gone = min((i for i in server.site.issues.values() if i.project == "PAY"), key=lambda i: i.created)
    server.after("2/search", lambda: server.site.delete_issue(gone.key), answers=3)
    found = sync(server).rows
    assert_same(found, server.site)


def test_data_center_says_so_when_fewer_come_than_promised(server, sync):
    server.fault("api/2/search", "patch", at=["total"], value=500, times=None)
    with pytest.raises(SchemaChanged, match="fewer came than there are, in 4 readings"):
        sync(server)


def test_an_answer_that_is_a_list_where_an_object_should_be_is_a_changed_schema():
    pages = Pages(CLOUD["issue_ids"], source="Jira x")
    with pytest.raises(SchemaChanged, match=r"Jira x: .*it is a list, not an object with 'issues'"):
        pages.records([], {})


def test_a_total_that_is_text_is_a_changed_schema():
    pages = Pages(OFFSET, source="Jira x")
    with pytest.raises(SchemaChanged, match="total is text, not an integer"):
        pages.next({"issues": [{"id": "1"}], "total": "1"}, {"startAt": 0})


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("worklogs_updated", {"values": [], "until": 1}, "lastPage is neither true nor false"),
        ("sprints", {"values": []}, "isLast is neither true nor false"),
        ("sprints", {"values": [], "isLast": False}, "the page is empty"),
        ("issue_ids", {"issues": [], "isLast": False}, "nextPageToken is missing"),
    ],
)
def test_an_answer_without_what_paging_goes_by_is_a_changed_schema(name, answer, told):
    with pytest.raises(SchemaChanged, match=told):
        Pages(CLOUD[name], source="Jira x").next(answer, {"startAt": 0, "since": 0})


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
    pages, found = Pages(OFFSET, source="Jira x"), set()
    position: Position | None = pages.first({})
    number = 0
    while position is not None:
        for deletes, at, place in changes:
            if number == at:
                _change(records, steadfast, place, f"new {len(found)}", deletes=deletes)
        start = position["startAt"]
        answer: dict[str, Any] = {"issues": records[start : start + size], "total": len(records)}
        found |= {record["id"] for record in pages.records(answer, position)}
        position = pages.next(answer, position)
        number += 1
    assert steadfast <= found


def _change(records: list[Record], steadfast: set[str], place: int, name: str, *, deletes: bool) -> None:
    if deletes and records:
        steadfast.discard(records.pop(place % len(records))["id"])
    elif not deletes:
        records.insert(place % (len(records) + 1), {"id": name})


class Offsets:
    """A server that lists `records` by offset, `cap` a page, and changes them after some answers."""

    def __init__(self, records: list[str], cap: int, changes: dict[int, tuple[str, int]]) -> None:
        self.records, self.cap, self.changes, self.answers = list(records), cap, changes, 0

    def answer(self, start: int) -> dict[str, Any]:
        page = self.records[start : start + self.cap]
        is_last = start + self.cap >= len(self.records)
        self.answers += 1
        kind, place = self.changes.get(self.answers, ("none", 0))
        if kind == "delete" and self.records:
            del self.records[place % len(self.records)]
        if kind == "insert":
            self.records.insert(place % (len(self.records) + 1), f"new {self.answers}")
        return {"values": [{"id": record} for record in page], "isLast": is_last}


@given(
    st.integers(0, 12),
    st.integers(2, 5),
    st.dictionaries(
        st.integers(1, 12), st.tuples(st.sampled_from(["delete", "insert"]), st.integers(0, 12)), max_size=2
    ),
)
def test_sprints_that_are_there_throughout_are_all_read_whatever_moves_them(count, cap, changes):
    server = Offsets([str(number) for number in range(count)], cap, changes)
    pages, found = Pages(CLOUD["sprints"], source="Jira x"), set()
    position: Position | None = pages.first({})
    while position is not None:
        answer = server.answer(position["startAt"])
        found |= {record["id"] for record in pages.records(answer, position)}
        try:
            position = pages.next(answer, position)
        except SchemaChanged as error:
            assert "records moved" in str(error) or "the page is empty" in str(error)
            return
    assert {str(number) for number in range(count)} & set(server.records) <= found
