"""What two moments know differently: which landed rows are in force at the one and not at the other.

    batches known at A ──dbt──> rows in force ──┐
    batches known at B ──dbt──> rows in force ──┴──> arrived, changed, withdrawn; closes and reopenings

What is in force is for dbt to say (`macros/current_rows.sql`): its models are built twice, in a temporary folder, for
the tables of which something has landed in between. The warehouse and the release are neither read nor written.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from connectors.tabular.tables import Table
from pipelines.landing.closings import Change, closings
from pipelines.landing.context import write_context
from pipelines.landing.manifest import Manifest
from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE, TIMESHEETS_SOURCE, tables_of
from pipelines.landing.store import LandingStore
from pipelines.publishing.duckdb_sql import each_row, literal
from pipelines.settings import Home, Settings
from pipelines.warehouse import build_models

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

What = Literal["arrived", "changed", "withdrawn"]
HOURS = "hours"
_LINEAGE = (
    "batch_id",
    "file_hash",
    "source_path",
    "source_sheet",
    "source_place",
    "source_row",
    "received_on",
)
_CALENDAR = ("raw_reference", "fiscal_calendar")
_ENTRIES = "timesheet_entries"
_WITHOUT_ID = ("person", "project", "work_date", "task")
_LINES_ARE_KNOWN_BY = {
    "budget_lines": ("project", "version_no", "wbs", "cost_category", "period"),
    "forecast_lines": ("project", "cutoff_period", "scenario", "basis", "wbs", "cost_category", "period"),
}
"""Rows without a key of their own are told apart by these, and among equals by their order in the file."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row came from, and when."""

    path: str | None
    sheet: str | None
    place: str | None
    batch: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that only one of the moments has in force, or that both have with another content.

    `columns` has, of a changed row, each column that differs with both its values as text. `before` is where the row
    of the first moment came from, `after` that of the second; None where it has none.
    """

    source: str
    table: str
    what: What
    key: dict[str, str | None]
    project: str | None
    unit: str | None
    amount_before: Decimal | None
    amount_after: Decimal | None
    columns: dict[str, tuple[str | None, str | None]]
    before: Source | None
    after: Source | None


@dataclass(frozen=True, slots=True)
class Total:
    """The differences of one table and unit: rows by what became of them, and what it makes in all."""

    source: str
    table: str
    unit: str | None
    arrived: int
    changed: int
    withdrawn: int
    amount_before: Decimal
    amount_after: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the moment `until` knows and `since` did not. `closes`: closes and reopenings recorded in between."""

    since: datetime
    until: datetime
    batches: int
    differences: tuple[Difference, ...]
    closes: tuple[Change, ...]

    @property
    def totals(self) -> tuple[Total, ...]:
        """A line for each table and unit that has a difference."""
        groups: dict[tuple[str, str, str | None], list[Difference]] = defaultdict(list)
        for each in self.differences:
            groups[each.source, each.table, each.unit].append(each)
        return tuple(
            _total(key, groups[key]) for key in sorted(groups, key=lambda key: (*key[:2], key[2] or ""))
        )


def compare(home: Home, settings: Settings, *, since: datetime, until: datetime) -> Comparison:
    """The rows in force at `until` beside those at `since`; both aware, `since` not later.

    Raises WarehouseError when dbt can't build what is in force.
    """
    store = LandingStore(home.landing)
    known, before = store.manifests(until), store.manifests(since)
    landed = known[len(before) :]
    differences: list[Difference] = []
    tables = list(_touched(landed))
    if tables:
        home.warehouse.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="compare-", dir=home.warehouse) as folder:
            for name, moment in (("before", since), ("after", until)):
                _build(home, settings, tables, moment, Path(folder) / name)
            differences = list(_differences(Path(folder), tables, known))
    had = {change.close_id for change in closings(store, before).changes}
    closes = [change for change in closings(store, known).changes if change.close_id not in had]
    return Comparison(since, until, len(landed), tuple(differences), tuple(closes))


def _touched(landed: Sequence[Manifest]) -> Iterator[Table]:
    """The tables of which something landed. Which hours a file replaces depends on the fiscal calendar, too."""
    touched = {(manifest.source, manifest.object) for manifest in landed}
    if _CALENDAR in touched:
        touched.add((f"raw_{TIMESHEETS_SOURCE}", _ENTRIES))
    for source in (*FILE_SOURCES, JIRA_SOURCE):
        for table in tables_of(source):
            if (table.schema, table.name) in touched:
                yield table


def _model(table: Table) -> str:
    """The model that holds the rows in force."""
    return "int_timesheet_entries_current" if table.name == _ENTRIES else f"stg_{table.source}__{table.name}"


def _build(home: Home, settings: Settings, tables: Sequence[Table], moment: datetime, folder: Path) -> None:
    """Builds what is in force at a moment and keeps it as one Parquet file a table."""
    import duckdb

    context, file = folder / "context", folder / home.warehouse_file.name
    context.mkdir(parents=True)
    today = moment.astimezone(settings.zone).date()
    write_context(home, settings, as_of=today, known_at=moment, started_at=moment, directory=context)
    build_models(home, [_model(table) for table in tables], context=context, file=file)
    with duckdb.connect(str(file), read_only=True) as connection:
        for table in tables:
            schema = "intermediate" if table.name == _ENTRIES else "staging"
            connection.execute(
                f"copy (select * from {schema}.{_model(table)}) to {literal(_rows_file(folder, table))} "
                "(format parquet)"
            )


def _rows_file(folder: Path, table: Table) -> Path:
    return folder / f"{table.source}.{table.name}.parquet"


def _differences(folder: Path, tables: Sequence[Table], known: Sequence[Manifest]) -> Iterator[Difference]:
    import duckdb

    received = {manifest.batch_id: manifest.extracted_at.astimezone(UTC) for manifest in known}
    with duckdb.connect() as connection:
        for table in tables:
            for row in _rows(connection, folder, table):
                yield _difference(table, row, received)


def _rows(connection: DuckDBPyConnection, folder: Path, table: Table) -> Iterator[dict[str, Any]]:
    """The rows that differ: key, project, amounts, and each column that has another value."""
    files = [literal(_rows_file(folder / name, table)) for name in ("before", "after")]
    described = connection.execute(f"describe select * from read_parquet({files[1]})").fetchall()
    columns = [name for name, *_ in described]
    key = _key(table)
    content = [name for name in columns if name not in _LINEAGE]
    project = next((name for name in (table.project, "project_key") if name in columns), None)
    keys = [f'"key {name}"' for name in key]
    for side, file in zip(("a", "b"), files, strict=True):
        named = ", ".join(f"{sql} as {name}" for name, sql in zip(keys, key.values(), strict=True))
        connection.execute(
            f"create or replace temp table {side} as select *, row_number() over (partition by {', '.join(keys)} "
            f"order by source_path, source_row) as occurrence from (select *, {named} from read_parquet({file}))"
        )
    joined = " and ".join(f"a.{name} is not distinct from b.{name}" for name in (*keys, "occurrence"))
    changed = ", ".join(
        f"{{'name': '{name}', 'before': a.\"{name}\"::varchar, 'after': b.\"{name}\"::varchar}}"
        for name in content
    )
    selected = [f"coalesce(a.{name}, b.{name})::varchar as {name}" for name in keys]
    for name in ("source_path", "source_sheet", "source_place", "batch_id"):
        selected += [f"a.{name} as before_{name}", f"b.{name} as after_{name}"]
    unit = (
        f"coalesce(b.{table.unit}, a.{table.unit})"
        if table.unit
        else literal(HOURS)
        if table.measure
        else "null"
    )
    selected += [
        f"coalesce(b.{project}, a.{project}) as project" if project else "null as project",
        f"a.{table.measure} as amount_before" if table.measure else "null as amount_before",
        f"b.{table.measure} as amount_after" if table.measure else "null as amount_after",
        f"{unit} as unit",
        f"list_filter([{changed}], lambda each: each.before is distinct from each.after) as columns",
    ]
    yield from each_row(
        connection,
        f"select * from (select {', '.join(selected)} from a full outer join b on {joined}) as compared "
        "where before_batch_id is null or after_batch_id is null or len(columns) > 0 order by all",
    )


def _key(table: Table) -> dict[str, str]:
    """The columns by which a row is known at both moments, each with its SQL."""
    if table.name == _ENTRIES:
        persons = {name: f"case when entry_id is null then {name} end" for name in _WITHOUT_ID}
        return {"entry_id": "entry_id", **persons}
    return {name: name for name in table.key or _LINES_ARE_KNOWN_BY[table.name]}


def _difference(table: Table, row: dict[str, Any], received: dict[str, datetime]) -> Difference:
    before, after = (_source(row, side, received) for side in ("before", "after"))
    both = before is not None and after is not None
    what: What = "changed" if both else "arrived" if after else "withdrawn"
    key = {name.removeprefix("key "): value for name, value in row.items() if name.startswith("key ")}
    return Difference(
        source=table.source,
        table=table.name,
        what=what,
        key={name: value for name, value in key.items() if value is not None},
        project=row["project"],
        unit=row["unit"],
        amount_before=row["amount_before"],
        amount_after=row["amount_after"],
        columns={each["name"]: (each["before"], each["after"]) for each in row["columns"]} if both else {},
        before=before,
        after=after,
    )


def _source(row: dict[str, Any], side: str, received: dict[str, datetime]) -> Source | None:
    batch = row[f"{side}_batch_id"]
    if batch is None:
        return None
    path, sheet, place = (row[f"{side}_source_{name}"] for name in ("path", "sheet", "place"))
    return Source(path, sheet, place, batch, received.get(batch))


def _total(key: tuple[str, str, str | None], rows: Sequence[Difference]) -> Total:
    source, table, unit = key
    return Total(
        source=source,
        table=table,
        unit=unit,
        arrived=sum(row.what == "arrived" for row in rows),
        changed=sum(row.what == "changed" for row in rows),
        withdrawn=sum(row.what == "withdrawn" for row in rows),
        amount_before=sum((row.amount_before or Decimal(0) for row in rows), Decimal(0)),
        amount_after=sum((row.amount_after or Decimal(0) for row in rows), Decimal(0)),
    )
