"""What every command shares: the folder it works on, where it prints, and what its exit code means."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipelines.settings import Home, resolve_home

if TYPE_CHECKING:
    from rich.console import Console

DONE, FAILED, WRONG_CALL, DONE_WITH_REMARKS = 0, 1, 2, 3
Command = TypeVar("Command", bound=Callable[..., Any])


def home_option(command: Command) -> Command:
    """`--home DIR`, which may also stand before the command."""
    return click.option(
        "--home",
        "home_option",
        type=click.Path(path_type=Path, file_okay=False),
        help="The PMO folder. Default: the environment variable PMO_HOME, else the current directory.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`: one JSON object on standard output and nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")(command)


def chosen_home(option: Path | None) -> Home:
    """The folder that this command's `--home` names, else the one before the command, else the default."""
    context = click.get_current_context().find_root()
    return resolve_home(option or (context.obj or {}).get("home"))


def console() -> Console:
    """Where results are printed. No terminal: plain text, as wide as its content needs."""
    from rich.console import Console

    return Console(
        highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 200
    )


def error_console() -> Console:
    """Where progress and messages are printed, so that standard output holds results only."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def finish(code: int) -> None:
    """Ends the command with an exit code."""
    click.get_current_context().exit(code)


def counted(number: int, noun: str) -> str:
    """`1 row`, `2 rows`, `1,000 batches`."""
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
