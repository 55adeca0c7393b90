"""`pmo published`: which releases' figures are kept, and how each of them is built again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.common import DONE, chosen_home, console, finish, home_option, json_option
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.publishing.publication import Publication


@click.command(name="published")
@json_option
@home_option
def command(as_json: bool, home_option: Path | None) -> None:
    """List the releases whose figures are kept, with the command that builds each of them again."""
    from pipelines.publishing.publication import kept_publications

    home = chosen_home(home_option)
    load_settings(home)
    found = kept_publications(home)
    if as_json:
        click.echo(json.dumps({"published": [_fields(each) for each in found]}, indent=1, default=str))
    elif found:
        _show(found)
    else:
        console().print("Nothing has been published here: run `pmo refresh`.")
    finish(DONE)


def _show(found: list[Publication]) -> None:
    from rich.table import Table

    table = Table("as of", "release", "kept at (UTC)", "figures", "to build it again")
    for each in found:
        kept_at = f"{each.kept_at:%Y-%m-%d %H:%M}"
        table.add_row(str(each.as_of), each.release_id, kept_at, f"{each.figures:,}", _again(each))
    console().print(table)


def _fields(each: Publication) -> dict[str, Any]:
    return {name: getattr(each, name) for name in each.__slots__} | {"again": _again(each)}


def _again(each: Publication) -> str:
    return f"pmo refresh --as-of {each.as_of} --known-at {each.known_at:%Y-%m-%dT%H:%M:%S.%fZ} --full"
