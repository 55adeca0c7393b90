"""`pmo quarantine`: the rows that wait to be mended, and the codes that wait to be mapped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from pipelines.commands.common import (
    DONE,
    DONE_WITH_REMARKS,
    FAILED,
    chosen_home,
    console,
    error_console,
    finish,
    home_option,
    json_option,
)
from pipelines.settings import Home

QUARANTINED = """
    select source, object as "table", path, sheet, place, column_name, rule, content, message
    from marts.fct_quarantine_row order by path, sheet nulls first, place
"""
UNMAPPED = """
    select source_system as source, object as "table", kind, source_code as code, unmapped_rows as "rows",
        amount, hours
    from marts.fct_unmapped_code order by all
"""


@click.command(name="quarantine")
@json_option
@home_option
def command(as_json: bool, home_option: Path | None) -> None:
    """List quarantined rows with place, rule, content and mend, and unmapped codes; exit code 3 while there are any."""
    found = standing(chosen_home(home_option))
    if found is None:
        error_console().print("[red]error:[/] nothing has been built here yet: run `pmo refresh` first.")
        finish(FAILED)
        return
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
    else:
        show(found)
    finish(DONE_WITH_REMARKS if any(found.values()) else DONE)


def standing(home: Home) -> dict[str, list[dict[str, Any]]] | None:
    """What stands in the warehouse: `quarantined` and `unmapped`; None before the first build.

    The raw content of a row stays in the warehouse file, which is the PMO's own, and is not published.
    """
    import duckdb

    if not home.warehouse_file.is_file():
        return None
    try:
        with duckdb.connect(str(home.warehouse_file), read_only=True) as connection:
            return {"quarantined": _rows(connection, QUARANTINED), "unmapped": _rows(connection, UNMAPPED)}
    except duckdb.CatalogException:
        return None
    except duckdb.IOException as error:
        raise click.ClickException(
            f"The warehouse is being built: try again in a moment. ({error})"
        ) from None


def _rows(connection: Any, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def show(found: dict[str, list[dict[str, Any]]]) -> None:
    """A paragraph for each quarantined row, a line for each unmapped code."""
    out = console()
    if not any(found.values()):
        out.print("Nothing in quarantine, nothing unmapped.")
    for row in found["quarantined"]:
        sheet = f", sheet {row['sheet']}" if row["sheet"] else ""
        out.print(f"{row['path']}{sheet}, {row['place']}", style="bold", markup=False)
        out.print(f"  {row['rule']} in {row['column_name']}: {row['message']}", markup=False)
        out.print(f"  {row['content']}", style="dim", markup=False)
    if found["unmapped"]:
        out.print(
            "Unmapped codes: add a row to reference/crosswalk (projects) or reference/people_crosswalk (people)."
        )
    for row in found["unmapped"]:
        size = f"{row['hours']:,.2f} h" if row["hours"] is not None else f"{row['amount'] or 0:,.2f}"
        out.print(
            f"  {row['kind']} {row['code']!r} in {row['source']} ({row['table']}): {row['rows']} rows, {size}",
            markup=False,
        )
