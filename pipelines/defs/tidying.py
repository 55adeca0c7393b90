"""The job `tidy` and its schedule: Dagster's history within bounds. The work is `pipelines.run_history`."""

# No `from __future__ import annotations`: Dagster compares the annotation of `config` as an object.

from datetime import UTC, datetime

import dagster as dg

from pipelines.run_history import DAYS, RUNS, Bounds, tidy
from pipelines.settings import Settings

TIDY = "tidy"
AT_NIGHT = "30 3 * * *"


class Keep(dg.Config):
    """How many days, and how many finished runs, stay in the history."""

    days: int = DAYS
    runs: int = RUNS


def definitions(settings: Settings) -> dg.Definitions:
    """A job of one op, every night where the organisation is."""

    @dg.op(name="tidy_history")
    def tidy_history(context: dg.OpExecutionContext, config: Keep) -> None:
        gone = tidy(context.instance, Bounds(config.days, config.runs), now=datetime.now(UTC))
        context.log.info("%d runs left the history.", len(gone))
        context.add_output_metadata({"removed": len(gone), "run_ids": gone})

    @dg.job(
        name=TIDY,
        executor_def=dg.in_process_executor,
        description="Take old runs, with their events and logs, out of Dagster's history. Touches no data.",
    )
    def tidy_job() -> None:
        tidy_history()

    nightly = dg.ScheduleDefinition(
        name="nightly_tidy",
        job=tidy_job,
        cron_schedule=AT_NIGHT,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(jobs=[tidy_job], schedules=[nightly])
