"""The scan before a workbook is opened: what it refuses, and the cells it finds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from connectors.errors import UnreadableFile
from connectors.tabular.cells import ErrorCell
from connectors.tabular.limits import DEFAULT_LIMITS
from connectors.tabular.preflight import inspect_workbook
from connectors.tabular.sheetxml import scan_ods, scan_sheet


def saved(change: Callable[[Any], None]) -> bytes:
    book = Workbook()
    change(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def look(data: bytes) -> dict[tuple[int, int], ErrorCell]:
    preflight = inspect_workbook(
        data, suffix=".xlsx", relative="inbox/ledger/book.xlsx", limits=DEFAULT_LIMITS
    )
    preflight.check_extent("Sheet")
    return preflight.scan("Sheet").flags


@pytest.mark.parametrize("value", [1, "=A1"])
def test_a_value_in_the_farthest_cell_is_refused_with_its_address(value: Any) -> None:
    def far(sheet: Any) -> None:
        sheet["A1"], sheet["XFD1048576"] = 1, value

    with pytest.raises(
        UnreadableFile, match=r"inbox/ledger/book\.xlsx, sheet 'Sheet': a value at XFD1048576"
    ):
        look(saved(far))


def test_a_mere_format_in_the_farthest_cell_is_no_reason_to_refuse() -> None:
    def far(sheet: Any) -> None:
        sheet["A1"] = 1
        sheet["XFD1048576"].font = Font(bold=True)

    assert look(saved(far)) == {}


def test_what_unpacks_to_hundreds_of_times_its_size_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)
    with pytest.raises(UnreadableFile, match="unpacks to 60 MB"):
        look(buffer.getvalue())


def test_a_formula_with_a_calculated_value_is_a_value() -> None:
    xml = (
        b'<worksheet><sheetData><row r="2"><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="str"><f>""</f><v></v></c>'
        b'<c r="D2"><f>A1</f></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData></worksheet>'
    )
    assert scan_sheet([xml], max_cells=100).flags == {
        (1, 3): ErrorCell("=A1", uncached=True),
        (1, 4): ErrorCell("#DIV/0!"),
    }


def test_prefixed_names_and_cells_without_addresses_are_walked_alike() -> None:
    xml = (
        b'<x:worksheet xmlns:x="s"><x:sheetData><x:row><x:c t=\'n\'><x:v>1</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c>'
        b"</x:row></x:sheetData></x:worksheet>"
    )
    assert scan_sheet([xml], max_cells=100).flags == {(0, 1): ErrorCell("#N/A")}


def test_a_repeated_blank_row_of_open_document_is_no_far_value() -> None:
    xml = (
        b'<d><table:table table:name="t"><table:table-row table:number-rows-repeated="3"><table:table-cell/>'
        b"</table:table-row><table:table-row><table:table-cell table:number-columns-repeated='2'/>"
        b'<table:table-cell table:formula="of:=[.A1]"/></table:table-row>'
        b'<table:table-row table:number-rows-repeated="1048572"><table:table-cell/></table:table-row></table:table></d>'
    )
    scan = scan_ods([xml], max_cells=100)["t"]
    assert (scan.rows, scan.columns, scan.flags) == (4, 3, {(3, 2): ErrorCell("=[.A1]", uncached=True)})
