"""What the doctor finds about running it every day: the release's age, the last refresh, room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from pipelines.commands.findings import Finding
from pipelines.delivery_settings import RELEASE
from pipelines.publishing.ages import ages_of, in_words, too_old
from pipelines.publishing.notes import LastRefresh, last_delivery, last_refresh
from pipelines.settings import Home, Settings

MEGABYTE = 2**20


def operation(home: Home, settings: Settings) -> Iterator[Finding]:
    """Everything that only shows where refreshes run day after day."""
    yield from _ages(home, settings)
    yield _last_refresh(home)
    yield from _last_delivery(home)
    yield _room(home)


def _ages(home: Home, settings: Settings) -> Iterator[Finding]:
    """The release and each source that is older than its limit."""
    import duckdb

    try:
        ages, old = ages_of(home), too_old(home, settings)
    except (duckdb.Error, KeyError, ValueError) as error:
        yield Finding(
            RELEASE, False, f"{home.published_file} can't be read ({error}): run `pmo refresh --full`."
        )
        return
    for trouble in old:
        yield Finding(f"age of {trouble.source}", False, trouble.message)
    if not ages:
        yield Finding(RELEASE, True, "nothing is published yet")
    elif all(trouble.source != RELEASE for trouble in old):
        yield Finding(RELEASE, True, f"a refresh went through {in_words(ages[RELEASE])} ago")


def _last_refresh(home: Home) -> Finding:
    subject, last = "last refresh", last_refresh(home)
    if last is None:
        return Finding(subject, True, "none is noted: the next one is")
    if last.success and not last.failures and not last.untold:
        return Finding(subject, True, f"went through at {last.ended_at}")
    causes = "\n".join((*last.failures, *last.untold)) or f"See {home.logs}."
    return Finding(subject, True, f"{_ended(last)} at {last.ended_at}:\n{causes}", look=True)


def _ended(last: LastRefresh) -> str:
    if not last.success:
        return "failed"
    return "went on without what it should have had" if last.failures else "went through"


def _last_delivery(home: Home) -> Iterator[Finding]:
    """Whether everybody got the pack the last time that packs were sent; nothing where none ever were."""
    subject, last = "last delivery", last_delivery(home)
    if last is None:
        return
    if not last.failures:
        yield Finding(subject, True, f"everybody had the pack at {last.ended_at}")
        return
    causes = "\n".join((*last.failures, *last.untold))
    yield Finding(
        subject,
        True,
        f"not everybody got the pack at {last.ended_at}; the next tries again:\n{causes}",
        look=True,
    )


def _room(home: Home) -> Finding:
    """Whether the disk takes another build and another release of the size that they have now."""
    free = shutil.disk_usage(home.root).free
    needed = 2 * _size(home.warehouse_file) + 2 * _size(home.published_file) + _size(home.published_parquet)
    said = f"{free // MEGABYTE:,} MB free, the next release needs about {needed // MEGABYTE:,} MB"
    if free < needed:
        return Finding("disk", False, f"{said}. Make room at {home.root}.")
    return Finding("disk", True, said)


def _size(path: Path) -> int:
    """Bytes of a file, or of the files in a folder; 0 for what is not there."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.iterdir() if file.is_file())
    return path.stat().st_size if path.is_file() else 0
