"""Addresses, and joining what several sheets hold."""

from __future__ import annotations

from connectors.tabular.extract import CellFault
from connectors.tabular.grid import Grid, address, join, letters


def test_addresses_are_those_of_a_spreadsheet() -> None:
    assert [letters(column) for column in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
    assert address(1048575, 16383) == "XFD1048576"


def test_joined_sheets_keep_their_faults_with_their_rows_and_blank_what_only_one_has() -> None:
    fault = CellFault(0, "a", "A2", "r", "", "")
    first = Grid(cells={"a": ["1"]}, sheets=["s"], places=["A2"], attributes=[None], contents=[{}])
    second = Grid(
        cells={"b": ["2"]}, sheets=["t"], places=["A2"], attributes=[None], contents=[{}], faults=[fault]
    )
    joined = join([first, second])
    assert joined.cells == {"a": ["1", ""], "b": ["", "2"]} and joined.sheets == ["s", "t"]
    assert [f.row for f in joined.faults] == [1]
