"""Worklogs and approvals as rows."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.tempo.reading import Approval, Span
from connectors.tempo.records import entries, hours_of
from connectors.timesheets.tables import TIMESHEET_ENTRIES

SHARED = Path(__file__).resolve().parents[4] / "shared/data/timesheets"
JANUARY = Span(date(2026, 1, 1), date(2026, 1, 31))
WORKLOG = {
    "tempoWorklogId": 126,
    "issue": {"id": 10021},
    "timeSpentSeconds": 3600,
    "billableSeconds": 1800,
    "startDate": "2026-01-05",
    "startTime": "20:06:00",
    "startDateTimeUtc": "2026-01-06T03:06:00Z",
    "description": " Atelier ",
    "createdAt": "2026-01-05T20:41:41Z",
    "updatedAt": "2026-02-06T16:41:41Z",
    "author": {"accountId": "aaa"},
    "attributes": {"values": [{"key": "_Account_", "value": "ACME-1"}]},
}


def extract(*worklogs, approvals=(), **more):
    return entries(TIMESHEET_ENTRIES, worklogs, approvals, project_of={10021: "PAY"}.get, **more)


def rows(*worklogs, **more):
    columns = extract(*worklogs, **more).columns
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def row(approvals=(), **changes):
    return rows(WORKLOG | changes, approvals=approvals)[0]


def test_a_worklog_is_a_row():
    assert row() == {
        "person": "aaa",
        "project": "PAY",
        "work_date": date(2026, 1, 5),
        "hours": Decimal(1),
        "entry_id": "126",
        "task": "10021",
        "role": None,
        "status": "unknown",
        "billable": True,
        "comment": "Atelier",
        "updated_at": datetime.fromisoformat("2026-02-06T16:41:41"),
    }


def test_what_has_no_column_is_kept_beside_the_row():
    (attributes,) = extract(WORKLOG).attributes
    assert json.loads(attributes) == {
        "billable_seconds": 1800,
        "start_time": "20:06:00",
        "created_at": "2026-01-05T20:41:41Z",
        "_Account_": "ACME-1",
    }


@pytest.mark.parametrize(
    ("seconds", "hours"),
    [(0, "0"), (60, "0.0166666667"), (1200, "0.3333333333"), (2400, "0.6666666667"), (27000, "7.5")],
)
def test_hours_are_exact_to_ten_decimals(seconds, hours):
    assert hours_of(seconds) == Decimal(hours)


def test_the_day_is_the_authors_own():
    assert row(startDateTimeUtc="2026-02-01T01:00:00Z", startDate="2026-01-31")["work_date"] == date(
        2026, 1, 31
    )


def test_an_issue_that_is_not_landed_shows_as_itself():
    assert row(issue={"id": 99})["project"] == "issue 99"


@pytest.mark.parametrize(("seconds", "billable"), [(1, True), (0, False), (None, None)])
def test_any_second_that_is_paid_makes_it_billable(seconds, billable):
    assert row(billableSeconds=seconds)["billable"] is billable


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("APPROVED", "approved"),
        ("IN_REVIEW", "submitted"),
        ("WAITING_FOR_APPROVAL", "submitted"),
        ("OPEN", "draft"),
        ("REJECTED", "rejected"),
    ],
)
def test_the_status_is_that_of_the_persons_period(word, status):
    approvals = [Approval("aaa", JANUARY, word), Approval("bbb", JANUARY, "OPEN")]
    assert row(approvals)["status"] == status


@pytest.mark.parametrize(
    ("person", "day", "status"),
    [
        ("aaa", "2025-12-31", "unknown"),
        ("aaa", "2026-01-01", "approved"),
        ("aaa", "2026-01-31", "approved"),
        ("aaa", "2026-02-01", "draft"),
        ("aaa", "2026-03-01", "unknown"),
        ("ccc", "2026-01-05", "unknown"),
    ],
)
def test_a_period_holds_its_first_and_its_last_day(person, day, status):
    february = Span(date(2026, 2, 1), date(2026, 2, 28))
    approvals = [Approval("aaa", february, "OPEN"), Approval("aaa", JANUARY, "APPROVED")]
    assert row(approvals, author={"accountId": person}, startDate=day)["status"] == status


def test_a_status_that_nobody_knows_sets_the_row_aside():
    """Taken for unknown it would count as approved."""
    found = extract(WORKLOG, approvals=[Approval("aaa", JANUARY, "WITHDRAWN")])
    (fault,) = found.faults
    assert (fault.column, fault.rule, fault.content, fault.place) == (
        "status",
        "not_one_of",
        "WITHDRAWN",
        "worklog 126",
    )


@pytest.mark.parametrize(
    ("changes", "column", "rule"),
    [
        ({"timeSpentSeconds": "3600"}, "hours", "not_a_number"),
        ({"timeSpentSeconds": 0.5}, "hours", "not_a_number"),
        ({"timeSpentSeconds": True}, "hours", "not_a_number"),
        ({"billableSeconds": "x"}, "billable", "not_a_number"),
        ({"startDate": "2026-02-30"}, "work_date", "not_a_date"),
        ({"startDate": {}}, "work_date", "not_a_date"),
        ({"updatedAt": "yesterday"}, "updated_at", "not_a_date"),
        ({"issue": {"id": "PAY-1"}}, "task", "not_a_number"),
    ],
)
def test_a_field_that_cannot_be_read_is_a_fault_of_its_row(changes, column, rule):
    found = extract(WORKLOG | changes)
    assert [(fault.column, fault.rule, fault.place) for fault in found.faults] == [
        (column, rule, "worklog 126")
    ]
    assert found.columns[column] == [None]


@pytest.mark.parametrize("missing", ["author", "issue", "startDate", "timeSpentSeconds", "tempoWorklogId"])
def test_a_field_that_is_missing_leaves_its_column_blank(missing):
    found = extract({name: value for name, value in WORKLOG.items() if name != missing})
    assert found.faults == []
    assert any(found.columns[name] == [None] for name in (*TIMESHEET_ENTRIES.required, "entry_id"))


def test_rows_are_in_the_order_of_their_ids_and_may_be_told_apart_by_account():
    found = rows(WORKLOG | {"tempoWorklogId": 1000}, WORKLOG | {"tempoWorklogId": 7}, id_prefix="eu/")
    assert [each["entry_id"] for each in found] == ["eu/7", "eu/1000"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recorded answers are not on this machine")
def test_the_recorded_answers_are_read():
    page = json.loads((SHARED / "tempo_cloud_v4_worklogs_page.json").read_text())
    team = json.loads((SHARED / "tempo_cloud_v4_approvals_team.json").read_text())
    approvals = [
        Approval(
            each["user"]["accountId"],
            Span(*(date.fromisoformat(each["period"][end]) for end in ("from", "to"))),
            each["status"]["key"],
        )
        for each in team["results"]
    ]
    found = rows(*page["results"], approvals=approvals)
    assert [
        (each["person"], each["project"], each["hours"], each["status"], each["billable"]) for each in found
    ] == [
        ("aaa", "PAY", Decimal(1), "approved", True),
        ("bbb", "issue 10022", Decimal("7.5"), "draft", False),
    ]
    assert extract(*page["results"], approvals=approvals).faults == []
