"""What people do to worklogs and comments, singly and by the thousand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from demo.jira.model import Comment, Issue, Item, Worklog
from demo.jira.state.index import Index


class WorkChanges(Index):
    """Changes of worklogs and comments; each moves the `updated` of its issue."""

    def log_work(
        self,
        key: str | int,
        *,
        author: str,
        started: datetime,
        seconds: int,
        comment: str | None = None,
    ) -> Worklog:
        """A new worklog; its issue is updated by it, and less of its estimate remains."""
        with self.lock:
            issue = self.known(key)
            self.before_change(issue)
            items = self._spent(issue, seconds)
            now = self.record(issue, author, items)
            worklog = Worklog(self._worklog_id(), issue.id, author, started, seconds, comment, now, now)
            self.worklogs[worklog.id] = worklog
            return worklog

    def edit_worklog(self, identity: int, /, **changes: Any) -> Worklog:
        """Sets attributes of `Worklog`, its `updated` and that of its issue."""
        with self.lock:
            worklog = self.worklogs[int(identity)]
            issue = self.issues[worklog.issue]
            self.before_change(issue)
            more = changes.get("seconds", worklog.seconds) - worklog.seconds
            items = [
                *(self._spent(issue, more) if more else ()),
                Item("WorklogId", None, str(worklog.id), str(worklog.id), None, None),
            ]
            now = self.record(issue, changes.get("update_author"), items)
            for name, value in changes.items():
                setattr(worklog, name, value)
            worklog.updated, worklog.document = now, None
            return worklog

    def delete_worklog(self, identity: int) -> None:
        """Removes a worklog; the feed of deletions tells so, a minute later."""
        with self.lock:
            worklog = self.worklogs[int(identity)]
            issue = self.issues[worklog.issue]
            self.before_change(issue)
            text = f"{worklog.seconds} seconds"
            items = [
                *self._spent(issue, -worklog.seconds),
                Item("WorklogId", None, str(worklog.id), str(worklog.id), None, None),
                Item("WorklogTimeSpent", None, str(worklog.seconds), text, None, None),
            ]
            now = self.record(issue, None, items)
            del self.worklogs[worklog.id]
            self.deleted_worklogs.append((worklog.id, now))

    def crowd_worklogs(self, key: str | int, count: int, *, author: str, seconds: int = 60) -> list[Worklog]:
        """`count` worklogs, all of one `updated`, as an import leaves them."""
        with self.lock:
            issue = self.known(key)
            self.before_change(issue)
            now = self.record(issue, author, self._spent(issue, count * seconds))
            first = self._worklog_id()
            made = [
                Worklog(first + number, issue.id, author, now, seconds, None, now, now)
                for number in range(count)
            ]
            self.worklogs |= {worklog.id: worklog for worklog in made}
            return made

    def add_comment(self, key: str | int, *, author: str, body: str = "Done, see above.") -> Comment:
        """A new comment; a comment writes no history."""
        with self.lock:
            issue = self.known(key)
            self.before_change(issue)
            now = self.record(issue, author, [])
            comment = Comment(self.new_id(*self.comments), issue.id, author, body, now, now)
            self.comments[comment.id] = comment
            return comment

    def delete_comment(self, identity: int) -> None:
        """Removes a comment."""
        with self.lock:
            comment = self.comments.pop(int(identity))
            self.before_change(self.issues[comment.issue])
            self.record(self.issues[comment.issue], None, [])

    def _spent(self, issue: Issue, seconds: int) -> list[Item]:
        """Items for more or less time spent; less or more of the estimate remains."""
        before = sum(log.seconds for log in self.work_on(issue))
        spent = _time("timespent", before or None, before + seconds or None)
        if issue.recorded:
            issue.recorded.change("worklogs", "remaining")
        if issue.remaining is None:
            return [spent]
        left = max(0, issue.remaining - seconds)
        estimate = _time("timeestimate", issue.remaining, left)
        issue.remaining = left
        return [spent, estimate]

    def _worklog_id(self) -> int:
        return self.new_id(*self.worklogs, *(deleted for deleted, _ in self.deleted_worklogs))


def _time(field: str, before: int | None, after: int | None) -> Item:
    then, now = (None if seconds is None else str(seconds) for seconds in (before, after))
    return Item(field, field, then, then, now, now)
