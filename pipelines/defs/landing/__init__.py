"""Landing: what is received from each source, as Dagster assets keyed like dbt's sources."""

from __future__ import annotations

import dagster as dg

from pipelines.defs.landing.inbox import inbox_assets
from pipelines.defs.landing.jira import jira_assets
from pipelines.settings import Settings


def definitions(settings: Settings) -> dg.Definitions:
    """The landing assets of every source."""
    return dg.Definitions(assets=[jira_assets(), *inbox_assets(has_tempo=bool(settings.tempo))])
