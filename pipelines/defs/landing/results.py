"""What Dagster is told of arrivals: one materialization and two checks a table.

Here: turning `Arrival`s into events, for every source the same way. Receiving is `pipelines.validation.arrivals`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from connectors.tabular.tables import SQL_TYPES, Table

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.validation.arrivals import Arrival

OWNERS = ("team:pmo",)


def asset_spec(
    table: Table, *, origin: str, kinds: set[str], after: Sequence[dg.AssetKey] = ()
) -> dg.AssetSpec:
    """The asset of one table; its key is dbt's source, `raw_ledger / orders`."""
    grain = ", ".join(table.key) or "row of a file"
    return dg.AssetSpec(
        key=[table.schema, table.name],
        deps=after,
        group_name=f"landing_{table.source}",
        description=f"`{table.name}` as received from {origin}, every version kept. One row per {grain} and batch.",
        kinds=kinds,
        owners=OWNERS,
        metadata={"dagster/column_schema": _column_schema(table)},
    )


def check_specs(table: Table) -> list[dg.AssetCheckSpec]:
    """Two checks: a refused batch stops everything after landing, a quarantined row is only reported."""
    key = dg.AssetKey([table.schema, table.name])
    return [
        dg.AssetCheckSpec(
            batches_check(table.name),
            asset=key,
            blocking=True,
            description="No batch was refused: columns, types and control totals are as they should be.",
        ),
        dg.AssetCheckSpec(
            rows_check(table.name),
            asset=key,
            description="No row of a new batch is in quarantine, and every plausibility rule holds.",
        ),
    ]


def batches_check(table: str) -> str:
    """The name of the blocking check."""
    return f"{table}_batches_are_acceptable"


def rows_check(table: str) -> str:
    """The name of the warning check."""
    return f"{table}_rows_are_usable"


def results(
    tables: Sequence[Table], arrivals: Iterable[Arrival], settings: Settings
) -> Iterator[dg.MaterializeResult[Any]]:
    """One result for every table, also for those that brought nothing.

    An asset that yields no output would make Dagster skip everything downstream of it, so a table without a file
    is materialized with status `absent`: its relation exists and is empty.
    """
    by_table: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        by_table[arrival.object].append(arrival)
    for table in tables:
        key = dg.AssetKey([table.schema, table.name])
        yield dg.MaterializeResult(
            asset_key=key,
            metadata=_metadata(by_table[table.name]),
            check_results=[
                _batches(key, table, by_table[table.name], settings),
                _rows(key, table, by_table[table.name]),
            ],
        )


def _metadata(arrivals: Sequence[Arrival]) -> dict[str, Any]:
    landed = [arrival for arrival in arrivals if arrival.status == "landed"]
    return {
        "status": _status(arrivals),
        "batches": len(landed),
        "dagster/row_count": sum(arrival.loaded for arrival in landed),
        "rows_in": sum(arrival.rows_in for arrival in landed),
        "quarantined": sum(arrival.quarantined for arrival in landed),
        "left_out": sum(arrival.left_out for arrival in landed),
        **_changes(landed),
        "seconds": round(sum(arrival.seconds for arrival in arrivals), 3),
    }


def _changes(landed: Sequence[Arrival]) -> dict[str, str]:
    """How files differ from the versions that they superseded."""
    said = [f"{arrival.path}: {arrival.message}" for arrival in landed if arrival.message]
    return {"changes": "\n".join(said)} if said else {}


def _status(arrivals: Sequence[Arrival]) -> str:
    statuses = {arrival.status for arrival in arrivals}
    return next((name for name in ("refused", "landed", "unchanged") if name in statuses), "absent")


def _batches(
    key: dg.AssetKey, table: Table, arrivals: Sequence[Arrival], settings: Settings
) -> dg.AssetCheckResult:
    """Failed when a batch was refused; with `on_bad_batch: continue` it warns and lets the run go on."""
    refused = [arrival for arrival in arrivals if arrival.status == "refused"]
    goes_on = settings.on_bad_batch == "continue"
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=batches_check(table.name),
        passed=not refused,
        severity=dg.AssetCheckSeverity.WARN if goes_on else dg.AssetCheckSeverity.ERROR,
        description="\n".join(arrival.message or arrival.path for arrival in refused) or None,
        metadata={"refused": len(refused)},
    )


def _rows(key: dg.AssetKey, table: Table, arrivals: Sequence[Arrival]) -> dg.AssetCheckResult:
    accepted = [arrival for arrival in arrivals if arrival.status != "refused"]
    failed = [
        check for arrival in accepted for check in arrival.checks if not (check.passed or check.blocking)
    ]
    quarantined = sum(arrival.quarantined for arrival in accepted)
    lines = [f"{check.name}: {check.message}" for check in failed]
    if quarantined and not lines:
        rows = "1 row" if quarantined == 1 else f"{quarantined} rows"
        lines = [f"{rows} in quarantine: `pmo quarantine` lists them with their places."]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=rows_check(table.name),
        passed=not lines,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(lines) or None,
        metadata={"quarantined": quarantined, "rules_failed": len(failed)},
    )


def _column_schema(table: Table) -> dg.TableSchema:
    columns = [
        dg.TableColumn(
            column.name,
            SQL_TYPES[column.kind],
            constraints=dg.TableColumnConstraints(nullable=not column.required),
        )
        for column in table.columns
    ]
    return dg.TableSchema(columns=columns)
