"""Puts files into a folder, each in one step for whoever reads there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from connectors.errors import RequestRefused
from connectors.messages.message import Attachment


def copy_into(folder: Path, attachments: Sequence[Attachment]) -> None:
    """Copies files into a folder that exists; a file of the same name is replaced, whole.

    Raises RequestRefused: the folder is not there, can't be written, or a file can't be read.
    """
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where a folder above can't be entered.
        mend = "Make it, mount it, or correct deliver.folder in pmo.yaml."
        raise RequestRefused(f"There is no folder {folder}.", mend=mend)
    for attachment in attachments:
        unfinished = folder / f".{attachment.name}.part"
        try:
            shutil.copyfile(attachment.path, unfinished)
            _flush(unfinished)
            unfinished.replace(folder / attachment.name)
        except OSError as error:
            # Where nothing can be written, nothing can be taken away either.
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            mend = "See that whoever runs the refresh may write there and that there is room."
            raise RequestRefused(
                f"{attachment.name} can't be copied into {folder}: {error.strerror}.", mend=mend
            ) from None


def check_writable(folder: Path) -> None:
    """Writes an empty file and takes it away again; raises RequestRefused."""
    probe = Attachment(name=f"pmo-doctor-{os.getpid()}", path=Path(os.devnull))
    copy_into(folder, [probe])
    (folder / probe.name).unlink()


def _flush(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
