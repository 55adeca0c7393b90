"""A real SMTP server for tests: STARTTLS or TLS from the first byte, login, and the ways in which servers fail."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from demo.jira.tls import self_signed

USER, PASSWORD = "pmo@acme.example", "s3cret:p@ss/word"


@dataclass
class Mailbox:
    """What arrived, and how the server is to behave: answers of RCPT and DATA, `250` where none is set.

    `drop_after_data` cuts that many connections once a mail has been taken.
    """

    port: int = 0
    scheme: str = "smtp"
    host: str = "127.0.0.1"
    password: str = PASSWORD
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    drop_after_data: int = 0
    logins: int = 0

    @property
    def url(self) -> str:
        """The address with user and password, as PMO_SMTP_URL has it."""
        return f"{self.scheme}://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@{self.host}:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs in the order of arrival."""
        return [str(mail["Message-ID"]) for mail in self.mails]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
            self.recipients.append(list(envelope.rcpt_tos))
        if self.drop_after_data:
            self.drop_after_data -= 1
            server.transport.abort()
        return answer


@contextmanager
def mail_server(
    folder: Path, *, scheme: str = "smtp", host: str = "127.0.0.1", starttls: bool = True, login: bool = True
) -> Iterator[Mailbox]:
    """A server that listens until the block ends; its certificate is `folder`/certificate.pem."""
    box = Mailbox(port=_free_port(), scheme=scheme, host=host)
    certificate, key = self_signed(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    options: dict[str, Any] = {}
    if login:
        options |= {"authenticator": _authenticator(box), "auth_required": True}
        options["auth_require_tls"] = scheme == "smtp" and starttls
    if scheme == "smtps":
        options["ssl_context"] = context
    elif starttls:
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(box, hostname=host, port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _authenticator(box: Mailbox) -> Callable[..., AuthResult]:
    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        good = (data.login, data.password) == (USER.encode(), box.password.encode())
        box.logins += good
        return AuthResult(success=good, handled=False)

    return authenticate


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
