"""What the demo company's issues refer to: statuses and types, boards with their sprints, versions, components.

How each issue went through it is `demo.jira.chronicle`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from demo.jira.chronicle import tell
from demo.jira.company import FIRST_DAY, pick
from demo.jira.references import Board, Component, Named, Sprint, Status, Version

if TYPE_CHECKING:
    from demo.jira.site import Site

STATUSES = (
    ("10000", "To Do", "new"),
    ("3", "In Progress", "indeterminate"),
    ("10002", "In Review", "indeterminate"),
    ("10001", "Done", "done"),
)
PRIORITIES = ("Highest", "High", "Medium", "Low")
_RESOLUTIONS = (("10000", "Done"), ("10001", "Won't Do"))
_ISSUE_TYPES = (
    ("10000", "Epic", 1),
    ("10001", "Story", 0),
    ("10002", "Task", 0),
    ("10003", "Sub-task", -1),
    ("10004", "Bug", 0),
    ("10010", "Service Request", 0),
    ("10011", "Incident", 0),
)
_LINK_TYPES = (
    ("10100", "Blocks", "is blocked by", "blocks"),
    ("10101", "Duplicate", "is duplicated by", "duplicates"),
    ("10103", "Relates", "relates to", "relates to"),
)
_EACH = [("To Do", ["10000"]), ("In Progress", ["3"]), ("In Review", ["10002"]), ("Done", ["10001"])]
_TOGETHER = [("To Do", ["10000"]), ("Doing", ["3", "10002"]), ("Done", ["10001"])]
BOARDS = (
    Board(1, "Payments team", "scrum", "PAY", _EACH, 10_001),
    Board(2, "Portal team", "scrum", "WEB", _TOGETHER, 10_002),
    Board(3, "Operations flow", "kanban", "OPS", _TOGETHER, 10_003, estimated=False),
)
SPRINTS = 14
"""Sprints of a scrum board: twelve closed, one active, one to come. They begin every second Monday."""
_CLOSED = 12
_GOALS = ("Cards, refunds and fees", "", "Fewer support calls", "Ready for the audit", "")
_COMPONENTS = {
    "PAY": (("Gateway", "bruno"), ("Ledger", "dmitri"), ("Back office", None)),
    "WEB": (("Accounts", "chloe"), ("Orders", "farid")),
    "DWH": (("Loading", "elena"), ("Marts", None)),
    "OPS": (("Infrastructure", "greta"),),
}
_VERSIONS = (
    ("2026.1", date(2026, 1, 5), date(2026, 3, 31)),
    ("2026.2", date(2026, 4, 1), date(2026, 6, 26)),
    ("2026.3", None, None),
)


def deliver(site: Site) -> None:
    """Gives the site what its issues refer to, and each issue its past."""
    site.statuses = [Status(*status) for status in STATUSES]
    site.priorities = [Named(str(number), name) for number, name in enumerate(PRIORITIES, 1)]
    site.resolutions = [Named(identity, name, {"description": ""}) for identity, name in _RESOLUTIONS]
    site.issue_types = [
        Named(identity, name, {"description": "", "subtask": level < 0, "hierarchyLevel": level})
        for identity, name, level in _ISSUE_TYPES
    ]
    site.link_types = [
        Named(identity, name, {"inward": inward, "outward": outward})
        for identity, name, inward, outward in _LINK_TYPES
    ]
    site.boards = {
        b.id: Board(b.id, b.name, b.type, b.project, list(b.columns), b.filter, b.estimated) for b in BOARDS
    }
    site.sprints = {
        sprint.id: sprint for board in BOARDS if board.type == "scrum" for sprint in sprints_of(board)
    }
    projects = [project.key for project in site.projects]
    components = [(key, *component) for key in projects for component in _COMPONENTS[key]]
    site.components = {
        10_000 + number: Component(10_000 + number, *component)
        for number, component in enumerate(components, 1)
    }
    versions = [(key, *version) for key in projects if key != "OPS" for version in _VERSIONS]
    site.versions = {
        10_000 + number: Version(10_000 + number, key, f"{key} {name}", start, release, release is not None)
        for number, (key, name, start, release) in enumerate(versions, 1)
    }
    tell(site)


def sprints_of(board: Board) -> list[Sprint]:
    """A scrum board's sprints: two weeks each, completed some time on their last Friday."""
    found = []
    for number in range(SPRINTS):
        start = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(days=14 * number, hours=8)
        end = start + timedelta(days=11, hours=8)
        late = timedelta(minutes=pick(100, "complete", board.id, number))
        # One name has a comma in it: lists of sprints are read by id.
        name = f"{board.project} Sprint {number + 1}" + (
            ", hardening" if (board.id, number) == (2, 2) else ""
        )
        state = "closed" if number < _CLOSED else "active" if number == _CLOSED else "future"
        begun = state != "future"
        sprint = Sprint(20 * (board.id - 1) + number + 1, board.id, name, state)
        sprint.goal = _GOALS[(board.id + number) % len(_GOALS)]
        sprint.start, sprint.end = (start, end) if begun else (None, None)
        sprint.complete = end + late if state == "closed" else None
        sprint.created = start - timedelta(days=10)
        found.append(sprint)
    return found
