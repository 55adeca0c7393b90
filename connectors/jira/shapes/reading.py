"""How a record becomes a row: which member each column stands in, and what happens to one that can't be read.

A member of another JSON type than the documented one, or a missing one that every record has, is a changed schema and
stops the extraction. A member of the right type that can't be read (a date that is none) is a fault of its row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.errors import SchemaChanged
from connectors.jira import values
from connectors.jira.documents import settled
from connectors.tabular.tables import Table

Record = dict[str, Any]
Row = dict[str, Any]
Reader = Callable[[Any], Any]

MEND = "Nothing of it was landed. Compare the record with Atlassian's documentation; connectors/jira/shapes reads it."


@dataclass(frozen=True, slots=True)
class Member:
    """Where a column stands in a record.

    Args:
        read: makes the value; TypeError means another JSON type, ValueError an unreadable content.
        paths: members from the outside in, joined by dots; the first present one counts. "" is the whole record.
        required: every record has it.
        absent: the value where Jira leaves the member out.
    """

    read: Reader
    paths: tuple[str, ...]
    required: bool = False
    absent: Any = None
    steps: tuple[tuple[str, ...], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Split once: a path is walked for every record.
        object.__setattr__(
            self, "steps", tuple(tuple(path.split(".")) if path else () for path in self.paths)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the records of one kind become rows of `table`.

    Args:
        place: the column that names a record in messages, after `noun`.
        landed: what of a record is kept as its `document`.
    """

    table: Table
    members: Mapping[str, Member]
    noun: str
    place: str
    landed: Callable[[Record], Record] = settled


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of `shape` that are read already.

    Args:
        columns: for each column that the records have, one value a row.
        documents: what lands of each record, as JSON.
    """

    shape: Shape
    columns: Mapping[str, list[Any]]
    documents: list[str]

    def __len__(self) -> int:
        return len(self.documents)


def member(read: Reader, *paths: str, required: bool = False, absent: Any = None) -> Member:
    """A member, its paths in the order in which they are tried."""
    return Member(read, paths, required, absent)


def account(path: str) -> Member:
    """Cloud knows people by accountId, Data Center by a key that outlives renaming, older servers by name."""
    prefix = f"{path}." if path else ""
    return member(values.text, f"{prefix}accountId", f"{prefix}key", f"{prefix}name", required=not path)


def read_row(shape: Shape, record: Record, *, source: str) -> tuple[Row, dict[str, str]]:
    """The columns that `shape` knows, and the rule that each unreadable one broke (its value is None).

    Raises:
        SchemaChanged: a member has another JSON type, or is missing from a record that must have it.
    """
    row: Row = {}
    broken: dict[str, str] = {}
    for column, each in shape.members.items():
        try:
            row[column] = _value(each, record)
        except TypeError as error:
            raise _changed(shape, record, column, str(error), source) from None
        except ValueError as error:
            row[column], broken[column] = None, str(error)
    return row, broken


def _value(wanted: Member, record: Record) -> Any:
    for steps in wanted.steps:
        # Most members stand at the top of their record, and this runs for every column of every row.
        value: Any = record.get(steps[0]) if len(steps) == 1 else _found(record, steps)
        if value is not None:
            return wanted.read(value)
    if wanted.required:
        raise TypeError("there")
    return wanted.absent


def _found(record: Record, steps: tuple[str, ...]) -> Any:
    value: Any = record
    for name in steps:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise TypeError(f"an object that holds {name!r}")
        value = value.get(name)
    return value


def _changed(shape: Shape, record: Record, column: str, expected: str, source: str) -> SchemaChanged:
    path = " or ".join(shape.members[column].paths) or "the whole"
    name = record.get("key") or record.get("id") or record.get("worklogId") or record.get("accountId")
    message = (
        f"{source}: {path} of {shape.noun} {str(name)[:60]} should be {expected} ({column}), and is not."
    )
    return SchemaChanged(message, mend=MEND)
