"""Single issues, issues by id, and the worklogs of one issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import API, ROUTER, only_on, writer_for

if TYPE_CHECKING:
    from demo.jira.server import DemoJira


@ROUTER.route("POST", f"{API}/issue/bulkfetch")
def bulk_fetch(demo: DemoJira, request: Request) -> Answer:
    """Issues by id or key; those that do not exist are simply absent."""
    only_on(demo, "cloud")
    names = [str(name) for name in request.body["issueIdsOrKeys"]]
    if len(names) > 100:
        raise Refused(400, "The number of issue ids or keys must not exceed 100.")
    found = {issue.id: issue for name in names if (issue := demo.site.issue(name))}
    writer, fields = writer_for(demo, request), request.names("fields") or ["*navigable"]
    issues = [writer.issue(found[identity], fields) for identity in sorted(found)]
    return Answer(document={"issues": issues, "issueErrors": []})


@ROUTER.route("GET", f"{API}/issue/{{key}}")
def issue(demo: DemoJira, request: Request) -> Answer:
    """One issue."""
    found = _issue(demo, request)
    return Answer(document=writer_for(demo, request).issue(found, request.names("fields") or ["*all"]))


@ROUTER.route("GET", f"{API}/issue/{{key}}/worklog")
def issue_worklogs(demo: DemoJira, request: Request) -> Answer:
    """The worklogs of one issue."""
    start, size = request.number("startAt", 0), min(request.number("maxResults", 5000), 5000)
    return Answer(document=writer_for(demo, request).page_of_work(_issue(demo, request), start, size))


def _issue(demo: DemoJira, request: Request) -> Any:
    found = demo.site.issue(request.parts["key"])
    if found is None:
        raise Refused(404, "Issue does not exist or you do not have permission to see it.")
    return found
