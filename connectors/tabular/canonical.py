"""Files whose header already has a table's own column names: recognising them, and sorting their cells.

Here: which table a file or sheet is named after, matching the header, columns the table doesn't know. Any other file
needs a layout.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from connectors.tabular.cells import Cell, clean, is_blank, text_of
from connectors.tabular.extract import BatchFault, CellFault, ColumnSource
from connectors.tabular.grid import ColumnPlaces, Grid, RowContents, address, letters
from connectors.tabular.number_formats import Shown, with_percentages
from connectors.tabular.sheets import Sheet, is_blank_row
from connectors.tabular.tables import Table
from connectors.tabular.typed import where

_MOST_NAMES: Final = 40


def table_named(name: str, tables: Iterable[Table]) -> Table | None:
    """The table that a file or sheet called `table` or `table_…` holds; the longest name wins."""
    wanted = clean(name).casefold()
    fitting = [t for t in tables if wanted == t.name or wanted.startswith(f"{t.name}_")]
    return max(fitting, key=lambda table: len(table.name), default=None)


def header_score(rows: Sequence[Sequence[Cell]], table: Table) -> int:
    """How many of the table's columns the first row that is not blank names."""
    names = {column.name for column in table.columns}
    header = next((row for row in rows if not is_blank_row(row)), [])
    return len(names & {_folded(cell) for cell in header})


def _folded(cell: Cell) -> str:
    return text_of(cell).casefold()


def canonical_grid(
    sheet: Sheet, table: Table, *, relative: str, shown: Mapping[tuple[int, int], Shown] | None = None
) -> Grid:
    """A sheet's rows by canonical column. Its first row that is not blank is the header; blank rows are no rows.

    Args:
        shown: the cells whose number format shows another number.
    """
    filled = [number for number, row in enumerate(sheet.rows) if not is_blank_row(row)]
    if not filled:
        return Grid(batch_faults=[_empty(sheet, table, relative)])
    top, rows = filled[0], filled[1:]
    header = _header_names(sheet.rows[top], trim=sheet.name is not None)
    columns, grid = _matched(sheet, table, header, top, relative)
    last = letters(max(len(header) - 1, 0))
    grid.sheets = [sheet.name] * len(rows)
    grid.places = [f"A{row + 1}:{last}{row + 1}" for row in rows]
    grid.contents = RowContents(header, sheet.rows, rows)
    numbers = {column: table.column(name) for name, column in columns.items()}
    read = with_percentages(sheet, shown or {}, numbers).rows
    grid.cells = {name: _column(read, rows, column) for name, column in columns.items()}
    grid.cell_places = {name: ColumnPlaces(column, rows) for name, column in columns.items()}
    grid.sources = [
        ColumnSource(name, f"{header[column]!r} in {letters(column)}", sheet=sheet.name)
        for name, column in columns.items()
    ]
    taken = set(columns.values())
    extra = {column: name for column, name in enumerate(_all_names(header, sheet)) if column not in taken}
    grid.attributes = attributes_of(sheet.rows, rows, extra)
    if sheet.name is None:
        grid.faults = _too_long(sheet.rows, rows, len(header))
    return grid


def _all_names(header: Sequence[str], sheet: Sheet) -> list[str]:
    """The header's names and, in a workbook, those of the columns to its right, where remarks often stand.

    In CSV such a value is a fault of its row.
    """
    width = len(header) if sheet.name is None else max(map(len, sheet.rows))
    return [*header, *(f"column {letters(column)}" for column in range(len(header), width))]


def _empty(sheet: Sheet, table: Table, relative: str) -> BatchFault:
    return BatchFault(
        "empty_file",
        f"{where(relative, sheet.name)}: nothing stands in it, not even a header; export it again, or start it "
        f"with the row {','.join(table.required)}.",
        sheet=sheet.name,
        place="A1",
    )


def _header_names(row: Sequence[Cell], *, trim: bool) -> list[str]:
    """The header's texts, each made to occur once; a blank one is called after its column's letters.

    With `trim` it ends at its last text: a workbook's rows are as wide as its widest, a CSV header as it was written.
    """
    names: dict[str, None] = {}
    seen: Counter[str] = Counter()
    for column, cell in enumerate(row):
        name = text_of(cell) or f"column {letters(column)}"
        seen[name] += 1
        unique = name if seen[name] == 1 else f"{name} ({seen[name]})"
        while unique in names:
            seen[name] += 1
            unique = f"{name} ({seen[name]})"
        names[unique] = None
    width = len(names)
    while trim and width and is_blank(row[width - 1]):
        width -= 1
    return list(names)[:width]


def _matched(
    sheet: Sheet, table: Table, header: Sequence[str], top: int, relative: str
) -> tuple[dict[str, int], Grid]:
    """The sheet column of each canonical one, and a grid with the faults of the header."""
    grid = Grid()
    columns: dict[str, int] = {}
    known = {column.name for column in table.columns}
    for position, cell in enumerate(sheet.rows[top]):
        name = _folded(cell)
        if name in columns:
            grid.batch_faults.append(_twice(sheet, name, columns[name], position, top, relative))
        elif name in known:
            columns[name] = position
    grid.missing = {name for name in table.required if name not in columns}
    if grid.missing:
        missing = [name for name in table.required if name in grid.missing]
        grid.batch_faults.append(_missing(sheet, table, missing, header, set(columns), top, relative))
    return columns, grid


def _twice(sheet: Sheet, name: str, first: int, second: int, top: int, relative: str) -> BatchFault:
    return BatchFault(
        "duplicate_column",
        f"{where(relative, sheet.name)}: the header has {name!r} twice, at {address(top, first)} and "
        f"{address(top, second)}; rename or delete one of them.",
        sheet=sheet.name,
        place=address(top, second),
    )


def _missing(
    sheet: Sheet,
    table: Table,
    missing: Sequence[str],
    header: Sequence[str],
    matched: set[str],
    top: int,
    relative: str,
) -> BatchFault:
    unknown = {name.casefold(): name for name in header if name.casefold() not in matched}
    hints = []
    for name in missing:
        near = difflib.get_close_matches(name, list(unknown), n=1, cutoff=0.75)
        hints += [f"rename {unknown[near[0]]!r} to {name!r}"] if near else []
    mend = "; ".join(hints) or ("add it" if len(missing) == 1 else "add them")
    named = ", ".join(repr(name) for name in missing)
    return BatchFault(
        "missing_column",
        f"{where(relative, sheet.name)}: {table.name} needs the column{'s' if len(missing) > 1 else ''} {named}; "
        f"the header in row {top + 1} reads {_beginning(header)}. In the file, {mend}, or describe the file under "
        "layouts: in pmo.yaml.",
        sheet=sheet.name,
        place=f"A{top + 1}:{letters(max(len(header) - 1, 0))}{top + 1}",
    )


def _beginning(header: Sequence[str]) -> str:
    """The header's texts, as many as a person reads."""
    rest = len(header) - _MOST_NAMES
    return ", ".join(header[:_MOST_NAMES]) + (f" and {rest:,} more" if rest > 0 else "")


def _column(table: Sequence[Sequence[Cell]], rows: Sequence[int], column: int) -> list[Cell]:
    return [row[column] if column < len(row) else "" for row in map(table.__getitem__, rows)]


def attributes_of(
    table: Sequence[Sequence[Cell]], rows: Sequence[int], extra: dict[int, str]
) -> list[str | None]:
    """What stands in the columns that no canonical one takes, as JSON text; None where nothing does."""
    if not extra:
        return [None] * len(rows)
    return [_attributes(table[row], extra) for row in rows]


def _attributes(row: Sequence[Cell], extra: dict[int, str]) -> str | None:
    found = {name: text_of(row[c]) for c, name in extra.items() if c < len(row) and not is_blank(row[c])}
    return json.dumps(found, ensure_ascii=False) if found else None


def _too_long(table: Sequence[Sequence[Cell]], rows: Sequence[int], width: int) -> list[CellFault]:
    """A CSV row with more values than the header has names: a separator in a value shifted all that follow it."""
    return [
        CellFault(
            row=row,
            column=f"column {letters(width)}",
            place=address(number, width),
            rule="too_many_cells",
            content=text_of(next(cell for cell in table[number][width:] if not is_blank(cell))),
            message=f"the row has {len(table[number])} values, the header {width} names: quote the value that "
            "contains the separator, or write numbers with a decimal point.",
        )
        for row, number in enumerate(rows)
        if len(table[number]) > width and not is_blank_row(table[number][width:])
    ]
