"""What Dagster loads: every stage's assets, one policy over all of them, the job and what starts it.

Here: putting together only. The folder worked on is PMO_HOME (or the current directory when it holds pmo.yaml);
without one, loading fails with a message that says so.
"""

from __future__ import annotations

import json

import dagster as dg

from pipelines.defs import alerts, automation, delivering, landing, publishing, tidying, warehouse
from pipelines.resources import Folder, Moment
from pipelines.settings import Home, load_settings, resolve_home
from pipelines.warehouse import dbt_manifest


@dg.definitions
def definitions() -> dg.Definitions:
    """The code location `pmo_warehouse`."""
    return assemble(resolve_home())


def assemble(home: Home) -> dg.Definitions:
    """All definitions for one PMO folder. Parses the dbt project when it has no manifest yet."""
    settings = load_settings(home)
    manifest = json.loads(dbt_manifest(home).read_text(encoding="utf-8"))
    assets = dg.Definitions.merge(
        landing.definitions(settings), warehouse.definitions(manifest), publishing.definitions(manifest)
    ).permissive_map_resolved_asset_specs(func=automation.with_freshness, selection=None)
    resources = {"folder": Folder(root=str(home.root)), "moment": Moment()}
    return dg.Definitions.merge(
        assets,
        automation.definitions(settings),
        alerts.definitions(automation.REFRESH),
        delivering.definitions(settings),
        tidying.definitions(settings),
        dg.Definitions(resources=resources),
    )
