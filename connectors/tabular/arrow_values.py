"""Columns that stay in Arrow until somebody asks for a value: sequences like the lists of a small file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

BELOW_HEADER = 2
"""The spreadsheet row of record 0."""


class ArrowValues(Sequence[Any]):
    """An Arrow array as a sequence of Python values."""

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            return self.array[item].to_pylist()
        return self.array[item].as_py()

    def __iter__(self) -> Iterator[Any]:
        import pyarrow as pa

        kind = self.array.type
        if not (pa.types.is_date(kind) or pa.types.is_decimal(kind)):
            return iter(self.array.to_pylist())
        # Days and amounts are dear to make: each different one is made once.
        coded = self.array.dictionary_encode()
        different = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
        places = coded.indices.fill_null(len(different) - 1).to_numpy()
        return iter(different[places].tolist())

    def taken(self, rows: Sequence[int]) -> ArrowValues:
        """Some of the values, by their positions."""
        import pyarrow as pa

        return ArrowValues(self.array.take(pa.array(rows, pa.int64())))


class RepeatedValue(Sequence[Any]):
    """One value as often as there are rows."""

    def __init__(self, value: Any, count: int) -> None:
        self.value = value
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            return [self.value] * len(range(self._count)[item])
        return self.value

    def __iter__(self) -> Iterator[Any]:
        return iter([self.value] * self._count)

    def taken(self, rows: Sequence[int]) -> RepeatedValue:
        """Some of the values, by their positions."""
        return RepeatedValue(self.value, len(rows))


class RowPlaces(Sequence[Any]):
    """The range of each record: `A2:F2`."""

    def __init__(self, last: str, rows: Sequence[int]) -> None:
        self.last = last
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            return [self._place(row) for row in self.rows[item]]
        return self._place(self.rows[item])

    def _place(self, row: int) -> str:
        return f"A{row + BELOW_HEADER}:{self.last}{row + BELOW_HEADER}"

    def taken(self, rows: Sequence[int]) -> RowPlaces:
        """Some of the places, by their positions."""
        return RowPlaces(self.last, [self.rows[row] for row in rows])

    @property
    def array(self) -> pa.Array:
        """All places as Arrow text."""
        import pyarrow as pa
        import pyarrow.compute as pc

        numbers = pc.add(pa.array(self.rows, pa.int64()), BELOW_HEADER).cast(pa.string())
        return pc.binary_join_element_wise("A", numbers, f":{self.last}", numbers, "")


class CellPlaces(Sequence[str]):
    """The address of each record in one column: `C2`."""

    def __init__(self, column: str, rows: Sequence[int]) -> None:
        self.column = column
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            return [f"{self.column}{row + BELOW_HEADER}" for row in self.rows[item]]
        return f"{self.column}{self.rows[item] + BELOW_HEADER}"

    def taken(self, rows: Sequence[int]) -> CellPlaces:
        """Some of the addresses, by their positions."""
        return CellPlaces(self.column, [self.rows[row] for row in rows])
