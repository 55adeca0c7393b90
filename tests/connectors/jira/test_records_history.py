"""A history becomes one row for every field that it changed, whichever answer it came in."""

# ruff: noqa: DTZ001 - naive UTC, like every timestamp of a row

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import SchemaChanged
from connectors.jira.documents import document
from connectors.jira.rows import RowCollector
from connectors.jira.shapes import history
from connectors.jira.shapes.reading import read_row

LEAD = {"accountId": "5fA", "displayName": "Ana", "active": True}
HISTORY = {
    "id": "57278",
    "author": LEAD,
    "created": "2026-06-30T12:00:00.345+0200",
    "items": [
        {"field": "status", "fieldtype": "jira", "fieldId": "status", "from": "1", "fromString": "To Do", "to": "3",
         "toString": "In Progress"},
        {"field": "Sprint", "fieldtype": "custom", "fieldId": "customfield_10020", "from": "", "fromString": "",
         "to": "7, 9", "toString": "Sprint 7, Sprint 9"},
    ],
}  # fmt: skip


def test_a_history_gives_a_row_for_every_field():
    first, second = _changes([HISTORY])
    assert first == {
        "history_id": "57278",
        "position": 0,
        "issue_id": "10105",
        "author_account": "5fA",
        "changed_at": datetime(2026, 6, 30, 10, 0, 0, 345000),
        "field_id": "status",
        "field": "status",
        "field_type": "jira",
        "from_value": "1",
        "from_text": "To Do",
        "to_value": "3",
        "to_text": "In Progress",
    }
    assert (second["position"], second["field_id"], second["field_type"]) == (
        1,
        "customfield_10020",
        "custom",
    )
    assert [second[name] for name in ("from_value", "from_text", "to_value")] == [None, None, "7, 9"]


def test_every_answer_that_holds_a_history_gives_the_same_rows():
    bulk = {
        **HISTORY,
        "created": 1782813600345,
        "author": {**LEAD, "self": "https://x", "emailAddress": "a@b"},
    }
    texts = [
        [document(history.CHANGE_SHAPE.landed(each)) for each in history.changes_of("10105", [one])]
        for one in (HISTORY, bulk)
    ]
    assert _changes([bulk]) == _changes([HISTORY])
    assert texts[0] == texts[1]
    assert json.loads(texts[0][1])["item"]["to"] == "7, 9"


def test_an_old_change_of_data_center_has_neither_author_nor_field_id():
    old = {"id": 5, "created": "2012-08-18T20:46:11.000+0000", "items": [{"field": "Link", "to": 3}]}
    (row,) = _changes([old])
    assert (row["history_id"], row["author_account"], row["field_id"], row["to_value"]) == (
        "5",
        None,
        None,
        "3",
    )


@pytest.mark.parametrize("items", [[], None])
def test_a_history_without_fields_gives_no_row(items):
    assert _changes([{**HISTORY, "items": items}]) == []


def test_histories_come_out_of_an_issue_document():
    issue = {"key": "PAY-6", "changelog": {"total": 1, "histories": [HISTORY]}}
    assert history.histories_in(issue, source="Jira x") == [HISTORY]
    assert history.histories_in({"key": "PAY-6"}, source="Jira x") == []


@pytest.mark.parametrize("changelog", [[], {"histories": {}}, {"histories": ["x"]}, {"total": 3}])
def test_a_changelog_of_another_shape_is_a_changed_schema(changelog):
    with pytest.raises(SchemaChanged, match="changelog of issue PAY-6"):
        history.histories_in({"key": "PAY-6", "changelog": changelog}, source="Jira x")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"items": "x"}, "holds 'field"),
        ({"items": ["x"]}, "holds 'field"),
        ({"items": [{"to": "3"}]}, r"item\.field of change 57278 should be there"),
        ({"items": [{"field": "status", "to": {"id": "3"}}]}, "should be text"),
        ({"created": None}, "should be there"),
        ({"created": {}}, "a moment as text"),
        ({"id": None}, "should be there"),
    ],
)
def test_a_history_of_another_shape_is_a_changed_schema(changed, message):
    with pytest.raises(SchemaChanged, match=message):
        _changes([HISTORY | changed])


def test_a_change_at_no_moment_is_a_fault_of_its_rows():
    rows = RowCollector(history.CHANGE_SHAPE.table, site="demo", source="Jira demo")
    for record in history.changes_of("10105", [HISTORY | {"created": "yesterday"}]):
        rows.add(history.CHANGE_SHAPE, record)
    assert [(fault.row, fault.column, fault.rule) for fault in rows.extract().faults] == [
        (0, "changed_at", "not_a_timestamp"),
        (1, "changed_at", "not_a_timestamp"),
    ]


def _changes(histories):
    return [
        read_row(history.CHANGE_SHAPE, record, source="Jira x")[0]
        for record in history.changes_of("10105", histories)
    ]


TEXTS = st.sampled_from([None, "status", " a ", "é", " ", "", "1"])
PLAIN_ITEMS = st.fixed_dictionaries(
    {"field": st.sampled_from(["status", " Sprint ", "é"])},
    optional=dict.fromkeys(("fieldtype", "fieldId", "from", "fromString", "to", "toString"), TEXTS),
)
ODD_ITEMS = st.sampled_from([{"field": "a", "from": 1}, {"field": ""}, {}, None, {"field": "a", "more": "b"}])
AUTHORS = st.sampled_from(
    [
        {"accountId": "a1", "displayName": "A", "active": True},
        {"key": "k", "name": "n", "displayName": "K", "active": True, "self": "https://x"},
        {"accountId": "a1"},
    ]
)
ODD_AUTHORS = st.sampled_from(
    [{"accountId": " a1"}, {"accountId": None, "key": "k"}, {"name": "n"}, {}, None]
)
MOMENTS = st.sampled_from([1_700_000_000_123, 1_700_000_000, "2026-06-30T10:00:00.123+0200"])
ODD_MOMENTS = st.sampled_from(["2026-06-30T10:00:00.123456Z", "soon", None, -(10**15)])


def histories(ids, authors, moments, items):
    of_one = {"id": ids, "author": authors, "created": moments, "items": st.lists(items, max_size=3)}
    return st.lists(st.fixed_dictionaries(of_one), min_size=1, max_size=3)


PLAIN = st.sampled_from(["1", "22"]), AUTHORS, MOMENTS, PLAIN_ITEMS
ODD = st.sampled_from([3, " 4", "", None]), ODD_AUTHORS, ODD_MOMENTS, ODD_ITEMS
HISTORIES = st.one_of(
    histories(*PLAIN), *(histories(*PLAIN[:n], PLAIN[n] | ODD[n], *PLAIN[n + 1 :]) for n in range(4))
)


@settings(max_examples=300)
@given(HISTORIES)
def test_histories_read_at_one_go_are_the_rows_of_reading_them_member_by_member(histories):
    block = history.plain_changes("10105", histories)
    if block is None:
        return
    at_once, one_by_one = (
        RowCollector(history.CHANGE_SHAPE.table, site="demo", source="Jira demo") for _ in range(2)
    )
    at_once.add_block(block)
    for change in history.changes_of("10105", histories):
        one_by_one.add(history.CHANGE_SHAPE, change)
    assert at_once.extract() == one_by_one.extract()


def test_an_ordinary_history_is_read_at_one_go():
    items = [{"field": "status", "fieldtype": "jira", "fieldId": "status", "from": "1", "fromString": None}]
    one = {"id": "7", "author": {"accountId": "a1"}, "created": 1_700_000_000_123, "items": items}
    assert history.plain_changes("10105", [one, one]) is not None
