"""Receives a file that is too large to hold: read, judged and written in pieces, committed as one batch or not at all.

Here: the same questions as for any file, piece by piece; what only the whole can answer is asked of the pieces as they
are written, before the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.tabular.canonical import table_named
from connectors.tabular.extract import BatchFault, TableExtract
from connectors.tabular.large_csv import LargeCsv, large_csv
from connectors.tabular.layout import matching_layouts
from connectors.tabular.reader import is_csv, stem_of
from connectors.tabular.tables import SQL_TYPES, Table
from pipelines.landing.batches import Origin, make_batch
from pipelines.landing.erasures import NOBODY, Eraser
from pipelines.landing.inbox import InboxFile, received_elsewhere
from pipelines.landing.manifest import Manifest
from pipelines.landing.pieces import BatchPieces
from pipelines.landing.sources import tables_of
from pipelines.landing.store import LandingStore
from pipelines.settings import Settings
from pipelines.validation.arrival import Arrival, landed, refused, unchanged
from pipelines.validation.judge import disappearance, judge, refusal
from pipelines.validation.retired import Retired, identity_of
from pipelines.validation.vanished import vanished_rows

if TYPE_CHECKING:
    import duckdb


def large_file(file: InboxFile, settings: Settings, source: str) -> LargeCsv | None:
    """The file to be received in pieces; None for any that is read at once."""
    table = table_named(stem_of(file.relative), tables_of(source))
    if table is None or not is_csv(file.relative) or matching_layouts(file.relative, settings.layouts):
        return None
    try:
        return large_csv(file.ready(), relative=file.relative, table=table)
    except OSError:
        # The ordinary reader says why it can't be opened.
        return None


def receive_large(
    store: LandingStore,
    settings: Settings,
    source: str,
    file: InboxFile,
    large: LargeCsv,
    known: Sequence[Manifest],
    eraser: Eraser = NOBODY,
) -> Arrival:
    """Lands the file, unless one of its pieces, or the whole, is refused.

    Raises:
        UnreadableFile: a row can't be told from the next, or the file changes while it is read.
    """
    table = large.table
    twin = received_elsewhere(known, file, (table.name,))
    if twin is not None:
        batch = next(each for each in reversed(known) if each.path == twin and each.object == table.name)
        message = f"{file.relative} has the same content as {twin}."
        return replace(unchanged(source, batch), path=file.relative, message=message)
    origin = Origin(
        path=file.relative,
        file_hash=file.file_hash,
        fingerprint=file.fingerprint,
        reader="canonical",
        objects=(table.name,),
    )
    blocking = settings.on_bad_batch == "hold"
    with large, BatchPieces(store.unfinished, table) as pieces:
        for extract in map(eraser.extract, large.pieces()):
            verdict = judge(extract, None, path=file.relative, limits=settings.validation, blocking=blocking)
            if verdict.refused:
                return refused(source, verdict, file.relative)
            pieces.add(
                make_batch(
                    verdict.extract,
                    origin=origin,
                    faults=verdict.faults,
                    checks=[outcome.as_check() for outcome in verdict.checks],
                    rows_before=pieces.rows.rows_in,
                )
            )
        retired = _retired(store, table, pieces, known, file.relative)
        faults = [*large.changed, *_disappeared(table, pieces, retired, file.relative, settings)]
        if faults:
            verdict = refusal(_empty(table), faults[0], blocking=blocking)
            return refused(source, verdict, file.relative)
        pieces.ask([vanished_rows(table, retired, file.relative).as_check()])
        file.assert_unchanged()
        return landed(source, store.commit_pieces(pieces, origin))


def _empty(table: Table) -> TableExtract:
    return TableExtract(table, {column.name: [] for column in table.columns}, [], [], [], [])


def _disappeared(
    table: Table, pieces: BatchPieces, retired: Retired | None, path: str, settings: Settings
) -> list[BatchFault]:
    before = retired.rows if retired else None
    fault = disappearance(table, pieces.rows.rows_in, before, path, settings.validation)
    return [fault] if fault else []


def _retired(
    store: LandingStore, table: Table, pieces: BatchPieces, known: Sequence[Manifest], path: str
) -> Retired | None:
    """As `retired_rows`, asked of files rather than of rows in memory."""
    of_table = [each for each in known if each.object == table.name]
    earlier = [each for each in of_table if each.path == path]
    if not earlier:
        return None
    import duckdb

    names = identity_of(table)
    written = pieces.close().get("data")
    with duckdb.connect() as connection:
        _take(connection, "new", [written] if written else [], table)
        if table.replaces == "key":
            return _kept_by_key(connection, store, table, earlier, [e for e in of_table if e.path != path])
        _take(connection, "old", _files(store, earlier[-1:]), table)
        kept = _of_others(connection, table, names) if table.replaces == "period" else []
        gone = connection.execute(
            f"select {_listed(names)} from old except all select {_listed(names)} from new"
        )
        vanished = gone.fetchall()
        counted = connection.execute("select count(*) from old").fetchone()
    return Retired(counted[0] if counted else 0, (*vanished, *kept), names, len(kept))


def _kept_by_key(
    connection: duckdb.DuckDBPyConnection,
    store: LandingStore,
    table: Table,
    earlier: Sequence[Manifest],
    others: Sequence[Manifest],
) -> Retired:
    whole = [number for number, manifest in enumerate(earlier) if manifest.replaces == "file"]
    newest = {manifest.path: manifest for manifest in others}
    _take(connection, "old", _files(store, earlier[whole[-1] :] if whole else earlier), table)
    _take(connection, "elsewhere", _files(store, list(newest.values())), table)
    key = _listed(table.key)
    gone = connection.execute(
        f"""
        select distinct {key} from old where not ({" and ".join(f"{name} is null" for name in table.key)})
        except select {key} from new except select {key} from elsewhere
        """
    ).fetchall()
    return Retired(None, tuple(gone), table.key, len(gone))


def _files(store: LandingStore, manifests: Sequence[Manifest]) -> list[Path]:
    return [file for file in map(store.data_file, manifests) if file is not None]


def _take(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path], table: Table) -> None:
    """A table of the rows of some files; of none, one without rows."""
    if files:
        listed = ", ".join(f"'{file}'" for file in files)
        connection.execute(
            f"create table {name} as select * from read_parquet([{listed}], union_by_name = true, "
            "hive_partitioning = false)"
        )
        return
    columns = ", ".join(f"{column.name} {SQL_TYPES[column.kind]}" for column in table.columns)
    connection.execute(f"create table {name} ({columns})")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _of_others(
    connection: duckdb.DuckDBPyConnection, table: Table, names: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Takes out of `old` what the new version says nothing about; returns what of it lies in its months."""
    scope = ", ".join(_scope(table, name) for name in table.scope)
    months = ", ".join(_scope(table, name) for name in table.scope if table.column(name).kind == "date")
    outside = f"({scope}) not in (select ({scope}) from new)"
    within = f"({months}) in (select ({months}) from new)"
    kept = connection.execute(f"select {_listed(names)} from old where {outside} and {within}").fetchall()
    connection.execute(f"delete from old where {outside}")
    return kept


def _scope(table: Table, name: str) -> str:
    """A day stands for its month: which fiscal period holds it is known only where the calendar is."""
    return f"strftime({name}, '%Y-%m')" if table.column(name).kind == "date" else name
