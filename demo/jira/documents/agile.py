"""Documents of boards and sprints: of the agile API, and as an issue's Sprint field shows them."""

from __future__ import annotations

from typing import Any

from demo.jira.documents.basis import BASE_URL, date_and_time
from demo.jira.documents.directory import DirectoryWriter
from demo.jira.model import Document
from demo.jira.references import Board, Sprint

AGILE_URL = f"{BASE_URL}/rest/agile/1.0"


class AgileWriter(DirectoryWriter):
    """Writes boards and sprints."""

    def board(self, board: Board) -> Document:
        """A board; one without project has no location."""
        document: Document = {
            "id": board.id,
            "self": f"{AGILE_URL}/board/{board.id}",
            "name": board.name,
            "type": board.type,
        }
        project = self.site.project(board.project) if board.project else None
        if project is None or not self.is_cloud:
            return document
        location = {
            "projectId": project.id,
            "displayName": f"{project.name} ({project.key})",
            "projectName": project.name,
            "projectKey": project.key,
            "projectTypeKey": project.type,
            "avatarURI": f"{BASE_URL}/projectavatar/{project.id}.png",
            "name": f"{project.name} ({project.key})",
        }
        return {**document, "location": location}

    def board_configuration(self, board: Board) -> Document:
        """Columns with their statuses, the field that estimates, the field that ranks."""
        columns = [
            {"name": name, "statuses": [{"id": one, "self": self.link(f"status/{one}")} for one in statuses]}
            for name, statuses in board.columns
        ]
        project = self.site.project(board.project) if board.project else None
        location = {"location": {"type": "project", "projectKeyOrId": project.key}} if project else {}
        return {
            "id": board.id,
            "name": board.name,
            "type": board.type,
            "self": f"{AGILE_URL}/board/{board.id}/configuration",
            **location,
            "filter": {"id": str(board.filter), "self": self.link(f"filter/{board.filter}")},
            "columnConfig": {"columns": columns, "constraintType": "none"},
            **self._estimation(board),
            **self._ranking(),
        }

    def sprint(self, sprint: Sprint) -> Document:
        """A sprint of the agile API; a future one has no dates."""
        if sprint.document is not None:
            return sprint.document
        dates = {
            "startDate": date_and_time(sprint.start),
            "endDate": date_and_time(sprint.end),
            "completeDate": date_and_time(sprint.complete),
            "createdDate": date_and_time(sprint.created),
        }
        return {
            "id": sprint.id,
            "self": f"{AGILE_URL}/sprint/{sprint.id}",
            "state": sprint.state,
            "name": sprint.name,
            **{name: date for name, date in dates.items() if date},
            "originBoardId": sprint.board,
            "goal": sprint.goal,
        }

    def sprints_field(self, sprints: list[int]) -> list[Any] | None:
        """The value of an issue's Sprint field: objects on Cloud, one line of text each on Data Center."""
        known = [self.site.sprints[one] for one in sprints if one in self.site.sprints]
        if not known:
            return None
        return [self._sprint_object(one) if self.is_cloud else self._sprint_text(one) for one in known]

    def _sprint_object(self, sprint: Sprint) -> Document:
        document = self.sprint(sprint)
        names = ("startDate", "endDate", "completeDate")
        return {
            "id": sprint.id,
            "name": sprint.name,
            "state": sprint.state,
            "boardId": sprint.board,
            "goal": sprint.goal,
            **{name: document[name] for name in names if name in document},
        }

    def _sprint_text(self, sprint: Sprint) -> str:
        document = self.sprint(sprint)
        start, end, complete = (
            document.get(name, "<null>") for name in ("startDate", "endDate", "completeDate")
        )
        members = {
            "id": sprint.id,
            "rapidViewId": sprint.board,
            "state": sprint.state.upper(),
            "name": sprint.name,
            "startDate": start,
            "endDate": end,
            "completeDate": complete,
            "activatedDate": start,
            "sequence": sprint.id,
            "goal": sprint.goal,
        }
        text = ",".join(f"{name}={value}" for name, value in members.items())
        return f"com.atlassian.greenhopper.service.sprint.Sprint@{sprint.id * 7919:x}[{text}]"

    def _estimation(self, board: Board) -> Document:
        points = self.role("points")
        if not points or not board.estimated or self.site.fields is not None:
            return {"estimation": {"type": "issueCount"}} if board.type == "scrum" else {}
        field = {"fieldId": points, "displayName": self.field_name(points)}
        return {"estimation": {"type": "field", "field": field}}

    def _ranking(self) -> Document:
        rank = self.role("rank")
        return {"ranking": {"rankCustomFieldId": int(rank.removeprefix("customfield_"))}} if rank else {}
