"""What happened in a run, written down for a person: warehouse/logs/refresh-<moment>.log, the newest as refresh.log.

    2026-06-30 06:00:14 INFO pmo: building and testing (874)
    2026-06-30 06:00:19 INFO pmo:   mart_budget_position

Here: a line for each stage and step, what libraries warn of, how many files stay and how large one gets.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipelines.progress import Progress

LOG_FILE = "refresh.log"
KEPT = 30
MAX_BYTES = 5_000_000
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
run_logger = logging.getLogger("pmo")


@contextmanager
def logged(folder: Path, progress: Progress) -> Iterator[Progress]:
    """What is logged within the block goes to a file of its own in `folder`; yields a listener that logs, too."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = BoundedFile(_new_file(folder))
    handler.setFormatter(logging.Formatter(_FORMAT, datefmt="%Y-%m-%d %H:%M:%S"))
    root = logging.getLogger()
    before, level = root.handlers, run_logger.level
    root.handlers = [handler]
    run_logger.setLevel(logging.INFO)
    logging.captureWarnings(True)
    try:
        yield Logged(progress)
    finally:
        logging.captureWarnings(False)
        root.handlers = before
        run_logger.setLevel(level)
        handler.close()


class Logged:
    """Tells a listener, and the log."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def stage(self, name: str, *, total: int | None = None) -> None:
        """A stage begins."""
        run_logger.info("%s%s", name, f" ({total})" if total else "")
        self._progress.stage(name, total=total)

    def step(self, text: str, *, advance: bool = True) -> None:
        """Something of it is done; what merely goes on is not logged."""
        if advance:
            run_logger.info("  %s", text)
        self._progress.step(text, advance=advance)


class BoundedFile(logging.FileHandler):
    """A log file that ends at MAX_BYTES, and says so."""

    def __init__(self, file: Path, *, max_bytes: int = MAX_BYTES) -> None:
        super().__init__(file, encoding="utf-8")
        self._left = max_bytes

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the record, or nothing once the file is full."""
        if self._left <= 0:
            return
        self._left -= len(self.format(record).encode("utf-8", errors="replace")) + 1
        super().emit(record)
        if self._left <= 0:
            end = logging.makeLogRecord({"msg": "This log is full: what follows is left out.", "name": "pmo"})
            super().emit(end)


def _new_file(folder: Path) -> Path:
    """A new file, which refresh.log then leads to; the oldest go."""
    file = folder / f"refresh-{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%fZ}.log"
    file.touch()
    link = folder / f".{LOG_FILE}.next"
    link.unlink(missing_ok=True)
    link.symlink_to(file.name)
    link.replace(folder / LOG_FILE)
    for old in sorted(folder.glob("refresh-*.log"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return file
