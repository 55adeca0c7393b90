"""Keeping what was published: the figures of a release, copied into landing once its files have been swapped in.

    published/pmo.duckdb (fct_published_snapshot) ──copy──> landing/data/raw_control/published_figures

The first release of an as-of date, inputs and configuration is kept, and no other: a later one of the same three has to
show the same figures and is held against what was kept. Which figures are kept is for dbt to say
(`fct_published_snapshot`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.landing.batches import Origin, WrittenBatch
from pipelines.landing.manifest import Manifest, RowCounts
from pipelines.landing.publications import FIGURES, ReleaseKey, publication_of, publications
from pipelines.landing.store import LandingStore
from pipelines.publishing.duckdb_sql import literal
from pipelines.publishing.kept import flush
from pipelines.publishing.release_files import SCHEMA
from pipelines.publishing.swapping import RUN_FACTS
from pipelines.settings import Home

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MART = "fct_published_snapshot"
_FIGURES = (
    'as_of, input_hash, configuration_hash, project_code, mart, measure, "view" as view_name, fx_basis, period, '
    f'currency, "value", null_reason from {SCHEMA}.{MART} where is_this_release'
)


@dataclass(frozen=True, slots=True)
class Publication:
    """A release whose figures were kept. `known_at` is what `pmo refresh --known-at` takes to build it again."""

    as_of: date
    known_at: datetime
    release_id: str
    kept_at: datetime
    figures: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """What became of the figures of the release that stands.

    `is_new`: they are kept now. Else they were before, and `differing` of those figures are not what stands.
    """

    is_new: bool
    differing: int = 0


@dataclass(frozen=True, slots=True)
class _Standing:
    """The release that readers see, as it states itself."""

    key: ReleaseKey
    release_id: str
    known_at: datetime


def keep_figures(home: Home) -> Keeping:
    """Keeps the figures of the published release, unless those of its key are kept; then compares them."""
    return keep_figures_of(home, home.published_file)


def keep_figures_of(home: Home, database: Path) -> Keeping:
    """The same of a DuckDB file that has been built and not published."""
    import duckdb

    store = LandingStore(home.landing)
    with store.writer(MART), duckdb.connect(str(database), read_only=True) as marts:
        standing = _standing(marts)
        known = publication_of(store, standing.key)
        if known is not None:
            return Keeping(is_new=False, differing=_differing(store, marts, known))
        _keep(store, marts, standing)
        return Keeping(is_new=True)


def are_figures_kept(home: Home) -> bool:
    """Whether `keep_figures` would find nothing to keep; a run killed after publishing has not kept them."""
    with _published(home) as published:
        return publication_of(LandingStore(home.landing), _standing(published).key) is not None


def kept_publications(home: Home) -> list[Publication]:
    """Every release whose figures were kept, oldest first."""
    return [_publication(each) for each in publications(LandingStore(home.landing))]


@contextmanager
def _published(home: Home) -> Iterator[DuckDBPyConnection]:
    import duckdb

    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        yield connection


def _standing(published: DuckDBPyConnection) -> _Standing:
    row = published.execute(
        f"select as_of, input_hash, configuration_hash, release_id, known_at from {SCHEMA}.{RUN_FACTS}"
    ).fetchone()
    assert row is not None
    *key, release_id, known_at = row
    return _Standing(ReleaseKey(*key), release_id, known_at.replace(tzinfo=UTC))


def _keep(store: LandingStore, published: DuckDBPyConnection, standing: _Standing) -> None:
    folder = store.unfinished / MART
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        file = Path(temporary) / "data.parquet"
        copied = published.execute(
            f"copy (select {_FIGURES}) to {literal(file)} (format parquet, compression zstd)"
        ).fetchone()
        assert copied is not None
        rows = int(copied[0])
        flush(file)
        batch = WrittenBatch(FIGURES, RowCounts(rows, rows, 0, 0), {"data": file})
        store.commit_files(batch, _origin(standing))


def _origin(standing: _Standing) -> Origin:
    """As-of date, release and known-at moment stand where an input has its path and its window."""
    digest = standing.key.fingerprint
    return Origin(
        path=f"published/{standing.key.as_of}/{standing.release_id}",
        file_hash=digest,
        fingerprint=digest,
        reader="publication",
        objects=(FIGURES.name,),
        window=standing.known_at.isoformat(timespec="microseconds"),
    )


def _publication(manifest: Manifest) -> Publication:
    _, as_of, release_id = manifest.path.split("/")
    return Publication(
        as_of=date.fromisoformat(as_of),
        known_at=datetime.fromisoformat(str(manifest.window)),
        release_id=release_id,
        kept_at=manifest.extracted_at,
        figures=manifest.rows.loaded,
    )


def _differing(store: LandingStore, published: DuckDBPyConnection, known: Manifest) -> int:
    """How many of the kept figures the release does not show as they were; what it shows beside them is new."""
    file = store.data_file(known)
    if file is None:
        return 0
    row = published.execute(
        "select count(*) from (select * from read_parquet(?, hive_partitioning = false) "
        f"except select {_FIGURES})",
        [str(file)],
    ).fetchone()
    assert row is not None
    return int(row[0])
