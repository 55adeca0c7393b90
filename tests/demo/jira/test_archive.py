"""Recorded issues are served as they came, on both kinds of Jira, until somebody changes them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from demo.jira.archive import read_site
from demo.jira.server import DemoJira
from tests.demo.jira.visitor import Visitor

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
REAL = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not here")
PERSON = {"name": "p1", "key": "p1", "displayName": "Person 1", "active": False}
ISSUE = {
    "id": "700",
    "key": "OLD-7",
    "fields": {
        "project": {"id": "5", "key": "OLD", "name": "Old times"},
        "status": {"id": "6", "name": "Closed", "statusCategory": {"id": 3, "key": "done", "name": "Done"}},
        "issuetype": {"id": "1", "name": "Bug", "subtask": False},
        "priority": None,
        "summary": "As it was",
        "assignee": PERSON,
        "labels": ["x"],
        "issuelinks": [
            {
                "id": "9",
                "type": {"id": "1", "name": "Cloners", "inward": "is cloned by", "outward": "clones"},
                "outwardIssue": {"id": "1", "key": "GONE-1"},
            }
        ],
        "fixVersions": [{"id": "31", "name": "1.0", "released": True, "archived": False}],
        "epic": {"id": 701, "key": "OLD-8", "name": "Big"},
        "closedSprints": [
            {
                "id": 44,
                "state": "closed",
                "name": "S, one",
                "startDate": "2015-01-03T01:00:00.000Z",
                "originBoardId": 3,
            }
        ],
        "comment": {
            "comments": [{"id": "1", "body": "yes", "author": PERSON}],
            "total": 4,
            "maxResults": 4,
            "startAt": 0,
        },
        "created": "2014-12-01T10:00:00.000+0000",
        "updated": "2015-02-01T10:00:00.000+0000",
    },
}


@pytest.fixture
def folder(tmp_path):
    with gzip.open(tmp_path / "issues.jsonl.gz", "wt") as lines:
        lines.write(json.dumps(ISSUE) + "\n")
    return tmp_path


@pytest.fixture(params=["cloud", "server"])
def visitor(folder, request):
    with DemoJira(site=read_site(folder), deployment=request.param) as demo, Visitor(demo) as visitor:
        yield visitor


def _agile_fields(visitor):
    return (
        ("customfield_10020", "customfield_10014")
        if visitor.demo.deployment == "cloud"
        else (
            "customfield_10104",
            "customfield_10101",
        )
    )


def test_an_issue_is_served_as_it_came_with_sprint_and_epic_in_fields_of_their_own(visitor):
    sprint, epic = _agile_fields(visitor)
    shown = visitor.ask("issue/OLD-7").json()
    sprints = shown["fields"].pop(sprint)
    assert shown["fields"].pop(epic) == "OLD-8"
    assert shown == ISSUE
    if visitor.demo.deployment == "cloud":
        assert sprints[0] == {
            "id": 44, "name": "S, one", "state": "closed", "boardId": 3, "goal": "",
            "startDate": "2015-01-03T01:00:00.000Z",
        }  # fmt: skip
    else:
        assert (
            "[id=44,rapidViewId=3,state=CLOSED,name=S, one,startDate=2015-01-03T01:00:00.000Z," in sprints[0]
        )
    ids = {one["id"]: one["schema"].get("custom") for one in visitor.ask("field").json()}
    assert ids[sprint] == "com.pyxis.greenhopper.jira:gh-sprint"
    assert ids[epic] == "com.pyxis.greenhopper.jira:gh-epic-link"


def test_only_the_fields_asked_for_are_served(visitor):
    chosen = visitor.ask("issue/OLD-7", fields="summary,labels").json()
    assert chosen == {"id": "700", "key": "OLD-7", "fields": {"summary": "As it was", "labels": ["x"]}}
    assert "comment" not in visitor.ask("issue/OLD-7", fields="*all,-comment").json()["fields"]


def test_what_issues_refer_to_is_gathered_from_them(visitor):
    site = visitor.demo.site
    assert [project.key for project in site.projects] == ["OLD"]
    assert visitor.ask("status").json() == [ISSUE["fields"]["status"]]
    assert visitor.ask("project/OLD/versions").json()[0]["name"] == "1.0"
    assert visitor.ask("issueLinkType").json()["issueLinkTypes"][0]["name"] == "Cloners"
    assert visitor.agile("board/3/sprint").json()["values"][0]["name"] == "S, one"
    assert (
        visitor.agile("board/3/configuration").json()["columnConfig"]["columns"][0]["statuses"][0]["id"]
        == "6"
    )
    (comment,) = visitor.ask("issue/OLD-7/comment").json()["comments"]
    assert comment["body"] == "yes"


def test_touching_moves_updated_and_nothing_else(visitor):
    site = visitor.demo.site
    before = visitor.ask("issue/OLD-7").json()["fields"]
    site.touch_issue("OLD-7")
    after = visitor.ask("issue/OLD-7").json()["fields"]
    assert {name for name in before if before[name] != after[name]} == {"updated"}
    assert site.issue("OLD-7").updated == site.now


def test_a_change_shows_beside_what_was_recorded(visitor):
    site = visitor.demo.site
    visitor.ask("issue/OLD-7")
    site.edit_issue("OLD-7", summary="Changed", labels=[])
    site.log_work("OLD-7", author="p1", started=site.now, seconds=60)
    made = site.create_issue("OLD", summary="Beside it")
    site.link_issues("OLD-7", "Cloners", made.key)
    fields = visitor.ask("issue/OLD-7").json()["fields"]
    assert (fields["summary"], fields["labels"], fields["worklog"]["total"]) == ("Changed", [], 1)
    assert fields["issuelinks"][0] == ISSUE["fields"]["issuelinks"][0]
    assert fields["issuelinks"][1]["outwardIssue"]["key"] == "OLD-8"
    assert fields["fixVersions"] == ISSUE["fields"]["fixVersions"]
    assert len(site.changes[700]) == 3


def test_a_folder_without_issues_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"issues\.jsonl"):
        read_site(tmp_path)


@REAL
@pytest.mark.parametrize("deployment", ["cloud", "server"])
def test_five_thousand_real_issues_are_served_byte_for_byte(deployment):
    with gzip.open(DATA / "jira-archive" / "issues.jsonl.gz", "rt") as lines:
        real = {document["id"]: document for document in map(json.loads, lines)}
    jql, seen, start, token = "project in (ALOY, MOD, DAEMON, TIMOB) order by updated", {}, 0, None
    with (
        DemoJira(site=read_site(DATA / "jira-archive"), deployment=deployment) as demo,
        Visitor(demo) as visitor,
    ):
        added = _agile_fields(visitor)
        while len(seen) < 5098:
            body = {"jql": jql, "fields": ["*all"], "maxResults": 100}
            if deployment == "server":
                page = visitor.submit("search", {**body, "startAt": start}).json()
                assert page["total"] == 5098
            else:
                page = visitor.submit(
                    "search/jql", {**body, **({"nextPageToken": token} if token else {})}
                ).json()
                token = page.get("nextPageToken")
            start += len(page["issues"])
            seen |= {issue["id"]: issue for issue in page["issues"]}
    assert start == len(seen) == 5098
    for identity, issue in seen.items():
        fields = {name: value for name, value in issue["fields"].items() if name not in added}
        assert {**issue, "fields": fields} == real[identity]


@REAL
def test_recorded_answers_of_a_cloud_are_served_with_their_histories_and_work():
    with DemoJira(site=read_site(DATA / "jira-cloud")) as demo, Visitor(demo) as visitor:
        site = demo.site
        assert (len(site.issues), len(site.worklogs), len(site.statuses)) == (33, 30, 53)
        assert len(visitor.ask("users/search", maxResults=1000).json()) == len(site.users) >= 30
        lines = (DATA / "jira-cloud" / "issues.jsonl").read_text().splitlines()
        recorded = [json.loads(line)["response"] for line in lines]
        shown = visitor.submit(
            "issue/bulkfetch", {"issueIdsOrKeys": [one["id"] for one in recorded], "fields": ["*all"]}
        )
        by_id = {one["id"]: one for one in shown.json()["issues"]}
        for one in recorded:
            assert by_id[one["id"]] == {name: value for name, value in one.items() if name != "changelog"}
        page = visitor.submit("changelog/bulkfetch", {"issueIdsOrKeys": ["13383", "13491", "13954"]}).json()
        assert sum(len(log["changeHistories"]) for log in page["issueChangeLogs"]) == 279
        feed = visitor.ask("worklog/updated").json()["values"]
        assert len(visitor.submit("worklog/list", {"ids": [one["worklogId"] for one in feed]}).json()) == 30


@REAL
def test_issues_that_only_work_and_histories_know_are_put_in_where_asked_for():
    site = read_site(DATA / "jira-cloud", complete=True)
    assert set(site.changes) | {log.issue for log in site.worklogs.values()} <= set(site.issues)
