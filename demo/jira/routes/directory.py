"""What there is on the site: the server itself, fields, statuses, priorities and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.jira.documents import BASE_URL
from demo.jira.documents.directory import CATEGORIES
from demo.jira.references import Named
from demo.jira.router import Answer, Request
from demo.jira.routes.common import API, ROUTER, only_on, page_bean, writer_for

if TYPE_CHECKING:
    from demo.jira.server import DemoJira


@ROUTER.route("GET", f"{API}/serverInfo")
def server_info(demo: DemoJira, request: Request) -> Answer:
    """Kind, version and clock of this Jira."""
    cloud = demo.deployment == "cloud"
    document = {
        "baseUrl": BASE_URL,
        "version": "1001.0.0-SNAPSHOT" if cloud else "9.12.5",
        "versionNumbers": [1001, 0, 0] if cloud else [9, 12, 5],
        "deploymentType": "Cloud" if cloud else "Server",
        "buildNumber": 100261,
        "buildDate": "2026-06-01T00:00:00.000+0000",
        "serverTime": writer_for(demo, request).moment(demo.site.now),
        "serverTitle": "Demo company",
    }
    return Answer(document=document)


@ROUTER.route("GET", f"{API}/field")
def fields(demo: DemoJira, request: Request) -> Answer:
    """System fields and the custom ones of this site."""
    writer = writer_for(demo, request)
    return Answer(document=[writer.field(field) for field in writer.fields()])


@ROUTER.route("GET", f"{API}/status")
def statuses(demo: DemoJira, request: Request) -> Answer:
    """Statuses with their categories."""
    writer = writer_for(demo, request)
    return Answer(document=[writer.status(status) for status in demo.site.statuses])


@ROUTER.route("GET", f"{API}/statuscategory")
def status_categories(demo: DemoJira, request: Request) -> Answer:
    """The categories, that of no category included."""
    writer = writer_for(demo, request)
    return Answer(document=[writer.category(key) for key in CATEGORIES])


@ROUTER.route("GET", f"{API}/priority")
def priorities(demo: DemoJira, request: Request) -> Answer:
    """Priorities, the most urgent first."""
    return _listed(demo, request, "priority", demo.site.priorities)


@ROUTER.route("GET", f"{API}/priority/search")
def priority_search(demo: DemoJira, request: Request) -> Answer:
    """Cloud's priorities, a page at a time."""
    return _paged(demo, request, "priority", demo.site.priorities)


@ROUTER.route("GET", f"{API}/issuetype")
def issue_types(demo: DemoJira, request: Request) -> Answer:
    """Issue types."""
    return _listed(demo, request, "issuetype", demo.site.issue_types)


@ROUTER.route("GET", f"{API}/resolution")
def resolutions(demo: DemoJira, request: Request) -> Answer:
    """Resolutions."""
    return _listed(demo, request, "resolution", demo.site.resolutions)


@ROUTER.route("GET", f"{API}/resolution/search")
def resolution_search(demo: DemoJira, request: Request) -> Answer:
    """Cloud's resolutions, a page at a time."""
    return _paged(demo, request, "resolution", demo.site.resolutions)


@ROUTER.route("GET", f"{API}/issueLinkType")
def link_types(demo: DemoJira, request: Request) -> Answer:
    """Link types, in an object of their own."""
    listed = _listed(demo, request, "issueLinkType", demo.site.link_types).document
    return Answer(document={"issueLinkTypes": listed})


def _listed(demo: DemoJira, request: Request, kind: str, known: list[Named]) -> Answer:
    writer = writer_for(demo, request)
    return Answer(document=[writer.named(kind, one) for one in known])


def _paged(demo: DemoJira, request: Request, kind: str, known: list[Named]) -> Answer:
    only_on(demo, "cloud")
    writer, start = writer_for(demo, request), request.number("startAt", 0)
    size = request.page_size(50, 1000, demo.page_cap)
    values = [writer.named(kind, one) for one in known[start : start + size]]
    page = page_bean(writer.link(f"{kind}/search?"), start, size, len(known), values)
    return Answer(document={name: page[name] for name in page if name not in ("self", "nextPage")})
