"""The rows below a layout's header, sorted into lines, totals and the rest.

Here: what kind of row each is, values filled down, amounts read, rows left out with the reason. Comparing the totals is
`footing`; turning lines into canonical rows is `unpivot`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from connectors.tabular.cells import (
    Bad,
    Cell,
    NumberStyle,
    Parser,
    Value,
    error_in,
    is_blank,
    parse_decimal,
    parse_share,
    text_of,
)
from connectors.tabular.extract import LeftOut
from connectors.tabular.frame import Frame
from connectors.tabular.grid import labelled, letters
from connectors.tabular.headings import Headings, first_label
from connectors.tabular.keys import key_of
from connectors.tabular.layout import Amount, Layout
from connectors.tabular.sheets import Sheet, is_blank_row
from connectors.tabular.tables import Kind
from connectors.tabular.written import CLOCKS, Choice, hours_parser, number_choices

_NO_AMOUNT: Final = "no amount in any period"


@dataclass(slots=True)
class Line:
    """A sheet row that is loaded.

    Args:
        row: counted from 0.
        labels: the raw cell of each mapped column, filled down where the layout says so, with the row it came from.
        amounts: what each column of amounts reads, blank ones left away.
        identity: what makes it itself: equal rows are duplicates only within one block of lines, because the heading
            above a block may be what tells them apart.
        is_duplicate: whether an equal line stands above it.
        is_dropped: whether `drop_when` or `keep_when` leaves it out, so that only totals may count it.
        heading: the row of the heading that it is directly below, where that has a total.
    """

    row: int
    labels: dict[str, tuple[Cell, int]]
    amounts: dict[int, Value | Bad]
    identity: tuple[object, ...]
    is_duplicate: bool = False
    is_dropped: bool = False
    heading: int | None = None


@dataclass(slots=True)
class TotalRow:
    """A sheet row with totals.

    Args:
        after: the number of counted lines above it.
        is_of_nothing: whether all rows since the total above it are without an amount, so that it may sum none.
        heading: the row of the heading that it calls by its name.
    """

    row: int
    label: str
    after: int
    is_of_nothing: bool = False
    heading: int | None = None


@dataclass(slots=True)
class Sorted:
    """A sheet's rows by their kind.

    Args:
        counted: the lines, and among them those that `drop_when` and `keep_when` leave out: a total may sum these, too.
        has_blank: while a row without an amount has come since the last total.
    """

    lines: list[Line] = field(default_factory=list)
    counted: list[Line] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    has_blank: bool = False


def amount_choices(
    amount: Amount, kind: Kind, formats: Sequence[str], whole: int | None = None
) -> list[Choice]:
    """The ways in which amounts may be written as the layout declares them; they read in whole units, cost positive.

    Args:
        formats: of hours, `h:mm` and the like; none for amounts of money.
        whole: what 100 % is, where the column holds shares.
    """
    thousands = " " if amount.thousands == "space" else amount.thousands
    words = tuple(word.lower() for word in amount.empty_words)
    mark = "." if amount.decimal == "found" else amount.decimal
    base = NumberStyle(mark, thousands, tuple(amount.negative), words, amount.turned, tuple(amount.symbols))
    styles = number_choices(thousands, base) if amount.decimal == "found" else [(_as_declared(base), base)]
    if kind != "hours":
        return [(name, partial(_read_amount, kind=kind, style=style, whole=whole)) for name, style in styles]
    return [
        (form if form != "decimal" else name, _guarded(hours_parser(form, style)))
        for form in formats or ("decimal",)
        for name, style in (styles if form not in CLOCKS else styles[:1])
    ]


def _as_declared(style: NumberStyle) -> str:
    """A declared notation by the name that it would have if it were found."""
    group = f", thousands {style.thousands!r}" if style.thousands else ""
    return f"decimal mark {style.decimal!r}{group}"


def _read_amount(cell: Cell, *, kind: Kind, style: NumberStyle, whole: int | None) -> Value | Bad:
    if (error := error_in(cell)) is not None:
        return error
    if whole is not None:
        return parse_share(cell, kind=kind, whole=whole, style=style)
    return parse_decimal(cell, kind=kind, style=style)


def _guarded(parse: Parser) -> Parser:
    return lambda cell: error_in(cell) or parse(cell)


def sort_rows(sheet: Sheet, frame: Frame, layout: Layout, *, name: str, parse: Parser) -> Sorted:
    """Every row below the header that holds something within the table, as what it is."""
    result = Sorted()
    headings = Headings(sheet, frame, layout)
    stopped = False
    for number in range(frame.first, len(sheet.rows)):
        row = sheet.rows[number]
        if is_blank_row(row[: frame.reach]):
            continue
        label = first_label(row, frame)
        summed = headings.summed(number)
        headings.close(number)
        reason = "below the row that ends the table" if stopped else None
        if not stopped and _matches(layout.rows.stop_at, label):
            stopped = True
            result.totals.append(_total(number, label, result, summed))
            reason = f"ends the table ({key_of(name, layout, 'rows.stop_at')})"
        elif (
            not stopped
            and any(_matches(pattern, label) for pattern in layout.rows.totals)
            and not _is_somebodys_day(row, frame)
        ):
            result.totals.append(_total(number, label, result, summed))
            reason = f"a total ({key_of(name, layout, 'rows.totals')})"
        elif not stopped and layout.rows.unlabelled == "total" and _is_unlabelled(row, frame):
            result.totals.append(_total(number, f"row {number + 1}", result, None))
            reason = f"a total, without a label ({key_of(name, layout, 'rows.unlabelled')})"
        elif not stopped and any(_matches(pattern, label) for pattern in layout.rows.leave_out):
            reason = f"left out ({key_of(name, layout, 'rows.leave_out')})"
        elif not stopped and number in sheet.hidden_rows and layout.rows.hidden == "leave_out":
            reason = f"a hidden row ({key_of(name, layout, 'rows.hidden')})"
        elif not stopped:
            reason = _take(number, row, frame, layout, headings, result, parse, name)
        result.has_blank |= reason == _NO_AMOUNT
        if reason is not None:
            result.left_out.append(_left_out(sheet, frame, number, reason))
    is_numbered = any(frame.numbers(column, origin) for column, origin in layout.columns.items())
    if layout.rows.identical == "leave_out" and not is_numbered:
        _mark_duplicates(result.lines)
    return result


def _total(number: int, label: str, result: Sorted, heading: int | None) -> TotalRow:
    above = result.totals[-1].after if result.totals else 0
    counted = len(result.counted)
    total = TotalRow(number, label, counted, result.has_blank and counted == above, heading)
    result.has_blank = False
    return total


def _dropping(row: list[Cell], labels: dict[str, tuple[Cell, int]], frame: Frame) -> tuple[str, str] | None:
    """Why a row doesn't count: the text under a header, and the key that says so. A text filled down is the row's."""
    if not frame.drops and not frame.keeps:
        return None
    filled = {frame.columns[name]: cell for name, (cell, _) in labels.items() if name not in frame.several}
    for column, words in frame.drops.items():
        text = text_of(filled.get(column, _at(row, column)))
        if text.casefold() in words:
            return f"{frame.label(column)} is {text}", "drop_when"
    for column, patterns in frame.keeps.items():
        text = text_of(filled.get(column, _at(row, column)))
        if not any(re.search(pattern, text) for pattern in patterns):
            return f"{frame.label(column)} is {text or 'blank'}", "keep_when"
    return None


def _is_somebodys_day(row: list[Cell], frame: Frame) -> bool:
    """Whether a row says who worked on which day: then a project may be called Total."""
    columns = [frame.columns.get("person"), frame.columns.get("work_date")]
    return all(column is not None and not is_blank(_at(row, column)) for column in columns)


def _is_unlabelled(row: list[Cell], frame: Frame) -> bool:
    """Whether amounts stand in a row and nothing in any of the columns that say whose they are."""
    labels = {*frame.columns.values(), *(column for several in frame.several.values() for column in several)}
    has_label = any(not is_blank(_at(row, column)) for column in labels - set(frame.amounts))
    return not has_label and any(not is_blank(_at(row, column)) for column in frame.amounts)


def _matches(pattern: str | None, label: str) -> bool:
    return pattern is not None and re.search(pattern, label) is not None


def _take(
    number: int,
    row: list[Cell],
    frame: Frame,
    layout: Layout,
    headings: Headings,
    result: Sorted,
    parse: Parser,
    layout_name: str,
) -> str | None:
    """Append a line; or the reason why the row is none: with periods, a row without an amount is a heading."""
    labels = {name: (_at(row, column), number) for name, column in frame.columns.items()}
    for name, columns in frame.several.items():
        parts = [cell for cell in (_at(row, column) for column in columns) if not is_blank(cell)]
        is_joined = bool(layout.columns[name].join)
        whole: Cell = " ".join(map(text_of, parts)) if is_joined else next(iter(parts), "")
        labels[name] = (whole, number)
    for name, (cell, _) in list(labels.items()):
        if layout.columns[name].fill_down:
            if is_blank(cell):
                labels[name] = headings.above.get(name, (cell, number))
            headings.above[name] = labels[name]
    amounts = {column: parse(_at(row, column)) for column in frame.amounts}
    amounts = {column: value for column, value in amounts.items() if value is not None}
    if not amounts and layout.periods is not None:
        return _NO_AMOUNT
    if not amounts and layout.rows.headings:
        headings.open(number, row)
        return f"a heading, without an amount ({key_of(layout_name, layout, 'rows.headings')})"
    dropped = _dropping(row, labels, frame)
    # Where identical rows are facts of their own, their number tells them apart.
    block = len(result.left_out) if layout.rows.identical == "leave_out" else -1 - number
    texts = tuple(text_of(cell) for cell in row[: frame.reach])
    filled = tuple(text_of(cell) for cell, _ in labels.values())
    line = Line(number, labels, amounts, (block, filled, texts), False, dropped is not None, headings.current)
    result.counted.append(line)
    if dropped is not None:
        return f"{dropped[0]} ({key_of(layout_name, layout, f'rows.{dropped[1]}')})"
    result.lines.append(line)
    return None


def _at(row: list[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else ""


def _left_out(sheet: Sheet, frame: Frame, number: int, reason: str) -> LeftOut:
    return LeftOut(
        sheet=sheet.name,
        place=f"A{number + 1}:{letters(max(frame.reach - 1, 0))}{number + 1}",
        reason=reason,
        content=json.dumps(_filled(frame, sheet.rows[number]), ensure_ascii=False),
    )


def _filled(frame: Frame, row: list[Cell]) -> dict[str, str]:
    return {name: text for name, text in labelled(frame.labels, row[: frame.reach]).items() if text}


def _mark_duplicates(lines: list[Line]) -> None:
    seen: set[tuple[object, ...]] = set()
    for line in lines:
        line.is_duplicate = line.identity in seen
        seen.add(line.identity)
