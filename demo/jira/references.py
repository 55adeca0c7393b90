"""What issues refer to, as plain records: statuses, types and fields, versions and components, boards and sprints.

A record that came from a real Jira keeps what came in `document` and is shown as it came.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from demo.jira.model import Document, Watched


@dataclass(slots=True)
class Status(Watched):
    """A status; `category` is new, indeterminate, done or undefined; `scope` the team-managed project it belongs to."""

    id: str
    name: str
    category: str
    scope: int | None = None
    document: Document | None = None


@dataclass(slots=True)
class Named:
    """A priority, resolution, issue type or link type; `more` are the members that its kind has beside id and name."""

    id: str
    name: str
    more: Document = field(default_factory=dict)
    document: Document | None = None


@dataclass(slots=True)
class Field:
    """A field of an issue; `role` is what the demo itself writes into it, None for a field that only holds values."""

    id: str
    name: str
    type: str
    items: str | None = None
    custom: str | None = None
    role: str | None = None


@dataclass(slots=True)
class Version(Watched):
    """A version of a project."""

    id: int
    project: str
    name: str
    start: date | None = None
    release: date | None = None
    released: bool = False
    archived: bool = False
    document: Document | None = None


@dataclass(slots=True)
class Component(Watched):
    """A component of a project."""

    id: int
    project: str
    name: str
    lead: str | None = None
    document: Document | None = None


@dataclass(slots=True)
class Sprint(Watched):
    """A sprint of a board: future, active or closed."""

    id: int
    board: int
    name: str
    state: str = "future"
    goal: str = ""
    start: datetime | None = None
    end: datetime | None = None
    complete: datetime | None = None
    created: datetime | None = None
    document: Document | None = None


@dataclass(slots=True)
class Board(Watched):
    """A board: `columns` are its names with the ids of their statuses; `project` None for a board of a person."""

    id: int
    name: str
    type: Literal["scrum", "kanban", "simple"]
    project: str | None
    columns: list[tuple[str, list[str]]]
    filter: int
    estimated: bool = True
