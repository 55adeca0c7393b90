"""Issues told event by event, as they land from a Jira: what a test says of an issue, and nothing else of it.

Here: rows for landing in memory. The product is asked for one thing, to commit a batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.jira.tables import TABLES
from pipelines.landing.batches import make_batch
from pipelines.landing.store import LandingStore
from tests.pipelines.landing.extracts import extract_of, origin

Row = dict[str, Any]

SITE = "acme"
SPRINT_FIELD = ("customfield_20", "Sprint", "custom")
POINTS_FIELD = ("customfield_16", "Story Points", "custom")


def at(text: str) -> datetime:
    """`2026-03-02 09:00` as a naive UTC moment, as landed ones are."""
    return datetime.fromisoformat(text)


@dataclass(slots=True)
class Story:
    """An issue from its creation on; each method adds a change at a moment."""

    key: str
    created: str
    status: str = "1"
    points: int | None = None
    sprints: tuple[str, ...] = ()
    kind: str = "story"
    fields: Row = field(default_factory=dict)
    changes: list[Row] = field(default_factory=list)

    def moves(self, *steps: tuple[str, str]) -> Story:
        """Changes of the status: (moment, id of the status)."""
        for moment, status in steps:
            self._change(moment, ("status", "status", "jira"), self.status, status)
            self.status = status
        return self

    def estimated(self, moment: str, points: int) -> Story:
        """A change of the story points."""
        before = None if self.points is None else str(self.points)
        self._change(moment, POINTS_FIELD, None, None, texts=(before, str(points)))
        self.points = points
        return self

    def planned(self, moment: str, *sprints: str) -> Story:
        """A change of the sprints that the issue is in, all of them named."""
        self._change(moment, SPRINT_FIELD, ", ".join(self.sprints), ", ".join(sprints))
        self.sprints = sprints
        return self

    def _change(
        self,
        moment: str,
        of_field: tuple[str, str, str],
        before: str | None,
        after: str | None,
        texts: tuple[str | None, str | None] | None = None,
    ) -> None:
        names = dict(zip(("field_id", "field", "field_type"), of_field, strict=True))
        from_text, to_text = texts or (before, after)
        values = {"from_value": before, "from_text": from_text, "to_value": after, "to_text": to_text}
        self.changes.append({"changed_at": at(moment), **names, **values})


@dataclass(frozen=True, slots=True)
class JiraSite:
    """A site: its stories, and its lists as rows of the landed tables without `site` and `document`."""

    statuses: Mapping[str, tuple[str, str]]
    types: Mapping[str, Row]
    stories: list[Story]
    lists: Mapping[str, list[Row]]

    def land(self, home: Path) -> None:
        """Commits one batch for each table that has rows."""
        store = LandingStore(home / "landing")
        tables = {table.name: table for table in TABLES}
        for number, (name, rows) in enumerate(self._rows().items()):
            came_from = origin(f"jira:{SITE}", f"{number:x}"[-1], reader="jira", objects=(name,))
            whole = [{"site": SITE, "document": "{}", **row} for row in rows]
            store.commit(make_batch(extract_of(tables[name], *whole), origin=came_from, faults={}, checks=[]))

    def _rows(self) -> dict[str, list[Row]]:
        projects = sorted({story.key.split("-")[0] for story in self.stories})
        counts = {key: sum(one.key.startswith(f"{key}-") for one in self.stories) for key in projects}
        return {
            "projects": [{"project_id": key, "project_key": key, "name": key.title()} for key in projects],
            "project_census": [
                {"project_key": key, "project_id": key, "visibility": "live"}
                | {"issues_in_jira": counts[key], "issues_in_landing": counts[key]}
                for key in projects
            ],
            "fields": [
                {
                    "field_id": SPRINT_FIELD[0],
                    "name": "Sprint",
                    "custom_type": "com.pyxis.greenhopper.jira:gh-sprint",
                },
                {"field_id": POINTS_FIELD[0], "name": "Story Points", "custom_type": "x:float"},
            ],
            "statuses": [
                {"status_id": identity, "name": name, "category_key": category}
                for identity, (name, category) in self.statuses.items()
            ],
            "issue_types": [{"issue_type_id": kind, **row} for kind, row in self.types.items()],
            **{name: list(rows) for name, rows in self.lists.items()},
            "issues": [self._issue(number, story) for number, story in enumerate(self.stories, 1)],
            "issue_changes": list(self._changes()),
        }

    def _issue(self, number: int, story: Story) -> Row:
        name, category = self.statuses[story.status]
        sprints = [{"id": sprint, "name": f"Sprint {sprint}", "state": "closed"} for sprint in story.sprints]
        moments = [change["changed_at"] for change in story.changes]
        project = story.key.split("-")[0]
        row = {
            "issue_id": str(number),
            "issue_key": story.key,
            "project_id": project,
            "project_key": project,
            "issue_type_id": story.kind,
            "issue_type": self.types[story.kind]["name"],
            "is_subtask": self.types[story.kind].get("is_subtask", False),
            "status": name,
            "status_id": story.status,
            "status_category": category,
            "story_points": None if story.points is None else Decimal(story.points),
            "created_at": at(story.created),
            "updated_at": max([at(story.created), *moments]),
            "sprints": json.dumps(sprints),
            "is_deleted": False,
        }
        empty = dict.fromkeys(("links", "labels", "components", "fix_versions", "affects_versions"), "[]")
        return empty | row | story.fields

    def _changes(self) -> Iterator[Row]:
        for number, story in enumerate(self.stories, 1):
            for place, change in enumerate(story.changes):
                row = change | {
                    "issue_id": str(number),
                    "history_id": str(1000 * number + place),
                    "position": 0,
                }
                if change["field"] == "status":
                    row |= {
                        "from_text": self.statuses[change["from_value"]][0],
                        "to_text": self.statuses[change["to_value"]][0],
                    }
                yield row
