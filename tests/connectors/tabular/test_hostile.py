"""Files made to break their reader: each is read or refused with a reason, and the process that asked goes on."""

from __future__ import annotations

import io
import signal
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as Book
from openpyxl.styles import Font

from connectors.errors import UnreadableFile
from connectors.ledger.tables import TABLES
from connectors.tabular.cells import ErrorCell
from connectors.tabular.limits import DEFAULT_LIMITS, Limits
from connectors.tabular.reader import FileReading, read_file
from connectors.tabular.workbooks import open_workbook

RECEIPTS = ("receipt_no", "order_no", "line_no", "received_on", "amount", "currency")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
BOMB = '<!DOCTYPE worksheet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
LEAK = '<!DOCTYPE worksheet [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def parts(sheet: str, *, behind: str = "") -> dict[str, str]:
    """The parts of a workbook with one sheet whose rows are `sheet`."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="receipts" '
        'sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData>{behind}</worksheet>',
    }


def zipped(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def row(number: int, *values: Any) -> str:
    cells = (
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for place, value in enumerate(values)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


GOOD = row(1, *RECEIPTS) + row(2, "R1", "O1", 1, "2026-01-05", 10, "EUR")


def read(tmp_path: Path, name: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> FileReading:
    path = tmp_path / name
    path.write_bytes(data)
    return read_file(
        path, relative=f"inbox/ledger/{name}", source="ledger", tables=TABLES, layouts={}, limits=limits
    )


def amounts(reading: FileReading) -> list[Any]:
    (extract,) = reading.extracts
    return list(extract.columns["amount"])


def refusal(tmp_path: Path, name: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(tmp_path, name, data, limits)
    assert caught.value.message.startswith(f"inbox/ledger/{name}") and caught.value.mend
    return str(caught.value)


def test_the_plain_workbook_these_are_made_from_reads(tmp_path: Path) -> None:
    assert amounts(read(tmp_path, "receipts.xlsx", zipped(parts(GOOD)))) == [10]


# Zip archives


def test_a_zip_bomb_names_the_setting_that_refuses_it(tmp_path: Path) -> None:
    bomb = zipped({**parts(GOOD), "xl/theme.xml": "<a>" + " " * 60_000_000 + "</a>"})
    said = refusal(tmp_path, "receipts.xlsx", bomb)
    assert (
        "unpacks to 60 MB" in said and "limits.max_ratio allows 100" in said and "limits: {max_ratio:" in said
    )
    assert amounts(read(tmp_path, "receipts.xlsx", bomb, Limits(max_ratio=5_000))) == [10]
    said = refusal(tmp_path, "receipts.xlsx", bomb, Limits(max_unpacked_mb=50))
    assert "limits.max_unpacked_mb allows 50" in said


def test_a_part_that_unpacks_to_more_than_it_states_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(parts(GOOD + "<row/>" * 1_000_000)))
    stated = zipfile.ZipFile(io.BytesIO(data)).getinfo("xl/worksheets/sheet1.xml").file_size
    lie, truth = struct.pack("<I", 1_000), struct.pack("<I", stated)
    assert data.count(truth) == 2
    said = refusal(tmp_path, "receipts.xlsx", bytes(data.replace(truth, lie)))
    assert "damaged" in said or "can't be read" in said


def test_a_workbook_of_twenty_thousand_parts_is_refused(tmp_path: Path) -> None:
    members = {**parts(GOOD), **{f"xl/media/{number}": "" for number in range(20_000)}}
    assert "20,005 parts" in refusal(tmp_path, "receipts.xlsx", zipped(members))


# XML


@pytest.mark.parametrize("declared", [BOMB, LEAK], ids=["entities in entities", "an outside file"])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "_rels/.rels", "xl/styles.xml"]
)
def test_a_document_type_is_refused_in_every_part(tmp_path: Path, declared: str, part: str) -> None:
    members = parts(GOOD.replace("R1", "&a;") if "sheet1" in part else GOOD)
    members[part] = declared + members.get(part, "<styleSheet/>")
    assert "declares a document type" in refusal(tmp_path, "receipts.xlsx", zipped(members))


def test_a_document_type_in_another_encoding_is_refused(tmp_path: Path) -> None:
    members: dict[str, Any] = parts(GOOD)
    sheet = '<?xml version="1.0" encoding="UTF-16"?>' + BOMB + members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = sheet.encode("utf-16")
    assert "declares a document type" in refusal(tmp_path, "receipts.xlsx", zipped(members))


def test_elements_ten_thousand_deep_are_refused_or_read(tmp_path: Path) -> None:
    deep = zipped(parts(GOOD, behind="<a>" * 100_000 + "</a>" * 100_000))
    try:
        assert amounts(read(tmp_path, "receipts.xlsx", deep)) == [10]
    except UnreadableFile as error:
        assert error.mend


# Sheets


def saved(change: Any) -> bytes:
    book = Book()
    sheet: Any = book.worksheets[0]
    sheet.append(RECEIPTS)
    sheet.append(["R1", "O1", 1, date(2026, 1, 5), 10, "EUR"])
    change(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _far_value(sheet: Any) -> None:
    sheet["XFD1048576"] = 1


def _far_formula(sheet: Any) -> None:
    sheet["XFD1048576"] = "=A1"


@pytest.mark.parametrize("change", [_far_value, _far_formula])
def test_a_value_that_the_reader_would_die_of_is_named(tmp_path: Path, change: Any) -> None:
    said = refusal(tmp_path, "receipts.xlsx", saved(change))
    assert "a value at XFD1048576" in said and "limits.max_cells" in said


def test_a_sheet_of_more_cells_than_allowed_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, "receipts.xlsx", saved(lambda sheet: None), Limits(max_cells=11))
    assert "a value at F2 stretches the sheet over 2 rows and 6 columns; limits.max_cells allows 11" in said


def test_a_million_styled_empty_rows_cost_nothing(tmp_path: Path) -> None:
    empty = "".join(
        f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(3, 1_000_003)
    )
    assert amounts(read(tmp_path, "receipts.xlsx", zipped(parts(GOOD + empty)))) == [10]


def test_a_styled_cell_in_the_last_place_costs_nothing(tmp_path: Path) -> None:
    def style(sheet: Any) -> None:
        sheet["XFD1048576"].font = Font(bold=True)

    assert amounts(read(tmp_path, "receipts.xlsx", saved(style))) == [10]


def test_a_sheet_of_all_columns_is_read(tmp_path: Path) -> None:
    def widen(sheet: Any) -> None:
        for column in range(7, 16_385):
            sheet.cell(1, column, f"extra {column}")
            sheet.cell(2, column, column)

    assert amounts(read(tmp_path, "receipts.xlsx", saved(widen))) == [10]


def test_a_repeated_cell_of_open_document_is_not_expanded_beyond_the_limit(tmp_path: Path) -> None:
    content = (
        '<o:d xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><table:table table:name="receipts">'
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:value="1" '
        'table:number-columns-repeated="16384"/></table:table-row></table:table></o:d>'
    )
    said = refusal(tmp_path, "receipts.ods", zipped({"content.xml": content}))
    assert "sheet 'receipts'" in said and "limits.max_cells" in said


# The process that reads


def test_too_little_memory_is_named_as_a_setting(tmp_path: Path) -> None:
    far = zipped(parts(GOOD + '<row r="1000000"><c r="T1000000"><v>1</v></c></row>'))
    said = refusal(tmp_path, "receipts.xlsx", far, Limits(max_memory_mb=256, max_cells=10**9))
    assert "limits.max_memory_mb allows 256" in said


def test_a_long_text_shown_by_many_cells_does_not_fill_the_memory(tmp_path: Path) -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 40_001))
    members = parts(cells)
    members["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}"><si><t>{"x" * 30_000}</t></si></sst>'
    members["xl/_rels/workbook.xml.rels"] = members["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="r2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    assert "limits.max_memory_mb allows 1,024" in refusal(tmp_path, "receipts.xlsx", zipped(members))


def test_a_reader_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    said = refusal(tmp_path, "receipts.xlsx", zipped(parts(GOOD)), Limits(max_seconds=0))
    assert "limits.max_seconds allows 0" in said


def test_a_reader_that_dies_costs_the_file_alone(tmp_path: Path) -> None:
    book = open_workbook(zipped(parts(GOOD)), relative="inbox/ledger/book.xlsx", notes=[])
    book._child.process.send_signal(signal.SIGSEGV)
    with pytest.raises(
        UnreadableFile, match=r"inbox/ledger/book\.xlsx: the workbook reader crashed \(SIGSEGV\)"
    ):
        book.sheet("receipts")
    assert amounts(read(tmp_path, "receipts.xlsx", zipped(parts(GOOD)))) == [10]


def test_sheets_stay_when_the_workbook_is_closed_and_its_process_has_ended() -> None:
    book = open_workbook(zipped(parts(GOOD)), relative="book.xlsx", notes=[])
    sheet = book.sheet("receipts")
    book.close()
    assert book._child.process.returncode is not None and book.sheet("receipts") is sheet


def test_the_process_does_not_survive_a_workbook_that_nobody_closed() -> None:
    book = open_workbook(zipped(parts(GOOD)), relative="book.xlsx", notes=[])
    process = book._child.process
    del book
    assert process.poll() is not None


# Names that lie, and passwords


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("receipts.csv", zipped(parts(GOOD)), "is a workbook, in spite of its name. Name it .xlsx"),
        ("receipts.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is a workbook"),
        (
            "receipts.xlsx",
            ",".join(RECEIPTS).encode(),
            "is not a workbook, in spite of its name. If it is CSV",
        ),
        ("receipts.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected by a password"),
        ("receipts.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "can't be read as a workbook"),
        ("receipts.xlsb", zipped({"xl/workbook.bin": "x"}), "inbox/ledger/receipts.xlsb"),
        ("receipts.ods", zipped({"mimetype": "x"}), "damaged"),
        ("receipts.xlsx", b"", "is empty"),
        ("receipts.xlsx", b"PK\x03\x04" + b"\0" * 100, "damaged"),
    ],
)
def test_a_name_that_lies_is_said_to_lie(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    assert said in refusal(tmp_path, name, data)


# Text


def test_a_line_of_a_hundred_megabytes_is_refused(tmp_path: Path) -> None:
    head = ",".join(RECEIPTS).encode() + b"\n"
    assert "columns, where a spreadsheet has" in refusal(tmp_path, "receipts.csv", head + b"1," * 50_000_000)
    assert "more than 131,072 characters" in refusal(tmp_path, "receipts.csv", head + b"x" * 100_000_000)


def test_a_quote_that_is_never_closed_is_refused(tmp_path: Path) -> None:
    head = ",".join(RECEIPTS) + '\n"R1,O1,1,2026-01-05,10,EUR\n'
    text = head + "R2,O1,1,2026-01-05,10,EUR\n" * 1_000_000
    assert "If a quote is opened there and never closed" in refusal(tmp_path, "receipts.csv", text.encode())


def test_a_hundred_thousand_columns_are_refused(tmp_path: Path) -> None:
    text = ",".join((*RECEIPTS, *(f"c{n}" for n in range(100_000)))) + "\nR1,O1,1,2026-01-05,10,EUR\n"
    assert "row 1: 100,006 columns" in refusal(tmp_path, "receipts.csv", text.encode())


def test_line_ends_alone_do_not_fill_the_memory(tmp_path: Path) -> None:
    head = ",".join(RECEIPTS).encode()
    assert "limits.max_cells" in refusal(tmp_path, "receipts.csv", head + b"\n" * 6_000_000)


def test_nul_bytes_are_passed_over_and_noted(tmp_path: Path) -> None:
    text = ",".join(RECEIPTS) + "\nR1,O\0001,1,2026-01-05,10,EUR\n"
    reading = read(tmp_path, "receipts.csv", text.encode())
    assert amounts(reading) == [10] and "1 NUL bytes were passed over" in reading.notes[0]


@pytest.mark.parametrize(
    ("text", "said"), [("[" * 200_000, "is no JSON"), ("{}", "no list of records"), ("[1e999]", "is no JSON")]
)
def test_json_that_is_none_is_said_to_be_none(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, "receipts.json", text.encode())


def test_json_whose_records_share_no_member_is_refused(tmp_path: Path) -> None:
    text = "[" + ",".join(f'{{"m{n}": 1}}' for n in range(50_000)) + "]"
    from connectors.tabular.json_records import read_json

    with pytest.raises(UnreadableFile, match="50,000 different members"):
        read_json(text.encode(), relative="a.json")
    with pytest.raises(UnreadableFile, match="max_cells"):
        read_json(b'[{"a": 1, "b": 1}]', relative="a.json", limits=replace(DEFAULT_LIMITS, max_cells=1))


# The short cut of the search for errors


CELLS = [
    '<c r="A1" t="e"><v>#REF!</v></c>',
    "<c r='A1' t='e'><v>#N/A</v></c>",
    '<c r="A1" t = "e"><f>1/0</f><v>#DIV/0!</v></c>',
    '<c r="A1"><f>SUM(B1:B9)&gt;&quot;x&quot;</f></c>',
    '<c r="A1"><f ca="1"/><v/></c>',
    '<c r="A1" t="str"><f>""</f><v></v></c>',
    '<c r="A1" t="str"><f>B1</f></c>',
    '<c r="A1" s="3"><f t="shared" si="0"/><v>5</v></c>',
    '<c r="A1" t="inlineStr"><is><t>say t="e" or \'e\'</t></is></c>',
    '<c r="A1"/><c r="B1"><f>A1</f></c>',
    "<c><f>A1</f></c>",
    '<c r="A1"><!-- <f> --><v>1</v></c>',
    '<c r="A1" t="inlineStr"><is><t><![CDATA[<c t="e"><f>]]></t></is></c>',
    f'<x:c xmlns:x="{MAIN}" r="A1" t="e"><x:v>#REF!</x:v></x:c>',
]


@pytest.fixture(params=CELLS)
def cell(request: pytest.FixtureRequest) -> Iterator[str]:
    return request.param


@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="UTF-8"?>\r\n'])
@pytest.mark.parametrize("size", [7, 1_000_000])
def test_the_short_cut_finds_what_the_walk_finds_or_gives_up(cell: str, declaration: str, size: int) -> None:
    from connectors.tabular.sheetquick import quick_scan
    from connectors.tabular.sheetxml import scan_sheet

    xml = (
        f'{declaration}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}"><cols><col min="1" hidden="1"/></cols>'
        f'<sheetData><row r="1" hidden="1">{cell}</row><row r="2"/>'
        '<row r="3" hidden="0"><c r="B3" t="e"><v>#NUM!</v></c></row></sheetData></worksheet>'
    ).encode()
    chunks = [xml[start : start + size] for start in range(0, len(xml), size)]
    quick, walked = quick_scan(chunks, max_cells=100), scan_sheet(chunks, max_cells=100)
    assert walked.flags[2, 1] == ErrorCell("#NUM!") and walked.hidden_rows == {0}
    if quick is None:
        assert any(odd in cell for odd in ("<!", "xmlns", "<c>")) or size == 7
    else:
        assert (quick.flags, quick.hidden_rows) == (walked.flags, walked.hidden_rows)
