"""How well the headers of an unknown sheet fit a canonical table, and which of them names which column.

Here: comparing words and what stands below them, for a proposal. A layout that reads a file finds columns by `frame`.
"""

from __future__ import annotations

import re
from typing import Final

from connectors.tabular.cells import Bad, Cell, parser_of, text_of
from connectors.tabular.survey import Survey, is_date, is_duration, is_number, is_yes_or_no
from connectors.tabular.synonyms import TOTAL, likeness, names_table
from connectors.tabular.tables import Column, Table

NUMBERS: Final = frozenset({"money", "hours", "rate", "number", "integer"})
DATES: Final = frozenset({"date", "timestamp"})


def fit(found: Survey, table: Table, named: str) -> float:
    """How well a header fits a table: what is required and there, less what is required and can't be said at all."""
    taken = matches(found, table)
    spread = {"period", measure_of(table)} if found.periods and takes_periods(table) else set()
    score = 0.0
    for column in table.columns:
        strength = taken[column.name][1] if column.name in taken else 0.0
        if column.name in spread:
            strength = 6.0
        score += strength * (1.0 if column.required else 0.4)
        if column.required and not strength:
            score -= _missed(found, column, table)
    if found.periods and not takes_periods(table):
        score -= 6
    said = " ".join([named, found.sheet.name or ""])
    return score + (3 if names_table(said, table.name) else 0)


def _missed(found: Survey, column: Column, table: Table) -> float:
    """How much it tells against a table that no header names a column that it needs."""
    if column.kind in DATES:
        return 2.5
    if column.name == measure_of(table):
        has_numbers = any(found.share(number, is_number) >= 0.5 for number in range(len(found.labels)))
        return -1.0 if has_numbers else 2.0
    if column.name in ("project", "currency", "version_no", "cost_category"):
        return 0.5
    return 2.0 if column.name in table.key else 1.5


def takes_periods(table: Table) -> bool:
    """Whether periods across the columns can fill the table."""
    return measure_of(table) is not None and any(column.name == "period" for column in table.columns)


def measure_of(table: Table) -> str | None:
    """The column of amounts, also of tables whose sums are compared with nothing."""
    if table.measure is not None:
        return table.measure
    kinds = [c.name for c in table.columns if c.kind in ("money", "hours", "number") and c.required]
    return kinds[0] if kinds else None


def matches(found: Survey, table: Table) -> dict[str, tuple[int, float]]:
    """The sheet column of each canonical one that a header names, surest first, and how sure that is."""
    pairs = [
        (likely * _plausible(found, column, canonical), canonical.required, -column, column, canonical.name)
        for column, label in enumerate(found.labels)
        if column not in found.periods and found.is_headed(column) and found.cells(column)
        for canonical in table.columns
        if (likely := _likeness(found, column, label, canonical.name))
    ]
    taken: dict[str, tuple[int, float]] = {}
    used: set[int] = set()
    for strength, _, _, column, name in sorted(pairs, reverse=True):
        if strength and name not in taken and column not in used:
            taken[name] = (column, strength)
            used.add(column)
    return taken


def _likeness(found: Survey, column: int, label: str, canonical: str) -> int:
    levels = [text_of(cell) for cell in found.levels[column]]
    return max(likeness(text, canonical) for text in (label, *levels))


def _plausible(found: Survey, column: int, canonical: Column) -> float:
    """Whether what stands there can be what the header says: 1, or 0; texts may be anything."""
    if TOTAL.search(found.labels[column]) and found.periods:
        return 0.0
    if canonical.kind in DATES:
        return float(found.share(column, is_date) >= 0.5)
    if canonical.kind == "hours":
        return float(found.share(column, lambda cell: is_number(cell) or is_duration(cell)) >= 0.5)
    if canonical.kind in NUMBERS:
        return float(found.share(column, is_number) >= 0.5)
    if canonical.kind == "choice":
        return float(any(reads(canonical, cell) for cell in found.cells(column)))
    if canonical.name == "currency":
        return float(found.share(column, lambda cell: re.fullmatch(r"[A-Za-z]{3}", text_of(cell))) >= 0.5)
    if canonical.kind == "text" and found.share(column, is_yes_or_no) == 1:
        return 0.0
    return 1.0 if canonical.kind != "text" or found.share(column, is_date) < 0.5 else 0.0


def reads(column: Column, cell: Cell) -> bool:
    """Whether a cell holds a value of the column, written the canonical way."""
    value = parser_of(column)(cell)
    return value is not None and not isinstance(value, Bad)
