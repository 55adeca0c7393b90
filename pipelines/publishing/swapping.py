"""Which release stands in the files of published/, and how another comes to stand there.

    published/parquet      ──symlink──> published/.releases/<release>/parquet
    published/pmo.duckdb   the same file as published/.releases/<release>/pmo.duckdb: a hard link, or a copy

Each is replaced in one step. The link is swapped first and the DuckDB file last, because that file says which release
stands: when the second swap fails, the next refresh publishes again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.publishing.kept import DATABASE, PublishError, Release, flush, folder_of, read_facts
from pipelines.publishing.release_files import SCHEMA

RUN_FACTS = "release_info"
"""The one mart that also says when and by which run it was made, so it has no part in `content_hash`."""
SECONDS_FOR_ANOTHER = 600


@contextmanager
def publishing(published: Path) -> Iterator[None]:
    """Within the block nobody else publishes into this folder or rolls it back. Raises PublishError."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(published / ".publishing.lock", timeout=SECONDS_FOR_ANOTHER):
            yield
    except Timeout as error:
        raise PublishError(
            f"Another refresh or rollback has been publishing into {published} for {SECONDS_FOR_ANOTHER} seconds. "
            "Readers see what it has published. Wait until it has ended, then run this again."
        ) from error
    except OSError as error:
        raise PublishError(
            f"{published} can't be written: {error}. Readers see a whole release; `pmo release` says which. Make room "
            "there, or see that whoever runs this may write there, then run it again."
        ) from error


def standing(published: Path) -> Release | None:
    """The release that readers see, or None where there is none or its two halves disagree."""
    folder = linked_folder(published)
    release = read_facts(folder) if folder else None
    if folder is None or release is None or not is_same_database(folder / DATABASE, published / DATABASE):
        return None
    return release


def linked_folder(published: Path) -> Path | None:
    """The folder of the release that Parquet readers see."""
    link = published / "parquet"
    try:
        return link.resolve(strict=True).parent if link.is_symlink() else None
    except (OSError, RuntimeError):
        # It leads nowhere, or to itself.
        return None


def release_id_of(database: Path) -> str | None:
    """The release id that a DuckDB file states, or None where it states none."""
    import duckdb

    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            row = connection.execute(f"select release_id from {SCHEMA}.{RUN_FACTS}").fetchone()
    except duckdb.Error:
        return None
    return str(row[0]) if row else None


def swap(published: Path, release: Release) -> None:
    """Makes a kept release the one that readers see. Raises PublishError, which says what they see now."""
    folder = folder_of(published, release)
    try:
        following = _following(published, folder / DATABASE)
        _point(published / "parquet", folder / "parquet")
    except OSError as error:
        raise PublishError(
            f"{published / 'parquet'} could not be replaced ({error}). Readers still see the last release, whole. "
            "Mend that and run it again."
        ) from error
    try:
        following.replace(published / DATABASE)
    except OSError as error:
        raise PublishError(
            f"{published / DATABASE} could not be replaced ({error}). It still holds the last release; "
            f"{published / 'parquet'} is already release {release.release_id}. Mend that and run it again."
        ) from error
    # A rename between two names of one file leaves both.
    following.unlink(missing_ok=True)
    flush(published)


def _following(published: Path, database: Path) -> Path:
    """The release's DuckDB file once more, beside the published one."""
    following = published / f".{DATABASE}.next"
    following.unlink(missing_ok=True)
    try:
        following.hardlink_to(database)
    except OSError:
        # File systems without hard links: FAT, some network shares.
        shutil.copyfile(database, following)
        flush(following)
    return following


def _point(link: Path, target: Path) -> None:
    """Makes `link` a symbolic link to `target`, in one step for whoever reads through it."""
    following = link.with_name(f".{link.name}.next")
    following.unlink(missing_ok=True)
    following.symlink_to(os.path.relpath(target, link.parent), target_is_directory=True)
    if link.is_dir() and not link.is_symlink():
        link.rmdir()
    following.replace(link)


def is_same_database(kept: Path, published: Path) -> bool:
    """Whether the published file is the kept one, or a copy of it."""
    if not published.is_file():
        return False
    if published.samefile(kept):
        return True
    is_copy = published.stat().st_size == kept.stat().st_size
    return is_copy and release_id_of(published) == release_id_of(kept)
