"""The agile API: boards, their configuration, their sprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.jira.references import Board
from demo.jira.router import Answer, Refused, Request
from demo.jira.routes.common import AGILE, ROUTER, writer_for

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

_UNKNOWN_BOARD = (
    "Requested board cannot be viewed because it either does not exist "
    "or you do not have permission to view it."
)
_STATES = ("closed", "active", "future")


@ROUTER.route("GET", f"{AGILE}/board")
def boards(demo: DemoJira, request: Request) -> Answer:
    """Boards, a page at a time; those without a project included, unless one is asked for."""
    wanted = request.parameter("projectKeyOrId")
    project = demo.site.project(wanted) if wanted else None
    if wanted and project is None:
        raise Refused(400, f"No project could be found with key or id '{wanted}'.")
    kinds, name = request.names("type"), str(request.parameter("name", "")).lower()
    found = [
        board
        for board in demo.site.boards.values()
        if _is_visible(demo, board)
        and (not kinds or board.type in kinds)
        and name in board.name.lower()
        and (project is None or board.project == project.key)
    ]
    start, size = request.number("startAt", 0), request.page_size(50, 50, demo.page_cap)
    writer = writer_for(demo, request)
    page = {
        "maxResults": size,
        "startAt": start,
        "total": len(found),
        "isLast": start + size >= len(found),
        "values": [writer.board(board) for board in found[start : start + size]],
    }
    return Answer(document=page)


@ROUTER.route("GET", f"{AGILE}/board/{{board}}")
def board(demo: DemoJira, request: Request) -> Answer:
    """One board."""
    return Answer(document=writer_for(demo, request).board(_board(demo, request)))


@ROUTER.route("GET", f"{AGILE}/board/{{board}}/configuration")
def configuration(demo: DemoJira, request: Request) -> Answer:
    """Columns, estimation and ranking of a board."""
    return Answer(document=writer_for(demo, request).board_configuration(_board(demo, request)))


@ROUTER.route("GET", f"{AGILE}/board/{{board}}/sprint")
def board_sprints(demo: DemoJira, request: Request) -> Answer:
    """A board's sprints, a page at a time, closed ones first, without a total. A kanban board has none."""
    found, states = _board(demo, request), request.names("state") or list(_STATES)
    if found.type == "kanban":
        raise Refused(400, "The board does not support sprints")
    sprints = sorted(
        (s for s in demo.site.sprints.values() if s.board == found.id and s.state in states),
        key=lambda sprint: (_STATES.index(sprint.state), sprint.id),
    )
    start, size = request.number("startAt", 0), request.page_size(50, 50, demo.page_cap)
    writer = writer_for(demo, request)
    values = [writer.sprint(sprint) for sprint in sprints[start : start + size]]
    is_last = start + size >= len(sprints)
    return Answer(document={"maxResults": size, "startAt": start, "isLast": is_last, "values": values})


@ROUTER.route("GET", f"{AGILE}/sprint/{{sprint}}")
def sprint(demo: DemoJira, request: Request) -> Answer:
    """One sprint."""
    name = request.parts["sprint"]
    found = demo.site.sprints.get(int(name)) if name.isdigit() else None
    if found is None:
        raise Refused(404, "Sprint does not exist or you do not have permission to view it.")
    return Answer(document=writer_for(demo, request).sprint(found))


def _board(demo: DemoJira, request: Request) -> Board:
    name = request.parts["board"]
    found = demo.site.boards.get(int(name)) if name.isdigit() else None
    if found is None or not _is_visible(demo, found):
        raise Refused(
            404,
            _UNKNOWN_BOARD,
        )
    return found


def _is_visible(demo: DemoJira, board: Board) -> bool:
    return board.project is None or board.project not in demo.site.closed_projects()[1]
