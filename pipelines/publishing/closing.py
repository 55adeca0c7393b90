"""Closing a period: what was published of it is kept in landing, so that it never moves again.

    warehouse/pmo.duckdb (the published release) ──copy──> landing/data/raw_closing/frozen_*
                                                 └──then──> landing/data/raw_closing/period_closes   makes them count

The frozen tables are committed first and the close last: killed in between, nothing was closed. How frozen and late
rows meet is dbt's `models/intermediate/closing` and `macros/corrections.sql`.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.tabular.tables import Table
from pipelines.landing.batches import Origin, WrittenBatch
from pipelines.landing.closings import FROZEN_TABLES, PERIOD_CLOSES, SOURCE, Change, Closings, closings
from pipelines.landing.context import input_hash
from pipelines.landing.fiscal_calendar import CALENDAR_FILE
from pipelines.landing.manifest import LandingError, RowCounts
from pipelines.landing.store import LandingStore
from pipelines.publishing.kept import flush
from pipelines.publishing.swapping import standing
from pipelines.settings import Home

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BY_COMMAND = "pmo close"
_FROZEN_FROM = {
    "frozen_actuals": (
        "intermediate.int_actual_txns",
        "counts_in_consumed and (amount_booked is not null or amount_budget is not null)",
    ),
    "frozen_order_events": ("intermediate.int_order_line_events", "true"),
    "frozen_positions": ("intermediate.int_positions", "view_name = 'as_reported'"),
    "frozen_order_line_periods": ("intermediate.int_order_line_periods", "view_name = 'as_reported'"),
    "frozen_earned_schedules": ("intermediate.int_earned_schedules", "true"),
    "frozen_closing_rates": ("intermediate.int_closing_rates", "true"),
}
"""What each frozen table is a copy of. An amount without a rate is no figure yet: when it gets one, it comes late."""
_NOT_KEPT = ("period_no", "charge_period_no", "view_name", "counts_in_consumed", "not_counted_reason")


class ClosingError(LandingError):
    """A period can't be closed or reopened; the message says why and what to do first."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the fiscal calendar, as the warehouse has it."""

    label: str
    start_on: date
    end_on: date


@dataclass(frozen=True, slots=True)
class _Built:
    """The published release, as the warehouse that it was made of states it."""

    release_id: str
    as_of: date
    input_hash: str


def close_period(home: Home, label: str, *, by: str, reason: str | None = None) -> Change | None:
    """Closes a period and every earlier one; returns the close, or None where it was closed already.

    Raises:
        ClosingError: there is no such period, no release that has seen all of it, or landing has more than the release.
    """
    store = LandingStore(home.landing)
    with store.writer(SOURCE), _warehouse(home) as warehouse:
        known = closings(store, store.manifests())
        period = _period(warehouse, label)
        if _is_closed(known, period):
            return None
        built = _assert_closable(home, store, warehouse, period)
        return _close(store, warehouse, known, period, built, path=BY_COMMAND, by=by, reason=reason)


def close_declared(home: Home, *, as_of: date) -> Change | None:
    """Closes what the calendar file declares closed and is not yet; None where there is nothing to close.

    To be called when a release of all that landing holds has just been published.
    """
    if not has_declared_closes(home, as_of):
        return None
    store = LandingStore(home.landing)
    with store.writer(SOURCE), _warehouse(home) as warehouse:
        known = closings(store, store.manifests())
        due = known.to_freeze(as_of)
        built = _built(warehouse)
        if due is None or built.input_hash != input_hash(store.manifests()):
            return None
        period = Period(due.label, due.start_on, due.end_on)
        return _close(
            store,
            warehouse,
            known,
            period,
            built,
            path=CALENDAR_FILE,
            by=CALENDAR_FILE,
            reason=f"{CALENDAR_FILE} calls it closed",
        )


def has_declared_closes(home: Home, as_of: date) -> bool:
    """Whether `close_declared` would find something to close."""
    return recorded_closings(home).to_freeze(as_of) is not None


def reopen_period(home: Home, label: str, *, by: str, reason: str) -> Change:
    """Reopens a closed period and every later one; ClosingError where it is not closed."""
    store = LandingStore(home.landing)
    with store.writer(SOURCE), _warehouse(home) as warehouse:
        known = closings(store, store.manifests())
        period = _period(warehouse, label)
        if not _is_closed(known, period):
            raise ClosingError(f"{label} is not closed: nothing to reopen. `pmo close --list` shows what is.")
        return _record(store, known, period, action="reopen", path=BY_COMMAND, by=by, reason=reason)


def recorded_closings(home: Home) -> Closings:
    """Everything recorded so far."""
    store = LandingStore(home.landing)
    return closings(store, store.manifests())


def release_as_of(home: Home) -> date | None:
    """The as-of date of what the warehouse holds; None where nothing has been built."""
    import duckdb

    if not home.warehouse_file.is_file():
        return None
    with duckdb.connect(str(home.warehouse_file), read_only=True) as connection:
        try:
            return _built(connection).as_of
        except duckdb.CatalogException:
            return None


def _is_closed(known: Closings, period: Period) -> bool:
    through = known.closed_through
    return through is not None and period.end_on <= through


@contextmanager
def _warehouse(home: Home) -> Iterator[DuckDBPyConnection]:
    import duckdb
    from filelock import FileLock

    if not home.warehouse_file.is_file():
        raise ClosingError("Nothing has been published yet: run `pmo refresh` first, then close.")
    with (
        FileLock(home.warehouse / "build.lock"),
        duckdb.connect(str(home.warehouse_file), read_only=True) as found,
    ):
        yield found


def _period(warehouse: DuckDBPyConnection, label: str) -> Period:
    row = warehouse.execute(
        "select period, start_on, end_on from intermediate.int_fiscal_periods where period = ?", [label]
    ).fetchone()
    if row is None:
        near = warehouse.execute(
            "select period from marts.dim_fiscal_period order by levenshtein(period, ?), period limit 3",
            [label],
        ).fetchall()
        raise ClosingError(
            f"The fiscal calendar has no period {label!r}; it has {', '.join(each for (each,) in near)}, …"
        )
    return Period(*row)


def _built(warehouse: DuckDBPyConnection) -> _Built:
    row = warehouse.execute("select release_id, as_of, input_hash from marts.release_info").fetchone()
    if row is None:
        raise ClosingError("The warehouse holds no release: run `pmo refresh` first, then close.")
    return _Built(*row)


def _assert_closable(
    home: Home, store: LandingStore, warehouse: DuckDBPyConnection, period: Period
) -> _Built:
    built, release = _built(warehouse), standing(home.published)
    if release is None or release.release_id != built.release_id:
        raise ClosingError(
            f"What the warehouse holds is not what is published (the last build did not end, or its release was taken "
            f"back). Run `pmo refresh`, look at {period.label}, then close it."
        )
    if built.input_hash != input_hash(store.manifests()):
        raise ClosingError(
            f"More has been received than the published release has. Run `pmo refresh --as-of {built.as_of}`, look "
            f"at {period.label}, then close it."
        )
    if built.as_of < period.end_on:
        raise ClosingError(
            f"{period.label} ends on {period.end_on}, but the published release is as of {built.as_of}: its last days "
            f"are not in it. Run `pmo refresh --as-of {period.end_on}` once the period has ended, then close it."
        )
    return built


def _close(
    store: LandingStore,
    warehouse: DuckDBPyConnection,
    known: Closings,
    period: Period,
    built: _Built,
    *,
    path: str,
    by: str,
    reason: str | None,
) -> Change:
    close_id = _close_id(known, period, built.release_id)
    for name in FROZEN_TABLES:
        _freeze(store, warehouse, name, close_id, known.closed_through, period, path)
    return _record(store, known, period, action="close", path=path, by=by, reason=reason, built=built)


def _close_id(known: Closings, period: Period, release_id: str | None) -> str:
    return f"{period.label}@{release_id or 'reopened'}#{len(known.changes) + 1}"


def _freeze(
    store: LandingStore,
    warehouse: DuckDBPyConnection,
    name: str,
    close_id: str,
    closed_through: date | None,
    period: Period,
    path: str,
) -> None:
    """Copies the rows of the periods that this close adds, without what is only a number of this build."""
    relation, condition = _FROZEN_FROM[name]
    columns = [column for (column, *_) in warehouse.execute(f"describe {relation}").fetchall()]
    kept = ", ".join(f'txns."{column}"' for column in columns if column not in _NOT_KEPT)
    with tempfile.TemporaryDirectory(dir=_folder(store)) as folder:
        file = Path(folder) / "data.parquet"
        copied = warehouse.execute(
            f"copy (select ? as close_id, {kept} from {relation} as txns "
            "inner join intermediate.int_fiscal_periods as periods on txns.period = periods.period "
            f"where ({condition}) and periods.end_on <= ? and (? is null or periods.end_on > ?)) "
            f"to '{str(file).replace(chr(39), chr(39) * 2)}' (format parquet, compression zstd)",
            [close_id, period.end_on, closed_through, closed_through],
        ).fetchone()
        assert copied is not None
        rows = int(copied[0])
        flush(file)
        _commit(store, Table(SOURCE, name, (), project=None), close_id, path, rows, file)


def _record(
    store: LandingStore,
    known: Closings,
    period: Period,
    *,
    action: str,
    path: str,
    by: str,
    reason: str | None,
    built: _Built | None = None,
) -> Change:
    import pyarrow as pa
    import pyarrow.parquet as pq

    close_id = _close_id(known, period, built.release_id if built else None)
    values: dict[str, Any] = {
        "close_id": close_id,
        "action": action,
        "period": period.label,
        "period_start_on": period.start_on,
        "period_end_on": period.end_on,
        "closed_by": by,
        "reason": reason,
        "release_id": built.release_id if built else None,
        "as_of": built.as_of if built else None,
    }
    types = {"date": pa.date32()}
    schema = pa.schema(
        [(column.name, types.get(column.kind, pa.string())) for column in PERIOD_CLOSES.columns]
    )
    with tempfile.TemporaryDirectory(dir=_folder(store)) as folder:
        file = Path(folder) / "data.parquet"
        pq.write_table(pa.Table.from_pylist([values], schema=schema), file)
        flush(file)
        _commit(store, PERIOD_CLOSES, f"{close_id}|{action}|{by}|{reason}", path, 1, file)
    return closings(store, store.manifests()).changes[-1]


def _commit(store: LandingStore, table: Table, identity: str, path: str, rows: int, file: Path) -> None:
    digest = hashlib.sha256(f"{table.name}|{identity}".encode()).hexdigest()
    origin = Origin(path=path, file_hash=digest, fingerprint=digest, reader="closing", objects=(table.name,))
    store.commit_files(WrittenBatch(table, RowCounts(rows, rows, 0, 0), {"data": file}), origin)


def _folder(store: LandingStore) -> Path:
    folder = store.unfinished / SOURCE
    folder.mkdir(parents=True, exist_ok=True)
    return folder
