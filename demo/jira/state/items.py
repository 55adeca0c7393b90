"""How Jira writes a changed field into a changelog: its name, and the value before and after as id and as text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from demo.jira.model import Issue, Item

if TYPE_CHECKING:
    from demo.jira.state.store import Store

Pair = tuple[str | None, str | None]
"""A value as id and as text."""


def items_of(store: Store, issue: Issue, changes: dict[str, Any]) -> list[Item]:
    """One item for each attribute that differs; links, moves and custom fields are written by those who make them."""
    found: list[Item] = []
    for attribute, value in changes.items():
        before = getattr(issue, attribute)
        if attribute in _LISTS:
            found += _LISTS[attribute](store, before, value)
        elif attribute in _FIELDS and before != value:
            name, field_id, pair = _FIELDS[attribute]
            item = Item(name, field_id, *pair(store, before), *pair(store, value))
            item.kind = "custom" if field_id in ("points", "start", "flagged", "sprint") else "jira"
            found.append(item)
    return found


def _text(_: Store, value: Any) -> Pair:
    return None, None if value is None else str(value)


def _number(_: Store, value: Any) -> Pair:
    text = None if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return text, text


def _points(_: Store, value: Any) -> Pair:
    return None, None if value is None else f"{value:g}"


def _date(_: Store, value: date | None) -> Pair:
    return (None, None) if value is None else (value.isoformat(), f"{value.isoformat()} 00:00:00.0")


def _flag(_: Store, value: bool) -> Pair:
    return ("", "Impediment") if value else ("", "")


def _user(store: Store, code: str | None) -> Pair:
    user = store.user(code)
    return (None, None) if user is None else (user.account, user.name)


def _status(store: Store, name: str) -> Pair:
    return store.status(name).id, name


def _sprints(store: Store, sprints: list[int]) -> Pair:
    names = (store.sprints[one].name if one in store.sprints else "" for one in sprints)
    return ", ".join(map(str, sprints)), ", ".join(names)


def _labels(_: Store, labels: list[str]) -> Pair:
    return None, " ".join(labels)


def _named(kind: str) -> Callable[[Store, str | None], Pair]:
    def pair(store: Store, name: str | None) -> Pair:
        known = (one.id for one in getattr(store, kind) if one.name == name)
        return next(known, None), name

    return pair


def _parent(store: Store, key: str | None) -> Pair:
    parent = store.issue(key) if key else None
    return (None, None) if parent is None else (str(parent.id), parent.key)


def _members(name: str, field_id: str, kind: str) -> Callable[[Store, list[int], list[int]], list[Item]]:
    """A list that Jira writes one item for: each member taken away, each added."""

    def items(store: Store, before: list[int], after: list[int]) -> list[Item]:
        known = getattr(store, kind)
        gone = [
            Item(name, field_id, str(one), known[one].name, None, None) for one in before if one not in after
        ]
        new = [
            Item(name, field_id, None, None, str(one), known[one].name) for one in after if one not in before
        ]
        return gone + new

    return items


_FIELDS: dict[str, tuple[str, str, Callable[..., Pair]]] = {
    "summary": ("summary", "summary", _text),
    "description": ("description", "description", _text),
    "status": ("status", "status", _status),
    "resolution": ("resolution", "resolution", _named("resolutions")),
    "priority": ("priority", "priority", _named("priorities")),
    "type": ("issuetype", "issuetype", _named("issue_types")),
    "assignee": ("assignee", "assignee", _user),
    "reporter": ("reporter", "reporter", _user),
    "due": ("duedate", "duedate", _date),
    "start": ("Start date", "start", _date),
    "estimate": ("timeoriginalestimate", "timeoriginalestimate", _number),
    "remaining": ("timeestimate", "timeestimate", _number),
    "points": ("points", "points", _points),
    "labels": ("labels", "labels", _labels),
    "sprints": ("Sprint", "sprint", _sprints),
    "flagged": ("Flagged", "flagged", _flag),
    "security": ("security", "security", _text),
    "parent": ("IssueParentAssociation", "parent", _parent),
}
_LISTS: dict[str, Callable[[Store, list[int], list[int]], list[Item]]] = {
    "components": _members("Component", "components", "components"),
    "fix_versions": _members("Fix Version", "fixVersions", "versions"),
    "affects_versions": _members("Version", "versions", "versions"),
}
