# ruff: noqa: DTZ001 - naive UTC, like every moment of the demo
"""The part of JQL that the demo speaks, and what it refuses as Jira does."""

from __future__ import annotations

from datetime import datetime

import pytest

from demo.jira.jql import JqlError, parse
from demo.jira.site import demo_site

SITE = demo_site()


def _keys(jql: str, timezone: str = "UTC") -> list[str]:
    return [issue.key for issue in parse(jql, site=SITE, timezone=timezone).run(SITE)]


def test_projects_are_found_by_key_in_any_case_id_or_name():
    assert len(_keys("project = PAY")) == 42
    assert len(_keys('project in (pay, "Customer portal", 10003)')) == 42 + 34 + 28


def test_and_binds_closer_than_or():
    assert len(_keys("project = PAY or project = WEB and statusCategory = Done")) > 42
    assert len(_keys("(project = PAY or project = WEB) and id = PAY-3")) == 1


def test_a_number_is_an_absolute_moment_and_the_bound_is_inclusive():
    updated = SITE.issue("PAY-5").updated
    milliseconds = int((updated - datetime(1970, 1, 1)).total_seconds() * 1000)
    assert "PAY-5" in _keys(f"updated >= {milliseconds}")
    assert "PAY-5" in _keys(f"updated <= {milliseconds}")
    assert "PAY-5" not in _keys(f"updated > {milliseconds}")


def test_a_written_date_is_read_in_the_accounts_time_zone():
    created = sorted(issue.created for issue in SITE.issues.values())[60]
    written = f"created >= '{created:%Y-%m-%d %H:%M}'"
    assert len(_keys(written, "UTC")) == 60
    assert len(_keys(written, "Pacific/Auckland")) > len(_keys(written, "America/Los_Angeles"))


def test_issues_come_in_the_order_asked_for():
    found = _keys("project in (PAY, WEB) order by created desc, key asc")
    moments = [SITE.issue(key).created for key in found]
    assert moments == sorted(moments, reverse=True)
    assert _keys("project = PAY order by key asc")[:3] == ["PAY-1", "PAY-2", "PAY-3"]
    assert _keys("id > 10110 and project = PAY order by id") == [f"PAY-{number}" for number in range(11, 43)]


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ("", "Unbounded"),
        ("order by created", "Unbounded"),
        ("colour = red", "Field 'colour' does not exist"),
        ("project = NOPE", "'NOPE' does not exist for the field 'project'"),
        ("updated >= '2026-01-01 10:00:00'", "Date value"),
        ("project = PAY project = WEB", "Expecting either 'OR' or 'AND'"),
        ("project in (PAY", r"Expecting '\)'"),
        ("project", "ends too early"),
        ("id in (99999)", "does not exist for field 'id'"),
        ("project = PAY order by colour", "Not able to sort"),
    ],
)
def test_what_jira_refuses_is_refused(jql, message):
    with pytest.raises(JqlError, match=message):
        parse(jql, site=SITE, timezone="UTC")


def test_a_sprint_is_named_by_id_name_or_state():
    site = demo_site()
    site.put_into_sprint("PAY-30", 14)
    future = parse("sprint = 14", site=site, timezone="UTC").run(site)
    assert "PAY-30" in [issue.key for issue in future]
    assert future == parse('sprint = "PAY Sprint 14"', site=site, timezone="UTC").run(site)
    assert {i.key for i in future} <= {
        i.key for i in parse("sprint in futureSprints()", site=site, timezone="UTC").run(site)
    }


def test_what_is_not_and_what_is_empty():
    epics = [issue.key for issue in SITE.issues.values() if issue.type == "Epic"]
    assert sorted(_keys("type = Epic")) == sorted(epics)
    assert len(_keys("issuetype != Epic and project = PAY")) == 42 - 3
    assert len(_keys("not (project = PAY or project not in (WEB, PAY))")) == 34
    nobody = [issue for issue in SITE.issues.values() if issue.assignee is None]
    assert len(_keys("assignee is EMPTY")) == len(nobody) > 0
    assert len(_keys("assignee is not EMPTY")) == 120 - len(nobody)
    assert len(_keys("statusCategory != Done")) + len(_keys("status = Done")) == 120


@pytest.mark.parametrize(
    ("word", "found"), [("-1d", ["PAY-5"]), ("-30m", ["PAY-5"]), ("-1w", ["PAY-5"]), ("1d", [])]
)
def test_a_relative_date_counts_from_the_clock_of_the_site(word, found):
    site = demo_site()
    site.edit_issue("PAY-5", summary="just now")
    jql = f"updated >= {word} and id = PAY-5" if word != "1d" else "updated >= +1d and id = PAY-5"
    assert [issue.key for issue in parse(jql, site=site, timezone="UTC").run(site)] == found


def test_an_issue_nobody_may_see_does_not_exist_unless_it_is_asked_for_leniently():
    site = demo_site()
    site.hide_issue("PAY-5")
    with pytest.raises(JqlError, match="does not exist for field 'id'"):
        parse("id = PAY-5", site=site, timezone="UTC")
    assert parse("id in (PAY-5, 99999)", site=site, timezone="UTC", lenient=True).run(site) == []


@pytest.mark.parametrize("close", ["archive_project", "trash_project", "revoke_browse"])
def test_a_project_that_is_closed_is_unknown_to_jql(close):
    site = demo_site()
    getattr(site, close)("OPS")
    with pytest.raises(JqlError, match="'OPS' does not exist for the field 'project'"):
        parse("project = OPS", site=site, timezone="UTC")
    assert parse("project = PAY or id > 1", site=site, timezone="UTC", lenient=True).run(site)
