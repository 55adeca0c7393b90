"""The feeds of changed and deleted worklogs, and worklogs by id."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import API, ROUTER, writer_for
from demo.jira.site import FEED_DELAY

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

FEED_PAGE = 1000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, like every moment here


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
    writer, known = writer_for(demo, request), demo.site.worklogs
    return Answer(document=[writer.worklog(known[int(one)]) for one in identities if int(one) in known])


def _feed(demo: DemoJira, request: Request, name: str, changes: list[tuple[int, datetime]]) -> Answer:
    since = request.number("since", 0)
    moments = sorted((_milliseconds(at), one) for one, at in changes if at <= demo.site.now - FEED_DELAY)
    found = [(at, one) for at, one in moments if at >= since]
    size = min(FEED_PAGE, demo.page_cap)
    page, is_last = found[:size], len(found) <= size
    until = page[-1][0] if page else since
    link = writer_for(demo, request).link(f"worklog/{name}?since=")
    values = [{"worklogId": one, "updatedTime": at, "properties": []} for at, one in page]
    links = {"self": f"{link}{since}", **({} if is_last else {"nextPage": f"{link}{until}"})}
    return Answer(document={"values": values, "since": since, "until": until, **links, "lastPage": is_last})


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
