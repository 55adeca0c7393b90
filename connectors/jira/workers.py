"""Tasks side by side: as many at a time as a site's budget allows, each waited for by name.

The first that fails stops the others: whoever waits, for whatever, is told what went wrong.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from threading import Lock, RLock

from connectors.http import Report

Task = Callable[[], None]
_SECONDS_BETWEEN_REPORTS = 1.0


class Workers:
    """A pool of threads that begins with the first task. Close it, or no task is ever given up.

    Args:
        failed: called once, when a task has failed: the others need not go on.
    """

    def __init__(self, concurrency: int, *, failed: Task) -> None:
        self._concurrency = concurrency
        self._failed = failed
        self._pool: ThreadPoolExecutor | None = None
        self._tasks: dict[str, Future[None]] = {}
        self._failure: Future[None] = Future()
        self._lock = RLock()  # a task that ends at once is told of while its successors are being started

    def start(self, tasks: Mapping[str, Task], *, done: Callable[[], None] | None = None) -> None:
        """Begins tasks, in their order; a task may start others. `done` is called after each."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._concurrency, thread_name_prefix="jira")
            for name, task in tasks.items():
                future = self._pool.submit(self._run, task)
                self._tasks[name] = future
                future.add_done_callback(partial(self._ended, done))

    def wait_for(self, names: Iterable[str]) -> None:
        """Returns when the named tasks are done; one that never began counts as done.

        Raises whatever the first task to fail raised, named or not.
        """
        for name in names:
            with self._lock:
                task = self._tasks.get(name)
            if task is not None:
                wait((task, self._failure), return_when=FIRST_COMPLETED)
            if self._failure.done():
                self._failure.result()

    def finish(self) -> None:
        """Returns when all tasks are done, those included that tasks began."""
        waited = -1
        while waited != len(self._tasks):
            waited = len(self._tasks)
            self.wait_for(list(self._tasks))

    def close(self) -> None:
        """Gives up what has not begun, and returns when nothing is under way any more."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _run(self, task: Task) -> None:
        """Nothing more once a task has failed: whoever waits is told so anyway."""
        if not self._failure.done():
            task()

    def _ended(self, done: Callable[[], None] | None, task: Future[None]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            if done is not None:
                done()
            return
        with self._lock:
            if not self._failure.done():
                self._failure.set_exception(error)
                self._failed()


class Progress:
    """How many of several tasks are done, told once a second, and how long the rest may take."""

    def __init__(self, total: int, noun: str, tell: Report) -> None:
        self._total, self._noun, self._tell = total, noun, tell
        self._done = 0
        self._began = self._told = time.monotonic()
        self._lock = Lock()

    def advance(self) -> None:
        """One more is done."""
        with self._lock:
            self._done += 1
            now = time.monotonic()
            if now - self._told < _SECONDS_BETWEEN_REPORTS:
                return
            self._told = now
        left = (now - self._began) / self._done * (self._total - self._done)
        self._tell(f"{self._noun} {self._done} of {self._total}, about {left:.0f} s left")
