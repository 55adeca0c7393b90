"""The demo company's Jira as it stood on 2026-06-30: people, projects, issues, worklogs.

Everything is made by arithmetic and always the same.

Here: projects, issues and work. How they came to be as they are, sprint by sprint, is `demo.jira.delivery`.
All moments are naive UTC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from demo.jira.model import Issue, Project, User, Worklog

FIRST_DAY = date(2026, 1, 5)
LAST_DAY = date(2026, 6, 30)
HOLIDAYS = frozenset({date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 25)})


USERS = (
    User("alice", "Alice Marchetti"),
    User("bruno", "Bruno Okafor"),
    User("chloe", "Chloé Lindqvist"),
    User("dmitri", "Dmitri Valkov"),
    User("elena", "Elena Sarkis"),
    User("farid", "Farid Benhaddou"),
    User("greta", "Greta Nyström"),
    User("hugo", "Hugo Castellane", active=False),
)
PROJECTS = (
    Project(10001, "PAY", "Payments platform", "alice"),
    Project(10002, "WEB", "Customer portal", "chloe"),
    Project(10003, "DWH", "Data warehouse", "elena"),
    Project(10004, "OPS", "Operations", "greta", type="service_desk"),
)

_TEAMS = {
    "PAY": ("alice", "bruno", "dmitri", "farid"),
    "WEB": ("chloe", "bruno", "hugo", "farid"),
    "DWH": ("elena", "dmitri", "greta"),
    "OPS": ("greta", "hugo", "alice"),
}
_EPICS = {
    "PAY": ("Card acquiring", "Instant transfers", "Refunds and disputes"),
    "WEB": ("Sign-in and identity", "Order tracking", "Accessibility"),
    "DWH": ("Ingestion", "Finance marts"),
    "OPS": (),
}
_WORK = {
    "PAY": ("Authorise a card", "Retry a declined payment", "Settle a batch", "Show the fee", "Store the mandate",
            "Match the bank statement", "Open a dispute", "Export the journal", "Mask the card number"),
    "WEB": ("Reset a password", "Show the delivery date", "Keyboard navigation", "Contact form", "Language switch",
            "Invoice download", "Session timeout", "Search orders", "Cookie banner"),
    "DWH": ("Load the ledger", "Currency history", "Slowly changing vendor", "Nightly schedule", "Reconcile totals",
            "Budget versions", "Partition by month", "Document the marts"),
    "OPS": ("Renew certificates", "Disk nearly full", "New starter access", "Backup restore test", "Queue is stuck"),
}  # fmt: skip
_HOW = ("", " for guests", " on mobile", " in the back office", " with two currencies", " after a timeout")
_COUNTS = {"PAY": 42, "WEB": 34, "DWH": 28, "OPS": 16}
_WORKLOGS = 152
_PRIORITIES = ("Highest", "High", "Medium", "Medium", "Medium", "Low")
_COMMENTS = (
    "Pairing",
    "Code review\nand fixes",
    "Analysis with the business",
    "Tests",
    None,
    "Release preparation",
)


def issues() -> list[Issue]:
    """About 120 issues, as created; worklogs and status come with `worklogs`."""
    found: list[Issue] = []
    for project in PROJECTS:
        found += _project_issues(project, first_id=10100 + 1000 * (project.id - 10001))
    return found


def worklogs(of: list[Issue]) -> list[Worklog]:
    """About 150 worklogs on working days; each moves its issue's `updated`, as logging work does in Jira."""
    days = list(working_days())
    open_for_work = [issue for issue in of if issue.type != "Epic"]
    found: list[Worklog] = []
    for number in range(_WORKLOGS):
        day = days[number * len(days) // _WORKLOGS]
        begun = [issue for issue in open_for_work if issue.created.date() <= day]
        worklog = _worklog(10500 + number, begun[pick(len(begun), "worklog", number)], day)
        found.append(worklog)
    found.sort(key=lambda worklog: worklog.updated)
    return found


def apply_work(of: list[Issue], logged: list[Worklog]) -> None:
    """Sets what work does to an issue: remaining estimate, status, resolution, updated."""
    by_issue: dict[int, list[Worklog]] = {}
    for worklog in logged:
        by_issue.setdefault(worklog.issue, []).append(worklog)
    for issue in of:
        _progress(issue, by_issue.get(issue.id, []))


def _project_issues(project: Project, first_id: int) -> Iterator[Issue]:
    epics = _EPICS[project.key]
    days = list(working_days())
    for number in range(1, _COUNTS[project.key] + 1):
        # Most issues are created early on, so that most of the half year has something to work on.
        day = days[(number - 1) * (len(days) - 15) // _COUNTS[project.key]]
        issue = _issue(project, first_id + number, number, _at(day, "created", project.key, number))
        if number <= len(epics):
            issue.type, issue.summary = "Epic", epics[number - 1]
        elif epics:
            issue.parent = f"{project.key}-{1 + pick(len(epics), 'parent', project.key, number)}"
        yield issue


def _issue(project: Project, identity: int, number: int, created: datetime) -> Issue:
    about = ("issue", project.key, number)
    team = _TEAMS[project.key]
    types = (
        ("Service Request", "Incident")
        if project.type == "service_desk"
        else ("Story", "Story", "Task", "Bug")
    )
    work = _WORK[project.key]
    estimate = 3600 * (4 + 4 * pick(9, *about, "estimate")) if pick(10, *about, "estimated") else None
    return Issue(
        id=identity,
        key=f"{project.key}-{number}",
        project=project.key,
        type=types[pick(len(types), *about, "type")],
        summary=work[number % len(work)] + _HOW[pick(len(_HOW), *about, "how")],
        status="To Do",
        priority=_PRIORITIES[pick(len(_PRIORITIES), *about, "priority")],
        reporter=team[pick(len(team), *about, "reporter")],
        assignee=team[pick(len(team), *about, "assignee")] if pick(8, *about, "assigned") else None,
        created=created,
        updated=created,
        due=created.date() + timedelta(days=30 + pick(60, *about, "due"))
        if pick(3, *about, "dated")
        else None,
        estimate=estimate,
        remaining=estimate,
        points=float((1, 2, 3, 5, 8)[pick(5, *about, "points")]) if "Story" in types else None,
        description=f"As agreed with {project.name}.\r\nSee the parent issue."
        if pick(4, *about, "told")
        else None,
        labels=["audit"] if pick(7, *about, "label") == 0 else [],
    )


def _worklog(identity: int, issue: Issue, day: date) -> Worklog:
    about = ("worklog", identity)
    team = _TEAMS[issue.project]
    started = datetime.combine(day, time(7 + pick(8, *about, "hour"), 15 * pick(4, *about, "quarter")))
    seconds = 900 * (2 + pick(27, *about, "seconds"))
    logged = max(started + timedelta(seconds=seconds), issue.created)
    logged = min(logged, datetime.combine(LAST_DAY, time(18))) + timedelta(
        milliseconds=pick(1000, *about, "ms")
    )
    comment = _COMMENTS[pick(len(_COMMENTS), *about, "comment")]
    author = team[pick(len(team), *about, "author")]
    return Worklog(identity, issue.id, author, started, seconds, comment, logged, logged)


def _progress(issue: Issue, logged: list[Worklog]) -> None:
    spent = sum(worklog.seconds for worklog in logged)
    if not logged:
        return
    issue.updated = max(worklog.updated for worklog in logged)
    if issue.estimate is not None:
        issue.remaining = max(0, issue.estimate - spent)
    issue.status = "In Progress"
    if issue.remaining == 0 or pick(3, "done", issue.key) == 0:
        issue.status, issue.resolution, issue.resolved = "Done", "Done", issue.updated
        issue.remaining = 0 if issue.estimate is not None else None


def working_days() -> Iterator[date]:
    """The half year's days without weekends and holidays."""
    day = FIRST_DAY
    while day <= LAST_DAY:
        if day.weekday() < 5 and day not in HOLIDAYS:
            yield day
        day += timedelta(days=1)


def _at(day: date, *about: object) -> datetime:
    """A moment in office hours of that day, with milliseconds as Jira has them."""
    return datetime.combine(day, time(6)) + timedelta(milliseconds=pick(9 * 3_600_000, "at", *about))


def pick(size: int, *about: object) -> int:
    """A number below `size` that depends on `about` alone: the same on every machine and Python."""
    digest = hashlib.sha256("/".join(map(str, about)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % size
