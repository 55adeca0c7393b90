"""When a refresh runs by itself: daily where the organisation is, and soon after files arrive. How old is too old.

Here: the job, its schedule, the sensor and the freshness policy, each said once, for all assets.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta

import dagster as dg

from pipelines.landing.closings import SCHEMA as CLOSING
from pipelines.landing.inbox import Sighting, sightings
from pipelines.landing.manifest import Manifest
from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE, tables_of
from pipelines.landing.store import LandingStore
from pipelines.resources import Folder, said_plainly
from pipelines.settings import Home, Settings

REFRESH = "refresh"
CLOSE = "close"
PACK = "pack"
LOOK_EVERY_SECONDS = 25
ASKED_AT_A_LOOK = 5
FILE_TAG = "pmo/file"
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=50), warn_window=timedelta(hours=26))
"""A daily refresh: late after two hours of grace, stale when the second in a row has not come."""


def definitions(settings: Settings) -> dg.Definitions:
    """The jobs, and what starts the one over everything."""
    closing = dg.AssetSelection.key_prefixes(CLOSING)
    pack = dg.AssetSelection.assets(dg.AssetKey(["published", "pack"]))
    received = [
        dg.AssetKey([table.schema, table.name])
        for source in (*FILE_SOURCES, JIRA_SOURCE)
        for table in tables_of(source)
    ]
    job = dg.define_asset_job(
        REFRESH,
        selection=dg.AssetSelection.all() - closing - pack,
        executor_def=dg.in_process_executor,
        description="Receive, validate, build, publish. The same that `pmo refresh` runs.",
    )
    close = dg.define_asset_job(
        CLOSE,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(*received) - pack,
        executor_def=dg.in_process_executor,
        description="Close or reopen a period, build, publish; nothing is received. The same that `pmo close` runs.",
    )
    packing = dg.define_asset_job(
        PACK,
        selection=pack,
        executor_def=dg.in_process_executor,
        description="Make the PMO pack of the release that stands. The same that `pmo report` makes.",
    )
    daily = dg.ScheduleDefinition(
        name="daily",
        job=job,
        cron_schedule=settings.schedule.cron,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(
        jobs=[job, close, packing],
        schedules=[daily],
        sensors=[_inbox_sensor(job), _pack_sensor(job, close, packing)],
    )


def with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    """The spec with the one policy that holds for all."""
    return spec.replace_attributes(freshness_policy=FRESHNESS)


def _inbox_sensor(job: dg.UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    @dg.sensor(
        name="inbox",
        job=job,
        minimum_interval_seconds=LOOK_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a refresh for each file in inbox/ or reference/ that is new and has come to rest.",
    )
    def inbox(context: dg.SensorEvaluationContext, folder: Folder) -> dg.SensorResult:
        with said_plainly():
            return look_at(folder.home, folder.settings, context.cursor)

    return inbox


def _pack_sensor(
    job: dg.UnresolvedAssetJobDefinition,
    close: dg.UnresolvedAssetJobDefinition,
    packing: dg.UnresolvedAssetJobDefinition,
) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        name="pack_after_release",
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=[job, close],
        request_job=packing,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Makes the pack once a refresh or a close has ended well: daily, and after files have arrived.",
    )
    def pack_after_release(context: dg.RunStatusSensorContext) -> dg.RunRequest:
        return dg.RunRequest(run_key=context.dagster_run.run_id)

    return pack_after_release


@dataclass(frozen=True, slots=True)
class Seen:
    """What the sensor remembers from one look to the next.

    Args:
        settled: digest of all files and their states, where nothing was left to do; empty otherwise.
        states: the state of each file, where something was.
        asked: the run key that each file was last asked for with, of those that have not landed since.
    """

    settled: str = ""
    states: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)


def look_at(home: Home, settings: Settings, cursor: str | None) -> dg.SensorResult:
    """One look at the inbox and reference/: a run for each file that is new, with a key of its own.

    A file has come to rest when two looks find it in one state. A refresh receives all files, so of many new ones only
    the first few are asked for at a look: those that the first run lands need none. A key is made of the file's name,
    its content and the batch that it would replace; a file that is changed back is new again.

    Raises SourceUnreachable, AccessDenied and SettingsError as `inbox_files` does; what was seen before still holds.
    """
    seen = _remembered(cursor)
    files = sightings(home, settings)
    states = {file.relative: file.state for file in files}
    digest = hashlib.sha256(json.dumps(states, sort_keys=True).encode()).hexdigest()
    if digest == seen.settled:
        return dg.SensorResult(
            skip_reason=dg.SkipReason("Nothing new in inbox/ or reference/."), cursor=cursor
        )
    at_rest = [file for file in files if seen.states.get(file.relative) == file.state]
    new = _run_keys(home, at_rest)
    resting = {file.relative for file in at_rest}
    asked = {
        path: key
        for path, key in seen.asked.items()
        if (new.get(path) == key if path in resting else path in states)
    }
    to_ask = [path for path in new if path not in asked][:ASKED_AT_A_LOOK]
    asked |= {path: new[path] for path in to_ask}
    is_settled = len(at_rest) == len(files) and set(new) <= set(asked)
    after = Seen(digest, {}, asked) if is_settled else Seen("", states, asked)
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=new[path], tags={FILE_TAG: path}) for path in to_ask],
        skip_reason=None if to_ask else dg.SkipReason("Nothing new in inbox/ or reference/ that is at rest."),
        cursor=json.dumps(asdict(after)),
    )


def _remembered(cursor: str | None) -> Seen:
    """What `cursor` holds; nothing where an earlier version of the sensor wrote it."""
    content = json.loads(cursor or "{}")
    return Seen(**content) if isinstance(content, dict) else Seen()


def _run_keys(home: Home, files: Sequence[Sighting]) -> dict[str, str]:
    """The run key of each of these files that has not landed as it is now, by its name."""
    hashes = {file: file.file_hash() for file in files}
    newest: dict[tuple[str, str], Manifest] = {}
    for manifest in LandingStore(home.landing).manifests() if files else ():
        newest[manifest.path, manifest.object] = manifest
    landed = {manifest.file_hash for manifest in newest.values()}
    before = {manifest.path: manifest.batch_id for manifest in newest.values()}
    return {
        file.relative: _key(file.relative, file_hash or file.state, before.get(file.relative, ""))
        for file, file_hash in hashes.items()
        if file_hash not in landed
    }


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
