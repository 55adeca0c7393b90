"""What was sent to whom: lines of JSON that are only ever added, in messages/ of the home.

A line is written after its message was sent, and flushed. Killed in between, the message is sent again by the next run,
under the same Message-ID: rather twice than never. What a kill left of half a line is passed over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]
SECONDS_FOR_ANOTHER = 600


class MessageLogError(Exception):
    """What was sent can't be read or written; the message says where and what to mend."""


class MessageLog:
    """One file of lines. Read and write it within `held`, so that two processes do not send the same.

    Every method raises MessageLogError.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else sends what this log is about until the block ends."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.file.with_suffix(".lock"))
        try:
            with self._explained():
                self.file.parent.mkdir(parents=True, exist_ok=True)
                lock.acquire(timeout=SECONDS_FOR_ANOTHER)
        except Timeout as error:
            raise MessageLogError(
                f"Another process has been sending what {self.file} is about for {SECONDS_FOR_ANOTHER} seconds. See "
                "why its mail server or channel does not answer, or end it; the next run sends what is left."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def rows(self) -> list[Row]:
        """Every whole line, oldest first."""
        with self._explained():
            if not self.file.is_file():
                return []
            lines = self.file.read_text(encoding="utf-8", errors="replace").splitlines()
        return [row for row in map(_row, lines) if row is not None]

    def add(self, **row: Any) -> None:
        """Adds a line with the present moment; it is durable when this returns."""
        content = json.dumps(
            {"at": datetime.now(UTC).isoformat(timespec="seconds"), **row}, ensure_ascii=False
        )
        with self._explained():
            _append(self.file, content)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        from filelock import Timeout

        try:
            yield
        except Timeout:
            raise
        except OSError as error:
            raise MessageLogError(
                f"What was sent to whom can't be read or written in {self.file}: {error.strerror}. See that whoever "
                "runs the refresh may write there and that there is room; what was sent since is sent again, once."
            ) from error


def _append(file: Path, content: str) -> None:
    """Adds a line of its own, also after half a line; it is durable when this returns."""
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        begins = size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"
        os.write(descriptor, f"{'' if begins else chr(10)}{content}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _row(line: str) -> Row | None:
    try:
        row = json.loads(line)
    except json.JSONDecodeError:
        return None
    return row if isinstance(row, dict) else None
