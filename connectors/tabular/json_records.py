"""JSON answers and exports as sheets: one row a record, one column a member, members of members joined by dots.

    {"results": [{"id": 7, "issue": {"key": "ERP-1"}}]}   ─▶   id | issue.key
                                                               7  | ERP-1

Row 2 of the sheet is the first record. A list of plain values has a column for each (`projects[0]`); any other list
stands in one column as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import orjson

from connectors.errors import UnreadableFile
from connectors.tabular.cells import Cell
from connectors.tabular.limits import DEFAULT_LIMITS, MAX_COLUMNS, Limits
from connectors.tabular.sheets import Sheet

_CONTAINERS: Final = ("results", "worklogs", "value", "values", "data", "records", "d")
_DEEPEST: Final = 20
_NEXT: Final = ("next", "nextPage", "@odata.nextLink", "odata.nextLink", "__next")


def read_json(
    data: bytes, *, relative: str, records: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> Sheet:
    """The records of a JSON file: a list, or the list in its member `records` (else the one that is usual).

    Raises:
        UnreadableFile: it is no JSON, holds no list of objects, or asks for more than `limits` allows.
    """
    try:
        content = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise UnreadableFile(f"{relative} is no JSON ({error}).", mend="Export it again.") from error
    found = _records(content, records)
    if found is None:
        raise UnreadableFile(
            f"{relative} holds no list of records.",
            mend="Export the list itself, or name its member in records: of a layout in pmo.yaml.",
        )
    flat = [dict(_members(record, "", 0)) for record in found]
    header = list(dict.fromkeys(name for record in flat for name in record))
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile(
            f"{relative}: its records have {len(header):,} different members, more than {MAX_COLUMNS:,}.",
            mend="Export a list whose records have the same members.",
        )
    if len(header) * len(flat) > limits.max_cells:
        raise limits.refusal(
            f"{relative} makes a table of {len(flat):,} rows and {len(header):,} columns",
            "max_cells",
            "Export it in parts",
        )
    return Sheet(None, [[*header], *([record.get(name, "") for name in header] for record in flat)])


def is_one_page(data: bytes) -> bool:
    """Whether an answer says itself that there are more records than it holds."""
    try:
        content = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return False
    if not isinstance(content, dict):
        return False
    parts = [part for part in (content, content.get("metadata"), content.get("d")) if isinstance(part, dict)]
    if any(part.get(name) for part in parts for name in _NEXT) or content.get("isLast") is False:
        return True
    total, first = content.get("total"), content.get("startAt", 0)
    found = _records(content, None)
    counted = isinstance(total, int) and isinstance(first, int) and found is not None
    return counted and total > first + len(found or [])


def _records(content: Any, name: str | None) -> list[Any] | None:
    if isinstance(content, dict):
        names = (name,) if name else _CONTAINERS
        content = next((content[each] for each in names if isinstance(content.get(each), list | dict)), None)
        if isinstance(content, dict):
            return _records(content, None)
    is_list = isinstance(content, list) and all(isinstance(each, dict) for each in content)
    return content if is_list else None


def _members(value: Any, name: str, depth: int) -> Iterator[tuple[str, Cell]]:
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, member in value.items():
            yield from _members(member, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and value and not any(isinstance(each, dict | list) for each in value):
        for place, each in enumerate(value):
            yield f"{name}[{place}]", _cell(each)
    else:
        yield name, _cell(value)


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value if isinstance(value, str | bool | int | float) else str(value)
