"""Documents become rows; a changed shape stops the reading, an unreadable value is a fault of its row."""

# ruff: noqa: DTZ001 - naive UTC, like every timestamp of a row

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import SchemaChanged
from connectors.jira.moments import parse_moment
from connectors.jira.prose import plain_text
from connectors.jira.records import ISSUE_SHAPE, WORKLOG_SHAPE, document, read_row

FLIPS = {
    "id as an object": ("search/jql", "patch", ["issues", 0, "id"], {"value": 1}, "issues", "should be an id"),
    "id missing": ("search/jql", "remove", ["issues", 0, "id"], None, "issues", "id of issue .* should be there"),
    "id that is no number": ("search/jql", "patch", ["issues", 0, "id"], "PAY-1", "issues", "should be an id"),
    "key blank": ("search/jql", "patch", ["issues", 0, "key"], " ", "issues", "should be a key"),
    "updated missing": ("search/jql", "remove", ["issues", 0, "fields", "updated"], None, "issues", r"fields\.updated"),
    "updated as a number": ("search/jql", "patch", ["issues", 0, "fields", "updated"], 1, "issues", "moment as text"),
    "fields missing": ("search/jql", "remove", ["issues", 0, "fields"], None, "issues", r"fields\.project\.key"),
    "status as text": ("search/jql", "patch", ["issues", 0, "fields", "status"], "Done", "issues", "holds 'name'"),
    "estimate as text": (
        "search/jql", "patch", ["issues", 0, "fields", "timeoriginalestimate"], "4h", "issues", "an integer",
    ),
    "issues as an object": ("search/jql", "patch", ["issues"], {}, "issues", "issues is an object, not a list"),
    "an issue that is text": ("search/jql", "patch", ["issues", 0], "PAY-1", "issues", "not a list of objects"),
    "seconds as text": ("worklog/list", "patch", [0, "timeSpentSeconds"], "3600", "worklogs", "an integer"),
    "seconds missing": ("worklog/list", "remove", [0, "timeSpentSeconds"], None, "worklogs", "should be there"),
    "issueId as a number": ("worklog/list", "patch", [0, "issueId"], 10105, "worklogs", "an id as text"),
    "worklogId as text": ("worklog/updated", "patch", ["values", 0, "worklogId"], "1", "worklogs", "an integer"),
    "lastPage missing": ("worklog/updated", "remove", ["lastPage"], None, "worklogs", "lastPage"),
    "account missing": ("users/search", "remove", [0, "accountId"], None, "users", "accountId of a record is missing"),
    "active as text": ("users/search", "patch", [0, "active"], "yes", "users", "true or false"),
    "project key missing": ("project/search", "remove", ["values", 0, "key"], None, "projects", "should be there"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "kind", "at", "value", "name", "message"), FLIPS.values(), ids=FLIPS)
def test_a_changed_shape_stops_the_reading(path, kind, at, value, name, message, cloud, read):
    cloud.fault(path, kind, at=at, value=value, times=None)
    with pytest.raises(SchemaChanged, match=message) as caught:
        read(cloud, name)
    assert "Jira demo" in str(caught.value)
    assert "documentation" in caught.value.mend


def test_a_date_that_is_none_is_a_fault_of_its_row_alone(cloud, read):
    cloud.fault("search/jql", "patch", at=["issues", 3, "fields", "duedate"], value="soon")
    extract = read(cloud, "issues")["issues"].extract
    (fault,) = extract.faults
    assert (fault.column, fault.rule, len(extract)) == ("due_on", "not_a_date", 120)
    assert extract.columns["due_on"][fault.row] is None
    assert extract.places[fault.row] == fault.place == f"issue {extract.columns['issue_key'][fault.row]}"


def test_a_column_of_which_nothing_can_be_read_is_a_changed_schema(cloud, read):
    cloud.page_cap = 5000
    answer = cloud.answer

    def with_epochs(request):
        found = answer(request)
        if request.path.endswith("search/jql"):
            for issue in found.document["issues"]:
                issue["fields"]["updated"] = "30/06/2026"
        return found

    cloud.answer = with_epochs
    with pytest.raises(SchemaChanged, match=r"none of the 120 values of issues\.updated_at can be read"):
        read(cloud, "issues")


def test_a_row_holds_what_the_document_says(cloud, read, rows_of):
    issue = cloud.site.edit_issue(
        "PAY-6", summary="  Mask the card number ", assignee=None, estimate=5000, due=date(2026, 7, 14)
    )
    row = next(row for row in rows_of(read(cloud, "issues")["issues"]) if row["issue_key"] == "PAY-6")
    assert row["summary"] == "Mask the card number"
    assert (row["assignee_account"], row["due_on"]) == (None, date(2026, 7, 14))
    assert row["original_estimate_hours"] == Decimal("1.3888888889")
    assert row["updated_at"] == issue.updated == datetime(2026, 6, 30, 20, 0, 1)
    assert json.loads(row["document"])["fields"]["updated"] == "2026-06-30T22:00:01.000+0200"


def test_equal_records_give_equal_documents_whatever_the_order_of_members():
    assert document({"b": 1, "a": {"d": "é", "c": None}}) == '{"a":{"c":null,"d":"é"},"b":1}'


def test_half_a_character_is_kept_readable():
    row, _ = read_row(ISSUE_SHAPE, _issue(summary="broken \ud83d here"), source="Jira x")
    assert row["summary"] == "broken \ufffd here"
    assert document({"a": "\ud83d"}).encode() == b'{"a":"\\ud83d"}'


@given(st.integers(min_value=0, max_value=10**9))
def test_hours_times_3600_give_the_seconds_back(seconds):
    row, broken = read_row(WORKLOG_SHAPE, _worklog(timeSpentSeconds=seconds), source="Jira x")
    assert not broken
    assert round(row["hours"] * 3600) == seconds
    assert row["hours"].as_tuple().exponent == -10


def test_more_hours_than_a_column_holds_are_a_fault_of_the_row():
    row, broken = read_row(WORKLOG_SHAPE, _worklog(timeSpentSeconds=10**13), source="Jira x")
    assert (row["hours"], broken) == (None, {"hours": "out_of_range"})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-05-17T04:26:21.613-0700", datetime(2022, 5, 17, 11, 26, 21, 613000)),
        ("2026-03-31T18:05:12.345+02:00", datetime(2026, 3, 31, 16, 5, 12, 345000)),
        ("2026-03-31T16:05:12Z", datetime(2026, 3, 31, 16, 5, 12)),
        ("2026-02-30T16:05:12Z", None),
        ("2026-03-31T16:05:12", None),
        ("2026-03-31", None),
        (1774973112345, None),
    ],
)
def test_moments_are_read_with_their_offset_or_not_at_all(text, moment):
    assert parse_moment(text) == moment


def test_rich_text_becomes_its_words_one_line_a_block():
    def node(kind, *content, **attributes):
        return {"type": kind, "content": list(content), **attributes}

    text = {"type": "text", "text": "Call"}
    mention = {"type": "mention", "attrs": {"id": "1", "text": "@Bruno"}}
    item = node("listItem", node("paragraph", {"type": "text", "text": "first"}))
    found = plain_text(
        node("doc", node("paragraph", text, {"type": "hardBreak"}, mention), node("bulletList", item))
    )
    assert found == "Call\n@Bruno\nfirst"


def test_a_comment_without_words_is_absent():
    row, _ = read_row(WORKLOG_SHAPE, _worklog(comment={"type": "doc", "content": []}), source="Jira x")
    assert row["comment"] is None


def _worklog(**changes):
    moment = "2026-06-30T10:00:00.000+0000"
    record = {"id": "1", "issueId": "2", "started": moment, "updated": moment, "timeSpentSeconds": 60}
    return {**record, **changes}


def _issue(**fields):
    moment = "2026-06-30T10:00:00.000+0000"
    common = {"project": {"key": "PAY"}, "created": moment, "updated": moment}
    return {"id": "1", "key": "PAY-1", "fields": {**common, **fields}}
