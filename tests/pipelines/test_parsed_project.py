"""The project is parsed once for all homes of a user, and what goes wrong with what was kept costs seconds only."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import parsed_project, warehouse
from pipelines.settings import Home

PARSED_BY_DBT = "partial_parse.msgpack"
"""What dbt leaves in its target folder when it parses there."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of the test's own, and a process that has parsed nothing yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(parsed_project.CACHE_VARIABLE, str(folder))
    warehouse._parsed.clear()
    yield folder
    warehouse._parsed.clear()


def home_of_another_process(folder: Path) -> Home:
    """A new home and its manifest, made without what this process remembers."""
    warehouse._parsed.clear()
    home = Home(folder)
    warehouse.dbt_manifest(home)
    return home


def nodes(home: Home) -> set[str]:
    return set(json.loads((home.dbt / "manifest.json").read_text(encoding="utf-8"))["nodes"])


def is_parsed_there(home: Home) -> bool:
    return (home.dbt / PARSED_BY_DBT).is_file()


def test_the_second_home_takes_what_the_first_parsed(tmp_path: Path) -> None:
    first = home_of_another_process(tmp_path / "first")
    second = home_of_another_process(tmp_path / "second")
    assert (is_parsed_there(first), is_parsed_there(second)) == (True, False)
    assert nodes(first) == nodes(second) != set()
    kept = warehouse._parsed_now()
    assert kept is not None and set(kept.nodes) == nodes(first)
    assert not any(str(tmp_path) in repr(node.to_dict()) for node in kept.nodes.values())


def test_a_damaged_state_is_parsed_again_and_kept_again(tmp_path: Path, cache: Path) -> None:
    home_of_another_process(tmp_path / "first")
    (state,) = cache.rglob("parsed.msgpack")
    state.write_bytes(state.read_bytes()[:-100])
    again = home_of_another_process(tmp_path / "again")
    assert is_parsed_there(again)
    assert not is_parsed_there(home_of_another_process(tmp_path / "then"))


def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path: Path, cache: Path) -> None:
    cache.write_text("a file where a folder should be")
    home = home_of_another_process(tmp_path / "home")
    assert is_parsed_there(home) and nodes(home)


def test_the_oldest_versions_are_forgotten(tmp_path: Path, cache: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    for name in (PARSED_BY_DBT, "manifest.json"):
        (target / name).write_text("{}")
    for number in range(parsed_project.KEPT + 2):
        parsed_project.keep(f"v{number}", target)
        for each in parsed_project.cache_folder().glob("v*"):
            place = int(each.name[1:])
            os.utime(each, (place, place))
    left = sorted(each.name for each in parsed_project.cache_folder().iterdir())
    assert left == [f"v{number}" for number in range(2, parsed_project.KEPT + 2)]


def test_another_place_of_the_project_is_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = warehouse.project_hash()
    copy = shutil.copytree(warehouse.PROJECT, tmp_path / "dbt_project")
    monkeypatch.setattr(warehouse, "PROJECT", copy)
    assert warehouse.project_hash() != here
