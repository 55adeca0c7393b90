"""Which landed rows a new version of a file retires, and which do not come again: those have vanished."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.tabular.extract import TableExtract
from connectors.tabular.tables import Table
from pipelines.landing.manifest import Manifest
from pipelines.landing.store import LandingStore

Identity = tuple[Any, ...]
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Retired:
    """Rows of earlier versions of a path that the new one replaces, or lacks.

    Args:
        rows: how many of the version before it replaces; None where it replaces by key.
        vanished: what identifies those that the new version has no more, each as often as it is missing.
        names: the columns that identify them.
        stays: how many of `vanished`, from the end, stay in force all the same: the new version does not replace them.
    """

    rows: int | None
    vanished: tuple[Identity, ...] = ()
    names: tuple[str, ...] = ()
    stays: int = 0


def retired_rows(
    store: LandingStore, extract: TableExtract, known: Sequence[Manifest], path: str
) -> Retired | None:
    """Rows of earlier versions of a path that this extract would replace, and those that it lacks.

    `file` replaces all rows of the version before; `period` those of the scopes it contains; `key` none, so what any
    earlier version brought and neither this extract nor another file has is in force still. None where there is no
    earlier version.

    Args:
        known: the committed batches of the source, oldest first.
    """
    table = extract.table
    of_table = [manifest for manifest in known if manifest.object == table.name]
    earlier = [manifest for manifest in of_table if manifest.path == path]
    if not earlier:
        return None
    if table.replaces == "key":
        whole = [number for number, manifest in enumerate(earlier) if manifest.replaces == "file"]
        standing = earlier[whole[-1] :] if whole else earlier
        return _kept_by_key(store, extract, standing, [each for each in of_table if each.path != path])
    return _replaced(store, extract, earlier[-1])


def _replaced(store: LandingStore, extract: TableExtract, before: Manifest) -> Retired:
    table = extract.table
    identity = identity_of(table)
    scope = table.scope if table.replaces == "period" else ()
    landed = _landed(store, [before], (*scope, *identity))
    rows = len(next(iter(landed.values())))
    wanted = {_in_months(scoped) for scoped in _tuples(extract.columns, scope, len(extract))}
    months = {_months_of(scoped) for scoped in wanted} - {()}
    old: list[Identity] = []
    kept: list[Identity] = []
    for scoped, row in zip(
        map(_in_months, _tuples(landed, scope, rows)), _tuples(landed, identity, rows), strict=True
    ):
        if not scope or scoped in wanted:
            old.append(row)
        elif _months_of(scoped) in months:
            kept.append(row)
    new = Counter(_tuples(extract.columns, identity, len(extract)))
    gone = tuple((Counter(old) - new).elements())
    return Retired(len(old), (*gone, *kept), identity, len(kept))


def _kept_by_key(
    store: LandingStore, extract: TableExtract, earlier: Sequence[Manifest], others: Sequence[Manifest]
) -> Retired:
    key = extract.table.key
    newest = {manifest.path: manifest for manifest in others}
    here = _keys(_landed(store, earlier, key), key)
    elsewhere = set(_keys(_landed(store, list(newest.values()), key), key))
    new = set(_keys(extract.columns, key))
    gone = tuple(dict.fromkeys(row for row in here if row not in new and row not in elsewhere))
    return Retired(None, gone, key, len(gone))


def _keys(columns: Mapping[str, Sequence[Any]], key: tuple[str, ...]) -> list[Identity]:
    rows = len(next(iter(columns.values())))
    return [row for row in _tuples(columns, key, rows) if row.count(None) < len(row)]


def identity_of(table: Table) -> tuple[str, ...]:
    """What tells rows apart: the key; without one everything but the measure, so that a new amount is a change.

    A part of a key may be blank, as a rate's day or its period, but not a whole key.
    """
    is_keyed = any(table.column(name).required for name in table.key)
    return table.key if is_keyed else tuple(each.name for each in table.columns if each.name != table.measure)


def _in_months(scope: Identity) -> Identity:
    """A day stands for its month: which fiscal period holds it is known only where the calendar is."""
    return tuple(part.strftime("%Y-%m") if isinstance(part, date) else part for part in scope)


def _months_of(scope: Identity) -> Identity:
    """The months of a scope, without the rest: in them the new version claims to be complete for somebody."""
    return tuple(part for part in scope if isinstance(part, str) and _MONTH.fullmatch(part))


def _landed(store: LandingStore, batches: Sequence[Manifest], names: Iterable[str]) -> dict[str, list[Any]]:
    """The loaded values of some columns, batch after batch."""
    import pyarrow.parquet as pq

    wanted = list(dict.fromkeys(names))
    values: dict[str, list[Any]] = {name: [] for name in wanted}
    for file in filter(None, map(store.data_file, batches)):
        rows = pq.read_table(file, columns=wanted, partitioning=None)
        for name in wanted:
            values[name] += rows[name].to_pylist()
    return values


def _tuples(columns: Mapping[str, Sequence[Any]], names: Sequence[str], rows: int) -> list[Identity]:
    return list(zip(*(columns[name] for name in names), strict=True)) if names else [()] * rows
