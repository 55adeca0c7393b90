"""How the inbox is reached: from what pmo.yaml says to a `Place`.

Here: the kinds of location, the libraries that they need, and what is asked of them beyond their defaults.
"""

from __future__ import annotations

import hashlib
import json
import weakref
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.landing.places import Place, said_of
from pipelines.settings import SETTINGS_FILE, Home, InboxSettings, SettingsError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

EXTRAS = {
    **dict.fromkeys(("s3", "s3a"), "s3"),
    **dict.fromkeys(("abfs", "abfss", "az", "adl"), "azure"),
    **dict.fromkeys(("gs", "gcs"), "gcs"),
    **dict.fromkeys(("sftp", "ssh"), "sftp"),
}
"""The extra of pyproject.toml that brings the library of a protocol."""

ANSWER_SECONDS = 30.0
_BUCKETS = {"s3", "azure", "gcs"}
_LOCAL = ("file://", "local://")


def local_place(folder: Path) -> Place:
    """A folder on this machine; it need not be there."""
    from fsspec.implementations.local import LocalFileSystem

    return Place(LocalFileSystem(), folder.absolute().as_posix(), shown=str(folder))


def inbox_place(home: Home, settings: InboxSettings) -> Place:
    """The inbox, local names counted from the home. A remote one may be connected to.

    Raises:
        SettingsError: the location is of no known kind, its library is not installed, or a variable is not set.
        SourceUnreachable: it does not answer, or refuses the credentials.
        AccessDenied: the account may not see it.
    """
    folder = local_inbox(home, settings)
    return _remote_place(settings.url.resolve(), settings) if folder is None else local_place(folder)


def local_inbox(home: Home, settings: InboxSettings) -> Path | None:
    """The folder of an inbox on this machine; None of one elsewhere. SettingsError when a variable is not set."""
    url = settings.url.resolve()
    for scheme in _LOCAL:
        url = url.removeprefix(scheme)
    return None if "://" in url else (home.root / Path(url).expanduser()).resolve()


def _remote_place(url: str, settings: InboxSettings) -> Place:
    protocol = url.partition("://")[0]
    extra = EXTRAS.get(protocol)
    kind = _filesystem_class(protocol)
    options, secrets, shown = settings.resolved_options(), settings.secrets(), _without_password(url)
    _end_waiting_at_exit()
    with said_of(shown, "reached", secrets):
        root = kind._strip_protocol(url)
        filesystem = kind(**(kind._get_kwargs_from_urls(url) | options), skip_instance_cache=True)
    # In a bucket there are no folders: a prefix without objects is an empty inbox, a missing bucket is none.
    anchor = root.partition("/")[0] if extra in _BUCKETS else root
    address = hashlib.sha256(json.dumps([url, options], sort_keys=True, default=str).encode()).hexdigest()
    return Place(filesystem, root, shown=shown, address=address, anchor=anchor or None, secrets=secrets)


@lru_cache(maxsize=1)
def _end_waiting_at_exit() -> None:
    """Ends fsspec's thread with the process; while it runs, DuckDB reports leaks as Python ends.

    Finalizers run newest first: the filesystems that come after this close their sessions before.
    """
    from fsspec import asyn

    def end() -> None:
        loop, thread = asyn.loop[0], asyn.iothread[0]
        if loop is not None and thread is not None and thread.is_alive():
            loop.call_soon_threadsafe(loop.stop)
            thread.join(timeout=ANSWER_SECONDS)

    weakref.finalize(asyn, end)


def _filesystem_class(protocol: str) -> type[AbstractFileSystem]:
    from fsspec import available_protocols, get_filesystem_class

    if protocol not in available_protocols():
        known = ", ".join(f"{name}://" for name in EXTRAS)
        raise SettingsError(
            f"{SETTINGS_FILE}: inbox: there is no kind of location called {protocol}://. Write a folder of this "
            f"machine, or one of {known} or another that fsspec knows."
        )
    try:
        return _sftp() if EXTRAS.get(protocol) == "sftp" else get_filesystem_class(protocol)
    except ImportError as error:
        extra = EXTRAS.get(protocol)
        mend = f"Run `pip install 'pmo-warehouse[{extra}]'`." if extra else f"{error}."
        raise SettingsError(
            f"{SETTINGS_FILE}: inbox: the library that reads {protocol}:// is not installed. {mend}"
        ) from error


def _sftp() -> type[AbstractFileSystem]:
    """fsspec's SFTP, but only to hosts in known_hosts, with an end to waiting and to the connection."""
    from fsspec.implementations.sftp import SFTPFileSystem
    from paramiko import RejectPolicy, SSHClient

    class KnownHostSftp(SFTPFileSystem):  # type: ignore[misc, unused-ignore]
        def _connect(self) -> None:
            waits = dict.fromkeys(("timeout", "banner_timeout", "auth_timeout"), ANSWER_SECONDS)
            self.client = SSHClient()
            self.client.load_system_host_keys()
            self.client.set_missing_host_key_policy(RejectPolicy())
            weakref.finalize(self, self.client.close)
            self.client.connect(self.host, **(waits | self.ssh_kwargs))
            self.ftp = self.client.open_sftp()
            self.ftp.get_channel().settimeout(ANSWER_SECONDS)

        def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
            stream = super()._open(path, mode, **options)
            stream.prefetch()
            return stream

    return KnownHostSftp


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is not None:
        user, _, host = parts.netloc.rpartition("@")
        parts = parts._replace(netloc=f"{user.partition(':')[0]}@{host}")
    return parts.geturl().rstrip("/")
