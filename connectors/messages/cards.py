"""A message as Slack and as Teams take it: the JSON that is posted to a webhook."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from connectors.messages.message import Message

LONGEST_SECTION = 3_000
"""Characters of a section of Slack, as they are sent: an ampersand is five of them."""
LONGEST_TITLE = 300
LARGEST_CARD = 24_000
"""Bytes of a card: Teams takes 28 KB."""


def slack_body(message: Message) -> dict[str, Any]:
    """The JSON of an incoming webhook: `text` for notifications, blocks to read."""
    subject = _slack_text(_cut(message.subject, LONGEST_TITLE))
    lines = _longest("\n".join(message.lines), lambda text: len(_slack_text(text)) <= LONGEST_SECTION)
    sections = [f"*{subject}*", _slack_text(lines)]
    return {
        "text": subject,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in sections if text.strip()
        ],
    }


def teams_body(message: Message) -> dict[str, Any]:
    """The JSON that a Teams workflow posts: a message with one Adaptive Card."""
    subject = _cut(message.subject, LONGEST_TITLE)
    text = "\n".join(message.lines)
    return _card(subject, _longest(text, lambda shorter: _size(_card(subject, shorter)) <= LARGEST_CARD))


def _card(subject: str, text: str) -> dict[str, Any]:
    title = {"text": _card_text(subject), "weight": "Bolder", "size": "Medium"}
    lines = [{"text": _card_text(line)} for line in text.splitlines() if line.strip()]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "wrap": True, **block} for block in (title, *lines)],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {
        "type": "message",
        "attachments": [{"contentType": kind, "contentUrl": None, "content": card}],
    }


def _size(body: dict[str, Any]) -> int:
    """Bytes as it is posted: what is not ASCII is written in escapes of six."""
    return len(json.dumps(body))


def _longest(text: str, fits: Callable[[str], bool]) -> str:
    """The text, or as much of its beginning as fits, with a sign that it goes on."""
    if fits(text):
        return text
    short, long = 0, len(text)
    while long - short > 1:
        middle = (short + long) // 2
        short, long = (middle, long) if fits(_cut(text, middle)) else (short, middle)
    return _cut(text, short)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length].rstrip()} …"


def _slack_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _card_text(text: str) -> str:
    """Markdown's characters as themselves."""
    return re.sub(r"([\\*_\[\]`])", r"\\\1", text)
