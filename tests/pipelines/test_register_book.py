"""The register workbook: a sheet a table, each column explained, and what is typed there is read as it is shown."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from connectors.register.meanings import meanings
from connectors.register.tables import TABLES
from connectors.tabular.cells import parser_of
from connectors.tabular.reader import FileReading, read_file
from connectors.tabular.tables import Column, Table
from pipelines.commands.init import write_form
from pipelines.register_book import register_book

tables = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def read(path: Path) -> FileReading:
    return read_file(
        path, relative="inbox/register/register.xlsx", source="register", tables=TABLES, layouts={}
    )


def example(table: Table, column: Column) -> object:
    """The example as a person types it into the cell that the form has for it."""
    text = meanings()[table.name].columns[column.name].example
    if column.whole is not None:
        return Decimal(text.removesuffix("%").strip()) / 100
    if column.kind == "date":
        return date.fromisoformat(text)
    if column.kind == "timestamp":
        return datetime.fromisoformat(text)
    return Decimal(text) if column.kind in ("money", "number", "hours") else text


@tables
def test_every_column_is_explained(table: Table) -> None:
    explained = meanings()[table.name]
    assert list(explained.columns) == [column.name for column in table.columns]
    assert re.search(r"One row per [^.;]+[.;]", explained.says)


def test_only_tables_that_there_are_are_explained() -> None:
    assert list(meanings()) == [table.name for table in TABLES]


@tables
def test_every_example_can_be_read_as_it_is_written(table: Table) -> None:
    for column in table.columns:
        text = meanings()[table.name].columns[column.name].example
        assert not hasattr(parser_of(column)(text), "rule"), (column.name, text)


def test_the_examples_of_every_table_are_a_row_of_the_form(tmp_path: Path) -> None:
    rows = {
        table.name: [{column.name: example(table, column) for column in table.columns}] for table in TABLES
    }
    register_book(rows).save(tmp_path / "register.xlsx")
    reading = read(tmp_path / "register.xlsx")
    assert not reading.notes
    assert [(extract.table.name, len(extract)) for extract in reading.extracts] == [
        (table.name, 1) for table in TABLES
    ]
    assert not [extract.faults + extract.batch_faults for extract in reading.extracts if extract.faults]
    by_name = {extract.table.name: extract for extract in reading.extracts}
    assert by_name["progress"].columns["percent_complete"] == [Decimal(45)]
    assert by_name["risks"].columns["probability"] == [Decimal("0.3")]


def test_what_belongs_in_a_column_stands_on_its_header(tmp_path: Path) -> None:
    write_form(tmp_path / "register.xlsx")
    sheet = load_workbook(tmp_path / "register.xlsx")["risks"]
    headers = {cell.value: cell for cell in sheet[1]}
    assert {name for name, cell in headers.items() if cell.font.bold} == {
        "project",
        "risk",
        "probability",
        "impact",
        "currency",
    }
    assert "30 % or 0.3" in headers["probability"].comment.text
    assert sheet.freeze_panes == "A2"
    formats = {
        name: sheet.column_dimensions[cell.column_letter].number_format for name, cell in headers.items()
    }
    assert (formats["probability"], formats["reported_on"], formats["risk"]) == ("0.0%", "yyyy-mm-dd", "@")
    (choices,) = [each for each in sheet.data_validations.dataValidation if each.type == "list"]
    assert choices.formula1 == '"threat,opportunity"'


def test_a_form_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "register.xlsx").write_bytes(b"mine")
    write_form(tmp_path / "register.xlsx")
    assert (tmp_path / "register.xlsx").read_bytes() == b"mine"


def test_a_table_that_there_is_not_is_named() -> None:
    with pytest.raises(KeyError, match="riscs"):
        register_book({"riscs": []})
