"""What follows a refresh and a delivery: a note, and an alert whatever else goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.publishing import message_log
from pipelines.publishing.kept import PublishError
from pipelines.publishing.message_log import MessageLog, MessageLogError
from pipelines.publishing.notes import last_delivery, last_refresh
from pipelines.publishing.reporting import deliver_and_report, report_ages, report_refresh
from pipelines.publishing.troubles import Trouble
from pipelines.settings import Home, load_settings
from tests.mail_server import Mailbox, mail_server

LEAST = "organisation: Acme\ncurrency: EUR\n"
MAIL = "deliver: {email: {to: [pmo@acme.example], smtp: ${PMO_SMTP_URL}}}\n"
FULL = Trouble("run", "OSError: [Errno 28] No space left on device")


@dataclass(frozen=True)
class Scene:
    """A home and who listens."""

    home: Home
    box: Mailbox

    def report(self, *troubles: Trouble) -> list[str]:
        return report_refresh(self.home, run_id="r", success=not troubles, troubles=troubles, judged=())

    def deliver(self) -> None:
        deliver_and_report(self.home, load_settings(self.home))

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.box.mails]


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    home.settings_file.write_text(LEAST + MAIL)
    with mail_server(tmp_path / "tls") as box:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "tls/certificate.pem"))
        monkeypatch.setenv("PMO_SMTP_URL", box.url)
        yield Scene(home, box)


def test_a_refresh_that_can_not_be_noted_is_told_all_the_same(scene: Scene) -> None:
    """As on a full disk, which is why it failed."""
    scene.home.warehouse.write_text("a file where the folder should be")
    (warning,) = scene.report(FULL)
    assert "could not be noted" in warning
    assert scene.subjects == ["Acme: the refresh failed: run"]


def test_a_refresh_before_there_is_a_warehouse_is_noted_and_told(scene: Scene) -> None:
    assert scene.report(FULL) == []
    last = last_refresh(scene.home)
    assert last is not None and last.failures == (f"run: {FULL.message}",)
    assert scene.subjects == ["Acme: the refresh failed: run"]


def test_an_alert_that_did_not_go_out_is_noted_till_one_does(scene: Scene) -> None:
    scene.box.rcpt = ["550 no such user"]
    (warning,) = scene.report(FULL)
    last = last_refresh(scene.home)
    assert last is not None and last.untold == (warning,)
    scene.report(FULL)
    last = last_refresh(scene.home)
    assert last is not None and last.untold == ()


def test_an_hour_of_refreshes_that_fail_each_minute_is_one_message(scene: Scene) -> None:
    for minute in range(60):
        locked = Trouble(
            "warehouse", f"pmo.duckdb is locked by python3 (PID {4000 + minute}) for {minute} minutes."
        )
        scene.report(locked)
    assert len(scene.subjects) == 1
    scene.report()
    scene.report(FULL)
    assert [subject.split(": ")[1] for subject in scene.subjects] == [
        "the refresh failed", "mended", "the refresh failed",
    ]  # fmt: skip


def test_a_delivery_that_can_not_begin_is_told_once_and_noted(scene: Scene) -> None:
    for _ in range(2):
        with pytest.raises(PublishError, match="run `pmo refresh` first"):
            scene.deliver()
    assert scene.subjects == ["Acme: not everybody got the pack: delivery"]
    last = last_delivery(scene.home)
    assert last is not None
    (said,) = last.failures
    assert said.startswith("delivery: No whole release stands")


def test_what_can_not_be_written_down_is_not_sent(scene: Scene) -> None:
    scene.home.messages.write_text("a file where the folder should be")
    with (
        pytest.raises(MessageLogError, match="can't be read or written"),
        MessageLog(scene.home.messages / "x").held(),
    ):
        raise AssertionError("held")


def test_who_waits_for_another_process_waits_within_bounds(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_log, "SECONDS_FOR_ANOTHER", 0.1)
    log = MessageLog(scene.home.messages / "alerts.jsonl")
    with log.held():
        (warning,) = scene.report(FULL)
    assert "Another process has been sending" in warning
    assert scene.report(FULL) == []


def test_where_nobody_is_to_be_told_the_release_is_not_opened(scene: Scene) -> None:
    scene.home.settings_file.write_text(LEAST)
    scene.home.published.mkdir()
    scene.home.published_file.write_text("no database")
    assert report_ages(scene.home) == []
    scene.home.settings_file.write_text(LEAST + MAIL)
    (warning,) = report_ages(scene.home)
    assert warning.startswith("How old the release is can't be told")
