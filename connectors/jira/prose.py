"""Plain text of Jira's rich text: Cloud answers a document tree where Data Center answers a string."""

from __future__ import annotations

from typing import Any

_BLOCKS = frozenset(
    {"paragraph", "heading", "listItem", "codeBlock", "tableRow", "blockquote", "panel", "taskItem", "rule"}
)
_WORDS = {
    "text": ("text",),
    "mention": ("text", "id"),
    "emoji": ("text", "shortName"),
    "inlineCard": ("url",),
}


def plain_text(document: dict[str, Any]) -> str:
    """The words of a document in Atlassian Document Format, one line a block; formatting is left out.

    Raises:
        TypeError: it is no such document.
    """
    if not isinstance(document.get("content"), list):
        raise TypeError("a document with content")
    lines: list[str] = [""]
    _collect(document, lines)
    return "\n".join(line.rstrip() for line in lines).strip()


def _collect(node: Any, lines: list[str]) -> None:
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind == "hardBreak" or (kind in _BLOCKS and lines[-1]):
        lines.append("")
    lines[-1] += _word(node)
    for child in node.get("content") or ():
        _collect(child, lines)
    if kind in _BLOCKS and lines[-1]:
        lines.append("")


def _word(node: dict[str, Any]) -> str:
    """What a leaf says; Jira writes it on the node itself or among its attributes."""
    values = {**(node.get("attrs") or {}), **node}
    for name in _WORDS.get(node.get("type", ""), ()):
        if isinstance(values.get(name), str):
            return str(values[name])
    return ""
