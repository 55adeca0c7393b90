"""What dbt is told of this run: the committed batches and the parameters, as assets named like dbt's `raw_control`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from pipelines.landing.closings import PERIOD_CLOSES
from pipelines.landing.closings import SCHEMA as CLOSING
from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE, tables_of
from pipelines.progress import listener
from pipelines.resources import Folder, Moment, said_plainly

CONTROL = "raw_control"


def context_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """One op that writes the context once every source has landed; its tables are those that dbt declares."""
    sources = manifest["sources"].values()
    control = sorted(source["name"] for source in sources if source["source_name"] == CONTROL)
    landed = [
        [table.schema, table.name] for source in (*FILE_SOURCES, JIRA_SOURCE) for table in tables_of(source)
    ]
    landed += [[CLOSING, PERIOD_CLOSES.name]]

    @dg.multi_asset(
        name="write_context",
        specs=[_spec(name, landed) for name in control],
        pool="warehouse",
    )
    def write_context(folder: Folder, moment: Moment) -> Iterator[dg.MaterializeResult[Any]]:
        from pipelines.landing import context as landing

        listener().stage("warehouse")
        with said_plainly():
            times = moment.resolve(folder.settings)
            written = landing.write_context(
                folder.home,
                folder.settings,
                as_of=times.as_of,
                known_at=times.known_at,
                started_at=datetime.now(UTC),
            )
        facts: dict[str, Any] = {"release_id": written.release_id, "batches": written.batches}
        for name in control:
            yield dg.MaterializeResult(asset_key=[CONTROL, name], metadata=facts)

    return write_context


def _spec(name: str, landed: list[list[str]]) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=[CONTROL, name],
        deps=[dg.AssetKey(key) for key in landed],
        group_name="landing_control",
        description=f"`{name}`: what this run knows of the batches committed so far, and its parameters.",
        kinds={"parquet"},
        owners=["team:pmo"],
    )
