"""The Parquet files of a run's context: rows as typed Arrow tables, and replacing a file in one step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def table(columns: str, rows: list[tuple[Any, ...]]) -> pa.Table:
    """Rows as a typed table; `columns` names each with its type, text where none is given."""
    import pyarrow as pa

    types = {
        "": pa.string(),
        "int": pa.int32(),
        "bigint": pa.int64(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "decimal": pa.decimal128(38, 10),
        "boolean": pa.bool_(),
    }
    fields = [(name, types[kind]) for name, _, kind in (column.partition(":") for column in columns.split())]
    values = list(zip(*rows, strict=True)) or [()] * len(fields)
    arrays = [pa.array(column, kind) for column, (_, kind) in zip(values, fields, strict=True)]
    return pa.table(arrays, schema=pa.schema(fields))


def write(file: Path, rows: pa.Table, *, secret: bool = False) -> None:
    """Replaces one file in a step; nothing needs to survive a power cut, because every run writes it anew.

    A `secret` one can be read by its owner alone.
    """
    import pyarrow.parquet as pq

    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    temporary.touch(0o600 if secret else 0o666)
    pq.write_table(rows, temporary, compression="zstd")
    temporary.replace(file)
