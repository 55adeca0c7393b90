"""Where a layout finds things in one sheet: the header, the mapped columns, the periods, the total column.

Here: positions only. Reading the rows below is `lines`; a thing that isn't found is a fault of the batch, never a
guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from connectors.tabular.cells import Cell, header_key, is_blank, text_of
from connectors.tabular.extract import BatchFault
from connectors.tabular.grid import address, letters
from connectors.tabular.keys import where_to_write
from connectors.tabular.layout import ColumnFrom, Layout
from connectors.tabular.periods import period_label
from connectors.tabular.sheets import Sheet
from connectors.tabular.typed import where

_LETTERED: Final = re.compile(r"(?i:column) +([A-Za-z]{1,3})")


@dataclass(slots=True)
class Frame:
    """Positions in a sheet, counted from 0.

    Args:
        first: the first row below the header.
        labels: the header of each sheet column, its levels joined by ` / `.
        columns: the sheet column of each canonical one; the first of those that are joined.
        several: all columns of those that are put together from several, or are the first of these.
        absent: columns that may be missing, are, and have a value in that case.
        units: for columns of hours, the one that says in what they are.
        between: for columns of hours, those with the times of day at which each entry began and ended.
        parts: columns of which the amount is the sum, and with which sign: debits and credits.
        signs: the column that says whether these amounts add or subtract.
        drops: columns with a word that says of a row that it doesn't count, and these words.
        keeps: columns that a row which counts matches, and the patterns.
        periods: the period of each sheet column that is one, left to right.
        amount: the column of the amounts where there are no periods.
        row_total: the column with each row's own total.
        headed: columns up to the first without a header right of the last that matters.
    """

    first: int = 0
    labels: list[str] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    several: dict[str, tuple[int, ...]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    units: dict[str, int] = field(default_factory=dict)
    between: dict[str, tuple[int, int]] = field(default_factory=dict)
    parts: dict[int, int] = field(default_factory=dict)
    signs: int | None = None
    drops: dict[int, frozenset[str]] = field(default_factory=dict)
    keeps: dict[int, tuple[str, ...]] = field(default_factory=dict)
    periods: dict[int, str] = field(default_factory=dict)
    amount: int | None = None
    row_total: int | None = None
    headed: int = 0
    faults: list[BatchFault] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Columns up to the last that matters."""
        return max(self.taken, default=-1) + 1

    @property
    def reach(self) -> int:
        """Columns of the table: up to the last that matters, and those beside it that have a header, too."""
        return max(self.width, self.headed)

    @property
    def taken(self) -> set[int]:
        """The sheet columns that something is read from."""
        several = {column for columns in self.several.values() for column in columns}
        own = {column for column in (self.row_total, self.signs) if column is not None}
        beside = {*self.units.values(), *self.parts, *self.drops, *self.keeps}
        return {*self.columns.values(), *several, *beside, *self.periods, *own}

    @property
    def amounts(self) -> dict[int, str]:
        """The columns that hold amounts, and what each is called."""
        if self.periods:
            return self.periods
        if self.parts:
            return {column: self.labels[column] for column in self.parts}
        return {} if self.amount is None else {self.amount: "amount"}

    def numbers(self, canonical: str, origin: ColumnFrom) -> bool:
        """Whether the rows of a column are told apart by numbers: always, or where it lacks a part of the id."""
        parts = len(self.several.get(canonical, ()))
        return bool(origin.number) and not (origin.number == "when_incomplete" and parts == len(origin.join))

    def label(self, column: int) -> str:
        """The header of a sheet column; `column B` for one without."""
        return self.labels[column] if column < len(self.labels) else f"column {letters(column)}"

    @property
    def label_width(self) -> int:
        """Columns left of the first period, where a row's labels stand; all of them where there is no period."""
        return min(self.periods, default=self.width)


def find_frame(sheet: Sheet, layout: Layout, *, name: str, relative: str, amount: str | None = None) -> Frame:
    """Everything the layout `name` points at in this sheet; `faults` tell what is not there.

    Args:
        amount: the canonical column of the amounts.
    """
    top = _header_row(sheet, layout)
    if top is None:
        fault = BatchFault(
            "missing_header",
            f"{where(relative, sheet.name)}: none of the first {layout.header.within} rows has a cell that reads "
            f"{' or '.join(map(repr, layout.header.find))}; correct the sheet, or "
            f"{where_to_write(name, layout, 'header.find')}.",
            sheet=sheet.name,
        )
        return Frame(faults=[fault])
    levels = header_levels(sheet, top, layout.header.rows)
    labels = header_labels(levels)
    frame = Frame(first=top + layout.header.rows, labels=labels)
    _find_columns(frame, levels, sheet, layout, name, relative, top)
    if layout.periods is None and amount in frame.columns:
        frame.amount = frame.columns[amount]
    if layout.periods is not None:
        _find_periods(frame, levels, sheet, layout, name, relative, top)
    frame.headed = frame.width
    while frame.headed < len(levels) and _joined(levels[frame.headed]):
        frame.headed += 1
    return frame


def _header_row(sheet: Sheet, layout: Layout) -> int | None:
    wanted = {header_key(text) for text in layout.header.find}
    for number, row in enumerate(sheet.rows[: layout.header.within]):
        if any(header_key(cell) in wanted for cell in row):
            return number
    return None


def header_labels(levels: list[list[Cell]]) -> list[str]:
    """The header of each column, its levels joined by ` / `; `column B` for a blank one."""
    return [_joined(column) or f"column {letters(number)}" for number, column in enumerate(levels)]


def header_levels(sheet: Sheet, top: int, height: int) -> list[list[Cell]]:
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
    def find(
        key: str, texts: Sequence[str], *, optional: bool = False, origin: ColumnFrom | None = None
    ) -> int | None:
        found = _narrowed(_columns_called(texts, frame, levels), origin, frame, levels)
        if len(found) == 1:
            return found[0]
        if found or not optional:
            frame.faults.append(_column_fault(key, texts, found, sheet, frame, layout, name, relative, top))
        return None

    for canonical, origin in layout.columns.items():
        key = f"columns.{canonical}"
        if (
            origin.after is not None
            and not origin.optional
            and not _columns_called((origin.after,), frame, levels)
        ):
            after = (origin.after,)
            frame.faults.append(
                _column_fault(f"{key}.after", after, [], sheet, frame, layout, name, relative, top)
            )
        elif origin.column is not None:
            frame.columns[canonical] = _number(origin.column)
        elif origin.header:
            column = find(f"{key}.header", origin.header, optional=origin.optional, origin=origin)
            if column is not None:
                frame.columns[canonical] = column
        elif origin.several:
            columns = [find(key, (text,), optional=True, origin=origin) for text in origin.several]
            present = tuple(column for column in columns if column is not None)
            if present:
                frame.columns[canonical], frame.several[canonical] = present[0], present
            elif not origin.optional:
                frame.faults.append(
                    _column_fault(key, origin.several, [], sheet, frame, layout, name, relative, top)
                )
        if origin.optional and origin.default is not None and canonical not in frame.columns:
            frame.absent.add(canonical)
        if origin.unit is not None:
            column = find(f"{key}.unit.header", origin.unit.header, optional=True)
            if column is not None:
                frame.units[canonical] = column
        times = [find(f"{key}.between", (text,), optional=True) for text in origin.between]
        if len(times) == 2 and times[0] is not None and times[1] is not None:
            frame.between[canonical] = times[0], times[1]
    for part, sign in (("debit", 1), ("credit", -1)):
        if (
            layout.amount.debit
            and (column := find(f"amount.{part}", getattr(layout.amount, part))) is not None
        ):
            frame.parts[column] = sign
    for header in layout.amount.add:
        if (column := find("amount.add", (header,), optional=True)) is not None:
            frame.parts[column] = 1
    if layout.amount.add and not frame.parts:
        frame.faults.append(
            _column_fault("amount.add", layout.amount.add, [], sheet, frame, layout, name, relative, top)
        )
    if layout.amount.signs is not None:
        frame.signs = find("amount.signs.header", layout.amount.signs.header)
    for header, words in layout.rows.drop_when.items():
        column = _lettered(header, frame)
        column = find("rows.drop_when", (header,), optional=True) if column is None else column
        if column is not None:
            frame.drops[column] = frozenset(word.casefold() for word in words)
    for header, patterns in layout.rows.keep_when.items():
        column = _lettered(header, frame)
        column = find("rows.keep_when", (header,)) if column is None else column
        if column is not None:
            frame.keeps[column] = patterns
    if layout.checks.row_total is not None:
        frame.row_total = find("checks.row_total", (layout.checks.row_total,))


def _narrowed(
    found: list[int], origin: ColumnFrom | None, frame: Frame, levels: list[list[Cell]]
) -> list[int]:
    """Which of several columns with one header is meant: the next one after another, or the nth."""
    if origin is None or not found or (origin.several and len(found) == 1):
        return found
    if origin.after is not None:
        before = _columns_called((origin.after,), frame, levels)
        return [column for column in found if before and column > before[0]][:1]
    if origin.occurrence is not None:
        return found[origin.occurrence - 1 : origin.occurrence]
    return found


def _lettered(name: str, frame: Frame) -> int | None:
    """The column that is called by its letter, `column B`; None where that is not said, or is itself a header."""
    match = _LETTERED.fullmatch(name.strip())
    if match is None or header_key(name) in map(header_key, frame.labels):
        return None
    return _number(match.group(1).upper())


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _columns_called(texts: Sequence[str], frame: Frame, levels: list[list[Cell]]) -> list[int]:
    """Sheet columns whose whole header, or else one level of it, reads the first of `texts` that any reads."""
    for text in map(header_key, texts):
        whole = [column for column, label in enumerate(frame.labels) if header_key(label) == text]
        if whole:
            return whole
    for text in map(header_key, texts):
        parts = [c for c, level in enumerate(levels) if any(header_key(cell) == text for cell in level)]
        if parts:
            return parts
    return []


def _column_fault(
    part: str,
    texts: Sequence[str],
    found: list[int],
    sheet: Sheet,
    frame: Frame,
    layout: Layout,
    name: str,
    relative: str,
    top: int,
) -> BatchFault:
    wanted = " or ".join(repr(text) for text in texts)
    if found:
        places = ", ".join(address(top, column) for column in found)
        rule, what = "duplicate_column", f"{wanted} stands at {places}, where one column is meant"
    else:
        header = ", ".join(label for label in frame.labels if label)
        rule, what = (
            "missing_column",
            f"no column is headed {wanted}; the header in row {top + 1} reads {header}",
        )
    return BatchFault(
        rule,
        f"{where(relative, sheet.name)}: {what}. Correct the sheet, or {where_to_write(name, layout, part)}.",
        sheet=sheet.name,
        place=f"A{top + 1}:{letters(max(len(frame.labels) - 1, 0))}{top + 1}",
    )


def _find_periods(
    frame: Frame, levels: list[list[Cell]], sheet: Sheet, layout: Layout, name: str, relative: str, top: int
) -> None:
    assert layout.periods is not None
    taken = frame.taken
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
        f"sheet, or {where_to_write(name, layout, 'periods')}.",
        sheet=sheet.name,
        place=f"A{top + 1}",
    )


def _strays(frame: Frame, sheet: Sheet, layout: Layout, name: str, relative: str) -> list[BatchFault]:
    """Columns among the periods that hold something and that nothing accounts for: perhaps a month with a slip."""
    assert layout.periods is not None
    known = frame.taken
    between = range(min(frame.periods, default=0), max(frame.periods, default=-1))
    return [
        BatchFault(
            "unknown_period",
            f"{where(relative, sheet.name)}: the column headed {frame.labels[column]!r} at "
            f"{address(frame.first - 1, column)} stands among the periods and is none; correct its header, or name "
            f"it in {where_to_write(name, layout, 'periods.leave_out')}.",
            sheet=sheet.name,
            place=address(frame.first - 1, column),
        )
        for column in between
        if column not in known
        and not any(re.search(pattern, frame.labels[column]) for pattern in layout.periods.leave_out)
        and any(not is_blank(row[column]) for row in sheet.rows[frame.first :] if column < len(row))
    ]
