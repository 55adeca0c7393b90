"""The addresses of the demo's Jira, version 2 and 3, Cloud and Data Center; how documents look is `documents`."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from demo.jira.documents import BASE_URL, PRIORITIES, STATUSES, STORY_POINTS, TYPES, Document, Writer
from demo.jira.faults import read_faults
from demo.jira.jql import JqlError, Query, parse
from demo.jira.router import Answer, Refused, Request, Router
from demo.jira.site import FEED_DELAY

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

ROUTER = Router()
API = "/rest/api/{version}"
FEED_PAGE = 1000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, like every moment here
_REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline "
    "is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


@ROUTER.route("GET", f"{API}/serverInfo")
def server_info(demo: DemoJira, request: Request) -> Answer:
    """Kind, version and clock of this Jira."""
    cloud = demo.deployment == "cloud"
    numbers = [1001, 0, 0] if cloud else [9, 12, 5]
    document = {
        "baseUrl": BASE_URL,
        "version": "1001.0.0-SNAPSHOT" if cloud else "9.12.5",
        "versionNumbers": numbers,
        "deploymentType": "Cloud" if cloud else "Server",
        "buildNumber": 100261,
        "buildDate": "2026-06-01T00:00:00.000+0000",
        "serverTime": _writer(demo, request).moment(demo.site.now),
        "serverTitle": "Demo company",
    }
    return Answer(document=document)


@ROUTER.route("GET", f"{API}/myself")
def myself(demo: DemoJira, request: Request) -> Answer:
    """The account that asks."""
    return Answer(document=_writer(demo, request).user_document(demo.site.users[0]))


@ROUTER.route("GET", f"{API}/search/jql")
@ROUTER.route("POST", f"{API}/search/jql")
def search_by_token(demo: DemoJira, request: Request) -> Answer:
    """Cloud's search: a page at a time, each with the token of the next; nobody says how many there are."""
    _only(demo, "cloud")
    jql, query = _query(demo, request)
    fields = request.names("fields") or ["id"]
    cap = 5000 if set(fields) <= {"id", "key"} else 100
    size = min(request.number("maxResults", 50), cap, demo.page_cap)
    found = query.run(demo.site, _token_key(jql, request.parameter("nextPageToken")))
    writer, page = _writer(demo, request), found[:size]
    answer: Document = {
        "issues": [writer.issue(issue, fields) for issue in page],
        "isLast": len(found) <= size,
    }
    if len(found) > size:
        answer["nextPageToken"] = _token(jql, query.sort_key(page[-1]))
    return Answer(document=answer)


@ROUTER.route("GET", f"{API}/search")
@ROUTER.route("POST", f"{API}/search")
def search_by_offset(demo: DemoJira, request: Request) -> Answer:
    """Data Center's search: a page at a time by offset; Cloud no longer has it."""
    if demo.deployment == "cloud":
        raise Refused(410, _REMOVED)
    _, query = _query(demo, request)
    fields = request.names("fields") or ["*navigable"]
    start, size = request.number("startAt", 0), min(request.number("maxResults", 50), 1000, demo.page_cap)
    found, writer = query.run(demo.site), _writer(demo, request)
    issues = [writer.issue(issue, fields) for issue in found[start : start + size]]
    page = {"startAt": start, "maxResults": size, "total": len(found), "issues": issues}
    return Answer(document={"expand": "schema,names", **page})


@ROUTER.route("POST", f"{API}/search/approximate-count")
def approximate_count(demo: DemoJira, request: Request) -> Answer:
    """How many issues a query finds."""
    _only(demo, "cloud")
    return Answer(document={"count": len(_query(demo, request)[1].run(demo.site))})


@ROUTER.route("POST", f"{API}/issue/bulkfetch")
def bulk_fetch(demo: DemoJira, request: Request) -> Answer:
    """Issues by id or key; those that do not exist are simply absent."""
    _only(demo, "cloud")
    names = [str(name) for name in request.body["issueIdsOrKeys"]]
    if len(names) > 100:
        raise Refused(400, "The number of issue ids or keys must not exceed 100.")
    found = {issue.id: issue for name in names if (issue := demo.site.issue(name))}
    writer, fields = _writer(demo, request), request.names("fields") or ["*navigable"]
    issues = [writer.issue(found[identity], fields) for identity in sorted(found)]
    return Answer(document={"issues": issues, "issueErrors": []})


@ROUTER.route("GET", f"{API}/issue/{{key}}")
def issue(demo: DemoJira, request: Request) -> Answer:
    """One issue."""
    found = _issue(demo, request)
    return Answer(document=_writer(demo, request).issue(found, request.names("fields") or ["*all"]))


@ROUTER.route("GET", f"{API}/issue/{{key}}/worklog")
def issue_worklogs(demo: DemoJira, request: Request) -> Answer:
    """The worklogs of one issue."""
    start, size = request.number("startAt", 0), min(request.number("maxResults", 5000), 5000)
    return Answer(document=_writer(demo, request).page_of_work(_issue(demo, request), start, size))


@ROUTER.route("GET", f"{API}/worklog/updated")
def updated_worklogs(demo: DemoJira, request: Request) -> Answer:
    """Ids of worklogs changed since a moment, oldest first."""
    changes = [(worklog.id, worklog.updated) for worklog in demo.site.worklogs.values()]
    return _feed(demo, request, "updated", changes)


@ROUTER.route("GET", f"{API}/worklog/deleted")
def deleted_worklogs(demo: DemoJira, request: Request) -> Answer:
    """Ids of worklogs deleted since a moment, oldest first."""
    return _feed(demo, request, "deleted", demo.site.deleted_worklogs)


@ROUTER.route("POST", f"{API}/worklog/list")
def worklog_list(demo: DemoJira, request: Request) -> Answer:
    """Worklogs by id; those that do not exist are simply absent."""
    if not isinstance(request.body, dict) or set(request.body) != {"ids"}:
        raise Refused(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    identities = request.body["ids"]
    if len(identities) > 1000:
        raise Refused(400, "The number of worklog ids must not exceed 1000.")
    writer, known = _writer(demo, request), demo.site.worklogs
    return Answer(document=[writer.worklog(known[int(one)]) for one in identities if int(one) in known])


@ROUTER.route("GET", f"{API}/project/search")
def project_search(demo: DemoJira, request: Request) -> Answer:
    """Cloud's projects, a page at a time."""
    _only(demo, "cloud")
    archived = {"live": False, "archived": True}
    states = {archived[status] for status in request.names("status") or ["live"] if status in archived}
    projects = sorted(
        (p for p in demo.site.projects if p.archived in states), key=lambda project: project.key
    )
    start, size = request.number("startAt", 0), min(request.number("maxResults", 50), 100, demo.page_cap)
    writer, is_last = _writer(demo, request), start + size >= len(projects)
    link = writer.link(f"project/search?maxResults={size}&startAt=")
    document = {
        "self": f"{link}{start}",
        **({} if is_last else {"nextPage": f"{link}{start + size}"}),
        "maxResults": size,
        "startAt": start,
        "total": len(projects),
        "isLast": is_last,
        "values": [writer.project(project) for project in projects[start : start + size]],
    }
    return Answer(document=document)


@ROUTER.route("GET", f"{API}/project")
def projects(demo: DemoJira, request: Request) -> Answer:
    """All projects in one list."""
    writer, archived = _writer(demo, request), request.parameter("includeArchived") == "true"
    return Answer(document=[writer.project(p) for p in demo.site.projects if archived or not p.archived])


@ROUTER.route("GET", f"{API}/users/search", f"{API}/users")
def users(demo: DemoJira, request: Request) -> Answer:
    """Cloud's users, those who left included, as a bare list."""
    _only(demo, "cloud")
    return _user_page(demo, request, inactive=True)


@ROUTER.route("GET", f"{API}/user/search")
def user_search(demo: DemoJira, request: Request) -> Answer:
    """Users by a part of name or e-mail address, as a bare list."""
    if request.parameter("username" if demo.deployment == "server" else "query") is None:
        raise Refused(400, "The username query parameter was not provided.")
    return _user_page(demo, request, inactive=request.parameter("includeInactive") == "true")


@ROUTER.route("GET", f"{API}/field")
def fields(_: DemoJira, __: Request) -> Answer:
    """System fields and the custom ones of this site."""
    system = (
        "summary",
        "status",
        "project",
        "updated",
        "created",
        "assignee",
        "worklog",
        "timespent",
        "duedate",
    )
    documents = [_field(name, name.capitalize(), custom=None) for name in system]
    points = "com.pyxis.greenhopper.jira:jsw-story-points"
    return Answer(document=[*documents, _field(STORY_POINTS, "Story point estimate", custom=points)])


@ROUTER.route("GET", f"{API}/status")
def statuses(demo: DemoJira, request: Request) -> Answer:
    """Statuses with their categories."""
    return Answer(document=[_writer(demo, request).status(name) for name in STATUSES])


@ROUTER.route("GET", f"{API}/statuscategory")
def status_categories(demo: DemoJira, request: Request) -> Answer:
    """The three categories."""
    writer = _writer(demo, request)
    return Answer(document=[writer.category(key, number) for _, key, number in STATUSES.values()])


@ROUTER.route("GET", f"{API}/priority")
def priorities(demo: DemoJira, request: Request) -> Answer:
    """Priorities."""
    return Answer(document=[_writer(demo, request).priority(name) for name in PRIORITIES])


@ROUTER.route("GET", f"{API}/issuetype")
def issue_types(demo: DemoJira, request: Request) -> Answer:
    """Issue types."""
    return Answer(document=[_writer(demo, request).issue_type(name) for name in TYPES])


@ROUTER.route("GET", f"{API}/resolution")
def resolutions(demo: DemoJira, request: Request) -> Answer:
    """Resolutions."""
    return Answer(document=[_writer(demo, request).resolution("Done")])


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


def _writer(demo: DemoJira, request: Request) -> Writer:
    version = "3" if request.parts["version"] in ("3", "latest") else "2"
    return Writer(demo.site, demo.deployment, version, demo.timezone)


def _only(demo: DemoJira, deployment: str) -> None:
    if demo.deployment != deployment:
        raise Refused(404, "null for uri")


def _issue(demo: DemoJira, request: Request) -> Any:
    found = demo.site.issue(request.parts["key"])
    if found is None:
        raise Refused(404, "Issue does not exist or you do not have permission to see it.")
    return found


def _query(demo: DemoJira, request: Request) -> tuple[str, Query]:
    jql = str(request.parameter("jql", ""))
    lenient = str(request.parameter("validateQuery", True)).lower() in ("false", "none", "warn")
    try:
        return jql, parse(jql, site=demo.site, timezone=demo.timezone, lenient=lenient)
    except JqlError as error:
        raise Refused(400, str(error)) from error


def _token(jql: str, key: tuple[Any, ...]) -> str:
    """Opaque to the client: where the page ended, and of which query."""
    return base64.urlsafe_b64encode(json.dumps([_digest(jql), key]).encode()).decode()


def _token_key(jql: str, token: str | None) -> tuple[Any, ...] | None:
    if token is None:
        return None
    try:
        digest, key = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise Refused(400, "The provided next page token is invalid.") from None
    if digest != _digest(jql):
        raise Refused(400, "The provided next page token is of another query.")
    return tuple(key)


def _digest(jql: str) -> str:
    return hashlib.sha256(jql.encode()).hexdigest()[:12]


def _feed(demo: DemoJira, request: Request, name: str, changes: list[tuple[int, datetime]]) -> Answer:
    since = request.number("since", 0)
    moments = sorted((_milliseconds(at), one) for one, at in changes if at <= demo.site.now - FEED_DELAY)
    found = [(at, one) for at, one in moments if at >= since]
    size = min(FEED_PAGE, demo.page_cap)
    page, is_last = found[:size], len(found) <= size
    until = page[-1][0] if page else since
    link = _writer(demo, request).link(f"worklog/{name}?since=")
    values = [{"worklogId": one, "updatedTime": at, "properties": []} for at, one in page]
    links = {"self": f"{link}{since}", **({} if is_last else {"nextPage": f"{link}{until}"})}
    return Answer(document={"values": values, "since": since, "until": until, **links, "lastPage": is_last})


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _user_page(demo: DemoJira, request: Request, *, inactive: bool) -> Answer:
    start, size = request.number("startAt", 0), min(request.number("maxResults", 50), 1000, demo.page_cap)
    users = [user for user in demo.site.users if inactive or user.active]
    writer = _writer(demo, request)
    return Answer(document=[writer.user_document(user) for user in users[start : start + size]])


def _field(identity: str, name: str, *, custom: str | None) -> Document:
    schema = (
        {"type": "number", "custom": custom, "customId": 10016}
        if custom
        else {"type": "string", "system": identity}
    )
    flags = {"custom": bool(custom), "orderable": True, "navigable": True, "searchable": True}
    return {
        "id": identity,
        "key": identity,
        "name": name,
        **flags,
        "clauseNames": [identity],
        "schema": schema,
    }
