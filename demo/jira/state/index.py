"""The search index, which may be behind: it still shows an issue as it was `lag` ago, while reading by id does not."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from demo.jira.model import Issue
from demo.jira.state.store import Store


class Index(Store):
    """What search goes by."""

    def before_change(self, issue: Issue | None, identity: int = 0) -> None:
        """Keeps what the index shows of an issue until the change that follows is indexed; None for a new issue."""
        if not self.lag:
            return
        shown = None if issue is None else copy.copy(issue)
        self.unindexed.setdefault(issue.id if issue else identity, []).append((self.now, shown))

    def indexed(self, fresh: frozenset[int] = frozenset()) -> Iterator[Issue]:
        """The issues as search sees them; those named in `fresh` as they are."""
        unfindable, _ = self.closed_projects()
        stale = self._stale(fresh) if self.unindexed else {}
        for issue in list(self.issues.values()):
            shown = stale.get(issue.id, issue)
            if shown is not None and issue.security is None and issue.project not in unfindable:
                yield shown

    def _stale(self, fresh: frozenset[int]) -> dict[int, Issue | None]:
        """The earliest kept state of a change that is not indexed yet; what is indexed by now is forgotten."""
        for identity, states in list(self.unindexed.items()):
            states[:] = [state for state in states if state[0] + self.lag > self.now]
            if not states:
                del self.unindexed[identity]
        return {one: states[0][1] for one, states in self.unindexed.items() if one not in fresh}
