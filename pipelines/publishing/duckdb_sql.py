"""What every module that asks DuckDB needs: texts as literals of SQL, rows by the names of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FETCHED_AT_ONCE = 10_000


def literal(value: Path | str) -> str:
    """A text, for statements that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"


def rows_of(
    connection: DuckDBPyConnection, sql: str, values: Mapping[str, Any] | Sequence[Any] | None = None
) -> list[dict[str, Any]]:
    """Every row of a query, by column."""
    return list(each_row(connection, sql, values))


def each_row(
    connection: DuckDBPyConnection, sql: str, values: Mapping[str, Any] | Sequence[Any] | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of a query one by one, so that memory holds few of them."""
    cursor = connection.execute(sql, values or [])
    names = [column[0] for column in cursor.description]
    while found := cursor.fetchmany(FETCHED_AT_ONCE):
        for row in found:
            yield dict(zip(names, row, strict=True))
