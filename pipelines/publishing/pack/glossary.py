"""The definitions on the page and on the last sheet: what the contracts of the marts say of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.publishing.pack.tables import Column

NO_DEFINITION = "The release has no description of it."


@dataclass(frozen=True, slots=True)
class Term:
    """A column with the headings that it stands under, its description and why it may be absent."""

    anchor: str
    labels: str
    mart: str
    name: str
    text: str
    absent: str


def anchor_of(column: Column) -> str:
    """The id of a column's definition."""
    return "def-{}-{}".format(*column.defined_as)


def glossary(definitions: Mapping[tuple[str, str], str], columns: Iterable[Column]) -> list[Term]:
    """One term per column of a mart that is shown, by mart and name."""
    labels: dict[tuple[str, str], dict[str, None]] = {}
    for column in columns:
        labels.setdefault(column.defined_as, {})[column.label] = None
    return [
        Term(
            anchor=f"def-{mart}-{name}",
            labels=", ".join(labels[mart, name]),
            mart=mart,
            name=name,
            text=definitions.get((mart, name)) or NO_DEFINITION,
            absent=definitions.get((mart, f"{name}_null_reason"), ""),
        )
        for mart, name in sorted(labels)
    ]
