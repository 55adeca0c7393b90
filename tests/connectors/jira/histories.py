"""What people may do to a small Jira, in any order: the steps of random histories.

A step is a name and two numbers, which choose among what there is at that moment; where there is nothing to choose from
it does nothing. So any list of steps is a history, and a shorter one too.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from demo.jira.model import Issue
from demo.jira.site import Site, demo_site

PROJECTS = ("PAY", "WEB", "DWH")
ISSUES_OF_EACH = 6
T = TypeVar("T")

Step = tuple[str, int, int]


def small_site() -> Site:
    """Three projects of the demo's with six issues each, and all that belongs to these."""
    site = demo_site()
    site.projects = [project for project in site.projects if project.key in PROJECTS]
    kept = {
        issue.id
        for key in PROJECTS
        for issue in [one for one in site.issues.values() if one.project == key][:ISSUES_OF_EACH]
    }
    site.issues = {identity: issue for identity, issue in site.issues.items() if identity in kept}
    site.worklogs = {one.id: one for one in site.worklogs.values() if one.issue in kept}
    site.changes = {identity: changes for identity, changes in site.changes.items() if identity in kept}
    site.comments = {one.id: one for one in site.comments.values() if one.issue in kept}
    site.links = {one.id: one for one in site.links.values() if {one.source, one.target} <= kept}
    site.advance(timedelta(minutes=10))
    return site


def random_round(dice: random.Random, *, steps: int) -> list[Step]:
    """Some steps."""
    names = sorted(STEPS)
    return [(dice.choice(names), dice.randrange(41), dice.randrange(41)) for _ in range(steps)]


def take(site: Site, step: Step) -> None:
    """Lets a step happen."""
    name, one, other = step
    with site.lock:
        STEPS[name](site, one, other)


def _of_issue(change: Callable[[Site, Issue, int], Any]) -> Callable[[Site, int, int], None]:
    def run(site: Site, one: int, other: int) -> None:
        issue = _choose(sorted(site.issues.values(), key=lambda issue: issue.id), one)
        if issue is not None:
            change(site, issue, other)

    return run


def _of_worklog(change: Callable[[Site, int, int], Any]) -> Callable[[Site, int, int], None]:
    def run(site: Site, one: int, other: int) -> None:
        worklog = _choose(sorted(site.worklogs), one)
        if worklog is not None:
            change(site, worklog, other)

    return run


def _choose(things: Sequence[T], number: int) -> T | None:
    return things[number % len(things)] if things else None


def _create(site: Site, one: int, other: int) -> None:
    site.create_issue(_key(site, one), summary=f"created {other}", author="alice")


def _project(name: str) -> Callable[[Site, int, int], None]:
    """One number in five does it, the others undo it: most projects are there."""

    def run(site: Site, one: int, other: int) -> None:
        method = getattr(site, f"{name}_project") if name != "browse" else site.revoke_browse
        method(_key(site, one), other % 5 == 0)

    return run


def _key(site: Site, number: int) -> str:
    return site.projects[number % len(site.projects)].key


def _rename(site: Site, one: int, other: int) -> None:
    former = _key(site, one)
    site.rename_project(former, f"{former[:3]}{len(site.projects[one % len(site.projects)].former_keys)}")


def _sprint(site: Site, issue: Issue, number: int) -> None:
    open_ones = sorted(one.id for one in site.sprints.values() if one.state != "closed")
    sprint = _choose(open_ones, number)
    site.take_from_sprint(issue.id) if sprint is None or number % 3 == 0 else site.put_into_sprint(
        issue.id, sprint
    )


def _close_sprint(site: Site, one: int, other: int) -> None:
    sprint = _choose(sorted(each.id for each in site.sprints.values() if each.state == "active"), one)
    if sprint is not None:
        site.close_sprint(sprint)


STEPS: dict[str, Callable[[Site, int, int], None]] = {
    "create": _create,
    "edit": _of_issue(lambda site, issue, number: site.edit_issue(issue.id, summary=f"edited {number}")),
    "estimate": _of_issue(lambda site, issue, number: site.edit_issue(issue.id, points=float(number % 9))),
    "transition": _of_issue(
        lambda site, issue, number: site.edit_issue(
            issue.id, status=site.statuses[number % len(site.statuses)].name
        )
    ),
    "move": _of_issue(lambda site, issue, number: site.move_issue(issue.id, _key(site, number))),
    "sprint": _of_issue(_sprint),
    "hide": _of_issue(lambda site, issue, _: site.hide_issue(issue.id)),
    "reveal": _of_issue(lambda site, issue, _: site.reveal_issue(issue.id)),
    "delete": _of_issue(lambda site, issue, _: site.delete_issue(issue.id)),
    "comment": _of_issue(lambda site, issue, _: site.add_comment(issue.id, author="alice")),
    "log work": _of_issue(
        lambda site, issue, number: site.log_work(
            issue.id, author="alice", started=site.now, seconds=60 * (number + 1)
        )
    ),
    "edit work": _of_worklog(lambda site, work, number: site.edit_worklog(work, seconds=60 * (number + 1))),
    "delete work": _of_worklog(lambda site, work, _: site.delete_worklog(work)),
    "close a sprint": _close_sprint,
    "archive": _project("archive"),
    "trash": _project("trash"),
    "browse": _project("browse"),
    "rename": _rename,
    "wait": lambda site, one, other: site.advance(timedelta(seconds=7 * one * (other + 1))),
}
