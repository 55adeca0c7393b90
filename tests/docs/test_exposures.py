"""What an exposure says that a reader depends on is what the reader's code names: no more, no less."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pipelines.publishing.swapping import RUN_FACTS

REPOSITORY = Path(__file__).parents[2]
MODELS = REPOSITORY / "dbt_project/models"
READERS = {
    "pmo_pack": ["publishing/pack/*.py"],
    "alerts": ["publishing/alerts.py", "publishing/ages.py", "publishing/swapping.py"],
    "finance_reconciliation": [
        "commands/reconcile.py",
        "commands/reconciliation.py",
        "commands/reconciliation_book.py",
    ],
}


def named_in(file: Path, marts: set[str]) -> Iterator[str]:
    """The marts that texts of a module name, its docstrings left out, and the one that has a constant."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield from marts & set(re.findall(r"\w+", node.value))
        elif isinstance(node, ast.Name) and node.id == "RUN_FACTS":
            yield RUN_FACTS


@pytest.mark.parametrize("exposure", READERS)
def test_an_exposure_depends_on_what_its_code_reads(exposure: str) -> None:
    content = yaml.safe_load((MODELS / "exposures.yml").read_text(encoding="utf-8"))
    (found,) = [each for each in content["exposures"] if each["name"] == exposure]
    depends_on = {re.sub(r"ref\('(\w+)'\)", r"\1", each) for each in found["depends_on"]}
    marts = {file.stem for file in (MODELS / "marts").rglob("*.sql")}
    files = [file for pattern in READERS[exposure] for file in (REPOSITORY / "pipelines").glob(pattern)]
    read = {name for file in files for name in named_in(file, marts)}
    assert read == depends_on
