"""Answers as they came, on disk: what a killed reading has, the next one does not ask for again.

    <folder>/plan.json                          what is being read, since when
    <folder>/<walk>/<number>.page               a line of JSON about the page, then the answer, compressed

A page is there whole or not at all: it is written beside its place and renamed. Here: files. What is asked, and what a
page means, is `connectors.jira.reading`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

_CODEC = "zstd"


@dataclass(frozen=True, slots=True)
class Page:
    """One kept answer.

    Args:
        position: where in its walk it was asked; following: the position of the next page, None after the last.
        about: what else the walk wanted to remember of it.
    """

    file: Path
    position: dict[str, Any]
    following: dict[str, Any] | None
    about: dict[str, Any]
    size: int

    def answer(self) -> Any:
        """The JSON of the answer."""
        return orjson.loads(_body(self))


class Spool:
    """The pages of one reading of one site, below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._counts: dict[str, int] = {}

    def plan(self) -> dict[str, Any] | None:
        """What `begin` was given by the reading that is under way here; None where none can be gone on with.

        A power cut may leave files that have their name and not their content: then all of it is read again.
        """
        try:
            plan: dict[str, Any] | None = self.noted("plan")
            for file in self.folder.rglob("*.json") if plan else ():
                orjson.loads(file.read_bytes())
            for file in self.folder.rglob("*.page") if plan else ():
                _body(_read_head(file))
        except (ValueError, KeyError, OSError):
            return None
        return plan

    def begin(self, plan: Mapping[str, Any]) -> None:
        """Forgets what is here, and starts another reading."""
        self.clear()
        self.folder.mkdir(parents=True)
        self.note("plan", plan)

    def note(self, name: str, content: Any) -> None:
        """Keeps a decision under a name, in place of an earlier one."""
        _write_whole(self.folder / f"{name}.json", json.dumps(content).encode())

    def noted(self, name: str) -> Any:
        """The decision kept under a name; None where there is none."""
        file = self.folder / f"{name}.json"
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None

    def clear(self) -> None:
        """Removes everything; what is landed is not needed any more."""
        if self.folder.exists():
            # The plan goes first: without it the rest is nothing, should this be interrupted.
            (self.folder / "plan.json").unlink(missing_ok=True)
            shutil.rmtree(self.folder)
        self._counts.clear()

    def pages(self, walk: str) -> list[Page]:
        """The pages of a walk, in the order in which they came."""
        return [_read_head(file) for file in sorted((self.folder / walk).glob("*.page"))]

    def last(self, walk: str) -> Page | None:
        """The page of a walk that came last; None before the first."""
        file = max((self.folder / walk).glob("*.page"), default=None)
        return None if file is None else _read_head(file)

    def walks(self, prefix: str) -> Iterator[str]:
        """The names of the walks below a prefix, in order."""
        folder = self.folder / prefix
        if folder.is_dir():
            yield from (f"{prefix}/{each.name}" for each in sorted(folder.iterdir()) if each.is_dir())

    def keep(
        self,
        walk: str,
        body: bytes,
        *,
        position: Mapping[str, Any],
        following: Mapping[str, Any] | None,
        about: Mapping[str, Any],
    ) -> Path:
        """Adds a page to a walk; when it returns, a kill loses nothing of it. One thread at a time for one walk.

        Returns the page's file.
        """
        import pyarrow as pa

        number = self._next_number(walk)
        file = self.folder / walk / f"{number:06d}.page"
        head = {"position": position, "following": following, "about": about, "size": len(body)}
        packed = pa.Codec(_CODEC, compression_level=1).compress(body, asbytes=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(file, orjson.dumps(head) + b"\n" + packed)
        self._counts[walk] = number + 1
        return file

    def _next_number(self, walk: str) -> int:
        if walk not in self._counts:
            self._counts[walk] = sum(1 for _ in (self.folder / walk).glob("*.page"))
        return self._counts[walk]


def _read_head(file: Path) -> Page:
    with file.open("rb") as stream:
        head = orjson.loads(stream.readline())
    return Page(file, head["position"], head["following"], head["about"], head["size"])


def _body(page: Page) -> bytes:
    import pyarrow as pa

    with page.file.open("rb") as stream:
        stream.readline()
        body: bytes = pa.Codec(_CODEC).decompress(stream.read(), page.size, asbytes=True)
    return body


def _write_whole(file: Path, content: bytes) -> None:
    part = file.with_suffix(".part")
    part.write_bytes(content)
    part.replace(file)
