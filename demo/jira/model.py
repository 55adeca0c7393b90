"""What a Jira holds, as plain records. How they are shown: `demo.jira.documents`; what changes them: `demo.jira.state`.

All moments are naive UTC. People are named by code, issues by number, projects by key. A record that came from a real
Jira keeps what came in `document` or `recorded` and is shown as it came.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Literal

Document = dict[str, Any]


class Watched:
    """Counts every change of an attribute, so that what is derived from records knows when it is out of date."""

    __slots__ = ()
    revision: ClassVar[list[int]] = [0]

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        Watched.revision[0] += 1


@dataclass(slots=True)
class User(Watched):
    """A person: `code` is the one of reference/people.csv."""

    code: str
    name: str
    active: bool = True
    anonymised: bool = False
    document: Document | None = None

    @property
    def account(self) -> str:
        """Cloud's accountId, and Data Center's key."""
        return self.code if self.document else f"acc-{self.code}"


@dataclass(slots=True)
class Project(Watched):
    """A Jira project. `browsable` is false where the account that asks has lost the permission to browse it."""

    id: int
    key: str
    name: str
    lead: str | None
    type: str = "software"
    archived: bool = False
    trashed: bool = False
    browsable: bool = True
    former_keys: list[str] = field(default_factory=list)
    document: Document | None = None


@dataclass(slots=True)
class Recorded:
    """An issue of a real Jira: its members beside `fields`, and each field's JSON as it came, encoded once."""

    head: dict[str, bytes]
    fields: dict[str, bytes]
    links: list[Document] = field(default_factory=list)
    epic: str | None = None
    changed: set[str] = field(default_factory=set)
    whole: dict[str, bytes] = field(default_factory=dict)

    def change(self, *attributes: str) -> None:
        """These attributes are shown as they are by now, no longer as they came."""
        self.changed.update(attributes)
        self.whole.clear()


@dataclass(slots=True)
class Issue(Watched):
    """An issue; estimates are seconds, `sprints` and `components` ids, `security` the level that hides it."""

    id: int
    key: str
    project: str
    type: str
    summary: str
    status: str
    priority: str | None
    reporter: str | None
    created: datetime
    updated: datetime
    assignee: str | None = None
    parent: str | None = None
    resolution: str | None = None
    resolved: datetime | None = None
    due: date | None = None
    estimate: int | None = None
    remaining: int | None = None
    points: float | None = None
    description: str | None = None
    labels: list[str] = field(default_factory=list)
    start: date | None = None
    sprints: list[int] = field(default_factory=list)
    components: list[int] = field(default_factory=list)
    fix_versions: list[int] = field(default_factory=list)
    affects_versions: list[int] = field(default_factory=list)
    flagged: bool = False
    security: str | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    status_id: str | None = None
    former_keys: list[str] = field(default_factory=list)
    recorded: Recorded | None = None


@dataclass(slots=True)
class Worklog(Watched):
    """Time that somebody logged on an issue."""

    id: int
    issue: int
    author: str
    started: datetime
    seconds: int
    comment: str | None
    created: datetime
    updated: datetime
    update_author: str | None = None
    hidden: bool = False
    document: Document | None = None


@dataclass(slots=True)
class Comment(Watched):
    """What somebody said about an issue."""

    id: int
    issue: int
    author: str
    body: str
    created: datetime
    updated: datetime


@dataclass(slots=True)
class Item:
    """One changed field of a history. `field_id` is the field's id, or the name of a role of `demo.jira.fields`."""

    field: str
    field_id: str | None
    before: str | None
    before_text: str | None
    after: str | None
    after_text: str | None
    kind: Literal["jira", "custom"] = "jira"


@dataclass(slots=True)
class Change:
    """One history of a changelog: what somebody changed at once."""

    id: int
    issue: int
    author: str
    created: datetime
    items: list[Item]
    document: Document | None = None


@dataclass(slots=True)
class Link:
    """`source` is linked outward to `target`: it blocks, duplicates, … the other."""

    id: int
    type: str
    source: int
    target: int
