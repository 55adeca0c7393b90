"""Telling who has to know of refreshes that Dagster runs, and of data that grow old while none runs."""

# No `from __future__ import annotations`: Dagster compares the annotation of `context` as an object.

import dagster as dg

from pipelines.publishing.reporting import report_ages, report_refresh
from pipelines.publishing.troubles import Trouble
from pipelines.resources import ATTENDED, Folder
from pipelines.run_events import sources_come_to, step_failures, troubles_of

LOOK_EVERY_SECONDS = 900
_TOLD = {
    dg.DagsterEventType.STEP_START,
    dg.DagsterEventType.STEP_FAILURE,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
}


def definitions(job_name: str) -> dg.Definitions:
    """The sensors that watch one job and the age of the release."""
    return dg.Definitions(
        sensors=[
            _told(job_name, "refresh_failed", dg.DagsterRunStatus.FAILURE),
            _told(job_name, "refresh_went_through", dg.DagsterRunStatus.SUCCESS),
            _ages(),
        ]
    )


def _told(job_name: str, name: str, status: dg.DagsterRunStatus) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=status,
        name=name,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells who stands under alerts: in pmo.yaml, once for a cause and once when it is mended.",
    )
    def told(context: dg.RunStatusSensorContext, folder: Folder) -> dg.SkipReason | None:
        run = context.dagster_run
        if run.job_name != job_name or ATTENDED in run.tags:
            return dg.SkipReason("No refresh of the daemon's: whoever called it has told of it.")
        for warning in report_run(context.instance, run, folder):
            context.log.warning(warning)
        return None

    return told


def report_run(instance: dg.DagsterInstance, run: dg.DagsterRun, folder: Folder) -> list[str]:
    """Reports one recorded run that has ended, as `pmo refresh` does at its end; returns what could not be told."""
    success = run.status == dg.DagsterRunStatus.SUCCESS
    entries = instance.all_logs(run.run_id, of_type=_TOLD)
    events = [entry.dagster_event for entry in entries if entry.dagster_event is not None]
    troubles = troubles_of(events, step_failures(events, folder.home.logs))
    if not success and not troubles:
        said = "The run ended without a failed step, as when its process is killed. Run it again from Dagster's page."
        troubles = [Trouble("run", said)]
    return report_refresh(
        folder.home,
        run_id=run.run_id,
        success=success,
        troubles=troubles,
        judged=sources_come_to(events),
    )


def _ages() -> dg.SensorDefinition:
    @dg.sensor(
        name="ages",
        minimum_interval_seconds=LOOK_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells who stands under alerts: in pmo.yaml when the release or a source is older than its limit.",
    )
    def ages(context: dg.SensorEvaluationContext, folder: Folder) -> dg.SkipReason:
        warnings = report_ages(folder.home)
        for warning in warnings:
            context.log.warning(warning)
        return dg.SkipReason("; ".join(warnings) or "Looked at the ages; who had to be told was told.")

    return ages
