"""A file that is not canonical into canonical rows, by its layout in pmo.yaml.

Here: the layout against its table, the sheets it reads, values from outside the rows, and one canonical row for each
line and period. Finding things in a sheet is `frame`, sorting its rows `lines`, comparing its totals `footing`.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from connectors.tabular.canonical import attributes_of
from connectors.tabular.cells import Bad, Cell, Parser, error_in, is_blank, parser_of, text_of
from connectors.tabular.extract import BatchFault, Notes, TableExtract
from connectors.tabular.footing import Footing
from connectors.tabular.frame import Frame, find_frame
from connectors.tabular.grid import Grid, address, join, letters
from connectors.tabular.layout import ColumnFrom, Layout, LayoutError
from connectors.tabular.lines import Line, Sorted, amount_parser, sort_rows
from connectors.tabular.sheets import (
    CSV_SUFFIXES,
    Sheet,
    Workbook,
    filled,
    open_workbook,
    read_csv,
    suffix_of,
)
from connectors.tabular.tables import Column, Table
from connectors.tabular.typed import typed, where


def check_layout(name: str, layout: Layout, *, source: str, tables: Sequence[Table]) -> Table:
    """The table that a layout fills, as it replaces it.

    Raises:
        LayoutError: there is no such table or column, or the table has nothing that periods could fill.
    """
    table = next((table for table in tables if table.name == layout.table), None)
    if table is None:
        raise _wrong(f"{name}.table", layout.table, f"no table of {source}", [table.name for table in tables])
    columns = [column.name for column in table.columns]
    for column in layout.columns:
        if column not in columns:
            raise _wrong(f"{name}.columns.{column}", column, f"no column of {table.name}", columns)
    amount = amount_column(layout, table)
    if layout.periods is not None and (amount is None or "period" not in columns):
        raise LayoutError(
            f"layouts.{name}.periods: {table.name} has no period with an amount to unpivot into.",
            mend="Take periods: out, or name the column in amount: {column: …}.",
        )
    if amount is not None and amount not in columns:
        raise _wrong(f"{name}.amount.column", amount, f"no column of {table.name}", columns)
    _check_required(name, layout, table)
    return _replacing(name, layout, table)


def _check_required(name: str, layout: Layout, table: Table) -> None:
    unpivoted = {"period", amount_column(layout, table)} if layout.periods else set()
    for column in table.required:
        if column not in layout.columns and column not in unpivoted:
            raise LayoutError(
                f"layouts.{name}.columns: {table.name} needs {column!r}.",
                mend=f'Say where it is, e.g. {column}: {{header: "…"}} or {{value: …}}.',
            )


def _wrong(key: str, given: str, what: str, known: Sequence[str]) -> LayoutError:
    near = difflib.get_close_matches(given, known, n=1)
    mend = f"Did you mean {near[0]!r}?" if near else f"Write one of: {', '.join(known)}."
    return LayoutError(f"layouts.{key}: {given!r} is {what}.", mend=mend)


def _replacing(name: str, layout: Layout, table: Table) -> Table:
    if layout.replaces is None:
        return table
    if (layout.replaces == "period" and not table.scope) or (layout.replaces == "key" and not table.key):
        raise LayoutError(
            f"layouts.{name}.replaces: {table.name} has no {layout.replaces} to replace by.",
            mend=f"Leave it out ({table.replaces!r} holds), or write file.",
        )
    return dataclasses.replace(table, replaces=layout.replaces)


def amount_column(layout: Layout, table: Table) -> str | None:
    """The canonical column that the layout's amounts fill."""
    return layout.amount.column or table.measure


def read_with_layouts(
    data: bytes,
    relative: str,
    source: str,
    tables: Sequence[Table],
    layouts: Mapping[str, Layout],
    notes: Notes,
) -> Iterator[tuple[str, TableExtract]]:
    """One extract for each layout that claims the file, with the layout's name."""
    filled: dict[str, str] = {}
    for name, layout in layouts.items():
        table = check_layout(name, layout, source=source, tables=tables)
        if table.name in filled:
            raise LayoutError(
                f"layouts.{filled[table.name]} and layouts.{name} both fill {table.name} from {relative}.",
                mend="Narrow the files: of one of them.",
            )
        filled[table.name] = name
        sheets = _sheets(data, relative, name, layout, notes)
        reader = _LayoutReader(name, layout, table, relative, notes)
        grids = [reader.grid(sheet) for sheet in sheets] or [Grid(batch_faults=[reader.no_sheet()])]
        yield name, typed(table, join(grids), relative=relative)


def _sheets(data: bytes, relative: str, name: str, layout: Layout, notes: Notes) -> list[Sheet]:
    if suffix_of(relative) in CSV_SUFFIXES:
        wanted = {layout.header.find, *(t for origin in layout.columns.values() for t in origin.header)}

        def score(rows: list[list[Cell]]) -> int:
            return len(wanted & {text_of(cell) for row in rows[: layout.header.within] for cell in row})

        return [read_csv(data, relative=relative, score=score, notes=notes)]
    book = open_workbook(data, relative=relative, notes=notes)
    for hidden in book.hidden:
        _note_hidden(book, hidden, name, layout, notes)
    chosen = [sheet for sheet in book.visible if _is_chosen(sheet, layout)]
    notes += [
        f"{relative}: the sheet {sheet!r} was not read (layouts.{name}.sheets)"
        for sheet in book.visible
        if sheet not in chosen
    ]
    return [book.sheet(sheet) for sheet in chosen]


def _note_hidden(book: Workbook, hidden: str, name: str, layout: Layout, notes: Notes) -> None:
    """A hidden sheet is never read; one with rows that the layout would read is remarked on."""
    said = f"{book.relative}: the hidden sheet {hidden!r} was not read"
    rows = book.sheet(hidden).filled_rows if _is_chosen(hidden, layout) else 0
    if not rows:
        notes.append(said)
        return
    mend = f"show it if it counts, else name it under layouts.{name}.sheets.skip"
    notes.remark("sheet_not_read", f"{said}, although it has {filled(rows)}: {mend}.", rows)


def _is_chosen(sheet: str, layout: Layout) -> bool:
    skipped = any(re.search(pattern, sheet) for pattern in layout.sheets.skip)
    return not skipped and re.search(layout.sheets.match, sheet) is not None


class _LayoutReader:
    """One layout applied to the sheets of one file."""

    def __init__(self, name: str, layout: Layout, table: Table, relative: str, notes: list[str]) -> None:
        self.name = name
        self.layout = layout
        self.table = table
        self.relative = relative
        self.notes = notes
        self.amount = amount_column(layout, table)
        kind = table.column(self.amount).kind if self.amount else "money"
        self.parse: Parser = amount_parser(layout.amount, kind)

    def no_sheet(self) -> BatchFault:
        """The fault of a workbook without a sheet that the layout reads."""
        return BatchFault(
            "missing_sheet",
            f"{self.relative}: no visible sheet has a name that matches {self.layout.sheets.match!r}; rename the "
            f"sheet, or correct layouts.{self.name}.sheets in pmo.yaml.",
        )

    def grid(self, sheet: Sheet) -> Grid:
        """The canonical rows of one sheet."""
        frame = find_frame(sheet, self.layout, name=self.name, relative=self.relative)
        grid = Grid(batch_faults=frame.faults)
        if frame.faults:
            return grid
        rows = sort_rows(sheet, frame, self.layout, name=self.name, parse=self.parse)
        self._fill(grid, sheet, frame, rows)
        self._add_constants(grid, sheet)
        grid.left_out = rows.left_out
        footing = Footing(sheet, frame, self.layout, self.parse, self.relative, self.notes)
        grid.control_totals = footing.check(rows)
        return grid

    def _fill(self, grid: Grid, sheet: Sheet, frame: Frame, rows: Sorted) -> None:
        """One entry a line and period; without periods, one a line."""
        pairs = [
            (line, column) for line in rows.lines for column in (line.amounts if frame.periods else [None])
        ]
        lines = [line for line, _ in pairs]
        for name in frame.columns:
            grid.cells[name] = [line.labels[name][0] for line in lines]
            grid.cell_places[name] = [address(line.labels[name][1], frame.columns[name]) for line in lines]
        grid.sheets = [sheet.name] * len(pairs)
        grid.identities = [line.identity for line in lines]
        grid.contents = [self._content(line, column, sheet, frame) for line, column in pairs]
        extra = self._extra(frame)
        grid.attributes = attributes_of(sheet.rows, [line.row for line in lines], extra)
        if self.amount is not None:
            grid.parsers[self.amount] = self.parse
        self._place(grid, pairs, sheet, frame)

    def _place(self, grid: Grid, pairs: list[tuple[Line, int | None]], sheet: Sheet, frame: Frame) -> None:
        last = letters(max(frame.width - 1, 0))
        for line, column in pairs:
            row = f"A{line.row + 1}:{last}{line.row + 1}"
            grid.places.append(row if column is None else address(line.row, column))
        if frame.periods and self.amount is not None:
            grid.cells["period"] = [frame.periods[column] for _, column in pairs if column is not None]
            grid.cells[self.amount] = [sheet.rows[line.row][c] for line, c in pairs if c is not None]
            grid.cell_places[self.amount] = grid.places

    def _content(self, line: Line, column: int | None, sheet: Sheet, frame: Frame) -> dict[str, str]:
        content = {name: text_of(cell) for name, (cell, _) in line.labels.items()}
        if column is not None:
            content[frame.periods[column]] = text_of(sheet.rows[line.row][column])
        return content

    def _extra(self, frame: Frame) -> dict[int, str]:
        """Columns within the table that nothing reads: kept as attributes."""
        known = {*frame.columns.values(), *frame.periods, frame.row_total}
        return {c: label for c, label in enumerate(frame.labels[: frame.width]) if c not in known}

    def _add_constants(self, grid: Grid, sheet: Sheet) -> None:
        for name, origin in self.layout.columns.items():
            if origin.header:
                continue
            cell, place = self._outside(origin, sheet)
            fault = self._constant_fault(self.table.column(name), cell, place, sheet)
            if fault is not None:
                grid.batch_faults.append(fault)
            grid.cells[name] = ["" if isinstance(cell, Bad) or fault else cell] * len(grid)
            grid.missing |= {name} if fault else set()
            if place is not None:
                grid.cell_places[name] = [place] * len(grid)

    def _outside(self, origin: ColumnFrom, sheet: Sheet) -> tuple[Cell | Bad, str | None]:
        """A value from outside the rows, and its cell where it has one."""
        if origin.value is not None:
            return str(origin.value), None
        if origin.origin != "cell":
            stem = PurePosixPath(self.relative).stem
            text = stem if origin.origin == "file_name" else sheet.name or stem
            return _extracted(text, origin.pattern), None
        row, column = _position(origin.cell or "A1")
        cell: Cell = ""
        if row < len(sheet.rows) and column < len(sheet.rows[row]):
            cell = sheet.rows[row][column]
        if origin.pattern is None or is_blank(cell) or error_in(cell):
            return cell, origin.cell
        return _extracted(text_of(cell), origin.pattern), origin.cell

    def _constant_fault(
        self, column: Column, cell: Cell | Bad, place: str | None, sheet: Sheet
    ) -> BatchFault | None:
        """A value that all rows of the sheet share is wrong once, not row by row."""
        value = cell if isinstance(cell, Bad) else error_in(cell) or parser_of(column)(cell)
        if value is None and column.required and column.default is None:
            value = Bad("missing_value", "nothing stands there, and every row needs it: fill it in.")
        if not isinstance(value, Bad):
            return None
        at = f" at {place}" if place else ""
        return BatchFault(
            value.rule,
            f"{where(self.relative, sheet.name)}: {column.name!r}{at}: {value.message} "
            f"(layouts.{self.name}.columns.{column.name})",
            sheet=sheet.name,
            place=place,
        )


def _extracted(text: str, pattern: str | None) -> str | Bad:
    """The first group of the pattern, or all it matches."""
    if pattern is None:
        return text
    match = re.search(pattern, text)
    if match is None:
        return Bad("no_match", f"{text!r} does not match {pattern!r}: correct the one or the other.")
    return match.group(1) if match.re.groups else match.group(0)


def _position(cell: str) -> tuple[int, int]:
    name = cell.rstrip("0123456789")
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(name) :]) - 1, column - 1
