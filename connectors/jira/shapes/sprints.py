"""The sprints that an issue carries, in each of the ways in which Jira writes them.

    Cloud, newer Data Center   {"id": 7, "name": "Sprint 7", "state": "closed", "boardId": 8, "startDate": ...}
    Data Center                com.atlassian.greenhopper.service.sprint.Sprint@1b2c3d[id=7,rapidViewId=8,...]
    the agile API              fields.sprint (the open one) and fields.closedSprints

In the text of Data Center nothing is quoted: names and goals may hold commas, brackets and what looks like a member.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from connectors.jira import values
from connectors.jira.documents import json_list
from connectors.jira.moments import parse_moment

_MOMENT = r"<null>|\d{4}-\d\d-\d\dT[^,\]]*|"
_MEMBER = re.compile(
    r"(?:^|,)(?:"
    r"(?P<number>id|rapidViewId|sequence)=(?P<digits>\d+|<null>|)(?=,|$)"
    r"|(?P<word>state|closed|autoStartStop|synced|incompleteIssuesDestinationId)=(?P<letters>\w*|<null>)(?=,|$)"
    rf"|(?P<moment>startDate|endDate|completeDate|activatedDate)=(?P<date>{_MOMENT})(?=,|$)"
    r"|(?P<prose>name|goal)=)"
)
_TEXT = re.compile(r"[\w.]*[Ss]print@?\w*\[(.*)\]\s*", re.DOTALL)


def sprints_of(fields: Mapping[str, Any], field_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The sprints in the issue's `fields`, each once, in Jira's order; closed ones first from the agile API.

    Returns dicts of id, name, state, board_id, started_at, ended_at, completed_at (ISO 8601, naive UTC).

    Raises:
        TypeError: the members hold something else than sprints.
        ValueError: a text that says nothing of a sprint.
    """
    found = {sprint["id"]: sprint for sprint in map(_sprint, _listed(fields, field_ids))}
    return list(found.values())


def sprint_list(fields: Mapping[str, Any], field_ids: Sequence[str]) -> str:
    """The sprints of an issue as a JSON array."""
    return json_list(sprints_of(fields, field_ids))


def _listed(fields: Mapping[str, Any], field_ids: Sequence[str]) -> list[Any]:
    for name in field_ids:
        held = fields.get(name)
        if held is not None:
            return [each for each in (held if isinstance(held, list) else [held]) if each is not None]
    closed, current = fields.get("closedSprints") or [], fields.get("sprint")
    if not isinstance(closed, list):
        raise TypeError("an object whose closedSprints is a list")
    return [*closed, current] if current is not None else closed


def _sprint(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return _row(_members(value))
    if isinstance(value, dict):
        return _row(value)
    raise TypeError("an object whose sprints are objects or text")


def _row(sprint: Mapping[str, Any]) -> dict[str, Any]:
    state, board = sprint.get("state"), sprint.get("boardId", sprint.get("originBoardId"))
    return {
        "id": values.reference(sprint.get("id")),
        "name": _optional(sprint.get("name")),
        "state": None if state is None else values.key(state).lower(),
        "board_id": None if board is None else values.reference(board),
        "started_at": _iso(sprint.get("startDate")),
        "ended_at": _iso(sprint.get("endDate")),
        "completed_at": _iso(sprint.get("completeDate")),
    }


def _optional(value: Any) -> str | None:
    return None if value is None else values.text(value)


def _iso(value: Any) -> str | None:
    """An unreadable date is none here: the sprint's own row in `sprints` says that it can't be read."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError("an object whose sprints have dates as text")
    return _iso_of(value)


@lru_cache(maxsize=4096)
def _iso_of(text: str) -> str | None:
    moment = parse_moment(text)
    return None if moment is None else moment.isoformat(timespec="milliseconds")


@lru_cache(maxsize=4096)
def _members(text: str) -> dict[str, str | None]:
    """The members of a sprint that Data Center writes as text, named as in the other notations."""
    whole = _TEXT.fullmatch(text)
    if whole is None:
        raise ValueError("not_a_sprint")
    inside = whole.group(1)
    # Names and goals may hold what looks like a member. Members come in the order of the alphabet, goal before name,
    # so that the true ones are the last; or in an order of their own with the goal, if any, near the end.
    alphabetic = _first(inside, "goal") < _first(inside, "name")
    found: dict[str, str | None] = {}
    matches = list(_MEMBER.finditer(inside))
    for index, match in enumerate(matches):
        name, value = _named(match)
        if match["prose"]:
            end = matches[index + 1].start() if index + 1 < len(matches) else len(inside)
            value = inside[match.end() : end]
        last_counts = alphabetic or (name == "id" and not inside.startswith("id="))
        if name not in found or (last_counts and not match["prose"]):
            found[name] = None if value in ("<null>", "") else value
    if found.get("id") is None:
        raise ValueError("not_a_sprint")
    return _renamed(found)


def _first(inside: str, name: str) -> int:
    found = re.search(rf"(?:^|,){name}=", inside)
    return found.start() if found else len(inside)


def _named(match: re.Match[str]) -> tuple[str, str]:
    for name, value in (("number", "digits"), ("word", "letters"), ("moment", "date")):
        if match[name]:
            return match[name], match[value]
    return match["prose"], ""


def _renamed(found: dict[str, str | None]) -> dict[str, str | None]:
    state = found.get("state")
    if state is None and "closed" in found:
        # Before boards had active and future sprints, one was closed or it was not.
        state = "closed" if found["closed"] == "true" else "active"
    dates = {name: found.get(name) for name in ("startDate", "endDate", "completeDate")}
    return {
        "id": found["id"],
        "name": found.get("name"),
        "state": state,
        "boardId": found.get("rapidViewId"),
        **dates,
    }
