"""What dbt made of the project's files, kept once per user: parsing takes seconds and is the same for every home.

Here: a folder of the user's cache for each version of the project, read and written whole. When to parse is
`pipelines.warehouse`. The cache is never needed: without it, or where it can't be written, dbt parses again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

CACHE_VARIABLE = "XDG_CACHE_HOME"
KEPT = 5
"""How many versions of the project stay; one is about 5 MB."""
_JSON, _STATE, _DIGEST = "manifest.json", "parsed.msgpack", "sha256"
_NO_CACHE = (OSError, RuntimeError)
"""The second is what pathlib raises for a user without a home directory."""


def cache_folder() -> Path:
    """`pmo-warehouse/dbt` in XDG_CACHE_HOME, by default ~/.cache."""
    base = os.environ.get(CACHE_VARIABLE)
    return (Path(base) if base else Path.home() / ".cache") / "pmo-warehouse" / "dbt"


def read(version: str) -> tuple[Manifest, bytes] | None:
    """What was kept of this version, and the same as manifest.json; None when nothing was, or it is damaged."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    try:
        folder = cache_folder() / version
        state, as_json = (folder / _STATE).read_bytes(), (folder / _JSON).read_bytes()
        is_whole = (folder / _DIGEST).read_text() == _digest(state, as_json)
    except _NO_CACHE:
        return None
    if not is_whole:
        shutil.rmtree(folder, ignore_errors=True)
        return None
    manifest = Manifest.from_msgpack(state, decoder=extended_mashumuro_decoder)
    # What dbt itself does with a state that it has read.
    manifest.build_parent_and_child_maps()  # type: ignore[no-untyped-call]
    manifest.build_flat_graph()  # type: ignore[no-untyped-call]
    return manifest, as_json


def keep(version: str, target: Path) -> None:
    """Keeps what a parse of this version left in dbt's target folder. A cache that can't be written stays as it is."""
    from dbt.constants import PARTIAL_PARSE_FILE_NAME

    # An OSError too is that another process has kept the same version meanwhile.
    with suppress(*_NO_CACHE):
        state, as_json = (target / PARTIAL_PARSE_FILE_NAME).read_bytes(), (target / _JSON).read_bytes()
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".", ignore_cleanup_errors=True) as unfinished:
            made = Path(unfinished) / version
            made.mkdir()
            (made / _STATE).write_bytes(state)
            (made / _JSON).write_bytes(as_json)
            (made / _DIGEST).write_text(_digest(state, as_json))
            made.rename(folder / version)
        _forget_the_oldest(folder)


def _digest(state: bytes, as_json: bytes) -> str:
    return hashlib.sha256(hashlib.sha256(state).digest() + as_json).hexdigest()


def _forget_the_oldest(folder: Path) -> None:
    versions = [each for each in folder.iterdir() if not each.name.startswith(".")]
    for old in sorted(versions, key=lambda each: each.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
