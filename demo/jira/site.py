"""One Jira: its state and everything people can do to it. Its clock stands still until somebody changes something.

Every change takes the clock's moment and moves the clock on by a second, so that later changes are later.
All moments are naive UTC. How it is shown over HTTP is `demo.jira.routes`.
"""

from __future__ import annotations

from demo.jira import company, delivery
from demo.jira.model import Project, User
from demo.jira.state.agile_changes import AgileChanges
from demo.jira.state.directory_changes import DirectoryChanges
from demo.jira.state.store import CLOSING_TIME, FEED_DELAY
from demo.jira.state.work_changes import WorkChanges

__all__ = ["CLOSING_TIME", "FEED_DELAY", "Site", "demo_site"]


class Site(AgileChanges, WorkChanges, DirectoryChanges):
    """A Jira's content and the changes that people make to it."""


def demo_site() -> Site:
    """The company's Jira as of 2026-06-30, 20:00 UTC."""
    issues = company.issues()
    worklogs = company.worklogs(issues)
    company.apply_work(issues, worklogs)
    site = Site(
        users=[User(user.code, user.name, user.active) for user in company.USERS],
        projects=[Project(p.id, p.key, p.name, p.lead, p.type, p.archived) for p in company.PROJECTS],
        issues={issue.id: issue for issue in issues},
        worklogs={worklog.id: worklog for worklog in worklogs},
    )
    delivery.deliver(site)
    return site
