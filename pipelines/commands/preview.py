"""`pmo preview FILE`: how a file would be read, cell by cell, before anything lands; a layout for one nobody knows.

Here: which folder, source and layouts are meant, and showing the result. Reading is `pipelines.validation.preview`.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.common import (
    DONE,
    DONE_WITH_REMARKS,
    FAILED,
    counted,
    finish,
    home_option,
    json_option,
)
from pipelines.landing.sources import FILE_SOURCES, tables_of
from pipelines.settings import (
    HOME_VARIABLE,
    SETTINGS_FILE,
    Home,
    Settings,
    SettingsError,
    load_layouts,
    load_settings,
    resolve_home,
)

if TYPE_CHECKING:
    from connectors.tabular.extract import ColumnSource
    from connectors.tabular.layout import Layout
    from pipelines.validation.preview import Preview, Record, TablePreview

SHOWN = 20
"""How many faults, left-out rows and equal totals are listed; `--json` has them all."""


@click.command(name="preview")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--source",
    type=click.Choice(FILE_SOURCES),
    help="Whose tables it fills. Default: by the folder in which it lies.",
)
@click.option("--layout", "layout_name", metavar="NAME", help="Read it by this layout of pmo.yaml.")
@click.option(
    "--layout-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Read it by the layouts in this file, written as in pmo.yaml.",
)
@click.option("--table", metavar="TABLE", help="The table that a proposed layout is to fill.")
@click.option(
    "--draft",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the proposed layout into this new file.",
)
@click.option("--rows", type=click.IntRange(min=0), default=10, show_default=True, help="Records to show.")
@json_option
@home_option
def command(
    file: Path,
    source: str | None,
    layout_name: str | None,
    layout_file: Path | None,
    table: str | None,
    draft: Path | None,
    rows: int,
    as_json: bool,
    home_option: Path | None,
) -> None:
    """Show how FILE would be read: tables, mapping, records with their cells, totals, and what would be quarantined.

    A file that nothing knows gets a proposed layout, which is shown and never applied. Nothing is landed.

    Exit codes: 0 all of it would be loaded, 3 some of it would be quarantined, 1 it would be refused, 2 wrong call.
    """
    from pipelines.validation.preview import Trial, path_in_home, preview, source_of

    home, settings = _home(home_option, file)
    found, path = source_of(file, home, settings)
    source = source or found
    if source is None:
        raise click.UsageError(
            f"{file} lies in no folder of a source: say --source {'|'.join(FILE_SOURCES)}."
        )
    if path is None or found != source:
        path = path_in_home(source, file.name)
    tables = [each.name for each in tables_of(source)]
    if table is not None and table not in tables:
        raise click.UsageError(f"--table: {source} has no table {table!r}, but {', '.join(tables)}.")
    if draft is not None and draft.exists():
        raise click.UsageError(f"--draft: {draft} exists already; name a new file.")
    if draft is not None and not draft.absolute().parent.is_dir():
        raise click.UsageError(f"--draft: there is no folder {draft.parent}.")
    trial = Trial(
        layouts=_layouts(layout_name, layout_file, settings, path),
        table=table,
        rows=rows,
        year=datetime.now(UTC).year,
    )
    seen = preview(file, path=path, source=source, home=home, settings=settings, trial=trial)
    if draft is not None and seen.proposal is not None:
        draft.write_text(seen.proposal.yaml, encoding="utf-8")
    elif draft is not None:
        click.echo(f"No layout was proposed, so nothing was written to {draft}.", err=True)
    if as_json:
        click.echo(json.dumps(as_object(seen), ensure_ascii=False, indent=1, default=str))
    else:
        click.echo("\n".join(lines_of(seen, draft)))
    finish({"loaded": DONE, "quarantined": DONE_WITH_REMARKS, "refused": FAILED}[seen.fate])


def _home(option: Path | None, file: Path) -> tuple[Home | None, Settings | None]:
    """The folder that is named, else the one in which the file lies; none of either is no mistake here."""
    named = option or (click.get_current_context().find_root().obj or {}).get("home")
    above = next((each for each in file.resolve().parents if (each / SETTINGS_FILE).is_file()), None)
    if named is None and not os.environ.get(HOME_VARIABLE, "").strip() and above is not None:
        named = above
    try:
        home = resolve_home(named)
    except SettingsError:
        return None, None
    return home, load_settings(home)


def _layouts(
    name: str | None, file: Path | None, settings: Settings | None, path: str
) -> dict[str, Layout] | None:
    """The layouts to try, None for those that claim the file; of several in a file those that claim it."""
    from connectors.tabular.layout import matching_layouts

    if name is not None and file is not None:
        raise click.UsageError("Say --layout or --layout-file, not both.")
    if name is not None:
        known = settings.layouts if settings else {}
        if name not in known:
            has = ", ".join(known) or "none"
            raise click.UsageError(
                f"--layout: there is no layout {name!r} in {SETTINGS_FILE} (there: {has})."
            )
        return {name: known[name]}
    if file is None:
        return None
    layouts = load_layouts(file, path)
    if len(layouts) == 1:
        return layouts
    claiming = matching_layouts(path, layouts)
    if not claiming:
        raise click.UsageError(f"--layout-file: none of {', '.join(layouts)} has files: that claim {path}.")
    return {each: layouts[each] for each in claiming}


def as_object(seen: Preview) -> dict[str, Any]:
    """The preview for machines; amounts as text, so that none becomes a binary fraction."""
    found: dict[str, Any] = {"fate": seen.fate, **asdict(seen)}
    if seen.proposal is not None:
        del found["proposal"]["layout"]
    for table, shown in zip(found["tables"], seen.tables, strict=True):
        for total, control in zip(table["totals"], shown.totals, strict=True):
            total |= {"difference": control.difference, "is_off": control.is_off}
    return found


def lines_of(seen: Preview, draft: Path | None = None) -> Iterator[str]:
    """The preview for a person."""
    yield f"{seen.file}, read as {seen.path}" + (f" of {seen.home}" if seen.home else "")
    if seen.refused is not None:
        yield ""
        yield "Refused as it stands:"
        yield from (f"  {line}" for line in seen.refused.split("\n"))
    if seen.proposal is not None:
        yield ""
        yield f"A layout to begin with, for {seen.proposal.table}. Look at every `# ?`, it is a guess:"
        yield ""
        yield seen.proposal.yaml.rstrip()
        yield ""
        yield "Nothing was changed. " + _next(seen, draft)
        yield "By this layout the file would be read so:"
    for table in seen.tables:
        yield ""
        yield from _table(table)
    if seen.notes:
        yield ""
        yield "Notes"
        yield from (f"  {note}" for note in seen.notes)
    yield ""
    yield _verdict(seen)


def _next(seen: Preview, draft: Path | None) -> str:
    if draft is None:
        name = seen.proposal.name if seen.proposal else "draft"
        return f"Put it into pmo.yaml, or into a file of its own (--draft {name}.yml writes it)."
    call = (
        f"pmo preview {shlex.quote(seen.file)} --source {seen.source} --layout-file {shlex.quote(str(draft))}"
    )
    return f"The layout is written to {draft}: edit it, then try it with\n  {call}"


def _verdict(seen: Preview) -> str:
    if seen.fate == "loaded":
        return "All of it would be loaded."
    if seen.fate == "quarantined":
        rows = sum(table.quarantined for table in seen.tables)
        return f"{counted(rows, 'row')} would be quarantined, the rest would be loaded."
    if seen.proposal is not None:
        return "Without a layout it would be refused: nothing of it would be loaded."
    return "It would be refused: nothing of it would be loaded."


def _table(table: TablePreview) -> Iterator[str]:
    counts = f"{counted(table.rows_in, 'row')} in"
    counts += (
        f" = {table.loaded:,} loaded + {table.quarantined:,} quarantined + {len(table.left_out):,} left out"
    )
    if table.refused:
        counts = f"{counted(table.rows_in, 'row')} in"
        counts += f" = {table.refused_rows:,} refused + {len(table.left_out):,} left out"
    yield f"{table.table} ({table.reader}): {counts}"
    yield from _listed("Refused", [line for reason in table.refused for line in reason.split("\n")])
    yield from _listed("Warnings", table.warnings)
    yield from _mapping(table.sources)
    if table.attributes:
        yield f"    Kept beside each row: {', '.join(map(repr, table.attributes))}"
    yield from _records(table.records)
    if table.sums:
        yield "  Sums of the rows that read"
        for each in table.sums:
            yield f"    {each.column} {plain(each.amount)} {each.unit} in {counted(each.rows, 'row')}"
    yield from _totals(table)
    mend_too = f"To mend as well in what is refused ({counted(len(table.faults), 'cell')})"
    yield from _listed(
        mend_too if table.refused else f"Quarantined ({counted(table.quarantined, 'row')})",
        [
            f"{_at(fault.sheet, fault.cell)}  {fault.column}  {fault.rule}  {fault.content!r}: {fault.message}"
            for fault in table.faults
        ],
    )
    left_out = [
        f"{_at(each.sheet, each.place)}  {each.reason}: {_content(each.content)}" for each in table.left_out
    ]
    yield from _listed(f"Left out ({counted(len(left_out), 'row')})", left_out)


def _mapping(sources: Sequence[ColumnSource]) -> Iterator[str]:
    """Each column once; of several sheets that differ, each with its sheets."""
    if not sources:
        return
    by_line: dict[tuple[str, str, str], list[str]] = {}
    for each in sources:
        by_line.setdefault((each.column, each.origin, each.notation), []).append(each.sheet or "")
    sheets = len({each.sheet for each in sources})
    width = max(len(each.column) for each in sources)
    yield "  Mapping" + (f" ({counted(sheets, 'sheet')})" if sheets > 1 else "")
    for (column, origin, notation), found in sorted(
        by_line.items(), key=lambda item: _order(item[0][0], sources)
    ):
        written = f", written as {notation}" if notation else ""
        only = f"  [{', '.join(found)}]" if len(found) < sheets else ""
        yield f"    {column:<{width}}  {origin}{written}{only}"


def _order(column: str, sources: Sequence[ColumnSource]) -> int:
    return [each.column for each in sources].index(column)


def _records(records: Sequence[Record]) -> Iterator[str]:
    if not records:
        return
    yield f"  First {counted(len(records), 'record')}, each value with its cell"
    sheet = None
    for number, record in enumerate(records, start=1):
        if record.sheet != sheet:
            sheet = record.sheet
            yield f"    sheet {sheet!r}"
        values = (
            f"{name} {_shown(place.value)}" + (f" [{place.cell}]" if place.cell else "")
            for name, place in record.values.items()
        )
        yield f"    {number:>2}  {' · '.join(values)}"


def _shown(value: object) -> str:
    """A value on one line."""
    return plain(value) if isinstance(value, Decimal) else " ".join(str(value).split("\n"))


def _totals(table: TablePreview) -> Iterator[str]:
    """The totals that the file states itself, those that are off first."""
    if not table.totals:
        return
    off = [total for total in table.totals if total.is_off]
    yield f"  Totals in the file: {len(table.totals) - len(off)} of {len(table.totals)} agree"
    for total in off[:SHOWN]:
        yield (
            f"    {_at(total.sheet, total.place)}  {total.label}: says {plain(total.stated)}, its rows add up to "
            f"{plain(total.read)}, difference {plain(total.difference)}"
        )
    if len(off) > SHOWN:
        yield f"    and {len(off) - SHOWN} more (--json lists all)"


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"  {title}"
    yield from (f"    {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"    and {len(lines) - SHOWN} more (--json lists all)"


def _at(sheet: str | None, place: str) -> str:
    return f"{sheet}!{place}" if sheet else place


def _content(content: str) -> str:
    """The texts of a raw row, without its headers."""
    row = json.loads(content)
    texts = " | ".join(str(value) for value in row.values() if value)
    return texts if len(texts) <= 80 else f"{texts[:79]}…"


def plain(value: Decimal) -> str:
    """An amount with grouped thousands and at least two decimals."""
    whole, _, decimals = f"{value:,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}"
