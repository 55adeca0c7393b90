"""What would become of a file if it were received now: read and judged as a refresh does, and nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.errors import ConnectorError
from connectors.tabular.extract import TableExtract
from pipelines.landing.erasures import NOBODY, Eraser
from pipelines.landing.inbox import InboxFile, received
from pipelines.landing.store import LandingStore
from pipelines.settings import Settings
from pipelines.validation.arrival import Arrival, refused, unchanged
from pipelines.validation.inbox_arrivals import (
    all_or_none,
    extracts_of,
    judge_reading,
    read_inbox_file,
    unreadable,
)
from pipelines.validation.outcomes import Verdict


@dataclass(frozen=True, slots=True)
class Foresight:
    """The arrivals that a file would make, and what was read; `landed` stands for what would land."""

    arrivals: tuple[Arrival, ...]
    extracts: tuple[TableExtract, ...] = ()


def foresee(
    store: LandingStore, settings: Settings, source: str, file: InboxFile, eraser: Eraser = NOBODY
) -> Foresight:
    """Reads and judges a file of a source. One that has landed as it is now is reported as it was judged then."""
    known = store.of_source(f"raw_{source}")
    try:
        reading = read_inbox_file(file, settings, source, eraser)
    except ConnectorError as error:
        return Foresight((unreadable(settings, source, file, error),))
    standing = received(known, file)
    if standing:
        return Foresight(tuple(unchanged(source, manifest) for manifest in standing), tuple(reading.extracts))
    extracts, _ = extracts_of(source, reading, known, file.relative)
    verdicts = judge_reading(store, settings, file.relative, extracts, known, reading.notes.remarks)
    verdicts = all_or_none(verdicts, file.relative, blocking=settings.on_bad_batch == "hold")
    return Foresight(tuple(_arrival(source, verdict, file.relative) for verdict in verdicts), tuple(extracts))


def _arrival(source: str, verdict: Verdict, path: str) -> Arrival:
    if verdict.refused:
        return refused(source, verdict, path)
    extract, quarantined = verdict.extract, len(verdict.faults)
    return Arrival(
        source,
        extract.table.name,
        path,
        "landed",
        rows_in=len(extract) + len(extract.left_out),
        loaded=len(extract) - quarantined,
        quarantined=quarantined,
        left_out=len(extract.left_out),
        checks=verdict.checks,
    )
