"""What the routes share: the router, the API's prefix, the writer of a request, and what only one kind of Jira has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.jira.documents import Deployment, Writer
from demo.jira.router import Refused, Request, Router

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

ROUTER = Router()
API = "/rest/api/{version}"


def writer_for(demo: DemoJira, request: Request) -> Writer:
    """Writes documents of the version that the request names."""
    version = "3" if request.parts["version"] in ("3", "latest") else "2"
    return Writer(demo.site, demo.deployment, version, demo.timezone)


def only_on(demo: DemoJira, deployment: Deployment) -> None:
    """404 where the other kind of Jira is asked for what it does not have."""
    if demo.deployment != deployment:
        raise Refused(404, "null for uri")
