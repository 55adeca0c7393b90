"""What a layout says about the values of a column: what is taken away or put before them, what words mean, the format.

Here: one parser a column, and the values that take two cells of a row: balances, hours in another unit. Where a column
stands is `frame`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.tabular.cells import (
    Bad,
    Cell,
    ErrorCell,
    Parser,
    Value,
    error_in,
    is_blank,
    parser_of,
    text_of,
)
from connectors.tabular.layout import ColumnFrom, Layout, Signs, Unit
from connectors.tabular.lines import Line, amount_choices
from connectors.tabular.sheets import Sheet
from connectors.tabular.tables import Column
from connectors.tabular.written import Choice, choose, date_parser

_NUMBERS = frozenset({"money", "hours", "rate", "number"})
_DATES = frozenset({"date", "timestamp", "period"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a file does not say itself because everybody there knows it.

    Args:
        functional_currency: of the books it comes from.
        timezone: where a day begins, for moments with an offset.
    """

    functional_currency: str = ""
    timezone: str = "UTC"


def column_parser(
    column: Column, origin: ColumnFrom, cells: Sequence[Cell], layout: Layout, surroundings: Surroundings
) -> Choice | Bad | None:
    """The parser of a column as its layout declares it, and how that reads; None for the canonical one, Bad where it
    can't be told."""
    choices = _choices(column, origin, layout, surroundings)
    is_shaped = bool(origin.strip or origin.pattern or origin.prefix or origin.pad or origin.words)
    if choices is None and not is_shaped and origin.default is None and origin.otherwise is None:
        return None
    shaped = [(name, _shaped(parse, origin)) for name, parse in choices or [("", parser_of(column))]]
    chosen = choose(cells, shaped)
    if isinstance(chosen, Bad) or column.kind != "period" or column.required:
        return chosen
    return chosen[0], _or_label(chosen[1])


def _or_label(parse: Parser) -> Parser:
    """A period that is written in no declared way is a label as it stands, which the fiscal calendar has or has not."""

    def read(cell: Cell) -> Value | Bad:
        value = parse(cell)
        return text_of(cell) if isinstance(value, Bad) and value.rule == "not_a_date" else value

    return read


def _choices(
    column: Column, origin: ColumnFrom, layout: Layout, surroundings: Surroundings
) -> list[Choice] | None:
    if column.kind in _DATES and origin.format:
        return [(form, date_parser(form, column, surroundings.timezone)) for form in origin.format]
    if column.kind in _NUMBERS:
        return amount_choices(layout.amount, column.kind, origin.format, column.whole)
    return None


def _shaped(parse: Parser, origin: ColumnFrom) -> Parser:
    meant = {word.casefold(): meaning for word, meaning in origin.words.items()}

    def read(cell: Cell) -> Value | Bad:
        if (error := error_in(cell)) is not None:
            return error
        found = _text(cell, origin, meant)
        if isinstance(found, Bad):
            return found
        if origin.default is not None and is_blank(found):
            found = origin.default
        return parse(found)

    return read


def _text(cell: Cell, origin: ColumnFrom, meant: Mapping[str, str]) -> Cell | Bad:
    """The cell's text without and with what the layout says; a blank cell, and a word with a meaning, aside."""
    text = text_of(cell)
    if text.casefold() in meant:
        return meant[text.casefold()]
    if not text:
        return cell
    if origin.otherwise is not None:
        return origin.otherwise
    if not (origin.strip or origin.pattern or origin.pad or origin.prefix):
        return cell
    if origin.strip:
        text = re.sub(origin.strip, "", text).strip()
    if origin.pattern:
        found = extracted(text, origin.pattern)
        if isinstance(found, Bad):
            return found
        text = found
    if origin.pad and text.isdigit():
        text = text.zfill(origin.pad)
    return f"{origin.prefix or ''}{text}" if text else ""


def extracted(text: str, pattern: str | None) -> str | Bad:
    """The first group of the pattern, or all it matches."""
    if pattern is None:
        return text
    match = re.search(pattern, text)
    if match is None:
        return Bad("no_match", f"{text!r} does not match {pattern!r}: correct the one or the other.")
    return match.group(1) if match.re.groups else match.group(0)


def summed(line: Line, parts: Mapping[int, int], sheet: Sheet) -> Cell:
    """The sum of several columns of a line, each with its sign; a blank cell where all are blank."""
    total = Decimal(0)
    for column, sign in parts.items():
        value = line.amounts.get(column)
        if isinstance(value, Bad):
            return ErrorCell(text_of(sheet.rows[line.row][column]), bad=value)
        if isinstance(value, Decimal):
            total += sign * value
    return total if any(column in line.amounts for column in parts) else ""


def signed(amount: Cell, row: Sequence[Cell], column: int, signs: Signs) -> Cell:
    """An amount with the sign that another cell of the row gives it."""
    if not isinstance(amount, Decimal):
        return amount
    word = text_of(row[column]) if column < len(row) else ""
    sign = signs.of(word)
    if sign is None:
        message = (
            f"{word!r} does not say whether {amount} adds or subtracts: write one of "
            f"{', '.join((*signs.plus, *signs.minus))}, or name it in signs: of the layout in pmo.yaml."
        )
        return ErrorCell(str(amount), bad=Bad("unknown_sign", message))
    return sign * amount


def numbered(cells: Sequence[Cell]) -> list[Cell]:
    """Each text with its number among equal ones: `1001/1`, `1001/2`."""
    seen: Counter[str] = Counter()
    found: list[Cell] = []
    for cell in cells:
        text = text_of(cell)
        seen[text] += 1
        found.append(f"{text}/{seen[text]}" if text else cell)
    return found


def in_hours(parse: Parser, cell: Cell, row: Sequence[Cell], column: int, unit: Unit) -> Cell:
    """The hours of a quantity in the unit that another cell of the row names."""
    value = parse(cell)
    name = text_of(row[column]) if column < len(row) else ""
    each = {word.casefold(): hours for word, hours in unit.hours_each.items()}.get(name.casefold())
    if not isinstance(value, Decimal):
        return cell
    if each is None:
        message = (
            f"{name!r} is a unit whose hours are not known: name it in hours_each: of the layout in pmo.yaml."
        )
        return ErrorCell(text_of(cell), bad=Bad("unknown_unit", message))
    return value * each


def symbol_of(cell: Cell, symbols: Mapping[str, str]) -> Cell:
    """The currency whose sign stands at an amount; a blank cell where none does."""
    text = text_of(cell)
    return next((currency for symbol, currency in symbols.items() if symbol in text), "")
