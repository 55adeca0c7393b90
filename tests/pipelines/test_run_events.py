"""What the events of a run say went wrong, said once."""

# No `from __future__ import annotations`: Dagster compares the annotation of `context` as an object.

from pathlib import Path

import dagster as dg
import pytest

from pipelines.publishing.troubles import Trouble
from pipelines.run_events import step_failures, troubles_of


@dg.op
def land_ledger() -> None:
    raise ZeroDivisionError("not foreseen")


@dg.job
def refresh() -> None:
    land_ledger()


def test_a_traceback_is_written_once_however_often_the_failure_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    events = refresh.execute_in_process(raise_on_error=False).all_events
    caplog.clear()
    failures = step_failures(events, Path("refresh.log"))
    (trouble,) = troubles_of(events, failures)
    assert trouble == Trouble("ledger", failures[0].message)
    assert "not foreseen" in trouble.message and "report it with refresh.log" in trouble.message
    assert sum("ZeroDivisionError" in record.getMessage() for record in caplog.records) == 1
