"""What is looked up often and follows from what a site holds."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from demo.jira.model import Comment, Issue, Link, Worklog

if TYPE_CHECKING:
    from demo.jira.state.store import Store


def work_by_issue(store: Store) -> dict[int, list[Worklog]]:
    """Issue id -> its worklogs, oldest first."""
    found: dict[int, list[Worklog]] = defaultdict(list)
    for worklog in sorted(store.worklogs.values(), key=lambda log: log.started):
        found[worklog.issue].append(worklog)
    return dict(found)


def comments_by_issue(store: Store) -> dict[int, list[Comment]]:
    """Issue id -> its comments, oldest first."""
    found: dict[int, list[Comment]] = defaultdict(list)
    for comment in sorted(store.comments.values(), key=lambda one: (one.created, one.id)):
        found[comment.issue].append(comment)
    return dict(found)


def links_by_issue(store: Store) -> dict[int, list[Link]]:
    """Issue id -> the links that it is an end of."""
    found: dict[int, list[Link]] = defaultdict(list)
    for link in store.links.values():
        for end in {link.source, link.target}:
            found[end].append(link)
    return dict(found)


def children_by_parent(store: Store) -> dict[str, list[Issue]]:
    """Key of a parent -> its children."""
    found: dict[str, list[Issue]] = defaultdict(list)
    for issue in store.issues.values():
        if issue.parent:
            found[issue.parent].append(issue)
    return dict(found)
