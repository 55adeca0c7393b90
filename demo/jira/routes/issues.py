"""Single issues, issues by id, and the worklogs and comments of one issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.jira.documents.history import INLINE_CHANGES
from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import API, ROUTER, issue_of, only_on, writer_for

if TYPE_CHECKING:
    from demo.jira.server import DemoJira


@ROUTER.route("POST", f"{API}/issue/bulkfetch")
def bulk_fetch(demo: DemoJira, request: Request) -> Answer:
    """Issues by id or key, in the order of their ids; those that do not exist or may not be seen are simply absent."""
    only_on(demo, "cloud")
    names = [str(name) for name in request.body["issueIdsOrKeys"]]
    if len(names) > 100:
        raise Refused(400, "The number of issue ids or keys must not exceed 100.")
    site = demo.site
    found = {one.id: one for name in names if (one := site.issue(name)) and site.is_readable(one)}
    writer, fields = writer_for(demo, request), request.names("fields") or ["*navigable"]
    changelog = "changelog" in request.names("expand")
    issues = [
        writer.issue(found[identity], fields, changelog=changelog, cap=INLINE_CHANGES)
        for identity in sorted(found)
    ]
    return Answer(document={"issues": issues, "issueErrors": []})


@ROUTER.route("GET", f"{API}/issue/{{key}}")
def issue(demo: DemoJira, request: Request) -> Answer:
    """One issue; Cloud gives the hundred newest entries of its history where that is asked for."""
    found, cap = issue_of(demo, request), 100 if demo.deployment == "cloud" else None
    changelog = "changelog" in request.names("expand")
    fields = request.names("fields") or ["*all"]
    return Answer(document=writer_for(demo, request).issue(found, fields, changelog=changelog, cap=cap))


@ROUTER.route("GET", f"{API}/issue/{{key}}/worklog")
def issue_worklogs(demo: DemoJira, request: Request) -> Answer:
    """The worklogs of one issue."""
    start, size = request.number("startAt", 0), request.page_size(5000, 5000, max(demo.page_cap, 1))
    return Answer(document=writer_for(demo, request).page_of_work(issue_of(demo, request), start, size))


@ROUTER.route("GET", f"{API}/issue/{{key}}/comment")
def issue_comments(demo: DemoJira, request: Request) -> Answer:
    """The comments of one issue: Cloud gives at most a hundred at a time, Data Center all."""
    most = 100 if demo.deployment == "cloud" else 1_000_000
    found, writer = issue_of(demo, request), writer_for(demo, request)
    size = request.page_size(most, most, demo.page_cap if demo.deployment == "cloud" else most)
    return Answer(document=writer.comments_of(found, request.number("startAt", 0), size))
