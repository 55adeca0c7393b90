"""What goes wrong on order: a rule says on which paths, how, how often, and after how many sound answers.

{"path": "search/jql", "kind": "status", "status": 429, "headers": {"Retry-After": "1"}, "times": 2}
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import getitem
from typing import Any, Literal

from demo.jira.router import Answer

Kind = Literal["status", "drop", "cut", "truncate", "login", "empty", "slow", "patch", "remove", "replay"]

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form>Log in</form></body></html>"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    Args:
        path: a part of the request's path.
        kind: `status` answers `status` with `headers` and `body`; `drop` closes before anything is sent; `cut` closes
            in the middle of the body; `truncate` sends half the JSON as if it were all; `login` sends a login page
            with 200; `empty` sends 200 and nothing; `slow` waits `seconds` first; `patch` sets the member `at` of the
            answer to `value`; `remove` takes it away; `replay` sends the first answer again and again.
        times: how often; None for always. skip: sound answers before the first fault.
    """

    path: str
    kind: Kind
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    times: int | None = 1
    skip: int = 0
    seconds: float = 0.0
    at: list[str | int] = field(default_factory=list)
    value: Any = None
    first: Answer | None = None

    def strikes(self, path: str) -> bool:
        """Whether this request is hit; counts it."""
        if self.path not in path or self.times == 0:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def spoil(self, answer: Answer) -> Answer:
        """The answer that goes out instead, for the kinds that change it."""
        if self.kind == "status":
            return Answer(raw=self.body.encode(), status=self.status, headers=self.headers)
        if self.kind == "login":
            return Answer(raw=LOGIN_PAGE, headers={"Content-Type": "text/html;charset=UTF-8"})
        if self.kind == "empty":
            return Answer(raw=b"", headers=self.headers)
        if self.kind == "truncate":
            return Answer(raw=answer.content()[: len(answer.content()) // 2], status=answer.status)
        if self.kind == "replay":
            self.first = self.first or answer
            return self.first
        if self.kind in ("patch", "remove"):
            return Answer(document=self._changed(answer.document), status=answer.status)
        return answer

    def _changed(self, document: Any) -> Any:
        """A changed copy; the document itself where it has no such member."""
        changed = copy.deepcopy(document)
        try:
            holder = reduce(getitem, self.at[:-1], changed)
            holder[self.at[-1]]
        except (IndexError, KeyError, TypeError):
            return document
        if self.kind == "remove":
            del holder[self.at[-1]]
        else:
            holder[self.at[-1]] = self.value
        return changed


def read_faults(body: Any) -> list[Fault]:
    """Faults from JSON: one object, or a list of them."""
    documents = body if isinstance(body, list) else [body]
    return [_fault(document) for document in documents]


def _fault(document: Mapping[str, Any]) -> Fault:
    body = document.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body)
    return Fault(**{**document, "body": text})
