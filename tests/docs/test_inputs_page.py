"""docs/inputs.md names the tables and columns that the connectors read, no more and no fewer."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from connectors.tabular.layout import parse_layouts
from connectors.tabular.tables import Table

PAGE = Path(__file__).resolve().parents[2] / "docs/inputs.md"
SOURCES = ("timesheets", "budgets", "ledger", "register", "reference")
TABLES = [
    pytest.param(table, id=f"{source}.{table.name}")
    for source in SOURCES
    for table in importlib.import_module(f"connectors.{source}.tables").TABLES
]


def documented(table: Table) -> list[str]:
    """The cells of the table's line on the page, in the section of its source."""
    folder = f"inbox/{table.source}/" if table.source != "reference" else "reference/"
    section = PAGE.read_text(encoding="utf-8").split(f"### {folder}\n")[1].split("\n#")[0]
    (line,) = [line for line in section.splitlines() if line.startswith(f"| `{table.name}` |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_documented_with_its_columns_in_their_order(table: Table) -> None:
    names = re.sub(r"\([^)]*\)", "", documented(table)[1])
    assert [name.strip(" *") for name in names.split(",")] == [column.name for column in table.columns]


@pytest.mark.parametrize("table", TABLES)
def test_a_required_column_is_bold(table: Table) -> None:
    bold = re.findall(r"\*\*(\w+)\*\*", documented(table)[1])
    assert tuple(bold) == table.required


@pytest.mark.parametrize("table", TABLES)
def test_the_words_of_a_choice_are_listed(table: Table) -> None:
    listed = re.findall(r"`([^`]+)`", documented(table)[1])
    words = [
        word
        for column in table.columns
        for word in (*column.choices, *([column.default] if column.default else []))
    ]
    assert listed == words


def test_the_layout_on_the_page_is_a_layout() -> None:
    import yaml

    block = re.search(r"```yaml\n(layouts:.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    assert set(parse_layouts(yaml.safe_load(block[1])["layouts"])) == {"budget_2026"}
