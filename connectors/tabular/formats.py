"""Exports that are known by their header: layouts that come with the product, one file a source.

    connectors/<source>/formats.yml     the same language as `layouts:` in pmo.yaml, with `recognise:` for `files:`

Here: loading them, and recognising a file by them. An entry of pmo.yaml may build on one with `like:`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from connectors.errors import UnreadableFile
from connectors.tabular.cells import Cell, header_key
from connectors.tabular.content import Content
from connectors.tabular.json_records import read_json
from connectors.tabular.layout import Layout, built_on, parse_layouts
from connectors.tabular.sheets import (
    DELIMITERS,
    JSON_SUFFIXES,
    decoded_head,
    loose,
    ruled_list,
)

FORMAT_SOURCES: Final = ("timesheets", "ledger")


@cache
def formats_as_written(source: str) -> Mapping[str, Mapping[str, Any]]:
    """The known formats of a source as they stand in YAML; none of a source that has no such file."""
    import yaml

    file = (
        resources.files(f"connectors.{source}").joinpath("formats.yml") if source in FORMAT_SOURCES else None
    )
    entries = {} if file is None else yaml.safe_load(file.read_text(encoding="utf-8"))
    return built_on(entries, entries)


def all_formats_as_written() -> dict[str, Mapping[str, Any]]:
    """The known formats of all sources, for `like:`."""
    return {name: entry for source in FORMAT_SOURCES for name, entry in formats_as_written(source).items()}


@cache
def known_formats(source: str) -> Mapping[str, Layout]:
    """The known formats of a source, by name."""
    return parse_layouts(formats_as_written(source))


def recognised(content: Content, *, formats: Mapping[str, Layout]) -> dict[str, Layout]:
    """The one format whose header the file has; the one with the most texts where it has several; else none.

    Raises:
        UnreadableFile: a workbook or JSON that can't be read, or a format that is known and not read.
    """
    if not formats:
        return {}
    best: tuple[int, str] | None = None
    for rows in _beginnings(content):
        for row in rows:
            texts = _texts(row)
            for name, layout in formats.items():
                wanted = len(layout.recognise)
                if _has_all(texts, layout) and (best is None or wanted > best[0]):
                    best = (wanted, name)
    if best is None:
        return {}
    found = formats[best[1]]
    if found.refuse:
        raise UnreadableFile(f"{content.relative} is known ({best[1]}) and not read: {found.refuse}", mend="")
    return {best[1]: found}


def has_header(layout: Layout, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether one of the rows is the header that a known format is recognised by."""
    return any(_has_all(_texts(row), layout) for row in rows)


def _texts(row: Sequence[Cell]) -> set[str]:
    """The texts of a row; where it has the members of an object, `user.id`, the object's name, too."""
    texts = {header_key(cell) for cell in row}
    return texts | {text.partition(".")[0] for text in texts}


def _has_all(texts: set[str], layout: Layout) -> bool:
    return {header_key(text) for text in layout.recognise} <= texts


def _beginnings(content: Content) -> Iterator[Sequence[Sequence[Cell]]]:
    """The first rows of a file, in each of the ways in which it may be cut into cells."""
    if content.book is not None:
        for name in content.book.visible:
            yield content.book.sheet(name).rows[:25]
    elif content.suffix in JSON_SUFFIXES:
        yield read_json(content.data, relative=content.relative, limits=content.limits).rows[:1]
    else:
        head = decoded_head(content.data)
        ruled = ruled_list(head)
        if ruled is not None:
            yield ruled[:60]
            return
        for delimiter in (*DELIMITERS, "|"):
            yield loose(head, delimiter)
