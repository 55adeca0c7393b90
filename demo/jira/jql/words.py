"""JQL's words: names, quoted text, operators; and the dates that are written in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_TOKEN = re.compile(
    r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(>=|<=|!=|=|>|<|\(|\)|,)|([^\s()=<>!,"']+))"""
)
_WRITTEN = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")
_RELATIVE = re.compile(r"([+-]?)(\d+)([dhmw])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "w": "weeks"}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, like every moment here


class JqlError(Exception):
    """Jira's answer to a query it does not accept."""


def split(text: str) -> list[str]:
    """The words, without quotes.

    Raises:
        JqlError: something is no word.
    """
    words: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise JqlError(f"Error in the JQL Query: The character '{text[position]}' is not expected.")
        words.append(next(group for group in match.groups() if group is not None))
        position = match.end()
    return words


def moment(word: str, field: str, now: datetime, timezone: str) -> datetime:
    """A date of a query as naive UTC: milliseconds, relative to now, or written in the account's time zone.

    Raises:
        JqlError: it is none of these; seconds are not accepted.
    """
    if word.lstrip("-").isdigit():
        return _EPOCH + timedelta(milliseconds=int(word))
    if match := _RELATIVE.fullmatch(word):
        away = timedelta(**{_UNITS[match[3]]: int(match[2])})
        return now + away if match[1] == "+" else now - away
    if word.lower() in ("now", "now()"):
        return now
    for form in _WRITTEN:
        try:
            local = datetime.strptime(word, form).replace(tzinfo=ZoneInfo(timezone))
        except ValueError:
            continue
        return local.astimezone(UTC).replace(tzinfo=None)
    raise JqlError(
        f"Date value '{word}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
        "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
    )
