"""A layout against the table that it fills: contradictions that the grammar alone can't see, found before reading.

Here: one check a key; each names the key that is wrong. Whether the columns exist is asked in `unpivot`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from connectors.tabular.cells import CURRENCY_COLUMNS, Bad, parser_of
from connectors.tabular.layout import ColumnFrom, Layout, LayoutError
from connectors.tabular.tables import Column, Table
from connectors.tabular.written import HOURS_FORMATS, is_date_format

_DATES: Final = frozenset({"date", "timestamp", "period"})
_NOT_OF_AMOUNTS: Final = (
    "strip",
    "pattern",
    "prefix",
    "pad",
    "words",
    "otherwise",
    "default",
    "number",
    "fill_down",
)


def check_against(name: str, layout: Layout, table: Table, *, amount: str | None) -> None:
    """Refuse what a layout says about a column that the column can't be.

    Args:
        amount: the canonical column that the layout's amounts fill.

    Raises:
        LayoutError: names the first key, as `layouts.<name>.<key>`.
    """
    for key, what in _contradictions(layout, table, amount):
        raise LayoutError(f"layouts.{name}.{key}: {what}.", mend="Correct pmo.yaml.")


def _contradictions(layout: Layout, table: Table, amount: str | None) -> Iterator[tuple[str, str]]:
    yield from _filled_twice(layout, amount)
    sums_by = layout.checks.sums_by
    if sums_by is not None and (sums_by not in layout.columns or table.measure is None):
        yield "checks.sums_by", f"{sums_by!r} is no column that this layout fills beside amounts"
    for canonical, origin in layout.columns.items():
        column = table.column(canonical)
        for part, what in (*_of_kind(column, origin), *_meanings(column, origin)):
            yield f"columns.{canonical}{part}", what
        if canonical == amount:
            yield from _of_amount(canonical, origin)
        if origin.origin == "amount" and not layout.amount.symbols:
            yield "amount.symbols", 'name the signs and what they mean, e.g. {"€": EUR, "$": USD}'


def _filled_twice(layout: Layout, amount: str | None) -> Iterator[tuple[str, str]]:
    """Columns that periods: or amount: fills and that columns: names as well."""
    across = ("period", amount) if layout.periods is not None else ()
    for canonical in across:
        if canonical in layout.columns:
            yield f"columns.{canonical}", "periods: fills it; take one of the two out"
    if (layout.amount.debit or layout.amount.add) and amount in layout.columns:
        yield f"columns.{amount}", "amount: fills it from other columns; take one of the two out"


def _of_kind(column: Column, origin: ColumnFrom) -> Iterator[tuple[str, str]]:
    if origin.origin == "amount" and column.name not in CURRENCY_COLUMNS:
        yield "", "from: amount gives the currency that stands at an amount, and this is no currency"
    for form in origin.format:
        if column.kind in _DATES and (is_date_format(form) or (form == "offset" and column.kind == "date")):
            continue
        if column.kind == "hours" and form in HOURS_FORMATS and form != "offset":
            continue
        yield ".format", f"{form!r} is no way of writing what this column holds ({column.kind})"
    if origin.unit is not None and column.kind != "hours":
        yield ".unit", "units are for hours; what amounts of money are in says amount: unit:"
    if origin.between and column.kind != "hours":
        yield ".between", "times of day say how hours are written, and this holds none"
    if origin.number and column.kind != "text":
        yield ".number", f"only texts are numbered, and this is of kind {column.kind}"


def _meanings(column: Column, origin: ColumnFrom) -> Iterator[tuple[str, str]]:
    """Values that stand in the layout itself, and that the column doesn't take."""
    given: Iterable[tuple[str, str | None]] = (
        ("value", None if origin.value is None else str(origin.value)),
        ("default", origin.default),
        ("otherwise", origin.otherwise),
        *(("words", meaning) for meaning in origin.words.values()),
    )
    for key, text in given:
        if text and not origin.format and isinstance(bad := parser_of(column)(text), Bad):
            yield f".{key}", bad.message.rstrip(".")


def _of_amount(canonical: str, origin: ColumnFrom) -> Iterator[tuple[str, str]]:
    for key in _NOT_OF_AMOUNTS:
        if getattr(origin, key):
            yield f"columns.{canonical}.{key}", "how amounts are written says amount:"
    if origin.several:
        yield f"columns.{canonical}", "an amount stands in one column; amount: {add: […]} sums several"
