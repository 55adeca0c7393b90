"""Recorded documents as records of the state: what search and changes need is read, the rest stays encoded."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from demo.jira.model import Change, Document, Issue, Item, Recorded, Worklog


def read_issue(document: Document) -> Issue:
    """An issue that shows as the document."""
    fields = document["fields"]
    found = {name: (fields.get(name) or {}).get("name") for name in ("priority", "resolution", "issuetype")}
    status = fields.get("status") or {}
    issue = Issue(
        id=int(document["id"]),
        key=document["key"],
        project=fields["project"]["key"],
        type=found["issuetype"] or "",
        summary=fields.get("summary") or "",
        status=status.get("name", ""),
        priority=found["priority"],
        reporter=code_of(fields.get("reporter")),
        created=moment(fields["created"]),
        updated=moment(fields["updated"]),
        assignee=code_of(fields.get("assignee")),
        parent=(fields.get("parent") or {}).get("key"),
        resolution=found["resolution"],
        resolved=moment(fields["resolutiondate"]) if fields.get("resolutiondate") else None,
        due=date.fromisoformat(fields["duedate"]) if fields.get("duedate") else None,
        estimate=fields.get("timeoriginalestimate"),
        remaining=fields.get("timeestimate"),
        labels=list(fields.get("labels") or ()),
        sprints=[int(sprint["id"]) for sprint in sprints_of(fields)],
        components=_ids(fields.get("components")),
        fix_versions=_ids(fields.get("fixVersions")),
        affects_versions=_ids(fields.get("versions")),
        status_id=status.get("id"),
    )
    head = {name: _json(value) for name, value in document.items() if name not in ("fields", "changelog")}
    issue.recorded = Recorded(
        head=head,
        fields={name: _json(value) for name, value in fields.items()},
        links=list(fields.get("issuelinks") or ()),
        epic=(fields.get("epic") or {}).get("key"),
    )
    return issue


def read_worklog(document: Document) -> Worklog:
    """A worklog that shows as the document."""
    return Worklog(
        id=int(document["id"]),
        issue=int(document["issueId"]),
        author=code_of(document.get("author")) or "",
        started=moment(document["started"]),
        seconds=document["timeSpentSeconds"],
        comment=document.get("comment"),
        created=moment(document["created"]),
        updated=moment(document["updated"]),
        document=document,
    )


def read_change(request: Document, document: Document) -> Change:
    """A history that shows as the document; the issue it is of stands in what was asked."""
    items = [
        Item(one["field"], one.get("fieldId"), one["from"], one["fromString"], one["to"], one["toString"])
        for one in document["items"]
    ]
    author = code_of(document.get("author")) or ""
    return Change(
        int(document["id"]), int(request["issue_id"]), author, moment(document["created"]), items, document
    )


def sprints_of(fields: Document) -> list[Document]:
    """The sprints of an issue, oldest first: of a Sprint field, or as the agile API lists them."""
    found: dict[int, Document] = {}
    listed: list[Any] = [*(fields.get("closedSprints") or ()), fields.get("sprint")]
    for name, value in fields.items():
        if name.startswith("customfield_") and isinstance(value, list):
            listed += [one for one in value if isinstance(one, dict) and "boardId" in one]
    for sprint in listed:
        if isinstance(sprint, dict):
            found.setdefault(int(sprint["id"]), sprint)
    return sorted(found.values(), key=lambda sprint: (sprint.get("startDate") or "9", int(sprint["id"])))


def code_of(person: Document | None) -> str | None:
    """What a person is named by: the account on Cloud, the key on Data Center."""
    return None if not person else person.get("accountId") or person.get("key") or person.get("name")


def moment(text: str) -> datetime:
    """A timestamp of Jira as naive UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _ids(listed: list[Document] | None) -> list[int]:
    return [int(one["id"]) for one in listed or ()]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
