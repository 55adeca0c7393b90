"""A folder of files, on this machine or anywhere that fsspec reaches: S3, Azure, Google Cloud Storage, SFTP.

Here: listing, fetching and what goes wrong with either, the same for every location. How one is reached is
`locations` beside this module; which of the files are received is `inbox`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.errors import AccessDenied, SourceUnreachable, UnreadableFile
from pipelines.settings import SETTINGS_FILE, SettingsError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

SHORTEST_SECRET = 4
"""Shorter ones are no secrets, and taking their letters out would leave no message."""

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder as a listing gives it.

    Args:
        path: below the place, with forward slashes.
        size: in bytes; None where the location does not say.
        version: what changes with the content: the entity tag, else the moment of the last change; None where the
            location gives neither.
        changed: the moment of the last change in seconds, where `version` is nothing better.
    """

    path: str
    is_folder: bool
    size: int | None = None
    version: str | None = None
    changed: float | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class Place:
    """A folder of files. Listings are always asked for anew; nothing is written there.

    Args:
        filesystem: how it is reached.
        root: its path there.
        shown: its name in messages, without credentials.
        address: what tells it from every other place; by default its name.
        anchor: what has to exist for an empty answer to mean that nothing is there; None: nothing.
        secrets: texts that no message may hold.
    """

    def __init__(
        self,
        filesystem: AbstractFileSystem,
        root: str,
        *,
        shown: str,
        address: str | None = None,
        anchor: str | None = None,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self._filesystem = filesystem
        self._root = root.rstrip("/")
        self._anchor = anchor
        self._secrets = secrets
        self.shown = shown
        self.address = address or shown
        self.is_local = bool(getattr(filesystem, "local_file", False))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self.address == other.address

    def __hash__(self) -> int:
        return hash(self.address)

    def children(self, folder: str = "") -> list[Entry]:
        """What lies directly in a folder, sorted; empty where there is no such folder.

        Raises:
            SourceUnreachable: the location does not answer, or is not there.
            AccessDenied: it may not be listed.
        """
        with self._asking("listed", folder):
            try:
                found = self._filesystem.ls(self._full(folder), detail=True)
            except (FileNotFoundError, NotADirectoryError):
                found = []
            if not found:
                self._assert_there()
            entries = [self._entry(info) for info in found]
        return sorted(
            (entry for entry in entries if entry and entry.path != folder), key=lambda each: each.path
        )

    def files(self, folder: str) -> Iterator[Entry]:
        """Every file below a folder, hidden files and folders left out; links to folders are not followed."""
        for entry in self.children(folder):
            if entry.name.startswith("."):
                continue
            if entry.is_folder:
                yield from self.files(entry.path)
            else:
                yield entry

    def entry(self, path: str) -> Entry | None:
        """A file as it is now; None where it is gone. Raises as `children` does."""
        with self._asking("read", path):
            try:
                return self._entry(self._filesystem.info(self._full(path)))
            except FileNotFoundError:
                self._assert_there()
                return None

    def local_path(self, path: str) -> Path:
        """Where a file lies; only for a place on this machine."""
        return Path(self._full(path))

    def chunks(self, path: str) -> Iterator[bytes]:
        """The bytes of a file, piece by piece. Raises UnreadableFile when it is gone, and as `children` does."""
        with self._asking("read", path):
            try:
                with self._filesystem.open(self._full(path), "rb") as stream:
                    while chunk := stream.read(_CHUNK):
                        yield chunk
            except FileNotFoundError:
                raise UnreadableFile(
                    f"{self.shown}/{path} is gone.", mend="Put it back, if it is wanted."
                ) from None

    def _full(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root or "/"

    def _entry(self, info: dict[str, Any]) -> Entry | None:
        """An entry of a listing; a link stands for the file that it leads to, and for nothing where there is none."""
        name = str(info["name"]).rstrip("/")
        path = name.removeprefix(self._root).strip("/")
        if info["type"] not in ("file", "directory"):
            try:
                info = self._filesystem.info(name)
            except FileNotFoundError:
                return None
            if info["type"] != "file":
                return None
        if info["type"] == "directory":
            return Entry(path, is_folder=True)
        tag, changed = _tag(info), _changed(info)
        version = tag or (None if changed is None else repr(changed))
        return Entry(path, False, info.get("size"), version, None if tag else changed)

    def _assert_there(self) -> None:
        """Nothing found means that nothing is there only where the location itself is."""
        if self._anchor is None:
            return
        try:
            self._filesystem.info(self._anchor)
        except FileNotFoundError:
            raise SourceUnreachable(
                f"{self.shown} can't be read: there is no {self._anchor}.",
                mend=f"Make it, or correct inbox: in {SETTINGS_FILE}.",
            ) from None

    @contextmanager
    def _asking(self, done: str, path: str) -> Iterator[None]:
        where = f"{self.shown}/{path}".rstrip("/")
        with said_of(where, done, self._secrets):
            self._filesystem.invalidate_cache()
            yield


@contextmanager
def said_of(where: str, done: str, secrets: tuple[str, ...]) -> Iterator[None]:
    """Turns what any library raises into SourceUnreachable or AccessDenied that names the place.

    Each library has a tree of exceptions of its own, with nothing above it but Exception.
    """
    try:
        yield
    except (FileNotFoundError, SourceUnreachable, AccessDenied, UnreadableFile, SettingsError):
        raise
    except PermissionError as error:
        raise AccessDenied(
            f"{where} may not be {done} ({_said(error, secrets)}).",
            mend="Check the credentials, and that the account may list and read it.",
        ) from None
    except Exception as error:
        raise SourceUnreachable(
            f"{where} can't be {done} ({_said(error, secrets)}).",
            mend=f"Check that it can be reached from here, the credentials, and inbox: in {SETTINGS_FILE}, then run "
            "again.",
        ) from error


def _said(error: Exception, secrets: tuple[str, ...]) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    for secret in secrets:
        text = text.replace(secret, "…") if len(secret) >= SHORTEST_SECRET else text
    return text


def _tag(info: dict[str, Any]) -> str | None:
    tag = next((info[name] for name in ("ETag", "etag") if info.get(name)), None)
    return None if tag is None else str(tag).strip('"')


def _changed(info: dict[str, Any]) -> float | None:
    names = ("mtime", "LastModified", "last_modified", "updated", "modified")
    value = next((info[name] for name in names if info.get(name)), None)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value.timestamp() if isinstance(value, datetime) else value
