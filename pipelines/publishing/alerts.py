"""Telling who has to know: once when something goes wrong, again for another cause, once when all is mended.

What each recipient was told last stands in messages/alerts.jsonl, as fingerprints of causes; a message is written down
after it was sent (`message_log`). A message that does not go out is tried again by the next run and changes nothing
about the run that it is about: `tell` returns what went wrong and never raises for it.
"""

from __future__ import annotations

import hashlib
import logging
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from connectors.messages.message import Message
from pipelines.publishing.message_log import MessageLog, MessageLogError, Row
from pipelines.publishing.recipients import Recipient, UndeliveredError, alerted, send
from pipelines.publishing.troubles import Trouble
from pipelines.settings import Home, Settings

LOG = "alerts.jsonl"
Topic = Literal["refresh", "age", "delivery"]


@dataclass(frozen=True, slots=True)
class _Told:
    """What one recipient was told about one topic: the source of each cause that is open, and how often anything was.

    `heard` are the causes of which they were told since all was well.
    """

    open: dict[str, str]
    heard: frozenset[str]
    times: int


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell of a topic.

    Args:
        subject: what the subject of an alert says, `the refresh failed`.
        troubles: everything that is wrong now, as far as was looked; nothing: what was wrong is mended.
        judged: the sources that were looked at, where not all were; troubles of others stand as they were.
    """

    topic: Topic
    subject: str
    troubles: Sequence[Trouble]
    judged: Collection[str] | None = None


def tell(home: Home, settings: Settings, news: News) -> list[str]:
    """Sends each recipient of alerts what is new to them; returns a warning for each message that did not go out."""
    recipients = alerted(settings)
    log = MessageLog(home.messages / LOG)
    if not recipients or not (news.troubles or log.file.is_file()):
        return []
    found = []
    try:
        with log.held():
            rows = log.rows()
            for recipient in recipients:
                try:
                    _tell(home, settings, log, news, recipient, _told(rows, news.topic, recipient))
                except UndeliveredError as error:
                    found.append(f"An alert was not sent to {recipient}: {error}")
    except MessageLogError as error:
        found.append(str(error))
    for warning in found:
        logging.getLogger("pmo").warning("%s", warning)
    return found


def _tell(
    home: Home, settings: Settings, log: MessageLog, news: News, recipient: Recipient, told: _Told
) -> None:
    """Sends one recipient at most one message and notes what is open to them from now on."""
    now = _open_now(news, told)
    if now == told.open:
        return
    identity = _identity(news.topic, recipient, told.times, now)
    message: Message | None = None
    kind = ""  # Of what is open they have heard, and not all is mended: noted, and no message.
    if set(now) - told.heard:
        kind, message = "alert", _alert(home, settings, news, identity)
    elif not now:
        kind, message = "mended", _mended(home, settings, sorted(set(told.open.values())), identity)
    message_id = send(home, settings, recipient, message) if message else ""
    log.add(
        topic=news.topic,
        channel=recipient.channel,
        to=recipient.to,
        kind=kind,
        open=now,
        message_id=message_id,
    )


def _open_now(news: News, told: _Told) -> dict[str, str]:
    """The source of each cause that is open, those of sources that were not looked at as they were."""
    now = {trouble.fingerprint: trouble.source for trouble in news.troubles}
    if news.judged is not None:
        now |= {cause: source for cause, source in told.open.items() if source not in news.judged}
    return now


def _told(rows: Sequence[Row], topic: Topic, recipient: Recipient) -> _Told:
    own = [
        row
        for row in rows
        if (row.get("topic"), row.get("channel"), row.get("to")) == (topic, recipient.channel, recipient.to)
        and isinstance(row.get("open"), dict)
    ]
    heard: set[str] = set()
    for row in own:
        heard = heard | set(row["open"]) if row["open"] else set()
    return _Told(open=own[-1]["open"] if own else {}, heard=frozenset(heard), times=len(own))


def _identity(topic: Topic, recipient: Recipient, times: int, now: dict[str, str]) -> str:
    """The same until this message is noted as sent; another one when the same trouble comes back later."""
    parts = (topic, recipient.channel, recipient.to, str(times), *sorted(now))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _alert(home: Home, settings: Settings, news: News, identity: str) -> Message:
    sources = _some(list(dict.fromkeys(trouble.source for trouble in news.troubles)))
    causes = [
        f"{trouble.source}: {line}"
        for trouble in news.troubles
        for line in trouble.message.splitlines()
        if line.strip()
    ]
    return Message(
        identity=identity,
        subject=f"{settings.organisation}: {news.subject}: {sources}",
        lines=(
            *causes,
            f"{_release(home)} You are told again when the cause changes, and once when it is mended.",
            _place(home),
        ),
    )


def _mended(home: Home, settings: Settings, sources: Sequence[str], identity: str) -> Message:
    named = _some(sources)
    return Message(
        identity=identity,
        subject=f"{settings.organisation}: mended: {named}",
        lines=(f"What was wrong with {named} is mended. {_release(home)}", _place(home)),
    )


def _some(names: Sequence[str], limit: int = 6) -> str:
    """For a subject: the lines have all of them."""
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")


def _release(home: Home) -> str:
    from pipelines.publishing.swapping import release_id_of

    standing = release_id_of(home.published_file) if home.published_file.is_file() else None
    return f"Release {standing} stands." if standing else "Nothing is published yet."


def _place(home: Home) -> str:
    return f"{home.root} on {socket.gethostname()}. `pmo doctor` says what stands."
