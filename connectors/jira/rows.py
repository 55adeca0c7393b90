"""Collects the rows of one table into the extract that validation judges; what a record means is `shapes`."""

from __future__ import annotations

from typing import Any

from connectors.errors import SchemaChanged
from connectors.jira.documents import document
from connectors.jira.shapes.reading import Block, Record, Shape, read_row
from connectors.tabular.extract import CellFault, TableExtract
from connectors.tabular.tables import Table

_ENOUGH_TO_JUDGE = 10
"""From so many values on, a column of which none can be read is a changed schema rather than faulty rows."""

_MESSAGES = {
    "not_a_timestamp": "is no moment like 2026-03-31T18:05:12.345+0200",
    "not_a_date": "is no date like 2026-03-31",
    "not_a_number": "is no number like 3.5",
    "not_a_sprint": "is no list of sprints as Jira writes them",
    "out_of_range": "is more than the column holds",
}


class RowCollector:
    """The rows of `table` at one site, in the order in which they are added.

    Args:
        site: the value of the column `site`.
        source: the site's name in messages.
    """

    def __init__(self, table: Table, *, site: str, source: str) -> None:
        self.table = table
        self._site = site
        self._source = source
        self._columns: dict[str, list[Any]] = {column.name: [] for column in table.columns}
        self._appends = [(name, values.append) for name, values in self._columns.items()]
        self._places: list[str] = []
        self._contents: list[str | dict[str, Any]] = []
        self._faults: list[CellFault] = []

    def add(self, shape: Shape, record: Record, **more: Any) -> dict[str, Any]:
        """Reads a record into one row, with the columns of `more` beside those of `shape`; returns the row.

        Raises:
            SchemaChanged: the record has another shape than the documented one.
        """
        row, broken = read_row(shape, record, source=self._source)
        raw = document(shape.landed(record))
        place = f"{shape.noun} {row[shape.place]}"
        for column, rule in broken.items():
            self._faults.append(self._fault(column, place, rule, raw))
        row["site"], row["document"] = self._site, raw
        row |= more
        for name, append in self._appends:
            append(row.get(name))
        self._places.append(place)
        self._contents.append(raw)
        return row

    def add_block(self, block: Block) -> None:
        """Adds rows that are read already."""
        columns = {**block.columns, "document": block.documents, "site": [self._site] * len(block)}
        for name, values in self._columns.items():
            values.extend(columns.get(name) or [None] * len(block))
        self._places += [f"{block.shape.noun} {each}" for each in columns[block.shape.place]]
        self._contents += block.documents

    def __len__(self) -> int:
        return len(self._places)

    def extract(self) -> TableExtract:
        """The extract of all rows added.

        Raises:
            SchemaChanged: a column has ten values or more and none can be read.
        """
        self._check_columns()
        return TableExtract(
            table=self.table,
            columns={**self._columns},
            sheets=[None] * len(self._places),
            places=self._places,
            contents=self._contents,
            attributes=[None] * len(self._places),
            faults=self._faults,
        )

    def _fault(self, column: str, place: str, rule: str, raw: str) -> CellFault:
        message = (
            f"{column} of {place} {_MESSAGES[rule]}. Correct it in Jira; the next refresh reads it again."
        )
        return CellFault(len(self._places), column, place, rule, raw, message)

    def _check_columns(self) -> None:
        for column, values in self._columns.items():
            broken = sum(fault.column == column for fault in self._faults)
            if broken >= _ENOUGH_TO_JUDGE and all(value is None for value in values):
                message = (
                    f"{self._source}: none of the {broken} values of {self.table.name}.{column} can be read."
                )
                raise SchemaChanged(message, mend=f"The first: {self._first(column).message}")

    def _first(self, column: str) -> CellFault:
        return next(fault for fault in self._faults if fault.column == column)
