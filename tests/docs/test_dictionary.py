"""docs/marts.md is what the contracts say now, and every public mart has a reader among the exposures."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.contracts import contracts, links
from pipelines.publishing.diagram import entity_diagram
from pipelines.publishing.dictionary import FOLDERS, PAGE, dictionary, questions
from pipelines.publishing.marts import public_marts
from pipelines.settings import Home
from pipelines.warehouse import dbt_manifest

REPOSITORY = Path(__file__).resolve().parents[2]
ASKED = questions((REPOSITORY / "README.md").read_text(encoding="utf-8"))
CODE_OF = {
    "finance_reconciliation": ["pipelines/commands/reconcil*.py"],
    "metrics": ["semantic/models/**/*.sql", "semantic/models/**/*.yml", "semantic/macros/*.sql"],
}
"""Where a consumer reads marts by name."""


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = Home(tmp_path_factory.mktemp("home"))
    parsed: dict[str, Any] = json.loads(dbt_manifest(home).read_text(encoding="utf-8"))
    return parsed


def read_by(manifest: dict[str, Any], exposure: str) -> set[str]:
    nodes = manifest["exposures"][f"exposure.pmo_warehouse.{exposure}"]["depends_on"]["nodes"]
    return {name.rpartition(".")[2] for name in nodes}


def test_the_page_is_what_the_contracts_say(manifest: dict[str, Any]) -> None:
    assert PAGE.read_text(encoding="utf-8") == dictionary(manifest, ASKED), "run `make dictionary`"


def test_a_changed_contract_changes_the_page(manifest: dict[str, Any]) -> None:
    changed = copy.deepcopy(manifest)
    column = changed["nodes"]["model.pmo_warehouse.mart_dora"]["columns"]["deployments"]
    column["data_type"] = "decimal(9,3)"
    assert dictionary(changed, ASKED) != dictionary(manifest, ASKED)


def test_every_public_mart_is_on_the_page_once(manifest: dict[str, Any]) -> None:
    headings = re.findall(r"^### (\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == [mart.name for mart in public_marts(manifest)]


def test_every_folder_has_a_diagram_of_its_marts_and_their_keys(manifest: dict[str, Any]) -> None:
    marts, all_links = contracts(manifest), links(manifest)
    for folder in FOLDERS:
        drawn = entity_diagram(marts, all_links, folder=folder)
        for mart in marts:
            assert (f"    {mart.name} {{\n" in drawn) == (mart.folder == folder)
            if mart.folder == folder:
                assert re.search(rf"^        \w+ {mart.key} PK", drawn, re.MULTILINE), mart.name


def test_every_relationship_that_dbt_tests_is_drawn(manifest: dict[str, Any]) -> None:
    tested = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") == "relationships"
        and ".".join(str(node["attached_node"]).split(".")[1:])
        in {f"pmo_warehouse.{mart.name}" for mart in public_marts(manifest)}
    ]
    assert len(tested) == sum(link.is_tested for link in links(manifest)) > 25


def test_every_public_mart_has_a_reader(manifest: dict[str, Any]) -> None:
    unread = [mart.name for mart in contracts(manifest) if not mart.readers]
    assert unread == []


def test_every_exposure_has_an_owner_and_names_public_marts_only(manifest: dict[str, Any]) -> None:
    public = {mart.name for mart in public_marts(manifest)}
    assert {"pmo_pack", "bi", "finance_reconciliation", "alerts"} <= {
        exposure["name"] for exposure in manifest["exposures"].values()
    }
    for exposure in manifest["exposures"].values():
        assert exposure["owner"]["name"] and exposure["owner"]["email"].endswith(".example")
        assert read_by(manifest, exposure["name"]) <= public


def test_make_docs_writes_the_dictionary_and_the_page_of_the_demo() -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("no make here")
    done = subprocess.run([make, "-n", "docs"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert "-m pipelines.publishing.dictionary" in done.stdout
    assert "pmo --home .demo docs" in done.stdout


@pytest.mark.parametrize("exposure", CODE_OF)
def test_an_exposure_names_what_its_consumer_reads(manifest: dict[str, Any], exposure: str) -> None:
    files = [file for pattern in CODE_OF[exposure] for file in REPOSITORY.glob(pattern)]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    public = {mart.name for mart in public_marts(manifest)}
    named = public & set(re.findall(r"\b(?:mart|fct|dim|xwalk|release)_[a-z_]+\b", text))
    assert named
    assert named == read_by(manifest, exposure)
