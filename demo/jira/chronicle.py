"""How the demo company's issues came to be as they are: histories, sprint by sprint, made by arithmetic.

What an issue is in the end, and all its work, stands in `demo.jira.company`; every history told here leads there.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from demo.jira.company import LAST_DAY, pick
from demo.jira.model import Change, Comment, Issue, Item, Link, Worklog
from demo.jira.progress import Event, flow, sprint_events
from demo.jira.state.items import items_of

if TYPE_CHECKING:
    from demo.jira.site import Site

_END = datetime.combine(LAST_DAY, datetime.min.time()) + timedelta(hours=18)
_LINKS = (("PAY-5", "Blocks", "PAY-9"), ("PAY-11", "Relates", "WEB-8"), ("PAY-14", "Blocks", "PAY-20"),
          ("PAY-23", "Duplicate", "PAY-12"), ("WEB-6", "Blocks", "WEB-10"), ("WEB-12", "Relates", "DWH-7"),
          ("WEB-15", "Blocks", "PAY-18"), ("DWH-4", "Blocks", "DWH-9"), ("DWH-12", "Relates", "DWH-13"),
          ("OPS-3", "Relates", "OPS-7"), ("OPS-5", "Blocks", "WEB-20"))  # fmt: skip
_SAID = (
    "Is this still needed?",
    "Agreed with the business.\r\nSee the notes.",
    "Waiting for access.",
    "Ready to test.",
)
_FLAGGED = ("PAY-8", "WEB-9", "DWH-6")


def tell(site: Site) -> None:
    """Gives every issue its histories, its place in sprints, versions and components, links and comments."""
    told: list[tuple[datetime, int, str, list[Item]]] = []
    for issue in site.issues.values():
        _place(site, issue)
        told += _told(site, issue)
    told += _linked(site)
    told.sort(key=lambda one: one[:2])
    for number, (at, identity, author, items) in enumerate(told, 50_001):
        site.changes.setdefault(identity, []).append(Change(number, identity, author, at, items))
        site.issues[identity].updated = max(site.issues[identity].updated, at)
    _talk(site)
    site.last_id = max(*site.issues, *site.worklogs, 20_000)


def _place(site: Site, issue: Issue) -> None:
    components = [one.id for one in site.components.values() if one.project == issue.project]
    if issue.type != "Epic":
        issue.components = [components[pick(len(components), "component", issue.key)]]
        if pick(3, "start", issue.key) == 0:
            issue.start = issue.created.date() + timedelta(days=7)
    issue.flagged = issue.key in _FLAGGED and issue.status != "Done"
    versions = [one for one in site.versions.values() if one.project == issue.project]
    if versions and issue.type == "Bug":
        issue.affects_versions = [versions[0].id]
    if versions and issue.type != "Epic" and pick(2, "version", issue.key):
        released = (
            v for v in versions if v.release and issue.resolved and issue.resolved.date() <= v.release
        )
        issue.fix_versions = [next(released, versions[-1]).id]


def _told(site: Site, issue: Issue) -> list[tuple[datetime, int, str, list[Item]]]:
    """The issue's histories: its events in order, each as the difference it makes."""
    work = sorted(site.work_on(issue), key=lambda log: log.updated)
    events = [*_refined(issue), *_worked(issue, work), *flow(issue, work), *sprint_events(site, issue, work)]
    events.sort(key=lambda event: event[0])
    then, spent = copy.copy(issue), 0
    for name, value in _beginning(issue, {name for _, _, changes in events for name in changes}).items():
        setattr(then, name, value)
    told = []
    for at, author, changes in events:
        items = items_of(site, then, {name: value for name, value in changes.items() if name != "seconds"})
        if "seconds" in changes:
            more = spent + changes.pop("seconds")
            items.append(_time_item(spent, more))
            spent = more
        for name, value in changes.items():
            setattr(then, name, value)
        if items:
            told.append((at, issue.id, author, items))
    issue.sprints = then.sprints
    return told


def _beginning(issue: Issue, changed: set[str]) -> dict[str, Any]:
    """What the attributes that change later were when the issue was created."""
    begun: dict[str, Any] = {
        "assignee": None,
        "due": issue.due and issue.due - timedelta(days=14),
        "fix_versions": [],
        "flagged": False,
        "points": None,
        "priority": "Medium",
        "remaining": issue.estimate,
        "resolution": None,
        "sprints": [],
        "status": "To Do",
        "summary": f"{issue.summary} (draft)",
    }
    return {name: value for name, value in begun.items() if name in changed}


def _refined(issue: Issue) -> Iterator[Event]:
    """What was still open when the issue was created: who, how much, until when."""
    soon = issue.created + timedelta(minutes=30 + pick(200, "soon", issue.key))
    if issue.assignee and pick(3, "assigned later", issue.key):
        yield soon, issue.reporter or issue.assignee, {"assignee": issue.assignee}
    if issue.points is not None and pick(2, "estimated", issue.key):
        if pick(4, "estimated twice", issue.key) == 0:
            yield soon + timedelta(minutes=1), issue.reporter or "", {"points": issue.points + 3}
        yield _before_end(soon + timedelta(days=2)), issue.reporter or "", {"points": issue.points}
    if issue.due and pick(5, "put off", issue.key) == 0:
        yield _before_end(soon + timedelta(days=9)), issue.reporter or "", {"due": issue.due}
    if pick(9, "drafted", issue.key) == 0:
        yield soon, issue.reporter or "", {"summary": issue.summary}
    if issue.priority == "Highest":
        yield _before_end(soon + timedelta(days=1)), issue.reporter or "", {"priority": issue.priority}


def _worked(issue: Issue, work: list[Worklog]) -> Iterator[Event]:
    """Each worklog spends time, and of what is estimated less remains."""
    spent = 0
    for log in work:
        spent += log.seconds
        left = {} if issue.estimate is None else {"remaining": max(0, issue.estimate - spent)}
        yield log.updated, log.author, {**left, "seconds": log.seconds}
    if issue.flagged:
        yield _before_end(issue.updated + timedelta(hours=3)), issue.reporter or "", {"flagged": True}


def _linked(site: Site) -> Iterator[tuple[datetime, int, str, list[Item]]]:
    for number, (source_key, kind, target_key) in enumerate(_LINKS, 20_001):
        source, target = site.known(source_key), site.known(target_key)
        link_type = next(one for one in site.link_types if one.name == kind)
        site.links[number] = Link(number, kind, source.id, target.id)
        at = _before_end(max(source.created, target.created) + timedelta(hours=1))
        for issue, other, words in ((source, target, "outward"), (target, source, "inward")):
            text = f"This issue {link_type.more[words]} {other.key}"
            yield at, issue.id, source.reporter or "", [Item("Link", None, None, None, other.key, text)]


def _talk(site: Site) -> None:
    """One to four comments on every third issue, spread over its life."""
    for issue in site.issues.values():
        life = issue.updated - issue.created
        for number in range(
            1 + pick(4, "comments", issue.key) if pick(3, "talked of", issue.key) == 0 else 0
        ):
            at = issue.created + life * (number + 1) / 6
            at = at.replace(microsecond=at.microsecond // 1000 * 1000)
            identity = 30_001 + len(site.comments)
            author = issue.assignee or issue.reporter or ""
            site.comments[identity] = Comment(identity, issue.id, author, _SAID[number], at, at)


def _time_item(before: int, after: int) -> Item:
    then, now = (str(seconds) if seconds else None for seconds in (before, after))
    return Item("timespent", "timespent", then, then, now, now)


def _before_end(moment: datetime) -> datetime:
    return min(moment, _END)
