"""The Jira sites that pmo.yaml names, received one after the other; none named, nothing arrives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import dagster as dg

from connectors.jira.tables import TABLES
from pipelines.defs.landing.assets import EXTRACTION_RETRY, landing_assets

if TYPE_CHECKING:
    from pipelines.settings import Home, Settings
    from pipelines.validation.arrivals import Arrival


def jira_assets() -> dg.AssetsDefinition:
    """One op for all sites."""
    return landing_assets(
        TABLES,
        origin="Jira's REST API",
        kinds={"jira", "parquet"},
        receive=_receive,
        retry=EXTRACTION_RETRY,
    )


def _receive(home: Home, settings: Settings, report: Callable[[str], None]) -> list[Arrival]:
    from pipelines.validation.arrivals import receive_jira

    return receive_jira(home, settings, report=report)
