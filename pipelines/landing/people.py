"""Which columns name a person, and a text without the persons of a row: what is published names none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

PERSONAL: Final = frozenset(
    {"person", "owner", "manager", "sponsor", "approved_by", "waived_by", "display_name", "email", "comment"}
)
"""Columns of any table whose value is a person, or may hold a person's name; Jira's accounts come to them."""


def is_personal(table: str, column: str) -> bool:
    """Whether a column of a table names a person."""
    return (
        column in PERSONAL
        or column.endswith("account")
        or (table, column) in {("people", "name"), ("people_crosswalk", "source_id")}
    )


def without(text: str, values: Iterable[object]) -> str:
    """The text with `…` in place of each of the values, where it stands as a word of its own."""
    for value in sorted({str(value) for value in values if value not in (None, "")}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "…", text)
    return text
