"""`pmo` in a process of its own that need not import its libraries again.

A server process of each pytest worker imports them once and forks for every call: the child has its own memory,
settings, working directory and output, and ends like any process. Seconds of imports for each of a few hundred calls
are what this saves. Calls that have to start as a user's do take `pmo_from_nothing`.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS_BEFORE_GIVING_UP = 900
PRELOADED = "tests.end_to_end.pmo_imports"
Ended = tuple[int, str, str]


def pmo(arguments: Sequence[str], *, folder: Path) -> Ended:
    """Exit code, standard output and standard error of `pmo`, called in `folder`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    with tempfile.TemporaryDirectory() as told:
        stdout, stderr = Path(told, "stdout"), Path(told, "stderr")
        process = context.Process(
            target=_call, args=(list(arguments), str(folder), environment(), str(stdout), str(stderr))
        )
        process.start()
        process.join(SECONDS_BEFORE_GIVING_UP)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(
                f"pmo {' '.join(arguments)} did not end within {SECONDS_BEFORE_GIVING_UP} seconds"
            )
        return process.exitcode, stdout.read_text(encoding="utf-8"), stderr.read_text(encoding="utf-8")


def pmo_from_nothing(arguments: Sequence[str], *, folder: Path) -> Ended:
    """The same from a new interpreter."""
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS_BEFORE_GIVING_UP,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _call(arguments: list[str], folder: str, environment: dict[str, str], stdout: str, stderr: str) -> None:
    """In the child."""
    import atexit

    for path, stream in ((stdout, 1), (stderr, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, stream)
        os.close(file)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, errors="backslashreplace")  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["pmo", *arguments]
    from pipelines.cli import main

    try:
        main()
    finally:
        # multiprocessing ends its children without these.
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()


def environment() -> dict[str, str]:
    """This process's, without its PMO, Jira, Dagster or dbt settings."""
    private = ("PMO_", "JIRA_", "DAGSTER_", "DBT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(private)}
    return kept | {"PYTHONPATH": str(REPOSITORY), "COLUMNS": "400", "NO_COLOR": "1", "PYTHONUTF8": "1"}
