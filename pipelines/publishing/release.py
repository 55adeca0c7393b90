"""The release that readers see: the public marts, copied out of the warehouse and swapped in whole.

    warehouse/pmo.duckdb ──copy──> published/.releases/<release>/ ──swap──> published/parquet, published/pmo.duckdb

Everything is written and flushed before anything is swapped. Which marts are public is for dbt to say
(`pipelines.publishing.marts`); the Postgres that follows is `pipelines.publishing.outlets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.publishing.kept import PublishError, Release, folder_of, prune, read_facts
from pipelines.publishing.marts import Mart
from pipelines.publishing.release_files import SCHEMA, write_release
from pipelines.publishing.swapping import (
    RUN_FACTS,
    linked_folder,
    publishing,
    standing,
    swap,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEPT_RELEASES = 3


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing: the release that stands now, and whether it is new.

    `held_back` is the release that the warehouse holds where that was taken back by a rollback: it stays so.
    """

    release: Release
    is_new: bool
    held_back: Release | None = None


def publish(
    *, warehouse: Path, published: Path, marts: Sequence[Mart], keep: int = KEPT_RELEASES
) -> Published:
    """Publishes the marts of `warehouse` into the folder `published`.

    With the same release id and the same rows the published files stay as they are, to the byte. `keep` releases stay,
    the one that stands included. Raises PublishError.
    """
    import duckdb

    with publishing(published):
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            release = _describe(connection, marts)
        before = standing(published)
        if before == release:
            return Published(before, is_new=False)
        folder = folder_of(published, release)
        known = read_facts(folder)
        if known is not None and known.withdrawn is not None:
            return Published(before or _mended(published, release), is_new=False, held_back=known)
        if known is None:
            known = replace(release, published_at=datetime.now(UTC).isoformat())
            write_release(folder, warehouse, marts, known)
        swap(published, known)
        prune(published, keep=keep, standing=folder)
        return Published(known, is_new=True)


def _mended(published: Path, taken_back: Release) -> Release:
    """The release that a rollback meant to stand, where it ended between its two swaps."""
    folder = linked_folder(published)
    meant = read_facts(folder) if folder else None
    if meant is None:
        raise PublishError(
            f"Release {taken_back.release_id} was taken back, and no whole release stands in {published}. "
            "`pmo release` lists what is kept; choose one by `pmo release rollback RELEASE_ID`."
        )
    swap(published, meant)
    return meant


def _describe(connection: DuckDBPyConnection, marts: Sequence[Mart]) -> Release:
    """Names the release and sums a hash over its rows, in whatever order they come."""
    import hashlib

    identity = connection.execute(
        f"select release_id, as_of::varchar, refreshed_at::varchar from {SCHEMA}.{RUN_FACTS}"
    ).fetchone()
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
    release_id, as_of, refreshed_at = identity
    return Release(str(release_id), digest.hexdigest(), rows, as_of, refreshed_at)


def _fingerprint(connection: DuckDBPyConnection, mart: Mart) -> tuple[int, str]:
    row = connection.execute(
        f'select count(*), coalesce(sum(hash(mart)::hugeint), 0)::varchar from {SCHEMA}."{mart.name}" as mart'
    ).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])
