"""Routes by decorator: a method, a pattern and a function that answers.

router = Router()

@router.route("GET", "/rest/api/{version}/issue/{key}")
def issue(demo, request): ...
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from demo.jira.documents.basis import encode

if TYPE_CHECKING:
    from demo.jira.server import DemoJira


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as received. `query` and the JSON `body` are also reachable by `parameter`.

    `most` is the most records that this answer may hold, where a fault says so.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    headers: dict[str, str]
    parts: dict[str, str] = field(default_factory=dict)
    most: int | None = None

    def parameter(self, name: str, default: Any = None) -> Any:
        """From the body where there is one, else the query's single value."""
        if isinstance(self.body, dict) and self.body.get(name) is not None:
            return self.body[name]
        values = self.query.get(name)
        return values[0] if values else default

    def number(self, name: str, default: int) -> int:
        """A parameter as a whole number."""
        return int(self.parameter(name, default))

    def flag(self, name: str) -> bool:
        """A parameter that is true or not."""
        return str(self.parameter(name, False)).lower() == "true"

    def page_size(self, default: int, cap: int, site_cap: int) -> int:
        """How many records the answer holds: what is asked for, within the caps of the address and of the site."""
        asked = self.number("maxResults", default)
        return min(asked if asked >= 0 else default, cap, site_cap, cap if self.most is None else self.most)

    def names(self, name: str) -> list[str]:
        """A list, given as JSON list, repeated parameter, or joined by commas."""
        value = self.body.get(name) if isinstance(self.body, dict) else self.query.get(name)
        values = [value] if isinstance(value, str) else list(value or [])
        return [part.strip() for text in values for part in str(text).split(",") if part.strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: JSON, unless `raw` gives the bytes themselves."""

    document: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None

    def content(self) -> bytes:
        """The body's bytes."""
        return encode(self.document) if self.raw is None else self.raw

    def plain(self) -> Any:
        """The document as a client reads it."""
        return json.loads(self.content())


Handler = Callable[["DemoJira", Request], Answer]


class Refused(Exception):
    """A request that Jira answers with an error, in its own form."""

    def __init__(self, status: int, *messages: str) -> None:
        super().__init__(*messages)
        self.answer = Answer(document={"errorMessages": list(messages), "errors": {}}, status=status)


class Router:
    """Finds the function for a request; the first fitting route wins."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def route(self, method: str, *patterns: str) -> Callable[[Handler], Handler]:
        """Registers a function for patterns such as `/rest/api/{version}/issue/{key}`."""

        def register(handler: Handler) -> Handler:
            for pattern in patterns:
                compiled = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern))
                self._routes.append((method, compiled, handler))
            return handler

        return register

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, str]] | None:
        """The function and the named parts of the path; None where nothing fits."""
        for route_method, pattern, handler in self._routes:
            if route_method == method and (match := pattern.fullmatch(path)):
                return handler, match.groupdict()
        return None


def read_request(method: str, target: str, body: bytes, headers: dict[str, str]) -> Request:
    """A request from what came over the wire.

    Raises:
        Refused: the body is no JSON.
    """
    split = urlsplit(target)
    try:
        document = json.loads(body) if body else None
    except ValueError:
        raise Refused(
            400, "Invalid request payload. Refer to the REST API documentation and try again."
        ) from None
    query = parse_qs(split.query, keep_blank_values=True)
    return Request(method=method, path=split.path, query=query, body=document, headers=headers)
