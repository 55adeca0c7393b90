"""A layout being written: YAML line by line, each line with the doubt about it as a comment that begins with `# ?`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?: [A-Za-z0-9_]+)*")
_YAML_WORDS: Final = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})


@dataclass(slots=True)
class Draft:
    """A layout in the making: lines of YAML with their doubts."""

    name: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def add(self, key: str, value: object, doubt: str = "", *, depth: int = 2) -> None:
        """One key with its value in flow style, `...` for a key whose value follows in lines of its own."""
        doubt = " ".join("".join(each if each.isprintable() else " " for each in doubt).split())
        written = "" if value is ... else f" {_flow(value)}"
        self.lines.append((f"{'  ' * depth}{key}:{written}", doubt))
        if doubt:
            self.doubts.append(f"{key}: {doubt}")

    def text(self) -> str:
        """The YAML, comments in one column."""
        width = min(max((len(line) for line, doubt in self.lines if doubt), default=0), 76)
        body = [f"{line:<{width}}  # ? {doubt}" if doubt else line for line, doubt in self.lines]
        return "\n".join(["layouts:", f"  {_text(self.name)}:", *body]) + "\n"


def _flow(value: object) -> str:
    """A value in YAML's flow style, texts quoted where they need it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, bool | int):
        return json.dumps(value)
    return _text(str(value))


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.casefold() not in _YAML_WORDS:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
