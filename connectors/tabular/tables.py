"""What a canonical table is: its columns, key, and what a newer file of it replaces.

Here: the vocabulary only. The tables themselves stand in `connectors.<source>.tables`, one module a source;
reading a file into one of them is `connectors.tabular.reader`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "money", "hours", "rate", "number", "integer", "date", "timestamp", "boolean", "choice", "period"
]
Replaces = Literal["key", "period", "file"]

SQL_TYPES: dict[Kind, str] = {
    "text": "varchar",
    "choice": "varchar",
    "period": "varchar",
    "money": "decimal(28,10)",
    "number": "decimal(28,10)",
    "hours": "decimal(18,10)",
    "rate": "decimal(18,10)",
    "integer": "bigint",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}
"""The column type in landing and in dbt's sources. A value with more than ten decimals is rounded to ten, half
away from zero, where it is read; sums are taken over the rounded values, so that every later total agrees."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table.

    `choices` are the only values a `choice` may take (lower case); `default` stands where the cell is blank. `whole`
    is what 100 % is in a column of shares, 1 or 100; None for a column in which a percentage has no meaning.
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None
    whole: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    `source` is the inbox folder and, with the prefix `raw_`, the schema: `raw_ledger.orders`.
    `key` identifies a row within the source; empty where rows have none and are only replaced together.
    `replaces` says what a newer batch retires: rows of equal key; all rows of the `scope` values it contains; all
    rows of its path. `measure` is the column whose sum is a control total, `unit` the column with its currency
    (None: hours), `project` the column with the project's code in that source. Where `counts_equal_rows`, rows that
    are equal in every column are as many facts as they are.
    """

    source: str
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    replaces: Replaces = "key"
    scope: tuple[str, ...] = ()
    measure: str | None = None
    unit: str | None = None
    project: str | None = "project"
    counts_equal_rows: bool = False

    @property
    def schema(self) -> str:
        """The dbt source and asset-key prefix, e.g. `raw_ledger`."""
        return f"raw_{self.source}"

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns a file must have."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError where the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.schema}.{self.name} has no column {name!r}")


def text(name: str, *, required: bool = False) -> Column:
    """A column of text, kept as it stands but for outer white space."""
    return Column(name, "text", required=required)


def money(name: str, *, required: bool = False) -> Column:
    """A column of amounts in the currency that the row names."""
    return Column(name, "money", required=required)


def date(name: str, *, required: bool = False) -> Column:
    """A column of ISO 8601 dates."""
    return Column(name, "date", required=required)


def period(name: str, *, required: bool = False) -> Column:
    """A column of labels from the fiscal calendar."""
    return Column(name, "period", required=required)


def choice(name: str, *choices: str, default: str | None = None, required: bool = False) -> Column:
    """A column that takes one of a closed set of words."""
    return Column(name, "choice", required=required, choices=choices, default=default)
