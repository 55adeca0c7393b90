"""Texts that a spreadsheet program would run, in the files that people open there."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from pipelines import spreadsheets
from pipelines.spreadsheets import Sheet, TooManyRows, as_text, keep_texts, write_csv, write_workbook

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "-",
        "=HYPERLINK(1)",
        "--5",
    ],
)
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", ["-12.50", "+3", "-1e-7", "-.5", "ann", "", "a=b", -3, Decimal("-1.5"), None, True]
)
def test_numbers_and_plain_texts_stay(value: object) -> None:
    assert as_text(value) is value


def test_a_written_csv_holds_no_formula_not_even_in_its_header(tmp_path: Path) -> None:
    path = tmp_path / "reports/people.csv"
    write_csv(
        path,
        ["=name", "amount"],
        [{"=name": "=1+1", "amount": Decimal("-2.50")}, {"=name": None, "amount": 1}],
    )
    with path.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [["'=name", "amount"], ["'=1+1", "-2.50"], ["", "1"]]


def test_a_written_workbook_holds_the_text_itself(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "=1+1"
    keep_texts(book)
    book.save(tmp_path / "book.xlsx")
    cell = load_workbook(tmp_path / "book.xlsx").worksheets[0]["A1"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_csv_and_workbooks_are_written_in_these_places_only() -> None:
    """Elsewhere a text could become a formula; who writes such a file uses `pipelines.spreadsheets`."""
    writes = re.compile(
        r"csv\.(?:writer|DictWriter)|\.to_csv\(|\.to_excel\(|write_csv\([^)]*arrow|format csv|xlsxwriter|\.save\("
    )
    files = [path for folder in ("connectors", "pipelines", "demo") for path in (ROOT / folder).rglob("*.py")]
    found = {str(path.relative_to(ROOT)) for path in files if writes.search(path.read_text(encoding="utf-8"))}
    assert found == {
        "pipelines/spreadsheets.py",
        "demo/files.py",
        "pipelines/commands/init.py",
        # Each value of the pack passes through `spreadsheets.writable`; rows for Postgres are no spreadsheet's.
        "pipelines/publishing/pack/workbook.py",
        "pipelines/publishing/postgres_rows.py",
    }


def test_a_workbook_made_of_sheets_has_values_only(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    lines = [["=1+1", Decimal("-2.50"), True], ["bell\x07", None, 3]]
    write_workbook(path, [Sheet("first", ["=name", "amount", "yes"], lines), Sheet("empty", ["none"], [])])
    book = load_workbook(path)
    cells = [[cell.value for cell in row] for row in book["first"].iter_rows()]
    assert cells == [["=name", "amount", "yes"], ["=1+1", -2.5, "yes"], ["bell ", None, 3]]
    assert {cell.data_type for row in book["first"].iter_rows() for cell in row} <= {"s", "n"}
    assert book.sheetnames == ["first", "empty"]


def test_a_sheet_that_cannot_hold_its_rows_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "_ROWS_OF_A_SHEET", 2)
    with pytest.raises(TooManyRows, match="long would have 2 rows; a workbook holds 1"):
        write_workbook(tmp_path / "book.xlsx", [Sheet("long", ["a"], [[1], [2]])])
    assert not (tmp_path / "book.xlsx").exists()
