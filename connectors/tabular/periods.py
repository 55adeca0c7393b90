"""Headers that are periods: a closed grammar, because a month read wrongly moves money between months.

Here: one header cell into a period label, or None where it is no period in the declared spelling.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

from connectors.tabular.cells import Cell, text_of
from connectors.tabular.layout import Periods

_YYYY_MM: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_MMM_YY: Final = re.compile(r"([^\W\d_]+)\.?[\s\-/'’]*([0-9]{4}|[0-9]{2})")
_MONTH_END: Final = re.compile(r"([^\W\d_]+)\.?\s+(?:28|29|30|31)")
_NUMBERED: Final = re.compile(r"[PpMm]?0?([0-9]{1,2})")
_QUARTER: Final = re.compile(
    r"[QqTt]([1-4])(?:[\s\-/'’]*([0-9]{4}|[0-9]{2}))?|([0-9]{4})[\s\-/]*[QqTt]([1-4])"
)
_YEAR: Final = re.compile(r"([12][0-9]{3})")
_ISO_DATE: Final = re.compile(r"([0-9]{4}-(?:0[1-9]|1[0-2]))-[0-9]{2}")

_MONTHS: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "jan january",
        "feb february",
        "mar march",
        "apr april",
        "may",
        "jun june",
        "jul july",
        "aug august",
        "sep sept september",
        "oct october",
        "nov november",
        "dec december",
    ),
    "fr": (
        "jan janv janvier",
        "fev fevr fevrier",
        "mars",
        "avr avril",
        "mai",
        "juin",
        "juil juillet",
        "aout",
        "sep sept septembre",
        "oct octobre",
        "nov novembre",
        "dec decembre",
    ),
    "de": (
        "jan januar janner",
        "feb februar",
        "mar marz mrz",
        "apr april",
        "mai",
        "jun juni",
        "jul juli",
        "aug august",
        "sep sept september",
        "okt oktober",
        "nov november",
        "dez dezember",
    ),
}


def period_label(cell: Cell, periods: Periods) -> str | None:
    """The period that a header cell names; `2026-03` for a month. None where it names none."""
    if periods.strip is not None and isinstance(cell, str):
        cell = re.sub(periods.strip, "", text_of(cell))
    if isinstance(cell, date):
        return None if periods.look == "label" else f"{cell.year:04}-{cell.month:02}"
    text = text_of(cell)
    is_number = isinstance(cell, int | float) and periods.look in ("year", "month")
    if not text or not (isinstance(cell, str) or is_number):
        return None
    if periods.look == "label":
        return text if re.search(periods.match or "", text) else None
    if periods.look == "mmm-yy":
        return _named_month(text, periods.language)
    if periods.look in ("month", "quarter", "year"):
        return _placed(text, periods)
    match = _ISO_DATE.fullmatch(text) if periods.look == "date" else _YYYY_MM.fullmatch(text)
    return None if match is None else text[:7]


def _placed(text: str, periods: Periods) -> str | None:
    """A month, quarter or year of which the layout says in which year it lies, or at which month it is placed."""
    start = _first_month(periods)
    if periods.look == "month":
        number = _month_number(text, periods.language, start)
        return None if number is None or start is None else _label(start + number)
    if periods.look == "year":
        match = _YEAR.fullmatch(text)
        return (
            None
            if match is None
            else _label(int(match.group(1)) * 12 + (11 if periods.at == "finish" else 0))
        )
    match = _QUARTER.fullmatch(text)
    if match is None:
        return None
    quarter, year = match.group(1) or match.group(4), match.group(2) or match.group(3)
    if year is None and start is None:
        return None
    first = start if year is None else int(year if len(year) == 4 else f"20{year}") * 12
    assert first is not None
    return _label(first + (int(quarter) - 1) * 3 + (2 if periods.at == "finish" else 0))


def _first_month(periods: Periods) -> int | None:
    """The first month of the fiscal year, in months since the year 0."""
    if periods.fiscal_year is None:
        return None
    year, month = periods.fiscal_year.starts.split("-")
    return int(year) * 12 + int(month) - 1


def _month_number(text: str, language: str, start: int | None) -> int | None:
    """How many months after the first of the year: of `P03` or `3` the third, of `Sept` or `Sept 30` the one with that
    name."""
    match = _NUMBERED.fullmatch(text)
    if match is not None:
        return int(match.group(1)) - 1 if 1 <= int(match.group(1)) <= 12 else None
    month_end = _MONTH_END.fullmatch(text)
    word = _plain(month_end.group(1) if month_end else text.rstrip(". "))
    for number, names in enumerate(_MONTHS[language]):
        if word in names.split():
            return (number - (start or 0)) % 12
    return None


def _label(months: int) -> str:
    return f"{months // 12:04}-{months % 12 + 1:02}"


def _named_month(text: str, language: str) -> str | None:
    match = _MMM_YY.fullmatch(text)
    if match is None:
        return None
    word = _plain(match.group(1))
    year = match.group(2) if len(match.group(2)) == 4 else f"20{match.group(2)}"
    for number, names in enumerate(_MONTHS[language], start=1):
        if word in names.split():
            return f"{year}-{number:02}"
    return None


def _plain(word: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
