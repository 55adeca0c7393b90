"""An issue document becomes a row on both deployments, with the fields that this site has."""

# ruff: noqa: DTZ001 - naive UTC, like every timestamp of a row

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.jira.shapes.issues import issue_shape
from connectors.jira.shapes.reading import read_row
from connectors.jira.shapes.site_fields import site_fields

SAMPLES = Path(__file__).parent / "samples"
CLOUD, SERVER, FIELDS = (
    json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("cloud_issue", "server_issue", "fields")
)
SITE = site_fields(
    FIELDS,
    [
        {"estimation": {"type": "field", "field": {"fieldId": field}}}
        for field in ("customfield_10104", "customfield_10104", "customfield_10300")
    ],
)


def test_a_row_holds_what_a_document_of_cloud_says():
    row, broken = _row(CLOUD)
    lists = {
        name: json.loads(row.pop(name))
        for name in ("labels", "components", "fix_versions", "affects_versions")
    }
    links, sprints = json.loads(row.pop("links")), json.loads(row.pop("sprints"))
    assert not broken
    assert row == {
        "issue_id": "10105",
        "issue_key": "PAY-6",
        "project_id": "10001",
        "project_key": "PAY",
        "issue_type": "Story",
        "issue_type_id": "10002",
        "is_subtask": False,
        "summary": "Mask the card number",
        "status": "进行中",
        "status_id": "3",
        "status_category": "indeterminate",
        "priority": "High",
        "priority_id": "2",
        "resolution": None,
        "resolution_id": None,
        "assignee_account": "5fA",
        "reporter_account": "5fB",
        "creator_account": "5fC",
        "parent_id": "10100",
        "parent_key": "PAY-1",
        "epic_key": "PAY-1",
        "story_points": Decimal("5.0000000000"),
        "original_estimate_hours": Decimal("1.3888888889"),
        "remaining_estimate_hours": Decimal("0E-10"),
        "time_spent_hours": Decimal("1.0000000000"),
        "comment_count": 26,
        "worklog_count": 21,
        "is_flagged": True,
        "security_level": "Managers",
        "started_on": date(2026, 6, 15),
        "due_on": date(2026, 7, 14),
        "created_at": datetime(2026, 6, 1, 8),
        "updated_at": datetime(2026, 6, 30, 20, 0, 1),
        "resolved_at": None,
        "is_deleted": False,
    }
    assert lists == {
        "labels": ["pci", "日本"],
        "components": [{"id": "20", "name": "Cards"}],
        "fix_versions": [{"id": "30", "name": "2.0"}, {"id": None, "name": "lost"}],
        "affects_versions": [],
    }
    assert links == [
        {"id": "40", "type_id": "10000", "direction": "outward", "issue_id": "10200", "issue_key": "OPS-1"},
        {"id": "41", "type_id": "10003", "direction": "inward", "issue_id": "10201", "issue_key": "OPS-2"},
    ]
    assert sprints == [
        {
            "id": "7",
            "name": "Sprint 7, late",
            "state": "closed",
            "board_id": "8",
            "started_at": "2026-06-01T08:00:00.000",
            "ended_at": "2026-06-14T08:00:00.000",
            "completed_at": "2026-06-15T09:30:00.000",
        },
        {"id": "9", "name": "Sprint 9", "state": "future", "board_id": "8"}
        | dict.fromkeys(("started_at", "ended_at", "completed_at")),
    ]


def test_a_row_holds_what_a_document_of_data_center_says():
    row, broken = _row(SERVER)
    assert broken == {"story_points": "not_a_number"}
    assert (row["assignee_account"], row["reporter_account"], row["creator_account"]) == (
        "JIRAUSER10100",
        "bob",
        None,
    )
    assert (row["status"], row["status_category"], row["priority"]) == ("In Progress", None, None)
    assert (row["parent_key"], row["epic_key"], row["is_subtask"]) == ("PAY-1", "PAY-2", True)
    assert (row["is_flagged"], row["comment_count"], row["worklog_count"]) == (False, None, None)
    (sprint,) = json.loads(row["sprints"])
    assert (sprint["id"], sprint["name"], sprint["state"]) == ("7", "Sprint 7, [late]", "closed")
    assert sprint["started_at"] == "2026-06-01T08:00:00.000"
    assert [row[name] for name in ("labels", "components", "fix_versions", "affects_versions", "links")] == [
        "[]"
    ] * 5


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({"customfield_10104": 0}, Decimal(0)),
        ({"customfield_10104": "2.5"}, Decimal("2.5")),
        ({"customfield_10300": None}, Decimal(8)),
        ({"customfield_10300": None, "customfield_10016": None}, None),
    ],
)
def test_story_points_are_the_first_that_the_issue_has(changes, points):
    assert _row(_with(CLOUD, **changes))[0]["story_points"] == points


def test_a_parent_that_is_no_epic_is_no_epic():
    changed = _with(CLOUD, parent={"id": "1", "key": "PAY-1", "fields": {"issuetype": {"hierarchyLevel": 0}}})
    assert _row(changed)[0]["epic_key"] is None


def test_the_agile_api_says_epic_sprint_and_flag_in_its_own_words():
    fields = {
        "epic": {"id": 9, "key": "PAY-3", "name": "Cards"},
        "flagged": True,
        "sprint": {"id": 9, "name": "Sprint 9", "state": "active", "originBoardId": 8},
        "closedSprints": [{"id": 7, "name": "Sprint 7", "state": "closed"}],
    }
    record = _with(SERVER, **fields, **dict.fromkeys(SITE.epic_link + SITE.sprint + SITE.story_points))
    row, broken = _row(record)
    assert not broken
    assert (row["epic_key"], row["is_flagged"]) == ("PAY-3", True)
    sprints = json.loads(row["sprints"])
    assert [(each["id"], each["board_id"]) for each in sprints] == [("7", None), ("9", "8")]


def test_an_issue_without_its_project_keeps_the_key_that_its_own_key_begins_with():
    row, _ = _row(_with(CLOUD, project=None))
    assert (row["project_id"], row["project_key"]) == (None, "PAY")


def test_an_issue_that_says_nearly_nothing_is_a_row():
    bare = {
        "id": "1",
        "key": "A_B2-17",
        "fields": {name: SERVER["fields"][name] for name in ("created", "updated")},
    }
    row, broken = _row(bare)
    assert not broken
    assert (row["project_key"], row["summary"], row["status"], row["comment_count"]) == (
        "A_B2",
        None,
        None,
        None,
    )


def test_comments_are_counted_where_no_total_is_said():
    assert _row(_with(CLOUD, comment={"comments": [{}, {}]}))[0]["comment_count"] == 2


def _row(record):
    return read_row(issue_shape(SITE), record, source="Jira x")


def _with(record, **fields):
    return {**record, "fields": {**record["fields"], **fields}}
