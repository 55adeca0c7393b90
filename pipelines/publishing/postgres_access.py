"""Who may read the release in Postgres: a role without login that the administrator grants to people and tools.

It may use schema `marts` and select from its tables. What it would take more rights to arrange is returned in words,
with the statement that somebody who has them runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.publishing.postgres_session import PostgresError, Target
from pipelines.publishing.postgres_tables import quoted
from pipelines.publishing.release_files import SCHEMA

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

CONTROL = "marts_control"
"""The schema of what only the loader needs to know."""
BOOK = f"{CONTROL}.loaded"
"""The table that says which rows stand: mart, fingerprint of its rows, release."""


def make_schemas(connection: Connection, target: Target) -> None:
    """Makes the two schemas where they are not there. Raises PostgresError with the statements for who may."""
    import psycopg

    missing = [
        name for name in (SCHEMA, CONTROL) if not _first(connection, "select to_regnamespace(%s)", name)
    ]
    refused = False
    try:
        for name in missing:
            connection.execute(f"create schema {name}")
    except psycopg.errors.InsufficientPrivilege:
        refused = True
    if refused:
        loader = quoted(str(_first(connection, "select current_user")))
        statements = " ".join(f"CREATE SCHEMA {name} AUTHORIZATION {loader};" for name in missing)
        raise PostgresError(
            f"Postgres ({target.place}) did not take the release: its user may not create schemas. Let an "
            f"administrator run: {statements} Then refresh again. DuckDB and Parquet have the release."
        )


def open_to_reader(connection: Connection, reader: str) -> list[str]:
    """Makes the role, gives it the schema and what will be made in it, and closes what stands open to everybody."""
    _close_to_everybody(connection)
    if not _has_role(connection, reader) and not _create_role(connection, reader):
        return [
            f"Postgres: there is no role {reader}, so nobody but its owner reads schema {SCHEMA}. Let an administrator "
            f"run: CREATE ROLE {quoted(reader)} NOLOGIN; then run `pmo refresh --full`."
        ]
    connection.execute(f"grant usage on schema {SCHEMA} to {quoted(reader)}")
    connection.execute(
        f"alter default privileges in schema {SCHEMA} grant select on tables to {quoted(reader)}"
    )
    if not _first(connection, "select has_schema_privilege(%s, %s, 'usage')", reader, SCHEMA):
        return [
            f"Postgres: {reader} may not use schema {SCHEMA}. Let its owner run: GRANT USAGE ON SCHEMA {SCHEMA} TO "
            f"{quoted(reader)};"
        ]
    return []


def grant_tables(connection: Connection, reader: str, names: Sequence[str]) -> None:
    """Lets the role select from these tables, where there is the role."""
    if _has_role(connection, reader):
        for name in names:
            table = f"{SCHEMA}.{quoted(name)}"
            if not _first(connection, "select has_table_privilege(%s, %s, 'select')", reader, table):
                connection.execute(f"grant select on {table} to {quoted(reader)}")


def _close_to_everybody(connection: Connection) -> None:
    """PUBLIC gets nothing of the two schemas; in a database of its own, no temporary tables and no `public` either."""
    for name in (SCHEMA, CONTROL):
        connection.execute(f"revoke all on schema {name} from public")
    owned = _first(
        connection,
        "select d.datname from pg_database as d inner join pg_roles as r on r.oid = d.datdba "
        "where d.datname = current_database() and r.rolname = current_user",
    )
    if owned is None:
        return
    connection.execute(f"revoke temporary, create on database {quoted(str(owned))} from public")
    if _first(connection, "select pg_has_role(nspowner, 'usage') from pg_namespace where nspname = 'public'"):
        connection.execute("revoke all on schema public from public")


def _has_role(connection: Connection, reader: str) -> bool:
    return bool(_first(connection, "select 1 from pg_roles where rolname = %s", reader))


def _create_role(connection: Connection, reader: str) -> bool:
    import psycopg

    try:
        connection.execute(f"create role {quoted(reader)} nologin")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def _first(connection: Connection, query: str, *parameters: object) -> Any:
    row = connection.execute(query, parameters or None).fetchone()
    return row[0] if row else None
