"""What a connector hands over: one table's worth of typed rows from one file or one query window.

Here: the shape only. `connectors.tabular.reader` and `connectors.jira` fill it, `pipelines.validation` judges it,
`pipelines.landing` writes it. Rows are held by column, because parsing, validating and writing all go by column.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connectors.tabular.tables import Table


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell of row `row` that can't be used: the row goes to quarantine.

    Args:
        row: the row's index in the extract, from 0.
        column: the canonical column.
        place: the cell, e.g. `F12`, or the record, e.g. `worklog 10010`.
        rule: a word for machines, e.g. `not_a_number`, `error_cell`, `missing_value`, `duplicate_key`.
        content: what stood there.
        message: what is wrong and how to mend it, in the reader's words.
    """

    row: int
    column: str
    place: str
    rule: str
    content: str
    message: str


@dataclass(frozen=True, slots=True)
class BatchFault:
    """Something wrong with the whole batch: it is refused, nothing of it lands."""

    rule: str
    message: str
    sheet: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class FileRemark:
    """Something about a whole file that lets it land, but that whoever sent it has to know.

    Args:
        rule: a word for machines: `not_utf8`, `sheet_not_read`, `accounts_counted`.
        rows: how many rows it is about; 0 where that is not known.
    """

    rule: str
    message: str
    rows: int = 0


class Notes(list[str]):
    """Remarks on a file for whoever watches it being read; those in `remarks` are kept with what landed, too."""

    def __init__(self) -> None:
        super().__init__()
        self.remarks: list[FileRemark] = []

    def remark(self, rule: str, message: str, rows: int = 0) -> None:
        """A note that is kept."""
        self.add(FileRemark(rule, message, rows))

    def add(self, remark: FileRemark | None) -> None:
        """A note that is kept, where there is one."""
        if remark is not None:
            self.append(remark.message)
            self.remarks.append(remark)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of the source that is not loaded because the mapping says so, or because it repeats another exactly."""

    sheet: str | None
    place: str
    reason: str
    content: str
    project: str | None = None
    unit: str | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """A total that the source itself states, beside what was read for it (quarantined rows included).

    `tolerance` is the difference that the layout puts up with, in the unit of `stated`.
    """

    label: str
    sheet: str | None
    place: str
    stated: Decimal
    read: Decimal
    tolerance: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        """Read minus stated."""
        return self.read - self.stated

    @property
    def is_off(self) -> bool:
        """Whether the difference is more than the layout puts up with."""
        return abs(self.difference) > self.tolerance


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """Where a column of a table was read from, in words for a person.

    Args:
        column: the canonical column.
        origin: `'Montant' in F`, `the sheet's name`, `the value EUR`, `B3`.
        notation: how it is written there, where that was declared or found out; empty for the canonical way.
        sheet: None for what is no workbook.
    """

    column: str
    origin: str
    notation: str = ""
    sheet: str | None = None


@dataclass(slots=True)
class TableExtract:
    """Typed rows of one canonical table, as read, before any is judged.

    Args:
        table: which table.
        columns: for each column of the table, in its order, one Python value a row: str, Decimal, int, date, naive
            UTC datetime, bool or None. A cell with a fault is None.
        sheets: the sheet of each row (None for CSV and for what is no file).
        places: where each row stands: `A7:F7`, `H12`, `worklog 10010`.
        contents: the raw row, as JSON text or as the cells from which `content` makes it on demand.
        attributes: columns of the source that the table does not have, as JSON text, or None.
        cell_places: for each column, the cell each value came from; None where `places` says enough.
        missing: required columns that the source lacks, and where they were looked for.
        sources: where each column was read from, sheet by sheet; empty for what is no file.
    """

    table: Table
    columns: dict[str, Sequence[Any]]
    sheets: Sequence[str | None]
    places: Sequence[str]
    contents: Sequence[str | dict[str, Any]]
    attributes: Sequence[str | None]
    cell_places: dict[str, Sequence[str]] | None = None
    faults: list[CellFault] = field(default_factory=list)
    batch_faults: list[BatchFault] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    control_totals: list[ControlTotal] = field(default_factory=list)
    sources: list[ColumnSource] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.places)

    def content(self, row: int) -> str:
        """The raw row as JSON text."""
        raw = self.contents[row]
        return raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)

    def cell(self, row: int, column: str) -> str:
        """The place of one value: its cell where known, else its row's place."""
        if self.cell_places and column in self.cell_places:
            return self.cell_places[column][row]
        return self.places[row]
