"""A batch that is too large to hold: written piece by piece beside the store, committed as one.

    landing/unfinished/<schema>/<object>/{data,quarantine,left_out}.parquet

Here: appending pieces and adding up their accounts. The commit is `LandingStore.commit_pieces`; what a killed run left
in `unfinished/` is removed by the next one that begins the same batch.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from connectors.tabular.tables import Table
from pipelines.landing.batches import Batch
from pipelines.landing.manifest import Check, RowCounts, Total
from pipelines.landing.rows import add_totals

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = ("data", "quarantine", "left_out")
_WORST_FIRST = ("failed", "warned", "passed", "not_run")
_MESSAGES_KEPT = 3


class BatchPieces:
    """The pieces of one batch of `table`, written below `folder`; a context manager that leaves nothing behind.

    Attributes:
        rows, totals: the accounts of all pieces added. checks: one a rule, its worst outcome.
    """

    def __init__(self, folder: Path, table: Table) -> None:
        self.table = table
        self.folder = folder / table.schema / table.name
        self.rows = RowCounts(0, 0, 0, 0)
        self.totals: tuple[Total, ...] = ()
        self._checks: dict[str, Check] = {}
        self._writers: dict[str, Any] = {}
        self._hash = hashlib.sha256()

    def __enter__(self) -> BatchPieces:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def checks(self) -> tuple[Check, ...]:
        """One outcome a rule over all pieces."""
        return tuple(self._checks.values())

    @property
    def hash(self) -> str:
        """sha256 over the hashes of the pieces."""
        return self._hash.hexdigest()

    def add(self, piece: Batch) -> None:
        """Writes a piece behind the others, and adds up its accounts."""
        self._hash.update(piece.origin.file_hash.encode())
        for kind, rows in zip(KINDS, (piece.data, piece.quarantine, piece.left_out), strict=True):
            if rows.num_rows:
                self._writer(kind, rows.schema).write_table(rows)
        self.rows = RowCounts(
            self.rows.rows_in + piece.rows.rows_in,
            self.rows.loaded + piece.rows.loaded,
            self.rows.quarantined + piece.rows.quarantined,
            self.rows.left_out + piece.rows.left_out,
        )
        self.totals = add_totals(self.totals, piece.totals)
        self.ask(piece.checks)

    def ask(self, checks: Iterable[Check]) -> None:
        """Takes the outcomes of a piece into those of the batch."""
        for check in checks:
            before = self._checks.get(check.name)
            self._checks[check.name] = check if before is None else _worse(before, check)

    def close(self) -> dict[str, Path]:
        """Ends the files; returns those that have rows, by kind, each durable."""
        files = {}
        for kind, (writer, stream) in self._writers.items():
            writer.close()
            if not stream.closed:
                stream.flush()
                os.fsync(stream.fileno())
                stream.close()
            files[kind] = self.folder / f"{kind}.parquet"
        return files

    def _writer(self, kind: str, schema: pa.Schema) -> Any:
        import pyarrow.parquet as pq

        if kind not in self._writers:
            stream = (self.folder / f"{kind}.parquet").open("wb")
            self._writers[kind] = (pq.ParquetWriter(stream, schema, compression="zstd"), stream)
        return self._writers[kind][0]


def _worse(one: Check, other: Check) -> Check:
    outcome = min(one.outcome, other.outcome, key=_WORST_FIRST.index)
    message = _first_lines(one.message, other.message)
    published = _first_lines(
        *(each.message if each.published is None else each.published for each in (one, other))
    )
    return Check(
        one.name,
        outcome,
        one.severity,
        one.rows + other.rows,
        message,
        None if published == message else published,
    )


def _first_lines(*messages: str) -> str:
    lines = "\n".join(message for message in messages if message).split("\n")[:_MESSAGES_KEPT]
    return "\n".join(lines).strip()
