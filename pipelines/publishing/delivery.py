"""Sending a release's packs: to everybody the pack of their role, once a release.

    release + pmo.yaml ──> who has not had it ──> make the pack ──> send ──> messages/sent.jsonl

What was sent is written down after it was sent (`message_log`). One recipient's failure keeps nobody else waiting; what
failed is tried again when the same release is delivered again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from connectors.messages.message import Attachment, Message
from pipelines.publishing.kept import DATABASE, PublishError, Release, folder_of
from pipelines.publishing.message_log import MessageLog
from pipelines.publishing.pack.scope import Scope
from pipelines.publishing.recipients import Recipient, UndeliveredError, readers, send
from pipelines.publishing.swapping import standing
from pipelines.settings import Home, Settings

if TYPE_CHECKING:
    from connectors.http import Retry

LOG = "sent.jsonl"


class PackNotMadeError(Exception):
    """A reader's pack can't be made, as of a programme that there is not; the message says what to correct."""


class Pack(Protocol):
    """A pack that was made. Packs for different readers have files of different names."""

    @property
    def page(self) -> Path:
        """The HTML page."""

    @property
    def workbook(self) -> Path:
        """The workbook."""

    @property
    def headlines(self) -> tuple[str, ...]:
        """The pack in a few lines of plain text."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one recipient's pack: `said` is why it was not sent, with the mend."""

    to: str
    status: Literal["sent", "sent before", "failed"]
    said: str = ""


def deliver_release(home: Home, settings: Settings) -> list[Delivery]:
    """Makes and sends the packs of the release that stands, to who has not had them; as `deliver_packs`.

    Raises PublishError where nothing is published, MessageLogError where it can't be noted what was sent.
    """
    from pipelines.publishing.pack.making import make_pack
    from pipelines.publishing.pack.reading import PackError

    release = standing(home.published)
    if release is None:
        raise PublishError(f"No whole release stands in {home.published}: run `pmo refresh` first.")

    # What stands may be another release before the last pack is made.
    database = folder_of(home.published, release) / DATABASE

    def make(scope: Scope) -> Pack:
        try:
            return make_pack(home, scope=scope, database=database)
        except (PackError, LookupError) as error:
            raise PackNotMadeError(str(error.args[0])) from error

    return deliver_packs(home, settings, release=release, make=make)


def deliver_packs(
    home: Home, settings: Settings, *, release: Release, make: Callable[[Scope], Pack]
) -> list[Delivery]:
    """Sends every reader of pmo.yaml the pack of a release, unless it was sent before.

    Args:
        release: what stands published.
        make: makes a pack; called once for each kind that somebody still has to get. After PackNotMadeError those who
            should get that pack go without; what else it raises is raised.

    Returns one entry for each reader, in the order of pmo.yaml. Raises MessageLogError; never for what sending meets.
    """
    recipients = readers(settings)
    if not recipients:
        return []
    log = MessageLog(home.messages / LOG)
    with log.held():
        sent = {str(row.get("identity")) for row in log.rows()}
        sending = _Sending(home, settings, release, cache(make), log, sent)
        return [sending.to(recipient) for recipient in recipients]


@dataclass(slots=True)
class _Sending:
    """One delivery while it goes on: what was sent already, and whether the mail server did not answer."""

    home: Home
    settings: Settings
    release: Release
    make: Callable[[Scope], Pack]
    log: MessageLog
    sent: set[str]
    is_mail_down: bool = False

    def to(self, recipient: Recipient) -> Delivery:
        """Sends one recipient their pack, unless they have it."""
        identity = _identity(self.release, recipient)
        if identity in self.sent:
            return Delivery(str(recipient), "sent before")
        try:
            message = _message(self.settings, self.release, recipient, self.make(recipient.scope), identity)
            message_id = send(self.home, self.settings, recipient, message, mail_retry=self._mail_retry())
        except PackNotMadeError as error:
            return Delivery(str(recipient), "failed", f"{recipient.key}: {error}")
        except UndeliveredError as error:
            self.is_mail_down |= error.is_down and recipient.channel == "email"
            return Delivery(str(recipient), "failed", str(error))
        self.log.add(
            identity=identity,
            release=self.release.folder_name,
            channel=recipient.channel,
            to=recipient.to,
            pack=asdict(recipient.scope),
            message_id=message_id,
        )
        self.sent.add(identity)
        return Delivery(str(recipient), "sent")

    def _mail_retry(self) -> Retry | None:
        """A mail server that did not answer is tried once for each who comes after, so that other ways wait no hour."""
        from connectors.http import Retry

        return Retry(attempts=1) if self.is_mail_down else None


def _identity(release: Release, recipient: Recipient) -> str:
    """The same for the same release, recipient and pack: it names the delivery, and makes the Message-ID."""
    parts = (release.folder_name, recipient.channel, recipient.to, recipient.scope.file_stem)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _message(
    settings: Settings, release: Release, recipient: Recipient, pack: Pack, identity: str
) -> Message:
    files = (pack.page, pack.workbook)
    last = f"Release {release.release_id}."
    if recipient.channel == "email":
        last += f" Attached: {' and '.join(file.name for file in files)}. Both open offline."
    return Message(
        identity=identity,
        subject=f"{settings.organisation}: {recipient.scope.title}, release {release.release_id}",
        lines=(*pack.headlines, last),
        attachments=tuple(Attachment(name=file.name, path=file) for file in files),
    )
