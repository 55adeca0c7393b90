"""`pmo docs`: what dbt knows of the warehouse, from source to mart, as one page for a browser."""

from __future__ import annotations

from pathlib import Path

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


@click.command(name="docs")
@click.argument("page", required=False, metavar="[FILE]", type=click.Path(path_type=Path, dir_okay=False))
@home_option
def command(page: Path | None, home_option: Path | None) -> None:
    """Write dbt's documentation of every table, with its SQL and lineage, to FILE (reports/warehouse.html)."""
    from pipelines.warehouse import WarehouseError, document

    home = chosen_home(home_option)
    target = page or home.reports / "warehouse.html"
    try:
        document(home, target)
    except WarehouseError as error:
        error_console().print(f"error: {error}", markup=False, soft_wrap=True)
        finish(FAILED)
    console().print(f"{target}: open it in a browser; it needs no network.", markup=False)
    finish(DONE)
