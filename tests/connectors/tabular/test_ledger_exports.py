"""Exports of ledgers and order books in the forms in which they are documented; the outcome of each is stated here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from connectors.ledger.tables import TABLES
from connectors.tabular.extract import TableExtract
from connectors.tabular.reader import FileReading, read_file
from connectors.tabular.shaping import Surroundings

Reader = Callable[..., FileReading]


def one(reading: FileReading, reader: str) -> TableExtract:
    (extract,) = reading.extracts
    assert reading.readers == [reader]
    return extract


def clean(reading: FileReading, name: str) -> TableExtract:
    extract = one(reading, f"format:{name}")
    assert not extract.batch_faults and not extract.faults, (extract.batch_faults, extract.faults)
    return extract


def amounts(extract: TableExtract) -> list[Decimal]:
    return list(extract.columns["amount"])


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def by(extract: TableExtract, *names: str) -> list[tuple[Any, ...]]:
    """The rows, of the named columns."""
    return list(zip(*(extract.columns[name] for name in names), strict=True))


def off(extract: TableExtract) -> list[str]:
    return [control.place for control in extract.control_totals if control.is_off]


ME2N = [
    *("Purchasing Document", "Item", "Document Date", "Deletion Indicator", "Short Text", "Item category"),
    *(
        "Item Category",
        "Material Group",
        "Order Quantity",
        "Net Price",
        "Price Unit",
        "Net Order Value",
        "Currency",
    ),
    *("Still to be delivered (value)", "WBS Element"),
]
ME2N_ROWS: list[list[Any]] = [
    [
        "4500000001",
        10,
        date(2026, 1, 10),
        "",
        "Steel",
        "D",
        "9",
        "M0302",
        3,
        1000,
        1,
        3000,
        "EUR",
        3000,
        "P-1",
    ],
    [
        "4500000001",
        20,
        date(2026, 1, 10),
        "",
        "Screws",
        "",
        "0",
        "S01",
        1,
        1250.5,
        1,
        1250.5,
        "US$",
        0,
        "P-2",
    ],
    ["4500000002", 10, date(2026, 2, 1), "L", "None", "", "0", "M26", 0, 0, 1, 0, "EUR", 0, ""],
]


@pytest.mark.parametrize("vendor", ["Supplier/Supplying Plant", "Vendor/supplying plant", "Name of Supplier"])
@pytest.mark.parametrize(
    "title", [[], [["Purchasing Documents per Project"], [], ["Date", "10.02.2026"], []]]
)
def test_me2n_workbook(read_xlsx: Reader, vendor: str, title: list[list[Any]]) -> None:
    rows = [*title, [*ME2N, vendor], *([*row, "200000633  Steel Co"] for row in ME2N_ROWS)]
    extract = clean(read_xlsx("me2n.xlsx", {"Sheet1": rows}, source="ledger"), "sap_me2n")
    assert amounts(extract) == decimals("3000", "1250.5", "0")
    assert extract.columns["order_no"] == ["4500000001", "4500000001", "4500000002"]
    assert extract.columns["line_no"] == ["10", "20", "10"]
    assert extract.columns["project"] == ["P-1", "P-2", "(no WBS element)"]
    assert extract.columns["currency"] == ["EUR", "USD", "EUR"]
    assert extract.columns["status"] == ["open", "open", "cancelled"]
    assert set(extract.columns["vendor"]) == {"200000633  Steel Co"}
    assert extract.places[0].startswith(f"A{len(title) + 2}:")


def test_me2n_csv_with_trailing_minus(read_csv: Reader) -> None:
    lines = [
        "Purchasing Document;Item;Document Date;Material Group;Net Order Value;Currency;WBS Element",
        "4500000001;00010;10.01.2026;M0302;1.234,50-;EUR;P-1",
        "4500000001;00020;31.01.2026;M0302;12.234,50;EUR;P-1",
    ]
    extract = clean(read_csv("me2n.csv", "\n".join(lines), source="ledger"), "sap_me2n")
    assert amounts(extract) == decimals("-1234.50", "12234.50") and extract.columns["line_no"] == [
        "00010",
        "00020",
    ]
    assert extract.columns["ordered_on"] == [date(2026, 1, 10), date(2026, 1, 31)]


def test_me2n_amounts_that_may_be_either_are_refused_until_declared(read_csv: Reader) -> None:
    lines = [
        "Purchasing Document;Item;Document Date;Material Group;Net Order Value;Currency;WBS Element",
        "4500000001;10;10.01.2026;M0302;1.234;EUR;P-1",
    ]
    text = "\n".join(lines)
    (fault,) = one(read_csv("me2n.csv", text, source="ledger"), "format:sap_me2n").batch_faults
    assert (
        fault.rule == "ambiguous" and "amount.decimal" in fault.message and "like: sap_me2n" in fault.message
    )
    amount = {"decimal": ",", "thousands": ".", "negative": ["trailing_minus"]}
    layouts = {"ours": {"like": "sap_me2n", "files": "ledger/me2n*.csv", "amount": amount}}
    extract = one(read_csv("me2n.csv", text, source="ledger", layouts=layouts), "layout:ours")
    assert not extract.batch_faults and amounts(extract) == decimals("1234")


def test_me2n_in_german(read_csv: Reader) -> None:
    lines = [
        "Einkaufsbeleg;Position;Belegdatum;Löschkennzeichen;Kurztext;Warengruppe;Nettobestellwert;Währung;PSP-Element;"
        "Lieferant/Lieferwerk",
        "4500000001;10;10.01.2026;;Stahl;M0302;1.234,50;EUR;P-1;Stahl AG",
        "4500000001;20;31.01.2026;L;Stahl;M0302;34,50;EUR;P-1;Stahl AG",
    ]
    extract = clean(read_csv("me2n.csv", "\n".join(lines).encode("cp1252"), source="ledger"), "sap_me2n_de")
    assert amounts(extract) == decimals("1234.50", "34.50") and extract.columns["vendor"] == ["Stahl AG"] * 2
    assert extract.columns["status"] == ["open", "cancelled"]


CJI3 = [
    *(
        "Document Number",
        "Posting Row",
        "Fiscal Year",
        "Period",
        "Posting Date",
        "Cost Element",
        "Cost element name",
    ),
    *("Val/COArea Crcy", "Value TranCurr", "Transaction Currency", "Total quantity", "Posted unit of meas."),
    *(
        "WBS Element",
        "Object",
        "Document Type",
        "Ref. document number",
        "Posting Row",
        "Name of Employee or Applicant",
    ),
]


def cji3(row: int, amount: Any, unit: str = "", person: str = "", wbs: str = "P-1.01") -> list[Any]:
    head = [
        "400000001",
        row,
        2026,
        1,
        date(2026, 1, 5),
        "620000",
        "Consulting",
        amount,
        amount,
        "EUR",
        8,
        unit,
    ]
    return [*head, wbs, "Object", "SA", "5100000001", 77, person]


def test_cji3_workbook_with_a_title_block_and_two_posting_rows(read_xlsx: Reader) -> None:
    title = [
        ["Display Actual Cost Line Items for Projects"],
        ["Layout", "/PMO"],
        *([[""]] * 10),
        ["Currency", "EUR"],
    ]
    lines = [cji3(1, 1234.5, "H", "Ann A"), cji3(2, -234.5), cji3(3, 10, wbs="")]
    total = ["*", *[""] * 6, 1010, 1010, "EUR", 24, *[""] * 7]
    extract = clean(
        read_xlsx("cji3.xlsx", {"Sheet1": [*title, CJI3, *lines, total]}, source="ledger"), "sap_cji3"
    )
    assert amounts(extract) == decimals("1234.5", "-234.5", "10") and not off(extract)
    assert extract.columns["posting_id"] == ["400000001 1 2026", "400000001 2 2026", "400000001 3 2026"]
    assert extract.columns["origin"] == ["labour", "journal", "journal"]
    assert extract.columns["person"] == ["Ann A", None, None] and set(extract.columns["currency"]) == {"EUR"}
    assert extract.columns["project"] == ["P-1.01", "P-1.01", "Object"]
    assert [control.place for control in extract.control_totals] == ["H18"]


def test_cji3_rows_keep_their_ids_when_the_report_is_sorted_otherwise(read_xlsx: Reader) -> None:
    lines = [cji3(1, 10), cji3(2, 20), cji3(3, 30)]

    def by_id(rows: Sequence[list[Any]], name: str) -> dict[str, Decimal]:
        extract = clean(read_xlsx(name, {"Sheet1": [CJI3, *rows]}, source="ledger"), "sap_cji3")
        return dict(zip(extract.columns["posting_id"], amounts(extract), strict=True))

    assert by_id(lines, "a.xlsx") == by_id(lines[::-1], "b.xlsx")


def test_cji3_in_german(read_csv: Reader) -> None:
    lines = [
        "Belegnummer;Buchungszeile;Geschäftsjahr;Buchungsdatum;Kostenart;Wert/KWähr;GME;PSP-Element",
        "400000001;1;2026;05.01.2026;620000;1.234,50;STD;P-1",
        "400000001;2;2026;31.01.2026;620000;34,50-;ST;P-1",
        "*;;;;;1.200,00;;",
    ]
    extract = clean(read_csv("cji3.csv", "\n".join(lines).encode("cp1252"), source="ledger"), "sap_cji3_de")
    assert amounts(extract) == decimals("1234.50", "-34.50") and not off(extract)
    assert extract.columns["origin"] == ["labour", "journal"] and len(extract.control_totals) == 1


def test_cji3_total_that_is_off(read_xlsx: Reader) -> None:
    total = ["**", *[""] * 6, 99, "", "", "", "", *[""] * 6]
    extract = one(
        read_xlsx("cji3.xlsx", {"Sheet1": [CJI3, cji3(1, 10), total]}, source="ledger"), "format:sap_cji3"
    )
    assert off(extract) == ["H3"]


LIST_RULE = "-" * 104
LIST_HEAD = "|Object     |Cost Elem.|Cost element name|Val/COArea Crcy|Total quantity|UoM|Document Number|Posting Date|"


def list_line(*parts: str) -> str:
    widths = (11, 10, 17, 15, 14, 3, 15, 12)
    return "|" + "|".join(part.ljust(width) for part, width in zip(parts, widths, strict=True)) + "|"


def test_cji3_unconverted_list_with_page_headers_and_subtotals(read_csv: Reader) -> None:
    title = "10.02.2026          Display Actual Cost Line Items for Projects            {}"
    head = ["", LIST_RULE, LIST_HEAD, LIST_RULE]
    lines = [
        title.format(1),
        *head,
        list_line(
            "P-0001.01", "620000", "Prest. études", "1.234,50", "8,000", "H", "400000001", "05.01.2026"
        ),
        list_line(
            "P-0001.01", "620000", "Prest. | études", "234,50-", "1,500-", "H", "400000002", "16.01.2026"
        ),
        list_line("*", "", "", "1.000,00", "6,500", "", "", ""),
        LIST_RULE,
        "",
        title.format(2),
        *head,
        list_line("P-0002.01", "630000", "Licences", "500,00", "1,000", "EA", "400000003", "17.01.2026"),
        list_line("*", "", "", "500,00", "1,000", "", "", ""),
        LIST_RULE,
        list_line("**", "", "", "1.500,00", "", "", "", ""),
        LIST_RULE,
    ]
    text = "\r\n".join(lines).encode("cp1252")
    reading = read_csv("cji3.txt", text, source="ledger")
    extract = clean(reading, "sap_cji3_list")
    assert amounts(extract) == decimals("1234.50", "-234.50", "500.00") and not off(extract)
    assert extract.columns["project"] == ["P-0001.01", "P-0001.01", "P-0002.01"]
    assert extract.columns["origin"] == ["labour", "labour", "journal"]
    assert extract.columns["posted_on"] == [date(2026, 1, 5), date(2026, 1, 16), date(2026, 1, 17)]
    assert [control.place for control in extract.control_totals] == ["D8", "D17", "D19"]
    assert "Prest. | études" in str(extract.attributes[1])
    assert [remark.rule for remark in reading.notes.remarks] == ["not_utf8"]


NETSUITE = (
    "Internal ID,Date,Period,Type,Document Number,Account,Name,Memo,Debit,Credit,"
    "Subsidiary,Department,Class,Location"
)


def test_netsuite_lines_of_one_transaction_and_a_period_of_its_own(read_csv: Reader) -> None:
    lines = [
        NETSUITE,
        '1001,3/5/2025,Feb 2025,Bill,B-1,6000 Consulting,Acme,x,"1,000.00",,Parent,IT,P-1,Tampa',
        "1001,3/5/2025,Feb 2025,Bill,B-1,6100 Travel,Acme,x,250.5,,Parent,IT,P-2,Tampa",
        "1002,3/31/2025,Mar 2025,Credit,C-1,6000 Consulting,Acme,x,,(50.00),Parent,IT,,Tampa",
        ',,,,,,,Total,"1,250.50",(50.00),,,,',
    ]
    extract = clean(read_csv("gl.csv", "\ufeff" + "\n".join(lines), source="ledger"), "netsuite_gl")
    assert amounts(extract) == decimals("1000.00", "250.5", "50.00") and not off(extract)
    assert extract.columns["posting_id"] == ["1001/1", "1001/2", "1002/1"]
    assert extract.columns["period"] == ["2025-02", "2025-02", "2025-03"]
    assert extract.columns["posted_on"] == [date(2025, 3, 5), date(2025, 3, 5), date(2025, 3, 31)]
    assert extract.columns["project"] == ["P-1", "P-2", "(no class)"]
    assert len(extract.control_totals) == 2


def test_netsuite_days_that_may_be_months(read_csv: Reader) -> None:
    text = f"{NETSUITE}\n1001,3/5/2025,Feb 2025,Bill,B-1,6000,Acme,x,10,,Parent,IT,P-1,Tampa\n"
    (fault,) = one(read_csv("gl.csv", text, source="ledger"), "format:netsuite_gl").batch_faults
    assert fault.rule == "ambiguous" and "columns.posted_on.format" in fault.message
    column = {"posted_on": {"header": "Date", "format": "MM/DD/YYYY"}}
    layouts = {"ours": {"like": "netsuite_gl", "files": "ledger/gl*.csv", "columns": column}}
    extract = one(read_csv("gl.csv", text, source="ledger", layouts=layouts), "layout:ours")
    assert extract.columns["posted_on"] == [date(2025, 3, 5)] and not extract.batch_faults


QUICKBOOKS = ",Date,Transaction Type,Num,Name,Memo/Description,Split,Amount,Balance"


def test_quickbooks_ledger_with_subaccounts(read_csv: Reader) -> None:
    lines = [
        "Test Co,,,,,,,,",
        "General Ledger,,,,,,,,",
        '"January 1, 2026 - February 28, 2026",,,,,,,,',
        "",
        QUICKBOOKS,
        "6400 Professional Fees,,,,,,,,",
        ',02/14/2026,Bill,25-1,Hollis,Feb,A/P,"14,500.00","14,500.00"',
        ",02/20/2026,Vendor Credit,VC-1,Hollis,Credit,A/P,(500.00),14000.00",
        'Total for 6400 Professional Fees,,,,,,,"$14,000.00",',
        "6410 Legal,,,,,,,,",
        ",02/21/2026,Bill,25-2,Hollis,Legal,A/P,1000.00,1000.00",
        'Total for 6410 Legal,,,,,,,"$1,000.00",',
        'Total for 6400 Professional Fees with sub-accounts,,,,,,,"$15,000.00",',
        'TOTAL,,,,,,,"$15,000.00",',
        "",
        '"Accrual basis Monday, March 4, 2026 10:00 AM GMT-05:00",,,,,,,,',
    ]
    extract = clean(read_csv("gl.csv", "\n".join(lines), source="ledger"), "quickbooks_gl")
    assert amounts(extract) == decimals("14500.00", "-500.00", "1000.00") and not off(extract)
    assert extract.columns["cost_category"] == [
        "6400 Professional Fees",
        "6400 Professional Fees",
        "6410 Legal",
    ]
    assert [control.place for control in extract.control_totals] == ["H9", "H12", "H13", "H14"]
    assert len(set(extract.columns["posting_id"])) == 3


def test_quickbooks_beginning_balances_are_no_postings(read_csv: Reader) -> None:
    lines = [
        QUICKBOOKS,
        "6400,,,,,,,,",
        ",Beginning Balance,,,,,,,500.00",
        ",02/14/2026,Bill,1,H,F,A/P,10.00,510.00",
        "Total for 6400,,,,,,,$10.00,",
    ]
    extract = clean(read_csv("gl.csv", "\n".join(lines), source="ledger"), "quickbooks_gl")
    assert amounts(extract) == decimals("10.00") and not off(extract) and len(extract.left_out) == 3
    assert extract.columns["cost_category"] == ["6400"]


def test_quickbooks_total_that_is_off(read_csv: Reader) -> None:
    lines = [
        QUICKBOOKS,
        "6400,,,,,,,,",
        ",02/14/2026,Bill,1,H,F,A/P,10.00,10.00",
        "Total for 6400,,,,,,,$11.00,",
    ]
    assert off(one(read_csv("gl.csv", "\n".join(lines), source="ledger"), "format:quickbooks_gl")) == ["H4"]


def test_lines_that_read_the_same_are_told_apart_and_counted_in_totals(read_csv: Reader) -> None:
    line = ",02/14/2026,Bill,1,H,F,A/P,10.00,10.00"
    lines = [QUICKBOOKS, "6400,,,,,,,,", line, line, "Total for 6400,,,,,,,$20.00,"]
    extract = clean(read_csv("gl.csv", "\n".join(lines), source="ledger"), "quickbooks_gl")
    assert extract.columns["posting_id"] == ["2026-02-14 Bill 1/1", "2026-02-14 Bill 1/2"] and not off(
        extract
    )


QUICKBOOKS_PARENT = [
    QUICKBOOKS,
    "1000 Bank,,,,,,,,",
    ",02/01/2026,Check,1,H,F,Rent,-5.00,-5.00",
    "Total for 1000 Bank,,,,,,,-$5.00,",
    "6400 Office,,,,,,,,",
    "6410 Supplies,,,,,,,,",
    ",02/14/2026,Bill,2,H,F,A/P,10.00,10.00",
    "Total for 6410 Supplies,,,,,,,$10.00,",
    ",02/15/2026,Bill,3,H,F,A/P,7.00,7.00",
    "6420 Post,,,,,,,,",
    ",02/16/2026,Bill,4,H,F,A/P,4.00,4.00",
    "Total for 6420 Post,,,,,,,$4.00,",
    ",02/17/2026,Bill,5,H,F,A/P,1.00,8.00",
    "Total for 6400 Office,,,,,,,$8.00,",
    "Total for 6400 Office with sub-accounts,,,,,,,$22.00,",
    ",02/18/2026,Bill,6,H,F,A/P,3.00,3.00",
]


def test_quickbooks_lines_below_a_subaccount_are_of_the_account_around_it(read_csv: Reader) -> None:
    extract = one(read_csv("gl.csv", "\n".join(QUICKBOOKS_PARENT), source="ledger"), "format:quickbooks_gl")
    assert extract.columns["cost_category"] == [
        "1000 Bank",
        "6410 Supplies",
        "6400 Office",
        "6420 Post",
        "6400 Office",
        None,
    ]
    # The last line stands below every account that was begun: nothing says whose it is.
    assert [(fault.rule, fault.column, fault.row) for fault in extract.faults] == [
        ("missing_value", "cost_category", 5)
    ]
    assert not off(extract) and len(extract.control_totals) == 5


def test_accounts_of_one_name_below_two_others_end_at_their_own_totals(read_csv: Reader) -> None:
    lines = [
        QUICKBOOKS,
        *(
            "Travel,,,,,,,,",
            "Other,,,,,,,,",
            ",02/14/2026,Bill,1,H,F,A/P,1.00,",
            "Total for Other,,,,,,,1.00,",
        ),
        *(",02/14/2026,Bill,2,H,F,A/P,2.00,", "Total for Travel with sub-accounts,,,,,,,3.00,"),
        *("Office,,,,,,,,", "Other,,,,,,,,", "Paper,,,,,,,,", ",02/14/2026,Bill,3,H,F,A/P,4.00,"),
        *("Total for Paper,,,,,,,4.00,", ",02/14/2026,Bill,4,H,F,A/P,8.00,"),
        *("Total for Other with sub-accounts,,,,,,,12.00,", ",02/14/2026,Bill,5,H,F,A/P,16.00,"),
        "Total for Office with sub-accounts,,,,,,,28.00,",
    ]
    extract = clean(read_csv("gl.csv", "\n".join(lines), source="ledger"), "quickbooks_gl")
    assert extract.columns["cost_category"] == ["Other", "Travel", "Paper", "Other", "Office"]


@pytest.mark.parametrize(
    "rows",
    [{"keep_when": {"column A": "^6"}}, {"drop_when": {"column a": ["1000 bank"]}}],
)
def test_accounts_are_left_out_by_the_letter_of_their_column_and_totals_still_tie(
    read_csv: Reader, rows: dict[str, Any]
) -> None:
    layouts = {"ours": {"like": "quickbooks_gl", "files": "ledger/*", "rows": rows}}
    text = "\n".join(QUICKBOOKS_PARENT[:-1])
    extract = one(read_csv("gl.csv", text, source="ledger", layouts=layouts), "layout:ours")
    assert amounts(extract) == decimals("10", "7", "4", "1") and not extract.faults
    assert not off(extract) and len(extract.control_totals) == 5
    (bank,) = [left.reason for left in extract.left_out if "column A is" in left.reason]
    assert bank == f"column A is 1000 Bank (layouts.ours.rows.{next(iter(rows))})"


def test_accounts_are_left_out_by_a_header_and_the_total_of_all_still_ties(read_csv: Reader) -> None:
    lines = [
        NETSUITE,
        '1,3/15/2025,Feb 2025,Bill,B,6000 Consulting,Acme,x,"1,000.00",,Parent,IT,P-1,Tampa',
        '1,3/15/2025,Feb 2025,Bill,B,2000 Payables,Acme,x,,"1,000.00",Parent,IT,P-1,Tampa',
        ',,,,,,,Total,"1,000.00","1,000.00",,,,',
    ]
    for accounts in ("Account", "column F"):
        rows = {"keep_when": {accounts: "^6"}}
        layouts = {"ours": {"like": "netsuite_gl", "files": "ledger/*", "rows": rows}}
        extract = one(read_csv("gl.csv", "\n".join(lines), source="ledger", layouts=layouts), "layout:ours")
        assert amounts(extract) == decimals("1000") and not off(extract) and len(extract.control_totals) == 2
        assert extract.left_out[0].reason == "Account is 2000 Payables (layouts.ours.rows.keep_when)"


def test_a_total_that_fits_neither_with_nor_without_what_is_left_out_is_off(read_csv: Reader) -> None:
    text = "\n".join(QUICKBOOKS_PARENT[:-1]).replace("$22.00", "$23.00")
    layouts = {
        "ours": {"like": "quickbooks_gl", "files": "ledger/*", "rows": {"keep_when": {"column A": "^64[01]"}}}
    }
    extract = one(read_csv("gl.csv", text, source="ledger", layouts=layouts), "layout:ours")
    assert off(extract) == ["H15"]


def test_a_layout_that_is_like_an_export_says_only_what_differs(read_csv: Reader) -> None:
    text = f'{NETSUITE}\n1,3/15/2025,Feb 2025,Bill,B,6000,Acme,x,"1.000,00",(50),Parent,IT,P-1,Tampa\n'
    amount = {"decimal": ",", "thousands": "."}
    layouts = {"ours": {"like": "netsuite_gl", "files": "ledger/*", "amount": amount}}
    assert amounts(
        one(read_csv("gl.csv", text, source="ledger", layouts=layouts), "layout:ours")
    ) == decimals("1050")


def remarks(reading: FileReading) -> list[str]:
    return [remark.message for remark in reading.notes.remarks if remark.rule == "accounts_counted"]


def test_accounts_that_count_are_named_with_their_sums(read_csv: Reader) -> None:
    reading = read_csv("gl.csv", "\n".join(QUICKBOOKS_PARENT[:-1]), source="ledger")
    (remark,) = remarks(reading)
    assert "1000 Bank -5.00 EUR in 1 row; 6400 Office 8.00 EUR in 2 rows; 6410 Supplies 10.00" in remark
    assert 'keep_when: {"column A": …}' in remark and "like: quickbooks_gl" in remark
    # Somebody who has chosen the accounts needs no reminder; nor does one who says that all of them count.
    own: tuple[dict[str, Any], ...] = (
        {"rows": {"keep_when": {"column A": "^6"}}},
        {"checks": {"sums_by": None}},
    )
    for chosen in own:
        layouts = {"ours": {"like": "quickbooks_gl", "files": "ledger/*", **chosen}}
        reading = read_csv("gl.csv", "\n".join(QUICKBOOKS_PARENT[:-1]), source="ledger", layouts=layouts)
        assert not remarks(reading)
    layouts = {"ours": {"like": "quickbooks_gl", "files": "ledger/*"}}
    (remark,) = remarks(
        read_csv("gl.csv", "\n".join(QUICKBOOKS_PARENT[:-1]), source="ledger", layouts=layouts)
    )
    assert "layouts.ours.rows" in remark


XERO_ACCOUNTS = (
    "Date,Source,Description,Reference,Debit,Credit,Account Code\n2026-03-15,Bill,A,R1,10.00,,429\n"
)


@pytest.mark.parametrize(
    ("text", "said", "key"),
    [
        (f"{NETSUITE}\n1,3/15/2025,,Bill,B,6000,A,x,10,,P,IT,P-1,T\n", "6000 10.00 EUR", "Account"),
        (XERO_ACCOUNTS, "429 10.00 EUR", "Account Code"),
    ],
)
def test_every_export_of_a_general_ledger_names_its_accounts(
    read_csv: Reader, text: str, said: str, key: str
) -> None:
    reading = read_csv("gl.csv", text, source="ledger")
    (remark,) = remarks(reading)
    assert said in remark and f'keep_when: {{"{key}": …}}' in remark
    layouts = {
        "ours": {
            "like": reading.readers[0].removeprefix("format:"),
            "files": "ledger/*",
            "rows": {"keep_when": {key: "^9"}},
        }
    }
    own = read_csv("gl.csv", text, source="ledger", layouts=layouts)
    assert not remarks(own) and not len(own.extracts[0]) and len(own.extracts[0].left_out) == 1


def test_of_many_accounts_the_largest_are_named_and_the_rest_summed(read_csv: Reader) -> None:
    lines = [
        NETSUITE,
        *(f"1,3/15/2025,,Bill,B,{6000 + n},A,x,{n}.00,,P,IT,P-1,T" for n in range(1, 61)),
    ]
    (remark,) = remarks(read_csv("gl.csv", "\n".join(lines), source="ledger"))
    assert "6060 60.00 EUR" in remark and "6010 10.00" not in remark
    assert "and 20 more accounts with 210.00 EUR" in remark


XERO = [
    "Date",
    "Source",
    "Description",
    "Reference",
    "Debit",
    "Credit",
    "Running Balance",
    "Account Code",
    "Account",
]


def test_xero_workbook(read_xlsx: Reader) -> None:
    rows = [
        ["Account Transactions"],
        ["Test Co"],
        ["For the period 1 March 2025 to 31 March 2025"],
        [],
        XERO,
        [
            date(2025, 3, 15),
            "Payable Invoice",
            "Hosting",
            "INV-1",
            1200.5,
            "",
            1200.5,
            429,
            "General Expenses",
        ],
        ["16 Mar 2025", "Payable Credit Note", "Hosting", "CN-1", "", 200.5, 1000, "429", "General Expenses"],
        ["Total", "", "", "", 1200.5, 200.5, "", "", ""],
    ]
    extract = clean(
        read_xlsx("xero.xlsx", {"Account Transactions": rows}, source="ledger"), "xero_transactions"
    )
    assert amounts(extract) == decimals("1200.5", "-200.5") and not off(extract)
    assert extract.columns["posted_on"] == [date(2025, 3, 15), date(2025, 3, 16)]
    assert extract.columns["cost_category"] == ["429", "429"] and len(extract.control_totals) == 2


def test_xero_opening_balances_are_no_postings(read_xlsx: Reader) -> None:
    rows = [
        XERO,
        ["General Expenses"],
        ["Opening Balance", "", "", "", 500, "", 500, "", ""],
        [date(2025, 3, 15), "Payable Invoice", "Hosting", "INV-1", 10, "", 510, 429, "General Expenses"],
        ["Total General Expenses", "", "", "", 10, "", "", "", ""],
        ["Closing Balance", "", "", "", 510, "", 510, "", ""],
    ]
    extract = clean(
        read_xlsx("xero.xlsx", {"Account Transactions": rows}, source="ledger"), "xero_transactions"
    )
    assert amounts(extract) == decimals("10") and not off(extract) and len(extract.left_out) == 4


FEC = [
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum"),
    *("CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet"),
    *("ValidDate", "Montantdevise", "Idevise"),
]


def fec(*lines: Sequence[str], mark: str = "\t") -> str:
    return "\r\n".join(mark.join(line) for line in (FEC, *lines)) + "\r\n"


def fec_line(journal: str, number: str, account: str, debit: str, credit: str) -> list[str]:
    head = [
        journal,
        "Achats",
        number,
        "20260131",
        account,
        "Études",
        "",
        "",
        "F-12",
        "20260131",
        "Prestation",
    ]
    return [*head, debit, credit, "", "", "20260228", "", ""]


FEC_LINES = (
    fec_line("AN", "AN1", "604000", "9,00", "0,00"),
    fec_line("AC", "AC1", "604000", "1250,50", "0,00"),
    fec_line("AC", "AC1", "401000", "0,00", " 000000000001250,50"),
    fec_line("AC", "AC2", "604000", "0,00", "50,50"),
)


FEC_LEFT_OUT = [
    "JournalCode is AN (rows.drop_when of {})",
    "CompteNum is 401000 (rows.keep_when of {})",
]


def left_out(extract: TableExtract) -> list[str]:
    return [left.reason for left in extract.left_out]


def fec_signed(*lines: Sequence[str], mark: str = "\t") -> str:
    """Lines whose last two values are an amount and its sign."""
    header = [*FEC[:11], "Montant", "Sens", *FEC[13:]]
    return "\r\n".join(mark.join(line) for line in (header, *lines)) + "\r\n"


@pytest.mark.parametrize("mark", ["\t", "|", ";"])
def test_fec_is_a_control_total(read_csv: Reader, mark: str) -> None:
    credit = fec_line("AC", "AC2", "604000", "0,00", " 000000000000050,50")
    twice = fec_line("AC", "AC2", "625100", " 000000000000012,00", "0,00")
    text = fec(*FEC_LINES[:3], credit, twice, twice, mark=mark).encode("iso-8859-15")
    extract = clean(read_csv("123456789FEC20261231.txt", text, source="ledger"), "fec_entries")
    assert extract.table.name == "control_totals"
    assert by(extract, "books", "line_no", "account", "amount", "journal", "document") == [
        ("123456789FEC20261231", "AC AC1/1", "604000", Decimal("1250.50"), "AC", "AC1"),
        ("123456789FEC20261231", "AC AC2/1", "604000", Decimal("-50.50"), "AC", "AC2"),
        ("123456789FEC20261231", "AC AC2/2", "625100", Decimal("12.00"), "AC", "AC2"),
        ("123456789FEC20261231", "AC AC2/3", "625100", Decimal("12.00"), "AC", "AC2"),
    ]
    assert set(by(extract, "posted_on", "currency")) == {(date(2026, 1, 31), "EUR")}
    assert left_out(extract) == [reason.format("fec_entries") for reason in FEC_LEFT_OUT]


@pytest.mark.parametrize("mark", ["\t", "|"])
@pytest.mark.parametrize(("debit", "credit"), [("D", "C"), ("+1", "-1"), ("d", "c")])
def test_fec_with_signs_is_a_control_total(read_csv: Reader, mark: str, debit: str, credit: str) -> None:
    text = fec_signed(
        fec_line("AN", "AN1", "604000", "9,00", debit),
        fec_line("AC", "AC1", "604000", " 000000000001250,50", debit),
        fec_line("AC", "AC1", "401000", "1250,50", credit),
        fec_line("AC", "AC2", "604000", " 000000000000050,50", credit),
        mark=mark,
    )
    extract = clean(read_csv("123456789FEC20261231.txt", text, source="ledger"), "fec_entries_signed")
    assert extract.table.name == "control_totals"
    assert by(extract, "line_no", "amount") == [
        ("AC AC1/1", Decimal("1250.50")),
        ("AC AC2/1", Decimal("-50.50")),
    ]
    assert left_out(extract) == [reason.format("fec_entries_signed") for reason in FEC_LEFT_OUT]


def test_a_sign_that_is_none_sets_the_line_aside(read_csv: Reader) -> None:
    text = fec_signed(
        fec_line("AC", "AC1", "604000", "12,00", "D"), fec_line("AC", "AC2", "604000", "7,00", "X")
    )
    extract = one(read_csv("FEC.txt", text, source="ledger"), "format:fec_entries_signed")
    assert amounts(extract) == [Decimal(12), None]
    (fault,) = extract.faults
    assert (
        fault.rule == "unknown_sign" and "'X' does not say whether 7" in fault.message and "L3" in fault.place
    )


@pytest.mark.parametrize(
    ("file", "books"),
    [
        ("123456789FEC20261231.txt", "123456789FEC20261231"),
        ("123456789FEC20261231_corrected.txt", "123456789FEC20261231"),
        ("123456789FEC20261231 (1).txt", "123456789FEC20261231"),
        ("ledger 2026.txt", "ledger 2026"),
    ],
)
def test_the_books_are_those_that_the_name_of_a_fec_says(read_csv: Reader, file: str, books: str) -> None:
    extract = clean(read_csv(file, fec(*FEC_LINES), source="ledger"), "fec_entries")
    assert set(extract.columns["books"]) == {books}


def test_accounts_are_left_out_of_a_control_total_by_a_layout(read_csv: Reader) -> None:
    rows = {"drop_when": {"JournalCode": ["AN", "ANO", "RAN"]}, "keep_when": {"CompteNum": ["^604", "^611"]}}
    layouts = {"fec": {"like": "fec_entries", "files": "ledger/*FEC*.txt", "rows": rows}}
    text = fec(*FEC_LINES, fec_line("OD", "OD1", "641000", "9000,00", "0,00"))
    extract = one(read_csv("123456789FEC20261231.txt", text, source="ledger", layouts=layouts), "layout:fec")
    assert extract.table.name == "control_totals" and amounts(extract) == decimals("1250.50", "-50.50")
    assert "CompteNum is 641000 (layouts.fec.rows.keep_when)" in left_out(extract)


@pytest.mark.parametrize("mark", ["\t", "|"])
def test_fec_reads_where_a_layout_gives_it_a_project(read_csv: Reader, mark: str) -> None:
    layouts = {
        "fec": {
            "like": "fec_entries",
            "files": "ledger/*FEC*.txt",
            "columns": {"project": {"value": "(whole ledger)"}},
        }
    }
    text = fec(*FEC_LINES, mark=mark).encode("iso-8859-15")
    extract = one(read_csv("123456789FEC20261231.txt", text, source="ledger", layouts=layouts), "layout:fec")
    assert not extract.batch_faults and not extract.faults
    assert extract.table.name == "postings"
    assert by(extract, "posting_id", "project", "cost_category", "amount", "origin") == [
        ("AC AC1/1", "(whole ledger)", "604000", Decimal("1250.50"), "journal"),
        ("AC AC2/1", "(whole ledger)", "604000", Decimal("-50.50"), "journal"),
    ]
    assert left_out(extract) == [
        "JournalCode is AN (layouts.fec.rows.drop_when)",
        "CompteNum is 401000 (layouts.fec.rows.keep_when)",
    ]


def test_fec_with_signs_reads_where_a_layout_gives_it_a_project(read_csv: Reader) -> None:
    layouts = {
        "fec": {"like": "fec_entries_signed", "files": "ledger/*", "columns": {"project": {"value": "ALL"}}}
    }
    text = fec_signed(
        fec_line("AC", "AC1", "604000", "12,00", "D"), fec_line("AC", "AC2", "604000", "2,00", "C")
    )
    extract = one(read_csv("fec.txt", text, source="ledger", layouts=layouts), "layout:fec")
    assert (
        extract.table.name == "postings" and amounts(extract) == decimals("12", "-2") and not extract.faults
    )


def test_fec_with_decimal_points(read_csv: Reader) -> None:
    layouts = {"fec": {"like": "fec_entries", "files": "ledger/*", "columns": {"project": {"value": "ALL"}}}}
    text = fec(fec_line("AC", "AC1", "604000", "1250.50", "0.00"), mark=";")
    assert amounts(
        one(read_csv("fec.txt", text, source="ledger", layouts=layouts), "layout:fec")
    ) == decimals("1250.50")


def test_a_cji3_row_that_is_repeated_is_left_out_and_another_with_its_id_is_a_fault(read_csv: Reader) -> None:
    header = "Document Number;Posting Row;Fiscal Year;Posting Date;Cost Element;WBS Element;Val/COArea Crcy\n"
    row = "4001;1;2026;15.01.2026;620000;P-1;100,50\n"
    (extract,) = read_csv("cji3.csv", header + row + row, source="ledger").extracts
    assert len(extract) == 1 and [left.place[:2] for left in extract.left_out] == ["A3"]
    (extract,) = read_csv("cji3.csv", header + row + row.replace("100,50", "7,00"), source="ledger").extracts
    assert [fault.rule for fault in extract.faults] == ["duplicate_key", "duplicate_key"]


def test_an_id_that_holds_a_day_is_the_same_however_the_day_is_written(read_csv: Reader) -> None:
    header = "Date,Source,Description,Reference,Debit,Credit,Account Code\n"
    ids = [
        read_csv("xero.csv", f'{header}{day},Bill,A,R1,"1,000.00",,429\n', source="ledger").extracts[0]
        for day in ("15 Mar 2026", "2026-03-15")
    ]
    assert [extract.columns["posting_id"] for extract in ids] == [["2026-03-15 Bill R1/1"]] * 2


def test_a_period_of_netsuite_that_is_no_month_is_a_label(read_csv: Reader) -> None:
    header = "Internal ID,Date,Period,Type,Account,Debit,Credit,Class\n"
    rows = '1,2/13/2026,Q1 2026,Bill,6000,5.00,,PAY\n2,2/14/2026,Feb 2026,Bill,6000,"1,000.00",,PAY\n'
    (extract,) = read_csv("ns.csv", header + rows, source="ledger").extracts
    assert not extract.faults and extract.columns["period"] == ["Q1 2026", "2026-02"]


def test_a_pivot_beside_an_export_is_remarked_on(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    header = [
        "Document Number",
        "Posting Row",
        "Fiscal Year",
        "Posting Date",
        "Cost Element",
        "WBS Element",
        "Val/COArea Crcy",
    ]
    sheet.append(header)
    sheet.append(["4001", "1", "2026", date(2026, 1, 15), "620000", "P-1", 100.5])
    pivot = book.create_sheet("Pivot")
    pivot.append(["WBS", "Sum"])
    file = tmp_path / "cji3.xlsx"
    book.save(file)
    reading = read_file(
        file,
        relative="inbox/ledger/cji3.xlsx",
        source="ledger",
        tables=TABLES,
        layouts={},
        surroundings=Surroundings("EUR"),
    )
    (extract,) = reading.extracts
    assert len(extract) == 1 and not extract.batch_faults
    assert any("'Pivot' was not read" in note for note in reading.notes)
