"""The process that reads one workbook for `workbooks`, because the reader can die of one, and Python with it.

    stdin   a pickled `Task`, then pickled commands: ("sheet", name) and ("extent", name)
    stdout  a pickled answer to the task and to each command: `Opened`, `Refused`, `Rows` … `SheetEnd`

Here: the limits the process sets on itself, opening the workbook, and putting back the errors that the reader hides.
Nothing is imported that is not needed, because every workbook pays for it.
"""

from __future__ import annotations

import contextlib
import io
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, BinaryIO, Final

from connectors.errors import UnreadableFile
from connectors.tabular.cells import Cell
from connectors.tabular.limits import Limits
from connectors.tabular.preflight import Preflight, inspect_workbook, too_far_out
from connectors.tabular.sheetxml import Flags, SheetScan, TooFarOut

_ROWS_AT_A_TIME: Final = 2_000


@dataclass(frozen=True, slots=True)
class Task:
    """The workbook to read."""

    data: bytes
    suffix: str
    relative: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Opened:
    """The names of its worksheets, in order; `visible` and `hidden` together are all of them."""

    names: list[str]
    visible: list[str]
    hidden: list[str]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why it can't be read."""

    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class SheetEnd:
    """What follows the rows of a sheet: merged ranges and hidden rows, counted from 0."""

    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    hidden_rows: frozenset[int]


def main() -> None:
    """Serve the commands on standard input until it ends."""
    task: Task = pickle.load(sys.stdin.buffer)
    _limit_memory(task.limits.max_memory_mb)
    answers = _Answers(sys.stdout.buffer)
    try:
        serve(task, sys.stdin.buffer, answers.send)
    except UnreadableFile as error:
        answers.send(Refused(error.message, error.mend))
    except MemoryError:
        refused = too_much_memory(task.relative, task.limits)
        answers.send(Refused(refused.message, refused.mend))


def too_much_memory(relative: str, limits: Limits) -> UnreadableFile:
    """The refusal of a workbook that asks for more memory than it may."""
    return limits.refusal(
        f"{relative} needs more memory than a workbook may have (in MB)",
        "max_memory_mb",
        "Split it, or save the values alone as CSV UTF-8",
    )


def serve(task: Task, commands: BinaryIO, send: Callable[[object], None]) -> None:
    """Open the workbook, then answer the commands.

    Raises:
        UnreadableFile: encrypted, damaged, too large, or not what its name says.
    """
    preflight = inspect_workbook(task.data, suffix=task.suffix, relative=task.relative, limits=task.limits)
    book = _Book(task, preflight)
    send(book.opened())
    while True:
        try:
            command, name = pickle.load(commands)
        except EOFError:
            return
        if command == "extent":
            preflight.check_extent(name)
            send(None)
            continue
        for answer in book.sheet(name):
            send(answer)


class _Answers:
    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream

    def send(self, answer: object) -> None:
        """Whole or not at all, and without the memory of what was pickled: no two cells are the same object."""
        whole = io.BytesIO()
        pickler = pickle.Pickler(whole, 5)
        pickler.fast = True
        pickler.dump(answer)
        self.stream.write(whole.getbuffer())
        self.stream.flush()


def _limit_memory(megabytes: int) -> None:
    """Where the system can: Linux does, macOS takes no notice of it, Windows has no such thing."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1_000_000, megabytes * 1_000_000))


class _Book:
    """The reader's workbook beside its pre-flight."""

    def __init__(self, task: Task, preflight: Preflight) -> None:
        from python_calamine import CalamineWorkbook

        self.task = task
        self.preflight = preflight
        self.book = self._guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(task.data)))

    def opened(self) -> Opened:
        """Its worksheets; chart sheets are none."""
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        sheets = [sheet for sheet in self.book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return Opened(
            names=[sheet.name for sheet in sheets],
            visible=[sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible],
            hidden=[sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible],
        )

    def sheet(self, name: str) -> Iterator[object]:
        """Its rows from A1 on, some at a time, then its end; errors and never calculated formulas in their places.

        The reader parses without holding the interpreter, so that the search for errors costs no time beside it.
        """
        search = _Search(self.preflight, name)
        sheet = self._guarded(lambda: self.book.get_sheet_by_name(name))
        found = search.found()
        self._check_extent(name, sheet, found.flags)
        rows = _from_column_a(sheet)
        if found.flags:
            rows = _with_errors(rows, found.flags, 1 + sheet.end[1] if sheet.end else 0)
        while some := list(islice(rows, _ROWS_AT_A_TIME)):
            yield some
        yield SheetEnd(sheet.merged_cell_ranges or [], frozenset(found.hidden_rows))

    def _check_extent(self, name: str, sheet: Any, flags: Flags) -> None:
        last_row, last_column = sheet.end or (0, 0)
        for place in flags:
            last_row, last_column = max(last_row, place[0]), max(last_column, place[1])
        if (last_row + 1) * (last_column + 1) > self.task.limits.max_cells:
            far = TooFarOut(name, (last_row, last_column), last_row + 1, last_column + 1)
            raise too_far_out(self.task.relative, far, self.task.limits)

    def _guarded(self, action: Callable[[], Any]) -> Any:
        """Run a call into the reader, whose own errors and panics name no file."""
        from python_calamine import CalamineError, PasswordError

        try:
            return action()
        except PasswordError as error:
            raise UnreadableFile(
                f"{self.task.relative} is protected by a password.",
                mend="Save it without one and put it here again.",
            ) from error
        except (CalamineError, OSError, ValueError) as error:
            raise self._damaged(error) from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            raise self._damaged(error) from error

    def _damaged(self, error: BaseException) -> UnreadableFile:
        return UnreadableFile(
            f"{self.task.relative} can't be read as a workbook ({error}).",
            mend="Open it in a spreadsheet program, save it as .xlsx and put it here again.",
        )


class _Search:
    """The search for cells without a readable value, under way in a thread."""

    def __init__(self, preflight: Preflight, sheet: str) -> None:
        self.scan: SheetScan | None = None
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, args=(preflight, sheet))
        self.thread.start()

    def _run(self, preflight: Preflight, sheet: str) -> None:
        try:
            self.scan = preflight.scan(sheet)
        except (UnreadableFile, MemoryError) as error:
            self.error = error

    def found(self) -> SheetScan:
        """What was found, when the search is over; raises what it raised."""
        self.thread.join()
        if self.scan is None:
            raise self.error or RuntimeError("the search for errors ended without a result")
        return self.scan


def _from_column_a(sheet: Any) -> Iterator[list[Cell]]:
    """The reader's rows begin in row 1, but in the first column that holds anything."""
    offset = sheet.start[1] if sheet.start else 0
    return ([""] * offset + row for row in sheet.iter_rows()) if offset else iter(sheet.iter_rows())


def _with_errors(rows: Iterator[list[Cell]], flags: Flags, width: int) -> Iterator[list[Cell]]:
    """The rows with the flagged cells in their places.

    The reader's range ends before trailing cells that it takes for blank, hence the padding.
    """
    width = max(width, 1 + max(column for _, column in flags))
    by_row: dict[int, list[tuple[int, Cell]]] = {}
    for (row, column), cell in flags.items():
        by_row.setdefault(row, []).append((column, cell))
    height = 1 + max(by_row)
    for number in count():
        given = next(rows, None)
        if given is None and number >= height:
            return
        filled = given or []
        filled += [""] * (width - len(filled))
        for column, error in by_row.get(number, ()):
            filled[column] = error
        yield filled


if __name__ == "__main__":
    main()
