"""The questions put to Jira, as request parameters: JQL whose windows are absolute moments.

JQL reads a written date in the time zone of the account's profile, so dates are never written: a number is milliseconds
since 1970, the same for every account, on Cloud and on Data Center. Lists are ordered by what no edit changes, so that
the next page stays where it is while people work.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.jira.endpoints import Deployment

_ORDER = "order by created asc, key asc"


def issue_ids(projects: Sequence[str], since: int | None = None) -> dict[str, Any]:
    """The ids of the issues of `projects`; with `since` (milliseconds) of those updated then or later."""
    clauses = [f"project in ({', '.join(map(quoted, projects))})"]
    if since is not None:
        clauses.append(f"updated >= {since}")
    return {"jql": f"{' and '.join(clauses)} {_ORDER}"}


def issues(
    deployment: Deployment, identities: Sequence[str], fields: Sequence[str] = ("*all",)
) -> dict[str, Any]:
    """The issues with these ids; those that do not exist any more are absent from the answer.

    On Data Center with their whole changelog, which has no request of its own there.
    """
    if deployment == "cloud":
        return {"issueIdsOrKeys": list(identities), "fields": list(fields)}
    expand = {"expand": ["changelog"]} if "*all" in fields else {}
    return {"jql": f"id in ({', '.join(identities)}) {_ORDER}", "fields": list(fields), **expand}


def quoted(text: str) -> str:
    """A JQL string; a project key may be a reserved word such as AND."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
