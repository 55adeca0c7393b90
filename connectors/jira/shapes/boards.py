"""Boards with their configuration, and sprints."""

from __future__ import annotations

from functools import partial
from typing import Any

from connectors.jira import values
from connectors.jira.documents import json_list, settled
from connectors.jira.shapes.reading import Record, Shape, member
from connectors.jira.tables import BOARDS, SPRINTS

_OF_THE_READER = ("canEdit", "favourite")


def board_with(board: Record, configuration: Record | None) -> Record:
    """One record of what `board` and `board/{id}/configuration` answer; the latter None where it is refused."""
    return {**board, "configuration": configuration}


def columns(value: Any) -> str:
    """A JSON array of {position, name, statuses}: position from 1, statuses a list of ids."""
    if not isinstance(value, list):
        raise TypeError("a list of columns")
    return json_list([_column(position, column) for position, column in enumerate(value, start=1)])


def _column(position: int, column: Any) -> dict[str, Any]:
    statuses = column.get("statuses", []) if isinstance(column, dict) else None
    if not isinstance(statuses, list) or not all(isinstance(status, dict) for status in statuses):
        raise TypeError("a list of columns that hold statuses")
    name = column.get("name")
    return {
        "position": position,
        "name": None if name is None else values.text(name),
        "statuses": [values.reference(status.get("id")) for status in statuses],
    }


def rank_field(value: Any) -> str:
    """The id of the field by which a board orders; Jira gives its number."""
    return f"customfield_{values.integer(value)}"


def _state(value: Any) -> str | None:
    found = values.text(value)
    return found and found.lower()


def _of_project(record: Record, name: str) -> str | None:
    """Of the project that a board is in, if it is in one; Data Center says it in the configuration alone."""
    found = _object(record, "location").get(f"project{name.capitalize()}")
    if found is None:
        location = _object(_object(record, "configuration"), "location")
        found = location.get(name) if location.get("type") == "project" else None
    return values.reference_if_any(found)


def _object(record: Record, name: str) -> Record:
    found = record.get(name)
    if found is not None and not isinstance(found, dict):
        raise TypeError(f"a board whose {name} is an object")
    return found or {}


def _landed_board(record: Record) -> Record:
    return {name: value for name, value in settled(record).items() if name not in _OF_THE_READER}


BOARD_SHAPE = Shape(
    table=BOARDS,
    members={
        "board_id": member(values.reference, "id", required=True),
        "name": member(values.text, "name"),
        "board_type": member(values.text, "type"),
        "project_id": member(partial(_of_project, name="id"), ""),
        "project_key": member(partial(_of_project, name="key"), ""),
        "filter_id": member(values.reference, "configuration.filter.id"),
        "estimation_field_id": member(values.text, "configuration.estimation.field.fieldId"),
        "estimation_field_name": member(values.text, "configuration.estimation.field.displayName"),
        "rank_field_id": member(rank_field, "configuration.ranking.rankCustomFieldId"),
        "columns": member(columns, "configuration.columnConfig.columns", absent="[]"),
    },
    noun="board",
    place="board_id",
    landed=_landed_board,
)
"""Reads what `board_with` puts together."""

SPRINT_SHAPE = Shape(
    table=SPRINTS,
    members={
        "sprint_id": member(values.reference, "id", required=True),
        "board_id": member(values.reference, "originBoardId"),
        "name": member(values.text, "name"),
        "state": member(_state, "state"),
        "goal": member(values.text, "goal"),
        "started_at": member(values.moment, "startDate"),
        "ended_at": member(values.moment, "endDate"),
        "completed_at": member(values.moment, "completeDate"),
        "created_at": member(values.moment, "createdDate"),
    },
    noun="sprint",
    place="sprint_id",
)
