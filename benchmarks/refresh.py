"""Seconds and memory of one refresh of the demo company, beside its two bare parts.

    python -m benchmarks.refresh [--repeat 3]

The bare parts: `dbt build` of the same project over the same context in a process of its own, from a clean target
folder as the first refresh has it, and a start of Dagster (a process that loads the definitions). What a refresh does
beside them is receiving, validating, recording and publishing. The best of the repeats counts: others on the machine
only ever add.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from demo.company import AS_OF
from demo.run import make_home, serve_jira

REPOSITORY = Path(__file__).resolve().parents[1]
DBT_PROJECT = REPOSITORY / "dbt_project"
AIM = 1.5
START_OF_DAGSTER = "from pipelines.definitions import definitions; definitions().resolve_job_def('refresh')"
STAGES = (
    "starting",
    "receiving and validating",
    "preparing",
    "building and testing",
    "publishing",
)


def main() -> None:
    """Measures and prints a Markdown table and the ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory(prefix="pmo-benchmark-") as folder, serve_jira() as variables:
        environment = os.environ | variables
        homes = [Path(folder) / f"home{number}" for number in range(repeat)]
        runs = [measure_refresh(home, environment) for home in homes]
        dbt = min(measure_dbt(home, environment) for home in homes)
        dagster = min(measure_dagster(home, environment) for home in homes)
    print_table(min(runs, key=lambda run: run["whole"]), dbt, dagster)


def measure_refresh(home: Path, environment: dict[str, str]) -> dict[str, float]:
    """The first refresh of a new home: seconds as a whole and by stage."""
    make_home(home)
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(home), "refresh", "--as-of", str(AS_OF)]
    seconds, printed = timed(command, environment, accepted=(0, 3))
    stages = dict.fromkeys(STAGES, 0.0)
    for stage in STAGES:
        found = re.search(rf"^{stage}.*?…\n(?:  \D.*\n)*  ([\d.]+) s", printed, re.M)
        stages[stage] = float(found[1]) if found else 0.0
    return {"whole": seconds, **stages}


def measure_dbt(home: Path, environment: dict[str, str]) -> float:
    """A bare `dbt build` over what the refresh landed, parse included, into another file."""
    target = home / "bare"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    variables = environment | {
        "PMO_WAREHOUSE": str(target / "pmo.duckdb"),
        "PMO_CONTEXT": str(home / "warehouse" / "context"),
    }
    folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    outputs = ["--target-path", str(target), "--log-path", str(target)]
    dbt = str(Path(sys.executable).with_name("dbt"))
    return timed([dbt, "build", *folders, *outputs], variables)[0]


def measure_dagster(home: Path, environment: dict[str, str]) -> float:
    """A process that loads the definitions, the manifest being there."""
    return timed([sys.executable, "-c", START_OF_DAGSTER], environment | {"PMO_HOME": str(home)})[0]


def timed(
    command: list[str], environment: dict[str, str], accepted: tuple[int, ...] = (0,)
) -> tuple[float, str]:
    """Seconds of a process, and what it printed."""
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in accepted:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - started, done.stderr


def print_table(run: dict[str, float], dbt: float, dagster: float) -> None:
    """The figures as Markdown."""
    beside = dbt + dagster
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    own = run["whole"] - run["receiving and validating"]
    lines = [f"| {stage} | {run[stage]:.1f} |" for stage in STAGES]
    print("| first refresh of the demo | seconds |\n|---|---|")
    print("\n".join(lines))
    print(f"| **the whole of it** (start and end of the process included) | **{run['whole']:.1f}** |")
    print(f"| a bare `dbt build` | {dbt:.1f} |")
    print(f"| a bare start of Dagster | {dagster:.1f} |")
    print(
        f"\nBeside its bare parts ({beside:.1f} s): {own / beside:.2f} times, receiving aside (aim: {AIM});"
    )
    print(f"{run['whole'] / beside:.2f} times with it. Largest process: {peak:.0f} MB.")


if __name__ == "__main__":
    main()
