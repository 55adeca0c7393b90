"""How an unknown file seems to write its numbers and dates: for a proposal, in the words of a layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from connectors.tabular.cells import Bad, Cell, NumberStyle, is_blank, parse_decimal, text_of
from connectors.tabular.survey import is_duration, is_number
from connectors.tabular.synonyms import NOTHING, currency_in
from connectors.tabular.tables import Column
from connectors.tabular.written import Choice, choose, date_parser, number_choices

_DATE_FORMATS: Final = (
    "YYYY-MM-DD",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD.MM.YYYY",
    "DD-MM-YYYY",
    "YYYYMMDD",
    "DD mmm YYYY",
    "YYYY-MM-DD HH:mm",
)


def number_notation(cells: Iterable[Cell], doubts: list[str]) -> dict[str, object]:
    """The keys of `amount:` that say how texts among the cells are written as numbers; empty where they need none.

    Args:
        doubts: receives what can't be told.
    """
    texts = [cell for cell in cells if isinstance(cell, str) and not is_blank(cell)]
    numbers = [text_of(text) for text in texts if is_number(text) and "%" not in text]
    written: dict[str, object] = {}
    negative = ["minus"]
    if any(text.startswith("(") for text in numbers):
        negative.append("parentheses")
    if any(text.endswith("-") for text in numbers):
        negative.append("trailing_minus")
    base = NumberStyle(negative=tuple(negative))
    plain = [text for text in numbers if not currency_in(text)]
    choices = [(name, _Number(style)) for name, style in number_choices(None, base)]
    chosen: Choice | Bad | None = choose(plain, [(name, parser) for name, parser in choices])
    if isinstance(chosen, Bad):
        doubts.append(f"the decimal mark can't be told: {chosen.message}")
        chosen = choices[0]
    elif not any(isinstance(_Number(base)(text), Bad) for text in plain):
        chosen = None
    if chosen is not None:
        style = next(parser.style for name, parser in choices if name == chosen[0])
        written = {
            "decimal": style.decimal,
            "thousands": "space" if style.thousands == " " else style.thousands,
        }
    if len(negative) > 1:
        written["negative"] = negative
    symbols = {
        match[0]: found[0]
        for text in numbers
        if (match := re.search(r"US\$|[€$£]", text)) and (found := currency_in(match[0]))
    }
    if symbols:
        written["symbols"] = symbols
    words = dict.fromkeys(text_of(text).casefold() for text in texts if text_of(text).casefold() in NOTHING)
    if words:
        written["empty_words"] = list(words)
    return written


@dataclass(frozen=True, slots=True)
class _Number:
    """Numbers of money in one style."""

    style: NumberStyle

    def __call__(self, cell: Cell) -> Any:
        return parse_decimal(cell, kind="money", style=self.style)


def date_format(cells: Sequence[Cell], column: Column) -> tuple[str | list[str], str]:
    """In which way dates or durations are written; several where that can't be told, with the doubt."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if column.kind == "hours":
        clocks = sum(is_duration(cell) for cell in cells)
        return ("h:mm" if clocks > 0.5 * len(cells) else ""), ""
    if not texts:
        return "", ""
    choices = [(form, date_parser(form, column, None)) for form in _DATE_FORMATS]
    bad = {form: sum(isinstance(parse(text), Bad) for text in texts) for form, parse in choices}
    best = [form for form in _DATE_FORMATS if bad[form] == min(bad.values())]
    if best[0] == "YYYY-MM-DD" and bad[best[0]] < len(texts):
        return "", ""
    if bad[best[0]] == len(texts):
        return "", f"{text_of(texts[0])!r} is written in none of the usual ways: say format:"
    doubt = f"these dates also read as {best[1]}" if len(best) > 1 else ""
    return best[0], doubt
