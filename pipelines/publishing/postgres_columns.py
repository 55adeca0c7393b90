"""Columns of Postgres brought in step with those of a release, while readers read.

A change is three things, so that no reader sees an error or a figure that is of no release: `expand` adds, before the
rows are loaded, what the release has more; the load fills it and gives columns of another type their names (`rename`);
`contract` takes away, once the release stands, what it has no more. Each compares what is there with what there should
be, so that the next load goes on where one broke off.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pipelines.publishing.postgres_access import BOOK
from pipelines.publishing.postgres_tables import (
    Column,
    Table,
    literal,
    quoted,
    tables_of_postgres,
)
from pipelines.publishing.release_files import SCHEMA

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

READERS_WAIT_MS = 100
"""How long a reader may have to queue behind a change that needs a table for itself; then it is tried again."""
PATIENCE_SECONDS = 60.0


def retyped(stands: Table | None, wanted: Table) -> list[Column]:
    """The columns that have another type now."""
    before = {column.name: column.kind for column in stands.columns} if stands else {}
    return [column for column in wanted.columns if before.get(column.name, column.kind) != column.kind]


def following(column: Column) -> str:
    """What a column of another type is called until its rows are loaded."""
    return f"{column.name}__next"


def expand(connection: Connection, wanted: Sequence[Table]) -> None:
    """Gives the tables that stand the columns and the freedom that the new rows need; what stands is not touched.

    A column of another type comes beside the one that stands, with its values as far as the type can hold them: a
    transaction that began before sees them under the old name when the new rows are there. `alter column … type` would
    show it an empty table. The rows of a table that gets a column are loaded again, whatever the book said of them.
    """
    import psycopg

    standing = {table.name: table for table in tables_of_postgres(connection)}
    is_filled = False
    for table in wanted:
        stands = standing.get(table.name)
        changes = list(_additions(stands, table)) if stands else []
        if changes:
            changed = f"alter table {table.qualified} {', '.join(changes)}"
            forgotten = f"update {BOOK} set fingerprint = '' where mart = {literal(table.name)}"
            _briefly(connection, f"{changed}; {forgotten}" if "add column" in changed else changed)
        for column in retyped(stands, table):
            name, new = quoted(column.name), quoted(following(column))
            with suppress(psycopg.errors.CannotCoerce, psycopg.errors.DataError):
                connection.execute(f"update {table.qualified} set {new} = {name}::{column.kind}")
            is_filled = True
    if is_filled:
        _outlast(connection)


def rename(connection: Connection, standing: dict[str, Table], wanted: Sequence[Table]) -> None:
    """Gives the columns of another type their names, as the last thing in the transaction of the load."""
    statements = []
    for table in wanted:
        for column in retyped(standing.get(table.name), table):
            name = quoted(column.name)
            statements += [
                f"alter table {table.qualified} drop column {name}",
                f"alter table {table.qualified} rename {quoted(following(column))} to {name}",
                f"comment on column {table.qualified}.{name} is {literal(column.comment)}",
            ]
    if statements:
        _briefly(connection, "; ".join(statements))


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


def _additions(stands: Table, wanted: Table) -> Iterator[str]:
    for column in wanted.columns:
        if stands.column(column.name) is None:
            yield f"add column {quoted(column.name)} {column.kind}"
    for column in retyped(stands, wanted):
        if stands.column(following(column)) is not None:
            yield f"drop column {quoted(following(column))}"
        yield f"add column {quoted(following(column))} {column.kind}"
    changing = {column.name for column in retyped(stands, wanted)}
    for before in stands.columns:
        after = wanted.column(before.name)
        if before.required and (after is None or not after.required or before.name in changing):
            yield f"alter column {quoted(before.name)} drop not null"


def _removals(stands: Table, wanted: Table) -> Iterator[str]:
    for column in stands.columns:
        if wanted.column(column.name) is None:
            yield f"drop column {quoted(column.name)}"
    for column in wanted.columns:
        before = stands.column(column.name)
        if before is not None and column.required and not before.required:
            yield f"alter column {quoted(column.name)} set not null"


def _briefly(connection: Connection, statements: str) -> None:
    """Runs what needs tables for itself, all of it or none, without letting readers queue behind it for long."""
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
