"""Decisions that were asked for and actions that were agreed: how many are open, and for how long."""

from __future__ import annotations

from typing import Final

from pipelines.publishing.pack.reading import Reader
from pipelines.publishing.pack.tables import Column, Table

_MART: Final = "mart_decisions_actions"
_SQL: Final = """
    select * from marts.mart_decisions_actions
    where list_contains($projects::varchar[], project_code)
    order by open_count > 0 desc, coalesce(overdue_days_max, open_age_days_max) desc nulls last, open_count desc,
        project_code, kind, about
"""


def decisions(reader: Reader) -> Table:
    """A row per project, kind and subject, those that have waited longest first."""
    columns = (
        Column("project_code", "Project", "code", _MART),
        Column("project_name", "Name", "text", _MART),
        Column("kind", "Kind", "text", _MART),
        Column("about", "About", "text", _MART),
        Column("open_count", "Open", "number", _MART),
        Column("open_age_days_max", "Oldest open, days", "days", _MART),
        Column("overdue_count", "Overdue", "number", _MART),
        Column("overdue_days_max", "Longest overdue, days", "days", _MART),
        Column("decided_count", "Taken or done", "number", _MART),
        Column("days_to_decide", "Days to decide, mean", "days", _MART),
        Column("open_age_days", "Age of the open ones, days, mean", "days", _MART, is_wide=True),
        Column("total_count", "All", "number", _MART, is_wide=True),
    )
    empty = "The register has neither decisions nor actions: bring these tables to see them here."
    return Table("decisions", "Decisions and actions", columns, reader.rows(_SQL), empty)
