"""What smtplib raises, in words: what happened, what to do, and whether it may go better in a while.

No word holds the password, whatever a server says again of what it was told.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field

from connectors.errors import AuthenticationFailed, ConnectorError, RequestRefused, SourceUnreachable

ADDRESSES = "smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465"

_TEMPORARY_LOGIN = 454
_TOO_LARGE = 552
_SENDER_REFUSED = (530, 550, 553, 554)
Explained = tuple[ConnectorError, bool]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains the errors of one server: `place` names it, `password` is kept out of everything said."""

    place: str
    password: str = field(repr=False)

    def explain(self, error: Exception) -> Explained:
        """What to raise for an error, and whether it may heal."""
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            return self._recipient(error)
        if isinstance(error, smtplib.SMTPResponseException):
            return self._answer(error)
        if isinstance(error, smtplib.SMTPNotSupportedError):
            mend = f"Nothing was sent. Write the address as {ADDRESSES}, with the port that the server encrypts on."
            return RequestRefused(f"{self.place} offers no encryption or no login.", mend=mend), False
        if isinstance(error, UnicodeError):
            mend = "Use characters of ASCII for user, password and addresses."
            return RequestRefused(f"{self.place} takes no such user, password or address.", mend=mend), False
        if isinstance(error, ssl.SSLError):
            return self._encryption(error), False
        mend = "Check address, port and network; a mail that was on its way is sent again under the same Message-ID."
        said = (
            f"{self.place} did not answer to the end: {self._scrubbed(str(error) or type(error).__name__)}."
        )
        return SourceUnreachable(said, mend=mend), True

    def _recipient(self, error: smtplib.SMTPRecipientsRefused) -> Explained:
        address, (code, text) = next(iter(error.recipients.items()))
        mend = "Correct the address in pmo.yaml, or let the server relay for this user."
        said = f"{self.place} refused the recipient {address}: {self._words(code, text)}."
        return RequestRefused(said, mend=mend), _heals(code)

    def _answer(self, error: smtplib.SMTPResponseException) -> Explained:
        said = self._words(error.smtp_code, error.smtp_error)
        if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code != _TEMPORARY_LOGIN:
            mend = "Check user and password in deliver.email.smtp; many providers want a password made for programs."
            return AuthenticationFailed(f"{self.place} refused the login: {said}.", mend=mend), False
        refused = RequestRefused(f"{self.place} refused the mail: {said}.", mend=_mend(error.smtp_code))
        return refused, _heals(error.smtp_code)

    def _encryption(self, error: ssl.SSLError) -> SourceUnreachable:
        if isinstance(error, ssl.SSLCertVerificationError):
            mend = "Set REQUESTS_CA_BUNDLE to the organisation's certificates, or check the server's name."
            said = f"{self.place}: the certificate was not accepted: {error.verify_message}."
            return SourceUnreachable(said, mend=mend)
        mend = f"Check scheme and port: {ADDRESSES}."
        return SourceUnreachable(f"{self.place} does not speak TLS there ({error.reason}).", mend=mend)

    def _words(self, code: int, text: bytes | str) -> str:
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return f"{code} {self._scrubbed(' '.join(words.split())[:300])}".rstrip(". ")

    def _scrubbed(self, said: str) -> str:
        return said.replace(self.password, "…") if self.password else said


def _heals(code: int) -> bool:
    return 400 <= code < 500


def _mend(code: int) -> str:
    if code == _TOO_LARGE:
        return (
            "The pack is larger than the server takes: deliver it into a folder, or raise the server's limit."
        )
    if code in _SENDER_REFUSED:
        return "Check `from` in deliver.email: may this user send under that address, and to others?"
    return "Ask who runs the mail server; nothing was sent."
