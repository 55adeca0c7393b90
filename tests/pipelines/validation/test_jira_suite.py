"""What is kept of Jira's answers but called out: dates out of order, negative points and hours."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.jira.rows import RowCollector
from connectors.jira.shapes.boards import SPRINT_SHAPE
from connectors.jira.shapes.directory import VERSION_SHAPE
from connectors.jira.shapes.issues import issue_shape
from connectors.jira.shapes.reading import Shape
from connectors.jira.shapes.site_fields import SiteFields
from pipelines.settings import ValidationSettings
from pipelines.validation.judge import judge

ISSUE_SHAPE = issue_shape(SiteFields(story_points=("customfield_1",)))
EARLY, LATE = "2026-06-01T10:00:00.000+0000", "2026-06-14T10:00:00.000+0000"


def _issue(**fields: Any) -> dict[str, Any]:
    return {"id": "1", "key": "PAY-1", "fields": {"created": EARLY, "updated": LATE, **fields}}


@pytest.mark.parametrize(
    ("shape", "good", "bad", "rule", "column"),
    [
        (
            SPRINT_SHAPE,
            {"id": 1, "startDate": EARLY, "endDate": LATE},
            {"id": 2, "startDate": LATE, "endDate": EARLY},
            "sprints_end_after_they_start",
            "ended_at of sprint 2",
        ),
        (
            SPRINT_SHAPE,
            {"id": 1, "startDate": EARLY, "completeDate": EARLY},
            {"id": 2, "startDate": LATE, "endDate": LATE, "completeDate": EARLY},
            "sprints_end_after_they_start",
            "completed_at of sprint 2",
        ),
        (
            VERSION_SHAPE,
            {"id": "1", "startDate": "2026-06-01", "releaseDate": "2026-06-01"},
            {"id": "2", "startDate": "2026-06-02", "releaseDate": "2026-06-01"},
            "versions_are_released_after_they_start",
            "released_on of version 2",
        ),
        (
            ISSUE_SHAPE,
            _issue(customfield_1=0),
            _issue(customfield_1="-1") | {"id": "2", "key": "PAY-2"},
            "story_points_are_not_negative",
            "story_points of issue PAY-2 is -1",
        ),
        (
            ISSUE_SHAPE,
            _issue(timespent=0),
            _issue(timespent=-60) | {"id": "2", "key": "PAY-2"},
            "estimates_are_not_negative",
            "time_spent_hours of issue PAY-2",
        ),
    ],
    ids=["planned end", "completion", "release", "points", "hours"],
)
def test_what_is_implausible_is_kept_and_named(
    shape: Shape, good: dict[str, Any], bad: dict[str, Any], rule: str, column: str
) -> None:
    rows = RowCollector(shape.table, site="demo", source="Jira demo")
    for record in (good, bad):
        rows.add(shape, record)
    verdict = judge(rows.extract(), None, path="jira:demo", limits=ValidationSettings())
    failed = {check.name: check for check in verdict.checks if not check.passed}
    assert not verdict.refused
    assert verdict.faults == {}
    assert set(failed) == {rule}
    assert failed[rule].rows == 1
    assert column in failed[rule].message
