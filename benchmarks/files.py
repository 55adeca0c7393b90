"""Cells a second and peak memory of reading files, beside what other readers take for the same files in the same run.

    python -m benchmarks.files [--rows 200000] [--lines 5000000] [--repeat 2]

A workbook of postings: `pandas.read_excel` with openpyxl and with calamine, bare python-calamine, and ours: the scan
for hidden errors and bombs, the parsing of every cell, the place of each. A CSV of timesheet entries: DuckDB's reader
alone (its text as Arrow), the standard library's, and ours: typed columns, every row judged as text first, places.

Each reading is a process of its own; importing is counted, the best of the repeats is taken. Whether both ways of ours
give the same values is a test (`tests/connectors/tabular/test_large_csv.py`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
AIMS = {
    ("workbook", "pandas, openpyxl"): 6.0,
    ("workbook", "bare calamine"): 0.4,
    ("csv", "duckdb alone"): 0.3,
}
COLUMNS = ("posting_id", "project", "cost_category", "posted_on", "amount", "currency", "origin", "person")

READERS = {
    ("workbook", "ours"): """
from pathlib import Path
from connectors.ledger.tables import TABLES
from connectors.tabular.reader import read_file
read = read_file(Path(FILE), relative="inbox/ledger/postings.xlsx", source="ledger", tables=TABLES, layouts={})
(extract,) = read.extracts
rows = len(extract)
assert not extract.faults and extract.cell(rows - 1, "amount")
""",
    ("workbook", "bare calamine"): """
from python_calamine import CalamineWorkbook
rows = len(CalamineWorkbook.from_path(FILE).get_sheet_by_index(0).to_python(skip_empty_area=False)) - 1
""",
    ("workbook", "pandas, calamine"): """
import pandas as pd
rows = len(pd.read_excel(FILE, engine="calamine"))
""",
    ("workbook", "pandas, openpyxl"): """
import pandas as pd
rows = len(pd.read_excel(FILE, engine="openpyxl"))
""",
    ("csv", "ours"): """
from pathlib import Path
from connectors.tabular.large_csv import large_csv
from connectors.timesheets.tables import TIMESHEET_ENTRIES
reader = large_csv(Path(FILE), relative="inbox/timesheets/timesheet_entries.csv", table=TIMESHEET_ENTRIES)
with reader:
    rows = 0
    for piece in reader.pieces():
        rows += len(piece)
        assert not piece.faults and piece.cell(0, "hours")
""",
    ("csv", "duckdb alone"): """
import duckdb
rows = 0
for batch in duckdb.sql(f"select * from read_csv('{FILE}', all_varchar = true)").to_arrow_reader(122880):
    rows += len(batch)
""",
    ("csv", "csv.reader"): """
import csv
with open(FILE, newline="", encoding="utf-8") as stream:
    rows = sum(1 for row in csv.reader(stream)) - 1
""",
}


def main() -> None:
    """Measures and prints a Markdown table and the ratios."""
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="pmo-benchmark-") as folder:
        workbook = write_workbook(Path(folder) / "postings.xlsx", options.rows)
        lines = write_csv(Path(folder) / "timesheet_entries.csv", options.lines)
        files = {"workbook": (workbook, options.rows, len(COLUMNS)), "csv": (lines, options.lines, 9)}
        best: dict[tuple[str, str], tuple[float, float]] = {}
        for _ in range(options.repeat):
            for (kind, name), program in READERS.items():
                seconds, megabytes, rows = measured(program, files[kind][0])
                if rows != files[kind][1]:
                    sys.exit(f"{name} read {rows} of {files[kind][1]} rows")
                before = best.get((kind, name), (seconds, megabytes))
                best[kind, name] = (min(seconds, before[0]), max(megabytes, before[1]))
    for kind, (file_rows, width) in {kind: each[1:] for kind, each in files.items()}.items():
        print_table(kind, file_rows * width, best)


def write_workbook(file: Path, rows: int) -> Path:
    """A workbook of postings as a person's spreadsheet program saves it."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("postings")
    sheet.append(COLUMNS)
    for number in range(rows):
        sheet.append(
            [
                f"P{number}",
                f"PRJ-{number % 40}",
                f"6{number % 90:03}",
                f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
                round(number % 7919 * 1.37, 2),
                "EUR",
                "journal",
                f"E{number % 300:05}",
            ]
        )
    book.save(file)
    return file


def write_csv(file: Path, lines: int) -> Path:
    """A CSV file of timesheet entries."""
    import duckdb

    duckdb.sql(
        f"""
        copy (
            select
                'E' || (i % 500) as person, 'PRJ-' || (i % 40) as project,
                cast(date '2026-01-01' + cast(i % 300 as int) as varchar) as work_date,
                cast(cast(i % 32 * 0.25 as decimal(5, 2)) as varchar) as hours, 'T' || i as entry_id,
                'task ' || (i % 1000) as task, case i % 3 when 0 then 'approved' when 1 then 'submitted' end as status,
                'yes' as billable, 'comment number ' || i as comment
            from range({lines}) as entries (i)
        ) to '{file}' (header, delimiter ',')
        """
    )
    return file


def measured(program: str, file: Path) -> tuple[float, float, int]:
    """Seconds of a process that reads a file, its peak memory in MB, and how many rows it found."""
    tail = "\nimport json, resource\nprint(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,\n"
    tail += "    resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, rows]))"
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", f"FILE = {str(file)!r}\n{program}{tail}"],
        cwd=REPOSITORY,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"a reader ended with {done.returncode}:\n{done.stderr}")
    own, children, rows = json.loads(done.stdout.splitlines()[-1])
    return time.perf_counter() - started, max(own, children), rows


def print_table(kind: str, cells: int, best: dict[tuple[str, str], tuple[float, float]]) -> None:
    """The figures of one kind of file as Markdown, and the ratios that are aimed at."""
    ours = best[kind, "ours"][0]
    print(f"\n| {kind}, {cells:,} cells | seconds | cells a second | peak MB |\n|---|---|---|---|")
    for (each, name), (seconds, megabytes) in best.items():
        if each == kind:
            print(f"| {name} | {seconds:.1f} | {cells / seconds:,.0f} | {megabytes:.0f} |")
    for (each, name), aim in AIMS.items():
        if each == kind:
            print(f"\nBeside {name}: {best[kind, name][0] / ours:.2f} times its rate (aim: {aim}).")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--rows", type=int, default=200_000, help="rows of the workbook (%(default)s)")
    add("--lines", type=int, default=5_000_000, help="lines of the CSV file (%(default)s)")
    add("--repeat", type=int, default=2, help="rounds (%(default)s)")
    return parser


if __name__ == "__main__":
    main()
