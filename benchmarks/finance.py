"""Seconds and memory of the financial build, beside DuckDB reading the same Parquet rows and writing them to a table.

    python -m benchmarks.finance [--share 1] [--memory 4GB] [--keep DIR]

At `--share 1`: 2,000 projects, 60 periods, 2 million ledger lines, 20 million timesheet entries. Four figures from one
run, each in a process of its own with two threads: DuckDB alone, the first build, a build after 0.1 % new entries, and
the same landing built from nothing. The build is one `dbt build` with every data test. `--memory` is what DuckDB may
use in a build before it writes to disk; the process has some beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.finance_data import AS_OF, PERIODS, Size, entries, land, write_home

AIM_TIMES, AIM_GB = 6, 6
BARE = """
import sys, duckdb
with duckdb.connect(sys.argv[2]) as connection:
    connection.execute("set threads = 2")
    for number, table in enumerate(sys.argv[3:]):
        connection.execute(f"create table t{number} as select * from read_parquet('{sys.argv[1]}/{table}/*/*.parquet')")
"""
BUILD = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from pipelines.landing.context import write_context
from pipelines.settings import Home, load_settings
from pipelines.warehouse import build, dbt_manifest
home = Home(Path(sys.argv[1]))
dbt_manifest(home)
now = datetime.now(UTC)
write_context(home, load_settings(home), as_of=date.fromisoformat(sys.argv[2]), known_at=now, started_at=now)
built = build(home)
built.raise_for_problems()
if len(sys.argv) > 3:
    for event in built.events:
        data = event.data
        print(f"{data.execution_time:8.1f}", data.node_info.node_name, file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process cost."""

    seconds: float
    cpu_seconds: float
    peak_gb: float


def main() -> None:
    """Measures and prints a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--share", type=float, default=1.0, help="share of the rows, e.g. 0.1")
    parser.add_argument("--keep", type=Path, help="make the data here and leave it, or use what is here")
    parser.add_argument("--memory", default="4GB", help="what DuckDB may use in a build, e.g. 6GB")
    parser.add_argument("--nodes", action="store_true", help="print the seconds of each node")
    arguments = parser.parse_args()
    size = Size(2000, int(2_000_000 * arguments.share), int(20_000_000 * arguments.share))
    with tempfile.TemporaryDirectory(prefix="pmo-benchmark-") as folder:
        home = (arguments.keep or Path(folder)) / "home"
        if not home.exists():
            write_home(home, size)
        os.environ["PMO_MEMORY"] = arguments.memory
        print_table(measure(home, size, nodes=arguments.nodes), arguments.share)


def measure(home: Path, size: Size, *, nodes: bool = False) -> dict[str, Measured]:
    """What each program cost, by its name."""
    for file in home.glob("warehouse/pmo.duckdb*"):
        file.unlink()
    told = ["nodes"] if nodes else []
    found = {
        "DuckDB alone": in_a_process(
            BARE, str(home / "landing/data"), str(home / "bare.duckdb"), *landed(home)
        )
    }
    (home / "bare.duckdb").unlink()
    found["first build"] = in_a_process(BUILD, str(home), AS_OF, *told)
    people = max(1, size.people // 1000 * PERIODS)
    path = f"inbox/timesheets/timesheet_entries_{time.time_ns()}.csv"
    land(home, "timesheets.timesheet_entries", path, entries(size, PERIODS - 1, people, more="0.25"))
    found["build after 0.1 % new entries"] = in_a_process(BUILD, str(home), AS_OF, *told)
    (home / "warehouse/pmo.duckdb").unlink()
    found["the same from nothing"] = in_a_process(BUILD, str(home), AS_OF, *told)
    return found


def landed(home: Path) -> list[str]:
    """The tables that hold rows, as folders below landing/data."""
    data = home / "landing/data"
    return sorted(str(folder.relative_to(data)) for folder in data.glob("*/*"))


def in_a_process(program: str, *arguments: str) -> Measured:
    """Runs a program in a process of its own."""
    environment = os.environ | {"DUCKDB_THREADS": "2"}
    wrapped = (
        "import json, resource, subprocess, sys, time\n"
        "started = time.perf_counter()\n"
        "done = subprocess.run([sys.executable, '-c', *sys.argv[1:]])\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "cpu = used.ru_utime + used.ru_stime\n"
        "print('\\n' + json.dumps([time.perf_counter() - started, cpu, used.ru_maxrss / 2**20]))\n"
        "sys.exit(done.returncode)"
    )
    done = subprocess.run(
        [sys.executable, "-c", wrapped, program, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"the program ended with {done.returncode}")
    return Measured(*json.loads(done.stdout.splitlines()[-1]))


def print_table(found: dict[str, Measured], share: float) -> None:
    """The figures as Markdown. Processor seconds say more than seconds where the machine has other work, too."""
    alone = found["DuckDB alone"]
    heads = ("seconds", "times DuckDB alone", "CPU seconds", "times DuckDB alone", "peak GB")
    print(f"| financial build, {share:g} of the rows | {' | '.join(heads)} |\n|---{'|---' * len(heads)}|")
    for name, each in found.items():
        print(
            f"| {name} | {each.seconds:.1f} | {each.seconds / alone.seconds:.1f} | {each.cpu_seconds:.1f} "
            f"| {each.cpu_seconds / alone.cpu_seconds:.1f} | {each.peak_gb:.1f} |"
        )
    print(f"\nAims: {AIM_TIMES} times, {AIM_GB} GB. Two threads.")


if __name__ == "__main__":
    main()
