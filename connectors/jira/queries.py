"""The questions put to Jira, as request parameters: JQL whose windows are absolute moments.

JQL reads a written date in the time zone of the account's profile, so dates are never written: a number is milliseconds
since 1970, the same for every account, on Cloud and on Data Center.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.jira.endpoints import Deployment

_ORDER: Mapping[Deployment, str] = {
    # A token walks on from the last record: what is updated meanwhile moves to the end and comes again.
    "cloud": "order by updated asc, key asc",
    # Offsets count records: only an order that no update changes keeps the next page where it is.
    "server": "order by created asc, key asc",
}


def issues_since(deployment: Deployment, projects: Sequence[str], since: int) -> dict[str, Any]:
    """All fields of the issues updated at or after `since` (milliseconds), in `projects`; without any, everywhere."""
    clauses = [f"project in ({', '.join(map(quoted, projects))})"] if projects else []
    clauses.append(f"updated >= {since}")
    return {"jql": f"{' and '.join(clauses)} {_ORDER[deployment]}", "fields": ["*all"]}


def issues_by_id(deployment: Deployment, identities: Sequence[str]) -> dict[str, Any]:
    """Key and project of the issues with these ids; those that do not exist any more are absent from the answer."""
    fields = ["project"]
    if deployment == "cloud":
        return {"issueIdsOrKeys": list(identities), "fields": fields}
    return {"jql": f"id in ({', '.join(identities)}) {_ORDER[deployment]}", "fields": fields}


def quoted(text: str) -> str:
    """A JQL string; a project key may be a reserved word such as AND."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
