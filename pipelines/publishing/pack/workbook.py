"""The pack as a workbook: a sheet by subject, numbers as numbers, and beside what is absent a column with the reason.

Values only, no formula; the same release gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pipelines.publishing.pack.contents import Contents
from pipelines.publishing.pack.glossary import glossary
from pipelines.publishing.pack.tables import Column, Kind, Row, Table
from pipelines.spreadsheets import writable

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_FORMATS: Final[dict[Kind, str]] = {
    "amount": "#,##0.00;[Red]-#,##0.00",
    "ratio": "0.000",
    "percent": "0.0%",
    "number": "#,##0",
    "hours": "#,##0.00",
    "days": "#,##0",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_STAMP: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def workbook(contents: Contents) -> bytes:
    """The .xlsx file."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "pmo-warehouse"
    book.properties.title = (
        f"{contents.scope.title}, {contents.facts['organisation']}, as of {contents.facts['as_of']}"
    )
    sheets = _sheets(contents)
    for title, tables in sheets:
        _write(book, title, tables, contents)
    _write_definitions(book, contents, [table for _, tables in sheets for table in tables])
    held = io.BytesIO()
    book.save(held)
    return _without_clock(held.getvalue(), contents.facts["known_at"])


def _sheets(contents: Contents) -> list[tuple[str, Sequence[Table]]]:
    """Title and tables of each sheet. Finance reads money and its reconciliation first."""
    portfolio = ("Portfolio", [contents.status])
    money = [("Position", [contents.category]), ("Movement", [contents.movement])]
    ties = ("Reconciliation", [contents.reconciliation])
    steering = [
        ("Changes", [contents.changes]),
        ("EVM", [contents.evm_over_time]),
        ("Milestones", [contents.milestones]),
        ("Risks", [contents.risks]),
        ("Exposure", [contents.exposure]),
        ("Capacity", [contents.capacity]),
        ("Dependencies", [contents.dependencies]),
        ("Decisions", [contents.decisions]),
        ("Benefits", [contents.benefits]),
        ("Rules", [contents.rules]),
        ("Sources", [contents.sources]),
        *([("Quality", [contents.findings])] if contents.scope.is_whole else []),
    ]
    if contents.scope.is_finance:
        return [*money, ties, portfolio, *steering]
    return [portfolio, *money, *steering]


def _write(book: Workbook, title: str, tables: Sequence[Table], contents: Contents) -> None:
    """One sheet: header, rows, filter over all of them."""
    (table,) = tables
    columns = _with_reasons(table)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "C2" if _names_projects(table) else "A2"
    _set_widths(sheet, columns, table.rows)
    sheet.append([_cell(sheet, label, "text", is_heading=True) for _, label, _ in columns])
    for row in table.rows:
        sheet.append([_cell(sheet, row.get(name), kind) for name, _, kind in columns])
    if not table.rows:
        sheet.append([_cell(sheet, table.empty, "text")])
    from openpyxl.utils import get_column_letter

    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(len(table.rows), 1) + 1}"
    sheet.oddFooter.left.text = f"{contents.facts['organisation']}, as of {contents.facts['as_of']}".replace(
        "&", "&&"
    )
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.print_title_rows = "1:1"


def _names_projects(table: Table) -> bool:
    return [column.name for column in table.columns[:2]] == ["project_code", "project_name"]


def _with_reasons(table: Table) -> list[tuple[str, str, Kind]]:
    """Name, heading and unit of each column; one for the reason follows those in which anything is absent."""
    found: list[tuple[str, str, Kind]] = []
    for column in table.columns:
        found.append((column.name, column.label, column.kind))
        if any(row.get(column.name) is None and row.get(column.reason_name) for row in table.rows):
            found.append((column.reason_name, f"{column.label}: why absent", "text"))
    return list(dict.fromkeys(found))


def _set_widths(
    sheet: WriteOnlyWorksheet, columns: Sequence[tuple[str, str, Kind]], rows: Sequence[Row]
) -> None:
    from openpyxl.utils import get_column_letter

    for index, (name, label, kind) in enumerate(columns, start=1):
        texts = [str(row.get(name) or "") for row in rows[:200]]
        longest = max([len(label) + 3, *(len(text) for text in texts)], default=8)
        floor = 13 if kind in ("amount", "date") else 17 if kind == "moment" else 8
        sheet.column_dimensions[get_column_letter(index)].width = min(max(longest + 1, floor), 60)


def _cell(sheet: WriteOnlyWorksheet, value: object, kind: Kind, *, is_heading: bool = False) -> object:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = WriteOnlyCell(sheet, value=writable(value))
    if isinstance(value, str):
        cell.data_type = "s"
    elif (
        isinstance(value, (int, Decimal, date, datetime)) and not isinstance(value, bool) and kind in _FORMATS
    ):
        cell.number_format = _FORMATS[kind]
    if is_heading:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F2933")
        cell.alignment = Alignment(vertical="center")
    return cell


def _write_definitions(book: Workbook, contents: Contents, tables: Iterable[Table]) -> None:
    """The last sheet: the release, what has to be known of it, and what each column means."""
    columns: list[Column] = [column for table in tables for column in table.columns]
    sheet = book.create_sheet("Definitions")
    for letter, width in zip("ABCD", (34, 26, 26, 110), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    heading = ("Heading", "Table", "Column", "Definition")
    sheet.append([_cell(sheet, text, "text", is_heading=True) for text in heading])
    facts = contents.facts
    about: list[tuple[str, Any]] = [
        ("As of", f"{facts['as_of']}"),
        ("Known at (UTC)", f"{facts['known_at']:%Y-%m-%d %H:%M}"),
        ("Release", facts["release_id"]),
        ("Currency", facts["currency"]),
        *(("To be known", notice.text) for notice in contents.notices),
    ]
    for name, text in about:
        sheet.append([_cell(sheet, value, "text") for value in (name, "release_info", None, text)])
    for term in glossary(contents.definitions, columns):
        said = f"{term.text} {term.absent}".strip()
        sheet.append([_cell(sheet, value, "text") for value in (term.labels, term.mart, term.name, said)])


def _without_clock(content: bytes, moment: datetime) -> bytes:
    """The file with the release's own moment where the clock stood, in the properties and in the archive."""
    stamp = rb"\g<1>" + f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(held, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "docProps/core.xml":
                part = _STAMP.sub(stamp, part)
            entry = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            after.writestr(entry, part)
    return held.getvalue()
