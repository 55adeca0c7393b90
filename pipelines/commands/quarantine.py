"""`pmo quarantine`: the rows that wait to be mended, and the codes that wait to be mapped."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

from pipelines.commands.common import (
    DONE,
    DONE_WITH_REMARKS,
    FAILED,
    chosen_home,
    console,
    counted,
    error_console,
    finish,
    home_option,
    json_option,
)
from pipelines.publishing.duckdb_sql import rows_of
from pipelines.settings import Home
from pipelines.spreadsheets import csv_line

QUARANTINED = """
    select source, object as "table", path, sheet, place, column_name, rule, content, message
    from restricted.fct_quarantine_row
"""
UNMAPPED = """
    select codes.source_system as source, codes.object as "table", codes.kind, codes.source_code as code,
        codes.unmapped_rows as "rows", codes.amount, codes.hours, suggested_code as suggestion, suggestion_reason
    from intermediate.int_unmapped_codes as codes
    left join intermediate.int_code_suggestions as suggestions
        on codes.kind = suggestions.kind and codes.source_system = suggestions.source_system
        and codes.source_code = suggestions.source_code
    order by all
"""


@click.command(name="quarantine")
@json_option
@home_option
def command(as_json: bool, home_option: Path | None) -> None:
    """List quarantined rows with their places, unmapped codes and refused files; exit code 3 while there are any."""
    home = chosen_home(home_option)
    found, refused = standing(home), refused_files(home)
    if found is None and not refused:
        error_console().print("[red]error:[/] nothing has been built here yet: run `pmo refresh` first.")
        finish(FAILED)
        return
    found = {**(found or {"quarantined": [], "unmapped": []}), "refused": refused}
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
            quarantined = sorted(rows_of(connection, QUARANTINED), key=_in_order_of_places)
            return {"quarantined": quarantined, "unmapped": rows_of(connection, UNMAPPED)}
    except duckdb.CatalogException:
        return None
    except duckdb.IOException as error:
        raise click.ClickException(
            f"The warehouse is being built: try again in a moment. ({error})"
        ) from None


def refused_files(home: Home) -> list[dict[str, Any]]:
    """Why files or sites were refused when they were last received: `source` and `message`."""
    from pipelines.landing.refused import refused_sources

    found = refused_sources(home.landing).items()
    return [
        {"source": source.removeprefix("raw_"), "message": line}
        for source, text in found
        for line in text.split("\n")
    ]


def _in_order_of_places(row: dict[str, Any]) -> list[Any]:
    """By path, sheet and place, numbers as numbers: E4 before E13."""
    text = "\0".join(str(row[name] or "") for name in ("path", "sheet", "place"))
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", text)]


def show(found: dict[str, list[dict[str, Any]]]) -> None:
    """A paragraph for each quarantined row, a line for each unmapped code and each refused file."""
    out = console()
    if not any(found.values()):
        out.print("Nothing in quarantine, nothing unmapped, nothing refused.")
    if found["refused"]:
        out.print("Refused when it was last received; nothing of it counts:")
    for row in found["refused"]:
        out.print(f"  {row['message']}", markup=False)
    for row in found["quarantined"]:
        sheet = f", sheet {row['sheet']}" if row["sheet"] else ""
        out.print(f"{row['path']}{sheet}, {row['place']}", style="bold", markup=False)
        out.print(f"  {row['rule']} in {row['column_name']}: {row['message']}", markup=False)
        out.print(f"  {row['content']}", style="dim", markup=False)
    if found["unmapped"]:
        out.print(
            "Unmapped codes: add source_system,source_id,project to reference/crosswalk.csv, or "
            "source_system,source_id,person to reference/people_crosswalk.csv; what stands below a code is such a row "
            "that may be right.",
            markup=False,
        )
    for row in found["unmapped"]:
        where = f"{row['source']} ({row['table']})"
        size = f"{row['hours']:,.2f} h" if row["hours"] is not None else f"{row['amount'] or 0:,.2f}"
        out.print(
            f"  {row['kind']} {row['code']!r} in {where}: {counted(row['rows'], 'row')}, {size}",
            markup=False,
        )
        if row["suggestion"] is not None:
            line = csv_line(row["source"], row["code"], row["suggestion"])
            out.print(f"    perhaps ({row['suggestion_reason']}): {line}", style="dim", markup=False)
