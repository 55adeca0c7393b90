"""The state of the demo's Jira and what people do to it: edit an issue, log work, delete. Its clock stands still.

Every change takes the clock's moment and moves the clock on by a second, so that later changes are later.
All moments are naive UTC. How it is shown over HTTP is `demo.jira.routes`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from demo.jira import company
from demo.jira.company import Issue, Project, User, Worklog

CLOSING_TIME = datetime(2026, 6, 30, 20, 0)  # noqa: DTZ001 - naive UTC, like every moment here
FEED_DELAY = timedelta(minutes=1)
"""The worklog feeds leave out what changed within the last minute."""


@dataclass(slots=True)
class Site:
    """One Jira's content. `lock` is held while a request is answered or a change is made."""

    users: list[User]
    projects: list[Project]
    issues: dict[int, Issue]
    worklogs: dict[int, Worklog]
    deleted_worklogs: list[tuple[int, datetime]] = field(default_factory=list)
    now: datetime = CLOSING_TIME
    lock: RLock = field(default_factory=RLock)

    def issue(self, id_or_key: str) -> Issue | None:
        """By numeric id or by key."""
        if id_or_key.isdigit():
            return self.issues.get(int(id_or_key))
        return next((issue for issue in self.issues.values() if issue.key == id_or_key.upper()), None)

    def work_on(self, issue: Issue) -> list[Worklog]:
        """The issue's worklogs, oldest first."""
        return sorted(
            (log for log in self.worklogs.values() if log.issue == issue.id), key=lambda log: log.started
        )

    def advance(self, by: timedelta) -> None:
        """Lets time pass."""
        with self.lock:
            self.now += by

    def edit_issue(self, key: str, /, **changes: Any) -> Issue:
        """Sets attributes of `Issue` and its `updated`."""
        with self.lock:
            issue = self._known(key)
            for name, value in changes.items():
                setattr(issue, name, value)
            issue.updated = self._tick()
            return issue

    def move_issue(self, key: str, to: str) -> Issue:
        """Moves an issue to another project: a new key, the same id."""
        with self.lock:
            numbers = [int(issue.key.split("-")[1]) for issue in self.issues.values() if issue.project == to]
            return self.edit_issue(key, project=to, key=f"{to}-{max(numbers, default=0) + 1}")

    def delete_issue(self, key: str) -> None:
        """Removes an issue and its worklogs. Nothing tells, but that they are gone."""
        with self.lock:
            issue = self._known(key)
            for worklog in self.work_on(issue):
                del self.worklogs[worklog.id]
            del self.issues[issue.id]

    def log_work(
        self, key: str, *, author: str, started: datetime, seconds: int, comment: str | None = None
    ) -> Worklog:
        """A new worklog; its issue is updated by it."""
        with self.lock:
            issue = self._known(key)
            issue.updated = now = self._tick()
            identity = max(self.worklogs, default=10000) + 1
            identity = max([identity, *(deleted + 1 for deleted, _ in self.deleted_worklogs)])
            worklog = Worklog(identity, issue.id, author, started, seconds, comment, now, now)
            self.worklogs[identity] = worklog
            return worklog

    def edit_worklog(self, identity: int, /, **changes: Any) -> Worklog:
        """Sets attributes of `Worklog`, its `updated` and that of its issue."""
        with self.lock:
            worklog = self.worklogs[identity]
            for name, value in changes.items():
                setattr(worklog, name, value)
            worklog.updated = self.issues[worklog.issue].updated = self._tick()
            return worklog

    def delete_worklog(self, identity: int) -> None:
        """Removes a worklog; the feed of deletions tells so, a minute later."""
        with self.lock:
            worklog = self.worklogs.pop(identity)
            self.issues[worklog.issue].updated = now = self._tick()
            self.deleted_worklogs.append((identity, now))

    def _known(self, key: str) -> Issue:
        issue = self.issue(key)
        if issue is None:
            raise KeyError(f"the demo's Jira has no issue {key}")
        return issue

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def demo_site() -> Site:
    """The company's Jira as of 2026-06-30, 20:00 UTC."""
    issues = company.issues()
    worklogs = company.worklogs(issues)
    company.apply_work(issues, worklogs)
    return Site(
        users=[User(user.code, user.name, user.active) for user in company.USERS],
        projects=[Project(p.id, p.key, p.name, p.lead, p.type, p.archived) for p in company.PROJECTS],
        issues={issue.id: issue for issue in issues},
        worklogs={worklog.id: worklog for worklog in worklogs},
    )
