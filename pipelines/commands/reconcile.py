"""`pmo reconcile`: ledger against marts, source files against landing against marts, posted labour against hours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

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
from pipelines.commands.reconciliation import (
    VIEWS,
    Reconciliation,
    Row,
    Scope,
    UnreadableRelease,
    read_reconciliation,
)

if TYPE_CHECKING:
    from rich.console import Console

_WHOLE: Final = ("project_code", "period", "view", "source", "object", "reason", "what", "about")
"""Columns that are never broken over two lines."""
SHOWN_ROWS: Final = 60
"""Longer tables show their first rows; the workbook and the JSON have all of them."""

LEDGER: Final = {
    "project_code": "project",
    "period": "period",
    "view": "view",
    "ledger_amount": "ledger",
    "reconciling_amount": "reconciling items",
    "mart_amount": "mart, posted",
    "difference": "difference",
    "goods_received_amount": "goods received not invoiced",
    "unposted_labour_amount": "unposted labour",
    "consumed": "consumed",
    "unrated_rows": "rows without a rate",
}
ITEMS: Final = {
    "project_code": "project",
    "period": "period",
    "view": "view",
    "reason": "reason",
    "object": "table",
    "item_rows": "rows",
    "amount": "amount",
    "amount_tx": "as on the documents",
    "currency_tx": "currency",
    "is_in_difference": "reconciling",
    "meaning": "what to do",
}
LABOUR: Final = {
    "project_code": "project",
    "period": "period",
    "hours": "hours",
    "hours_posted": "hours posted",
    "posted_amount": "posted",
    "valued_amount": "hours × rate",
    "variance": "variance",
    "price_variance": "price",
    "hours_variance": "hours",
    "unexplained": "unexplained",
    "not_posted_amount": "not posted yet",
    "null_reasons": "not split because",
}
LANDING: Final = {
    "source": "source",
    "object": "table",
    "unit": "unit",
    "source_rows": "rows in files",
    "quarantined_rows": "quarantined",
    "left_out_rows": "left out",
    "loaded_rows": "landed",
    "replaced_rows": "replaced",
    "later_rows": "not yet due",
    "mart_rows": "in the marts",
    "source_amount": "amount in files",
    "loaded_amount": "amount landed",
    "mart_amount": "amount in the marts",
    "difference": "difference",
    "mart_difference": "difference to the marts",
}
OPEN: Final = {
    "project_code": "project",
    "period": "period",
    "view": "view",
    "what": "what",
    "about": "table",
    "rows": "rows",
    "amount": "amount",
    "unit": "unit",
    "first_place": "for example",
    "what_to_do": "what to do",
}


@click.command(name="reconcile")
@click.option("--project", metavar="CODE", help="One project; `unmapped` for what nobody mapped.")
@click.option("--period", metavar="LABEL", help="One period, e.g. 2026-03.")
@click.option("--view", type=click.Choice(VIEWS), help="One view; default both.")
@click.option(
    "--xlsx",
    "workbook",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the whole of it as a workbook, too.",
)
@json_option
@home_option
def command(
    project: str | None,
    period: str | None,
    view: str | None,
    workbook: Path | None,
    as_json: bool,
    home_option: Path | None,
) -> None:
    """Tie the published release to the ledger and to the files; exit code 3 while anything is open."""
    home = chosen_home(home_option)
    if workbook is not None:
        _check_workbook(workbook)
    scope = Scope(project=project, period=period, views=(view,) if view else VIEWS)
    try:
        found = read_reconciliation(home, scope)
    except LookupError as error:
        raise click.UsageError(str(error.args[0])) from None
    except UnreadableRelease as error:
        raise click.ClickException(str(error)) from None
    if found is None:
        error_console().print("[red]error:[/] nothing has been published here yet: run `pmo refresh` first.")
        finish(FAILED)
        return
    code = DONE_WITH_REMARKS if found.open_points else DONE
    if workbook is not None:
        _write_workbook(workbook, found)
    print_json(found, code) if as_json else show(found)
    if workbook is not None:
        error_console().print(f"Written: {workbook}", markup=False)
    finish(code)


def _check_workbook(workbook: Path) -> None:
    if workbook.suffix.lower() != ".xlsx":
        raise click.BadParameter(f"{workbook} does not end in .xlsx.", param_hint="--xlsx")
    if not workbook.absolute().parent.is_dir():
        raise click.BadParameter(f"There is no folder {workbook.absolute().parent}.", param_hint="--xlsx")


def _write_workbook(workbook: Path, found: Reconciliation) -> None:
    from pipelines.commands.reconciliation_book import write_reconciliation
    from pipelines.spreadsheets import TooManyRows

    try:
        write_reconciliation(workbook, found)
    except TooManyRows as error:
        raise click.UsageError(f"{error} Choose a --project, a --period or a --view.") from None
    except OSError as error:
        raise click.ClickException(
            f"{workbook} cannot be written: {error.strerror}. Close it, or name another."
        ) from None


def print_json(found: Reconciliation, exit_code: int) -> None:
    """One object on standard output: every row, amounts as text."""
    content = {"exit_code": exit_code, **asdict(found)}
    click.echo(json.dumps(content, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def show(found: Reconciliation) -> None:
    """The tables one after the other, what is open last, where the eye ends."""
    out = console()
    facts = found.facts
    out.print(f"{facts['organisation']}, as of {facts['as_of']}, release {facts['release_id']}", markup=False)
    currency = next((row["currency"] for row in found.ledger), None)
    amounts = f", {currency}" if currency else ""
    _print(
        out, f"Ledger to mart{amounts}: ledger − reconciling items − mart = difference", LEDGER, found.ledger
    )
    _print(out, f"Reconciling items by reason{amounts}", ITEMS, found.items)
    _print(out, f"Labour{amounts}: posted − hours × rate = price + hours + unexplained", LABOUR, found.labour)
    _print(out, "Files to landing to marts", LANDING, found.landing)
    if not found.open_points:
        out.print("Everything ties: nothing is open.")
        return
    _print(out, "Open", OPEN, found.open_points)
    out.print(f"{counted(len(found.open_points), 'point')} open.")


def _print(out: Console, title: str, columns: dict[str, str], rows: Sequence[Row]) -> None:
    """A table of the columns in which any row has something; a line instead where there is no row."""
    from rich.table import Table

    if not rows:
        out.print(f"{title}: nothing.", markup=False)
        return
    used = {name: label for name, label in columns.items() if any(row.get(name) is not None for row in rows)}
    table = Table(title=title, title_justify="left")
    for name, label in used.items():
        values = [row.get(name) for row in rows]
        is_number = any(isinstance(each, int | Decimal) and not isinstance(each, bool) for each in values)
        table.add_column(
            label, justify="right" if is_number else "left", no_wrap=name in _WHOLE, overflow="fold"
        )
    for row in rows[:SHOWN_ROWS]:
        table.add_row(*(_cell(row.get(name)) for name in used))
    out.print(table)
    if len(rows) > SHOWN_ROWS:
        out.print(
            f"and {len(rows) - SHOWN_ROWS} more: choose a --project or a --period, or write --xlsx FILE."
        )


def _cell(value: Any) -> Any:
    from rich.text import Text

    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else Text(str(value))
