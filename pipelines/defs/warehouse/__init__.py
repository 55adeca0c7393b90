"""The warehouse: the context of a run and the dbt project over it, as Dagster assets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipelines.defs.warehouse.context import context_assets
from pipelines.defs.warehouse.dbt import warehouse_assets


def definitions(manifest: Mapping[str, Any]) -> dg.Definitions:
    """The assets that dbt's manifest describes, and the context before them."""
    return dg.Definitions(assets=[context_assets(manifest), warehouse_assets(manifest)])
