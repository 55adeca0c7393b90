"""Moments as Jira writes them, as our rows hold them, and as cursors: three notations of the same thing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_JIRA = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, like every timestamp of a row
_MILLISECOND = timedelta(milliseconds=1)

OVERLAP = timedelta(minutes=5)
"""How far a window reaches back before its cursor: Jira's search index lags behind what was saved."""


def parse_moment(text: Any) -> datetime | None:
    """Naive UTC of `2026-03-31T18:05:12.345+0200`; None for anything else."""
    if not isinstance(text, str) or not _JIRA.fullmatch(text):
        return None
    try:
        if text.endswith(("Z", "+0000")):
            return datetime.fromisoformat(text.removesuffix("Z").removesuffix("+0000"))
        return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def from_milliseconds(milliseconds: int) -> datetime:
    """Naive UTC of milliseconds since 1970."""
    return _EPOCH + milliseconds * _MILLISECOND


def to_milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 of a naive UTC moment, rounded down."""
    return (moment - _EPOCH) // _MILLISECOND


def to_cursor(moment: datetime) -> str:
    """`2026-03-31T16:05:12.345Z`."""
    return f"{moment.isoformat(timespec='milliseconds')}Z"
