"""How validation says numbers and lists in its messages."""

from __future__ import annotations

from decimal import Decimal

SHOWN = 3


def counted(rows: int) -> str:
    """`1 row`, `2 rows`."""
    return f"{rows} row{'' if rows == 1 else 's'}"


def plain(value: Decimal) -> str:
    """A decimal in plain notation, with two decimals at least."""
    text = f"{value:f}"
    whole, point, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}" if point else f"{text}.00"
