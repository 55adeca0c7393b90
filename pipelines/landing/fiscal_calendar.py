"""The declared fiscal calendar as landing has it: which periods are in force, and what is wrong between them.

Here: overlaps, gaps and a date outside. Days and their periods are dbt's `int_fiscal_days`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from connectors.reference.tables import FISCAL_CALENDAR
from pipelines.landing.manifest import LandingError, Manifest
from pipelines.landing.remarks import Remark
from pipelines.landing.store import LandingStore

CALENDAR_FILE = "reference/fiscal_calendar.csv"
NO_GAPS = "periods_follow_each_other"
NO_OVERLAPS = "periods_do_not_overlap"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period of the declared calendar, both days included."""

    start_on: date
    end_on: date
    label: str

    def __str__(self) -> str:
        return f"{self.label} ({self.start_on} to {self.end_on})"


def periods_of(rows: Iterable[dict[str, Any]]) -> list[Period]:
    """The periods among rows of `fiscal_calendar`, by date; a row that lacks a label or a day is none."""
    complete = (row for row in rows if row["period"] and row["start_on"] and row["end_on"])
    return sorted(Period(row["start_on"], row["end_on"], row["period"]) for row in complete)


def is_calendar(manifest: Manifest) -> bool:
    """Whether the batch brought rows of `fiscal_calendar`."""
    return (manifest.source, manifest.object) == (FISCAL_CALENDAR.schema, FISCAL_CALENDAR.name)


def calendar_in_force(store: LandingStore, manifests: Sequence[Manifest]) -> list[Period]:
    """The periods of the newest version of each calendar file; of equal labels the last received. Empty: months."""
    import pyarrow.parquet as pq

    newest = {each.path: each for each in manifests if is_calendar(each)}
    rows: dict[str, dict[str, Any]] = {}
    for manifest in sorted(newest.values(), key=lambda each: each.extracted_at):
        file = store.data_file(manifest)
        if file is not None:
            read = pq.read_table(file, columns=["period", "start_on", "end_on"], partitioning=None)
            rows |= {row["period"]: row for row in read.to_pylist()}
    return periods_of(rows.values())


def overlaps(periods: Sequence[Period]) -> list[str]:
    """A sentence for each two neighbouring periods that share a day; `periods` are sorted."""
    return [
        f"{one} and {next_one} overlap: no day may be in two periods"
        for one, next_one in pairwise(periods)
        if next_one.start_on <= one.end_on
    ]


def gaps(periods: Sequence[Period]) -> list[str]:
    """A sentence for each two neighbouring periods with days between them; `periods` are sorted."""
    return [
        f"between {one} and {next_one} no period has the days from {one.end_on + timedelta(days=1)} to "
        f"{next_one.start_on - timedelta(days=1)}: amounts dated there are in no position"
        for one, next_one in pairwise(periods)
        if next_one.start_on > one.end_on + timedelta(days=1)
    ]


def calendar_remarks(periods: Sequence[Period]) -> list[Remark]:
    """Overlaps of periods from different files, and gaps."""
    found = [(NO_OVERLAPS, each) for each in overlaps(periods)] + [(NO_GAPS, each) for each in gaps(periods)]
    return [
        Remark(
            source="reference",
            object="fiscal_calendar",
            check=check,
            path=CALENDAR_FILE,
            detail=f"{said}. Correct start_on and end_on in {CALENDAR_FILE}.",
        )
        for check, said in found
    ]


def assert_in_a_period(as_of: date, periods: Sequence[Period]) -> None:
    """LandingError where there is a declared calendar and it does not have the day."""
    if not periods or any(period.start_on <= as_of <= period.end_on for period in periods):
        return
    raise LandingError(
        f"The reporting date {as_of} is in no period of {CALENDAR_FILE}, which goes from {periods[0]} to "
        f"{max(periods, key=lambda period: period.end_on)}. Add the period that has it there, or give another date "
        f"with --as-of."
    )
