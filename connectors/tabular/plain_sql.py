"""What SQL may read of a text cell: values that are written in one way only, and whether a cell is written so.

`plainly` gives an expression for the value and one for whether it can be trusted. A cell for which the second is false
is read by the parsers of `cells`; so nothing is lost where SQL is stricter, and nothing may be where it is laxer.
"""

from __future__ import annotations

from typing import Final

from connectors.tabular.cells import CURRENCY_COLUMNS
from connectors.tabular.tables import SQL_TYPES, Column

_DIGITS: Final = {"money": 18, "number": 18, "hours": 8, "rate": 8}
_BOOLEANS: Final = dict.fromkeys(("true", "yes", "1", "x"), "true") | dict.fromkeys(
    ("false", "no", "0"), "false"
)


def plainly(column: Column, cell: str, *, is_ticked: bool = False) -> tuple[str, str]:
    """The value of a cell in SQL, and whether the cell is written plainly; neither is ever null where it is.

    Args:
        cell: the name of a text column in which a blank cell is null.
        is_ticked: whether the column is ticked with x, so that blank says no.
    """
    value, is_plain = _of_kind(column, cell)
    if column.required and column.default is None:
        return value, f"({cell} is not null and {is_plain})"
    blank = "false" if is_ticked else f"'{column.default}'" if column.default is not None else "null"
    return f"case when {cell} is null then {blank} else {value} end", f"({cell} is null or {is_plain})"


def comparable(column: Column, cell: str, *, is_ticked: bool = False) -> str:
    """Something in SQL that is the same for two cells wherever their values are; it may be the same for others too.

    Args:
        cell: the name of a text column without outer white space, in which a blank cell is null.
    """
    shared = _comparable(column, cell)
    default = "false" if is_ticked else column.default
    return shared if default is None else f"coalesce({shared}, '{default}')"


def _comparable(column: Column, cell: str) -> str:
    if is_text(column):
        return cell
    if column.name in CURRENCY_COLUMNS or column.kind == "choice":
        return f"lower({cell})"
    if column.kind == "boolean":
        return f"coalesce(({_truth(cell)})::varchar, {cell})"
    if column.kind == "timestamp":
        return f"coalesce({_moment(cell)}::varchar, {cell})"
    return f"coalesce(try_cast({cell} as {SQL_TYPES[column.kind]})::varchar, {cell})"


def _moment(cell: str) -> str:
    """The microseconds of a moment, with an offset or in UTC; a day is its midnight."""
    text = f"upper({cell})"
    for wide, narrow in (("T", " "), (" +", "+"), (" -", "-"), (" Z", "Z")):
        text = f"replace({text}, '{wide}', '{narrow}')"
    tried = (f"{text} || 'Z'", f"{text} || ' 00:00:00Z'", text)
    return f"epoch_us(coalesce({', '.join(f'try_cast({each} as timestamptz)' for each in tried)}))"


def is_text(column: Column) -> bool:
    """Whether a cell's text is its value: `plain_text` says of which cells, not this module."""
    return column.kind in ("text", "period") and column.name not in CURRENCY_COLUMNS


def _of_kind(column: Column, cell: str) -> tuple[str, str]:
    if column.name in CURRENCY_COLUMNS:
        return f"upper({cell})", f"regexp_full_match({cell}, '[A-Za-z]{{3}}')"
    if column.kind == "choice":
        words = ", ".join(f"'{word}'" for word in column.choices)
        word = f"case when {cell} in ({words}) then {cell} when lower({cell}) in ({words}) then lower({cell}) end"
        return word, f"({word}) is not null"
    if column.kind in _DIGITS:
        number = f"try_cast({cell} as {SQL_TYPES[column.kind]})"
        pattern = rf"[+-]?[0-9]{{1,{_DIGITS[column.kind] - 1}}}(\.[0-9]{{1,10}})?"
        return number, f"(regexp_full_match({cell}, '{pattern}') and {number} is not null)"
    if column.kind == "integer":
        return f"try_cast({cell} as bigint)", f"regexp_full_match({cell}, '-?[0-9]{{1,17}}')"
    if column.kind == "date":
        day = f"try_cast({cell} as date)"
        return day, f"coalesce({cell} > '0001' and cast({day} as varchar) = {cell}, false)"
    if column.kind == "timestamp":
        moment = f"try_cast(replace(replace({cell}, 'T', ' '), 'Z', '') as timestamp)"
        pattern = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z?"
        return (
            moment,
            f"(regexp_full_match({cell}, '{pattern}') and {moment} is not null and {cell} > '0001')",
        )
    if column.kind == "boolean":
        truth = _truth(cell)
        return truth, f"({truth}) is not null"
    raise ValueError(f"{column.name} is text: its values are its cells")


def _truth(cell: str) -> str:
    cases = " ".join(f"when '{word}' then {meaning}" for word, meaning in _BOOLEANS.items())
    return f"case lower({cell}) {cases} end"
