"""Reads one Jira site: everything updated since the cursors, as one extract per table.

    projects, users     all of them, every time
    issues              updated >= cursor - overlap, in absolute milliseconds
    worklogs            the feed of changed ones, the feed of deleted ones, then the records by id

Run standalone: `python -m connectors.jira`. What was landed before is not known here; dropping records that have not
changed since is the landing's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.errors import RequestRefused, SchemaChanged
from connectors.http import Report, Retry, silent
from connectors.jira.client import JiraClient
from connectors.jira.cursors import advanced, window_start
from connectors.jira.moments import from_milliseconds, to_cursor
from connectors.jira.paging import Record
from connectors.jira.queries import issues_by_id, issues_since
from connectors.jira.records import (
    ISSUE_SHAPE,
    PROJECT_SHAPE,
    REFERENCE_SHAPE,
    TOMBSTONE_SHAPE,
    USER_SHAPE,
    WORKLOG_SHAPE,
    Shape,
    read_row,
)
from connectors.jira.rows import RowCollector
from connectors.jira.site import JiraSite
from connectors.tabular.extract import TableExtract

OBJECTS = ("projects", "users", "issues", "worklogs")
"""In the order in which they are read: worklogs take the keys of their issues from the issues just read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraExtract:
    """The records of one table, and how far they reach.

    Args:
        extract: one row a record, sorted by id.
        cursor_before, cursor_after: moments as text; None for tables that are read whole, and before the first record.
        window: what was asked for, in words or JQL.
    """

    extract: TableExtract
    cursor_before: str | None
    cursor_after: str | None
    window: str


def extract_site(
    site: JiraSite,
    *,
    cursors: Mapping[str, str | None],
    report: Report = silent,
    objects: Sequence[str] = OBJECTS,
    retry: Retry | None = None,
) -> Iterator[JiraExtract]:
    """One extract for each of `objects`, with all records updated since its cursor (less an overlap).

    Args:
        cursors: object -> the `cursor_after` of its last landed extract; absent or None reads everything.
        report: takes a sentence whenever there is progress to tell.
        retry: how often and how long failing requests are tried again.

    Raises:
        SourceUnreachable, AuthenticationFailed, RequestRefused, SchemaChanged: while iterating. What was yielded
            before stands; the failing object yields nothing.
    """
    unknown = sorted(set(objects) - set(OBJECTS))
    if unknown:
        raise ValueError(f"no Jira objects: {', '.join(unknown)}; there are {', '.join(OBJECTS)}")
    with JiraClient(site, retry=retry, report=report) as client:
        reader = _SiteReader(client, cursors, report)
        for name in (name for name in OBJECTS if name in objects):
            yield reader.read(name)


class _SiteReader:
    """Reads the objects of one site; remembers projects and issues that later objects refer to."""

    def __init__(self, client: JiraClient, cursors: Mapping[str, str | None], report: Report) -> None:
        self._client = client
        self._cursors = cursors
        self._report = report
        self._projects: dict[str, Record] | None = None
        self._issues: dict[str, tuple[str, str]] = {}

    def read(self, name: str) -> JiraExtract:
        """The extract of one object."""
        readers = {
            "projects": self._read_projects,
            "users": self._read_users,
            "issues": self._read_issues,
            "worklogs": self._read_worklogs,
        }
        return readers[name]()

    def _read_projects(self) -> JiraExtract:
        rows = self._collector(PROJECT_SHAPE)
        for record in _sorted(self._chosen_projects()):
            rows.add(PROJECT_SHAPE, record)
        return self._whole(rows, "every project that the account sees")

    def _read_users(self) -> JiraExtract:
        rows = self._collector(USER_SHAPE)
        identity = "accountId" if self._client.deployment == "cloud" else "key"
        for record in _sorted(self._all("users", identity).values(), identity):
            rows.add(USER_SHAPE, record)
        return self._whole(rows, "every user that the account sees")

    def _read_issues(self) -> JiraExtract:
        before = self._cursors.get("issues")
        parameters = issues_since(self._client.deployment, self._project_keys(), self._since("issues"))
        rows = self._collector(ISSUE_SHAPE)
        for record in _sorted(self._all("issues", "id", parameters).values()):
            row = rows.add(ISSUE_SHAPE, record)
            self._issues[row["issue_id"]] = (row["issue_key"], row["project_key"])
        extract = rows.extract()
        after = self._cursor(before, extract.columns["updated_at"])
        return JiraExtract(
            extract=extract, cursor_before=before, cursor_after=after, window=parameters["jql"]
        )

    def _read_worklogs(self) -> JiraExtract:
        before, since = self._cursors.get("worklogs"), self._since("worklogs")
        # Both feeds first: the cursor must not pass a change made while the records are fetched.
        changed, deleted = self._feed("worklogs_updated", since), self._feed("worklogs_deleted", since)
        rows = self._collector(WORKLOG_SHAPE)
        alive = self._worklogs(sorted(changed.keys() - deleted.keys(), key=int))
        for identity in sorted(alive.keys() | deleted.keys(), key=int):
            self._add_worklog(rows, alive.get(identity), deleted.get(identity))
        after = self._cursor(before, [moment for feed in (changed, deleted) for moment, _ in feed.values()])
        window = f"changed since {to_cursor(from_milliseconds(since))}"
        return JiraExtract(extract=rows.extract(), cursor_before=before, cursor_after=after, window=window)

    def _add_worklog(
        self, rows: RowCollector, record: Record | None, tombstone: tuple[datetime, Record] | None
    ) -> None:
        if tombstone is not None:
            rows.add(TOMBSTONE_SHAPE, tombstone[1])
        elif record is not None:
            key, project = self._issues.get(record["issueId"], (None, None))
            rows.add(WORKLOG_SHAPE, record, issue_key=key, project_key=project)

    def _feed(self, name: str, since: int) -> dict[str, tuple[datetime, Record]]:
        """Worklog id -> when it changed, and the feed's own record."""
        feed: dict[str, tuple[datetime, Record]] = {}
        for record in self._all(name, "worklogId", {"since": since}).values():
            row, broken = read_row(TOMBSTONE_SHAPE, record, source=self._client.source)
            if broken:
                raise SchemaChanged(
                    f"{self._client.source}: {name} gives {record['updatedTime']} as the moment of a change.",
                    mend="Nothing was landed. Look for the worklog in Jira, and correct its date.",
                )
            feed[row["worklog_id"]] = (row["updated_at"], record)
        return feed

    def _worklogs(self, identities: Sequence[str]) -> dict[str, Record]:
        """The worklogs with these ids that the account sees, of the chosen projects; their issues become known."""
        found: dict[str, Record] = {}
        for batch in batched(identities, self._client.most_ids("worklogs")):
            found |= self._all("worklogs", "id", {"ids": [int(identity) for identity in batch]})
        for record in found.values():
            read_row(WORKLOG_SHAPE, record, source=self._client.source)
        if len(found) < len(identities):
            unseen = len(identities) - len(found)
            self._report(f"{self._client.source}: {unseen} changed worklogs are not shown to the account")
        self._learn_issues({record["issueId"] for record in found.values()})
        return self._of_chosen_projects(found)

    def _learn_issues(self, identities: set[str]) -> None:
        """Asks for the keys of those issues that were not in this window."""
        unknown = sorted(identities - self._issues.keys(), key=int)
        for batch in batched(unknown, self._client.most_ids("issues_by_id")):
            parameters = issues_by_id(self._client.deployment, batch)
            for record in self._all("issues_by_id", "id", parameters).values():
                row, _ = read_row(REFERENCE_SHAPE, record, source=self._client.source)
                self._issues[row["issue_id"]] = (row["issue_key"], row["project_key"])

    def _of_chosen_projects(self, worklogs: Mapping[str, Record]) -> dict[str, Record]:
        """The worklogs on issues of the projects that the site is configured to read; no names mean all."""
        if not self._client.site.projects:
            return dict(worklogs)
        chosen = set(self._project_keys())
        issues = {issue for issue, (_, project) in self._issues.items() if project in chosen}
        return {identity: record for identity, record in worklogs.items() if record["issueId"] in issues}

    def _chosen_projects(self) -> list[Record]:
        wanted = {key.upper() for key in self._client.site.projects}
        projects = self._all_projects()
        missing = sorted(wanted - projects.keys())
        if missing:
            raise RequestRefused(
                f"{self._client.source}: the account sees no project {', '.join(missing)}.",
                mend=f"It sees {', '.join(sorted(projects)) or 'none'}: correct `projects`, or let it browse them.",
            )
        return [record for key, record in projects.items() if not wanted or key in wanted]

    def _all_projects(self) -> dict[str, Record]:
        if self._projects is None:
            self._projects = self._all("projects", "key")
        return self._projects

    def _project_keys(self) -> list[str]:
        """The configured projects, all of which exist; empty where every project is to be read."""
        return (
            sorted(str(record["key"]) for record in self._chosen_projects())
            if self._client.site.projects
            else []
        )

    def _all(
        self, name: str, identity: str, parameters: Mapping[str, Any] | None = None
    ) -> dict[str, Record]:
        """All records by `identity`; of one that came twice, the later."""
        records: dict[str, Record] = {}
        for page in self._client.pages(name, parameters):
            records |= {str(record.get(identity)): record for record in page}
            self._report(f"{self._client.source}: {len(records)} {name.replace('_', ' ')}")
        return records

    def _since(self, name: str) -> int:
        try:
            return window_start(self._cursors.get(name), self._project_keys())
        except ValueError as error:
            mend = "Correct it in the manifest it comes from, or leave it out to read everything again."
            raise RequestRefused(f"{self._client.source}, {name}: {error}.", mend=mend) from error

    def _cursor(self, before: str | None, moments: Iterable[datetime | None]) -> str | None:
        return advanced(before, self._project_keys(), moments, self._client.server_time)

    def _collector(self, shape: Shape) -> RowCollector:
        return RowCollector(shape.table, site=self._client.site.name, source=self._client.source)

    @staticmethod
    def _whole(rows: RowCollector, window: str) -> JiraExtract:
        return JiraExtract(extract=rows.extract(), cursor_before=None, cursor_after=None, window=window)


def _sorted(records: Iterable[Record], identity: str = "id") -> list[Record]:
    """Records in the order of their ids: numbers by value, others as text."""
    return sorted(records, key=lambda record: (len(str(record.get(identity))), str(record.get(identity))))


def batched(identities: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Slices of at most `size`."""
    for start in range(0, len(identities), size):
        yield identities[start : start + size]
