"""Which files lie in the inbox and in reference/, and which of them are new.

Here: discovery and identity by content. A file is its bytes and how they are read; its name and dates say nothing
about whether it was received. Where the inbox is does not matter: `places`. Reading it is `connectors.tabular.reader`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path

from connectors.errors import AccessDenied, ConnectorError, UnreadableFile
from connectors.tabular.layout import matching_layouts
from connectors.tabular.reader import READER_VERSION
from pipelines.landing.fetched import FetchedFiles, changed
from pipelines.landing.locations import inbox_place, local_place
from pipelines.landing.manifest import Manifest
from pipelines.landing.places import Entry, Place
from pipelines.landing.remarks import STRAY_FILES, Remark
from pipelines.landing.sources import FILE_SOURCES, REFERENCE_SOURCE
from pipelines.settings import Home, Settings

UNOPENED = "unopened"
"""Stands for the hash of a file that can't be opened; reading it then says why, by name."""

_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload")


@dataclass(frozen=True, slots=True)
class InboxFile:
    """One file to receive.

    Args:
        file: where it can be read: in place, or as a copy of what lies elsewhere.
        relative: its name in the store and in messages: `inbox/ledger/invoices.csv`, wherever the inbox is.
        file_hash: sha256 of its bytes.
        fingerprint: sha256 of the bytes and of what else decides the rows: the reader's version, the layouts.
        place: where it lies; entry: as it was listed there.
        copies: where a copy of it is kept.
    """

    file: Path
    relative: str
    file_hash: str
    fingerprint: str
    place: Place
    entry: Entry
    copies: FetchedFiles

    def ready(self) -> Path:
        """The file to read, fetched where its copy is gone. Raises ConnectorError where that is impossible."""
        if self.place.is_local:
            return self.file
        if self.file_hash == UNOPENED:
            self.copies.hash_of(self.place, self.entry)  # says why it could not be fetched
            raise changed(self.relative)
        return self.copies.copy_of(self.place, self.entry, self.file_hash)

    def assert_unchanged(self) -> None:
        """UnreadableFile when the file is not what it was when it was listed; SourceUnreachable when nobody knows."""
        if self.place.is_local:
            same = _hash_in_place(self.file) == self.file_hash
        else:
            same = self.place.entry(self.entry.path) == self.entry
        if not same:
            raise changed(self.relative)

    def is_gone(self) -> bool:
        """Whether it was taken out of its place since it was listed; False where nobody knows."""
        try:
            return self.place.entry(self.entry.path) is None
        except ConnectorError:
            return False


def inbox_files(home: Home, settings: Settings, source: str) -> list[InboxFile]:
    """The files of a source, sorted by path; hidden, half-written and lock files and READMEs are passed over.

    New files of an inbox that is elsewhere are fetched.

    Raises:
        SourceUnreachable: the inbox does not answer.
        AccessDenied: it may not be listed.
        SettingsError: pmo.yaml names an inbox that can't be read.
    """
    place = local_place(home.reference) if source == REFERENCE_SOURCE else inbox_place(home, settings.inbox)
    copies = FetchedFiles(home.inbox_cache / source)
    return [
        _inbox_file(place, entry, relative, settings, copies) for relative, entry in _listed(place, source)
    ]


def _listed(place: Place, source: str) -> list[tuple[str, Entry]]:
    """The files of a source with their names in the store, in the order of these."""
    is_reference = source == REFERENCE_SOURCE
    folder, prefix = ("", f"{REFERENCE_SOURCE}/") if is_reference else (source, "inbox/")
    named = [(prefix + entry.path, entry) for entry in place.files(folder) if _is_data(entry.name)]
    return sorted(named, key=lambda each: each[0])


def forget_copies(home: Home, source: str, files: Sequence[InboxFile]) -> None:
    """Removes copies of what is no longer in an inbox elsewhere; `files` are those that are."""
    if files and not files[0].place.is_local:
        copies = FetchedFiles(home.inbox_cache / source)
        copies.keep_only(files[0].place, [(file.entry, file.file_hash) for file in files])


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file as the sensor sees it, without fetching it.

    Args:
        relative: its name in the store.
        place: where it lies; entry: as it was listed there.
        copies: where what was fetched of it is kept.
    """

    relative: str
    place: Place
    entry: Entry
    copies: FetchedFiles

    @property
    def state(self) -> str:
        """Equal at two looks when nobody wrote to the file in between, as far as its place tells."""
        return hashlib.sha256(f"{self.entry.size} {self.entry.version}".encode()).hexdigest()[:16]

    def file_hash(self) -> str | None:
        """sha256 of its bytes; None where the file is elsewhere and was not fetched in this state."""
        if not self.place.is_local:
            return self.copies.known_hash(self.place, self.entry)
        return _hash_once(self.place.local_path(self.entry.path), self.state)


def sightings(home: Home, settings: Settings) -> list[Sighting]:
    """Every file that a refresh would receive; nothing is fetched. Raises as `inbox_files` does."""
    inbox, reference = inbox_place(home, settings.inbox), local_place(home.reference)
    return [
        Sighting(relative, place, entry, FetchedFiles(home.inbox_cache / source))
        for source in FILE_SOURCES
        for place in [reference if source == REFERENCE_SOURCE else inbox]
        for relative, entry in _listed(place, source)
    ]


@lru_cache(maxsize=10_000)
def _hash_once(file: Path, _state: str) -> str:
    return _hash_in_place(file)


def stray_entries(home: Home, settings: Settings) -> list[Remark]:
    """A remark for each folder of the inbox that no source reads, and each file beside the folders.

    Raises as `inbox_files` does.
    """
    sources = [source for source in FILE_SOURCES if source != REFERENCE_SOURCE]
    return [
        Remark(
            source="inbox",
            check=STRAY_FILES,
            path=f"inbox/{entry.name}",
            detail=f"Nothing reads inbox/{entry.name}. Move {_what(entry)} into one of {', '.join(sources)}.",
        )
        for entry in inbox_place(home, settings.inbox).children()
        if not entry.name.startswith(".")
        and not (entry.is_folder and entry.name in sources)
        and (entry.is_folder or _is_data(entry.name))
    ]


def _what(entry: Entry) -> str:
    return "what is in it" if entry.is_folder else "it"


def _is_data(name: str) -> bool:
    if name.startswith("~$") or name.lower().endswith(_UNFINISHED):
        return False
    return name.partition(".")[0].upper() != "README"


def _inbox_file(
    place: Place, entry: Entry, relative: str, settings: Settings, copies: FetchedFiles
) -> InboxFile:
    """A file with its identity, from its bytes as they are now; one that can't be opened is new whenever it can."""
    if place.is_local:
        file = place.local_path(entry.path)
        file_hash = _hash_in_place(file)
    else:
        try:
            file_hash = copies.hash_of(place, entry)
        except (AccessDenied, UnreadableFile):
            file_hash = UNOPENED
        file = copies.place_of(entry, file_hash)
    read_by = [READER_VERSION, astuple(settings.surroundings), _reading_of(relative, settings)]
    identity = json.dumps([file_hash, *read_by], sort_keys=True)
    fingerprint = hashlib.sha256(identity.encode()).hexdigest()
    return InboxFile(file, relative, file_hash, fingerprint, place, entry, copies)


def _hash_in_place(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return UNOPENED


def _reading_of(relative: str, settings: Settings) -> list[object]:
    """The layouts that claim the file, whole, so that a corrected layout reads it again; its name where one uses it."""
    layouts = {name: settings.layouts[name] for name in matching_layouts(relative, settings.layouts)}
    reads_name = any(
        column.origin == "file_name" for each in layouts.values() for column in each.columns.values()
    )
    contents = [[name, layout.model_dump(mode="json")] for name, layout in sorted(layouts.items())]
    return [contents, relative if reads_name else None]


def newest_by_object(manifests: Sequence[Manifest], path: str) -> dict[str, Manifest]:
    """The last batch of each table that came from a path; `manifests` are one source's, oldest first."""
    return {manifest.object: manifest for manifest in manifests if manifest.path == path}


def received(manifests: Sequence[Manifest], file: InboxFile) -> list[Manifest]:
    """The batches of a file that is landed as it is now; empty when it is new, changed, changed back or half landed."""
    newest = newest_by_object(manifests, file.relative)
    same = [manifest for manifest in newest.values() if manifest.fingerprint == file.fingerprint]
    brought = {name for manifest in same for name in manifest.objects}
    return same if brought == {manifest.object for manifest in same} else []


def received_elsewhere(manifests: Sequence[Manifest], file: InboxFile, objects: Sequence[str]) -> str | None:
    """The other path whose newest batches hold the same content for the same tables; None where there is none."""
    for path in sorted({manifest.path for manifest in manifests} - {file.relative}):
        newest = newest_by_object(manifests, path)
        same = {name for name, manifest in newest.items() if manifest.fingerprint == file.fingerprint}
        if objects and same >= set(objects):
            return path
    return None


def vanished_objects(manifests: Sequence[Manifest], path: str, objects: Sequence[str]) -> list[str]:
    """Tables that a path held before, replaces whole (`file`), and holds no longer: they need an empty batch."""
    return [
        name
        for name, manifest in sorted(newest_by_object(manifests, path).items())
        if name not in objects and manifest.replaces == "file" and manifest.rows.rows_in
    ]
