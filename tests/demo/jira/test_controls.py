"""A server in another process can be told everything over HTTP that Python could tell it."""

from __future__ import annotations

import inspect

import pytest

from demo.jira.routes.controls import CHANGES
from demo.jira.site import Site


def test_every_change_of_a_site_can_be_ordered():
    ours = {name for name, _ in inspect.getmembers(Site, inspect.isfunction) if not name.startswith("_")}
    read = {
        "issue", "project", "user", "status", "status_of", "work_on", "comments_on", "links_of", "children_of",
        "is_findable", "is_readable", "closed_projects", "revision", "tick", "new_id", "known", "record",
        "before_change", "indexed", "advance",
    }  # fmt: skip
    assert ours - read == CHANGES


@pytest.mark.parametrize(
    "change",
    [
        {"do": "create_issue", "project": "PAY", "type": "Bug", "summary": "x", "due": "2026-07-31"},
        {"do": "edit_issue", "key": "PAY-5", "status": "Done", "points": 8},
        {"do": "touch_issue", "keys": ["PAY-5", "PAY-6"]},
        {"do": "move_issue", "key": "PAY-5", "to": "WEB"},
        {"do": "link_issues", "key": "PAY-5", "type": "Relates", "to": "WEB-3"},
        {"do": "unlink_issues", "id": 20001},
        {"do": "hide_issue", "key": "PAY-5"},
        {
            "do": "log_work",
            "key": "PAY-5",
            "author": "alice",
            "started": "2026-06-30T08:00:00",
            "seconds": 900,
        },
        {"do": "edit_worklog", "id": 10510, "seconds": 60},
        {"do": "crowd_worklogs", "key": "PAY-5", "count": 3, "author": "alice"},
        {"do": "add_comment", "key": "PAY-5", "author": "alice", "body": "Yes."},
        {"do": "archive_project", "key": "OPS"},
        {"do": "trash_project", "id": "OPS"},
        {"do": "revoke_browse", "key": "OPS", "revoked": True},
        {"do": "rename_project", "key": "OPS", "to": "RUN"},
        {"do": "anonymise_user", "code": "bruno"},
        {"do": "add_field", "name": "Risk", "type": "number"},
        {"do": "rename_field", "id": "customfield_10016", "name": "Size"},
        {"do": "crowd_minute", "project": "PAY", "count": 5},
        {"do": "lengthen_history", "key": "PAY-5", "count": 5},
        {"do": "add_board", "name": "Mine", "type": "kanban"},
        {"do": "add_sprint", "board": 1, "name": "Next"},
        {"do": "start_sprint", "id": 14, "lasts": 86400},
        {"do": "close_sprint", "sprint": 13, "into": 14},
        {"do": "put_into_sprint", "key": "PAY-5", "sprint": 14},
        {"do": "take_from_sprint", "key": "PAY-5"},
        {"do": "advance", "seconds": 5},
    ],
    ids=lambda change: change["do"],
)
def test_a_change_is_made(change, cloud):
    before = cloud.get(f"{cloud.demo.url}/__state__", timeout=5).json()["now"]
    answer = cloud.put("__changes__", change)
    assert answer.status_code == 200, answer.text
    fields = ("anonymise_user", "add_field", "rename_field", "add_board")
    assert (
        change["do"] in fields or cloud.get(f"{cloud.demo.url}/__state__", timeout=5).json()["now"] > before
    )


def test_changes_come_singly_or_as_a_list(cloud):
    made = cloud.put(
        "__changes__", [{"do": "create_issue", "project": "PAY"}, {"do": "delete_issue", "key": "PAY-5"}]
    )
    assert made.json()[0]["key"] == "PAY-43"
    state = cloud.get(f"{cloud.demo.url}/__state__", timeout=5).json()
    assert "PAY-43" in state["issues"].values() and "PAY-5" not in state["issues"].values()
    assert cloud.put("__changes__", {"do": "answer"}).status_code == 400


def test_something_changes_after_so_many_answers(cloud):
    hook = {"path": "users/search", "answers": 2, "changes": [{"do": "delete_issue", "key": "PAY-5"}]}
    cloud.put("__hooks__", hook)
    cloud.ask("users/search")
    assert cloud.ask("issue/PAY-5").status_code == 200
    cloud.ask("users/search")
    assert cloud.ask("issue/PAY-5").status_code == 404
    cloud.put("__hooks__", {**hook, "times": None, "changes": [{"do": "advance", "seconds": 1}]})
    now = cloud.demo.site.now
    for _ in range(6):
        cloud.ask("users/search")
    assert (cloud.demo.site.now - now).total_seconds() == 3
    cloud.put("__hooks__", [])
    assert cloud.demo.hooks == []


def test_settings_hold_from_the_next_request_on(cloud):
    cloud.put("__settings__", {"page_cap": 7, "timezone": "Asia/Kolkata", "lag": 30, "token_ttl": 60})
    assert len(cloud.ask("users/search").json()) == 7
    assert cloud.ask("myself").json()["timeZone"] == "Asia/Kolkata"
    assert cloud.ask("issue/PAY-5").json()["fields"]["created"].endswith("+0530")
    assert cloud.put("__settings__", {"colour": "red"}).status_code == 400


def test_the_state_tells_what_there_is(cloud):
    cloud.demo.site.hide_issue("PAY-5")
    cloud.demo.site.archive_project("OPS")
    cloud.demo.site.delete_worklog(10510)
    state = cloud.get(f"{cloud.demo.url}/__state__", timeout=5).json()
    assert (len(state["issues"]), len(state["hidden_issues"]), len(state["worklogs"])) == (103, 17, 151)
    assert state["hidden_issues"]["10105"] == "PAY-5"
    assert state["projects"]["OPS"] == "archived"
    assert state["deleted_worklogs"] == ["10510"]


def test_requests_are_kept_until_they_are_forgotten(cloud):
    cloud.submit("worklog/list", {"ids": [10500]})
    (asked,) = cloud.get(f"{cloud.demo.url}/__requests__", timeout=5).json()
    assert (asked["method"], asked["path"], asked["body"]) == (
        "POST",
        "/rest/api/3/worklog/list",
        {"ids": [10500]},
    )
    cloud.put("__requests__", {})
    assert cloud.get(f"{cloud.demo.url}/__requests__", timeout=5).json() == []
