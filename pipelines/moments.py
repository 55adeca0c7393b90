"""The two times of a run, read from what a person wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from pipelines.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class Moments:
    """`as_of`, a date of the organisation's calendar, bounds what counts; `known_at`, in UTC, what is known."""

    as_of: date
    known_at: datetime


def resolve_moments(settings: Settings, *, as_of: str | None = None, known_at: str | None = None) -> Moments:
    """The two times with their defaults: today where the organisation is, and now.

    Raises SettingsError for a text that is no date or no moment.
    """
    now = datetime.now(UTC)
    return Moments(
        as_of=_date(as_of) if as_of else now.astimezone(settings.zone).date(),
        known_at=_moment(known_at, settings) if known_at else now,
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"'{text}' is no date. Write e.g. 2026-04-30.") from None


def _moment(text: str, settings: Settings) -> datetime:
    """ISO 8601; without an offset it is meant in the organisation's timezone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"'{text}' is no moment. Write e.g. 2026-04-30T18:00.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)).astimezone(UTC)
