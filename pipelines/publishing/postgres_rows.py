"""Rows from a DuckDB file into a table of Postgres: batches of Arrow, written as CSV, into COPY.

Exact: a decimal is written with its digits, an empty text is not a null. Memory holds one batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipelines.publishing.postgres_session import PostgresError
from pipelines.publishing.postgres_tables import Column, Table, quoted

if TYPE_CHECKING:
    import psycopg
    from duckdb import DuckDBPyConnection

BATCH_ROWS = 20_000


def copy_rows(
    source: DuckDBPyConnection, connection: psycopg.Connection[Any], table: Table, names: Mapping[str, str]
) -> int:
    """Copies every row of a mart, within the transaction of the caller; returns how many.

    `names`: columns that are called otherwise in Postgres.
    """
    columns = ", ".join(quoted(names.get(column.name, column.name)) for column in table.columns)
    selected = ", ".join(_selected(column) for column in table.columns)
    batches = source.sql(f"select {selected} from {table.qualified}").to_arrow_reader(BATCH_ROWS)
    sent = 0
    with connection.cursor() as cursor:
        with cursor.copy(f"copy {table.qualified} ({columns}) from stdin (format csv)") as copy:
            for batch in batches:
                copy.write(_csv(batch))
                sent += batch.num_rows
        if cursor.rowcount != sent:
            raise PostgresError(
                f"Postgres did not take the release: of {sent} rows of {table.name} it read {cursor.rowcount}. Its "
                "readers see the release that it took before. This is a fault of pmo; report it with the message."
            )
    return sent


def _selected(column: Column) -> str:
    """Postgres has no text with a NUL in it."""
    name = quoted(column.name)
    return (
        f"replace({name}, chr(0), '\N{REPLACEMENT CHARACTER}') as {name}" if column.kind == "text" else name
    )


def _csv(batch: Any) -> bytes:
    import pyarrow as pa
    from pyarrow import csv

    sink = pa.BufferOutputStream()
    csv.write_csv(batch, sink, csv.WriteOptions(include_header=False, quoting_style="needed"))
    return bytes(sink.getvalue())
