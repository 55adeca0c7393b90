"""What issues refer to, gathered from them: projects, people, statuses, versions, sprints, boards, fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from demo.jira.archive.fields import FieldShapes
from demo.jira.archive.issues import code_of, moment, sprints_of
from demo.jira.model import Document, Issue, Project, User, Worklog
from demo.jira.references import Board, Component, Named, Sprint, Status, Version
from demo.jira.site import Site

_PEOPLE = ("assignee", "reporter", "creator")
_NAMED = {"priority": "priorities", "resolution": "resolutions", "issuetype": "issue_types"}


class Gathered:
    """Collects documents by kind and id; what a list of its own gives comes before what issues show."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Document]] = {}
        self._statuses_of: dict[str, Counter[str]] = {}
        self._fields = FieldShapes()

    def listed(self, name: str, document: Document) -> None:
        """A document of a list: `status`, `projects`, `users`, `sprints` or `issue_types`."""
        identity = code_of(document) if name == "users" else str(document["id"])
        self._known.setdefault(name, {}).setdefault(identity or "", document)

    def issue(self, document: Document) -> None:
        """What an issue refers to."""
        fields = document["fields"]
        self._fields.see(fields, document.get("changelog", {}).get("histories", ()))
        self._keep("projects", [fields["project"]])
        self._keep("status", [fields["status"]])
        for name, kind in _NAMED.items():
            self._keep(kind, [fields[name]] if fields.get(name) else ())
        for person in (fields.get(name) for name in _PEOPLE):
            if person:
                self.listed("users", person)
        project = fields["project"]["key"]
        for name, kind in (
            ("components", "components"),
            ("fixVersions", "versions"),
            ("versions", "versions"),
        ):
            self._keep(kind, ({**one, "project": project} for one in fields.get(name) or ()))
        self._keep("link_types", (link["type"] for link in fields.get("issuelinks") or ()))
        self._keep("sprints", ({**one, "project": project} for one in sprints_of(fields)))
        self._statuses_of.setdefault(project, Counter())[str(fields["status"]["id"])] += 1

    def bare_issues(self, identities: Iterable[int], project: str) -> Iterator[Document]:
        """Issues that say nothing but that they are there, all on one day."""
        known = next(one for one in self._known["projects"].values() if one["key"] == project)
        status = next(iter(self._known["status"].values()))
        day = "2021-01-01T00:00:00.000+0000"
        for identity in identities:
            fields = {"project": known, "status": status, "summary": "", "created": day, "updated": day}
            yield {"id": str(identity), "key": f"{project}-{identity}", "fields": fields}

    def site(self, issues: list[Issue], worklogs: list[Worklog]) -> Site:
        """The site of everything gathered."""
        users = [
            User(code, one.get("displayName", ""), one.get("active", True), document=one)
            for code, one in self._of("users")
        ]
        projects = [
            Project(int(one), it["key"], it["name"], None, document=it) for one, it in self._of("projects")
        ]
        site = Site(users, projects, {one.id: one for one in issues}, {one.id: one for one in worklogs})
        site.statuses = [
            Status(one, it["name"], (it.get("statusCategory") or {}).get("key", "undefined"), document=it)
            for one, it in self._of("status")
        ]
        for kind in ("priorities", "resolutions", "issue_types", "link_types"):
            setattr(site, kind, [Named(one, it["name"], it, it) for one, it in self._of(kind)])
        site.priorities.sort(key=lambda priority: int(priority.id))
        site.versions = {int(one): _version(it) for one, it in self._of("versions")}
        site.components = {int(one): _component(it) for one, it in self._of("components")}
        site.sprints = {int(one): _sprint(it) for one, it in self._of("sprints")}
        site.boards = dict(self._boards(site))
        site.fields = self._fields.fields()
        site.last_id = max((*site.issues, *site.worklogs, *site.versions, *site.components), default=0)
        return site

    def _boards(self, site: Site) -> Iterator[tuple[int, Board]]:
        """A scrum board for each that sprints come from, with a column for each status of its project."""
        projects = {
            s.board: it.get("project") for s in site.sprints.values() for it in (self._sprint_document(s),)
        }
        for identity, project in sorted(projects.items()):
            if not identity:
                continue
            used = [one for one, _ in self._statuses_of.get(project or "", Counter()).most_common()]
            columns = [(one.name, [one.id]) for one in site.statuses if one.id in used]
            name = f"{project} board {identity}" if project else f"Board {identity}"
            yield identity, Board(identity, name, "scrum", project, columns, identity, estimated=False)

    def _sprint_document(self, sprint: Sprint) -> Document:
        return self._known["sprints"][str(sprint.id)]

    def _keep(self, kind: str, documents: Iterable[Document]) -> None:
        for document in documents:
            self.listed(kind, document)

    def _of(self, kind: str) -> list[tuple[str, Document]]:
        return list(self._known.get(kind, {}).items())


def _version(document: Document) -> Version:
    shown = {name: value for name, value in document.items() if name != "project"}
    archived, released = document.get("archived", False), document.get("released", False)
    return Version(
        int(document["id"]), document["project"], document["name"], None, None, released, archived, shown
    )


def _component(document: Document) -> Component:
    shown = {name: value for name, value in document.items() if name != "project"}
    return Component(int(document["id"]), document["project"], document["name"], None, shown)


def _sprint(document: Document) -> Sprint:
    dates: dict[str, datetime | None] = {
        name: moment(document[name]) if document.get(name) else None
        for name in ("startDate", "endDate", "completeDate")
    }
    board = int(document.get("originBoardId") or document.get("boardId") or 0)
    shown: dict[str, Any] = {
        name: value for name, value in document.items() if name not in ("project", "boardId")
    }
    shown |= {"originBoardId": board, "goal": document.get("goal", "")}
    return Sprint(
        int(document["id"]),
        board,
        document["name"],
        document["state"],
        document.get("goal") or "",
        dates["startDate"],
        dates["endDate"],
        dates["completeDate"],
        None,
        shown,
    )
