"""From a grid of raw cells to typed rows with their faults.

Here: typing each column, required values, defaults, changed types, exact duplicates and equal keys. Nothing here knows
whether the cells came from CSV, a workbook or a layout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from connectors.tabular.cells import Bad, Cell, is_blank, parse_cells, parser_of, text_of
from connectors.tabular.extract import BatchFault, CellFault, LeftOut, TableExtract
from connectors.tabular.grid import Grid, Picked
from connectors.tabular.tables import Column, Table

CHANGED_TYPE_FROM: Final = 10
"""From so many unreadable values, and none that reads, a column has another type than it should."""


def typed(table: Table, grid: Grid, *, relative: str) -> TableExtract:
    """The grid's rows with each value typed; exact duplicates left out, faults in the order of rows."""
    extract = typed_rows(table, grid, relative=relative)
    settle_equal_rows(extract, grid.identities)
    return extract


def typed_rows(
    table: Table, grid: Grid, *, relative: str, crosses: frozenset[str] | None = None
) -> TableExtract:
    """The grid's rows with each value typed, equal ones included.

    Args:
        crosses: where the rows are a part of a file: its columns that are ticked with x. Whether a column has another
            type than it should is not asked then.
    """
    faults: list[CellFault] = list(grid.faults)
    batch_faults = list(grid.batch_faults)
    columns: dict[str, Sequence[Any]] = {}
    for column in table.columns:
        columns[column.name] = _column(column, grid, faults, batch_faults, relative, crosses)
    return TableExtract(
        table=table,
        columns=columns,
        sheets=grid.sheets,
        places=grid.places,
        contents=grid.contents,
        attributes=grid.attributes,
        cell_places=grid.cell_places,
        faults=faults,
        batch_faults=batch_faults,
        left_out=list(grid.left_out),
        control_totals=list(grid.control_totals),
        sources=list(grid.sources),
    )


def settle_equal_rows(extract: TableExtract, identities: list[object] | None = None) -> None:
    """Leaves out rows that repeat another exactly, unless their table counts each, and faults those that share a key.

    The faults are in the order of rows afterwards.
    """
    if not extract.table.counts_equal_rows:
        _leave_out_duplicates(extract, identities)
    _fault_equal_keys(extract)
    extract.faults.sort(key=lambda fault: fault.row)


def _column(
    column: Column,
    grid: Grid,
    faults: list[CellFault],
    batch_faults: list[BatchFault],
    relative: str,
    crosses: frozenset[str] | None,
) -> list[Any]:
    """The values of one column, None where a cell has a fault; the faults are appended."""
    cells = grid.cells.get(column.name)
    if cells is None:
        return [_default(column)] * len(grid)
    values, any_bad = parse_cells(cells, grid.parsers.get(column.name) or parser_of(column))
    if any_bad:
        changed = _changed_type(column, values, grid, relative) if crosses is None else None
        if changed is not None:
            batch_faults.append(changed)
        faults += _bad_cells(column, cells, values, grid, leave=changed is not None)
        values = [None if isinstance(value, Bad) else value for value in values]
    is_ticked = column.kind == "boolean" and (
        _only_crosses(cells) if crosses is None else column.name in crosses
    )
    return _filled(column, cells, values, grid, faults, ticked=is_ticked)


def _default(column: Column) -> str | None:
    return column.default


def changed_type(column: Column, bad: int, place: str, message: str, relative: str) -> BatchFault:
    """The fault of a batch in which a column has another type than it should."""
    return BatchFault(
        "changed_type",
        f"{relative}: none of the {bad} values in the column {column.name!r} reads as {_noun(column)}; the first, at "
        f"{place}: {message}",
        place=place,
    )


def _changed_type(column: Column, values: Sequence[Any], grid: Grid, relative: str) -> BatchFault | None:
    """A fault of the batch where many values stand in a column that is not text, and none of them reads."""
    if column.kind == "text":
        return None
    bad = [row for row, value in enumerate(values) if isinstance(value, Bad) and value.rule != "error_cell"]
    read = sum(1 for value in values if value is not None and not isinstance(value, Bad))
    if read or len(bad) < CHANGED_TYPE_FROM:
        return None
    row = bad[0]
    place = _place(grid, column.name, row)
    return BatchFault(
        "changed_type",
        f"{where(relative, grid.sheets[row])}: none of the {len(bad)} values in the column {column.name!r} "
        f"reads as {_noun(column)}; the first, at {place}: {values[row].message}",
        sheet=grid.sheets[row],
        place=place,
    )


def where(relative: str, sheet: str | None) -> str:
    """The file, and the sheet where there is one, for a message."""
    return relative if sheet is None else f"{relative}, sheet {sheet!r}"


def _noun(column: Column) -> str:
    nouns = {"choice": "one of " + ", ".join(column.choices), "integer": "an integer"}
    return nouns.get(column.kind, f"a {column.kind}")


def _bad_cells(
    column: Column, cells: Sequence[Cell], values: Sequence[Any], grid: Grid, *, leave: bool
) -> list[CellFault]:
    """One fault a bad cell. With `leave`, only error cells: the others are reported once, for the batch."""
    return [
        CellFault(
            row, column.name, _place(grid, column.name, row), value.rule, text_of(cells[row]), value.message
        )
        for row, value in enumerate(values)
        if isinstance(value, Bad) and not (leave and value.rule != "error_cell")
    ]


def _place(grid: Grid, column: str, row: int) -> str:
    places = grid.cell_places.get(column)
    return grid.places[row] if places is None else places[row]


def _filled(
    column: Column,
    cells: Sequence[Cell],
    values: list[Any],
    grid: Grid,
    faults: list[CellFault],
    *,
    ticked: bool,
) -> list[Any]:
    """Defaults where a cell is blank; a fault where it is blank and required."""
    if None not in values:
        return values
    if ticked:
        return [value or False for value in values]
    if column.default is not None:
        return [
            column.default if value is None and is_blank(cell) else value
            for value, cell in zip(values, cells, strict=True)
        ]
    if column.required and column.name not in grid.missing:
        faults += [
            _missing_value(column, grid, row)
            for row, value in enumerate(values)
            if value is None and _reads_blank(cells[row], column, grid)
        ]
    return values


def _reads_blank(cell: Cell, column: Column, grid: Grid) -> bool:
    """Whether a value is absent because nothing stands there, or a word that a layout declares as nothing."""
    parse = grid.parsers.get(column.name)
    return is_blank(cell) or (parse is not None and parse(cell) is None)


def _missing_value(column: Column, grid: Grid, row: int) -> CellFault:
    message = f"{column.name} is blank and every row needs it: fill it in."
    return CellFault(row, column.name, _place(grid, column.name, row), "missing_value", "", message)


def _only_crosses(cells: Sequence[Cell]) -> bool:
    """Whether a column is ticked with x, so that a blank cell in it says no."""
    return {text_of(cell).lower() for cell in set(cells)} == {"", "x"}


def _leave_out_duplicates(extract: TableExtract, identities: list[object] | None) -> None:
    """Keep the first of rows that read the same in every column; the others become left-out rows."""
    first: dict[object, int] = {}
    kept: list[int] = []
    for row, identity in enumerate(_identities(extract, identities)):
        original = first.setdefault(identity, row)
        if original == row:
            kept.append(row)
        else:
            extract.left_out.append(_duplicate(extract, row, original))
    if len(kept) < len(extract):
        _keep(extract, kept)


def leave_out(extract: TableExtract, reason: str) -> list[LeftOut]:
    """Every row of an extract as one that is left out."""
    return [_left_out(extract, row, reason) for row in range(len(extract))]


def _identities(extract: TableExtract, identities: list[object] | None) -> list[object]:
    """What makes a row itself: its values and attributes, and what stood there where that doesn't read."""
    rows: list[object] = list(zip(*extract.columns.values(), extract.attributes, strict=True))
    if identities is not None:
        rows = list(zip(rows, identities, strict=True))
    for row in {fault.row for fault in extract.faults}:
        rows[row] = (rows[row], extract.content(row))
    return rows


def _duplicate(extract: TableExtract, row: int, original: int) -> LeftOut:
    sheet = extract.sheets[original]
    place = extract.places[original]
    elsewhere = f"{sheet}!{place}" if sheet is not None and sheet != extract.sheets[row] else place
    return _left_out(extract, row, f"exact duplicate of row {elsewhere}")


def _left_out(extract: TableExtract, row: int, reason: str) -> LeftOut:
    return LeftOut(
        sheet=extract.sheets[row],
        place=extract.places[row],
        reason=reason,
        content=extract.content(row),
        project=_text(extract, extract.table.project, row),
        unit=_unit(extract, row),
        amount=_amount(extract, row),
    )


def _text(extract: TableExtract, column: str | None, row: int) -> str | None:
    value = extract.columns[column][row] if column in extract.columns and column is not None else None
    return None if value is None else str(value)


def _unit(extract: TableExtract, row: int) -> str | None:
    table = extract.table
    if table.measure is None:
        return None
    return "hours" if table.unit is None else _text(extract, table.unit, row)


def _amount(extract: TableExtract, row: int) -> Decimal | None:
    measure = extract.table.measure
    value = None if measure is None else extract.columns[measure][row]
    return value if isinstance(value, Decimal) else None


def _keep(extract: TableExtract, kept: list[int]) -> None:
    new_row = {old: new for new, old in enumerate(kept)}
    extract.columns = {name: [v[row] for row in kept] for name, v in extract.columns.items()}
    extract.contents = Picked(extract.contents, kept)
    if extract.cell_places is not None:
        extract.cell_places = {name: Picked(p, kept) for name, p in extract.cell_places.items()}
    extract.sheets = [extract.sheets[row] for row in kept]
    extract.attributes = [extract.attributes[row] for row in kept]
    extract.places = [extract.places[row] for row in kept]
    extract.faults = [
        CellFault(new_row[f.row], f.column, f.place, f.rule, f.content, f.message)
        for f in extract.faults
        if f.row in new_row
    ]


def _fault_equal_keys(extract: TableExtract) -> None:
    """A fault on each of several rows with one key. A row whose key doesn't read, or is all blank, has none."""
    key = extract.table.key
    if not key:
        return
    unread = {fault.row for fault in extract.faults if fault.column in key}
    rows_by_key: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, values in enumerate(zip(*(extract.columns[name] for name in key), strict=True)):
        if values.count(None) < len(values):
            rows_by_key[values].append(row)
    if len(rows_by_key) == len(extract) and not unread:
        return
    for values, rows in rows_by_key.items():
        read = [row for row in rows if row not in unread]
        if len(read) > 1:
            extract.faults += [_equal_key(extract, values, row, read) for row in read]


def _equal_key(extract: TableExtract, values: tuple[Any, ...], row: int, rows: Sequence[int]) -> CellFault:
    key = extract.table.key
    named = ", ".join(f"{n} {v}" for n, v in zip(key, values, strict=True) if v is not None)
    column = next(n for n, v in zip(key, values, strict=True) if v is not None)
    others = [extract.places[other] for other in rows if other != row]
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""
    return CellFault(
        row=row,
        column=column,
        place=extract.cell(row, column),
        rule="duplicate_key",
        content=str(values[key.index(column)]),
        message=f"{named} stands also at {', '.join(others[:3])}{more}, with other values: keep one of them.",
    )
