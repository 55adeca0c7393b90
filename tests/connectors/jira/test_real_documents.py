"""Recorded answers of real Jiras become rows without a fault, and the rows add up to what the documents say."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.jira.rows import RowCollector
from connectors.jira.shapes.boards import SPRINT_SHAPE
from connectors.jira.shapes.catalogue import ISSUE_TYPE_SHAPE, STATUS_SHAPE
from connectors.jira.shapes.directory import PROJECT_SHAPE, USER_SHAPE
from connectors.jira.shapes.history import CHANGE_SHAPE, changes_of, histories_in
from connectors.jira.shapes.issues import ISSUE_SHAPE, issue_shape
from connectors.jira.shapes.reading import Shape
from connectors.jira.shapes.site_fields import SiteFields
from connectors.jira.shapes.worklogs import WORKLOG_SHAPE
from connectors.tabular.extract import TableExtract

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not here")

CLOUD_FIELDS = SiteFields(
    story_points=("customfield_10024",),
    sprint=("customfield_10020",),
    epic_link=("customfield_10014",),
    start_date=("customfield_10015",),
)
"""What the recorded documents of the Cloud hold under these ids; its `GET field` was not recorded."""


@pytest.fixture(scope="module")
def archive() -> tuple[list[dict[str, Any]], TableExtract]:
    """The archived issues of a Jira server, and their rows."""
    with gzip.open(DATA / "jira-archive" / "issues.jsonl.gz", "rt") as lines:
        records = [json.loads(line) for line in lines]
    return records, _read(ISSUE_SHAPE, records)


@pytest.fixture(scope="module")
def cloud() -> tuple[list[dict[str, Any]], TableExtract]:
    """The recorded issues of a Cloud, and their rows."""
    records = _answers("issues")
    return records, _read(issue_shape(CLOUD_FIELDS), records)


@pytest.mark.parametrize(
    ("name", "shape", "count"),
    [
        ("projects", PROJECT_SHAPE, 12),
        ("users", USER_SHAPE, 30),
        ("worklogs", WORKLOG_SHAPE, 30),
        ("sprints", SPRINT_SHAPE, 30),
        ("status", STATUS_SHAPE, 53),
        ("issue_types", ISSUE_TYPE_SHAPE, 7),
    ],
)
def test_recorded_answers_of_a_cloud_are_read(name: str, shape: Shape, count: int) -> None:
    extract = _read(shape, _answers(name))
    assert (len(extract), extract.faults) == (count, [])


def test_five_thousand_archived_issues_are_read(archive) -> None:
    records, extract = archive
    assert (len(extract), extract.faults) == (5098, [])
    assert len(set(extract.columns["issue_id"])) == 5098
    assert extract.columns["issue_key"] == [record["key"] for record in records]


def test_the_archive_adds_up(archive) -> None:
    records, extract = archive
    fields = [record["fields"] for record in records]
    columns = extract.columns
    assert columns["priority"].count(None) == 242
    assert sum(columns["comment_count"]) == sum(each["comment"]["total"] for each in fields) == 22422
    assert sum(value is not None for value in columns["resolved_at"]) == 4029
    assert sum(value is not None for value in columns["resolution_id"]) == 4029
    assert sum(value is not None for value in columns["assignee_account"]) == 4195
    assert sum(value is not None for value in columns["parent_key"]) == 105
    assert sum(value is not None for value in columns["epic_key"]) == 495
    assert Counter(columns["status_id"]) == Counter(each["status"]["id"] for each in fields)
    assert Counter(columns["project_key"]) == Counter(record["key"].split("-")[0] for record in records)
    assert set(columns["status_category"]) == {"new", "indeterminate", "done"}
    # No time tracking, no custom fields: absent, and not zero.
    for absent in ("story_points", "original_estimate_hours", "worklog_count", "due_on", "started_on"):
        assert columns[absent] == [None] * 5098


@pytest.mark.parametrize(
    ("column", "name", "count"),
    [
        ("labels", "labels", 6292),
        ("components", "components", 5061),
        ("fix_versions", "fixVersions", 3828),
        ("affects_versions", "versions", 2503),
        ("links", "issuelinks", 3034),
    ],
)
def test_nothing_that_an_archived_issue_has_several_of_is_lost(archive, column, name, count) -> None:
    records, extract = archive
    lists = [json.loads(text) for text in extract.columns[column]]
    assert [len(each) for each in lists] == [len(record["fields"][name]) for record in records]
    assert sum(len(each) for each in lists) == count


def test_every_link_of_the_archive_points_where_its_document_points(archive) -> None:
    records, extract = archive
    found = Counter(
        (key, link["type_id"], link["direction"], link["issue_id"], link["issue_key"])
        for key, text in zip(extract.columns["issue_key"], extract.columns["links"], strict=True)
        for link in json.loads(text)
    )
    expected = Counter(
        (record["key"], link["type"]["id"], word, link[f"{word}Issue"]["id"], link[f"{word}Issue"]["key"])
        for record in records
        for link in record["fields"]["issuelinks"]
        for word in ("inward", "outward")
        if f"{word}Issue" in link
    )
    assert found == expected
    assert sum(number for (_, _, word, _, _), number in found.items() if word == "inward") == 1528


def test_every_sprint_of_the_archive_is_listed_once(archive) -> None:
    records, extract = archive
    sprints = [json.loads(text) for text in extract.columns["sprints"]]
    expected = []
    for record in records:
        held = [*record["fields"].get("closedSprints", []), record["fields"].get("sprint")]
        expected.append({str(each["id"]) for each in held if each})
    assert [sorted(each["id"] for each in listed) for listed in sprints] == [
        sorted(each) for each in expected
    ]
    states = Counter(each["state"] for listed in sprints for each in listed)
    assert states == {"closed": 4899, "active": 15, "future": 2}
    assert sum(each["board_id"] is None for listed in sprints for each in listed) == 24
    assert sum(each["started_at"] is None for listed in sprints for each in listed) == 2


def test_what_lands_of_an_archived_issue_is_its_own(archive) -> None:
    records, extract = archive
    for record, text in zip(records, extract.columns["document"], strict=True):
        fields, landed = record["fields"], json.loads(text)["fields"]
        for name in ("summary", "description", "environment", "labels", "created", "updated", "flagged"):
            assert landed.get(name) == fields.get(name)
        assert {name for name, value in fields.items() if value is not None} == set(landed)
        assert "displayName" not in text
        assert '"comments"' not in text


def test_the_clouds_issues_add_up(cloud) -> None:
    records, extract = cloud
    fields = [record["fields"] for record in records]
    columns = extract.columns
    assert (len(extract), extract.faults) == (33, [])
    # One site, two spellings of a number: "-1" and 2.0.
    assert sum(filter(None, columns["story_points"])) == Decimal(1)
    assert [value is None for value in columns["story_points"]].count(False) == 2
    assert sum(columns["comment_count"]) == sum(each["comment"]["total"] for each in fields)
    assert sum(columns["worklog_count"]) == sum(each["worklog"]["total"] for each in fields)
    seconds = sum(each["timespent"] or 0 for each in fields)
    assert round(sum(filter(None, columns["time_spent_hours"])) * 3600) == seconds > 0
    assert sum(value is not None for value in columns["started_on"]) == 22
    assert sum(value is not None for value in columns["resolved_at"]) == 30
    assert [sum(map(len, map(json.loads, columns[name]))) for name in ("sprints", "fix_versions")] == [30, 20]
    # Two by their epic field, which agrees with the agile API's own member.
    epics = [each["epic"]["key"] if each.get("epic") else None for each in fields]
    assert columns["epic_key"] == epics
    assert len(epics) - epics.count(None) == 2


def test_the_sprint_field_and_the_agile_api_name_the_same_sprints(cloud) -> None:
    records, extract = cloud
    for record, text, agile in zip(
        records, extract.columns["sprints"], _read(ISSUE_SHAPE, records).columns["sprints"], strict=True
    ):
        assert json.loads(text) == json.loads(agile), record["key"]


def test_the_category_of_a_status_is_a_key_in_every_language(cloud) -> None:
    names, keys = (set(cloud[1].columns[name]) for name in ("status", "status_category"))
    assert "已完成" in names
    assert keys <= {"new", "indeterminate", "done"}
    statuses = _read(STATUS_SHAPE, _answers("status")).columns
    assert set(statuses["category_key"]) == {"new", "indeterminate", "done"}
    assert len(set(statuses["status_id"])) == 53
    assert sum(scope is not None for scope in statuses["scope_project_id"]) == 17


def test_every_changed_field_of_the_clouds_histories_is_a_row(cloud) -> None:
    inline = [
        record for issue in cloud[0] for record in changes_of(issue["id"], histories_in(issue, source="x"))
    ]
    recorded = [
        record
        for line in _lines("issue_changelogs")
        for record in changes_of(str(line["request"]["issue_id"]), [line["response"]])
    ]
    for records, count in ((inline, 714), (recorded, 284)):
        extract = _read(CHANGE_SHAPE, records)
        assert (len(extract), extract.faults) == (count, [])
        keys = set(zip(extract.columns["history_id"], extract.columns["position"], strict=True))
        assert len(keys) == count
    items = [item for line in _lines("issue_changelogs") for item in line["response"]["items"]]
    rows = _read(CHANGE_SHAPE, recorded).columns
    found = [to for field, to in zip(rows["field"], rows["to_text"], strict=True) if field == "status"]
    assert found == [item["toString"] for item in items if item["field"] == "status"]
    assert len(found) > 0


def test_what_lands_is_the_same_with_and_without_the_changelog(cloud) -> None:
    records, extract = cloud
    plain = [{name: record[name] for name in ("id", "key", "fields")} for record in records]
    assert _read(issue_shape(CLOUD_FIELDS), plain).columns == extract.columns


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "jira-cloud" / f"{name}.jsonl").read_text().splitlines()]


def _answers(name: str) -> list[dict[str, Any]]:
    return [line["response"] for line in _lines(name)]


def _read(shape: Shape, records: list[dict[str, Any]]) -> TableExtract:
    rows = RowCollector(shape.table, site="real", source="Jira real")
    for record in records:
        rows.add(shape, record)
    return rows.extract()
