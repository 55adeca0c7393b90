"""Progress as a person sees it: a moving line on a terminal, one line a stage anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.commands.common import error_console
from pipelines.progress import Progress

if TYPE_CHECKING:
    from rich.progress import TaskID

TITLES = {
    "start": "starting",
    "landing": "receiving and validating",
    "warehouse": "preparing",
    "dbt": "building and testing",
    "publishing": "publishing",
}


@contextmanager
def shown() -> Iterator[Progress]:
    """A display for the time of the block, on standard error."""
    if not (sys.stderr.isatty() and sys.stdout.isatty()):
        lines = Lines()
        yield lines
        lines.close()
        return
    with Bar() as bar:
        yield bar


class Lines:
    """For logs and pipes: each stage with its seconds, and each source that was received."""

    def __init__(self) -> None:
        self._console = error_console()
        self._stage, self._since, self._steps = "", time.monotonic(), 0

    def stage(self, name: str, *, total: int | None = None) -> None:
        """Closes the stage before and names the new one."""
        self.close()
        self._stage, self._since, self._steps = name, time.monotonic(), 0
        self._console.print(TITLES.get(name, name) + (f" ({total})" if total else "") + " …")

    def step(self, text: str, *, advance: bool = True) -> None:
        """Counts; only a landing's steps are lines of their own."""
        self._steps += advance
        if advance and self._stage == "landing":
            self._console.print(f"  {text}")

    def close(self) -> None:
        """Prints how long the last stage took."""
        if self._stage:
            counted = f", {self._steps} steps" if self._steps else ""
            self._console.print(f"  {time.monotonic() - self._since:.1f} s{counted}")
        self._stage = ""


class Bar:
    """For a terminal: finished stages stay as lines, the current one moves."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._bars = RichProgress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description:<26}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}", style="dim"),
            console=error_console(),
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Bar:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._finish()
        self._bars.stop()

    def stage(self, name: str, *, total: int | None = None) -> None:
        """Ends the stage before and starts a line for the new one."""
        self._finish()
        self._task = self._bars.add_task(TITLES.get(name, name), total=total or 1, now="")

    def step(self, text: str, *, advance: bool = True) -> None:
        """Moves the line on."""
        if self._task is not None:
            self._bars.update(self._task, advance=1 if advance else 0, now=text[:60])

    def _finish(self) -> None:
        if self._task is None:
            return
        task = next(each for each in self._bars.tasks if each.id == self._task)
        self._bars.update(self._task, completed=task.total, now="")
