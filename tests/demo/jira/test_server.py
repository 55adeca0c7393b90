"""The demo answers over HTTP as Jira does: caps, tokens, refusals, faults on order."""

from __future__ import annotations

import pytest
import requests
from jira import JIRA

from demo.jira.server import EMAIL, PAT, TOKEN, DemoJira

JQL = "project in (PAY, WEB, DWH, OPS) order by key asc"


def test_a_page_of_ids_may_be_long_a_page_of_fields_holds_a_hundred(cloud):
    assert len(cloud.ask("search/jql", jql=JQL, maxResults=5000).json()["issues"]) == 120
    page = cloud.ask("search/jql", jql=JQL, maxResults=5000, fields="*all").json()
    assert (len(page["issues"]), page["isLast"]) == (100, False)
    rest = cloud.ask("search/jql", jql=JQL, fields="*all", nextPageToken=page["nextPageToken"]).json()
    assert (len(rest["issues"]), rest["isLast"], "nextPageToken" in rest) == (20, True, False)


def test_without_fields_a_page_holds_ids_alone(cloud):
    (issue,) = cloud.ask("search/jql", jql="id = PAY-5").json()["issues"]
    assert issue == {"id": "10105"}


def test_a_token_is_bound_to_its_query(cloud):
    token = cloud.ask("search/jql", jql=JQL, maxResults=1).json()["nextPageToken"]
    assert cloud.ask("search/jql", jql="project = PAY", nextPageToken=token).status_code == 400
    assert cloud.ask("search/jql", jql=JQL, nextPageToken="xyz").status_code == 400


def test_classic_search_is_gone_on_cloud_and_token_search_is_unknown_on_data_center(cloud, server):
    gone = cloud.ask("search", jql=JQL)
    assert gone.status_code == 410
    assert "migrate to the /rest/api/3/search/jql API" in gone.json()["errorMessages"][0]
    assert server.ask("search/jql", jql=JQL).status_code == 404
    page = server.ask("search", jql=JQL, startAt=118, maxResults=50).json()
    assert (page["startAt"], page["total"], len(page["issues"])) == (118, 120, 2)


@pytest.mark.parametrize("jql", ["", "order by key", "colour = red"])
def test_a_refused_query_is_400_in_jiras_form(cloud, jql):
    answer = cloud.ask("search/jql", jql=jql)
    assert answer.status_code == 400
    assert set(answer.json()) == {"errorMessages", "errors"}


def test_rich_text_is_a_tree_in_version_3_and_text_in_version_2(cloud):
    worklog = next(
        log for log in cloud.demo.site.worklogs.values() if log.comment == "Code review\nand fixes"
    )
    address = f"{cloud.demo.url}/rest/api/%s/issue/{worklog.issue}/worklog"
    comments = [
        {log["id"]: log.get("comment") for log in cloud.get(address % version).json()["worklogs"]}[
            str(worklog.id)
        ]
        for version in (3, 2)
    ]
    assert comments[0]["type"] == "doc" and len(comments[0]["content"]) == 2
    assert comments[1] == worklog.comment


def test_an_issue_inlines_at_most_twenty_worklogs(cloud):
    for _ in range(25):
        cloud.demo.site.log_work("PAY-5", author="alice", started=cloud.demo.site.now, seconds=60)
    inline = cloud.ask("issue/PAY-5").json()["fields"]["worklog"]
    assert (len(inline["worklogs"]), inline["maxResults"], inline["total"] >= 25) == (20, 20, True)
    assert len(cloud.ask("issue/PAY-5/worklog").json()["worklogs"]) == inline["total"]


def test_only_those_with_credentials_may_read(cloud, server):
    for visitor in (cloud, server):
        nobody = requests.get(f"{visitor.demo.url}/rest/api/2/myself", timeout=5)
        assert nobody.status_code == 401
        assert requests.get(f"{visitor.demo.url}/rest/api/2/serverInfo", timeout=5).status_code == 200
        assert visitor.ask("myself").json()["displayName"] == "Alice Marchetti"


def test_documents_do_not_depend_on_the_port(cloud):
    with DemoJira() as other:
        there = requests.get(f"{other.url}/rest/api/3/issue/PAY-5", auth=(EMAIL, TOKEN), timeout=5)
        assert there.json() == cloud.ask("issue/PAY-5").json()


def test_faults_strike_as_often_as_ordered_after_what_is_skipped(cloud):
    order = {"path": "users/search", "kind": "status", "status": 429, "headers": {"Retry-After": "3"}}
    cloud.put("__faults__", {**order, "times": 2, "skip": 1})
    answers = [cloud.ask("users/search") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].headers["Retry-After"] == "3"


def test_faults_are_taken_away_by_an_empty_list(cloud):
    cloud.put("__faults__", {"path": "myself", "kind": "login", "times": None})
    assert "<form>" in cloud.ask("myself").text
    cloud.put("__faults__", [])
    assert cloud.ask("myself").json()["accountId"] == "acc-alice"


def test_a_cut_answer_ends_in_the_middle(cloud):
    cloud.put("__faults__", {"path": "users/search", "kind": "cut"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        cloud.ask("users/search")


def test_changes_are_made_over_http(cloud):
    cloud.put("__changes__", {"do": "edit_issue", "key": "PAY-5", "summary": "new"})
    cloud.put("__changes__", {"do": "delete_worklog", "id": 10510})
    work = {"author": "alice", "started": "2026-06-30T08:00:00", "seconds": 900}
    made = cloud.put("__changes__", {"do": "log_work", "key": "PAY-5", **work}).json()
    cloud.put("__changes__", {"do": "advance", "seconds": 90})
    assert cloud.ask("issue/PAY-5").json()["fields"]["summary"] == "new"
    assert [one["worklogId"] for one in cloud.ask("worklog/deleted").json()["values"]] == [10510]
    assert made["id"] in [one["worklogId"] for one in cloud.ask("worklog/updated").json()["values"]]


def test_the_jira_library_reads_the_cloud_as_it_is(cloud):
    client = JIRA(cloud.demo.url, basic_auth=(EMAIL, TOKEN), max_retries=0, timeout=5)
    found = client.search_issues("project = PAY order by key asc", maxResults=0, fields="summary")
    assert [issue.key for issue in found][:2] == ["PAY-1", "PAY-2"] and len(found) == 42
    assert [project.key for project in client.projects()] == ["PAY", "WEB", "DWH", "OPS"]
    assert len(client.worklogs("PAY-5")) == len(cloud.demo.site.work_on(cloud.demo.site.issue("PAY-5")))
    client.close()


def test_the_jira_library_reads_the_data_center_as_it_is(server):
    client = JIRA(server.demo.url, token_auth=PAT, max_retries=0, timeout=5)
    assert len(client.search_issues("project = PAY", maxResults=0)) == 42
    assert client.myself()["name"] == "alice"
    client.close()
