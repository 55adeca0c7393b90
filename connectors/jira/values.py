"""One JSON value each, read into what a row holds: text, ids, hours, numbers, moments, days, flags.

TypeError means another JSON type than the documented one (its text says which was expected), ValueError a content that
can't be read (its text is the rule that it broke). Which member is read by which is in `connectors.jira.shapes`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from connectors.jira.moments import from_milliseconds, parse_moment
from connectors.jira.prose import plain_text

_TENTH_DECIMAL = Decimal("1e-10")
_MOST_HOURS = 10**8
"""What decimal(18,10) holds: more than eleven thousand years."""
_LARGEST_NUMBER = 10**18
"""What decimal(28,10) holds."""
_SECONDS_BEFORE = 10**11
"""A smaller number of milliseconds would be a moment before March 1973: it counts seconds."""


def text(value: Any) -> str | None:
    """Text without outer white space; None when nothing is left."""
    if not isinstance(value, str):
        raise TypeError("text")
    return (value if value.isascii() else whole_characters(value)).strip() or None


def whole_characters(text: str) -> str:
    """Half of a surrogate pair, which JSON may hold and UTF-8 may not, becomes the replacement character."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def identifier(value: Any) -> str:
    """An id, which Jira writes as digits in a text."""
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()):
        raise TypeError("an id as text")
    return value


def number_as_identifier(value: Any) -> str:
    """An id where Jira writes it as a number, as in the worklog feeds."""
    return str(integer(value))


def reference(value: Any) -> str:
    """An id that some endpoints write as text and others as a number; never blank."""
    found = str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)
    if found is None:
        raise TypeError("an id")
    return found


def reference_if_any(value: Any) -> str | None:
    """An id inside a list of entities, or None where it is missing."""
    return None if value is None else reference(value)


def key(value: Any) -> str:
    """The key of a project or an issue; never blank."""
    found = text(value)
    if found is None:
        raise TypeError("a key as text")
    return found


def project_key(value: Any) -> str:
    """The key of a project, or of one of its issues without the number."""
    found = key(value)
    prefix, dash, number = found.rpartition("-")
    return prefix if dash and number.isdigit() and prefix else found


def integer(value: Any) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("an integer")
    return value


def count(value: Any) -> int:
    """How many there are: a number, or the list itself."""
    return len(value) if isinstance(value, list) else integer(value)


def number(value: Any) -> Decimal | None:
    """A number, to ten decimals; text where an app writes it so, None when that is blank."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("a number")
    if isinstance(value, str) and not value.strip():
        return None
    try:
        exact = Decimal(value if isinstance(value, int) else str(value).strip())
    except InvalidOperation:
        raise ValueError("not_a_number") from None
    if not exact.is_finite():
        raise ValueError("not_a_number")
    if abs(exact) >= _LARGEST_NUMBER:
        raise ValueError("out_of_range")
    return exact.quantize(_TENTH_DECIMAL, ROUND_HALF_UP)


def hours(value: Any) -> Decimal:
    """Hours of seconds, to ten decimals."""
    return _hours(integer(value))


@lru_cache(maxsize=4096)
def _hours(seconds: int) -> Decimal:
    exact = Decimal(seconds) / 3600
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


def moment_or_epoch(value: Any) -> datetime:
    """Naive UTC of a timestamp, or of the seconds or milliseconds since 1970 that bulk endpoints answer."""
    if isinstance(value, int) and not isinstance(value, bool):
        return milliseconds(value * 1000 if abs(value) < _SECONDS_BEFORE else value)
    return moment(value)


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


def chosen(value: Any) -> bool:
    """Whether any option of a group of check boxes is ticked; the agile API answers true or false itself."""
    return bool(value) if isinstance(value, list) else flag(value)


def prose(value: Any) -> str | None:
    """The words of rich text, or plain text as it is."""
    return text(plain_text(value)) if isinstance(value, dict) else text(value)
