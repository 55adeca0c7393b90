"""The demo's own addresses, so that whoever tests a server process can do what Python could do.

POST /__changes__   {"do": "edit_issue", "key": "PAY-5", "summary": "…"}: any change of `CHANGES`, or a list of them.
POST /__faults__    faults, see `demo.jira.faults`; an empty list removes all.
POST /__hooks__     {"path": "search/jql", "answers": 2, "times": 1, "changes": [{"do": …}]}; an empty list removes all.
POST /__settings__  any of timezone, page_cap, latency (seconds), token_ttl, lag (seconds), quota (points or null).
GET  /__state__     what there is: ids and keys of what can be found, ids of worklogs, histories by issue, the clock.
GET  /__requests__  what was asked for; POST /__requests__ forgets it.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from demo.jira.faults import read_faults
from demo.jira.hooks import Hook, Quota
from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import ROUTER

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

CHANGES = frozenset({
    "create_issue", "edit_issue", "touch_issue", "move_issue", "delete_issue",
    "hide_issue", "reveal_issue", "link_issues", "unlink_issues", "log_work",
    "edit_worklog", "delete_worklog", "crowd_worklogs", "add_comment", "delete_comment",
    "add_project", "archive_project", "trash_project", "revoke_browse", "rename_project",
    "anonymise_user", "add_user", "add_field", "rename_field", "change_field_type",
    "add_version", "add_component", "crowd_minute", "lengthen_history", "add_board",
    "add_sprint", "start_sprint", "close_sprint", "rename_sprint", "put_into_sprint",
    "take_from_sprint",
})  # fmt: skip
_MOMENTS = frozenset({"started", "created", "updated", "resolved", "at"})
_DATES = frozenset({"due", "start", "release"})


@ROUTER.route("POST", "/__faults__")
def plant_faults(demo: DemoJira, request: Request) -> Answer:
    """Adds faults; an empty list removes all."""
    planted = read_faults(request.body)
    demo.faults[:] = [*demo.faults, *planted] if planted else []
    return Answer(document={"planted": len(planted)})


@ROUTER.route("POST", "/__changes__")
def change(demo: DemoJira, request: Request) -> Answer:
    """What people do; `advance` takes `seconds`, everything else the arguments of the method of `Site`."""
    if isinstance(request.body, list):
        return Answer(document=[_told(_do(demo, one)) for one in request.body])
    return Answer(document=_told(_do(demo, request.body)))


@ROUTER.route("POST", "/__hooks__")
def plant_hooks(demo: DemoJira, request: Request) -> Answer:
    """Adds changes that happen after so many answers on a path; an empty list removes all."""
    documents = request.body if isinstance(request.body, list) else [request.body]
    planted = [
        Hook(one["path"], _changes(demo, one["changes"]), one.get("answers", 1), one.get("times", 1))
        for one in documents
    ]
    demo.hooks[:] = [*demo.hooks, *planted] if planted else []
    return Answer(document={"planted": len(planted)})


@ROUTER.route("POST", "/__settings__")
def settings(demo: DemoJira, request: Request) -> Answer:
    """Sets what the server is told when it starts."""
    for name, value in request.body.items():
        if name == "lag":
            demo.site.lag = timedelta(seconds=value)
        elif name == "quota":
            demo.quota = None if value is None else Quota(value)
        elif name == "token_ttl":
            demo.token_ttl = timedelta(seconds=value)
        elif name in ("timezone", "page_cap", "latency"):
            setattr(demo, name, value)
        else:
            raise Refused(400, f"Nothing is called {name!r} here.")
    return Answer(document={})


@ROUTER.route("GET", "/__state__")
def state(demo: DemoJira, _: Request) -> Answer:
    """What there is, whatever pages, caps and faults make of it."""
    site = demo.site
    issues = {str(issue.id): issue.key for issue in site.issues.values() if site.is_findable(issue)}
    document = {
        "now": site.now.isoformat(timespec="milliseconds"),
        "issues": issues,
        "hidden_issues": {str(i.id): i.key for i in site.issues.values() if str(i.id) not in issues},
        "updated": {str(i.id): i.updated.isoformat(timespec="milliseconds") for i in site.issues.values()},
        "worklogs": {str(log.id): log.seconds for log in site.worklogs.values()},
        "deleted_worklogs": [str(one) for one, _ in site.deleted_worklogs],
        "histories": {str(one): len(changes) for one, changes in site.changes.items()},
        "comments": {str(i.id): len(found) for i in site.issues.values() if (found := site.comments_on(i))},
        "projects": {project.key: _project_state(project) for project in site.projects},
        "sprints": {str(sprint.id): sprint.state for sprint in site.sprints.values()},
    }
    return Answer(document=document)


@ROUTER.route("GET", "/__requests__")
def requests(demo: DemoJira, _: Request) -> Answer:
    """Everything asked so far: method, path, query and body."""
    return Answer(
        document=[
            {"method": one.method, "path": one.path, "query": one.query, "body": one.body}
            for one in demo.requests
        ]
    )


@ROUTER.route("POST", "/__requests__")
def forget_requests(demo: DemoJira, _: Request) -> Answer:
    """Forgets what was asked so far."""
    demo.requests.clear()
    return Answer(document={})


def _do(demo: DemoJira, document: dict[str, Any]) -> Any:
    body = dict(document)
    action = str(body.pop("do"))
    if action == "advance":
        demo.site.advance(timedelta(seconds=body["seconds"]))
        return None
    if action not in CHANGES:
        raise Refused(400, f"Nothing is called {action!r} here.")
    method = getattr(demo.site, action)
    arguments = {name: _read(name, value) for name, value in body.items()}
    return method(*_positional(method, arguments), **arguments)


def _positional(method: Callable[..., Any], arguments: dict[str, Any]) -> list[Any]:
    """Takes from the arguments what the method wants by position: an issue is `key`, anything else `id` or its name."""
    found: list[Any] = []
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            found += arguments.pop("keys")
        elif parameter.kind is parameter.POSITIONAL_ONLY:
            found.append(arguments.pop(parameter.name if parameter.name in arguments else "id"))
        elif (
            parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            and parameter.name not in arguments
            and "id" in arguments
        ):
            found.append(arguments.pop("id"))
    return found


def _read(name: str, value: Any) -> Any:
    if isinstance(value, str) and name in _MOMENTS:
        return datetime.fromisoformat(value)
    if isinstance(value, str) and name in _DATES:
        return date.fromisoformat(value)
    return timedelta(seconds=value) if name == "lasts" else value


def _changes(demo: DemoJira, documents: list[dict[str, Any]]) -> Callable[[], None]:
    def change_all() -> None:
        for document in documents:
            _do(demo, document)

    return change_all


def _project_state(project: Any) -> str:
    if not project.browsable:
        return "access_lost"
    return "deleted" if project.trashed else "archived" if project.archived else "live"


def _told(done: Any) -> Any:
    """What a change made, as JSON: the attributes of a record, a list of them, or nothing."""
    if isinstance(done, list):
        return [_told(one) for one in done]
    if done is None:
        return {}
    names = [name for name in type(done).__dataclass_fields__ if name not in ("recorded", "document")]
    return json.loads(json.dumps({name: getattr(done, name) for name in names}, default=str))
