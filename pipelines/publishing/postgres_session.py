"""A connection to the Postgres that a release is published to, and its errors in words without secrets.

Only one of these sessions at a time works on a database. psycopg is imported when one is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipelines.publishing.kept import PublishError

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

CONNECT_SECONDS = 10
LOCK_SECONDS = 60
_GONE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""After about a minute without a sign of life the server is gone; the system alone would wait a quarter of an hour.
What the connection string says goes before.
"""
_LOADER = 0x706D6F  # "pmo": the advisory lock of whoever loads


class PostgresError(PublishError):
    """Postgres did not follow; the message names where, the cause, what its readers see and what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a release goes: a connection string, which may hold a password, and the role of the readers."""

    dsn: str = field(repr=False)
    reader: str

    @property
    def place(self) -> str:
        """`warehouse on db.example`: the connection string without user and password."""
        known = _parameters(self)
        return f"{known.get('dbname') or known.get('user') or 'the default database'} on {_host(known)}"

    def without_secrets(self, text: str) -> str:
        """`text` without the connection string and its password."""
        password = str(_parameters(self).get("password") or "")
        for secret in (self.dsn, password, quote(password, safe="")):
            text = text.replace(secret, "***") if secret else text
        return text


@contextmanager
def session(target: Target, *, alone: bool = True) -> Iterator[Connection]:
    """A connection that commits each statement by itself; `alone`, to load, keeps others out. Raises PostgresError."""
    with said_plainly(target, loads=alone):
        import psycopg
        from psycopg.conninfo import make_conninfo

        known = _parameters(target)
        connection: Connection = psycopg.connect(
            make_conninfo(target.dsn, **{name: value for name, value in _GONE.items() if name not in known}),
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            application_name="pmo-warehouse",
            client_encoding="utf-8",
        )
        with connection:
            connection.execute("set statement_timeout = 0")
            connection.execute(f"set lock_timeout = '{LOCK_SECONDS}s'")
            connection.execute("set client_min_messages = warning")
            if alone:
                connection.execute("select pg_advisory_lock(%s)", [_LOADER])
            yield connection


@contextmanager
def said_plainly(target: Target, *, loads: bool) -> Iterator[None]:
    """Turns what psycopg raises into a PostgresError, which for a load says what readers see now."""
    try:
        import psycopg
    except ImportError as error:
        raise PostgresError(
            "publish.postgres is set and psycopg is not installed: pip install 'pmo-warehouse[postgres]', then "
            "refresh again. DuckDB and Parquet have the release."
        ) from error
    try:
        yield
    except psycopg.Error as error:
        said = target.without_secrets(_cause(error))
        mend = _mend(error)
    else:
        return
    # Raised here, so that no traceback holds what psycopg said.
    if not loads:
        raise PostgresError(f"Postgres ({target.place}) could not be asked: {said}. {mend}")
    raise PostgresError(
        f"Postgres ({target.place}) did not take the release: {said}. Its readers see the one that it took before, "
        f"whole; DuckDB and Parquet do not depend on it. {mend} The next refresh tries again."
    )


def _parameters(target: Target) -> dict[str, Any]:
    """The parts of the connection string. Raises PostgresError, without a word of it."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        return dict(conninfo_to_dict(target.dsn))
    except psycopg.Error:
        pass
    raise PostgresError(
        "publish.postgres is no connection string. Write postgresql://user:password@host:5432/database into the "
        "variable that it names (special characters of a password as %XX), and refresh again."
    )


def _host(known: dict[str, Any]) -> str:
    return str(known.get("host") or known.get("hostaddr") or "this machine")


def _cause(error: psycopg.Error) -> str:
    """What the server or the driver said, in one line, with the server's detail unless that quotes a row."""
    from psycopg import errors

    diagnosed = error.diag.message_primary
    said = " ".join(str(diagnosed or error or type(error).__name__).split()).rstrip(".")
    detail = None if isinstance(error, errors.IntegrityError) else error.diag.message_detail
    return f"{said} ({' '.join(detail.split()).rstrip('.')})" if detail else said


def _mend(error: psycopg.Error) -> str:
    from psycopg import errors

    if isinstance(error, errors.ReservedName):
        return "Write another name under publish.postgres_reader in pmo.yaml."
    if isinstance(error, errors.InsufficientPrivilege):
        return "docs/bi.md, section Postgres, has the statements that prepare a database for it."
    if isinstance(error, errors.LockNotAvailable):
        return "Another session holds a table of schema marts, or loads it: end that session (pg_stat_activity has it)."
    if isinstance(error, errors.DependentObjectsStillExist):
        return "Drop the view or policy that is named, refresh, and make it again."
    if error.sqlstate is None or error.sqlstate.startswith(("08", "28", "57", "3D")):
        return "Check that the server runs, that publish.postgres names it, and that its user may log in."
    return "Mend that in the database."
