"""Raw cells sorted into canonical columns, before they are typed.

Here: cell addresses, the grid and joining the grids of several sheets. Typing a grid is `typed`; which cell belongs
to which column is decided by `canonical` and `unpivot`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, overload

from connectors.tabular.cells import Cell, Parser, is_blank, text_of
from connectors.tabular.extract import BatchFault, CellFault, ColumnSource, ControlTotal, LeftOut


@lru_cache(maxsize=1024)
def letters(column: int) -> str:
    """The spreadsheet letters of a column counted from 0: 0 is `A`, 27 is `AB`."""
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


def address(row: int, column: int) -> str:
    """The A1 address of a cell, row and column counted from 0."""
    return f"{letters(column)}{row + 1}"


class Lazy(Sequence[Any]):
    """A sequence whose items are made when asked for: a hundred thousand addresses are rarely all read."""

    def __init__(self, indexes: Sequence[int]) -> None:
        self.indexes = indexes

    def make(self, index: int) -> Any:
        """The item that belongs to one of `indexes`."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self.indexes)

    @overload
    def __getitem__(self, item: int) -> Any: ...
    @overload
    def __getitem__(self, item: slice) -> Sequence[Any]: ...
    def __getitem__(self, item: int | slice) -> Any:
        if isinstance(item, slice):
            return [self.make(index) for index in self.indexes[item]]
        return self.make(self.indexes[item])


class Picked(Lazy):
    """Some items of another sequence, by their positions in it."""

    def __init__(self, base: Sequence[Any], indexes: Sequence[int]) -> None:
        super().__init__(indexes)
        self.base = base

    def make(self, index: int) -> Any:
        """The item of the other sequence."""
        return self.base[index]


class ColumnPlaces(Lazy):
    """The address in one column of each of some sheet rows (counted from 0)."""

    def __init__(self, column: int, rows: Sequence[int]) -> None:
        super().__init__(rows)
        self.letters = letters(column)

    def make(self, index: int) -> str:
        """The address in that sheet row."""
        return f"{self.letters}{index + 1}"


class RowContents(Lazy):
    """Each of some sheet rows as texts by the header above them."""

    def __init__(self, header: Sequence[str], table: Sequence[Sequence[Cell]], rows: Sequence[int]) -> None:
        super().__init__(rows)
        self.header = header
        self.table = table

    def make(self, index: int) -> dict[str, str]:
        """That sheet row; cells beyond the header under their column's letters."""
        return labelled(self.header, self.table[index])


def labelled(header: Sequence[str], row: Sequence[Cell]) -> dict[str, str]:
    """A sheet row as texts by header; blank cells under no header are passed over."""
    cells = {name: text_of(cell) for name, cell in zip(header, row, strict=False)}
    beyond = {
        f"column {letters(column)}": text_of(row[column])
        for column in range(len(header), len(row))
        if not is_blank(row[column])
    }
    return cells | beyond


@dataclass(slots=True)
class Grid:
    """Raw cells by canonical column: sequences of one length, one entry a row.

    Args:
        cells: the raw cells of each column that the source has.
        cell_places: where each of them stands, for the same columns.
        sheets, places, attributes, contents: as in `TableExtract`.
        identities: what tells two rows apart besides their values, or None. A layout gives the whole sheet row,
            because two budget lines may read the same once the labels that are not mapped are left behind.
        missing: columns that the source should have and lacks; reported once, not row by row.
        parsers: columns that are not parsed the canonical way.
        faults: faults of rows that no single canonical cell has.
        sources: where each column was read from, for a person.
    """

    cells: dict[str, Sequence[Cell]] = field(default_factory=dict)
    cell_places: dict[str, Sequence[str]] = field(default_factory=dict)
    sheets: list[str | None] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    attributes: list[str | None] = field(default_factory=list)
    contents: Sequence[str | dict[str, Any]] = field(default_factory=list)
    identities: list[object] | None = None
    missing: set[str] = field(default_factory=set)
    parsers: dict[str, Parser] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    batch_faults: list[BatchFault] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    control_totals: list[ControlTotal] = field(default_factory=list)
    sources: list[ColumnSource] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.places)


def join(grids: Sequence[Grid]) -> Grid:
    """The rows of several sheets, one below the other; a column that only some have is blank in the others."""
    if len(grids) == 1:
        return grids[0]
    joined = Grid(identities=[] if any(grid.identities for grid in grids) else None)
    names = dict.fromkeys(name for grid in grids for name in grid.cells)
    joined.cells = {name: _stacked([g.cells.get(name) or [""] * len(g) for g in grids]) for name in names}
    joined.cell_places = {
        name: _stacked([g.cell_places.get(name) or g.places for g in grids]) for name in names
    }
    joined.contents = _stacked([grid.contents for grid in grids])
    for grid in grids:
        _append(joined, grid)
    return joined


def _stacked(parts: Iterable[Sequence[Any]]) -> list[Any]:
    return [item for part in parts for item in part]


def _append(joined: Grid, grid: Grid) -> None:
    offset = len(joined)
    joined.faults += [
        CellFault(f.row + offset, f.column, f.place, f.rule, f.content, f.message) for f in grid.faults
    ]
    if joined.identities is not None:
        joined.identities += grid.identities or [None] * len(grid)
    joined.sheets += grid.sheets
    joined.places += grid.places
    joined.attributes += grid.attributes
    joined.missing |= grid.missing
    joined.parsers |= grid.parsers
    joined.batch_faults += grid.batch_faults
    joined.left_out += grid.left_out
    joined.control_totals += grid.control_totals
    joined.sources += grid.sources
