"""The raw record that lands beside the columns: JSON with sorted keys, without what changes by itself.

Two readings of an unchanged record give equal text, so that it lands once. Left out are addresses and pictures (they
change with the way by which Jira is reached) and, of people, everything but who they are: the rest is in `users`.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from connectors.jira.values import whole_characters

_NOISE = frozenset({"self", "expand", "avatarUrls", "avatarUrl", "avatarId", "iconUrl", "lastLoginTime"})
_PERSON = ("accountId", "key", "name")


def document(record: dict[str, Any]) -> str:
    """The record as JSON with sorted keys, so that equal records give equal text."""
    try:
        return orjson.dumps(record, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        # Half a surrogate pair, an integer beyond 64 bits, or nesting deeper than orjson goes.
        text = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        if whole_characters(text) == text:
            return text
        return json.dumps(record, sort_keys=True, separators=(",", ":"))


def json_list(items: list[Any]) -> str:
    """The array that a column of several values holds; its texts are whole characters already."""
    return orjson.dumps(items).decode() if items else "[]"


def settled(record: dict[str, Any]) -> dict[str, Any]:
    """The record without what changes by itself, however deep it stands; people inside it by identity alone."""
    return {name: settled_value(value) for name, value in record.items() if name not in _NOISE}


def settled_value(value: Any) -> Any:
    """A member of a record, settled in the same way."""
    kind = type(value)
    if kind is dict:
        if "displayName" in value and "active" in value:
            return {name: value[name] for name in _PERSON if name in value}
        return settled(value)
    return [settled_value(each) for each in value] if kind is list else value
