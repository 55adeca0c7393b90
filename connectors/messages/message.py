"""What is sent, whichever way: a subject, lines to read, files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file, and the name under which it is received."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message.

    Args:
        identity: letters and digits that are the same whenever the same message is sent again, and for no other.
        subject: one line.
        lines: the text, a paragraph each.
        attachments: files; a chat gets none of them.
    """

    identity: str
    subject: str
    lines: tuple[str, ...]
    attachments: tuple[Attachment, ...] = ()

    @property
    def text(self) -> str:
        """The lines as plain text."""
        return "\n".join(self.lines) + "\n"
