"""`pmo trace`: one figure of the position or the movement, and every row under it with its file, sheet and place."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from decimal import Decimal

    from pipelines.publishing.tracing import Part, Trace
    from pipelines.publishing.tracing_rows import Event, Leaf

COLUMNS = (
    *(
        "part",
        "amount",
        "kind",
        "document",
        "cost_category",
        "dated_on",
        "period",
        "charge_period",
        "after_close",
    ),
    *("own_amount", "own_currency", "rate", "hours", "path", "sheet", "place", "batch", "received_at"),
)
"""The columns of the CSV file, a row for each leaf."""


@click.command(name="trace")
@click.argument("measure")
@click.option("--project", required=True, metavar="CODE", help="The project, as the marts call it.")
@click.option(
    "--period", required=True, metavar="PERIOD", help="A period of the fiscal calendar, e.g. 2026-03."
)
@click.option("--category", metavar="CATEGORY", help="One cost category; default all of the project.")
@click.option(
    "--view", type=click.Choice(["as_reported", "restated"]), default="as_reported", show_default=True
)
@click.option("--basis", type=click.Choice(["booked", "budget"]), default="booked", show_default=True)
@click.option(
    "--mart",
    type=click.Choice(["mart_budget_position", "mart_budget_movement"]),
    default="mart_budget_position",
    show_default=True,
    help="At the end of the period, or within it.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help="Show N rows of each part; default 20, 0 for all.",
)
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help="Write every row there."
)
@json_option
@home_option
def command(
    measure: str,
    project: str,
    period: str,
    category: str | None,
    view: str,
    basis: str,
    mart: Any,
    limit: int | None,
    csv_file: Path | None,
    as_json: bool,
    home_option: Path | None,
) -> None:
    """Show the rows under one figure: MEASURE (e.g. eac) of a project and period, down to file, sheet and cell."""
    from pipelines.publishing.tracing import Question, Tracer, WrongQuestion
    from pipelines.publishing.tracing_rows import TraceError

    home = chosen_home(home_option)
    load_settings(home)
    question = Question(measure, project, period, category, view, basis, mart)
    try:
        with Tracer(home) as tracer:
            found = tracer.trace(question)
    except WrongQuestion as error:
        raise click.UsageError(str(error)) from error
    except TraceError as error:
        error_console().print(f"error: {error}", style="red", markup=False)
        finish(FAILED)
        return
    if csv_file:
        _write_csv(csv_file, found)
    if as_json:
        click.echo(json.dumps(_as_json(found, limit), ensure_ascii=False, indent=1, default=str))
    else:
        _show(found, 20 if limit is None else limit or None)
    if found.difference:
        error_console().print(
            f"error: the rows under it add up to {_money(found.leaves_sum)}, not to {_money(found.figure)}. Report "
            f"this with the output of --json; the release is {found.release_id}.",
            style="red",
            markup=False,
        )
    finish(FAILED if found.difference else DONE)


def _show(found: Trace, limit: int | None) -> None:
    out, question = console(), found.question
    of = f"{question.project}, {question.category}" if question.category else question.project
    out.print(
        f"{question.measure} of {of}, {question.period}: {_money(found.figure)} {found.currency}",
        style="bold",
    )
    out.print(
        f"{question.mart}, {question.view}, {question.basis}; release {found.release_id}, as of {found.as_of}",
        style="dim",
    )
    for reason in found.reasons:
        out.print(f"  unknown for {reason}", markup=False)
    for note in found.notes:
        out.print(note, markup=False)
    for part in (part for part in found.parts if part.leaves or found.figure is not None):
        _show_part(part, limit, is_known=found.figure is not None)
    if found.figure is not None:
        rows = sum(len(part.leaves) for part in found.parts)
        said = (
            "equal to the figure"
            if not found.difference
            else f"the figure differs by {_money(found.difference)}"
        )
        out.print(
            f"\n{counted(rows, 'row')}: {_money(found.leaves_sum)} {found.currency}, {said}", style="bold"
        )
    out.print(f"Read: {', '.join(found.read)}", style="dim")


def _show_part(part: Part, limit: int | None, *, is_known: bool) -> None:
    out, sign = console(), "−" if part.sign < 0 else "+"
    amount = _money(part.amount) if is_known else counted(len(part.leaves), "row") + " without a rate"
    out.print(f"\n{sign} {part.measure}: {amount}", style="bold")
    for leaf in part.leaves[:limit]:
        out.print(f"  {_money(leaf.amount):>16}  {'  '.join(_words(leaf))}", markup=False)
        for event in leaf.events:
            out.print(f"  {'':>16}    {_event(event)}", style="dim", markup=False)
    hidden = len(part.leaves) - len(part.leaves[:limit])
    if hidden:
        out.print(
            f"  … and {counted(hidden, 'row')} more: --limit 0 shows all, --csv FILE writes them.",
            markup=False,
        )


def _words(leaf: Leaf) -> Iterator[str]:
    """What is said of a leaf in one line."""
    yield f"{leaf.kind} {leaf.document or ''}".strip()
    yield str(leaf.dated_on or leaf.period or "")
    if leaf.charge_period not in (None, leaf.period):
        yield f"booked in {leaf.period}, belongs to {leaf.charge_period}"
    if leaf.after_close:
        yield f"{leaf.after_close} after the close"
    if leaf.hours is not None:
        yield f"{leaf.hours.normalize():f} h"
    if leaf.own_amount is not None:
        own = f"{_money(leaf.own_amount)} {leaf.own_currency or ''}"
        yield f"{own} × {leaf.rate.normalize():f}" if leaf.rate is not None and leaf.rate != 1 else own
    yield _where(leaf.path, leaf.sheet, leaf.place)
    if leaf.received_at:
        yield f"received {leaf.received_at:%Y-%m-%d %H:%M} UTC"


def _event(event: Event) -> str:
    where = _where(event.path, event.sheet, event.place)
    amount = f"{_money(event.amount)} {event.currency or ''}"
    return f"{event.event} {event.document or ''}  {event.on or ''}  {amount}  {where}"


def _where(path: str | None, sheet: str | None, place: str | None) -> str:
    return ", ".join(part for part in (path, f"sheet {sheet}" if sheet else None, place) if part)


def _money(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount:,.2f}"


def _write_csv(file: Path, found: Trace) -> None:
    from pipelines.spreadsheets import write_csv

    leaves = ({"part": part.measure, **asdict(leaf)} for part in found.parts for leaf in part.leaves)
    write_csv(file, COLUMNS, ({name: leaf.get(name) for name in COLUMNS} for leaf in leaves))


def _as_json(found: Trace, limit: int | None) -> dict[str, Any]:
    parts = [
        {
            "measure": part.measure,
            "sign": part.sign,
            "amount": part.amount,
            "rows": len(part.leaves),
            "leaves": [asdict(leaf) for leaf in part.leaves[: limit or None]],
        }
        for part in found.parts
    ]
    return {
        **asdict(found.question),
        "release_id": found.release_id,
        "as_of": found.as_of,
        "currency": found.currency,
        "figure": found.figure,
        "leaves_sum": found.leaves_sum,
        "difference": found.difference,
        "null_reasons": found.reasons,
        "notes": found.notes,
        "read": found.read,
        "parts": parts,
    }
