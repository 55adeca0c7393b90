"""Workbooks into sheets of raw cells, each workbook read in a process of its own.

    reader ──Task, commands──▶ workbook_child (python-calamine, memory limited)
           ◀──names, rows────

Here: starting that process, its time limit, and what is said when it dies. A process of its own because a workbook of
five kilobytes can make the reader ask for more memory than there is, which ends the process, and no `except` sees it.
"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from connectors.errors import UnreadableFile
from connectors.tabular.cells import Cell
from connectors.tabular.limits import DEFAULT_LIMITS, Limits
from connectors.tabular.sheets import Sheet, suffix_of
from connectors.tabular.workbook_child import Opened, Refused, SheetEnd, Task, too_much_memory

_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from connectors.tabular.workbook_child import main; main()"
)
_NO_MEMORY: Final = ("memory allocation", "MemoryError", "can't start new thread")
_ROOT: Final = str(Path(__file__).resolve().parents[2])


@dataclass(slots=True)
class Workbook:
    """A workbook whose sheets are read when asked for: `visible` and `hidden` name its worksheets in order.

    To be closed, or used in `with`.
    """

    relative: str
    names: list[str]
    visible: list[str]
    hidden: list[str]
    _task: Task
    _child: _Child
    _sheets: dict[str, Sheet] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet:
        """One worksheet's cells, errors and never calculated formulas in their places.

        Only .xlsx and .xlsm say which rows are hidden. Raises UnreadableFile: damaged, too large, or the reader died.
        """
        if name not in self._sheets:
            try:
                self._sheets[name] = self._read(name)
            except _Died as died:
                self._explain(name)
                raise died.refusal(self._task) from died
        return self._sheets[name]

    def _read(self, name: str) -> Sheet:
        rows: list[list[Cell]] = []
        with self._child.asked(("sheet", name)) as answers:
            while not isinstance(answer := next(answers), SheetEnd):
                rows += answer
        return Sheet(name, rows, tuple(answer.merged), answer.hidden_rows)

    def _explain(self, name: str) -> None:
        """Raises UnreadableFile where a look at the sheet's cells, in another process, finds why it is deadly."""
        with suppress(_Died), _Child(self._task) as child:
            child.answer(self._task)
            child.answer(("extent", name))

    def close(self) -> None:
        """End its process; sheets that were read stay."""
        self._child.close()

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_workbook(
    data: bytes, *, relative: str, notes: list[str], limits: Limits = DEFAULT_LIMITS
) -> Workbook:
    """A workbook, after its pre-flight; `notes` says where that can't look.

    Raises:
        UnreadableFile: encrypted, damaged, too large, not what its name says, or the reader died of it.
    """
    suffix = suffix_of(relative)
    if suffix in (".xls", ".xlsb"):
        notes.append(
            f"{relative}: in this format error cells read as blank; save it as .xlsx to have them found"
        )
    task = Task(data, suffix, relative, limits)
    with ExitStack() as ending:
        child = ending.enter_context(_Child(task))
        try:
            opened = child.answer(task)
        except _Died as died:
            raise died.refusal(task) from died
        ending.pop_all()
    assert isinstance(opened, Opened)
    return Workbook(relative, opened.names, opened.visible, opened.hidden, task, child)


class _Died(Exception):
    """The process ended, or was ended, in the middle of an answer."""

    def __init__(self, code: int, said: str, *, too_slow: bool) -> None:
        super().__init__(code, said)
        self.code = code
        self.said = said
        self.too_slow = too_slow

    def refusal(self, task: Task) -> UnreadableFile:
        """What it means for the workbook."""
        seconds = task.limits.seconds_for(len(task.data))
        mend = "Open it in a spreadsheet program, save it as .xlsx and put it here again"
        if self.too_slow and seconds == task.limits.max_seconds:
            return task.limits.refusal(
                f"{task.relative} takes too long to read (seconds)", "max_seconds", mend
            )
        if self.too_slow:
            return UnreadableFile(
                f"{task.relative} was not read within {seconds} seconds, which is long for its size.",
                mend=f"{mend}.",
            )
        if any(sign in self.said for sign in _NO_MEMORY):
            return too_much_memory(task.relative, task.limits)
        ending = signal.Signals(-self.code).name if self.code < 0 else f"exit code {self.code}"
        last = "".join(self.said.splitlines()[-1:])[:300]
        return UnreadableFile(
            f"{task.relative}: the workbook reader crashed ({ending}{': ' if last else ''}{last}).",
            mend=f"{mend}.",
        )


class _Child:
    """The process: started with its task, asked, and ended at the latest with the object."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, _ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.said,
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.stdin: IO[bytes] = self.process.stdin
        self.stdout: IO[bytes] = self.process.stdout
        self.close = weakref.finalize(self, _end, self.process, self.said)

    def answer(self, command: object) -> Any:
        """The one answer to a command; raises what `asked` raises."""
        with self.asked(command) as answers:
            return next(answers)

    @contextmanager
    def asked(self, command: object) -> Iterator[Iterator[Any]]:
        """The answers to a command, which have to be taken within the time allowed.

        Raises:
            UnreadableFile: the workbook is refused.
            _Died: the process ended, or took too long and was ended.
        """
        expired = threading.Event()
        process = self.process

        def end() -> None:
            expired.set()
            process.kill()

        timer = threading.Timer(self.task.limits.seconds_for(len(self.task.data)), end)
        timer.daemon = True
        timer.start()
        try:
            pickle.dump(command, self.stdin, 5)
            self.stdin.flush()
            yield self._answers()
        except (EOFError, BrokenPipeError, pickle.UnpicklingError) as error:
            code = self.process.wait()
            raise _Died(code, _text(self.said), too_slow=expired.is_set()) from error
        finally:
            timer.cancel()

    def _answers(self) -> Iterator[Any]:
        while True:
            answer = pickle.load(self.stdout)
            if isinstance(answer, Refused):
                raise UnreadableFile(answer.message, mend=answer.mend)
            yield answer

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _end(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    process.kill()
    process.communicate()
    said.close()


def _text(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read(20_000).decode("utf-8", errors="replace").strip()
