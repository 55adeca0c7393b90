"""Documents of changelogs, worklogs and comments."""

from __future__ import annotations

from datetime import datetime, timedelta

from demo.jira.documents.agile import AgileWriter
from demo.jira.documents.basis import time_spent
from demo.jira.model import Change, Comment, Document, Issue, Item, Worklog

INLINE_WORKLOGS = 20
INLINE_CHANGES = 40
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, like every moment here


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


class HistoryWriter(AgileWriter):
    """Writes what happened to an issue."""

    def worklog(self, worklog: Worklog) -> Document:
        """A worklog."""
        if worklog.document is not None:
            return worklog.document
        document = {
            "self": self.link(f"issue/{worklog.issue}/worklog/{worklog.id}"),
            "author": self.user(worklog.author),
            "updateAuthor": self.user(worklog.update_author or worklog.author),
            "created": self.moment(worklog.created),
            "updated": self.moment(worklog.updated),
            "started": self.moment(worklog.started),
            "timeSpent": time_spent(worklog.seconds),
            "timeSpentSeconds": worklog.seconds,
            "id": str(worklog.id),
            "issueId": str(worklog.issue),
        }
        return document if worklog.comment is None else {**document, "comment": self.prose(worklog.comment)}

    def page_of_work(self, issue: Issue, start: int, size: int) -> Document:
        """Worklogs of one issue: inline in an issue at most twenty, as Jira does."""
        logs = self.site.work_on(issue)
        chosen = [self.worklog(log) for log in logs[start : start + size]]
        return {"startAt": start, "maxResults": size, "total": len(logs), "worklogs": chosen}

    def comment(self, comment: Comment) -> Document:
        """A comment."""
        author = self.user(comment.author)
        return {
            "self": self.link(f"issue/{comment.issue}/comment/{comment.id}"),
            "id": str(comment.id),
            "author": author,
            "body": self.prose(comment.body),
            "updateAuthor": author,
            "created": self.moment(comment.created),
            "updated": self.moment(comment.updated),
        }

    def page_of_comments(self, issue: Issue, start: int, size: int) -> Document:
        """Comments of one issue, oldest first."""
        comments = self.site.comments_on(issue)
        chosen = [self.comment(one) for one in comments[start : start + size]]
        return {"comments": chosen, "maxResults": size, "total": len(comments), "startAt": start}

    def change(self, change: Change, *, number: bool = False) -> Document:
        """One history; `number` gives its moment as milliseconds since 1970, as the bulk fetch does."""
        created = milliseconds(change.created) if number else self.moment(change.created)
        if change.document is not None:
            return {**change.document, "created": created} if number else change.document
        return {
            "id": str(change.id),
            "author": self.user(change.author),
            "created": created,
            "items": [self._item(item) for item in change.items],
        }

    def inline_changelog(self, issue: Issue, cap: int | None) -> Document:
        """The changelog inside an issue: the newest first up to the cap on Cloud, whole and oldest first elsewhere."""
        changes = self.site.changes.get(issue.id, [])
        chosen = changes if cap is None else changes[::-1][:cap]
        histories = [self.change(change) for change in chosen]
        return {"startAt": 0, "maxResults": len(histories), "total": len(changes), "histories": histories}

    def _item(self, item: Item) -> Document:
        role = self.role(item.field_id) if item.field_id else None
        identity = role or item.field_id
        name = self.field_name(role) if role else item.field
        shown = {"fieldId": identity} if identity and self.is_cloud else {}
        return {
            "field": name,
            "fieldtype": item.kind,
            **shown,
            "from": item.before,
            "fromString": item.before_text,
            "to": item.after,
            "toString": item.after_text,
        }
