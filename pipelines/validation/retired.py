"""How many landed rows a new version of a file would retire, which is what can vanish."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from connectors.tabular.extract import TableExtract
from pipelines.landing.manifest import Manifest
from pipelines.landing.store import LandingStore


def retired_rows(store: LandingStore, extract: TableExtract, before: Manifest | None) -> int | None:
    """Rows of the version before that this extract would replace.

    `file` replaces all of them; `period` those of the scopes it contains; `key` retires nothing, so None, as when
    there is no version before.
    """
    if before is None or extract.table.replaces == "key":
        return None
    file = store.data_file(before)
    if file is None:
        return 0
    if extract.table.replaces == "file":
        return before.rows.loaded
    return _rows_in_scopes(file, extract)


def _rows_in_scopes(file: Path, extract: TableExtract) -> int:
    import pyarrow.parquet as pq

    scope = list(extract.table.scope)
    landed = pq.read_table(file, columns=scope, partitioning=None)
    wanted = set(_tuples([extract.columns[name] for name in scope]))
    return sum(each in wanted for each in _tuples([landed[name].to_pylist() for name in scope]))


def _tuples(columns: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return list(zip(*columns, strict=True))
