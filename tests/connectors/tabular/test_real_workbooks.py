"""Workbooks as people made them. They are not part of the repository; without them these tests are skipped."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.budgets.tables import TABLES as BUDGETS
from connectors.errors import UnreadableFile
from connectors.tabular.cells import ErrorCell
from connectors.tabular.extract import TableExtract
from connectors.tabular.layout import parse_layouts
from connectors.tabular.reader import FileReading, read_file
from connectors.tabular.workbooks import open_workbook

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "budgets"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the sample workbooks are not at {DATA}")

FRENCH: dict[str, Any] = {
    "table": "budget_lines",
    "files": "inbox/budgets/*.xlsx",
    "sheets": {"match": "^P-"},
    "header": {"find": "Nature", "rows": 2},
    "columns": {
        "cost_category": {"header": "Nature", "fill_down": True},
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
CASH: dict[str, Any] = {
    "table": "budget_lines",
    "files": "inbox/budgets/cashflows.xlsx",
    "header": {"find": "TOTALS"},
    "columns": {
        "cost_category": {"header": "column B"},
        "project": {"value": "P-1"},
        "version_no": {"value": 1},
        "currency": {"value": "USD"},
    },
    "periods": {"look": "label", "match": "^(Jan|Feb|Mar|April|May|June|July|Aug|Sept|Oct|Nov|Dec)$"},
    "rows": {"totals": ["^Total", "^Subtotal"], "leave_out": ["Balance$"]},
    "checks": {"column_totals": True, "row_total": "TOTALS"},
}


def read(name: str, layout: dict[str, Any]) -> FileReading:
    path = DATA / name
    return read_file(
        path,
        relative=f"inbox/budgets/{path.name}",
        source="budgets",
        tables=BUDGETS,
        layouts=parse_layouts({"real": layout}),
    )


def test_the_french_budget_reads_to_its_faults_and_its_footing() -> None:
    (extract,) = read("budget_fr_nasty.xlsx", FRENCH).extracts
    assert Counter(extract.columns["project"]) == {"P-1001": 16, "P-1002": 6}
    assert [(f.place, f.rule, f.content) for f in extract.faults] == [("F10", "error_cell", "#REF!")]
    off = [control.place for control in extract.control_totals if control.is_off]
    assert off == ["E9", "I9", "H11", "I8"] and _cell(extract, "E8") == Decimal("-1234500")


def _cell(extract: TableExtract, place: str) -> Decimal:
    value = extract.columns["amount"][extract.places.index(place)]
    assert isinstance(value, Decimal)
    return value


def test_two_printed_totals_of_the_cash_flow_do_not_add_up_because_one_formula_is_missing() -> None:
    (extract,) = read("smungs/cashflows.xlsx", CASH).extracts
    off = {control.place: control.difference for control in extract.control_totals if control.is_off}
    assert off == {"AA44": Decimal(-3267), "AA45": Decimal(-3267)}
    assert len(extract) == 28 * 12 and not extract.faults and not extract.batch_faults


def test_every_error_of_excel_is_found() -> None:
    book = open_workbook((DATA / "calamine/errors.xlsx").read_bytes(), relative="errors.xlsx", notes=[])
    found = [row[0] for row in book.sheet("Feuil1").rows]
    texts = ["#DIV/0!", "#NAME?", "#VALUE!", "#NULL!", "#REF!", "#NUM!", "#N/A"]
    assert found == [ErrorCell(text) for text in texts]


def test_cells_keep_their_addresses_when_the_sheet_begins_in_the_middle() -> None:
    path = DATA / "calamine/temperature-in-middle.xlsx"
    rows = open_workbook(path.read_bytes(), relative=path.name, notes=[]).sheet("Sheet1").rows
    assert rows[3][1] == "label"


@pytest.mark.parametrize("name", ["pass_protected.xlsx", "pass_protected.ods"])
def test_a_password_is_said_to_be_one(name: str) -> None:
    with pytest.raises(UnreadableFile, match="password"):
        open_workbook((DATA / "calamine" / name).read_bytes(), relative=name, notes=[])


def test_every_workbook_opens_or_says_why_not() -> None:
    suffixes = {".xlsx", ".xls", ".ods"}
    paths = [path for path in sorted(DATA.rglob("*")) if path.suffix in suffixes and "pass_" not in path.name]
    for path in paths:
        book = open_workbook(path.read_bytes(), relative=path.name, notes=[])
        assert all(book.sheet(name).rows is not None for name in book.visible)
