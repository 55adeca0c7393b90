"""Rules on the project itself: linters, layers of the dbt project, property files, the lock.

Each of these is a rule that a reader may rely on everywhere, so a single exception is a failure.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.tabular.tables import SQL_TYPES
from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE, tables_of
from pipelines.settings import Home
from pipelines.warehouse import LAYERS, dbt_manifest

REPOSITORY = Path(__file__).resolve().parents[1]
MODEL_FOLDERS = ("dbt_project/models", "semantic/models")
PROPERTY_FILES = sorted(file for folder in MODEL_FOLDERS for file in (REPOSITORY / folder).rglob("*.yml"))
LINEAGE = ("_attributes", "_row", "_sheet", "_place", "_path", "_file_hash", "_batch")
LINTERS = {
    "ruff": [sys.executable, "-m", "ruff", "check", "."],
    "mypy": [sys.executable, "-m", "mypy"],
    "import-linter": [str(Path(sys.executable).with_name("lint-imports"))],
    "sqlfluff": [sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", *MODEL_FOLDERS],
}


@pytest.mark.slow
@pytest.mark.parametrize("linter", LINTERS)
def test_a_linter_finds_nothing(linter: str) -> None:
    done = subprocess.run(LINTERS[linter], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = Home(tmp_path_factory.mktemp("home"))
    parsed: dict[str, Any] = json.loads(dbt_manifest(home).read_text(encoding="utf-8"))
    return parsed


def models(manifest: dict[str, Any], layer: str) -> list[dict[str, Any]]:
    found = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == layer
    ]
    assert found, f"no model in {layer}"
    return found


def layers_read(manifest: dict[str, Any], node: dict[str, Any]) -> set[str]:
    """`source`, or the layer of each model that a node reads."""
    read = node["depends_on"]["nodes"]
    return {
        "source" if name.startswith("source.") else str(manifest["nodes"][name]["fqn"][1]) for name in read
    }


@pytest.mark.parametrize(
    ("layer", "allowed"),
    [
        ("staging", {"source"}),
        ("intermediate", {"staging", "intermediate"}),
        ("marts", {"staging", "intermediate", "marts"}),
    ],
)
def test_a_layer_reads_only_what_stands_before_it(
    manifest: dict[str, Any], layer: str, allowed: set[str]
) -> None:
    strays = {
        node["name"]: read - allowed
        for node in models(manifest, layer)
        if not (read := layers_read(manifest, node)) <= allowed
    }
    assert not strays


def test_every_model_stands_in_a_layer(manifest: dict[str, Any]) -> None:
    layers = {node["fqn"][1] for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    assert layers == set(LAYERS)


def test_every_mart_has_a_contract_and_a_group(manifest: dict[str, Any]) -> None:
    lacking = [
        node["name"]
        for node in models(manifest, "marts")
        if not (node["config"]["contract"]["enforced"] and node["config"]["group"])
    ]
    assert lacking == []


def test_every_mart_says_what_one_row_is(manifest: dict[str, Any]) -> None:
    silent = [
        node["name"]
        for node in models(manifest, "marts")
        if not re.search(r"\bOne row per [^.]+\.$", " ".join(node["description"].split()))
    ]
    assert silent == []


def test_every_mart_has_a_tested_key(manifest: dict[str, Any]) -> None:
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and "unique" in (node.get("test_metadata") or {}).get("name", "")
    }
    assert [node["name"] for node in models(manifest, "marts") if node["unique_id"] not in tested] == []


@pytest.fixture(scope="module")
def property_schema() -> dict[str, Any]:
    text = (files("dbt") / "jsonschemas/resources/latest.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@pytest.mark.parametrize("file", PROPERTY_FILES, ids=lambda file: file.name)
def test_a_property_file_satisfies_the_schema_that_dbt_ships(
    file: Path, property_schema: dict[str, Any]
) -> None:
    import jsonschema

    if file.name.endswith("_semantic_models.yml"):
        pytest.skip("the schema that ships with dbt 1.11 knows the next metric spec only")
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    errors = jsonschema.Draft7Validator(property_schema).iter_errors(content)
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


def declared_tables(manifest: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each landed table as dbt declares it, with its columns' types."""
    for source in manifest["sources"].values():
        if source["source_name"] not in ("raw_control", "raw_closing"):
            columns = {name: column["data_type"] for name, column in source["columns"].items()}
            yield f"{source['source_name']}.{source['name']}", columns


def test_dbt_declares_the_landed_tables_as_the_connectors_do(manifest: dict[str, Any]) -> None:
    known = {
        f"{table.schema}.{table.name}": {column.name: SQL_TYPES[column.kind] for column in table.columns}
        for source in (*FILE_SOURCES, JIRA_SOURCE)
        for table in tables_of(source)
    }
    for name, columns in declared_tables(manifest):
        own = {column: kind for column, kind in columns.items() if column not in LINEAGE}
        assert own == known[name], name


def test_the_rows_in_force_are_counted_of_every_staged_file_table(manifest: dict[str, Any]) -> None:
    (counting,) = [node for node in models(manifest, "intermediate") if node["name"] == "int_rows_in_force"]
    counted = {name.rpartition(".")[2] for name in counting["depends_on"]["nodes"]}
    staged = {
        node["name"]
        for node in models(manifest, "staging")
        if node["fqn"][2] in FILE_SOURCES and not node["name"].endswith("_versions")
    }
    versions = {"stg_budgets__budget_versions"}
    assert (
        counted
        == staged - {"stg_timesheets__timesheet_entries"} | {"int_timesheet_entries_current"} | versions
    )


def tracked_files() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    return [REPOSITORY / name for name in done.stdout.split("\0") if name]


def test_no_file_names_a_package_index() -> None:
    hosts = [
        ".".join(parts).encode() for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))
    ]
    naming = [
        str(file)
        for file in tracked_files()
        if file.is_file() and any(host in file.read_bytes() for host in hosts)
    ]
    assert naming == []


def test_the_lock_holds_versions_and_hashes_only() -> None:
    lines = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines()
    strays = [
        line for line in lines if not re.match(r"^([A-Za-z0-9_.\[\],-]+==\S+|    --hash=sha256:)", line)
    ]
    assert strays == []
    assert not any("://" in line for line in lines)


def test_the_lock_covers_every_requirement() -> None:
    import tomllib

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").lower().replace("_", "-")
    names = [re.split(r"[<>=!~\[ ]", requirement)[0].lower().replace("_", "-") for requirement in wanted]
    assert [name for name in names if not re.search(rf"^{re.escape(name)}(\[.*\])?==", lock, re.M)] == []


def test_definitions_put_together_and_do_nothing_else() -> None:
    lines = (REPOSITORY / "pipelines/definitions.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 50
