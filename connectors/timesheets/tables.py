"""The canonical timesheet table (hours booked by people on projects)."""

from __future__ import annotations

from connectors.tabular.tables import Column, Table, choice, date, text

TIMESHEET_ENTRIES = Table(
    source="timesheets",
    name="timesheet_entries",
    columns=(
        text("person", required=True),
        text("project", required=True),
        date("work_date", required=True),
        Column("hours", "hours", required=True),
        text("entry_id"),
        text("task"),
        text("role"),
        choice("status", "draft", "submitted", "approved", "rejected", "unknown", default="unknown"),
        Column("billable", "boolean"),
        text("comment"),
        Column("updated_at", "timestamp"),
    ),
    key=("entry_id",),
    replaces="period",
    scope=("person", "work_date"),
    measure="hours",
)

TABLES = (TIMESHEET_ENTRIES,)
