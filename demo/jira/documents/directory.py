"""Documents of people, projects and everything that an issue refers to."""

from __future__ import annotations

from typing import Any

from demo.jira.documents.basis import BASE_URL, Basis, avatars
from demo.jira.model import Document, Project, User
from demo.jira.references import Component, Field, Named, Status, Version

CATEGORIES = {
    "undefined": (1, "medium-gray", "No Category"),
    "new": (2, "blue-gray", "To Do"),
    "indeterminate": (4, "yellow", "In Progress"),
    "done": (3, "green", "Done"),
}


class DirectoryWriter(Basis):
    """Writes who and what there is."""

    def user(self, code: str | None) -> Document | None:
        """A person, by code."""
        user = self.site.user(code)
        return None if user is None else self.user_document(user)

    def user_document(self, user: User) -> Document:
        """A person, as lists of users and as parts of other documents show them."""
        if user.document is not None and not user.anonymised:
            return self._recorded_user(user)
        mail = {} if user.anonymised and self.is_cloud else {"emailAddress": f"{user.code}@demo.example"}
        common = {
            "avatarUrls": avatars(f"{BASE_URL}/avatar/{user.code}.png"),
            "displayName": user.name,
            **mail,
            "active": user.active,
            "timeZone": self.timezone,
        }
        if self.is_cloud:
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
        states = {"archived": project.archived, "deleted": project.trashed}
        shown = {name: True for name, holds in states.items() if holds}
        if project.document is not None:
            return {**project.document, "key": project.key, **shown}
        document: Document = {
            "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
            "self": self.link(f"project/{project.id}"),
            "id": str(project.id),
            "key": project.key,
            "name": project.name,
            "description": "",
            "lead": self.user(project.lead),
            "avatarUrls": avatars(f"{BASE_URL}/projectavatar/{project.id}.png"),
            "projectTypeKey": project.type,
        }
        if not self.is_cloud:
            return {**document, "archived": project.archived}
        style = {"simplified": False, "style": "classic", "isPrivate": False, "properties": {}}
        return {**document, **style, **shown}

    def project_in_issue(self, project: Project) -> Document:
        """The few members of a project that its issues show."""
        names = ("self", "id", "key", "name", "projectTypeKey", "simplified", "projectCategory")
        document = self.project(project)
        return {name: document[name] for name in names if name in document}

    def status(self, status: Status) -> Document:
        """A status with its category, and its project where it is a team-managed one's."""
        if status.document is not None:
            return status.document
        scope = {"scope": {"type": "PROJECT", "project": {"id": str(status.scope)}}} if status.scope else {}
        return {
            "self": self.link(f"status/{status.id}"),
            "description": "",
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category(status.category),
            **(scope if self.is_cloud else {}),
        }

    def category(self, key: str) -> Document:
        """One of Jira's four status categories."""
        number, colour, name = CATEGORIES[key]
        return {
            "self": self.link(f"statuscategory/{number}"),
            "id": number,
            "key": key,
            "colorName": colour,
            "name": name,
        }

    def named(self, kind: str, named: Named) -> Document:
        """A priority, resolution, issue type or link type."""
        if named.document is not None:
            return named.document
        more = {k: v for k, v in named.more.items() if self.is_cloud or k != "hierarchyLevel"}
        return {"self": self.link(f"{kind}/{named.id}"), "id": named.id, "name": named.name, **more}

    def named_as(self, kind: str, known: list[Named], name: str | None) -> Document | None:
        """The one of that name; None where there is none."""
        return next((self.named(kind, one) for one in known if one.name == name), None)

    def version_document(self, version: Version) -> Document:
        """A version of a project, as its project lists it and as issues show it."""
        if version.document is not None:
            return version.document
        dates: dict[str, Any] = {"startDate": version.start, "releaseDate": version.release}
        return {
            "self": self.link(f"version/{version.id}"),
            "id": str(version.id),
            "description": "",
            "name": version.name,
            "archived": version.archived,
            "released": version.released,
            **{name: day.isoformat() for name, day in dates.items() if day},
        }

    def version_of_project(self, version: Version) -> Document:
        """As `version_document`, with the project's id."""
        project = self.site.project(version.project)
        return {**self.version_document(version), **({"projectId": project.id} if project else {})}

    def component_document(self, component: Component) -> Document:
        """A component as issues show it."""
        if component.document is not None:
            return component.document
        return {
            "self": self.link(f"component/{component.id}"),
            "id": str(component.id),
            "name": component.name,
        }

    def component_of_project(self, component: Component) -> Document:
        """A component as its project lists it."""
        project, lead = self.site.project(component.project), self.user(component.lead)
        return {
            **self.component_document(component),
            **({"lead": lead} if lead else {}),
            "assigneeType": "PROJECT_DEFAULT",
            "isAssigneeTypeValid": False,
            **({"project": project.key, "projectId": project.id} if project else {}),
        }

    def field(self, field: Field) -> Document:
        """A field with its schema."""
        custom = field.custom is not None
        schema: Document = {"type": field.type}
        if field.items:
            schema["items"] = field.items
        if field.id.startswith("customfield_"):
            number = int(field.id.removeprefix("customfield_"))
            schema |= {"custom": field.custom or "unknown:unknown", "customId": number}
            clauses = [f"cf[{number}]", field.name]
            custom = True
        else:
            schema["system"] = field.id
            clauses = [field.id]
        document = {
            "id": field.id,
            "key": field.id,
            "name": field.name,
            "custom": custom,
            "orderable": True,
            "navigable": True,
            "searchable": True,
            "clauseNames": clauses,
            "schema": schema,
        }
        return document if self.is_cloud else {k: v for k, v in document.items() if k != "key"}

    def _recorded_user(self, user: User) -> Document:
        """What came, with the members that this kind of Jira names people by."""
        recorded = user.document or {}
        name = (
            {"accountId": user.code, "accountType": "atlassian"}
            if self.is_cloud
            else {"key": user.code, "name": user.code}
        )
        return {**name, **recorded, "displayName": user.name, "active": user.active}
