"""docs/preview.md shows what the commands print: each is run, in the page's order, with the page's own edits."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from pipelines.cli import pmo

PAGE = Path(__file__).resolve().parents[2] / "docs/preview.md"
WORKBOOK = "Spend_plan_2026.xlsx"


def write_example(folder: Path) -> None:
    """The workbook that the page walks through."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Plan"
    for row in (
        ["Falcon: spend plan 2026 (amounts in k€)"],
        ["Version", 2],
        [],
        ["Cost type", "What for", "Jan-26", "Feb-26", "Mar-26", "Total"],
        ["Labour", "Project office", 12.5, 12.5, 12.5, 37.5],
        [None, "Developers", 30, 30, "(4.5)", 55.5],
        [None, "Subtotal labour", 42.5, 42.5, 8, 93],
        ["Licences", "Database", "n/a", 6, "about 7", None],
        ["Note: without travel"],
    ):
        sheet.append(row)
    sheet.merge_cells("A5:A6")
    book.save(folder / WORKBOOK)


def blocks() -> Iterator[tuple[str, str]]:
    """The page's code blocks in order, each with its language."""
    for match in re.finditer(
        r"^```(\w+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        yield match[1], match[2]


def edit(file: Path, change: str) -> None:
    """Replaces the lines of a diff that begin with `-` by those that begin with `+`."""
    old = "".join(line[1:] for line in change.splitlines(keepends=True) if line.startswith("-"))
    new = "".join(line[1:] for line in change.splitlines(keepends=True) if line.startswith("+"))
    text = file.read_text(encoding="utf-8")
    assert old and old in text, old
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_page_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PMO_HOME", raising=False)
    write_example(tmp_path)
    run = 0
    for language, text in blocks():
        if language == "diff":
            edit(tmp_path / "spend.yml", text)
        elif text.startswith("$ pmo preview"):
            command, _, shown = text.partition("\n")
            result = CliRunner().invoke(pmo, shlex.split(command.removeprefix("$ pmo ")), prog_name="pmo")
            assert result.output.rstrip() == shown.rstrip()
            run += 1
    assert run == 2
