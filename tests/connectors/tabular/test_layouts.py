"""Layouts: months across the columns, totals, notes, values outside the rows, and mistakes in pmo.yaml."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.budgets.tables import TABLES as BUDGETS
from connectors.tabular.extract import TableExtract
from connectors.tabular.layout import Amount, Layout, LayoutError, matching_layouts, parse_layouts
from connectors.tabular.reader import FileReading
from connectors.tabular.unpivot import check_layout

Reader = Callable[..., FileReading]


def layout(**changes: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "table": "budget_lines",
        "files": "inbox/budgets/Budget_*.xlsx",
        "sheets": {"match": "^P-"},
        "header": {"find": "Cost category", "rows": 1},
        "columns": {
            "cost_category": {"header": "Cost category"},
            "wbs": {"header": "WBS", "optional": True},
            "project": {"from": "sheet_name", "pattern": "^(\\S+)"},
            "version_no": {"from": "cell", "cell": "B3"},
            "currency": {"value": "EUR"},
        },
        "periods": {"look": "yyyy-mm"},
        "amount": {"unit": "k€", "negative": ["minus", "parentheses"]},
        "rows": {"totals": ["^Total", "^Subtotal"], "leave_out": ["^Note"], "stop_at": "^TOTAL"},
        "checks": {"column_totals": True, "row_total": "Total", "tolerance": "0.00"},
    }
    return {"wide": entry | changes}


HEAD: list[list[Any]] = [
    ["Budget"],
    [],
    ["Version", 2],
    [],
    ["Cost category", "Owner", "2026-01", date(2026, 2, 1), "Total"],
]
BODY: list[list[Any]] = [
    ["Licences", "ann", 10.5, 0, 10.5],
    ["Travel", "bob", "", "(1.5)", -1.5],
    [],
    ["TOTAL", "", 10.5, -1.5, 9],
    ["Agreed in December"],
]


def wide(
    read_xlsx: Reader, body: list[list[Any]], *, head: list[list[Any]] = HEAD, **changes: Any
) -> FileReading:
    return read_xlsx("Budget_1.xlsx", {"P-1 ERP": head + body}, source="budgets", layouts=layout(**changes))


def only(reading: FileReading) -> TableExtract:
    (extract,) = reading.extracts
    return extract


def off(extract: TableExtract) -> list[tuple[str, Decimal, Decimal]]:
    return [
        (control.place, control.stated, control.read) for control in extract.control_totals if control.is_off
    ]


def test_each_filled_month_of_a_line_is_a_row_at_its_cell(read_xlsx: Reader) -> None:
    reading = wide(read_xlsx, BODY)
    extract = only(reading)
    assert reading.readers == ["layout:wide"] and not extract.faults and not extract.batch_faults
    assert extract.places == ["C6", "D6", "D7"] and extract.cell(0, "cost_category") == "A6"
    assert extract.columns["period"] == ["2026-01", "2026-02", "2026-02"]
    assert extract.columns["amount"] == [Decimal(10500), Decimal(0), Decimal(-1500)]
    assert {extract.columns[name][0] for name in ("project", "currency")} == {"P-1", "EUR"}
    assert extract.columns["version_no"] == [2, 2, 2] and extract.cell(0, "version_no") == "B3"
    assert extract.attributes[0] == '{"Owner": "ann"}'


def test_totals_and_what_stands_below_are_left_out_and_compared(read_xlsx: Reader) -> None:
    extract = only(wide(read_xlsx, BODY))
    assert [(left.place, left.amount) for left in extract.left_out] == [("A9:E9", None), ("A10:E10", None)]
    assert [control.place for control in extract.control_totals] == [
        "C9",
        "D9",
        "E9",
        "E6",
        "E7",
    ] and not off(extract)


def test_a_total_that_is_off_says_where_and_by_how_much(read_xlsx: Reader) -> None:
    body = [*BODY[:3], ["TOTAL", "", 10.4, -1.5, 9]]
    assert off(only(wide(read_xlsx, body))) == [("C9", Decimal(10400), Decimal(10500))]
    loose = {"column_totals": True, "tolerance": "0.1"}
    assert not off(only(wide(read_xlsx, body, checks=loose)))


def test_subtotals_sum_their_block_and_a_grand_total_all_of_them(read_xlsx: Reader) -> None:
    body = [
        ["Staff", "", 1, 2, 3],
        ["Subtotal people", "", 1, 2, 3],
        ["Cloud", "", 3, 4, 7],
        ["Travel", "", 1, 1, 2],
        ["Subtotal things", "", 4, 5, 9],
        ["Total", "", 5, 7, 12],
    ]
    extract = only(wide(read_xlsx, body))
    assert len(extract) == 6 and len(extract.control_totals) == 12 and not off(extract)


def test_a_bad_amount_faults_its_own_row_and_its_totals_are_not_compared(read_xlsx: Reader) -> None:
    body = [["Licences", "", "tbc", 2, 2], ["Travel", "", 1, 1, 2], ["TOTAL", "", 1, 3, 4]]
    extract = only(wide(read_xlsx, body))
    assert len(extract) == 4
    assert [(f.row, f.place, f.column, f.rule) for f in extract.faults] == [
        (0, "C6", "amount", "not_a_number")
    ]
    assert [control.place for control in extract.control_totals] == ["D8", "E7"]


def test_a_total_that_was_never_calculated_is_told_not_taken_for_nothing(read_xlsx: Reader) -> None:
    reading = wide(read_xlsx, [["Travel", "", 1, 1, 2], ["TOTAL", "", "=C6", 1, 2]])
    assert [control.place for control in only(reading).control_totals] == ["D7", "E7", "E6"]
    assert any("the total at C7 was not compared" in note for note in reading.notes)


def test_binary_noise_in_a_computed_total_is_no_difference(read_xlsx: Reader) -> None:
    noisy = reduce(operator.add, [1.1] * 300)
    lines = [[f"L{n}", "", 1.1, 2, 3.1] for n in range(300)]
    body = [*lines, ["TOTAL", "", noisy, 600, ""]]
    assert f"{noisy:.15g}" != "330"
    assert not off(only(wide(read_xlsx, body)))


def test_an_error_cell_in_a_label_faults_every_month_of_the_line(read_xlsx: Reader) -> None:
    extract = only(wide(read_xlsx, [["=A1", "", 1, 2, 3]]))
    assert [(f.place, f.rule) for f in extract.faults] == [("A6", "error_cell")] * 2


def test_a_line_repeated_in_its_block_is_left_out_and_no_longer_counts_as_read(read_xlsx: Reader) -> None:
    body = [["Staff", "x", 1, 2, 3], ["Staff", "x", 1, 2, 3], ["Staff", "y", 1, 2, 3], ["TOTAL", "", 3, 6, 9]]
    extract = only(wide(read_xlsx, body))
    assert len(extract) == 4 and [left.place for left in extract.left_out][1:] == ["C7", "D7"]
    assert [place for place, _, _ in off(extract)] == ["C9", "D9", "E9"]


def test_equal_lines_under_different_headings_are_two_lines(read_xlsx: Reader) -> None:
    body = [["Inside"], ["Staff", "", 1, 2, 3], ["Outside"], ["Staff", "", 1, 2, 3]]
    extract = only(wide(read_xlsx, body))
    assert len(extract) == 4
    assert [left.reason for left in extract.left_out] == ["no amount in any period"] * 2


def test_merged_two_row_headers_and_values_filled_down(read_xlsx: Reader) -> None:
    def merge(book: Any) -> None:
        book["P-1"].merge_cells("C1:D1")

    rows = [
        ["Nature", "Cost category", "Q1", "", "Total"],
        ["", "", "janv.-26", "Févr. 2026", ""],
        ["Inside", "Staff", "1 234,5", "", 1234.5],
        ["", "Cloud", 1, 2, 3],
    ]
    columns = {
        "cost_category": {"header": "Nature", "fill_down": True},
        "wbs": {"header": ["Line", "Cost category"]},
        "project": {"from": "sheet_name"},
        "version_no": {"value": 1},
        "currency": {"value": "eur"},
    }
    entry = layout(
        header={"find": "Nature", "rows": 2},
        columns=columns,
        periods={"look": "mmm-yy", "language": "fr"},
        amount={"decimal": ",", "thousands": "space"},
    )
    extract = only(read_xlsx("Budget_1.xlsx", {"P-1": rows}, source="budgets", layouts=entry, change=merge))
    assert not extract.batch_faults and not off(extract)
    assert extract.columns["cost_category"] == ["Inside"] * 3 and extract.columns["wbs"] == [
        "Staff",
        "Cloud",
        "Cloud",
    ]
    assert extract.columns["period"] == ["2026-01", "2026-01", "2026-02"]
    assert extract.cell(2, "cost_category") == "A3" and extract.columns["amount"][0] == Decimal("1234.5")


def test_sheets_are_projects_and_the_others_are_told(read_xlsx: Reader) -> None:
    sheets = {"P-1": HEAD + BODY, "P-2": HEAD + BODY, "Summary": [["x"]]}
    reading = read_xlsx("Budget_1.xlsx", sheets, source="budgets", layouts=layout())
    assert only(reading).columns["project"] == ["P-1"] * 3 + ["P-2"] * 3 and not only(reading).batch_faults
    assert any("'Summary' was not read" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("head", "rule", "said"),
    [
        ([["Category", "2026-01", "Total"]], "missing_header", "layouts.wide.header.find"),
        ([["Cost category", "2026-01"]], "missing_column", "layouts.wide.checks.row_total"),
        ([["Cost category", "January", "Total"]], "missing_column", "layouts.wide.periods"),
        ([["Cost category", "2026-01", "2026-01", "Total"]], "duplicate_period", "2026-01"),
        ([["Cost category", "2026-01", "2O26-02", "2026-03", "Total"]], "unknown_period", "'2O26-02' at C4"),
        ([["Cost category", "Cost category", "2026-01", "Total"]], "duplicate_column", "A4, B4"),
    ],
)
def test_a_header_that_does_not_fit_refuses_the_batch(
    read_xlsx: Reader, head: list[list[Any]], rule: str, said: str
) -> None:
    titles = [["Budget"], [], ["Version", 1]]
    extract = only(wide(read_xlsx, [["x", 1, 2, 3, 4]], head=titles + head))
    assert rule in [fault.rule for fault in extract.batch_faults] and len(extract) == 0
    assert any(said in fault.message and "P-1 ERP" in fault.message for fault in extract.batch_faults)


def test_a_shared_value_that_does_not_read_is_one_fault_of_the_batch(read_xlsx: Reader) -> None:
    head = [*HEAD[:2], ["Version", "two"], *HEAD[3:]]
    extract = only(wide(read_xlsx, BODY, head=head))
    (fault,) = extract.batch_faults
    assert not extract.faults
    assert (fault.rule, fault.place) == (
        "not_a_number",
        "B3",
    ) and "layouts.wide.columns.version_no" in fault.message


def test_no_sheet_of_that_name_refuses_the_batch(read_xlsx: Reader) -> None:
    reading = read_xlsx("Budget_1.xlsx", {"Q-1": BODY}, source="budgets", layouts=layout())
    assert [fault.rule for fault in only(reading).batch_faults] == ["missing_sheet"]


def test_a_layout_without_periods_renames_columns(read_csv: Reader) -> None:
    columns = {
        "project": {"header": "Projekt"},
        "version_no": {"value": 1},
        "cost_category": {"header": "Art"},
        "period": {"header": "Monat"},
        "amount": {"header": "Betrag"},
        "currency": {"value": "EUR"},
    }
    entry = {
        "de": {
            "table": "budget_lines",
            "files": "budgets/plan*.csv",
            "header": {"find": "Projekt"},
            "columns": columns,
            "amount": {"decimal": ",", "thousands": ".", "negative": ["trailing_minus"]},
            "replaces": "file",
        }
    }
    text = "Plan 2026\n\nProjekt;Art;Monat;Betrag\nP1;IT;2026-01;1.234,50-\nP1;IT;2026-02;1.23\n"
    extract = only(read_csv("plan.csv", text, source="budgets", layouts=entry))
    assert extract.columns["amount"] == [Decimal("-1234.50"), None] and extract.table.replaces == "file"
    assert [(f.place, f.rule) for f in extract.faults] == [("D5", "not_a_number")]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"tabel": "x"}, "layouts.wide.tabel"),
        ({"rows": {"totals": ["("]}}, "layouts.wide.rows.totals"),
        ({"amount": {"unit": "kilo"}}, "layouts.wide.amount.unit"),
        ({"periods": {"look": "mm/yy"}}, "layouts.wide.periods.look"),
        ({"columns": {"project": {"header": "P", "value": "x"}}}, "layouts.wide.columns.project"),
        ({"columns": {"project": {"from": "cell"}}}, "layouts.wide.columns.project"),
        ({"table": "budget_line"}, "layouts.wide.table.*Did you mean 'budget_lines'"),
        ({"table": "budget_versions"}, "layouts.wide.columns.cost_category"),
        ({"columns": {"projekt": {"value": "x"}}}, "layouts.wide.columns.projekt.*'project'"),
        ({"columns": {"project": {"value": "x"}}}, "layouts.wide.columns: budget_lines needs 'version_no'"),
        ({"amount": {"column": "amout"}}, "layouts.wide.amount.column"),
        ({"replaces": "key"}, "layouts.wide.replaces"),
    ],
)
def test_a_mistake_in_a_layout_names_its_key(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(LayoutError, match=key):
        check_layout("wide", parse_layouts(layout(**changes))["wide"], source="budgets", tables=BUDGETS)


def test_two_layouts_may_not_fill_one_table_from_one_file(read_xlsx: Reader) -> None:
    twice = layout() | {"other": layout()["wide"]}
    with pytest.raises(LayoutError, match=r"layouts\.wide and layouts\.other both fill budget_lines"):
        read_xlsx("Budget_1.xlsx", {"P-1": HEAD + BODY}, source="budgets", layouts=twice)


def test_a_layout_claims_files_by_their_path_below_the_home() -> None:
    layouts: dict[str, Layout] = parse_layouts(layout())
    assert matching_layouts("inbox/budgets/Budget_Été.xlsx", layouts) == ["wide"]
    assert matching_layouts("inbox/ledger/Budget_1.xlsx", layouts) == []


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("one", 1), ("k€", 1000), ("kEUR", 1000), ("M€", 10**6), ("MXN", 1), ("thousands", 1000)],
)
def test_units(unit: str, factor: int) -> None:
    assert Amount(unit=unit).factor == factor


AMOUNTS = st.sampled_from([None, 0, 1.5, -2, "x", "(3)", "=A1"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["Staff", "Cloud", "Note 1", "Total"]), AMOUNTS, AMOUNTS), max_size=8)
)
def test_every_filled_cell_of_a_line_is_a_row_or_a_left_out_one(
    read_xlsx: Reader, rows: list[tuple[str, Any, Any]]
) -> None:
    extract = only(wide(read_xlsx, [[label, "", first, second, ""] for label, first, second in rows]))
    expected = 0
    for label, *amounts in rows:
        filled = sum(1 for amount in amounts if amount is not None)
        expected += filled if label in ("Staff", "Cloud") and filled else 1
    assert expected == len(extract) + len(extract.left_out)
