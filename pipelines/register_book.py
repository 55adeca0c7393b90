"""The register workbook: a sheet a table of the register, ready to be filled in where it lies.

    inbox/register/register.xlsx    Read me | projects | progress | milestones | …

Here: making it, empty or with rows. It is read like any other workbook whose sheets are named after tables; a sheet
that nobody has filled in brings nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from connectors.register.meanings import Meaning, meanings
from connectors.register.tables import TABLES
from connectors.tabular.reader import READ_ME
from connectors.tabular.tables import Column, Kind, Table

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

REGISTER_BOOK: Final = "register.xlsx"
"""Its name in `inbox/register/`."""

_LAST_ROW: Final = 5000
_PERCENT: Final = "0.0%"
_FORMATS: Final[Mapping[Kind, str]] = {
    "text": "@",
    "choice": "@",
    "period": "@",
    "boolean": "@",
    "money": "#,##0.00",
    "hours": "#,##0.00",
    "date": "yyyy-mm-dd",
    "timestamp": "yyyy-mm-dd hh:mm",
}
_INTRODUCTION: Final = (
    "The register",
    "What the PMO writes down about its projects besides money and time: a sheet for each table, a row for each thing.",
    "",
    "Fill in the sheets that you have something for and save the file where it lies, in inbox/register/. A sheet that "
    "you leave empty brings nothing.",
    "A header in bold on blue is required; the others may stay blank. The note on a header says what belongs "
    "there, with an example.",
    "Add columns of your own to the right: they are kept beside the row. Names of sheets and headers stay as they are.",
    "Percentages are cells shown with a percent sign: 30 % means 30 %, in probability as in percent_complete.",
    "A file says everything it says at once: a row that you delete here is gone after the next `pmo refresh`.",
    "`pmo preview inbox/register/register.xlsx` shows how it is read before anything lands.",
)


def register_book(rows: Mapping[str, Sequence[Mapping[str, object]]] | None = None) -> Workbook:
    """The workbook, with `rows` by table where some are given; shares are fractions (0.45 is shown as 45.0%).

    Raises KeyError where `rows` name a table or a column that the register does not have.
    """
    from openpyxl import Workbook

    given = dict(rows or {})
    book = Workbook()
    _add_read_me(book)
    for table in TABLES:
        _add_sheet(book, table, given.pop(table.name, ()))
    if given:
        raise KeyError(f"the register has no table {', '.join(given)}")
    return book


def _add_read_me(book: Workbook) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.active
    sheet.title = READ_ME
    for line in _INTRODUCTION:
        sheet.append([line])
    sheet.append([])
    first = sheet.max_row + 1
    for table in TABLES:
        sheet.append([f"{table.name}: {meanings()[table.name].says}"])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 110
    for row in range(2, first + len(TABLES)):
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")


def _add_sheet(book: Workbook, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    sheet = book.create_sheet(table.name)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, start=1):
        _add_column(sheet, number, column, meanings()[table.name].columns[column.name])
    for row_number, row in enumerate(rows, start=2):
        for name, value in row.items():
            column = table.column(name)
            cell = sheet.cell(row_number, table.columns.index(column) + 1, _stored(value))
            cell.number_format = _format(column)


def _add_column(sheet: Worksheet, number: int, column: Column, meaning: Meaning) -> None:
    """Its header with a note, its width, and what its cells look like and accept."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(number)
    header = sheet.cell(1, number, column.name)
    header.font = Font(bold=column.required)
    header.fill = PatternFill("solid", fgColor="BDD7EE" if column.required else "EDEDED")
    header.comment = Comment(_note(column, meaning), "pmo init", width=260, height=120)
    dimension = sheet.column_dimensions[letter]
    dimension.width = max(len(column.name), len(meaning.example), 10) + 3
    dimension.number_format = _format(column)
    accepted = _accepted(column)
    if accepted is not None:
        accepted.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.add_data_validation(accepted)


def _note(column: Column, meaning: Meaning) -> str:
    choices = f"\nOne of: {', '.join(column.choices)}." if column.choices else ""
    blank = "Required." if column.required else "May stay blank."
    return f"{meaning.says}.{choices}\nExample: {meaning.example}\n{blank}"


def _format(column: Column) -> str:
    return _PERCENT if column.whole is not None else _FORMATS.get(column.kind, "General")


def _accepted(column: Column) -> DataValidation | None:
    """What a spreadsheet program lets be typed there; it has no say over what is pasted."""
    from openpyxl.worksheet.datavalidation import DataValidation

    def only(error: str, **rule: Any) -> DataValidation:
        return DataValidation(
            allow_blank=True, showErrorMessage=True, errorTitle=column.name, error=error, **rule
        )

    if column.choices:
        return only("Choose one of the list.", type="list", formula1=f'"{",".join(column.choices)}"')
    if column.kind == "boolean":
        return only("Write yes or no.", type="list", formula1='"yes,no"')
    if column.whole is not None:
        return only("Between 0 % and 100 %.", type="decimal", operator="between", formula1="0", formula2="1")
    if column.kind in ("date", "timestamp"):
        said = "Write a date, such as 2026-01-31."
        return only(said, type="date", operator="greaterThan", formula1="32874")  # 1990-01-01
    if column.kind in ("money", "hours", "number", "rate", "integer"):
        bounds = {"formula1": "-1E+15", "formula2": "1E+15"}
        return only("Write a number.", type="decimal", operator="between", **bounds)
    if column.name == "currency":
        return only("Three letters, such as EUR.", type="textLength", operator="equal", formula1="3")
    return None


def _stored(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
