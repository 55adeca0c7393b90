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
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from html import escape
from mimetypes import guess_type
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from connectors.errors import AuthenticationFailed, ConnectorError, RequestRefused, SourceUnreachable
from connectors.http import Report, Retry, silent
from connectors.messages.message import Message

CONNECT_TIMEOUT, TIMEOUT = 15.0, 60.0
"""Seconds to connect, and for one answer: a server that scans attachments takes its time."""
RETRY = Retry(attempts=3, first_wait=2.0, longest_wait=20.0)

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"smtp": 587, "smtps": 465}
_WRITE = "smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465"
_TEMPORARY_LOGIN = 454


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail goes out. `encryption` none is for this machine's own server, which need not have a certificate."""

    host: str
    port: int
    encryption: Literal["tls", "starttls", "none"]
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
            mend = f"Write {_WRITE}; in the password, @ as %40, : as %3A, / as %2F, # as %23 and % as %25."
            raise RequestRefused("The address of the mail server is none.", mend=mend)
        encryption: Literal["tls", "starttls", "none"] = "tls" if parts.scheme == "smtps" else "starttls"
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
            return "encrypted" if self.server.encryption != "none" else "not encrypted"

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
        for attempt in range(1, self._retry.attempts + 1):
            failure, may_heal = None, False
            try:
                return ask()
            except (OSError, UnicodeError) as error:
                failure, may_heal = self._explained(error)
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

    def _explained(self, error: Exception) -> tuple[ConnectorError, bool]:
        """What to raise for an error of smtplib, and whether it may go better in a while."""
        server = self.server
        if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code != _TEMPORARY_LOGIN:
            said = self._words(error.smtp_code, error.smtp_error)
            mend = "Check user and password in deliver.email.smtp; many providers want a password made for programs."
            return AuthenticationFailed(f"{server} refused the login: {said}.", mend=mend), False
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            address, (code, text) = next(iter(error.recipients.items()))
            said = self._words(code, text)
            mend = "Correct the address in pmo.yaml, or let the server relay for this user."
            return RequestRefused(f"{server} refused the recipient {address}: {said}.", mend=mend), _heals(
                code
            )
        if isinstance(error, smtplib.SMTPResponseException):
            said = self._words(error.smtp_code, error.smtp_error)
            return RequestRefused(f"{server} refused the mail: {said}.", mend=_mend(error.smtp_code)), _heals(
                error.smtp_code
            )
        if isinstance(error, smtplib.SMTPNotSupportedError):
            mend = (
                f"Nothing was sent. Write the address as {_WRITE}, with the port that the server encrypts on."
            )
            return RequestRefused(f"{server} offers no encryption or no login.", mend=mend), False
        if isinstance(error, UnicodeError):
            mend = "Use characters of ASCII for user, password and addresses."
            return RequestRefused(f"{server} takes no such user, password or address.", mend=mend), False
        if isinstance(error, ssl.SSLCertVerificationError):
            mend = "Set REQUESTS_CA_BUNDLE to the organisation's certificates, or check the server's name."
            said = error.verify_message
            return SourceUnreachable(f"{server}: the certificate was not accepted: {said}.", mend=mend), False
        if isinstance(error, ssl.SSLError):
            mend = f"Check scheme and port: {_WRITE}."
            return SourceUnreachable(f"{server} does not speak TLS there ({error.reason}).", mend=mend), False
        mend = "Check address, port and network; a mail that was on its way is sent again under the same Message-ID."
        return SourceUnreachable(
            f"{server} did not answer to the end: {self._scrubbed(error)}.", mend=mend
        ), True

    def _words(self, code: int, text: bytes | str) -> str:
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return f"{code} {self._scrubbed(' '.join(words.split())[:300])}".rstrip(". ")

    def _scrubbed(self, said: object) -> str:
        """A server may say again what it was told."""
        text = str(said) or type(said).__name__
        return text.replace(self.server.password, "…") if self.server.password else text


def compose(message: Message, *, sender: str, recipient: str) -> EmailMessage:
    """The mail: text and HTML of the same lines, and the attachments.

    Raises RequestRefused where an attachment can't be read.
    """
    mail = EmailMessage()
    mail["From"], mail["To"] = _address(sender), _address(recipient)
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = f"<pmo-{message.identity}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    # No out-of-office reply is wanted.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in message.lines if line)
    mail.add_alternative(
        f'<!doctype html><html><body style="font-family: sans-serif">{paragraphs}</body></html>', "html"
    )
    for attachment in message.attachments:
        try:
            content = attachment.path.read_bytes()
        except OSError as error:
            mend = "Make the pack again with `pmo report`."
            raise RequestRefused(
                f"{attachment.path} can't be attached: {error.strerror}.", mend=mend
            ) from None
        kind, _, part = (guess_type(attachment.name)[0] or "application/octet-stream").partition("/")
        mail.add_attachment(content, maintype=kind, subtype=part, filename=attachment.name)
    return mail


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    try:
        return Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError):
        mend = "Write name@host, or Name <name@host>."
        raise RequestRefused(
            f"'{text.splitlines()[0] if text else ''}' is no e-mail address.", mend=mend
        ) from None


def _certificates() -> ssl.SSLContext:
    """The certificates of the machine, and those that the organisation names as for HTTP."""
    context = ssl.create_default_context()
    if bundle := os.environ.get("REQUESTS_CA_BUNDLE"):
        context.load_verify_locations(bundle)
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


def _heals(code: int) -> bool:
    return 400 <= code < 500


def _mend(code: int) -> str:
    if code == 552:
        return (
            "The pack is larger than the server takes: deliver it into a folder, or raise the server's limit."
        )
    if code in (530, 550, 553, 554):
        return "Check `from` in deliver.email: may this user send under that address, and to others?"
    return "Ask who runs the mail server; nothing was sent."
