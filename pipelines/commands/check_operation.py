"""What the doctor finds about running it every day: the release's age, the last refresh, Dagster, room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.commands.findings import Finding
from pipelines.delivery_settings import RELEASE
from pipelines.publishing.ages import ages_of, in_words, last_refresh, too_old
from pipelines.settings import Home, Settings, dagster_home

MEGABYTE = 2**20
SILENT_AFTER = timedelta(minutes=5)
"""A daemon reports every 30 seconds."""


def operation(home: Home, settings: Settings) -> Iterator[Finding]:
    """Everything that only shows where refreshes run day after day."""
    yield from _ages(home, settings)
    yield _last_refresh(home)
    yield from _dagster(home)
    yield _room(home)


def _ages(home: Home, settings: Settings) -> Iterator[Finding]:
    """The release and each source that is older than its limit."""
    import duckdb

    try:
        ages, old = ages_of(home), too_old(home, settings)
    except (duckdb.Error, KeyError) as error:
        yield Finding(
            RELEASE, False, f"{home.published_file} can't be read ({error}): run `pmo refresh --full`."
        )
        return
    for trouble in old:
        yield Finding(f"age of {trouble.source}", False, trouble.message)
    if not ages:
        yield Finding(RELEASE, True, "nothing is published yet")
    elif all(trouble.source != RELEASE for trouble in old):
        yield Finding(RELEASE, True, f"a refresh went through {in_words(ages[RELEASE])} ago")


def _last_refresh(home: Home) -> Finding:
    subject, last = "last refresh", last_refresh(home)
    if last is None:
        return Finding(subject, True, "none is noted: the next one is")
    if last.success and not last.failures:
        return Finding(subject, True, f"went through at {last.ended_at}")
    how = "went on without what it should have had" if last.success else "failed"
    causes = "\n".join(last.failures) or f"See {home.warehouse / 'logs'}."
    return Finding(subject, True, f"{how} at {last.ended_at}:\n{causes}", look=True)


def _dagster(home: Home) -> Iterator[Finding]:
    """Where Dagster keeps its runs, and whether its daemon reports."""
    folder = dagster_home() or home.dagster
    subject, named = "dagster", f"DAGSTER_HOME {folder}"
    if not (folder / "dagster.yaml").is_file():
        if folder == home.dagster:
            yield Finding(subject, True, "no run is recorded yet: the first refresh makes its dagster.yaml")
            return
        mend = "Put a dagster.yaml there (docs/operator.md), else Dagster keeps runs by its own defaults."
        yield Finding(subject, False, f"{named} has no dagster.yaml. {mend}")
        return
    import dagster as dg

    try:
        with dg.DagsterInstance.from_config(str(folder)) as instance:
            storage = type(instance.run_storage).__name__
            runs = instance.get_runs_count()
            beats = {
                kind: (beat.timestamp, bool(beat.errors))
                for kind, beat in instance.get_daemon_heartbeats().items()
            }
    except Exception as error:  # noqa: BLE001  each storage that dagster.yaml may name has errors of its own
        said = " ".join(str(error).split())[:300]
        yield Finding(
            subject, False, f"{named}: its storage can't be opened: {said}. Correct its dagster.yaml."
        )
        return
    yield Finding(subject, True, f"{named}: {storage}, {runs:,} runs")
    yield _daemon(beats)


def _daemon(beats: dict[str, tuple[float, bool]]) -> Finding:
    """What the newest heartbeat of each kind says: its moment, in seconds of the epoch, and whether it had errors.

    A daemon that never was is no fault: then a timer calls `pmo refresh`, and nobody watches while it does not.
    """
    subject = "dagster-daemon"
    if not beats:
        said = "none has run here; let a timer call `pmo refresh`, or start it (docs/operator.md)"
        return Finding(subject, True, said)
    newest = max(moment for moment, _ in beats.values())
    silent = datetime.now(UTC) - datetime.fromtimestamp(newest, UTC)
    if silent > SILENT_AFTER:
        minutes = int(silent.total_seconds() // 60)
        said = f"has not reported for {in_words(silent) if minutes >= 120 else f'{minutes} minutes'}. Start it again."
        return Finding(subject, True, f"{said} Schedule, inbox and alerts of age stand still.", look=True)
    errors = [kind for kind, (_, has_errors) in sorted(beats.items()) if has_errors]
    if errors:
        said = (
            f"reports errors of {', '.join(errors)}: see its log, or Deployment / Daemons on Dagster's page."
        )
        return Finding(subject, True, said, look=True)
    return Finding(subject, True, "runs")


def _room(home: Home) -> Finding:
    """Whether the disk takes another build and another release of the size that they have now."""
    free = shutil.disk_usage(home.root).free
    needed = 2 * _size(home.warehouse_file) + 2 * _size(home.published_file) + _size(home.published_parquet)
    said = f"{free // MEGABYTE:,} MB free, the next release needs about {needed // MEGABYTE:,} MB"
    if free < needed:
        return Finding("disk", False, f"{said}. Make room at {home.root}.")
    return Finding("disk", True, said)


def _size(path: Path) -> int:
    """Bytes of a file, or of the files in a folder; 0 for what is not there."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.iterdir() if file.is_file())
    return path.stat().st_size if path.is_file() else 0
