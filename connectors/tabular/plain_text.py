"""Which cells of text are written plainly: neither white space at an end, nor the sign that error cells begin with.

Asked of the bytes of a whole Arrow column at once. In UTF-8 the lead byte of the first character and that of the last
tell enough: under a lead byte that is taken for plain there is no character that `clean` takes off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from connectors.tabular.cells import clean

if TYPE_CHECKING:
    import pyarrow as pa

Mask = np.ndarray[Any, np.dtype[np.bool_]]

_LEADS: Final = np.zeros(256, bool)
_LEADS[0x21:0x7F] = True
# Without the blocks of the no-break space (C2), Ogham (E1), general punctuation (E2), CJK marks (E3), byte order (EF).
_LEADS[0xC3:0xE1] = True
_LEADS[0xE4:0xEF] = True
_LEADS[0xF0:0xF5] = True
_FIRSTS: Final = _LEADS.copy()
_FIRSTS[ord("#")] = False
_IS_INNER: Final = (np.arange(256) & 0xC0) == 0x80


def written_plainly(cells: pa.Array) -> Mask:
    """For each cell of a text column whether its text is its value; a blank one (null) counts as plain."""
    _, offsets, data = cells.buffers()
    if not data:
        return blank(cells)
    bounds = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    letters = np.frombuffer(data, np.uint8)
    starts = bounds[:-1]
    last = bounds[1:] - 1
    is_empty = last < starts
    # A cell without a letter has none to look at: any will do.
    leads = np.where(is_empty, 0, last)
    while (inner := np.flatnonzero(_IS_INNER[letters[leads]])).size:
        leads[inner] -= 1
    plain: Mask = _FIRSTS[letters[np.where(is_empty, 0, starts)]] & _LEADS[letters[leads]]
    return np.where(is_empty, blank(cells), plain)


def blank(cells: pa.Array) -> Mask:
    """For each cell whether it is null."""
    found: Mask = cells.is_null().to_numpy(zero_copy_only=False)
    return found


def cleaned(cells: pa.Array) -> pa.Array:
    """The texts without outer white space, as `clean` takes it off; null where nothing is left."""
    odd = np.flatnonzero(~written_plainly(cells))
    return patched(cells, odd, [clean(text) or None for text in cells.take(odd).to_pylist()])


def patched(array: pa.Array, rows: Sequence[int] | np.ndarray[Any, Any], values: Sequence[Any]) -> pa.Array:
    """The array with other values at some positions."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(rows):
        return array
    mask = np.zeros(len(array), bool)
    mask[rows] = True
    return pc.replace_with_mask(array, pa.array(mask), pa.array(list(values), array.type))
