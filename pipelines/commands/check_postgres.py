"""What the doctor finds about the Postgres that a release goes to: that it answers, and what its user may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.commands.findings import Finding
from pipelines.settings import EnvText, SettingsError

if TYPE_CHECKING:
    import psycopg

SUBJECT = "postgres"
SCHEMA = "marts"
SECONDS = 10
_RIGHTS = f"""
    select current_user, current_database(), current_setting('server_version'),
        has_database_privilege(current_database(), 'create'),
        to_regnamespace('{SCHEMA}') is not null,
        coalesce(has_schema_privilege(to_regnamespace('{SCHEMA}')::oid, 'create'), false)
"""


def postgres(dsn: EnvText) -> Finding:
    """Whether the server lets us in and a release could be loaded; nothing is changed."""
    try:
        import psycopg
    except ImportError:
        mend = "psycopg is not installed: pip install 'pmo-warehouse[postgres]'."
        return Finding(SUBJECT, False, mend)
    try:
        text = dsn.resolve()
    except SettingsError as error:
        return Finding(SUBJECT, False, str(error))
    try:
        with psycopg.connect(text, connect_timeout=SECONDS, autocommit=True) as connection:
            row = connection.execute(_RIGHTS).fetchone()
    except psycopg.ProgrammingError:
        mend = (
            f"What {dsn} holds is no connection string: write postgresql://user:password@host:5432/database."
        )
        return Finding(SUBJECT, False, mend)
    except psycopg.Error as error:
        said = _scrubbed(error, text)
        mend = f"{said}. Check server, user and password in {dsn}, and that this machine may connect."
        return Finding(SUBJECT, False, mend)
    assert row is not None
    return _judged(*row)


def _judged(
    user: str, database: str, version: str, may_create: bool, has_schema: bool, may_fill: bool
) -> Finding:
    where = f"{database}, Postgres {version.split()[0]}, as {user}"
    if has_schema and not may_fill:
        mend = f"GRANT USAGE, CREATE ON SCHEMA {SCHEMA} TO {user}, or make that user its owner."
        return Finding(SUBJECT, False, f"{where}: it may not create tables in schema {SCHEMA}. {mend}")
    if not has_schema and not may_create:
        mend = f"Let an administrator run CREATE SCHEMA {SCHEMA} AUTHORIZATION {user}."
        return Finding(SUBJECT, False, f"{where}: it may not create schema {SCHEMA}. {mend}")
    return Finding(SUBJECT, True, f"{where}: login accepted, schema {SCHEMA} can be filled")


def _scrubbed(error: psycopg.Error, dsn: str) -> str:
    """The driver's words on one line, without the connection string and its password."""
    from psycopg.conninfo import conninfo_to_dict

    known: dict[str, Any] = dict(conninfo_to_dict(dsn))
    said = " ".join(str(error).split()).rstrip(".?") or type(error).__name__
    for secret in (dsn, known.get("password")):
        said = said.replace(str(secret), "…") if secret else said
    return said
