"""What the doctor finds in the inbox, in reference/ and between files and settings, judged as a refresh judges it.

Here: turning what would become of each file into findings. Nothing is written but copies of files that lie elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.errors import ConnectorError
from pipelines.commands.common import counted
from pipelines.landing.sources import FILE_SOURCES, REFERENCE_SOURCE
from pipelines.settings import SETTINGS_FILE, Home, Settings, SettingsError

if TYPE_CHECKING:
    from connectors.tabular.extract import TableExtract
    from pipelines.landing.fiscal_calendar import Period
    from pipelines.validation.arrivals import Arrival

Extracts = dict[str, list["TableExtract"]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `said` is what was found, or, when it is not ok, what to mend.

    With `look` a refresh would go through and end with a remark: exit code 3.
    """

    subject: str
    ok: bool
    said: str
    look: bool = False


def files_and_settings(home: Home, settings: Settings) -> Iterator[Finding]:
    """Strays, each file of each source, and what only shows when settings and files are seen together."""
    from pipelines.landing.erasures import eraser_of
    from pipelines.landing.inbox import inbox_files
    from pipelines.landing.standing import gone_files
    from pipelines.landing.store import LandingStore
    from pipelines.landing.unused_settings import settings_remarks
    from pipelines.validation.foresight import foresee
    from pipelines.validation.tempo_arrivals import account_paths

    for remark in settings_remarks(settings):
        yield Finding(f"{SETTINGS_FILE}: {remark.object}", True, remark.detail, look=True)
    answers, found = _inbox(home, settings)
    yield from found
    store, eraser = LandingStore(home.landing), eraser_of(home, settings)
    read: Extracts = {}
    for source in FILE_SOURCES if answers else (REFERENCE_SOURCE,):
        try:
            files = inbox_files(home, settings, source)
        except ConnectorError as error:
            yield Finding(source, False, str(error))
            continue
        if not files:
            yield Finding(source, True, "no files: its tables are empty")
        for file in files:
            seen = foresee(store, settings, source, file, eraser)
            for extract in seen.extracts:
                read.setdefault(f"{source}.{extract.table.name}", []).append(extract)
            yield _finding(file.relative, seen.arrivals)
        for gone in gone_files(store.of_source(f"raw_{source}"), files, account_paths(settings)):
            said = f"Rows of {gone.object} that came from it may still count; it {gone.detail.removeprefix('which ')}."
            yield Finding(gone.path or source, True, said, look=True)
    yield from _calendar(settings, read)
    yield from _names(settings, read)


def _inbox(home: Home, settings: Settings) -> tuple[bool, list[Finding]]:
    """Whether the inbox can be listed, and what is to be said of it: why not, or what in it nothing reads."""
    from pipelines.landing.inbox import stray_entries
    from pipelines.landing.locations import inbox_place

    try:
        place = inbox_place(home, settings.inbox)
        strays = stray_entries(home, settings)
    except (ConnectorError, SettingsError) as error:
        return False, [Finding("inbox", False, str(error))]
    found = [Finding(stray.path or "inbox", False, stray.detail) for stray in strays]
    if not place.is_local:
        found.insert(0, Finding("inbox", True, f"{place.shown}, credentials accepted"))
    elif not place.local_path("").is_dir():
        mend = f"There is no {place.shown}. Make it, or name another at inbox: in {SETTINGS_FILE}."
        found.insert(0, Finding("inbox", False, mend))
    return True, found


def _finding(path: str, arrivals: Sequence[Arrival]) -> Finding:
    refused = [arrival.message or "" for arrival in arrivals if arrival.status == "refused"]
    if refused:
        return Finding(path, False, "\n".join(dict.fromkeys(refused)))
    warned = [check.message for arrival in arrivals for check in arrival.checks if not check.passed]
    said = ", ".join(_counts(arrival) for arrival in arrivals)
    return Finding(path, True, "\n".join([said, *warned]), look=bool(warned))


def _counts(arrival: Arrival) -> str:
    said = f"{arrival.object}: {counted(arrival.rows_in, 'row')}"
    said += f", {arrival.quarantined} in quarantine" if arrival.quarantined else ""
    return said + (f", {arrival.left_out} left out" if arrival.left_out else "")


def _calendar(settings: Settings, read: Extracts) -> Iterator[Finding]:
    """Gaps and overlaps of the declared calendar, and whether it has today, for which a refresh reports."""
    from pipelines.landing.fiscal_calendar import CALENDAR_FILE, assert_in_a_period, calendar_remarks
    from pipelines.landing.manifest import LandingError

    periods = _periods(read)
    for remark in calendar_remarks(periods):
        yield Finding(CALENDAR_FILE, True, remark.detail, look=True)
    try:
        assert_in_a_period(datetime.now(UTC).astimezone(settings.zone).date(), periods)
    except LandingError as error:
        yield Finding(CALENDAR_FILE, False, str(error))


def _periods(read: Extracts) -> list[Period]:
    from pipelines.landing.fiscal_calendar import periods_of

    rows: dict[str, dict[str, Any]] = {}
    for extract in read.get("reference.fiscal_calendar", []):
        names = ("period", "start_on", "end_on")
        for values in zip(*(extract.columns[name] for name in names), strict=True):
            rows[values[0]] = dict(zip(names, values, strict=True))
    return periods_of(rows.values())


def _names(settings: Settings, read: Extracts) -> Iterator[Finding]:
    """Projects and categories that pmo.yaml names and no file has, where files say which there are."""
    projects = _values(read, "register.projects", "project") or _values(
        read, "budgets.budget_versions", "project"
    )
    named = settings.hours_from if isinstance(settings.hours_from, dict) else {}
    for project in sorted(set(named) - projects if projects else ()):
        said = f"hours_from names {project}, which is no project: it changes nothing. Correct it in {SETTINGS_FILE}."
        yield Finding(f"{SETTINGS_FILE}: hours_from", True, said, look=True)
    categories = _values(read, "reference.cost_categories", "cost_category")
    if categories and settings.labour_category not in {None, *categories}:
        said = (
            f"labour_category names {settings.labour_category}, which is not in cost_categories. Correct it."
        )
        yield Finding(f"{SETTINGS_FILE}: labour_category", True, said, look=True)


def _values(read: Extracts, table: str, column: str) -> set[Any]:
    return {value for extract in read.get(table, []) for value in extract.columns[column]} - {None}
