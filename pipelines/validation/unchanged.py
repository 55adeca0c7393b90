"""Which records of an extract are new or have changed since they were landed.

Here: comparing keyed records with the newest landed version of each, read from Parquet by column and key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from connectors.tabular.extract import TableExtract
from pipelines.landing.manifest import Manifest
from pipelines.landing.store import LandingStore

Record = tuple[Any, ...]


def changed_rows(store: LandingStore, extract: TableExtract, known: Sequence[Manifest]) -> list[int]:
    """Indices of the rows whose newest landed version differs, or that were never landed.

    Args:
        known: the table's committed batches from the same path, oldest first.

    A row with a fault counts as unchanged when a row of the same place and content is in quarantine already.
    """
    landed = _landed(store, extract, known)
    quarantined = _quarantined(store, known) if extract.faults else set()
    faulty = {fault.row for fault in extract.faults}
    keys, records = _keys(extract), _records(extract)
    return [
        row
        for row, record in enumerate(records)
        if not (
            (extract.places[row], extract.content(row)) in quarantined
            if row in faulty
            else landed.get(keys[row]) == record
        )
    ]


def subset(extract: TableExtract, rows: Sequence[int]) -> TableExtract:
    """The extract with these rows only, its faults counted anew."""
    position = {row: index for index, row in enumerate(rows)}
    places = extract.cell_places
    return replace(
        extract,
        columns={name: [values[row] for row in rows] for name, values in extract.columns.items()},
        sheets=[extract.sheets[row] for row in rows],
        places=[extract.places[row] for row in rows],
        contents=[extract.contents[row] for row in rows],
        attributes=[extract.attributes[row] for row in rows],
        cell_places=places and {name: [cells[row] for row in rows] for name, cells in places.items()},
        faults=[replace(each, row=position[each.row]) for each in extract.faults if each.row in position],
    )


def _keys(extract: TableExtract) -> list[Record]:
    return list(zip(*(extract.columns[name] for name in extract.table.key), strict=True))


def _records(extract: TableExtract) -> Iterator[Record]:
    return zip(*(extract.columns[column.name] for column in extract.table.columns), strict=True)


def _landed(store: LandingStore, extract: TableExtract, known: Sequence[Manifest]) -> dict[Record, Record]:
    """The newest landed version of each record of the extract, from the newest batch back until all are found."""
    wanted = set(_keys(extract))
    landed: dict[Record, Record] = {}
    for manifest in reversed(known):
        missing = wanted - landed.keys()
        if not missing:
            break
        found = _read(store, manifest, extract, missing)
        landed |= {key: record for key, record in found if key in missing}
    return landed


def _read(
    store: LandingStore, manifest: Manifest, extract: TableExtract, wanted: set[Record]
) -> Iterator[tuple[Record, Record]]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    file = store.data_file(manifest)
    if file is None:
        return
    identity, ids = _most_telling(extract.table.key, wanted)
    names = [column.name for column in extract.table.columns]
    present = [name for name in names if name in pq.read_schema(file).names]
    rows = pq.read_table(file, columns=present, filters=pc.field(identity).isin(ids), partitioning=None)
    for row in rows.to_pylist():
        yield tuple(row[name] for name in extract.table.key), tuple(row.get(name) for name in names)


def _most_telling(key: Sequence[str], wanted: set[Record]) -> tuple[str, list[Any]]:
    """The column of a key that takes the most values among the wanted records, and these values."""
    values = [{record[index] for record in wanted} - {None} for index in range(len(key))]
    index = max(range(len(key)), key=lambda each: (len(values[each]), each))
    return key[index], list(values[index])


def _quarantined(store: LandingStore, known: Sequence[Manifest]) -> set[tuple[str, str]]:
    import pyarrow.parquet as pq

    found: set[tuple[str, str]] = set()
    for file in filter(None, (store.quarantine_file(manifest) for manifest in known)):
        rows = pq.read_table(file, columns=["place", "content"], partitioning=None)
        found |= set(zip(rows["place"].to_pylist(), rows["content"].to_pylist(), strict=True))
    return found
