"""The fields that a query may name: how an issue's value is read, and what the words of the query mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from demo.jira.jql.words import JqlError, moment
from demo.jira.model import Issue
from demo.jira.site import Site

_CATEGORIES = {"new": "to do", "indeterminate": "in progress", "done": "done", "undefined": "no category"}


class Columns:
    """Reads issues and words for one query."""

    IDENTITY: ClassVar[tuple[str, ...]] = ("id", "issue", "key", "issuekey")
    MOMENTS: ClassVar[tuple[str, ...]] = (
        "updated",
        "created",
        "updateddate",
        "createddate",
        "resolved",
        "resolutiondate",
    )

    def __init__(self, site: Site, timezone: str, lenient: bool) -> None:
        self._site, self._timezone, self._lenient = site, timezone, lenient
        self._me = site.users[0].code if site.users else None

    def reader(self, column: str) -> Callable[[Issue], Any]:
        """How an issue's value of that field is read.

        Raises:
            JqlError: there is no such field.
        """
        if column in self.IDENTITY:
            return lambda issue: issue.id
        if column == "statuscategory":
            return lambda issue: _CATEGORIES[self._site.status_of(issue).category]
        if column == "status":
            return lambda issue: issue.status.lower()
        if column not in _READERS:
            raise JqlError(f"Field '{column}' does not exist or you do not have permission to view it.")
        return _READERS[column]

    def values(self, column: str, word: str) -> frozenset[Any]:
        """What a word means for that field: one value, or those of a function.

        Raises:
            JqlError: the field has no such value.
        """
        if column in self.MOMENTS:
            return frozenset([moment(word, column, self._site.now, self._timezone)])
        if column in self.IDENTITY:
            return frozenset([self._issue_id(word)])
        if column == "project":
            return frozenset([self._project(word)])
        if column == "sprint":
            return self._sprints(word)
        if column == "status":
            return frozenset([self._status(word)])
        if column in ("assignee", "reporter"):
            user = self._site.user(self._me if word.lower() == "currentuser()" else word)
            return frozenset([user.code if user else word])
        if column == "parent":
            parent = self._site.issue(word)
            return frozenset([parent.key if parent else word.upper()])
        return frozenset([word.lower()])

    def _project(self, word: str) -> str:
        for project in self._site.projects:
            names = (project.key, str(project.id), *project.former_keys)
            if word.upper() in names or word.lower() == project.name.lower():
                if project.key in self._site.closed_projects()[0]:
                    break
                return project.key
        if self._lenient:
            return ""
        raise JqlError(f"The value '{word}' does not exist for the field 'project'.")

    def _issue_id(self, word: str) -> int:
        issue = self._site.issue(word)
        if (issue is None or not self._site.is_findable(issue)) and not self._lenient:
            raise JqlError(f"An issue with key '{word}' does not exist for field 'id'.")
        return issue.id if issue else -1

    def _status(self, word: str) -> str:
        for status in self._site.statuses:
            if word.lower() in (status.name.lower(), status.id):
                return status.name.lower()
        raise JqlError(f"The value '{word}' does not exist for the field 'status'.")

    def _sprints(self, word: str) -> frozenset[int]:
        states = {"opensprints()": "active", "closedsprints()": "closed", "futuresprints()": "future"}
        if word.lower() in states:
            return frozenset(s.id for s in self._site.sprints.values() if s.state == states[word.lower()])
        found = frozenset(s.id for s in self._site.sprints.values() if word in (str(s.id), s.name))
        if not found:
            raise JqlError(
                f"Sprint with name '{word}' does not exist or you do not have permission to view it."
            )
        return found


_READERS: dict[str, Callable[[Issue], Any]] = {
    "project": lambda issue: issue.project,
    "updated": lambda issue: issue.updated,
    "updateddate": lambda issue: issue.updated,
    "created": lambda issue: issue.created,
    "createddate": lambda issue: issue.created,
    "resolved": lambda issue: issue.resolved,
    "resolutiondate": lambda issue: issue.resolved,
    "issuetype": lambda issue: issue.type.lower(),
    "type": lambda issue: issue.type.lower(),
    "priority": lambda issue: issue.priority and issue.priority.lower(),
    "resolution": lambda issue: issue.resolution and issue.resolution.lower(),
    "assignee": lambda issue: issue.assignee,
    "reporter": lambda issue: issue.reporter,
    "parent": lambda issue: issue.parent,
    "sprint": lambda issue: issue.sprints,
}
