"""Seconds and memory of the whole build: money, time, Jira and the register.

    python -m benchmarks.marts [--share 0.1 0.33 1] [--memory 6GB] [--keep DIR] [--nodes 20]

At share 1: 2,000 projects, 2 million ledger lines, 20 million timesheet entries, a million issues with 10 million
changes, and a register of 2.3 million rows. A share has that part of the projects and persons, each with as much as at
share 1, unless `--projects` says how many there are. Each share is built in a process of its own: one `dbt build` from
nothing with every data test. A layer's seconds are those of its nodes, two of which run at a time.
`--memory` is what DuckDB may use before it writes to disk; the process has some beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.delivery_data import land_jira
from benchmarks.finance_data import AS_OF, Size, write_home
from benchmarks.register_data import land_register
from pipelines.landing.store import LandingStore

PROJECTS, LEDGER_LINES, ENTRIES, ISSUES = 2_000, 2_000_000, 20_000_000, 1_000_000
LAYERS = ("staging", "intermediate", "marts", "tests")
AIM_GB = 8


@dataclass(frozen=True, slots=True)
class Measured:
    """One build: landed rows, seconds of the whole and of each node (layer, name, seconds), gigabytes."""

    share: float
    rows: int
    seconds: float
    cpu_seconds: float
    peak_gb: float
    nodes: Sequence[tuple[str, str, float]]


def main() -> None:
    """Measures every share and prints a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--share", type=float, nargs="+", default=[0.1, 0.33, 1.0], help="shares of the rows")
    parser.add_argument("--projects", type=int, help="how many projects at every share")
    parser.add_argument("--memory", default="6GB", help="what DuckDB may use, e.g. 4GB or 80%%")
    parser.add_argument("--keep", type=Path, help="make the data here and leave it, or use what is here")
    parser.add_argument("--nodes", type=int, default=0, help="print so many nodes, the slowest first")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pmo-benchmark-") as folder:
        found = [
            measure(
                (arguments.keep or Path(folder)) / f"share-{share:g}",
                share,
                projects=arguments.projects,
                memory=arguments.memory,
            )
            for share in arguments.share
        ]
    print_table(found)
    print_nodes(found, arguments.nodes)


def measure(home: Path, share: float, *, projects: int | None, memory: str) -> Measured:
    """Makes the rows where they are not there yet, and builds from nothing."""
    if not home.exists():
        size = Size(
            projects or max(1, int(PROJECTS * share)), int(LEDGER_LINES * share), int(ENTRIES * share)
        )
        write_home(home, size)
        land_jira(home, size, int(ISSUES * share))
        land_register(home, size)
    for file in home.glob("warehouse/pmo.duckdb*"):
        file.unlink()
    rows = sum(manifest.rows.loaded for manifest in LandingStore(home / "landing").manifests())
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.timed_build", str(home), AS_OF],
        env=os.environ | {"PMO_MEMORY": memory},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"the build of {home} ended with {done.returncode}")
    return Measured(share, rows, **json.loads(done.stdout.splitlines()[-1]))


def print_table(found: Sequence[Measured]) -> None:
    """The figures as Markdown."""
    heads = (
        "share",
        "million rows",
        *LAYERS,
        "seconds",
        "CPU seconds",
        "CPU seconds a million rows",
        "peak GB",
    )
    print(f"| {' | '.join(heads)} |")
    print("|---" * len(heads) + "|")
    for each in found:
        layers = defaultdict[str, float](float)
        for layer, _, seconds in each.nodes:
            layers[layer] += seconds
        by_layer = " | ".join(f"{layers[layer]:.0f}" for layer in LAYERS)
        print(
            f"| {each.share:g} | {each.rows / 1e6:.2f} | {by_layer} | {each.seconds:.0f} | {each.cpu_seconds:.0f} | "
            f"{each.cpu_seconds / each.rows * 1e6:.1f} | {each.peak_gb:.1f} |"
        )
    print(f"\nAims: {AIM_GB} GB, and no more CPU seconds a million rows as the rows grow.")


def print_nodes(found: Sequence[Measured], count: int) -> None:
    """The slowest nodes of the last share, with how their seconds grew from the first, beside how the rows did."""
    first, last = found[0], found[-1]
    before = {name: seconds for _, name, seconds in first.nodes}
    for layer, name, seconds in sorted(last.nodes, key=lambda node: -node[2])[:count]:
        grew = seconds / before[name] if before.get(name) else float("nan")
        print(f"{seconds:8.1f} s  {grew:5.1f} times (rows {last.rows / first.rows:.1f})  {layer}  {name}")


if __name__ == "__main__":
    main()
