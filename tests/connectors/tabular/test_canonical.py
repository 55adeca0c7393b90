"""Canonical files: counts, places and messages, over CSV, Excel and OpenDocument."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.errors import UnreadableFile
from connectors.tabular.extract import TableExtract
from connectors.tabular.reader import FileReading
from tests.connectors.tabular.conftest import SOURCES

Reader = Callable[..., FileReading]
HEADER = "person,project,work_date,hours,entry_id,comment\n"
RECEIPTS = ["receipt_no", "order_no", "line_no", "received_on", "amount", "currency"]


def only(reading: FileReading) -> TableExtract:
    (extract,) = reading.extracts
    return extract


def faults(extract: TableExtract) -> list[tuple[str, str, str]]:
    return [(fault.place, fault.column, fault.rule) for fault in extract.faults]


def test_a_file_named_after_its_table_is_read(read_csv: Reader) -> None:
    reading = read_csv(
        "timesheet_entries_2026-01.csv", HEADER + "ann,P1,2026-01-05,7.5,1,hi\n", source="timesheets"
    )
    extract = only(reading)
    assert reading.readers == ["canonical"] and extract.table.name == "timesheet_entries"
    assert (extract.columns["hours"], extract.columns["work_date"]) == ([Decimal("7.5")], [date(2026, 1, 5)])
    assert extract.places == ["A2:F2"] and extract.cell(0, "hours") == "D2"
    assert extract.columns["status"] == ["unknown"] and extract.columns["role"] == [None]


def test_the_longest_table_name_wins(read_csv: Reader) -> None:
    text = "source_system,source_id,person\njira,a,ann\n"
    assert only(read_csv("People_Crosswalk.CSV", text, source="reference")).table.name == "people_crosswalk"


def test_headers_match_in_any_case_and_order_and_other_columns_are_kept(read_csv: Reader) -> None:
    text = " HOURS ,Work_Date,PERSON,Project,Sprint,\n7,2026-01-05,ann,P1,S1,note\n8,2026-01-06,ann,P1,,\n"
    extract = only(read_csv("timesheet_entries.csv", text, source="timesheets"))
    assert len(extract) == 2 and not extract.faults
    assert [a and json.loads(a) for a in extract.attributes] == [{"Sprint": "S1", "column F": "note"}, None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(read_csv: Reader, encoding: str, newline: str) -> None:
    text = (HEADER + "Zoé,P1,2026-01-05,7.5,1,déjà\n").replace("\n", newline)
    reading = read_csv("timesheet_entries.csv", text.encode(encoding), source="timesheets")
    assert only(reading).columns["person"] == ["Zoé"] and not only(reading).faults
    assert bool(reading.notes) == (encoding == "cp1252")
    assert [remark.rule for remark in reading.notes.remarks] == ["not_utf8"] * (encoding == "cp1252")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_found_by_the_header(read_csv: Reader, delimiter: str) -> None:
    text = (HEADER + "ann,P1,2026-01-05,7.5,1,\n").replace(",", delimiter)
    assert not only(read_csv("timesheet_entries.csv", text, source="timesheets")).faults
    assert only(
        read_csv("timesheet_entries.csv", f"sep={delimiter}\n{text}", source="timesheets")
    ).places == ["A3:F3"]


def test_a_decimal_comma_is_quarantined_not_read_as_a_thousand(read_csv: Reader) -> None:
    text = (HEADER + 'ann,P1,2026-01-05,"7,5",1,\n').replace(",", ";").replace('"7;5"', "7,5")
    assert faults(only(read_csv("timesheet_entries.csv", text, source="timesheets"))) == [
        ("D2", "hours", "not_a_number")
    ]


def test_nul_bytes_are_passed_over_and_told(read_csv: Reader) -> None:
    reading = read_csv("timesheet_entries.csv", HEADER + "a\0nn,P1,2026-01-05,7,1,\n", source="timesheets")
    assert only(reading).columns["person"] == ["ann"] and "1 NUL bytes" in reading.notes[0]


def test_a_value_that_is_too_long_is_named_with_its_row(read_csv: Reader) -> None:
    text = HEADER + "ann,P1,2026-01-05,7,1,\n" + f"ann,P1,2026-01-06,7,2,{'x' * 140_000}\n"
    with pytest.raises(UnreadableFile, match=r"row 3: a value there has more than 131,072 characters"):
        read_csv("timesheet_entries.csv", text, source="timesheets")


def test_each_bad_cell_is_named_where_it_stands(read_csv: Reader) -> None:
    rows = [
        "ann,P1,2026-01-05,abc,1,",
        "ann,P1,05/01/2026,7,2,",
        "ann,,2026-01-05,7,3,",
        "ann,P1,2026-01-05,7,4,#REF!",
        ",,,,,",
        "ann,P1,2026-01-05,7,5,",
        '"ann","P1",2026-01-05,,6,"two',
        'lines"',
    ]
    extract = only(read_csv("timesheet_entries.csv", HEADER + "\n".join(rows), source="timesheets"))
    assert len(extract) == 6
    assert faults(extract) == [
        ("D2", "hours", "not_a_number"),
        ("C3", "work_date", "not_a_date"),
        ("B4", "project", "missing_value"),
        ("F5", "comment", "error_cell"),
        ("D8", "hours", "missing_value"),
    ]
    assert extract.columns["hours"][0] is None and json.loads(extract.content(0))["hours"] == "abc"


def test_a_row_with_more_values_than_names_is_faulty(read_csv: Reader) -> None:
    text = HEADER + "ann,P1,2026-01-05,7,1,one, two\nann,P1,2026-01-06,7,2,,,,\nann,P1,2026-01-07,7\n"
    extract = only(read_csv("timesheet_entries.csv", text, source="timesheets"))
    assert len(extract) == 3 and faults(extract) == [("G2", "column G", "too_many_cells")]


def test_an_exact_duplicate_is_left_out_with_its_amount(read_csv: Reader) -> None:
    row = "ann,P1,2026-01-05,7,,x\n"
    extract = only(
        read_csv("timesheet_entries.csv", HEADER + row + "bob,P1,2026-01-05,1,,\n" + row, source="timesheets")
    )
    (left,) = extract.left_out
    assert extract.columns["person"] == ["ann", "bob"]
    assert (left.place, left.reason) == ("A4:F4", "exact duplicate of row A2:F2")
    assert (left.project, left.unit, left.amount) == ("P1", "hours", Decimal(7))


def test_equal_answers_to_a_survey_are_as_many_answers(read_csv: Reader) -> None:
    row = "PAY,2026-06-08,nps,9,20\n"
    text = "project,responded_on,kind,score,invited\n" + row * 3
    extract = only(read_csv("surveys.csv", text, source="register"))
    assert (len(extract), extract.left_out) == (3, [])


def test_rows_that_differ_in_an_attribute_or_in_what_cannot_be_read_are_no_duplicates(
    read_csv: Reader,
) -> None:
    rows = [f"a,P,2026-01-05,{hours},{extra}\n" for hours, extra in ((7, 1), (7, 2), ("x", ""), ("y", ""))]
    text = "person,project,work_date,hours,extra\n" + "".join(rows)
    extract = only(read_csv("timesheet_entries.csv", text, source="timesheets"))
    assert len(extract) == 4 and not extract.left_out


def test_faults_stay_with_their_rows_when_duplicates_leave(read_csv: Reader) -> None:
    good = "ann,P1,2026-01-05,7,,\n"
    extract = only(
        read_csv("timesheet_entries.csv", HEADER + good * 3 + "ann,P1,2026-01-05,x,9,\n", source="timesheets")
    )
    (fault,) = extract.faults
    assert len(extract) == 2 and len(extract.left_out) == 2
    assert (fault.row, fault.place, extract.places[1], extract.cell(1, "hours")) == (1, "D5", "A5:F5", "D5")


def test_two_different_rows_with_one_key_are_both_faulty(read_csv: Reader) -> None:
    rows = "ann,P1,2026-01-05,7,1,\nann,P1,2026-01-05,8,1,\nann,P1,2026-01-05,8,,\nann,P1,2026-01-05,9,,\n"
    extract = only(read_csv("timesheet_entries.csv", HEADER + rows, source="timesheets"))
    assert faults(extract) == [("E2", "entry_id", "duplicate_key"), ("E3", "entry_id", "duplicate_key")]
    assert "A3:F3" in extract.faults[0].message


def test_a_key_with_a_blank_part_is_a_key(read_csv: Reader) -> None:
    rows = "10,EUR,2026-01-01,,dev\n11,EUR,2026-01-01,,dev\n12,EUR,2026-01-01,ann,\n"
    text = "rate,currency,valid_from,person,role\n" + rows
    extract = only(read_csv("rate_cards.csv", text, source="reference"))
    assert [fault.place for fault in extract.faults] == ["E2", "E3"]


def test_a_missing_column_refuses_the_batch_and_names_the_mend(read_csv: Reader) -> None:
    text = "person,project,work_date,Hourz\nann,P1,2026-01-05,7\n"
    extract = only(read_csv("timesheet_entries.csv", text, source="timesheets"))
    (fault,) = extract.batch_faults
    assert fault.rule == "missing_column" and not extract.faults and extract.columns["hours"] == [None]
    for part in ("inbox/timesheets/timesheet_entries.csv", "'hours'", "row 1", "rename 'Hourz' to 'hours'"):
        assert part in fault.message


def test_a_column_that_stands_twice_refuses_the_batch(read_csv: Reader) -> None:
    text = "person,project,work_date,hours,Hours\nann,P1,2026-01-05,7,8\n"
    (fault,) = only(read_csv("timesheet_entries.csv", text, source="timesheets")).batch_faults
    assert (fault.rule, fault.place) == ("duplicate_column", "E1")


def test_ten_unreadable_values_and_none_readable_are_a_changed_type(read_csv: Reader) -> None:
    rows = [f"ann,P1,{day:02d}/01/2026,7,{day},\n" for day in range(1, 11)]
    changed = only(read_csv("timesheet_entries.csv", HEADER + "".join(rows), source="timesheets"))
    assert [(f.rule, f.place) for f in changed.batch_faults] == [
        ("changed_type", "C2")
    ] and not changed.faults
    few = only(read_csv("timesheet_entries.csv", HEADER + "".join(rows[:9]), source="timesheets"))
    assert not few.batch_faults and len(few.faults) == 9
    one = only(
        read_csv("timesheet_entries.csv", HEADER + "".join(rows) + "a,b,2026-01-01,1,,", source="timesheets")
    )
    assert not one.batch_faults and len(one.faults) == 10


def test_blank_is_no_in_a_column_ticked_with_x(read_csv: Reader) -> None:
    text = "person,contractor\nann,x\nbob,\n"
    assert only(read_csv("people.csv", text, source="reference")).columns["contractor"] == [True, False]
    text = "person,contractor\nann,yes\nbob,\n"
    assert only(read_csv("people.csv", text, source="reference")).columns["contractor"] == [True, None]


@pytest.mark.parametrize(
    ("content", "rules"), [(HEADER, []), ("", ["empty_file"]), ("\ufeff\r\n ,\n", ["empty_file"])]
)
def test_a_header_alone_is_no_rows_and_nothing_at_all_is_a_fault(
    read_csv: Reader, content: str, rules: list[str]
) -> None:
    extract = only(read_csv("timesheet_entries.csv", content, source="timesheets"))
    assert len(extract) == 0 and [fault.rule for fault in extract.batch_faults] == rules


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("hours.csv", HEADER, "timesheet_entries"),
        ("timesheet_entries.pdf", b"%PDF", "neither CSV nor a workbook"),
        ("timesheet_entries.csv", b"PK\x03\x04....", "is a workbook"),
        ("timesheet_entries.xlsx", HEADER, "name it .csv"),
        ("timesheet_entries.xlsx", b"", "empty"),
        ("timesheet_entries.xlsx", b"PK\x03\x04....", "damaged"),
        ("timesheet_entries.csv", HEADER + 'a,b,"never closed\n1,2,3\n', "row 2"),
    ],
)
def test_what_is_no_table_says_what_to_do(
    read_csv: Reader, name: str, content: str | bytes, said: str
) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read_csv(name, content, source="timesheets")


CELLS = st.sampled_from(["ann", "bob", "P1", "2026-01-05", "7", "7.5", "x", "", " ", "7,5", "#REF!", '"q"'])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS), max_size=12))
def test_every_filled_row_is_read_or_left_out(read_csv: Reader, rows: list[tuple[str, ...]]) -> None:
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    text = "person,project,work_date,hours,entry_id\n" + "\n".join(quoted)
    extract = only(read_csv("timesheet_entries.csv", text, source="timesheets"))
    filled = sum(1 for row in rows if any(cell.strip() for cell in row))
    assert filled == len(extract) + len(extract.left_out)
    assert all(len(values) == len(extract) for values in extract.columns.values())
    for fault in extract.faults:
        assert extract.columns[fault.column][fault.row] is None or fault.rule == "duplicate_key"


def test_sheets_named_after_tables_are_read_and_the_others_reported(read_xlsx: Reader) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "Receipts": [RECEIPTS, ["R1", 4711, 1, date(2026, 1, 5), 99.99, "eur"]],
        "receipts_feb": [RECEIPTS, ["R2", 4711, 1, date(2026, 2, 5), 0.01, "EUR"]],
        "Notes": [["hello"]],
        "orders": [["order_no"]],
    }
    reading = read_xlsx("book.xlsx", sheets, source="ledger")
    orders, receipts = reading.extracts
    assert receipts.columns["order_no"] == ["4711", "4711"] and receipts.sheets == [
        "Receipts",
        "receipts_feb",
    ]
    assert receipts.columns["amount"] == [Decimal("99.99"), Decimal("0.01")]
    assert [fault.sheet for fault in orders.batch_faults] == ["orders"]
    assert any("'Notes'" in note for note in reading.notes) and reading.readers == ["canonical"] * 2


def test_duplicates_and_keys_are_looked_for_over_all_sheets_of_a_file(read_xlsx: Reader) -> None:
    row = ["R1", "O1", 1, date(2026, 1, 5), 5, "EUR"]
    sheets = {
        "receipts": [RECEIPTS, row],
        "receipts_2": [RECEIPTS, row, ["R2", "O1", 1, date(2026, 1, 5), "x", "EUR"]],
    }
    extract = only(read_xlsx("book.xlsx", sheets, source="ledger"))
    assert extract.left_out[0].reason == "exact duplicate of row receipts!A2:F2"
    assert [(f.row, f.place, extract.sheets[f.row]) for f in extract.faults] == [(1, "E3", "receipts_2")]


def test_a_workbook_named_after_a_table_may_call_its_only_sheet_anything(read_xlsx: Reader) -> None:
    rows = [[], [], ["", *RECEIPTS], ["", "R1", "O1", 1, date(2026, 1, 5), "abc", "EUR"]]
    extract = only(read_xlsx("receipts_q1.xlsx", {"Feuil1": rows, "Feuil2": []}, source="ledger"))
    assert [(f.place, f.rule) for f in extract.faults] == [("F4", "not_a_number")]
    with pytest.raises(UnreadableFile, match="several sheets"):
        read_xlsx("receipts.xlsx", {"a": rows, "b": rows}, source="ledger")


def test_a_hidden_sheet_is_reported_not_read(read_xlsx: Reader) -> None:
    def hide(book: Any) -> None:
        book["receipts_old"].sheet_state = "hidden"

    row = ["R1", "O1", 1, date(2026, 1, 5), 5, "EUR"]
    sheets = {"receipts": [RECEIPTS, row], "receipts_old": [RECEIPTS, ["R9", *row[1:]]]}
    reading = read_xlsx("book.xlsx", sheets, source="ledger", change=hide)
    assert len(only(reading)) == 1 and "hidden sheet 'receipts_old'" in reading.notes[0]
    (left_out,) = only(reading).left_out
    assert (left_out.sheet, left_out.place, left_out.amount) == ("receipts_old", "A2:F2", Decimal(5))
    assert [(remark.rule, remark.rows) for remark in reading.notes.remarks] == [("sheet_not_read", 2)]


def test_a_formula_that_was_never_calculated_and_an_error_are_faults_at_their_cells(
    read_xlsx: Reader,
) -> None:
    def spoil(book: Any) -> None:
        book["s"]["E4"].value, book["s"]["E4"].data_type = "#REF!", "e"

    rows = [
        [f"R{n}", "O1", 1, date(2026, 1, 5), amount, "EUR"] for n, amount in ((1, 5), (2, "=E2*2"), (3, 7))
    ]
    extract = only(read_xlsx("receipts.xlsx", {"s": [RECEIPTS, *rows]}, source="ledger", change=spoil))
    assert [(f.place, f.rule, f.content) for f in extract.faults] == [
        ("E3", "error_cell", "=E2*2"),
        ("E4", "error_cell", "#REF!"),
    ]
    assert "open the workbook" in extract.faults[0].message


def test_open_document_sheets_read_alike(read_ods: Reader) -> None:
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    day = '<table:table-cell office:value-type="date" office:date-value="2026-01-05"/>'
    pad = '<table:table-cell table:number-columns-repeated="16378"/>'
    rows = [
        [*RECEIPTS, pad],
        ["R1", "O1", 1, day, 99.99, "EUR"],
        ["R2", "O1", 1, day, error, "EUR"],
        ["R3", "O1", 1, "soon", 5, "EUR"],
    ]
    extract = only(read_ods("receipts.ods", "Sheet1", rows, source="ledger"))
    assert extract.columns["amount"] == [Decimal("99.99"), None, Decimal(5)]
    assert faults(extract) == [("E3", "amount", "error_cell"), ("D4", "received_on", "not_a_date")]


def show_percentages(column: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for cell in book.worksheets[0][column][1:]:
            cell.number_format = "0%"

    return change


def test_a_percentage_among_amounts_or_hours_is_quarantined_with_its_cell(read_xlsx: Reader) -> None:
    rows = [RECEIPTS, ["R1", "O1", "1", date(2026, 1, 5), 0.45, "EUR"]]
    extract = only(
        read_xlsx("receipts.xlsx", {"receipts": rows}, source="ledger", change=show_percentages("E"))
    )
    assert faults(extract) == [("E2", "amount", "number_format")] and extract.faults[0].content == "0.45"
    rows = [["person", "project", "work_date", "hours"], ["ann", "P", date(2026, 1, 5), 0.45]]
    for sheet in ("timesheet_entries", "Sheet1"):
        extract = only(
            read_xlsx(
                "timesheet_entries.xlsx", {sheet: rows}, source="timesheets", change=show_percentages("D")
            )
        )
        assert faults(extract) == [("D2", "hours", "number_format")]


def test_a_written_percentage_is_no_hour(read_csv: Reader) -> None:
    text = HEADER + "ann,P1,2026-01-05,45 %,1,hi\n"
    assert faults(only(read_csv("timesheet_entries.csv", text, source="timesheets"))) == [
        ("D2", "hours", "not_a_number")
    ]


SHARES = [
    ("register", "progress", "percent_complete", Decimal(45)),
    ("register", "risks", "probability", Decimal("0.45")),
    ("register", "risks", "residual_probability", Decimal("0.45")),
    ("register", "objectives", "weight", Decimal("0.45")),
    ("register", "alignment", "score", Decimal("0.45")),
    ("reference", "people", "fte", Decimal("0.45")),
]
OTHERS: dict[str, Any] = {
    "as_of": "2026-01-31",
    "impact": 1,
    "currency": "EUR",
    "probability": 1,
    "weight": 1,
    "percent_complete": 1,
}


@pytest.mark.parametrize(("source", "table", "column", "meant"), SHARES)
def test_a_percentage_of_a_share_is_read_however_it_is_written(
    read_csv: Reader, read_xlsx: Reader, source: str, table: str, column: str, meant: Decimal
) -> None:
    required = next(each for each in SOURCES[source] if each.name == table).required
    header = [column, *(name for name in required if name != column)]
    beside = [OTHERS.get(name, "x") for name in header[1:]]
    rows = [header, [0.45, *beside]]
    extract = only(read_xlsx(f"{table}.xlsx", {table: rows}, source=source, change=show_percentages("A")))
    assert extract.columns[column] == [meant] and not extract.faults
    for text, value in (("45 %", meant), ("45%", meant), ("45.00 %", meant), ("0.45", Decimal("0.45"))):
        line = ",".join(map(str, [text, *beside]))
        extract = only(read_csv(f"{table}.csv", f"{','.join(header)}\n{line}\n", source=source))
        assert extract.columns[column] == [value] and not extract.faults
    line = ",".join(map(str, ["many %", *beside]))
    extract = only(read_csv(f"{table}.csv", f"{','.join(header)}\n{line}\n", source=source))
    assert faults(extract) == [("A2", column, "not_a_number")]
