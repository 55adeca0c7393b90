"""What dbt is told about this run: which batches count, the parameters, the calendar; as Parquet files.

Here: writing `warehouse/context/*.parquet` from manifests and settings, and the identity of a release. Two runs
over the same batches, configuration and dates write the same files, `known_at`, `started_at` and what was kept of
earlier releases aside.
"""

from __future__ import annotations

import calendar
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.landing.closings import Change, closings, is_frozen_by_calendar
from pipelines.landing.erasures import list_hash
from pipelines.landing.fiscal_calendar import assert_in_a_period, calendar_in_force, calendar_remarks
from pipelines.landing.manifest import Check, Manifest
from pipelines.landing.pseudonyms import fingerprint, pseudonym_key
from pipelines.landing.publications import publications
from pipelines.landing.refused import refused_sources
from pipelines.landing.remarks import noted_remarks
from pipelines.landing.standing import keys_in_several_files
from pipelines.landing.store import LandingStore
from pipelines.landing.tables_of_a_run import table, write
from pipelines.settings import Home, Settings

if TYPE_CHECKING:
    import pyarrow as pa

FIRST_YEAR, LAST_YEAR = 1990, 2099
DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"
_DBT_PARTS = ("models", "macros", "seeds", "snapshots", "tests")


@dataclass(frozen=True, slots=True)
class Context:
    """One run's identity, as written to run_parameters.parquet."""

    directory: Path
    as_of: date
    known_at: datetime
    release_id: str
    input_hash: str
    configuration_hash: str
    product_version: str
    batches: int


def write_context(
    home: Home,
    settings: Settings,
    *,
    as_of: date,
    known_at: datetime,
    started_at: datetime,
    dbt_project: Path = DBT_PROJECT,
    directory: Path | None = None,
) -> Context:
    """Writes the files that dbt's `raw_control` sources read, and returns the release's identity.

    Raises LandingError for an `as_of` that the declared fiscal calendar does not have; in a `directory` of its own,
    where no position is built, it need not have it. SettingsError where the key of the pseudonyms is gone.

    Args:
        as_of: the reporting cut-off, a date in the organisation's timezone.
        known_at: batches extracted later don't count; aware.
        started_at: when the run began; aware, only reported.
        dbt_project: its files are part of the release's identity.
        directory: where to write; the home's own by default.
    """
    store = LandingStore(home.landing)
    manifests = store.manifests(known_at)
    periods = calendar_in_force(store, manifests)
    if directory is None:
        assert_in_a_period(as_of, periods)
    target = directory or home.context
    stale_sources = sorted(refused_sources(home.landing).items())
    remarks = [*calendar_remarks(periods), *keys_in_several_files(store, manifests)]
    remarks += noted_remarks(home.landing)
    noted: list[Any] = [stale_sources, [asdict(remark) for remark in remarks]]
    noted += [list_hash(home.landing)] if list_hash(home.landing) else []
    key = pseudonym_key(home, settings)
    context = _identity(target, settings, manifests, as_of, known_at, key, noted, dbt_project)
    tables = _tables(store, settings, manifests, context, started_at)
    tables |= {"closes": table(_CLOSES, [_close(each) for each in closings(store, manifests).changes])}
    tables |= {"stale_sources": table(_STALE, list(stale_sources))}
    tables |= {"remarks": table(_REMARKS, [tuple(asdict(remark).values()) for remark in remarks])}
    for name, rows in tables.items():
        write(target / f"{name}.parquet", rows)
    write(target / "pseudonym_key.parquet", table("pseudonym_key", [(key,)]), secret=True)
    _write_calendar(target / "calendar_days.parquet", settings.fiscal_year_starts)
    return context


def _write_calendar(file: Path, fiscal_year_starts: int) -> None:
    """Written once: forty thousand days take half a second, and only the start of the fiscal year changes them."""
    import pyarrow.parquet as pq

    stamp = {b"fiscal_year_starts": str(fiscal_year_starts).encode()}
    if file.exists() and stamp.items() <= (pq.read_schema(file).metadata or {}).items():
        return
    write(file, table(_DAYS, list(_days(fiscal_year_starts))).replace_schema_metadata(stamp))


def _identity(
    directory: Path,
    settings: Settings,
    manifests: list[Manifest],
    as_of: date,
    known_at: datetime,
    key: str,
    noted: list[Any],
    dbt_project: Path,
) -> Context:
    inputs = input_hash(manifests)
    configuration = _sha256([settings.configuration_hash, fingerprint(key)])
    product = product_version()
    parts = [as_of.isoformat(), inputs, configuration, product, folder_hash(dbt_project), noted]
    return Context(
        directory=directory,
        as_of=as_of,
        known_at=known_at,
        release_id=_sha256(parts)[:12],
        input_hash=inputs,
        configuration_hash=configuration,
        product_version=product,
        batches=len(manifests),
    )


def input_hash(manifests: list[Manifest]) -> str:
    """sha256 over what was received and in which order; when it was received does not count."""
    inputs = (each for each in manifests if not is_frozen_by_calendar(each))
    return _sha256(
        sorted(
            [each.source, each.object, each.path, each.file_hash, each.reader, order]
            for order, each in enumerate(inputs, start=1)
        )
    )


def folder_hash(dbt_project: Path) -> str:
    """sha256 over the names and bytes of dbt_project.yml, models, macros, seeds, snapshots and tests."""
    files = [dbt_project / "dbt_project.yml"]
    for part in _DBT_PARTS:
        files += (file for file in (dbt_project / part).rglob("*") if file.is_file())
    return _sha256(
        [
            [file.relative_to(dbt_project).as_posix(), hashlib.sha256(file.read_bytes()).hexdigest()]
            for file in sorted(files)
            if file.is_file()
        ]
    )


@cache
def product_version() -> str:
    """The installed version; `source` when run from a checkout that was never installed."""
    try:
        return version("pmo-warehouse")
    except PackageNotFoundError:
        return "source"


def _sha256(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _tables(
    store: LandingStore,
    settings: Settings,
    manifests: list[Manifest],
    context: Context,
    started_at: datetime,
) -> dict[str, pa.Table]:
    listed = [*manifests, *publications(store, context.known_at)]
    return {
        "batches": table(_BATCHES, list(_batches(store, settings, listed))),
        "batch_totals": table(_TOTALS, list(_totals(manifests))),
        "batch_checks": table(_CHECKS, list(_checks(manifests))),
        "run_parameters": table(_PARAMETERS, [_parameters(settings, context, started_at)]),
        "hours_from": table(_HOURS_FROM, list(_hours_from(settings))),
        "status_rules": table(_STATUS_RULES, [astuple(rule) for rule in settings.status.rules()]),
    }


def _batches(store: LandingStore, settings: Settings, manifests: list[Manifest]) -> Iterator[tuple[Any, ...]]:
    for seq, each in enumerate(manifests, start=1):
        yield (
            each.batch_id,
            each.source,
            each.object,
            seq,
            _naive_utc(each.extracted_at),
            each.extracted_at.astimezone(settings.zone).date(),
            each.path,
            each.file_hash,
            each.reader,
            each.replaces,
            each.rows.rows_in,
            each.rows.loaded,
            each.rows.quarantined,
            each.rows.left_out,
            _absolute(store.data_file(each)),
            _absolute(store.quarantine_file(each)),
            _absolute(store.left_out_file(each)),
        )


def _totals(manifests: list[Manifest]) -> Iterator[tuple[Any, ...]]:
    for each in manifests:
        for total in each.totals:
            yield (each.batch_id, total.project, total.unit, total.rows_in, total.amount_in)


def _checks(manifests: list[Manifest]) -> Iterator[tuple[Any, ...]]:
    for each in manifests:
        for check in each.checks:
            yield (each.batch_id, check.name, check.outcome, check.severity, check.rows, _published(check))


def _close(change: Change) -> tuple[Any, ...]:
    return (
        change.close_id,
        change.action,
        change.period,
        change.period_start_on,
        change.period_end_on,
        _naive_utc(change.recorded_at),
        change.closed_by,
        change.reason,
        change.release_id,
        change.as_of,
        change.valid_through_on,
    )


def _published(check: Check) -> str:
    return check.message if check.published is None else check.published


def _hours_from(settings: Settings) -> Iterator[tuple[Any, ...]]:
    if isinstance(settings.hours_from, dict):
        yield from sorted(settings.hours_from.items())


def _parameters(settings: Settings, context: Context, started_at: datetime) -> tuple[Any, ...]:
    return (
        context.as_of,
        settings.currency,
        settings.timezone,
        settings.fiscal_year_starts,
        settings.fx.max_age_days,
        settings.status.milestone_amber_days,
        settings.status.milestone_red_days,
        settings.unknown_hours,
        settings.hours_from if isinstance(settings.hours_from, str) else None,
        settings.labour_category,
        context.release_id,
        context.input_hash,
        context.configuration_hash,
        context.product_version,
        _naive_utc(context.known_at),
        _naive_utc(started_at),
        settings.organisation,
        settings.publish.people,
        settings.discount_rate,
    )


def _days(fiscal_year_starts: int) -> Iterator[tuple[Any, ...]]:
    """Every day with the default calendar's period: its month, the fiscal year named after the year it ends in."""
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for month in range(1, 13):
            start = date(year, month, 1)
            days = calendar.monthrange(year, month)[1]
            end = start.replace(day=days)
            fiscal_year = str(year + (fiscal_year_starts > 1 and month >= fiscal_year_starts))
            for offset in range(days):
                day = start + timedelta(days=offset)
                yield day, f"{year}-{month:02}", start, end, fiscal_year, day.weekday() < 5


def _naive_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _absolute(file: Path | None) -> str | None:
    return None if file is None else file.resolve().as_posix()


_BATCHES = (
    "batch_id source object seq:bigint extracted_at:timestamp received_on:date path file_hash reader replaces "
    "rows_in:bigint rows_loaded:bigint rows_quarantined:bigint rows_left_out:bigint "
    "data_path quarantine_path left_out_path"
)
_TOTALS = "batch_id project unit rows_in:bigint amount_in:decimal"
_CHECKS = "batch_id check_name outcome severity rows:bigint message"
_PARAMETERS = (
    "as_of:date reporting_currency timezone fiscal_year_starts:int fx_max_age_days:int "
    "milestone_amber_days:int milestone_red_days:int unknown_hours "
    "default_hours_from labour_category release_id input_hash configuration_hash product_version "
    "known_at:timestamp started_at:timestamp organisation published_people discount_rate:decimal"
)
_HOURS_FROM = "project hours_from"
_STATUS_RULES = "rule dimension worse amber:decimal red:decimal"
_CLOSES = (
    "close_id action period period_start_on:date period_end_on:date recorded_at:timestamp closed_by reason "
    "release_id as_of:date valid_through_on:date"
)
_DAYS = "date_day:date period period_start_on:date period_end_on:date fiscal_year is_working_day:boolean"
_STALE = "source message"
_REMARKS = "source object check_name path rows:bigint detail"
