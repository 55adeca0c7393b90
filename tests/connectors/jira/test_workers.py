"""Tasks side by side end in one result, or in the first failure; never in a wait without an end."""

from __future__ import annotations

from functools import partial
from threading import Event, Thread

import pytest

from connectors.jira.workers import Workers as AnyWorkers

Workers = partial(AnyWorkers, failed=lambda: None)


def fail() -> None:
    raise ValueError("it failed")


def test_a_task_may_fail_while_its_successors_are_being_started():
    def run() -> None:
        for _ in range(300):
            workers = Workers(4)
            workers.start({str(number): fail for number in range(20)})
            with pytest.raises(ValueError, match="it failed"):
                workers.finish()
            workers.close()

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


def test_nothing_begins_after_a_failure():
    begun = []
    workers = Workers(1)
    workers.start({"first": fail, **{str(number): lambda: begun.append(1) for number in range(50)}})
    with pytest.raises(ValueError, match="it failed"):
        workers.wait_for(["49"])
    workers.close()
    assert not begun


def test_what_tasks_start_is_waited_for():
    workers, late = Workers(2), Event()
    workers.start({"first": lambda: workers.start({"second": late.set})})
    workers.finish()
    workers.close()
    assert late.is_set()


def test_the_first_failure_is_told_once_so_that_others_need_not_wait_for_long():
    told = Event()
    workers = AnyWorkers(2, failed=told.set)
    workers.start({"waits": lambda: told.wait(60), "fails": fail})
    with pytest.raises(ValueError, match="it failed"):
        workers.finish()
    workers.close()
    assert told.is_set()
