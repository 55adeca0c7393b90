"""Periods and days of a file that the fiscal calendar does not have: what stands there would be in no position.

A warning of the preview only: such rows land, and count as soon as the calendar has their periods.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from connectors.errors import ConnectorError
from connectors.reference.tables import FISCAL_CALENDAR
from connectors.tabular.extract import TableExtract
from connectors.tabular.reader import read_file
from connectors.tabular.tables import Column
from pipelines.landing.context import FIRST_YEAR, LAST_YEAR
from pipelines.landing.fiscal_calendar import CALENDAR_FILE, Period, calendar_in_force, periods_of
from pipelines.landing.sources import REFERENCE_SOURCE, tables_of
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, Settings
from pipelines.validation.words import SHOWN, counted

_MONTH: Final = re.compile(r"([0-9]{4})-(?:0[1-9]|1[0-2])")


def declared_periods(home: Home, settings: Settings) -> list[Period]:
    """The periods of the calendar's files in the folder, else of those that landed; none where months are periods."""
    rows: dict[str, dict[str, Any]] = {}
    for file in sorted(home.reference.glob(f"{FISCAL_CALENDAR.name}*")):
        try:
            reading = read_file(
                file,
                relative=f"{REFERENCE_SOURCE}/{file.name}",
                source=REFERENCE_SOURCE,
                tables=tables_of(REFERENCE_SOURCE),
                layouts=settings.layouts,
                limits=settings.limits.of_a_file,
            )
        except ConnectorError:
            # A refresh would refuse it too, and say why; the calendar that landed stays in force.
            continue
        for extract in reading.extracts:
            if extract.table.name == FISCAL_CALENDAR.name and not extract.batch_faults:
                values = zip(*extract.columns.values(), strict=True)
                rows |= {row[0]: dict(zip(extract.columns, row, strict=True)) for row in values}
    if rows:
        return periods_of(rows.values())
    store = LandingStore(home.landing)
    return calendar_in_force(store, store.of_source(f"raw_{REFERENCE_SOURCE}"))


def outside_the_calendar(extract: TableExtract, periods: Sequence[Period]) -> tuple[str, ...]:
    """A sentence for each column with periods, or with the days of amounts, that no period has.

    Args:
        periods: those of the declared calendar, by date; none where months are the periods.
    """
    return tuple(_sentences(extract, periods))


def _sentences(extract: TableExtract, periods: Sequence[Period]) -> Iterator[str]:
    if extract.table.source == REFERENCE_SOURCE:
        return
    labels = {period.label for period in periods}
    for column in extract.table.columns:
        has = _test(extract, column, periods, labels)
        rows = (
            [] if has is None else [n for n, v in enumerate(extract.columns[column.name]) if v and not has(v)]
        )
        if rows:
            yield _sentence(extract, column, rows, periods)


def _test(
    extract: TableExtract, column: Column, periods: Sequence[Period], labels: set[str]
) -> Callable[[Any], bool] | None:
    """Whether the calendar has a value of the column; None for columns that place no amount in a period."""
    if column.kind == "period":
        return labels.__contains__ if periods else _is_month
    if column.kind == "date" and column.required and extract.table.measure is not None:
        return (lambda day: _has_day(day, periods)) if periods else _is_near
    return None


def _is_month(label: str) -> bool:
    match = _MONTH.fullmatch(label)
    return match is not None and FIRST_YEAR <= int(match.group(1)) <= LAST_YEAR


def _is_near(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def _has_day(day: date, periods: Sequence[Period]) -> bool:
    return any(period.start_on <= day <= period.end_on for period in periods)


def _sentence(extract: TableExtract, column: Column, rows: Sequence[int], periods: Sequence[Period]) -> str:
    values = extract.columns[column.name]
    found: dict[str, str] = {}
    for row in rows:
        found.setdefault(str(values[row]), extract.cell(row, column.name))
    shown = [f"{value} ({place})" for value, place in list(found.items())[:SHOWN]]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    calendar = f"the months from {FIRST_YEAR}-01 to {LAST_YEAR}-12"
    if periods:
        calendar = f"{CALENDAR_FILE}, from {periods[0]} to {periods[-1]}"
    return (
        f"{column.name}: no period of the fiscal calendar ({calendar}) has {', '.join(shown)}{more}; "
        f"{counted(len(rows))} would be in no position. Correct the file, or add the periods to {CALENDAR_FILE}."
    )
