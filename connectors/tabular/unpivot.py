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

from connectors.tabular.accounts import accounts_remark, chosen_by
from connectors.tabular.canonical import attributes_of
from connectors.tabular.cells import Bad, Cell, Parser, error_in, header_key, is_blank, parser_of, text_of
from connectors.tabular.content import Content
from connectors.tabular.evidence import fitting
from connectors.tabular.extract import BatchFault, CellFault, ColumnSource, Notes, TableExtract
from connectors.tabular.footing import Footing
from connectors.tabular.formats import has_header
from connectors.tabular.frame import Frame, find_frame
from connectors.tabular.grid import Grid, address, join, letters
from connectors.tabular.json_records import is_one_page, read_json
from connectors.tabular.keys import key_of, where_to_write
from connectors.tabular.layout import ColumnFrom, Layout, LayoutError
from connectors.tabular.layout_checks import check_against
from connectors.tabular.lines import Line, Sorted, amount_choices, sort_rows
from connectors.tabular.number_formats import Shown, refused, shown_otherwise, with_percentages
from connectors.tabular.origins import column_origins
from connectors.tabular.shaping import (
    Surroundings,
    column_parser,
    extracted,
    in_hours,
    numbered,
    signed,
    summed,
    symbol_of,
)
from connectors.tabular.sheets import (
    DELIMITERS,
    JSON_SUFFIXES,
    Sheet,
    filled,
    read_csv,
)
from connectors.tabular.tables import Column, Table
from connectors.tabular.typed import typed, where
from connectors.tabular.workbooks import Workbook
from connectors.tabular.written import CLOCKS, Choice, choose


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
    check_against(name, layout, table, amount=amount)
    return _replacing(name, layout, table)


def _check_required(name: str, layout: Layout, table: Table) -> None:
    unpivoted = {"period", amount_column(layout, table)} if layout.periods else set()
    if layout.amount.debit or layout.amount.add:
        unpivoted.add(amount_column(layout, table))
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
    content: Content,
    source: str,
    tables: Sequence[Table],
    layouts: Mapping[str, Layout],
    notes: Notes,
    surroundings: Surroundings,
) -> Iterator[tuple[str, TableExtract]]:
    """One extract for each layout that claims the file, with the layout's name."""
    relative = content.relative
    filled: dict[str, str] = {}
    for name, layout in layouts.items():
        table = check_layout(name, layout, source=source, tables=tables)
        if table.name in filled:
            raise LayoutError(
                f"layouts.{filled[table.name]} and layouts.{name} both fill {table.name} from {relative}.",
                mend="Narrow the files: of one of them.",
            )
        filled[table.name] = name
        sheets = _sheets(content, name, layout, notes)
        reader = _LayoutReader(name, layout, table, relative, notes, surroundings)
        shown = shown_otherwise(content.data, relative=relative) if sheets else {}
        grids = [reader.grid(sheet, shown.get(sheet.name or "", {})) for sheet in sheets] or [
            Grid(batch_faults=[reader.no_sheet()])
        ]
        extract = typed(table, join(grids), relative=relative)
        if reader.accounts is not None:
            remark = accounts_remark(extract, layout, header=reader.accounts, name=name, relative=relative)
            notes.add(remark)
        yield name, extract


def _sheets(content: Content, name: str, layout: Layout, notes: Notes) -> list[Sheet]:
    relative, book = content.relative, content.book
    if content.suffix in JSON_SUFFIXES:
        if is_one_page(content.data):
            notes.remark("one_page", f"{relative} says that more pages follow it: put these here, too.")
        return [read_json(content.data, relative=relative, records=layout.records, limits=content.limits)]
    if book is None:
        wanted = {*layout.header.find, *(t for origin in layout.columns.values() for t in origin.header)}
        folded = {header_key(text) for text in wanted}

        def score(rows: list[list[Cell]]) -> int:
            return len(folded & {header_key(cell) for row in rows[: layout.header.within] for cell in row})

        return [
            read_csv(
                content.data,
                relative=relative,
                score=score,
                notes=notes,
                delimiter=layout.csv.separator,
                encoding=layout.csv.encoding,
                delimiters=(*DELIMITERS, "|"),
                limits=content.limits,
            )
        ]
    reads_hidden = layout.sheets.hidden == "read"
    for hidden in () if reads_hidden else book.hidden:
        _note_hidden(book, hidden, name, layout, notes)
    within_reach = book.names if reads_hidden else book.visible
    chosen = [sheet for sheet in within_reach if _is_chosen(sheet, layout)]
    if layout.recognise:
        chosen = _with_header(book, chosen, layout, notes)
    notes += [
        f"{relative}: the sheet {sheet!r} was not read ({key_of(name, layout, 'sheets')})"
        for sheet in book.visible
        if sheet not in chosen
    ]
    return [book.sheet(sheet) for sheet in chosen]


def _with_header(book: Workbook, chosen: Sequence[str], layout: Layout, notes: Notes) -> list[str]:
    """The sheets of a known export: those that have its header. A pivot or notes beside them are remarked on."""
    found = []
    for name in chosen:
        sheet = book.sheet(name)
        rows = sheet.rows[: layout.header.within]
        if has_header(layout, rows):
            found.append(name)
        elif not sheet.is_blank:
            message = f"{book.relative}: the sheet {name!r} was not read, because it has not the header of the others"
            notes.remark(
                "sheet_not_read", f"{message}; it has {filled(sheet.filled_rows)}.", sheet.filled_rows
            )
    return found


def _note_hidden(book: Workbook, hidden: str, name: str, layout: Layout, notes: Notes) -> None:
    """A hidden sheet is never read; one with rows that the layout would read is remarked on."""
    said = f"{book.relative}: the hidden sheet {hidden!r} was not read"
    rows = book.sheet(hidden).filled_rows if _is_chosen(hidden, layout) else 0
    if not rows:
        notes.append(said)
        return
    mend = f"show it if it counts, else name it: {where_to_write(name, layout, 'sheets.skip')}"
    notes.remark("sheet_not_read", f"{said}, although it has {filled(rows)}: {mend}.", rows)


def _is_chosen(sheet: str, layout: Layout) -> bool:
    skipped = any(re.search(pattern, sheet) for pattern in layout.sheets.skip)
    return not skipped and re.search(layout.sheets.match, sheet) is not None


class _LayoutReader:
    """One layout applied to the sheets of one file."""

    def __init__(
        self,
        name: str,
        layout: Layout,
        table: Table,
        relative: str,
        notes: list[str],
        surroundings: Surroundings,
    ) -> None:
        self.surroundings = surroundings
        self.name = name
        self.layout = layout
        self.table = table
        self.relative = relative
        self.notes = notes
        self.amount = amount_column(layout, table)
        origin = layout.columns.get(self.amount or "")
        column = table.column(self.amount) if self.amount else Column("", "money")
        self.choices = amount_choices(
            layout.amount, column.kind, origin.format if origin else (), column.whole
        )
        self.parse: Parser = self.choices[0][1]
        self.notations: dict[str, str] = {}
        self.accounts: str | None = None

    def no_sheet(self) -> BatchFault:
        """The fault of a workbook without a sheet that the layout reads."""
        return BatchFault(
            "missing_sheet",
            f"{self.relative}: no visible sheet has a name that matches {self.layout.sheets.match!r}; rename the "
            f"sheet, or {where_to_write(self.name, self.layout, 'sheets.match')}.",
        )

    def grid(self, sheet: Sheet, shown: Mapping[tuple[int, int], Shown]) -> Grid:
        """The canonical rows of one sheet, some numbers of which are `shown` as others."""
        frame = find_frame(sheet, self.layout, name=self.name, relative=self.relative, amount=self.amount)
        grid = Grid(batch_faults=frame.faults)
        columns = {*frame.amounts, *([] if frame.row_total is None else [frame.row_total])}
        unit = "one" if self.layout.amount.factor == 1 else self.layout.amount.unit
        sheet = with_percentages(sheet, shown, self._numbers(frame))
        sheet = refused(sheet, shown, columns, unit=unit, key=key_of(self.name, self.layout, "amount.unit"))
        if frame.faults or not self._choose_notation(grid, sheet, frame):
            return grid
        self.accounts = self.accounts or chosen_by(self.layout, frame)
        rows = sort_rows(sheet, frame, self.layout, name=self.name, parse=self.parse)
        self._fill(grid, sheet, frame, rows)
        self._add_constants(grid, sheet, frame)
        grid.sources = [
            ColumnSource(name, origin, self.notations.get(name, ""), sheet.name)
            for name, origin in column_origins(self.layout, frame, self.amount).items()
        ]
        grid.left_out = rows.left_out
        footing = Footing(sheet, frame, self.layout, self.parse, self.relative, self.notes)
        grid.control_totals = footing.check(rows)
        return grid

    def _numbers(self, frame: Frame) -> dict[int, Column]:
        """The canonical column of each sheet column; of amounts, whose percentages `refused` names, only of shares."""
        mapped = {
            place: self.table.column(name)
            for name, place in frame.columns.items()
            if name != self.amount and name not in frame.several
        }
        amount = self.table.column(self.amount) if self.amount else None
        return mapped | (dict.fromkeys(frame.amounts, amount) if amount and amount.whole else {})

    def _choose_notation(self, grid: Grid, sheet: Sheet, frame: Frame) -> bool:
        """Finds out how the amounts of the sheet are written; False where that can't be told."""
        cells = [row[c] for row in sheet.rows[frame.first :] for c in frame.amounts if c < len(row)]
        chosen = choose(cells, self.choices)
        if isinstance(chosen, Bad):
            chosen = self._by_times(sheet, frame) or chosen
        if isinstance(chosen, Bad):
            grid.batch_faults.append(self._ambiguous(self.amount or "", chosen, sheet))
            return False
        self.parse = chosen[1]
        self.notations = {self.amount: chosen[0]} if self.amount and len(self.choices) > 1 else {}
        return True

    def _by_times(self, sheet: Sheet, frame: Frame) -> Choice | None:
        """The way of writing hours that fits the times beside them, where the layout says which these are."""
        times = frame.between.get(self.amount or "")
        if times is None or frame.amount is None:
            return None
        columns = (frame.amount, *times)
        rows = [row for row in sheet.rows[frame.first :] if max(columns) < len(row)]
        return fitting(self.choices, ((row[columns[0]], row[columns[1]], row[columns[2]]) for row in rows))

    def _ambiguous(self, column: str, bad: Bad, sheet: Sheet) -> BatchFault:
        is_clock = any(f" as {form}" in bad.message for form in CLOCKS)
        key = "amount.decimal" if column == self.amount and not is_clock else f"columns.{column}.format"
        where_meant = where_to_write(self.name, self.layout, key)
        mend = (
            f"Write one as {where_meant}." if self.layout.files else f"To write one as {key}, {where_meant}."
        )
        return BatchFault(
            bad.rule,
            f"{where(self.relative, sheet.name)}, {column}: {bad.message} {mend}",
            sheet=sheet.name,
        )

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
        self._calculate(grid, lines, sheet, frame)
        self._shape(grid, sheet, frame, lines)
        if sheet.name is None:
            grid.faults += _beyond(lines, sheet, frame)

    def _calculate(self, grid: Grid, lines: Sequence[Line], sheet: Sheet, frame: Frame) -> None:
        """Amounts of debit and credit columns, hours in other units: what takes two cells of a row."""
        if self.amount is None or frame.periods:
            return
        if frame.parts:
            signs = self.layout.amount.signs
            grid.cells[self.amount] = [summed(line, frame.parts, sheet) for line in lines]
            if signs is not None and frame.signs is not None:
                grid.cells[self.amount] = [
                    signed(cell, sheet.rows[line.row], frame.signs, signs)
                    for line, cell in zip(lines, grid.cells[self.amount], strict=True)
                ]
            first = next(iter(frame.parts))
            grid.cell_places[self.amount] = [
                address(line.row, next(iter(line.amounts), first)) for line in lines
            ]
        unit = self.layout.columns[self.amount].unit if self.amount in frame.units else None
        if unit is not None:
            column = frame.units[self.amount]
            grid.cells[self.amount] = [
                in_hours(self.parse, cell, sheet.rows[line.row], column, unit)
                for line, cell in zip(lines, grid.cells[self.amount], strict=True)
            ]

    def _shape(self, grid: Grid, sheet: Sheet, frame: Frame, lines: Sequence[Line]) -> None:
        """The parser of each column that the layout says something about; days first, since ids may hold them."""
        columns = sorted(self.layout.columns.items(), key=lambda each: bool(each[1].join))
        for name, origin in columns:
            if name == self.amount or not origin.is_below or name not in grid.cells:
                continue
            if origin.join:
                grid.cells[name] = self._joined(frame.several[name], grid, sheet, frame, lines)
            if frame.numbers(name, origin):
                grid.cells[name] = numbered(grid.cells[name])
            parse = column_parser(
                self.table.column(name), origin, grid.cells[name], self.layout, self.surroundings
            )
            if isinstance(parse, Bad):
                grid.batch_faults.append(self._ambiguous(name, parse, sheet))
                # Its cells are refused together: read in the canonical way each would look wrong by itself.
                grid.cells[name] = [""] * len(lines)
                grid.missing.add(name)
            elif parse is not None:
                self.notations[name], grid.parsers[name] = parse

    def _joined(
        self, places: Sequence[int], grid: Grid, sheet: Sheet, frame: Frame, lines: Sequence[Line]
    ) -> list[Cell]:
        """Several cells of each line put together; a day as a day, however this file writes it."""
        days = {
            place: grid.parsers[name]
            for name, place in frame.columns.items()
            if name in grid.parsers and self.table.column(name).kind == "date"
        }
        joined: list[Cell] = []
        for line in lines:
            row = sheet.rows[line.row]
            cells = [(place, row[place]) for place in places if place < len(row) and not is_blank(row[place])]
            read = [days[place](cell) if place in days else text_of(cell) for place, cell in cells]
            texts = [
                text_of(cell) if isinstance(value, Bad) else str(value)
                for (_, cell), value in zip(cells, read, strict=True)
            ]
            joined.append(" ".join(texts))
        return joined

    def _place(self, grid: Grid, pairs: list[tuple[Line, int | None]], sheet: Sheet, frame: Frame) -> None:
        last = letters(max(frame.reach - 1, 0))
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
        known = frame.taken
        return {c: label for c, label in enumerate(frame.labels[: frame.reach]) if c not in known}

    def _add_constants(self, grid: Grid, sheet: Sheet, frame: Frame) -> None:
        for name, origin in self.layout.columns.items():
            if name in frame.absent:
                grid.cells[name] = [origin.default or ""] * len(grid)
            if origin.is_below:
                continue
            if origin.origin == "amount":
                self._add_symbols(grid, name)
                continue
            cell, place = self._outside(origin, sheet)
            fault = self._constant_fault(self.table.column(name), cell, place, sheet)
            if fault is not None:
                grid.batch_faults.append(fault)
            grid.cells[name] = ["" if isinstance(cell, Bad) or fault else cell] * len(grid)
            grid.missing |= {name} if fault else set()
            if place is not None:
                grid.cell_places[name] = [place] * len(grid)

    def _add_symbols(self, grid: Grid, name: str) -> None:
        """The currency of each amount by the sign that stands at it."""
        cells = grid.cells.get(self.amount or "", [])
        grid.cells[name] = [symbol_of(cell, self.layout.amount.symbols) for cell in cells]
        if self.amount in grid.cell_places:
            grid.cell_places[name] = grid.cell_places[self.amount]

    def _outside(self, origin: ColumnFrom, sheet: Sheet) -> tuple[Cell | Bad, str | None]:
        """A value from outside the rows, and its cell where it has one."""
        if origin.value is not None:
            return str(origin.value), None
        if origin.origin == "functional_currency":
            return self.surroundings.functional_currency, None
        if origin.origin != "cell":
            stem = PurePosixPath(self.relative).stem
            text = stem if origin.origin == "file_name" else sheet.name or stem
            return extracted(text, origin.pattern), None
        row, column = _position(origin.cell or "A1")
        cell: Cell = ""
        if row < len(sheet.rows) and column < len(sheet.rows[row]):
            cell = sheet.rows[row][column]
        if origin.pattern is None or is_blank(cell) or error_in(cell):
            return cell, origin.cell
        return extracted(text_of(cell), origin.pattern), origin.cell

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
            f"({key_of(self.name, self.layout, f'columns.{column.name}')})",
            sheet=sheet.name,
            place=place,
        )


def _beyond(lines: Sequence[Line], sheet: Sheet, frame: Frame) -> list[CellFault]:
    """CSV rows with more values than the header has names: a separator in a value shifted all that follow it."""
    width = max((place + 1 for place, label in enumerate(frame.labels) if label), default=0)
    return [
        CellFault(
            number,
            f"column {letters(width)}",
            address(line.row, width),
            "too_many_cells",
            text_of(next(cell for cell in sheet.rows[line.row][width:] if not is_blank(cell))),
            f"the row has {len(sheet.rows[line.row])} values, the header {width} names: quote the value that contains "
            "the separator.",
        )
        for number, line in enumerate(lines)
        if any(not is_blank(cell) for cell in sheet.rows[line.row][width:])
    ]


def _position(cell: str) -> tuple[int, int]:
    name = cell.rstrip("0123456789")
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(name) :]) - 1, column - 1
