"""Values as exports write them: dates in a declared order, periods, durations, numbers in a found notation.

Here: parsers for one declared way of writing, and choosing among several by the whole column. A column that reads in
two ways with two results is refused: which is meant can only be declared. The canonical parsers are `cells`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from connectors.tabular.cells import (
    Bad,
    Cell,
    NumberStyle,
    Parser,
    Value,
    fit_decimal,
    is_blank,
    parse_decimal,
    text_of,
)
from connectors.tabular.tables import Column

CLOCKS: Final = ("h:mm", "mm:ss")
"""`h:mm` with or without seconds; `mm:ss` with hours before it from the sixtieth minute on."""
HOURS_FORMATS: Final = ("decimal", *CLOCKS, "seconds", "minutes", "offset")
"""`offset` is for moments with an offset, whose day is that of the organisation."""

_TOKENS: Final = (
    ("YYYY", "%Y"),
    ("mmm", "%b"),
    ("YY", "%y"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("HH", "%H"),
    ("hh", "%I"),
    ("mm", "%M"),
    ("ss", "%S"),
    ("AM", "%p"),
)
_CLOCK: Final = re.compile(r"([+-]?)([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9]))?")
_MINUTES: Final = re.compile(r"(?:([0-9]{1,6}):([0-5][0-9])|([0-5]?[0-9])):([0-5][0-9])(?: ?(?:min|h))?")
_TIME_OF_DAY: Final = re.compile(
    r"(?:.*[ T])?([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?(?: ?([AaPp])\.?[Mm]\.?)?"
)
_SPACES: Final = re.compile(r"[ \u00a0\u202f\u2009\u2007]+")

_UNPARTED = re.compile("[YMD]+")
Choice = tuple[str, Parser]
"""A way of writing by name, and its parser."""


def is_date_format(text: str) -> bool:
    """Whether it is a date as `YYYY`, `YY`, `MM`, `DD`, `mmm` say it, perhaps with a time of day."""
    return "%" not in text and any(text.count(token) for token in ("YYYY", "YY")) and "%" in _directives(text)


def _directives(text: str) -> str:
    for token, directive in _TOKENS:
        text = text.replace(token, directive)
    return text


def date_parser(form: str, column: Column, zone: str | None) -> Parser:
    """The parser of dates, moments or periods written in one way."""
    if form == "offset":
        return partial(_day_of_moment, zone=ZoneInfo(zone or "UTC"))
    return partial(_written_date, directives=_directives(form), form=form, column=column)


def _written_date(cell: Cell, *, directives: str, form: str, column: Column) -> Value | Bad:
    if isinstance(cell, datetime):
        moment = cell
    elif isinstance(cell, date):
        moment = datetime.combine(cell, time())
    else:
        text = _SPACES.sub(" ", text_of(cell))
        if not text:
            return None
        try:
            # Without separators strptime takes fewer digits and cuts them as it likes.
            if _UNPARTED.fullmatch(form) and len(text) != len(form):
                raise ValueError(text)
            moment = datetime.strptime(text, directives)  # noqa: DTZ007 - a local day, or a moment without an offset
        except ValueError:
            return Bad(
                "not_a_date", f"{text!r} is not written as {form}: correct it, or the layout's format."
            )
    if column.kind == "period":
        return f"{moment.year:04}-{moment.month:02}"
    return moment if column.kind == "timestamp" else moment.date()


def _day_of_moment(cell: Cell, *, zone: ZoneInfo) -> Value | Bad:
    """The local day of a moment with its offset; a moment without one is refused."""
    text = text_of(cell)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return Bad("not_a_date", f"{text!r} is no moment with its offset, like 2026-01-31T10:00:00.000+0000.")
    return moment.astimezone(zone).date()


def hours_parser(form: str, style: NumberStyle) -> Parser:
    """The parser of durations written in one way, into hours."""
    if form in CLOCKS:
        return _clock_hours if form == "h:mm" else _minutes_and_seconds
    if form in ("seconds", "minutes"):
        return partial(_counted_hours, each=Decimal(3600 if form == "seconds" else 60), style=style)
    return partial(_decimal_hours, style=style)


def _decimal_hours(cell: Cell, *, style: NumberStyle) -> Value | Bad:
    if isinstance(cell, timedelta | time):
        return _clock_hours(cell)
    return parse_decimal(cell, kind="hours", style=style)


def _counted_hours(cell: Cell, *, each: Decimal, style: NumberStyle) -> Value | Bad:
    counted = parse_decimal(cell, kind="number", style=style)
    return fit_decimal(counted / each, kind="hours") if isinstance(counted, Decimal) else counted


def _clock_hours(cell: Cell) -> Value | Bad:
    """`37:30` or `0:13:20`, and the cells of a workbook that hold a duration."""
    if isinstance(cell, timedelta):
        return fit_decimal(Decimal(round(cell.total_seconds())) / 3600, kind="hours")
    if isinstance(cell, time):
        return fit_decimal(Decimal(cell.hour * 3600 + cell.minute * 60 + cell.second) / 3600, kind="hours")
    if isinstance(cell, float) and math.isfinite(cell) and not isinstance(cell, bool):
        return Bad("not_a_duration", f"{text_of(cell)!r} is a number where hours and minutes were declared.")
    text = text_of(cell)
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    if match is None:
        return Bad("not_a_duration", f"{text!r} is no duration like 1:30 or 1:30:00: correct it.")
    sign, hours, minutes, seconds = match.groups()
    total = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    return fit_decimal(Decimal(-total if sign == "-" else total) / 3600, kind="hours")


def _minutes_and_seconds(cell: Cell) -> Value | Bad:
    """`45:30`, which is less than an hour, or `1:45:30`."""
    text = text_of(cell)
    if not isinstance(cell, str) or not text:
        return _clock_hours(cell)
    match = _MINUTES.fullmatch(text)
    if match is None:
        return Bad("not_a_duration", f"{text!r} is no duration like 45:30 or 1:45:30: correct it.")
    hours, minutes, only_minutes, seconds = match.groups()
    total = int(hours or 0) * 3600 + int(minutes or only_minutes) * 60 + int(seconds)
    return fit_decimal(Decimal(total) / 3600, kind="hours")


def second_of_day(cell: Cell) -> int | None:
    """The seconds since midnight of a time of day, perhaps behind a date; None for anything else."""
    if isinstance(cell, datetime | time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    match = _TIME_OF_DAY.fullmatch(text_of(cell)) if isinstance(cell, str) else None
    if match is None:
        return None
    hour, minute, second, half = match.groups()
    if half and not 1 <= int(hour) <= 12:
        return None
    hours = int(hour) % 12 + (12 if half.lower() == "p" else 0) if half else int(hour)
    return hours * 3600 + int(minute) * 60 + int(second or 0)


def number_choices(thousands: str | None, base: NumberStyle) -> list[tuple[str, NumberStyle]]:
    """The notations that a `found` decimal mark is looked for in."""
    pairs = [(".", thousands or ","), (",", thousands or "."), (",", " "), (".", " "), (".", "'")]
    return [
        (
            f"decimal mark {decimal!r}, thousands {group!r}",
            NumberStyle(decimal, group, base.negative, base.empty_words, base.factor, base.symbols),
        )
        for decimal, group in dict.fromkeys(pairs)
        if decimal != group
    ]


def choose(cells: Sequence[Cell], choices: Sequence[Choice]) -> Choice | Bad:
    """The way of writing in which a whole column reads; where none does, the one in which most of it reads.

    Bad, `ambiguous`, where it reads in several ways that give different values.
    """
    if len(choices) == 1:
        return choices[0]
    distinct = list({(type(cell), cell): cell for cell in cells if not is_blank(cell)}.values())
    read = [[parse(cell) for cell in distinct] for _, parse in choices]
    bad = [sum(isinstance(value, Bad) for value in values) for values in read]
    fewest = min(bad)
    if fewest and (mixed := _mixed(distinct, read, choices)):
        return mixed
    best = [number for number, count in enumerate(bad) if count == fewest]
    for other in best[1:]:
        differing = [
            cell
            for cell, one, two in zip(distinct, read[best[0]], read[other], strict=True)
            if one != two and not isinstance(one, Bad) and not isinstance(two, Bad)
        ]
        if differing:
            return Bad(
                "ambiguous",
                f"the whole column reads as {choices[best[0]][0]} and as {choices[other][0]}, with different values "
                f"({text_of(differing[0])!r}): say which it is.",
            )
    return choices[best[0]]


def _mixed(
    cells: Sequence[Cell], read: Sequence[Sequence[Value | Bad]], choices: Sequence[Choice]
) -> Bad | None:
    """Bad where some cells read in one way of writing only, and others in another only."""
    alone: dict[str, Cell] = {}
    for number, cell in enumerate(cells):
        ways = [
            name for (name, _), each in zip(choices, read, strict=True) if not isinstance(each[number], Bad)
        ]
        if len(ways) == 1:
            alone.setdefault(ways[0], cell)
    if len(alone) < 2:
        return None
    (one, first), (two, second) = list(alone.items())[:2]
    return Bad(
        "ambiguous",
        f"it is written in two ways: {text_of(first)!r} reads as {one} only and {text_of(second)!r} as {two} only: "
        "make it one, or say which it is, and the others are set aside.",
    )
