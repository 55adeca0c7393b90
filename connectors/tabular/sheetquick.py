"""The cells of a worksheet without a readable value, and its hidden rows, found by searching its bytes.

Here: the way for worksheets that are written as spreadsheet programs write them, about ten times as fast as the walk
over every cell in `sheetxml`. It gives up, rather than err, on whatever is written in another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import unescape

from connectors.tabular.cells import ErrorCell
from connectors.tabular.sheetxml import SheetScan, position

_HEAD: Final = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml(?![^>]*encoding\s*=\s*["'](?!utf-?8["']))[^>]*\?>)?\s*"""
    rb"""<worksheet\s[^>]*?\bxmlns\s*=\s*["']([^"']+)["'][^>]*>""",
    re.IGNORECASE,
)
_SUSPECT: Final = re.compile(rb"""<f[\s/>]|["']e["']""")
_ADDRESS: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3}[1-9][0-9]{0,6})["']""")
_TYPE: Final = re.compile(rb"""\st\s*=\s*["'](\w*)["']""")
_FORMULA: Final = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>([^<]*))")
_VALUE: Final = re.compile(rb"<v(?:\s[^>]*)?(?:/>|>([^<]*))")
_ROW: Final = re.compile(rb"<row\b[^>]*>")
_IS_HIDDEN: Final = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_NUMBER: Final = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,7})["']""")
_LONGEST: Final = 16_000_000
"""Bytes without the end of a row after which the search gives up."""


class _Unusual(Exception):
    """The worksheet is not written as programs write it."""


def quick_scan(chunks: Iterable[bytes], *, max_cells: int, name: str = "") -> SheetScan | None:
    """The flagged cells and hidden rows; None where only a walk over the cells can tell.

    Raises:
        TooFarOut: the flagged cells are spread over more than `max_cells`; other values are not looked at.
    """
    scan = SheetScan(max_cells, name)
    try:
        for piece in _rows(chunks):
            for place, error in _flags(piece):
                scan.saw(*place)
                scan.flags[place] = error
            scan.hidden_rows |= _hidden(piece)
    except _Unusual:
        return None
    return scan


def _rows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The cells, cut between rows; without what stands before and behind them."""
    pieces = _pieces(chunks)
    head = next(pieces, b"")
    root = _HEAD.match(head)
    if root is None or root.group().count(root.group(1)) != 1:
        raise _Unusual
    yield _usual(head[root.end() :].partition(b"</sheetData>")[0])
    if b"</sheetData>" in head:
        return
    for piece in pieces:
        cells, end, _ = piece.partition(b"</sheetData>")
        yield _usual(cells)
        if end:
            return


def _usual(cells: bytes) -> bytes:
    """The same bytes, unless they hold a comment, CDATA or a second namespace, where a search could be misled."""
    if b"<!" in cells or b"xmlns" in cells:
        raise _Unusual
    return cells


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        block = rest + chunk
        cut = block.rfind(b"</row>") + 6
        if cut >= 6:
            yield block[:cut]
            block = block[cut:]
        if len(block) > _LONGEST:
            raise _Unusual
        rest = block
    yield rest


def _flags(cells: bytes) -> Iterator[tuple[tuple[int, int], ErrorCell]]:
    behind = 0
    for suspect in _SUSPECT.finditer(cells):
        if suspect.start() < behind:
            continue
        start = cells.rfind(b"<c", 0, suspect.start())
        opened = cells.find(b">", start)
        behind = cells.find(b"</c>", opened)
        if start < 0 or opened < 0 or behind < 0 or cells[opened - 1] == 0x2F:
            raise _Unusual
        error = _error(cells[start:opened], cells[opened + 1 : behind])
        if error is not None:
            address = _ADDRESS.search(cells, start, opened)
            if address is None:
                raise _Unusual
            yield position(address.group(1).decode()), error


def _error(tag: bytes, content: bytes) -> ErrorCell | None:
    """What `sheetxml` says of the same cell."""
    value = _VALUE.search(content)
    shown = (value.group(1) or b"") if value else b""
    kind = _TYPE.search(tag)
    if kind is not None and kind.group(1) == b"e":
        return ErrorCell((_text(shown) or "#ERROR").strip())
    formula = _FORMULA.search(content)
    is_empty_text = kind is not None and kind.group(1) == b"str" and value is not None
    if formula is None or shown or is_empty_text:
        return None
    return ErrorCell(f"={_text(formula.group(1) or b'')}", uncached=True)


def _hidden(cells: bytes) -> set[int]:
    if b"hidden" not in cells:
        return set()
    rows = set()
    for tag in _ROW.findall(cells):
        if _IS_HIDDEN.search(tag):
            number = _NUMBER.search(tag)
            if number is None:
                raise _Unusual
            rows.add(int(number.group(1)) - 1)
    return rows


def _text(content: bytes) -> str:
    return unescape(content.decode("utf-8"), {"&quot;": '"', "&apos;": "'"})
