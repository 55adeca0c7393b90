"""Which way of writing hours fits the times of day at which each entry began and ended.

`45:30` may be hours and minutes or minutes and seconds; 09:00 and 09:45 beside it say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from connectors.tabular.cells import Cell, Parser
from connectors.tabular.written import Choice, second_of_day

_DAY: Final = 24 * 3600
_SLACK: Final = 60
"""Seconds by which a duration may miss its times: these may be written in whole minutes."""


def fitting(choices: Sequence[Choice], entries: Iterable[tuple[Cell, Cell, Cell]]) -> Choice | None:
    """The one way of writing by which every duration lies between its times; None where none or several do.

    Args:
        entries: of each row the duration, and the times of day at which it began and ended. A row without both times
            says nothing; nor does a time whether a midnight or several lie between.
    """
    told = [
        (cell, (end - start) % _DAY)
        for cell, begun, ended in entries
        if (start := second_of_day(begun)) is not None and (end := second_of_day(ended)) is not None
    ]
    left = [choice for choice in choices if all(_fits(choice[1], cell, seconds) for cell, seconds in told)]
    return left[0] if told and len(left) == 1 else None


def _fits(parse: Parser, cell: Cell, seconds: int) -> bool:
    hours = parse(cell)
    if hours is None:
        return True
    if not isinstance(hours, Decimal):
        return False
    apart = abs(hours * 3600 - seconds) % _DAY
    return min(apart, _DAY - apart) < _SLACK
