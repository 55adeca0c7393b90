"""Documents become rows; a changed shape stops the reading, an unreadable value is a fault of its row."""

# ruff: noqa: DTZ001 - naive UTC, like every timestamp of a row

from __future__ import annotations

import copy
import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import SchemaChanged
from connectors.jira import values
from connectors.jira.documents import document, settled
from connectors.jira.moments import parse_moment
from connectors.jira.prose import plain_text
from connectors.jira.rows import RowCollector
from connectors.jira.shapes.directory import PROJECT_SHAPE, USER_SHAPE
from connectors.jira.shapes.issues import ISSUE_SHAPE
from connectors.jira.shapes.reading import read_row
from connectors.jira.shapes.worklogs import TOMBSTONE_SHAPE, WORKLOG_SHAPE

MOMENT = "2026-06-30T10:00:00.000+0000"
ISSUE = {
    "id": "1",
    "key": "PAY-1",
    "fields": {
        "project": {"id": "10", "key": "PAY"},
        "status": {"id": "3", "name": "Done", "statusCategory": {"key": "done"}},
        "timeoriginalestimate": 5000,
        "labels": ["a"],
        "issuelinks": [],
        "fixVersions": [{"id": "7", "name": "1.0"}],
        "comment": {"total": 2, "comments": []},
        "created": MOMENT,
        "updated": MOMENT,
    },
}
WORKLOG = {"id": "1", "issueId": "2", "started": MOMENT, "updated": MOMENT, "timeSpentSeconds": 60}
PROJECT = {"id": "10", "key": "PAY", "archived": False}
USER = {"accountId": "5f", "active": True}
TOMBSTONE = {"worklogId": 1, "updatedTime": 1774973112345}
MISSING = object()

CHANGED = {
    "id as an object": (ISSUE_SHAPE, ISSUE, ("id",), {"value": 1}, "should be an id"),
    "id missing": (ISSUE_SHAPE, ISSUE, ("id",), MISSING, "id of issue PAY-1 should be there"),
    "id that is no number": (ISSUE_SHAPE, ISSUE, ("id",), "PAY-1", "should be an id"),
    "key blank": (ISSUE_SHAPE, ISSUE, ("key",), " ", "should be a key"),
    "updated missing": (ISSUE_SHAPE, ISSUE, ("fields", "updated"), MISSING, r"fields\.updated"),
    "updated as a number": (ISSUE_SHAPE, ISSUE, ("fields", "updated"), 1, "moment as text"),
    "fields missing": (ISSUE_SHAPE, ISSUE, ("fields",), MISSING, r"fields\.created of issue PAY-1 .* there"),
    "fields as text": (ISSUE_SHAPE, ISSUE, ("fields",), "x", "holds 'project'"),
    "status as text": (ISSUE_SHAPE, ISSUE, ("fields", "status"), "Done", "holds 'name'"),
    "estimate as text": (ISSUE_SHAPE, ISSUE, ("fields", "timeoriginalestimate"), "4h", "an integer"),
    "labels as text": (ISSUE_SHAPE, ISSUE, ("fields", "labels"), "a", "a list of texts"),
    "a label that is no text": (ISSUE_SHAPE, ISSUE, ("fields", "labels"), [1], "should be text"),
    "links as text": (ISSUE_SHAPE, ISSUE, ("fields", "issuelinks"), ["PAY-2"], "a list of objects"),
    "a link to text": (ISSUE_SHAPE, ISSUE, ("fields", "issuelinks"), [{"inwardIssue": "PAY-2"}], "hold objects"),
    "versions as an object": (ISSUE_SHAPE, ISSUE, ("fields", "fixVersions"), {}, "a list of objects"),
    "comments as a list": (ISSUE_SHAPE, ISSUE, ("fields", "comment"), [], "holds 'total'"),
    "a count as text": (ISSUE_SHAPE, ISSUE, ("fields", "comment", "total"), "2", "an integer"),
    "closed sprints as text": (ISSUE_SHAPE, ISSUE, ("fields", "closedSprints"), "x", "closedSprints is a list"),
    "seconds as text": (WORKLOG_SHAPE, WORKLOG, ("timeSpentSeconds",), "3600", "an integer"),
    "seconds missing": (WORKLOG_SHAPE, WORKLOG, ("timeSpentSeconds",), MISSING, "should be there"),
    "issueId as a number": (WORKLOG_SHAPE, WORKLOG, ("issueId",), 10105, "an id as text"),
    "worklogId as text": (TOMBSTONE_SHAPE, TOMBSTONE, ("worklogId",), "1", "an integer"),
    "account missing": (USER_SHAPE, USER, ("accountId",), MISSING, "accountId or key or name of user"),
    "active as text": (USER_SHAPE, USER, ("active",), "yes", "true or false"),
    "project key missing": (PROJECT_SHAPE, PROJECT, ("key",), MISSING, "should be there"),
    "archived as text": (PROJECT_SHAPE, PROJECT, ("archived",), "no", "true or false"),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "record", "path", "value", "message"), CHANGED.values(), ids=CHANGED)
def test_a_changed_shape_stops_the_reading(shape, record, path, value, message):
    assert read_row(shape, record, source="Jira x")[1] == {}
    with pytest.raises(SchemaChanged, match=message) as caught:
        read_row(shape, _put(record, path, value), source="Jira demo")
    assert "Jira demo" in str(caught.value)
    assert "documentation" in caught.value.mend


UNREADABLE = {
    "a date": (ISSUE_SHAPE, ISSUE, ("fields", "duedate"), "soon", {"due_on": "not_a_date"}),
    "a moment": (ISSUE_SHAPE, ISSUE, ("fields", "created"), "30/06/2026", {"created_at": "not_a_timestamp"}),
    "hours": (
        ISSUE_SHAPE, ISSUE, ("fields", "timeoriginalestimate"), 10**13, {"original_estimate_hours": "out_of_range"},
    ),
    "seconds": (WORKLOG_SHAPE, WORKLOG, ("timeSpentSeconds",), 10**13, {"hours": "out_of_range"}),
    "milliseconds": (TOMBSTONE_SHAPE, TOMBSTONE, ("updatedTime",), 10**18, {"updated_at": "not_a_timestamp"}),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "record", "path", "value", "broken"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_value_that_cannot_be_read_is_a_fault_of_its_row_alone(shape, record, path, value, broken):
    rows = RowCollector(shape.table, site="demo", source="Jira demo")
    for each in (record, _put(record, path, value), record):
        rows.add(shape, each)
    extract = rows.extract()
    (fault,) = extract.faults
    assert ({fault.column: fault.rule}, fault.row, len(extract)) == (broken, 1, 3)
    assert extract.columns[fault.column][1] is None
    assert extract.columns[fault.column][0] is not None or fault.column == "due_on"
    assert fault.place == extract.places[1]
    assert fault.content == extract.columns["document"][1]
    assert "Correct it in Jira" in fault.message


def test_a_column_of_which_nothing_can_be_read_is_a_changed_schema():
    rows = RowCollector(ISSUE_SHAPE.table, site="demo", source="Jira demo")
    for _ in range(10):
        rows.add(ISSUE_SHAPE, _put(ISSUE, ("fields", "updated"), "30/06/2026"))
    with pytest.raises(SchemaChanged, match=r"none of the 10 values of issues\.updated_at can be read"):
        rows.extract()


def test_nine_unreadable_values_are_faults_and_no_changed_schema():
    rows = RowCollector(ISSUE_SHAPE.table, site="demo", source="Jira demo")
    for _ in range(9):
        rows.add(ISSUE_SHAPE, _put(ISSUE, ("fields", "updated"), "30/06/2026"))
    assert len(rows.extract().faults) == 9


def test_equal_records_give_equal_documents_whatever_the_order_of_members():
    assert document({"b": 1, "a": {"d": "é", "c": None}}) == '{"a":{"c":null,"d":"é"},"b":1}'


def test_half_a_character_is_kept_readable():
    row, _ = read_row(ISSUE_SHAPE, _put(ISSUE, ("fields", "summary"), "broken \ud83d here"), source="Jira x")
    assert row["summary"] == "broken \ufffd here"
    assert document({"a": "\ud83d"}).encode() == b'{"a":"\\ud83d"}'


@pytest.mark.parametrize("value", [10**30, "é \ud83d", {"a": [1.5, None, "x"]}])
def test_a_document_holds_what_json_can(value):
    assert json.loads(document({"value": value})) == {"value": value}


def test_a_document_may_be_nested_deeper_than_anybody_writes():
    deep: list = []
    for _ in range(400):
        deep = [deep]
    assert json.loads(document({"value": deep})) == {"value": deep}


def test_what_changes_by_itself_is_no_part_of_a_document():
    person = {
        "accountId": "5f",
        "displayName": "Ana",
        "active": True,
        "emailAddress": "a@b",
        "self": "https://x",
    }
    record = {
        "self": "https://x/10",
        "expand": "lead",
        "name": "Pay",
        "lead": person,
        "issueTypes": [{"id": "1", "iconUrl": "https://x", "avatarId": 3, "displayName": "Bug"}],
        "avatarUrls": {"16x16": "https://x"},
    }
    assert settled(record) == {
        "name": "Pay",
        "lead": {"accountId": "5f"},
        "issueTypes": [{"id": "1", "displayName": "Bug"}],
    }
    assert settled(person) == {"accountId": "5f", "displayName": "Ana", "active": True, "emailAddress": "a@b"}


@given(st.integers(min_value=0, max_value=10**9))
def test_hours_times_3600_give_the_seconds_back(seconds):
    hours = values.hours(seconds)
    assert round(hours * 3600) == seconds
    assert hours.as_tuple().exponent == -10


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, "3.0000000000"),
        (0.1, "0.1000000000"),
        (2.00000000005, "2.0000000001"),
        (-1.5, "-1.5000000000"),
        (" 13 ", "13.0000000000"),
        ("1e2", "100.0000000000"),
        ("", None),
    ],
)
def test_numbers_have_ten_decimals(value, number):
    found = values.number(value)
    assert (None if found is None else f"{found:f}") == number


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("XL", "not_a_number"),
        ("nan", "not_a_number"),
        (float("inf"), "not_a_number"),
        (10**18, "out_of_range"),
    ],
)
def test_numbers_that_are_none_break_a_rule(value, rule):
    with pytest.raises(ValueError, match=rule):
        values.number(value)


@pytest.mark.parametrize("value", [True, [3], {"value": 3}])
def test_what_has_another_type_is_no_number(value):
    with pytest.raises(TypeError, match="a number"):
        values.number(value)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1774973112345, datetime(2026, 3, 31, 16, 5, 12, 345000)),
        (1774973112, datetime(2026, 3, 31, 16, 5, 12)),
        ("2026-03-31T18:05:12.345+0200", datetime(2026, 3, 31, 16, 5, 12, 345000)),
        (-86_400_000_000_000, None),
    ],
)
def test_moments_of_bulk_answers_are_seconds_or_milliseconds(value, moment):
    if moment is None:
        with pytest.raises(ValueError, match="not_a_timestamp"):
            values.moment_or_epoch(value)
    else:
        assert values.moment_or_epoch(value) == moment


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


def test_a_day_is_a_date():
    assert values.day("2026-07-14") == date(2026, 7, 14)
    assert values.hours(5000) == Decimal("1.3888888889")


def _put(record, path, value):
    """A copy of the record with another value at a path, or without it."""
    changed = copy.deepcopy(record)
    holder = changed
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = value
    if value is MISSING:
        del holder[path[-1]]
    return changed
