"""`pmo backfill`: the figures of earlier dates, built from landing as it was known then, for the trend."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.common import (
    DONE,
    FAILED,
    chosen_home,
    console,
    error_console,
    finish,
    home_option,
)
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.publishing.backfill import Filled

_DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command(name="backfill")
@click.argument("dates", nargs=-1, type=_DATE, metavar="[DATE]...")
@click.option(
    "--from", "first", type=_DATE, metavar="DATE", help="Every end of a fiscal period from here on,"
)
@click.option("--until", "last", type=_DATE, metavar="DATE", help="up to here; default today.")
@click.option(
    "--known-now",
    is_flag=True,
    help="With all that is known now, instead of what had landed by the end of each date.",
)
@home_option
def command(
    dates: tuple[datetime, ...],
    first: datetime | None,
    last: datetime | None,
    known_now: bool,
    home_option: Path | None,
) -> None:
    """Keep the indicators of earlier dates, so that mart_kpi_trend begins before the first release.

    What is published stays as it is; the next build shows what was kept.
    """
    from pipelines.landing.manifest import LandingError
    from pipelines.publishing.backfill import backfill, period_ends
    from pipelines.warehouse import WarehouseError

    home = chosen_home(home_option)
    settings = load_settings(home)
    now = datetime.now(UTC)
    chosen = [each.date() for each in dates]
    if first is not None:
        chosen += period_ends(
            home, first.date(), last.date() if last else now.astimezone(settings.zone).date()
        )
    if not chosen:
        raise click.UsageError("give dates, or --from DATE for every end of a fiscal period since")
    kept = 0
    try:
        for filled in backfill(home, settings, sorted(set(chosen)), now=now, as_known_now=known_now):
            kept += filled.keeping is not None
            console().print(f"{filled.as_of}  {_said(filled)}")
    except (LandingError, WarehouseError) as error:
        error_console().print(f"error: {error}", markup=False, soft_wrap=True)
        finish(FAILED)
    if kept:
        console().print("`pmo refresh --full` puts what was kept into the release.")
    finish(DONE)


def _said(filled: Filled) -> str:
    moment = f"{filled.known_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if filled.keeping is None:
        return f"nothing had landed by {moment}: `--known-now` takes what is known now"
    if filled.keeping.is_new:
        return f"kept, as known at {moment}"
    if filled.keeping.differing:
        return (
            f"was kept before, and {filled.keeping.differing} figures would differ now, as known at {moment}"
        )
    return f"was kept before, as known at {moment}"
