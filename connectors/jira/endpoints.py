"""Jira's endpoints as data: where each object is, and how its pages follow each other.

    token   search/jql          the answer hands out the token of the next page
    offset  project/search      startAt counts records; `total` says how many there are
    flag    board/{id}/sprint   startAt counts records; `isLast` ends it
    list    users/search        startAt counts records; the answer is a bare list, an empty one ends it
    feed    worklog/updated     `until` of a page is `since` of the next
    whole   field               one answer, no pages

A further object is one more row of `CLOUD` and `DATA_CENTER`. The steps from page to page are in
`connectors.jira.paging`, sending and retrying in `connectors.jira.client`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Deployment = Literal["cloud", "server"]
Api = Literal["core", "agile"]
Parameters = Mapping[str, Any]
Paging = Literal["token", "offset", "flag", "list", "feed", "whole"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address of Jira's API.

    Args:
        path: below /rest/api/<version>/ (core) or /rest/agile/1.0/; names in braces are parameters.
        records: where the answer holds its records; None when the answer itself is the list, or one record.
        identity: the member that identifies a record.
        page_size: records asked for a page, as `maxResults`; None where the endpoint knows no such parameter.
        most_ids: ids that one request may name, where it asks by id.
        post: parameters go in a JSON body.
        fixed: parameters that are the same in every request.
    """

    path: str
    paging: Paging
    api: Api = "core"
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

_ON_BOTH: Mapping[str, Endpoint] = {
    "fields": Endpoint(path="field", paging="whole"),
    "statuses": Endpoint(path="status", paging="whole"),
    "priorities": Endpoint(path="priority", paging="whole"),
    "resolutions": Endpoint(path="resolution", paging="whole"),
    "issue_types": Endpoint(path="issuetype", paging="whole"),
    "link_types": Endpoint(path="issueLinkType", paging="whole", records="issueLinkTypes"),
    "versions": Endpoint(path="project/{project}/versions", paging="whole"),
    "components": Endpoint(path="project/{project}/components", paging="whole"),
    "boards": Endpoint(path="board", api="agile", paging="flag", records="values", page_size=50),
    "board_configuration": Endpoint(path="board/{board}/configuration", api="agile", paging="whole"),
    "sprints": Endpoint(
        path="board/{board}/sprint", api="agile", paging="flag", records="values", page_size=50
    ),
    "worklogs_updated": Endpoint(
        path="worklog/updated", paging="feed", records="values", identity="worklogId"
    ),
    "worklogs_deleted": Endpoint(
        path="worklog/deleted", paging="feed", records="values", identity="worklogId"
    ),
    "worklogs": Endpoint(path="worklog/list", paging="whole", most_ids=1000, post=True),
    "worklogs_of_issue": Endpoint(
        path="issue/{issue}/worklog", paging="offset", records="worklogs", page_size=1000
    ),
}
CLOUD: Mapping[str, Endpoint] = {
    **_ON_BOTH,
    # Asked for ids alone, a search gives as many as five thousand a page.
    "issue_ids": Endpoint(
        path="search/jql",
        paging="token",
        records="issues",
        page_size=5000,
        post=True,
        fixed={"fields": ["id"]},
    ),
    "issues": Endpoint(
        path="issue/bulkfetch",
        paging="whole",
        records="issues",
        most_ids=100,
        post=True,
    ),
    # Pages follow each other one at a time, lists of ids do not: few ids, and pages that mostly hold all of theirs.
    "changes": Endpoint(
        path="changelog/bulkfetch",
        paging="token",
        records="issueChangeLogs",
        identity="issueId",
        page_size=5000,
        most_ids=100,
        post=True,
    ),
    "projects": Endpoint(
        path="project/search",
        paging="offset",
        records="values",
        page_size=100,
        fixed={"expand": "lead,description", "orderBy": "key"},
    ),
    "users": Endpoint(path="users/search", paging="list", identity="accountId", page_size=1000),
}
DATA_CENTER: Mapping[str, Endpoint] = {
    **_ON_BOTH,
    "issue_ids": Endpoint(
        path="search",
        paging="offset",
        records="issues",
        page_size=1000,
        post=True,
        fixed={"fields": ["id"]},
    ),
    # Data Center has no bulk fetch; a search that does not validate leaves out ids that nobody has any more.
    # It gives the whole changelog with the issue.
    "issues": Endpoint(
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
}
ENDPOINTS: Mapping[Deployment, Mapping[str, Endpoint]] = {"cloud": CLOUD, "server": DATA_CENTER}
