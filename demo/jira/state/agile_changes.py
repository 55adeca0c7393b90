"""What teams do: boards, sprints that start and close, issues that come into a sprint and leave it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from demo.jira.references import Board, Sprint
from demo.jira.state.issue_changes import IssueChanges

TWO_WEEKS = timedelta(days=14)


class AgileChanges(IssueChanges):
    """Changes of boards and sprints."""

    def add_board(
        self, name: str, type: Literal["scrum", "kanban", "simple"] = "scrum", *, project: str | None = None
    ) -> Board:
        """A new board with a column for each status; without a project it is a person's own, without location."""
        with self.lock:
            columns = [(status.name, [status.id]) for status in self.statuses]
            identity = max(self.boards, default=0) + 1
            board = Board(identity, name, type, project, columns, 10_000 + identity, type == "scrum")
            self.boards[identity] = board
            return board

    def add_sprint(self, board: int, name: str, **more: Any) -> Sprint:
        """A future sprint of a board."""
        with self.lock:
            identity = max(self.sprints, default=0) + 1
            sprint = Sprint(identity, int(board), name, created=self.tick(), **more)
            self.sprints[identity] = sprint
            return sprint

    def start_sprint(self, sprint: int, *, lasts: timedelta = TWO_WEEKS) -> Sprint:
        """It becomes active, and gets a start and a planned end. Its issues are not updated by that."""
        with self.lock:
            started = self.sprints[int(sprint)]
            started.state, started.start = "active", self.tick()
            started.end, started.document = started.start + lasts, None
            self._redraw(started)
            return started

    def close_sprint(self, sprint: int, *, into: int | None = None) -> Sprint:
        """It becomes closed; what is not done moves on to the sprint `into`, each issue with a history."""
        with self.lock:
            closed = self.sprints[int(sprint)]
            closed.state, closed.complete, closed.document = "closed", self.tick(), None
            self._redraw(closed)
            for issue in [one for one in self.issues.values() if closed.id in one.sprints]:
                if (
                    into is not None
                    and self.status_of(issue).category != "done"
                    and into not in issue.sprints
                ):
                    self.edit_issue(issue.id, sprints=[*issue.sprints, int(into)])
            return closed

    def rename_sprint(self, sprint: int, name: str) -> Sprint:
        """Another name; the changelogs keep the old one."""
        with self.lock:
            renamed = self.sprints[int(sprint)]
            renamed.name, renamed.document = name, None
            self._redraw(renamed)
            return renamed

    def put_into_sprint(self, key: str | int, sprint: int, *, author: str | None = None) -> None:
        """An issue comes into a sprint; it leaves every other that is not closed."""
        with self.lock:
            issue = self.known(key)
            kept = [one for one in issue.sprints if self._is_closed(one) and one != int(sprint)]
            self.edit_issue(issue.id, author=author, sprints=[*kept, int(sprint)])

    def take_from_sprint(self, key: str | int, *, author: str | None = None) -> None:
        """An issue goes back to the backlog; the closed sprints it was in stay with it."""
        with self.lock:
            issue = self.known(key)
            kept = [one for one in issue.sprints if self._is_closed(one)]
            self.edit_issue(issue.id, author=author, sprints=kept)

    def _is_closed(self, sprint: int) -> bool:
        return sprint in self.sprints and self.sprints[sprint].state == "closed"

    def _redraw(self, sprint: Sprint) -> None:
        """The sprint shows in its issues as it is, also in those that came from a real Jira."""
        for issue in self.issues.values():
            if issue.recorded and sprint.id in issue.sprints:
                issue.recorded.change("sprints")
