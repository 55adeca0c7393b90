"""Sheets of raw cells, and CSV files into them by the standard library; workbooks are read by `workbooks`.

Here: encodings, delimiters, and refusing text that is no table. Row 0 and column 0 of a sheet are always A1. What the
cells mean is decided by `canonical` and `unpivot`.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final, Literal, cast

from connectors.errors import UnreadableFile
from connectors.tabular.cells import Cell, is_blank
from connectors.tabular.extract import Notes
from connectors.tabular.limits import DEFAULT_LIMITS, MAX_COLUMNS, Limits

CSV_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt"})
JSON_SUFFIXES: Final = frozenset({".json"})
WORKBOOK_SUFFIXES: Final = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
DELIMITERS: Final = (",", ";", "\t")
_DECLARED: Final = re.compile(r"[Ss][Ee][Pp]=([,;|\t])[\r\n]")
_RULE: Final = re.compile(r"-{10,}")
_MAY_BE_BARE: Final = frozenset("\t|")
_LONG_LINE: Final = 131_072
"""As many characters as a value may have (`csv.field_size_limit`)."""
_ROW_AS_CELLS: Final = 4
"""Memory that a row takes beside its cells, in cells: a hundred megabytes of line ends are a hundred million rows."""
MergedRange = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Raw cells by row and column, blank ones as empty text; `name` is None for CSV."""

    name: str | None
    rows: list[list[Cell]]
    merged: tuple[MergedRange, ...] = ()
    hidden_rows: frozenset[int] = frozenset()

    @property
    def is_blank(self) -> bool:
        """Whether no cell of it holds anything."""
        return all(is_blank_row(row) for row in self.rows)

    @property
    def filled_rows(self) -> int:
        """How many rows hold anything."""
        return sum(not is_blank_row(row) for row in self.rows)


def filled(rows: int) -> str:
    """`1 filled row`, `2 filled rows`."""
    return f"{rows} filled row{'' if rows == 1 else 's'}"


def is_blank_row(row: Iterable[Cell]) -> bool:
    """Whether no cell of a row holds anything."""
    return all(is_blank(cell) for cell in row)


def suffix_of(relative: str) -> str:
    """The file's ending, lower case."""
    return PurePosixPath(relative).suffix.lower()


def read_csv(
    data: bytes,
    *,
    relative: str,
    score: Callable[[list[list[Cell]]], int],
    notes: Notes,
    delimiter: str | None = None,
    encoding: str | None = None,
    delimiters: Sequence[str] = DELIMITERS,
    limits: Limits = DEFAULT_LIMITS,
) -> Sheet:
    """A CSV file as a sheet; `notes` receives what the person who sent it might want to know.

    Args:
        score: how many of the expected columns the first rows resolve; decides between delimiters, comma first.
        delimiter, encoding: how it is written, where that is declared.

    Raises:
        UnreadableFile: a workbook named .csv, an unknown encoding, a quote that is never closed, or more than
            `limits` allows.
    """
    text = _decoded(data, relative, notes, encoding)
    if (ruled := ruled_list(text)) is not None:
        return Sheet(None, ruled)
    if delimiter is not None:
        return Sheet(None, _records(text, delimiter, relative, limits))
    head = text[:65536]
    declared = _DECLARED.match(head)
    if declared is not None:
        return Sheet(None, _records(text, declared.group(1), relative, limits, skip_first=True))
    scores = [(score(loose(head, delimiter)), delimiter) for delimiter in delimiters]
    best = max(scores, key=lambda pair: pair[0])[1]
    if best != ",":
        notes.append(f"{relative}: the columns are separated by {'a tab' if best == chr(9) else best}")
    return Sheet(None, _records(text, best, relative, limits))


def ruled_list(text: str) -> list[list[Cell]] | None:
    """The rows of a list that a program printed with `|` between columns and rules of `-`; None for another text.

    Columns are where the header has its `|`, so that one inside a text parts nothing. What is no row of the table
    (titles, rules, page headers) leaves a blank row in its place.
    """
    head = text[:20_000].splitlines()[:60]
    bars = next((line for line in head if line.startswith("|") and line.rstrip().endswith("|")), None)
    if bars is None or not any(_RULE.fullmatch(line.strip()) for line in head):
        return None
    places = [place for place, sign in enumerate(bars.rstrip()) if sign == "|"]
    rows: list[list[Cell]] = []
    for line in text.splitlines():
        fits = line.startswith("|") and (line != bars or not any(rows))
        is_cut = all(place < len(line) and line[place] == "|" for place in places)
        if fits and not is_cut:
            rows.append([part.strip() for part in line.strip().strip("|").split("|")])
        else:
            cuts = pairwise(places)
            rows.append([line[start + 1 : end].strip() for start, end in cuts] if fits else [])
    return rows


def decoded_head(data: bytes) -> str:
    """The beginning of a text file, to recognise it by; empty where it is no text."""
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return ""
    head = data[:65536]
    text = head.decode(_encoding(data), errors="replace")
    return (text if "\ufffd" not in text[:-4] else head.decode("cp1252", errors="replace")).removeprefix(
        "\ufeff"
    )


def _decoded(data: bytes, relative: str, notes: Notes, declared: str | None = None) -> str:
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise UnreadableFile(
            f"{relative} is a workbook, in spite of its name.", mend="Name it .xlsx (or .xls)."
        )
    encoding = declared or _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if declared is not None:
            raise UnreadableFile(
                f"{relative} is not {declared} (byte {error.start + 1}).",
                mend="Correct csv: encoding: of its layout in pmo.yaml.",
            ) from error
        text = _windows(data, relative, error)
        notes.remark(
            "not_utf8",
            f"{relative} is not UTF-8 (byte {error.start + 1}) and was read as Windows-1252: check its "
            "accented letters, and save it as CSV UTF-8.",
        )
    if "\0" in text:
        notes.append(f"{relative}: {text.count(chr(0))} NUL bytes were passed over")
        text = text.replace("\0", "")
    return text.removeprefix("\ufeff")


def _encoding(data: bytes) -> str:
    """By the byte-order mark; without one UTF-8, unless every second byte is NUL."""
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    for mark, encoding in marks:
        if data.startswith(mark):
            return encoding
    head = data[:2000]
    if len(head) >= 4 and head[1::2].count(0) > 0.4 * len(head[1::2]):
        return "utf-16-le"
    if len(head) >= 4 and head[0::2].count(0) > 0.4 * len(head[0::2]):
        return "utf-16-be"
    return "utf-8"


def _windows(data: bytes, relative: str, error: UnicodeDecodeError) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise UnreadableFile(
            f"{relative} is in no encoding known here (byte {error.start + 1} is not UTF-8).",
            mend="Save it as CSV UTF-8 and put it here again.",
        ) from error


def loose(head: str, delimiter: str) -> list[list[Cell]]:
    """The first rows, without insisting that they are well formed: the head may end in the middle of one."""
    records: list[list[Cell]] = []
    try:
        for record in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            records.append([*record])
            if len(records) == 25:
                break
    except csv.Error:
        return records
    return records


def _records(
    text: str, delimiter: str, relative: str, limits: Limits, *, skip_first: bool = False
) -> list[list[Cell]]:
    """All records; record n is row n of the sheet, as a spreadsheet program would show it.

    Text with tabs or bars comes from programs that quote and from programs that don't: where a quoted value would take
    in the separators of whole lines, or is not closed, quotation marks are text.
    """
    may_be_bare = delimiter in _MAY_BE_BARE and '"' in text
    try:
        records = _cut(text, delimiter, relative, limits, csv.QUOTE_MINIMAL)
    except UnreadableFile:
        if not may_be_bare:
            raise
        records = _cut(text, delimiter, relative, limits, csv.QUOTE_NONE)
    else:
        if may_be_bare and any("\n" in cell and delimiter in cell for record in records for cell in record):
            records = _cut(text, delimiter, relative, limits, csv.QUOTE_NONE)
    if skip_first and records:
        records[0] = []
    return cast("list[list[Cell]]", records)


def _cut(text: str, delimiter: str, relative: str, limits: Limits, quoting: Literal[0, 3]) -> list[list[str]]:
    # Not StringIO, which holds four bytes for each character.
    lines = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")
    reader = csv.reader(
        _bounded(lines, delimiter, relative), delimiter=delimiter, quoting=quoting, strict=True
    )
    records: list[list[str]] = []
    room = limits.max_cells
    try:
        for record in reader:
            records.append(record)
            room -= len(record) + _ROW_AS_CELLS
            if room < 0:
                raise _too_many_cells(relative, len(records), limits)
            if len(record) > MAX_COLUMNS:
                raise _too_wide(relative, f"row {len(records):,}", len(record))
    except csv.Error as error:
        if "field limit" in str(error):
            raise _too_long_value(relative, len(records) + 1) from error
        raise UnreadableFile(
            f"{relative}, row {len(records) + 1} (line {reader.line_num}): a quoted value is not closed, or is "
            f"followed by text ({error}).",
            mend='Double the quotes inside a quoted value ("") and close it, or export the file again.',
        ) from error
    return (
        [[_unquoted(cell) for cell in record] for record in records] if quoting == csv.QUOTE_NONE else records
    )


def _unquoted(cell: str) -> str:
    """A value without the marks around it, where it has both."""
    has_both = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if has_both else cell


def _bounded(lines: Iterable[str], delimiter: str, relative: str) -> Iterator[str]:
    """The lines, unless one has more separators than a row could, those within its values included."""
    for number, line in enumerate(lines, 1):
        if len(line) > _LONG_LINE and line.count(delimiter) > _LONG_LINE:
            raise _too_wide(relative, f"line {number:,}", line.count(delimiter) + 1)
        yield line


def _too_wide(relative: str, where: str, columns: int) -> UnreadableFile:
    return UnreadableFile(
        f"{relative}, {where}: {columns:,} columns, where a spreadsheet has at most {MAX_COLUMNS:,}.",
        mend="Export the file again, with an end of line behind each row.",
    )


def _too_many_cells(relative: str, rows: int, limits: Limits) -> UnreadableFile:
    return limits.refusal(
        f"{relative} has too many cells (row {rows:,} goes beyond; a row counts as {_ROW_AS_CELLS} more)",
        "max_cells",
        "Export it in parts",
    )


def _too_long_value(relative: str, row: int) -> UnreadableFile:
    return UnreadableFile(
        f"{relative}, row {row}: a value there has more than {csv.field_size_limit():,} characters.",
        mend="If a quote is opened there and never closed, close it; otherwise shorten the value.",
    )
