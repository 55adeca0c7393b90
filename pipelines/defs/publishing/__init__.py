"""Publishing: the release that readers see, and the pack that is made of it, as Dagster assets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipelines.defs.publishing.closing import closing_assets
from pipelines.defs.publishing.pack import pack_asset
from pipelines.defs.publishing.release import RELEASE, release_asset
from pipelines.publishing.marts import public_marts


def definitions(manifest: Mapping[str, Any]) -> dg.Definitions:
    """The release of the marts that dbt's manifest calls public, what is kept when a period is closed, the pack."""
    return dg.Definitions(
        assets=[closing_assets(), release_asset(public_marts(manifest)), pack_asset(RELEASE)]
    )
