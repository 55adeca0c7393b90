"""The release in Postgres: the tables of schema `marts`, replaced in one transaction while readers read.

    published/.releases/<release>/pmo.duckdb ──CSV──> DELETE + COPY, every changed mart, one COMMIT ──> marts.*

Readers under REPEATABLE READ see one release in all tables; schemas are not renamed and tables not truncated, because
both show a reader two releases or none. `marts_control.loaded` says which rows stand, so that those of a mart that has
not changed are not loaded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.publishing.kept import DATABASE
from pipelines.publishing.postgres_access import BOOK, grant_tables, make_schemas, open_to_reader
from pipelines.publishing.postgres_columns import contract, expand, following, rename, retyped
from pipelines.publishing.postgres_rows import copy_rows
from pipelines.publishing.postgres_session import PostgresError, Target, session
from pipelines.publishing.postgres_tables import (
    Table,
    comments,
    create,
    quoted,
    tables_of_postgres,
    tables_of_release,
)
from pipelines.publishing.release_files import SCHEMA

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was done: the marts whose rows were loaded, and what somebody with more rights or time has to do."""

    marts: tuple[str, ...]
    notes: tuple[str, ...]


def load_release(folder: Path, target: Target, *, anew: bool = False) -> Loaded:
    """Makes Postgres show the release in `folder`, one of published/.releases.

    `anew` loads every mart, whatever the book says stands. Raises PostgresError: then the readers of Postgres see the
    release that they saw before, whole.
    """
    wanted = tables_of_release(folder)
    with session(target) as connection:
        make_schemas(connection, target)
        connection.execute(
            f"create table if not exists {BOOK} "
            "(mart text primary key, fingerprint text not null, release text not null)"
        )
        notes = open_to_reader(connection, target.reader)
        _assert_ours(connection, target, wanted, _book(connection))
        expand(connection, wanted)
        book = _book(connection)
        gone = sorted(set(book) - {table.name for table in wanted})
        changed = _replace(connection, folder, target, wanted, gone, {} if anew else book)
        notes += _clear_up(connection, target, wanted, gone, changed)
    return Loaded(tuple(table.name for table in changed), tuple(notes))


def loaded_release(target: Target) -> str | None:
    """The folder name of the release that Postgres shows; None where it shows none. Raises PostgresError."""
    with session(target, alone=False) as connection:
        row = connection.execute("select to_regclass(%s)", [BOOK]).fetchone()
        if row is None or row[0] is None:
            return None
        rows = connection.execute(f"select distinct release from {BOOK}").fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None


def _book(connection: Connection) -> dict[str, str]:
    """The fingerprint of the rows that stand, by mart."""
    return dict(connection.execute(f"select mart, fingerprint from {BOOK}").fetchall())


def _assert_ours(
    connection: Connection, target: Target, wanted: Sequence[Table], book: dict[str, str]
) -> None:
    """Nobody else's table of the same name is emptied."""
    names = [table.name for table in wanted if table.name not in book]
    row = connection.execute(
        "select min(relname) from pg_class where relnamespace = to_regnamespace(%s) and relname = any(%s)",
        [SCHEMA, names],
    ).fetchone()
    if row is not None and row[0] is not None:
        raise PostgresError(
            f"Postgres ({target.place}) did not take the release: {SCHEMA}.{row[0]} is there and {BOOK} does not know "
            "it as made by pmo. Rename it (drop it, where that book was lost), or name a database of its own in "
            "publish.postgres. DuckDB and Parquet have the release."
        )


def _replace(
    connection: Connection,
    folder: Path,
    target: Target,
    wanted: Sequence[Table],
    gone: Sequence[str],
    book: dict[str, str],
) -> list[Table]:
    """The one transaction; returns the tables whose rows were loaded."""
    import duckdb

    standing = {table.name: table for table in tables_of_postgres(connection)}
    changed = [
        table
        for table in wanted
        if book.get(table.name) != table.fingerprint
        or table.name not in standing
        or retyped(standing[table.name], table)
    ]
    with duckdb.connect(str(folder / DATABASE), read_only=True) as source, connection.transaction():
        for table in wanted:
            stands = standing.get(table.name)
            statements = comments(table, stands) if stands else create(table)
            if statements:
                connection.execute(statements)
        grant_tables(connection, target.reader, [table.name for table in wanted])
        for name in gone:
            if name in standing:
                connection.execute(f"delete from {SCHEMA}.{quoted(name)}")
        for table in changed:
            if table.name in standing:
                connection.execute(f"delete from {table.qualified}")
            names = {column.name: following(column) for column in retyped(standing.get(table.name), table)}
            copy_rows(source, connection, table, names)
        entries = [(table.name, table.fingerprint, folder.name) for table in wanted]
        entries += [(name, "", folder.name) for name in gone if name in standing]
        connection.execute(f"delete from {BOOK}")
        with connection.cursor() as cursor:
            cursor.executemany(f"insert into {BOOK} values (%s, %s, %s)", entries)
        rename(connection, standing, wanted)
    return changed


def _clear_up(
    connection: Connection,
    target: Target,
    wanted: Sequence[Table],
    gone: Sequence[str],
    changed: Sequence[Table],
) -> list[str]:
    """Takes away what the release has no more, gives back the room of replaced rows, tells the planner of the new ones.

    The release stands already: what goes wrong here is said, and done with the next one.
    """
    import psycopg

    try:
        left = contract(connection, wanted, gone)
        connection.execute(
            f"delete from {BOOK} where mart = any(%s) and to_regclass('{SCHEMA}.' || quote_ident(mart)) is null",
            [list(gone)],
        )
        for table in changed:
            connection.execute(f"vacuum (analyze, truncate false) {table.qualified}")
    except psycopg.Error as error:
        said = target.without_secrets(" ".join(str(error).split()))
        return [f"Postgres has the release, but clearing up after it ended early: {said}."]
    return left
