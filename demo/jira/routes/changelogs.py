"""Changelogs: of one issue, and of many at once. Only Cloud has these addresses."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from demo.jira.documents.history import milliseconds
from demo.jira.model import Change
from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import API, ROUTER, issue_of, only_on, page_bean, writer_for
from demo.jira.tokens import read_token, write_token

if TYPE_CHECKING:
    from demo.jira.server import DemoJira


@ROUTER.route("GET", f"{API}/issue/{{key}}/changelog")
def issue_changelog(demo: DemoJira, request: Request) -> Answer:
    """The history of one issue, oldest first, at most a hundred entries a page."""
    only_on(demo, "cloud")
    found, writer = issue_of(demo, request), writer_for(demo, request)
    changes = demo.site.changes.get(found.id, [])
    start, size = request.number("startAt", 0), request.page_size(100, 100, demo.page_cap)
    values = [writer.change(change) for change in changes[start : start + size]]
    link = writer.link(f"issue/{request.parts['key']}/changelog?")
    return Answer(document=page_bean(link, start, size, len(changes), values))


@ROUTER.route("POST", f"{API}/changelog/bulkfetch")
def bulk_changelogs(demo: DemoJira, request: Request) -> Answer:
    """The histories of up to 1000 issues, oldest first, then by issue; an issue may go on on the next page."""
    only_on(demo, "cloud")
    names, wanted = [str(name) for name in request.body["issueIdsOrKeys"]], set(request.names("fieldIds"))
    if not 0 < len(names) <= 1000:
        raise Refused(400, "The number of issue ids or keys must be between 1 and 1000.")
    if len(wanted) > 10:
        raise Refused(400, "The number of field ids must not exceed 10.")
    site, writer = demo.site, writer_for(demo, request)
    about = f"{sorted(names)} {sorted(wanted)}"
    after = read_token(request.parameter("nextPageToken"), about, site.now, demo.token_ttl)
    found = {one.id for name in names if (one := site.issue(name)) and site.is_readable(one)}
    found |= {
        int(name)
        for name in names
        if name.isdigit() and int(name) in site.changes and int(name) not in site.issues
    }
    changes = [
        change
        for identity in found
        for change in site.changes.get(identity, [])
        if not wanted or any(item.get("fieldId") in wanted for item in writer.change(change)["items"])
    ]
    keyed = sorted(((_place(change), change) for change in changes), key=lambda one: one[0])
    rest = [one for one in keyed if after is None or one[0] > after]
    size = request.page_size(1000, 10_000, demo.page_cap)
    page = sorted((change for _, change in rest[:size]), key=lambda change: change.issue)
    logs = [
        {
            "issueId": str(identity),
            "changeHistories": [writer.change(change, number=True) for change in of_issue],
        }
        for identity, of_issue in groupby(page, key=lambda change: change.issue)
    ]
    last = rest[size - 1][0] if 0 < size < len(rest) else after or ()
    more = {"nextPageToken": write_token(about, last, site.now)} if len(rest) > size else {}
    return Answer(document={"issueChangeLogs": logs, **more})


def _place(change: Change) -> tuple[int, int, int]:
    return milliseconds(change.created), change.issue, change.id
