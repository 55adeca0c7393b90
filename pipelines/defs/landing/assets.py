"""The factory of landing assets: one op a source, one asset a table.

Here: the wiring of a source, whatever it is. Which sources there are is in `jira` and `inbox` beside this module.
"""

# No `from __future__ import annotations`: Dagster compares the annotation of `context` as an object.

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from connectors.tabular.tables import Table
from pipelines.defs.landing.results import asset_spec, check_specs, results
from pipelines.progress import listener
from pipelines.resources import Folder, said_plainly

if TYPE_CHECKING:
    from pipelines.settings import Home, Settings
    from pipelines.validation.arrivals import Arrival

Receive = Callable[["Home", "Settings", Callable[[str], None]], "list[Arrival]"]


EXTRACTION_RETRY = dg.RetryPolicy(
    max_retries=2, delay=15, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
"""For what is behind a network."""


def landing_assets(
    tables: Sequence[Table],
    *,
    origin: str,
    kinds: set[str],
    receive: Receive,
    retry: dg.RetryPolicy | None = None,
    after: Sequence[dg.AssetKey] = (),
) -> dg.AssetsDefinition:
    """The assets of one source, received together by `receive`, once what it reads of landing (`after`) is there."""
    source = tables[0].source

    @dg.multi_asset(
        name=f"land_{source}",
        specs=[asset_spec(table, origin=origin, kinds=kinds, after=after) for table in tables],
        check_specs=[spec for table in tables for spec in check_specs(table)],
        retry_policy=retry,
        pool=f"landing_{source}",
    )
    def land(context: dg.AssetExecutionContext, folder: Folder) -> Iterator[dg.MaterializeResult[Any]]:
        progress = listener()
        progress.step(source, advance=False)
        with said_plainly(context):
            settings = folder.settings
            arrivals = receive(folder.home, settings, lambda text: progress.step(text, advance=False))
        progress.step(source)
        yield from results(tables, arrivals, settings)

    return land
