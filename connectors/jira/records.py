"""What Jira's JSON means: for each table, where in a record every column stands. No request is made here.

A member of another JSON type than the documented one, or a missing one that every record has, is a changed schema and
stops the extraction. A member of the right type that can't be read (a date that is none) is a fault of its row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.errors import SchemaChanged
from connectors.jira.moments import from_milliseconds, parse_moment
from connectors.jira.paging import Record
from connectors.jira.prose import plain_text
from connectors.jira.tables import ISSUES, PROJECTS, USERS, WORKLOGS
from connectors.tabular.tables import Table

Reader = Callable[[Any], Any]
Row = dict[str, Any]

_TENTH_DECIMAL = Decimal("1e-10")
_MOST_HOURS = 10**8
"""What decimal(18,10) holds: more than eleven thousand years."""


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


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        raise TypeError("text")
    return _whole_characters(value).strip() or None


def _whole_characters(text: str) -> str:
    """Half of a surrogate pair, which JSON may hold and UTF-8 may not, becomes the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _identifier(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("an id as text")
    return value


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("an integer")
    return value


def _number_as_identifier(value: Any) -> str:
    return str(_integer(value))


def _hours(value: Any) -> Decimal:
    """Hours of seconds, to ten decimals."""
    hours = Decimal(_integer(value)) / 3600
    if abs(hours) >= _MOST_HOURS:
        raise ValueError("out_of_range")
    return hours.quantize(_TENTH_DECIMAL, ROUND_HALF_UP)


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        raise TypeError("a moment as text")
    moment = parse_moment(value)
    if moment is None:
        raise ValueError("not_a_timestamp")
    return moment


def _milliseconds(value: Any) -> Any:
    try:
        return from_milliseconds(_integer(value))
    except OverflowError:
        raise ValueError("not_a_timestamp") from None


def _day(value: Any) -> date:
    if not isinstance(value, str):
        raise TypeError("a date as text")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("not_a_date") from None


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false")
    return value


def _prose(value: Any) -> str | None:
    return _text(plain_text(value)) if isinstance(value, dict) else _text(value)


def _member(read: Reader, *paths: str, required: bool = False, absent: Any = None) -> Member:
    return Member(read, paths, required, absent)


def _account(path: str) -> Member:
    """Cloud knows people by accountId, Data Center by a key that outlives renaming, older servers by name."""
    prefix = f"{path}." if path else ""
    return Member(_text, (f"{prefix}accountId", f"{prefix}key", f"{prefix}name"), required=not path)


PROJECT_SHAPE = Shape(
    PROJECTS,
    {
        "project_id": _member(_identifier, "id", required=True),
        "project_key": _member(_identifier, "key", required=True),
        "name": _member(_text, "name"),
        "project_type": _member(_text, "projectTypeKey"),
        "lead_account": _account("lead"),
        "is_archived": _member(_flag, "archived", absent=False),
    },
    noun="project",
    place="project_key",
)
USER_SHAPE = Shape(
    USERS,
    {
        "account": _account(""),
        "account_type": _member(_text, "accountType"),
        "display_name": _member(_text, "displayName"),
        "email": _member(_text, "emailAddress"),
        "is_active": _member(_flag, "active"),
        "time_zone": _member(_text, "timeZone"),
    },
    noun="user",
    place="account",
)
ISSUE_SHAPE = Shape(
    ISSUES,
    {
        "issue_id": _member(_identifier, "id", required=True),
        "issue_key": _member(_identifier, "key", required=True),
        "project_id": _member(_identifier, "fields.project.id"),
        "project_key": _member(_identifier, "fields.project.key", required=True),
        "issue_type": _member(_text, "fields.issuetype.name"),
        "summary": _member(_text, "fields.summary"),
        "status": _member(_text, "fields.status.name"),
        # The category's name is in the account's language; its key is new, indeterminate or done everywhere.
        "status_category": _member(_text, "fields.status.statusCategory.key"),
        "priority": _member(_text, "fields.priority.name"),
        "resolution": _member(_text, "fields.resolution.name"),
        "assignee_account": _account("fields.assignee"),
        "reporter_account": _account("fields.reporter"),
        "parent_key": _member(_text, "fields.parent.key"),
        "original_estimate_hours": _member(_hours, "fields.timeoriginalestimate"),
        "remaining_estimate_hours": _member(_hours, "fields.timeestimate"),
        "due_on": _member(_day, "fields.duedate"),
        "created_at": _member(_moment, "fields.created", required=True),
        "updated_at": _member(_moment, "fields.updated", required=True),
        "resolved_at": _member(_moment, "fields.resolutiondate"),
        "is_deleted": _member(_flag, absent=False),
    },
    noun="issue",
    place="issue_key",
)
WORKLOG_SHAPE = Shape(
    WORKLOGS,
    {
        "worklog_id": _member(_identifier, "id", required=True),
        "issue_id": _member(_identifier, "issueId", required=True),
        "author_account": _account("author"),
        "started_at": _member(_moment, "started", required=True),
        "hours": _member(_hours, "timeSpentSeconds", required=True),
        "comment": _member(_prose, "comment"),
        "created_at": _member(_moment, "created"),
        "updated_at": _member(_moment, "updated", required=True),
        "is_deleted": _member(_flag, absent=False),
    },
    noun="worklog",
    place="worklog_id",
)
TOMBSTONE_SHAPE = Shape(
    WORKLOGS,
    {
        "worklog_id": _member(_number_as_identifier, "worklogId", required=True),
        "updated_at": _member(_milliseconds, "updatedTime", required=True),
        "is_deleted": _member(_flag, absent=True),
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
        text if _whole_characters(text) == text else json.dumps(record, sort_keys=True, separators=(",", ":"))
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
