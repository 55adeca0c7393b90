"""Catalogue, directory, sprints, worklogs and control rows: what each record says, on both deployments."""

# ruff: noqa: DTZ001 - naive UTC, like every timestamp of a row

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from connectors.jira.documents import document
from connectors.jira.rows import RowCollector
from connectors.jira.shapes import boards, catalogue, control, directory, history, issues, worklogs
from connectors.jira.shapes.reading import Shape, read_row
from connectors.jira.tables import TABLES

MOMENT = "2026-06-30T12:00:00.000+0200"
UTC = datetime(2026, 6, 30, 10)
LEAD = {"accountId": "5fA", "displayName": "Ana", "active": True}
SHAPES = [
    value
    for module in (catalogue, directory, boards, history, issues, worklogs, control)
    for value in vars(module).values()
    if isinstance(value, Shape)
]

READ = {
    "field": (
        catalogue.FIELD_SHAPE,
        {"id": "customfield_10020", "name": "Sprint", "custom": True,
         "schema": {"type": "array", "items": "json", "custom": "com.pyxis.greenhopper.jira:gh-sprint"}},
        {"field_id": "customfield_10020", "name": "Sprint", "is_custom": True, "value_type": "array",
         "item_type": "json", "custom_type": "com.pyxis.greenhopper.jira:gh-sprint"},
    ),
    "field without a schema": (
        catalogue.FIELD_SHAPE,
        {"id": "issuekey", "name": "Key", "custom": False},
        {"field_id": "issuekey", "name": "Key", "is_custom": False, "value_type": None, "item_type": None,
         "custom_type": None},
    ),
    "status of a project": (
        catalogue.STATUS_SHAPE,
        {"id": "10068", "name": "已完成", "statusCategory": {"id": 3, "key": "done", "name": "完成"},
         "scope": {"type": "PROJECT", "project": {"id": "10022"}}},
        {"status_id": "10068", "name": "已完成", "category_key": "done", "scope_project_id": "10022"},
    ),
    "status as statuses/search names it": (
        catalogue.STATUS_SHAPE,
        {"id": "3", "name": "Doing", "statusCategory": "IN_PROGRESS"},
        {"status_id": "3", "name": "Doing", "category_key": "indeterminate", "scope_project_id": None},
    ),
    "status without a category": (
        catalogue.STATUS_SHAPE,
        {"id": "3", "name": "Doing", "statusCategory": None},
        {"status_id": "3", "name": "Doing", "category_key": None, "scope_project_id": None},
    ),
    "priority": (catalogue.PRIORITY_SHAPE, {"id": "1", "name": "High"}, {"priority_id": "1", "name": "High"}),
    "resolution": (catalogue.RESOLUTION_SHAPE, {"id": "1", "name": "Fixed"}, {"resolution_id": "1", "name": "Fixed"}),
    "issue type of Cloud": (
        catalogue.ISSUE_TYPE_SHAPE,
        {"id": "10000", "name": "Epic", "subtask": False, "hierarchyLevel": 1},
        {"issue_type_id": "10000", "name": "Epic", "is_subtask": False, "hierarchy_level": 1, "scope_project_id": None},
    ),
    "issue type of Data Center": (
        catalogue.ISSUE_TYPE_SHAPE,
        {"id": "5", "name": "Sub-task", "subtask": True},
        {"issue_type_id": "5", "name": "Sub-task", "is_subtask": True, "hierarchy_level": None,
         "scope_project_id": None},
    ),
    "link type": (
        catalogue.LINK_TYPE_SHAPE,
        {"id": "10000", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
        {"link_type_id": "10000", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
    ),
    "project": (
        directory.PROJECT_SHAPE,
        {"id": "10", "key": "PAY", "name": "Payments", "projectTypeKey": "software", "lead": LEAD,
         "projectCategory": {"id": "1", "name": "Tooling"}},
        {"project_id": "10", "project_key": "PAY", "name": "Payments", "project_type": "software",
         "category": "Tooling", "lead_account": "5fA", "visibility": "live", "is_archived": False},
    ),
    "archived project": (
        directory.PROJECT_SHAPE,
        {"id": "10", "key": "PAY", "archived": True, "deleted": False},
        {"project_id": "10", "project_key": "PAY", "name": None, "project_type": None, "category": None,
         "lead_account": None, "visibility": "archived", "is_archived": True},
    ),
    "deleted project": (
        directory.PROJECT_SHAPE,
        {"id": "10", "key": "PAY", "deleted": True, "archived": True},
        {"project_id": "10", "project_key": "PAY", "name": None, "project_type": None, "category": None,
         "lead_account": None, "visibility": "deleted", "is_archived": True},
    ),
    "anonymised user of Cloud": (
        directory.USER_SHAPE,
        {"accountId": "5fA", "accountType": "unknown", "displayName": " ", "active": False},
        {"account": "5fA", "account_type": "unknown", "display_name": None, "email": None, "is_active": False,
         "time_zone": None},
    ),
    "user of Data Center": (
        directory.USER_SHAPE,
        {"key": "JIRAUSER10100", "name": "ana", "displayName": "Ana", "emailAddress": "ana@example.com",
         "active": True, "timeZone": "Europe/Paris"},
        {"account": "JIRAUSER10100", "account_type": None, "display_name": "Ana", "email": "ana@example.com",
         "is_active": True, "time_zone": "Europe/Paris"},
    ),
    "version": (
        directory.VERSION_SHAPE,
        {"id": "30", "name": "2.0", "description": "", "archived": False, "released": True, "projectId": 10,
         "startDate": "2026-01-05", "releaseDate": "2026-06-30", "overdue": True},
        {"version_id": "30", "project_id": "10", "project_key": None, "name": "2.0", "description": None,
         "started_on": date(2026, 1, 5), "released_on": date(2026, 6, 30), "is_released": True, "is_archived": False},
    ),
    "component": (
        directory.COMPONENT_SHAPE,
        {"id": "20", "name": "Cards", "lead": {"key": "ana", "name": "ana"}, "project": "PAY", "projectId": 10},
        {"component_id": "20", "project_id": "10", "project_key": "PAY", "name": "Cards", "lead_account": "ana"},
    ),
    "sprint": (
        boards.SPRINT_SHAPE,
        {"id": 7, "name": "Sprint 7", "state": "closed", "goal": "ship", "originBoardId": 8, "startDate": MOMENT,
         "endDate": MOMENT, "completeDate": MOMENT, "createdDate": MOMENT},
        {"sprint_id": "7", "board_id": "8", "name": "Sprint 7", "state": "closed", "goal": "ship", "started_at": UTC,
         "ended_at": UTC, "completed_at": UTC, "created_at": UTC},
    ),
    "future sprint": (
        boards.SPRINT_SHAPE,
        {"id": 7, "name": "Sprint 7", "state": "FUTURE", "goal": ""},
        {"sprint_id": "7", "board_id": None, "name": "Sprint 7", "state": "future", "goal": None, "started_at": None,
         "ended_at": None, "completed_at": None, "created_at": None},
    ),
    "worklog": (
        worklogs.WORKLOG_SHAPE,
        {"id": "1", "issueId": "2", "author": LEAD, "updateAuthor": {"accountId": "5fB"}, "started": MOMENT,
         "created": MOMENT, "updated": MOMENT, "timeSpentSeconds": 5400, "comment": {"type": "doc", "content": []}},
        {"worklog_id": "1", "issue_id": "2", "author_account": "5fA", "update_author_account": "5fB",
         "started_at": UTC, "hours": Decimal("1.5000000000"), "comment": None, "created_at": UTC, "updated_at": UTC,
         "is_deleted": False},
    ),
    "deleted worklog": (
        worklogs.TOMBSTONE_SHAPE,
        {"worklogId": 1, "updatedTime": 1782813600000},
        {"worklog_id": "1", "updated_at": UTC, "is_deleted": True},
    ),
    "availability": (
        control.AVAILABILITY_SHAPE,
        control.availability("1", issue_key="PAY-1", project_key="PAY", availability="trashed"),
        {"issue_id": "1", "issue_key": "PAY-1", "project_key": "PAY", "availability": "trashed"},
    ),
    "census": (
        control.CENSUS_SHAPE,
        control.census("PAY", project_id="10", visibility="access_lost", issues_in_jira=None, issues_in_landing=3,
                       missing=None, surplus=None),
        {"project_key": "PAY", "project_id": "10", "visibility": "access_lost", "issues_in_jira": None,
         "issues_in_landing": 3, "missing": None, "surplus": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "record", "row"), READ.values(), ids=READ)
def test_a_record_becomes_its_row(shape, record, row):
    assert read_row(shape, record, source="Jira x") == (row, {})


def test_every_landed_table_has_a_shape_whose_columns_are_its_own():
    given = {
        "site", "document", "position", "project_id", "project_key", "issue_id", "issue_key", "started_at", "hours",
        "comment", "created_at", "author_account", "update_author_account",
    }  # fmt: skip
    assert {shape.table.name for shape in SHAPES} == {table.name for table in TABLES}
    for shape in SHAPES:
        columns = {column.name for column in shape.table.columns}
        assert set(shape.members) <= columns
        assert shape.place in shape.members
        if shape is not issues.REFERENCE_SHAPE:
            assert columns - set(shape.members) <= given, shape.noun


def test_a_version_belongs_to_the_project_that_was_asked():
    project = {"id": "10", "key": "PAY"}
    rows = RowCollector(directory.VERSION_SHAPE.table, site="demo", source="Jira demo")
    for record in ({"id": "30", "name": "2.0", "projectId": 10}, {"id": "31", "name": "2.1"}):
        rows.add(directory.VERSION_SHAPE, record, **directory.of_project(record, project))
    columns = rows.extract().columns
    assert (columns["project_id"], columns["project_key"]) == (["10", "10"], ["PAY", "PAY"])


def test_the_place_of_a_priority_is_its_place_in_the_list():
    rows = RowCollector(catalogue.PRIORITY_SHAPE.table, site="demo", source="Jira demo")
    for position, record in enumerate([{"id": "3", "name": "High"}, {"id": "1", "name": "Low"}], start=1):
        rows.add(catalogue.PRIORITY_SHAPE, record, position=position)
    assert rows.extract().columns["position"] == [1, 2]


@pytest.mark.parametrize(
    ("shape", "record", "also"),
    [
        (
            directory.VERSION_SHAPE,
            {"id": "30", "name": "2.0"},
            {"overdue": True, "userReleaseDate": "30/Jun/26"},
        ),
        (
            directory.PROJECT_SHAPE,
            {"id": "10", "key": "PAY"},
            {"insight": {"totalIssueCount": 3}, "expand": "lead"},
        ),
        (
            boards.BOARD_SHAPE,
            {"id": 84, "name": "Pay"},
            {"favourite": True, "canEdit": False, "self": "https://x"},
        ),
        (directory.USER_SHAPE, {"key": "a", "displayName": "A", "active": True}, {"lastLoginTime": MOMENT}),
    ],
)
def test_what_a_day_or_a_reader_changes_is_no_part_of_the_document(shape, record, also):
    assert document(shape.landed(record | also)) == document(shape.landed(record)) == document(record)
