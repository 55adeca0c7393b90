"""What people do to issues: create, edit, transition, move, link, hide, delete. Each writes a history as Jira does."""

from __future__ import annotations

from typing import Any

from demo.jira.model import Issue, Item, Link
from demo.jira.state.index import Index
from demo.jira.state.items import items_of


class IssueChanges(Index):
    """Changes of issues. `author` is the code of who makes the change, the first user where none is named."""

    def create_issue(
        self,
        project: str,
        *,
        type: str = "Task",
        summary: str = "New issue",
        author: str | None = None,
        **more: Any,
    ) -> Issue:
        """A new issue at the end of its project, with `more` attributes of `Issue`; a creation writes no history."""
        with self.lock:
            identity = self.new_id(*self.issues)
            self.before_change(None, identity)
            now, who = self.tick(), author or self.users[0].code
            issue = Issue(identity, self._next_key(project), project, type, summary, "", None, who, now, now)
            issue.status = self.statuses[0].name
            issue.priority = self.priorities[len(self.priorities) // 2].name if self.priorities else None
            for name, value in more.items():
                setattr(issue, name, value)
            self.issues[identity] = issue
            return issue

    def edit_issue(self, key: str | int, /, *, author: str | None = None, **changes: Any) -> Issue:
        """Sets attributes of `Issue` and its `updated`; `custom` sets custom fields by id.

        A status of the category done resolves the issue, any other reopens it, unless `resolution` is given too.
        """
        with self.lock:
            issue = self.known(key)
            self.before_change(issue)
            if "status" in changes and "resolution" not in changes:
                changes |= self._resolution_for(changes["status"], issue)
            custom: dict[str, Any] = changes.pop("custom", {})
            items = [*items_of(self, issue, changes), *self._custom_items(issue, custom)]
            now = self.record(issue, author, items)
            if changes.get("resolution", issue.resolution) != issue.resolution:
                changes.setdefault("resolved", now if changes["resolution"] else None)
            if "status" in changes:
                changes["status_id"] = None
            for name, value in changes.items():
                setattr(issue, name, value)
            issue.custom |= custom
            if issue.recorded:
                issue.recorded.change(*changes, *custom)
            return issue

    def touch_issue(self, *keys: str | int) -> None:
        """Moves `updated` of issues to the clock and changes nothing else."""
        with self.lock:
            for key in keys:
                self.edit_issue(key)

    def move_issue(self, key: str | int, to: str, *, author: str | None = None) -> Issue:
        """Moves an issue to another project: a new key, the same id; the old key still finds it."""
        with self.lock:
            issue = self.known(key)
            self.before_change(issue)
            before, after = self.project(issue.project), self.project(to)
            to = after.key if after else to
            new_key = self._next_key(to)
            items = [Item("Key", None, "", issue.key, "", new_key)]
            if before and after:
                names = (str(before.id), before.name, str(after.id), after.name)
                items.insert(0, Item("project", "project", *names))
            # Components, versions and sprints belong to the project that is left.
            left: dict[str, Any] = {"components": [], "fix_versions": [], "affects_versions": []}
            items += items_of(self, issue, left)
            self.record(issue, author, items)
            issue.former_keys = [*issue.former_keys, issue.key]
            issue.project, issue.key = to, new_key
            for name, value in left.items():
                setattr(issue, name, value)
            if issue.recorded:
                issue.recorded.change("project", "key", *left)
            return issue

    def delete_issue(self, key: str | int) -> None:
        """Removes an issue with its worklogs, comments and links. Nothing tells, but that they are gone."""
        with self.lock:
            issue = self.known(key)
            for worklog in self.work_on(issue):
                del self.worklogs[worklog.id]
            for comment in self.comments_on(issue):
                del self.comments[comment.id]
            for link in self.links_of(issue):
                del self.links[link.id]
            self.changes.pop(issue.id, None)
            self.new_id(*self.issues)
            del self.issues[issue.id]
            self.tick()

    def hide_issue(self, key: str | int, level: str = "Board members") -> Issue:
        """Gives an issue a security level that the account is not in: it is gone for it, as if deleted."""
        return self.edit_issue(key, security=level)

    def reveal_issue(self, key: str | int) -> Issue:
        """Takes the security level away."""
        return self.edit_issue(key, security=None)

    def link_issues(self, key: str | int, type: str, to: str | int, *, author: str | None = None) -> Link:
        """Links `key` outward to `to`: key blocks to. Both get a history."""
        with self.lock:
            source, target = self.known(key), self.known(to)
            self.before_change(source)
            self.before_change(target)
            kind = next(kind for kind in self.link_types if kind.name == type)
            link = Link(self.new_id(*self.links), kind.name, source.id, target.id)
            self.links[link.id] = link
            for issue, other, words in ((source, target, "outward"), (target, source, "inward")):
                text = f"This issue {kind.more[words]} {other.key}"
                self.record(issue, author, [Item("Link", None, None, None, other.key, text)])
            self._redraw_links(source, target)
            return link

    def unlink_issues(self, link: int, *, author: str | None = None) -> None:
        """Takes a link away from both ends."""
        with self.lock:
            gone = self.links.pop(int(link))
            kind = next(kind for kind in self.link_types if kind.name == gone.type)
            source, target = self.issues[gone.source], self.issues[gone.target]
            for issue, other, words in ((source, target, "outward"), (target, source, "inward")):
                text = f"This issue {kind.more[words]} {other.key}"
                self.record(issue, author, [Item("Link", None, other.key, text, None, None)])
            self._redraw_links(source, target)

    def _redraw_links(self, *issues: Issue) -> None:
        for issue in issues:
            if issue.recorded:
                issue.recorded.change("links")

    def _resolution_for(self, status: str, issue: Issue) -> dict[str, Any]:
        done = self.status(status).category == "done"
        if done == (issue.resolution is not None):
            return {}
        return {"resolution": self.resolutions[0].name if done else None}

    def _custom_items(self, issue: Issue, custom: dict[str, Any]) -> list[Item]:
        items = []
        for identity, value in custom.items():
            before, after = (None if one is None else str(one) for one in (issue.custom.get(identity), value))
            name = self.field_names.get(identity, identity)
            items.append(Item(name, identity, None, before, None, after, "custom"))
        return items

    def _next_key(self, project: str) -> str:
        taken = [issue.key for issue in self.issues.values()]
        taken += [key for issue in self.issues.values() for key in issue.former_keys]
        numbers = [int(key.rpartition("-")[2]) for key in taken if key.rpartition("-")[0] == project]
        return f"{project}-{max(numbers, default=0) + 1}"
