"""Copies of files that lie elsewhere: each is fetched once, hashed while it comes, and read from here.

    warehouse/inbox-cache/<source>/<sha256>.csv      the bytes
    warehouse/inbox-cache/<source>/<key>.seen        the sha256 of a file as a listing named it

Here: the copies and what is known of files without fetching them. All of it may be deleted; then it is fetched again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from connectors.errors import UnreadableFile
from pipelines.landing.places import Entry, Place

JUST_CHANGED_SECONDS = 5.0
"""Times of change are whole seconds in places: a file that changed just now may change again and look the same."""

KEPT_SECONDS = 3600.0
"""What nothing needs is kept so long, because another process may be writing or reading it."""


class FetchedFiles:
    """The copies of one source's files.

    Args:
        folder: where they are kept; made when the first comes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known_hash(self, place: Place, entry: Entry) -> str | None:
        """The sha256 of a file that was fetched as it is listed now; None where that is not known for certain."""
        if entry.version is None or entry.size is None:
            return None
        try:
            return self._record(place, entry).read_text(encoding="ascii")
        except OSError:
            return None

    def hash_of(self, place: Place, entry: Entry) -> str:
        """The sha256 of a file, which is fetched unless it is known.

        Raises UnreadableFile when it changes or goes meanwhile, SourceUnreachable and AccessDenied as the place does.
        """
        return self.known_hash(place, entry) or self._fetch(place, entry)

    def copy_of(self, place: Place, entry: Entry, file_hash: str) -> Path:
        """The copy of a file with this content; fetched again where it is missing or damaged. Raises as `hash_of`."""
        copy = self.place_of(entry, file_hash)
        is_whole = copy.is_file() and _hash(copy) == file_hash
        if not is_whole and self._fetch(place, entry) != file_hash:
            raise changed(f"{place.shown}/{entry.path}")
        return copy

    def place_of(self, entry: Entry, file_hash: str) -> Path:
        """Where the copy of a file is, or would be."""
        return self._folder / f"{file_hash}{PurePosixPath(entry.path).suffix.lower()}"

    def keep_only(self, place: Place, files: Iterable[tuple[Entry, str]]) -> None:
        """Removes what belongs to none of these files and their hashes, unless it is very new."""
        wanted = {
            path
            for entry, digest in files
            for path in (self._record(place, entry), self.place_of(entry, digest))
        }
        newest = time.time() - KEPT_SECONDS
        for file in self._folder.glob("*"):
            if file not in wanted and file.stat().st_mtime < newest:
                file.unlink(missing_ok=True)

    def _fetch(self, place: Place, entry: Entry) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
        temporary, digest = Path(name), hashlib.sha256()
        try:
            with os.fdopen(handle, "wb") as copy:
                for chunk in place.chunks(entry.path):
                    digest.update(chunk)
                    copy.write(chunk)
            if place.entry(entry.path) != entry or entry.size not in (None, temporary.stat().st_size):
                raise changed(f"{place.shown}/{entry.path}")
            temporary.replace(self.place_of(entry, digest.hexdigest()))
        finally:
            temporary.unlink(missing_ok=True)
        self._remember(place, entry, digest.hexdigest())
        return digest.hexdigest()

    def _remember(self, place: Place, entry: Entry, file_hash: str) -> None:
        just_changed = entry.changed is not None and entry.changed > time.time() - JUST_CHANGED_SECONDS
        if entry.version is None or entry.size is None or just_changed:
            return
        record = self._record(place, entry)
        temporary = record.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(file_hash, encoding="ascii")
        temporary.replace(record)

    def _record(self, place: Place, entry: Entry) -> Path:
        listed = json.dumps([place.address, entry.path, entry.size, entry.version])
        return self._folder / f"{hashlib.sha256(listed.encode()).hexdigest()}.seen"


def changed(name: str) -> UnreadableFile:
    """The error for a file that was written to while it was read."""
    return UnreadableFile(
        f"{name} changed while it was read.", mend="Wait until it is written, then run again."
    )


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
