"""Closing a period as assets: what was published of it lands as `raw_closing`, and the release is made anew."""

# No `from __future__ import annotations`: Dagster compares the annotation of `config` as an object.

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.landing.closings import FROZEN_TABLES, PERIOD_CLOSES, SCHEMA, Change
from pipelines.progress import listener
from pipelines.publishing.closing import ClosingError, close_period, reopen_period
from pipelines.resources import Folder, said_plainly

CLOSE_OP = "close_period"


class Close(dg.Config):
    """What is closed or reopened, by whom and why; a reason is needed to reopen."""

    period: str
    by: str
    reason: str | None = None
    reopen: bool = False


def closing_assets() -> dg.AssetsDefinition:
    """One op that records the close and keeps the published figures; only the job `close` runs it."""

    @dg.multi_asset(
        name=CLOSE_OP,
        specs=[_spec(name) for name in (*FROZEN_TABLES, PERIOD_CLOSES.name)],
        pool="warehouse",
    )
    def close(config: Close, folder: Folder) -> Iterator[dg.MaterializeResult[Any]]:
        listener().stage("closing")
        with said_plainly():
            change = _change(folder, config)
        facts: dict[str, Any] = {"period": config.period, "is_new": change is not None}
        for name in (*FROZEN_TABLES, PERIOD_CLOSES.name):
            yield dg.MaterializeResult(asset_key=[SCHEMA, name], metadata=facts)

    return close


def _change(folder: Folder, config: Close) -> Change | None:
    if not config.reopen:
        return close_period(folder.home, config.period, by=config.by, reason=config.reason)
    if not config.reason:
        raise ClosingError("Reopening is recorded with its reason: give one.")
    return reopen_period(folder.home, config.period, by=config.by, reason=config.reason)


def _spec(name: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=[SCHEMA, name],
        group_name="landing_closing",
        description=f"`{name}`: what is kept of the published figures of closed periods.",
        kinds={"parquet"},
        owners=["team:pmo"],
    )
