"""The append-only store of everything ever received: Parquet data, and one manifest a batch as its commit.

    landing/data/<schema>/<object>/_batch=<id>/part-0.parquet       rows; `raw_control` holds what did not load, and
                                                                    what is kept of published figures
    landing/manifests/<schema>/<object>/<id>.json                   exists = committed

Here: writing, committing, listing, locking. Data without a manifest does not exist and is swept away; nothing
that has one is ever changed, but where a person is erased: `pipelines.landing.erasing`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.landing.batches import Batch, Origin, WrittenBatch
from pipelines.landing.manifest import LandingError, Manifest
from pipelines.landing.pieces import BatchPieces

if TYPE_CHECKING:
    import pyarrow as pa

CONTROL_SCHEMA = "raw_control"
QUARANTINED = "quarantined_rows"
LEFT_OUT = "left_out_rows"
COMMIT_WAIT_SECONDS = 600.0
WRITER_WAIT_SECONDS = 20.0


class LandingBusy(LandingError):
    """Another process is writing what this one wants to write."""


class LandingStore:
    """The landing store of one PMO folder.

    Reading needs no lock: a manifest appears whole or not at all. Writing takes two: `writer`, so that a source is
    received by one process at a time, and for each commit a short one, so that moments and sweeping are in order.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[Path, Manifest] = {}

    def manifests(self, known_at: datetime | None = None) -> list[Manifest]:
        """All committed batches, oldest first; with `known_at` (aware) those extracted by then.

        What is kept of published releases (`pipelines.landing.publications`) is no input and not among them.
        """
        files = sorted(self.root.glob("manifests/*/*/*.json"))
        found = [self._manifest(file) for file in files if file.parts[-3] != CONTROL_SCHEMA]
        known = [manifest for manifest in found if known_at is None or manifest.extracted_at <= known_at]
        return sorted(known, key=lambda manifest: (manifest.extracted_at, manifest.batch_id))

    def of_source(self, schema: str) -> list[Manifest]:
        """The committed batches of one source, oldest first."""
        found = [self._manifest(file) for file in sorted(self.root.glob(f"manifests/{schema}/*/*.json"))]
        return sorted(found, key=lambda manifest: (manifest.extracted_at, manifest.batch_id))

    def newest(self, schema: str, object: str, path: str) -> Manifest | None:
        """The last committed batch of one table from one path; None where there is none."""
        of_path = [each for each in self.of_source(schema) if (each.object, each.path) == (object, path)]
        return of_path[-1] if of_path else None

    def data_file(self, manifest: Manifest) -> Path | None:
        """The batch's loaded rows; None where it has none."""
        return self._part(manifest.source, manifest.object, manifest.batch_id) if manifest.has_data else None

    def quarantine_file(self, manifest: Manifest) -> Path | None:
        """The batch's quarantined rows; None where it has none."""
        return self._part(CONTROL_SCHEMA, QUARANTINED, manifest.batch_id) if manifest.has_quarantine else None

    def left_out_file(self, manifest: Manifest) -> Path | None:
        """The batch's left-out rows; None where it has none."""
        return self._part(CONTROL_SCHEMA, LEFT_OUT, manifest.batch_id) if manifest.has_left_out else None

    def commit(self, batch: Batch) -> Manifest:
        """Writes a batch: its data, then, by one atomic rename, the manifest that makes it exist.

        Killed before the rename, nothing has happened; after it, the batch is whole.
        """
        with self._lock("commit", COMMIT_WAIT_SECONDS, "Another process is writing to the landing store"):
            moment = self._next_moment()
            manifest = _manifest(batch, batch.origin, moment)
            self._write_data(batch, manifest)
            self._write_manifest(manifest)
        return manifest

    @property
    def unfinished(self) -> Path:
        """Where batches that come in pieces are written until they are whole."""
        return self.root / "unfinished"

    def commit_pieces(self, pieces: BatchPieces, origin: Origin) -> Manifest:
        """Commits a batch whose pieces are written."""
        files = pieces.close()
        return self.commit_files(
            WrittenBatch(pieces.table, pieces.rows, files, pieces.totals, pieces.checks), origin
        )

    def commit_files(self, batch: WrittenBatch, origin: Origin) -> Manifest:
        """Commits a batch whose files are written: they move into place, the manifest comes last."""
        with self._lock("commit", COMMIT_WAIT_SECONDS, "Another process is writing to the landing store"):
            manifest = _manifest(batch, origin, self._next_moment())
            places = {
                "data": self.data_file(manifest),
                "quarantine": self.quarantine_file(manifest),
                "left_out": self.left_out_file(manifest),
            }
            for kind, place in places.items():
                if place is not None:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    batch.files[kind].replace(place)
                    sync_folders(place.parent, self.root)
            self._write_manifest(manifest)
        return manifest

    def sweep(self) -> list[Path]:
        """Removes what a killed run left behind: data without a manifest, half-written manifests."""
        with self._lock("commit", COMMIT_WAIT_SECONDS, "Another process is writing to the landing store"):
            committed = {file.stem for file in self.root.glob("manifests/*/*/*.json")}
            orphans = [
                folder
                for folder in self.root.glob("data/*/*/_batch=*")
                if folder.name.removeprefix("_batch=") not in committed
            ]
            for folder in orphans:
                shutil.rmtree(folder)
            for unfinished in self.root.glob("manifests/*/*/*.tmp"):
                unfinished.unlink()
        return orphans

    def rewrite(self, manifest: Manifest) -> None:
        """Replaces the manifest of a committed batch in one step; its counts are to be the same."""
        self._write_manifest(manifest)
        self._known.clear()

    @contextmanager
    def writer(self, source: str, wait_seconds: float = WRITER_WAIT_SECONDS) -> Iterator[None]:
        """Receives `source` alone; LandingBusy when another process still does after `wait_seconds`."""
        with self._lock(source, wait_seconds, f"Another process is receiving {source}"):
            yield

    @contextmanager
    def _lock(self, name: str, wait_seconds: float, who: str) -> Iterator[None]:
        from filelock import FileLock, Timeout

        file = self.root / "locks" / f"{name}.lock"
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(file)
        try:
            lock.acquire(timeout=wait_seconds)
        except Timeout:
            raise LandingBusy(
                f"{who} (lock {file}, waited {wait_seconds:.0f} s). Wait until it has finished, then run again; "
                f"a lock of a process that is gone frees itself."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _manifest(self, file: Path) -> Manifest:
        if file not in self._known:
            try:
                self._known[file] = Manifest.from_json(file.read_text(encoding="utf-8"))
            except (KeyError, TypeError, ValueError) as error:
                raise LandingError(
                    f"{file} is no manifest of this version ({error!r}). Restore it from a backup of landing/; "
                    f"without it its batch does not exist."
                ) from None
        return self._known[file]

    def _next_moment(self) -> datetime:
        """Now, or just after the newest batch: a clock that was set back must not reorder what was received."""
        names = [file.stem for file in self.root.glob("manifests/*/*/*.json")]
        now = datetime.now(UTC)
        if not names:
            return now
        newest = datetime.strptime(max(names).partition("-")[0], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
        return max(now, newest + timedelta(microseconds=1))

    def _part(self, schema: str, name: str, batch_id: str) -> Path:
        return self.root / "data" / schema / name / f"_batch={batch_id}" / "part-0.parquet"

    def _write_data(self, batch: Batch, manifest: Manifest) -> None:
        for file, rows in (
            (self.data_file(manifest), batch.data),
            (self.quarantine_file(manifest), batch.quarantine),
            (self.left_out_file(manifest), batch.left_out),
        ):
            if file is not None:
                _write_parquet(file, rows)

    def _write_manifest(self, manifest: Manifest) -> None:
        folder = self.root / "manifests" / manifest.source / manifest.object
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f"{manifest.batch_id}.tmp"
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(manifest.to_json())
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(folder / f"{manifest.batch_id}.json")
        sync_folders(folder, self.root)


def _manifest(batch: Batch | WrittenBatch, origin: Origin, moment: datetime) -> Manifest:
    return Manifest(
        batch_id=f"{moment:%Y%m%dT%H%M%S%fZ}-{origin.fingerprint[:8]}",
        source=batch.table.schema,
        object=batch.table.name,
        extracted_at=moment,
        path=origin.path,
        file_hash=origin.file_hash,
        fingerprint=origin.fingerprint,
        reader=origin.reader,
        objects=origin.objects,
        replaces=origin.replaces or batch.table.replaces,
        scope=batch.table.scope,
        cursor_before=origin.cursor_before,
        cursor_after=origin.cursor_after,
        window=origin.window,
        rows=batch.rows,
        totals=batch.totals,
        checks=batch.checks,
        has_data=batch.rows.loaded > 0,
        has_quarantine=batch.rows.quarantined > 0,
        has_left_out=batch.rows.left_out > 0,
    )


def _write_parquet(file: Path, rows: pa.Table) -> None:
    import pyarrow.parquet as pq

    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        pq.write_table(rows, stream, compression="zstd")
        stream.flush()
        os.fsync(stream.fileno())
    sync_folders(file.parent, file.parents[4])


def sync_folders(folder: Path, root: Path) -> None:
    """Makes names durable up to the store's root: after a power cut a synced file in an unsynced folder is lost."""
    while True:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if folder == root or folder == folder.parent:
            return
        folder = folder.parent
