"""One file of the home as it was received: what recognising and reading it both need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from connectors.tabular.limits import DEFAULT_LIMITS, Limits
from connectors.tabular.sheets import WORKBOOK_SUFFIXES, suffix_of
from connectors.tabular.workbooks import Workbook, open_workbook


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes, its path below the home as messages name it, and the open workbook where it is one."""

    relative: str
    data: bytes
    limits: Limits = DEFAULT_LIMITS
    book: Workbook | None = None

    @property
    def suffix(self) -> str:
        """The file's ending, lower case."""
        return suffix_of(self.relative)


@contextmanager
def opened(data: bytes, *, relative: str, notes: list[str], limits: Limits) -> Iterator[Content]:
    """The content of a file; a workbook is open, once for all who look at it, until the block ends.

    Raises:
        UnreadableFile: a workbook that can't be opened.
    """
    if suffix_of(relative) not in WORKBOOK_SUFFIXES:
        yield Content(relative, data, limits)
        return
    with open_workbook(data, relative=relative, notes=notes, limits=limits) as book:
        yield Content(relative, data, limits, book)
