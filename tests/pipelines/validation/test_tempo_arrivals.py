"""Receiving Tempo: what stands in landing is what the server holds, after whatever happened there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.errors import AuthenticationFailed
from demo.jira.server import EMAIL, DemoJira
from demo.jira.server import TOKEN as JIRA_TOKEN
from demo.tempo.account import Account
from demo.tempo.server import TOKEN, DemoTempo
from pipelines.landing.remarks import noted_remarks
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, SettingsError, load_settings
from pipelines.validation.arrivals import Arrival, receive_inbox, receive_jira

PAY, WEB, ELSEWHERE = 10101, 10131, 77
STATUSES = {"OPEN": "draft", "IN_REVIEW": "submitted", "APPROVED": "approved", "REJECTED": "rejected"}
DAY = date(2026, 3, 2)


@pytest.fixture
def tempo() -> Iterator[DemoTempo]:
    with DemoTempo(Account(), page_cap=4) as demo:
        demo.account.teams[12] = ["acc-alice", "acc-bruno"]
        yield demo


@pytest.fixture
def home(tmp_path: Path, tempo: DemoTempo, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("PMO_TEST_TEMPO", TOKEN)
    home = Home(tmp_path)
    configure(home, account(tempo))
    return home


def account(tempo: DemoTempo, *more: str) -> str:
    keys = [f"url: {tempo.url}", "token: ${PMO_TEST_TEMPO}", "requests_per_second: 100000", *more]
    return f"{{{', '.join(keys)}, teams: [12]}}"


def configure(home: Home, *accounts: str, more: str = "") -> None:
    text = f"organisation: Acme\ncurrency: EUR\ntempo: [{', '.join(accounts)}]\n{more}"
    (home.root / "pmo.yaml").write_text(text)


def receive(home: Home) -> list[Arrival]:
    found = receive_inbox(home, load_settings(home), "timesheets")
    return [arrival for arrival in found if arrival.status != "absent"]


def standing(home: Home) -> list[dict[str, Any]]:
    """The rows of the newest version of each path, read without the product."""
    newest: dict[str, str] = {}
    for file in sorted((home.landing / "manifests/raw_timesheets/timesheet_entries").glob("*.json")):
        manifest = json.loads(file.read_text())
        assert manifest["replaces"] == "file"
        newest[manifest["path"]] = manifest["batch_id"]
    found = []
    for batch in newest.values():
        for part in (home.landing / "data").glob(f"raw_timesheets/*/_batch={batch}/*.parquet"):
            cursor = duckdb.execute("select * from read_parquet(?)", [str(part)])
            names = [column[0] for column in cursor.description or ()]
            found += [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return found


def assert_landed(home: Home, tempo: DemoTempo) -> None:
    held = {
        (
            str(each.id),
            each.person,
            f"issue {each.issue}",
            str(each.issue),
            each.day,
            Decimal(each.seconds),
            STATUSES[tempo.account.status(each.person, each.day, each.day)],
            each.billable > 0,
            each.description or None,
        )
        for each in tempo.account.worklogs.values()
    }
    rows = standing(home)
    names = ("entry_id", "person", "project", "task", "work_date", "hours", "status", "billable", "comment")
    found = {tuple(round(row[n] * 3600) if n == "hours" else row[n] for n in names) for row in rows}
    assert found == held
    assert len(rows) == len(held)


def test_landing_is_what_the_server_holds_after_each_change(home: Home, tempo: DemoTempo) -> None:
    own = tempo.account
    assert [arrival.status for arrival in receive(home)] == ["landed"]
    logs = [own.log("acc-alice", DAY + timedelta(days=n), 1200 * n, issue=PAY) for n in range(10)]
    logs += [own.log("acc-bruno", DAY, 3600, issue=WEB, billable=0, description="Plan")]

    def changes() -> Iterator[Any]:
        yield None
        yield own.edit(logs[0].id, seconds=5000, description="More")
        yield own.edit(logs[1].id, day=date(2026, 4, 1), issue=WEB)
        yield own.delete(logs[2].id)
        yield own.decide("acc-alice", DAY, "IN_REVIEW")
        yield own.decide("acc-alice", DAY, "APPROVED")
        yield own.delete(logs[-1].id)
        yield own.log("acc-bruno", date(2025, 12, 31), 60, issue=PAY)
        yield own.decide("acc-alice", DAY, "OPEN")

    for _ in changes():
        assert [arrival.status for arrival in receive(home)] == ["landed"]
        assert_landed(home, tempo)
    for worklog in list(own.worklogs):
        own.delete(worklog)
    receive(home)
    assert standing(home) == []


def test_without_a_change_nothing_lands(home: Home, tempo: DemoTempo) -> None:
    tempo.account.log("acc-alice", DAY, 3600, issue=PAY)
    (first,), (second,) = receive(home), receive(home)
    assert (first.status, second.status) == ("landed", "unchanged")
    assert second.batch_id == first.batch_id


def test_what_lies_beside_the_columns_lands_when_it_changes(home: Home, tempo: DemoTempo) -> None:
    worklog = tempo.account.log("acc-alice", DAY, 3600, issue=PAY)
    receive(home)
    worklog.billable = 1800
    receive(home)
    (row,) = standing(home)
    assert json.loads(row["_attributes"])["billable_seconds"] == 1800


def test_a_worklog_that_is_gone_is_named_and_one_that_changed_is_not(home: Home, tempo: DemoTempo) -> None:
    logs = [tempo.account.log("acc-alice", DAY, 3600, issue=PAY) for _ in range(3)]
    receive(home)
    tempo.account.decide("acc-alice", DAY, "APPROVED")
    (approved,) = receive(home)
    assert [check.name for check in approved.checks if not check.passed] == []
    tempo.account.delete(logs[1].id)
    (arrival,) = receive(home)
    (failed,) = [check for check in arrival.checks if not check.passed]
    assert f"came no more: {logs[1].id}. It counts no more" in failed.message


def test_most_of_it_gone_at_once_is_not_believed(home: Home, tempo: DemoTempo) -> None:
    logs = [tempo.account.log("acc-alice", DAY, 3600, issue=PAY) for _ in range(60)]
    receive(home)
    for worklog in logs[:40]:
        tempo.account.delete(worklog.id)
    (arrival,) = receive(home)
    assert arrival.status == "refused"
    assert "20 rows where the version before had 60" in (arrival.message or "")
    assert len(standing(home)) == 60


def test_a_row_that_cannot_be_read_waits_in_quarantine(home: Home, tempo: DemoTempo) -> None:
    tempo.account.log("acc-alice", DAY, 3600, issue=PAY)
    tempo.account.log("acc-alice", DAY, 3600, issue=PAY)
    tempo.fault("worklogs", spoil=lambda body: body["results"][0].update(timeSpentSeconds="1h"), times=None)
    (first,), (second,) = receive(home), receive(home)
    assert (first.rows_in, first.loaded, first.quarantined) == (2, 1, 1)
    assert second.status == "unchanged"


def test_files_land_although_tempo_refuses(
    home: Home, tempo: DemoTempo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMO_TEST_TEMPO", "expired")
    (home.inbox / "timesheets").mkdir(parents=True)
    file = home.inbox / "timesheets/timesheet_entries.csv"
    file.write_text("person,project,work_date,hours\nann,PAY,2026-03-02,8\n")
    with pytest.raises(AuthenticationFailed, match="tempo 127"):
        receive(home)
    (manifest,) = LandingStore(home.landing).of_source("raw_timesheets")
    assert manifest.path == "inbox/timesheets/timesheet_entries.csv"


def test_worklogs_before_the_first_day_are_not_read(home: Home, tempo: DemoTempo) -> None:
    tempo.account.log("acc-alice", date(2025, 12, 31), 3600, issue=PAY)
    tempo.account.log("acc-alice", date(2026, 1, 1), 3600, issue=PAY)
    configure(home, account(tempo, "from: 2026-01-01"))
    receive(home)
    assert [row["work_date"] for row in standing(home)] == [date(2026, 1, 1)]


def test_an_account_that_is_configured_no_more_is_remarked_while_its_rows_stand(
    home: Home, tempo: DemoTempo
) -> None:
    tempo.account.log("acc-alice", DAY, 3600, issue=PAY)
    receive(home)
    assert noted_remarks(home.landing) == []
    configure(home)
    receive(home)
    (remark,) = noted_remarks(home.landing)
    assert remark.path == f"tempo:127.0.0.1:{tempo.port}"
    assert "name it again under tempo:" in remark.detail


def test_several_accounts_keep_their_ids_apart(home: Home, tempo: DemoTempo) -> None:
    with DemoTempo(Account()) as other:
        other.account.teams[12] = []
        for demo in (tempo, other):
            demo.account.log("acc-alice", DAY, 3600, issue=PAY)
        configure(home, account(tempo, "name: eu"), account(other, "name: us"))
        receive(home)
    assert sorted(row["entry_id"] for row in standing(home)) == ["eu/126", "us/126"]


def test_the_project_is_that_of_the_landed_issue(
    home: Home, tempo: DemoTempo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMO_TEST_JIRA", JIRA_TOKEN)
    with DemoJira() as jira:
        issues = {issue.id: issue.key.partition("-")[0] for issue in jira.site.issues.values()}
        site = f"{{site: {jira.url}, name: main, auth: {{email: {EMAIL}, token: ${{PMO_TEST_JIRA}}}}}}"
        configure(home, account(tempo), more=f"jira: [{site}]\n")
        for issue in (*list(issues)[:3], ELSEWHERE):
            tempo.account.log("acc-alice", DAY, 3600, issue=issue)
        receive(home)
        assert {row["project"][:6] for row in standing(home)} == {"issue "}
        receive_jira(home, load_settings(home))
        receive(home)
    assert {int(row["task"]): row["project"] for row in standing(home)} == {
        **dict(list(issues.items())[:3]),
        ELSEWHERE: f"issue {ELSEWHERE}",
    }


def test_of_several_jira_sites_one_has_to_be_named(home: Home, tempo: DemoTempo) -> None:
    sites = [f"{{site: https://{name}.example, name: {name}, auth: {{pat: ${{T}}}}}}" for name in ("a", "b")]
    more = f"jira: [{', '.join(sites)}]\n"
    configure(home, account(tempo), more=more)
    with pytest.raises(SettingsError, match=r"needs `site`.* a or b"):
        receive(home)
    configure(home, account(tempo, "site: b"), more=more)
    assert [arrival.status for arrival in receive(home)] == ["landed"]
