"""The releases that are kept: one folder each, with the Parquet files, the DuckDB file and the facts of it.

    published/.releases/<release>/parquet/<mart>.parquet
                                 /pmo.duckdb
                                 /release.json       written last: a folder without it is no release

A release that was taken back by a rollback says so in its facts.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path

RELEASES = ".releases"
DATABASE = "pmo.duckdb"
FACTS = "release.json"


class PublishError(Exception):
    """The release was not (wholly) published; the message says what readers see now."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A release was taken back: when (ISO, UTC), by whom, and which release came to stand in its place."""

    at: str
    by: str
    in_favour_of: str


@dataclass(frozen=True, slots=True)
class Release:
    """A release: `rows` by mart, `content_hash` over every row of every mart but `release_info`.

    Its as-of date, when its refresh began and when it was published (ISO, UTC) are told and do not make it another.
    """

    release_id: str
    content_hash: str
    rows: dict[str, int]
    as_of: str = field(default="", compare=False)
    refreshed_at: str = field(default="", compare=False)
    published_at: str = field(default="", compare=False)
    withdrawn: Withdrawal | None = field(default=None, compare=False)

    @property
    def folder_name(self) -> str:
        """Its directory below published/.releases."""
        return f"{self.release_id}-{self.content_hash[:8]}"


def folder_of(published: Path, release: Release) -> Path:
    """Where a release lies, or would lie."""
    return published / RELEASES / release.folder_name


def read_facts(folder: Path) -> Release | None:
    """The release in a folder; None where there is none, or not all of it. What it does not know of it passes over."""
    file = folder / FACTS
    if not (file.is_file() and (folder / DATABASE).is_file()):
        return None
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        known = {each.name: facts[each.name] for each in fields(Release) if each.name in facts}
        withdrawn = known.pop("withdrawn", None)
        return Release(**known, withdrawn=Withdrawal(**withdrawn) if withdrawn else None)
    except (ValueError, TypeError) as error:
        logging.getLogger("pmo").warning(
            "%s was damaged (%s): what lies beside it is no release.", file, error
        )
        return None


def write_facts(folder: Path, release: Release) -> None:
    """Writes them in one step, durably."""
    following = folder / f".{FACTS}.next"
    following.write_text(json.dumps(asdict(release), indent=1), encoding="utf-8")
    flush(following)
    following.replace(folder / FACTS)
    flush(folder)


def kept_releases(published: Path) -> list[Release]:
    """Every release that can stand again, the last published first."""
    found = (read_facts(folder) for folder in _folders(published))
    return sorted((each for each in found if each), key=lambda each: each.published_at, reverse=True)


def withdraw(published: Path, release: Release, *, by: str, in_favour_of: str) -> None:
    """Notes that a release was taken back: a refresh that makes the same does not publish it."""
    taken = Withdrawal(datetime.now(UTC).isoformat(timespec="seconds"), by, in_favour_of)
    write_facts(folder_of(published, release), replace(release, withdrawn=taken))


def admit(published: Path, release: Release) -> None:
    """Takes that note away."""
    if release.withdrawn is not None:
        write_facts(folder_of(published, release), replace(release, withdrawn=None))


def prune(published: Path, *, keep: int, standing: Path) -> None:
    """Removes all but `keep` releases, those taken back and then the oldest first.

    A reader that has a file of theirs open keeps it.
    """
    releases = sorted(
        kept_releases(published), key=lambda each: (each.withdrawn is None, each.published_at), reverse=True
    )
    stay = {standing, *(folder_of(published, each) for each in releases[:keep])}
    if len(stay) > keep:
        stay.discard(folder_of(published, releases[keep - 1]))
    for folder in _folders(published):
        if folder not in stay:
            shutil.rmtree(folder, ignore_errors=True)


def _folders(published: Path) -> Iterator[Path]:
    root = published / RELEASES
    yield from (each for each in sorted(root.iterdir()) if each.is_dir()) if root.is_dir() else ()


def flush(path: Path) -> None:
    """Makes a written file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
