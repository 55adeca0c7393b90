"""The PMO pack as an asset: made of the release that stands, by a job of its own."""

from __future__ import annotations

from typing import Any

import dagster as dg

from pipelines.publishing.pack.making import make_pack
from pipelines.publishing.pack.reading import PackError
from pipelines.resources import Folder

PACK = dg.AssetKey(["published", "pack"])


def pack_asset(release: dg.AssetKey) -> dg.AssetsDefinition:
    """One asset, `published / pack`, of the whole portfolio."""

    @dg.asset(
        key=PACK,
        deps=[release],
        group_name="publishing",
        kinds={"html", "excel"},
        owners=["team:pmo"],
        description=(
            "The PMO pack in reports/<as-of date>/: one page and one workbook of the whole portfolio. "
            "One row per figure that the PMO reads."
        ),
    )
    def pack(folder: Folder) -> dg.MaterializeResult[Any]:
        try:
            made = make_pack(folder.home)
        except PackError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        return dg.MaterializeResult(
            metadata={
                "release_id": made.release_id,
                # No markdown: a name in it could be a picture from elsewhere.
                "headlines": dg.MetadataValue.text("\n".join(made.headlines)),
                "workbook": made.workbook.as_uri(),
                "dagster/uri": made.page.as_uri(),
            }
        )

    return pack
