"""Packs reach everybody who stands in pmo.yaml, once a release: by real mail and HTTP servers, into a folder."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from connectors.messages import smtp
from pipelines.publishing.delivery import PackNotMadeError, deliver_packs
from pipelines.publishing.kept import Release
from pipelines.publishing.message_log import MessageLog
from pipelines.publishing.pack.scope import Scope
from pipelines.settings import Home, load_settings
from tests.mail_server import Mailbox, mail_server
from tests.webhook_server import Answer, Channel, webhook_server

LEAST = "organisation: Acme\ncurrency: EUR\n"
CONTRACT = "deliver: {email: {to: [pmo@acme.example], smtp: ${PMO_SMTP_URL}}}\n"
ROLES = """
deliver:
  email:
    smtp: ${PMO_SMTP_URL}
    from: PMO <office@acme.example>
    to:
      - pmo@acme.example
      - {address: lead@acme.example, role: programme, programme: Digital}
      - {address: pm@acme.example, role: programme, projects: [PAY, WEB]}
      - {address: money@acme.example, role: finance}
  slack: ${PMO_TEST_SLACK}
  teams: [{webhook: ${PMO_TEST_TEAMS}, role: finance}]
  folder: share
"""
FIRST = Release("76999a39d3a4", "4ddd2677" * 8, {})
SECOND = Release("11111a39d3a4", "4ddd2677" * 8, {})


@dataclass(frozen=True)
class MadePack:
    """Two files and a few lines."""

    page: Path
    workbook: Path
    headlines: tuple[str, ...]


@dataclass
class Making:
    """Makes packs of small files; remembers which."""

    folder: Path
    made: list[Scope] = field(default_factory=list)

    def __call__(self, wanted: Scope) -> MadePack:
        self.made.append(wanted)
        if wanted.programme == "Nowhere":
            raise PackNotMadeError("There is no programme Nowhere in the release.")
        html, xlsx = (self.folder / f"{wanted.file_stem}.{ending}" for ending in ("html", "xlsx"))
        html.write_text(f"<h1>{wanted.title}</h1>")
        xlsx.write_bytes(b"PK" + wanted.title.encode())
        return MadePack(html, xlsx, (f"For {wanted.title}.", "2 projects red."))


@dataclass(frozen=True)
class Scene:
    """A home, who listens, and what makes its packs."""

    home: Home
    box: Mailbox
    channel: Channel
    make: Making

    def deliver(self, settings: str = ROLES, release: Release = FIRST) -> list[tuple[str, str]]:
        self.home.settings_file.write_text(LEAST + settings)
        found = deliver_packs(self.home, load_settings(self.home), release=release, make=self.make)
        return [(each.to, each.status) for each in found]

    @property
    def log(self) -> MessageLog:
        return MessageLog(self.home.messages / "sent.jsonl")


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    home = Home(tmp_path / "home")
    for folder in (home.root, home.root / "share", tmp_path / "packs"):
        folder.mkdir()
    with mail_server(tmp_path / "tls") as box, webhook_server() as channel:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "tls/certificate.pem"))
        monkeypatch.setenv("PMO_SMTP_URL", box.url)
        monkeypatch.setenv("PMO_TEST_SLACK", f"{channel.url}/services/s3cr3tslack")
        monkeypatch.setenv("PMO_TEST_TEAMS", f"{channel.url}/workflows/s3cr3tteams")
        yield Scene(home, box, channel, Making(tmp_path / "packs"))


def names(box: Mailbox) -> dict[str, list[str | None]]:
    return {str(mail["To"]): [part.get_filename() for part in mail.iter_attachments()] for mail in box.mails}


def test_the_form_of_the_contract_sends_the_portfolio_once_with_both_files(scene: Scene) -> None:
    assert scene.deliver(CONTRACT) == [("email pmo@acme.example", "sent")]
    assert scene.deliver(CONTRACT) == [("email pmo@acme.example", "sent before")]
    (mail,) = scene.box.mails
    assert [part.get_filename() for part in mail.iter_attachments()] == ["pmo-pack.html", "pmo-pack.xlsx"]
    assert mail["From"] == "pmo@acme.example"
    assert mail["Subject"] == "Acme: PMO pack, release 76999a39d3a4"
    text = mail.get_body(("plain",))
    assert text is not None and "2 projects red." in text.get_content()
    assert scene.make.made == [Scope()]


def test_everybody_gets_the_pack_of_their_role(scene: Scene) -> None:
    assert [status for _, status in scene.deliver()] == ["sent"] * 7
    assert names(scene.box) == {
        "pmo@acme.example": ["pmo-pack.html", "pmo-pack.xlsx"],
        "lead@acme.example": ["pmo-pack-programme-Digital.html", "pmo-pack-programme-Digital.xlsx"],
        "pm@acme.example": ["pmo-pack-projects-PAY+WEB.html", "pmo-pack-projects-PAY+WEB.xlsx"],
        "money@acme.example": ["pmo-pack-finance.html", "pmo-pack-finance.xlsx"],
    }
    assert {str(mail["From"]) for mail in scene.box.mails} == {"PMO <office@acme.example>"}
    assert scene.channel.paths == ["/services/s3cr3tslack", "/workflows/s3cr3tteams"]
    slack, teams = scene.channel.posted
    assert "For PMO pack." in slack["blocks"][1]["text"]["text"]
    assert "For Finance pack." in json.dumps(teams)
    assert sorted(file.name for file in (scene.home.root / "share").iterdir()) == [
        "pmo-pack.html",
        "pmo-pack.xlsx",
    ]


def test_a_pack_is_made_once_for_all_who_get_it_and_not_at_all_when_all_have_it(scene: Scene) -> None:
    scene.deliver()
    assert len(scene.make.made) == len(set(scene.make.made)) == 4
    scene.deliver()
    assert len(scene.make.made) == 4


def test_another_release_is_sent_and_who_is_new_gets_the_present_one(scene: Scene) -> None:
    scene.deliver(CONTRACT)
    assert scene.deliver(CONTRACT, SECOND) == [("email pmo@acme.example", "sent")]
    more = CONTRACT.replace("[pmo@acme.example]", "[pmo@acme.example, new@acme.example]")
    assert [status for _, status in scene.deliver(more, SECOND)] == ["sent before", "sent"]
    assert len(set(scene.box.ids)) == 3


def test_one_refused_recipient_keeps_nobody_waiting_and_is_tried_again(scene: Scene) -> None:
    scene.box.rcpt = ["550 no such user"]
    found = scene.deliver()
    assert [status for _, status in found] == ["failed"] + ["sent"] * 6
    assert [status for _, status in scene.deliver()] == ["sent"] + ["sent before"] * 6


def test_a_mail_server_that_is_down_is_not_waited_for_by_everybody_in_turn(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four get a mail: the first is tried as often as ever, the others once each; channel and folder get theirs."""
    monkeypatch.setattr(smtp, "RETRY", replace(smtp.RETRY, first_wait=0.01, longest_wait=0.01))
    called: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    called.append(1)
                    connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        monkeypatch.setenv("PMO_SMTP_URL", f"smtp://127.0.0.1:{listener.getsockname()[1]}")
        found = scene.deliver()
    assert [status for _, status in found] == ["failed"] * 4 + ["sent"] * 3
    assert len(called) == smtp.RETRY.attempts + 3


def test_a_programme_that_there_is_not_keeps_nobody_else_waiting(scene: Scene) -> None:
    scene.home.settings_file.write_text(LEAST + ROLES.replace("Digital", "Nowhere"))
    found = deliver_packs(scene.home, load_settings(scene.home), release=FIRST, make=scene.make)
    assert [each.status for each in found] == ["sent", "failed"] + ["sent"] * 5
    assert found[1].said == "deliver.email.to[1]: There is no programme Nowhere in the release."


def test_a_channel_that_is_gone_is_said_without_its_address(scene: Scene) -> None:
    scene.home.settings_file.write_text(LEAST + ROLES)
    scene.channel.answers = [Answer(404, "no_service")]
    found = deliver_packs(scene.home, load_settings(scene.home), release=FIRST, make=scene.make)
    (failed,) = [each for each in found if each.status == "failed"]
    assert failed.to == "slack ${PMO_TEST_SLACK}"
    assert "deliver.slack[0]" in failed.said and "no_service" in failed.said
    assert "s3cr3t" not in repr(found) + scene.log.file.read_text()


def test_a_missing_variable_is_the_failure_of_those_who_need_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PMO_TEST_TEAMS")
    assert [to for to, status in scene.deliver() if status == "failed"] == ["teams ${PMO_TEST_TEAMS}"]


def test_killed_between_sending_and_noting_it_is_sent_again_under_the_same_id(scene: Scene) -> None:
    scene.deliver(CONTRACT)
    scene.log.file.write_text("")
    scene.deliver(CONTRACT)
    assert len(scene.box.ids) == 2
    assert len(set(scene.box.ids)) == 1


def test_killed_in_the_middle_of_a_line_the_log_goes_on_after_it(scene: Scene) -> None:
    scene.deliver(CONTRACT)
    whole = scene.log.file.read_text()
    scene.log.file.write_text(whole + whole[:40])
    scene.deliver(CONTRACT, SECOND)
    assert [row["release"] for row in scene.log.rows()] == [FIRST.folder_name, SECOND.folder_name]
    assert scene.deliver(CONTRACT, SECOND) == [("email pmo@acme.example", "sent before")]


def test_what_was_sent_is_only_ever_added_to_and_readable_by_the_owner_alone(scene: Scene) -> None:
    scene.deliver(CONTRACT)
    before = scene.log.file.read_text()
    scene.deliver(CONTRACT, SECOND)
    assert scene.log.file.read_text().startswith(before)
    assert scene.log.file.stat().st_mode & 0o077 == 0


def test_without_recipients_nothing_is_made_or_written(scene: Scene) -> None:
    assert scene.deliver("") == []
    assert scene.make.made == []
    assert not scene.home.messages.exists()
