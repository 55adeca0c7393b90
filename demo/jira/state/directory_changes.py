"""What administrators do: archive, trash, rename and close projects; anonymise people; add and change fields."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from demo.jira.fields import CUSTOM_TYPES
from demo.jira.model import Issue, Item, Project, User
from demo.jira.references import Board, Component, Field, Version
from demo.jira.state.index import Index


class DirectoryChanges(Index):
    """Changes of projects, people and fields."""

    def add_project(self, key: str, name: str, *, lead: str | None = None, type: str = "software") -> Project:
        """A new project without issues."""
        with self.lock:
            identity = self.new_id(*(project.id for project in self.projects))
            self.projects.append(Project(identity, key, name, lead or self.users[0].code, type))
            return self.projects[-1]

    def archive_project(self, key: str, archived: bool = True) -> Project:
        """Search no longer finds its issues, reading them by id still does; False brings it back."""
        return self._project(key, archived=archived)

    def trash_project(self, key: str, trashed: bool = True) -> Project:
        """It goes to the trash with all its issues; False restores it."""
        return self._project(key, trashed=trashed)

    def revoke_browse(self, key: str, revoked: bool = True) -> Project:
        """The account may no longer browse it: neither it nor its issues can be seen; False gives the right back."""
        return self._project(key, browsable=not revoked)

    def rename_project(self, key: str, to: str) -> Project:
        """A new key: every issue's key changes with it, without history and without moving `updated`."""
        with self.lock:
            project = self._known_project(key)
            former = project.key
            project.former_keys = [*project.former_keys, former]
            project.key = to
            for issue in self.issues.values():
                if issue.project == former:
                    issue.former_keys = [*issue.former_keys, issue.key]
                    issue.project, issue.key = to, f"{to}-{issue.key.rpartition('-')[2]}"
                    issue.parent = _renamed(issue.parent, former, to)
                    if issue.recorded:
                        issue.recorded.change("project", "key")
            held: list[Board | Version | Component] = [*self.boards.values(), *self.versions.values()]
            for one in [*held, *self.components.values()]:
                one.project = to if one.project == former else one.project
            self.tick()
            return project

    def anonymise_user(self, code: str) -> User:
        """Name and address are gone, the account stays."""
        with self.lock:
            user = self.user(code)
            if user is None:
                raise KeyError(f"the demo's Jira has no user {code}")
            user.name, user.active, user.anonymised = "Former user", False, True
            return user

    def add_user(self, code: str, name: str) -> User:
        """A new person."""
        with self.lock:
            self.users.append(User(code, name))
            return self.users[-1]

    def add_field(self, name: str, type: str = "number") -> Field:
        """A new custom field: number, string, date, option or array. Two may have the same name."""
        with self.lock:
            identity = 11_000 + len(self.more_fields)
            items = "string" if type == "array" else None
            made = Field(f"customfield_{identity}", name, type, items, CUSTOM_TYPES[type])
            self.more_fields.append(made)
            self.field_names[made.id] = name
            return made

    def rename_field(self, identity: str, name: str) -> None:
        """Another name for a field; its id stays."""
        with self.lock:
            self.field_names[identity] = name

    def change_field_type(self, identity: str, type: str) -> None:
        """From now on the field holds values of another type; the values there are become such: 5.0 to "5.0"."""
        with self.lock:
            self.field_types[identity] = type
            for issue in self.issues.values():
                if issue.custom.get(identity) is not None:
                    issue.custom = issue.custom | {identity: _converted(issue.custom[identity], type)}

    def add_version(self, project: str, name: str, **more: Any) -> Version:
        """A new version of a project."""
        with self.lock:
            version = Version(self.new_id(*self.versions), project, name, **more)
            self.versions[version.id] = version
            return version

    def add_component(self, project: str, name: str, *, lead: str | None = None) -> Component:
        """A new component of a project."""
        with self.lock:
            component = Component(self.new_id(*self.components), project, name, lead)
            self.components[component.id] = component
            return component

    def advance(self, by: timedelta) -> None:
        """Lets time pass."""
        with self.lock:
            self.now += by

    def crowd_minute(self, project: str, count: int, *, at: datetime | None = None) -> list[Issue]:
        """`count` new issues of one and the same `created` and `updated`, as a bulk change leaves them."""
        with self.lock:
            made = [
                Issue(
                    identity,
                    key,
                    project,
                    "Task",
                    f"Imported {number + 1}",
                    self.statuses[0].name,
                    None,
                    None,
                    now,
                    now,
                )
                for now in [at or self.tick()]
                for first_id, first in [(self.new_id(*self.issues), self._last_number(project))]
                for number in range(count)
                for identity, key in [(first_id + number, f"{project}-{first + number + 1}")]
            ]
            self.issues |= {issue.id: issue for issue in made}
            return made

    def lengthen_history(self, key: str | int, count: int, *, author: str | None = None) -> None:
        """`count` histories, a second apart: the summary changes again and again."""
        with self.lock:
            issue = self.known(key)
            self.before_change(issue)
            for number in range(count):
                after = f"{issue.summary.partition(' (')[0]} ({number + 1})"
                self.record(issue, author, [Item("summary", "summary", None, issue.summary, None, after)])
                issue.summary = after
            if issue.recorded:
                issue.recorded.change("summary")

    def _last_number(self, project: str) -> int:
        keys = (issue.key for issue in self.issues.values() if issue.project == project)
        return max((int(key.rpartition("-")[2]) for key in keys), default=0)

    def _project(self, key: str, **changes: bool) -> Project:
        with self.lock:
            project = self._known_project(key)
            for name, value in changes.items():
                setattr(project, name, value)
            self.tick()
            return project

    def _known_project(self, key: str) -> Project:
        project = self.project(key)
        if project is None:
            raise KeyError(f"the demo's Jira has no project {key}")
        return project


def _renamed(key: str | None, former: str, to: str) -> str | None:
    return f"{to}-{key.rpartition('-')[2]}" if key and key.rpartition("-")[0] == former else key


def _converted(value: Any, type: str) -> Any:
    if type == "string":
        return str(value)
    if type == "number":
        return float(value)
    return [str(value)] if type == "array" else value
