"""A whole issue with the fields and the history asked for; one that came from a real Jira as it came."""

from __future__ import annotations

import json
from typing import Any

from demo.jira.documents.basis import Encoded
from demo.jira.documents.issues import EXPAND, IssueWriter
from demo.jira.model import Document, Issue, Recorded

_FIELDS_OF = {
    "project": ("project",),
    "status": ("status",),
    "resolution": ("resolution", "resolutiondate"),
    "type": ("issuetype",),
    "due": ("duedate",),
    "estimate": ("timeoriginalestimate",),
    "remaining": ("timeestimate",),
    "fix_versions": ("fixVersions",),
    "affects_versions": ("versions",),
    "links": ("issuelinks",),
    "worklogs": ("worklog", "timespent"),
}
"""Which fields show an attribute, where they are not called as it is."""
NOT_NAVIGABLE = frozenset({"comment", "worklog", "attachment"})
"""What a page of search shows only where it is asked for by name, or with everything."""
_ROLES = {"points": "points", "sprints": "sprint", "flagged": "flagged", "start": "start"}


class Writer(IssueWriter):
    """Writes the documents of one request; see `Basis`."""

    def issue(
        self, issue: Issue, fields: list[str], *, changelog: bool = False, cap: int | None = None
    ) -> Document | Encoded:
        """An issue with the fields asked for; with `id` alone, nothing but the id.

        Args:
            changelog: whether its history is put in, at most `cap` entries.
        """
        if set(fields) <= {"id"}:
            return {"id": str(issue.id)}
        if issue.recorded is not None:
            return self._recorded(issue, issue.recorded, fields, changelog=changelog, cap=cap)
        history = {"changelog": self.inline_changelog(issue, cap)} if changelog else {}
        head = {
            "expand": EXPAND,
            "id": str(issue.id),
            "self": self.link(f"issue/{issue.id}"),
            "key": issue.key,
        }
        if set(fields) <= {"id", "key"}:
            return head
        return {**head, **history, "fields": _chosen(self.field_values(issue), fields)}

    def comments_of(self, issue: Issue, start: int, size: int) -> Document:
        """A page of an issue's comments, those that were recorded first."""
        recorded = json.loads(issue.recorded.fields.get("comment", b"null")) if issue.recorded else None
        known = [*(recorded or {}).get("comments", ()), *map(self.comment, self.site.comments_on(issue))]
        return {
            "startAt": start,
            "maxResults": size,
            "total": len(known),
            "comments": known[start : start + size],
        }

    def _recorded(
        self, issue: Issue, recorded: Recorded, fields: list[str], *, changelog: bool, cap: int | None
    ) -> Encoded:
        everything = fields == ["*all"] and not changelog
        if everything and self.deployment in recorded.whole:
            return Encoded(recorded.whole[self.deployment])
        members = {**recorded.head, "id": _json(str(issue.id)), "key": _json(issue.key)}
        if changelog:
            members["changelog"] = _json(self.inline_changelog(issue, cap))
        if set(fields) <= {"id", "key"}:
            return _joined(members)
        values = {**recorded.fields, **self._extra(issue)}
        if recorded.changed:
            values |= self._changed(issue, recorded)
        whole = _joined({**members, "fields": _joined(_chosen(values, fields))})
        if everything:
            recorded.whole[self.deployment] = whole
        return whole

    def _extra(self, issue: Issue) -> dict[str, bytes]:
        """Sprint and Epic Link, where what was recorded has them only as the agile API does."""
        sprint, epic = self.role("sprint") or "", self.role("epic") or ""
        recorded = issue.recorded
        extra: dict[str, bytes] = {}
        if recorded and issue.sprints and sprint not in recorded.fields:
            extra[sprint] = _json(self.sprints_field(issue.sprints))
        if recorded and recorded.epic and epic not in recorded.fields:
            extra[epic] = _json(recorded.epic)
        return extra

    def _changed(self, issue: Issue, recorded: Recorded) -> dict[str, bytes]:
        if recorded.changed == {"updated"}:
            return {"updated": _json(self.moment(issue.updated))}
        values, wanted = self.field_values(issue), {"updated", *issue.custom}
        for attribute in recorded.changed:
            wanted.update(_FIELDS_OF.get(attribute, (attribute,)))
            wanted.add(self.role(_ROLES.get(attribute, "")) or "updated")
        return {name: _json(values[name]) for name in wanted if name in values}


def _chosen(fields: dict[str, Any], names: list[str]) -> dict[str, Any]:
    left_out = {name.removeprefix("-") for name in names if name.startswith("-")}
    everything = not set(names) - {f"-{name}" for name in left_out} or bool(
        {"*all", "*navigable"} & set(names)
    )
    if everything and not left_out and "*navigable" not in names:
        return fields
    if "*all" not in names and "*navigable" in names:
        left_out |= NOT_NAVIGABLE - set(names)
    wanted = fields.keys() if everything else set(names)
    return {name: value for name, value in fields.items() if name in wanted and name not in left_out}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _joined(members: dict[str, bytes]) -> Encoded:
    return Encoded(
        b"{" + b", ".join(b'"%s": %s' % (name.encode(), value) for name, value in members.items()) + b"}"
    )
