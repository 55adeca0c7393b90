"""The closes of periods as landing has them: which are in force, and up to where what was reported stands still.

A close covers its period and every earlier one; reopening a period reopens the later ones with it, because positions
are cumulative. Here: the record and what follows from it. Freezing figures is `pipelines.publishing.closing`; how
frozen and late rows meet is dbt's `models/intermediate/closing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from connectors.tabular.tables import Table, choice, period, text
from connectors.tabular.tables import date as date_column
from pipelines.landing.fiscal_calendar import CALENDAR_FILE, is_calendar
from pipelines.landing.manifest import Manifest
from pipelines.landing.store import LandingStore

SOURCE = "closing"
SCHEMA = f"raw_{SOURCE}"
PERIOD_CLOSES = Table(
    SOURCE,
    "period_closes",
    (
        text("close_id", required=True),
        choice("action", "close", "reopen", required=True),
        period("period", required=True),
        date_column("period_start_on", required=True),
        date_column("period_end_on", required=True),
        text("closed_by", required=True),
        text("reason"),
        text("release_id"),
        date_column("as_of"),
    ),
    project=None,
)
"""One row per close or reopening, a batch each."""
FROZEN_TABLES = (
    "frozen_actuals",
    "frozen_order_events",
    "frozen_positions",
    "frozen_order_line_periods",
    "frozen_earned_schedules",
    "frozen_closing_rates",
)
"""What a close keeps of the published figures; a row counts once the `period_closes` row of its `close_id` stands."""
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Change:
    """One close or reopening. `valid_through_on` is how far a close still holds; None where a later one undid it."""

    close_id: str
    action: Literal["close", "reopen"]
    period: str
    period_start_on: date
    period_end_on: date
    recorded_at: datetime
    closed_by: str
    reason: str | None = None
    release_id: str | None = None
    as_of: date | None = None
    valid_through_on: date | None = None


@dataclass(frozen=True, slots=True)
class DeclaredPeriod:
    """A period that the calendar file calls closed, since the batch of that moment."""

    label: str
    start_on: date
    end_on: date
    since: datetime


@dataclass(frozen=True, slots=True)
class Closings:
    """All changes, oldest first, and the periods that the calendar declares closed."""

    changes: tuple[Change, ...]
    declared: tuple[DeclaredPeriod, ...]

    @property
    def closed_through(self) -> date | None:
        """The last day of the last closed period; None while nothing is closed."""
        return max((each.valid_through_on for each in self.changes if each.valid_through_on), default=None)

    def to_freeze(self, as_of: date) -> DeclaredPeriod | None:
        """The last period that the calendar declares closed, that had ended by `as_of`, and that is not closed here."""
        through = self.closed_through
        due = [
            each
            for each in self.declared
            if each.end_on <= as_of
            and (through is None or each.end_on > through)
            and not any(
                change.action == "reopen"
                and change.period_start_on <= each.start_on
                and change.recorded_at > each.since
                for change in self.changes
            )
        ]
        return max(due, key=lambda each: each.end_on, default=None)


def closings(store: LandingStore, manifests: Sequence[Manifest]) -> Closings:
    """What the batches of `manifests` say of closes; pass those known at the moment that is asked for."""
    declared, reopened = _declared(store, manifests)
    changes = sorted([*_recorded(store, manifests), *reopened], key=lambda change: change.recorded_at)
    return Closings(_in_force(changes), declared)


def is_frozen_by_calendar(manifest: Manifest) -> bool:
    """Whether the batch is the product's own consequence of a calendar, and so no input of its own."""
    return manifest.source == SCHEMA and manifest.path == CALENDAR_FILE


def _in_force(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Each close with the day up to which no later reopening has undone it."""
    found = []
    for index, change in enumerate(changes):
        limits = [
            later.period_start_on - timedelta(days=1)
            for later in changes[index + 1 :]
            if later.action == "reopen"
        ]
        is_close = change.action == "close"
        found.append(
            replace(change, valid_through_on=min([change.period_end_on, *limits]) if is_close else None)
        )
    return tuple(found)


def _recorded(store: LandingStore, manifests: Sequence[Manifest]) -> list[Change]:
    return [
        Change(recorded_at=manifest.extracted_at, **row)
        for manifest in manifests
        if (manifest.source, manifest.object) == (SCHEMA, PERIOD_CLOSES.name)
        for row in _rows(store, manifest, [column.name for column in PERIOD_CLOSES.columns])
    ]


def _declared(
    store: LandingStore, manifests: Sequence[Manifest]
) -> tuple[tuple[DeclaredPeriod, ...], list[Change]]:
    """The periods that the calendar calls closed, and a reopening for each that it once did and does no more."""
    by_path: dict[str, dict[str, dict[str, Any]]] = {}
    closed: dict[str, DeclaredPeriod] = {}
    reopened: list[Change] = []
    for manifest in manifests:
        if not is_calendar(manifest):
            continue
        rows = _rows(store, manifest, ["period", "start_on", "end_on", "status"])
        by_path[manifest.path] = {row["period"]: row for row in rows}
        standing = {label: row for rows_of_path in by_path.values() for label, row in rows_of_path.items()}
        for label, before in list(closed.items()):
            row = standing.get(label)
            if row is None or row["status"] != CLOSED:
                del closed[label]
                reopened.append(_reopened(before, manifest))
        for label, row in standing.items():
            if row["status"] == CLOSED and label not in closed:
                closed[label] = DeclaredPeriod(label, row["start_on"], row["end_on"], manifest.extracted_at)
    return tuple(closed.values()), reopened


def _reopened(period: DeclaredPeriod, manifest: Manifest) -> Change:
    return Change(
        close_id=f"{period.label}@{manifest.batch_id}",
        action="reopen",
        period=period.label,
        period_start_on=period.start_on,
        period_end_on=period.end_on,
        recorded_at=manifest.extracted_at,
        closed_by=manifest.path,
        reason="the calendar no longer calls it closed",
    )


def _rows(store: LandingStore, manifest: Manifest, columns: list[str]) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    file = store.data_file(manifest)
    rows: list[dict[str, Any]] = []
    if file is not None:
        rows = pq.read_table(file, columns=columns, partitioning=None).to_pylist()
    return rows
