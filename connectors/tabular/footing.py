"""The totals that a sheet states itself, beside what was read for them.

Here: which lines a total row sums, and the comparison. A slip that every type check lets through, such as a misplaced
decimal mark, is found here or nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from connectors.tabular.cells import Bad, Cell, Parser, text_of
from connectors.tabular.extract import ControlTotal
from connectors.tabular.frame import Frame
from connectors.tabular.grid import address
from connectors.tabular.layout import Layout
from connectors.tabular.lines import Line, Sorted, TotalRow
from connectors.tabular.sheets import Sheet
from connectors.tabular.typed import where

_NOISE: Final = Decimal("1e-12")
"""A spreadsheet adds binary fractions: its sums differ from exact ones in the thirteenth digit at most."""


@dataclass(slots=True)
class Footing:
    """What the comparison needs to know of one sheet."""

    sheet: Sheet
    frame: Frame
    layout: Layout
    parse: Parser
    relative: str
    notes: list[str]

    def check(self, rows: Sorted) -> list[ControlTotal]:
        """Each total that the layout asks for and that can be compared; `notes` says which can't, and why."""
        totals: list[ControlTotal] = []
        if self.layout.checks.column_totals:
            starts = sorted({0, *(total.after for total in rows.totals)})
            for total in rows.totals:
                totals += self._column_totals(total, rows.lines, starts)
        if self.frame.row_total is not None:
            for line in rows.lines:
                totals += self._row_total(line, self.frame.row_total)
        return totals

    def _column_totals(
        self, total: TotalRow, lines: Sequence[Line], starts: Sequence[int]
    ) -> list[ControlTotal]:
        """A total row sums the lines since some earlier total, or all above it: the run that fits best is meant."""
        candidates = [start for start in reversed(starts) if start < total.after] or [0]
        compared = [self._column_run(total, lines[start : total.after]) for start in candidates]
        best = min(compared, key=lambda run: sum(1 for control in run if control.is_off))
        self._note_unreadable(total.row, list(self.frame.periods))
        return best

    def _column_run(self, total: TotalRow, lines: Sequence[Line]) -> list[ControlTotal]:
        run: list[ControlTotal] = []
        for column, period in self.frame.periods.items():
            amounts = [line.amounts.get(column) for line in lines if not line.is_duplicate]
            stated = self.parse(self._cell(total.row, column))
            if isinstance(stated, Decimal) and not any(isinstance(amount, Bad) for amount in amounts):
                read = sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))
                run.append(self._control(f"{total.label}, {period}", total.row, column, stated, read))
        return run

    def _row_total(self, line: Line, column: int) -> list[ControlTotal]:
        stated = self.parse(self._cell(line.row, column))
        self._note_unreadable(line.row, [column])
        if not isinstance(stated, Decimal) or any(
            isinstance(amount, Bad) for amount in line.amounts.values()
        ):
            return []
        read = sum((amount for amount in line.amounts.values() if isinstance(amount, Decimal)), Decimal(0))
        label = " / ".join(text_of(cell) for cell, _ in line.labels.values()) or f"row {line.row + 1}"
        return [self._control(label, line.row, column, stated, read)]

    def _control(self, label: str, row: int, column: int, stated: Decimal, read: Decimal) -> ControlTotal:
        is_number = not isinstance(self._cell(row, column), str)
        if is_number and abs(read - stated) <= abs(stated) * _NOISE:
            stated = read
        tolerance = self.layout.checks.tolerance * self.layout.amount.factor
        return ControlTotal(label, self.sheet.name, address(row, column), stated, read, tolerance)

    def _note_unreadable(self, row: int, columns: Sequence[int]) -> None:
        stated = {address(row, column): self.parse(self._cell(row, column)) for column in columns}
        bad = {place: value.message for place, value in stated.items() if isinstance(value, Bad)}
        if bad:
            place = where(self.relative, self.sheet.name)
            message = next(iter(bad.values()))
            self.notes.append(f"{place}: the total at {', '.join(bad)} was not compared: {message}")

    def _cell(self, row: int, column: int) -> Cell:
        cells = self.sheet.rows[row]
        return cells[column] if column < len(cells) else ""
