"""Who is sent something, how, and for whom the pack is: pmo.yaml's `deliver:` and `alerts:` as one list each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from connectors.errors import ConnectorError, SourceUnreachable
from connectors.messages.message import Message
from pipelines.delivery_settings import Reader, is_address
from pipelines.publishing.pack.scope import Scope
from pipelines.settings import SETTINGS_FILE, EnvText, Home, Settings, SettingsError

if TYPE_CHECKING:
    from connectors.http import Retry

PORTFOLIO = Scope()
Channel = Literal["email", "slack", "teams", "folder"]


class UndeliveredError(Exception):
    """A message did not go out; what happened, where, and what to do next. `is_down`: nobody answered there."""

    def __init__(self, said: str, *, is_down: bool = False) -> None:
        super().__init__(said)
        self.is_down = is_down


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One address, channel or folder, as pmo.yaml has it; `key` says where."""

    channel: Channel
    key: str
    value: EnvText
    scope: Scope = PORTFOLIO

    @property
    def to(self) -> str:
        """The recipient in logs: what comes from the environment stays `${NAME}`."""
        return self.value.template

    def __str__(self) -> str:
        return f"{self.channel} {self.to}"


def readers(settings: Settings) -> list[Recipient]:
    """Everybody who gets packs."""
    deliver = settings.deliver
    found = []
    for number, mail in enumerate(deliver.email.to if deliver.email else ()):
        found.append(_reader("email", f"deliver.email.to[{number}]", mail.address, mail))
    for number, slack in enumerate(deliver.slack):
        found.append(_reader("slack", f"deliver.slack[{number}]", slack.webhook, slack))
    for number, teams in enumerate(deliver.teams):
        found.append(_reader("teams", f"deliver.teams[{number}]", teams.webhook, teams))
    for number, folder in enumerate(deliver.folder):
        found.append(_reader("folder", f"deliver.folder[{number}]", folder.path, folder))
    return found


def alerted(settings: Settings) -> list[Recipient]:
    """Everybody who is told of failures: those of `alerts:`; without it, who gets the portfolio by e-mail."""
    alerts = settings.alerts
    if alerts is None:
        return [each for each in readers(settings) if each.channel == "email" and each.scope == PORTFOLIO]
    found = [
        Recipient(channel="email", key=f"alerts.email[{number}]", value=address)
        for number, address in enumerate(alerts.email)
    ]
    if alerts.slack is not None:
        found.append(Recipient(channel="slack", key="alerts.slack", value=alerts.slack))
    if alerts.teams is not None:
        found.append(Recipient(channel="teams", key="alerts.teams", value=alerts.teams))
    return found


def send(
    home: Home, settings: Settings, recipient: Recipient, message: Message, *, mail_retry: Retry | None = None
) -> str:
    """Sends one message; returns its Message-ID, or nothing where the channel has none. Raises UndeliveredError.

    `mail_retry`: how often the mail server is tried, where not as often as it usually is.
    """
    try:
        return _send(home, settings, recipient, message, mail_retry)
    except (ConnectorError, SettingsError) as error:
        failure, is_down = str(error), isinstance(error, SourceUnreachable)
    raise UndeliveredError(f"{recipient.key}: {failure}", is_down=is_down)


def _send(
    home: Home, settings: Settings, recipient: Recipient, message: Message, mail_retry: Retry | None
) -> str:
    if recipient.channel == "email":
        from connectors.messages.smtp import RETRY, Mailer, MailServer

        server = MailServer.at(smtp_address(settings))
        sender = sender_of(settings, server.user)
        mailer = Mailer(server, retry=mail_retry or RETRY)
        return mailer.send(message, sender=sender, recipient=recipient.value.resolve())
    if recipient.channel == "folder":
        from connectors.messages.folder import copy_into

        copy_into(home.root / recipient.value.resolve(), message.attachments)
        return ""
    from connectors.messages.webhook import Webhook, post

    post(Webhook(kind=recipient.channel, key=recipient.key, url=recipient.value.resolve()), message)
    return ""


def smtp_address(settings: Settings) -> str:
    """The address of the mail server, password and all; SettingsError where there is none."""
    if settings.deliver.email is None:
        raise SettingsError(f"{SETTINGS_FILE} names no mail server: write deliver.email.smtp.")
    return settings.deliver.email.smtp.resolve()


def sender_of(settings: Settings, user: str) -> str:
    """`from`, else the user of the mail server where that is an address, else the first who is written to."""
    email = settings.deliver.email
    if email is not None and email.sender is not None:
        return email.sender.resolve()
    if is_address(user):
        return user
    for recipient in (*readers(settings), *alerted(settings)):
        if recipient.channel == "email":
            return recipient.value.resolve()
    raise SettingsError(f"{SETTINGS_FILE} names no sender: write deliver.email.from.")


def channels_in_use(settings: Settings) -> Iterator[Recipient]:
    """Readers and alerted, each address, channel and folder once."""
    seen = set()
    for recipient in (*readers(settings), *alerted(settings)):
        if (recipient.channel, recipient.to) not in seen:
            seen.add((recipient.channel, recipient.to))
            yield recipient


def _reader(channel: Channel, key: str, value: EnvText, reader: Reader) -> Recipient:
    scope = Scope(reader.projects, reader.programme, reader.role == "finance")
    return Recipient(channel=channel, key=key, value=value, scope=scope)
