"""A file into typed extracts: through the layouts that claim it, else by the names of file, sheets and header.

Flow: bytes → `sheets` (raw cells) → `canonical` or `unpivot` (cells by canonical column) → `typed` (values and faults).
Nothing is judged here beyond what can be read; `pipelines.validation` does that.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from connectors.errors import UnknownFile, UnreadableFile
from connectors.tabular.canonical import canonical_grid, header_score, table_named
from connectors.tabular.content import Content, opened
from connectors.tabular.extract import Notes, TableExtract
from connectors.tabular.formats import known_formats, recognised
from connectors.tabular.grid import Grid, join
from connectors.tabular.layout import Layout, matching_layouts
from connectors.tabular.limits import DEFAULT_LIMITS, Limits
from connectors.tabular.number_formats import Shown, shown_otherwise
from connectors.tabular.shaping import Surroundings
from connectors.tabular.sheets import (
    CSV_SUFFIXES,
    JSON_SUFFIXES,
    WORKBOOK_SUFFIXES,
    Sheet,
    filled,
    read_csv,
    suffix_of,
)
from connectors.tabular.tables import Table
from connectors.tabular.typed import leave_out, typed
from connectors.tabular.workbooks import Workbook

READER_VERSION: Final = "7"
"""Raised whenever the same bytes would be read differently, so that files already landed are read again."""

READ_ME: Final = "Read me"
"""A sheet of a workbook that explains the others: no table, and nothing to be remarked on."""


@dataclass(slots=True)
class FileReading:
    """What one file holds: an extract a table, who read it (`canonical` or `layout:NAME`), remarks for a person."""

    extracts: list[TableExtract] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    readers: list[str] = field(default_factory=list)

    def add(self, extract: TableExtract, reader: str) -> None:
        """One more table of the file."""
        self.extracts.append(extract)
        self.readers.append(reader)


def read_file(
    path: Path,
    *,
    relative: str,
    source: str,
    tables: Sequence[Table],
    layouts: Mapping[str, Layout],
    surroundings: Surroundings | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> FileReading:
    """Read one file of the home.

    Args:
        path: where it lies.
        relative: its path below the home with forward slashes, as layouts and messages name it.
        source: the inbox folder it belongs to, e.g. `ledger`.
        tables: the canonical tables of that source.
        layouts: the layouts of pmo.yaml, by name.
        surroundings: what exports leave out because everybody there knows it.
        limits: how large it may be, and how much reading it may take.

    Raises:
        UnreadableFile: it is no table this source knows, asks for more than `limits` allows, or can't be opened.
        LayoutError: the layout that claims it contradicts its table.
    """
    _check_suffix(relative)
    data = _bytes(path, relative)
    reading = FileReading()
    with opened(data, relative=relative, notes=reading.notes, limits=limits) as content:
        _read(content, source, tables, layouts, surroundings or Surroundings(), reading)
    return reading


def _read(
    content: Content,
    source: str,
    tables: Sequence[Table],
    layouts: Mapping[str, Layout],
    surroundings: Surroundings,
    reading: FileReading,
) -> None:
    relative = content.relative
    chosen = {name: layouts[name] for name in matching_layouts(relative, layouts)}
    kind = "layout"
    if not chosen and not _is_canonical_workbook(content, tables):
        chosen, kind = recognised(content, formats=known_formats(source)), "format"
    if chosen:
        from connectors.tabular.unpivot import read_with_layouts

        found = read_with_layouts(content, source, tables, chosen, reading.notes, surroundings)
        for name, extract in found:
            reading.add(extract, f"{kind}:{name}")
        return
    if suffix_of(relative) in JSON_SUFFIXES:
        raise _unknown(relative, source, tables, "the file is")
    if content.book is None:
        grids = _csv(content, source, tables, reading)
    else:
        shown = shown_otherwise(content.data, relative=relative)
        grids = _workbook(content.book, source, tables, shown, reading)
    for table in tables:
        if table.name in grids:
            reading.add(typed(table, join(grids[table.name]), relative=relative), "canonical")


def _check_suffix(relative: str) -> None:
    if suffix_of(relative) not in CSV_SUFFIXES | WORKBOOK_SUFFIXES | JSON_SUFFIXES:
        raise UnreadableFile(
            f"{relative} is neither CSV nor a workbook nor JSON.",
            mend="Save it as .csv, .xlsx or .ods, or move it out of this folder.",
        )


def _bytes(path: Path, relative: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            f"{relative} can't be opened ({error.strerror or error}).",
            mend="Check that it is still there and that you may read it.",
        ) from error


def _is_canonical_workbook(content: Content, tables: Sequence[Table]) -> bool:
    """Whether a workbook, or a sheet of it, is named after a table, so that it is no export to be recognised."""
    if content.book is None:
        return False
    names = (stem_of(content.relative), *content.book.names)
    return any(table_named(name, tables) is not None for name in names)


def is_csv(relative: str) -> bool:
    """Whether a file is text with columns, by its name."""
    return suffix_of(relative) in CSV_SUFFIXES


def stem_of(relative: str) -> str:
    """A file's name without its ending."""
    return PurePosixPath(relative).stem


def _csv(
    content: Content, source: str, tables: Sequence[Table], reading: FileReading
) -> dict[str, list[Grid]]:
    relative = content.relative
    table = table_named(stem_of(relative), tables)
    if table is None:
        raise _unknown(relative, source, tables, "the file is")
    sheet = read_csv(
        content.data,
        relative=relative,
        score=partial(header_score, table=table),
        notes=reading.notes,
        limits=content.limits,
    )
    return {table.name: [canonical_grid(sheet, table, relative=relative)]}


def _workbook(
    book: Workbook,
    source: str,
    tables: Sequence[Table],
    shown: Mapping[str, Mapping[tuple[int, int], Shown]],
    reading: FileReading,
) -> dict[str, list[Grid]]:
    """Sheets named after tables; with none, the only sheet of a workbook that is named after one."""
    named = {name: table_named(name, tables) for name in book.visible}
    grids: dict[str, list[Grid]] = {}
    for name, table in named.items():
        if table is not None:
            grids.setdefault(table.name, []).append(
                canonical_grid(book.sheet(name), table, relative=book.relative, shown=shown.get(name))
            )
    if not grids:
        grids = _only_sheet(book, source, tables, shown)
    else:
        for name in (name for name, table in named.items() if table is None and not _explains(name)):
            _note_unread(book, name, "sheet", "it is named after no table", reading)
    for name in book.hidden:
        table = table_named(name, tables)
        if table is not None and not book.sheet(name).is_blank:
            grids.setdefault(table.name, []).append(_left_out(book.sheet(name), table, book.relative))
        _note_unread(book, name, "hidden sheet", "it is hidden", reading)
    return grids


def _explains(name: str) -> bool:
    return name.replace(" ", "").casefold() == READ_ME.replace(" ", "").casefold()


def _left_out(sheet: Sheet, table: Table, relative: str) -> Grid:
    """The rows of a hidden sheet named after a table: left out, with their amounts where they read."""
    extract = typed(table, canonical_grid(sheet, table, relative=relative), relative=relative)
    return Grid(left_out=leave_out(extract, "hidden sheet") + extract.left_out)


def _note_unread(book: Workbook, name: str, what: str, reason: str, reading: FileReading) -> None:
    """What a sheet that was not read holds, and why it was not read; one that holds nothing is only noted."""
    rows = book.sheet(name).filled_rows
    said = f"{book.relative}: the {what} {name!r} was not read, because {reason}"
    if not rows:
        reading.notes.append(f"{said}; it is empty.")
        return
    mend = "Show it if it counts" if reason == "it is hidden" else "Name it after its table if it counts"
    reading.notes.remark("sheet_not_read", f"{said}; it has {filled(rows)}. {mend}, else delete it.", rows)


def _only_sheet(
    book: Workbook,
    source: str,
    tables: Sequence[Table],
    shown: Mapping[str, Mapping[tuple[int, int], Shown]],
) -> dict[str, list[Grid]]:
    table = table_named(stem_of(book.relative), tables)
    if table is None:
        raise _unknown(book.relative, source, tables, "the file and its sheets are")
    sheets = [sheet for sheet in map(book.sheet, book.visible) if not sheet.is_blank]
    if len(sheets) > 1:
        names = ", ".join(repr(sheet.name) for sheet in sheets)
        raise UnknownFile(
            f"{book.relative} has several sheets ({names}), none of them named after a table.",
            mend=f"Name the sheet to read {table.name!r}.",
        )
    blank = Sheet(book.visible[0] if book.visible else None, [])
    sheet = sheets[0] if sheets else blank
    return {
        table.name: [canonical_grid(sheet, table, relative=book.relative, shown=shown.get(sheet.name or ""))]
    }


def _unknown(relative: str, source: str, tables: Sequence[Table], subject: str) -> UnknownFile:
    names = [table.name for table in tables]
    near = difflib.get_close_matches(stem_of(relative).casefold(), names, n=1, cutoff=0.6)
    example = near[0] if near else names[0]
    suffix = suffix_of(relative)
    return UnknownFile(
        f"{relative}: {subject} named after no table of {source} ({', '.join(names)}).",
        mend=f"Name the file {example}{suffix} or {example}_2026{suffix} after what it holds, or describe it under "
        "layouts: in pmo.yaml.",
    )
