"""What Jira's JSON means: for each table, where in a record every column stands. No request is made here.

A member of another JSON type than the documented one, or a missing one that every record has, is a changed schema and
stops the extraction. A member of the right type that can't be read (a date that is none) is a fault of its row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.errors import SchemaChanged
from connectors.jira import values
from connectors.jira.paging import Record
from connectors.jira.tables import ISSUES, PROJECTS, USERS, WORKLOGS
from connectors.tabular.tables import Table

Reader = Callable[[Any], Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """Where a column stands in a record.

    Args:
        read: makes the value; TypeError means another JSON type, ValueError an unreadable content.
        paths: members from the outside in, joined by dots; the first present one counts.
        required: every record has it.
        absent: the value where Jira leaves the member out.
    """

    read: Reader
    paths: tuple[str, ...]
    required: bool = False
    absent: Any = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How the records of one kind become rows of `table`; `place` is the column that names a record in messages."""

    table: Table
    members: Mapping[str, Member]
    noun: str
    place: str


def _member(read: Reader, *paths: str, required: bool = False, absent: Any = None) -> Member:
    return Member(read, paths, required, absent)


def _account(path: str) -> Member:
    """Cloud knows people by accountId, Data Center by a key that outlives renaming, older servers by name."""
    prefix = f"{path}." if path else ""
    return Member(values.text, (f"{prefix}accountId", f"{prefix}key", f"{prefix}name"), required=not path)


PROJECT_SHAPE = Shape(
    PROJECTS,
    {
        "project_id": _member(values.identifier, "id", required=True),
        "project_key": _member(values.key, "key", required=True),
        "name": _member(values.text, "name"),
        "project_type": _member(values.text, "projectTypeKey"),
        "lead_account": _account("lead"),
        "is_archived": _member(values.flag, "archived", absent=False),
    },
    noun="project",
    place="project_key",
)
USER_SHAPE = Shape(
    USERS,
    {
        "account": _account(""),
        "account_type": _member(values.text, "accountType"),
        "display_name": _member(values.text, "displayName"),
        "email": _member(values.text, "emailAddress"),
        "is_active": _member(values.flag, "active"),
        "time_zone": _member(values.text, "timeZone"),
    },
    noun="user",
    place="account",
)
ISSUE_SHAPE = Shape(
    ISSUES,
    {
        "issue_id": _member(values.identifier, "id", required=True),
        "issue_key": _member(values.key, "key", required=True),
        "project_id": _member(values.identifier, "fields.project.id"),
        "project_key": _member(values.key, "fields.project.key", required=True),
        "issue_type": _member(values.text, "fields.issuetype.name"),
        "summary": _member(values.text, "fields.summary"),
        "status": _member(values.text, "fields.status.name"),
        # The category's name is in the account's language; its key is new, indeterminate or done everywhere.
        "status_category": _member(values.text, "fields.status.statusCategory.key"),
        "priority": _member(values.text, "fields.priority.name"),
        "resolution": _member(values.text, "fields.resolution.name"),
        "assignee_account": _account("fields.assignee"),
        "reporter_account": _account("fields.reporter"),
        "parent_key": _member(values.text, "fields.parent.key"),
        "original_estimate_hours": _member(values.hours, "fields.timeoriginalestimate"),
        "remaining_estimate_hours": _member(values.hours, "fields.timeestimate"),
        "due_on": _member(values.day, "fields.duedate"),
        "created_at": _member(values.moment, "fields.created", required=True),
        "updated_at": _member(values.moment, "fields.updated", required=True),
        "resolved_at": _member(values.moment, "fields.resolutiondate"),
        "is_deleted": _member(values.flag, absent=False),
    },
    noun="issue",
    place="issue_key",
)
WORKLOG_SHAPE = Shape(
    WORKLOGS,
    {
        "worklog_id": _member(values.identifier, "id", required=True),
        "issue_id": _member(values.identifier, "issueId", required=True),
        "author_account": _account("author"),
        "started_at": _member(values.moment, "started", required=True),
        "hours": _member(values.hours, "timeSpentSeconds", required=True),
        "comment": _member(values.prose, "comment"),
        "created_at": _member(values.moment, "created"),
        "updated_at": _member(values.moment, "updated", required=True),
        "is_deleted": _member(values.flag, absent=False),
    },
    noun="worklog",
    place="worklog_id",
)
TOMBSTONE_SHAPE = Shape(
    WORKLOGS,
    {
        "worklog_id": _member(values.number_as_identifier, "worklogId", required=True),
        "updated_at": _member(values.milliseconds, "updatedTime", required=True),
        "is_deleted": _member(values.flag, absent=True),
    },
    noun="worklog",
    place="worklog_id",
)
REFERENCE_SHAPE = Shape(
    ISSUES,
    {name: ISSUE_SHAPE.members[name] for name in ("issue_id", "issue_key", "project_key")},
    noun="issue",
    place="issue_key",
)


def read_row(shape: Shape, record: Record, *, source: str) -> tuple[Row, dict[str, str]]:
    """The columns that `shape` knows, and the rule that each unreadable one broke (its value is None).

    Raises:
        SchemaChanged: a member has another JSON type, or is missing from a record that must have it.
    """
    row: Row = {}
    broken: dict[str, str] = {}
    for column, member in shape.members.items():
        try:
            row[column] = _value(member, record)
        except TypeError as error:
            raise _changed(shape, record, column, str(error), source) from None
        except ValueError as error:
            row[column], broken[column] = None, str(error)
    return row, broken


def document(record: Record) -> str:
    """The record as JSON with sorted keys, so that equal records give equal text."""
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return (
        text
        if values.whole_characters(text) == text
        else json.dumps(record, sort_keys=True, separators=(",", ":"))
    )


def _value(member: Member, record: Record) -> Any:
    for path in member.paths:
        value = _find(record, path)
        if value is not None:
            return member.read(value)
    if member.required:
        raise TypeError("there")
    return member.absent


def _find(record: Record, path: str) -> Any:
    """The member at `path`; None where it, or what should hold it, is absent or null."""
    value: Any = record
    for name in path.split("."):
        if value is None:
            return None
        if not isinstance(value, dict):
            raise TypeError(f"an object that holds {name!r}")
        value = value.get(name)
    return value


def _changed(shape: Shape, record: Record, column: str, expected: str, source: str) -> SchemaChanged:
    member = " or ".join(shape.members[column].paths)
    name = record.get("key") or record.get("id") or record.get("worklogId") or record.get("accountId")
    message = (
        f"{source}: {member} of {shape.noun} {str(name)[:60]} should be {expected} ({column}), and is not."
    )
    mend = "Nothing was landed. Compare the record with Atlassian's documentation; connectors/jira/records.py reads it."
    return SchemaChanged(message, mend=mend)
