"""When a refresh runs by itself: daily where the organisation is, and soon after files arrive. How old is too old.

Here: the job, its schedule, the sensor and the freshness policy, each said once, for all assets.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg

from pipelines.landing.store import LandingStore
from pipelines.resources import Folder
from pipelines.settings import Home, Settings

REFRESH = "refresh"
LOOK_EVERY_SECONDS = 25
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=50), warn_window=timedelta(hours=26))
"""A daily refresh: late after two hours of grace, stale when the second in a row has not come."""


def definitions(settings: Settings) -> dg.Definitions:
    """The job over everything, and what starts it."""
    job = dg.define_asset_job(
        REFRESH,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Receive, validate, build, publish. The same that `pmo refresh` runs.",
    )
    daily = dg.ScheduleDefinition(
        name="daily",
        job=job,
        cron_schedule=settings.schedule.cron,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(jobs=[job], schedules=[daily], sensors=[_inbox_sensor(job)])


def with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    """The spec with the one policy that holds for all."""
    return spec.replace_attributes(freshness_policy=FRESHNESS)


def _inbox_sensor(job: dg.UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    @dg.sensor(
        name="inbox",
        job=job,
        minimum_interval_seconds=LOOK_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a refresh when files in inbox/ or reference/ are new or changed and have come to rest.",
    )
    def inbox(context: dg.SensorEvaluationContext, folder: Folder) -> dg.SensorResult:
        files = list(watched_files(folder.home, folder.settings))
        seen, asked = json.loads(context.cursor or '["", ""]')
        sizes = _digest(f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files)
        if sizes != seen:
            reason = dg.SkipReason("Files changed since the last look: waiting until they are at rest.")
            return dg.SensorResult(skip_reason=reason, cursor=json.dumps([sizes, asked]))
        hashes = {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
        contents = _digest(f"{file} {digest}" for file, digest in hashes.items())
        cursor = json.dumps([sizes, contents])
        if contents == asked or _are_landed(folder.home, set(hashes.values())):
            reason = dg.SkipReason("Nothing new in inbox/ or reference/.")
            return dg.SensorResult(skip_reason=reason, cursor=cursor)
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=contents)], cursor=cursor)

    return inbox


def watched_files(home: Home, settings: Settings) -> Iterator[Path]:
    """Every file that a refresh may read, in order; hidden, locked and half-copied ones are none."""
    for folder in (settings.inbox_of(home), home.reference):
        for file in sorted(folder.rglob("*")):
            unfinished = file.name.startswith((".", "~$")) or file.suffix in (".tmp", ".part")
            if file.is_file() and not unfinished:
                yield file


def _are_landed(home: Home, hashes: set[str]) -> bool:
    """Whether every file was received as it is now, by whichever refresh."""
    newest = {
        (manifest.source, manifest.object, manifest.path): manifest.file_hash
        for manifest in LandingStore(home.landing).manifests()
    }
    return hashes <= set(newest.values())


def _digest(lines: Iterator[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
