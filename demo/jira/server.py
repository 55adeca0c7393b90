"""The demo's Jira over HTTP on loopback: `DemoJira` in a thread, `python -m demo.jira` as a process.

with DemoJira(deployment="cloud") as demo:
    requests.get(f"{demo.url}/rest/api/3/serverInfo")
"""

from __future__ import annotations

import base64
import socket
import time
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any

from demo.jira.documents import Deployment
from demo.jira.faults import Fault
from demo.jira.router import Answer, Refused, Request, read_request
from demo.jira.routes import ROUTER
from demo.jira.site import Site, demo_site

EMAIL = "pmo@demo.example"
TOKEN = "demo-token"
PAT = "demo-pat"
TIMEZONE = "Europe/Paris"


class DemoJira:
    """A small Jira with the demo company's content.

    Args:
        deployment: `cloud` (API v3, basic authentication) or `server` (Data Center: API v2, personal access token).
        site: the content; the demo company's by default.
        faults: what goes wrong, see `demo.jira.faults`.
        page_cap: the most records a page holds, however many are asked for.
        port: 0 takes a free one.

    Attributes:
        url: the address, once started. requests: everything asked so far, without the demo's own addresses.
    """

    def __init__(
        self,
        *,
        deployment: Deployment = "cloud",
        site: Site | None = None,
        faults: list[Fault] | None = None,
        page_cap: int = 5000,
        port: int = 0,
        timezone: str = TIMEZONE,
    ) -> None:
        self.deployment: Deployment = deployment
        self.site = site or demo_site()
        self.faults = faults or []
        self.page_cap = page_cap
        self.timezone = timezone
        self.requests: list[Request] = []
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.demo = self
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address to give to a client."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> DemoJira:
        self._thread = Thread(target=self.serve, name="demo-jira", daemon=True)
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

    def fault(self, path: str, kind: Any, **more: Any) -> None:
        """Plants a fault; see `demo.jira.faults.Fault`."""
        self.faults.append(Fault(path=path, kind=kind, **more))

    def answer(self, request: Request) -> Answer:
        """What a request gives when nothing goes wrong."""
        found = ROUTER.find(request.method, request.path)
        if found is None:
            return Refused(404, "null for uri").answer
        handler, parts = found
        if not self._may_enter(request):
            return _UNAUTHORISED
        with self.site.lock:
            try:
                return handler(self, replace(request, parts=parts))
            except Refused as refused:
                return refused.answer
            except (ValueError, TypeError, KeyError) as error:
                return Refused(400, f"Invalid request: {type(error).__name__} {error}").answer

    def _may_enter(self, request: Request) -> bool:
        if request.path.startswith("/__") or request.path.endswith("/serverInfo"):
            return True
        basic = base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()
        wanted = f"Basic {basic}" if self.deployment == "cloud" else f"Bearer {PAT}"
        return request.headers.get("authorization") == wanted


_UNAUTHORISED = Answer(
    document={"message": "Client must be authenticated to access this resource.", "status-code": 401},
    status=401,
    headers={"WWW-Authenticate": 'OAuth realm="https%3A%2F%2Fjira.demo.example"'},
)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    demo: DemoJira


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, lets faults strike, writes head and body at once."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        # Without it every page waits some 40 ms for the client's delayed acknowledgement.
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the requests are kept in `DemoJira.requests`."""

    def _serve(self) -> None:
        demo = self.server.demo
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            request = read_request(self.command, self.path, body, headers)
        except Refused as refused:
            self._write(refused.answer)
            return
        if not request.path.startswith("/__"):
            demo.requests.append(request)
            fault = next((fault for fault in demo.faults if fault.strikes(request.path)), None)
        else:
            fault = None
        self._answer(demo, request, fault)

    def _answer(self, demo: DemoJira, request: Request, fault: Fault | None) -> None:
        if fault is None:
            self._write(demo.answer(request))
            return
        if fault.kind == "drop":
            self._hang_up()
            return
        if fault.kind == "slow":
            time.sleep(fault.seconds)
        self._write(fault.spoil(demo.answer(request)), cut=fault.kind == "cut")

    def _write(self, answer: Answer, *, cut: bool = False) -> None:
        """Head and body in one write."""
        content = answer.content()
        headers = {
            "Date": self.date_time_string(),
            "Content-Type": "application/json;charset=UTF-8",
            **answer.headers,
            "Content-Length": str(len(content)),
        }
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head + (content[: len(content) // 2] if cut else content))
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
