"""How the pages of one endpoint follow each other: a walk per way of paging, each guarded against going nowhere.

Whatever Jira's users change meanwhile, a walk skips nothing; it may give a record twice, so the reader keeps the last
of each id. Which endpoint pages how is in `connectors.jira.endpoints`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.errors import SchemaChanged
from connectors.jira.endpoints import Endpoint

Record = dict[str, Any]
Ask = Callable[[Endpoint, Mapping[str, Any], str], Any]
"""Sends one request: endpoint, parameters, and where the walk stands, in words. Returns the decoded JSON."""

PASSES = 4
"""How often an offset walk may start again because records moved under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One reading of one endpoint from its first page to its last.

    Args:
        source: the site, for messages.
        ask: sends one request.
        parameters: beside the endpoint's own.
    """

    source: str
    endpoint: Endpoint
    ask: Ask
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def pages(self) -> Iterator[list[Record]]:
        """The records, page by page.

        Raises:
            SchemaChanged: an answer has another shape, or the pages lead nowhere.
        """
        walks = {
            "token": self._by_token,
            "offset": self._by_offset,
            "list": self._by_list,
            "feed": self._by_feed,
            "whole": self._whole,
        }
        return walks[self.endpoint.paging]()

    def _whole(self) -> Iterator[list[Record]]:
        yield self._records(self._send({}, "one page"), "one page")

    def _by_token(self) -> Iterator[list[Record]]:
        seen: set[str] = set()
        token: str | None = None
        while True:
            where = f"page {len(seen) + 1}"
            answer = self._send({"nextPageToken": token} if token else {}, where)
            yield self._records(answer, where)
            token = self._next_token(answer, where)
            if token is None:
                return
            if token in seen:
                raise self._changed(where, "the token of the next page has come before")
            seen.add(token)

    def _next_token(self, answer: Record, where: str) -> str | None:
        """The token of the next page; None after the last."""
        token, is_last = answer.get("nextPageToken"), answer.get("isLast")
        if is_last is True or (not token and is_last is None):
            return None
        if not isinstance(token, str) or not token:
            raise self._changed(where, "isLast says that more follows, but nextPageToken is missing")
        return token

    def _by_offset(self) -> Iterator[list[Record]]:
        for _ in range(PASSES):
            if (yield from self._one_pass()):
                return
        raise self._changed("every page", f"records moved, or fewer came than `total`, in {PASSES} readings")

    def _one_pass(self) -> Generator[list[Record], None, bool]:
        """True once the last page is read; False where records moved and the walk must start again.

        Each page begins with the last record of the one before: another record there means that one vanished or was
        put in before it, and that the next would be skipped or doubled.
        """
        position, anchor = 0, None
        while True:
            start = max(0, position - 1)
            where = f"startAt {start}"
            answer = self._send({"startAt": start}, where)
            records = self._records(answer, where)
            if anchor is not None and (not records or self._identity(records[0], where) != anchor):
                return False
            yield records
            total = self._integer(answer, "total", where)
            if start + len(records) >= total:
                return True
            if start + len(records) <= position:
                return False
            position, anchor = start + len(records), self._identity(records[-1], where)

    def _by_list(self) -> Iterator[list[Record]]:
        position, before = 0, None
        while True:
            where = f"startAt {position}"
            records = self._records(self._send({"startAt": position}, where), where)
            if not records:
                return
            identities = [self._identity(record, where) for record in records]
            if identities == before:
                raise self._changed(where, "the page is the same as the one before")
            yield records
            position, before = position + len(records), identities

    def _by_feed(self) -> Iterator[list[Record]]:
        since = int(self.parameters["since"])
        while True:
            where = f"since {since}"
            answer = self._send({"since": since}, where)
            yield self._records(answer, where)
            if not isinstance(answer.get("lastPage"), bool):
                raise self._changed(where, "lastPage is neither true nor false")
            if answer["lastPage"]:
                return
            until = self._integer(answer, "until", where)
            if until <= since:
                raise self._changed(
                    where, "a whole page has one and the same moment, so the next can't be asked for"
                )
            since = until

    def _send(self, page: Mapping[str, Any], where: str) -> Any:
        size = {"maxResults": self.endpoint.page_size} if self.endpoint.page_size else {}
        return self.ask(self.endpoint, {**self.endpoint.fixed, **self.parameters, **size, **page}, where)

    def _records(self, answer: Any, where: str) -> list[Record]:
        name = self.endpoint.records
        if name is not None and not isinstance(answer, dict):
            raise self._changed(where, f"it is {_kind(answer)}, not an object with {name!r}")
        records = answer if name is None else answer.get(name)
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            raise self._changed(where, f"{name or 'it'} is {_kind(records)}, not a list of objects")
        return records

    def _integer(self, answer: Record, name: str, where: str) -> int:
        value = answer.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._changed(where, f"{name} is {_kind(value)}, not an integer")
        return value

    def _identity(self, record: Record, where: str) -> str:
        value = record.get(self.endpoint.identity)
        if not isinstance(value, str | int):
            raise self._changed(where, f"{self.endpoint.identity} of a record is {_kind(value)}")
        return str(value)

    def _changed(self, where: str, what: str) -> SchemaChanged:
        mend = "Nothing of it was landed. Compare the answer with Atlassian's documentation of this endpoint."
        return SchemaChanged(
            f"{self.source}: the answer of {self.endpoint} ({where}) has changed: {what}.", mend=mend
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
