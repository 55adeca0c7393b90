"""What stands in landing from several files, or from files that are gone.

Here: questions about the newest versions of all paths of a table. Which rows count in the end is dbt's
`current_rows`; nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.tabular.tables import Table
from pipelines.landing.inbox import InboxFile, newest_by_object
from pipelines.landing.manifest import Manifest
from pipelines.landing.people import is_personal
from pipelines.landing.remarks import GONE_FILES, Remark
from pipelines.landing.sources import FILE_SOURCES, TEMPO_READER, tables_of
from pipelines.landing.store import LandingStore

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SEVERAL_FILES = "equal_keys_of_several_files_are_named"
SHOWN = 3


def gone_files(
    manifests: Sequence[Manifest], files: Sequence[InboxFile], accounts: Sequence[str] = ()
) -> list[Remark]:
    """A remark for each table of each path of a source that brought rows and lies in its folder no more.

    `accounts` are the paths of what pmo.yaml names beside the files.

    A file that was only renamed is still there: its content is. How many rows still count is known to the warehouse;
    there a remark about none is dropped.
    """
    present = {*accounts, *(file.relative for file in files)}
    contents = {file.fingerprint for file in files}
    found = []
    for path in sorted({manifest.path for manifest in manifests} - present):
        for name, newest in sorted(newest_by_object(manifests, path).items()):
            if newest.fingerprint not in contents:
                source = newest.source.removeprefix("raw_")
                table = next(table for table in tables_of(source) if table.name == name)
                detail = _gone_account() if newest.reader == TEMPO_READER else _gone_file(table, newest)
                found.append(Remark(source=source, object=name, check=GONE_FILES, path=path, detail=detail))
    return found


def _gone_account() -> str:
    return (
        "which pmo.yaml names no more: name it again under tempo:, or, to withdraw its rows, name it with a `from` "
        "after its last entry and, for that one refresh, validation: {mass_disappearance: 1}"
    )


def _gone_file(table: Table, newest: Manifest) -> str:
    return f"which is gone: put it back, or, {_how_to_withdraw(table, newest)}"


def _how_to_withdraw(table: Table, newest: Manifest) -> str:
    """What takes the rows of a path away, by what a newer version of it replaces."""
    there = "to withdraw its rows, put a file with that name there"
    if newest.replaces == "file":
        return f"{there} that has its header alone"
    if newest.replaces == "period":
        scope = " and ".join("period" if column == "work_date" else column for column in newest.scope)
        return f"{there} that has 0 {table.measure} for each {scope}"
    if table.measure is not None:
        return f"{there} that has the same keys with {table.measure} 0"
    return f"{there} that has its header alone, and a layout for it with `replaces: file`"


def keys_in_several_files(store: LandingStore, manifests: Sequence[Manifest]) -> list[Remark]:
    """One remark for each keyed table some of whose keys stand in the newest version of more than one file.

    Args:
        manifests: the batches that count, oldest first.
    """
    remarks = (
        _several_files(table, _files_of(store, manifests, table))
        for source in FILE_SOURCES
        for table in tables_of(source)
        if table.key
    )
    return [remark for remark in remarks if remark is not None]


def _files_of(store: LandingStore, manifests: Sequence[Manifest], table: Table) -> dict[str, Path]:
    """The data of the newest version of each path of a table, the path received last at the end."""
    newest: dict[str, Manifest] = {}
    for manifest in manifests:
        if (manifest.source, manifest.object) == (table.schema, table.name):
            newest.pop(manifest.path, None)
            newest[manifest.path] = manifest
    files = {path: store.data_file(manifest) for path, manifest in newest.items()}
    return {path: file for path, file in files.items() if file is not None}


def _several_files(table: Table, files: dict[str, Path]) -> Remark | None:
    import duckdb

    if len(files) < 2:
        return None
    with duckdb.connect() as connection:
        repeated = list(_repeated(connection, table, files))
    if not repeated:
        return None
    paths = list(files)
    shown = "; ".join(_named(table, row, paths) for row in repeated[:SHOWN])
    more = f"; and {len(repeated) - SHOWN} more" if len(repeated) > SHOWN else ""
    keys = "1 key" if len(repeated) == 1 else f"{len(repeated)} keys"
    detail = (
        f"{keys} of {table.name} came from more than one file; of each the row of the last named file stands: "
        f"{shown}{more}. Take the others out of their files, or correct the key."
    )
    return Remark(
        source=table.source, object=table.name, check=SEVERAL_FILES, rows=len(repeated), detail=detail
    )


def _repeated(
    connection: DuckDBPyConnection, table: Table, files: dict[str, Path]
) -> Iterator[tuple[Any, ...]]:
    """Each key that several files hold, then the list of these files' paths; an all-blank key is none."""
    key = ", ".join(f'"{name}"' for name in table.key)
    named = ", ".join(f'cast("{name}" as varchar)' for name in table.key)
    sql = f"""
        select {key}, list(distinct _path) from read_parquet(?, union_by_name = true, hive_partitioning = false)
        where coalesce({named}) is not null
        group by {key} having count(distinct _path) > 1 order by {key}
    """
    yield from connection.execute(sql, [[str(file) for file in files.values()]]).fetchall()


def _named(table: Table, row: tuple[Any, ...], order: Sequence[str]) -> str:
    """A key and its files in the order of their reception; a person is not named."""
    *values, paths = row
    parts = [
        f"{name} {value}"
        for name, value in zip(table.key, values, strict=True)
        if value is not None and not is_personal(table.name, name)
    ]
    return f"{', '.join(parts) or 'a person'} ({', '.join(sorted(paths, key=order.index))})"
