"""Who there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import API, ROUTER, only_on, writer_for

if TYPE_CHECKING:
    from demo.jira.server import DemoJira


@ROUTER.route("GET", f"{API}/myself")
def myself(demo: DemoJira, request: Request) -> Answer:
    """The account that asks; its time zone is the one that written dates of JQL are read in."""
    document = writer_for(demo, request).user_document(demo.site.users[0])
    return Answer(document={**document, "timeZone": demo.timezone, "locale": "en_US"})


@ROUTER.route("GET", "/rest/auth/1/session")
def session(demo: DemoJira, _: Request) -> Answer:
    """Who is logged in, in the old way."""
    return Answer(document={"self": "", "name": demo.site.users[0].code, "loginInfo": {"loginCount": 1}})


@ROUTER.route("GET", f"{API}/users/search", f"{API}/users")
def users(demo: DemoJira, request: Request) -> Answer:
    """Cloud's users, those who left included, as a bare list."""
    only_on(demo, "cloud")
    return _user_page(demo, request, inactive=True, part="")


@ROUTER.route("GET", f"{API}/user")
def user(demo: DemoJira, request: Request) -> Answer:
    """One person by account; on Data Center by name or key."""
    names = ("accountId",) if demo.deployment == "cloud" else ("username", "key")
    asked = next((name for one in names if (name := request.parameter(one))), None)
    if asked is None:
        raise Refused(400, f"The {names[0]} query parameter was not provided.")
    found = demo.site.user(asked)
    if found is None:
        raise Refused(404, "The user does not exist.")
    return Answer(document=writer_for(demo, request).user_document(found))


@ROUTER.route("GET", f"{API}/user/search")
def user_search(demo: DemoJira, request: Request) -> Answer:
    """Users by a part of name or account, as a bare list; Data Center's `.` finds everybody."""
    part = request.parameter("username" if demo.deployment == "server" else "query")
    if part is None:
        raise Refused(400, "The username query parameter was not provided.")
    inactive = demo.deployment == "cloud" or request.flag("includeInactive")
    return _user_page(demo, request, inactive=inactive, part="" if part in (".", "%", "_") else part.lower())


def _user_page(demo: DemoJira, request: Request, *, inactive: bool, part: str) -> Answer:
    start, size = request.number("startAt", 0), request.page_size(50, 1000, demo.page_cap)
    users = [
        user
        for user in demo.site.users
        if (inactive or user.active) and (part in user.name.lower() or part in user.account.lower())
    ]
    writer = writer_for(demo, request)
    return Answer(document=[writer.user_document(user) for user in users[start : start + size]])
