"""The tables of schema `marts` in Postgres, brought in step with those of a release while readers read.

A change of columns is three things, so that no reader sees an error or a figure that is of no release:
`expand` adds, before the rows are loaded, what the release has more; the load fills it; `contract` takes away, once the
release stands, what it has no more. Each is idempotent: it compares what is there with what there should be.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.publishing.kept import DATABASE
from pipelines.publishing.postgres_session import PostgresError
from pipelines.publishing.release_files import SCHEMA

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

READERS_WAIT_MS = 100
"""How long a reader may have to queue behind a change that needs a table for itself; then it is tried again."""
PATIENCE_SECONDS = 60.0
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


def expand(connection: Connection, wanted: Sequence[Table]) -> None:
    """Gives the tables that stand what columns, types and freedom the new rows need; old rows keep their values."""
    standing = {table.name: table for table in tables_of_postgres(connection)}
    for table in wanted:
        stands = standing.get(table.name)
        if stands is None:
            continue
        changes = list(_additions(stands, table))
        if changes:
            _briefly(connection, f"alter table {table.qualified} {', '.join(changes)}")
        for column in table.columns:
            before = stands.column(column.name)
            if before is not None and before.kind != column.kind:
                _retype(connection, stands, column)


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


def contract(connection: Connection, wanted: Sequence[Table], gone: Sequence[str]) -> list[str]:
    """Takes away what the release that stands has no more; returns what could not be taken away, in words.

    Waits for the transactions that may still look for it, within bounds.
    """
    import psycopg

    standing = {table.name: table for table in tables_of_postgres(connection)}
    changes = {
        table.qualified: list(_removals(standing[table.name], table))
        for table in wanted
        if table.name in standing
    }
    statements = [f"alter table {name} {', '.join(each)}" for name, each in changes.items() if each]
    statements += [f"drop table {SCHEMA}.{quoted(name)}" for name in gone if name in standing]
    if any("drop" in statement for statement in statements):
        _outlast(connection)
    left = []
    for statement in statements:
        try:
            _briefly(connection, statement)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DependentObjectsStillExist) as error:
            detail = error.diag.message_detail or error.diag.message_primary
            left.append(
                f"Postgres: `{statement}` has to wait, it is empty till then: {' '.join(str(detail).split())}."
            )
    return left


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


def _additions(stands: Table, wanted: Table) -> Iterator[str]:
    for column in wanted.columns:
        before = stands.column(column.name)
        if before is None:
            yield f"add column {quoted(column.name)} {column.kind}"
        elif before.required and not column.required:
            yield f"alter column {quoted(column.name)} drop not null"
    for column in stands.columns:
        if wanted.column(column.name) is None and column.required:
            yield f"alter column {quoted(column.name)} drop not null"


def _removals(stands: Table, wanted: Table) -> Iterator[str]:
    for column in stands.columns:
        if wanted.column(column.name) is None:
            yield f"drop column {quoted(column.name)}"
    for column in wanted.columns:
        before = stands.column(column.name)
        if before is not None and column.required and not before.required:
            yield f"alter column {quoted(column.name)} set not null"


def _retype(connection: Connection, stands: Table, column: Column) -> None:
    """Gives a column another type under the readers' eyes: a copy of it is filled, and takes its name once all see it.

    `alter column … type` would show the table empty to whoever began to read before. Values that the new type can't
    hold are null until the load, moments later.
    """
    import psycopg

    table, name, following = stands.qualified, quoted(column.name), quoted(f"{column.name}__next")
    _briefly(
        connection,
        f"alter table {table} drop column if exists {following}, add column {following} {column.kind}",
    )
    with suppress(psycopg.errors.CannotCoerce, psycopg.errors.DataError):
        connection.execute(f"update {table} set {following} = {name}::{column.kind}")
    _outlast(connection)
    _briefly(
        connection,
        f"alter table {table} drop column {name}; alter table {table} rename {following} to {name}",
    )
    said = literal(column.comment)
    connection.execute(f"comment on column {table}.{name} is {said}")


def _briefly(connection: Connection, statements: str) -> None:
    """Runs what needs a table for itself, without letting readers queue behind it for long."""
    import psycopg

    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with connection.transaction():
                connection.execute(f"set local lock_timeout = '{READERS_WAIT_MS}ms'")
                connection.execute(statements)
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(2 * READERS_WAIT_MS / 1000)
        else:
            return


def _outlast(connection: Connection) -> None:
    """Waits, within bounds, until each transaction that is open now in this database has ended."""
    open_ones = (
        "select virtualxid from pg_locks where locktype = 'virtualxid' and granted and pid <> pg_backend_pid() "
        "and pid in (select pid from pg_stat_activity where datname = current_database())"
    )
    before = {row[0] for row in connection.execute(open_ones).fetchall()}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while before and time.monotonic() < deadline:
        time.sleep(0.05)
        before &= {row[0] for row in connection.execute(open_ones).fetchall()}
