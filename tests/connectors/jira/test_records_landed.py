"""What of an issue document lands: its own fields, and nothing that changes without the issue."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from connectors.jira.documents import document
from connectors.jira.rows import RowCollector
from connectors.jira.shapes.issues import issue_shape
from connectors.jira.shapes.site_fields import site_fields

SAMPLES = Path(__file__).parent / "samples"
CLOUD, SERVER, FIELDS = (
    json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("cloud_issue", "server_issue", "fields")
)
SITE = site_fields(FIELDS)


@pytest.mark.parametrize(
    "changes",
    [
        {"watches": {"watchCount": 9, "isWatching": False}, "votes": None, "lastViewed": None},
        {"customfield_10050": {"ongoingCycle": {"elapsedTime": {"millis": 99}}}, "customfield_10000": "{}"},
        {"aggregatetimespent": 9000, "aggregateprogress": {"progress": 2, "total": 2}},
        {"subtasks": [{"id": "10106", "key": "PAY-7", "fields": {"status": {"name": "Reopened"}}}]},
        {"parent": CLOUD["fields"]["parent"] | {"fields": {"summary": "new", "issuetype": {"hierarchyLevel": 1}}}},
        {"assignee": {"accountId": "5fA", "displayName": "Former user", "active": False}},
        {"comment": {"total": 26, "maxResults": 5000, "comments": []}},
        {"fixVersions": [{"id": "30", "name": "2.0", "released": True}, {"name": "lost"}]},
        {"customfield_99999": None},
    ],
    ids=lambda changes: ", ".join(changes),
)  # fmt: skip
def test_what_changes_without_the_issue_changes_nothing_that_lands(changes):
    assert _landed(_with(CLOUD, **changes)) == _landed(CLOUD)


def test_the_document_is_the_same_whether_or_not_the_changelog_came_with_it():
    plain = {name: CLOUD[name] for name in ("id", "key", "fields")}
    assert _landed(CLOUD) == _landed(plain)
    assert _landed(
        {**plain, "renderedFields": {"created": "2 days ago"}, "self": "https://gateway/x"}
    ) == _landed(plain)


def test_the_address_of_a_sprint_in_memory_is_no_part_of_the_document():
    again = copy.deepcopy(SERVER)
    (text,) = again["fields"]["customfield_10020"]
    again["fields"]["customfield_10020"] = [text.replace("@1f2a", "@9e8d")]
    assert _landed(again) == _landed(SERVER)
    assert json.loads(_landed(SERVER))["fields"]["customfield_10020"] == [
        {"id": "7", "name": "Sprint 7, [late]"}
    ]


def test_the_document_keeps_every_field_of_the_issues_own():
    own = {
        "customfield_10300": 5.0, "summary": "  Mask the card number ", "duedate": "2026-07-14",
        "description": {"type": "doc", "version": 1, "content": []}, "comment": {"total": 26}, "worklog": {"total": 21},
        "security": {"id": "10000", "name": "Managers"}, "assignee": {"accountId": "5fA"},
        "parent": {"id": "10100", "key": "PAY-1"}, "subtasks": [{"id": "10106", "key": "PAY-7"}],
    }  # fmt: skip
    fields = json.loads(_landed(CLOUD))["fields"]
    assert {name: fields[name] for name in own} == own
    assert len(fields["issuelinks"]) == 3
    assert "personal" not in _landed(CLOUD)
    left_out = set(CLOUD["fields"]) - set(fields)
    assert left_out == {
        "lastViewed", "watches", "votes", "aggregatetimespent", "aggregateprogress", "customfield_10050",
        "customfield_10000", "resolution", "resolutiondate", "customfield_10104", "customfield_10014",
    }  # fmt: skip


def test_an_issue_whose_sprint_cannot_be_read_goes_to_quarantine_as_it_is():
    shape = issue_shape(SITE)
    rows = RowCollector(shape.table, site="demo", source="Jira demo")
    rows.add(shape, _with(CLOUD, customfield_10020=["soon"]))
    (fault,) = rows.extract().faults
    assert (fault.column, fault.rule, fault.place) == ("sprints", "not_a_sprint", "issue PAY-6")
    assert '"customfield_10020":["soon"]' in fault.content


def _landed(record):
    return document(issue_shape(SITE).landed(record))


def _with(record, **fields):
    return {**record, "fields": {**record["fields"], **fields}}
