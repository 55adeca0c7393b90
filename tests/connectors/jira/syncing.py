"""Reads the demo's Jira as a refresh does, with waits that take no time; and what the demo's Jira holds, counted there.

Here: helpers of the connector's tests. The truth comes from the server's state alone, never from the connector.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.http import TIMEOUTS, Retry
from connectors.jira.census import LandedIssues, Roll, as_ids
from connectors.jira.client import JiraClient
from connectors.jira.reading import Reading
from connectors.jira.rows_of import FETCHED, SiteRows
from connectors.jira.site import JiraSite
from connectors.jira.spool import Spool
from connectors.jira.sync import Landed, Sync
from connectors.jira.tables import TABLES
from connectors.pace import SharedPace
from connectors.tabular.extract import TableExtract
from demo.jira.model import Change, Issue, Worklog
from demo.jira.server import EMAIL, PAT, TOKEN, DemoJira
from demo.jira.site import FEED_DELAY, Site

Row = dict[str, Any]
HOURS = Decimal(3600)


@dataclass(slots=True)
class Clock:
    """A clock that goes on when somebody sleeps. `then` is called with the clock's time after every sleep."""

    now: float = 1_000_000.0
    waits: list[float] = field(default_factory=list)
    then: Callable[[float], Any] = lambda now: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sleep(self, seconds: float) -> None:
        """Sleeps of several threads go on side by side."""
        with self.lock:
            until = self.now + seconds
            self.waits.append(seconds)
        self.then(until)
        with self.lock:
            self.now = max(self.now, until)

    def retry(self, **changes: Any) -> Retry:
        """Retries that wait by this clock, without jitter."""
        return Retry(**{"attempts": 4, "sleep": self.sleep, "jitter": lambda: 0.0, **changes})

    def pace(self) -> SharedPace:
        """A pace without a budget, by this clock."""
        return SharedPace(1e9, sleep=self.sleep, clock=lambda: self.now)


@dataclass(frozen=True, slots=True)
class Synced:
    """What one sync gave: the rows of every table, the cursors behind them, and what it said on the way."""

    rows: dict[str, list[Row]]
    cursors: dict[str, str | None]
    sync: Sync
    told: list[str]

    def column(self, table: str, name: str) -> list[Any]:
        """One column of a table."""
        return [row[name] for row in self.rows[table]]

    def landed(self) -> LandedIssues:
        """What landing holds once these rows are in it and nothing else is."""
        return landed_issues(self.rows["issues"])


def site_of(demo: DemoJira, **changes: Any) -> JiraSite:
    """The demo as a configured site, with a budget that never holds anything up."""
    credentials = {"email": EMAIL, "token": TOKEN} if demo.deployment == "cloud" else {"pat": PAT}
    about = {"name": "demo", "url": demo.url, "requests_per_second": 1e9, "concurrency": 4}
    return JiraSite(**{**about, **credentials, **changes})


def synced(
    demo: DemoJira,
    folder: Path,
    *,
    since: Mapping[str, str | None] | None = None,
    landed: LandedIssues | None = None,
    clock: Clock | None = None,
    retry: Retry | None = None,
    timeouts: tuple[float, float] = TIMEOUTS,
    share: str = "1",
    **site: Any,
) -> Synced:
    """Reads everything; what an earlier reading left in `folder` unfinished goes on."""
    clock, told = clock or Clock(), []
    client = JiraClient(
        site_of(demo, **site),
        retry=retry or clock.retry(),
        timeouts=timeouts,
        report=told.append,
        pace=clock.pace(),
    )
    spool = Spool(folder / "spool")
    with client, Reading(client, spool, told.append) as reading:
        sync = Sync(reading, Landed(cursors=since or {}, issues=landed or LandedIssues.none()))
        sync.begin()
        made = SiteRows(sync, mass_disappearance=Decimal(share))
        early = {table.name: _rows(made.early(table)) for table in FETCHED}
        rows = {table.name: early.get(table.name, []) + _rows(made.extracts(table)) for table in TABLES}
        cursors = {table.name: made.cursor(table)[1] for table in TABLES}
    spool.clear()
    return Synced(rows, cursors, sync, told)


def landed_issues(rows: Sequence[Row]) -> LandedIssues:
    """Issues that are landed, as a sync takes them; none of them gone."""
    by_project: dict[str, list[int]] = {}
    for row in rows:
        by_project.setdefault(row["project_key"], []).append(int(row["issue_id"]))
    standing = Roll.of_projects({project: as_ids(found) for project, found in by_project.items()})
    return LandedIssues(standing, Roll.of_projects({}))


def _rows(extracts: Iterable[TableExtract]) -> list[Row]:
    found: list[Row] = []
    for extract in extracts:
        columns = extract.columns
        found += [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return found


def issues_of(site: Site) -> dict[str, tuple[Any, ...]]:
    """id -> key, project, status, summary and moment of the last change of every issue that can be found."""
    return {str(one.id): _issue(one) for one in site.issues.values() if site.is_findable(one)}


def issues_in(rows: Sequence[Row]) -> dict[str, tuple[Any, ...]]:
    """The same of rows."""
    names = ("issue_key", "project_key", "status", "summary", "updated_at")
    return {row["issue_id"]: tuple(row[name] for name in names) for row in rows}


def changes_of(site: Site) -> Counter[tuple[Any, ...]]:
    """Issue, history, position, field and new text of every changed field of the issues that can be found."""
    found = (
        change
        for identity, changes in site.changes.items()
        for change in changes
        if identity in site.issues and site.is_findable(site.issues[identity])
    )
    return Counter(each for change in found for each in _items(change))


def changes_in(rows: Sequence[Row]) -> Counter[tuple[Any, ...]]:
    """The same of rows."""
    return Counter((row["issue_id"], row["history_id"], row["position"], row["to_text"]) for row in rows)


def worklogs_of(site: Site) -> dict[str, tuple[Any, ...]]:
    """id -> issue, author, seconds of every worklog that the feed gives, on issues that can be found."""
    return {str(one.id): _worklog(one, site) for one in site.worklogs.values() if _is_in_feed(one, site)}


def worklogs_in(rows: Sequence[Row]) -> dict[str, tuple[Any, ...]]:
    """The same of rows, without those that are deleted."""
    return {
        row["worklog_id"]: (row["issue_id"], row["author_account"], round(row["hours"] * HOURS))
        for row in rows
        if not row["is_deleted"]
    }


def assert_same(rows: Mapping[str, Sequence[Row]], site: Site) -> None:
    """Nothing is lost and nothing doubled: the rows are the server's issues, changes and worklogs, each once."""
    for name, identities in (("issues", ("issue_id",)), ("worklogs", ("worklog_id",))):
        counted = Counter(tuple(row[one] for one in identities) for row in rows[name])
        assert not [key for key, count in counted.items() if count > 1], name
    assert issues_in(rows["issues"]) == issues_of(site)
    assert changes_in(rows["issue_changes"]) == changes_of(site)
    assert worklogs_in(rows["worklogs"]) == worklogs_of(site)


def assert_counted(rows: Mapping[str, Sequence[Row]], site: Site) -> None:
    """The census of every live project is the server's count, and landing lacks nothing and has nothing more."""
    found = {row["project_key"]: row for row in rows["project_census"]}
    for project in (one for one in site.projects if one.browsable and not one.archived and not one.trashed):
        count = sum(1 for one in site.issues.values() if one.project == project.key and site.is_findable(one))
        row = found[project.key]
        told = [row[name] for name in ("issues_in_jira", "issues_in_landing", "missing", "surplus")]
        assert told == [count, count, 0, 0], project.key


def quiet(site: Site) -> None:
    """Lets ten minutes pass: the feeds have everything, and so has the search index."""
    site.advance(timedelta(minutes=10))


def asked(demo: DemoJira, path: str) -> list[Any]:
    """The requests whose path ends so."""
    return [request for request in demo.requests if request.path.endswith(path)]


def _issue(issue: Issue) -> tuple[Any, ...]:
    return issue.key, issue.project, issue.status, issue.summary.strip() or None, issue.updated


def _items(change: Change) -> list[tuple[Any, ...]]:
    return [
        (str(change.issue), str(change.id), place, item.after_text or None)
        for place, item in enumerate(change.items)
    ]


def _worklog(worklog: Worklog, site: Site) -> tuple[Any, ...]:
    author = site.user(worklog.author)
    return str(worklog.issue), author.account if author else worklog.author, worklog.seconds


def _is_in_feed(worklog: Worklog, site: Site) -> bool:
    issue = site.issues.get(worklog.issue)
    return issue is not None and site.is_findable(issue) and worklog.updated <= site.now - FEED_DELAY
