"""What an issue holds several of: labels, components, versions, links. Each becomes a JSON array in one column."""

from __future__ import annotations

from typing import Any

from connectors.jira import values
from connectors.jira.documents import json_list


def labels(value: Any) -> str:
    """A JSON array of texts."""
    found = (values.text(each) for each in _items(value, "texts"))
    return json_list([each for each in found if each is not None])


def named(value: Any) -> str:
    """A JSON array of {id, name}: components, versions. A missing id or name is null."""
    return json_list([_named(each) for each in _objects(value)])


def links(value: Any) -> str:
    """A JSON array of {id, type_id, direction, issue_id, issue_key}; direction is `inward` or `outward`.

    A link to an issue that the account may not see names no issue: it is in the document alone.
    """
    return json_list(
        [
            _link(link, direction, link[member])
            for link in _objects(value)
            for direction, member in (("inward", "inwardIssue"), ("outward", "outwardIssue"))
            if link.get(member) is not None
        ]
    )


def _link(link: dict[str, Any], direction: str, issue: Any) -> dict[str, Any]:
    kind = link.get("type") or {}
    if not (isinstance(issue, dict) and isinstance(kind, dict)):
        raise TypeError("a list of links that hold objects")
    return {
        "id": values.reference_if_any(link.get("id")),
        "type_id": values.reference_if_any(kind.get("id")),
        "direction": direction,
        "issue_id": values.reference_if_any(issue.get("id")),
        "issue_key": _text(issue.get("key")),
    }


def _named(each: dict[str, Any]) -> dict[str, str | None]:
    return {"id": values.reference_if_any(each.get("id")), "name": _text(each.get("name"))}


def _text(value: Any) -> str | None:
    return None if value is None else values.text(value)


def _objects(value: Any) -> list[dict[str, Any]]:
    found = _items(value, "objects")
    if not all(isinstance(each, dict) for each in found):
        raise TypeError("a list of objects")
    return found


def _items(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"a list of {what}")
    return value
