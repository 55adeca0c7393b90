"""The tables of a release as Postgres has them, and those that stand there: names, types, NOT NULLs, descriptions.

How the second become the first while readers read is `pipelines.publishing.postgres_columns`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.publishing.kept import DATABASE
from pipelines.publishing.postgres_session import PostgresError
from pipelines.publishing.release_files import SCHEMA

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}
"""Types of DuckDB that Postgres has to the digit, as `format_type` names them; DECIMAL(p,s) is numeric(p,s)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column with the type that Postgres gives it."""

    name: str
    kind: str
    required: bool
    comment: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A mart; `fingerprint` is that of its rows, empty for what stands in Postgres."""

    name: str
    comment: str | None
    columns: tuple[Column, ...]
    fingerprint: str = ""

    @property
    def qualified(self) -> str:
        """As SQL names it."""
        return f"{SCHEMA}.{quoted(self.name)}"

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """A text, for statements that take no parameters."""
    if value is None:
        return "null"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\0", "")
    return f"E'{escaped}'"


def tables_of_release(folder: Path) -> list[Table]:
    """The marts in the folder of a release. Raises PostgresError for a type that Postgres does not have exactly."""
    import duckdb

    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            "select t.table_name, t.comment, c.column_name, c.data_type, not c.is_nullable, c.comment "
            "from duckdb_tables() as t inner join duckdb_columns() as c using (schema_name, table_name) "
            f"where t.schema_name = '{SCHEMA}' order by t.table_name, c.column_index"
        ).fetchall()
    described = [
        (table, comment, name, _kind(table, name, kind), *rest) for table, comment, name, kind, *rest in rows
    ]
    return [
        Table(
            table.name,
            table.comment,
            table.columns,
            _fingerprint(folder / "parquet" / f"{table.name}.parquet"),
        )
        for table in _tables(described)
    ]


def tables_of_postgres(connection: Connection) -> list[Table]:
    """The tables that stand in schema `marts`."""
    rows = connection.execute(
        "select c.relname, obj_description(c.oid, 'pg_class'), a.attname, format_type(a.atttypid, a.atttypmod), "
        "a.attnotnull, col_description(c.oid, a.attnum) from pg_class as c "
        "left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
        "where c.relnamespace = to_regnamespace(%s) and c.relkind in ('r', 'p') order by c.relname, a.attnum",
        [SCHEMA],
    ).fetchall()
    return _tables(rows)


def create(table: Table) -> str:
    """The statements that make a table, with its NOT NULLs and its comments."""
    columns = ", ".join(
        f"{quoted(column.name)} {column.kind}{' not null' if column.required else ''}"
        for column in table.columns
    )
    return f"create table {table.qualified} ({columns}); {comments(table, None)}"


def comments(table: Table, stands: Table | None) -> str:
    """The statements that say what the table and its columns mean, where that is not said yet."""
    said = []
    if stands is None or stands.comment != table.comment:
        said.append(f"comment on table {table.qualified} is {literal(table.comment)}")
    for column in table.columns:
        before = stands.column(column.name) if stands else None
        if (before.comment if before else None) != column.comment:
            said.append(
                f"comment on column {table.qualified}.{quoted(column.name)} is {literal(column.comment)}"
            )
    return "; ".join(said)


def _tables(rows: Sequence[Any]) -> list[Table]:
    found: dict[str, Table] = {}
    for table, comment, name, kind, required, said in rows:
        columns = found[table].columns if table in found else ()
        new = () if name is None else (Column(name, kind, required, said or None),)
        found[table] = Table(table, comment or None, (*columns, *new))
    return list(found.values())


def _kind(table: str, column: str, kind: str) -> str:
    if kind.startswith("DECIMAL("):
        return kind.replace("DECIMAL", "numeric")
    if kind not in TYPES:
        raise PostgresError(
            f"Postgres did not take the release: {table}.{column} is {kind}, which it does not have to the digit. This "
            "is a fault of the models; report it with the message. Its readers see the release that it took before."
        )
    return TYPES[kind]


def _fingerprint(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
