"""`pmo close`: close a period so that what was published of it never moves; reopen it; list what is closed."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.common import (
    DONE,
    FAILED,
    chosen_home,
    console,
    error_console,
    finish,
    home_option,
    json_option,
)
from pipelines.settings import Home, load_settings

if TYPE_CHECKING:
    from pipelines.landing.closings import Change


@click.command(name="close")
@click.argument("period", required=False)
@click.option("--reopen", is_flag=True, help="Reopen PERIOD, and every later one; needs --reason.")
@click.option("--by", metavar="NAME", help="Who closes; default the user of this machine.")
@click.option("--reason", metavar="TEXT", help="Why; kept with the close.")
@click.option("--list", "as_list", is_flag=True, help="List closes and reopenings, and do nothing.")
@json_option
@home_option
def command(
    period: str | None,
    reopen: bool,
    by: str | None,
    reason: str | None,
    as_list: bool,
    as_json: bool,
    home_option: Path | None,
) -> None:
    """Close PERIOD and every earlier one: their published figures stay, and what comes late goes to the next period."""
    home = chosen_home(home_option)
    load_settings(home)
    if as_list:
        _show(home, as_json)
        finish(DONE)
        return
    if period is None:
        raise click.UsageError(
            "Name the period to close, e.g. `pmo close 2026-03`, or ask for `pmo close --list`."
        )
    if reopen and not reason:
        raise click.UsageError("Reopening is recorded with its reason: add --reason TEXT.")
    close = {"period": period, "by": by or getpass.getuser(), "reason": reason, "reopen": reopen}
    finish(_change(home, close, as_json))


def _change(home: Home, close: dict[str, Any], as_json: bool) -> int:
    """Runs the job `close` as of the published release's date; returns the exit code."""
    from filelock import FileLock, Timeout

    from pipelines.commands.display import shown
    from pipelines.commands.run import run_close
    from pipelines.publishing.closing import recorded_closings, release_as_of

    before = len(recorded_closings(home).changes)
    as_of = release_as_of(home)
    moment = {"as_of": as_of.isoformat() if as_of else None, "known_at": None, "full": False}
    home.warehouse.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home.warehouse / "refresh.lock", blocking=False), shown() as progress:
            outcome = run_close(home, moment=moment, close=close, progress=progress)
    except Timeout:
        error_console().print(f"[red]error:[/] a refresh of {home.root} is running: wait until it has ended.")
        return FAILED
    changes = recorded_closings(home).changes[before:]
    if as_json:
        said = {"changes": [_fields(each) for each in changes], "failures": list(outcome.failures)}
        click.echo(json.dumps(said, ensure_ascii=False, indent=1, default=str))
    else:
        for failure in outcome.failures:
            error_console().print("[red]error:[/]", end=" ")
            error_console().print(failure, markup=False)
        _say(close, changes, succeeded=outcome.success)
    return DONE if outcome.success else FAILED


def _say(close: dict[str, Any], changes: tuple[Change, ...], *, succeeded: bool) -> None:
    if changes and close["reopen"]:
        console().print(f"Reopened {close['period']} and every later period. They hold what is known now.")
    elif changes:
        console().print(
            f"Closed {close['period']} and every earlier period, as published in release {changes[-1].release_id}. "
            "What comes late is booked in the next period."
        )
    elif succeeded:
        console().print(f"{close['period']} is closed already; nothing was changed.")


def _show(home: Home, as_json: bool) -> None:
    from rich.table import Table

    from pipelines.publishing.closing import recorded_closings

    known = recorded_closings(home)
    if as_json:
        through = known.closed_through
        said = {"closed_through": through, "changes": [_fields(each) for each in known.changes]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=1, default=str))
        return
    if not known.changes:
        console().print("No period has been closed here.")
        return
    table = Table("action", "period", "recorded at (UTC)", "by", "reason", "release", "holds through")
    for each in known.changes:
        holds = "" if each.valid_through_on is None else str(each.valid_through_on)
        if each.valid_through_on is not None and each.valid_through_on < each.period_start_on:
            holds = f"{holds} (reopened)"
        table.add_row(
            each.action,
            each.period,
            f"{each.recorded_at:%Y-%m-%d %H:%M}",
            each.closed_by,
            each.reason or "",
            each.release_id or "",
            holds,
        )
    console().print(table)


def _fields(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in change.__slots__}
