"""Who and what there is: the server itself, projects, users, fields, statuses and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.jira.documents import BASE_URL, PRIORITIES, STATUSES, STORY_POINTS, TYPES, Document
from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import API, ROUTER, only_on, writer_for

if TYPE_CHECKING:
    from demo.jira.server import DemoJira


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
        "serverTime": writer_for(demo, request).moment(demo.site.now),
        "serverTitle": "Demo company",
    }
    return Answer(document=document)


@ROUTER.route("GET", f"{API}/myself")
def myself(demo: DemoJira, request: Request) -> Answer:
    """The account that asks."""
    return Answer(document=writer_for(demo, request).user_document(demo.site.users[0]))


@ROUTER.route("GET", f"{API}/project/search")
def project_search(demo: DemoJira, request: Request) -> Answer:
    """Cloud's projects, a page at a time."""
    only_on(demo, "cloud")
    archived = {"live": False, "archived": True}
    states = {archived[status] for status in request.names("status") or ["live"] if status in archived}
    projects = sorted(
        (p for p in demo.site.projects if p.archived in states), key=lambda project: project.key
    )
    start, size = request.number("startAt", 0), min(request.number("maxResults", 50), 100, demo.page_cap)
    writer, is_last = writer_for(demo, request), start + size >= len(projects)
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
    writer, archived = writer_for(demo, request), request.parameter("includeArchived") == "true"
    return Answer(document=[writer.project(p) for p in demo.site.projects if archived or not p.archived])


@ROUTER.route("GET", f"{API}/users/search", f"{API}/users")
def users(demo: DemoJira, request: Request) -> Answer:
    """Cloud's users, those who left included, as a bare list."""
    only_on(demo, "cloud")
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
    return Answer(document=[writer_for(demo, request).status(name) for name in STATUSES])


@ROUTER.route("GET", f"{API}/statuscategory")
def status_categories(demo: DemoJira, request: Request) -> Answer:
    """The three categories."""
    writer = writer_for(demo, request)
    return Answer(document=[writer.category(key, number) for _, key, number in STATUSES.values()])


@ROUTER.route("GET", f"{API}/priority")
def priorities(demo: DemoJira, request: Request) -> Answer:
    """Priorities."""
    return Answer(document=[writer_for(demo, request).priority(name) for name in PRIORITIES])


@ROUTER.route("GET", f"{API}/issuetype")
def issue_types(demo: DemoJira, request: Request) -> Answer:
    """Issue types."""
    return Answer(document=[writer_for(demo, request).issue_type(name) for name in TYPES])


@ROUTER.route("GET", f"{API}/resolution")
def resolutions(demo: DemoJira, request: Request) -> Answer:
    """Resolutions."""
    return Answer(document=[writer_for(demo, request).resolution("Done")])


def _user_page(demo: DemoJira, request: Request, *, inactive: bool) -> Answer:
    start, size = request.number("startAt", 0), min(request.number("maxResults", 50), 1000, demo.page_cap)
    users = [user for user in demo.site.users if inactive or user.active]
    writer = writer_for(demo, request)
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
