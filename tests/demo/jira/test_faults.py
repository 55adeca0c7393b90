"""Each failure on order is the failure it is said to be."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

JQL = "project in (PAY, WEB) order by created"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 401, 403])
def test_a_status_is_answered_once_and_then_no_more(status, cloud):
    cloud.demo.fault("users/search", "status", status=status, body="<html>no</html>")
    first, second = cloud.ask("users/search"), cloud.ask("users/search")
    assert (first.status_code, first.text, second.status_code) == (status, "<html>no</html>", 200)


@pytest.mark.parametrize(
    ("form", "asked"),
    [("seconds", "30"), ("html", "30"), ("float", "30.5"), ("missing", None), ("reset", None)],
)
def test_too_many_requests_come_with_every_form_of_wait(form, asked, cloud):
    seconds = 30.5 if form == "float" else 30
    cloud.demo.fault("myself", "throttle", form=form, seconds=seconds, reason="jira-burst-based")
    answer = cloud.ask("myself")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (429, asked)
    assert answer.headers["RateLimit-Reason"] == "jira-burst-based"
    assert answer.text.startswith("<html>") == (form == "html")
    if form == "reset":
        reset = datetime.fromisoformat(answer.headers["X-RateLimit-Reset"])
        assert (
            timedelta(seconds=28)
            < reset - parsedate_to_datetime(answer.headers["Date"])
            < timedelta(seconds=32)
        )


def test_a_wait_may_be_until_a_date(cloud):
    cloud.demo.fault("myself", "throttle", form="date", seconds=90)
    headers = cloud.ask("myself").headers
    wait = parsedate_to_datetime(headers["Retry-After"]) - parsedate_to_datetime(headers["Date"])
    assert wait == timedelta(seconds=90)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("drop", requests.exceptions.ConnectionError),
        ("cut", requests.exceptions.ChunkedEncodingError),
        ("reset", (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)),
    ],
)
def test_a_connection_breaks_before_or_in_the_middle(kind, error, cloud):
    cloud.demo.fault("users/search", kind)
    with pytest.raises(error):
        cloud.ask("users/search")
    assert cloud.ask("users/search").status_code == 200


def test_half_a_document_is_sent_as_if_it_were_all(cloud):
    cloud.demo.fault("users/search", "truncate")
    answer = cloud.ask("users/search")
    assert answer.status_code == 200 and len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_a_login_page_comes_at_once_or_by_redirection(cloud):
    cloud.demo.fault("myself", "login")
    assert "<form>" in cloud.ask("myself").text
    cloud.demo.fault("myself", "redirect")
    answer = cloud.get(cloud.address("myself"), timeout=5, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"].startswith("/login.jsp")) == (302, True)


def test_an_empty_answer_says_why_in_a_header(cloud):
    cloud.demo.fault("myself", "empty", headers={"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
    answer = cloud.ask("myself")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"


def test_a_fault_may_be_of_one_project_alone(cloud):
    cloud.demo.fault("search/jql", "status", status=403, contains="WEB", times=None)
    assert cloud.ask("search/jql", jql="project = PAY").status_code == 200
    assert cloud.submit("search/jql", {"jql": "project = WEB"}).status_code == 403


def test_a_slow_answer_holds_up_nobody_else(cloud):
    cloud.demo.fault("users/search", "slow", seconds=5)
    with pytest.raises(requests.exceptions.ReadTimeout):
        cloud.get(cloud.address("users/search"), timeout=0.2)
    assert cloud.ask("users/search").status_code == 200


def _walk(visitor):
    sizes, ids, token = [], [], None
    while True:
        page = visitor.ask(
            "search/jql", jql=JQL, maxResults=20, **({"nextPageToken": token} if token else {})
        ).json()
        sizes.append(len(page["issues"]))
        ids += [one["id"] for one in page["issues"]]
        token = page.get("nextPageToken")
        if page["isLast"] or token is None:
            return sizes, ids


@pytest.mark.parametrize(("kind", "value", "size"), [("empty_page", None, 0), ("short", 3, 3)])
def test_a_page_is_empty_or_short_and_the_walk_goes_on_without_loss(kind, value, size, cloud):
    cloud.demo.fault("search/jql", kind, value=value, skip=1)
    sizes, ids = _walk(cloud)
    assert sizes[:3] == [20, size, 20]
    assert len(ids) == len(set(ids)) == 76


def test_the_first_page_too_may_be_empty(cloud):
    cloud.demo.fault("search/jql", "empty_page")
    sizes, ids = _walk(cloud)
    assert sizes[0] == 0 and len(set(ids)) == 76


def test_a_page_that_is_not_the_last_may_lack_its_token(cloud):
    cloud.demo.fault("search/jql", "remove", at=["nextPageToken"])
    page = cloud.ask("search/jql", jql=JQL, maxResults=20).json()
    assert (page["isLast"], "nextPageToken" in page) == (False, False)


def test_a_token_comes_again(cloud):
    cloud.demo.fault("search/jql", "replay", times=None)
    first = cloud.ask("search/jql", jql=JQL, maxResults=20).json()
    again = cloud.ask("search/jql", jql=JQL, maxResults=20, nextPageToken=first["nextPageToken"]).json()
    assert again == first


def test_what_moves_between_two_pages_comes_twice_or_not_at_all(cloud):
    site, jql = cloud.demo.site, "project = PAY order by updated asc"
    order = [
        issue.key
        for issue in sorted(site.issues.values(), key=lambda i: (i.updated, i.id))
        if issue.project == "PAY"
    ]
    cloud.demo.after("search/jql", lambda: site.edit_issue(order[0], summary="moves to the end"))
    first = cloud.ask("search/jql", jql=jql, fields="key", maxResults=20).json()
    rest = cloud.ask(
        "search/jql", jql=jql, fields="key", maxResults=100, nextPageToken=first["nextPageToken"]
    ).json()
    assert [one["key"] for one in first["issues"]] == order[:20]
    assert [one["key"] for one in rest["issues"]] == [*order[20:], order[0]]


def test_a_deletion_between_two_pages_shifts_the_offset(server):
    site, jql = server.demo.site, "project = PAY order by key asc"
    server.demo.after("search", lambda: site.delete_issue("PAY-1"))
    first = server.ask("search", jql=jql, maxResults=20).json()
    second = server.ask("search", jql=jql, maxResults=20, startAt=20).json()
    assert (first["issues"][-1]["key"], second["issues"][0]["key"]) == ("PAY-20", "PAY-22")
    assert (first["total"], second["total"]) == (42, 41)


def test_the_quota_is_a_wall_until_the_hour(cloud):
    cloud.demo.limit(30)
    site = cloud.demo.site
    site.now = site.now.replace(minute=20, second=0)
    assert cloud.ask("search/jql", jql=JQL, maxResults=25).status_code == 200
    assert cloud.ask("users/search", maxResults=5).status_code == 200
    refused = cloud.ask("myself")
    assert (refused.status_code, refused.headers["RateLimit-Reason"]) == (429, "jira-quota-global-based")
    assert (refused.headers["Retry-After"], refused.headers["X-RateLimit-Remaining"]) == ("2400", "0")
    assert refused.headers["X-RateLimit-Reset"] == "2026-06-30T21:00Z"
    assert cloud.put("__changes__", {"do": "advance", "seconds": 2399}).status_code == 200
    assert cloud.ask("myself").status_code == 429
    site.advance(timedelta(seconds=1))
    assert cloud.ask("myself").status_code == 200


def test_a_far_away_jira_answers_late_but_its_own_addresses_at_once(cloud):
    cloud.put("__settings__", {"latency": 60})
    with pytest.raises(requests.exceptions.ReadTimeout):
        cloud.get(cloud.address("myself"), timeout=0.2)
    cloud.put("__settings__", {"latency": 0})
    assert cloud.ask("myself").status_code == 200
