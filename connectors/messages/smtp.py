"""Sends mail through one SMTP server, encrypted, and says what is wrong when it does not go.

    connect ─ STARTTLS or TLS ─ login ─ MAIL, RCPT, DATA ─▶ accepted
      ├─ no answer, cut connection, 4xx ──────▶ again, then SourceUnreachable
      ├─ login refused ───────────────────────▶ AuthenticationFailed
      └─ certificate, 5xx, no encryption ─────▶ SourceUnreachable or RequestRefused, at once

A connection that is cut after the text was sent leaves open whether the mail was accepted. It is sent again under the
same Message-ID: rather twice than never.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from connectors.errors import RequestRefused, SourceUnreachable
from connectors.http import Report, Retry, silent
from connectors.messages.mail import compose
from connectors.messages.message import Message
from connectors.messages.smtp_errors import ADDRESSES, Explainer

CONNECT_TIMEOUT, TIMEOUT = 15.0, 60.0
"""Seconds to connect, and for one answer: a server that scans attachments takes its time."""
RETRY = Retry(attempts=3, first_wait=2.0, longest_wait=20.0)

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail goes out. A server of this machine need not offer the encryption; any other has to."""

    host: str
    port: int
    encryption: Literal["tls", "starttls"]
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def at(cls, url: str) -> Self:
        """The server of an address; user and password percent-encoded where they have `@`, `:` or `/` in them.

        Raises RequestRefused where it is none; the message does not show it.
        """
        parts = urlsplit(url.strip())
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in _PORTS or not parts.hostname or port == -1 or parts.path.strip("/"):
            mend = f"Write {ADDRESSES}; in the password, @ as %40, : as %3A, / as %2F, # as %23 and % as %25."
            raise RequestRefused("The address of the mail server is none.", mend=mend)
        encryption: Literal["tls", "starttls"] = "tls" if parts.scheme == "smtps" else "starttls"
        return cls(
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            encryption=encryption,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    def __str__(self) -> str:
        return f"mail server {self.host}:{self.port}"


class Mailer:
    """Sends through one server; each mail has a connection of its own.

    Every method raises SourceUnreachable, AuthenticationFailed or RequestRefused; no message holds the password.
    """

    def __init__(self, server: MailServer, *, retry: Retry = RETRY, report: Report = silent) -> None:
        self.server = server
        self._retry = retry
        self._report = report

    def check(self) -> str:
        """Connects and logs in, sends nothing; returns how."""

        def ask() -> str:
            with self._connection() as connection:
                connection.noop()
                return "encrypted" if isinstance(connection.sock, ssl.SSLSocket) else "not encrypted"

        return self._again(ask)

    def send(self, message: Message, *, sender: str, recipient: str) -> str:
        """Sends to one recipient and returns the Message-ID: the same for the same `identity` and sender."""
        mail = compose(message, sender=sender, recipient=recipient)

        def ask() -> str:
            with self._connection() as connection:
                connection.send_message(mail, parseaddr(sender)[1], [parseaddr(recipient)[1]])
            return str(mail["Message-ID"])

        return self._again(ask)

    def _again(self, ask: Callable[[], str]) -> str:
        """What `ask` returns; a temporary failure is tried again. What smtplib raised is not chained: it may quote."""
        explainer = Explainer(str(self.server), self.server.password)
        for attempt in range(1, self._retry.attempts + 1):
            failure, may_heal = None, False
            try:
                return ask()
            except (OSError, UnicodeError) as error:
                failure, may_heal = explainer.explain(error)
            if not may_heal or attempt == self._retry.attempts:
                raise failure
            wait = self._retry.backoff(attempt)
            self._report(f"{failure.message} Trying again in {wait:.1f} s")
            self._retry.sleep(wait)
        raise SourceUnreachable(
            f"{self.server}: no attempt was allowed.", mend="Set Retry.attempts to 1 or more."
        )

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """An open, encrypted, logged-in connection."""
        server, context = self.server, _certificates()
        address = (server.host, server.port)
        opened = (
            smtplib.SMTP_SSL(*address, timeout=CONNECT_TIMEOUT, context=context)
            if server.encryption == "tls"
            else smtplib.SMTP(*address, timeout=CONNECT_TIMEOUT)
        )
        assert opened.sock is not None
        opened.sock.settimeout(TIMEOUT)
        with _closing(opened):
            if server.encryption == "starttls":
                self._encrypt(opened, context)
            if server.user:
                opened.login(server.user, server.password)
            yield opened

    def _encrypt(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        """STARTTLS; left out only where a server of this machine does not offer it."""
        connection.ehlo_or_helo_if_needed()
        if connection.has_extn("starttls") or self.server.host not in _LOOPBACK:
            connection.starttls(context=context)


def _certificates() -> ssl.SSLContext:
    """The certificates of the machine, and those that the organisation names as for HTTP."""
    context = ssl.create_default_context()
    if named := os.environ.get("REQUESTS_CA_BUNDLE"):
        bundle = Path(named)
        if not bundle.exists():
            mend = "Name a file of certificates in PEM, or unset it."
            raise RequestRefused(f"REQUESTS_CA_BUNDLE names {bundle}, which is not there.", mend=mend)
        if bundle.is_dir():
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
    return context


@contextmanager
def _closing(connection: smtplib.SMTP) -> Iterator[None]:
    """Ends the connection. What the server says to QUIT is of no account: it has accepted the mail before."""
    try:
        yield
        try:
            connection.quit()
        except smtplib.SMTPException:
            return
    finally:
        connection.close()
