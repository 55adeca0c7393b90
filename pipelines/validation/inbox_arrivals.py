"""Receives the files of a source: reads, judges and commits what is new, file by file.

Here: the order of things for files. A file lands whole or not at all, and what was received before is not received
again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from connectors.errors import ConnectorError, UnreadableFile
from connectors.tabular.extract import BatchFault, FileRemark, TableExtract
from connectors.tabular.layout import LayoutError
from connectors.tabular.reader import FileReading, read_file
from connectors.tabular.sheets import WORKBOOK_SUFFIXES, suffix_of
from connectors.tabular.tables import Table
from pipelines.landing.batches import Origin
from pipelines.landing.erasures import NOBODY, Eraser, eraser_of
from pipelines.landing.inbox import (
    InboxFile,
    forget_copies,
    inbox_files,
    newest_by_object,
    received,
    received_elsewhere,
    stray_entries,
    vanished_objects,
)
from pipelines.landing.manifest import Manifest
from pipelines.landing.refused import note_refused
from pipelines.landing.remarks import note_remarks
from pipelines.landing.sources import TIMESHEETS_SOURCE, tables_of
from pipelines.landing.standing import gone_files
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, Settings, SettingsError
from pipelines.validation.arrival import Arrival, Report, describe, land, reasons, refused, silent, unchanged
from pipelines.validation.judge import judge, refusal
from pipelines.validation.large_arrivals import large_file, receive_large
from pipelines.validation.outcomes import Verdict
from pipelines.validation.retired import retired_rows
from pipelines.validation.tempo_arrivals import account_paths, receive_tempo


def receive_inbox(home: Home, settings: Settings, source: str, *, report: Report = silent) -> list[Arrival]:
    """Lands the new files of a source, in the order of their paths; with `timesheets` what Tempo has, too.

    Returns one arrival per file (or account) and table, and one `absent` per table that none brings. Nothing is raised
    for a bad file: it is refused, and the others land. Where the inbox does not answer, every table is refused and what
    is known of its files stands. Raises LandingBusy while another process receives the source, SettingsError when
    pmo.yaml names an inbox that can't be read, ConnectorError when a Tempo account can't be read; the files have landed
    then.
    """
    store, eraser = LandingStore(home.landing), eraser_of(home, settings)
    arrivals: list[Arrival] = []
    with store.writer(source):
        store.sweep()
        try:
            files = inbox_files(home, settings, source)
        except ConnectorError as error:
            return _unlisted(store, settings, source, error, report)
        for file in files:
            arrivals += _receive_file(store, settings, source, file, report, eraser)
        try:
            if source == TIMESHEETS_SOURCE:
                arrivals += receive_tempo(store, settings, eraser, report=report)
        finally:
            note_refused(store.root, f"raw_{source}", reasons(arrivals))
            known = store.of_source(f"raw_{source}")
            note_remarks(store.root, f"raw_{source}", gone_files(known, files, account_paths(settings)))
            forget_copies(home, source, files)
    with store.writer("inbox"):
        _note_strays(store, home, settings)
    brought = {arrival.object for arrival in arrivals}
    absent = [table.name for table in tables_of(source) if table.name not in brought]
    return arrivals + [Arrival(source, name, "", "absent") for name in absent]


def _unlisted(
    store: LandingStore, settings: Settings, source: str, error: ConnectorError, report: Report
) -> list[Arrival]:
    """Every table refused, and what is remarked on files left as it was: nobody knows what lies there."""
    blocking = settings.on_bad_batch == "hold"
    fault = BatchFault("unreachable", str(error))
    arrivals = [
        refused(source, refusal(_empty(table), fault, blocking=blocking), f"inbox/{source}")
        for table in tables_of(source)
    ]
    report(describe(arrivals[0]))
    note_refused(store.root, f"raw_{source}", reasons(arrivals))
    return arrivals


def _note_strays(store: LandingStore, home: Home, settings: Settings) -> None:
    """What was remarked before stands where the inbox does not answer; who received it says that it did not."""
    with suppress(ConnectorError, SettingsError):
        note_remarks(store.root, "inbox", stray_entries(home, settings))


def _receive_file(
    store: LandingStore,
    settings: Settings,
    source: str,
    file: InboxFile,
    report: Report,
    eraser: Eraser,
) -> list[Arrival]:
    started = time.perf_counter()
    known = store.of_source(f"raw_{source}")
    standing = received(known, file)
    if standing:
        return [unchanged(source, manifest) for manifest in standing]
    report(f"reading {file.relative}")
    try:
        large = large_file(file, settings, source)
        if large is not None:
            arrivals = [receive_large(store, settings, source, file, large, known, eraser)]
        else:
            reading = read_inbox_file(file, settings, source, eraser)
    except ConnectorError as error:
        if file.is_gone():
            report(f"{file.relative} was taken away before it was read: nothing changes.")
            return []
        arrivals = [unreadable(settings, source, file, error)]
    else:
        if large is None:
            for note in reading.notes:
                report(note)
            arrivals = _land_reading(store, settings, source, file, reading, known, report)
    for arrival in arrivals:
        report(describe(arrival))
    seconds = (time.perf_counter() - started) / max(len(arrivals), 1)
    return [replace(arrival, seconds=seconds) for arrival in arrivals]


def read_inbox_file(file: InboxFile, settings: Settings, source: str, eraser: Eraser = NOBODY) -> FileReading:
    """The reading of a file, one extract a table; a file that changes meanwhile is not read yet.

    Whoever was erased is not in it.
    """
    reading = read_file(
        file.ready(),
        relative=file.relative,
        source=source,
        tables=tables_of(source),
        layouts=settings.layouts,
        surroundings=settings.surroundings,
        limits=settings.limits.of_a_file,
    )
    file.assert_unchanged()
    if not reading.extracts:
        raise UnreadableFile(
            f"{file.relative} holds no table of {source}.",
            mend="Correct the file, or take it out of the folder.",
        )
    _assert_one_a_table(file.relative, reading)
    reading.extracts[:] = [eraser.extract(extract) for extract in reading.extracts]
    return reading


def _assert_one_a_table(relative: str, reading: FileReading) -> None:
    """Two extracts of a table would retire each other's rows."""
    readers: dict[str, list[str]] = {}
    for extract, reader in zip(reading.extracts, reading.readers, strict=True):
        readers.setdefault(extract.table.name, []).append(reader.removeprefix("layout:"))
    for table, names in readers.items():
        if len(names) > 1:
            raise LayoutError(
                f"layouts {' and '.join(names)} both read {table} from {relative}.",
                mend="Make their files: patterns differ, or one layout of the two.",
            )


def _land_reading(
    store: LandingStore,
    settings: Settings,
    source: str,
    file: InboxFile,
    reading: FileReading,
    known: Sequence[Manifest],
    report: Report,
) -> list[Arrival]:
    """All tables of a file, or, when one is refused, none: a file is what its sender sent."""
    extracts, readers = extracts_of(source, reading, known, file.relative)
    if not extracts:
        report(f"{file.relative}: nothing is filled in yet.")
        return []
    objects = tuple(extract.table.name for extract in extracts)
    twin = received_elsewhere(known, file, objects)
    if twin is not None:
        return [_duplicate(source, name, file, twin, known) for name in objects]
    verdicts = judge_reading(store, settings, file.relative, extracts, known, reading.notes.remarks)
    verdicts = all_or_none(verdicts, file.relative, blocking=settings.on_bad_batch == "hold")
    superseded = newest_by_object(known, file.relative)
    arrivals = []
    for verdict, reader in zip(verdicts, readers, strict=True):
        origin = Origin(
            path=file.relative,
            file_hash=file.file_hash,
            fingerprint=file.fingerprint,
            reader=reader,
            objects=objects,
        )
        arrivals.append(land(store, source, verdict, origin, superseded.get(verdict.extract.table.name)))
    return arrivals


def extracts_of(
    source: str, reading: FileReading, known: Sequence[Manifest], path: str
) -> tuple[list[TableExtract], list[str]]:
    """The extracts, one a table, and an empty one for each table that the file held before as the whole truth.

    Without the sheets of a workbook that nobody has filled in yet; there are none at all while it is an untouched form.
    """
    blank = {extract.table.name for extract in reading.extracts if _is_blank(extract)}
    forms = blank - newest_by_object(known, path).keys() if suffix_of(path) in WORKBOOK_SUFFIXES else set()
    if reading.notes.remarks and len(forms) == len(reading.extracts):
        forms.discard(reading.extracts[0].table.name)  # what is remarked on the file stands beside a table
    read = zip(reading.extracts, reading.readers, strict=True)
    kept = [(extract, reader) for extract, reader in read if extract.table.name not in forms]
    extracts, readers = [extract for extract, _ in kept], [reader for _, reader in kept]
    names = [extract.table.name for extract in extracts]
    for table in tables_of(source):
        if table.name in vanished_objects(known, path, names):
            extracts.append(_empty(table))
            readers.append(newest_by_object(known, path)[table.name].reader)
    return extracts, readers


def _is_blank(extract: TableExtract) -> bool:
    return not (len(extract) or extract.left_out or extract.faults or extract.batch_faults)


def _empty(table: Table) -> TableExtract:
    return TableExtract(
        replace(table, replaces="file"), {column.name: [] for column in table.columns}, [], [], [], []
    )


def judge_reading(
    store: LandingStore,
    settings: Settings,
    path: str,
    extracts: Sequence[TableExtract],
    known: Sequence[Manifest],
    remarks: Sequence[FileRemark],
) -> list[Verdict]:
    """A verdict on each table of a file; what is remarked on the file itself goes to its first table."""
    return [
        judge(
            extract,
            retired_rows(store, extract, known, path),
            path=path,
            limits=settings.validation,
            blocking=settings.on_bad_batch == "hold",
            remarks=() if number else remarks,
        )
        for number, extract in enumerate(extracts)
    ]


def all_or_none(verdicts: list[Verdict], path: str, *, blocking: bool) -> list[Verdict]:
    bad = [verdict.extract.table.name for verdict in verdicts if verdict.refused]
    if not bad:
        return verdicts
    fault = BatchFault(
        "other_table_refused",
        f"{path}: nothing of the file is loaded, because {', '.join(bad)} was refused. Mend that first.",
    )
    return [
        verdict if verdict.refused else refusal(verdict.extract, fault, blocking=blocking)
        for verdict in verdicts
    ]


def _duplicate(source: str, name: str, file: InboxFile, twin: str, known: Sequence[Manifest]) -> Arrival:
    arrival = unchanged(source, newest_by_object(known, twin)[name])
    return replace(arrival, path=file.relative, message=f"{file.relative} has the same content as {twin}.")


def unreadable(settings: Settings, source: str, file: InboxFile, error: ConnectorError) -> Arrival:
    """A refusal of the table that the file is named after, else of the source's first: somebody has to see it."""
    tables = sorted(tables_of(source), key=lambda table: len(table.name), reverse=True)
    named = [table for table in tables if Path(file.relative).stem.lower().startswith(table.name)]
    table = named[0] if named else tables_of(source)[0]
    blocking = settings.on_bad_batch == "hold"
    verdict = refusal(_empty(table), BatchFault("unreadable", str(error)), blocking=blocking)
    return Arrival(
        source,
        table.name,
        file.relative,
        "refused",
        checks=verdict.checks,
        message="\n".join(verdict.reasons),
    )
