"""docs/register.md explains each table and column of the register in the words of the workbook's notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.register.meanings import TableMeaning, meanings

PAGE = (Path(__file__).resolve().parents[2] / "docs/register.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("table", "meaning"), meanings().items(), ids=list(meanings()))
def test_a_table_is_explained_as_in_the_workbook(table: str, meaning: TableMeaning) -> None:
    section = PAGE.split(f"\n## {table}\n")[1].split("\n## ")[0]
    assert meaning.says in section
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    assert lines == [f"| `{name}` | {each.says} | {each.example} |" for name, each in meaning.columns.items()]


def test_the_page_has_no_other_table() -> None:
    assert [line.removeprefix("## ") for line in PAGE.splitlines() if line.startswith("## ")] == list(
        meanings()
    )
