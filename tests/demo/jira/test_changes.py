"""What people do to the site, the history it writes, and what can be seen of it afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from demo.jira.site import demo_site


@pytest.fixture
def site():
    return demo_site()


def _last(site, key):
    return [
        (item.field, item.before, item.before_text, item.after, item.after_text)
        for item in site.changes[site.issue(key).id][-1].items
    ]


def test_an_issue_is_created_without_history_and_with_a_key_of_its_own(site):
    made = site.create_issue("PAY", type="Story", summary="Brand new", author="bruno")
    assert (made.key, made.reporter, made.status, made.created) == ("PAY-43", "bruno", "To Do", site.now)
    assert made.id not in site.changes
    site.delete_issue("PAY-43")
    assert site.create_issue("PAY").id != made.id


@pytest.mark.parametrize(
    ("changes", "items"),
    [
        ({"summary": "new"}, [("summary", None, "Contact form on mobile", None, "new")]),
        ({"points": 13.0}, [("points", None, "2", None, "13")]),
        ({"assignee": None}, [("assignee", "acc-bruno", "Bruno Okafor", None, None)]),
        ({"estimate": 7200}, [("timeoriginalestimate", "86400", "86400", "7200", "7200")]),
        ({"labels": ["audit", "fees"]}, [("labels", None, "", None, "audit fees")]),
        ({"sprints": [21, 22]}, [("Sprint", "", "", "21, 22", "WEB Sprint 1, WEB Sprint 2")]),
        ({"fix_versions": [10005]}, [("Fix Version", None, None, "10005", "WEB 2026.2")]),
    ],
)
def test_an_edit_writes_what_it_changed_as_jira_writes_it(site, changes, items):
    issue = site.issue("WEB-4")
    issue.summary, issue.points, issue.assignee, issue.estimate = (
        "Contact form on mobile",
        2.0,
        "bruno",
        86400,
    )
    issue.labels, issue.sprints, issue.fix_versions = [], [], []
    site.edit_issue("WEB-4", **changes)
    assert _last(site, "WEB-4") == items
    assert issue.updated == site.changes[issue.id][-1].created


def test_an_edit_that_changes_nothing_writes_nothing_but_updates(site):
    before = len(site.changes.get(10105, []))
    updated = site.issue("PAY-5").updated
    site.edit_issue("PAY-5", summary=site.issue("PAY-5").summary)
    assert len(site.changes.get(10105, [])) == before
    assert site.issue("PAY-5").updated > updated


def test_a_status_that_ends_the_work_resolves_and_another_reopens(site):
    issue = site.edit_issue("PAY-30", status="Done")
    assert (issue.resolution, issue.resolved) == ("Done", issue.updated)
    assert [item[0] for item in _last(site, "PAY-30")] == ["status", "resolution"]
    assert _last(site, "PAY-30")[0][3:] == ("10001", "Done")
    site.edit_issue("PAY-30", status="In Progress")
    assert (issue.resolution, issue.resolved) == (None, None)


def test_a_moved_issue_keeps_its_id_and_both_keys_find_it(site):
    moved = site.move_issue("PAY-5", "WEB")
    assert (moved.id, moved.key, moved.project) == (10105, "WEB-35", "WEB")
    assert site.issue("PAY-5") is moved and site.issue("WEB-35") is moved
    items = _last(site, "WEB-35")
    assert items[0] == ("project", "10001", "Payments platform", "10002", "Customer portal")
    assert items[1][2::2] == ("PAY-5", "WEB-35")
    assert ("Component", moved.components) not in items and moved.components == []
    # The key of an issue that moved away is not given again.
    assert site.move_issue("WEB-35", "PAY").key == "PAY-43"


def test_a_project_that_is_renamed_renames_its_issues_without_updating_them(site):
    updated, child = site.issue("PAY-5").updated, site.issue("PAY-5")
    site.rename_project("PAY", "CARD")
    assert child.key == "CARD-5" and site.issue("PAY-5") is child and child.updated == updated
    assert site.project("PAY") is site.project("CARD")
    assert {board.project for board in site.boards.values()} == {"CARD", "WEB", "OPS"}
    assert site.issue(child.parent).project == "CARD" if child.parent else True


def test_what_is_deleted_is_gone_with_everything_on_it(site):
    issue = next(issue for issue in site.issues.values() if len(site.work_on(issue)) > 1)
    logs = [log.id for log in site.work_on(issue)]
    site.delete_issue(issue.key)
    assert site.issue(issue.key) is None and issue.id not in site.changes
    assert not set(logs) & set(site.worklogs)
    assert site.deleted_worklogs == []


def test_work_on_an_issue_spends_its_estimate_and_deleted_work_gives_it_back(site):
    issue = site.issue("PAY-30")
    issue.remaining = 7200
    log = site.log_work("PAY-30", author="bruno", started=site.now, seconds=3600)
    assert issue.remaining == 3600
    assert [item[0] for item in _last(site, "PAY-30")] == ["timespent", "timeestimate"]
    site.edit_worklog(log.id, seconds=1800)
    assert (issue.remaining, log.updated, log.created < log.updated) == (5400, issue.updated, True)
    site.delete_worklog(log.id)
    assert issue.remaining == 7200
    assert site.deleted_worklogs == [(log.id, issue.updated)]
    assert "WorklogId" in [item[0] for item in _last(site, "PAY-30")]


def test_a_link_shows_at_both_ends(site):
    link = site.link_issues("PAY-5", "Blocks", "WEB-3")
    assert _last(site, "PAY-5") == [("Link", None, None, "WEB-3", "This issue blocks WEB-3")]
    assert _last(site, "WEB-3") == [("Link", None, None, "PAY-5", "This issue is blocked by PAY-5")]
    site.unlink_issues(link.id)
    assert _last(site, "WEB-3") == [("Link", "PAY-5", "This issue is blocked by PAY-5", None, None)]
    assert not site.links_of(site.issue("WEB-3"))


def test_a_sprint_starts_and_closes_and_what_is_not_done_goes_on(site):
    new = site.add_sprint(1, "PAY Sprint 15")
    for key in ("PAY-30", "PAY-31"):
        site.put_into_sprint(key, 14)
    started = site.start_sprint(14, lasts=timedelta(days=7))
    assert (started.state, started.end - started.start) == ("active", timedelta(days=7))
    site.edit_issue("PAY-31", status="Done")
    site.close_sprint(14, into=new.id)
    assert started.state == "closed" and started.complete
    assert site.issue("PAY-30").sprints[-2:] == [14, new.id]
    assert site.issue("PAY-31").sprints[-1] == 14
    site.take_from_sprint("PAY-30")
    assert site.issue("PAY-30").sprints[-1] == 14
    assert _last(site, "PAY-30")[0][2].endswith("PAY Sprint 14, PAY Sprint 15")


@pytest.mark.parametrize("close", ["hide_issue", "trash_project", "revoke_browse", "archive_project"])
def test_who_may_not_see_an_issue_does_not_find_it(close, cloud):
    site, key = cloud.demo.site, "DWH-5"
    work = site.log_work(key, author="elena", started=site.now, seconds=600)
    getattr(site, close)(key if close == "hide_issue" else "DWH")
    readable = close == "archive_project"
    assert cloud.ask(f"issue/{key}").status_code == (200 if readable else 404)
    assert key not in {one["key"] for one in _all(cloud)}
    found = cloud.submit("issue/bulkfetch", {"issueIdsOrKeys": [key, "PAY-5"]}).json()["issues"]
    assert len(found) == (2 if readable else 1)
    assert len(cloud.submit("worklog/list", {"ids": [work.id]}).json()) == (1 if readable else 0)


def test_an_old_key_still_answers_with_the_new_one(cloud, server):
    for visitor in (cloud, server):
        visitor.demo.site.move_issue("PAY-5", "WEB")
        assert visitor.ask("issue/PAY-5").json()["key"] == "WEB-35"
    found = cloud.submit("issue/bulkfetch", {"issueIdsOrKeys": ["PAY-5"]}).json()["issues"]
    assert [one["key"] for one in found] == ["WEB-35"]


def test_an_anonymised_user_keeps_the_account_and_nothing_else(cloud):
    cloud.demo.site.anonymise_user("bruno")
    (bruno,) = [one for one in cloud.ask("users/search").json() if one["accountId"] == "acc-bruno"]
    assert (bruno["displayName"], bruno["active"], "emailAddress" in bruno) == ("Former user", False, False)


def test_fields_come_are_renamed_doubled_and_change_their_type(cloud):
    site = cloud.demo.site
    risk, double = site.add_field("Risk", "number"), site.add_field("Risk", "string")
    site.edit_issue("PAY-5", custom={risk.id: 5.0})
    assert cloud.ask("issue/PAY-5").json()["fields"][risk.id] == 5.0
    assert cloud.ask("issue/PAY-6").json()["fields"][risk.id] is None
    site.change_field_type(risk.id, "string")
    site.rename_field(risk.id, "Danger")
    shown = {one["id"]: (one["name"], one["schema"]["type"]) for one in cloud.ask("field").json()}
    assert (shown[risk.id], shown[double.id]) == (("Danger", "string"), ("Risk", "string"))
    assert cloud.ask("issue/PAY-5").json()["fields"][risk.id] == "5.0"


def test_a_late_index_still_finds_what_was_and_shows_what_is(cloud):
    site = cloud.demo.site
    site.lag = timedelta(seconds=30)
    before = site.now
    site.edit_issue("PAY-5", summary="late")
    made = site.create_issue("PAY")
    milliseconds = int((before - before.__class__(1970, 1, 1)).total_seconds() * 1000)
    jql = f"project = PAY and updated > {milliseconds}"

    def found(**more):
        return [one["id"] for one in cloud.ask("search/jql", jql=jql, **more).json()["issues"]]

    assert found() == []
    assert found(reconcileIssues=["10105"]) == ["10105"]
    assert cloud.ask("issue/PAY-5").json()["fields"]["summary"] == "late"
    (shown,) = cloud.ask("search/jql", jql="project = PAY and id = PAY-5", fields="summary").json()["issues"]
    assert shown["fields"]["summary"] == "late"
    site.advance(timedelta(seconds=30))
    assert set(found()) == {"10105", str(made.id)}


def test_hundreds_of_issues_have_one_and_the_same_minute(cloud):
    made = cloud.demo.site.crowd_minute("PAY", 788)
    assert len({(issue.created, issue.updated) for issue in made}) == 1
    assert len({issue.key for issue in made} | {issue.id for issue in made}) == 2 * 788
    assert len(_all(cloud)) == 120 + 788


def _all(visitor):
    jql, found, token = "created > 0 order by updated", [], None
    while True:
        more = {"nextPageToken": token} if token else {}
        page = visitor.ask("search/jql", jql=jql, fields="summary", maxResults=100, **more).json()
        found += page["issues"]
        if page["isLast"]:
            return found
        token = page["nextPageToken"]
