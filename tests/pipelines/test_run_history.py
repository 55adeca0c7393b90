"""What leaves Dagster's history and what stays: by age, by number, and never what is still needed."""

# No `from __future__ import annotations`: Dagster compares the annotation of `context` as an object.

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipelines.recording import instance_of
from pipelines.run_history import AT_ONCE, Bounds, tidy
from pipelines.settings import Home

NOW = datetime.now(UTC)
ASSET = dg.AssetKey(["marts", "mart_budget_position"])
UNBOUNDED = Bounds(days=10_000, runs=10_000)


@dg.op
def work() -> None:
    pass


@dg.op
def fail() -> None:
    raise dg.Failure("on purpose")


@dg.op
def build(context: dg.OpExecutionContext) -> None:
    context.log_event(dg.AssetMaterialization(ASSET))


@dg.job(executor_def=dg.in_process_executor)
def refresh() -> None:
    work()


@dg.job(executor_def=dg.in_process_executor)
def failing() -> None:
    fail()


@dg.job(executor_def=dg.in_process_executor)
def building() -> None:
    build()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with instance_of(home) as opened:
        yield opened


def runs(instance: dg.DagsterInstance, job: dg.JobDefinition, number: int) -> list[str]:
    """Runs a job so often; the ids, the oldest first."""
    return [job.execute_in_process(instance=instance, raise_on_error=False).run_id for _ in range(number)]


def kept(instance: dg.DagsterInstance) -> set[str]:
    return {record.dagster_run.run_id for record in instance.get_run_records()}


def test_of_many_runs_the_newest_stay(instance: dg.DagsterInstance) -> None:
    made = runs(instance, refresh, 5)
    assert tidy(instance, Bounds(days=10_000, runs=2), now=NOW) == made[:3]
    assert kept(instance) == set(made[3:])


def test_old_runs_go_and_the_last_success_of_each_job_stays(instance: dg.DagsterInstance) -> None:
    made, failed = runs(instance, refresh, 3), runs(instance, failing, 2)
    later = NOW + timedelta(days=61)
    assert set(tidy(instance, Bounds(days=60, runs=100), now=later)) == {*made[:2], *failed}
    assert kept(instance) == {made[2]}


def test_the_run_that_an_assets_newest_state_is_of_stays(instance: dg.DagsterInstance) -> None:
    (built,) = runs(instance, building, 1)
    (failed_later,) = runs(instance, failing, 1)
    assert set(tidy(instance, Bounds(days=0, runs=0), now=NOW + timedelta(days=1))) == {failed_later}
    newest = instance.get_latest_materialization_event(ASSET)
    assert newest is not None
    assert newest.run_id == built


def test_what_has_not_ended_stays(instance: dg.DagsterInstance) -> None:
    running = instance.create_run_for_job(refresh, status=dg.DagsterRunStatus.STARTED)
    tidy(instance, Bounds(days=0, runs=0), now=NOW + timedelta(days=1))
    assert running.run_id in kept(instance)


def test_a_run_goes_with_its_events_and_its_files(home: Home, instance: dg.DagsterInstance) -> None:
    gone, stays = runs(instance, refresh, 2)
    logs = home.dagster / "storage" / gone / "compute_logs"
    logs.mkdir(parents=True, exist_ok=True)
    (logs / "work.err").write_text("said", encoding="utf-8")
    shards = home.dagster / "history/runs"
    assert (shards / f"{gone}.db").is_file()
    tidy(instance, Bounds(days=10_000, runs=1), now=NOW)
    assert not logs.exists()
    assert not list(shards.glob(f"{gone}*"))
    assert instance.all_logs(stays)
    assert (shards / f"{stays}.db").is_file()


def test_nothing_goes_within_the_bounds(instance: dg.DagsterInstance) -> None:
    made = runs(instance, refresh, 3)
    assert tidy(instance, UNBOUNDED, now=NOW) == []
    assert kept(instance) == set(made)


def test_one_tidying_takes_a_bounded_number_of_runs(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.run_history.AT_ONCE", 2)
    made = runs(instance, refresh, 5)
    assert tidy(instance, Bounds(days=10_000, runs=1), now=NOW) == made[:2]
    assert tidy(instance, Bounds(days=10_000, runs=1), now=NOW) == made[2:4]
    assert AT_ONCE >= 20
