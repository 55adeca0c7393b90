"""How Jira writes things down: the JSON documents of Cloud (API v3, or v2 with plain text) and of Data Center.

Links carry the site's configured address, whatever port the demo listens on, so that documents stay the same from run
to run. Timestamps are in the account's time zone on Cloud, in UTC on Data Center, with the offset without a colon.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from demo.jira.company import Issue, Project, User, Worklog
from demo.jira.site import Site

Deployment = Literal["cloud", "server"]
Document = dict[str, Any]

BASE_URL = "https://jira.demo.example"
INLINE_WORKLOGS = 20
STORY_POINTS = "customfield_10016"
STATUSES = {
    "To Do": ("10000", "new", 2),
    "In Progress": ("3", "indeterminate", 4),
    "Done": ("10001", "done", 3),
}
_COLOURS = {"new": "blue-gray", "indeterminate": "yellow", "done": "green"}
PRIORITIES = {"Highest": "1", "High": "2", "Medium": "3", "Low": "4"}
TYPES = {
    "Epic": 10000,
    "Story": 10001,
    "Task": 10002,
    "Bug": 10004,
    "Service Request": 10010,
    "Incident": 10011,
}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the documents of one request: `version` is the API's, 3 has rich text."""

    site: Site
    deployment: Deployment
    version: str
    timezone: str

    def moment(self, moment: datetime | None) -> str | None:
        """`2026-03-31T18:05:12.345+0200`."""
        if moment is None:
            return None
        zone = ZoneInfo(self.timezone) if self.deployment == "cloud" else ZoneInfo("UTC")
        local = moment.replace(tzinfo=UTC).astimezone(zone)
        return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"

    def prose(self, text: str | None) -> Any:
        """A document tree in v3, the text itself in v2."""
        if text is None or self.version != "3":
            return text
        paragraphs = [
            {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []}
            for line in text.splitlines()
        ]
        return {"type": "doc", "version": 1, "content": paragraphs}

    def link(self, path: str) -> str:
        """The address that a document gives for itself."""
        return f"{BASE_URL}/rest/api/{self.version}/{path}"

    def user(self, code: str | None) -> Document | None:
        """A person, by code."""
        user = next((user for user in self.site.users if user.code == code), None)
        return None if user is None else self.user_document(user)

    def user_document(self, user: User) -> Document:
        """A person, as lists of users and as parts of other documents show them."""
        common = {
            "avatarUrls": _avatars(f"{BASE_URL}/avatar/{user.code}.png"),
            "displayName": user.name,
            "emailAddress": f"{user.code}@demo.example",
            "active": user.active,
            "timeZone": self.timezone,
        }
        if self.deployment == "cloud":
            link = self.link(f"user?accountId={user.account}")
            return {"self": link, "accountId": user.account, "accountType": "atlassian", **common}
        return {
            "self": self.link(f"user?username={user.code}"),
            "key": user.account,
            "name": user.code,
            **common,
        }

    def project(self, project: Project) -> Document:
        """A project with its lead."""
        document: Document = {
            "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
            "self": self.link(f"project/{project.id}"),
            "id": str(project.id),
            "key": project.key,
            "name": project.name,
            "description": "",
            "lead": self.user(project.lead),
            "avatarUrls": _avatars(f"{BASE_URL}/projectavatar/{project.id}.png"),
            "projectTypeKey": project.type,
        }
        if self.deployment == "server":
            return {**document, "archived": project.archived}
        style = {"simplified": False, "style": "classic", "isPrivate": False, "properties": {}}
        return {**document, **style, **({"archived": True} if project.archived else {})}

    def issue(self, issue: Issue, fields: list[str]) -> Document:
        """An issue with the fields asked for; with `id` alone, nothing but the id."""
        if set(fields) <= {"id"}:
            return {"id": str(issue.id)}
        return {
            "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
            "id": str(issue.id),
            "self": self.link(f"issue/{issue.id}"),
            "key": issue.key,
            "fields": _chosen(self._fields(issue), fields),
        }

    def worklog(self, worklog: Worklog) -> Document:
        """A worklog."""
        author = self.user(worklog.author)
        document = {
            "self": self.link(f"issue/{worklog.issue}/worklog/{worklog.id}"),
            "author": author,
            "updateAuthor": author,
            "created": self.moment(worklog.created),
            "updated": self.moment(worklog.updated),
            "started": self.moment(worklog.started),
            "timeSpent": time_spent(worklog.seconds),
            "timeSpentSeconds": worklog.seconds,
            "id": str(worklog.id),
            "issueId": str(worklog.issue),
        }
        return document if worklog.comment is None else {**document, "comment": self.prose(worklog.comment)}

    def status(self, name: str) -> Document:
        """A status with its category."""
        identity, category, number = STATUSES[name]
        return {
            "self": self.link(f"status/{identity}"),
            "description": "",
            "name": name,
            "id": identity,
            "statusCategory": self.category(category, number),
        }

    def category(self, key: str, number: int) -> Document:
        """One of Jira's three status categories."""
        names = {"new": "To Do", "indeterminate": "In Progress", "done": "Done"}
        link = self.link(f"statuscategory/{number}")
        return {"self": link, "id": number, "key": key, "colorName": _COLOURS[key], "name": names[key]}

    def issue_type(self, name: str) -> Document:
        """An issue type."""
        identity = TYPES[name]
        level = {"hierarchyLevel": 1 if name == "Epic" else 0} if self.deployment == "cloud" else {}
        link = self.link(f"issuetype/{identity}")
        return {"self": link, "id": str(identity), "description": "", "name": name, "subtask": False, **level}

    def priority(self, name: str) -> Document:
        """A priority."""
        return {"self": self.link(f"priority/{PRIORITIES[name]}"), "name": name, "id": PRIORITIES[name]}

    def resolution(self, name: str) -> Document:
        """A resolution."""
        return {"self": self.link("resolution/10000"), "id": "10000", "description": "", "name": name}

    def page_of_work(self, issue: Issue, start: int, size: int) -> Document:
        """Worklogs of one issue: inline in an issue at most twenty, as Jira does."""
        logs = self.site.work_on(issue)
        chosen = [self.worklog(log) for log in logs[start : start + size]]
        return {"startAt": start, "maxResults": size, "total": len(logs), "worklogs": chosen}

    def _fields(self, issue: Issue) -> Document:
        project = next(project for project in self.site.projects if project.key == issue.project)
        return {
            "statuscategorychangedate": self.moment(issue.resolved or issue.created),
            "issuetype": self.issue_type(issue.type),
            "project": {
                name: self.project(project)[name] for name in ("self", "id", "key", "name", "projectTypeKey")
            },
            "parent": self._parent(issue),
            "fixVersions": [],
            "resolution": self.resolution(issue.resolution) if issue.resolution else None,
            "resolutiondate": self.moment(issue.resolved),
            "created": self.moment(issue.created),
            "updated": self.moment(issue.updated),
            "priority": self.priority(issue.priority),
            "labels": issue.labels,
            "issuelinks": [],
            "assignee": self.user(issue.assignee),
            "reporter": self.user(issue.reporter),
            "creator": self.user(issue.reporter),
            "status": self.status(issue.status),
            "components": [],
            "summary": issue.summary,
            "description": self.prose(issue.description),
            "duedate": issue.due.isoformat() if issue.due else None,
            "environment": None,
            **self._time_tracking(issue),
            "worklog": self.page_of_work(issue, 0, INLINE_WORKLOGS),
            "comment": {"comments": [], "maxResults": 0, "total": 0, "startAt": 0},
            STORY_POINTS: issue.points,
        }

    def _time_tracking(self, issue: Issue) -> Document:
        spent = sum(log.seconds for log in self.site.work_on(issue)) or None
        return {
            "timespent": spent,
            "timeestimate": issue.remaining,
            "timeoriginalestimate": issue.estimate,
            "workratio": -1 if not issue.estimate else round(100 * (spent or 0) / issue.estimate),
        }

    def _parent(self, issue: Issue) -> Document | None:
        parent = self.site.issue(issue.parent) if issue.parent else None
        if parent is None:
            return None
        fields = {"summary": parent.summary, "status": self.status(parent.status)}
        return {
            "id": str(parent.id),
            "key": parent.key,
            "self": self.link(f"issue/{parent.id}"),
            "fields": fields,
        }


def time_spent(seconds: int) -> str:
    """`3h 15m`."""
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(part for part in (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "") if part)


def _chosen(fields: Document, names: list[str]) -> Document:
    left_out = {name.removeprefix("-") for name in names if name.startswith("-")}
    everything = not set(names) - {f"-{name}" for name in left_out} or bool(
        {"*all", "*navigable"} & set(names)
    )
    wanted = fields.keys() if everything else set(names)
    return {name: value for name, value in fields.items() if name in wanted and name not in left_out}


def _avatars(link: str) -> dict[str, str]:
    return dict.fromkeys(("16x16", "24x24", "32x32", "48x48"), link)
