"""Comparing the issues that Jira has with those that are landed: what to fetch, what is gone, what to believe.

Here: sets of ids, and nothing that asks Jira. An id outlives every key: a moved issue has another key, a renamed
project has other keys throughout, so only ids are compared. Ids are 64-bit numbers, a dozen bytes an issue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Availability = Literal["present", "deleted", "trashed", "archived", "moved_away", "access_lost"]
Visibility = Literal["live", "archived", "deleted", "access_lost"]

NO_IDS: Ids = np.empty(0, np.int64)
FEWEST_VANISHED = 10
"""From so many vanished issues of one project on, a large share of them is not believed."""


@dataclass(frozen=True, slots=True)
class Roll:
    """Issues by project: ids in ascending order, each once, and for each the place of its project in `names`."""

    ids: Ids
    codes: NDArray[np.int32]
    names: Sequence[str]

    @classmethod
    def of_projects(cls, ids: Mapping[str, Ids]) -> Roll:
        """The roll of several projects; of an id that two of them list, the later project counts."""
        names = list(ids)
        everything = np.concatenate([NO_IDS, *ids.values()])
        codes = np.repeat(np.arange(len(names), dtype=np.int32), [len(each) for each in ids.values()])
        order = np.lexsort((-codes, everything))
        unique, first = np.unique(everything[order], return_index=True)
        return cls(unique, codes[order][first].astype(np.int32), names)

    def projects(self) -> Iterator[str]:
        """The projects that have an id."""
        present = set(np.unique(self.codes))
        return (name for code, name in enumerate(self.names) if code in present)

    def of(self, project: str) -> Ids:
        """The ids of a project; none of one that is not on the roll."""
        if project not in self.names:
            return NO_IDS
        found: Ids = self.ids[self.codes == self.names.index(project)]
        return found

    def project_of(self, identity: int) -> str | None:
        """The project of an id; None where it is not on the roll."""
        place = int(np.searchsorted(self.ids, identity))
        is_known = place < len(self.ids) and self.ids[place] == identity
        return self.names[self.codes[place]] if is_known else None

    def in_other_projects(self, ids: Ids, project: str) -> Ids:
        """Those of `ids` that the roll has under another project."""
        on_roll = common(ids, self.ids)
        places = np.searchsorted(self.ids, on_roll)
        own = self.names.index(project) if project in self.names else -1
        found: Ids = on_roll[self.codes[places] != own]
        return found

    def moved(self, other: Roll) -> Ids:
        """The ids that another roll does not have, or has under another project."""
        shared = common(self.ids, other.ids)
        mine, theirs = np.searchsorted(self.ids, shared), np.searchsorted(other.ids, shared)
        translated = np.array([_index(self.names, name) for name in other.names], np.int32)
        elsewhere = (
            self.codes[mine] != translated[other.codes[theirs]] if len(shared) else shared.astype(bool)
        )
        return union([without(self.ids, other.ids), shared[elsewhere]])


@dataclass(frozen=True, slots=True)
class LandedIssues:
    """The issues of one site as they are landed: those that stand, and those known to be deleted or out of reach."""

    standing: Roll
    gone: Roll

    @classmethod
    def none(cls) -> LandedIssues:
        """Nothing is landed yet."""
        return cls(Roll.of_projects({}), Roll.of_projects({}))

    def project_of(self, identity: int) -> str | None:
        """The project under which an id is landed; None for an id that is not."""
        return self.standing.project_of(identity) or self.gone.project_of(identity)

    def projects(self) -> Iterator[str]:
        """The projects that have an issue that stands."""
        return self.standing.projects()

    def known_projects(self) -> Iterator[str]:
        """The projects that have an issue, gone or not."""
        yield from self.standing.projects()
        yield from self.gone.projects()


@dataclass(frozen=True, slots=True)
class ProjectCount:
    """The census of one project: issues in Jira, issues landed, and how far the two differ.

    What can't be counted, because the project is archived, deleted or out of reach, is None.
    """

    project: str
    project_id: str | None
    visibility: Visibility
    in_jira: int | None
    in_landing: int
    missing: int | None
    surplus: int | None


def union(arrays: Iterable[Ids]) -> Ids:
    """The distinct ids of several arrays, sorted."""
    return np.unique(np.concatenate([NO_IDS, *arrays]))


def without(ids: Ids, others: Ids) -> Ids:
    """The ids that are not among the others, sorted."""
    return np.setdiff1d(ids, others)


def common(ids: Ids, others: Ids) -> Ids:
    """The ids that are among the others, sorted."""
    return np.intersect1d(ids, others)


def as_ids(values: Iterable[str | int]) -> Ids:
    """Ids as Jira writes them or as numbers, sorted and each once."""
    return np.unique(np.fromiter((int(value) for value in values), np.int64))


def is_among(identity: int, ids: Ids) -> bool:
    """Whether sorted ids have one."""
    place = int(np.searchsorted(ids, identity))
    return place < len(ids) and bool(ids[place] == identity)


def is_implausible(vanished: int, before: int, share: Decimal) -> bool:
    """Whether so many of a project's issues can't have been deleted since the last reading."""
    return vanished >= FEWEST_VANISHED and before > 0 and Decimal(vanished) / before > share


def why_gone(visibility: Visibility | None) -> Availability:
    """What became of an issue that Jira does not give any more, by what its project is now (None: not in the list)."""
    reasons: dict[Visibility | None, Availability] = {
        "live": "deleted",
        "archived": "archived",
        "deleted": "trashed",
        "access_lost": "access_lost",
        None: "access_lost",
    }
    return reasons[visibility]


def _index(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else -1
