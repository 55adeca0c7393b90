"""Every file under shared/data/{timesheets,ledger,budgets}: its rows and totals, counted again here, or its refusal.

The files are not part of the repository; without them these tests are skipped. What is expected was taken from the
files by hand, or is summed with csv and openpyxl, never with the code under test.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from connectors.budgets.tables import TABLES as BUDGETS
from connectors.errors import UnreadableFile
from connectors.ledger.tables import TABLES as LEDGER
from connectors.tabular.extract import TableExtract
from connectors.tabular.formats import all_formats_as_written
from connectors.tabular.layout import parse_layouts
from connectors.tabular.reader import FileReading, read_file
from connectors.tabular.shaping import Surroundings
from connectors.tabular.sheets import Sheet
from connectors.tabular.workbooks import open_workbook
from connectors.timesheets.tables import TABLES as TIMESHEETS

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the sample files are not at {DATA}")
TABLES = {"budgets": BUDGETS, "ledger": LEDGER, "timesheets": TIMESHEETS}


def read(name: str, layout: dict[str, Any] | None = None) -> FileReading:
    """Read one of the files, with a layout as a PMO would write it."""
    source = name.split("/")[0]
    path = DATA / name
    entry = {} if layout is None else {"ours": {"files": f"inbox/{source}/*", **layout}}
    return read_file(
        path,
        relative=f"inbox/{source}/{path.name}",
        source=source,
        tables=TABLES[source],
        layouts=parse_layouts(entry, all_formats_as_written()),
        surroundings=Surroundings(functional_currency="EUR", timezone="Europe/Paris"),
    )


def sheets_of(name: str) -> dict[str, Sheet]:
    """The visible sheets of a workbook, as they stand before anything is mapped."""
    with open_workbook((DATA / name).read_bytes(), relative=name, notes=[]) as book:
        return {sheet: book.sheet(sheet) for sheet in book.visible}


def only(reading: FileReading) -> TableExtract:
    (extract,) = reading.extracts
    assert not extract.batch_faults, extract.batch_faults
    return extract


def clean(reading: FileReading) -> TableExtract:
    extract = only(reading)
    assert not extract.faults, extract.faults
    return extract


def by(extract: TableExtract, *columns: str) -> list[tuple[Any, ...]]:
    return list(zip(*(extract.columns[name] for name in columns), strict=True))


def off(extract: TableExtract) -> dict[str, Decimal]:
    return {control.place: control.difference for control in extract.control_totals if control.is_off}


def faults(extract: TableExtract) -> list[tuple[str, str, str]]:
    return [(fault.place, fault.rule, fault.content) for fault in extract.faults]


def budget(**changes: Any) -> dict[str, Any]:
    """A layout of budget lines with everything that the sheet does not say."""
    columns = {"project": {"value": "P-1"}, "version_no": {"value": 1}, "currency": {"value": "USD"}}
    return {"table": "budget_lines", **changes, "columns": columns | changes["columns"]}


# timesheets


def test_tempo_data_center() -> None:
    extract = clean(read("timesheets/tempo_dc_worklogs.csv"))
    assert by(extract, "person", "project", "task", "work_date") == [
        ("adupont", "ERP", "ERP-12", date(2026, 1, 5)),
        ("adupont", "ERP", "ERP-12", date(2026, 1, 5)),
        ("bmartin", "ERP", "ERP-12", date(2026, 1, 6)),
        ("adupont", "CRM", "CRM-7", date(2026, 1, 31)),
    ]
    assert extract.columns["hours"] == [Decimal(8), Decimal("0.6666666667"), Decimal("0.5"), Decimal(3)]
    # Two rows are equal in every column: one is left out and counted.
    assert [(left.place, left.amount) for left in extract.left_out] == [("A5:AD5", Decimal("0.5"))]


def test_tempo_two_equal_rows_are_two_entries_where_the_layout_says_so() -> None:
    layout = {"like": "tempo_dc", "rows": {"identical": "read"}}
    extract = clean(read("timesheets/tempo_dc_worklogs.csv", layout))
    assert (
        len(extract) == 5
        and sum(extract.columns["hours"]) == Decimal("12.6666666667")
        and not extract.left_out
    )


def test_harvest() -> None:
    extract = clean(read("timesheets/harvest_detailed_21col.csv"))
    assert by(extract, "person", "project", "hours", "status", "billable") == [
        ("Alice Dupont", "Refonte", Decimal("1.0"), "unknown", True),
        ("Bob", "Refonte", Decimal("0.25"), "approved", False),
    ]


def test_kimai() -> None:
    extract = clean(read("timesheets/kimai_default_keys.csv"))
    assert by(extract, "person", "project", "task", "work_date", "hours", "comment") == [
        ("E001", "P1", "Dev", date(2026, 1, 5), Decimal("1.33"), "ligne 1\nligne 2")
    ]


def test_everhour() -> None:
    extract = clean(read("timesheets/everhour_team_time.json"))
    assert by(
        extract, "person", "project", "task", "work_date", "hours", "entry_id", "status", "billable"
    ) == [("5361", "ev:10", "ev:1", date(2026, 1, 5), Decimal("1.5"), "8691", "approved", True)]


def test_jira_worklogs() -> None:
    extract = clean(read("timesheets/jira_issue_worklog_page.json"))
    assert by(extract, "person", "project", "task", "work_date", "hours", "entry_id") == [
        ("aaa", "issue 10021", "10021", date(2026, 2, 1), Decimal("3.3333333333"), "100028")
    ]


def test_tempo_cloud_page() -> None:
    reading = read("timesheets/tempo_cloud_v4_worklogs_page.json")
    extract = clean(reading)
    assert by(extract, "person", "project", "work_date", "hours", "entry_id") == [
        ("aaa", "issue 10021", date(2026, 1, 5), Decimal(1), "126"),
        ("bbb", "issue 10022", date(2026, 1, 6), Decimal("7.5"), "127"),
    ]
    assert [remark.rule for remark in reading.notes.remarks] == ["one_page"]


def test_tempo_cloud_approvals_are_no_entries() -> None:
    with pytest.raises(UnreadableFile, match="tempo_cloud_approvals"):
        read("timesheets/tempo_cloud_v4_approvals_team.json")


# ledger


def test_fec_is_a_control_total_and_reads_as_postings_with_a_project() -> None:
    extract = clean(read("ledger/123456789FEC20261231.txt"))
    assert extract.table.name == "control_totals"
    assert by(extract, "books", "line_no", "account", "posted_on", "amount", "currency") == [
        ("123456789FEC20261231", "AC AC0001/1", "604000", date(2026, 1, 31), Decimal("1250.50"), "EUR")
    ]
    assert [left.reason for left in extract.left_out] == [
        "CompteNum is 401000 (rows.keep_when of fec_entries)"
    ]
    layout = {"like": "fec_entries", "columns": {"project": {"value": "ALL"}}}
    extract = clean(read("ledger/123456789FEC20261231.txt", layout))
    assert extract.table.name == "postings"
    assert by(extract, "project", "cost_category", "posted_on", "amount") == [
        ("ALL", "604000", date(2026, 1, 31), Decimal("1250.50"))
    ]
    assert [left.reason for left in extract.left_out] == ["CompteNum is 401000 (layouts.ours.rows.keep_when)"]


def test_netsuite() -> None:
    extract = clean(read("ledger/netsuite_gl.csv"))
    assert by(extract, "posting_id", "project", "posted_on", "period", "amount") == [
        ("1001/1", "Retail", date(2026, 3, 5), "2026-02", Decimal(-1000)),
        ("1003/1", "(no class)", date(2026, 12, 31), "2026-12", Decimal("250.5")),
    ]
    assert [control.place for control in extract.control_totals] == ["I4", "J4"] and not off(extract)


def test_quickbooks() -> None:
    extract = clean(read("ledger/quickbooks_general_ledger.csv"))
    assert by(extract, "cost_category", "posted_on", "amount") == [
        ("6400 Professional Fees", date(2026, 2, 14), Decimal(14500)),
        ("6400 Professional Fees", date(2026, 2, 20), Decimal(-500)),
    ]
    assert [control.place for control in extract.control_totals] == ["H9", "H10"] and not off(extract)


def test_cji3_list() -> None:
    extract = clean(read("ledger/sap_cji3_unconverted_cp1252.txt"))
    assert by(extract, "posting_id", "project", "posted_on", "amount", "origin") == [
        ("400000001/1", "P-0001.01", date(2026, 1, 5), Decimal("1234.50"), "labour"),
        ("400000002/1", "P-0001.01", date(2026, 1, 6), Decimal("-234.50"), "labour"),
    ]
    assert [control.place for control in extract.control_totals] == ["D8"] and not off(extract)
    assert "Prest. études" in str(extract.attributes[0])


def test_me2n() -> None:
    extract = clean(read("ledger/sap_me2n.xlsx"))
    assert by(extract, "order_no", "line_no", "project", "amount", "currency", "status") == [
        ("4500000001", "10", "P-0001.01", Decimal(3000000), "EUR", "open"),
        ("4500000001", "20", "P-0001.02", Decimal("1250.5"), "USD", "open"),
        ("4500000002", "10", "(no WBS element)", Decimal(0), "EUR", "cancelled"),
    ]


# budgets: the nasty French one


FRENCH: dict[str, Any] = {
    "table": "budget_lines",
    "sheets": {"match": "^P-"},
    "header": {"find": "Nature", "rows": 2},
    "columns": {
        "cost_category": {"header": "Nature", "fill_down": True},
        "wbs": {"header": "Poste"},
        "project": {"from": "sheet_name", "pattern": "^(\\S+)"},
        "version_no": {"value": 1},
        "currency": {"value": "EUR"},
    },
    "periods": {"look": "mmm-yy", "language": "fr"},
    "amount": {
        "unit": "k€",
        "decimal": ",",
        "thousands": "space",
        "negative": ["minus", "parentheses"],
        "empty_words": ["-", "n/a"],
    },
    "rows": {"totals": ["^Sous-total"], "stop_at": "^TOTAL"},
    "checks": {"column_totals": True, "row_total": "Total"},
}


def test_the_french_budget() -> None:
    """Merged header, k€, brackets, placeholders, #REF!, a format that scales, uncached totals, a hidden copy, notes."""
    reading = read("budgets/budget_fr_nasty.xlsx", FRENCH)
    extract = only(reading)
    assert Counter(extract.columns["project"]) == {"P-1001": 16, "P-1002": 6}
    rows = by(extract, "project", "wbs", "period", "amount")
    assert rows[:6] == [
        ("P-1001", "Chef de projet", f"2026-0{month}", Decimal(12500 if month < 4 else 10000))
        for month in range(1, 7)
    ]
    assert rows[6:10] == [
        ("P-1001", "Développeurs", "2026-01", Decimal(30000)),
        ("P-1001", "Développeurs", "2026-02", Decimal(30000)),
        ("P-1001", "Développeurs", "2026-03", Decimal(-1234500)),
        ("P-1001", "Développeurs", "2026-04", Decimal(28000)),
    ]
    assert [(period, amount) for _, wbs, period, amount in rows if wbs == "AMOA (a)"] == [
        ("2026-01", Decimal(5000)),
        ("2026-02", Decimal(0)),
        ("2026-03", Decimal(0)),
        ("2026-04", None),
        ("2026-05", Decimal(7500)),
        ("2026-06", Decimal(5400)),
    ]
    # P-1002 shows 12 500 under k€ with the format `# ##0,`: a thousand times too much, if it were multiplied.
    scaled = [(f"{column}7", "number_format") for column in "CDEFGH"]
    assert [(place, rule) for place, rule, _ in faults(extract)] == [("F10", "error_cell"), *scaled]
    assert set(off(extract)) == {"E9", "I9", "H11", "I8"}
    assert any("'P-1001 ERP (2)' was not read" in note for note in reading.notes)
    assert any("C12, D12" in note and "not compared" in note for note in reading.notes)
    assert {left.place for left in extract.left_out} >= {"A9:J9", "A11:J11", "A12:J12", "A14:J14", "A15:J15"}


def test_the_french_budget_of_one_sheet_in_euros() -> None:
    layout = FRENCH | {"sheets": {"match": "^P-1002"}, "amount": FRENCH["amount"] | {"unit": "one"}}
    extract = clean(read("budgets/budget_fr_nasty.xlsx", layout))
    assert sum(extract.columns["amount"]) == 67500 and not off(extract)


def test_the_percentages_of_the_french_budget_are_no_amounts() -> None:
    columns = {key: value for key, value in FRENCH["columns"].items() if key != "cost_category"}
    columns |= {
        "cost_category": {"header": "Poste"},
        "amount": {"header": "% réalisé"},
        "period": {"value": "2026-01"},
    }
    layout = {key: value for key, value in FRENCH.items() if key not in ("periods", "checks")} | {
        "columns": columns
    }
    extract = only(read("budgets/budget_fr_nasty.xlsx", layout))
    said = {fault.message for fault in extract.faults if fault.content}
    assert len(said) == 1 and "percentage" in said.pop()


# budgets: cash flows and transit statistics


CASH = budget(
    header={"find": "TOTALS"},
    columns={"cost_category": {"column": "B"}},
    periods={"look": "month", "fiscal_year": {"starts": "2016-04"}},
    rows={"totals": ["^Total", "^Subtotal"], "leave_out": ["Balance$"]},
    checks={"column_totals": True, "row_total": "TOTALS"},
)


def test_two_totals_of_the_cash_flow_do_not_add_up() -> None:
    extract = clean(read("budgets/smungs/cashflows.xlsx", CASH))
    assert off(extract) == {"AA44": Decimal(-3267), "AA45": Decimal(-3267)}
    assert len(extract) == 28 * 12 and set(extract.columns["period"]) == {
        *(f"2016-{month:02}" for month in range(4, 13)),
        *(f"2017-{month:02}" for month in range(1, 4)),
    }
    sheet = openpyxl.load_workbook(DATA / "budgets/smungs/cashflows.xlsx", data_only=True).worksheets[0]
    heads = {cell.column for cell in sheet[4] if re.fullmatch(r"[A-Z][a-z]{2,4}", cell.value or "")}
    assert len(heads) == 12
    taken = set(extract.places)
    again = sum(Decimal(str(sheet[place].value)) for place in taken)
    assert again == sum(extract.columns["amount"])
    lines = [
        row
        for row in range(5, sheet.max_row + 1)
        if isinstance(sheet.cell(row, min(heads)).value, int | float)
    ]
    labels = {row: str(sheet.cell(row, 1).value or sheet.cell(row, 2).value or "").strip() for row in lines}
    kept = [
        row
        for row in lines
        if not re.match("Total|Subtotal", labels[row]) and not labels[row].endswith("Balance")
    ]
    assert {(sheet[place].row, sheet[place].column) for place in taken} == {
        (r, c) for r in kept for c in heads
    }


TRANSIT = budget(
    header={"find": "FARE MEDIA"},
    columns={"cost_category": {"header": "FARE MEDIA"}},
    periods={"look": "year", "at": "start", "strip": " ?\\*$"},
    amount={"unit": "thousands", "empty_words": ["N/A"]},
    rows={"totals": ["^SUB-TOTAL", "^SYSTEM TOTAL"], "stop_at": "^WHERE"},
    checks={"column_totals": True},
)


def test_toronto_transit() -> None:
    extract = clean(read("budgets/smungs/toronto_transit.xlsx", TRANSIT))
    sheet = openpyxl.load_workbook(DATA / "budgets/smungs/toronto_transit.xlsx", data_only=True).worksheets[0]
    numbers = [
        (sheet.cell(row, column).value, column)
        for row in range(7, 42)
        if "TOTAL" not in str(sheet.cell(row, 2).value)
        for column in range(3, 36)
        if isinstance(sheet.cell(row, column).value, int | float)
    ]
    assert len(extract) == len(numbers)
    assert sum(extract.columns["amount"]) == sum(Decimal(str(value)) for value, _ in numbers) * 1000
    in_2017 = [amount for period, amount in by(extract, "period", "amount") if period == "2017-01"]
    assert sum(in_2017) == Decimal(533216000) and not off(extract)
    assert len(extract.control_totals) == 4 * 33


# budgets: Philadelphia


PHILADELPHIA = budget(
    header={"find": "July 31"},
    columns={"cost_category": {"column": "A"}},
    periods={"look": "month", "fiscal_year": {"starts": "2013-07"}, "strip": " [0-9]+$"},
    amount={"unit": "millions", "negative": ["minus", "parentheses"]},
    rows={"totals": ["^TOTAL", "^Total Current"], "leave_out": ["^REVENUES$", "^$"]},
    checks={"row_total": "Total", "tolerance": "0.11"},
)


def _cash_lines(name: str) -> list[list[str]]:
    rows = list(csv.reader((DATA / "budgets/phl" / name).open(encoding="utf-8")))
    return [
        row for row in rows[2:] if row and row[0] and row[0] != "REVENUES" and not row[0].startswith("TOTAL")
    ]


def _plain(text: str) -> Decimal | None:
    """The figure as printed; None where the recognition of the text has put a comma into it."""
    if not text or "," in text:
        return None
    return Decimal(f"-{text[1:-1]}" if text.startswith("(") else text)


def test_philadelphia_cash_of_2014() -> None:
    extract = only(read("budgets/phl/phl_qcmr_cash_FY14_Q4-pg-1.csv", PHILADELPHIA))
    lines = [
        row for row in _cash_lines("phl_qcmr_cash_FY14_Q4-pg-1.csv") if not row[0].startswith("Total Current")
    ]
    figures = [text for row in lines for text in row[1:13] if text]
    read_well = [value for value in map(_plain, figures) if value is not None]
    assert len(extract) == len(figures)
    assert [(place, content) for place, _, content in faults(extract)] == [("L27", "0,5"), ("I28", "0,0")]
    assert (
        sum(amount for amount in extract.columns["amount"] if amount is not None)
        == sum(read_well) * 1_000_000
    )
    assert {period for (period,) in by(extract, "period")} == {
        *(f"2013-{month:02}" for month in range(7, 13)),
        *(f"2014-{month:02}" for month in range(1, 7)),
    }
    whole = [row for row in lines if row[13] and not any("," in text for text in row[1:14])]
    differing = {row[0] for row in whole if abs(_sum(row) - (_plain(row[13]) or 0)) > Decimal("0.11")}
    assert {
        control.label.split(" / ")[0] for control in extract.control_totals if control.is_off
    } == differing
    assert len(extract.control_totals) == len(whole)


def _sum(row: list[str]) -> Decimal:
    return sum((_plain(text) or Decimal(0) for text in row[1:13]), Decimal(0))


def test_philadelphia_fund_balances_of_2014() -> None:
    layout = PHILADELPHIA | {"checks": {"column_totals": True, "tolerance": "0.11"}}
    extract = clean(read("budgets/phl/phl_qcmr_cash_FY14_Q4-pg-2.csv", layout))
    lines = _cash_lines("phl_qcmr_cash_FY14_Q4-pg-2.csv")
    assert len(lines) == 9 and len(extract) == 9 * 12
    expected = sum(value for row in lines for value in map(_plain, row[1:13]) if value is not None)
    assert sum(extract.columns["amount"]) == expected * 1_000_000


def test_philadelphia_obligations_of_2008() -> None:
    """The recognised text has a header of column numbers only; what each column means is for the layout to say."""
    layout = budget(
        header={"find": "0"},
        columns={
            "cost_category": {"header": "0"},
            "amount": {"header": "5"},
            "period": {"value": "2008"},
        },
        amount={"thousands": ",", "negative": ["minus", "parentheses"]},
        rows={"totals": ["^T[Oo][Tt][Aa][Ll]"]},
    )
    name = "budgets/phl/phl_qcmr_obligations_FY08_Q3-pg-1.csv"
    extract = only(read(name, layout))
    rows = list(csv.reader((DATA / name).open(encoding="utf-8")))[1:]
    lines = [row for row in rows if any(row) and not row[0].upper().startswith("TOTAL")]
    grouped = re.compile(r"\(?[0-9]{1,3}(,[0-9]{3})*\)?")
    good = [row[5].replace(",", "") for row in lines if grouped.fullmatch(row[5])]
    odd = [row[5] for row in lines if not grouped.fullmatch(row[5])]
    values = [Decimal(f"-{text[1:-1]}" if text.startswith("(") else text) for text in good]
    assert [value for value in extract.columns["amount"] if value is not None] == values
    assert sorted(content for _, rule, content in faults(extract) if rule == "not_a_number") == sorted(
        filter(None, odd)
    )


def test_philadelphia_budget_in_brief() -> None:
    layout = budget(
        sheets={"match": "^Data$"},
        header={"find": "Category"},
        columns={
            "project": {"header": "Department"},
            "cost_category": {"header": "Category"},
            "amount": {"header": "FY2006 Budgeted"},
            "period": {"value": "2005-07"},
        },
        rows={"identical": "read"},
    )
    reading = read("budgets/phl/phl_budget_in_brief_FY06.xlsx", layout)
    extract = only(reading)
    book = openpyxl.load_workbook(DATA / "budgets/phl/phl_budget_in_brief_FY06.xlsx", data_only=True)
    figures = [row[2] for row in book["Data"].iter_rows(min_row=2, values_only=True)]
    assert len(extract) == len(figures) == 202
    blank = [f"C{number}" for number, value in enumerate(figures, start=2) if value is None]
    assert [(place, rule) for place, rule, _ in faults(extract)] == [
        (place, "missing_value") for place in blank
    ]
    assert sum(value for value in extract.columns["amount"] if value is not None) == sum(
        filter(None, figures)
    )
    assert any("'Summary' was not read" in note for note in reading.notes)


# budgets: US federal receipts


def test_omb_receipts_with_the_transition_quarter() -> None:
    layout = budget(
        header={"find": "Source Category Code"},
        columns={
            "project": {"header": "Agency code"},
            "cost_category": {"header": "Source category name"},
            "wbs": {"header": "Account code"},
        },
        periods={"look": "label", "match": "^([12][0-9]{3}|TQ)$"},
        amount={"thousands": ","},
    )
    extract = clean(read("budgets/omb/omb_receipts.csv", layout))
    rows = list(csv.DictReader((DATA / "budgets/omb/omb_receipts.csv").open(encoding="utf-8-sig")))
    years = [name for name in rows[0] if re.fullmatch(r"[12][0-9]{3}|TQ", name)]
    assert len(years) == 60 and len(extract) + len(extract.left_out) == len(rows) * 60 == 237 * 60
    for year in ("TQ", "1976", "2020"):
        expected = sum(Decimal(row[year].replace(",", "")) for row in rows)
        read_of_it = [amount for period, amount in by(extract, "period", "amount") if period == year]
        assert sum(read_of_it) == expected, year
    assert "009" in extract.columns["project"]


def test_omb_years_alone_leave_a_column_that_must_be_named() -> None:
    layout = budget(
        header={"find": "Source Category Code"},
        columns={"cost_category": {"header": "Source category name"}},
        periods={"look": "year", "at": "start"},
        amount={"thousands": ","},
    )
    (extract,) = read("budgets/omb/omb_receipts.csv", layout).extracts
    assert [fault.rule for fault in extract.batch_faults] == [
        "unknown_period"
    ] and "'TQ'" in extract.batch_faults[0].message


# budgets: workbooks with odd cells


def lines_below(header: str, *, amount: str, label: str, **more: Any) -> dict[str, Any]:
    columns = {
        "cost_category": {"header": label},
        "amount": {"header": amount},
        "period": {"value": "2026-01"},
        **more.pop("columns", {}),
    }
    return budget(header={"find": header}, columns=columns, **more)


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_sheets_that_are_hidden_or_charts(suffix: str) -> None:
    name = f"budgets/calamine/any_sheets.{suffix}"
    layout = lines_below("1", amount="2", label="1", sheets={"match": "^Visible$"}, rows={"stop_at": "^This"})
    extract = only(read(name, layout))
    assert by(extract, "cost_category", "amount") == [("3", Decimal(4)), ("5", Decimal(6))]
    missing = read(name, lines_below("1", amount="2", label="1", sheets={"match": "^Hidden$"}))
    assert [fault.rule for fault in missing.extracts[0].batch_faults] == ["missing_sheet"]
    seen = read(name, lines_below("1", amount="2", label="1", sheets={"match": "^Hidden$", "hidden": "read"}))
    assert [fault.rule for fault in seen.extracts[0].batch_faults] == ["missing_header"]


def test_iso_dates_and_dates_of_an_open_document() -> None:
    for name, sheet in (("date_iso.xlsx", "Sheet"), ("date.ods", "Sheet1")):
        cells = [row[0] for row in sheets_of(f"budgets/calamine/{name}")[sheet].rows[:2]]
        assert cells == [date(2021, 1, 1), datetime.fromisoformat("2021-01-01T10:10:10")], name


def test_dates_since_1904() -> None:
    assert sheets_of("budgets/readxl/dates-1904.xls")["Sheet1"].rows == [[date(2000, 1, 1)] * 5]


def test_every_error_is_a_faulty_cell_with_its_text() -> None:
    layout = budget(
        header={"find": "#DIV/0!"},
        columns={"cost_category": {"value": "x"}, "amount": {"column": "A"}, "period": {"value": "2026-01"}},
    )
    extract = only(read("budgets/calamine/errors.xlsx", layout | {"sheets": {"match": "^Feuil1$"}}))
    texts = ["#NAME?", "#VALUE!", "#NULL!", "#REF!", "#NUM!", "#N/A"]
    assert faults(extract) == [(f"A{row}", "error_cell", text) for row, text in enumerate(texts, start=2)]


def test_far_apart_cells_stay_at_their_addresses() -> None:
    rows = sheets_of("budgets/calamine/formula.issue.xlsx")["Sheet1"].rows
    assert (rows[0][0], rows[0][2], rows[12][6], rows[13][9]) == (23.0, 23.0, 2.0, "US")
    rows = sheets_of("budgets/readxl/missing-first-column.xlsx")["Sheet1"].rows
    assert [row[1] for row in rows] == [1.0, 2.0, 3.0] and all(row[0] == "" for row in rows)
    extract = clean(
        read(
            "budgets/calamine/temperature-in-middle.xlsx", lines_below("label", amount="value", label="label")
        )
    )
    assert by(extract, "cost_category", "amount") == [
        ("celsius", Decimal("22.2222")),
        ("fahrenheit", Decimal(72)),
    ]
    assert extract.cell(0, "amount") == "C5"


def test_a_package_without_styles_or_with_odd_parts_opens() -> None:
    assert sheets_of("budgets/calamine/issue_419.xlsx")["Sheet1"].rows == [["Hello"]]
    sheets = sheets_of("budgets/calamine/issues.xlsx")
    assert sheets["issue2"].rows == [[1.0, "a"], [2.0, "b"], [3.0, "c"]]
    assert sheets["spc_chrs"].rows[7] == ["àâéêèçöïî«»"]


def test_merged_cells_hold_their_value_once_below_the_header_and_everywhere_in_it() -> None:
    layout = budget(
        header={"find": "Row Merge", "rows": 2},
        columns={
            "cost_category": {"header": "Column Merge"},
            "amount": {"column": "C"},
            "period": {"value": "2026-01"},
        },
    )
    extract = only(read("budgets/calamine/merge_cells.xlsx", layout | {"sheets": {"match": "^Sheet1$"}}))
    assert len(extract) == 0
    path = DATA / "budgets/calamine/merged_range.xlsx"
    merged = sheets_of("budgets/calamine/merged_range.xlsx")["Sheet1"].merged
    ours = {(top, left, bottom, right) for (top, left), (bottom, right) in merged}
    theirs = {
        (each.min_row - 1, each.min_col - 1, each.max_row - 1, each.max_col - 1)
        for each in openpyxl.load_workbook(path)["Sheet1"].merged_cells.ranges
    }
    assert ours == theirs and ours


def test_bail_amounts_that_openpyxl_cannot_open() -> None:
    layout = lines_below("BKG_NUM", amount="TOT_BAIL", label="BKG_NUM", rows={"identical": "read"})
    extract = only(read("budgets/calamine/minimal_package.xlsx", layout))
    assert by(extract, "cost_category", "amount")[:3] == [
        ("4894831", Decimal(100000)),
        ("4894832", Decimal(20000)),
        ("4894835", Decimal(119000)),
    ]
    assert len(extract) == 193


@pytest.mark.parametrize("name", ["pass_protected.xlsx", "pass_protected.ods"])
def test_a_password_is_said_to_be_one(name: str) -> None:
    with pytest.raises(UnreadableFile, match="password"):
        read(f"budgets/calamine/{name}", lines_below("x", amount="x", label="x"))


def test_strict_office_open_xml() -> None:
    name = "budgets/calamine/strict_iso_paths.xlsx"
    extract = clean(read(name, lines_below("Item", amount="Weight", label="Item")))
    assert len(extract) == 75 and extract.columns["amount"][0] == Decimal("12.61832872")


def test_decimals_of_an_old_workbook() -> None:
    assert sheets_of("budgets/calamine/xls_wrong_decimals.xls")["Sheet1"].rows == [[0.525625]]


def test_numbers_as_text_and_text_among_numbers() -> None:
    layout = lines_below("number", amount="number as text", label="notes")
    extract = only(read("budgets/readxl/big-texty-numbers-xlsx.xlsx", layout))
    assert [value for value in extract.columns["amount"] if value is not None] == [
        *(Decimal(2147483647 + more) for more in range(3)),
        *(Decimal(-2147483648 - more) for more in range(2)),
    ]
    assert faults(extract) == [("B2", "not_a_number", "blah blah")]


def test_currencies_that_only_the_number_format_shows() -> None:
    layout = lines_below("product", amount="cost_EUR", label="product")
    extract = clean(read("budgets/readxl/currency-formats-xlsx.xlsx", layout))
    assert by(extract, "cost_category", "amount") == [("apple", Decimal("0.5")), ("software", Decimal(10000))]


def test_notes_above_and_below_a_table() -> None:
    layout = budget(
        sheets={"match": "^arts$"},
        header={"find": "Profession"},
        columns={
            "cost_category": {"header": "Name"},
            "amount": {"header": "Age"},
            "period": {"header": "Date of birth", "format": "YYYY-MM-DD"},
        },
        rows={"stop_at": "^(Some|some|This|this)"},
    )
    extract = only(read("budgets/readxl/deaths.xlsx", layout))
    sheet = openpyxl.load_workbook(DATA / "budgets/readxl/deaths.xlsx", data_only=True)["arts"]
    ages = [sheet.cell(row, 3).value for row in range(6, 16)]
    assert extract.columns["amount"] == [Decimal(age) for age in ages]
    assert extract.columns["period"][0] == "1947-01" and len(extract.left_out) == 4


def test_a_header_with_a_name_twice_and_one_without_a_name() -> None:
    name = "budgets/readxl/names-need-repair-xlsx.xlsx"
    (extract,) = read(name, lines_below("a b", amount="a b", label="a b")).extracts
    assert [fault.rule for fault in extract.batch_faults] == ["duplicate_column"] * 2
    columns = {"cost_category": {"column": "C"}, "amount": {"header": "a b", "occurrence": 1}}
    extract = clean(read(name, lines_below("a b", amount="", label="", columns=columns)))
    assert by(extract, "cost_category", "amount") == [("one", Decimal(1)), ("two", Decimal(2))]
    name = "budgets/readxl/unnamed-duplicated-columns.xlsx"
    columns = {"cost_category": {"header": "var2", "occurrence": 2}, "amount": {"column": "C"}}
    extract = clean(read(name, lines_below("var2", amount="", label="", columns=columns)))
    assert by(extract, "cost_category", "amount") == [("aa", Decimal("1.1")), ("bb", Decimal("2.1"))]


def test_cells_that_have_only_a_style() -> None:
    name = "budgets/readxl/style-only-cells.xlsx"
    extract = clean(read(name, lines_below("var1", amount="var5", label="var1")))
    assert by(extract, "cost_category", "amount") == [
        ("val1,1", Decimal(1)),
        ("val2,1", Decimal(2)),
        ("val3,1", Decimal(3)),
    ]


def test_every_type_in_a_column_of_numbers() -> None:
    layout = lines_below(
        "maybe numeric?", amount="maybe numeric?", label="explanation", sheets={"match": "^numeric_"}
    )
    extract = only(read("budgets/readxl/type-me.xlsx", layout))
    assert [value for value in extract.columns["amount"] if value is not None] == [Decimal(123456)] * 2
    assert [(place, rule) for place, rule, _ in faults(extract)] == [
        ("A2", "missing_value"),
        *((f"A{row}", "not_a_number") for row in (3, 4, 5, 8)),
    ]


def test_white_space_is_nothing() -> None:
    columns = {"cost_category": {"column": "A"}, "amount": {"column": "A"}}
    layout = lines_below("numeric", amount="", label="", columns=columns, sheets={"match": "^logical_and"})
    extract = only(read("budgets/readxl/whitespace-xlsx.xlsx", layout))
    assert extract.columns["amount"] == [Decimal("1.3"), None] and faults(extract) == [
        ("A3", "not_a_number", ":-)")
    ]


def test_every_workbook_opens_or_says_why_not() -> None:
    suffixes = {".xlsx", ".xls", ".ods"}
    for path in sorted((DATA / "budgets").rglob("*")):
        if path.suffix in suffixes and not path.name.startswith("pass_"):
            assert all(sheet.rows is not None for sheet in sheets_of(str(path.relative_to(DATA))).values())


def _sample_files() -> Iterator[str]:
    for source in TABLES:
        for path in sorted((DATA / source).rglob("*")):
            if path.is_file():
                yield str(path.relative_to(DATA))


def test_no_file_is_without_a_test() -> None:
    """What a file is read as is stated above for each of them, by its name."""
    here = Path(__file__).read_text(encoding="utf-8")
    names = {name.rsplit("/", 1)[1] for name in _sample_files()}
    spelled = {name for name in names if name in here or name.startswith("any_sheets.")}
    assert names == spelled
