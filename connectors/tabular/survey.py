"""What an unknown sheet looks like: where its header seems to be, which headers are periods, what its columns hold.

Here: looking, for a person who then writes the layout; nothing is read by it. Making a layout of it is `proposal`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Final

from connectors.tabular.cells import Cell, ErrorCell, is_blank, text_of
from connectors.tabular.frame import header_labels, header_levels
from connectors.tabular.layout import Periods
from connectors.tabular.periods import period_label
from connectors.tabular.sheets import Sheet, is_blank_row
from connectors.tabular.synonyms import COLUMNS, NOTHING, TOTAL, likeness

WITHIN: Final = 40
"""How far down a header is looked for."""
_SAMPLE: Final = 200
_NUMERIC: Final = re.compile(
    r"[-+−(]?\s?[€$£]?\s?[-+]?[0-9][0-9\s.,'’\u00a0\u202f\u2009]*\)?\s?(?:[€$£%]|[A-Z]{3})?-?\)?"
)
_DATELIKE: Final = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}.*|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})|[0-9]{8}|"
    r"[0-9]{1,2}[ -][^\W\d_]{3,4}[ -][0-9]{4}"
)
_ANSWERS: Final = frozenset({"yes", "no", "true", "false", "oui", "non", "ja", "nein"})
_CLOCK: Final = re.compile(r"[0-9]{1,4}:[0-5][0-9](?::[0-5][0-9])?")
_LABELS: Final = (
    r"^(FY|EX|GJ)\s?[0-9]{2,4}",
    r"^[0-9]{4}\s?[PM][0-9]{2}$",
    r"^(FY[0-9]{2,4}[- ]?)P[0-9]{2}$",
    r"^[0-9]{4}-?W[0-9]{2}$",
)


def is_number(cell: Cell) -> bool:
    """Whether it is a number, or a text that looks like one."""
    if isinstance(cell, bool | date | datetime):
        return False
    if isinstance(cell, int | float):
        return True
    return isinstance(cell, str) and _NUMERIC.fullmatch(text_of(cell)) is not None


def is_date(cell: Cell) -> bool:
    """Whether it is a date, or a text that looks like one."""
    return isinstance(cell, date) or (isinstance(cell, str) and bool(_DATELIKE.fullmatch(text_of(cell))))


def is_yes_or_no(cell: Cell) -> bool:
    """Whether it answers a question of the header, and names nothing."""
    return isinstance(cell, bool) or text_of(cell).casefold() in _ANSWERS


def is_duration(cell: Cell) -> bool:
    """Whether it is a duration, or a text like 7:30."""
    return isinstance(cell, timedelta | time) or (
        isinstance(cell, str) and _CLOCK.fullmatch(text_of(cell)) is not None
    )


def is_words(cell: Cell) -> bool:
    """Whether it is a text that is no number, no date and no sign for nothing."""
    return isinstance(cell, str) and not (
        is_blank(cell) or is_number(cell) or is_date(cell) or text_of(cell).casefold() in NOTHING
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Headers that are periods: how they are written, and the label of each column."""

    periods: Periods
    columns: dict[int, str] = field(default_factory=dict)
    is_year_known: bool = True


@dataclass
class Survey:
    """One sheet with its header.

    Args:
        top, height: the rows of the header, from 0.
        found: the headers that are periods; None where there are none.
        score: how much the header looks like one.
    """

    sheet: Sheet
    top: int
    height: int
    found: Found | None
    score: float

    @cached_property
    def levels(self) -> list[list[Cell]]:
        """The header's cells by column, top to bottom."""
        return header_levels(self.sheet, self.top, self.height)

    @cached_property
    def labels(self) -> list[str]:
        """The header of each column; `column B` for a blank one."""
        return header_labels(self.levels)

    @cached_property
    def rows(self) -> list[list[Cell]]:
        """The rows below the header that hold something."""
        below = self.sheet.rows[self.top + self.height :]
        return [row for row in below if not is_blank_row(row)]

    @cached_property
    def titles(self) -> list[str]:
        """The texts above the header and in it."""
        rows = self.sheet.rows[: self.top + self.height]
        return [text_of(cell) for row in rows for cell in row if not is_blank(cell)]

    @property
    def periods(self) -> dict[int, str]:
        """The period of each column that is headed by one."""
        return self.found.columns if self.found else {}

    def is_headed(self, column: int) -> bool:
        """Whether a text stands above a column."""
        return any(not is_blank(cell) for cell in self.levels[column])

    def cells(self, column: int, *, lines_only: bool = True) -> list[Cell]:
        """What stands in a column, blank cells left away; without the rows of totals."""
        return [
            row[column]
            for row in self.rows[:_SAMPLE]
            if column < len(row) and not is_blank(row[column]) and not (lines_only and self.is_total(row))
        ]

    def label_of(self, row: Sequence[Cell]) -> str:
        """The first text of a row left of the first period."""
        width = min(self.periods, default=len(row))
        return next((text_of(cell) for cell in row[:width] if not is_blank(cell)), "")

    def is_total(self, row: Sequence[Cell]) -> bool:
        """Whether a row calls itself a total."""
        return TOTAL.search(self.label_of(row)) is not None

    def has_amount(self, row: Sequence[Cell]) -> bool:
        """Whether a row has a number under a period; without periods, anywhere right of its first cell."""
        columns = self.periods or range(1, len(row))
        return any(is_number(row[column]) for column in columns if column < len(row))

    def share(self, column: int, test: object) -> float:
        """The share of a column's filled cells that pass a test."""
        cells = self.cells(column)
        return sum(bool(test(cell)) for cell in cells) / len(cells) if cells and callable(test) else 0.0


def survey(sheet: Sheet, year: int, *, ends: bool = False) -> Survey | None:
    """The sheet with the row that looks most like its header; None where no row does.

    Args:
        year: the year that months without one are taken to begin in, or with `ends` to end in.
    """
    seen: list[Survey] = []
    for number, row in enumerate(sheet.rows[:WITHIN]):
        if sum(not is_blank(cell) for cell in row) < 2:
            continue
        found = find_periods(row, sheet.rows[number + 1 :], year, ends=ends)
        score = _header_score(row, sheet.rows[number + 1 : number + 6], found)
        if score > 0:
            seen.append(Survey(sheet, number, 1, found, score))
    if not seen:
        return None
    highest = max(each.score for each in seen)
    # Of several tables below each other the first is meant: the header of a later one may be longer.
    best = next(each for each in seen if each.score >= 0.85 * highest)
    _extend_upwards(best)
    return best


def _header_score(row: Sequence[Cell], below: Sequence[Sequence[Cell]], found: Found | None) -> float:
    columns = found.columns if found else {}
    score = 8.0 * len(columns)
    if _is_numbering(row):
        return 2.0 * len(row)
    for column, cell in enumerate(row):
        if is_blank(cell) or column in columns:
            continue
        has_values = any(column < len(other) and not is_blank(other[column]) for other in below)
        if is_words(cell):
            score += 1 + has_values
            score += max(likeness(text_of(cell), name) for name in COLUMNS) if has_values else 0
        elif not isinstance(cell, str):
            score -= 3
        else:
            score -= 0.1
    return score


def _is_numbering(row: Sequence[Cell]) -> bool:
    """Whether a program numbered the columns for want of a header: 0, 1, 2, …"""
    texts = [text_of(cell) for cell in row]
    return len(texts) > 3 and texts in (
        [str(n) for n in range(len(row))],
        [str(n + 1) for n in range(len(row))],
    )


def _extend_upwards(found: Survey) -> None:
    """Headings that stand above the header's row belong to it: merged ones, and those of columns that lack one."""
    reaches = [
        row1
        for (row1, column1), (row2, column2) in found.sheet.merged
        if row1 < found.top <= row2 + 1 and row1 >= found.top - 3 and not _is_title(found, column1, column2)
    ]
    if found.top and not reaches:
        row, above = found.sheet.rows[found.top], found.sheet.rows[found.top - 1]
        filled_in = [
            column
            for column, cell in enumerate(above)
            if is_words(cell)
            and (column >= len(row) or is_blank(row[column]))
            and _has_cells_below(found, column)
        ]
        reaches = [found.top - 1] if filled_in else []
    if reaches:
        bottom = found.top + found.height
        found.top = min(reaches)
        found.height = bottom - found.top


def _is_title(found: Survey, column1: int, column2: int) -> bool:
    return column1 == 0 and column2 + 1 >= max(len(found.periods), 5)


def _has_cells_below(found: Survey, column: int) -> bool:
    below = found.sheet.rows[found.top + 1 : found.top + 8]
    return any(column < len(row) and not is_blank(row[column]) for row in below)


def find_periods(
    row: Sequence[Cell], below: Sequence[Sequence[Cell]], year: int, *, ends: bool = False
) -> Found | None:
    """The spelling in which most cells of a row are periods that follow each other, with amounts below them."""
    filled = [other for other in below[:60] if not is_blank_row(other)]
    candidates = [
        (found, column_labels)
        for found in _spellings(row, year, ends)
        if len(column_labels := _with_amounts(_labelled(row, found.periods), filled)) >= _fewest(found)
        and _follow(list(column_labels.values()), found.periods)
    ]
    if not candidates:
        return None
    found, columns = max(candidates, key=lambda pair: len(pair[1]))
    return Found(found.periods, columns, found.is_year_known)


def _spellings(row: Sequence[Cell], year: int, ends: bool) -> Iterator[Found]:
    if any(isinstance(cell, date) for cell in row):
        yield Found(Periods(look="date"))
    for look in ("yyyy-mm", "date"):
        yield Found(Periods.model_validate({"look": look}))
    for language in ("en", "fr"):
        yield Found(Periods.model_validate({"look": "mmm-yy", "language": language}))
    for language in ("en", "fr"):
        first = _first_month(row, language)
        if first:
            starts = {"starts": f"{year - (ends and first > 1):04}-{first:02}"}
            yield Found(
                Periods.model_validate({"look": "month", "fiscal_year": starts, "language": language}),
                is_year_known=False,
            )
    yield Found(Periods(look="quarter", at="start"))
    yield Found(
        Periods.model_validate({"look": "quarter", "at": "start", "fiscal_year": {"starts": f"{year}-01"}}),
        is_year_known=False,
    )
    yield Found(Periods(look="year", at="start"))
    for pattern in _LABELS:
        yield Found(Periods(look="label", match=pattern))


def _first_month(row: Sequence[Cell], language: str) -> int | None:
    """The calendar month that the first header with a month names; 1 for P01."""
    if sum(bool(re.fullmatch(r"[0-9]{1,2}", text_of(cell))) for cell in row) not in (0, 12):
        return None
    calendar = Periods.model_validate(
        {"look": "month", "fiscal_year": {"starts": "2000-01"}, "language": language}
    )
    labels = (period_label(cell, calendar) for cell in row if not is_blank(cell))
    first = next((label for label in labels if label), None)
    return int(first[5:]) if first else None


def _labelled(row: Sequence[Cell], periods: Periods) -> dict[int, str]:
    labels = {column: period_label(cell, periods) for column, cell in enumerate(row) if not is_blank(cell)}
    return {column: label for column, label in labels.items() if label is not None}


def _with_amounts(columns: dict[int, str], below: Sequence[Sequence[Cell]]) -> dict[int, str]:
    """Those with amounts below, and blank ones beside such: a row of dates is data, not a header."""
    cells_of = {
        column: [row[column] for row in below if column < len(row) and not is_blank(row[column])]
        for column in columns
    }
    found = {}
    for column, label in columns.items():
        cells = cells_of[column]
        numbers = sum(
            is_number(cell) or isinstance(cell, ErrorCell) or text_of(cell).casefold() in NOTHING
            for cell in cells
        )
        if numbers >= 0.5 * len(cells):
            found[column] = label
    return found if any(cells_of[column] for column in found) else {}


def _fewest(found: Found) -> int:
    return 2 if found.periods.look in ("label", "quarter", "yyyy-mm") else 3


def _follow(labels: Sequence[str], periods: Periods) -> bool:
    """Whether they follow each other in time; years may run backwards."""
    if periods.look == "label":
        return len(set(labels)) == len(labels)
    rising = all(one < other for one, other in pairwise(labels))
    return rising or (periods.look == "year" and all(one > other for one, other in pairwise(labels)))
