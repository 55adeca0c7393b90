"""What a finished sync says of the issues landed before: which are there, which are gone and why, project by project.

Here: drawing the conclusions of the census. What was counted and asked for is in `sync` and `census`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from connectors.jira.census import (
    Availability,
    Ids,
    ProjectCount,
    as_ids,
    common,
    is_among,
    is_implausible,
    union,
    why_gone,
    without,
)
from connectors.jira.shapes.issues import REFERENCE_SHAPE
from connectors.jira.shapes.reading import read_row
from connectors.jira.sync import Sync


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an issue is that was landed before. `key` is known of issues that Jira still gives."""

    issue_id: int
    key: str | None
    project: str | None
    availability: Availability


class Standing:
    """The conclusions of one sync.

    Args:
        share: a larger part of a project's issues can't be gone at once, by mistake of Jira or of its account.
        accepted: keys of projects of which they can.
    """

    def __init__(self, sync: Sync, *, share: Decimal, accepted: tuple[str, ...] = ()) -> None:
        self._sync = sync
        self._share = share
        self._accepted = {key.upper() for key in accepted}

    def project_of(self, issue_id: int) -> str | None:
        """The project that an issue is in and that is read; None where it is in none of these."""
        found = self._found.get(issue_id)
        if found is not None:
            return found[1] if found[1] in self._sync.scope else None
        if is_among(issue_id, self._refused):
            return None
        return self._sync.census.project_of(issue_id)

    def changed(self) -> Iterator[Whereabouts]:
        """Issues that are gone since the last sync, and those that are back."""
        for issue_id, availability in self._gone.items():
            key, project = self._found.get(issue_id, (None, self._before(issue_id)))
            yield Whereabouts(issue_id, key, project, availability)
        for issue_id in map(int, self._sync.landed.issues.gone.ids):
            if (project := self.project_of(issue_id)) is not None:
                yield Whereabouts(issue_id, None, project, "present")

    def implausible(self) -> Iterator[str]:
        """A sentence for each project of which more is gone than can be believed."""
        source = self._sync.reading.client.source
        vanished: dict[str, list[int]] = {}
        for issue_id, availability in self._gone.items():
            project = self._before(issue_id)
            if project is not None and availability in ("deleted", "moved_away"):
                vanished.setdefault(project, []).append(issue_id)
        for project, gone in sorted(vanished.items()):
            # A sync that was killed may have landed some of it.
            before = len(union([self._sync.landed.issues.standing.of(project), as_ids(gone)]))
            if project not in self._accepted and is_implausible(len(gone), before, self._share):
                yield (
                    f"{source}, project {project}: {len(gone)} of the {before} issues landed before are in no project "
                    f"that is read any more. Look whether the account still sees them all (issue security, "
                    f"permissions, Jira's search index), and whether the project has another key now: then correct "
                    f"`projects`. If they are deleted or moved, name {project} under accept_disappearance of the site "
                    f"in pmo.yaml for one refresh."
                )

    def counts(self) -> Iterator[ProjectCount]:
        """The census of every project that is read, or has landed issues and was."""
        before = {key for key in self._sync.landed.issues.projects() if self._sync.is_wanted(key)}
        for project in sorted({*self._sync.scope, *before}):
            known, visibility = self._sync.projects.get(project), self._sync.visibility(project)
            landed = self._landed(project)
            in_jira = self._in_jira(project) if visibility == "live" else None
            yield ProjectCount(
                project=project,
                project_id=known.id if known else None,
                visibility=visibility,
                in_jira=None if in_jira is None else len(in_jira),
                in_landing=len(landed),
                missing=None if in_jira is None else len(without(in_jira, landed)),
                surplus=None if in_jira is None else len(without(landed, in_jira)),
            )

    @cached_property
    def _found(self) -> Mapping[int, tuple[str, str]]:
        """Key and project of the issues that only asking by id gave."""
        source = self._sync.reading.client.source
        found = {}
        for name in ("surplus", "late"):
            for record in self._sync.fetched(name):
                row, _ = read_row(REFERENCE_SHAPE, record, source=source)
                found[int(row["issue_id"])] = (row["issue_key"], row["project_key"])
        return found

    @cached_property
    def _gone(self) -> dict[int, Availability]:
        """Why each issue that stood is gone; one that asking by id gave, in a project that is read, is not."""
        gone: dict[int, Availability] = {}
        for issue_id in map(int, self._sync.decided("surplus")):
            found = self._found.get(issue_id)
            if found is None:
                before = self._before(issue_id)
                gone[issue_id] = why_gone(self._sync.visibility(before) if before else None)
            elif found[1] not in self._sync.scope:
                hidden = self._sync.visibility(found[1])
                gone[issue_id] = "moved_away" if hidden == "live" else why_gone(hidden)
        return gone

    @cached_property
    def _given(self) -> Ids:
        return union(as_ids(self._sync.given(name)) for name in ("issues", "surplus", "late"))

    @cached_property
    def _refused(self) -> Ids:
        """Issues that were listed, and gone when they were asked for."""
        return without(as_ids(self._sync.decided("fetch")), self._given)

    def _before(self, issue_id: int) -> str | None:
        return self._sync.landed.issues.project_of(issue_id)

    def _found_in(self, project: str) -> Ids:
        return as_ids(issue_id for issue_id, (_, key) in self._found.items() if key == project)

    def _in_jira(self, project: str) -> Ids:
        """The issues of a project: those listed, but for those that were gone when they were asked for."""
        listed = self._sync.census.of(project)
        return union([without(listed, self._refused), self._found_in(project)])

    def _landed(self, project: str) -> Ids:
        """The issues of a project that are landed when this sync is; of one that is not live, whatever they are."""
        landed, census = self._sync.landed.issues, self._sync.census
        standing = landed.standing.of(project)
        if self._sync.visibility(project) != "live":
            standing = union([standing, landed.gone.of(project)])
            return without(standing, census.in_other_projects(standing, project))
        left = [as_ids(self._gone), census.in_other_projects(standing, project)]
        here = union([census.of(project), self._found_in(project)])
        return union([without(standing, union(left)), common(here, self._given)])
