"""What the doctor finds about the mail server, webhooks and folders that pmo.yaml names. No message is sent."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.errors import ConnectorError
from pipelines.commands.findings import Finding
from pipelines.delivery_settings import is_address
from pipelines.publishing.recipients import Recipient, channels_in_use, sender_of, smtp_address
from pipelines.settings import Home, Settings, SettingsError


def messages(home: Home, settings: Settings) -> Iterator[Finding]:
    """The mail server, then each recipient of packs and alerts that can be looked at."""
    recipients = list(channels_in_use(settings))
    if settings.deliver.email is not None:
        yield _mail_server(settings)
    for recipient in recipients:
        yield _recipient(home, recipient)


def _mail_server(settings: Settings) -> Finding:
    from connectors.http import Retry
    from connectors.messages.smtp import Mailer, MailServer

    subject = "mail server"
    try:
        server = MailServer.at(smtp_address(settings))
        sender = sender_of(settings, server.user)
        how = Mailer(server, retry=Retry(attempts=1)).check()
    except (ConnectorError, SettingsError) as error:
        return Finding(subject, False, str(error))
    login = "login accepted" if server.user else "no login"
    return Finding(
        subject, True, f"{server.host}:{server.port}, {how}, {login}, mail from {sender}; none was sent"
    )


def _recipient(home: Home, recipient: Recipient) -> Finding:
    subject = f"{recipient.key} ({recipient.to})"
    try:
        value = recipient.value.resolve()
        said = _looked_at(home, recipient, value)
    except (ConnectorError, SettingsError) as error:
        return Finding(subject, False, str(error))
    return Finding(subject, True, said)


def _looked_at(home: Home, recipient: Recipient, value: str) -> str:
    """What is right about a recipient; raises ConnectorError or SettingsError for what is wrong."""
    if recipient.channel == "email":
        if not is_address(value):
            raise SettingsError(f"What {recipient.to} holds is no e-mail address: write name@host.")
        return "an address; whether it exists shows when something is sent"
    if recipient.channel == "folder":
        from connectors.messages.folder import check_writable

        check_writable(home.root / value)
        return "the folder can be written"
    from connectors.messages.webhook import Webhook, check_reached

    webhook = Webhook(kind=recipient.channel, key=recipient.key, url=value)
    check_reached(webhook)
    return f"{webhook.host} answers; whether the webhook itself is good shows when something is posted"
