"""Receives the configured Jira sites: syncs each into its spool, keeps what changed, judges, commits.

    landing/spool/jira/<site>/     the answers of a sync under way; gone when all of it is landed

Here: what a sync has to know of landing, and landing its rows piece by piece, because a window overlaps the one before
and because a site may be larger than memory. Talking to Jira is `connectors.jira`.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from connectors.errors import RequestRefused, SchemaChanged
from connectors.jira.client import JiraClient
from connectors.jira.reading import Reading
from connectors.jira.rows_of import FETCHED, SiteRows
from connectors.jira.site import JiraSite
from connectors.jira.spool import Spool
from connectors.jira.sync import Landed, Sync
from connectors.jira.tables import ISSUE_AVAILABILITY
from connectors.tabular.extract import TableExtract
from connectors.tabular.tables import Table
from pipelines.landing.batches import Origin, make_batch
from pipelines.landing.erasures import Eraser, eraser_of
from pipelines.landing.inbox import newest_by_object
from pipelines.landing.jira_issues import landed_issues, landed_worklogs, worklogs_by_apps
from pipelines.landing.manifest import Manifest
from pipelines.landing.pieces import BatchPieces
from pipelines.landing.refused import note_refused
from pipelines.landing.remarks import APPS_WORKLOGS, FORMER_SITES, Remark, note_remarks
from pipelines.landing.sources import JIRA_SOURCE, tables_of
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, JiraSettings, Settings, SettingsError
from pipelines.validation.arrival import (
    Arrival,
    Report,
    describe,
    landed,
    reasons,
    refused,
    silent,
    unchanged,
)
from pipelines.validation.judge import judge
from pipelines.validation.tempo_arrivals import jira_site_of
from pipelines.validation.unchanged import changed_rows, subset

READER = "jira"
MOST_BY_APPS = 0.9
"""The share of a site's worklogs that apps may have written before it is remarked."""


def receive_jira(home: Home, settings: Settings, *, report: Report = silent) -> list[Arrival]:
    """Lands what changed on every configured site since it was last synced.

    Returns one arrival per site and table; without a site one `absent` per table. Raises ConnectorError when a site
    can't be read (what was landed before stands, and the next call goes on from there), LandingBusy while another
    process receives Jira.
    """
    store = LandingStore(home.landing)
    if not settings.jira:
        note_remarks(store.root, f"raw_{JIRA_SOURCE}", list(_sites_named_no_more(store, settings)))
        return [Arrival(JIRA_SOURCE, table.name, "", "absent") for table in tables_of(JIRA_SOURCE)]
    _check_names(settings.jira)
    eraser = eraser_of(home, settings)
    arrivals: list[Arrival] = []
    with store.writer(JIRA_SOURCE):
        store.sweep()
        for configured in settings.jira:
            arrivals += _receive_site(store, settings, configured, report, eraser)
        note_refused(store.root, f"raw_{JIRA_SOURCE}", reasons(arrivals))
        remarks = [*_sites_named_no_more(store, settings), *_sites_whose_apps_log_work(store, settings)]
        note_remarks(store.root, f"raw_{JIRA_SOURCE}", remarks)
    return arrivals


def site_of(configured: JiraSettings) -> JiraSite:
    """The site as the connector takes it. Raises SettingsError when a secret is not in the environment."""
    auth = configured.auth
    return JiraSite(
        name=configured.site_name,
        url=configured.site.resolve(),
        email=auth.email.resolve() if auth.email else None,
        token=auth.token.resolve() if auth.token else None,
        pat=auth.pat.resolve() if auth.pat else None,
        projects=configured.projects,
        concurrency=configured.concurrency,
        requests_per_second=configured.requests_per_second,
    )


def _receive_site(
    store: LandingStore, settings: Settings, configured: JiraSettings, report: Report, eraser: Eraser
) -> list[Arrival]:
    site = site_of(configured)
    path = f"{JIRA_SOURCE}:{site.name}"
    known = [manifest for manifest in store.of_source(f"raw_{JIRA_SOURCE}") if manifest.path == path]
    newest = newest_by_object(known, path)
    cursors = {name: manifest.cursor_after for name, manifest in newest.items()}
    spool = Spool(store.root / "spool" / JIRA_SOURCE / hashlib.sha256(site.name.encode()).hexdigest()[:12])
    before = Landed(
        cursors=cursors,
        issues=landed_issues(store, known),
        worklogs=lambda: landed_worklogs(store, known),
    )
    limit, accepted = settings.validation.mass_disappearance, configured.accept_disappearance
    landing = _Landing(store, settings, path, known, eraser)
    try:
        with JiraClient(site, report=report) as client, Reading(client, spool, report) as reading:
            sync = Sync(reading, before)
            sync.begin()
            rows = SiteRows(sync, mass_disappearance=limit, accepted=accepted)
            arrivals = landing.land(rows, report)
    except (RequestRefused, SchemaChanged):
        # What was answered can't be gone on from: the next sync asks anew.
        spool.clear()
        raise
    spool.clear()
    return arrivals


def _sites_named_no_more(store: LandingStore, settings: Settings) -> Iterator[Remark]:
    """A remark for each landed site that pmo.yaml does not name and that has issues: they count all the same."""
    manifests = store.of_source(f"raw_{JIRA_SOURCE}")
    named = {f"{JIRA_SOURCE}:{site.site_name}" for site in settings.jira}
    for path in sorted({manifest.path for manifest in manifests} - named):
        known = [manifest for manifest in manifests if manifest.path == path]
        issues = len(landed_issues(store, known).standing.ids)
        if not issues:
            continue
        name = path.removeprefix(f"{JIRA_SOURCE}:")
        detail = (
            f"{issues} issues and their worklogs still count of the Jira site {name}, which pmo.yaml names no more: "
            f"name it again under jira:. If it is the same site under another address, give that one `name: {name}`, "
            "else both count."
        )
        yield Remark(
            source=JIRA_SOURCE, object="issues", check=FORMER_SITES, path=path, rows=issues, detail=detail
        )


def _sites_whose_apps_log_work(store: LandingStore, settings: Settings) -> Iterator[Remark]:
    """A remark for each site whose worklogs an app writes, as Tempo does, and whose hours come from nowhere else."""
    has_tempo = {jira_site_of(settings, account) for account in settings.tempo}
    for site in settings.jira:
        path = f"{JIRA_SOURCE}:{site.site_name}"
        known = [manifest for manifest in store.of_source(f"raw_{JIRA_SOURCE}") if manifest.path == path]
        by_apps, worklogs = worklogs_by_apps(store, known)
        if site.site_name in has_tempo or by_apps <= worklogs * MOST_BY_APPS:
            continue
        detail = (
            f"{by_apps} of {worklogs} worklogs of {site.site_name} are by an app, as Tempo writes them: whose hours "
            "they are does not stand in Jira. Name the Tempo account under tempo: in pmo.yaml, or bring the hours as "
            "timesheets."
        )
        yield Remark(
            source=JIRA_SOURCE, object="worklogs", check=APPS_WORKLOGS, path=path, rows=by_apps, detail=detail
        )


def _check_names(sites: Sequence[JiraSettings]) -> None:
    """Raises SettingsError when two sites have one name, and so would share cursors and ids."""
    names = [site.site_name for site in sites]
    for name in sorted({each for each in names if names.count(each) > 1}):
        raise SettingsError(
            f"pmo.yaml: two sites under jira are called {name}. Give each a `name` of its own, and keep it."
        )


class _Landing:
    """Lands the tables of one site.

    The rows of issues and of their changes are written first, while others are still being fetched, and those of
    issues committed last: what stands for an issue in landing is its row, so nothing may be missing beside it then.
    """

    def __init__(
        self,
        store: LandingStore,
        settings: Settings,
        path: str,
        known: Sequence[Manifest],
        eraser: Eraser,
    ) -> None:
        self._store = store
        self._settings = settings
        self._path = path
        self._known = known
        self._eraser = eraser

    def land(self, rows: SiteRows, report: Report) -> list[Arrival]:
        """One arrival a table, in the order of the tables."""
        arrivals: dict[str, Arrival] = {}
        tables = tables_of(JIRA_SOURCE)
        with ExitStack() as stack:
            begun = [self._begin(rows, table, stack) for table in FETCHED]
            for table in tables:
                if table not in (*FETCHED, ISSUE_AVAILABILITY):
                    arrivals[table.name] = self._table(rows, table)
            for each in reversed(begun):
                arrivals[each.pieces.table.name] = self._end(rows, each)
        # An issue that is back counts as standing from here on: its row is there.
        arrivals[ISSUE_AVAILABILITY.name] = self._table(rows, ISSUE_AVAILABILITY)
        for table in tables:
            report(describe(arrivals[table.name]))
        return [arrivals[table.name] for table in tables]

    def _begin(self, rows: SiteRows, table: Table, stack: ExitStack) -> _Begun:
        started = time.perf_counter()
        pieces = stack.enter_context(BatchPieces(self._store.unfinished, table))
        arrival = self._write(rows, pieces, rows.early(table))
        return _Begun(pieces, arrival, time.perf_counter() - started)

    def _end(self, rows: SiteRows, begun: _Begun) -> Arrival:
        started = time.perf_counter()
        pieces = begun.pieces
        arrival = (
            begun.refused
            or self._write(rows, pieces, rows.extracts(pieces.table))
            or self._commit(rows, pieces)
        )
        return replace(arrival, seconds=begun.seconds + time.perf_counter() - started)

    def _table(self, rows: SiteRows, table: Table) -> Arrival:
        started = time.perf_counter()
        whole = _whole(rows, table, self._eraser)
        with BatchPieces(self._store.unfinished, table) as pieces:
            if whole is None:
                arrival = self._write(rows, pieces, rows.extracts(table))
            elif not whole.is_landed(self._known_of(table)):
                arrival = self._write(rows, pieces, whole.extracts, only_changed=False)
            else:
                arrival = None
            arrival = arrival or self._commit(rows, pieces, whole)
        return replace(arrival, seconds=time.perf_counter() - started)

    def _write(
        self,
        rows: SiteRows,
        pieces: BatchPieces,
        extracts: Iterable[TableExtract],
        *,
        only_changed: bool = True,
    ) -> Arrival | None:
        """Writes rows, or those that changed; the arrival of a refused batch, of which nothing may be committed."""
        blocking = self._settings.on_bad_batch == "hold"
        known = self._known_of(pieces.table)
        extracts = map(self._eraser.extract, extracts)
        for extract in _changed(self._store, extracts, known) if only_changed else extracts:
            verdict = judge(
                extract, None, path=self._path, limits=self._settings.validation, blocking=blocking
            )
            if verdict.refused:
                return refused(JIRA_SOURCE, verdict, self._path)
            pieces.add(
                make_batch(
                    verdict.extract,
                    origin=_origin(self._path, _hash(extract), rows, pieces.table),
                    faults=verdict.faults,
                    checks=[outcome.as_check() for outcome in verdict.checks],
                    rows_before=pieces.rows.rows_in,
                )
            )
        return None

    def _commit(self, rows: SiteRows, pieces: BatchPieces, whole: _Whole | None = None) -> Arrival:
        """Without rows no batch, but the first time: the cursor has to be kept somewhere."""
        known = self._known_of(pieces.table)
        is_landed = whole.is_landed(known) if whole else not pieces.rows.rows_in
        if is_landed and known:
            return unchanged(JIRA_SOURCE, known[-1])
        origin = _origin(self._path, whole.hash if whole else pieces.hash, rows, pieces.table)
        origin = replace(origin, replaces="file" if whole else None)
        return landed(JIRA_SOURCE, self._store.commit_pieces(pieces, origin))

    def _known_of(self, table: Table) -> list[Manifest]:
        return [manifest for manifest in self._known if manifest.object == table.name]


@dataclass(frozen=True, slots=True)
class _Begun:
    """A batch of which the first rows are written; `refused` where they must not land."""

    pieces: BatchPieces
    refused: Arrival | None
    seconds: float


@dataclass(frozen=True, slots=True)
class _Whole:
    """A list that is read whole: it lands whole when anything of it differs, and replaces the list before."""

    extracts: tuple[TableExtract, ...]
    hash: str

    def is_landed(self, known: Sequence[Manifest]) -> bool:
        """Whether the newest batch is this very list."""
        return bool(known) and known[-1].replaces == "file" and known[-1].file_hash == self.hash


def _whole(rows: SiteRows, table: Table, eraser: Eraser) -> _Whole | None:
    """The whole list of a table, whatever the order in which it came; None of a table that is read in parts."""
    if not rows.is_whole(table):
        return None
    extracts = tuple(map(eraser.extract, rows.extracts(table)))
    lines = sorted(repr(row) for extract in extracts for row in zip(*extract.columns.values(), strict=True))
    return _Whole(extracts, hashlib.sha256("\n".join(lines).encode()).hexdigest())


def _changed(
    store: LandingStore, extracts: Iterable[TableExtract], known: Sequence[Manifest]
) -> Iterator[TableExtract]:
    """The extracts without the rows that are landed as they are; one without any row and fault is none."""
    for extract in extracts:
        rows = changed_rows(store, extract, known) if known else range(len(extract))
        if extract.batch_faults or (len(rows) == len(extract) and rows):
            yield extract
        elif rows:
            yield subset(extract, rows)


def _hash(extract: TableExtract) -> str:
    digest = hashlib.sha256()
    for document in extract.columns["document"]:
        digest.update(f"{document}\n".encode())
    return digest.hexdigest()


def _origin(path: str, file_hash: str, rows: SiteRows, table: Table) -> Origin:
    before, after, window = rows.cursor(table)
    parts = [file_hash, READER, path, table.name, before]
    return Origin(
        path=path,
        file_hash=file_hash,
        fingerprint=hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
        reader=READER,
        objects=(table.name,),
        cursor_before=before,
        cursor_after=after,
        window=window,
    )
