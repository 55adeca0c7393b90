"""The job `deliver` and its schedule: the packs of the release, to who is to have them. The work is in publishing."""

import dagster as dg

from pipelines.publishing.reporting import deliver_and_report
from pipelines.resources import Folder, said_plainly
from pipelines.settings import Settings

DELIVER = "deliver"


def definitions(settings: Settings) -> dg.Definitions:
    """A job of one op; its schedule runs where pmo.yaml names somebody."""

    @dg.op(name="deliver_packs")
    def deliver_packs(context: dg.OpExecutionContext, folder: Folder) -> None:
        with said_plainly():
            found = deliver_and_report(folder.home, folder.settings)
        for each in found:
            context.log.info("%s: %s", each.to, each.status)
        failed = [f"{each.to}: {each.said}" for each in found if each.status == "failed"]
        if failed:
            raise dg.Failure("\n".join(failed), allow_retries=False)

    @dg.job(
        name=DELIVER,
        executor_def=dg.in_process_executor,
        description="Send the packs of the release that stands, once a release. The same as `pmo report --deliver`.",
    )
    def deliver_job() -> None:
        deliver_packs()

    deliver = settings.deliver
    is_wanted = bool(deliver.email or deliver.slack or deliver.teams or deliver.folder)
    on_time = dg.ScheduleDefinition(
        name="delivery",
        job=deliver_job,
        cron_schedule=settings.schedule.deliver,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING if is_wanted else dg.DefaultScheduleStatus.STOPPED,
    )
    return dg.Definitions(jobs=[deliver_job], schedules=[on_time])
