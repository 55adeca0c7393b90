"""The feeds of changed and deleted worklogs, and worklogs by id."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from demo.jira.documents.history import milliseconds
from demo.jira.model import Worklog
from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import API, ROUTER, writer_for
from demo.jira.site import FEED_DELAY

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

FEED_PAGE = 1000


@ROUTER.route("GET", f"{API}/worklog/updated")
def updated_worklogs(demo: DemoJira, request: Request) -> Answer:
    """Ids of worklogs changed since a moment, oldest first; also of those that the account may not see."""
    changes = [(worklog.id, worklog.updated) for worklog in demo.site.worklogs.values()]
    return _feed(demo, request, "updated", changes)


@ROUTER.route("GET", f"{API}/worklog/deleted")
def deleted_worklogs(demo: DemoJira, request: Request) -> Answer:
    """Ids of worklogs deleted since a moment, oldest first."""
    return _feed(demo, request, "deleted", demo.site.deleted_worklogs)


@ROUTER.route("POST", f"{API}/worklog/list")
def worklog_list(demo: DemoJira, request: Request) -> Answer:
    """Worklogs by id; those that do not exist or may not be seen are simply absent."""
    if not isinstance(request.body, dict) or set(request.body) != {"ids"}:
        raise Refused(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    identities = request.body["ids"]
    if len(identities) > 1000:
        raise Refused(400, "The number of worklog ids must not exceed 1000.")
    writer, known = writer_for(demo, request), demo.site.worklogs
    found = [known[int(one)] for one in identities if int(one) in known]
    return Answer(document=[writer.worklog(worklog) for worklog in found if _is_visible(demo, worklog)])


def _is_visible(demo: DemoJira, worklog: Worklog) -> bool:
    issue = demo.site.issues.get(worklog.issue)
    return not worklog.hidden and (issue is None or demo.site.is_readable(issue))


def _feed(demo: DemoJira, request: Request, name: str, changes: list[tuple[int, datetime]]) -> Answer:
    since, newest = request.number("since", 0), demo.site.now - FEED_DELAY
    moments = sorted((milliseconds(at), one) for one, at in changes if at <= newest)
    found = [(at, one) for at, one in moments if at >= since]
    size = request.page_size(FEED_PAGE, FEED_PAGE, demo.page_cap)
    page, is_last = found[:size], len(found) <= size
    until = page[-1][0] if page else since
    link = writer_for(demo, request).link(f"worklog/{name}?since=")
    values = [{"worklogId": one, "updatedTime": at, "properties": []} for at, one in page]
    links = {"self": f"{link}{since}", **({} if is_last else {"nextPage": f"{link}{until}"})}
    return Answer(document={"values": values, "since": since, "until": until, **links, "lastPage": is_last})
