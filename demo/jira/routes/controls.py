"""The demo's own addresses: what goes wrong (`/__faults__`), and what users do meanwhile (`/__changes__`)."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from demo.jira.faults import read_faults
from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import ROUTER

if TYPE_CHECKING:
    from demo.jira.server import DemoJira


@ROUTER.route("POST", "/__faults__")
def plant_faults(demo: DemoJira, request: Request) -> Answer:
    """Adds faults; an empty list removes all."""
    planted = read_faults(request.body)
    demo.faults[:] = [*demo.faults, *planted] if planted else []
    return Answer(document={"planted": len(planted)})


@ROUTER.route("POST", "/__changes__")
def change(demo: DemoJira, request: Request) -> Answer:
    """What a user does: {"do": "edit_issue", "key": "PAY-5", "summary": "…"}, or any other method of `Site`.

    An issue is named by `key`, a worklog by `id`; `advance` takes `seconds`.
    """
    body = dict(request.body)
    action = str(body.pop("do"))
    if action == "advance":
        demo.site.advance(timedelta(seconds=body["seconds"]))
        return Answer(document={})
    if action not in (
        "edit_issue",
        "move_issue",
        "delete_issue",
        "log_work",
        "edit_worklog",
        "delete_worklog",
    ):
        raise Refused(400, f"Nothing is called {action!r} here.")
    if isinstance(body.get("started"), str):
        body["started"] = datetime.fromisoformat(body["started"])
    subject = body.pop("key" if "issue" in action or action == "log_work" else "id")
    done = getattr(demo.site, action)(subject, **body)
    return Answer(document=json.loads(json.dumps(asdict(done), default=str)) if done else {})
