"""What a pack reads: the published release, of the projects that it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.publishing.duckdb_sql import rows_of
from pipelines.publishing.pack.scope import Scope
from pipelines.publishing.pack.tables import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

UNMAPPED = "unmapped"


class PackError(Exception):
    """A pack could not be made; the message says why and what to do next."""


@dataclass(frozen=True, slots=True)
class Reader:
    """An open release. `projects` are the codes that the pack is about, without the unmapped member.

    `facts` is the row of release_info; `definitions` has the description of every column, by table and column.
    """

    connection: DuckDBPyConnection
    scope: Scope
    projects: tuple[str, ...]
    facts: Row
    definitions: dict[tuple[str, str], str]

    def rows(self, sql: str, **values: Any) -> list[Row]:
        """The rows of a query. `$projects` in it is the list of project codes."""
        if "$projects" in sql:
            values["projects"] = list(self.projects)
        return rows_of(self.connection, sql, values)


@contextmanager
def opened(database: Path, scope: Scope) -> Iterator[Reader]:
    """The release in `database`, for the time of the block.

    Raises PackError where nothing is published or another version of the product made it, LookupError where the
    release has not the project or the programme, with a message for whoever asked.
    """
    import duckdb

    if not database.is_file():
        raise PackError(f"{database} is not there: nothing has been published yet. Run `pmo refresh` first.")
    try:
        opened_file = duckdb.connect(str(database), read_only=True)
    except duckdb.Error as error:
        raise PackError(
            f"The release in {database} can't be opened: {str(error).splitlines()[0]} Run `pmo refresh --full`."
        ) from None
    with opened_file as connection:
        try:
            yield _reader(connection, scope)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise PackError(
                f"The release in {database} was made by another version of pmo: run `pmo refresh --full`. ({error})"
            ) from None


def _reader(connection: DuckDBPyConnection, scope: Scope) -> Reader:
    facts = rows_of(connection, "select * from marts.release_info")
    if not facts:
        raise PackError("The release says nothing of itself: run `pmo refresh --full`.")
    described = rows_of(
        connection,
        "select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'",
    )
    definitions = {(row["table_name"], row["column_name"]): row["comment"] or "" for row in described}
    return Reader(connection, scope, _projects(connection, scope), facts[0], definitions)


def _projects(connection: DuckDBPyConnection, scope: Scope) -> tuple[str, ...]:
    rows = rows_of(
        connection, "select project_code, programme from marts.mart_project_status order by project_code"
    )
    known = [row["project_code"] for row in rows if row["project_code"] != UNMAPPED]
    if scope.programme is not None:
        programmes = sorted({row["programme"] for row in rows if row["programme"]})
        if scope.programme not in programmes:
            raise LookupError(
                f"There is no programme {scope.programme} in the release. {_some(programmes, 'programmes')}"
            )
        return tuple(row["project_code"] for row in rows if row["programme"] == scope.programme)
    missing = sorted(set(scope.projects) - set(known))
    if missing:
        raise LookupError(
            f"There is no project {', '.join(missing)} in the release. {_some(known, 'projects')}"
        )
    return tuple(code for code in known if not scope.projects or code in scope.projects)


def _some(names: Sequence[str], noun: str) -> str:
    if not names:
        return f"It has no {noun}."
    return f"It has {', '.join(names[:12])}" + (f" and {len(names) - 12} more." if len(names) > 12 else ".")
