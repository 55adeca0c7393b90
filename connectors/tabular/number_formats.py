"""Number formats by which a cell shows another number than it holds: `# ##0,` 1235 for 1234567, `0%` 12 % for 0.12.

Here: finding such cells, and putting in their place why they can't be used. Only .xlsx and .xlsm say how a cell is
shown. Everything else reads the number that a cell holds.
"""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final, Literal
from xml.etree import ElementTree

from connectors.errors import UnreadableFile
from connectors.tabular.cells import Bad, Cell, ErrorCell, text_of
from connectors.tabular.preflight import xlsx_sheets
from connectors.tabular.sheets import Sheet, suffix_of
from connectors.tabular.tables import Column

Shown = Literal["scaled", "percent"]
"""A number that shows divided by a thousand or a million, or as a percentage."""

_SPREADSHEETS: Final = frozenset({".xlsx", ".xlsm"})
_NUMBERS: Final = frozenset({"money", "hours", "rate", "number", "integer"})
_PERCENT_IDS: Final = frozenset({"9", "10"})
_NO_DIGITS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_SCALED: Final = re.compile(r"[0#?],+(?![0#?,])")
_CELL: Final = re.compile(rb"""<(?:\w+:)?c\b([^>]*)>""")
_ADDRESS: Final = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]+)["']""")
_STYLE: Final = re.compile(rb"""\bs\s*=\s*["']([0-9]+)["']""")


def shown_otherwise(data: bytes, *, relative: str) -> Mapping[str, Mapping[tuple[int, int], Shown]]:
    """The cells whose number format scales or is a percentage, by sheet, row and column counted from 0.

    Raises:
        UnreadableFile: the part of the workbook with its styles is damaged.
    """
    if suffix_of(relative) not in _SPREADSHEETS:
        return {}
    try:
        return _by_sheet(data)
    except (
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        EOFError,
        KeyError,
        RuntimeError,
        ValueError,
    ) as error:
        raise UnreadableFile(
            f"{relative} is a damaged workbook (its styles do not read: {error}).",
            mend="Open it in a spreadsheet program, save it and put it here again.",
        ) from error


def _by_sheet(data: bytes) -> dict[str, Mapping[tuple[int, int], Shown]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = next(
            (
                name
                for name in archive.namelist()
                if name.replace("\\", "/").lower().endswith("xl/styles.xml")
            ),
            None,
        )
        styles = {} if part is None else _styles(archive.read(part))
        if not styles:
            return {}
        return {name: _cells(archive.read(member), styles) for name, member in xlsx_sheets(archive).items()}


def _styles(xml: bytes) -> dict[bytes, Shown]:
    """The cell styles, by their number, that show a number otherwise."""
    root = ElementTree.fromstring(xml)
    codes = {
        each.attrib.get("numFmtId", ""): each.attrib.get("formatCode", "")
        for each in root.iter()
        if _is(each, "numFmt")
    }
    formats = next((each for each in root if _is(each, "cellXfs")), ())
    found = {}
    for number, style in enumerate(formats):
        identifier = style.attrib.get("numFmtId", "")
        shown = "percent" if identifier in _PERCENT_IDS else how_shown(codes.get(identifier, ""))
        if shown is not None:
            found[str(number).encode()] = shown
    return found


def _is(element: ElementTree.Element, name: str) -> bool:
    return element.tag.rsplit("}", 1)[-1] == name


def how_shown(code: str) -> Shown | None:
    """What a format code does to a number beyond marking its digits; the section of positive numbers counts."""
    digits = _NO_DIGITS.sub("", code).split(";")[0]
    if "%" in digits:
        return "percent"
    return "scaled" if _SCALED.search(digits) else None


def _cells(xml: bytes, styles: Mapping[bytes, Shown]) -> dict[tuple[int, int], Shown]:
    found = {}
    for match in _CELL.finditer(xml):
        style = _STYLE.search(match.group(1))
        address = _ADDRESS.search(match.group(1))
        if style is not None and address is not None and (shown := styles.get(style.group(1))) is not None:
            found[int(address.group(2)) - 1, _column(address.group(1))] = shown
    return found


def _column(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number - 1


def with_percentages(
    sheet: Sheet, shown: Mapping[tuple[int, int], Shown], columns: Mapping[int, Column]
) -> Sheet:
    """The sheet with the share in place of each number that shows as a percentage; the reason, where it is none.

    Args:
        columns: the canonical column of each sheet column that one is read from. Texts stay as they are.
    """
    changed: dict[int, list[Cell]] = {}
    for (row, place), how in shown.items():
        column = columns.get(place)
        cells = sheet.rows[row] if row < len(sheet.rows) else []
        if column is None or how != "percent" or column.kind not in _NUMBERS or place >= len(cells):
            continue
        cell = cells[place]
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            bad = ErrorCell(text_of(cell), bad=_percentage())
            share = bad if column.whole is None else Decimal(text_of(cell)) * column.whole
            changed.setdefault(row, [*cells])[place] = share
    return _with(sheet, changed)


def _with(sheet: Sheet, changed: Mapping[int, list[Cell]]) -> Sheet:
    if not changed:
        return sheet
    return dataclasses.replace(
        sheet, rows=[changed.get(number, row) for number, row in enumerate(sheet.rows)]
    )


def refused(
    sheet: Sheet, shown: Mapping[tuple[int, int], Shown], columns: Collection[int], *, unit: str, key: str
) -> Sheet:
    """The sheet with the reason in place of each number among its amounts that shows as another one.

    Args:
        columns: those with amounts.
        unit: that of the layout; a format that scales contradicts any but `one`.
        key: of the unit in the layout, for the message.
    """
    rows = sheet.rows
    changed: dict[int, list[Cell]] = {}
    for (row, column), how in shown.items():
        if column not in columns or row >= len(rows) or column >= len(rows[row]):
            continue
        cell = rows[row][column]
        is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
        if is_number and (how == "percent" or unit != "one"):
            bad = _percentage() if how == "percent" else _scaled(text_of(cell), unit, key)
            changed.setdefault(row, [*rows[row]])[column] = ErrorCell(text_of(cell), bad=bad)
    return _with(sheet, changed)


def _percentage() -> Bad:
    return Bad("number_format", "the cell shows a percentage where a number should stand: write the number.")


def _scaled(text: str, unit: str, key: str) -> Bad:
    return Bad(
        "number_format",
        f"the cell holds {text} and its number format shows it divided, so that {unit} would multiply it once more: "
        f"give it a format without a comma at the end and write it in {unit}, or write {key}: one.",
    )
