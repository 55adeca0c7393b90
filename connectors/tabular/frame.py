"""Where a layout finds things in one sheet: the header, the mapped columns, the periods, the total column.

Here: positions only. Reading the rows below is `lines`; a thing that isn't found is a fault of the batch, never a
guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.tabular.cells import Cell, is_blank, text_of
from connectors.tabular.extract import BatchFault
from connectors.tabular.grid import address, letters
from connectors.tabular.layout import Layout
from connectors.tabular.periods import period_label
from connectors.tabular.sheets import Sheet
from connectors.tabular.typed import where


@dataclass(slots=True)
class Frame:
    """Positions in a sheet, counted from 0.

    Args:
        first: the first row below the header.
        labels: the header of each sheet column, its levels joined by ` / `.
        columns: the sheet column of each canonical one.
        periods: the period of each sheet column that is one, left to right.
        row_total: the column with each row's own total.
    """

    first: int = 0
    labels: list[str] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    periods: dict[int, str] = field(default_factory=dict)
    row_total: int | None = None
    faults: list[BatchFault] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Columns up to the last that matters; what stands further right is not part of the table."""
        last = [*self.columns.values(), *self.periods, *([] if self.row_total is None else [self.row_total])]
        return max(last, default=-1) + 1

    @property
    def label_width(self) -> int:
        """Columns left of the first period, where a row's labels stand; all of them where there is no period."""
        return min(self.periods, default=self.width)


def find_frame(sheet: Sheet, layout: Layout, *, name: str, relative: str) -> Frame:
    """Everything the layout `name` points at in this sheet; `faults` tell what is not there."""
    top = _header_row(sheet, layout)
    if top is None:
        fault = BatchFault(
            "missing_header",
            f"{where(relative, sheet.name)}: none of the first {layout.header.within} rows has a cell that reads "
            f"{layout.header.find!r}; correct the sheet, or layouts.{name}.header.find in pmo.yaml.",
            sheet=sheet.name,
        )
        return Frame(faults=[fault])
    levels = _levels(sheet, top, layout.header.rows)
    labels = [_joined(column) or f"column {letters(number)}" for number, column in enumerate(levels)]
    frame = Frame(first=top + layout.header.rows, labels=labels)
    _find_columns(frame, levels, sheet, layout, name, relative, top)
    if layout.periods is not None:
        _find_periods(frame, levels, sheet, layout, name, relative, top)
    return frame


def _header_row(sheet: Sheet, layout: Layout) -> int | None:
    wanted = _folded(layout.header.find)
    for number, row in enumerate(sheet.rows[: layout.header.within]):
        if any(_folded(text_of(cell)) == wanted for cell in row):
            return number
    return None


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _levels(sheet: Sheet, top: int, height: int) -> list[list[Cell]]:
    """The header's cells by column, top to bottom, merged ranges filled."""
    rows = [list(row) for row in sheet.rows[top : top + height]]
    for (row1, column1), (row2, column2) in sheet.merged:
        if top <= row1 < top + len(rows):
            value = rows[row1 - top][column1]
            for row in range(row1, min(row2, top + len(rows) - 1) + 1):
                rows[row - top][column1 : column2 + 1] = [value] * (column2 + 1 - column1)
    width = max(map(len, rows))
    return [[row[column] if column < len(row) else "" for row in rows] for column in range(width)]


def _joined(column: Sequence[Cell]) -> str:
    return " / ".join(dict.fromkeys(text_of(cell) for cell in column if not is_blank(cell)))


def _find_columns(
    frame: Frame, levels: list[list[Cell]], sheet: Sheet, layout: Layout, name: str, relative: str, top: int
) -> None:
    for canonical, origin in layout.columns.items():
        if not origin.header:
            continue
        found = _columns_called(origin.header, frame, levels)
        if len(found) == 1:
            frame.columns[canonical] = found[0]
        elif found or not origin.optional:
            frame.faults.append(
                _column_fault(canonical, origin.header, found, sheet, frame, name, relative, top)
            )
    if layout.checks.row_total is not None:
        totals = _columns_called((layout.checks.row_total,), frame, levels)
        if len(totals) == 1:
            frame.row_total = totals[0]
        else:
            frame.faults.append(
                _column_fault(
                    "row_total", (layout.checks.row_total,), totals, sheet, frame, name, relative, top
                )
            )


def _columns_called(texts: Sequence[str], frame: Frame, levels: list[list[Cell]]) -> list[int]:
    """Sheet columns whose whole header, or else one level of it, reads one of `texts`."""
    wanted = {_folded(text) for text in texts}
    whole = [column for column, label in enumerate(frame.labels) if _folded(label) in wanted]
    if whole:
        return whole
    return [c for c, level in enumerate(levels) if any(_folded(text_of(cell)) in wanted for cell in level)]


def _column_fault(
    canonical: str,
    texts: Sequence[str],
    found: list[int],
    sheet: Sheet,
    frame: Frame,
    name: str,
    relative: str,
    top: int,
) -> BatchFault:
    key = (
        f"layouts.{name}.{'checks.row_total' if canonical == 'row_total' else f'columns.{canonical}.header'}"
    )
    wanted = " or ".join(repr(text) for text in texts)
    if found:
        places = ", ".join(address(top, column) for column in found)
        rule, what = "duplicate_column", f"{wanted} stands at {places}, where one column is meant"
    else:
        header = ", ".join(label for label in frame.labels if label)
        rule, what = (
            "missing_column",
            f"no column for {canonical!r} ({wanted}); the header in row {top + 1} reads {header}",
        )
    return BatchFault(
        rule,
        f"{where(relative, sheet.name)}: {what}. Correct the sheet, or {key} in pmo.yaml.",
        sheet=sheet.name,
        place=f"A{top + 1}:{letters(max(len(frame.labels) - 1, 0))}{top + 1}",
    )


def _find_periods(
    frame: Frame, levels: list[list[Cell]], sheet: Sheet, layout: Layout, name: str, relative: str, top: int
) -> None:
    assert layout.periods is not None
    taken = {*frame.columns.values(), frame.row_total}
    for column, cells in enumerate(levels):
        labels = (period_label(cell, layout.periods) for cell in reversed(cells))
        label = next((found for found in labels if found is not None), None)
        if label is not None and column not in taken:
            if label in frame.periods.values():
                frame.faults.append(_twice(label, column, sheet, frame, relative))
            frame.periods[column] = label
    if not frame.periods:
        frame.faults.append(_no_period(sheet, layout, name, relative, top))
    frame.faults += _strays(frame, sheet, layout, name, relative)


def _twice(label: str, column: int, sheet: Sheet, frame: Frame, relative: str) -> BatchFault:
    place = address(frame.first - 1, column)
    message = (
        f"{where(relative, sheet.name)}: the period {label} stands twice in the header, again at {place}."
    )
    return BatchFault("duplicate_period", message, sheet=sheet.name, place=place)


def _no_period(sheet: Sheet, layout: Layout, name: str, relative: str, top: int) -> BatchFault:
    look = layout.periods.look if layout.periods else ""
    return BatchFault(
        "missing_column",
        f"{where(relative, sheet.name)}: the header in row {top + 1} has no period that looks like {look}; correct the "
        f"sheet, or layouts.{name}.periods in pmo.yaml.",
        sheet=sheet.name,
        place=f"A{top + 1}",
    )


def _strays(frame: Frame, sheet: Sheet, layout: Layout, name: str, relative: str) -> list[BatchFault]:
    """Columns among the periods that hold something and that nothing accounts for: perhaps a month with a slip."""
    assert layout.periods is not None
    known = {*frame.columns.values(), *frame.periods, frame.row_total}
    between = range(min(frame.periods, default=0), max(frame.periods, default=-1))
    return [
        BatchFault(
            "unknown_period",
            f"{where(relative, sheet.name)}: the column headed {frame.labels[column]!r} at "
            f"{address(frame.first - 1, column)} stands among the periods and is none; correct its header, or name "
            f"it in layouts.{name}.periods.leave_out in pmo.yaml.",
            sheet=sheet.name,
            place=address(frame.first - 1, column),
        )
        for column in between
        if column not in known
        and not any(re.search(pattern, frame.labels[column]) for pattern in layout.periods.leave_out)
        and any(not is_blank(row[column]) for row in sheet.rows[frame.first :] if column < len(row))
    ]
