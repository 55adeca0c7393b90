"""A message as Slack and as Teams take it: the JSON that is posted to a webhook."""

from __future__ import annotations

import re
from typing import Any

from connectors.messages.message import Message

LONGEST_TEXT = 2_800
"""Characters: a section of Slack takes 3,000, a card of Teams 28 KB."""


def slack_body(message: Message) -> dict[str, Any]:
    """The JSON of an incoming webhook: `text` for notifications, blocks to read."""
    subject = _slack_text(message.subject)
    lines = _slack_text(_shortened(message.lines))
    return {
        "text": subject,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": f"*{subject}*"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": lines}},
        ],
    }


def teams_body(message: Message) -> dict[str, Any]:
    """The JSON that a Teams workflow posts: a message with one Adaptive Card."""
    lines = [line for line in _shortened(message.lines).splitlines() if line.strip()]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {
                "type": "TextBlock",
                "text": _card_text(message.subject),
                "weight": "Bolder",
                "size": "Medium",
                "wrap": True,
            },
            *({"type": "TextBlock", "text": _card_text(line), "wrap": True} for line in lines),
        ],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {
        "type": "message",
        "attachments": [{"contentType": kind, "contentUrl": None, "content": card}],
    }


def _shortened(lines: tuple[str, ...]) -> str:
    text = "\n".join(lines)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT].rstrip()} …"


def _slack_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _card_text(text: str) -> str:
    """Markdown's characters as themselves."""
    return re.sub(r"([\\*_\[\]`])", r"\\\1", text)
