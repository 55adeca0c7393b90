"""A pack, made: the release read once, the page and the workbook written beside each other.

Both are written in full and flushed before either takes its name; who has the old one open keeps it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipelines.publishing.kept import flush
from pipelines.publishing.pack.contents import read_contents
from pipelines.publishing.pack.page import page
from pipelines.publishing.pack.reading import PackError, opened
from pipelines.publishing.pack.scope import Scope
from pipelines.publishing.pack.workbook import workbook
from pipelines.settings import Home

WHOLE = Scope()


@dataclass(frozen=True, slots=True)
class Pack:
    """The files of a pack and what a mail that brings them needs to say.

    `headlines` are lines of plain text without control characters: status, changes, money, dates, data.
    """

    page: Path
    workbook: Path
    scope: Scope
    title: str
    organisation: str
    release_id: str
    as_of: date
    known_at: datetime
    projects: tuple[str, ...]
    headlines: tuple[str, ...]


def make_pack(
    home: Home, *, scope: Scope = WHOLE, folder: Path | None = None, database: Path | None = None
) -> Pack:
    """Makes the pack of a release.

    Args:
        folder: where it is written; default reports/<as-of> in the home.
        database: the DuckDB file of a kept release; default what stands published.

    Raises PackError where there is no release to read or the files cannot be written, LookupError where the release
    has not what `scope` asks for.
    """
    with opened(database or home.published_file, scope) as reader:
        contents, projects = read_contents(reader), reader.projects
    facts = contents.facts
    into = folder or home.reports / f"{facts['as_of']}"
    stem = into / scope.file_stem
    html, book = stem.with_name(f"{stem.name}.html"), stem.with_name(f"{stem.name}.xlsx")
    _write({html: page(contents).encode("utf-8"), book: workbook(contents)})
    return Pack(
        page=html,
        workbook=book,
        scope=scope,
        title=scope.title,
        organisation=str(facts["organisation"]),
        release_id=str(facts["release_id"]),
        as_of=facts["as_of"],
        known_at=facts["known_at"],
        projects=projects,
        headlines=contents.headlines,
    )


def _write(files: dict[Path, bytes]) -> None:
    """Writes every file beside its place, then swaps them in."""
    # Whoever makes the same pack at the same time writes a file of its own.
    following = {path: path.with_name(f".{path.name}.{os.getpid()}.next") for path in files}
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            following[path].write_bytes(content)
            flush(following[path])
        for path, written in following.items():
            written.replace(path)
            flush(path.parent)
    except OSError as error:
        for written in following.values():
            with suppress(OSError):
                written.unlink(missing_ok=True)
        raise PackError(
            f"The pack could not be written to {error.filename or path.parent}: {error.strerror}. Close the file or "
            "name another folder with --out, then run `pmo report` again."
        ) from error
