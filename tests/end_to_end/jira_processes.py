"""Reading the demo's Jira in processes of their own, which a test may kill at any moment.

The processes are forked from one that has imported everything, so that fifty of them take no minute.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from demo.jira.router import Request
from demo.jira.server import EMAIL, TOKEN

_PRELOADED = ["tests.end_to_end.jira_processes", "great_expectations", "jira", "duckdb", "pyarrow.parquet"]
SECONDS_BEFORE_GIVING_UP = 120
OPENING = ("serverInfo", "myself")

Asked = tuple[str, str, str]


def extract(url: str, folder: str) -> None:
    """`python -m connectors.jira --site URL --out FOLDER`."""
    os.environ["JIRA_TOKEN"] = TOKEN
    from connectors.jira.__main__ import main

    raise SystemExit(
        main(["--site", url, "--email", EMAIL, "--name", "demo", "--out", folder, "--concurrency", "4"])
    )


def receive(home: str) -> None:
    """What `pmo refresh` does first: receives Jira into landing."""
    from pipelines.settings import Home, load_settings
    from pipelines.validation.arrivals import receive_jira

    os.environ["DEMO_TOKEN"] = TOKEN
    folder = Home(Path(home))
    receive_jira(folder, load_settings(folder))


def started(target: Callable[..., None], *arguments: str) -> BaseProcess:
    """A process that runs `target`; what it prints goes nowhere."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    process = context.Process(target=_quietly, args=(target, *arguments))
    process.start()
    return process


def run_whole(target: Callable[..., None], *arguments: str) -> None:
    """Runs `target` to its end."""
    process = started(target, *arguments)
    process.join(SECONDS_BEFORE_GIVING_UP)
    assert process.exitcode == 0


def killed(process: BaseProcess, when: Callable[[], bool]) -> bool:
    """Kills the process as soon as `when` holds; False when it ended by itself before."""
    give_up = time.monotonic() + SECONDS_BEFORE_GIVING_UP
    while process.is_alive() and not when():
        assert time.monotonic() < give_up, "neither ended nor came so far"
        time.sleep(0.001)
    process.kill()
    process.join(SECONDS_BEFORE_GIVING_UP)
    return process.exitcode != 0


class Log(list[Request]):
    """The requests of a demo's Jira, and over which connection each came.

    A connection belongs to one thread of the client, which keeps a page before it asks for the next: what came over a
    connection is kept, but for the last.
    """

    def __init__(self) -> None:
        super().__init__()
        self.connections: dict[int, list[Asked]] = {}

    def append(self, request: Request) -> None:
        """Notes a request; every connection has a thread of the server to itself."""
        if not request.path.endswith(OPENING):
            asked = (request.path, str(request.query), str(request.body))
            self.connections.setdefault(threading.get_ident(), []).append(asked)
        super().append(request)

    def take(self) -> tuple[list[Asked], set[Asked]]:
        """What was asked since the last call, and what of it is kept for certain."""
        taken, self.connections = self.connections, {}
        everything = [asked for over in taken.values() for asked in over]
        return everything, {asked for over in taken.values() for asked in over[:-1]}


def _quietly(target: Callable[..., None], *arguments: Any) -> None:
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a descriptor for dup2
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    target(*arguments)
