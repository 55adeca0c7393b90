"""What a workbook holds that its reader would hide or die of, found before it is opened.

Here: refusing what is no workbook, is encrypted or unpacks to too much; refusing a value so far from the rest that the
reader would fill gigabytes; and finding the cells that show an error or were never calculated, which the reader
returns as blank. The walk over the cells is `sheetxml`.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Final
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from connectors.errors import UnreadableFile
from connectors.tabular.cells import ErrorCell
from connectors.tabular.grid import address
from connectors.tabular.sheetxml import SheetScan, scan_ods, scan_sheet

Flags = dict[tuple[int, int], ErrorCell]
"""Cells without a readable value, by row and column counted from 0."""

MAX_UNPACKED: Final = 1_000_000_000
MAX_RATIO: Final = 150
SMALL: Final = 20_000_000
MAX_BOX: Final = 20_000_000
"""Rows × columns from A1 to the farthest value; 20 million blank cells take about 160 MB."""

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKERS: Final = re.compile(rb"""t\s*=\s*["']e["']|<(?:\w+:)?f[\s>/]""")
_ROW_TAG: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_HIDDEN: Final = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
_ROW: Final = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br\s*=\s*["'](\d+)""")
_COLUMN: Final = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})[0-9]""")


def inspect_workbook(data: bytes, *, suffix: str, relative: str) -> dict[str, Flags]:
    """Cells without a readable value by sheet.

    Raises:
        UnreadableFile: not a workbook, encrypted, too large once unpacked, or a value too far out.
    """
    _check_magic(data, suffix, relative)
    if suffix == ".xls":
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(archive, relative)
            return _scans(archive, suffix, relative)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise UnreadableFile(
            f"{relative} is a damaged workbook ({error}).",
            mend="Open it in a spreadsheet program, save it and put it here again.",
        ) from error
    except (ElementTree.ParseError, ExpatError) as error:
        raise UnreadableFile(
            f"{relative} is a damaged workbook (its XML does not parse: {error}).",
            mend="Open it in a spreadsheet program, save it and put it here again.",
        ) from error


def find_hidden_rows(data: bytes, *, suffix: str) -> dict[str, frozenset[int]]:
    """The rows that a person who opens the workbook does not see, counted from 0, by sheet; of .xlsx and .xlsm."""
    if suffix not in (".xlsx", ".xlsm"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = xlsx_sheets(archive)
        return {name: _hidden(archive.read(member)) for name, member in sheets.items()}


def _hidden(xml: bytes) -> frozenset[int]:
    tags = (tag for tag in _ROW_TAG.findall(xml) if _HIDDEN.search(tag))
    numbers = (re.search(rb"""\br\s*=\s*["'](\d+)""", tag) for tag in tags)
    return frozenset(int(number.group(1)) - 1 for number in numbers if number)


def _check_magic(data: bytes, suffix: str, relative: str) -> None:
    if not data:
        raise UnreadableFile(f"{relative} is empty (0 bytes).", mend="Export it again.")
    if suffix == ".xls":
        if data[:8] != _OLE and data[:2] != b"\x09\x08":
            raise UnreadableFile(
                f"{relative} is not an Excel 97 workbook, in spite of its name.",
                mend="Save it as .xlsx or as CSV UTF-8 and put it here again.",
            )
    elif data[:8] == _OLE:
        raise UnreadableFile(
            f"{relative} is protected by a password, or an old workbook under a new name.",
            mend="Save it without a password as .xlsx and put it here again.",
        )
    elif data[:4] != _ZIP:
        raise UnreadableFile(
            f"{relative} is not a workbook, in spite of its name.",
            mend="If it is CSV, name it .csv; otherwise save it as .xlsx and put it here again.",
        )


def _check_size(archive: zipfile.ZipFile, relative: str) -> None:
    unpacked = sum(member.file_size for member in archive.infolist())
    packed = sum(member.compress_size for member in archive.infolist()) or 1
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked / packed > MAX_RATIO):
        raise UnreadableFile(
            f"{relative} unpacks to {unpacked / 1e6:,.0f} MB, {unpacked / packed:,.0f} times its size.",
            mend="Split it, or save the values alone as CSV UTF-8.",
        )


def _scans(archive: zipfile.ZipFile, suffix: str, relative: str) -> dict[str, Flags]:
    if suffix == ".xlsb":
        return {}
    if suffix == ".ods":
        manifest = "META-INF/manifest.xml"
        if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
            raise UnreadableFile(
                f"{relative} is protected by a password.", mend="Save it without one and put it here again."
            )
        scans = scan_ods(archive.read("content.xml"))
    else:
        scans = {name: _scan(archive.read(member)) for name, member in xlsx_sheets(archive).items()}
    for name, scan in scans.items():
        _check_box(scan, name, relative)
    return {name: scan.flags for name, scan in scans.items() if scan.flags}


def _scan(xml: bytes) -> SheetScan:
    """A quick look by pattern; the walk over every cell only where the look finds something to walk for."""
    if _MARKERS.search(xml) is None:
        quick = SheetScan()
        quick.rows = max(map(int, _ROW.findall(xml)), default=0)
        quick.columns = max((_column_number(name) for name in set(_COLUMN.findall(xml))), default=0)
        if quick.rows * quick.columns <= MAX_BOX:
            return quick
    return scan_sheet(xml)


def _column_number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number


def _check_box(scan: SheetScan, sheet: str, relative: str) -> None:
    if scan.rows * scan.columns <= MAX_BOX:
        return
    farthest = address(*scan.farthest)
    raise UnreadableFile(
        f"{relative}, sheet {sheet!r}: a value at {farthest} stretches the sheet over {scan.rows:,} rows and "
        f"{scan.columns:,} columns, more than can be read.",
        mend=f"Delete what stands far from the table (look at {farthest}), save it and put it here again.",
    )


def xlsx_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each worksheet, by the sheet's name."""
    names = {name.replace("\\", "/").lower().lstrip("/"): name for name in archive.namelist()}
    book_part = _book_part(archive, names)
    folder = posixpath.dirname(book_part)
    targets = _relations(archive, names, f"{folder}/_rels/{posixpath.basename(book_part)}.rels")
    sheets: dict[str, str] = {}
    for element in ElementTree.fromstring(archive.read(names[book_part])).iter():
        if _local(element.tag) == "sheet":
            target = targets.get(next((v for k, v in element.attrib.items() if _local(k) == "id"), ""), "")
            part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").lower()
            if part in names and "chartsheet" not in part:
                sheets[element.attrib.get("name", "")] = names[part]
    return sheets


def _book_part(archive: zipfile.ZipFile, names: dict[str, str]) -> str:
    for target in _relations(archive, names, "_rels/.rels").values():
        part = target.lstrip("/").lower()
        if part in names and "workbook" in part:
            return part
    return "xl/workbook.xml"


def _relations(archive: zipfile.ZipFile, names: dict[str, str], part: str) -> dict[str, str]:
    if part not in names:
        return {}
    root = ElementTree.fromstring(archive.read(names[part]))
    return {child.attrib.get("Id", ""): child.attrib.get("Target", "").replace("\\", "/") for child in root}


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
