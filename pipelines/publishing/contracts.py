"""The contracts of the public marts: grain, key, columns, owner, readers, and which mart a key leads to.

Here: what dbt's manifest says, gathered by mart. How it looks on a page is `pipelines.publishing.dictionary`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.publishing.marts import Mart, MartColumn, public_marts


@dataclass(frozen=True, slots=True)
class Link:
    """A column of a mart whose values are keys of another mart; `is_tested` by a relationships test of dbt."""

    mart: str
    column: str
    to: str
    is_tested: bool
    is_required: bool
    is_unique: bool


@dataclass(frozen=True, slots=True)
class Contract:
    """A public mart as others may rely on it. `grain` ends the description of the model: One row per …."""

    name: str
    folder: str
    about: str
    grain: str
    key: str
    owner: str
    columns: tuple[MartColumn, ...]
    types: Mapping[str, str]
    readers: tuple[str, ...]


def contracts(manifest: Mapping[str, Any]) -> tuple[Contract, ...]:
    """The contract of each public mart, by folder and name. Raises ValueError for a mart that has no single key."""
    nodes = {node["alias"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    found = [_contract(mart, nodes[mart.name], manifest) for mart in public_marts(manifest)]
    return tuple(sorted(found, key=lambda each: (each.folder, each.name)))


def links(manifest: Mapping[str, Any]) -> tuple[Link, ...]:
    """Each column of a public mart that holds keys of another one: tested as such, or named like its key.

    Of several marts with one key, such as an issue and what became of it, the key is the first one's: the dimension's,
    else the fact's.
    """
    known = contracts(manifest)
    tested = {(mart, column): to for mart, column, to in _relationships(manifest)}
    home_of_key = {
        each.key: each.name for each in sorted(known, key=lambda each: _rank(each.name), reverse=True)
    }
    found = []
    for mart in known:
        for column in mart.columns:
            to = tested.get((mart.name, column.name)) or home_of_key.get(column.name)
            if to and to != mart.name:
                is_tested = (mart.name, column.name) in tested
                found.append(
                    Link(mart.name, column.name, to, is_tested, column.required, column.name == mart.key)
                )
    return tuple(found)


def _contract(mart: Mart, node: Mapping[str, Any], manifest: Mapping[str, Any]) -> Contract:
    if len(node["primary_key"]) != 1:
        raise ValueError(f"{mart.name} has no single tested key: {node['primary_key']}")
    about, grain = _split(mart)
    return Contract(
        name=mart.name,
        folder=str(node["fqn"][2]),
        about=about,
        grain=grain,
        key=str(node["primary_key"][0]),
        owner=_owner(manifest, str(node["config"]["group"])),
        columns=mart.columns,
        types={name: str(column["data_type"]) for name, column in node["columns"].items()},
        readers=tuple(sorted(_readers(manifest, str(node["unique_id"])), key=str.lower)),
    )


def _split(mart: Mart) -> tuple[str, str]:
    """What a description says, and its last sentence. Raises ValueError where that is no grain."""
    found = re.search(r"One row per [^.]+\.$", mart.description)
    if found is None:
        raise ValueError(f"the description of {mart.name} does not end in 'One row per ….'")
    return mart.description[: found.start()].strip(), found.group()


def _owner(manifest: Mapping[str, Any], group: str) -> str:
    (found,) = [each for each in manifest["groups"].values() if each["name"] == group]
    return str(found["owner"]["name"])


def _readers(manifest: Mapping[str, Any], unique_id: str) -> Iterator[str]:
    for exposure in manifest["exposures"].values():
        if unique_id in exposure["depends_on"]["nodes"]:
            yield str(exposure["label"])


def _relationships(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Mart, column and the mart that it leads to, of each relationships test."""
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if node["resource_type"] == "test" and test.get("name") == "relationships" and node["attached_node"]:
            arguments = test["kwargs"]
            target = re.fullmatch(r"ref\('(\w+)'\)", str(arguments["to"]).strip())
            if target:
                yield node["attached_node"].rpartition(".")[2], str(arguments["column_name"]), target.group(1)


def _rank(name: str) -> int:
    """Dimensions before facts before marts."""
    kinds = ("dim_", "fct_")
    return next((place for place, kind in enumerate(kinds) if name.startswith(kind)), len(kinds))
