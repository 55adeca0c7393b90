"""Receives the configured Jira sites: extracts since the cursors, keeps what changed, judges, commits.

Here: cursors out of manifests, and dropping records that are landed as they are now, because a window overlaps the
one before. Talking to Jira is `connectors.jira`.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import replace

from connectors.jira.extract import JiraExtract, extract_site
from connectors.jira.site import JiraSite
from connectors.tabular.extract import TableExtract
from pipelines.landing.batches import Origin
from pipelines.landing.inbox import newest_by_object
from pipelines.landing.manifest import Manifest
from pipelines.landing.refused import note_refused
from pipelines.landing.sources import JIRA_SOURCE, tables_of
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, JiraSettings, Settings
from pipelines.validation.arrival import Arrival, Report, describe, land, reasons, silent, unchanged
from pipelines.validation.judge import judge
from pipelines.validation.unchanged import changed_rows, subset

READER = "jira"


def receive_jira(home: Home, settings: Settings, *, report: Report = silent) -> list[Arrival]:
    """Lands what changed on every configured site since it was last extracted.

    Returns one arrival per site and table; without a site one `absent` per table. Raises ConnectorError when a site
    can't be read (what was landed before stands, and the next call goes on from there), LandingBusy while another
    process receives Jira.
    """
    if not settings.jira:
        return [Arrival(JIRA_SOURCE, table.name, "", "absent") for table in tables_of(JIRA_SOURCE)]
    store = LandingStore(home.landing)
    arrivals: list[Arrival] = []
    with store.writer(JIRA_SOURCE):
        store.sweep()
        for configured in settings.jira:
            arrivals += _receive_site(store, settings, site_of(configured, settings), report)
        note_refused(store.root, f"raw_{JIRA_SOURCE}", reasons(arrivals))
    return arrivals


def site_of(configured: JiraSettings, settings: Settings) -> JiraSite:
    """The site as the connector takes it. Raises SettingsError when a secret is not in the environment."""
    auth = configured.auth
    return JiraSite(
        name=configured.site_name,
        url=configured.site.resolve(),
        email=auth.email.resolve() if auth.email else None,
        token=auth.token.resolve() if auth.token else None,
        pat=auth.pat.resolve() if auth.pat else None,
        projects=configured.projects,
        timezone=settings.timezone,
    )


def _receive_site(store: LandingStore, settings: Settings, site: JiraSite, report: Report) -> list[Arrival]:
    path = f"{JIRA_SOURCE}:{site.name}"
    known = [manifest for manifest in store.of_source(f"raw_{JIRA_SOURCE}") if manifest.path == path]
    newest = newest_by_object(known, path)
    cursors = {name: manifest.cursor_after for name, manifest in newest.items()}
    arrivals = []
    started = time.perf_counter()
    for found in extract_site(site, cursors=cursors, report=report):
        of_table = [manifest for manifest in known if manifest.object == found.extract.table.name]
        arrival = receive_table(store, settings, path, found, of_table)
        report(describe(arrival))
        arrivals.append(replace(arrival, seconds=time.perf_counter() - started))
        started = time.perf_counter()
    return arrivals


def receive_table(
    store: LandingStore, settings: Settings, path: str, found: JiraExtract, known: Sequence[Manifest]
) -> Arrival:
    """Lands the records that changed; none, no batch, but the first time: the cursor has to be kept somewhere."""
    rows = changed_rows(store, found.extract, known)
    extract = found.extract if len(rows) == len(found.extract) else subset(found.extract, rows)
    if not rows and known:
        return unchanged(JIRA_SOURCE, known[-1])
    blocking = settings.on_bad_batch == "hold"
    verdict = judge(extract, None, path=path, limits=settings.validation, blocking=blocking)
    return land(store, JIRA_SOURCE, verdict, _origin(path, found, extract))


def _origin(path: str, found: JiraExtract, extract: TableExtract) -> Origin:
    file_hash = hashlib.sha256()
    for document in extract.columns["document"]:
        file_hash.update(f"{document}\n".encode())
    parts = [file_hash.hexdigest(), READER, path, extract.table.name, found.cursor_before]
    return Origin(
        path=path,
        file_hash=file_hash.hexdigest(),
        fingerprint=hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
        reader=READER,
        objects=(extract.table.name,),
        cursor_before=found.cursor_before,
        cursor_after=found.cursor_after,
        window=found.window,
    )
