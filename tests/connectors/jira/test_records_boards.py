"""A board is read with its configuration, which may be refused."""

from __future__ import annotations

import json

import pytest

from connectors.errors import SchemaChanged
from connectors.jira.shapes import boards
from connectors.jira.shapes.reading import read_row

CONFIGURATION = {
    "id": 84,
    "filter": {"id": "1001"},
    "location": {"type": "project", "key": "PAY", "id": "10"},
    "columnConfig": {
        "columns": [
            {"name": "To Do", "statuses": [{"id": "10000", "self": "https://x"}, {"id": "4"}]},
            {"name": "Done", "statuses": []},
        ],
    },
    "estimation": {"type": "field", "field": {"fieldId": "customfield_10016", "displayName": "Points"}},
    "ranking": {"rankCustomFieldId": 10019},
}
BOARD = {"id": 84, "name": "Pay board", "type": "scrum"}
LOCATION = {"location": {"projectId": 10, "projectKey": "PAY"}}


@pytest.mark.parametrize("board", [BOARD, BOARD | LOCATION], ids=["Data Center", "Cloud"])
def test_a_board_is_read_with_its_configuration(board):
    row, broken = read_row(boards.BOARD_SHAPE, boards.board_with(board, CONFIGURATION), source="Jira x")
    columns = json.loads(row.pop("columns"))
    assert not broken
    assert row == {
        "board_id": "84",
        "name": "Pay board",
        "board_type": "scrum",
        "project_id": "10",
        "project_key": "PAY",
        "filter_id": "1001",
        "estimation_field_id": "customfield_10016",
        "estimation_field_name": "Points",
        "rank_field_id": "customfield_10019",
    }
    assert columns == [
        {"position": 1, "name": "To Do", "statuses": ["10000", "4"]},
        {"position": 2, "name": "Done", "statuses": []},
    ]


def test_a_board_whose_configuration_is_refused_is_still_a_row():
    row, broken = read_row(boards.BOARD_SHAPE, boards.board_with(BOARD, None), source="Jira x")
    assert not broken
    assert (row["board_id"], row["columns"], row["filter_id"], row["project_id"]) == ("84", "[]", None, None)


def test_a_board_of_a_user_is_in_no_project():
    owned = {"location": {"type": "user", "id": "5", "key": "ana"}}
    row, _ = read_row(boards.BOARD_SHAPE, boards.board_with(BOARD, CONFIGURATION | owned), source="Jira x")
    assert (row["project_id"], row["project_key"]) == (None, None)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({**BOARD, "location": "PAY"}, "location is an object"),
        (boards.board_with(BOARD, {"columnConfig": {"columns": {}}}), "a list of columns"),
        (boards.board_with(BOARD, {"columnConfig": {"columns": [{"statuses": ["4"]}]}}), "hold statuses"),
        (boards.board_with(BOARD, {"ranking": {"rankCustomFieldId": "x"}}), "an integer"),
    ],
)
def test_a_board_of_another_shape_is_a_changed_schema(record, message):
    with pytest.raises(SchemaChanged, match=message):
        read_row(boards.BOARD_SHAPE, record, source="Jira x")
