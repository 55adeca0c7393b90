"""One run of Dagster's job `refresh` or `close` in this process, recorded in the home, and what came of it.

Here: starting the job and reading its events. What is printed is `summary`; the job itself is `pipelines.defs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines.commands.run_log import LOG_FILE, logged, run_logger
from pipelines.progress import Progress, told_to
from pipelines.settings import Home

if TYPE_CHECKING:
    import dagster as dg

    from pipelines.run_events import StepFailure


@dataclass(frozen=True, slots=True)
class Received:
    """What one table brought in this run; `changes` has a line for each file that superseded an earlier version."""

    source: str
    table: str
    status: str
    rows_in: int
    loaded: int
    quarantined: int
    left_out: int
    changes: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `failures` are complete messages, each with cause and mend; `warnings` let it go on.

    `untold` are alerts about it that did not go out; they change nothing about how it ended.
    """

    run_id: str
    success: bool
    is_new: bool
    received: tuple[Received, ...] = ()
    failures: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    untold: tuple[str, ...] = ()


def run_refresh(home: Home, *, moment: dict[str, Any], sources: Sequence[str], progress: Progress) -> Outcome:
    """Receives, builds and publishes; never raises for what a run can meet, it is in `failures`.

    Args:
        moment: run config of the resource `moment`: as_of, known_at, full.
        sources: which landings to run; none means all. What has landed before is always built.
    """
    from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE

    landings = len(sources or (*FILE_SOURCES, JIRA_SOURCE))
    try:
        return _run(home, "refresh", moment=moment, sources=sources, landings=landings, progress=progress)
    except Exception as error:
        _tell_of_breakdown(home, error)
        raise


def run_close(home: Home, *, moment: dict[str, Any], close: dict[str, Any], progress: Progress) -> Outcome:
    """Closes or reopens a period, builds and publishes; nothing is received. Never raises, as `run_refresh`.

    Args:
        moment: as for `run_refresh`.
        close: run config of the op that closes: period, by, reason, reopen.
    """
    ops = {"close_period": {"config": close}}
    return _run(home, "close", moment=moment, sources=(), landings=0, progress=progress, ops=ops)


def _run(
    home: Home,
    name: str,
    *,
    moment: dict[str, Any],
    sources: Sequence[str],
    landings: int,
    progress: Progress,
    ops: dict[str, Any] | None = None,
) -> Outcome:
    with logged(home.logs, progress) as heard, told_to(heard):
        heard.stage("start")
        import dagster as dg

        from pipelines.definitions import assemble
        from pipelines.recording import instance_of
        from pipelines.resources import ATTENDED
        from pipelines.run_events import step_failures
        from pipelines.run_history import Bounds, tidy

        job = assemble(home).resolve_job_def(name)
        with instance_of(home) as instance:
            if landings:
                heard.stage("landing", total=landings)
            result = job.execute_in_process(
                instance=instance,
                run_config={
                    "resources": {"moment": {"config": moment}},
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                    **({"ops": ops} if ops else {}),
                },
                asset_selection=_selection(job, sources),
                raise_on_error=False,
                tags={ATTENDED: "true"},
            )
            tidy(instance, Bounds(), now=datetime.now(UTC))
        assert isinstance(result, dg.ExecuteInProcessResult)
        failures = step_failures(result.all_events, home.logs / LOG_FILE)
        outcome = _outcome(result, failures)
        _log_end(outcome)
        return replace(outcome, untold=tuple(_told(result, failures, outcome, home))) if landings else outcome


def _log_end(outcome: Outcome) -> None:
    """What each table brought, what is to mend, and how the run ended."""
    for each in outcome.received:
        rows = f"{each.rows_in} in = {each.loaded} loaded + {each.quarantined} quarantined + {each.left_out} left out"
        run_logger.info("  %s.%s: %s, rows %s", each.source, each.table, each.status, rows)
    for said in outcome.warnings:
        run_logger.warning("%s", said)
    for said in outcome.failures:
        run_logger.error("%s", said)
    run_logger.info("%s", f"{'succeeded' if outcome.success else 'failed'}, run {outcome.run_id}")


def _tell_of_breakdown(home: Home, error: Exception) -> None:
    """Tells who has to know that a refresh could not even be run, as with a full disk."""
    from pipelines.publishing.reporting import report_refresh
    from pipelines.publishing.troubles import Trouble

    said = f"{type(error).__name__}: {error}. Run `pmo refresh` by hand to see where."
    report_refresh(home, run_id="", success=False, troubles=[Trouble("run", said)], judged=())


def _told(
    result: dg.ExecuteInProcessResult, failures: Sequence[StepFailure], outcome: Outcome, home: Home
) -> list[str]:
    """Tells who has to know how a refresh ended, as the daemon does of its own runs; returns what could not be told."""
    from pipelines.publishing.reporting import report_refresh
    from pipelines.run_events import sources_come_to, troubles_of

    return report_refresh(
        home,
        run_id=result.run_id,
        success=outcome.success,
        troubles=troubles_of(result.all_events, failures),
        judged=sources_come_to(result.all_events),
    )


def _selection(job: dg.JobDefinition, sources: Sequence[str]) -> list[dg.AssetKey] | None:
    """Everything but the landings of the sources that were not chosen; None for all."""
    if not sources:
        return None
    keys = job.asset_layer.executable_asset_keys
    landed = {key for key in keys if key.path[0].startswith("raw_") and key.path[0] != "raw_control"}
    chosen = {f"raw_{source}" for source in sources}
    return sorted(key for key in keys if key not in landed or key.path[0] in chosen)


def _outcome(result: dg.ExecuteInProcessResult, step_failures: Sequence[StepFailure]) -> Outcome:
    made = {event.asset_key.path[-1]: event for event in _materializations(result)}
    release = made.get("release")
    checks = result.get_asset_check_evaluations()
    refused = [check for check in checks if not check.passed and _is_landing(check.asset_key)]
    blocking = [check for check in refused if check.severity.value == "ERROR"]
    said = [check.description or check.check_name for check in blocking]
    failures = list(dict.fromkeys([*said, *(each.message for each in step_failures)]))
    warned = [check for check in checks if not check.passed and check not in blocking]
    return Outcome(
        run_id=result.run_id,
        success=result.success and not failures,
        is_new=bool(release and release.metadata["is_new"].value),
        received=tuple(
            _received(event) for event in _materializations(result) if _is_landing(event.asset_key)
        ),
        failures=tuple(failures),
        warnings=tuple(line for check in warned for line in _said(check)),
    )


def _said(check: dg.AssetCheckEvaluation) -> list[str]:
    """A warning for each line of what a check says, with the table in front."""
    lines = (check.description or f"{check.check_name} failed").splitlines()
    return [f"{check.asset_key.path[-1]}: {line}" for line in lines]


def _materializations(result: dg.ExecuteInProcessResult) -> list[dg.AssetMaterialization]:
    return [
        event.step_materialization_data.materialization
        for event in result.all_events
        if event.is_step_materialization
    ]


def _is_landing(key: dg.AssetKey) -> bool:
    return key.path[0].startswith("raw_") and key.path[0] not in ("raw_control", "raw_closing")


def _received(event: dg.AssetMaterialization) -> Received:
    facts: dict[str, Any] = {name: value.value for name, value in event.metadata.items()}
    return Received(
        source=event.asset_key.path[0].removeprefix("raw_"),
        table=event.asset_key.path[-1],
        status=str(facts["status"]),
        rows_in=int(facts["rows_in"]),
        loaded=int(facts["dagster/row_count"]),
        quarantined=int(facts["quarantined"]),
        left_out=int(facts["left_out"]),
        changes=str(facts.get("changes", "")),
    )
