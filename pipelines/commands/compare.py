"""`pmo compare`: what a later moment knows that an earlier one did not, row by row."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.common import (
    DONE,
    FAILED,
    chosen_home,
    console,
    counted,
    error_console,
    finish,
    home_option,
    json_option,
)
from pipelines.moments import resolve_moments
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from decimal import Decimal

    from pipelines.publishing.comparison import Comparison, Difference, Source

COLUMNS = (
    *("source", "table", "what", "key", "project", "unit", "amount_before", "amount_after", "columns"),
    *(
        f"{side}_{name}"
        for side in ("before", "after")
        for name in ("path", "sheet", "place", "batch", "received_at")
    ),
)
"""The columns of the CSV file, a row for each difference."""
_SIGNS = {"arrived": "+", "changed": "~", "withdrawn": "−"}


@click.command(name="compare")
@click.option(
    "--known-at", required=True, metavar="MOMENT", help="The earlier moment, e.g. 2026-04-30T18:00."
)
@click.option("--and-known-at", metavar="MOMENT", help="The later moment; default now.")
@click.option(
    "--limit", type=click.IntRange(min=0), default=50, show_default=True, help="Show N rows; 0 for all."
)
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help="Write every row there."
)
@json_option
@home_option
def command(
    known_at: str,
    and_known_at: str | None,
    limit: int,
    csv_file: Path | None,
    as_json: bool,
    home_option: Path | None,
) -> None:
    """Show which rows arrived, changed or were withdrawn between two moments, and what was closed or reopened."""
    from pipelines.landing.manifest import LandingError
    from pipelines.publishing.comparison import compare
    from pipelines.warehouse import WarehouseError

    home = chosen_home(home_option)
    settings = load_settings(home)
    since = resolve_moments(settings, known_at=known_at).known_at
    until = resolve_moments(settings, known_at=and_known_at).known_at
    if since > until:
        raise click.UsageError("--known-at is the earlier moment: swap the two.")
    try:
        found = compare(home, settings, since=since, until=until)
    except (LandingError, WarehouseError) as error:
        error_console().print(f"error: {error}", style="red", markup=False)
        finish(FAILED)
        return
    if csv_file:
        _write_csv(csv_file, found)
    if as_json:
        said = {**asdict(found), "totals": [asdict(total) for total in found.totals]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=1, default=str))
    else:
        _show(found, limit or None)
    finish(DONE)


def _show(found: Comparison, limit: int | None) -> None:
    out = console()
    since, until = (f"{moment:%Y-%m-%d %H:%M:%S} UTC" for moment in (found.since, found.until))
    out.print(f"Known at {until} and not at {since}", style="bold")
    out.print(f"{counted(found.batches, 'batch')} received in between", style="dim")
    for change in found.closes:
        why = f": {change.reason}" if change.reason else ""
        out.print(
            f"{change.action} of {change.period}, {change.recorded_at:%Y-%m-%d %H:%M} UTC{why}", markup=False
        )
    for each in found.differences[:limit]:
        _show_difference(each)
    hidden = len(found.differences) - len(found.differences[:limit])
    if hidden:
        out.print(
            f"… and {counted(hidden, 'row')} more: --limit 0 shows all, --csv FILE writes them.", markup=False
        )
    if not found.differences and not found.closes:
        out.print("Both moments have the same rows in force.")
    for total in found.totals:
        unit = f" {total.unit}" if total.unit else ""
        out.print(
            f"{total.source}.{total.table}{unit}: {total.arrived} arrived, {total.changed} changed, "
            f"{total.withdrawn} withdrawn; {_number(total.amount_before)} became {_number(total.amount_after)}",
            style="bold",
            markup=False,
        )


def _show_difference(each: Difference) -> None:
    key = ", ".join(f"{name} {value}" for name, value in each.key.items())
    amount = _number(each.amount_after if each.amount_after is not None else each.amount_before)
    said = f"{_SIGNS[each.what]} {each.source}.{each.table} {key}: {each.what}"
    if each.project and "project" not in each.key:
        said += f", project {each.project}"
    if each.what != "changed" and amount:
        said += f", {amount} {each.unit or ''}".rstrip()
    console().print(said, markup=False)
    for name, (before, after) in each.columns.items():
        console().print(f"    {name}: {before or '(blank)'} became {after or '(blank)'}", markup=False)
    for word, source in (("was", each.before), ("is", each.after)):
        if source:
            console().print(f"    {word} in {_where(source)}", style="dim", markup=False)


def _where(source: Source) -> str:
    parts = (source.path, f"sheet {source.sheet}" if source.sheet else None, source.place)
    received = f", received {source.received_at:%Y-%m-%d %H:%M:%S} UTC" if source.received_at else ""
    return ", ".join(part for part in parts if part) + f", batch {source.batch}{received}"


def _number(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _write_csv(file: Path, found: Comparison) -> None:
    from pipelines.spreadsheets import write_csv

    rows = map(_flat, found.differences)
    write_csv(file, COLUMNS, ({name: row.get(name) for name in COLUMNS} for row in rows))


def _flat(each: Difference) -> dict[str, Any]:
    row = asdict(each)
    for side in ("before", "after"):
        row |= {f"{side}_{name}": value for name, value in (row[side] or {}).items()}
    return row | {name: json.dumps(row[name], ensure_ascii=False) for name in ("key", "columns")}
