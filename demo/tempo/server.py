"""The demo's Tempo over HTTP on loopback: `DemoTempo` in a thread, `python -m demo.tempo` as a process.

with DemoTempo() as demo:
    requests.get(f"{demo.url}/worklogs", headers={"Authorization": f"Bearer {TOKEN}"})
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from demo.tempo.account import Account, Document, demo_account, document_of, periods

__all__ = ["TOKEN", "Answer", "DemoTempo", "Fault"]

TOKEN = "demo-tempo-token"
BASE = "/4"
PAGE, MOST = 50, 5000


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers, and a body: JSON, or bytes as they are."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """The body as bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(slots=True)
class Fault:
    """What comes instead of the answer on a path, after `skip` sound answers, `times` times (None: always).

    Where `spoil` is given, the sound answer goes through it; without both the connection is cut.
    """

    path: str
    answer: Answer | None = None
    spoil: Callable[[Document], None] | None = None
    skip: int = 0
    times: int | None = 1

    def strikes(self, path: str) -> bool:
        """Whether it is this request's turn; counts it."""
        if self.path not in path or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times = None if self.times is None else self.times - 1
        return True


class DemoTempo:
    """A Tempo on this machine.

    Args:
        account: the content; the demo's by default.
        page_cap: the most worklogs a page holds, however many are asked for.
        port: 0 takes a free one.

    Attributes:
        url: what to give to a client. requests: path and query of everything asked so far.
        after: called with the path after each answer is made and before it goes out, to change things meanwhile.
    """

    def __init__(self, account: Account | None = None, *, page_cap: int = MOST, port: int = 0) -> None:
        self.account = account or demo_account()
        self.page_cap = page_cap
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.after: Callable[[str], Any] = _nothing
        self._server = _Listener(self, port)
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address of the API."""
        return f"http://127.0.0.1:{self.port}{BASE}"

    def __enter__(self) -> DemoTempo:
        self._thread = Thread(target=self.serve, name="demo-tempo", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self._thread:
            self._thread.join()

    def serve(self) -> None:
        """Answers until stopped."""
        self._server.serve_forever(poll_interval=0.05)

    def fault(self, path: str, **more: Any) -> None:
        """Orders a fault on paths that contain `path`; see `Fault`."""
        self.faults.append(Fault(path, **more))

    def answer(self, target: str, authorization: str) -> Answer | None:
        """What a request gives; None where the connection is cut."""
        parts = urlsplit(target)
        with self.account.lock:
            self.requests.append(target)
            fault = next((each for each in self.faults if each.strikes(parts.path)), None)
            if fault and fault.spoil is None:
                return fault.answer
            answer = self._sound(parts.path, parse_qs(parts.query), authorization)
            if fault and fault.spoil:
                fault.spoil(answer.body)
            self.after(parts.path)
            return answer

    def _sound(self, path: str, query: dict[str, list[str]], authorization: str) -> Answer:
        if authorization != f"Bearer {TOKEN}":
            return _refusal(401, "Invalid access token")
        asked = {name: values[0] for name, values in query.items()}
        steps = [unquote(step) for step in path.removeprefix(f"{BASE}/").split("/")]
        try:
            match steps:
                case ["worklogs"]:
                    return Answer(200, self._worklogs(asked))
                case ["periods"]:
                    spans = periods(_day(asked["from"]), _day(asked["to"]))
                    found = [{"from": str(first), "to": str(last)} for first, last in spans]
                    return Answer(200, {"periods": found})
                case ["timesheet-approvals", "team", team] if int(team) in self.account.teams:
                    people = self.account.teams[int(team)]
                    found = [self._approval(person, asked) for person in people]
                    return Answer(200, {"metadata": {"count": len(found)}, "results": found})
                case ["timesheet-approvals", "user", person]:
                    return Answer(200, self._approval(person, asked))
        except (KeyError, ValueError) as error:
            return _refusal(400, f"Invalid request: {error!r}")
        return _refusal(404, "Not found")

    def _approval(self, person: str, asked: Mapping[str, str]) -> Document:
        return self.account.approval(person, _day(asked["from"]), _day(asked.get("to", asked["from"])))

    def _worklogs(self, asked: dict[str, str]) -> Document:
        limit, offset = int(asked.get("limit", PAGE)), int(asked.get("offset", 0))
        if not 0 < limit <= MOST or offset < 0:
            raise ValueError("limit")
        limit = min(limit, self.page_cap)
        found = self.account.between(
            _day(asked.get("from", "0001-01-01")), _day(asked.get("to", "9999-12-31"))
        )
        page = found[offset : offset + limit]
        metadata: Document = {"count": len(page), "offset": offset, "limit": limit}
        if offset + limit < len(found):
            following = {**asked, "limit": limit, "offset": offset + limit}
            metadata["next"] = f"{self.url}/worklogs?{urlencode(following)}"
        return {"metadata": metadata, "results": [document_of(each, self.url) for each in page]}


def _nothing(path: str) -> None:
    del path


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _refusal(status: int, message: str) -> Answer:
    return Answer(status, {"errors": [{"message": message}]})


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, demo: DemoTempo, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.demo = demo


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it every page waits some 40 ms for the client's delayed acknowledgement.
    disable_nagle_algorithm = True
    server: _Listener

    def do_GET(self) -> None:
        """One answer."""
        answer = self.server.demo.answer(self.path, self.headers.get("Authorization", ""))
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        content = answer.content()
        self.send_response(answer.status)
        headers = {"Content-Type": "application/json", **answer.headers, "Content-Length": str(len(content))}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the requests are kept in `DemoTempo.requests`."""
