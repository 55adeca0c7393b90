"""The demo company's Jira is the same everywhere, and adds up."""

from __future__ import annotations

import hashlib

from demo.jira.company import FIRST_DAY, HOLIDAYS, LAST_DAY, USERS
from demo.jira.documents import Writer
from demo.jira.server import TIMEZONE
from demo.jira.site import CLOSING_TIME, demo_site


def test_there_is_as_much_as_the_demo_needs():
    site = demo_site()
    assert (len(site.issues), len(site.users), len(site.projects), len(site.worklogs)) == (120, 8, 4, 152)
    assert {issue.project for issue in site.issues.values()} == {"PAY", "WEB", "DWH", "OPS"}
    assert {worklog.author for worklog in site.worklogs.values()} == {user.code for user in USERS}


def test_work_is_on_working_days_of_the_half_year():
    days = {worklog.started.date() for worklog in demo_site().worklogs.values()}
    assert min(days) == FIRST_DAY and max(days) == LAST_DAY
    assert not days & HOLIDAYS
    assert all(day.weekday() < 5 for day in days)


def test_nothing_happens_after_closing_time():
    site = demo_site()
    assert max(issue.updated for issue in site.issues.values()) < CLOSING_TIME
    assert max(worklog.updated for worklog in site.worklogs.values()) < CLOSING_TIME


def test_an_issue_is_updated_no_earlier_than_its_work_is():
    site = demo_site()
    for issue in site.issues.values():
        assert all(
            issue.created <= issue.updated and log.updated <= issue.updated for log in site.work_on(issue)
        )


def test_done_issues_and_only_they_are_resolved():
    for issue in demo_site().issues.values():
        assert (issue.status == "Done") == (issue.resolution is not None) == (issue.resolved is not None)


def test_the_company_is_the_same_on_every_machine():
    site = demo_site()
    writer = Writer(site, "cloud", "3", TIMEZONE)
    documents = [writer.worklog(worklog) for worklog in site.worklogs.values()]
    documents += [writer.issue(issue, ["*all"]) for issue in site.issues.values()]
    assert hashlib.sha256(repr(documents).encode()).hexdigest()[:16] == "f33f8597b7a84b77"
