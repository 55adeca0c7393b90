"""What each address gives, where there is a cap, and what the two kinds of Jira do differently."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import requests

from demo.jira.server import CLOUD_ID, EMAIL, SERVICE_TOKEN, TOKEN, DemoJira

FIELDS = ["*all"]


def test_a_service_account_comes_in_through_the_gateway_alone(cloud):
    bearer = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
    there = requests.get(f"{cloud.demo.gateway_url}/rest/api/3/myself", headers=bearer, timeout=5)
    assert there.json()["displayName"] == "Alice Marchetti"
    agile = requests.get(f"{cloud.demo.gateway_url}/rest/agile/1.0/board", headers=bearer, timeout=5)
    assert agile.json()["total"] == 3
    assert requests.get(f"{cloud.demo.url}/rest/api/3/myself", headers=bearer, timeout=5).status_code == 401
    other = cloud.demo.gateway_url.replace(CLOUD_ID, "other")
    assert requests.get(f"{other}/rest/api/3/myself", headers=bearer, timeout=5).status_code == 404


def test_a_data_center_takes_a_password_too_and_knows_no_version_3(server):
    address = f"{server.demo.url}/rest/api/%s/myself"
    assert requests.get(address % 2, auth=("alice", TOKEN), timeout=5).status_code == 200
    assert requests.get(address % 2, auth=("alice", "wrong"), timeout=5).status_code == 401
    assert server.get(address % 3, timeout=5).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "search/jql?jql=project=PAY",
        "project/search",
        "users/search",
        "issue/PAY-5/changelog",
        "priority/search",
    ],
)
def test_what_only_cloud_has(path, cloud, server):
    assert cloud.ask(path).status_code == 200
    assert server.ask(path).status_code == 404


def test_the_same_field_has_another_id_elsewhere(cloud, server):
    def ids(visitor):
        return {
            one["schema"]["custom"].partition(":")[2]: one["id"]
            for one in visitor.ask("field").json()
            if one["custom"] and one["name"] != "Story Points"
        }

    there, here = ids(cloud), ids(server)
    assert there["gh-sprint"] != here["gh-sprint"]
    assert there["gh-epic-link"] != here["gh-epic-link"]


def test_sprints_are_objects_on_cloud_and_text_on_data_center(cloud, server):
    issue = next(one for one in cloud.demo.site.issues.values() if len(one.sprints) > 1)
    objects = cloud.ask(f"issue/{issue.key}").json()["fields"]["customfield_10020"]
    texts = server.ask(f"issue/{issue.key}").json()["fields"]["customfield_10104"]
    assert [one["id"] for one in objects] == issue.sprints
    assert texts[0].startswith("com.atlassian.greenhopper.service.sprint.Sprint@")
    assert f"[id={issue.sprints[0]},rapidViewId={objects[0]['boardId']},state=CLOSED,name=" in texts[0]


def test_an_epic_is_a_parent_on_cloud_and_a_link_on_data_center(cloud, server):
    child = next(one for one in cloud.demo.site.issues.values() if one.parent)
    assert cloud.ask(f"issue/{child.key}").json()["fields"]["parent"]["key"] == child.parent
    fields = server.ask(f"issue/{child.key}").json()["fields"]
    assert fields["customfield_10101"] == child.parent and "parent" not in fields


def test_search_inlines_the_forty_newest_changes_on_cloud_and_all_on_data_center(cloud, server):
    for visitor in (cloud, server):
        visitor.demo.site.lengthen_history("PAY-5", 500)
    total = len(cloud.demo.site.changes[10105])
    page = cloud.ask("search/jql", jql="id = PAY-5", fields="*all", expand="changelog").json()
    inline = page["issues"][0]["changelog"]
    assert (len(inline["histories"]), inline["total"]) == (40, total)
    assert inline["histories"][0]["id"] > inline["histories"][-1]["id"]
    whole = server.ask("search", jql="id = PAY-5", expand="changelog").json()["issues"][0]["changelog"]
    assert (len(whole["histories"]), whole["total"]) == (total, total)
    assert int(whole["histories"][0]["id"]) < int(whole["histories"][-1]["id"])


def test_a_changelog_is_read_a_hundred_at_a_time_oldest_first(cloud):
    cloud.demo.site.lengthen_history("PAY-5", 250)
    total = len(cloud.demo.site.changes[10105])
    ids, start = [], 0
    while True:
        page = cloud.ask("issue/PAY-5/changelog", startAt=start, maxResults=1000).json()
        assert page["maxResults"] == 100
        ids += [int(one["id"]) for one in page["values"]]
        start += len(page["values"])
        if page["isLast"]:
            break
    assert len(ids) == total and ids == sorted(ids)


def test_changelogs_in_bulk_come_by_token_and_each_history_comes_once(cloud):
    site, keys = cloud.demo.site, ["PAY-5", "PAY-11", "WEB-6"]
    wanted = {
        (str(site.issue(key).id), str(one.id)) for key in keys for one in site.changes[site.issue(key).id]
    }
    found, token = [], None
    while True:
        body = {"issueIdsOrKeys": keys, "maxResults": 4, **({"nextPageToken": token} if token else {})}
        page = cloud.submit("changelog/bulkfetch", body).json()
        histories = [
            (log["issueId"], one) for log in page["issueChangeLogs"] for one in log["changeHistories"]
        ]
        assert len(histories) <= 4
        found += [(issue, one["id"]) for issue, one in histories]
        token = page.get("nextPageToken")
        if token is None:
            break
    assert len(found) == len(set(found)) and set(found) == wanted


def test_moments_of_changelogs_in_bulk_are_milliseconds(cloud):
    change = cloud.demo.site.changes[10105][0]
    page = cloud.submit("changelog/bulkfetch", {"issueIdsOrKeys": ["PAY-5"]}).json()
    first = page["issueChangeLogs"][0]["changeHistories"][0]
    since_1970 = (change.created - datetime(1970, 1, 1)) / timedelta(milliseconds=1)  # noqa: DTZ001 - naive UTC
    assert first["created"] == int(since_1970) > 1_700_000_000_000


def test_changelogs_in_bulk_can_be_of_certain_fields_alone(cloud):
    body = {"issueIdsOrKeys": ["PAY-11"], "fieldIds": ["status"]}
    (log,) = cloud.submit("changelog/bulkfetch", body).json()["issueChangeLogs"]
    assert len(log["changeHistories"]) == 3
    assert all("status" in [i["fieldId"] for i in one["items"]] for one in log["changeHistories"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("changelog/bulkfetch", {"issueIdsOrKeys": [str(number) for number in range(1001)]}),
        ("changelog/bulkfetch", {"issueIdsOrKeys": []}),
        ("changelog/bulkfetch", {"issueIdsOrKeys": ["PAY-1"], "fieldIds": [f"f{n}" for n in range(11)]}),
        ("issue/bulkfetch", {"issueIdsOrKeys": [str(number) for number in range(101)]}),
        ("worklog/list", {"ids": list(range(1001))}),
        ("worklog/list", {"worklogs": []}),
        ("search/jql", {"jql": "project = PAY", "reconcileIssues": list(range(51))}),
    ],
)
def test_too_much_at_once_is_refused(path, body, cloud):
    assert cloud.submit(path, body).status_code == 400


def test_issues_in_bulk_are_in_the_order_of_their_ids_and_what_is_missing_is_absent(cloud):
    names = ["WEB-3", "PAY-5", "10103", "NOPE-1", "99999", "PAY-5"]
    page = cloud.submit("issue/bulkfetch", {"issueIdsOrKeys": names, "fields": FIELDS}).json()
    assert [one["key"] for one in page["issues"]] == ["PAY-3", "PAY-5", "WEB-3"]
    assert page["issueErrors"] == []


def test_comments_come_a_hundred_at_a_time_on_cloud_and_all_at_once_on_data_center(cloud, server):
    for visitor, most in ((cloud, 100), (server, 110)):
        visitor.demo.site.delete_issue("PAY-8")
        for _ in range(110):
            visitor.demo.site.add_comment("PAY-7", author="bruno", body="More.")
        said = len(visitor.demo.site.comments_on(visitor.demo.site.issue("PAY-7")))
        page = visitor.ask("issue/PAY-7/comment", maxResults=1000).json()
        assert page["total"] == said >= 110
        assert len(page["comments"]) == (most if visitor is cloud else said)
        assert visitor.ask("issue/PAY-7").json()["fields"]["comment"]["total"] == said


def test_the_feed_gives_a_thousand_worklogs_a_page_and_its_since_is_inclusive(cloud):
    made = cloud.demo.site.crowd_worklogs("PAY-5", 1200, author="alice")
    cloud.demo.site.advance(timedelta(minutes=2))
    since = int((made[0].updated - datetime(1970, 1, 1)).total_seconds() * 1000)  # noqa: DTZ001 - naive UTC
    page = cloud.ask("worklog/updated", since=since).json()
    assert (len(page["values"]), page["lastPage"], page["until"]) == (1000, False, since)
    assert cloud.ask("worklog/updated", since=since + 1).json()["values"] == []


def test_what_changed_within_the_last_minute_is_not_in_the_feed_yet(cloud):
    made = cloud.demo.site.log_work("PAY-5", author="alice", started=cloud.demo.site.now, seconds=60)

    def ids():
        return [one["worklogId"] for one in cloud.ask("worklog/updated").json()["values"]]

    cloud.demo.site.advance(timedelta(seconds=59))
    assert made.id not in ids()
    cloud.demo.site.advance(timedelta(seconds=1))
    assert made.id in ids()


def test_boards_are_paged_and_one_of_a_person_has_no_location(cloud):
    cloud.demo.site.add_board("Mine", "scrum")
    cloud.demo.page_cap = 3
    first = cloud.agile("board").json()
    assert (len(first["values"]), first["total"], first["isLast"]) == (3, 4, False)
    (mine,) = cloud.agile("board", startAt=3).json()["values"]
    assert mine["name"] == "Mine" and "location" not in mine
    assert first["values"][0]["location"]["projectKey"] == "PAY"
    assert [one["id"] for one in cloud.agile("board", projectKeyOrId="WEB").json()["values"]] == [2]
    assert [one["id"] for one in cloud.agile("board", type="kanban").json()["values"]] == [3]


def test_a_configuration_names_columns_estimation_and_rank(cloud, server):
    config = cloud.agile("board/2/configuration").json()
    columns = {
        one["name"]: [status["id"] for status in one["statuses"]] for one in config["columnConfig"]["columns"]
    }
    assert columns == {"To Do": ["10000"], "Doing": ["3", "10002"], "Done": ["10001"]}
    assert config["estimation"]["field"]["fieldId"] == "customfield_10016"
    assert config["ranking"]["rankCustomFieldId"] == 10019
    assert config["filter"]["id"] == "10002"
    assert "estimation" not in cloud.agile("board/3/configuration").json()
    assert (
        server.agile("board/2/configuration").json()["estimation"]["field"]["displayName"] == "Story Points"
    )


def test_sprints_are_paged_without_total_and_a_kanban_board_has_none(cloud):
    cloud.demo.page_cap = 10
    first = cloud.agile("board/1/sprint").json()
    assert "total" not in first and (len(first["values"]), first["isLast"]) == (10, False)
    rest = cloud.agile("board/1/sprint", startAt=10).json()
    assert (len(rest["values"]), rest["isLast"]) == (4, True)
    assert "startDate" not in rest["values"][-1] and rest["values"][-1]["state"] == "future"
    assert len(cloud.agile("board/1/sprint", state="active,future").json()["values"]) == 2
    refused = cloud.agile("board/3/sprint")
    assert refused.status_code == 400
    assert refused.json()["errorMessages"] == ["The board does not support sprints"]
    assert cloud.agile("sprint/3").json()["name"] == "PAY Sprint 3"
    assert cloud.agile("sprint/999").status_code == cloud.agile("board/99/sprint").status_code == 404


def test_projects_are_told_by_their_state(cloud, server):
    for visitor in (cloud, server):
        visitor.demo.site.archive_project("DWH")
        visitor.demo.site.trash_project("WEB")
        visitor.demo.site.revoke_browse("OPS")

    def keys(visitor, path, **parameters):
        answer = visitor.ask(path, **parameters).json()
        return [one["key"] for one in (answer if isinstance(answer, list) else answer["values"])]

    assert keys(cloud, "project/search") == ["PAY"]
    assert keys(cloud, "project/search", status="archived") == ["DWH"]
    assert keys(cloud, "project/search", status=["live", "deleted"]) == ["PAY", "WEB"]
    assert keys(server, "project") == ["PAY"]
    assert keys(server, "project", includeArchived="true") == ["PAY", "DWH"]
    assert cloud.ask("project/OPS").status_code == 404


def test_people_are_found_by_account_or_name(cloud, server):
    assert cloud.ask("user", accountId="acc-chloe").json()["displayName"] == "Chloé Lindqvist"
    assert server.ask("user", username="chloe").json()["key"] == "acc-chloe"
    assert cloud.ask("user", accountId="nobody").status_code == 404
    assert [one["name"] for one in server.ask("user/search", username="elena").json()] == ["elena"]
    assert len(server.ask("user/search", username=".").json()) == 7
    assert len(server.ask("user/search", username=".", includeInactive="true").json()) == 8


def test_a_token_lasts_as_long_as_it_is_told_to(cloud):
    jql = "project = PAY order by key"
    token = cloud.ask("search/jql", jql=jql, maxResults=5).json()["nextPageToken"]
    cloud.demo.site.advance(timedelta(days=6))
    assert cloud.ask("search/jql", jql=jql, nextPageToken=token).status_code == 200
    cloud.demo.site.advance(timedelta(days=1, seconds=1))
    expired = cloud.ask("search/jql", jql=jql, nextPageToken=token)
    assert expired.status_code == 400 and "expired" in expired.json()["errorMessages"][0]


def test_old_clients_find_the_classic_search_where_it_is_left_on():
    with DemoJira(classic_search=True) as demo:
        page = requests.get(
            f"{demo.url}/rest/api/3/search?jql=project=PAY", auth=(EMAIL, TOKEN), timeout=5
        ).json()
        assert page["total"] == 42


def test_navigable_fields_leave_out_comments_and_work(cloud, server):
    shown = server.ask("search", jql="id = PAY-5").json()["issues"][0]["fields"]
    assert "summary" in shown and not {"comment", "worklog"} & set(shown)
    named = cloud.ask("search/jql", jql="id = PAY-5", fields="*navigable,comment").json()["issues"][0][
        "fields"
    ]
    assert "comment" in named and "worklog" not in named
    assert {"comment", "worklog"} <= set(cloud.ask("issue/PAY-5").json()["fields"])
