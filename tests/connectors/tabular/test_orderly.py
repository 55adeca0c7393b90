"""Whether line and row go together is the same wherever a file is cut while it is read."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.tabular import orderly

PARTS = [b"a", b",", b" ", b"\t", b"\r", b"\n", b"\r\n", b"\n\n", b"\0", "é".encode(), "李".encode(), b"\xe9"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PARTS)).map(b"".join), st.integers(1, 9))
@example(b"a\n" + b" " * 20 + b"\nb", 4)
@example("aé".encode(), 2)
def test_the_answer_does_not_depend_on_the_chunks(tmp_path, content, chunk):
    file = tmp_path / "rows.csv"
    file.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orderly, "_CHUNK", chunk)
        found = orderly.is_orderly(file)
    assert found == is_orderly_at_once(content)


def is_orderly_at_once(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\0" not in text and not re.search(r"\n[ \t]*\r?\n|\n[ \t\r]*[ \t][ \t\r]*\Z", text)


def test_a_line_of_nothing_but_spaces_without_end_is_not_orderly(tmp_path, monkeypatch):
    monkeypatch.setattr(orderly, "_LONGEST_TAIL", 2**20)
    file = tmp_path / "rows.csv"
    file.write_bytes(b"a\n" + b" " * 2**22)
    assert not orderly.is_orderly(file)
