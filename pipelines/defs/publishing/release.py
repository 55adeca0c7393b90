"""The release as an asset: made of the public marts, once dbt has built and tested all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from pipelines.progress import listener
from pipelines.publishing.closing import close_declared
from pipelines.publishing.marts import Mart
from pipelines.publishing.outlets import Followed, follow
from pipelines.publishing.publication import MART as PUBLISHED_FIGURES
from pipelines.publishing.publication import Keeping, keep_figures
from pipelines.publishing.release import Published, publish
from pipelines.publishing.release_files import SCHEMA
from pipelines.resources import Folder, Moment, said_plainly

RELEASE = dg.AssetKey(["published", "release"])
REPRODUCED = "the_figures_are_those_published_before"
EVERYWHERE = "every_outlet_shows_the_release"
NOT_TAKEN_BACK = "the_release_was_not_taken_back"


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
            ),
            dg.AssetCheckSpec(
                EVERYWHERE,
                asset=RELEASE,
                description="Postgres, where pmo.yaml names one, has followed the files of published/.",
            ),
            dg.AssetCheckSpec(
                NOT_TAKEN_BACK,
                asset=RELEASE,
                description="What the warehouse holds is published: no rollback holds it back.",
            ),
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
        settings = folder.settings
        with said_plainly():
            made = publish(
                warehouse=home.warehouse_file,
                published=home.published,
                marts=marts,
                keep=settings.publish.keep,
            )
            # What was taken back is no publication: no figure of it is kept, and nothing is closed on it.
            kept = Keeping(is_new=False) if made.held_back else keep_figures(home)
            if moment.known_at is None and not made.held_back:
                close_declared(home, as_of=moment.resolve(settings).as_of)
            followed = follow(home, settings, anew=moment.full)
        listener().step(made.release.release_id)
        yield dg.MaterializeResult(
            metadata={
                "release_id": made.release.release_id,
                "is_new": made.is_new,
                "figures_kept": kept.is_new,
                "content_hash": made.release.content_hash,
                "dagster/row_count": sum(made.release.rows.values()),
                "rows": dict(made.release.rows),
                "dagster/uri": home.published_file.as_uri(),
                "loaded_into_postgres": list(followed.loaded),
            },
            check_results=[_reproduced(kept), _everywhere(followed), _not_taken_back(made)],
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


def _everywhere(followed: Followed) -> dg.AssetCheckResult:
    said = [*filter(None, [followed.failure]), *followed.notes]
    return _warning(EVERYWHERE, "\n".join(said))


def _not_taken_back(made: Published) -> dg.AssetCheckResult:
    held = made.held_back
    if held is None or held.withdrawn is None:
        return _warning(NOT_TAKEN_BACK, "")
    return _warning(
        NOT_TAKEN_BACK,
        f"This refresh made release {held.release_id} again, which {held.withdrawn.by} took back on "
        f"{held.withdrawn.at}. Nothing was published: release {made.release.release_id} stands. The next release with "
        f"other content is published; `pmo release rollback {held.release_id}` brings this one back.",
    )


def _warning(check: str, said: str) -> dg.AssetCheckResult:
    """Passed where there is nothing to say."""
    return dg.AssetCheckResult(
        asset_key=RELEASE,
        check_name=check,
        passed=not said,
        severity=dg.AssetCheckSeverity.WARN,
        description=said or None,
    )


def _said(differing: int) -> str:
    figures = "1 figure is" if differing == 1 else f"{differing} figures are"
    return (
        f"Of the same as-of date, inputs and configuration, {figures} not what was published before: another version "
        f"of pmo computes them differently. `pmo published` names the release that came first; its figures stay in "
        f"{PUBLISHED_FIGURES} of every later release."
    )
