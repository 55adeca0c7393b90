"""README and docs/: links lead somewhere, and commands, tables, columns and settings are those that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.cli import COMMANDS
from pipelines.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
MODELS = {path.stem for path in (REPOSITORY / "dbt_project/models/marts").rglob("*.sql")}
COLUMNS = {
    name
    for path in (REPOSITORY / "dbt_project/models/marts").rglob("*.yml")
    for name in re.findall(r"- name: (\w+)", path.read_text(encoding="utf-8"))
}
PROTECTED = {
    path.stem
    for path in (REPOSITORY / "dbt_project/models/marts").rglob("*.yml")
    if re.search(r"access: (protected|private)", path.read_text(encoding="utf-8"))
}

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def headings(page: Path) -> set[str]:
    found = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in found}


@pages
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text(page)):
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), target
        assert not anchor or anchor in headings(linked), target


@pages
def test_every_command_exists(page: Path) -> None:
    named = set(re.findall(r"`(?:\.venv/bin/)?pmo ([a-z]+)", text(page)))
    assert named <= set(COMMANDS)


@pages
def test_every_table_exists(page: Path) -> None:
    named = set(re.findall(r"\b((?:mart|fct|dim|xwalk)_[a-z_]+[a-z])\b", text(page)))
    assert named <= MODELS | COLUMNS


def test_the_readme_lists_every_public_table() -> None:
    section = text(REPOSITORY / "README.md").split("## The tables")[1].split("\n## ")[0]
    assert set(re.findall(r"`((?:mart|fct|dim|xwalk|release)_[a-z_]+)`", section)) == MODELS - PROTECTED


def test_the_operators_page_explains_only_settings_that_exist() -> None:
    section = text(REPOSITORY / "docs/operator.md").split("## pmo.yaml")[1].split("\n## ")[0]
    first_cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    named = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    assert named <= set(Settings.model_fields)
    assert len(named) > 10


def test_the_measures_of_the_finance_page_are_columns_of_the_position() -> None:
    section = text(REPOSITORY / "docs/finance.md").split("## The measures")[1].split("\n## ")[0]
    first_cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    named = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    model = REPOSITORY / "dbt_project/models/marts/finance/mart_budget_position.yml"
    assert named <= set(re.findall(r"- name: (\w+)", text(model)))
