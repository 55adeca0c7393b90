"""Who has to know is told once, again when the cause changes, and once when it is mended."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.publishing.alerts import News, tell
from pipelines.publishing.troubles import Trouble
from pipelines.settings import Home, load_settings
from tests.mail_server import Mailbox, mail_server
from tests.webhook_server import Answer, Channel, webhook_server

SETTINGS = """\
organisation: Acme
currency: EUR
deliver: {email: {to: [pmo@acme.example], smtp: ${PMO_SMTP_URL}}}
"""
ALERTS = "alerts: {email: [ops@acme.example], slack: ${PMO_TEST_SLACK}}\n"
REFUSED = Trouble(
    "ledger", "inbox/ledger/orders.csv: column currency is missing. Add it and drop the file in again."
)
LOCKED_OUT = Trouble(
    "jira",
    "Jira acme: GET search (since 2026-06-30T10:00:00.000Z) answered 401. Check auth.token of site acme.",
)


@dataclass(frozen=True)
class Scene:
    """A home and who listens."""

    home: Home
    box: Mailbox
    channel: Channel

    def tell(self, *troubles: Trouble, judged: Collection[str] | None = None) -> list[str]:
        return tell(
            self.home, load_settings(self.home), News("refresh", "the refresh failed", troubles, judged)
        )

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.box.mails]

    @property
    def last(self) -> str:
        text = self.box.mails[-1].get_body(("plain",))
        assert text is not None
        return str(text.get_content())


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    home.settings_file.write_text(SETTINGS)
    with mail_server(tmp_path / "tls") as box, webhook_server() as channel:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "tls/certificate.pem"))
        monkeypatch.setenv("PMO_SMTP_URL", box.url)
        monkeypatch.setenv("PMO_TEST_SLACK", f"{channel.url}/services/s3cr3tslack")
        yield Scene(home, box, channel)


def test_a_failure_is_told_once_with_source_cause_and_mend_and_once_when_it_is_mended(scene: Scene) -> None:
    for _ in range(3):
        assert scene.tell(REFUSED) == []
    assert scene.subjects == ["Acme: the refresh failed: ledger"]
    assert scene.last.splitlines()[0] == f"ledger: {REFUSED.message}"
    for _ in range(2):
        scene.tell()
    assert scene.subjects == ["Acme: the refresh failed: ledger", "Acme: mended: ledger"]


def test_a_refresh_that_always_went_through_tells_nobody_and_writes_nothing(scene: Scene) -> None:
    scene.tell()
    assert scene.box.mails == []
    assert not scene.home.messages.exists()


def test_another_cause_is_told_and_one_that_goes_while_another_stays_is_not(scene: Scene) -> None:
    scene.tell(REFUSED)
    scene.tell(REFUSED, LOCKED_OUT)
    scene.tell(LOCKED_OUT)
    scene.tell()
    assert scene.subjects == [
        "Acme: the refresh failed: ledger",
        "Acme: the refresh failed: ledger, jira",
        "Acme: mended: jira",
    ]


def test_the_same_trouble_that_comes_back_is_told_again_under_another_id(scene: Scene) -> None:
    for troubles in ([REFUSED], [], [REFUSED], []):
        scene.tell(*troubles)
    assert len(scene.box.mails) == 4
    assert len(set(scene.box.ids)) == 4


def test_causes_that_take_turns_are_told_once_each(scene: Scene) -> None:
    """A gateway answers 502 and 503 in turn."""
    for status in (502, 503) * 5:
        scene.tell(Trouble("jira", f"Jira acme: GET search answered {status}. Ask who runs it."))
    assert len(scene.subjects) == 2
    scene.tell()
    assert scene.subjects[2:] == ["Acme: mended: jira"]
    scene.tell(Trouble("jira", "Jira acme: GET search answered 502. Ask who runs it."))
    assert len(scene.subjects) == 4


def test_what_was_not_looked_at_stands(scene: Scene) -> None:
    scene.tell(LOCKED_OUT)
    scene.tell(judged={"ledger", "warehouse"})
    assert len(scene.subjects) == 1
    scene.tell(LOCKED_OUT)
    assert len(scene.subjects) == 1
    scene.tell(judged={"jira"})
    assert scene.subjects[1:] == ["Acme: mended: jira"]


def test_an_alert_that_does_not_go_out_is_a_warning_and_is_sent_by_the_next_run(scene: Scene) -> None:
    scene.box.rcpt = ["550 no such user"]
    (warning,) = scene.tell(REFUSED)
    assert "An alert was not sent to email pmo@acme.example" in warning and "no such user" in warning
    assert scene.box.mails == []
    assert scene.tell(REFUSED) == []
    assert len(scene.box.mails) == 1


def test_those_of_alerts_are_told_and_no_reader_of_packs(scene: Scene) -> None:
    scene.home.settings_file.write_text(SETTINGS + ALERTS)
    scene.tell(REFUSED)
    assert [to for (to,) in scene.box.recipients] == ["ops@acme.example"]
    assert REFUSED.message in scene.channel.posted[0]["blocks"][1]["text"]["text"]


def test_a_channel_that_is_down_does_not_keep_the_mail_and_gets_its_message_later(scene: Scene) -> None:
    scene.home.settings_file.write_text(SETTINGS + ALERTS)
    scene.channel.answers = [Answer(404, "no_service")]
    (warning,) = scene.tell(REFUSED)
    assert "alerts.slack" in warning and "s3cr3t" not in warning
    scene.tell(REFUSED)
    assert (len(scene.box.mails), len(scene.channel.posted)) == (1, 2)


def test_alerts_of_nobody_are_alerts_of_nobody(scene: Scene) -> None:
    scene.home.settings_file.write_text(SETTINGS + "alerts: {email: []}\n")
    scene.tell(REFUSED)
    assert scene.box.mails == []


def test_a_folder_that_can_not_be_written_is_a_warning(scene: Scene) -> None:
    scene.home.messages.write_text("a file where the folder should be")
    (warning,) = scene.tell(REFUSED)
    assert "can't be read or written" in warning


def test_a_line_that_is_none_of_ours_is_passed_over(scene: Scene) -> None:
    scene.tell(REFUSED)
    with (scene.home.messages / "alerts.jsonl").open("a") as log:
        log.write('{"topic": "refresh", "channel": "email", "to": "pmo@acme.example"}\n')
    assert scene.tell(REFUSED) == []
    assert len(scene.subjects) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "Jira acme: GET search (since 2026-06-30T10:00:00.000Z) answered 401. Check.",
            "Jira acme: GET search/jql (after 100 of 250) answered 401. Check.",
        ),
        (
            "run 3f0c1c58-7b0a-4c5e-9a53-0d6f6f2b9d11 failed at 2026-04-01 06:00:01",
            "run 9d0c1c58-7b0a-4c5e-9a53-0d6f6f2b9d22 failed at 2026-04-02 06:00:02",
        ),
        ("<Connection at 0x7f716a39d390> refused", "<Connection at 0x7f716a3780d0> refused"),
        ("asks to wait 900 s.", "asks to wait 17.5 s."),
        ("batch 4ddd26771a2b is torn", "batch 76999a39d3a4 is torn"),
        ("the lock is held in python3 (PID 4711)", "the lock is held in python3 (PID 12)"),
        ("no room for /tmp/tmpab3_xq9z/data", "no room for /tmp/tmpzz81abcd/data"),
        ("out of memory: 1.2 GiB of 1.5 GiB", "out of memory: 1.4 GiB of 1.5 GiB"),
        ("Got 12 results, should be 0", "Got 1 result, should be 0"),
        ("no answer after 1 minute", "no answer after 5 minutes"),
    ],
)
def test_two_runs_that_fail_for_one_cause_have_one_fingerprint(first: str, second: str) -> None:
    assert Trouble("jira", first).fingerprint == Trouble("jira", second).fingerprint


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Jira acme: GET search (x) answered 401.", "Jira acme: GET search (x) answered 503."),
        ("Budget_2026.xlsx, sheet Plan, C12: no number", "Budget_2026.xlsx, sheet Plan, C14: no number"),
        ("Budget_2026.xlsx: no sheet", "Budget_2025.xlsx: no sheet"),
        ("the control total of 2026-02 is off", "the control total of 2026-03 is off"),
    ],
)
def test_two_causes_have_two_fingerprints(first: str, second: str) -> None:
    assert Trouble("ledger", first).fingerprint != Trouble("ledger", second).fingerprint
    assert Trouble("ledger", first).fingerprint != Trouble("jira", first).fingerprint
