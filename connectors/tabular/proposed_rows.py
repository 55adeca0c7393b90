"""Which rows of an unknown sheet seem to be no lines: totals, balances, notes, a second table. For a proposal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from connectors.tabular.cells import is_blank, text_of
from connectors.tabular.sheets import is_blank_row
from connectors.tabular.survey import Survey, is_words
from connectors.tabular.synonyms import BALANCE, GRAND_TOTAL, TOTAL

_TOTAL_OF: Final = re.compile(r"(?i)^(total|summe|gesamt) +\w")
"""A label that begins like a total and may yet be a line: `Total wages`."""
_MOST_NOTES: Final = 10


def row_keys(best: Survey, alike: Sequence[Survey], *, is_list: bool) -> tuple[dict[str, object], list[str]]:
    """The keys of `rows:` that a layout seems to need, and the doubts about them.

    Args:
        best, alike: the sheet that the layout is written for, and all that are filled in on its form.
        is_list: whether each row has one amount, and not one a period.
    """
    labels = [label for each in alike for row in each.rows if (label := each.label_of(row))]
    totals = dict.fromkeys(match[0] for label in labels if (match := TOTAL.search(label)))
    stop: str | None = next((match[0] for label in labels if (match := GRAND_TOTAL.search(label))), None)
    balances = [
        label
        for each in alike
        for row in each.rows
        if (label := each.label_of(row))
        and BALANCE.search(label)
        and each.has_amount(row)
        and not each.is_total(row)
    ]
    rows: dict[str, object] = {}
    doubts: list[str] = []
    second = _second_header(best)
    if second is not None:
        number, ending = second
        doubts.append(f"row {number + 1} is another header: the table below it needs a layout of its own")
        stop = stop or ending
    if totals:
        named = dict.fromkeys(label for label in labels if _TOTAL_OF.search(label) and label != stop)
        doubts += [f"is each of these a sum, and no line: {', '.join(named)}"] if named else []
        rows["totals"] = _beginnings([word for word in totals if word != stop] or list(totals))
    if stop:
        rows["stop_at"] = _beginnings([stop])[0]
    left_out: list[str] = []
    if balances and not is_list:
        left_out = list(dict.fromkeys(_balance_word(label) for label in balances))
        doubts.append(f"balances are no amounts of their own: {', '.join(dict.fromkeys(balances))}"[:150])
    if is_list and (notes := _notes(alike)):
        left_out += notes
        doubts.append("rows with one text and nothing else: are they notes, or headings: true?")
    if left_out:
        rows["leave_out"] = left_out
    return rows, doubts


def _second_header(best: Survey) -> tuple[int, str | None] | None:
    """A row that repeats the headers of the periods, and the label of the total right above it."""
    width = min(best.periods, default=0)
    first = best.top + best.height
    above: str | None = None
    for number in range(first, len(best.sheet.rows) if best.periods else first):
        row = best.sheet.rows[number]
        if is_blank_row(row):
            continue
        same = sum(
            column < len(row) and any(text_of(row[column]) == text_of(cell) for cell in best.levels[column])
            for column in best.periods
        )
        if same > 0.5 * len(best.periods):
            return number, above
        label = next((text_of(cell) for cell in row[:width] if not is_blank(cell)), "")
        above = label if TOTAL.search(label) else None
    return None


def _notes(alike: Sequence[Survey]) -> list[str]:
    """Of a list: rows with one text and nothing else, which are no rows of it."""
    texts = [
        text_of(filled[0])
        for each in alike
        for row in each.rows
        if len(filled := [cell for cell in row if not is_blank(cell)]) == 1
        and is_words(filled[0])
        and not each.is_total(row)
    ]
    patterns = (f"^{re.escape(text[:30])}".replace("\\ ", " ") for text in texts)
    return list(dict.fromkeys(patterns))[:_MOST_NOTES]


def _balance_word(label: str) -> str:
    match = BALANCE.search(label)
    assert match is not None
    word = match[0].lower()
    return f"(?i){word}$" if label.endswith(match[0]) else f"(?i)\\b{word}\\b"


def _beginnings(words: Sequence[str]) -> list[str]:
    """One pattern a word; where a word is written in two ways, one for both."""
    spellings: dict[str, list[str]] = {}
    for word in words:
        spellings.setdefault(word.casefold(), []).append(word)
    found = []
    for each in spellings.values():
        pattern = re.escape(each[0]).replace("\\ ", " ").replace("\\-", "-")
        found.append(f"^{pattern}" if len(each) == 1 else f"(?i)^{pattern.lower()}")
    return found
