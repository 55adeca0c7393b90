"""What the page and the workbook are both made of: tables whose columns know their unit and their definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Row = dict[str, Any]
Kind = Literal[
    "text",
    "code",
    "amount",
    "ratio",
    "percent",
    "number",
    "hours",
    "days",
    "date",
    "moment",
    "status",
    "flag",
]
NUMERIC: frozenset[Kind] = frozenset({"amount", "ratio", "percent", "number", "hours", "days"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        name: key of the value in a row.
        label: its heading.
        kind: how a value is written; `percent` is a ratio that is shown times 100.
        mart: the mart whose contract defines it.
        of: the column there; default `name`.
        reason: key of the text that says why a value is absent; default `<of>_null_reason`.
        is_signed: whether a plus is written before what is above zero.
        is_wide: shown in the workbook and left out of the page.
    """

    name: str
    label: str
    kind: Kind
    mart: str
    of: str = ""
    reason: str = ""
    is_signed: bool = False
    is_wide: bool = False

    @property
    def defined_as(self) -> tuple[str, str]:
        """Mart and column of its definition."""
        return self.mart, self.of or self.name

    @property
    def reason_name(self) -> str:
        """Key of the reason in a row."""
        return self.reason or f"{self.of or self.name}_null_reason"

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.kind in NUMERIC


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the columns to show; `total` is a last row that no sorting moves.

    `empty` says why there are no rows. `note` is one sentence about how to read it.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    empty: str
    total: Row | None = None
    note: str = ""

    def first(self, most: int) -> Table:
        """The same with no more than `most` rows; the note says how many there are."""
        if len(self.rows) <= most:
            return self
        note = f"The first {most:,} of {len(self.rows):,} rows; the workbook has all of them. {self.note}".strip()
        return replace(self, rows=self.rows[:most], note=note)

    def of_project(self, code: str, *, key: str = "project_code") -> Table:
        """The same with the rows of one project, without the columns that name it."""
        columns = tuple(column for column in self.columns if column.name not in (key, "project_name"))
        rows = [row for row in self.rows if row[key] == code]
        empty = "Nothing of this project is on record." if self.rows else self.empty
        return Table(f"{self.key}-{code}", self.title, columns, rows, empty, None, self.note)


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing as SVG (None: there is nothing to draw, and the table says why) with the figures that it draws."""

    svg: str | None
    table: Table


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page: a heading, a sentence that says what it shows, then charts and tables."""

    key: str
    title: str
    says: str
    parts: Sequence[Chart | Table] = field(default_factory=tuple)


def summed(rows: Sequence[Row], measures: Mapping[str, str]) -> Row:
    """One row of sums. A sum with an unknown part is unknown; its reason names the projects that lack it.

    Args:
        measures: the reason column of each measure.
    """
    total: Row = {}
    for name, reason in measures.items():
        lacking = sorted({str(row.get("project_code")) for row in rows if row[name] is None})
        total[name] = None if lacking or not rows else sum(row[name] for row in rows)
        total[reason] = _who_lacks(rows, name, reason, lacking) if lacking else None
    return total


def _who_lacks(rows: Sequence[Row], name: str, reason: str, lacking: Sequence[str]) -> str:
    reasons = sorted({str(row.get(reason)) for row in rows if row[name] is None and row.get(reason)})
    shown = ", ".join(lacking[:4]) + (f" and {len(lacking) - 4} more" if len(lacking) > 4 else "")
    return f"{shown}: {', '.join(reasons) or 'unknown'}"
