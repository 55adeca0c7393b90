"""Rows of an extract as Arrow tables: the columns of landing, of quarantine and of what is left out.

Here: types, building columns, sums. Decimals stay decimals; a value that a column can't hold is found here and
named by its cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from connectors.tabular.arrow_values import ArrowValues, RepeatedValue, RowPlaces
from connectors.tabular.extract import TableExtract
from connectors.tabular.tables import Column, Kind, Table
from pipelines.landing.manifest import LandingError, Total

if TYPE_CHECKING:
    import pyarrow as pa

HOURS = "hours"
DECIMAL_DIGITS: dict[Kind, int] = {"money": 28, "number": 28, "hours": 18, "rate": 18}
DECIMALS = 10


def arrow_type(kind: Kind) -> pa.DataType:
    """The Arrow type of a kind of column, equal to its type in SQL."""
    import pyarrow as pa

    if kind in DECIMAL_DIGITS:
        return pa.decimal128(DECIMAL_DIGITS[kind], DECIMALS)
    types: dict[str, pa.DataType] = {
        "integer": pa.int64(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "boolean": pa.bool_(),
    }
    return types.get(kind, pa.string())


def landed_table(extract: TableExtract, *, path: str, file_hash: str, rows_before: int = 0) -> pa.Table:
    """All rows of an extract with their lineage, in the order of reading.

    `rows_before` is how many rows of the same batch came in earlier pieces.

    Raises LandingError naming the cell when a value does not fit its column's type.
    """
    import pyarrow as pa

    count = len(extract)
    columns = {column.name: _array(extract, column) for column in extract.table.columns}
    columns["_attributes"] = _texts(extract.attributes)
    columns["_row"] = pa.array(range(rows_before + 1, rows_before + count + 1), pa.int64())
    columns["_sheet"] = _texts(extract.sheets)
    columns["_place"] = _texts(extract.places)
    columns["_path"] = pa.repeat(pa.scalar(path), count)
    columns["_file_hash"] = pa.repeat(pa.scalar(file_hash), count)
    return pa.table(columns)


def _texts(values: Sequence[str | None]) -> pa.Array:
    import pyarrow as pa

    if isinstance(values, ArrowValues | RowPlaces):
        return values.array.cast(pa.string())
    if isinstance(values, RepeatedValue):
        return pa.array([values.value], pa.string()).take(pa.repeat(0, len(values)))
    return pa.array(values, pa.string())


def _array(extract: TableExtract, column: Column) -> pa.Array:
    import pyarrow as pa

    values = extract.columns[column.name]
    if isinstance(values, ArrowValues):
        return values.array.cast(arrow_type(column.kind))
    if isinstance(values, RepeatedValue):
        return pa.array([values.value], arrow_type(column.kind)).take(pa.repeat(0, len(values)))
    try:
        return pa.array(values, arrow_type(column.kind))
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        row = next(iter(rows_that_do_not_fit(values, column.kind)), None)
        where = f"{column.name}" if row is None else f"{extract.cell(row, column.name)} ({column.name})"
        value = "" if row is None else f" {values[row]!r}"
        raise LandingError(
            f"{extract.table.schema}.{extract.table.name}: the value{value} of {where} does not fit a column of "
            f"kind {column.kind}: {error}. Correct it in the source and run again."
        ) from None


def rows_that_do_not_fit(values: Sequence[Any], kind: Kind) -> list[int]:
    """Indices of the values that a column of this kind can't hold (too many digits, another type)."""

    wanted = arrow_type(kind)
    if isinstance(values, ArrowValues | RepeatedValue) or _fits(values, wanted):
        return []
    return [row for row, value in enumerate(values) if not _fits([value], wanted)]


def _fits(values: Sequence[Any], wanted: pa.DataType) -> bool:
    import pyarrow as pa

    try:
        pa.array(values, wanted)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return False
    return True


def control_columns(table: Table, rows: pa.Table) -> dict[str, pa.Array]:
    """`project`, `unit` and `amount` of rows in a table's shape: what its control totals are taken over."""
    import pyarrow as pa

    none = pa.nulls(len(rows), pa.string())
    project = none if table.project is None else rows[table.project]
    if table.measure is None:
        return {"project": project, "unit": none, "amount": pa.nulls(len(rows), arrow_type("money"))}
    unit = pa.repeat(pa.scalar(HOURS), len(rows)) if table.unit is None else rows[table.unit]
    return {"project": project, "unit": unit, "amount": rows[table.measure].cast(arrow_type("money"))}


def totals_of(columns: dict[str, pa.Array]) -> list[Total]:
    """Rows and amount per project and unit; the amount is None where no row has one."""
    import pyarrow as pa

    grouped = (
        pa.table(columns).group_by(["project", "unit"]).aggregate([([], "count_all"), ("amount", "sum")])
    )
    return [
        Total(row["project"], row["unit"], row["count_all"], row["amount_sum"]) for row in grouped.to_pylist()
    ]


def add_totals(*groups: Sequence[Total]) -> tuple[Total, ...]:
    """One total per project and unit over several lists, sorted; exact."""
    rows: dict[tuple[str | None, str | None], int] = {}
    amounts: dict[tuple[str | None, str | None], Decimal | None] = {}
    with localcontext(prec=76):
        for total in (total for group in groups for total in group):
            key = (total.project, total.unit)
            rows[key] = rows.get(key, 0) + total.rows_in
            amounts[key] = _sum(amounts.get(key), total.amount_in)
    ordered = sorted(rows, key=lambda key: (key[0] or "", key[1] or "", key[0] is None, key[1] is None))
    return tuple(Total(*key, rows[key], amounts[key]) for key in ordered)


def _sum(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return left if right is None else right
    return left + right
