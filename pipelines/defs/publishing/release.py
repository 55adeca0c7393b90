"""The release as an asset: made of the public marts, once dbt has built and tested all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from pipelines.progress import listener
from pipelines.publishing.closing import close_declared
from pipelines.publishing.marts import Mart
from pipelines.publishing.release import SCHEMA, publish
from pipelines.resources import Folder, Moment, said_plainly


def release_asset(marts: Sequence[Mart]) -> dg.AssetsDefinition:
    """One asset, `published / release`."""

    @dg.asset(
        key=["published", "release"],
        deps=[dg.AssetKey([SCHEMA, mart.name]) for mart in marts],
        group_name="publishing",
        kinds={"duckdb", "parquet"},
        owners=["team:pmo"],
        pool="warehouse",
        description=(
            "What readers see: the public marts in published/pmo.duckdb and published/parquet/, swapped in whole. "
            "One row per public mart's row."
        ),
    )
    def release(folder: Folder, moment: Moment) -> dg.MaterializeResult[Any]:
        listener().stage("publishing")
        home = folder.home
        home.published.mkdir(parents=True, exist_ok=True)
        with said_plainly():
            made, is_new = publish(warehouse=home.warehouse_file, published=home.published, marts=marts)
            if moment.known_at is None:
                close_declared(home, as_of=moment.resolve(folder.settings).as_of)
        listener().step(made.release_id)
        return dg.MaterializeResult(
            metadata={
                "release_id": made.release_id,
                "is_new": is_new,
                "content_hash": made.content_hash,
                "dagster/row_count": sum(made.rows.values()),
                "rows": dict(made.rows),
                "dagster/uri": home.published_file.as_uri(),
            }
        )

    return release
