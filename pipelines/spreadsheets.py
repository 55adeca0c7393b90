"""Files that people open in a spreadsheet program: texts that would become formulas there are written as texts.

Here: the one way to write CSV, and what has to be done to a text before it goes into a workbook. Whatever comes from a
source (a name, a comment, the raw content of a quarantined cell) was written by somebody else.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from openpyxl import Workbook

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ROWS_OF_A_SHEET: Final = 1_048_576


def as_text(value: object) -> object:
    """The value, with an apostrophe in front where it is a text that a spreadsheet program takes for a formula.

    Numbers stay as they are, those that are written as text (`-12.50`) included.
    """
    if isinstance(value, str) and value.startswith(_STARTS) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def write_csv(path: Path, names: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows below a header, in UTF-8; None is a blank cell.

    Args:
        names: the columns, in order; a row may have others, which are not written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([as_text(name) for name in names])
        writer.writerows([_cell(row[name]) for name in names] for row in rows)


def csv_line(*cells: str) -> str:
    """A row as it stands in a CSV file, for somebody to paste: a cell may hold commas and quotation marks.

    Texts stay as they are, because the row is to match what a source delivered.
    """
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()


def keep_texts(book: Workbook) -> None:
    """Make the texts of a workbook texts again where openpyxl took them for formulas; this product writes none."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.data_type = "s"


def _cell(value: object) -> object:
    return "" if value is None else as_text(value)


class TooManyRows(Exception):
    """A sheet cannot hold so many rows; the message names it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: a header and lines of values, Decimals as numbers with their cents."""

    title: str
    header: Sequence[str]
    lines: Sequence[Sequence[object]]


def write_workbook(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write the sheets in their order, replacing what stands there: values only, texts never a formula.

    Raises TooManyRows before anything is written, OSError when the file cannot be written.
    """
    from openpyxl import Workbook

    sheets = list(sheets)
    for sheet in sheets:
        if len(sheet.lines) >= _ROWS_OF_A_SHEET:
            limit = f"{len(sheet.lines):,} rows; a workbook holds {_ROWS_OF_A_SHEET - 1:,}."
            raise TooManyRows(f"The sheet {sheet.title} would have {limit}")
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        page.freeze_panes = "A2"
        for column, width in _widths(sheet):
            page.column_dimensions[column].width = width
        page.append([_value_cell(page, name, bold=True) for name in sheet.header])
        for line in sheet.lines:
            page.append([_value_cell(page, value) for value in line])
    book.save(path)


def _widths(sheet: Sheet) -> Iterator[tuple[str, int]]:
    """As wide as the header and the first lines need, within reason."""
    from openpyxl.utils import get_column_letter

    for index, name in enumerate(sheet.header):
        lengths = [len(str(line[index])) for line in sheet.lines[:200] if index < len(line)]
        yield get_column_letter(index + 1), min(max([len(name), *lengths]) + 2, 60)


def _value_cell(page: object, value: object, *, bold: bool = False) -> object:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(page, value=writable(value))
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, Decimal):
        cell.number_format = "#,##0.00"
    elif isinstance(value, int) and not isinstance(value, bool):
        cell.number_format = "#,##0"
    if bold:
        cell.font = Font(bold=True)
    return cell


def writable(value: object) -> object:
    """What a cell can hold: control characters, which a workbook cannot, become spaces; yes and no are words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _CONTROL.sub(" ", value) if isinstance(value, str) else value
