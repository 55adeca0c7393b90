"""Earned value: where each project stands on cost and on schedule, and how it came there."""

from __future__ import annotations

from typing import Final

from pipelines.publishing.pack.reading import Reader
from pipelines.publishing.pack.tables import Column, Kind, Row, Table

_MART: Final = "mart_evm_period"
_SQL: Final = """
    select * from marts.mart_evm_period
    where "view" = 'as_reported' and list_contains($projects::varchar[], project_code)
    order by project_code, period_end_on
"""
_SHOWN: Final[tuple[tuple[str, str, Kind, bool], ...]] = (
    ("percent_complete", "Complete, %", "number", False),
    ("pv", "Planned value", "amount", False),
    ("ev", "Earned value", "amount", False),
    ("ac", "Actual cost", "amount", False),
    ("cpi", "CPI", "ratio", False),
    ("spi_t", "SPI(t)", "ratio", False),
    ("cv", "Cost variance", "amount", True),
    ("eac_cpi", "At this pace", "amount", False),
    ("bac", "Budget", "amount", False),
    ("spi", "SPI", "ratio", True),
    ("sv", "Schedule variance", "amount", True),
    ("eac_pm", "Forecast of the manager", "amount", True),
    ("tcpi_bac", "TCPI to the budget", "ratio", True),
    ("ieac_t", "Periods at this pace", "ratio", True),
)
"""Measure, label, unit, and whether it is for the workbook alone."""


def periods(reader: Reader) -> list[Row]:
    """Every period of every project, as reported."""
    return reader.rows(_SQL)


def now(rows: list[Row]) -> Table:
    """The newest period of each project."""
    newest: dict[str, Row] = {row["project_code"]: row for row in rows}
    empty = "Without a budget and reports of progress there is no earned value."
    return Table("evm", "Earned value", _columns(), list(newest.values()), empty)


def over_time(rows: list[Row]) -> Table:
    """Every period."""
    empty = "Without a budget and reports of progress there is no earned value."
    return Table("evm-over-time", "Earned value by period", _columns(with_period=True), rows, empty)


def _columns(*, with_period: bool = False) -> tuple[Column, ...]:
    return (
        Column("project_code", "Project", "code", _MART),
        Column("project_name", "Name", "text", _MART),
        *((Column("period", "Period", "code", _MART),) if with_period else ()),
        *(
            Column(name, label, kind, _MART, is_signed=name in ("cv", "sv"), is_wide=is_wide)
            for name, label, kind, is_wide in _SHOWN
        ),
    )
