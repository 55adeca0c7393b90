"""A file that nothing here knows, opened for a look: its sheets, its titles, and what these say of its year."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass

from connectors.tabular.cells import text_of
from connectors.tabular.extract import Notes
from connectors.tabular.json_records import read_json
from connectors.tabular.sheets import (
    CSV_SUFFIXES,
    JSON_SUFFIXES,
    Sheet,
    decoded_head,
    loose,
    read_csv,
    ruled_list,
    suffix_of,
)
from connectors.tabular.survey import is_words
from connectors.tabular.workbooks import open_workbook


@dataclass(slots=True)
class UnknownBook:
    """What a file holds that may be read."""

    sheets: list[Sheet]
    delimiter: str | None = None
    is_utf8: bool = True

    @property
    def titles(self) -> list[str]:
        """The texts of the first rows of the first sheet."""
        rows = self.sheets[0].rows[:6] if self.sheets else []
        return [text_of(cell) for row in rows for cell in row[:3] if is_words(cell)]


def opened_book(data: bytes, relative: str) -> UnknownBook:
    """The visible sheets of a file, a text file cut at its likeliest separator.

    Raises:
        UnreadableFile: it can't be opened.
    """
    suffix = suffix_of(relative)
    if suffix in JSON_SUFFIXES:
        return UnknownBook([read_json(data, relative=relative)])
    if suffix in CSV_SUFFIXES:
        notes = Notes()
        head = decoded_head(data)
        delimiter = None if ruled_list(head) is not None else _delimiter(head)
        sheet = read_csv(data, relative=relative, score=len, notes=notes, delimiter=delimiter)
        is_utf8 = not any(remark.rule == "not_utf8" for remark in notes.remarks)
        return UnknownBook([sheet], delimiter, is_utf8)
    with open_workbook(data, relative=relative, notes=[]) as book:
        return UnknownBook([sheet for sheet in map(book.sheet, book.visible) if not sheet.is_blank])


def _delimiter(head: str) -> str:
    """The separator that cuts most rows into the same number of cells, comma first."""

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in loose(head, delimiter) if len(row) > 1]
        usual = statistics.mode(widths) if widths else 0
        return widths.count(usual), usual

    return max((",", ";", "\t", "|"), key=evenness)


def year_in(text: str) -> tuple[int, bool] | None:
    """The year that a title or a file's name says, and whether it is a fiscal one, named after its end."""
    fiscal = re.search(r"\b(?:FY|EX|GJ) ?((?:20)?[0-9]{2})\b", text.replace("_", " "))
    plain = re.search(r"(?<![0-9])(20[0-9]{2})(?![0-9])", text)
    match = fiscal or plain
    return None if match is None else (2000 + int(match.group(1)) % 100, match is fiscal)
