"""docs/files.md has every key of a layout and every known export, no more and no fewer, and its examples are right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from connectors.tabular import layout
from connectors.tabular.formats import FORMAT_SOURCES, all_formats_as_written, known_formats

PAGE = (Path(__file__).resolve().parents[2] / "docs/files.md").read_text(encoding="utf-8")
MODELS: dict[str, tuple[type[BaseModel], dict[str, Any]]] = {
    "The layout": (
        layout.Layout,
        {"table": "t", "files": "*", "header": {"find": "x"}, "columns": {"project": {"value": "P"}}},
    ),
    "`csv`": (layout.Csv, {}),
    "`sheets`": (layout.Sheets, {}),
    "`header`": (layout.Header, {"find": "x"}),
    "`columns`": (layout.ColumnFrom, {}),
    "`unit`": (layout.Unit, {"header": "x", "hours_each": {}}),
    "`periods`": (layout.Periods, {}),
    "`fiscal_year`": (layout.FiscalYear, {}),
    "`amount`": (layout.Amount, {}),
    "`signs`": (layout.Signs, {"header": "x", "plus": "D", "minus": "C"}),
    "`rows`": (layout.Rows, {}),
    "`checks`": (layout.Checks, {}),
}
ORIGINS = {"header", "column", "join", "first_of", "from", "value"}


def rows(section: str) -> list[list[str]]:
    """The cells of the table under a heading, without its first two lines."""
    text = PAGE.split(f"\n### {section}\n")[1].split("\n#")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines
    ]


@pytest.mark.parametrize("section", MODELS)
def test_the_keys_on_the_page_are_those_of_the_grammar(section: str) -> None:
    model, _ = MODELS[section]
    keys = [field.alias or name for name, field in model.model_fields.items()]
    assert sorted(cells[0].strip("`") for cells in rows(section)) == sorted(keys)


@pytest.mark.parametrize("section", MODELS)
def test_the_examples_are_of_their_key_and_are_taken(section: str) -> None:
    model, base = MODELS[section]
    for key, example, _ in rows(section):
        given = yaml.safe_load(example.strip("`"))
        assert key.strip("`") in given
        needed = {"header": "x"} if model is layout.ColumnFrom and not ORIGINS & set(given) else {}
        model.model_validate(base | needed | given)


def test_no_model_of_the_grammar_is_missing() -> None:
    known = {
        each
        for each in vars(layout).values()
        if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == layout.__name__
    }
    documented = {model for model, _ in MODELS.values()}
    assert {each.__name__ for each in known - documented if not each.__name__.startswith("_")} == set()


def test_every_known_export_is_on_the_page_with_what_it_is_recognised_by() -> None:
    text = PAGE.split("## Known exports\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    said = {
        cells[1].strip(" `"): set(re.findall(r"`([^`]+)`", cells[2]))
        for cells in (li.split("|") for li in lines)
    }
    formats = {name: entry for source in FORMAT_SOURCES for name, entry in known_formats(source).items()}
    assert said == {name: set(entry.recognise) for name, entry in formats.items()}


def test_the_layouts_on_the_page_are_layouts() -> None:
    for block in re.findall(r"```yaml\n(layouts:.*?)```", PAGE, re.DOTALL):
        layout.parse_layouts(yaml.safe_load(block)["layouts"], all_formats_as_written())
