"""What goes wrong on order: a rule says on which paths, how, how often, and after how many sound answers.

{"path": "search/jql", "kind": "throttle", "form": "date", "seconds": 30, "times": 2}

Which call produces which failure mode (F1 to F26 of the connector's tests); `demo` is a `DemoJira`, `site` its content.
Every one of them can also be ordered over HTTP, see `demo.jira.routes.controls`.

F1  429, Retry-After short         demo.fault(path, "throttle", seconds=1)
F2  429, long; by reason           demo.fault(path, "throttle", seconds=120, reason="jira-burst-based")
F3  Retry-After as date, float, …  demo.fault(path, "throttle", form="date" | "float" | "reset" | "missing")
F4  429 with an HTML body          demo.fault(path, "throttle", form="html")
F5  500, 502, 503, 504             demo.fault(path, "status", status=502)
F6  dropped before the answer      demo.fault(path, "drop")
F7  broken in the middle           demo.fault(path, "cut"), demo.fault(path, "reset")
F8  JSON that ends in the middle   demo.fault(path, "truncate")
F9  login page with 200, with 302  demo.fault(path, "login"), demo.fault(path, "redirect")
F10 nothing with 200               demo.fault(path, "empty", headers={"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
F11 401 midway, 403 of a project   demo.fault(path, "status", status=401, skip=3), (…, status=403, contains="PAY"),
    404 between list and detail    demo.after("search/jql", lambda: site.delete_issue("PAY-5"))
F12 refused JQL, expired token     demo.token_ttl = timedelta(0) and site.advance(…); (…, status=400)
F13 slow                           demo.fault(path, "slow", seconds=5)
F14 empty page with a token        demo.fault("search/jql", "empty_page")
F15 no token, the same again       demo.fault(path, "remove", at=["nextPageToken"]), (path, "replay", times=None)
F16 shorter than asked for         demo.fault(path, "short", value=3, times=None), demo.page_cap = 50
F17 mutation between pages         demo.after(path, lambda: site.edit_issue("PAY-5", summary="…"), answers=2)
F18 index behind                   site.lag = timedelta(seconds=30)
F19 one minute, one updatedTime    site.crowd_minute("PAY", 788), site.crowd_worklogs("PAY-5", 1200, author="alice")
F20 another time zone              DemoJira(timezone="America/Los_Angeles"), demo.timezone = "Asia/Kolkata"
F21 moved, renamed, gone, hidden   site.move_issue, rename_project, delete_issue, archive_project, trash_project,
                                   revoke_browse, hide_issue
F22 long collections               site.lengthen_history("PAY-5", 500), 26 × log_work, 110 × add_comment
F23 fields come and change         site.add_field("Risk", "number"), rename_field, change_field_type(id, "string")
F24 anonymised user                site.anonymise_user("bruno")
F25 a killed client                nothing here: the requests that came are in `demo.requests`
F26 quota until the hour           demo.limit(points), then site.advance(…)
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import reduce
from operator import getitem
from typing import Any, Literal

from demo.jira.router import Answer, Request

Kind = Literal[
    "status", "throttle", "drop", "cut", "reset", "truncate", "login", "redirect", "empty", "slow", "patch",
    "remove", "replay", "short", "empty_page",
]  # fmt: skip

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form>Log in</form></body></html>"
BUSY_PAGE = "<html><body><h1>429 Too Many Requests</h1></body></html>"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    Args:
        path: a part of the request's path. contains: a part of its query or body, where only such are to be hit.
        kind: `status` answers `status` with `headers` and `body`; `throttle` answers 429 and asks to wait `seconds` in
            one `form` for a `reason`; `drop` closes before anything is sent; `cut` closes in the middle of the body,
            `reset` resets there; `truncate` sends half the JSON as if it were all; `login` sends a login page with 200,
            `redirect` sends to it; `empty` sends 200 and nothing; `slow` waits `seconds` first; `patch` sets the member
            `at` of the answer to `value`; `remove` takes it away; `replay` sends the first answer again and again;
            `short` puts at most `value` records on the page, `empty_page` none, and the walk goes on where it was.
        form: `seconds`, `float`, `date`, `missing`, `html`, or `reset` (X-RateLimit-Reset alone).
        times: how often; None for always. skip: sound answers before the first fault.
    """

    path: str
    kind: Kind
    contains: str = ""
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    times: int | None = 1
    skip: int = 0
    seconds: float = 0.0
    form: str = "seconds"
    reason: str = ""
    at: list[str | int] = field(default_factory=list)
    value: Any = None
    first: Answer | None = None

    def strikes(self, request: Request) -> bool:
        """Whether this request is hit; counts it."""
        if self.path not in request.path or self.times == 0:
            return False
        if self.contains and self.contains not in f"{request.query} {request.body}":
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def most(self) -> int | None:
        """The most records that the answer may hold."""
        return {"short": self.value, "empty_page": 0}.get(self.kind)

    def spoil(self, answer: Answer) -> Answer:
        """The answer that goes out instead, for the kinds that change it."""
        if self.kind == "status":
            return Answer(raw=self.body.encode(), status=self.status, headers=self.headers)
        if self.kind == "throttle":
            return self._throttled()
        if self.kind == "login":
            return Answer(raw=LOGIN_PAGE, headers={"Content-Type": "text/html;charset=UTF-8"})
        if self.kind == "redirect":
            return Answer(raw=b"", status=302, headers={"Location": "/login.jsp?permissionViolation=true"})
        if self.kind == "empty":
            return Answer(raw=b"", headers=self.headers)
        if self.kind == "truncate":
            return Answer(raw=answer.content()[: len(answer.content()) // 2], status=answer.status)
        if self.kind == "replay":
            self.first = self.first or answer
            return self.first
        if self.kind in ("patch", "remove"):
            return Answer(document=self._changed(answer.plain()), status=answer.status)
        return answer

    def _throttled(self) -> Answer:
        now = datetime.now(UTC)
        until = now + timedelta(seconds=self.seconds)
        asked = {
            "seconds": {"Retry-After": str(int(self.seconds))},
            "html": {"Retry-After": str(int(self.seconds)), "Content-Type": "text/html"},
            "float": {"Retry-After": str(float(self.seconds))},
            "date": {"Retry-After": format_datetime(until, usegmt=True)},
            "reset": {"X-RateLimit-Reset": until.isoformat(timespec="seconds").replace("+00:00", "Z")},
            "missing": {},
        }[self.form]
        reason = {"RateLimit-Reason": self.reason} if self.reason else {}
        body = BUSY_PAGE if self.form == "html" else json.dumps({"errorMessages": ["Rate limit exceeded."]})
        headers = {"Date": format_datetime(now, usegmt=True), **asked, **reason, **self.headers}
        return Answer(raw=body.encode(), status=429, headers=headers)

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
    return [make_fault(document) for document in documents]


def make_fault(document: Mapping[str, Any]) -> Fault:
    """A fault from its members; a body that is no text becomes JSON."""
    body = document.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body)
    return Fault(**{**document, "body": text})
