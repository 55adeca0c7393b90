"""Files that people open in a spreadsheet program: texts that would become formulas there are written as texts.

Here: the one way to write CSV, and what has to be done to a text before it goes into a workbook. Whatever comes from a
source (a name, a comment, the raw content of a quarantined cell) was written by somebody else.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from openpyxl import Workbook

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


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


def keep_texts(book: Workbook) -> None:
    """Make the texts of a workbook texts again where openpyxl took them for formulas; this product writes none."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.data_type = "s"


def _cell(value: object) -> object:
    return "" if value is None else as_text(value)
