"""A parsed query, and the issues it finds in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from demo.jira.jql.words import JqlError
from demo.jira.model import Issue
from demo.jira.site import Site

Test = Callable[[Issue], bool]
SortKey = tuple[Any, ...]

SORTABLE = ("updated", "created", "key", "issuekey", "id")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, like every moment here


@dataclass(frozen=True, slots=True)
class Query:
    """Which issues, and in which order (column, descending). `ids` are all that can be found, where that is known."""

    test: Test
    order: tuple[tuple[str, bool], ...]
    ids: frozenset[int] | None = None

    def run(self, site: Site) -> list[Issue]:
        """Matching issues in order, as they are."""
        return [site.issues[identity] for _, identity in self.find(site)]

    def find(self, site: Site, fresh: frozenset[int] = frozenset()) -> list[tuple[SortKey, int]]:
        """Sort key and id of each matching issue, in order, as the search index has them.

        Args:
            fresh: ids of issues that are found as they are, however late the index is.
        """
        return sorted(
            (self.sort_key(shown), shown.id) for shown in self._candidates(site, fresh) if self.test(shown)
        )

    def sort_key(self, issue: Issue) -> SortKey:
        """Numbers that sort the issue, the last of them its id, so that no two issues are equal."""
        return (*(_sortable(issue, column, descending) for column, descending in self.order), issue.id)

    def _candidates(self, site: Site, fresh: frozenset[int]) -> Iterable[Issue]:
        if self.ids is None or site.unindexed:
            return site.indexed(fresh)
        known = (site.issues[one] for one in self.ids if one in site.issues)
        return (issue for issue in known if site.is_findable(issue))


def order_of(words: list[str]) -> tuple[tuple[str, bool], ...]:
    """The columns after `order by`.

    Raises:
        JqlError: one cannot be sorted by, or there are more than seven.
    """
    columns: list[tuple[str, bool]] = []
    for part in " ".join(words).split(","):
        column, _, direction = part.strip().partition(" ")
        if column not in SORTABLE or direction not in ("", "asc", "desc"):
            raise JqlError(f"Not able to sort using field '{part.strip()}'.")
        columns.append((column, direction == "desc"))
    if len(columns) > 7:
        raise JqlError("The maximum number of fields to sort by is 7.")
    return tuple(columns)


def _sortable(issue: Issue, column: str, descending: bool) -> int:
    if column in ("updated", "created"):
        number = (getattr(issue, column) - _EPOCH) // timedelta(milliseconds=1)
    elif column == "id":
        number = issue.id
    else:
        project, _, count = issue.key.rpartition("-")
        number = int.from_bytes(project.ljust(10).encode()[:10], "big") * 1_000_000_000 + int(count)
    return -int(number) if descending else int(number)
