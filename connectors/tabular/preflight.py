"""What a workbook holds that its reader would hide or die of, found in its parts before they are read.

Here: refusing what is no workbook, is encrypted, unpacks to too much or declares a document type; and finding the
cells that show an error or were never calculated, which the reader returns as blank, and the hidden rows. The walk
over the cells is `sheetxml`, its short cut `sheetquick`. Used by the process that reads the workbook, `workbook_child`.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from connectors.errors import UnreadableFile
from connectors.tabular.grid import address
from connectors.tabular.limits import Limits
from connectors.tabular.sheetquick import quick_scan
from connectors.tabular.sheetxml import (
    DocumentTypeFound,
    SheetScan,
    TooFarOut,
    check_prolog,
    scan_ods,
    scan_sheet,
)

_SMALL: Final = 20_000_000
"""Bytes up to which a workbook may be packed as tightly as it likes."""
_MAX_PARTS: Final = 10_000
_CHUNK: Final = 1_000_000
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML: Final = (".xml", ".rels", ".vml")
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    LookupError,
    ValueError,
    OverflowError,
    ElementTree.ParseError,
    ExpatError,
)


@dataclass(slots=True)
class Preflight:
    """A workbook that passed its first checks; its sheets are looked at when asked for."""

    relative: str
    suffix: str
    limits: Limits
    _archive: zipfile.ZipFile | None = None
    _parts: dict[str, str] = field(default_factory=dict)
    _ods: dict[str, SheetScan] = field(default_factory=dict)

    def scan(self, sheet: str) -> SheetScan:
        """Cells of a sheet without a readable value, and its hidden rows; none can be found in .xls and .xlsb.

        Raises:
            UnreadableFile: damaged, or a value stands too far out.
        """
        limit = self.limits.max_cells
        if self._archive is None or sheet not in self._parts:
            return self._ods.get(sheet) or SheetScan(limit)
        with _naming(self.relative, self.limits):
            found = quick_scan(_chunks(self._archive, self._parts[sheet]), max_cells=limit, name=sheet)
            return found or self._walked(sheet)

    def check_extent(self, sheet: str) -> None:
        """Raises UnreadableFile, naming the cell, where the values of a sheet are spread over too many cells."""
        if self._archive is not None and sheet in self._parts:
            with _naming(self.relative, self.limits):
                self._walked(sheet)

    def _walked(self, sheet: str) -> SheetScan:
        assert self._archive is not None
        chunks = _chunks(self._archive, self._parts[sheet])
        return scan_sheet(chunks, max_cells=self.limits.max_cells, name=sheet)


def inspect_workbook(data: bytes, *, suffix: str, relative: str, limits: Limits) -> Preflight:
    """Check a workbook before it is opened.

    Raises:
        UnreadableFile: not a workbook, encrypted, damaged, or more than `limits` allows.
    """
    _check_magic(data, suffix, relative)
    preflight = Preflight(relative, suffix, limits)
    if suffix == ".xls":
        return preflight
    with _naming(relative, limits):
        archive = zipfile.ZipFile(io.BytesIO(data))
        _check_size(archive, relative, limits)
        if suffix == ".ods":
            _check_manifest(archive, relative)
        for member in archive.namelist():
            if member.lower().endswith(_XML):
                with suppress(ExpatError):  # who needs the part says so
                    check_prolog(_chunks(archive, member))
        if suffix == ".ods":
            preflight._ods = scan_ods(_chunks(archive, "content.xml"), max_cells=limits.max_cells)
        elif suffix != ".xlsb":
            preflight._archive, preflight._parts = archive, xlsx_sheets(archive)
    return preflight


@contextmanager
def _naming(relative: str, limits: Limits) -> Iterator[None]:
    """What goes wrong in a part of the workbook, said of the workbook."""
    try:
        yield
    except DocumentTypeFound as error:
        raise UnreadableFile(
            f"{relative} declares a document type (<!DOCTYPE {error}>), as no spreadsheet program does and attacks "
            "on programs that read XML do.",
            mend="Ask its sender where it comes from; if it is harmless, save it again in a spreadsheet program.",
        ) from error
    except TooFarOut as error:
        raise too_far_out(relative, error, limits) from error
    except _DAMAGE as error:
        said = str(error) if str(error) else type(error).__name__
        raise UnreadableFile(
            f"{relative} is a damaged workbook ({said}).",
            mend="Open it in a spreadsheet program, save it and put it here again.",
        ) from error


def too_far_out(relative: str, error: TooFarOut, limits: Limits) -> UnreadableFile:
    """The refusal of a sheet whose values are spread over too many cells."""
    farthest = address(*error.farthest)
    return limits.refusal(
        f"{relative}, sheet {error.sheet!r}: a value at {farthest} stretches the sheet over {error.rows:,} rows and "
        f"{error.columns:,} columns",
        "max_cells",
        f"Delete what stands far from the table (look at {farthest}), save it and put it here again",
    )


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


def _check_size(archive: zipfile.ZipFile, relative: str, limits: Limits) -> None:
    """By the sizes that the archive states; reading a part stops at its stated size and then compares its checksum."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    said = f"{relative} unpacks to {unpacked / 1e6:,.0f} MB, {unpacked / packed:,.0f} times its size"
    mend = "Split it, or save the values alone as CSV UTF-8"
    if unpacked > limits.max_unpacked_mb * 1_000_000:
        raise limits.refusal(said, "max_unpacked_mb", mend)
    if unpacked > _SMALL and unpacked / packed > limits.max_ratio:
        raise limits.refusal(said, "max_ratio", mend)
    if len(members) > _MAX_PARTS:
        raise UnreadableFile(
            f"{relative} consists of {len(members):,} parts, more than {_MAX_PARTS:,}.",
            mend="Save the sheets that count in a new workbook, or as CSV UTF-8.",
        )


def _chunks(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


def _check_manifest(archive: zipfile.ZipFile, relative: str) -> None:
    manifest = "META-INF/manifest.xml"
    if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
        raise UnreadableFile(
            f"{relative} is protected by a password.", mend="Save it without one and put it here again."
        )


def xlsx_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each worksheet, by the sheet's name."""
    names = {name.replace("\\", "/").lower().lstrip("/"): name for name in archive.namelist()}
    book_part = _book_part(archive, names)
    folder = posixpath.dirname(book_part)
    targets = _relations(archive, names, f"{folder}/_rels/{posixpath.basename(book_part)}.rels")
    sheets: dict[str, str] = {}
    for element in _elements(archive, names[book_part]):
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
    return {
        element.attrib.get("Id", ""): element.attrib.get("Target", "").replace("\\", "/")
        for element in _elements(archive, names[part])
        if _local(element.tag) == "Relationship"
    }


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[ElementTree.Element]:
    """The elements of a part, which `check_prolog` has looked at whatever its name is."""
    check_prolog(_chunks(archive, part))
    return ElementTree.fromstring(archive.read(part)).iter()


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
