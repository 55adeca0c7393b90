"""What the routes share: the router, the API's prefix, the writer of a request, and what only one kind of Jira has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo.jira.documents import Deployment, Document, Writer
from demo.jira.model import Issue, Project
from demo.jira.router import Refused, Request, Router

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

ROUTER = Router()
API = "/rest/api/{version}"
AGILE = "/rest/agile/{agile}"


def writer_for(demo: DemoJira, request: Request) -> Writer:
    """Writes documents of the version that the request names; Data Center has no version 3."""
    version = request.parts.get("version", "2")
    if version == "3" and demo.deployment == "server" and not demo.classic_search:
        raise Refused(404, "null for uri")
    rich = version == "3" or (version == "latest" and demo.deployment == "cloud")
    return Writer(demo.site, demo.deployment, "3" if rich else "2", demo.timezone)


def only_on(demo: DemoJira, deployment: Deployment) -> None:
    """404 where the other kind of Jira is asked for what it does not have."""
    if demo.deployment != deployment:
        raise Refused(404, "null for uri")


def issue_of(demo: DemoJira, request: Request) -> Issue:
    """The issue that the path names, by id, key or former key.

    Raises:
        Refused: it does not exist, or the account may not see it.
    """
    found = demo.site.issue(request.parts["key"])
    if found is None or not demo.site.is_readable(found):
        raise Refused(404, "Issue does not exist or you do not have permission to see it.")
    return found


def project_of(demo: DemoJira, request: Request) -> Project:
    """The project that the path names.

    Raises:
        Refused: it does not exist, or the account may not see it.
    """
    found = demo.site.project(request.parts["project"])
    if found is None or not found.browsable or found.trashed:
        raise Refused(404, f"No project could be found with key '{request.parts['project']}'.")
    return found


def page_bean(link: str, start: int, size: int, total: int, values: list[Any]) -> Document:
    """The form in which Jira pages by offset: `values` are those of the page from `start`."""
    is_last = start + size >= total
    return {
        "self": f"{link}startAt={start}&maxResults={size}",
        **({} if is_last else {"nextPage": f"{link}startAt={start + size}&maxResults={size}"}),
        "maxResults": size,
        "startAt": start,
        "total": total,
        "isLast": is_last,
        "values": values,
    }
