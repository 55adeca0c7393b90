"""One sync of one site: everything that is asked, in the order in which one answer depends on another.

    catalogue    fields, statuses, …; users; projects; boards; the feeds of worklogs
    enumeration  per project the ids of all issues, and of those updated; versions, components; per board its sprints
    fetching     the issues that are new or changed, their changelogs, the worklogs
    leftovers    issues landed before that no project has any more; issues that came into being meanwhile

Every answer is kept in the spool, and so is every decision that depends on what was landed when the sync began: killed
anywhere and begun again, it asks for the rest. Rows are made of it afterwards, in `connectors.jira.rows_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from threading import Lock
from typing import Any

import numpy as np

from connectors.errors import AccessDenied, NotThere, RequestRefused, SchemaChanged
from connectors.jira.census import (
    NO_IDS,
    Ids,
    LandedIssues,
    Roll,
    Visibility,
    as_ids,
    is_among,
    union,
    without,
)
from connectors.jira.cursors import window_start
from connectors.jira.moments import parse_moment, to_cursor
from connectors.jira.paging import Record
from connectors.jira.queries import issue_ids, issues
from connectors.jira.reading import Reading, Walk

PLAN_VERSION = 2
CATALOGUE = ("statuses", "priorities", "resolutions", "issue_types", "link_types", "users")
FEEDS = ("worklogs_updated", "worklogs_deleted")
VISIBILITIES: tuple[Visibility, ...] = ("live", "archived", "deleted")
REFUSALS = (AccessDenied, NotThere, RequestRefused)
HIDDEN = (AccessDenied, RequestRefused)
"""What a list of issues answers for a project that the account may not browse; NotThere is about the list itself."""
ATTEMPTS = 3
"""How often issues are asked for again that Jira says it can't give just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What is landed of a site: how far the cursors reach, and which issues stand.

    `worklogs` gives, on demand, the ids of the landed worklogs, and those of their issues.
    """

    cursors: Mapping[str, str | None]
    issues: LandedIssues
    worklogs: Callable[[], tuple[Ids, Ids]] = lambda: (NO_IDS, NO_IDS)


@dataclass(frozen=True, slots=True)
class Project:
    """A project that the account sees, or saw."""

    id: str
    key: str
    visibility: Visibility


class Sync:
    """Reads one site into its spool; `reading.spool` then holds the whole of it.

    Args:
        only_updated: leave issues alone that are in no list of updated ones, landed or not.

    Attributes:
        clock: naive UTC, Jira's own clock when the sync began.
    """

    def __init__(self, reading: Reading, landed: Landed, *, only_updated: bool = False) -> None:
        self.reading = reading
        self.landed = landed
        self._only_updated = only_updated
        self._fetching: list[str] = []
        self._is_finished = False
        self._feeds_ended = Lock()
        self._worklogs_started = False
        plan = self._resumed() or self._begun()
        self.clock = _moment(plan["clock"])
        self._since: Mapping[str, int] = plan["since"]

    def run(self) -> Sync:
        """Asks for everything that the spool does not have; returns itself.

        Raises:
            SourceUnreachable, AuthenticationFailed, RequestRefused, SchemaChanged: what was read so far stays.
        """
        self.begin()
        self.finish()
        return self

    def begin(self) -> None:
        """Asks until it is known which issues to fetch, and goes on fetching them in other threads."""
        roster = self.reading.start(self._roster())
        # Service and business projects alone have no boards; what boards show is asked for when they are known.
        boards = Walk(name="boards", endpoint="boards", accepts=REFUSALS)
        self.reading.start([boards], then=self._start_configurations)
        self.reading.start(self._feeds(), then=self._start_worklogs)
        self.reading.start(self._catalogue("fields"))
        self.reading.wait_for(roster)
        self.reading.wait_for(self.reading.start(self._lists()))
        self._check_scope()
        self._fetching = self.reading.start(
            self._issues("issues", self._decided("fetch", self._to_fetch)), noun="pages"
        )
        # What no issue needs to become a row comes last.
        self.reading.start(self._catalogue(*CATALOGUE))
        self.reading.start(self._of_projects())
        self.reading.wait_for(["fields", "boards"])
        self.reading.start(self._sprints())
        self.reading.wait_for(f"board_configuration/{board['id']}" for board in self.boards())

    def _check_scope(self) -> None:
        """Raises RequestRefused when no project at all can be listed: then it is not about projects."""
        refused = [key for key in self.scope if self.reading.refusal(f"census/{key}")]
        if refused and refused == self.scope and len(refused) > 1:
            raise RequestRefused(
                f"{self.reading.client.source}: the issues of none of the {len(refused)} projects can be listed.",
                mend="Look whether the account may browse projects, and run python -m connectors.jira to see.",
            )

    def finish(self) -> None:
        """Waits for what is under way, and asks for what only then is known to be missing; once."""
        if self._is_finished:
            return
        self.reading.finish()
        self._ask_again("issues")
        for name, decide in (("surplus", self._surplus), ("late", self._late)):
            self.reading.each(self._issues(name, self._decided(name, decide)))
            self._ask_again(name)
        self.reading.each(self._unsaid(), noun="worklogs of issues")
        self.reading.close()
        self._is_finished = True

    def as_they_come(self, name: str) -> Iterator[str]:
        """The walks of `issues` or `issues_changes` that were started first, each when it is whole."""
        for walk in self._fetching:
            if walk.startswith(f"{name}/"):
                self.reading.wait_for([walk])
                yield walk

    def came_later(self, *names: str) -> Iterator[str]:
        """The other walks of these groups, when the sync is finished."""
        self.finish()
        started = set(self._fetching)
        yield from (walk for name in names for walk in self.reading.spool.walks(name) if walk not in started)

    def since(self, name: str) -> int:
        """Milliseconds since 1970 from which an object was read."""
        return self._since[name]

    @cached_property
    def projects(self) -> dict[str, Project]:
        """Every project that the account sees, by key.

        Raises RequestRefused when a configured one is not among them and has no landed issue either.
        """
        found: dict[str, Project] = {}
        for visibility in reversed(VISIBILITIES):
            for record in self.reading.records(f"projects/{visibility}"):
                seen: Visibility = "archived" if record.get("archived") is True else visibility
                found[str(record["key"])] = Project(str(record["id"]), str(record["key"]), seen)
        wanted = self._wanted
        if missing := sorted(wanted - found.keys() - set(self.landed.issues.known_projects())):
            raise RequestRefused(
                f"{self.reading.client.source}: the account sees no project {', '.join(missing)}.",
                mend=f"It sees {', '.join(sorted(found)) or 'none'}: correct `projects`, or let it browse them.",
            )
        return found

    @cached_property
    def _wanted(self) -> set[str]:
        return {key.upper() for key in self.reading.client.site.projects}

    @cached_property
    def scope(self) -> list[str]:
        """The keys of the live projects that are read."""
        return sorted(
            key
            for key, project in self.projects.items()
            if project.visibility == "live" and self.is_wanted(key)
        )

    def is_wanted(self, project: str) -> bool:
        """Whether a project is configured to be read, seen or not."""
        return not self._wanted or project in self._wanted

    @cached_property
    def census(self) -> Roll:
        """The ids of the issues of every project that could be asked."""
        return Roll.of_projects(
            {
                # An issue that came between the two lists is in the second alone.
                project: union([self._listed(f"census/{project}"), self._listed(f"updated/{project}")])
                for project in self.scope
                if self.reading.refusal(f"census/{project}") is None
            }
        )

    def visibility(self, project: str) -> Visibility:
        """What a project is to the account now."""
        known = self.projects.get(project)
        refused = self.reading.refusal(f"census/{project}") is not None
        return "access_lost" if known is None or refused else known.visibility

    def boards(self) -> list[Record]:
        """The boards that the account sees."""
        return [] if self.reading.refusal("boards") else list(self.reading.records("boards"))

    def _resumed(self) -> dict[str, Any] | None:
        """The plan of an unfinished sync of the same projects; its cursors stand, whatever was landed of it."""
        plan = self.reading.spool.plan()
        if plan is None:
            return None
        asked = {**self._new_plan(), "clock": plan.get("clock"), "since": plan.get("since")}
        return plan if plan == asked else None

    def _begun(self) -> dict[str, Any]:
        plan = self._new_plan()
        self.reading.spool.begin(plan)
        return plan

    def _new_plan(self) -> dict[str, Any]:
        client = self.reading.client
        try:
            since = {
                name: window_start(self.landed.cursors.get(name), client.site.projects)
                for name in ("issues", "worklogs")
            }
        except ValueError as error:
            mend = "Correct it in the manifest it comes from, or leave it out to read everything again."
            raise RequestRefused(f"{client.source}: {error}.", mend=mend) from None
        return {
            "version": PLAN_VERSION,
            "url": client.site.url,
            "projects": sorted(client.site.projects),
            "deployment": client.deployment,
            "only_updated": self._only_updated,
            "since": since,
            "clock": to_cursor(client.server_time),
        }

    def _roster(self) -> Iterator[Walk]:
        if self.reading.client.deployment == "server":
            yield Walk(name="projects/live", endpoint="projects")
            return
        for visibility in VISIBILITIES:
            yield Walk(
                name=f"projects/{visibility}",
                endpoint="projects",
                parameters={"status": visibility},
                accepts=() if visibility == "live" else REFUSALS,
            )

    def _feeds(self) -> Iterator[Walk]:
        for feed in FEEDS:
            yield Walk(name=feed, endpoint=feed, parameters={"since": self._since["worklogs"]})

    def _catalogue(self, *names: str) -> Iterator[Walk]:
        for name in names:
            # An account may read every issue and still not the list of people.
            yield Walk(name=name, endpoint=name, accepts=REFUSALS if name == "users" else ())

    def _lists(self) -> Iterator[Walk]:
        """The ids of every project's issues, and of those updated."""
        for project in self.scope:
            yield Walk(
                name=f"census/{project}",
                endpoint="issue_ids",
                parameters=issue_ids([project]),
                accepts=HIDDEN,
            )
            if self._since["issues"]:
                yield Walk(
                    name=f"updated/{project}",
                    endpoint="issue_ids",
                    parameters=issue_ids([project], self._since["issues"]),
                    accepts=HIDDEN,
                )

    def _of_projects(self) -> Iterator[Walk]:
        for project in self.scope:
            for name in ("versions", "components"):
                yield Walk(
                    name=f"{name}/{project}",
                    endpoint=name,
                    parameters={"project": project},
                    about={"project": project},
                    accepts=REFUSALS,
                )

    def _start_configurations(self) -> None:
        """Which field holds the estimate is said by boards: without it no issue becomes a row."""
        self.reading.start(
            Walk(
                name=f"board_configuration/{board['id']}",
                endpoint="board_configuration",
                parameters={"board": str(board["id"])},
                accepts=REFUSALS,
            )
            for board in self.boards()
        )

    def _sprints(self) -> Iterator[Walk]:
        for board in self.boards():
            if board.get("type") != "kanban":
                # A board of a team-managed project has sprints or has not; only asking tells.
                yield Walk(
                    name=f"sprints/{board['id']}",
                    endpoint="sprints",
                    parameters={"board": str(board["id"])},
                    accepts=REFUSALS,
                )

    def decided(self, name: str) -> list[str]:
        """The ids of `fetch`, `surplus` or `late`, as they were decided."""
        return list(self.reading.spool.noted(name) or ())

    def _decided(self, name: str, decide: Callable[[], Iterable[int]]) -> list[str]:
        """A list of ids that is decided once for the whole sync, whatever is landed meanwhile."""
        if self.reading.spool.noted(name) is None:
            self.reading.spool.note(name, [str(identity) for identity in decide()])
        return self.decided(name)

    def _to_fetch(self) -> Iterable[int]:
        """Every issue the first time; then those updated, and those that are not landed under their project."""
        if not self._since["issues"]:
            return map(int, self.census.ids)
        missing = [] if self._only_updated else [self.census.moved(self.landed.issues.standing)]
        return map(int, union([*missing, *map(self._updated, self.scope)]))

    def _listed(self, walk: str) -> Ids:
        return as_ids(str(record["id"]) for record in self.reading.records(walk))

    def _updated(self, project: str) -> Ids:
        """The ids of a project's updated issues; all of them where Jira did not say which."""
        if self.reading.refusal(f"updated/{project}"):
            return self.census.of(project)
        return self._listed(f"updated/{project}")

    def _surplus(self) -> Iterable[int]:
        """Ids that stand in landing and were found in no project: moved out, hidden, archived or deleted."""
        standing = self.landed.issues.standing
        wanted = [standing.of(key) for key in self.landed.issues.projects() if self.is_wanted(key)]
        return map(int, without(union(wanted), union([self.census.ids, as_ids(self.given("issues"))])))

    def _late(self) -> Iterable[int]:
        """Issues with worklogs in the feed that no list had: they came into being since, or are none of ours."""
        landed = self.landed.issues
        known = union([self.census.ids, landed.standing.ids, landed.gone.ids])
        named = as_ids(self._remembered("worklogs", "issues"))
        return [int(each) for each in without(named, known)]

    def _issues(self, name: str, identities: Sequence[str]) -> Iterator[Walk]:
        """Issues by id with their changelogs, in chunks that depend on nothing but the list."""
        deployment = self.reading.client.deployment
        most = self.reading.client.endpoint("issues").most_ids
        for number, chunk in enumerate(batched(identities, most)):
            yield self._chunk(f"{name}/{number:06d}", chunk)
        if deployment == "cloud":
            most = self.reading.client.endpoint("changes").most_ids
            for number, chunk in enumerate(batched(identities, most)):
                yield Walk(
                    name=f"{name}_changes/{number:06d}",
                    endpoint="changes",
                    parameters={"issueIdsOrKeys": list(chunk)},
                    summary=partial(self._check_asked, frozenset(chunk)),
                )

    def _chunk(self, name: str, identities: Sequence[str]) -> Walk:
        parameters = issues(self.reading.client.deployment, identities)
        return Walk(name=name, endpoint="issues", parameters=parameters, summary=_summary)

    def _check_asked(self, chunk: frozenset[str], content: Any, records: Sequence[Record]) -> dict[str, Any]:
        """Raises SchemaChanged for an answer to another question: issues without changes are simply not in it."""
        del content
        if others := sorted({str(record.get("issueId")) for record in records} - chunk):
            raise SchemaChanged(
                f"{self.reading.client.source}: changelog/bulkfetch gives issues that were not asked for, "
                f"{', '.join(others[:3])} among them.",
                mend="Nothing of it was landed. Run it again; if it stays so, look for a proxy that keeps answers.",
            )
        return {}

    def _ask_again(self, name: str) -> None:
        """Asks again for the issues that Jira could not give for a moment.

        Raises RequestRefused when it still can't; one that is not named any more is gone.
        """
        refused = sorted(set(self._remembered(name, "errors")) - set(self._remembered(name, "ids")))
        most = self.reading.client.endpoint("issues").most_ids
        for attempt in range(1, ATTEMPTS + 1):
            if not refused:
                return
            self.reading.client.rest(attempt)
            chunks = enumerate(batched([str(each) for each in refused], most))
            walks = [self._chunk(f"{name}/again-{attempt}-{number:06d}", chunk) for number, chunk in chunks]
            self.reading.each(walks)
            pages = [self.reading.spool.last(walk.name) for walk in walks]
            refused = [each for page in pages if page for each in page.about.get("errors", ())]
        if refused:
            raise RequestRefused(
                f"{self.reading.client.source}: {len(refused)} issues could not be given in {ATTEMPTS} attempts, "
                f"{', '.join(map(str, refused[:3]))} among them.",
                mend="Look at them in Jira, then run the refresh again.",
            )

    def _remembered(self, name: str, word: str) -> Iterator[int]:
        """What was kept about the pages of a group: the `ids` given, the `errors`, those `with_work`."""
        for walk in self.reading.spool.walks(name):
            for page in self.reading.spool.pages(walk):
                yield from page.about.get(word, ())

    def given(self, name: str) -> Iterator[int]:
        """The ids of the issues that were given among `issues`, `surplus` or `late`."""
        return self._remembered(name, "ids")

    def given_at_first(self) -> set[int]:
        """The ids of the issues that were given when all that are to be fetched had been asked for once."""
        self.reading.wait_for(walk for walk in self._fetching if walk.startswith("issues/"))
        return set(self.given("issues"))

    def fetched(self, name: str) -> Iterator[Record]:
        """The issue documents of `issues`, `surplus` or `late`."""
        for walk in self.reading.spool.walks(name):
            yield from self.reading.records(walk)

    def _start_worklogs(self) -> None:
        """Asks for the worklogs as soon as both feeds have ended: their pages can only follow each other."""
        with self._feeds_ended:
            if self._worklogs_started or not all(map(self.reading.is_whole, FEEDS)):
                return
            self._worklogs_started = True
        self.reading.start(self._worklogs())

    def _worklogs(self) -> Iterator[Walk]:
        most = self.reading.client.endpoint("worklogs").most_ids
        for number, chunk in enumerate(batched(self._changed_worklogs.tolist(), most)):
            yield Walk(
                name=f"worklogs/{number:06d}",
                endpoint="worklogs",
                parameters={"ids": chunk},
                summary=_issues_of_worklogs,
            )

    @cached_property
    def _changed_worklogs(self) -> Ids:
        """The worklogs that the feed has and that are not deleted."""
        feeds = [as_ids(record["worklogId"] for record in self.reading.records(feed)) for feed in FEEDS]
        return without(*feeds)

    def worklogs(self) -> Iterator[Record]:
        """The worklogs that changed, each once."""
        for walk in self.reading.spool.walks("worklogs"):
            yield from self.reading.records(walk)
        for walk in self.reading.spool.walks("worklogs_of_issue"):
            seen: set[int] = set()
            for record in self.reading.records(walk):
                identity = int(record["id"])
                if identity not in seen and not is_among(identity, self._changed_worklogs):
                    seen.add(identity)
                    yield record

    def deleted_worklogs(self) -> Iterator[Record]:
        """What the feed of deletions says, each worklog once; with those that it could not say."""
        told: dict[int, Record] = {}
        for record in self.reading.records("worklogs_deleted"):
            told[int(record["worklogId"])] = record
        yield from (told[identity] for identity in sorted(told))
        for walk in self.reading.spool.walks("worklogs_standing"):
            for page in self.reading.spool.pages(walk):
                given = {int(record["id"]) for record in page.answer()}
                for identity in page.about["ids"]:
                    if identity not in given and identity not in told:
                        yield {"worklogId": identity, "updatedTime": page.about["moment"]}

    def _unsaid(self) -> Iterator[Walk]:
        """The worklogs that the feeds do not give.

        A feed goes by moments: of more than a page of worklogs with one moment it gives a page. Those updated are
        asked for by their issues, of those deleted it is asked which of the landed ones are still there. And a feed
        starts at the cursor: the worklogs of an issue that came into sight since may be older.
        """
        crowded = self._crowded("worklogs_updated")
        groups = ("issues", "surplus", "late")
        for identity in dict.fromkeys(
            each for name in groups for each in self._remembered(name, "with_work")
        ):
            if crowded or self._came_into_sight(identity):
                yield Walk(
                    name=f"worklogs_of_issue/{identity}",
                    endpoint="worklogs_of_issue",
                    parameters={"issue": str(identity)},
                    accepts=(NotThere,),
                )
        if moments := self._crowded("worklogs_deleted"):
            standing = self._decided("worklogs_standing", self._standing_worklogs)
            most = self.reading.client.endpoint("worklogs").most_ids
            for number, chunk in enumerate(batched([int(each) for each in standing], most)):
                yield Walk(
                    name=f"worklogs_standing/{number:06d}",
                    endpoint="worklogs",
                    parameters={"ids": chunk},
                    about={"ids": chunk, "moment": max(moments)},
                )

    def _standing_worklogs(self) -> Iterable[int]:
        """The landed worklogs whose issue is there: of another, a missing worklog tells nothing."""
        ids, issue_ids = self.landed.worklogs()
        return map(int, ids[np.isin(issue_ids, self.census.ids)])

    def _came_into_sight(self, identity: int) -> bool:
        """Whether an issue did not stand in a project that is read, though worklogs were read before."""
        before = self.landed.issues.standing.project_of(identity)
        return bool(self._since["worklogs"]) and (before is None or not self.is_wanted(before))

    def _crowded(self, feed: str) -> list[int]:
        """The moments of which a feed gave a whole page and could not give the rest."""
        last = self.reading.spool.last(feed)
        position = (last.following or last.position) if last else {}
        return list(position.get("crowded", ()))


def _summary(content: Any, records: Sequence[Record]) -> dict[str, Any]:
    """Which issues an answer gives, which it can't give just now, and which of those given may have worklogs."""
    errors = content.get("issueErrors") if isinstance(content, dict) else None
    with_work = [
        int(record["id"])
        for record in records
        if ((record.get("fields") or {}).get("worklog") or {}).get("total") != 0
    ]
    return {
        "ids": [int(record["id"]) for record in records],
        "errors": [int(error["id"]) for error in errors or () if str(error.get("id")).isdigit()],
        "with_work": with_work,
    }


def _issues_of_worklogs(content: Any, records: Sequence[Record]) -> dict[str, Any]:
    """Which issues an answer has worklogs of."""
    del content
    return {"issues": sorted({int(record["issueId"]) for record in records})}


def batched(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items in lists of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _moment(text: str) -> datetime:
    moment = parse_moment(text)
    if moment is None:
        raise ValueError(f"{text!r} is no moment")
    return moment
