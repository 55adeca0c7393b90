"""Projects with their components and versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.jira.model import Document, Project
from demo.jira.router import Answer, Request
from demo.jira.routes.common import API, ROUTER, only_on, page_bean, project_of, writer_for

if TYPE_CHECKING:
    from demo.jira.server import DemoJira


def _state(project: Project) -> str:
    return "deleted" if project.trashed else "archived" if project.archived else "live"


@ROUTER.route("GET", f"{API}/project/search")
def project_search(demo: DemoJira, request: Request) -> Answer:
    """Cloud's projects that the account may browse, a page at a time; those that are live if nothing else is said."""
    only_on(demo, "cloud")
    states = request.names("status") or ["live"]
    keys = [key.upper() for key in request.names("keys")]
    found = sorted(
        (
            p
            for p in demo.site.projects
            if p.browsable and _state(p) in states and (not keys or p.key in keys)
        ),
        key=lambda project: project.key,
    )
    start, size = request.number("startAt", 0), request.page_size(50, 100, demo.page_cap)
    writer = writer_for(demo, request)
    values = [writer.project(project) for project in found[start : start + size]]
    return Answer(document=page_bean(writer.link("project/search?"), start, size, len(found), values))


@ROUTER.route("GET", f"{API}/project")
def projects(demo: DemoJira, request: Request) -> Answer:
    """All projects in one list; Data Center's archived ones where they are asked for."""
    writer, states = writer_for(demo, request), {"live"}
    if request.flag("includeArchived"):
        states.add("archived")
    return Answer(
        document=[writer.project(p) for p in demo.site.projects if p.browsable and _state(p) in states]
    )


@ROUTER.route("GET", f"{API}/project/{{project}}")
def project(demo: DemoJira, request: Request) -> Answer:
    """One project, by id or key."""
    return Answer(document=writer_for(demo, request).project(project_of(demo, request)))


@ROUTER.route("GET", f"{API}/project/{{project}}/components")
def components(demo: DemoJira, request: Request) -> Answer:
    """The components of a project."""
    found, writer = project_of(demo, request), writer_for(demo, request)
    known = [one for one in demo.site.components.values() if one.project == found.key]
    return Answer(document=[writer.component_of_project(one) for one in known])


@ROUTER.route("GET", f"{API}/project/{{project}}/versions")
def versions(demo: DemoJira, request: Request) -> Answer:
    """The versions of a project."""
    found, writer = project_of(demo, request), writer_for(demo, request)
    known = [one for one in demo.site.versions.values() if one.project == found.key]
    return Answer(document=[writer.version_of_project(one) for one in known])


@ROUTER.route("GET", f"{API}/project/{{project}}/version")
def version_page(demo: DemoJira, request: Request) -> Answer:
    """The versions of a project, a page at a time."""
    found, writer = project_of(demo, request), writer_for(demo, request)
    known = [one for one in demo.site.versions.values() if one.project == found.key]
    start, size = request.number("startAt", 0), request.page_size(50, 50, demo.page_cap)
    values = [writer.version_of_project(one) for one in known[start : start + size]]
    link = writer.link(f"project/{found.key}/version?")
    return Answer(document=page_bean(link, start, size, len(known), values))


@ROUTER.route("GET", f"{API}/project/{{project}}/component")
def component_page(demo: DemoJira, request: Request) -> Answer:
    """The components of a project, a page at a time."""
    found, writer = project_of(demo, request), writer_for(demo, request)
    known = [one for one in demo.site.components.values() if one.project == found.key]
    start, size = request.number("startAt", 0), request.page_size(50, 50, demo.page_cap)
    values = [writer.component_of_project(one) for one in known[start : start + size]]
    link = writer.link(f"project/{found.key}/component?")
    return Answer(document=page_bean(link, start, size, len(known), values))


@ROUTER.route("GET", f"{API}/project/{{project}}/statuses")
def project_statuses(demo: DemoJira, request: Request) -> Answer:
    """The issue types that a project's issues have, each with its statuses."""
    found, writer, site = project_of(demo, request), writer_for(demo, request), demo.site
    used: dict[str, dict[str, None]] = {}
    for issue in site.issues.values():
        if issue.project == found.key:
            used.setdefault(issue.type, {})[site.status_of(issue).id] = None
    by_id = {status.id: status for status in site.statuses}
    documents = [
        {
            **_short(writer.named("issuetype", kind)),
            "statuses": [writer.status(by_id[one]) for one in used[kind.name]],
        }
        for kind in site.issue_types
        if kind.name in used
    ]
    return Answer(document=documents)


def _short(issue_type: Document) -> Document:
    return {name: issue_type[name] for name in ("self", "id", "name", "subtask") if name in issue_type}
