"""How the pages of one endpoint follow each other: from a position and its answer to the next position, or the end.

    token   nextPageToken of the answer; never one that has been before
    offset  startAt of the last record: another record there means that records moved, and the walk starts again
    flag    the same, until isLast
    list    startAt behind the last record, until a page is empty
    feed    `until` of the answer is `since` of the next
    whole   one answer

A position is what the next request says beside its parameters; it is plain JSON, so that it can be kept on disk and
gone on from. Whatever Jira's users change meanwhile, a walk skips nothing; it may give a record twice, so the reader
keeps one of each id. Neither the length of a page nor its order is trusted. Only a `list`, which is how people are
listed, has neither a total nor an order: somebody may be missing from it until the next sync, which reads it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.errors import SchemaChanged
from connectors.jira.endpoints import Endpoint

Record = dict[str, Any]
Position = dict[str, Any]

PASSES = 4
"""How often a walk by offsets may start again because records moved under it."""

_REQUESTED = ("nextPageToken", "startAt", "since")
"""The members of a position that are sent; the others are for the next step."""


class Pages:
    """The way of paging of one endpoint.

    Args:
        source: the site, for messages.

    Raises:
        SchemaChanged: from every method, when an answer has another shape or the pages lead nowhere.
    """

    def __init__(self, endpoint: Endpoint, *, source: str) -> None:
        self.endpoint = endpoint
        self._source = source

    def first(self, parameters: Mapping[str, Any]) -> Position:
        """Where a walk begins."""
        starts: dict[str, Position] = {
            "offset": {"startAt": 0},
            "flag": {"startAt": 0},
            "list": {"startAt": 0},
            "feed": {"since": parameters.get("since", 0)},
        }
        return starts.get(self.endpoint.paging, {})

    def request(self, parameters: Mapping[str, Any], position: Position) -> dict[str, Any]:
        """The parameters of the request at a position."""
        size = {"maxResults": self.endpoint.page_size} if self.endpoint.page_size else {}
        asked = {name: position[name] for name in _REQUESTED if name in position}
        return {**self.endpoint.fixed, **parameters, **size, **asked}

    def records(self, answer: Any, position: Position) -> list[Record]:
        """The records of an answer."""
        name = self.endpoint.records
        if name is not None and not isinstance(answer, dict):
            raise self._changed(position, f"it is {_kind(answer)}, not an object with {name!r}")
        records = answer if name is None else answer.get(name)
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            raise self._changed(position, f"{name or 'it'} is {_kind(records)}, not a list of objects")
        return records

    def next(self, answer: Any, position: Position) -> Position | None:
        """Where the next page begins; None after the last."""
        steps: dict[str, Callable[[Any, Position], Position | None]] = {
            "token": self._after_token,
            "offset": self._after_offset,
            "flag": self._after_flag,
            "list": self._after_list,
            "feed": self._after_feed,
        }
        step = steps.get(self.endpoint.paging)
        return None if step is None else step(answer, position)

    def where(self, position: Position) -> str:
        """A position in words."""
        told = [f"{name} {str(position[name])[:40]}" for name in _REQUESTED if name in position]
        return ", ".join(told) or "first page"

    def leads_nowhere(self, position: Position) -> SchemaChanged:
        """The error for a position that has been before."""
        return self._changed(position, "the next page is one that has come before")

    def _after_token(self, answer: Any, position: Position) -> Position | None:
        token, is_last = answer.get("nextPageToken"), answer.get("isLast")
        if is_last is True or (not token and is_last is None):
            return None
        if not isinstance(token, str) or not token:
            raise self._changed(position, "isLast says that more follows, but nextPageToken is missing")
        return {"nextPageToken": token}

    def _after_offset(self, answer: Any, position: Position) -> Position | None:
        """Each page begins with the last record of the one before: where another record stands there, one vanished
        or was put in before it, and the next would be skipped or doubled."""
        records, anchor = self.records(answer, position), position.get("anchor")
        if self._moved(records, position):
            return self._again(position)
        if position["startAt"] + len(records) >= self._integer(answer, "total", position):
            return None
        if len(records) <= (0 if anchor is None else 1):
            return self._again(position)
        return self._behind(records, position)

    def _moved(self, records: list[Record], position: Position) -> bool:
        """Whether the page does not begin with the record that it has to begin with."""
        anchor = position.get("anchor")
        return anchor is not None and (not records or self._identity(records[0], position) != anchor)

    def _behind(self, records: list[Record], position: Position) -> Position:
        """The position of the last record, which the next page has to begin with."""
        return {
            "startAt": position["startAt"] + len(records) - 1,
            "anchor": self._identity(records[-1], position),
            "passes": position.get("passes", 1),
        }

    def _again(self, position: Position) -> Position:
        passes = position.get("passes", 1)
        if passes == PASSES:
            raise self._changed(
                position, f"records moved, or fewer came than there are, in {PASSES} readings"
            )
        return {"startAt": 0, "passes": passes + 1}

    def _after_flag(self, answer: Any, position: Position) -> Position | None:
        records = self.records(answer, position)
        if not isinstance(answer.get("isLast"), bool):
            raise self._changed(position, "isLast is neither true nor false")
        if self._moved(records, position):
            return self._again(position)
        if answer["isLast"]:
            return None
        if not records:
            raise self._changed(position, "isLast says that more follows, but the page is empty")
        if len(records) == 1 and "anchor" in position:
            # Pages of one record, which nobody has seen, lead on only without the one that is known.
            return {"startAt": position["startAt"] + 1, "passes": position["passes"]}
        return self._behind(records, position)

    def _after_list(self, answer: Any, position: Position) -> Position | None:
        records = self.records(answer, position)
        if not records:
            return None
        last = self._identity(records[-1], position)
        if last == position.get("last"):
            raise self._changed(position, "the page ends like the one before")
        return {"startAt": position["startAt"] + len(records), "last": last}

    def _after_feed(self, answer: Any, position: Position) -> Position | None:
        if not isinstance(answer.get("lastPage"), bool):
            raise self._changed(position, "lastPage is neither true nor false")
        if answer["lastPage"]:
            return None
        until = self._integer(answer, "until", position)
        if until <= position["since"]:
            # A whole page has one moment, and what else has it can't be asked for: the walk goes on behind it, and
            # the moment is remembered for whoever makes up for the rest.
            until = position["since"] + 1
            return {"since": until, "crowded": [*position.get("crowded", []), position["since"]]}
        return {"since": until, "crowded": position.get("crowded", [])}

    def _integer(self, answer: Any, name: str, position: Position) -> int:
        value = answer.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._changed(position, f"{name} is {_kind(value)}, not an integer")
        return value

    def _identity(self, record: Record, position: Position) -> str:
        value = record.get(self.endpoint.identity)
        if not isinstance(value, str | int):
            raise self._changed(position, f"{self.endpoint.identity} of a record is {_kind(value)}")
        return str(value)

    def _changed(self, position: Position, what: str) -> SchemaChanged:
        mend = "Nothing of it was landed. Compare the answer with Atlassian's documentation of this endpoint."
        return SchemaChanged(
            f"{self._source}: the answer of {self.endpoint} ({self.where(position)}) has changed: {what}.",
            mend=mend,
        )


def _kind(value: Any) -> str:
    """What JSON calls the value."""
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "a boolean",
        int: "an integer",
        float: "a number",
    }
    return "missing or null" if value is None else names.get(type(value), type(value).__name__)
