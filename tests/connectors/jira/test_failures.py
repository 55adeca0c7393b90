"""What is transient heals; what is not stops at once and says where and what to do."""

from __future__ import annotations

import json

import pytest

from connectors.errors import AuthenticationFailed, RequestRefused, SourceUnreachable
from connectors.http import Retry
from connectors.jira.client import JiraClient

TRANSIENT = {
    "500": {"kind": "status", "status": 500},
    "502": {"kind": "status", "status": 502},
    "503": {"kind": "status", "status": 503, "body": "<html>busy</html>"},
    "504": {"kind": "status", "status": 504},
    "429 with an HTML body": {"kind": "status", "status": 429, "body": "<html>slow down</html>"},
    "connection closed before the answer": {"kind": "drop"},
    "connection closed in the middle": {"kind": "cut"},
    "JSON that ends in the middle": {"kind": "truncate"},
    "an empty answer": {"kind": "empty"},
}


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT)
@pytest.mark.parametrize("path", ["search/jql", "worklog/updated", "worklog/list", "serverInfo", "myself"])
def test_a_transient_failure_heals(fault, path, cloud, read, waits):
    cloud.fault(path, **fault, times=2)
    found = read(cloud, "issues", "worklogs")
    assert (len(found["issues"].extract), len(found["worklogs"].extract)) == (120, 152)
    assert waits == [0.5, 1.0]


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT)
def test_a_failure_that_stays_names_site_endpoint_page_and_mend(fault, cloud, read, waits):
    cloud.fault("search/jql", **fault, times=None, skip=1)
    with pytest.raises(SourceUnreachable) as caught:
        read(cloud, "issues")
    assert "Jira demo: POST search/jql (page 2, updated >= 0 order by" in str(caught.value)
    assert "no whole answer after 4 attempts" in str(caught.value)
    assert "run the refresh again" in caught.value.mend
    assert len(waits) == 3


def test_an_answer_that_is_too_slow_is_asked_for_again(cloud, site, waits):
    cloud.fault("users/search", "slow", seconds=0.6)
    retry = Retry(attempts=2, sleep=waits.append)
    with JiraClient(site(cloud), retry=retry, timeouts=(1.0, 0.2)) as client:
        assert sum(len(page) for page in client.pages("users")) == 8
    assert len(waits) == 1


def test_a_jira_on_this_machine_is_not_asked_for_through_a_proxy(cloud, read, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert len(read(cloud, "projects")["projects"].extract) == 4


def test_a_server_that_is_not_there_is_unreachable(cloud, site, waits):
    nowhere = site(cloud, url="http://127.0.0.1:9")
    with pytest.raises(SourceUnreachable, match=r"Jira demo: GET serverInfo \(opening\)"):
        JiraClient(nowhere, retry=Retry(attempts=2, sleep=waits.append))
    assert len(waits) == 1


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("7", 7.0), ("0.25", 0.25), ("0", 0.0), ("120", 120.0)],
)
def test_the_wait_that_is_asked_for_is_waited_in_full(asked, waited, cloud, read, waits):
    cloud.fault("search/jql", "status", status=429, headers={"Retry-After": asked})
    read(cloud, "issues")
    assert waits == [waited]


def test_a_wait_until_a_date_counts_from_the_servers_own_clock(cloud, read, waits):
    headers = {"Date": "Wed, 01 Jul 2026 10:00:00 GMT", "Retry-After": "Wed, 01 Jul 2026 10:00:42 GMT"}
    cloud.fault("search/jql", "status", status=429, headers=headers)
    read(cloud, "issues")
    assert waits == [42.0]


def test_a_wait_may_be_asked_for_by_the_reset_of_the_quota(cloud, read, waits):
    headers = {"Date": "Wed, 01 Jul 2026 10:00:00 GMT", "X-RateLimit-Reset": "2026-07-01T10:59Z"}
    cloud.fault("search/jql", "status", status=429, headers=headers)
    read(cloud, "issues")
    assert waits == [59 * 60.0]


@pytest.mark.parametrize("asked", ["soon", "nan", ""])
def test_a_wait_nobody_can_read_is_the_ordinary_backoff(asked, cloud, read, waits):
    cloud.fault("search/jql", "status", status=429, headers={"Retry-After": asked})
    read(cloud, "issues")
    assert waits == [0.5]


def test_too_long_a_wait_stops_instead(cloud, read, waits):
    cloud.fault("search/jql", "status", status=429, headers={"Retry-After": "86400"})
    with pytest.raises(SourceUnreachable, match="asks to wait 86400 s"):
        read(cloud, "issues")
    assert waits == []


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("path", ["myself", "search/jql", "worklog/list"])
def test_refused_credentials_stop_at_once(status, path, cloud, read, waits):
    cloud.fault(path, "status", status=status, times=None)
    with pytest.raises(AuthenticationFailed, match=rf"{path} .* answered {status}.*auth.token") as caught:
        read(cloud, "issues", "worklogs")
    assert "demo-token" not in str(caught.value)
    assert waits == []


@pytest.mark.parametrize("path", ["serverInfo", "myself", "search/jql"])
def test_a_login_page_with_200_stops_at_once(path, cloud, read, waits):
    cloud.fault(path, "login", times=None)
    with pytest.raises(AuthenticationFailed, match=rf"{path}.*login page"):
        read(cloud, "issues")
    assert waits == []


def test_an_anonymous_answer_to_refused_credentials_stops_at_once(cloud, read, waits):
    cloud.fault("search/jql", "empty", headers={"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
    with pytest.raises(AuthenticationFailed):
        read(cloud, "issues")
    assert waits == []


def test_a_captcha_is_told_in_the_servers_words(server, read):
    headers = {
        "X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://jira.demo.example/login.jsp"
    }
    server.fault("myself", "status", status=403, headers=headers)
    with pytest.raises(AuthenticationFailed, match=r"CAPTCHA_CHALLENGE.*auth\.pat"):
        read(server, "issues")


@pytest.mark.parametrize("change", [{"token": "wrong"}, {"email": "someone@else.example"}])
def test_wrong_credentials_stop_before_anything_is_read(change, cloud, read):
    with pytest.raises(AuthenticationFailed, match=r"GET myself \(opening\) answered 401"):
        read(cloud, **change)
    assert not any("search" in request.path for request in cloud.requests)


def test_a_refused_request_is_told_in_the_servers_words(cloud, read, waits):
    body = {"errorMessages": ["Field 'updatd' does not exist."], "errors": {}}
    cloud.fault("search/jql", "status", status=400, body=json.dumps(body))
    with pytest.raises(RequestRefused, match=r"answered 400: Field 'updatd' does not exist\."):
        read(cloud, "issues")
    assert waits == []


def test_an_unknown_project_is_named_with_those_the_account_sees(cloud, read):
    with pytest.raises(RequestRefused, match=r"sees no project NOPE.*It sees DWH, OPS, PAY, WEB"):
        read(cloud, "issues", projects=("PAY", "NOPE"))


def test_a_site_that_is_no_jira_is_refused(cloud, read, site):
    with pytest.raises(RequestRefused, match=r"serverInfo.*answered 404.*Check the site's address"):
        read(cloud, "issues", url=f"{cloud.url}/wiki")


@pytest.mark.parametrize("url", ["acme.atlassian.net", "ftp://acme", "https://me:secret@acme.atlassian.net"])
def test_an_address_that_is_none_is_refused_before_any_request(url, site, cloud):
    with pytest.raises(RequestRefused) as caught:
        site(cloud, url=url)
    assert "secret" not in caught.value.message or "acme" in url


def test_a_site_takes_exactly_one_kind_of_credentials(site, cloud):
    with pytest.raises(AuthenticationFailed, match="missing or double"):
        site(cloud, token=None)
    with pytest.raises(AuthenticationFailed, match="missing or double"):
        site(cloud, pat="x")


def test_a_site_never_shows_its_secrets(site, cloud, server):
    assert "demo-token" not in repr(site(cloud))
    assert "demo-pat" not in repr(site(server))
