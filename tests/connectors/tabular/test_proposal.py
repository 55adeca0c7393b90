"""What is proposed for files that nothing knows: a layout that reads them once its doubts are settled."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from connectors.budgets.tables import TABLES as BUDGETS
from connectors.errors import UnknownFile, UnreadableFile
from connectors.ledger.tables import TABLES as LEDGER
from connectors.register.tables import TABLES as REGISTER
from connectors.tabular.layout import parse_layouts
from connectors.tabular.proposal import Proposal, propose
from connectors.tabular.reader import FileReading, read_file
from connectors.tabular.tables import Table
from connectors.timesheets.tables import TABLES as TIMESHEETS

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"the sample files are not at {DATA}")


def proposed(data: bytes, name: str, tables: Sequence[Table], *, table: str | None = None) -> Proposal:
    return propose(data, relative=f"inbox/{tables[0].source}/{name}", tables=tables, table=table, year=2026)


def said(proposal: Proposal) -> dict[str, Any]:
    """The layout as it stands in YAML."""
    (layout,) = yaml.safe_load(proposal.yaml)["layouts"].values()
    found: dict[str, Any] = layout
    return found


def workbook(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    book = Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_by(
    proposal: Proposal, data: bytes, name: str, tables: Sequence[Table], folder: Path, **filled: object
) -> FileReading:
    """The file by the proposed layout, its columns with a doubt filled in as a person would."""
    entry = said(proposal)
    entry["columns"] |= {column: {"value": value} for column, value in filled.items()}
    path = folder / name
    path.write_bytes(data)
    return read_file(
        path,
        relative=f"inbox/{tables[0].source}/{name}",
        source=tables[0].source,
        tables=tables,
        layouts=parse_layouts({"filled_in": entry}),
    )


def test_a_workbook_with_months_across_is_understood_but_for_what_it_does_not_say(tmp_path: Path) -> None:
    header = ["Kostenart", "2026-01", "2026-02", "2026-03", "Summe"]
    data = workbook(
        {
            "Plan": [
                ["Budget Projekt Falke, in T€"],
                ["Version", 3],
                header,
                ["Personal", 10, 11, 12, 33],
                ["Reisen", 1, "n/a", 2, 3],
                ["Summe", 11, 11, 14, 36],
            ]
        }
    )
    proposal = proposed(data, "Kosten_2026.xlsx", BUDGETS)
    assert said(proposal) == {
        "table": "budget_lines",
        "files": "inbox/budgets/Kosten_*.xlsx",
        "header": {"find": "Kostenart"},
        "columns": {
            "project": {"value": "?"},
            "version_no": {"from": "cell", "cell": "B2"},
            "cost_category": {"header": "Kostenart"},
            "currency": {"value": "EUR"},
        },
        "periods": {"look": "yyyy-mm"},
        "amount": {"unit": "k€", "empty_words": ["n/a"]},
        "rows": {"totals": ["^Summe"]},
        "checks": {"column_totals": True, "row_total": "Summe"},
    }
    assert [doubt.split(":")[0] for doubt in proposal.doubts] == ["project"]
    (extract,) = read_by(proposal, data, "Kosten_2026.xlsx", BUDGETS, tmp_path, project="FAL").extracts
    assert not extract.faults and not extract.batch_faults
    assert sum(extract.columns["amount"]) == 36_000 and set(extract.columns["version_no"]) == {3}
    assert len(extract.control_totals) == 6 and not any(total.is_off for total in extract.control_totals)


def test_the_sheets_of_one_form_are_projects_and_others_are_not_read() -> None:
    rows = [["Category", "Jan-26", "Feb-26", "Mar-26"], ["Labour", 1, 2, 3]]
    data = workbook(
        {"P-1 North": rows, "P-2 South": rows, "Read me": [["Ask Ana", "before"], ["you", "edit"]]}
    )
    layout = said(proposed(data, "plan.xlsx", BUDGETS))
    assert layout["sheets"] == {"match": "^P-"}
    assert layout["columns"]["project"] == {"from": "sheet_name", "pattern": r"^(\S+)"}
    assert layout["periods"] == {"look": "mmm-yy"}


@pytest.mark.parametrize(
    ("months", "periods"),
    [
        (["janv-26", "févr-26", "mars-26"], {"look": "mmm-yy", "language": "fr"}),
        ([date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)], {"look": "date"}),
        (["Q1 2026", "Q2 2026", "Q3 2026"], {"look": "quarter", "at": "start"}),
        ([2026, 2027, 2028], {"look": "year", "at": "start"}),
        (["Oct", "Nov", "Dec", "Jan"], {"look": "month", "fiscal_year": {"starts": "2026-10"}}),
        (["July 31", "Aug 31", "Sept 30"], {"look": "month", "fiscal_year": {"starts": "2026-07"}}),
        (["FY26-P01", "FY26-P02"], {"look": "label", "match": r"^(FY|EX|GJ)\s?[0-9]{2,4}"}),
    ],
)
def test_periods_are_found_in_every_spelling(months: list[object], periods: dict[str, object]) -> None:
    data = workbook(
        {"Plan": [["Category", *months], *(["x" + str(n), *range(5, 5 + len(months))] for n in range(4))]}
    )
    assert said(proposed(data, "plan.xlsx", BUDGETS))["periods"] == periods


@pytest.mark.parametrize("filled", [(0,), (3,), (0, 2), (1, 2, 3)])
@pytest.mark.parametrize("begins", ["2026", "Jan-26"])
def test_months_are_periods_although_little_is_filled_in_below_them(
    filled: tuple[int, ...], begins: str, tmp_path: Path
) -> None:
    months = ["2026-01", "2026-02", "2026-03", "2026-04"]
    if begins == "Jan-26":
        months = ["Jan-26", "Feb-26", "Mar-26", "Apr-26"]
    lines = [
        ["Licences", *(100 + number if number in filled else None for number in range(4))],
        ["Travel", None, None, None, None],
    ]
    data = workbook({"Plan": [["Falcon: spend plan"], [], ["Cost category", *months], *lines]})
    proposal = proposed(data, "Spend.xlsx", BUDGETS, table="budget_lines")
    assert said(proposal)["periods"] == {"look": "yyyy-mm" if begins == "2026" else "mmm-yy"}
    reading = read_by(proposal, data, "Spend.xlsx", BUDGETS, tmp_path, project="P", currency="EUR")
    (extract,) = reading.extracts
    assert list(zip(extract.columns["period"], extract.columns["amount"], strict=True)) == [
        (f"2026-0{number + 1}", Decimal(100 + number)) for number in filled
    ]


def test_a_row_of_months_with_nothing_below_is_no_header_of_amounts() -> None:
    data = workbook(
        {"Plan": [["Cost category", "Project", "Owner"], ["2026-01", "2026-02", "2026-03"], ["a", "b", "c"]]}
    )
    assert "periods" not in said(proposed(data, "Spend.xlsx", BUDGETS, table="budget_lines"))


def test_a_column_of_yes_and_no_is_nobody() -> None:
    header = "Date,Client,Project,Task,Notes,Hours,Given name,Surname,Employee?\n"
    rows = "2026-01-05,Acme,Site,Dev,x,1.5,Ann,Lee,Yes\n2026-01-06,Acme,Site,Dev,x,2.5,Bob,Ray,No\n"
    proposal = proposed((header + rows).encode(), "harvest_new.csv", TIMESHEETS)
    assert "Employee?" not in str(said(proposal)["columns"]["person"])
    (line,) = [line for line in proposal.yaml.splitlines() if line.strip().startswith("person:")]
    assert "# ?" in line and any(doubt.startswith("person:") for doubt in proposal.doubts)


def test_a_list_of_orders_in_french_fills_orders(tmp_path: Path) -> None:
    data = (
        "N° commande;Ligne;Code projet;Nature;Date commande;Montant HT;Devise;Fournisseur\r\n"
        "4500;10;PAY;Licence;31/01/2026;1.234,50;EUR;Acme\r\n"
        "4501;10;WEB;Service;15/02/2026;-20,00;EUR;Béta\r\n"
    ).encode("cp1252")
    proposal = proposed(data, "commandes.csv", LEDGER)
    layout = said(proposal)
    assert layout["table"] == "orders" and layout["csv"] == {"delimiter": ";", "encoding": "cp1252"}
    assert layout["columns"] == {
        "order_no": {"header": "N° commande"},
        "line_no": {"header": "Ligne"},
        "project": {"header": "Code projet"},
        "cost_category": {"header": "Nature"},
        "ordered_on": {"header": "Date commande", "format": "DD/MM/YYYY"},
        "amount": {"header": "Montant HT"},
        "currency": {"header": "Devise"},
        "vendor": {"header": "Fournisseur"},
    }
    (extract,) = read_by(proposal, data, "commandes.csv", LEDGER, tmp_path).extracts
    assert extract.columns["amount"] == [Decimal("1234.50"), Decimal("-20.00")] and not extract.faults


def test_a_date_that_reads_two_ways_is_a_doubt_and_not_a_choice() -> None:
    data = b"Employee,Project,Date,Hours\nann,PAY,03/04/2026,7.5\nbob,PAY,05/06/2026,8\n"
    proposal = proposed(data, "hours.csv", TIMESHEETS)
    (doubt,) = [doubt for doubt in proposal.doubts if doubt.startswith("work_date")]
    assert doubt == "work_date: these dates also read as MM/DD/YYYY"
    assert "# ? these dates also read as MM/DD/YYYY" in proposal.yaml


@pytest.mark.parametrize(
    ("amounts", "decimal"),
    [(("7.5", "8.25"), None), (("1.234,50", "2"), ","), (("1,234.50", "2"), ".")],
)
def test_a_decimal_mark_is_written_where_it_is_not_the_canonical_one(
    amounts: tuple[str, str], decimal: str | None
) -> None:
    lines = [f"V{n};PAY;6000;2026-01-05;{amount}" for n, amount in enumerate(amounts)]
    data = "\n".join(["Voucher;Project;Account;Date;Amount", *lines]).encode()
    proposal = proposed(data, "gl.csv", LEDGER)
    assert said(proposal).get("amount", {}).get("decimal") == decimal
    assert not any("decimal mark" in doubt for doubt in proposal.doubts)


def test_an_amount_that_reads_two_ways_is_a_doubt() -> None:
    data = (
        b"Voucher;Project;Account;Date;Amount\nV1;PAY;6000;2026-01-05;1.234\nV2;PAY;6000;2026-01-05;5.678\n"
    )
    (doubt,) = [doubt for doubt in proposed(data, "gl.csv", LEDGER).doubts if doubt.startswith("amount")]
    assert "the decimal mark can't be told" in doubt


def test_a_blank_label_is_filled_down_with_a_doubt_unless_cells_are_merged() -> None:
    data = b"Category,What,Jan-26,Feb-26,Mar-26\nLabour,x,1,2,3\n,y,1,2,4\n"
    proposal = proposed(data, "plan.csv", BUDGETS)
    assert said(proposal)["columns"]["cost_category"] == {"header": "Category", "fill_down": True}
    assert "cost_category: a blank cell is taken to mean what stands above it" in proposal.doubts


def test_debit_and_credit_are_a_balance() -> None:
    data = b"Voucher,Project,Account,Date,Debit,Credit\nV1,PAY,6000,2026-01-05,10.00,\nV2,PAY,6000,2026-01-06,,4.00\n"
    layout = said(proposed(data, "gl.csv", LEDGER))
    assert layout["table"] == "postings" and layout["amount"] == {"debit": "Debit", "credit": "Credit"}
    assert "amount" not in layout["columns"]


def test_words_of_a_status_wait_for_a_meaning() -> None:
    data = b"Employee,Project,Date,Hours,Status\nann,PAY,2026-04-03,7.5,approved\nbob,PAY,2026-04-04,8,signed off\n"
    layout = said(proposed(data, "hours.csv", TIMESHEETS))
    assert layout["columns"]["status"] == {"header": "Status", "words": {"signed off": "unknown"}}


def test_the_table_can_be_named() -> None:
    data = b"Employee,Month,Capacity hours\nann,2026-04,140\n"
    assert proposed(data, "team.csv", REGISTER).table == "capacity"
    assert proposed(data, "team.csv", REGISTER, table="demand").table == "demand"


def test_a_second_table_below_the_first_is_not_read_with_it() -> None:
    months = ["", "Jan-26", "Feb-26", "Mar-26"]
    data = workbook({"Plan": [months, ["Tax", 1, 2, 3], ["Total in", 1, 2, 3], months, ["Pay", 4, 5, 6]]})
    proposal = proposed(data, "plan.xlsx", BUDGETS)
    assert said(proposal)["rows"]["stop_at"] == "^Total in"
    assert any("row 4 is another header" in doubt for doubt in proposal.doubts)


@pytest.mark.parametrize("name", ["on.csv", "2026.csv", "a: b #c.csv", "é.csv"])
def test_whatever_a_file_is_called_the_proposal_is_yaml(name: str) -> None:
    data = b"Employee,Project,Date,\"Hours: #1 'x'\"\nann,PAY,2026-04-03,7.5\n"
    proposal = proposed(data, name, TIMESHEETS)
    assert list(yaml.safe_load(proposal.yaml)["layouts"]) == [proposal.name]


TEXTS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            "Jan-26",
            "Feb-26",
            "Total",
            "Category",
            "Project",
            "1,5",
            "(2)",
            "Balance",
            "%",
            "#REF!",
            "",
            "31/01/2026",
            "k€",
            "?",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(TEXTS, min_size=1, max_size=6), max_size=8),
    source=st.sampled_from([BUDGETS, LEDGER, TIMESHEETS, REGISTER]),
)
def test_any_cells_get_a_layout_that_is_one_or_a_reason(
    rows: list[list[str]], source: Sequence[Table]
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    try:
        proposal = proposed(text.getvalue().encode("utf-8", "replace"), "x.csv", source)
    except UnreadableFile:
        return
    assert parse_layouts(yaml.safe_load(proposal.yaml)["layouts"])


@pytest.mark.parametrize("data", [b"", b"just a sentence\n", b"1\n2\n3\n"])
def test_what_is_no_table_gets_no_layout(data: bytes) -> None:
    with pytest.raises(UnknownFile, match="header"):
        proposed(data, "x.csv", BUDGETS)


@real
def test_the_french_workbook() -> None:
    proposal = proposed((DATA / "budgets/budget_fr_nasty.xlsx").read_bytes(), "budget_fr_nasty.xlsx", BUDGETS)
    layout = said(proposal)
    assert layout["sheets"] == {"match": "^P-"} and layout["header"] == {"find": "Nature", "rows": 2}
    assert layout["columns"] == {
        "project": {"from": "sheet_name", "pattern": r"^(\S+)"},
        "version_no": {"value": 1},
        "cost_category": {"header": "Nature", "fill_down": True},
        "currency": {"value": "EUR"},
    }
    assert layout["periods"] == {"look": "date"}
    assert layout["amount"] == {
        "unit": "k€",
        "decimal": ",",
        "thousands": "space",
        "negative": ["minus", "parentheses"],
        "empty_words": ["-", "n/a"],
    }
    assert layout["rows"] == {"totals": ["^Sous-total"], "stop_at": "^TOTAL GENERAL"}
    assert layout["checks"] == {"column_totals": True, "row_total": "Total"}
    assert any("'P-1002 CRM' are far larger" in doubt for doubt in proposal.doubts)


@real
def test_the_french_workbook_reads_to_the_same_faults_as_by_a_layout_of_hand(tmp_path: Path) -> None:
    data = (DATA / "budgets/budget_fr_nasty.xlsx").read_bytes()
    proposal = proposed(data, "budget_fr_nasty.xlsx", BUDGETS)
    (extract,) = read_by(proposal, data, "budget_fr_nasty.xlsx", BUDGETS, tmp_path).extracts
    scaled = [(f"{column}7", "number_format") for column in "CDEFGH"]
    assert [(each.place, each.rule) for each in extract.faults] == [("F10", "error_cell"), *scaled]
    off = [control.place for control in extract.control_totals if control.is_off]
    assert off == ["E9", "I9", "H11", "I8"] and len(extract) == 22


@real
def test_the_cash_flow(tmp_path: Path) -> None:
    data = (DATA / "budgets/smungs/cashflows.xlsx").read_bytes()
    proposal = proposed(data, "cashflows.xlsx", BUDGETS)
    layout = said(proposal)
    assert layout["header"] == {"find": "TOTALS"} and layout["columns"]["cost_category"] == {"column": "B"}
    assert layout["periods"] == {"look": "month", "fiscal_year": {"starts": "2026-04"}}
    assert layout["rows"] == {"totals": ["^Total", "^Subtotal"], "leave_out": ["(?i)balance$"]}
    (extract,) = read_by(
        proposal, data, "cashflows.xlsx", BUDGETS, tmp_path, project="P", currency="USD"
    ).extracts
    off = {control.place: control.difference for control in extract.control_totals if control.is_off}
    assert off == {"AA44": Decimal(-3267), "AA45": Decimal(-3267)}
    assert len(extract) == 28 * 12 and not extract.faults and not extract.batch_faults


@real
@pytest.mark.parametrize(
    ("name", "find", "periods", "rows"),
    [
        (
            "phl/phl_qcmr_cash_FY14_Q4-pg-1.csv",
            "Total",
            {"look": "month", "fiscal_year": {"starts": "2013-07"}},
            96,
        ),
        (
            "phl/phl_qcmr_cash_FY14_Q4-pg-2.csv",
            "July 31",
            {"look": "month", "fiscal_year": {"starts": "2013-07"}},
            108,
        ),
        (
            "phl/phl_budget_in_brief_FY06.xlsx",
            "Category",
            {"look": "label", "match": r"^(FY|EX|GJ)\s?[0-9]{2,4}"},
            403,
        ),
        (
            "omb/omb_receipts.csv",
            "Account name",
            {"look": "year", "at": "start", "leave_out": ["^TQ$"]},
            13_983,
        ),
        (
            "smungs/toronto_transit.xlsx",
            "FARE MEDIA",
            {"look": "year", "at": "start", "leave_out": [r"^2015 \*$"]},
            0,
        ),
    ],
)
def test_real_budgets(name: str, find: str, periods: dict[str, object], rows: int, tmp_path: Path) -> None:
    data, file = (DATA / "budgets" / name).read_bytes(), Path(name).name
    proposal = proposed(data, file, BUDGETS)
    layout = said(proposal)
    assert (layout["header"]["find"], layout["periods"]) == (find, periods)
    reading = read_by(proposal, data, file, BUDGETS, tmp_path, project="P", currency="USD")
    (extract,) = reading.extracts
    assert not extract.batch_faults and (len(extract) == rows or not rows)
    assert "?" not in {value for column in extract.columns.values() for value in column}


@real
def test_lines_that_are_called_totals_are_asked_about() -> None:
    data = (DATA / "budgets/phl/phl_qcmr_cash_FY14_Q4-pg-1.csv").read_bytes()
    (doubt,) = [doubt for doubt in proposed(data, "cash.csv", BUDGETS).doubts if doubt.startswith("rows")]
    assert "is each of these a sum, and no line: Total Wage" in doubt


@real
def test_a_page_whose_columns_are_only_numbered_waits_for_the_period_and_the_column() -> None:
    data = (DATA / "budgets/phl/phl_qcmr_obligations_FY08_Q3-pg-1.csv").read_bytes()
    proposal = proposed(data, "obligations.csv", BUDGETS)
    layout = said(proposal)
    assert layout["header"] == {"find": "0"} and layout["columns"]["cost_category"] == {"header": "0"}
    assert layout["columns"]["amount"] == {"header": "1"}
    assert {"period", "amount", "project"} <= {doubt.split(":")[0] for doubt in proposal.doubts}


@real
@pytest.mark.parametrize(
    "path", sorted(DATA.rglob("*.xlsx")) + sorted(DATA.rglob("*.ods")), ids=lambda path: path.name
)
def test_every_sample_gets_a_layout_or_a_reason(path: Path) -> None:
    try:
        proposal = proposed(path.read_bytes(), path.name, BUDGETS)
    except UnreadableFile as error:
        assert path.name in str(error)
    else:
        assert parse_layouts(yaml.safe_load(proposal.yaml)["layouts"])
