"""One batch before it is committed: an extract split into loaded, quarantined and left-out rows.

Here: the split and its accounts. Which rows are faulty was decided before (`pipelines.validation`); writing is
`pipelines.landing.store`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.tabular.extract import CellFault, TableExtract
from connectors.tabular.tables import Table
from pipelines.landing.manifest import Check, LandingError, RowCounts, Total
from pipelines.landing.rows import HOURS, add_totals, arrow_type, control_columns, landed_table, totals_of

if TYPE_CHECKING:
    import pyarrow as pa

Faults = Mapping[int, Sequence[CellFault]]
"""The faults of each row that goes to quarantine, by the row's index in the extract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the rows of a batch come from; the fields are those of `Manifest`.

    `replaces` overrules what the table says, where one batch knows more than the others.
    """

    path: str
    file_hash: str
    fingerprint: str
    reader: str
    objects: tuple[str, ...]
    cursor_before: str | None = None
    cursor_after: str | None = None
    window: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What `LandingStore.commit` writes: Arrow tables by kind, their accounts, and the checks they passed."""

    table: Table
    origin: Origin
    rows: RowCounts
    totals: tuple[Total, ...]
    checks: tuple[Check, ...]
    data: pa.Table
    quarantine: pa.Table
    left_out: pa.Table


@dataclass(frozen=True, slots=True)
class WrittenBatch:
    """A batch whose Parquet files are written and durable, by kind (`data`, `quarantine`, `left_out`)."""

    table: Table
    rows: RowCounts
    files: Mapping[str, Path]
    totals: tuple[Total, ...] = ()
    checks: tuple[Check, ...] = ()


def make_batch(
    extract: TableExtract,
    *,
    origin: Origin,
    faults: Faults,
    checks: Sequence[Check],
    rows_before: int = 0,
) -> Batch:
    """Splits an extract: rows with faults to quarantine, the others loaded, the reader's left-out rows beside.

    `rows_before` is how many rows of the same batch came in earlier pieces.

    Raises:
        LandingError: a value does not fit its column, or in = loaded + quarantined + left out does not hold.
    """
    rows = landed_table(extract, path=origin.path, file_hash=origin.file_hash, rows_before=rows_before)
    data, faulty = _split(rows, faults)
    quarantine = _quarantine(extract, faulty, faults, origin, rows_before)
    left_out = _left_out(extract, origin)
    counts = RowCounts(
        len(extract) + len(extract.left_out), data.num_rows, quarantine.num_rows, left_out.num_rows
    )
    totals = add_totals(totals_of(control_columns(extract.table, rows)), _control_totals(left_out))
    kept = (
        totals_of(control_columns(extract.table, data)),
        _control_totals(quarantine),
        _control_totals(left_out),
    )
    _assert_balance(extract.table, origin, counts, totals, add_totals(*kept))
    return Batch(
        table=extract.table,
        origin=origin,
        rows=counts,
        totals=totals,
        checks=tuple(checks),
        data=data,
        quarantine=quarantine,
        left_out=left_out,
    )


def _split(rows: pa.Table, faults: Faults) -> tuple[pa.Table, pa.Table]:
    import pyarrow as pa

    if not faults:
        return rows, rows.slice(0, 0)
    faulty = sorted(faults)
    is_good = [True] * rows.num_rows
    for row in faulty:
        is_good[row] = False
    return rows.filter(pa.array(is_good, pa.bool_())), rows.take(faulty)


def _quarantine(
    extract: TableExtract, faulty: pa.Table, faults: Faults, origin: Origin, rows_before: int
) -> pa.Table:
    """One row per quarantined source row: the first fault's place and rule, all messages."""
    import pyarrow as pa

    order = sorted(faults)
    first = [faults[row][0] for row in order]
    columns = _where(extract.table, origin, len(order))
    columns |= {
        "sheet": pa.array([extract.sheets[row] for row in order], pa.string()),
        "place": pa.array([fault.place for fault in first], pa.string()),
        "column_name": pa.array([fault.column for fault in first], pa.string()),
        "rule": pa.array([fault.rule for fault in first], pa.string()),
        "message": pa.array([_messages(faults[row]) for row in order], pa.string()),
        "content": pa.array([extract.content(row) for row in order], pa.string()),
        **control_columns(extract.table, faulty),
        "row": pa.array([rows_before + row + 1 for row in order], pa.int64()),
    }
    return pa.table(columns)


def _messages(faults: Sequence[CellFault]) -> str:
    return "; ".join(dict.fromkeys(fault.message for fault in faults))


def _left_out(extract: TableExtract, origin: Origin) -> pa.Table:
    import pyarrow as pa

    table, rows = extract.table, extract.left_out
    columns = _where(table, origin, len(rows))
    columns |= {
        "sheet": pa.array([row.sheet for row in rows], pa.string()),
        "place": pa.array([row.place for row in rows], pa.string()),
        "reason": pa.array([row.reason for row in rows], pa.string()),
        "content": pa.array([row.content for row in rows], pa.string()),
        "project": pa.array([None if table.project is None else row.project for row in rows], pa.string()),
        "unit": pa.array([_unit(table, row.unit) for row in rows], pa.string()),
        "amount": pa.array([row.amount if table.measure else None for row in rows], arrow_type("money")),
    }
    return pa.table(columns)


def _unit(table: Table, unit: str | None) -> str | None:
    if table.measure is None:
        return None
    return HOURS if table.unit is None else unit


def _where(table: Table, origin: Origin, count: int) -> dict[str, Any]:
    import pyarrow as pa

    constants = {
        "source": table.schema,
        "object": table.name,
        "path": origin.path,
        "file_hash": origin.file_hash,
    }
    return {name: pa.repeat(pa.scalar(value), count) for name, value in constants.items()}


def _control_totals(rows: pa.Table) -> list[Total]:
    return totals_of({name: rows[name] for name in ("project", "unit", "amount")})


def _assert_balance(
    table: Table, origin: Origin, rows: RowCounts, totals: tuple[Total, ...], kept: tuple[Total, ...]
) -> None:
    """The accounts of ruling 1, checked before anything is written: a difference would be a defect of ours."""
    if rows.rows_in == rows.loaded + rows.quarantined + rows.left_out and totals == kept:
        return
    off = [total for total in totals if total not in kept]
    raise LandingError(
        f"{origin.path} ({table.schema}.{table.name}): in = loaded + quarantined + left out does not hold "
        f"({rows}; {off}). Nothing was landed. This is a defect: report it with the file."
    )
