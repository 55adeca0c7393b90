"""The demo as the command line calls it: make the company's folder, and serve its Jira beside a refresh."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from demo.budgets import write_budgets
from demo.hours import write_timesheets
from demo.ledger import write_ledger
from demo.reference import write_reference
from demo.register import write_register

REPOSITORY = Path(__file__).resolve().parents[1]
SECONDS_TO_START = 60.0


class DemoJiraDidNotStart(Exception):
    """The demo's Jira ended, or said nothing, before it could be read; the message has its last words."""


def make_home(path: Path) -> None:
    """Write the whole PMO folder of the demo company into `path`; what it has landed or published stays.

    The same files, byte for byte, every time: a second refresh of an untouched demo finds nothing new.
    """
    inbox = path / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    write_reference(path)
    write_timesheets(inbox)
    write_budgets(inbox)
    write_ledger(inbox)
    write_register(inbox)


@contextmanager
def serve_jira(*, port: int = 0) -> Iterator[dict[str, str]]:
    """Run the demo's Jira in a process of its own; yields the environment that the demo's pmo.yaml names.

    It listens on loopback only, on a free port unless one is given, and is stopped when the block ends.

    Raises:
        DemoJiraDidNotStart: it was not there within a minute.
    """
    from demo.jira.server import EMAIL, TOKEN

    with tempfile.TemporaryDirectory(prefix="pmo-demo-jira-") as folder:
        port_file, log = Path(folder) / "port", Path(folder) / "log"
        with log.open("w", encoding="utf-8") as output:
            process = _start(port, port_file, output)
        try:
            yield {
                "PMO_DEMO_JIRA_URL": f"http://127.0.0.1:{_port(process, port_file, log)}",
                "PMO_DEMO_JIRA_EMAIL": EMAIL,
                "PMO_DEMO_JIRA_TOKEN": TOKEN,
            }
        finally:
            process.terminate()
            process.wait()


def _start(port: int, port_file: Path, output: IO[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "demo.jira", "--port", str(port), "--port-file", str(port_file)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=output, stderr=output)


def _port(process: subprocess.Popen[bytes], port_file: Path, log: Path) -> int:
    """The port, once the server has written it."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(encoding="utf-8").strip() or "it said nothing"
            raise DemoJiraDidNotStart(
                f"The demo's Jira did not start: {said}. Run `python -m demo.jira` to see."
            )
        time.sleep(0.02)
    return int(port_file.read_text(encoding="utf-8"))
