"""Issues with a random history of statuses, estimates, sprints and links, as they land, and what they were when.

Here: a few dozen issues in memory, replayed by plain Python. The product is not asked for anything.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]

SITE = "acme"
BEGIN = datetime(2026, 1, 1, 9)  # noqa: DTZ001 (landed moments are naive UTC)
QUIET_UNTIL = BEGIN + timedelta(days=17)
"""Issues are created before this moment and change after it."""
END = BEGIN + timedelta(days=75)
STATUSES = {"1": ("To do", "new"), "2": ("进行中", "indeterminate"), "3": ("Done", "done")}
SPRINTS = {
    str(number): (BEGIN + timedelta(days=14 * number), BEGIN + timedelta(days=14 * number + 13))
    for number in range(5)
}
ESTIMATES = (None, 1, 2, 3, 3, 5)


@dataclass(frozen=True, slots=True)
class State:
    """What an issue is at one moment."""

    status: str
    points: int | None
    sprints: tuple[str, ...]


@dataclass(slots=True)
class Issue:
    """An issue; `states` are (moment, history, place, state) from its creation on, in order."""

    id: str
    created: datetime
    states: list[tuple[datetime, int, int, State]]
    updated: datetime
    links: list[Row] = field(default_factory=list)
    versions: list[tuple[datetime, Row]] = field(default_factory=list)

    @property
    def now(self) -> State:
        """The newest state."""
        return self.states[-1][3]

    def at(self, moment: datetime) -> State | None:
        """What it was after everything that happened by `moment`; None before its creation."""
        known = [state for when, _, _, state in self.states if when <= moment]
        return known[-1] if known else None


class History:
    """`issues` with `changes`, the rows of their changelogs with the moment of each."""

    def __init__(self, seed: int, *, issues: int = 30, edits: int = 400) -> None:
        self._random = random.Random(seed)
        self.changes: list[tuple[datetime, Row]] = []
        self.issues = [self._create(str(100 + number)) for number in range(issues)]
        self.links = 0
        for history, moment in enumerate(sorted(self._moment() for _ in range(edits)), start=995):
            self._edit(self._random.choice(self.issues), history, moment)

    def versions(self, since: datetime, until: datetime) -> list[Row]:
        """The newest document of each issue that was changed from `since` on, as of `until`, in any order."""
        newest = [[(when, row) for when, row in issue.versions if when < until][-1:] for issue in self.issues]
        return self.shuffled(row for found in newest for when, row in found if when >= since)

    def changelog(self, since: datetime, until: datetime) -> list[Row]:
        """The changes between two moments, in any order."""
        return self.shuffled(row for when, row in self.changes if since <= when < until)

    def shuffled(self, rows: Iterable[Row]) -> list[Row]:
        """The rows in any order."""
        found = list(rows)
        self._random.shuffle(found)
        return found

    def scope(self, sprint: str, moment: datetime) -> tuple[int, int]:
        """The points in a sprint at a moment, and those of them that are done."""
        states = [state for issue in self.issues if (state := issue.at(moment)) and sprint in state.sprints]
        done = [state for state in states if state.status == "3"]
        return sum(state.points or 0 for state in states), sum(state.points or 0 for state in done)

    def _moment(self) -> datetime:
        """A moment after the issues were made; half of them at the same millisecond of their day."""
        day = QUIET_UNTIL + timedelta(days=self._random.randrange(58))
        return day + timedelta(milliseconds=self._random.choice((0, self._random.randrange(86_400_000))))

    def _create(self, identity: str) -> Issue:
        created = BEGIN + timedelta(hours=self._random.randrange(400))
        sprints = tuple(self._random.sample(sorted(SPRINTS), self._random.choice((0, 0, 1))))
        state = State(self._random.choice("112"), self._random.choice(ESTIMATES), sprints)
        issue = Issue(identity, created, [(created, 0, 0, state)], created)
        issue.versions.append((created, _document(issue)))
        return issue

    def _edit(self, issue: Issue, history: int, moment: datetime) -> None:
        issue.updated = moment
        kinds = self._random.sample(("status", "points", "sprints", "link"), self._random.choice((1, 1, 2)))
        for place, kind in enumerate(kinds):
            if kind == "link":
                self._link(issue, self._random.choice(self.issues))
                continue
            before, after = issue.now, self._changed(issue.now, kind)
            issue.states.append((moment, history, place, after))
            row = {"site": SITE, "issue_id": issue.id, "history_id": str(history), "position": place}
            row |= {"changed_at": moment, "document": "{}", **_item(kind, before, after)}
            self.changes.append((moment, row))
        issue.versions.append((moment, _document(issue)))

    def _changed(self, state: State, kind: str) -> State:
        if kind == "status":
            return replace(state, status=self._random.choice(sorted(STATUSES.keys() - {state.status})))
        if kind == "points":
            return replace(state, points=self._random.choice(ESTIMATES))
        sprint = self._random.choice(sorted(SPRINTS))
        others = tuple(each for each in state.sprints if each != sprint)
        return replace(state, sprints=others if sprint in state.sprints else (*others, sprint))

    def _link(self, issue: Issue, other: Issue) -> None:
        """Both ends name the link from their next document on; the other end is not touched for it."""
        if other is issue:
            return
        self.links += 1
        for end, named, direction in ((issue, other, "outward"), (other, issue, "inward")):
            link = {"id": str(self.links), "type_id": "7", "direction": direction}
            end.links.append(link | {"issue_id": named.id, "issue_key": f"ATLAS-{named.id}"})


def _item(kind: str, before: State, after: State) -> Row:
    """A changed field, as Jira writes each kind: ids and names, numbers as text alone, comma lists."""
    if kind == "status":
        values = (before.status, STATUSES[before.status][0], after.status, STATUSES[after.status][0])
        names = ("status", "status", "jira")
    elif kind == "points":
        points = [None if state.points is None else str(state.points) for state in (before, after)]
        values, names = (None, points[0], None, points[1]), ("customfield_16", "Story Points", "custom")
    else:
        lists = [", ".join(state.sprints) for state in (before, after)]
        values = (lists[0], lists[0], lists[1], lists[1])
        names = ("customfield_20", "Sprint", "custom")
    of_values = dict(zip(("from_value", "from_text", "to_value", "to_text"), values, strict=True))
    return dict(zip(("field_id", "field", "field_type"), names, strict=True)) | of_values


def _document(issue: Issue) -> Row:
    """The landed row of an issue as it is now."""
    state = issue.now
    sprints = [{"id": sprint, "name": f"Sprint {sprint}", "state": "closed"} for sprint in state.sprints]
    return {
        "site": SITE,
        "issue_id": issue.id,
        "issue_key": f"ATLAS-{issue.id}",
        "project_id": "10001",
        "project_key": "ATLAS",
        "status": STATUSES[state.status][0],
        "status_id": state.status,
        "status_category": STATUSES[state.status][1],
        "story_points": None if state.points is None else Decimal(state.points),
        "created_at": issue.created,
        "updated_at": issue.updated,
        "sprints": json.dumps(sprints),
        "links": json.dumps(issue.links),
        "labels": "[]",
        "components": "[]",
        "fix_versions": "[]",
        "affects_versions": "[]",
        "is_deleted": False,
        "document": "{}",
    }
