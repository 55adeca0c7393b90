"""Search: by token on Cloud, by offset on Data Center."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.jira.documents import Document
from demo.jira.documents.history import INLINE_CHANGES
from demo.jira.jql import JqlError
from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import API, ROUTER, only_on, writer_for
from demo.jira.searches import Found, position_after
from demo.jira.tokens import read_token, write_token

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

MOST_OF_FIELDS, MOST_OF_IDS, MOST_ON_DATA_CENTER = 100, 5000, 1000
_REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline "
    "is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


@ROUTER.route("GET", f"{API}/search/jql")
@ROUTER.route("POST", f"{API}/search/jql")
def search_by_token(demo: DemoJira, request: Request) -> Answer:
    """Cloud's search: a page at a time, each with the token of the next; nobody says how many there are.

    The token says after which issue the page begins, in the order of now: what moves meanwhile comes twice or not.
    """
    only_on(demo, "cloud")
    jql, found = _found(demo, request)
    fields, changelog = request.names("fields") or ["id"], "changelog" in request.names("expand")
    cap = MOST_OF_IDS if set(fields) <= {"id", "key"} and not changelog else MOST_OF_FIELDS
    size = request.page_size(50, cap, demo.page_cap)
    after = read_token(request.parameter("nextPageToken"), jql, demo.site.now, demo.token_ttl)
    start = position_after(found, after)
    writer, page = writer_for(demo, request), found[1][start : start + size]
    issues = [
        writer.issue(demo.site.issues[one], fields, changelog=changelog, cap=INLINE_CHANGES) for one in page
    ]
    is_last = len(found[1]) <= start + size
    answer: Document = {"issues": issues, "isLast": is_last}
    if not is_last:
        last = found[0][start + size - 1] if size else after or ()
        answer["nextPageToken"] = write_token(jql, last, demo.site.now)
    return Answer(document=answer)


@ROUTER.route("GET", f"{API}/search")
@ROUTER.route("POST", f"{API}/search")
def search_by_offset(demo: DemoJira, request: Request) -> Answer:
    """Data Center's search: a page at a time by offset; Cloud no longer has it."""
    if demo.deployment == "cloud" and not demo.classic_search:
        raise Refused(410, _REMOVED)
    _, (_, found) = _found(demo, request)
    fields, changelog = request.names("fields") or ["*navigable"], "changelog" in request.names("expand")
    start = request.number("startAt", 0)
    size = request.page_size(50, MOST_ON_DATA_CENTER, demo.page_cap)
    writer, cap = writer_for(demo, request), 100 if demo.deployment == "cloud" else None
    issues = [
        writer.issue(demo.site.issues[one], fields, changelog=changelog, cap=cap)
        for one in found[start : start + size]
    ]
    page = {"startAt": start, "maxResults": size, "total": len(found), "issues": issues}
    return Answer(document={"expand": "schema,names", **page})


@ROUTER.route("POST", f"{API}/search/approximate-count")
def approximate_count(demo: DemoJira, request: Request) -> Answer:
    """How many issues a query finds."""
    only_on(demo, "cloud")
    return Answer(document={"count": len(_found(demo, request)[1][1])})


def _found(demo: DemoJira, request: Request) -> tuple[str, Found]:
    jql = str(request.parameter("jql", ""))
    lenient = str(request.parameter("validateQuery", True)).lower() in ("false", "none", "warn")
    fresh = frozenset(int(one) for one in request.names("reconcileIssues"))
    if len(fresh) > 50:
        raise Refused(400, "The number of issues to reconcile must not exceed 50.")
    try:
        return jql, demo.searches.find(demo.site, jql, demo.timezone, lenient=lenient, fresh=fresh)
    except JqlError as error:
        raise Refused(400, str(error)) from error
