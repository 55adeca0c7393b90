"""Which landed rows a new version of a file retires, and which of them do not come again: those have vanished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from connectors.tabular.extract import TableExtract
from connectors.tabular.tables import Table
from pipelines.landing.manifest import Manifest
from pipelines.landing.store import LandingStore

Identity = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Retired:
    """Rows of the version before that the new one replaces.

    Args:
        rows: how many.
        vanished: what identifies those that the new version has no more, each as often as it is missing.
    """

    rows: int
    vanished: tuple[Identity, ...] = ()


def retired_rows(store: LandingStore, extract: TableExtract, before: Manifest | None) -> Retired | None:
    """Rows of the version before that this extract would replace.

    `file` replaces all of them; `period` those of the scopes it contains; `key` retires nothing, so None, as when
    there is no version before.
    """
    table = extract.table
    if before is None or table.replaces == "key":
        return None
    file = store.data_file(before)
    if file is None:
        return Retired(0)
    scope = table.scope if table.replaces == "period" else ()
    identity = _identity(table)
    landed = _landed(file, (*scope, *identity))
    rows = len(next(iter(landed.values())))
    wanted = {_in_months(scoped) for scoped in _tuples(extract.columns, scope, len(extract))}
    scopes = (_in_months(scoped) for scoped in _tuples(landed, scope, rows))
    old = [
        row
        for scoped, row in zip(scopes, _tuples(landed, identity, rows), strict=True)
        if scoped in wanted or not scope
    ]
    new = Counter(_tuples(extract.columns, identity, len(extract)))
    return Retired(len(old), tuple((Counter(old) - new).elements()))


def _identity(table: Table) -> tuple[str, ...]:
    """What tells rows apart: the key; without one everything but the measure, so that a new amount is a change."""
    is_keyed = bool(table.key) and all(table.column(name).required for name in table.key)
    return table.key if is_keyed else tuple(each.name for each in table.columns if each.name != table.measure)


def _in_months(scope: Identity) -> Identity:
    """A day stands for its month: which fiscal period holds it is known only where the calendar is."""
    return tuple(part.strftime("%Y-%m") if isinstance(part, date) else part for part in scope)


def _landed(file: Path, names: Iterable[str]) -> dict[str, list[Any]]:
    import pyarrow.parquet as pq

    rows = pq.read_table(file, columns=list(dict.fromkeys(names)), partitioning=None)
    return {name: rows[name].to_pylist() for name in rows.column_names}


def _tuples(columns: dict[str, list[Any]], names: Sequence[str], rows: int) -> list[Identity]:
    return list(zip(*(columns[name] for name in names), strict=True)) if names else [()] * rows
