"""The sources that arrive as files: `inbox/<source>/` and `reference/`; hours arrive from Tempo, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import dagster as dg

from connectors.jira.tables import ISSUES
from pipelines.defs.landing.assets import EXTRACTION_RETRY, landing_assets
from pipelines.landing.sources import FILE_SOURCES, REFERENCE_SOURCE, TIMESHEETS_SOURCE, tables_of

if TYPE_CHECKING:
    from pipelines.settings import Home, Settings
    from pipelines.validation.arrivals import Arrival


def inbox_assets(*, has_tempo: bool = False) -> list[dg.AssetsDefinition]:
    """One op for each source of files; `has_tempo` where pmo.yaml names a Tempo account."""
    return [_source(source, has_tempo and source == TIMESHEETS_SOURCE) for source in FILE_SOURCES]


def _source(source: str, has_tempo: bool) -> dg.AssetsDefinition:
    def receive(home: Home, settings: Settings, report: Callable[[str], None]) -> list[Arrival]:
        from pipelines.validation.arrivals import receive_inbox

        return receive_inbox(home, settings, source, report=report)

    origin = "reference/" if source == REFERENCE_SOURCE else f"inbox/{source}/"
    return landing_assets(
        tables_of(source),
        origin=f"{origin} and Tempo's REST API" if has_tempo else origin,
        kinds={"file", "parquet"},
        receive=receive,
        retry=EXTRACTION_RETRY if has_tempo else None,
        # Tempo names issues by id alone: their projects are those that Jira has landed.
        after=[dg.AssetKey([ISSUES.schema, ISSUES.name])] if has_tempo else [],
    )
