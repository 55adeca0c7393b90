"""Strict parsers: one raw cell into one value, or into the reason why not.

Here: text, numbers, dates, booleans, choices, periods and currencies, and running one of them down a column. No
parser guesses: what a person could read in two ways is refused. Where the cells come from is `sheets`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import partial
from typing import Final

from connectors.tabular.tables import SQL_TYPES, Column, Kind


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell without a value to read: it shows an error, its formula was never calculated, or `bad` says what it is."""

    text: str
    uncached: bool = False
    bad: Bad | None = None


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a cell can't be used: a word for machines, and what is wrong and how to mend it."""

    rule: str
    message: str


Cell = str | float | int | bool | Decimal | date | datetime | time | timedelta | ErrorCell
"""A raw cell; the empty text is a blank one. A Decimal was calculated from several cells of a row."""
Value = str | Decimal | int | date | datetime | bool | None
Parser = Callable[[Cell], Value | Bad]

CURRENCY_COLUMNS: Final = frozenset({"currency", "from_currency", "to_currency"})
_ERRORS: Final = frozenset(
    {
        "#REF!",
        "#N/A",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#GETTING_DATA",
    }
)
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MIDNIGHT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(?::00(?:\.0+)?)?")
_TIMESTAMP: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(\.[0-9]{1,9})?"
    r" ?(Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_DECIMAL_TYPE: Final = re.compile(r"decimal\(([0-9]+),([0-9]+)\)")
_EXACT: Final = Context(prec=400)
_TEN_PLACES: Final = Decimal("1e-10")
_BIGINT: Final = 2**63 - 1


def clean(text: str) -> str:
    """The text without outer white space, no-break spaces and zero-width marks."""
    return text.strip().strip("\u200b\ufeff").strip()


def header_key(cell: Cell) -> str:
    """What two headers have in common that differ in case or white space only."""
    return " ".join(text_of(cell).split()).casefold()


def text_of(cell: Cell) -> str:
    """The cell as a person would read it; a spreadsheet number at 15 significant digits."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, ErrorCell):
        return cell.text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return format(_from_number(cell), "f")
    if isinstance(cell, Decimal):
        return format(cell.normalize() if cell else cell, "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, timedelta):
        return str(cell)
    return cell.isoformat()


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands there; white space is nothing."""
    return isinstance(cell, str) and not clean(cell)


def _from_number(number: float | int) -> Decimal:
    return Decimal(number) if isinstance(number, int) else Decimal(f"{number:.15g}")


def error_in(cell: Cell) -> Bad | None:
    """The fault of a cell that shows an error or was never calculated; None for any other."""
    if isinstance(cell, ErrorCell) and cell.bad is not None:
        return cell.bad
    if isinstance(cell, ErrorCell) and cell.uncached:
        return Bad(
            "error_cell",
            f"the formula {cell.text!r} was saved without its calculated value: open the workbook in a "
            "spreadsheet program, save it and put it here again.",
        )
    if isinstance(cell, ErrorCell) or (isinstance(cell, str) and clean(cell).upper() in _ERRORS):
        return Bad("error_cell", f"the cell shows {text_of(cell)}: mend the formula or write the value.")
    return None


def parse_text(cell: Cell) -> Value | Bad:
    """Text without outer white space; a spreadsheet number without a trailing `.0`."""
    return text_of(cell) or None


def parse_period(cell: Cell) -> Value | Bad:
    """A label of the fiscal calendar; a date cell on the first of a month is that month, `2026-03`.

    Spreadsheet programs turn a typed `2026-03` into the date 2026-03-01, which is why such a cell is a label.
    """
    if isinstance(cell, date):
        if cell.day == 1:
            return f"{cell:%Y-%m}" if cell.year >= 1000 else _no_period(cell)
        return _no_period(cell)
    return text_of(cell) or None


def _no_period(cell: Cell) -> Bad:
    return Bad("not_a_period", f"the date {text_of(cell)} is not a period: write its label, e.g. 2026-03.")


def parse_currency(cell: Cell) -> Value | Bad:
    """A currency code of three letters, upper case."""
    text = text_of(cell)
    if not text:
        return None
    if len(text) == 3 and text.isascii() and text.isalpha():
        return text.upper()
    return Bad("not_a_currency", f"{text!r} is not a currency code: write three letters, e.g. EUR.")


def parse_choice(cell: Cell, *, choices: Sequence[str]) -> Value | Bad:
    """One of a closed set of words, lower case."""
    text = text_of(cell).lower()
    if not text:
        return None
    if text in choices:
        return text
    return Bad("not_one_of", f"{text_of(cell)!r} is none of {', '.join(choices)}: write one of these.")


_BOOLEANS: Final = {
    "true": True,
    "yes": True,
    "1": True,
    "x": True,
    "false": False,
    "no": False,
    "0": False,
}


def parse_boolean(cell: Cell) -> Value | Bad:
    """true/false, yes/no, 1/0 or x, in any case."""
    text = text_of(cell).lower()
    if not text:
        return None
    if text in _BOOLEANS and not isinstance(cell, date | time | timedelta):
        return _BOOLEANS[text]
    return Bad(
        "not_a_boolean", f"{text_of(cell)!r} is neither true nor false: write true, false, or nothing."
    )


def parse_date(cell: Cell) -> Value | Bad:
    """A date cell, or `2026-01-31`. A text with a time of day is refused, unless that is midnight."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    if not text:
        return None
    midnight = _MIDNIGHT.fullmatch(text)
    iso = midnight.group(1) if midnight else text
    if isinstance(cell, str) and _DATE.fullmatch(iso):
        try:
            return date.fromisoformat(iso)
        except ValueError:
            return Bad("not_a_date", f"{text!r} is no day of the calendar: correct it.")
    return Bad("not_a_date", f"{text!r} is not a date: write it as year-month-day, e.g. 2026-01-31.")


def parse_timestamp(cell: Cell) -> Value | Bad:
    """A moment as naive UTC: a date cell, or `2026-01-31T10:00:00Z`; without an offset it is taken as UTC."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    text = text_of(cell)
    if not text:
        return None
    match = _TIMESTAMP.fullmatch(text) if isinstance(cell, str) else None
    if match is None:
        return Bad("not_a_date", f"{text!r} is not a moment: write it as 2026-01-31T10:00:00Z.")
    try:
        return _moment(*match.groups())
    except (ValueError, OverflowError):
        return Bad("not_a_date", f"{text!r} is no moment of the calendar: correct it.")


def _moment(day: str, clock: str | None, fraction: str | None, offset: str | None) -> datetime:
    micro = (fraction or ".0")[:7]
    zone = "+00:00" if offset in (None, "Z", "z") else str(offset)
    moment = datetime.fromisoformat(f"{day}T{_with_seconds(clock)}{micro:0<7}{zone}")
    return moment.astimezone(UTC).replace(tzinfo=None)


def _with_seconds(clock: str | None) -> str:
    if clock is None:
        return "00:00:00"
    return clock if len(clock) == 8 else f"{clock}:00"


def fit_decimal(number: Decimal, *, kind: Kind) -> Decimal | Bad:
    """The number at ten decimals at most, half away from zero; refused where the column can't hold it."""
    digits = _whole_digits(kind)
    if number and number.adjusted() >= digits:
        return _too_large(digits)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -10:
        number = number.quantize(_TEN_PLACES, rounding=ROUND_HALF_UP, context=_EXACT)
    return _too_large(digits) if number and number.adjusted() >= digits else number


def _whole_digits(kind: Kind) -> int:
    match = _DECIMAL_TYPE.fullmatch(SQL_TYPES[kind])
    return int(match.group(1)) - int(match.group(2)) if match else 18


def _too_large(digits: int) -> Bad:
    return Bad(
        "not_a_number", f"the number has more than {digits} digits before the decimal point: correct it."
    )


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are written as text: the canonical way, unless a layout declares another.

    `negative` holds `minus`, `parentheses`, `trailing_minus`; `empty_words` are texts that mean a blank; a number is
    multiplied with `factor` before it is rounded; one of `symbols` may stand before or behind it.
    """

    decimal: str = "."
    thousands: str | None = None
    negative: tuple[str, ...] = ("minus",)
    empty_words: tuple[str, ...] = ()
    factor: Decimal = Decimal(1)
    symbols: tuple[str, ...] = ()


CANONICAL: Final = NumberStyle()


def parse_decimal(cell: Cell, *, kind: Kind = "number", style: NumberStyle = CANONICAL) -> Value | Bad:
    """An exact decimal: `-1234.5`. No grouping, exponent, percent or currency sign, unless `style` declares it."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not math.isfinite(cell):
            return Bad("not_a_number", f"{cell} is not a number: correct it.")
        return fit_decimal(_EXACT.multiply(_from_number(cell), style.factor), kind=kind)
    if isinstance(cell, Decimal):
        return fit_decimal(cell, kind=kind)
    text = text_of(cell)
    if not text or text.lower() in style.empty_words:
        return None
    plain = _plain(text, style) if isinstance(cell, str) else None
    if text.endswith("%"):
        return Bad(
            "not_a_number", f"{text!r} is a percentage where an amount should stand: write the amount."
        )
    if plain is None or not _NUMBER.fullmatch(plain):
        return Bad("not_a_number", f"{text!r} is not a number: {_how(style)}")
    return fit_decimal(_EXACT.multiply(Decimal(plain), style.factor), kind=kind)


def parse_share(
    cell: Cell, *, kind: Kind = "number", whole: int, style: NumberStyle = CANONICAL
) -> Value | Bad:
    """A number, or a percentage (`45 %`) of the `whole`: 45 where that is 100, 0.45 where it is 1."""
    text = text_of(cell)
    if not isinstance(cell, str) or not text.endswith("%"):
        return parse_decimal(cell, kind=kind, style=style)
    number = parse_decimal(text[:-1], kind=kind, style=style)
    if not isinstance(number, Decimal):
        return Bad("not_a_number", f"{text!r} is no percentage: write it like 45 %.")
    return fit_decimal(_EXACT.multiply(number, Decimal(whole) / 100), kind=kind)


def _how(style: NumberStyle) -> str:
    if style == CANONICAL:
        return "write it with a decimal point and without separators, e.g. 1234.50."
    return f"write it as the layout declares (decimal mark {style.decimal!r}), or correct the layout."


def _plain(text: str, style: NumberStyle) -> str | None:
    """The number in canonical spelling; None where it is not spelled in this style."""
    if style == CANONICAL:
        return text
    for symbol in style.symbols:
        if symbol in text:
            text = text.replace(symbol, "", 1).strip()
            break
    sign, body = _sign(text.replace("\u2212", "-"), style)
    whole = _ungrouped(body, style) if style.thousands is not None else body
    if whole is None or (style.decimal != "." and "." in whole):
        return None
    return sign + whole.replace(style.decimal, ".")


def _sign(text: str, style: NumberStyle) -> tuple[str, str]:
    if "parentheses" in style.negative and text.startswith("(") and text.endswith(")"):
        return "-", _unsigned(text[1:-1].strip())
    if "trailing_minus" in style.negative and text.endswith("-"):
        return "-", _unsigned(text[:-1].strip())
    if "minus" in style.negative and text.startswith("-"):
        return "-", _unsigned(text[1:].strip())
    return "", text


def _unsigned(text: str) -> str:
    """Left as it stands, so that a second sign is refused by the grammar: `--5` must not become 5."""
    return f"!{text}" if text[:1] in "+-" else text


def _ungrouped(body: str, style: NumberStyle) -> str | None:
    """Without thousands separators; None where a group has not exactly three digits, or the first is a 0."""
    if style.thousands == " ":
        body = re.sub(r"[\u00a0\u202f\u2009\u2007]", " ", body)
    whole, mark, fraction = body.partition(style.decimal)
    groups = whole.split(str(style.thousands))
    first = groups[0].lstrip("+")
    if len(groups) > 1 and not (
        1 <= len(first) <= 3 and first[0] != "0" and all(len(group) == 3 for group in groups[1:])
    ):
        return None
    return "".join(groups) + mark + fraction


def parse_integer(cell: Cell) -> Value | Bad:
    """A whole number; `3.0` is one."""
    number = parse_decimal(cell, kind="money")
    if not isinstance(number, Decimal):
        return number
    if number != number.to_integral_value() or abs(number) > _BIGINT:
        return Bad("not_a_number", f"{text_of(cell)!r} is not a whole number: correct it.")
    return int(number)


def parser_of(column: Column) -> Parser:
    """The parser of a canonical column."""
    if column.name in CURRENCY_COLUMNS:
        return parse_currency
    if column.kind == "choice":
        return partial(parse_choice, choices=column.choices)
    if column.whole is not None:
        return partial(parse_share, kind=column.kind, whole=column.whole)
    simple: dict[Kind, Parser] = {
        "text": parse_text,
        "period": parse_period,
        "integer": parse_integer,
        "date": parse_date,
        "timestamp": parse_timestamp,
        "boolean": parse_boolean,
    }
    return simple.get(column.kind) or partial(parse_decimal, kind=column.kind)


def parse_cells(cells: Sequence[Cell], parse: Parser) -> tuple[list[Value | Bad], bool]:
    """Each cell parsed, and whether any of them is `Bad`. Each distinct cell is parsed once.

    A cell is told from another by its type too, because Python holds `True`, `1` and `1.0` to be equal.
    """
    texts_only = all(cell.__class__ is str for cell in cells)
    keys: Sequence[object] = cells
    if not texts_only:
        keys = list(zip(map(type, cells), cells, strict=True))
    first: dict[object, Cell] = dict(zip(keys, cells, strict=True))
    known = {key: error_in(cell) or parse(cell) for key, cell in first.items()}
    return [known[key] for key in keys], any(isinstance(value, Bad) for value in known.values())
