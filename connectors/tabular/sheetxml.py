"""A walk over the cells of one worksheet's XML, in the two dialects that matter: OOXML and OpenDocument.

Here: which cells hold a value, how far they reach, and which of them show an error or hold a formula that was never
calculated. What is done about it is `preflight`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from connectors.tabular.cells import ErrorCell

_A1: Final = re.compile(r"[A-Za-z]{1,3}[1-9][0-9]{0,6}")
_ODS_ERROR: Final = re.compile(r"#[A-Z/0]+[!?]?|Err:[0-9]+|#N/A")

Flags = dict[tuple[int, int], ErrorCell]
"""Cells without a readable value, by row and column counted from 0."""


class DocumentTypeFound(Exception):
    """The XML declares a document type, which no spreadsheet program writes and which could declare entities."""


class TooFarOut(Exception):
    """The value at `farthest` (row, column counted from 0) stretches the sheet `sheet` over too many cells."""

    def __init__(self, sheet: str, farthest: tuple[int, int], rows: int, columns: int) -> None:
        super().__init__(sheet, farthest, rows, columns)
        self.sheet = sheet
        self.farthest = farthest
        self.rows = rows
        self.columns = columns


@dataclass(slots=True)
class SheetScan:
    """How far the values of a sheet reach from A1, its cells without a readable value, and its hidden rows (from 0)."""

    max_cells: int
    name: str = ""
    rows: int = 0
    columns: int = 0
    flags: Flags = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)

    def saw(self, row: int, column: int) -> None:
        """A value stands at this cell, counted from 0. Raises TooFarOut."""
        if row < self.rows and column < self.columns:
            return
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)
        if self.rows * self.columns > self.max_cells:
            raise TooFarOut(self.name, (row, column), self.rows, self.columns)


def scan_sheet(chunks: Iterable[bytes], *, max_cells: int, name: str = "") -> SheetScan:
    """Walk an OOXML worksheet.

    Raises:
        ExpatError: it is no XML.
        DocumentTypeFound: it declares a document type.
        TooFarOut: its values are spread over more than `max_cells`.
    """
    walk = _SheetWalk(SheetScan(max_cells, name))
    _parse(walk, chunks)
    return walk.scan


def scan_ods(chunks: Iterable[bytes], *, max_cells: int) -> dict[str, SheetScan]:
    """Walk every table of an OpenDocument spreadsheet, by its name; raises what `scan_sheet` raises."""
    walk = _OdsWalk(max_cells)
    _parse(walk, chunks)
    return walk.scans


def position(cell: str) -> tuple[int, int]:
    """Row and column, counted from 0, of an address: `B4` is (3, 1)."""
    name = cell.rstrip("0123456789")
    return int(cell[len(name) :]) - 1, _number(name) - 1


def check_prolog(chunks: Iterable[bytes]) -> None:
    """Look at what stands before the first element; raises DocumentTypeFound, or ExpatError where it is no XML."""
    seen: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = lambda name, _: seen.append(name)
    for chunk in chunks:
        parser.Parse(chunk, False)
        if seen:
            return


def _parse(walk: _SheetWalk | _OdsWalk, chunks: Iterable[bytes]) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.text
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_document_type(name: str, *_: object) -> None:
    raise DocumentTypeFound(name)


class _SheetWalk:
    """Cells are `c` with an address `r` (or the next in the row), a type `t`, a formula `f`, a value `v` or `is`."""

    def __init__(self, scan: SheetScan) -> None:
        self.scan = scan
        self.row = self.column = -1
        self.type = ""
        self.part = ""
        self.texts: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.scan.hidden_rows.add(self.row)
        elif local == "c":
            self._begin(attributes)
        elif local in ("f", "v", "is"):
            self.part = local
            self.texts[local] = ""

    def _begin(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r", "")
        if _A1.fullmatch(address):
            self.row, self.column = position(address)
        else:
            self.column += 1
        self.type = attributes.get("t", "n")
        self.texts = {}
        self.part = ""

    def text(self, data: str) -> None:
        if self.part:
            self.texts[self.part] += data

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in ("f", "v", "is"):
            self.part = ""
        elif local == "c" and self.texts:
            self._finish()

    def _finish(self) -> None:
        value = self.texts.get("v")
        if self.type == "e":
            self._flag(ErrorCell((value or "#ERROR").strip()))
        elif "f" in self.texts and not value and not (self.type == "str" and value is not None):
            self._flag(ErrorCell(f"={self.texts['f']}", uncached=True))
        elif value or self.texts.get("is") is not None:
            self.scan.saw(self.row, self.column)

    def _flag(self, cell: ErrorCell) -> None:
        self.scan.saw(self.row, self.column)
        self.scan.flags[self.row, self.column] = cell


def _number(name: str) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


class _OdsWalk:
    """Rows and cells stand in order, each with a count of repetitions; a blank run may be a million rows long."""

    def __init__(self, max_cells: int) -> None:
        self.max_cells = max_cells
        self.scans: dict[str, SheetScan] = {}
        self.scan = SheetScan(max_cells)
        self.row = self.column = self.depth = 0
        self.row_repeat = 1
        self.cell: dict[str, str] = {}
        self.words = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            name = attributes.get("table:name", "")
            self.scan = self.scans[name] = SheetScan(self.max_cells, name)
            self.row = 0
        elif name == "table:table-row":
            self.row_repeat = int(attributes.get("table:number-rows-repeated", "1"))
            self.column = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.cell = attributes
            self.words = ""
        elif name == "text:p":
            self.depth += 1

    def text(self, data: str) -> None:
        if self.depth:
            self.words += data

    def end(self, name: str) -> None:
        if name == "text:p":
            self.depth -= 1
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._finish(int(self.cell.get("table:number-columns-repeated", "1")))
        elif name == "table:table-row":
            self.row += self.row_repeat

    def _finish(self, repeat: int) -> None:
        formula = self.cell.get("table:formula")
        has_value = bool(self.cell.get("office:value-type") or self.words.strip())
        if has_value or formula:
            self.scan.saw(self.row, self.column)
            self.scan.saw(self.row + self.row_repeat - 1, self.column + repeat - 1)
            error = self._error(formula, has_value)
            if error is not None:
                self._flag(error, repeat)
        self.column += repeat

    def _error(self, formula: str | None, has_value: bool) -> ErrorCell | None:
        words = self.words.strip()
        is_error = (
            self.cell.get("calcext:value-type") == "error" or self.cell.get("office:value-type") == "error"
        )
        if is_error or (formula and _ODS_ERROR.fullmatch(words)):
            return ErrorCell(words or "#ERROR")
        if formula and not has_value:
            return ErrorCell("=" + formula.removeprefix("of:").removeprefix("="), uncached=True)
        return None

    def _flag(self, cell: ErrorCell, repeat: int) -> None:
        for row in range(self.row, self.row + self.row_repeat):
            for column in range(self.column, self.column + repeat):
                self.scan.flags[row, column] = cell
