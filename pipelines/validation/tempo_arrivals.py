"""Receives the configured Tempo accounts: each is read whole, and lands whole when anything of it differs.

Here: which project an issue belongs to, judging, and landing as a new version of the path `tempo:<name>`. Talking to
Tempo is `connectors.tempo`. The lock and the notes are those of the source, see `inbox_arrivals`.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from connectors.tabular.extract import TableExtract
from connectors.tempo.client import TempoAccount, TempoClient
from connectors.tempo.reading import Span, read_approvals, read_worklogs
from connectors.tempo.records import ProjectOf, entries
from connectors.timesheets.tables import TIMESHEET_ENTRIES
from pipelines.landing.batches import Origin
from pipelines.landing.erasures import NOBODY, Eraser
from pipelines.landing.jira_issues import landed_issues
from pipelines.landing.sources import JIRA_SOURCE, TEMPO_READER, TIMESHEETS_SOURCE
from pipelines.landing.store import LandingStore
from pipelines.settings import Settings, SettingsError, TempoSettings
from pipelines.validation.arrival import Arrival, Report, describe, land, silent, unchanged
from pipelines.validation.judge import judge
from pipelines.validation.retired import retired_rows

ENTRIES = replace(
    TIMESHEET_ENTRIES,
    replaces="file",
    columns=tuple(
        replace(column, required=column.required or column.name == "entry_id")
        for column in TIMESHEET_ENTRIES.columns
    ),
)
"""As Tempo fills the table: every entry has its id, and a reading is the whole truth of its account."""


def receive_tempo(
    store: LandingStore, settings: Settings, eraser: Eraser = NOBODY, *, report: Report = silent
) -> list[Arrival]:
    """Lands what changed in every configured account, up to the end of next year; one arrival an account.

    The caller holds the lock of `timesheets`. Raises ConnectorError when an account can't be read (what was landed
    before stands), SettingsError for a secret that is not set or a site that is none.
    """
    _check_names(settings.tempo)
    last = date(datetime.now(settings.zone).year + 1, 12, 31)
    arrivals = []
    for configured in settings.tempo:
        started = time.perf_counter()
        with TempoClient(account_of(configured), report=report) as client:
            report(f"reading {path_of(configured)}")
            arrival = _receive(store, settings, configured, client, last, eraser)
        report(describe(arrival))
        arrivals.append(replace(arrival, seconds=time.perf_counter() - started))
    return arrivals


def account_of(configured: TempoSettings) -> TempoAccount:
    """The account as the connector takes it. Raises SettingsError when a secret is not in the environment."""
    return TempoAccount(
        name=configured.account_name,
        url=configured.url.resolve(),
        token=configured.token.resolve(),
        requests_per_second=configured.requests_per_second,
    )


def path_of(configured: TempoSettings) -> str:
    """What stands for the account where a file has its path."""
    return f"{TEMPO_READER}:{configured.account_name}"


def jira_site_of(settings: Settings, configured: TempoSettings) -> str | None:
    """The name of the Jira site whose issues an account's worklogs are on; None where there is none.

    Raises SettingsError where it is none of the sites, or is not said and there are several.
    """
    sites = [site.site_name for site in settings.jira]
    site = configured.site or (sites[0] if len(sites) == 1 else None)
    if sites and site not in sites:
        raise SettingsError(
            f"pmo.yaml: tempo {configured.account_name} needs `site`, the name of the Jira site whose issues its "
            f"worklogs are on: {' or '.join(sites)}."
        )
    return site


def account_paths(settings: Settings) -> list[str]:
    """The paths of all configured accounts; one whose address is not in the environment is left out."""
    found = []
    for configured in settings.tempo:
        with suppress(SettingsError):
            found.append(path_of(configured))
    return found


def _check_names(accounts: Sequence[TempoSettings]) -> None:
    """Raises SettingsError when two accounts have one name, and so would retire each other's rows."""
    names = [account.account_name for account in accounts]
    for name in sorted({each for each in names if names.count(each) > 1}):
        raise SettingsError(
            f"pmo.yaml: two accounts under tempo are called {name}. Give each a `name` of its own, and keep it."
        )


def _receive(
    store: LandingStore,
    settings: Settings,
    configured: TempoSettings,
    client: TempoClient,
    last: date,
    eraser: Eraser,
) -> Arrival:
    path, span = path_of(configured), Span(configured.first, last)
    project_of = _projects(store, settings, configured)
    worklogs = read_worklogs(client, span)
    approvals = read_approvals(client, worklogs, teams=configured.teams, users=configured.users)
    prefix = f"{configured.account_name}/" if len(settings.tempo) > 1 else ""
    extract = entries(ENTRIES, worklogs, approvals, project_of=project_of, id_prefix=prefix)
    extract = eraser.extract(extract)
    origin = _origin(path, span, extract)
    known = store.of_source(ENTRIES.schema)
    newest = [manifest for manifest in known if manifest.path == path][-1:]
    if newest and newest[0].fingerprint == origin.fingerprint:
        return unchanged(TIMESHEETS_SOURCE, newest[0])
    verdict = judge(
        extract,
        retired_rows(store, extract, known, path),
        path=path,
        limits=settings.validation,
        blocking=settings.on_bad_batch == "hold",
    )
    return land(store, TIMESHEETS_SOURCE, verdict, origin)


def _projects(store: LandingStore, settings: Settings, configured: TempoSettings) -> ProjectOf:
    """The project under which an issue of the account's Jira site is landed."""
    path = f"{JIRA_SOURCE}:{jira_site_of(settings, configured)}"
    issues = landed_issues(
        store, [each for each in store.of_source(f"raw_{JIRA_SOURCE}") if each.path == path]
    )
    known: dict[int, str | None] = {}

    def project_of(issue: int) -> str | None:
        if issue not in known:
            known[issue] = issues.project_of(issue)
        return known[issue]

    return project_of


def _origin(path: str, span: Span, extract: TableExtract) -> Origin:
    """The identity of a reading: of its rows and of where they come from."""
    digest = hashlib.sha256(path.encode())
    for row, values in enumerate(zip(*extract.columns.values(), strict=True)):
        digest.update(f"{values!r} {extract.attributes[row]}\n".encode())
    for fault in extract.faults:
        digest.update(f"{fault.place} {fault.column} {fault.rule} {extract.content(fault.row)}\n".encode())
    parts = [digest.hexdigest(), TEMPO_READER, path]
    return Origin(
        path=path,
        file_hash=digest.hexdigest(),
        fingerprint=hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
        reader=TEMPO_READER,
        objects=(extract.table.name,),
        window=str(span),
    )
