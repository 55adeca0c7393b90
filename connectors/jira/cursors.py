"""How far the last reading of an object reached: until when, and for which projects.

As text, which is how a manifest keeps it: `2026-06-30T15:15:00.392Z`, or `2026-06-30T15:15:00.392Z PAY,WEB` where only
these projects were read. A project that is added later has older issues too, so such a cursor does not count for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from connectors.jira.moments import OVERLAP, parse_moment, to_cursor, to_milliseconds

_TEXT = re.compile(r"(\S+)(?: (\S+))?")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A moment in naive UTC, and the keys of the projects read up to it; no keys mean all projects."""

    moment: datetime
    projects: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return " ".join(filter(None, (to_cursor(self.moment), ",".join(sorted(self.projects)))))

    def covers(self, projects: Iterable[str]) -> bool:
        """Whether everything before the moment was read for these projects (none: for all)."""
        wanted = frozenset(projects)
        return not self.projects or (bool(wanted) and wanted <= self.projects)


def parse_cursor(text: str) -> Cursor:
    """The cursor that a text says.

    Raises:
        ValueError: it is none.
    """
    match = _TEXT.fullmatch(text)
    moment = parse_moment(match[1]) if match else None
    if match is None or moment is None:
        raise ValueError(f"{text!r} is no cursor: expected a moment like 2026-03-31T16:05:12.345Z")
    return Cursor(moment, frozenset((match[2] or "").split(",")) - {""})


def window_start(text: str | None, projects: Iterable[str]) -> int:
    """Milliseconds since 1970 from which to read `projects`: the cursor less the overlap; 0 reads everything.

    Raises:
        ValueError: the text is no cursor.
    """
    cursor = parse_cursor(text) if text else None
    if cursor is None or not cursor.covers(projects):
        return 0
    return max(0, to_milliseconds(cursor.moment - OVERLAP))


def advanced(
    text: str | None, projects: Iterable[str], moments: Iterable[datetime | None], clock: datetime
) -> str | None:
    """The cursor after a reading that began at `clock` and saw `moments`; never back, and None before the first record.

    It does not pass `clock`: what changed while the reading went on may not have been seen.
    """
    wanted, known = frozenset(projects), [moment for moment in moments if moment is not None]
    if text:
        before = parse_cursor(text)
        known += [before.moment] if before.covers(wanted) else []
        if not known:
            return text
    return str(Cursor(min(max(known), clock), wanted)) if known else None
