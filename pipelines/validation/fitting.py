"""Values that landing's types can't hold, taken out of an extract before it is judged."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from connectors.tabular.extract import CellFault, TableExtract
from pipelines.landing.rows import rows_that_do_not_fit


def fitted_to_landing(extract: TableExtract) -> tuple[TableExtract, list[CellFault]]:
    """The extract without values that landing's types can't hold, and a fault for each of them."""
    columns: dict[str, Sequence[Any]] = dict(extract.columns)
    faults: list[CellFault] = []
    for column in extract.table.columns:
        unfit = rows_that_do_not_fit(columns[column.name], column.kind)
        if not unfit:
            continue
        columns[column.name] = kept = list(columns[column.name])
        for row in unfit:
            faults.append(_does_not_fit(extract, row, column.name, column.kind))
            kept[row] = None
    return dataclasses.replace(extract, columns=columns), faults


def _does_not_fit(extract: TableExtract, row: int, column: str, kind: str) -> CellFault:
    place, content = extract.cell(row, column), str(extract.columns[column][row])
    message = f"{column} at {place} is {content}, which is no {kind} that can be kept: correct it and send it again."
    return CellFault(row, column, place, "does_not_fit", content, message)
