"""The totals that a sheet states itself, beside what was read for them.

Here: which lines a total row sums, and the comparison. A slip that every type check lets through, such as a misplaced
decimal mark, is found here or nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from connectors.tabular.cells import Bad, Cell, Parser, Value, text_of
from connectors.tabular.extract import ControlTotal
from connectors.tabular.frame import Frame
from connectors.tabular.grid import address
from connectors.tabular.layout import Layout
from connectors.tabular.lines import Line, Sorted, TotalRow
from connectors.tabular.sheets import Sheet
from connectors.tabular.typed import where

_NOISE: Final = Decimal("1e-12")
"""A spreadsheet adds binary fractions: its sums differ from exact ones in the thirteenth digit at most."""
_CUT: Final = Decimal("0.5e-10")
"""What cutting a value to ten decimals may cost: an hour and twenty minutes is no decimal number of hours."""


def _has_unread(lines: Sequence[Line]) -> bool:
    """Whether an amount of these lines does not read: half a sum tells nothing."""
    return any(isinstance(amount, Bad) for line in lines for amount in line.amounts.values())


def _off(run: Sequence[ControlTotal]) -> tuple[int, Decimal]:
    """How many totals of a run are off, and by how much."""
    off = [control for control in run if control.is_off]
    return len(off), sum((abs(control.read - control.stated) for control in off), Decimal(0))


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
                totals += self._column_totals(total, rows.counted, starts)
        if self.frame.row_total is not None:
            for line in rows.lines:
                totals += self._row_total(line, self.frame.row_total)
        return totals

    def _column_totals(
        self, total: TotalRow, lines: Sequence[Line], starts: Sequence[int]
    ) -> list[ControlTotal]:
        """A total row sums the lines since some earlier total, or all above it: the run that fits best is meant.

        One that names its heading may sum what is directly below that, or all below it. Lines that the layout leaves
        out by their words may count in it, or may not.
        """
        candidates = [start for start in reversed(starts) if start < total.after] or [0]
        candidates = [total.after, *candidates] if total.is_of_nothing else candidates
        runs = [lines[start : total.after] for start in candidates]
        if total.heading is not None:
            below = [line for line in lines[: total.after] if line.row > total.heading]
            runs += [below, [line for line in below if line.heading == total.heading]]
        runs += [
            [line for line in run if not line.is_dropped]
            for run in runs
            if any(line.is_dropped for line in run)
        ]
        best = min(
            (self._column_run(total, run) for run in runs if not _has_unread(run)), key=_off, default=None
        )
        if best is None or any(control.is_off for control in best):
            # The run that is meant may be one that does not read as a whole.
            partly = min(
                (self._column_run(total, run) for run in runs if _has_unread(run)), key=_off, default=None
            )
            if partly is not None and (best is None or _off(partly) < _off(best)):
                best = partly
                self._note_unread(total)
        own = [] if self.frame.row_total is None else [self.frame.row_total]
        self._note_unreadable(total.row, [*self.frame.amounts, *own])
        return best or []

    def _column_run(self, total: TotalRow, lines: Sequence[Line]) -> list[ControlTotal]:
        """Each period of a total row, and its own total over all periods, beside the sum of the lines."""
        counted = [line.amounts for line in lines if not line.is_duplicate]
        columns: dict[int, tuple[int, ...]] = {column: (column,) for column in self.frame.amounts}
        if self.frame.row_total is not None:
            columns[self.frame.row_total] = tuple(self.frame.amounts)
        run: list[ControlTotal] = []
        for place, summed in columns.items():
            amounts = [line[column] for line in counted for column in summed if column in line]
            label = f"{total.label}, {self.frame.amounts.get(place, 'all periods')}"
            found = self._compared(label, total.row, place, amounts)
            run += [
                self._with_repeated(control, lines, summed) if control.is_off else control
                for control in found
            ]
        return run

    def _with_repeated(
        self, control: ControlTotal, lines: Sequence[Line], summed: Sequence[int]
    ) -> ControlTotal:
        """The total, with a remark where it counts lines that are left out because they repeat others."""
        repeated = [line for line in lines if line.is_duplicate]
        more = [line.amounts.get(column) for line in repeated for column in summed]
        if (
            sum((each for each in more if isinstance(each, Decimal)), control.read) != control.stated
            or not more
        ):
            return control
        places = ", ".join(f"row {line.row + 1}" for line in repeated[:3])
        hint = f"it counts {places}, which repeat others: rows: {{identical: read}} of a layout counts them"
        return replace(control, label=f"{control.label} ({hint})")

    def _compared(
        self, label: str, row: int, column: int, amounts: Sequence[Value | Bad]
    ) -> list[ControlTotal]:
        """Nothing where the total or one of the amounts does not read: half a sum tells nothing."""
        stated = self.parse(self._cell(row, column))
        if not isinstance(stated, Decimal) or any(isinstance(amount, Bad) for amount in amounts):
            return []
        read = sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))
        return [self._control(label, row, column, stated, read, len(amounts) + 1)]

    def _row_total(self, line: Line, column: int) -> list[ControlTotal]:
        self._note_unreadable(line.row, [column])
        label = " / ".join(text_of(cell) for cell, _ in line.labels.values()) or f"row {line.row + 1}"
        return self._compared(label, line.row, column, list(line.amounts.values()))

    def _control(
        self, label: str, row: int, column: int, stated: Decimal, read: Decimal, rows: int
    ) -> ControlTotal:
        is_number = not isinstance(self._cell(row, column), str)
        noise = max(abs(stated) * _NOISE if is_number else Decimal(0), rows * _CUT)
        if abs(read - stated) <= noise:
            stated = read
        tolerance = self.layout.checks.tolerance * self.layout.amount.factor
        return ControlTotal(label, self.sheet.name, address(row, column), stated, read, tolerance)

    def _note_unread(self, total: TotalRow) -> None:
        place = where(self.relative, self.sheet.name)
        self.notes.append(
            f"{place}: the total {total.label!r} in row {total.row + 1} was not compared as a whole: an amount above "
            "it does not read"
        )

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
