"""How much of Dagster's history of a PMO folder is kept: finished runs with their events and logs.

    runs, newest first   ──> a run goes when it ended more than DAYS ago, or when RUNS newer ones have finished
                             never: what still runs, the last success of each job, and the run that made
                             what an asset shows as its newest state

Here: which runs go, and taking them away. Ticks of schedules and sensors are bounded by `retention` in dagster.yaml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg

DAYS, RUNS = 60, 120
AT_ONCE = 50
"""A history that has grown for years is taken down in so many runs a day, so that no tidying takes long."""
FINISHED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What of the finished runs stays: those of the last `days`, and of them the newest `runs`."""

    days: int = DAYS
    runs: int = RUNS


def tidy(instance: dg.DagsterInstance, bounds: Bounds, *, now: datetime) -> list[str]:
    """Removes what exceeds the bounds, the oldest first, at most AT_ONCE runs; returns the ids of what went.

    `now` is aware.
    """
    gone = [record.dagster_run.run_id for record in _exceeding(instance, bounds, now)]
    for run_id in gone:
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
        _remove_shard(instance, run_id)
    return gone


def _exceeding(instance: dg.DagsterInstance, bounds: Bounds, now: datetime) -> Sequence[dg.RunRecord]:
    finished = instance.get_run_records(dg.RunsFilter(statuses=list(FINISHED)))
    oldest = now - timedelta(days=bounds.days)
    candidates = [
        record
        for place, record in enumerate(finished)
        if place >= bounds.runs or record.update_timestamp < oldest
    ]
    needed = _needed(instance, finished) if candidates else frozenset()
    kept_out = [record for record in candidates if record.dagster_run.run_id not in needed]
    return kept_out[::-1][:AT_ONCE]


def _needed(instance: dg.DagsterInstance, finished: Sequence[dg.RunRecord]) -> frozenset[str]:
    """The last success of each job, and the runs whose events are the newest state of an asset."""
    successes: dict[str, str] = {}
    for record in finished:
        if record.dagster_run.status == dg.DagsterRunStatus.SUCCESS:
            successes.setdefault(record.dagster_run.job_name, record.dagster_run.run_id)
    states = (record.asset_entry.last_materialization_record for record in instance.get_asset_records())
    return frozenset(successes.values()) | {state.run_id for state in states if state is not None}


def _remove_shard(instance: dg.DagsterInstance, run_id: str) -> None:
    """SQLite has a file of events for each run, which stays when its rows have gone."""
    from dagster._core.storage.event_log import SqliteEventLogStorage

    storage = instance.event_log_storage
    if isinstance(storage, SqliteEventLogStorage):
        file = Path(storage.path_for_shard(run_id))
        for each in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal"))):
            each.unlink(missing_ok=True)
