"""Columns that stay in Arrow until somebody asks for a value: sequences like the lists of a small file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


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
        return iter(self.array.to_pylist())

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
