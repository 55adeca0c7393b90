"""`pmo`: the command line. Here: the commands and what becomes of an error; each does its work in `pipelines.commands`.

Heavy libraries are imported by the command that needs them, so that `pmo --help` answers at once.
"""

from __future__ import annotations

import io
import sys
from importlib import import_module
from pathlib import Path

import click

COMMANDS = (
    "init",
    "doctor",
    "preview",
    "refresh",
    "report",
    "reconcile",
    "trace",
    "compare",
    "quarantine",
    "close",
    "published",
    "release",
    "backfill",
    "erase",
    "docs",
    "demo",
)


class Commands(click.Group):
    """Loads a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a new user needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None for a word that is none."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"pipelines.commands.{cmd_name}").command
        return found


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="The PMO folder. Default: the environment variable PMO_HOME, else the current directory.",
)
@click.version_option(package_name="pmo-warehouse", prog_name="pmo")
@click.pass_context
def pmo(context: click.Context, home: Path | None) -> None:
    """Budgeted, forecast, committed and consumed, per project: from Jira, timesheets and budget files to marts
    that tie to the cent.

    Exit codes: 0 done, 1 failed, 2 wrong call, 3 done but rows are in quarantine or unmapped, or a check warns.
    """
    context.obj = {"home": home}


def main() -> None:
    """The console script. What is wrong with the call or the folder is said in words, with exit code 2."""
    from pipelines.settings import SettingsError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has no – gets a ?, and no traceback.
            stream.reconfigure(errors="replace")
    try:
        pmo(prog_name="pmo")
    except SettingsError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
