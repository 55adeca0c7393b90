"""What the register's tables and columns mean, in words, for whoever fills them in: `columns.yml` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column means, and an example as a person writes it."""

    says: str
    example: str


@dataclass(frozen=True, slots=True)
class TableMeaning:
    """What a table holds and what one row of it is, and its columns by name."""

    says: str
    columns: Mapping[str, Meaning]


@cache
def meanings() -> Mapping[str, TableMeaning]:
    """The meaning of every table of the register, by name. The examples of a table are one row of it."""
    import yaml

    text = resources.files("connectors.register").joinpath("columns.yml").read_text(encoding="utf-8")
    return {
        table: TableMeaning(
            content["says"],
            {name: Meaning(says, str(example)) for name, (says, example) in content["columns"].items()},
        )
        for table, content in yaml.safe_load(text).items()
    }
