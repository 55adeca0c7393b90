"""The release as an asset: made of the public marts, once dbt has built and tested all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from pipelines.progress import listener
from pipelines.publishing.closing import close_declared
from pipelines.publishing.marts import Mart
from pipelines.publishing.publication import MART as PUBLISHED_FIGURES
from pipelines.publishing.publication import Keeping, keep_figures
from pipelines.publishing.release import SCHEMA, publish
from pipelines.resources import Folder, Moment, said_plainly

RELEASE = dg.AssetKey(["published", "release"])
REPRODUCED = "the_figures_are_those_published_before"


def release_asset(marts: Sequence[Mart]) -> dg.AssetsDefinition:
    """One asset, `published / release`."""

    @dg.asset(
        key=RELEASE,
        deps=[dg.AssetKey([SCHEMA, mart.name]) for mart in marts],
        group_name="publishing",
        kinds={"duckdb", "parquet"},
        owners=["team:pmo"],
        pool="warehouse",
        check_specs=[
            dg.AssetCheckSpec(
                REPRODUCED,
                asset=RELEASE,
                description="As-of date, inputs and configuration published before give the figures kept then.",
            )
        ],
        description=(
            "What readers see: the public marts in published/pmo.duckdb and published/parquet/, swapped in whole. "
            "One row per public mart's row."
        ),
    )
    def release(folder: Folder, moment: Moment) -> Iterator[dg.MaterializeResult[Any]]:
        listener().stage("publishing")
        home = folder.home
        home.published.mkdir(parents=True, exist_ok=True)
        with said_plainly():
            made, is_new = publish(warehouse=home.warehouse_file, published=home.published, marts=marts)
            kept = keep_figures(home)
            if moment.known_at is None:
                close_declared(home, as_of=moment.resolve(folder.settings).as_of)
        listener().step(made.release_id)
        yield dg.MaterializeResult(
            metadata={
                "release_id": made.release_id,
                "is_new": is_new,
                "figures_kept": kept.is_new,
                "content_hash": made.content_hash,
                "dagster/row_count": sum(made.rows.values()),
                "rows": dict(made.rows),
                "dagster/uri": home.published_file.as_uri(),
            },
            check_results=[_reproduced(kept)],
        )

    return release


def _reproduced(kept: Keeping) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=RELEASE,
        check_name=REPRODUCED,
        passed=not kept.differing,
        severity=dg.AssetCheckSeverity.WARN,
        description=_said(kept.differing) if kept.differing else None,
        metadata={"differing": kept.differing},
    )


def _said(differing: int) -> str:
    figures = "1 figure is" if differing == 1 else f"{differing} figures are"
    return (
        f"Of the same as-of date, inputs and configuration, {figures} not what was published before: another version "
        f"of pmo computes them differently. `pmo published` names the release that came first; its figures stay in "
        f"{PUBLISHED_FIGURES} of every later release."
    )
