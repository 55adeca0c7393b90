"""The keys of a layout one by one: what each does to a column, a row or a sheet, and which mistakes are named."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.budgets.tables import TABLES as BUDGETS
from connectors.errors import UnreadableFile
from connectors.ledger.tables import TABLES as LEDGER
from connectors.tabular.extract import TableExtract
from connectors.tabular.layout import LayoutError, parse_layouts
from connectors.tabular.number_formats import how_shown
from connectors.tabular.reader import FileReading, read_file
from connectors.tabular.unpivot import check_layout

Reader = Callable[..., FileReading]


def lines(columns: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A layout of budget lines, one amount a row, under the header Item, Month, Value."""
    own = {
        "project": {"value": "P-1"},
        "version_no": {"value": 1},
        "cost_category": {"header": "Item"},
        "period": {"header": "Month"},
        "amount": {"header": "Value"},
        "currency": {"value": "EUR"},
    }
    entry = {"table": "budget_lines", "files": "budgets/*", "header": {"find": "Item"}, **more}
    return {"ours": entry | {"columns": own | (columns or {})}}


def read(read_csv: Reader, text: str, columns: dict[str, Any] | None = None, **more: Any) -> TableExtract:
    (extract,) = read_csv("plan.csv", text, source="budgets", layouts=lines(columns, **more)).extracts
    return extract


def clean(extract: TableExtract) -> TableExtract:
    assert not extract.batch_faults and not extract.faults, (extract.batch_faults, extract.faults)
    return extract


def column(extract: TableExtract, name: str) -> list[Any]:
    return clean(extract).columns[name]


def test_a_column_by_its_letter(read_csv: Reader) -> None:
    text = "x,Item,Value\n2026-01,Staff,5\n"
    extract = read(read_csv, text, {"period": {"column": "a"}})
    assert column(extract, "period") == ["2026-01"] and extract.cell(0, "period") == "A2"


def test_the_next_column_after_another_and_the_nth(read_csv: Reader) -> None:
    text = "Value,Item,Month,Value,Value\n1,Staff,2026-01,2,3\n"
    assert column(read(read_csv, text, {"amount": {"header": "Value", "after": "Item"}}), "amount") == [2]
    assert column(read(read_csv, text, {"amount": {"header": "Value", "occurrence": 3}}), "amount") == [3]
    (fault,) = read(read_csv, text, {"amount": {"header": "Value", "occurrence": 4}}).batch_faults
    assert fault.rule == "missing_column" and "layouts.ours.columns.amount.header" in fault.message
    (fault,) = read(read_csv, text).batch_faults
    assert fault.rule == "duplicate_column" and "A1, D1, E1" in fault.message
    (fault,) = read(read_csv, text, {"amount": {"header": "Value", "after": "Thing"}}).batch_faults
    assert fault.rule == "missing_column" and "layouts.ours.columns.amount.after" in fault.message


def test_the_first_of_several_that_is_not_blank(read_csv: Reader) -> None:
    text = "Item,Month,Value,Code,Network\nStaff,2026-01,1,,N1\nStaff,2026-02,1,C1,N2\nStaff,2026-03,1,,\n"
    first = {"project": {"first_of": ["Code", "Network", "Nowhere"], "default": "(none)"}}
    assert column(read(read_csv, text, first), "project") == ["N1", "C1", "(none)"]
    (fault,) = read(read_csv, text, {"project": {"first_of": ["Nowhere", "Nobody"]}}).batch_faults
    assert fault.rule == "missing_column" and "'Nowhere' or 'Nobody'" in fault.message


def test_columns_put_together_and_numbered(read_csv: Reader) -> None:
    text = "Item,Month,Value,First,Last\nStaff,2026-01,1,Ann,A\nStaff,2026-02,1,Ann,A\nStaff,2026-03,1,Bob,\n"
    joined = {"wbs": {"join": ["First", "Last"]}}
    assert column(read(read_csv, text, joined), "wbs") == ["Ann A", "Ann A", "Bob"]
    numbered = {"wbs": {"join": ["First", "Last"], "number": True}}
    assert column(read(read_csv, text, numbered), "wbs") == ["Ann A/1", "Ann A/2", "Bob/1"]


def test_words_and_what_all_others_mean(read_csv: Reader) -> None:
    text = "Item,Month,Value,Kind\nStaff,2026-01,1,INV\nStaff,2026-02,1,Run\nStaff,2026-03,1,\n"
    words = {"header": "Kind", "words": {"inv": "capex"}}
    extract = read(read_csv, text, {"capex_opex": words})
    assert extract.columns["capex_opex"] == ["capex", None, None]
    assert [(f.place, f.rule) for f in extract.faults] == [("D3", "not_one_of")]
    extract = read(read_csv, text, {"capex_opex": words | {"otherwise": "opex"}})
    assert column(extract, "capex_opex") == ["capex", "opex", None]
    extract = read(read_csv, text, {"capex_opex": words | {"otherwise": "opex", "default": "capex"}})
    assert column(extract, "capex_opex") == ["capex", "opex", "capex"]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ({"strip": " \\[X\\]$"}, ["0042", "Ann P-7"]),
        ({"pad": 8}, ["0042 [X]", "Ann P-7"]),
        ({"strip": " \\[X\\]$", "pad": 8}, ["00000042", "Ann P-7"]),
        ({"pattern": "[A-Z]-([0-9])", "strip": " .X.$"}, None),
        ({"prefix": "issue "}, ["issue 0042 [X]", "issue Ann P-7"]),
        ({"pattern": "[0-9]+", "prefix": "n"}, ["n0042", "n7"]),
    ],
)
def test_texts_are_cut_filled_and_begun(
    read_csv: Reader, origin: dict[str, Any], expected: list[str] | None
) -> None:
    text = "Item,Month,Value,Who\nStaff,2026-01,1,0042 [X]\nStaff,2026-02,1,Ann P-7\n"
    extract = read(read_csv, text, {"wbs": {"header": "Who", **origin}})
    if expected is not None:
        assert column(extract, "wbs") == expected
    else:
        assert [(f.place, f.rule) for f in extract.faults] == [("D2", "no_match")]
        assert extract.columns["wbs"] == [None, "7"]


def test_a_number_that_lost_its_zeros_is_padded(read_xlsx: Reader) -> None:
    rows = [["Item", "Month", "Value", "Account"], ["Staff", "2026-01", 1, 42]]
    layout = lines({"wbs": {"header": "Account", "pad": 5}})
    (extract,) = read_xlsx("plan.xlsx", {"Plan": rows}, source="budgets", layouts=layout).extracts
    assert column(extract, "wbs") == ["00042"]


def test_a_column_that_may_be_absent(read_csv: Reader) -> None:
    text = "Item,Month,Value\nStaff,2026-01,1\n"
    assert column(read(read_csv, text, {"wbs": {"header": "WBS", "optional": True}}), "wbs") == [None]
    default = {"wbs": {"header": "WBS", "optional": True, "default": "none"}}
    assert column(read(read_csv, text, default), "wbs") == ["none"]
    (fault,) = read(read_csv, text, {"wbs": {"header": "WBS"}}).batch_faults
    assert "layouts.ours.columns.wbs.header" in fault.message and "Item, Month, Value" in fault.message


def test_the_currency_stands_at_the_amount(read_csv: Reader) -> None:
    text = "Item,Month,Value\nStaff,2026-01,€ 5\nStaff,2026-02,(US$7.50)\nStaff,2026-03,$1\nStaff,2026-04,9\n"
    amount = {"symbols": {"US$": "USD", "$": "CAD", "€": "EUR"}, "negative": ["parentheses"]}
    extract = read(read_csv, text, {"currency": {"from": "amount"}}, amount=amount)
    assert extract.columns["amount"] == [Decimal(5), Decimal("-7.50"), Decimal(1), Decimal(9)]
    assert extract.columns["currency"] == ["EUR", "USD", "CAD", None]
    assert [(f.place, f.rule) for f in extract.faults] == [("C5", "missing_value")]


def test_the_currency_is_that_of_the_books(read_csv: Reader) -> None:
    text = "Item,Month,Value\nStaff,2026-01,5\n"
    assert column(read(read_csv, text, {"currency": {"from": "functional_currency"}}), "currency") == ["EUR"]


def test_debit_less_credit_and_sums_of_columns(read_csv: Reader) -> None:
    text = "Item,Month,D,C\nStaff,2026-01,5,\nStaff,2026-02,,2\nStaff,2026-03,5,2\nStaff,2026-04,,\nStaff,2026-05,x,1\n"
    entry = lines(amount={"debit": "D", "credit": "C"})
    del entry["ours"]["columns"]["amount"]
    (extract,) = read_csv("plan.csv", text, source="budgets", layouts=entry).extracts
    assert extract.columns["amount"] == [Decimal(5), Decimal(-2), Decimal(3), None, None]
    assert [(f.row, f.rule) for f in extract.faults] == [(3, "missing_value"), (4, "not_a_number")]
    entry["ours"]["amount"] = {"add": ["D", "C", "Elsewhere"]}
    (extract,) = read_csv("plan.csv", text, source="budgets", layouts=entry).extracts
    assert extract.columns["amount"][:3] == [Decimal(5), Decimal(2), Decimal(7)]


@pytest.mark.parametrize("text", ["12,5 %", "12.5%", "5 %"])
def test_a_percentage_is_no_amount(read_csv: Reader, text: str) -> None:
    amount = {"decimal": ",", "thousands": "space"}
    extract = read(read_csv, f'Item,Month,Value\nStaff,2026-01,"{text}"\n', amount=amount)
    (fault,) = extract.faults
    assert (fault.place, fault.rule, fault.content) == (
        "C2",
        "not_a_number",
        text,
    ) and "percentage" in fault.message


def _formatted(read_xlsx: Reader, code: str, unit: str, cell: Any = 1234567) -> TableExtract:
    def shape(book: Any) -> None:
        book.active["C2"].number_format = code

    rows = [["Item", "Month", "Value"], ["Staff", "2026-01", cell]]
    layout = lines(amount={"unit": unit})
    (extract,) = read_xlsx("plan.xlsx", {"P": rows}, source="budgets", layouts=layout, change=shape).extracts
    return extract


@pytest.mark.parametrize(("code", "unit"), [("# ##0,", "k€"), ("#,##0.0,,", "M€"), ('0," k"', "thousands")])
def test_a_format_that_divides_under_a_unit_that_multiplies(read_xlsx: Reader, code: str, unit: str) -> None:
    (fault,) = _formatted(read_xlsx, code, unit).faults
    assert (fault.place, fault.rule) == (
        "C2",
        "number_format",
    ) and "layouts.ours.amount.unit: one" in fault.message
    assert column(_formatted(read_xlsx, code, "one"), "amount") == [Decimal(1234567)]


def test_a_number_shown_as_a_percentage_is_no_amount(read_xlsx: Reader) -> None:
    (fault,) = _formatted(read_xlsx, "0.0%", "one", 0.125).faults
    assert (fault.place, fault.rule) == ("C2", "number_format") and "percentage" in fault.message


def test_a_workbook_with_damaged_styles_is_refused(read_xlsx: Reader, tmp_path: Path) -> None:
    rows = [["Item", "Month", "Value"], ["Staff", "2026-01", 1]]
    read_xlsx("whole.xlsx", {"P": rows}, source="budgets", layouts=lines())
    damaged = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(damaged, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            archive.writestr(name, content[:300] if name == "xl/styles.xml" else content)
    with pytest.raises(UnreadableFile, match=r"damaged\.xlsx"):
        read_file(
            damaged,
            relative="inbox/budgets/damaged.xlsx",
            source="budgets",
            tables=BUDGETS,
            layouts=parse_layouts(lines()),
        )


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("#,##0.00", None),
        ("# ##0,", "scaled"),
        ("0,,", "scaled"),
        ("#,##0.0,;-#,##0.0,", "scaled"),
        ('#,##0 "k,"', None),
        ("[$€-40C] #,##0", None),
        ("#,##0\\,", None),
        ("0%", "percent"),
        ('0" %"', None),
        ("General", None),
    ],
)
def test_what_a_number_format_does(code: str, shown: str | None) -> None:
    assert how_shown(code) == shown


def test_hours_in_other_units_and_notations(read_csv: Reader) -> None:
    def hours(text: str, **origin: Any) -> TableExtract:
        names = {"person": "Who", "project": "What", "work_date": "Day"}
        columns = {name: {"header": header} for name, header in names.items()}
        entry = {"table": "timesheet_entries", "files": "timesheets/*", "header": {"find": "Who"}}
        entry |= {"columns": columns | {"hours": {"header": "Time", **origin}}}
        (extract,) = read_csv("t.csv", text, source="timesheets", layouts={"ours": entry}).extracts
        return extract

    head = "Who,What,Day,Time\nann,P,2026-01-05,"
    assert column(hours(f"{head}5400\n", format="seconds"), "hours") == [Decimal("1.5")]
    assert column(hours(f"{head}90\n", format="minutes"), "hours") == [Decimal("1.5")]
    assert column(hours(f"{head}37:30\n", format="h:mm"), "hours") == [Decimal("37.5")]
    assert column(hours(f"{head}-0:45:36\n", format="h:mm"), "hours") == [Decimal("-0.76")]
    assert [f.rule for f in hours(f"{head}1:75\n", format="h:mm").faults] == ["not_a_duration"]
    assert [f.rule for f in hours(f"{head}1.5\n", format="h:mm").faults] == ["not_a_duration"]
    unit = {"header": "Unit", "hours_each": {"D": 8, "H": 1}}
    text = "Who,What,Day,Time,Unit\nann,P,2026-01-05,0.5,d\nann,P,2026-01-06,3,H\nann,P,2026-01-07,3,W\n"
    extract = hours(text, unit=unit)
    assert extract.columns["hours"] == [Decimal(4), Decimal(3), None]
    assert [(f.place, f.rule) for f in extract.faults] == [("D4", "unknown_unit")]


def test_duration_cells_of_a_workbook(read_xlsx: Reader) -> None:
    cells = [timedelta(hours=37, minutes=30), time(1, 15), timedelta(days=1)]
    rows = [
        ["Who", "What", "Day", "Time"],
        *(["ann", "P", date(2026, 1, 5 + n), cell] for n, cell in enumerate(cells)),
    ]

    def show_hours(book: Any) -> None:
        for cell in book.active["D"][1:]:
            cell.number_format = "[h]:mm"

    names = {"person": "Who", "project": "What", "work_date": "Day"}
    entry = {"table": "timesheet_entries", "files": "timesheets/*", "header": {"find": "Who"}}
    entry |= {
        "columns": {n: {"header": h} for n, h in names.items()}
        | {"hours": {"header": "Time", "format": "h:mm"}}
    }
    (extract,) = read_xlsx(
        "t.xlsx", {"T": rows}, source="timesheets", layouts={"ours": entry}, change=show_hours
    ).extracts
    assert column(extract, "hours") == [Decimal("37.5"), Decimal("1.25"), Decimal(24)]


@pytest.mark.parametrize(
    ("form", "text", "meant"),
    [
        ("DD/MM/YYYY", "03/04/2026", date(2026, 4, 3)),
        ("MM/DD/YYYY", "03/04/2026", date(2026, 3, 4)),
        ("DD.MM.YY", "03.04.26", date(2026, 4, 3)),
        ("DD mmm YYYY", "15\u00a0Mar 2026", date(2026, 3, 15)),
        ("DD/MM/YYYY hh:mm AM", "03/04/2026 11:30 PM", date(2026, 4, 3)),
        ("YYYYMMDD", "20260403", date(2026, 4, 3)),
        ("offset", "2026-01-31T23:30:00+0000", date(2026, 2, 1)),
    ],
)
def test_dates_in_a_declared_order(read_csv: Reader, form: str, text: str, meant: date) -> None:
    columns = {name: {"header": name} for name in ("project", "version_no", "version_type")}
    columns |= {"approved_on": {"header": "Day", "format": form}}
    entry = {"table": "budget_versions", "files": "budgets/*", "header": {"find": "Day"}, "columns": columns}
    content = f"project,version_no,version_type,Day\nP,1,original,{text}\n"
    (extract,) = read_csv("versions_x.csv", content, source="budgets", layouts={"ours": entry}).extracts
    assert column(extract, "approved_on") == [meant]


def test_formats_that_leave_a_choice_are_named_in_the_layout_that_has_them(read_csv: Reader) -> None:
    text = "Item,Month,Value\nStaff,03/04/2026,5\n"
    formats = {"period": {"header": "Month", "format": ["DD/MM/YYYY", "MM/DD/YYYY"]}}
    (fault,) = read(read_csv, text, formats).batch_faults
    assert fault.rule == "ambiguous" and "layouts.ours.columns.period.format" in fault.message


def test_the_format_of_a_column_of_periods(read_csv: Reader) -> None:
    text = "Item,Month,Value\nStaff,01/2026,5\nStaff,13/2026,5\n"
    extract = read(read_csv, text, {"period": {"header": "Month", "format": "MM/YYYY"}})
    assert extract.columns["period"] == ["2026-01", None]
    assert [(f.place, f.rule) for f in extract.faults] == [("B3", "not_a_date")]


def test_rows_that_words_leave_out_or_keep(read_csv: Reader) -> None:
    text = (
        "Item,Month,Value,Flag,Account\nStaff,2026-01,1,,600\nStaff,2026-02,1,L,600\nStaff,2026-03,1,,700\n"
    )
    rows = {"drop_when": {"Flag": "l"}, "keep_when": {"Account": "^6"}}
    extract = clean(read(read_csv, text, rows=rows))
    assert extract.columns["period"] == ["2026-01"]
    assert [(left.place, left.reason) for left in extract.left_out] == [
        ("A3:E3", "Flag is L (layouts.ours.rows.drop_when)"),
        ("A4:E4", "Account is 700 (layouts.ours.rows.keep_when)"),
    ]
    (fault,) = read(read_csv, text, rows={"keep_when": {"Akount": "^6"}}).batch_faults
    assert "layouts.ours.rows.keep_when" in fault.message


def test_rows_that_are_headings(read_csv: Reader) -> None:
    text = "Group,Item,Month,Value\nInside,,,\n,Staff,2026-01,1\nOutside,,,\n,Staff,2026-01,2\n"
    columns = {"wbs": {"header": "Group", "fill_down": True}}
    extract = clean(read(read_csv, text, columns, rows={"headings": True}))
    assert extract.columns["wbs"] == ["Inside", "Outside"] and len(extract.left_out) == 2


def test_identical_rows_are_one_or_as_many_as_they_are(read_csv: Reader) -> None:
    text = "Item,Month,Value\nStaff,2026-01,1\nStaff,2026-01,1\n"
    extract = clean(read(read_csv, text))
    assert len(extract) == 1 and [left.amount for left in extract.left_out] == [Decimal(1)]
    extract = clean(read(read_csv, text, rows={"identical": "read"}))
    assert len(extract) == 2 and not extract.left_out


def test_hidden_rows(read_xlsx: Reader) -> None:
    def hide(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True

    rows = [
        ["Item", "Month", "Value"],
        ["Staff", "2026-01", 1],
        ["Staff", "2026-02", 2],
        ["Staff", "2026-03", 3],
    ]
    for hidden, amounts in (("read", [1, 2, 3]), ("leave_out", [1, 3])):
        layout = lines(rows={"hidden": hidden})
        (extract,) = read_xlsx("p.xlsx", {"P": rows}, source="budgets", layouts=layout, change=hide).extracts
        assert column(extract, "amount") == amounts
    assert [left.reason for left in extract.left_out] == ["a hidden row (layouts.ours.rows.hidden)"]


def test_hidden_sheets(read_xlsx: Reader) -> None:
    def hide(book: Any) -> None:
        book["Old"].sheet_state = "hidden"

    head = ["Item", "Month", "Value"]
    sheets = {"New": [head, ["Staff", "2026-01", 1]], "Old": [head, ["Staff", "2026-01", 2]]}
    reading = read_xlsx("p.xlsx", sheets, source="budgets", layouts=lines(), change=hide)
    assert column(reading.extracts[0], "amount") == [1]
    assert [remark.rule for remark in reading.notes.remarks] == ["sheet_not_read"]
    layout = lines(sheets={"hidden": "read"})
    (extract,) = read_xlsx("p.xlsx", sheets, source="budgets", layouts=layout, change=hide).extracts
    assert column(extract, "amount") == [1, 2] and extract.sheets == ["New", "Old"]


def test_the_list_in_a_json_file_by_its_name(read_csv: Reader) -> None:
    text = '{"meta": {"n": 1}, "lines": [{"Item": "Staff", "Month": "2026-01", "Value": 1.5, "tags": ["a", "b"]}]}'
    (extract,) = read_csv("p.json", text, source="budgets", layouts=lines(records="lines")).extracts
    assert column(extract, "amount") == [Decimal("1.5")] and '"tags[1]": "b"' in str(extract.attributes[0])


def test_a_declared_separator_and_encoding(read_csv: Reader) -> None:
    text = "Item|Month|Value\nÉtudes|2026-01|1\n"
    csv = {"delimiter": "|", "encoding": "cp1252"}
    (extract,) = read_csv("p.csv", text.encode("cp1252"), source="budgets", layouts=lines(csv=csv)).extracts
    assert column(extract, "cost_category") == ["Études"]


def test_a_marked_header_of_periods(read_csv: Reader) -> None:
    text = "Item,2025 *,2026 (p)\nStaff,1,2\n"
    entry = lines(periods={"look": "year", "at": "finish", "strip": " ?(\\*|\\(p\\))$"})
    for name in ("amount", "period"):
        del entry["ours"]["columns"][name]
    (extract,) = read_csv("p.csv", text, source="budgets", layouts=entry).extracts
    assert column(extract, "period") == ["2025-12", "2026-12"]


def test_amounts_are_read_in_the_notation_in_which_all_of_them_read(read_csv: Reader) -> None:
    def amounts(*texts: str) -> TableExtract:
        body = "".join(f'L{number},2026-01,"{text}"\n' for number, text in enumerate(texts))
        return read(read_csv, "Item,Month,Value\n" + body, amount={"decimal": "found"})

    assert column(amounts("1.234,50", "1.234"), "amount") == [Decimal("1234.50"), Decimal(1234)]
    assert column(amounts("1,234.50", "1,234"), "amount") == [Decimal("1234.50"), Decimal(1234)]
    assert column(amounts("1 234,50", "7"), "amount") == [Decimal("1234.50"), Decimal(7)]
    assert column(amounts("1'234.50"), "amount") == [Decimal("1234.50")]
    (fault,) = amounts("1.234", "2.345").batch_faults
    assert fault.rule == "ambiguous" and "amount.decimal" in fault.message and "'1.234'" in fault.message


def test_a_zero_before_a_mark_makes_it_a_decimal_mark(read_csv: Reader) -> None:
    amount = {"decimal": "found"}
    assert column(read(read_csv, "Item,Month,Value\nA,2026-01,0.125\n", amount=amount), "amount") == [
        Decimal("0.125")
    ]
    text = 'Item,Month,Value\nA,2026-01,"0,125"\n'
    assert column(read(read_csv, text, amount=amount), "amount") == [Decimal("0.125")]


BUDGET = lines()["ours"]
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"heading": {}}, "layouts.ours.heading"),
    ({"files": ""}, "layouts.ours: say which files"),
    ({"header": {}}, "layouts.ours.header.find"),
    ({"header": {"find": []}}, "layouts.ours.header.find"),
    ({"header": {"find": "x", "rows": 0}}, "layouts.ours.header.rows"),
    ({"header": {"find": "x", "within": 0}}, "layouts.ours.header.within"),
    ({"sheets": {"match": "("}}, r"layouts.ours.sheets.match: '\(' is not a regular expression"),
    ({"sheets": {"skip": ["["]}}, "layouts.ours.sheets.skip"),
    ({"sheets": {"hidden": "yes"}}, "layouts.ours.sheets.hidden"),
    ({"csv": {"delimiter": "::"}}, "layouts.ours.csv.delimiter"),
    ({"csv": {"encoding": "utf-9"}}, "layouts.ours.csv.encoding: 'utf-9' is no encoding"),
    (
        {"amount": {"signs": {"header": "S", "plus": "D", "minus": "C"}}},
        "layouts.ours.amount: signs: goes with add:",
    ),
    ({"amount": {"add": "x", "signs": {"header": "S", "plus": "D"}}}, "layouts.ours.amount.signs.minus"),
    ({"columns": {"amount": {}}}, "layouts.ours.columns.amount: write one of header:"),
    ({"columns": {"amount": {"header": "a", "join": ["b"]}}}, "layouts.ours.columns.amount: write one of"),
    ({"columns": {"amount": {"column": "1"}}}, "layouts.ours.columns.amount.column: '1' is no column"),
    (
        {"columns": {"amount": {"from": "cell", "cell": "3B"}}},
        "layouts.ours.columns.amount.cell: '3B' is no cell",
    ),
    ({"columns": {"amount": {"from": "cell"}}}, "layouts.ours.columns.amount: from: cell and cell:"),
    ({"columns": {"amount": {"from": "here"}}}, "layouts.ours.columns.amount.from"),
    ({"columns": {"amount": {"value": 1, "optional": True}}}, "layouts.ours.columns.amount: optional:"),
    (
        {"columns": {"amount": {"value": 1, "fill_down": True}}},
        "layouts.ours.columns.amount: optional: and fill_down",
    ),
    (
        {"columns": {"amount": {"value": 1, "after": "x"}}},
        "layouts.ours.columns.amount: after: and occurrence:",
    ),
    ({"columns": {"amount": {"header": "x", "after": "y", "occurrence": 1}}}, "either after: or occurrence:"),
    ({"columns": {"amount": {"header": "x", "occurrence": 0}}}, "layouts.ours.columns.amount.occurrence"),
    ({"columns": {"amount": {"value": 1, "strip": "x"}}}, "layouts.ours.columns.amount: strip:"),
    ({"columns": {"amount": {"header": "x", "strip": "("}}}, "layouts.ours.columns.amount.strip"),
    ({"columns": {"amount": {"header": "x", "pattern": "("}}}, "layouts.ours.columns.amount.pattern"),
    ({"columns": {"amount": {"header": "x", "pad": 0}}}, "layouts.ours.columns.amount.pad"),
    (
        {"columns": {"period": {"header": "x", "format": "dd/mm"}}},
        "layouts.ours.columns.period.format: 'dd/mm' is no",
    ),
    ({"columns": {"period": {"header": "x", "format": "%Y"}}}, "layouts.ours.columns.period.format"),
    (
        {"columns": {"amount": {"header": "x", "unit": {"header": "y"}}}},
        "layouts.ours.columns.amount.unit.hours_each",
    ),
    ({"periods": {"look": "label"}}, "layouts.ours.periods: look: label and match:"),
    ({"periods": {"look": "month"}}, "layouts.ours.periods: look: month needs fiscal_year"),
    ({"periods": {"look": "year"}}, "layouts.ours.periods: look: quarter and look: year"),
    (
        {"periods": {"look": "month", "fiscal_year": {"starts": "07"}}},
        "layouts.ours.periods.fiscal_year.starts: '07'",
    ),
    ({"periods": {"language": "it"}}, "layouts.ours.periods.language"),
    ({"periods": {"strip": "("}}, "layouts.ours.periods.strip"),
    ({"periods": {"leave_out": ["("]}}, "layouts.ours.periods.leave_out"),
    (
        {"amount": {"decimal": ",", "thousands": ","}},
        "layouts.ours.amount: decimal: and thousands: must differ",
    ),
    ({"amount": {"debit": "D"}}, "layouts.ours.amount: debit: and credit:"),
    ({"amount": {"unit": "kilo"}}, "layouts.ours.amount.unit: 'kilo' is no unit"),
    ({"amount": {"negative": ["red"]}}, "layouts.ours.amount.negative"),
    ({"amount": {"sign": "plus"}}, "layouts.ours.amount.sign"),
    ({"rows": {"totals": ["("]}}, "layouts.ours.rows.totals"),
    ({"rows": {"stop_at": "("}}, "layouts.ours.rows.stop_at"),
    ({"rows": {"keep_when": {"A": "("}}}, "layouts.ours.rows.keep_when"),
    ({"rows": {"identical": "merge"}}, "layouts.ours.rows.identical"),
    ({"rows": {"hidden": "skip"}}, "layouts.ours.rows.hidden"),
    ({"rows": {"unlabelled": "note"}}, "layouts.ours.rows.unlabelled"),
    ({"checks": {"tolerance": -1}}, "layouts.ours.checks.tolerance"),
    ({"checks": {"row_total": "Sum"}}, "layouts.ours: checks: row_total:"),
    ({"replaces": "all"}, "layouts.ours.replaces"),
    ({"like": "harvets"}, "layouts.ours.like: 'harvets' is no known format. Did you mean 'harvest'"),
]


@pytest.mark.parametrize(("changes", "said"), MISTAKES)
def test_a_mistake_is_named_by_its_key_before_anything_is_read(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(LayoutError, match=said.replace(".", r"\.") if "\\" not in said else said):
        parse_layouts({"ours": BUDGET | changes}, {"harvest": {}})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"columns": BUDGET["columns"] | {"project": {"from": "amount"}}}, "columns.project: from: amount"),
        ({"columns": BUDGET["columns"] | {"currency": {"from": "amount"}}}, "amount.symbols"),
        (
            {"columns": BUDGET["columns"] | {"version_no": {"header": "V", "format": "h:mm"}}},
            "columns.version_no.format",
        ),
        (
            {"columns": BUDGET["columns"] | {"period": {"header": "M", "format": "seconds"}}},
            "columns.period.format",
        ),
        (
            {"columns": BUDGET["columns"] | {"amount": {"header": "V", "format": "h:mm"}}},
            "columns.amount.format",
        ),
        (
            {
                "columns": BUDGET["columns"]
                | {"amount": {"header": "V", "unit": {"header": "U", "hours_each": {}}}}
            },
            "columns.amount.unit",
        ),
        (
            {"columns": BUDGET["columns"] | {"amount": {"header": "V", "number": True}}},
            "columns.amount.number",
        ),
        ({"columns": BUDGET["columns"] | {"version_no": {"value": "two"}}}, "columns.version_no.value"),
        ({"periods": {"look": "yyyy-mm"}}, "columns.period"),
        ({"columns": BUDGET["columns"] | {"amount": {"header": "V", "strip": "x"}}}, "columns.amount.strip"),
        ({"columns": BUDGET["columns"] | {"amount": {"first_of": ["V", "W"]}}}, "columns.amount"),
        (
            {"columns": BUDGET["columns"] | {"capex_opex": {"header": "K", "words": {"a": "b"}}}},
            "columns.capex_opex.words",
        ),
        (
            {"columns": BUDGET["columns"] | {"capex_opex": {"header": "K", "default": "b"}}},
            "columns.capex_opex.default",
        ),
        ({"amount": {"debit": "D", "credit": "C"}}, "columns.amount"),
    ],
)
def test_what_contradicts_the_table_is_named_by_its_key(changes: dict[str, Any], said: str) -> None:
    layout = parse_layouts({"ours": BUDGET | changes})["ours"]
    with pytest.raises(LayoutError, match="layouts.ours." + said):
        check_layout("ours", layout, source="budgets", tables=BUDGETS)


def test_every_known_format_fits_its_table() -> None:
    from connectors.tabular.formats import known_formats
    from connectors.timesheets.tables import TABLES as TIMESHEETS

    for source, tables in (("timesheets", TIMESHEETS), ("ledger", LEDGER)):
        for name, layout in known_formats(source).items():
            assert check_layout(name, layout, source=source, tables=tables).source == source


def test_a_moment_is_read_into_a_timestamp(read_csv: Reader) -> None:
    names = {"person": "Who", "project": "What", "hours": "Time", "work_date": "Day"}
    columns: dict[str, Any] = {name: {"header": header} for name, header in names.items()}
    columns["updated_at"] = {"header": "Changed", "format": "DD/MM/YYYY HH:mm"}
    entry = {
        "table": "timesheet_entries",
        "files": "timesheets/*",
        "header": {"find": "Who"},
        "columns": columns,
    }
    text = "Who,What,Time,Day,Changed\nann,P,1,2026-01-05,06/01/2026 17:30\n"
    (extract,) = read_csv("t.csv", text, source="timesheets", layouts={"ours": entry}).extracts
    assert column(extract, "updated_at") == [datetime.fromisoformat("2026-01-06T17:30:00")]


def test_percentages_of_a_share_are_read_by_a_layout_and_of_other_numbers_are_not(read_xlsx: Reader) -> None:
    def show(book: Any) -> None:
        for column in "BC":
            book.worksheets[0][f"{column}2"].number_format = "0%"

    rows = [["Projekt", "Stand", "Score"], ["P", 0.455, 0.5], ["Q", "12,5 %", 2]]
    columns = {"project": {"header": "Projekt"}, "as_of": {"value": "2026-01-31"}}
    entry = {
        "table": "progress",
        "files": "register/*",
        "header": {"find": "Projekt"},
        "columns": columns | {"percent_complete": {"header": "Stand"}},
        "amount": {"decimal": ","},
    }
    (extract,) = read_xlsx(
        "p.xlsx", {"S": rows}, source="register", layouts={"ours": entry}, change=show
    ).extracts
    assert extract.columns["percent_complete"] == [Decimal("45.5"), Decimal("12.5")] and not extract.faults
    constants = {"scoring_version": {"value": "x"}}
    entry |= {
        "table": "priorities",
        "columns": {"project": {"header": "Projekt"}, "business_value": {"header": "Score"}} | constants,
    }
    (extract,) = read_xlsx(
        "p.xlsx", {"S": rows}, source="register", layouts={"ours": entry}, change=show
    ).extracts
    assert [(fault.place, fault.rule) for fault in extract.faults] == [("C2", "number_format")]
