"""The rules as data: what is asked of each canonical table, read from `suites/*.yaml`.

Here: reading and checking the suites. Asking is `pipelines.validation.runner`; deciding what follows is `judge`.
The shape of what arrived is judged here, the truth of what is derived by dbt's tests, logic by unit tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from connectors.tabular.tables import Table

Effect = Literal["refuse", "quarantine", "warn"]
SUITES = Path(__file__).parent / "suites"
ANY_FAULT = "*"


class SuiteError(Exception):
    """A suite file is not as it has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check of one table.

    Args:
        name: a sentence, shown where checks are shown.
        notes: why it is asked.
        faults: the reader's words that fail it; `*` takes those that no other rule names.
        rule: the word in quarantine for what the expectation finds.
        expectation: a class of Great Expectations, asked of each of `columns`.
        measured_as: `sign` (-1, 0, 1) or `units` (ten-billionths, so that bounds are exact); None for the value
            itself.
        where: {column, equals}: only rows with that value are asked.
        not_before: the date column that the column must not lie before.
        or_else: columns that may be filled instead.
    """

    name: str
    effect: Effect
    notes: str
    faults: tuple[str, ...] = ()
    rule: str = ""
    expectation: str | None = None
    columns: tuple[str, ...] = ()
    measured_as: Literal["sign", "units"] | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    not_before: str | None = None
    or_else: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """All rules of one table: about the batch, what the reader could not read, its file, its rows."""

    batch_rules: tuple[Rule, ...]
    reader_rules: tuple[Rule, ...]
    file_rules: tuple[Rule, ...]
    row_rules: tuple[Rule, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule in the order of reporting; each gives one check."""
        return self.batch_rules + self.reader_rules + self.file_rules + self.row_rules


@cache
def suite_of(table: Table) -> Suite:
    """The rules of a table: those of every table, then its own. SuiteError when its source lists it not."""
    common = _read("every_table")
    tables = _read(table.source)["tables"]
    if table.name not in tables:
        raise SuiteError(
            f"{SUITES / table.source}.yaml lists no table {table.name}: add it, with [] for no rules."
        )
    return Suite(
        batch_rules=tuple(_rule(table, content) for content in common["batch_rules"]),
        reader_rules=tuple(_rule(table, content) for content in common["reader_rules"]),
        file_rules=tuple(_rule(table, content) for content in common["file_rules"]),
        row_rules=tuple(
            rule
            for rule in (_rule(table, content) for content in common["row_rules"] + tables[table.name])
            if rule.columns
        ),
    )


@cache
def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((SUITES / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def _rule(table: Table, content: dict[str, Any]) -> Rule:
    unknown = set(content) - {each.name for each in fields(Rule)}
    if unknown:
        raise SuiteError(
            f"{table.source}.{table.name}, rule {content.get('name')}: unknown keys {sorted(unknown)}"
        )
    values = dict(content)
    values["columns"] = _columns(table, content.get("columns", ()))
    for key in ("faults", "or_else"):
        values[key] = tuple(content.get(key, ()))
    return Rule(**values)


def _columns(table: Table, named: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """`required` and `choices` stand for what the canonical table says, so that it says it once."""
    if named == "required":
        return table.required
    if named == "choices":
        return tuple(column.name for column in table.columns if column.choices)
    return tuple(table.column(name).name for name in named)
