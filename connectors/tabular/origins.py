"""Where a layout takes each column from in one sheet, in words: what a person compares with the sheet beside it."""

from __future__ import annotations

from typing import Final

from connectors.tabular.frame import Frame
from connectors.tabular.grid import letters
from connectors.tabular.layout import ColumnFrom, Layout

FUNCTIONAL_CURRENCY: Final = "the functional currency"


def column_origins(layout: Layout, frame: Frame, amount: str | None) -> dict[str, str]:
    """The origin of each canonical column, in the layout's order; periods and amounts last.

    Args:
        amount: the canonical column of the amounts.
    """
    origins = {name: _origin(name, origin, frame) for name, origin in layout.columns.items()}
    found = {name: said for name, said in origins.items() if said}
    if frame.periods:
        columns = list(frame.periods)
        period_of = frame.periods
        first, last = columns[0], columns[-1]
        found["period"] = (
            f"{len(columns)} headers, {letters(first)} ({period_of[first]}) to {letters(last)} ({period_of[last]})"
        )
    if amount is not None and frame.periods:
        found[amount] = "the cells below these headers"
    elif amount is not None and frame.parts:
        found[amount] = " ".join(
            f"{'+' if sign > 0 else '−'} {_column(column, frame)}" for column, sign in frame.parts.items()
        ).removeprefix("+ ")
    if amount in found and frame.signs is not None:
        found[amount] += f", with the sign of {_column(frame.signs, frame)}"
    if amount in found and layout.amount.turned != 1:
        found[amount] += f", times {layout.amount.turned:,}"
    return found


def _origin(name: str, origin: ColumnFrom, frame: Frame) -> str:
    if name in frame.several:
        glue = " + " if origin.join else ", else "
        return glue.join(_column(column, frame) for column in frame.several[name])
    if name in frame.columns:
        return _column(frame.columns[name], frame) + (", filled down" if origin.fill_down else "")
    if origin.is_below:
        return f"not there, hence {origin.default!r}" if name in frame.absent else ""
    if origin.value is not None:
        return f"the value {origin.value}"
    places = {
        "sheet_name": "the sheet's name",
        "file_name": "the file's name",
        "functional_currency": FUNCTIONAL_CURRENCY,
        "amount": "the sign at the amount",
    }
    return places.get(origin.origin or "", origin.cell or "")


def _column(column: int, frame: Frame) -> str:
    label = frame.labels[column]
    return (
        f"column {letters(column)}"
        if label == f"column {letters(column)}"
        else f"{label!r} in {letters(column)}"
    )
