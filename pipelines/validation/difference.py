"""How a new version of a file differs from the one before: rows added, changed and removed, and the sums of both.

Here: the comparison of what was loaded of two versions. Which rows a version retires is `retired`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from connectors.tabular.tables import Table
from pipelines.landing.batches import Batch
from pipelines.landing.manifest import Manifest
from pipelines.landing.rows import HOURS, arrow_type, control_columns, totals_of
from pipelines.landing.store import LandingStore
from pipelines.validation.retired import identity_of
from pipelines.validation.words import plain

if TYPE_CHECKING:
    import pyarrow as pa

Sums = dict[str | None, Decimal]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version of a file has that the one before had not, of one table, and the other way round.

    Args:
        added: rows whose key is new; changed: rows whose key was there with other values; removed: rows whose key
            came no more. Where a table has no key, everything but the measure stands for it.
        before: the sum of the measure in the version before, by unit (a currency, or `hours`); after: in this one.
    """

    added: int
    changed: int
    removed: int
    before: Sums
    after: Sums
    measure: str | None

    def __str__(self) -> str:
        """`1 row added, 2 changed, 0 removed; amount EUR 100.00 before, 120.00 now`."""
        added = f"{self.added} {'row' if self.added == 1 else 'rows'} added"
        rows = f"{added}, {self.changed} changed, {self.removed} removed"
        units = sorted({*self.before, *self.after}, key=lambda unit: (unit is None, unit))
        sums = [
            f"{_named(unit)}{self._sum(self.before, unit)} before, {self._sum(self.after, unit)} now"
            for unit in units
        ]
        return f"{rows}; {self.measure} {'; '.join(sums)}" if sums else rows

    @staticmethod
    def _sum(sums: Sums, unit: str | None) -> str:
        return plain(sums.get(unit, Decimal(0)))


def _named(unit: str | None) -> str:
    return "" if unit == HOURS else f"{unit or '(no currency)'} "


def difference(store: LandingStore, before: Manifest, batch: Batch) -> Difference:
    """What `batch` changes against the batch before of the same path and table; quarantined rows are in neither."""
    table = batch.table
    names = [column.name for column in table.columns]
    new, old = batch.data.select(names), _loaded(store, before, table)
    added, changed, removed = _counts(old, new, identity_of(table), names)
    measure = table.measure
    return Difference(added, changed, removed, _sums(table, old), _sums(table, new), measure)


def _loaded(store: LandingStore, manifest: Manifest, table: Table) -> pa.Table:
    """The loaded rows of a batch in the columns that the table has today."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = store.data_file(manifest)
    rows = pq.read_table(file, partitioning=None) if file else pa.table({})
    return pa.table(
        {
            column.name: rows[column.name].cast(arrow_type(column.kind))
            if column.name in rows.column_names
            else pa.nulls(rows.num_rows, arrow_type(column.kind))
            for column in table.columns
        }
    )


def _counts(old: pa.Table, new: pa.Table, key: tuple[str, ...], names: list[str]) -> tuple[int, int, int]:
    """Added, changed, removed: of the rows that only one of the two has, those with the same key are one change."""
    import duckdb

    columns, keys = (", ".join(f'"{name}"' for name in each) for each in (names, key))
    same_key = " and ".join(f'come."{name}" is not distinct from gone."{name}"' for name in key)
    with duckdb.connect() as connection:
        connection.register("old_rows", old)
        connection.register("new_rows", new)
        found = connection.execute(f"""
            with
            come as (
                select {keys}, count(*) as rows from (
                    select {columns} from new_rows except all select {columns} from old_rows
                ) group by {keys}
            ),
            gone as (
                select {keys}, count(*) as rows from (
                    select {columns} from old_rows except all select {columns} from new_rows
                ) group by {keys}
            )
            select
                coalesce(sum(greatest(coalesce(come.rows, 0) - coalesce(gone.rows, 0), 0)), 0)::bigint,
                coalesce(sum(least(coalesce(come.rows, 0), coalesce(gone.rows, 0))), 0)::bigint,
                coalesce(sum(greatest(coalesce(gone.rows, 0) - coalesce(come.rows, 0), 0)), 0)::bigint
            from come full outer join gone on {same_key}
        """).fetchone()
    assert found is not None
    return found[0], found[1], found[2]


def _sums(table: Table, rows: pa.Table) -> Sums:
    """The sum of the measure by unit; empty where the table measures nothing."""
    sums: Sums = {}
    with localcontext(prec=76):
        for total in totals_of(control_columns(table, rows)) if table.measure else ():
            if total.amount_in is not None:
                sums[total.unit] = sums.get(total.unit, Decimal(0)) + total.amount_in
    return sums
