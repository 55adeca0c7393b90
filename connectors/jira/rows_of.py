"""The rows of a finished sync: what its kept answers mean, table by table, in pieces that fit in memory.

    spool pages ─▶ shapes (a record becomes a row) ─▶ one TableExtract for every PIECE rows

Here: which pages fill which table, and which of their records count. How a record is read is `connectors.jira.shapes`;
what was asked is `connectors.jira.sync`; what the census says is `connectors.jira.standing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import takewhile
from typing import Any

from connectors.jira import tables
from connectors.jira.census import Visibility, as_ids, is_among, union, without
from connectors.jira.cursors import advanced
from connectors.jira.moments import from_milliseconds, to_cursor
from connectors.jira.paging import Record
from connectors.jira.rows import RowCollector
from connectors.jira.shapes import catalogue, control, directory, history
from connectors.jira.shapes.boards import BOARD_SHAPE, SPRINT_SHAPE, board_with
from connectors.jira.shapes.issues import issue_shape
from connectors.jira.shapes.reading import Block, Shape
from connectors.jira.shapes.site_fields import SiteFields, site_fields
from connectors.jira.shapes.worklogs import TOMBSTONE_SHAPE, WORKLOG_SHAPE
from connectors.jira.standing import Standing
from connectors.jira.sync import VISIBILITIES, Sync
from connectors.tabular.extract import BatchFault, TableExtract
from connectors.tabular.tables import Table

PIECE = 5_000
"""Rows held at a time, or the few more that one issue adds: some 25 MB of issues."""
FETCHED = (tables.ISSUES, tables.ISSUE_CHANGES)
"""The tables of which the first rows can be made before the last have come, in the order in which they come."""
MASS_DISAPPEARANCE = "mass_disappearance"

Row = tuple[Shape, Record, dict[str, Any]] | Block
"""A record, the shape to read it in, and the columns that it does not have itself; or rows that are read already."""

Log = tuple[str, list[Record]]
"""The id of an issue, and histories of it."""

_LISTS: dict[str, Shape] = {
    "fields": catalogue.FIELD_SHAPE,
    "statuses": catalogue.STATUS_SHAPE,
    "resolutions": catalogue.RESOLUTION_SHAPE,
    "issue_types": catalogue.ISSUE_TYPE_SHAPE,
    "link_types": catalogue.LINK_TYPE_SHAPE,
    "users": directory.USER_SHAPE,
}
"""Tables whose records are those of one walk, as they are."""

_WHOLE = {
    **{name: (name,) for name in ("fields", "statuses", "priorities", "resolutions", "issue_types")},
    **{name: (name,) for name in ("link_types", "versions", "components")},
    "boards": ("boards", "board_configuration"),
    "sprints": ("boards", "sprints"),
}
"""Tables that are read as whole lists, and the walks that must not have been refused for that.

People and projects are not among them: who left, and what the account sees no more, still has issues.
"""


class SiteRows:
    """The tables of one synced site.

    Args:
        mass_disappearance: the part of a project's issues that can't be gone at once.
        accepted: keys of the projects of which it can.
    """

    def __init__(self, sync: Sync, *, mass_disappearance: Decimal, accepted: tuple[str, ...] = ()) -> None:
        self._sync = sync
        self._reading = sync.reading
        self._standing = Standing(sync, share=mass_disappearance, accepted=accepted)
        self._reached: dict[str, datetime] = {}
        self._begun: dict[str, Iterator[Row | None]] = {}

    def early(self, table: Table) -> Iterator[TableExtract]:
        """The rows of a FETCHED table that can be made while the sync still fetches; `extracts` gives the others."""
        rows = self._begun[table.name] = self._rows(table)
        yield from self._pieces(table, takewhile(lambda row: row is not None, rows), [])

    def extracts(self, table: Table) -> Iterator[TableExtract]:
        """The rows of a table, piece by piece, but for those that `early` gave; no piece where there is none.

        The sync is finished first.

        Raises:
            SchemaChanged: a record has another shape than the documented one.
        """
        self._sync.finish()
        rows = self._begun.pop(table.name, None) or self._rows(table)
        yield from self._pieces(table, rows, self._faults(table))

    def _pieces(
        self, table: Table, rows: Iterable[Row | None], faults: list[BatchFault]
    ) -> Iterator[TableExtract]:
        collector = self._collector(table)
        for row in rows:
            if isinstance(row, Block):
                collector.add_block(row)
            elif row is not None:
                shape, record, more = row
                collector.add(shape, record, **more)
            if len(collector) >= PIECE:
                yield self._piece(collector, faults)
                collector, faults = self._collector(table), []
        if len(collector) or faults:
            yield self._piece(collector, faults)

    def is_whole(self, table: Table) -> bool:
        """Whether the rows are a whole list, so that what is not among them is no more."""
        if table.name not in _WHOLE:
            return False
        self._sync.finish()
        walks = [walk for source in _WHOLE[table.name] for walk in self._walks(source)]
        # A board without sprints refuses; so does one that the account may not see any more.
        if table in (tables.VERSIONS, tables.COMPONENTS):
            # Those of projects that are archived or out of reach are not asked for, and still have issues.
            landed, census = self._sync.landed.issues, self._sync.census
            for project in set(landed.known_projects()) - set(self._sync.scope):
                # Where a project has another key now, its issues are all in the census.
                issues = union([landed.standing.of(project), landed.gone.of(project)])
                if len(without(issues, census.ids)):
                    return False
        refusals = {self._reading.refusal(walk) for walk in walks} - {None}
        return not refusals or (table is tables.SPRINTS and refusals == {"refused"})

    def _walks(self, source: str) -> list[str]:
        return [source, *self._reading.spool.walks(source)]

    def cursor(self, table: Table) -> tuple[str | None, str | None, str | None]:
        """Cursor before, cursor after the pieces given so far, and the window in words."""
        if table.name not in ("issues", "worklogs"):
            return None, None, "all that the account sees"
        before = self._sync.landed.cursors.get(table.name)
        reached = self._reached.get(table.name)
        site = self._reading.client.site
        after = advanced(before, site.projects, [reached] if reached else [], self._sync.clock)
        since = self._sync.since(table.name)
        window = f"changed since {to_cursor(from_milliseconds(since))}" if since else "from the beginning"
        return before, after, window

    def _piece(self, collector: RowCollector, faults: list[BatchFault]) -> TableExtract:
        extract = collector.extract()
        extract.batch_faults.extend(faults)
        name = extract.table.name
        if name in ("issues", "worklogs"):
            moments = [moment for moment in extract.columns["updated_at"] if moment is not None]
            known = self._reached.get(name)
            self._reached[name] = max([*moments, *([known] if known else [])])
        return extract

    def _collector(self, table: Table) -> RowCollector:
        client = self._reading.client
        return RowCollector(table, site=client.site.name, source=client.source)

    def _faults(self, table: Table) -> list[BatchFault]:
        """Why the whereabouts of issues must not land."""
        if table is not tables.ISSUE_AVAILABILITY:
            return []
        return [BatchFault(MASS_DISAPPEARANCE, message) for message in self._standing.implausible()]

    def _rows(self, table: Table) -> Iterator[Row | None]:
        made: dict[str, Callable[[], Iterator[Row | None]]] = {
            "projects": self._projects,
            "priorities": self._priorities,
            "versions": lambda: self._of_projects("versions", directory.VERSION_SHAPE),
            "components": lambda: self._of_projects("components", directory.COMPONENT_SHAPE),
            "boards": self._boards,
            "sprints": self._sprints,
            "issues": self._issues,
            "issue_changes": self._changes,
            "worklogs": self._worklogs,
            "issue_availability": self._availability,
            "project_census": self._census,
        }
        return made[table.name]() if table.name in made else self._list(table.name, _LISTS[table.name])

    def _list(self, name: str, shape: Shape) -> Iterator[Row]:
        identity = self._reading.client.endpoint(name).identity
        for record in _each_once(self._reading.records(name), identity):
            yield shape, record, {}

    def _priorities(self) -> Iterator[Row]:
        for position, record in enumerate(self._reading.records("priorities"), start=1):
            yield catalogue.PRIORITY_SHAPE, record, {"position": position}

    def _projects(self) -> Iterator[Row]:
        """The projects that are configured to be read; of one in several lists, the liveliest."""
        seen: set[str] = set()
        for visibility in VISIBILITIES:
            for record in _each_once(self._reading.records(f"projects/{visibility}")):
                key = str(record["key"])
                if key not in seen and self._sync.is_wanted(key):
                    seen.add(key)
                    shown: Visibility = self._sync.projects[key].visibility
                    yield directory.PROJECT_SHAPE, record, {"visibility": shown}

    def _of_projects(self, name: str, shape: Shape) -> Iterator[Row]:
        for walk in self._reading.spool.walks(name):
            for page, records in self._reading.pages(walk):
                project = self._sync.projects[page.about["project"]]
                for record in records:
                    more = directory.of_project(record, {"id": project.id, "key": project.key})
                    yield shape, record, more

    def _boards(self) -> Iterator[Row]:
        for record in _each_once(self._sync.boards()):
            yield BOARD_SHAPE, board_with(record, self._configuration(str(record["id"]))), {}

    def _configuration(self, board: str) -> Record | None:
        walk = f"board_configuration/{board}"
        return next(self._reading.records(walk), None) if self._reading.refusal(walk) is None else None

    def _sprints(self) -> Iterator[Row]:
        """The sprints of all boards; one that several boards show, once."""
        shown = (
            record for walk in self._reading.spool.walks("sprints") for record in self._reading.records(walk)
        )
        for record in _each_once(shown):
            yield SPRINT_SHAPE, record, {}

    @cached_property
    def _fields(self) -> SiteFields:
        boards = (self._configuration(str(record["id"])) for record in self._sync.boards())
        return site_fields(self._reading.records("fields"), [each for each in boards if each is not None])

    def _documents(self) -> Iterator[Record | None]:
        """The issues that are in a project that is read; an issue lies in one walk, where it may come twice.

        None stands between those of the first walks and what came later.
        """
        for walk in self._sync.as_they_come("issues"):
            yield from self._documents_of(walk)
        yield None
        for walk in self._sync.came_later("issues"):
            yield from self._documents_of(walk)
        for walk in self._sync.came_later("surplus", "late"):
            for record in _each_once(self._reading.records(walk)):
                if self._standing.project_of(int(record["id"])) is not None:
                    yield record

    def _documents_of(self, walk: str) -> Iterator[Record]:
        for record in _each_once(self._reading.records(walk)):
            # One that was moved out since it was listed is found to be gone by the next sync.
            if _project_key(record) in self._sync.scope:
                yield record

    def _issues(self) -> Iterator[Row | None]:
        shape = issue_shape(self._fields)
        for record in self._documents():
            yield None if record is None else (shape, record, {})

    def _changes(self) -> Iterator[Row | None]:
        for log in self._histories():
            if log is None:
                yield None
                continue
            issue_id, histories = log
            block = history.plain_changes(issue_id, histories)
            if block is not None:
                yield block
                continue
            for change in history.changes_of(issue_id, histories):
                yield history.CHANGE_SHAPE, change, {}

    def _histories(self) -> Iterator[Log | None]:
        """The histories of issues; None stands between those of the first walks and what came later."""
        if self._reading.client.deployment == "server":
            for record in self._documents():
                if record is None:
                    yield None
                    continue
                histories = history.histories_in(record, source=self._reading.client.source)
                yield str(record["id"]), list(_each_once(histories))
            return
        # Not the changes of an issue that was deleted before it was asked for: whether it was, is known of most of them
        # as soon as all have been asked for once.
        given, left = self._sync.given_at_first(), []
        for walk in self._sync.as_they_come("issues_changes"):
            for issue_id, histories in self._logs(walk):
                if int(issue_id) in given:
                    yield issue_id, histories
                elif walk not in left:
                    left.append(walk)
        yield None
        for walk in [*left, *self._sync.came_later("issues_changes", "surplus_changes", "late_changes")]:
            for issue_id, histories in self._logs(walk):
                if int(issue_id) not in given and self._standing.project_of(int(issue_id)) is not None:
                    yield issue_id, histories

    def _logs(self, walk: str) -> Iterator[Log]:
        """The issues of a walk through changelogs with their histories, each once."""
        # The pages of one walk may cut a history list in two, or come twice.
        seen: set[str] = set()
        for log in self._reading.records(walk):
            yield str(log["issueId"]), list(_each_once(log.get("changeHistories") or (), seen=seen))

    def _worklogs(self) -> Iterator[Row]:
        """Changed worklogs on issues that are read, and tombstones of deleted ones."""
        deleted = as_ids(record["worklogId"] for record in self._sync.deleted_worklogs())
        for record in self._sync.worklogs():
            project = self._standing.project_of(int(record["issueId"]))
            if project is not None and not is_among(int(record["id"]), deleted):
                yield WORKLOG_SHAPE, record, {"project_key": project}
        for record in self._sync.deleted_worklogs():
            yield TOMBSTONE_SHAPE, record, {}

    def _availability(self) -> Iterator[Row]:
        for where in self._standing.changed():
            record = control.availability(
                str(where.issue_id),
                issue_key=where.key,
                project_key=where.project,
                availability=where.availability,
            )
            yield control.AVAILABILITY_SHAPE, record, {}

    def _census(self) -> Iterator[Row]:
        for count in self._standing.counts():
            record = control.census(
                count.project,
                project_id=count.project_id,
                visibility=count.visibility,
                issues_in_jira=count.in_jira,
                issues_in_landing=count.in_landing,
                missing=count.missing,
                surplus=count.surplus,
            )
            yield control.CENSUS_SHAPE, record, {}


def _project_key(record: Record) -> str:
    """The key of an issue's project, which some old issues say in their own key alone."""
    project = (record.get("fields") or {}).get("project") or {}
    return str(project.get("key") or str(record.get("key")).rpartition("-")[0])


def _each_once(records: Any, identity: str = "id", seen: set[str] | None = None) -> Iterator[Record]:
    """The records whose identity has not come before."""
    seen = set() if seen is None else seen
    for record in records:
        name = str(record.get(identity))
        if name not in seen:
            seen.add(name)
            yield record
