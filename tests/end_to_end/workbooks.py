"""Workbooks for the end-to-end tests: one canonical, one as budget controllers lay them out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from tests.end_to_end.homes import PmoHome, Row

MONTHS = ("2026-01", "2026-02", "2026-03")
WIDE_SETTINGS = r"""
layouts:
  budget_2026:
    table: budget_lines
    files: "inbox/budgets/Budget_*.xlsx"
    sheets: {match: "^P-"}
    header: {find: "Cost category"}
    columns:
      cost_category: {header: "Cost category"}
      project: {from: sheet_name, pattern: "^P-(\\S+)"}
      version_no: {from: cell, cell: B3}
      currency: {value: EUR}
    periods: {look: "yyyy-mm"}
    amount: {unit: k€, negative: [minus, parentheses]}
    rows: {totals: ["^Total"], leave_out: ["^Note"]}
    checks: {column_totals: true, row_total: "Total"}
"""


def write_wide_workbook(
    home: PmoHome,
    lines: dict[str, Sequence[str]],
    *,
    version_no: int = 1,
    stated: dict[str, str] | None = None,
) -> Path:
    """Write `inbox/budgets/Budget_2026.xlsx`: months across, thousands, a total row and column, a note.

    Category, three months and the total stand in A to E; the header in row 5, the first line in row 6, the
    totals below the last line. `stated` overrides cells afterwards, as a hand that forgets to add up again.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "P-PAY Payments"
    sheet.append(["Budget 2026, in k€"])
    sheet.append([])
    sheet.append(["Version", version_no])
    sheet.append([])
    sheet.append(["Cost category", *MONTHS, "Total"])
    for category, amounts in lines.items():
        sheet.append([category, *map(float, amounts), float(sum(map(Decimal, amounts)))])
    months = [sum(map(Decimal, month)) for month in zip(*lines.values(), strict=True)]
    sheet.append(["Total", *map(float, months), float(sum(months))])
    sheet.append(["Note: reviewed by finance"])
    for cell, amount in (stated or {}).items():
        sheet[cell] = float(amount)
    path = home.root / "inbox/budgets/Budget_2026.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def write_workbook(home: PmoHome, relative: str, rows: Sequence[Row]) -> Path:
    """Write `rows` under their names into the one sheet of a workbook below the home; amounts as numbers."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    header = list(rows[0])
    sheet.append(header)
    for row in rows:
        sheet.append([float(str(row[name])) if name == "amount" else row[name] for name in header])
    path = home.root / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
