"""Which marts are public, and what their columns mean, as dbt's manifest says.

Here: reading the manifest only. How a release is made of them is `pipelines.publishing.release`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class MartColumn:
    """A column with the text that explains it; a required one is never null."""

    name: str
    description: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Mart:
    """A public mart; its description ends with its grain."""

    name: str
    description: str
    columns: tuple[MartColumn, ...]


def public_marts(manifest: Mapping[str, Any]) -> tuple[Mart, ...]:
    """The models of schema `marts` that others may read, by name."""
    models = [node for node in manifest["nodes"].values() if _is_public(node)]
    return tuple(_mart(node) for node in sorted(models, key=lambda node: str(node["alias"])))


def _is_public(node: Mapping[str, Any]) -> bool:
    return bool(
        node["resource_type"] == "model"
        and node["schema"] == "marts"
        and node["config"].get("access", node.get("access")) == "public"
        and node["config"]["materialized"] != "ephemeral"
    )


def _mart(node: Mapping[str, Any]) -> Mart:
    columns = tuple(
        MartColumn(name, " ".join(column.get("description", "").split()), _is_required(column))
        for name, column in node["columns"].items()
    )
    return Mart(node["alias"], " ".join(node.get("description", "").split()), columns)


def _is_required(column: Mapping[str, Any]) -> bool:
    return any(constraint["type"] == "not_null" for constraint in column.get("constraints") or ())
