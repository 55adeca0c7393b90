"""The demo company's Jira is the same everywhere, and adds up."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest

from demo.jira.company import FIRST_DAY, HOLIDAYS, LAST_DAY, USERS
from demo.jira.documents import Writer
from demo.jira.server import TIMEZONE
from demo.jira.site import CLOSING_TIME, demo_site


@pytest.fixture(scope="module")
def site():
    return demo_site()


def _digest(of) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()[:16]


def test_there_is_as_much_as_the_demo_needs(site):
    assert (len(site.issues), len(site.users), len(site.projects), len(site.worklogs)) == (120, 8, 4, 152)
    assert {issue.project for issue in site.issues.values()} == {"PAY", "WEB", "DWH", "OPS"}
    assert {worklog.author for worklog in site.worklogs.values()} == {user.code for user in USERS}
    assert [(board.type, board.project) for board in site.boards.values()] == [
        ("scrum", "PAY"),
        ("scrum", "WEB"),
        ("kanban", "OPS"),
    ]
    states = [sprint.state for sprint in site.sprints.values()]
    assert (states.count("closed"), states.count("active"), states.count("future")) == (24, 2, 2)
    assert (len(site.versions), len(site.components), len(site.links)) == (9, 8, 11)


def test_work_is_on_working_days_of_the_half_year(site):
    days = {worklog.started.date() for worklog in site.worklogs.values()}
    assert min(days) == FIRST_DAY and max(days) == LAST_DAY
    assert not days & HOLIDAYS
    assert all(day.weekday() < 5 for day in days)


def test_nothing_happens_after_closing_time(site):
    assert max(issue.updated for issue in site.issues.values()) < CLOSING_TIME
    assert max(worklog.updated for worklog in site.worklogs.values()) < CLOSING_TIME
    assert max(comment.created for comment in site.comments.values()) < CLOSING_TIME


def test_an_issue_is_updated_no_earlier_than_its_work_and_its_changes_are(site):
    for issue in site.issues.values():
        happened = [
            *(log.updated for log in site.work_on(issue)),
            *(change.created for change in site.changes.get(issue.id, ())),
            *(comment.updated for comment in site.comments_on(issue)),
        ]
        assert all(issue.created <= moment <= issue.updated for moment in happened)


def test_done_issues_and_only_they_are_resolved(site):
    for issue in site.issues.values():
        assert (issue.status == "Done") == (issue.resolution is not None) == (issue.resolved is not None)


def test_each_history_begins_where_the_one_before_ended_and_the_last_ends_at_what_is(site):
    for issue in site.issues.values():
        items = [item for change in site.changes.get(issue.id, ()) for item in change.items]
        for field in {item.field for item in items} - {"Link", "Fix Version"}:
            of_field = [item for item in items if item.field == field]
            assert all(one.after_text == next_.before_text for one, next_ in pairwise(of_field)), issue.key
        ends = {item.field: item.after_text for item in items}
        assert ends.get("status", issue.status) == issue.status
        assert ends.get("timeestimate", str(issue.remaining)) == str(issue.remaining)
        assert ends.get("summary", issue.summary) == issue.summary
        spent = sum(log.seconds for log in site.work_on(issue))
        assert ends.get("timespent") == (str(spent) if spent else None)


def test_membership_of_sprints_follows_from_the_histories(site):
    for issue in site.issues.values():
        items = [item for change in site.changes.get(issue.id, ()) for item in change.items]
        last = [item.after for item in items if item.field == "Sprint"][-1:]
        assert ", ".join(map(str, issue.sprints)) == "".join(filter(None, last))


def test_histories_are_numbered_in_the_order_they_happened(site):
    changes = sorted((one for of_issue in site.changes.values() for one in of_issue), key=lambda one: one.id)
    assert [change.id for change in changes] == list(range(50_001, 50_001 + len(changes)))
    assert all(one.created <= next_.created for one, next_ in pairwise(changes))


def test_the_company_is_the_same_on_every_machine(site):
    writer = Writer(site, "cloud", "3", TIMEZONE)
    # What was worked, and by whom, the money of the whole demo depends on.
    assert _digest([writer.worklog(worklog) for worklog in site.worklogs.values()]) == "918e6c4727a00d8d"
    documents = [writer.issue(issue, ["*all"], changelog=True) for issue in site.issues.values()]
    documents += [writer.sprint(sprint) for sprint in site.sprints.values()]
    assert _digest(documents) == "7a76b4fc2597cd4e"
