"""Headings above lines, and how far down each reaches: to its own total, else to the next heading.

Office                              ┐
  Supplies                   ┐      │
    a line                   │      │
  Total for Supplies         ┘      │
  a line                            │  of Office, although Supplies is the nearest heading above it
Total for Office with sub-accounts  ┘
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from connectors.tabular.cells import Cell, is_blank, text_of
from connectors.tabular.frame import Frame
from connectors.tabular.layout import Layout
from connectors.tabular.sheets import Sheet

_WITH_PARTS: Final = re.compile(r"(?i) with sub-?accounts$")
"""Ends the total of a heading and of the headings below it."""


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading by its row, the row of its last total, and the labels that are filled down below it."""

    row: int
    label: str
    end: int
    labels: dict[str, tuple[Cell, int]]


class Headings:
    """What blank cells mean at the row that is being read: `above` has the labels that are filled down.

    Rows are to be shown to it in their order: each to `close`, a heading to `open` with its labels set in `above`.
    Headings are known by the row in which they stand, counted from 0.
    """

    def __init__(self, sheet: Sheet, frame: Frame, layout: Layout) -> None:
        self.above: dict[str, tuple[Cell, int]] = {}
        self._frame = frame
        self._open: list[_Heading] = []
        self._summed: dict[int, str] = {}
        self._rows: dict[str, list[int]] = defaultdict(list)
        self._totals: dict[str, list[int]] = defaultdict(list)
        self._grand_totals: dict[str, list[int]] = defaultdict(list)
        if layout.rows.headings:
            self._look_ahead(sheet, layout)

    def _look_ahead(self, sheet: Sheet, layout: Layout) -> None:
        for number in range(self._frame.first, len(sheet.rows)):
            label = first_label(sheet.rows[number], self._frame)
            self._rows[label].append(number)
            for pattern in layout.rows.totals:
                if (match := re.match(pattern, label)) is not None:
                    summed = label[match.end() :].strip()
                    own = self._summed[number] = _WITH_PARTS.sub("", summed)
                    (self._totals if own == summed else self._grand_totals)[own].append(number)

    def open(self, number: int, row: list[Cell]) -> None:
        """A heading stands in this row; it reaches to its last total."""
        label = first_label(row, self._frame)
        again = _next(self._rows[label], number)
        totals = (_next(found[label], number) for found in (self._grand_totals, self._totals))
        end = next((total for total in totals if total and (again is None or total < again)), None)
        if end is not None:
            self._open.append(_Heading(number, label, end, dict(self.above)))

    def close(self, number: int) -> None:
        """Ends the headings whose last total stands in this row: below it those around them hold again."""
        if not self._open or self._open[-1].end > number:
            return
        while self._open and self._open[-1].end <= number:
            self._open.pop()
        self.above = dict(self._open[-1].labels) if self._open else {}

    @property
    def current(self) -> int | None:
        """The innermost heading that this row is below, of those that have a total."""
        return self._open[-1].row if self._open else None

    def summed(self, number: int) -> int | None:
        """The heading whose total stands in this row; to be asked before that is closed."""
        label = self._summed.get(number)
        return next((each.row for each in reversed(self._open) if each.label == label), None)


def first_label(row: list[Cell], frame: Frame) -> str:
    """The first text of a row left of the periods."""
    return next((text_of(cell) for cell in row[: frame.label_width] if not is_blank(cell)), "")


def _next(rows: list[int], number: int) -> int | None:
    place = bisect_right(rows, number)
    return rows[place] if place < len(rows) else None
