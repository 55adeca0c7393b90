"""Every sample file with bytes flipped, cut, doubled, put in and exchanged: read, quarantined or refused with a reason.

A mutant is read in a process of its own that may take ten seconds and a gigabyte beyond what it starts with. Which
mutants there are depends on the file alone, so that a failure can be repeated by its name.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import signal
import traceback
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.budgets.tables import TABLES as BUDGETS
from connectors.errors import UnreadableFile
from connectors.ledger.tables import TABLES as LEDGER
from connectors.tabular.layout import LayoutError, parse_layouts
from connectors.tabular.reader import read_file
from connectors.timesheets.tables import TABLES as TIMESHEETS
from demo.budgets import write_budgets
from demo.hours import write_timesheets
from demo.ledger import write_ledger
from demo.reference import SETTINGS

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
TABLES = {"timesheets": TIMESHEETS, "ledger": LEDGER, "budgets": BUDGETS}
LAYOUTS: dict[str, Any] = {
    **yaml.safe_load(SETTINGS.partition("layouts:")[2]),
    "french": {
        "table": "budget_lines",
        "files": "inbox/budgets/budget_fr_nasty.xlsx",
        "sheets": {"match": "^P-"},
        "header": {"find": "Nature", "rows": 2},
        "columns": {
            "cost_category": {"header": "Nature", "fill_down": True},
            "project": {"from": "sheet_name", "pattern": "^(\\S+)"},
            "version_no": {"value": 1},
            "currency": {"value": "EUR"},
        },
        "periods": {"look": "mmm-yy", "language": "fr"},
        "amount": {"unit": "k€", "decimal": ",", "thousands": "space", "negative": ["minus", "parentheses"]},
        "rows": {"totals": ["^Sous-total"], "stop_at": "^TOTAL", "hidden": "leave_out"},
        "checks": {"column_totals": True, "row_total": "Total"},
    },
    "cash": {
        "table": "budget_lines",
        "files": "inbox/budgets/cashflows.xlsx",
        "header": {"find": "TOTALS"},
        "columns": {
            "cost_category": {"header": "column B"},
            "project": {"value": "P-1"},
            "version_no": {"value": 1},
            "currency": {"value": "USD"},
        },
        "periods": {"look": "label", "match": "^(Jan|Feb|Mar|April|May|June|July|Aug|Sept|Oct|Nov|Dec)$"},
        "rows": {"totals": ["^Total", "^Subtotal"]},
    },
}
"""How the budget workbooks of the demo and two of the samples are read; the others are recognised, or refused."""
SECONDS = 10
MEGABYTES = 1_000
FEW = 6
MANY = 20


def _flip(data: bytearray, place: random.Random) -> bytearray:
    for _ in range(place.choice((1, 4, 30))):
        data[place.randrange(len(data))] ^= 1 << place.randrange(8)
    return data


def _cut(data: bytearray, place: random.Random) -> bytearray:
    start, end = sorted(place.choices(range(len(data) + 1), k=2))
    return data[:start] + data[end:] if place.random() < 0.5 else data[:start]


def _double(data: bytearray, place: random.Random) -> bytearray:
    start, end = sorted(place.choices(range(len(data) + 1), k=2))
    return data[:end] + data[start:]


def _insert(data: bytearray, place: random.Random) -> bytearray:
    odd = (
        b"\0",
        b"\xff" * 9,
        b'"',
        b"\n" * 50,
        b"<",
        b"&a;",
        b"=1+1",
        b"99999999999",
        b"1e999",
        b"\xef\xbb\xbf",
    )
    start = place.randrange(len(data) + 1)
    return data[:start] + place.choice(odd) + data[start:]


def _exchange(data: bytearray, place: random.Random) -> bytearray:
    a, b, c = sorted(place.choices(range(len(data) + 1), k=3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


CHANGES: tuple[Callable[[bytearray, random.Random], bytearray], ...] = (
    _flip,
    _cut,
    _double,
    _insert,
    _exchange,
)


def _within_archive(data: bytes, place: random.Random) -> bytes:
    """A workbook that unpacks, one of whose parts is changed: a change of the archive is found by its checksums."""
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as archive,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        names = archive.namelist()
        chosen = place.choice([name for name in names if archive.getinfo(name).file_size])
        for name in names:
            content = archive.read(name)
            if name == chosen:
                content = bytes(place.choice(CHANGES)(bytearray(content), place))
            changed.writestr(name, content)
    return buffer.getvalue()


def mutant(data: bytes, name: str, number: int) -> bytes:
    """The mutant of a file with this number; of an archive every second one is changed inside a part."""
    place = random.Random(zlib.crc32(f"{name}/{number}".encode()))
    if data[:2] == b"PK" and number % 2:
        return _within_archive(data, place)
    return bytes(place.choice(CHANGES)(bytearray(data), place))


def files_below(folder: Path) -> list[tuple[str, str, bytes]]:
    """Source, name and content of every file below a folder that has one for each source."""
    return [
        (source, path.name, path.read_bytes())
        for source in TABLES
        for path in sorted((folder / source).rglob("*"))
        if path.is_file()
    ]


def _outcome(path: Path, source: str, name: str) -> str:
    try:
        reading = read_file(
            path,
            relative=f"inbox/{source}/{name}",
            source=source,
            tables=TABLES[source],
            layouts=parse_layouts(LAYOUTS),
        )
    except (UnreadableFile, LayoutError) as error:
        assert name in str(error), f"the refusal names no file: {error}"
        assert "crashed (exit code" not in str(error), f"an error of our own: {error}"
        return "refused"
    faults = sum(len(extract.faults) + len(extract.batch_faults) for extract in reading.extracts)
    return f"{len(reading.extracts)} tables, {faults} faults"


def _serve(pipe: Connection) -> None:
    """Read what is asked for, within the limits; the answer is the outcome or the traceback."""
    baseline = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (baseline + MEGABYTES * 1_000_000,) * 2)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    while True:
        path, source, name = pipe.recv()
        signal.alarm(SECONDS)
        try:
            answer = ("", _outcome(path, source, name))
        except BaseException:  # noqa: BLE001 - whatever it is, it is what the test is about
            answer = (traceback.format_exc(), "")
        signal.alarm(0)
        pipe.send(answer)


class Reader:
    """The process that reads mutants, started again after each that ended it."""

    def __init__(self) -> None:
        self.context = multiprocessing.get_context("spawn")
        self.start()

    def start(self) -> None:
        self.pipe, theirs = self.context.Pipe()
        self.process = self.context.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def read(self, path: Path, source: str, name: str) -> tuple[str, str]:
        """What went wrong, if anything, and the outcome."""
        try:
            self.pipe.send((path, source, name))
            return self.pipe.recv()
        except (EOFError, BrokenPipeError):
            self.process.join()
            code = self.process.exitcode
            self.start()
            return (f"the process ended with {code} (-14: more than {SECONDS} s)", "")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.process.terminate()


def _read_all(reader: Reader, folder: Path, files: list[tuple[str, str, bytes]], numbers: range) -> None:
    wrong = []
    for source, name, data in files:
        path = folder / name
        for number in numbers:
            path.write_bytes(mutant(data, name, number))
            failure, _ = reader.read(path, source, name)
            if failure:
                wrong.append(f"{source}/{name} mutant {number}: {failure}")
    assert not wrong, "\n".join(wrong)


def test_mutants_of_the_demo_are_read_or_refused(reader: Reader, tmp_path: Path) -> None:
    for write in (write_budgets, write_ledger, write_timesheets):
        write(tmp_path / "inbox")
    files = files_below(tmp_path / "inbox")
    outcomes = [reader.read(tmp_path / "inbox" / source / name, source, name) for source, name, _ in files]
    assert all(not failure and outcome.startswith("1 tables") for failure, outcome in outcomes), outcomes
    _read_all(reader, tmp_path, files, range(FEW))


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the sample files are not at {DATA}")
def test_mutants_of_the_samples_are_read_or_refused(reader: Reader, tmp_path: Path) -> None:
    _read_all(reader, tmp_path, files_below(DATA), range(FEW))


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason=f"the sample files are not at {DATA}")
def test_many_mutants_of_the_samples_are_read_or_refused(reader: Reader, tmp_path: Path) -> None:
    _read_all(reader, tmp_path, files_below(DATA), range(FEW, MANY))
