"""The sources that arrive as files: `inbox/<source>/` and `reference/`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.defs.landing.assets import landing_assets
from pipelines.landing.sources import FILE_SOURCES, REFERENCE_SOURCE, tables_of

if TYPE_CHECKING:
    from pipelines.settings import Home, Settings
    from pipelines.validation.arrivals import Arrival


def inbox_assets() -> list[dg.AssetsDefinition]:
    """One op for each source of files."""
    return [_source(source) for source in FILE_SOURCES]


def _source(source: str) -> dg.AssetsDefinition:
    def receive(home: Home, settings: Settings, report: Callable[[str], None]) -> list[Arrival]:
        from pipelines.validation.arrivals import receive_inbox

        return receive_inbox(home, settings, source, report=report)

    origin = "reference/" if source == REFERENCE_SOURCE else f"inbox/{source}/"
    return landing_assets(tables_of(source), origin=origin, kinds={"file", "parquet"}, receive=receive)
