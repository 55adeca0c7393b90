"""Text that is taken for plain has nothing that `clean` takes off, and shows no error."""

from __future__ import annotations

import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.tabular.cells import clean, error_in
from connectors.tabular.plain_text import cleaned, written_plainly

CHARACTERS = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
OUTER = [character for character in CHARACTERS if clean(character) != character]


def told(texts: list[str | None]) -> list[bool]:
    return written_plainly(pa.array(texts, pa.string())).tolist()


@pytest.mark.parametrize("shape", ["{}", "{}a", "a{}"])
def test_no_character_that_is_taken_off_passes_for_plain(shape):
    assert len(OUTER) > 20
    assert not any(told([shape.format(character) for character in OUTER]))


@pytest.mark.parametrize("text", ["ana", "a b", "é", "Zoë", "李明", "Кот", "x" * 300, "7", None])
def test_common_text_is_plain(text):
    assert told([text]) == [True]


@pytest.mark.parametrize("text", ["", "#REF!", "#n/a", " ana", "ana\t"])
def test_what_the_parsers_have_to_judge_is_not_plain(text):
    assert told([text]) == [False]


@given(
    st.lists(st.none() | st.text(st.characters(codec="utf-8") | st.sampled_from([*OUTER, "#", "a"]))),
    st.integers(0, 3),
)
def test_plain_text_is_its_own_value(texts, skipped):
    array = pa.array(texts, pa.string())[skipped:]
    plain = written_plainly(array)
    assert len(plain) == len(array)
    for text, is_plain in zip(array.to_pylist(), plain, strict=True):
        assert not is_plain or text is None or (clean(text) == text != "" and error_in(text) is None)
    assert cleaned(array).to_pylist() == [clean(text) or None if text else None for text in array.to_pylist()]
    assert np.array_equal(plain, written_plainly(pa.concat_arrays([array])))
