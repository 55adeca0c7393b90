"""Search: by token on Cloud, by offset on Data Center."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from demo.jira.documents import Document
from demo.jira.jql import JqlError, Query, parse
from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import API, ROUTER, only_on, writer_for

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

_REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline "
    "is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


@ROUTER.route("GET", f"{API}/search/jql")
@ROUTER.route("POST", f"{API}/search/jql")
def search_by_token(demo: DemoJira, request: Request) -> Answer:
    """Cloud's search: a page at a time, each with the token of the next; nobody says how many there are."""
    only_on(demo, "cloud")
    jql, query = _query(demo, request)
    fields = request.names("fields") or ["id"]
    cap = 5000 if set(fields) <= {"id", "key"} else 100
    size = min(request.number("maxResults", 50), cap, demo.page_cap)
    found = query.run(demo.site, _token_key(jql, request.parameter("nextPageToken")))
    writer, page = writer_for(demo, request), found[:size]
    answer: Document = {
        "issues": [writer.issue(issue, fields) for issue in page],
        "isLast": len(found) <= size,
    }
    if len(found) > size:
        answer["nextPageToken"] = _token(jql, query.sort_key(page[-1]))
    return Answer(document=answer)


@ROUTER.route("GET", f"{API}/search")
@ROUTER.route("POST", f"{API}/search")
def search_by_offset(demo: DemoJira, request: Request) -> Answer:
    """Data Center's search: a page at a time by offset; Cloud no longer has it."""
    if demo.deployment == "cloud":
        raise Refused(410, _REMOVED)
    _, query = _query(demo, request)
    fields = request.names("fields") or ["*navigable"]
    start, size = request.number("startAt", 0), min(request.number("maxResults", 50), 1000, demo.page_cap)
    found, writer = query.run(demo.site), writer_for(demo, request)
    issues = [writer.issue(issue, fields) for issue in found[start : start + size]]
    page = {"startAt": start, "maxResults": size, "total": len(found), "issues": issues}
    return Answer(document={"expand": "schema,names", **page})


@ROUTER.route("POST", f"{API}/search/approximate-count")
def approximate_count(demo: DemoJira, request: Request) -> Answer:
    """How many issues a query finds."""
    only_on(demo, "cloud")
    return Answer(document={"count": len(_query(demo, request)[1].run(demo.site))})


def _query(demo: DemoJira, request: Request) -> tuple[str, Query]:
    jql = str(request.parameter("jql", ""))
    lenient = str(request.parameter("validateQuery", True)).lower() in ("false", "none", "warn")
    try:
        return jql, parse(jql, site=demo.site, timezone=demo.timezone, lenient=lenient)
    except JqlError as error:
        raise Refused(400, str(error)) from error


def _token(jql: str, key: tuple[Any, ...]) -> str:
    """Opaque to the client: where the page ended, and of which query."""
    return base64.urlsafe_b64encode(json.dumps([_digest(jql), key]).encode()).decode()


def _token_key(jql: str, token: str | None) -> tuple[Any, ...] | None:
    if token is None:
        return None
    try:
        digest, key = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise Refused(400, "The provided next page token is invalid.") from None
    if digest != _digest(jql):
        raise Refused(400, "The provided next page token is of another query.")
    return tuple(key)


def _digest(jql: str) -> str:
    return hashlib.sha256(jql.encode()).hexdigest()[:12]
