"""Whether line and row of a large file go together: UTF-8 text without NUL bytes and blank lines."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

import numpy as np

_CHUNK: Final = 2**20
_LONGEST_TAIL: Final = 2**24
_BLANK_LINE: Final = re.compile(rb"\n[ \t]*\r?\n")
_LINE_FEED: Final = 10
_SPACE: Final = 32


def is_orderly(file: Path) -> bool:
    """Whether a file is UTF-8 text without NUL bytes and blank lines. Reads all of it; OSError where it can't."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    tail = b""
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            joined = tail + chunk if tail else chunk
            if b"\0" in chunk or (_may_have_blank_lines(joined) and _BLANK_LINE.search(joined)):
                return False
            try:
                # A character that is cut by the end of a chunk waits in the decoder.
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
            tail = _blank_tail(joined)
            if len(tail) > _LONGEST_TAIL:
                return False
    # A last line without an end is blank too, and a last character may be cut short.
    return not tail.strip(b"\r\n") and not decoder.getstate()[0]


def _may_have_blank_lines(text: bytes) -> bool:
    """Whether some line begins with white space or a line end: several times cheaper than the exact question."""
    letters = np.frombuffer(text, np.uint8)
    return bool(((letters[:-1] == _LINE_FEED) & (letters[1:] <= _SPACE)).any())


def _blank_tail(text: bytes) -> bytes:
    """The last line with the line end before it, where nothing stands in it so far."""
    end = text.rfind(b"\n")
    tail = text[end:] if end >= 0 else b""
    return b"" if tail.strip(b" \t\r\n") else tail
