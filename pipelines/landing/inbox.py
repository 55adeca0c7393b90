"""Which files lie in the inbox and in reference/, and which of them are new.

Here: discovery and identity by content. A file is its bytes and how they are read; its name and dates say nothing
about whether it was received. Reading it is `connectors.tabular.reader`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from connectors.tabular.layout import matching_layouts
from connectors.tabular.reader import READER_VERSION
from pipelines.landing.manifest import Manifest
from pipelines.landing.remarks import STRAY_FILES, Remark
from pipelines.landing.sources import FILE_SOURCES, REFERENCE_SOURCE
from pipelines.settings import Home, Settings

UNOPENED = "unopened"
"""Stands for the hash of a file that can't be opened; reading it then says why, by name."""

_UNFINISHED = (".tmp", ".part", ".crdownload")


@dataclass(frozen=True, slots=True)
class InboxFile:
    """One file to receive.

    Args:
        file: where it lies.
        relative: its name in the store and in messages: `inbox/ledger/invoices.csv`, wherever the inbox is.
        file_hash: sha256 of its bytes.
        fingerprint: sha256 of the bytes and of what else decides the rows: the reader's version, the layouts.
    """

    file: Path
    relative: str
    file_hash: str
    fingerprint: str


def inbox_files(home: Home, settings: Settings, source: str) -> list[InboxFile]:
    """The files of a source, sorted by path; hidden, half-written and lock files and READMEs are passed over."""
    folder = home.reference if source == REFERENCE_SOURCE else settings.inbox_of(home) / source
    prefix = REFERENCE_SOURCE if source == REFERENCE_SOURCE else f"inbox/{source}"
    named = [(f"{prefix}/{file.relative_to(folder).as_posix()}", file) for file in _files_below(folder)]
    return [inbox_file(file, relative, settings) for relative, file in sorted(named)]


def stray_entries(home: Home, settings: Settings) -> list[Remark]:
    """A remark for each folder of the inbox that no source reads, and each file beside the folders."""
    inbox = settings.inbox_of(home)
    sources = [source for source in FILE_SOURCES if source != REFERENCE_SOURCE]
    if not inbox.is_dir():
        return []
    return [
        Remark(
            source="inbox",
            check=STRAY_FILES,
            path=f"inbox/{entry.name}",
            detail=f"Nothing reads inbox/{entry.name}. Move {_what(entry)} into one of {', '.join(sources)}.",
        )
        for entry in sorted(inbox.iterdir())
        if not (entry.is_dir() and (entry.name in sources or entry.name.startswith(".")))
        and not (entry.is_file() and (entry.name.startswith(".") or not _is_data(entry.name)))
    ]


def _what(entry: Path) -> str:
    return "what is in it" if entry.is_dir() else "it"


def _files_below(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        parts = file.relative_to(folder).parts
        if file.is_file() and not any(part.startswith(".") for part in parts) and _is_data(file.name):
            yield file


def _is_data(name: str) -> bool:
    if name.startswith("~$") or name.lower().endswith(_UNFINISHED):
        return False
    return name.partition(".")[0].upper() != "README"


def inbox_file(file: Path, relative: str, settings: Settings) -> InboxFile:
    """A file with its identity, from its bytes as they are now; one that can't be opened is new whenever it can."""
    try:
        with file.open("rb") as stream:
            file_hash = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        file_hash = UNOPENED
    read_by = [READER_VERSION, astuple(settings.surroundings), _reading_of(relative, settings)]
    identity = json.dumps([file_hash, *read_by], sort_keys=True)
    return InboxFile(file, relative, file_hash, hashlib.sha256(identity.encode()).hexdigest())


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
