"""Finds issues by JQL, and keeps what a query found for as long as nothing changes, so that a page costs a page."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from typing import Any

from demo.jira.jql import SortKey, parse
from demo.jira.site import Site

KEPT = 32
Found = tuple[list[SortKey], list[int]]


class Searches:
    """The searches of one site."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Found] = OrderedDict()

    def find(
        self,
        site: Site,
        jql: str,
        timezone: str,
        *,
        lenient: bool = False,
        fresh: frozenset[int] = frozenset(),
    ) -> Found:
        """Sort keys and ids of the issues that match, in order.

        Raises:
            JqlError: Jira would answer 400.
        """
        query = parse(jql, site=site, timezone=timezone, lenient=lenient)
        about = (id(site), site.revision(), site.now, site.lag, jql, timezone, lenient, fresh)
        if about not in self._kept:
            found = query.find(site, fresh)
            self._kept[about] = ([key for key, _ in found], [identity for _, identity in found])
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[about]


def position_after(found: Found, key: SortKey | None) -> int:
    """Where what comes after a sort key begins."""
    return bisect_right(found[0], key) if key else 0
