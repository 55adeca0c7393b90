"""The release that readers see: the public marts, copied out of the warehouse and swapped in whole.

    warehouse/pmo.duckdb ──copy──> published/.pmo.duckdb.next ──rename──> published/pmo.duckdb
                         └─copy──> published/.releases/<release>/parquet <──symlink── published/parquet

Everything is written and flushed before anything is swapped. The Parquet link is swapped first and the DuckDB file
last, because that file says which release stands: when the second swap fails, the next refresh publishes again.
Which marts are public is for dbt to say (`pipelines.publishing.marts`); a Postgres copy would be another module.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.publishing.marts import Mart

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEPT_RELEASES = 3
STORAGE_VERSION = "v1.2.0"
"""The oldest DuckDB that reads the file: BI tools bring drivers that are older than ours."""
SCHEMA = "marts"
RUN_FACTS = "release_info"
"""The one mart that also says when and by which run it was made, so it has no part in `content_hash`."""


class PublishError(Exception):
    """The release was not (wholly) published; the message says what readers see now."""


@dataclass(frozen=True, slots=True)
class Release:
    """What stands published: `rows` by mart, `content_hash` over every row of every mart but `release_info`."""

    release_id: str
    content_hash: str
    rows: dict[str, int]

    @property
    def folder_name(self) -> str:
        """Its directory below published/.releases."""
        return f"{self.release_id}-{self.content_hash[:8]}"


def publish(*, warehouse: Path, published: Path, marts: Sequence[Mart]) -> tuple[Release, bool]:
    """Publishes the marts of `warehouse` into the folder `published`.

    Returns the release that now stands and whether it is new: with the same release id and the same rows the
    published files stay as they are, to the byte. Raises PublishError.
    """
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        release = _describe(connection, marts)
        if standing(published) == release:
            return release, False
        folder = _write_parquet(connection, published, marts, release)
    following = _write_database(warehouse, published, marts, folder / "parquet")
    _swap(following, folder, published, release)
    _prune(published, keep=folder)
    return release, True


def standing(published: Path) -> Release | None:
    """The release that readers see, or None where there is none or its two halves disagree."""
    link = published / "parquet"
    facts = link.resolve().parent / "release.json"
    if not (link.is_symlink() and facts.is_file() and (published / "pmo.duckdb").is_file()):
        return None
    release = Release(**json.loads(facts.read_text(encoding="utf-8")))
    return release if release_id_of(published / "pmo.duckdb") == release.release_id else None


def release_id_of(database: Path) -> str | None:
    """The release id that a DuckDB file states, or None where it states none."""
    import duckdb

    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            row = connection.execute(f"select release_id from {SCHEMA}.{RUN_FACTS}").fetchone()
    except duckdb.Error:
        return None
    return str(row[0]) if row else None


def _describe(connection: DuckDBPyConnection, marts: Sequence[Mart]) -> Release:
    """Names the release and sums a hash over its rows, in whatever order they come."""
    import hashlib

    identity = connection.execute(f"select release_id from {SCHEMA}.{RUN_FACTS}").fetchone()
    if identity is None:
        raise PublishError(
            f"{SCHEMA}.{RUN_FACTS} is empty: run `pmo refresh --full`. The last release stands."
        )
    rows, digest = {}, hashlib.sha256()
    for mart in marts:
        count, total = _fingerprint(connection, mart)
        rows[mart.name] = count
        columns = [(column.name, column.description) for column in mart.columns]
        if mart.name != RUN_FACTS:
            digest.update(repr((mart.name, mart.description, columns, count, total)).encode())
    return Release(str(identity[0]), digest.hexdigest(), rows)


def _fingerprint(connection: DuckDBPyConnection, mart: Mart) -> tuple[int, str]:
    row = connection.execute(
        f'select count(*), coalesce(sum(hash(mart)::hugeint), 0)::varchar from {SCHEMA}."{mart.name}" as mart'
    ).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


def _write_parquet(
    connection: DuckDBPyConnection, published: Path, marts: Sequence[Mart], release: Release
) -> Path:
    """Writes one Parquet file a mart below a new release folder; returns the folder."""
    folder = published / ".releases" / release.folder_name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "parquet").mkdir(parents=True)
    for mart in marts:
        file = folder / "parquet" / f"{mart.name}.parquet"
        connection.execute(
            f'copy (select * from {SCHEMA}."{mart.name}" {_in_order(mart)}) to {_text(file)} '
            "(format parquet, compression zstd)"
        )
        flush(file)
    (folder / "release.json").write_text(json.dumps(asdict(release), indent=1), encoding="utf-8")
    flush(folder / "release.json")
    return folder


def _write_database(warehouse: Path, published: Path, marts: Sequence[Mart], written: Path) -> Path:
    """Writes the marts, whose rows are `written` as Parquet, into a new DuckDB file beside the published one."""
    import duckdb

    following = published / ".pmo.duckdb.next"
    for leftover in (following, following.with_name(following.name + ".wal")):
        leftover.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {_text(warehouse)} as warehouse (read_only)")
        connection.execute(f"attach {_text(following)} as release (storage_version '{STORAGE_VERSION}')")
        connection.execute("begin")
        connection.execute(f"create schema release.{SCHEMA}")
        for mart in marts:
            _copy(connection, mart, written / f"{mart.name}.parquet")
        connection.execute("commit")
        connection.execute("checkpoint release")
        connection.execute("detach release")
    flush(following)
    return following


def _copy(connection: DuckDBPyConnection, mart: Mart, rows: Path) -> None:
    """Copies one mart with its NOT NULLs, its descriptions and its rows in an order of their own.

    `create table as` would drop the first two.
    """
    import duckdb

    table = f'{SCHEMA}."{mart.name}"'
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        f"where database_name = 'warehouse' and schema_name = '{SCHEMA}' and table_name = ? order by column_index",
        [mart.name],
    ).fetchall()
    required = {column.name for column in mart.columns if column.required}
    definition = ", ".join(
        f'"{name}" {kind}{" not null" if name in required else ""}' for name, kind in columns
    )
    connection.execute(f"create table release.{table} ({definition})")
    try:
        connection.execute(f"insert into release.{table} select * from read_parquet({_text(rows)})")
    except duckdb.ConstraintException as error:
        raise PublishError(
            f"{mart.name} breaks its contract: {error}. Readers still see the last release. This is a fault of the "
            "models; report it with the message."
        ) from error
    connection.execute(f"comment on table release.{table} is {_text(mart.description)}")
    known = {name for name, _ in columns}
    for column in mart.columns:
        if column.description and column.name in known:
            connection.execute(
                f'comment on column release.{table}."{column.name}" is {_text(column.description)}'
            )


def _in_order(mart: Mart) -> str:
    """An order of their own for the rows. Those of a project lie together: who asks for one reads little else."""
    has_project = any(column.name == "project_code" for column in mart.columns)
    return "order by project_code, columns(*)" if has_project else "order by all"


def _swap(following: Path, folder: Path, published: Path, release: Release) -> None:
    try:
        _point(published / "parquet", folder / "parquet")
    except OSError as error:
        raise PublishError(
            f"{published / 'parquet'} could not be replaced ({error}). Readers still see the last release, whole. "
            "Mend that and run `pmo refresh` again."
        ) from error
    try:
        following.replace(published / "pmo.duckdb")
    except OSError as error:
        raise PublishError(
            f"{published / 'pmo.duckdb'} could not be replaced ({error}). It still holds the last release; "
            f"{published / 'parquet'} is already release {release.release_id}. Mend that and run `pmo refresh` again."
        ) from error
    flush(published)


def _point(link: Path, target: Path) -> None:
    """Makes `link` a symbolic link to `target`, in one step for whoever reads through it."""
    following = link.with_name(f".{link.name}.next")
    following.unlink(missing_ok=True)
    following.symlink_to(os.path.relpath(target, link.parent), target_is_directory=True)
    if link.is_dir() and not link.is_symlink():
        link.rmdir()
    following.replace(link)


def _prune(published: Path, *, keep: Path) -> None:
    """Removes all but the newest releases; a reader that has a file of an old one open keeps it."""
    folders = sorted((published / ".releases").iterdir(), key=lambda folder: folder.stat().st_mtime_ns)
    for folder in folders[:-KEPT_RELEASES]:
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)


def _text(value: Path | str) -> str:
    """An SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def flush(path: Path) -> None:
    """Makes a written file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
