"""Answers kept as bytes for as long as nothing changes, so that a measured client does not wait for this server.

They are kept compressed for clients that take them so, as Jira Cloud sends them.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from demo.jira.router import Answer, Request

if TYPE_CHECKING:
    from demo.jira.server import DemoJira


class KeptAnswers:
    """The answers of one server by what was asked; forgotten when the site changes."""

    def __init__(self) -> None:
        self._state: object = None
        self._answers: dict[str, Answer] = {}

    def find(self, demo: DemoJira, request: Request) -> Answer | None:
        """The answer to the same request, where one is kept and nothing has changed since."""
        state = (demo.site.revision(), demo.site.now, demo.site.lag, demo.page_cap, demo.timezone)
        if state != self._state:
            self._state = state
            self._answers.clear()
        return self._answers.get(_asked(request))

    def keep(self, request: Request, answer: Answer) -> Answer:
        """Keeps an answer, and gives it back as bytes."""
        content, headers = answer.content(), answer.headers
        if _takes_compressed(request):
            content = gzip.compress(content, compresslevel=6, mtime=0)
            headers = {**headers, "Content-Encoding": "gzip"}
        kept = Answer(raw=content, status=answer.status, headers=headers)
        self._answers[_asked(request)] = kept
        return kept


def _takes_compressed(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def _asked(request: Request) -> str:
    asked = [request.method, request.path, request.query, request.body, request.most]
    return json.dumps([*asked, _takes_compressed(request)])
