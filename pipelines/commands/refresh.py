"""`pmo refresh`: receive, validate, build, publish; then what a PMO wants to see of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipelines.commands.common import (
    DONE,
    DONE_WITH_REMARKS,
    FAILED,
    chosen_home,
    error_console,
    finish,
    home_option,
    json_option,
)
from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE
from pipelines.moments import resolve_moments
from pipelines.settings import Home, load_settings


@click.command(name="refresh")
@click.option("--as-of", metavar="DATE", help="Reporting cut-off, e.g. 2026-04-30; default today.")
@click.option(
    "--known-at", metavar="MOMENT", help="Use only what was received by then, e.g. 2026-04-30T18:00."
)
@click.option(
    "--select",
    "sources",
    metavar="SOURCE",
    multiple=True,
    type=click.Choice([*FILE_SOURCES, JIRA_SOURCE]),
    help="Receive only this source (may be repeated); what landed before is built all the same.",
)
@click.option("--full", is_flag=True, help="Build and publish even if nothing is new.")
@json_option
@home_option
def command(
    as_of: str | None,
    known_at: str | None,
    sources: tuple[str, ...],
    full: bool,
    as_json: bool,
    home_option: Path | None,
) -> None:
    """Receive what is new, build the marts, publish them, and print the position of every project."""
    home = chosen_home(home_option)
    moment = {"as_of": as_of, "known_at": known_at, "full": full}
    finish(refresh(home, moment=moment, sources=sources, as_json=as_json))


def refresh(
    home: Home, *, moment: dict[str, Any], sources: tuple[str, ...] = (), as_json: bool = False
) -> int:
    """Runs a refresh, prints its outcome, returns the exit code. Raises SettingsError for a wrong folder or call."""
    from filelock import FileLock, Timeout

    from pipelines.commands.display import shown
    from pipelines.commands.run import run_refresh
    from pipelines.commands.summary import Summary, read_release

    _check_call(home, moment)
    home.warehouse.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home.warehouse / "refresh.lock", blocking=False), shown() as progress:
            outcome = run_refresh(home, moment=moment, sources=sources, progress=progress)
    except Timeout:
        error_console().print(
            f"[red]error:[/] another refresh of {home.root} is running: wait until it has ended."
        )
        return FAILED
    summary = Summary(home, outcome, read_release(home))
    code = exit_code(summary)
    summary.print_json(code) if as_json else summary.print()
    return code


def exit_code(summary: Any) -> int:
    """1 when the run failed; 3 while rows stand in quarantine or unmapped, or a check warns; else 0."""
    if not summary.outcome.success:
        return FAILED
    has_remarks = summary.outcome.warnings or (summary.release and summary.release.remarks)
    return DONE_WITH_REMARKS if has_remarks else DONE


def _check_call(home: Home, moment: dict[str, Any]) -> None:
    """What can be wrong with the call is found before anything heavy is loaded."""
    resolve_moments(load_settings(home), as_of=moment["as_of"], known_at=moment["known_at"])
