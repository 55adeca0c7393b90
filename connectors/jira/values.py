"""One JSON value each, read into what a row holds: text, ids, hours, moments, days, flags.

TypeError means another JSON type than the documented one (its text says which was expected), ValueError a content that
can't be read (its text is the rule that it broke). Which member is read by which is in `connectors.jira.records`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.jira.moments import from_milliseconds, parse_moment
from connectors.jira.prose import plain_text

_TENTH_DECIMAL = Decimal("1e-10")
_MOST_HOURS = 10**8
"""What decimal(18,10) holds: more than eleven thousand years."""


def text(value: Any) -> str | None:
    """Text without outer white space; None when nothing is left."""
    if not isinstance(value, str):
        raise TypeError("text")
    return whole_characters(value).strip() or None


def whole_characters(text: str) -> str:
    """Half of a surrogate pair, which JSON may hold and UTF-8 may not, becomes the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def identifier(value: Any) -> str:
    """An id, which Jira writes as digits in a text."""
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()):
        raise TypeError("an id as text")
    return value


def key(value: Any) -> str:
    """The key of a project or an issue; never blank."""
    found = text(value)
    if found is None:
        raise TypeError("a key as text")
    return found


def integer(value: Any) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("an integer")
    return value


def number_as_identifier(value: Any) -> str:
    """An id where Jira writes it as a number, as in the worklog feeds."""
    return str(integer(value))


def hours(value: Any) -> Decimal:
    """Hours of seconds, to ten decimals."""
    exact = Decimal(integer(value)) / 3600
    if abs(exact) >= _MOST_HOURS:
        raise ValueError("out_of_range")
    return exact.quantize(_TENTH_DECIMAL, ROUND_HALF_UP)


def moment(value: Any) -> datetime:
    """Naive UTC of a timestamp with its offset."""
    if not isinstance(value, str):
        raise TypeError("a moment as text")
    found = parse_moment(value)
    if found is None:
        raise ValueError("not_a_timestamp")
    return found


def milliseconds(value: Any) -> datetime:
    """Naive UTC of milliseconds since 1970."""
    try:
        return from_milliseconds(integer(value))
    except OverflowError:
        raise ValueError("not_a_timestamp") from None


def day(value: Any) -> date:
    """An ISO 8601 date."""
    if not isinstance(value, str):
        raise TypeError("a date as text")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("not_a_date") from None


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise TypeError("true or false")
    return value


def prose(value: Any) -> str | None:
    """The words of rich text, or plain text as it is."""
    return text(plain_text(value)) if isinstance(value, dict) else text(value)
