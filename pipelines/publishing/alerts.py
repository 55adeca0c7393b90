"""Telling who has to know: once when something goes wrong, again when the cause changes, once when it is mended.

What each recipient was told last stands in messages/alerts.jsonl, as fingerprints of causes; a message is written down
after it was sent (`message_log`). A message that does not go out is tried again by the next run and changes nothing
about the run that it is about: `tell` returns what went wrong and never raises for it.
"""

from __future__ import annotations

import hashlib
import logging
import re
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from connectors.messages.message import Message
from pipelines.publishing.message_log import MessageLog, Row
from pipelines.publishing.recipients import Recipient, UndeliveredError, alerted, send
from pipelines.settings import Home, Settings

LOG = "alerts.jsonl"
Topic = Literal["refresh", "age"]

# What differs between two runs that fail for one cause: moments, ids, addresses in memory, seconds, where a listing stood.
_PASSING = (
    (re.compile(r"\b(GET|POST) \S+ \([^)]*\)"), r"\1"),
    (re.compile(r"\burl: \S+"), "url"),
    (re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?"), "moment"),
    (re.compile(r"\b[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\b"), "id"),
    (re.compile(r"\b0x[0-9a-f]+\b"), "address"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,64}\b"), "id"),
    (re.compile(r"\b\d+(\.\d+)? (s|seconds|min|h|hours|days)\b"), "a while"),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong: which source or step, and a message with cause and mend.

    `cause` is what makes it the same trouble as before where the message itself says how long it has lasted.
    """

    source: str
    message: str
    cause: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same source and cause, whenever and by whichever run it was met."""
        text = self.cause or self.message
        for pattern, word in _PASSING:
            text = pattern.sub(word, text)
        return hashlib.sha256(f"{self.source}\0{' '.join(text.split())}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Told:
    """What one recipient was told last about one topic: the source of each cause that is open, and how often."""

    open: dict[str, str]
    times: int


def tell(
    home: Home,
    settings: Settings,
    topic: Topic,
    troubles: Sequence[Trouble],
    *,
    judged: Collection[str] | None = None,
) -> list[str]:
    """Sends each recipient of alerts what is new to them; returns a warning for each message that did not go out.

    Args:
        troubles: everything that is wrong now, as far as was looked.
        judged: the sources that were looked at, where not all were; troubles of others stand as they were.
    """
    recipients = alerted(settings)
    log = MessageLog(home.messages / LOG)
    if not recipients or not (troubles or log.file.is_file()):
        return []
    found = []
    try:
        with log.held():
            rows = log.rows()
            for recipient in recipients:
                try:
                    _tell(
                        home, settings, log, _told(rows, topic, recipient), topic, recipient, troubles, judged
                    )
                except UndeliveredError as error:
                    found.append(f"An alert was not sent to {recipient}: {error}")
    except OSError as error:
        found.append(f"What alerts were sent can't be read or written: {error}. Mend {log.file}.")
    for warning in found:
        logging.getLogger("pmo").warning("%s", warning)
    return found


def _tell(
    home: Home,
    settings: Settings,
    log: MessageLog,
    told: _Told,
    topic: Topic,
    recipient: Recipient,
    troubles: Sequence[Trouble],
    judged: Collection[str] | None,
) -> None:
    """Sends one recipient at most one message and notes what is open to them from now on."""
    now = {trouble.fingerprint: trouble.source for trouble in troubles}
    if judged is not None:
        now |= {cause: source for cause, source in told.open.items() if source not in judged}
    if now == told.open:
        return
    kind = "alert" if set(now) - set(told.open) else "" if now else "mended"
    message_id = ""
    if kind:
        identity = _identity(topic, recipient, told.times, now)
        mended = sorted(set(told.open.values()))
        message = (
            _alert(home, settings, topic, troubles, identity)
            if kind == "alert"
            else _mended(home, settings, topic, mended, identity)
        )
        message_id = send(home, settings, recipient, message)
    log.add(
        topic=topic, channel=recipient.channel, to=recipient.to, kind=kind, open=now, message_id=message_id
    )


def _told(rows: Sequence[Row], topic: Topic, recipient: Recipient) -> _Told:
    own = [
        row
        for row in rows
        if (row.get("topic"), row.get("channel"), row.get("to")) == (topic, recipient.channel, recipient.to)
    ]
    return _Told(open=own[-1]["open"] if own else {}, times=len(own))


def _identity(topic: Topic, recipient: Recipient, times: int, now: dict[str, str]) -> str:
    """The same until this message is noted as sent; another one when the same trouble comes back later."""
    parts = (topic, recipient.channel, recipient.to, str(times), *sorted(now))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _alert(
    home: Home, settings: Settings, topic: Topic, troubles: Sequence[Trouble], identity: str
) -> Message:
    sources = ", ".join(dict.fromkeys(trouble.source for trouble in troubles))
    about = "a refresh is held up" if topic == "refresh" else "too old"
    causes = [
        f"{trouble.source}: {line}" for trouble in troubles for line in trouble.message.splitlines() if line
    ]
    return Message(
        identity=identity,
        subject=f"{settings.organisation}: {about}: {sources}",
        lines=(
            *causes,
            f"{_release(home)} You are told again when the cause changes, and once when it is mended.",
            _place(home),
        ),
    )


def _mended(home: Home, settings: Settings, topic: Topic, sources: Sequence[str], identity: str) -> Message:
    about = "the refresh went through again" if topic == "refresh" else "fresh again"
    return Message(
        identity=identity,
        subject=f"{settings.organisation}: {about}: {', '.join(sources)}",
        lines=(f"Mended: {', '.join(sources)}. {_release(home)}", _place(home)),
    )


def _release(home: Home) -> str:
    from pipelines.publishing.release import release_id_of

    standing = release_id_of(home.published_file) if home.published_file.is_file() else None
    return f"Release {standing} stands." if standing else "Nothing is published yet."


def _place(home: Home) -> str:
    return f"{home.root} on {socket.gethostname()}. `pmo doctor` says what stands."
