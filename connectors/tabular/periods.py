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
}


def period_label(cell: Cell, periods: Periods) -> str | None:
    """The period that a header cell names; `2026-03` for a month. None where it names none."""
    if isinstance(cell, date):
        return None if periods.look == "label" else f"{cell.year:04}-{cell.month:02}"
    text = text_of(cell)
    if not text or not isinstance(cell, str):
        return None
    if periods.look == "label":
        return text if re.search(periods.match or "", text) else None
    if periods.look == "mmm-yy":
        return _named_month(text, periods.language)
    match = _ISO_DATE.fullmatch(text) if periods.look == "date" else _YYYY_MM.fullmatch(text)
    return None if match is None else text[:7]


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
