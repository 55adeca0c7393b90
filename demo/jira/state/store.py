"""What a site holds, how it is looked up, and what the account that asks may see."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any, TypeVar

from demo.jira.model import Change, Comment, Issue, Item, Link, Project, User, Watched, Worklog
from demo.jira.references import Board, Component, Field, Named, Sprint, Status, Version
from demo.jira.state.derived import children_by_parent, comments_by_issue, links_by_issue, work_by_issue

CLOSING_TIME = datetime(2026, 6, 30, 20, 0)  # noqa: DTZ001 - naive UTC, like every moment here
FEED_DELAY = timedelta(minutes=1)
"""The worklog feeds leave out what changed within the last minute."""

T = TypeVar("T")


@dataclass(slots=True)
class Store:
    """One Jira's content. `lock` is held while a request is answered or a change is made; `now` is its clock.

    `lag` is how long the search index is behind: a change is found by search only that much later.
    """

    users: list[User]
    projects: list[Project]
    issues: dict[int, Issue]
    worklogs: dict[int, Worklog]
    deleted_worklogs: list[tuple[int, datetime]] = field(default_factory=list)
    now: datetime = CLOSING_TIME
    lock: RLock = field(default_factory=RLock)
    changes: dict[int, list[Change]] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    versions: dict[int, Version] = field(default_factory=dict)
    components: dict[int, Component] = field(default_factory=dict)
    boards: dict[int, Board] = field(default_factory=dict)
    sprints: dict[int, Sprint] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    priorities: list[Named] = field(default_factory=list)
    resolutions: list[Named] = field(default_factory=list)
    issue_types: list[Named] = field(default_factory=list)
    link_types: list[Named] = field(default_factory=list)
    fields: list[Field] | None = None
    more_fields: list[Field] = field(default_factory=list)
    field_names: dict[str, str] = field(default_factory=dict)
    field_types: dict[str, str] = field(default_factory=dict)
    lag: timedelta = timedelta(0)
    unindexed: dict[int, list[tuple[datetime, Issue | None]]] = field(default_factory=dict)
    derived: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    last_id: int = 0

    def issue(self, id_or_key: str | int) -> Issue | None:
        """By numeric id, by key, or by a key it once had."""
        name = str(id_or_key)
        if name.isdigit():
            return self.issues.get(int(name))
        identity = self._derive("keys", self._keys).get(name.upper())
        return None if identity is None else self.issues.get(identity)

    def project(self, id_or_key: str | int) -> Project | None:
        """By id, by key, or by a key it once had."""
        name = str(id_or_key).upper()
        current = (p for p in self.projects if name in (p.key.upper(), str(p.id)))
        former = (p for p in self.projects if name in p.former_keys)
        return next(itertools.chain(current, former), None)

    def user(self, code: str | None) -> User | None:
        """By code, or by account."""
        found = self._derive("users", lambda: {name: u for u in self.users for name in (u.account, u.code)})
        return None if code is None else found.get(code)

    def status_of(self, issue: Issue) -> Status:
        """The status of an issue: by its id where that is known, since names repeat between projects."""
        if issue.status_id is not None:
            return self._derive("status ids", lambda: {s.id: s for s in self.statuses})[issue.status_id]
        return self.status(issue.status)

    def status(self, name: str) -> Status:
        """A status by name."""
        return self._derive("statuses", lambda: {s.name: s for s in reversed(self.statuses)})[name]

    def work_on(self, issue: Issue) -> list[Worklog]:
        """The issue's worklogs, oldest first."""
        return self._derive("work", lambda: work_by_issue(self)).get(issue.id, [])

    def comments_on(self, issue: Issue) -> list[Comment]:
        """The issue's comments, oldest first."""
        return self._derive("comments", lambda: comments_by_issue(self)).get(issue.id, [])

    def links_of(self, issue: Issue) -> list[Link]:
        """The links that an issue is an end of."""
        return self._derive("links", lambda: links_by_issue(self)).get(issue.id, [])

    def children_of(self, issue: Issue) -> list[Issue]:
        """The sub-tasks of an issue."""
        subtasks = {t.name for t in self.issue_types if t.more.get("subtask")}
        children = self._derive("children", lambda: children_by_parent(self))
        return [child for child in children.get(issue.key, []) if child.type in subtasks]

    def is_findable(self, issue: Issue) -> bool:
        """Whether search may return it: its project is live and may be browsed, and nothing hides it."""
        return issue.security is None and issue.project not in self.closed_projects()[0]

    def is_readable(self, issue: Issue) -> bool:
        """Whether it can be read by id: as search, but an archived project's issues still can."""
        return issue.security is None and issue.project not in self.closed_projects()[1]

    def closed_projects(self) -> tuple[frozenset[str], frozenset[str]]:
        """Keys of the projects whose issues search does not find, and of those whose issues nobody may read."""
        return self._derive("closed projects", self._closed_projects)

    def revision(self) -> tuple[int, ...]:
        """Differs after any change of what is held."""
        held: tuple[Sized, ...] = (
            self.issues,
            self.worklogs,
            self.comments,
            self.links,
            self.users,
            self.projects,
        )
        return (Watched.revision[0], *(len(one) for one in held))

    def tick(self) -> datetime:
        """The clock's moment, a second later than the one before."""
        self.now += timedelta(seconds=1)
        return self.now

    def new_id(self, *taken: int) -> int:
        """An id that nothing has had: beyond `taken` and every id given before."""
        self.last_id = max(self.last_id, *taken, 10_000) + 1
        return self.last_id

    def known(self, key: str | int) -> Issue:
        """The issue of that id or key.

        Raises:
            KeyError: there is none.
        """
        issue = self.issue(key)
        if issue is None:
            raise KeyError(f"the demo's Jira has no issue {key}")
        return issue

    def record(self, issue: Issue, author: str | None, items: list[Item]) -> datetime:
        """Writes one history, moves the issue's `updated`, and says when."""
        now = self.tick()
        if items:
            change = Change(self._change_id(), issue.id, author or self.users[0].code, now, items)
            self.changes.setdefault(issue.id, []).append(change)
        issue.updated = now
        if issue.recorded:
            issue.recorded.change("updated")
        return now

    def _change_id(self) -> int:
        last = self._derive("change id", lambda: [max(self._change_ids(), default=50_000)])
        last[0] += 1
        return int(last[0])

    def _change_ids(self) -> Iterator[int]:
        return (change.id for changes in self.changes.values() for change in changes)

    def _derive(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made again only when something has changed."""
        revision = () if name == "change id" else self.revision()
        if name not in self.derived or self.derived[name][0] != revision:
            self.derived[name] = (revision, make())
        return self.derived[name][1]  # type: ignore[no-any-return]

    def _closed_projects(self) -> tuple[frozenset[str], frozenset[str]]:
        unreadable = frozenset(p.key for p in self.projects if p.trashed or not p.browsable)
        return unreadable | {p.key for p in self.projects if p.archived}, unreadable

    def _keys(self) -> dict[str, int]:
        former = {key.upper(): issue.id for issue in self.issues.values() for key in issue.former_keys}
        return former | {issue.key.upper(): issue.id for issue in self.issues.values()}
