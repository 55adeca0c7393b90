"""How an issue goes through statuses and sprints, given the work that was done on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from demo.jira.company import LAST_DAY, pick
from demo.jira.model import Issue, Worklog
from demo.jira.references import Sprint

if TYPE_CHECKING:
    from demo.jira.site import Site

Event = tuple[datetime, str, dict[str, Any]]
"""When, who, and the attributes of the issue as they are from then on."""

_END = datetime.combine(LAST_DAY, datetime.min.time()) + timedelta(hours=18)


def flow(issue: Issue, work: list[Worklog]) -> Iterator[Event]:
    """From To Do to In Progress before the first work, through review, once or twice, to Done with the last."""
    if not work:
        return
    begun = _between(issue.created, work[0].updated, 0.5)
    yield begun, work[0].author, {"status": "In Progress"}
    if issue.resolved is None:
        return
    author = work[-1].author
    if pick(2, "reviewed", issue.key):
        if pick(3, "sent back", issue.key) == 0:
            yield _between(begun, issue.resolved, 0.4), author, {"status": "In Review"}
            yield _between(begun, issue.resolved, 0.6), author, {"status": "In Progress"}
        yield _between(begun, issue.resolved, 0.8), author, {"status": "In Review"}
    done: dict[str, Any] = {"status": "Done", "resolution": issue.resolution, "remaining": issue.remaining}
    if issue.fix_versions and pick(2, "version with the end", issue.key):
        done["fix_versions"] = issue.fix_versions
    yield issue.resolved, author, done


def sprint_events(site: Site, issue: Issue, work: list[Worklog]) -> Iterator[Event]:
    """Into the sprint of the first work, on with every sprint that closes before it is done, some back out.

    What nobody has worked on waits in the backlog or in the sprint to come.
    """
    sprints = _sprints_of(site, issue)
    if not sprints or issue.type == "Epic":
        return
    who = issue.reporter or ""
    if not work:
        if pick(3, "planned", issue.key) == 0:
            yield min(issue.created + timedelta(days=3), _END), who, {"sprints": [sprints[-1].id]}
        return
    first = max(0, sum(1 for sprint in sprints if sprint.start and sprint.start <= work[0].updated) - 1)
    yield _joined(issue, sprints[first], work[0]), who, {"sprints": [sprints[first].id]}
    # Half of what is not done goes back to the backlog two days after its last work; the others go on.
    dropped = issue.resolved is None and pick(2, "dropped", issue.key) == 0
    left = issue.resolved or (min(work[-1].updated + timedelta(days=2), _END) if dropped else None)
    been = [sprints[first].id]
    for before, after in zip(sprints[first:], sprints[first + 1 :], strict=False):
        if before.complete is None or (left and left <= before.complete):
            break
        been = [*been, after.id]
        yield before.complete + timedelta(seconds=2), who, {"sprints": been}
    if dropped and left:
        closed = {sprint.id for sprint in sprints if sprint.complete and sprint.complete <= left}
        yield left, who, {"sprints": [one for one in been if one in closed]}


def _joined(issue: Issue, sprint: Sprint, first: Worklog) -> datetime:
    """The day before the sprint starts; in its midst where the issue was created only then."""
    planned = (sprint.start or issue.created) - timedelta(hours=20)
    return planned if planned > issue.created else _between(issue.created, first.updated, 0.3)


def _sprints_of(site: Site, issue: Issue) -> list[Sprint]:
    boards = {board.id for board in site.boards.values() if board.project == issue.project}
    return [sprint for sprint in site.sprints.values() if sprint.board in boards]


def _between(start: datetime, end: datetime, part: float) -> datetime:
    moment = start + (end - start) * part
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
