"""Mail through a real server: encrypted, logged in, whole; and what is said when it does not go."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.errors import AuthenticationFailed, ConnectorError, RequestRefused, SourceUnreachable
from connectors.http import Retry
from connectors.messages.message import Attachment, Message
from connectors.messages.smtp import Mailer, MailServer
from tests.mail_server import PASSWORD, USER, Mailbox, mail_server

AT_ONCE = Retry(attempts=3, sleep=lambda _: None)


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the server's certificate, which this process trusts."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
    return tmp_path


@pytest.fixture
def box(certified: Path) -> Iterator[Mailbox]:
    with mail_server(certified) as box:
        yield box


def message(folder: Path) -> Message:
    (folder / "pack.html").write_text("<h1>Päck</h1>", encoding="utf-8")
    (folder / "pack.xlsx").write_bytes(bytes(range(256)) * 40)
    files = (folder / "pack.html", folder / "pack.xlsx")
    return Message(
        identity="ab12",
        subject="Acme: portfolio – März",
        lines=("5 projects: 2 red & 3 <green>.", "", "Größe"),
        attachments=tuple(Attachment(name=file.name, path=file) for file in files),
    )


def sent(box: Mailbox, folder: Path, *, url: str = "") -> str:
    mailer = Mailer(MailServer.at(url or box.url), retry=AT_ONCE)
    return mailer.send(message(folder), sender=f"PMO <{USER}>", recipient="lead@acme.example")


def failure(kind: type[ConnectorError], box: Mailbox, folder: Path, *, url: str = "") -> str:
    """The message of a mail that does not go; nothing of it, nor of its traceback, holds the password."""
    with pytest.raises(kind) as caught:
        sent(box, folder, url=url)
    said = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in said and "s3cret" not in said
    return str(caught.value)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_mail_arrives_whole_over_an_encrypted_connection_with_login(certified: Path, scheme: str) -> None:
    with mail_server(certified, scheme=scheme) as box:
        message_id = sent(box, certified)
    (mail,) = box.mails
    assert box.logins == 1
    assert box.recipients == [["lead@acme.example"]]
    assert (mail["To"], mail["Subject"]) == ("lead@acme.example", "Acme: portfolio – März")
    assert mail["Message-ID"] == message_id == "<pmo-ab12@acme.example>"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and html is not None
    assert text.get_content().splitlines() == ["5 projects: 2 red & 3 <green>.", "", "Größe"]
    assert "2 red &amp; 3 &lt;green&gt;." in html.get_content()
    received = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    assert received == {name: (certified / name).read_bytes() for name in ("pack.html", "pack.xlsx")}


def test_a_resend_has_the_same_message_id_and_another_message_another(box: Mailbox, certified: Path) -> None:
    assert sent(box, certified) == sent(box, certified)
    other = Message(identity="cd34", subject="s", lines=("t",))
    assert Mailer(MailServer.at(box.url)).send(other, sender=USER, recipient=USER) not in box.ids[:2]


def test_a_check_logs_in_and_sends_nothing(box: Mailbox) -> None:
    assert Mailer(MailServer.at(box.url)).check() == "encrypted"
    assert (box.logins, box.mails) == (1, [])


def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_login(
    box: Mailbox, certified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert "REQUESTS_CA_BUNDLE" in failure(SourceUnreachable, box, certified)
    assert (box.logins, box.mails) == (0, [])


def test_a_certificate_of_another_host_is_refused(certified: Path) -> None:
    with mail_server(certified, host="127.0.0.2") as box:
        assert "certificate was not accepted: IP address mismatch" in failure(
            SourceUnreachable, box, certified
        )
    assert box.logins == 0


def test_certificates_that_are_not_there_are_named(
    box: Mailbox, certified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such.pem")
    assert "REQUESTS_CA_BUNDLE names /no/such.pem" in failure(RequestRefused, box, certified)


def test_a_wrong_password_is_said_at_once(box: Mailbox, certified: Path) -> None:
    box.password = "another"
    said = failure(AuthenticationFailed, box, certified)
    assert "refused the login: 535" in said and "deliver.email.smtp" in said


def test_a_refused_recipient_is_named(box: Mailbox, certified: Path) -> None:
    box.rcpt = ["550 5.1.1 no such user"]
    said = failure(RequestRefused, box, certified)
    assert "lead@acme.example" in said and "no such user" in said
    assert box.mails == []


def test_what_is_refused_for_the_moment_is_tried_again(box: Mailbox, certified: Path) -> None:
    box.rcpt, box.data = ["450 greylisted"], ["451 later"]
    sent(box, certified)
    assert len(box.mails) == 1


def test_a_mail_that_is_too_large_says_what_to_do_instead(box: Mailbox, certified: Path) -> None:
    box.data = ["552 too big"]
    assert "into a folder" in failure(RequestRefused, box, certified)


def test_a_connection_cut_after_the_text_leads_to_a_second_mail_with_the_same_id(
    box: Mailbox, certified: Path
) -> None:
    box.drop_after_data = 1
    sent(box, certified)
    assert len(box.ids) == 2
    assert len(set(box.ids)) == 1


def test_a_server_that_always_cuts_the_connection_is_said_to(box: Mailbox, certified: Path) -> None:
    box.drop_after_data = 9
    assert "the same Message-ID" in failure(SourceUnreachable, box, certified)


def test_no_server_is_said_with_its_address(box: Mailbox, certified: Path) -> None:
    url = box.url.replace(f":{box.port}", ":9")
    assert "mail server 127.0.0.1:9" in failure(SourceUnreachable, box, certified, url=url)


def test_tls_from_the_first_byte_on_a_port_that_wants_starttls(box: Mailbox, certified: Path) -> None:
    said = failure(SourceUnreachable, box, certified, url=box.url.replace("smtp:", "smtps:"))
    assert "does not speak TLS there" in said and "smtp://user:password@host:587" in said


def test_only_this_machine_may_take_mail_without_encryption(tmp_path: Path) -> None:
    with mail_server(tmp_path, starttls=False, login=False) as here:
        server = MailServer.at(f"smtp://127.0.0.1:{here.port}")
        assert Mailer(server).check() == "not encrypted"
        Mailer(server, retry=AT_ONCE).send(message(tmp_path), sender=USER, recipient=USER)
    with mail_server(tmp_path, starttls=False, login=False, host="127.0.0.2") as elsewhere:
        server = MailServer.at(f"smtp://127.0.0.2:{elsewhere.port}")
        with pytest.raises(RequestRefused, match="offers no encryption"):
            Mailer(server, retry=AT_ONCE).send(message(tmp_path), sender=USER, recipient=USER)
    assert (len(here.mails), len(elsewhere.mails)) == (1, 0)


def test_an_attachment_that_is_gone_is_named(box: Mailbox, certified: Path) -> None:
    gone = Message(
        identity="x", subject="s", lines=(), attachments=(Attachment(name="a", path=certified / "gone.html"),)
    )
    with pytest.raises(RequestRefused, match=r"gone\.html can't be attached"):
        Mailer(MailServer.at(box.url)).send(gone, sender=USER, recipient=USER)


@pytest.mark.parametrize(
    "url",
    ["mail.acme.example", "http://u:s3cret@h", "smtp://", "smtp://u:s3cret@h:port", "smtp://u:s3/cret@h"],
)
def test_an_address_that_is_none_is_not_shown(url: str) -> None:
    with pytest.raises(RequestRefused) as caught:
        MailServer.at(url)
    assert "s3" not in str(caught.value).replace("smtps", "")


def test_no_repr_has_the_password() -> None:
    assert "s3cret" not in repr(MailServer.at("smtp://u:s3cret@h"))
