"""The demo's Jira over HTTP on loopback: `DemoJira` in a thread, `python -m demo.jira` as a process.

with DemoJira(deployment="cloud") as demo:
    requests.get(f"{demo.url}/rest/api/3/serverInfo")
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

from demo.jira.accounts import (
    CLOUD_ID,
    EMAIL,
    PAT,
    SERVICE_TOKEN,
    TOKEN,
    UNAUTHORISED,
    may_enter,
    without_gateway,
)
from demo.jira.faults import Fault, make_fault
from demo.jira.fields import Deployment
from demo.jira.hooks import Change, Hook, Quota
from demo.jira.kept import KeptAnswers
from demo.jira.listener import Listener
from demo.jira.router import Answer, Handler, Refused, Request
from demo.jira.routes import ROUTER
from demo.jira.searches import Searches
from demo.jira.site import Site, demo_site
from demo.jira.tokens import WEEK

__all__ = ["CLOUD_ID", "EMAIL", "PAT", "SERVICE_TOKEN", "TIMEZONE", "TOKEN", "DemoJira"]

TIMEZONE = "Europe/Paris"


class DemoJira:
    """A Jira on this machine, with the demo company's content unless it is given another.

    Args:
        deployment: `cloud` (API v3, basic authentication) or `server` (Data Center: API v2, personal access token).
        site: the content; the demo company's by default.
        faults: what goes wrong, see `demo.jira.faults`.
        page_cap: the most records a page holds, however many are asked for.
        port: 0 takes a free one.
        latency: seconds that every answer takes, as over a long way; answers wait side by side.
        token_ttl: how long a page token is good for, on the site's clock.
        classic_search: Cloud still has the search by offset, and Data Center takes v3 paths, as clients of old expect.
        certificate, key: PEM files; with them it speaks https.
        keep_answers: what was answered once is not made again while nothing changes, see `demo.jira.kept`.

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
        latency: float = 0.0,
        token_ttl: timedelta = WEEK,
        classic_search: bool = False,
        certificate: Path | None = None,
        key: Path | None = None,
        keep_answers: bool = False,
    ) -> None:
        self.deployment: Deployment = deployment
        self.site = site or demo_site()
        self.faults = faults or []
        self.page_cap = page_cap
        self.timezone = timezone
        self.latency = latency
        self.token_ttl = token_ttl
        self.classic_search = classic_search
        self.quota: Quota | None = None
        self.hooks: list[Hook] = []
        self.requests: list[Request] = []
        self.searches = Searches()
        self._kept = KeptAnswers() if keep_answers else None
        self._scheme = "https" if certificate else "http"
        self._server = Listener(self, port, certificate, key)
        self._thread: Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address to give to a client."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def gateway_url(self) -> str:
        """The address through the gateway, where a service account's bearer token is good."""
        return f"{self.url}/ex/jira/{CLOUD_ID}"

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
        self.faults.append(make_fault({"path": path, "kind": kind, **more}))

    def after(self, path: str, change: Change, *, answers: int = 1, times: int | None = 1) -> None:
        """Lets something change after so many answers on a path, before the answer goes out; see `demo.jira.hooks`."""
        self.hooks.append(Hook(path, change, answers, times))

    def limit(self, points: int) -> None:
        """Allows so many points until the full hour of the site's clock, then again so many, and so on."""
        self.quota = Quota(points)

    def answer(self, request: Request) -> Answer:
        """What a request gives when nothing goes wrong."""
        path = without_gateway(request.path, self.deployment)
        found = ROUTER.find(request.method, path)
        if found is None:
            return Refused(404, "null for uri").answer
        handler, parts = found
        if not may_enter(request, path, self.deployment):
            return UNAUTHORISED
        with self.site.lock:
            try:
                if self.quota and (refusal := self.quota.refusal(path, self.site.now)):
                    return refusal
                answer = self._handled(handler, replace(request, parts=parts))
            except Refused as refused:
                return refused.answer
            except (ValueError, TypeError, KeyError) as error:
                return Refused(400, f"Invalid request: {type(error).__name__} {error}").answer
        return self.quota.counted(path, answer) if self.quota else answer

    def _handled(self, handler: Handler, request: Request) -> Answer:
        if self._kept is None or request.path.startswith("/__") or self.faults or self.quota:
            return handler(self, request)
        found = self._kept.find(self, request)
        return found or self._kept.keep(request, handler(self, request))

    def run_hooks(self, request: Request) -> None:
        """Lets happen what was ordered to happen after this answer."""
        for hook in list(self.hooks):
            hook.answered(self, request.path)
