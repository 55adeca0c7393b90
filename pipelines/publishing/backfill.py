"""Figures of dates that were never published: built from landing as it was known at each, and kept for the trend.

    landing (as known at a date) ──dbt, in a folder of its own──> figures ──> landing/data/raw_control/published_figures

The published release and the home's warehouse stay as they are; the next build shows what was kept in mart_kpi_trend.
"""

from __future__ import annotations

import calendar
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pipelines.landing.context import write_context
from pipelines.landing.fiscal_calendar import assert_in_a_period, calendar_in_force
from pipelines.landing.store import LandingStore
from pipelines.publishing.publication import MART, Keeping, keep_figures_of
from pipelines.publishing.swapping import RUN_FACTS
from pipelines.settings import Home, Settings
from pipelines.warehouse import build_models


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of one date. `keeping` is None where landing knew nothing by `known_at`."""

    as_of: date
    known_at: datetime
    keeping: Keeping | None


def period_ends(home: Home, first: date, last: date) -> list[date]:
    """The last days of the fiscal periods that end between two dates, both included."""
    store = LandingStore(home.landing)
    declared = calendar_in_force(store, store.manifests())
    ends = (period.end_on for period in declared) if declared else _month_ends(first, last)
    return [end for end in ends if first <= end <= last]


def backfill(
    home: Home, settings: Settings, dates: Sequence[date], *, now: datetime, as_known_now: bool = False
) -> Iterator[Filled]:
    """Builds and keeps the figures of each date, as known at the end of that day, or now.

    `now` is aware. Raises LandingError for a date outside a declared calendar, WarehouseError when dbt can't build.
    """
    store = LandingStore(home.landing)
    for as_of in dates:
        assert_in_a_period(as_of, calendar_in_force(store, store.manifests()))
        known_at = now if as_known_now else min(now, _end_of(as_of, settings))
        if not store.manifests(known_at):
            yield Filled(as_of, known_at, None)
            continue
        yield Filled(as_of, known_at, _fill(home, settings, as_of, known_at))


def _fill(home: Home, settings: Settings, as_of: date, known_at: datetime) -> Keeping:
    home.warehouse.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backfill-", dir=home.warehouse) as folder:
        context, file = Path(folder) / "context", Path(folder) / home.warehouse_file.name
        context.mkdir()
        write_context(home, settings, as_of=as_of, known_at=known_at, started_at=known_at, directory=context)
        build_models(home, [MART, RUN_FACTS], context=context, file=file)
        return keep_figures_of(home, file)


def _end_of(day: date, settings: Settings) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), settings.zone) - timedelta(microseconds=1)


def _month_ends(first: date, last: date) -> Iterator[date]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield date(year, month, calendar.monthrange(year, month)[1])
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
