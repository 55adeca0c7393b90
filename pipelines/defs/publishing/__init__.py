"""Publishing: the release that readers see, as a Dagster asset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipelines.defs.publishing.closing import closing_assets
from pipelines.defs.publishing.release import release_asset
from pipelines.publishing.marts import public_marts


def definitions(manifest: Mapping[str, Any]) -> dg.Definitions:
    """The release of the marts that dbt's manifest calls public, and what is kept of it when a period is closed."""
    return dg.Definitions(assets=[closing_assets(), release_asset(public_marts(manifest))])
