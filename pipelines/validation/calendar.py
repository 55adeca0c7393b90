"""What a fiscal calendar must not say: a day in two periods. A gap only warns, where all its files are known."""

from __future__ import annotations

from connectors.reference.tables import FISCAL_CALENDAR
from connectors.tabular.extract import BatchFault, TableExtract
from pipelines.landing.fiscal_calendar import overlaps, periods_of


def calendar_faults(extract: TableExtract, path: str) -> list[BatchFault]:
    """A fault for each two periods of a calendar file that share a day; none for any other table."""
    if extract.table.name != FISCAL_CALENDAR.name or extract.table.source != FISCAL_CALENDAR.source:
        return []
    names = ("period", "start_on", "end_on")
    rows = zip(*(extract.columns[name] for name in names), strict=True)
    periods = periods_of(dict(zip(names, row, strict=True)) for row in rows)
    mend = "Correct start_on and end_on, and put the file here again."
    return [BatchFault("overlapping_periods", f"{path}: {said}. {mend}") for said in overlaps(periods)]
