"""Jira's endpoints as data: where each object is, and how its pages follow each other.

    token   search/jql          the answer hands out the token of the next page
    offset  project/search      startAt counts records; `total` says how many there are
    list    users/search        startAt counts records; the answer is a bare list, an empty one ends it
    feed    worklog/updated     `until` of a page is `since` of the next
    whole   project             one answer, no pages

A further object is one more row of `CLOUD` and `DATA_CENTER`. The walks are in `connectors.jira.paging`, sending and
retrying in `connectors.jira.client`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Deployment = Literal["cloud", "server"]
Parameters = Mapping[str, Any]
Paging = Literal["token", "offset", "list", "feed", "whole"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address of Jira's API.

    Args:
        path: below /rest/api/<version>/.
        records: where the answer holds its records; None when the answer itself is the list.
        identity: the member that identifies a record.
        page_size: records asked for a page, as `maxResults`; None where the endpoint knows no such parameter.
        most_ids: ids that one request may name, where it asks by id.
        post: parameters go in a JSON body.
        fixed: parameters that are the same in every request.
    """

    path: str
    paging: Paging
    records: str | None = None
    identity: str = "id"
    page_size: int | None = None
    most_ids: int = 0
    post: bool = False
    fixed: Parameters = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{'POST' if self.post else 'GET'} {self.path}"


SERVER_INFO = Endpoint(path="serverInfo", paging="whole")
MYSELF = Endpoint(path="myself", paging="whole")
_UPDATED = Endpoint(path="worklog/updated", paging="feed", records="values", identity="worklogId")
_DELETED = Endpoint(path="worklog/deleted", paging="feed", records="values", identity="worklogId")
_WORKLOGS = Endpoint(path="worklog/list", paging="whole", most_ids=1000, post=True)

CLOUD: Mapping[str, Endpoint] = {
    "issues": Endpoint(path="search/jql", paging="token", records="issues", page_size=100, post=True),
    "issues_by_id": Endpoint(
        path="issue/bulkfetch", paging="whole", records="issues", most_ids=100, post=True
    ),
    "projects": Endpoint(
        path="project/search",
        paging="offset",
        records="values",
        page_size=100,
        fixed={"expand": "lead,description", "status": ["live", "archived"], "orderBy": "key"},
    ),
    "users": Endpoint(path="users/search", paging="list", identity="accountId", page_size=1000),
    "worklogs_updated": _UPDATED,
    "worklogs_deleted": _DELETED,
    "worklogs": _WORKLOGS,
}
DATA_CENTER: Mapping[str, Endpoint] = {
    "issues": Endpoint(path="search", paging="offset", records="issues", page_size=100, post=True),
    # Data Center has no bulk fetch; a search that does not validate leaves out ids that nobody has any more.
    "issues_by_id": Endpoint(
        path="search",
        paging="offset",
        records="issues",
        page_size=100,
        most_ids=100,
        post=True,
        fixed={"validateQuery": False},
    ),
    "projects": Endpoint(
        path="project", paging="whole", fixed={"expand": "lead,description", "includeArchived": "true"}
    ),
    # "." is in every user name's e-mail address; Data Center has no endpoint that lists users without a query.
    "users": Endpoint(
        path="user/search",
        paging="list",
        identity="key",
        page_size=1000,
        fixed={"username": ".", "includeInactive": "true"},
    ),
    "worklogs_updated": _UPDATED,
    "worklogs_deleted": _DELETED,
    "worklogs": _WORKLOGS,
}
ENDPOINTS: Mapping[Deployment, Mapping[str, Endpoint]] = {"cloud": CLOUD, "server": DATA_CENTER}
