"""What is not transient stops at once and says where and what to do; so does what stays."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from connectors.errors import AuthenticationFailed, RequestRefused, SourceUnreachable
from connectors.http import Retry, silent
from connectors.jira.census import LandedIssues
from connectors.jira.client import JiraClient
from connectors.jira.reading import Reading
from connectors.jira.spool import Spool
from connectors.jira.sync import Landed, Sync
from tests.connectors.jira.syncing import Clock, asked, site_of

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""A connection that breaks in the middle leaves its socket to the garbage collector."""

STAYING = {
    "503": {"kind": "status", "status": 503, "body": "<html>busy</html>"},
    "429 with an HTML body": {"kind": "throttle", "form": "html"},
    "connection closed before the answer": {"kind": "drop"},
    "connection closed in the middle": {"kind": "cut"},
    "JSON that ends in the middle": {"kind": "truncate"},
    "an empty answer": {"kind": "empty"},
}


@pytest.mark.parametrize("fault", STAYING.values(), ids=STAYING)
def test_a_failure_that_stays_names_site_endpoint_page_and_mend(fault, cloud, sync, clock):
    cloud.fault("search/jql", **fault, contains="nextPageToken", times=None)
    with pytest.raises(SourceUnreachable) as caught:
        sync(cloud, concurrency=1)
    assert "Jira demo: POST search/jql (nextPageToken " in str(caught.value)
    assert 'project in ("DWH") order by created asc' not in str(caught.value)
    assert 'project in ("PAY") order by created asc' in str(caught.value)
    assert "no whole answer after 4 attempts" in str(caught.value)
    assert "run the refresh again" in caught.value.mend
    assert len(clock.waits) == 3


def test_a_jira_on_this_machine_is_not_asked_for_through_a_proxy(cloud, sync, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert len(sync(cloud).rows["projects"]) == 4


def test_a_server_that_is_not_there_is_unreachable(cloud, site):
    clock = Clock()
    with pytest.raises(SourceUnreachable, match=r"Jira demo: GET serverInfo \(opening\)"):
        JiraClient(site(cloud, url="http://127.0.0.1:9"), retry=clock.retry(attempts=2))
    assert clock.waits == [0.5]


@pytest.mark.parametrize(("asked_for", "waited"), [("7", 7.0), ("0.25", 0.25), ("0", 0.0), ("120", 120.0)])
def test_the_wait_that_is_asked_for_is_waited_in_full(asked_for, waited, cloud, sync, clock):
    cloud.fault("search/jql", "status", status=429, headers={"Retry-After": asked_for})
    sync(cloud, concurrency=1)
    assert clock.waits == [waited]


def test_a_wait_until_a_date_counts_from_the_servers_own_clock(cloud, sync, clock):
    headers = {"Date": "Wed, 01 Jul 2026 10:00:00 GMT", "Retry-After": "Wed, 01 Jul 2026 10:00:42 GMT"}
    cloud.fault("search/jql", "status", status=429, headers=headers)
    sync(cloud, concurrency=1)
    assert clock.waits == [42.0]


def test_a_wait_may_be_asked_for_by_the_reset_of_the_quota(cloud, sync, clock):
    headers = {"Date": "Wed, 01 Jul 2026 10:00:00 GMT", "X-RateLimit-Reset": "2026-07-01T10:59Z"}
    cloud.fault("search/jql", "status", status=429, headers=headers)
    sync(cloud, concurrency=1)
    assert clock.waits == [59 * 60.0]


@pytest.mark.parametrize("asked_for", ["soon", "nan", ""])
def test_a_wait_nobody_can_read_is_the_ordinary_backoff(asked_for, cloud, sync, clock):
    cloud.fault("search/jql", "status", status=429, headers={"Retry-After": asked_for})
    sync(cloud, concurrency=1)
    assert clock.waits == [0.5]


def test_too_long_a_wait_stops_instead(cloud, sync, clock):
    cloud.fault("search/jql", "status", status=429, headers={"Retry-After": "86400"})
    with pytest.raises(SourceUnreachable, match="asks to wait 86400 s"):
        sync(cloud)
    assert clock.waits == []


def test_the_ordinary_wait_doubles_up_to_a_limit_and_is_jittered():
    retry = Retry(first_wait=1.0, longest_wait=5.0, jitter=lambda: 0.5)
    assert [retry.backoff(attempt) for attempt in (1, 2, 3, 4, 9)] == [0.75, 1.5, 3.0, 3.75, 3.75]
    assert replace(retry, jitter=lambda: 1.0).backoff(3) == 4.0


@pytest.mark.parametrize(
    "path", ["myself", "search/jql", "worklog/list", "issue/bulkfetch", "changelog/bulkfetch"]
)
def test_a_refused_login_stops_at_once(path, cloud, sync, clock):
    cloud.fault(path, "status", status=401, times=None)
    with pytest.raises(AuthenticationFailed, match=rf"{path} .*answered 401.*auth.token") as caught:
        sync(cloud)
    assert "demo-token" not in str(caught.value)
    assert clock.waits == []


@pytest.mark.parametrize("path", ["serverInfo", "myself", "search/jql"])
def test_a_login_page_with_200_stops_at_once(path, cloud, sync, clock):
    cloud.fault(path, "login", times=None)
    with pytest.raises(AuthenticationFailed, match=rf"{path}.*login page"):
        sync(cloud)
    assert clock.waits == []


def test_a_captcha_is_told_in_the_servers_words(server, sync):
    denied = "CAPTCHA_CHALLENGE; login-url=https://jira.demo.example/login.jsp"
    server.fault("myself", "status", status=403, headers={"X-Authentication-Denied-Reason": denied})
    with pytest.raises(AuthenticationFailed, match=r"CAPTCHA_CHALLENGE.*auth\.pat"):
        sync(server)


@pytest.mark.parametrize("change", [{"token": "wrong"}, {"email": "someone@else.example"}])
def test_wrong_credentials_stop_before_anything_is_read(change, cloud, sync):
    with pytest.raises(AuthenticationFailed, match=r"GET myself \(opening\) answered 401"):
        sync(cloud, **change)
    assert {request.path.rpartition("/")[2] for request in cloud.requests} == {"serverInfo", "myself"}


def test_a_refused_request_is_told_in_the_servers_words(cloud, sync, clock):
    body = {"errorMessages": ["Field 'updatd' does not exist."], "errors": {}}
    cloud.fault("issue/bulkfetch", "status", status=400, body=json.dumps(body))
    with pytest.raises(RequestRefused, match=r"answered 400: Field 'updatd' does not exist\."):
        sync(cloud)
    assert clock.waits == []


def test_an_unknown_project_is_named_with_those_the_account_sees(demo, sync):
    with pytest.raises(RequestRefused, match=r"sees no project NOPE.*It sees DWH, OPS, PAY, WEB"):
        sync(demo, projects=("PAY", "NOPE"))
    assert not [one for one in demo.requests if "project in" in str(one.body)]


def test_a_site_that_is_no_jira_is_refused(cloud, sync):
    with pytest.raises(RequestRefused, match=r"serverInfo.*answered 404.*Check the site's address"):
        sync(cloud, url=f"{cloud.url}/wiki")


def test_one_failure_ends_the_reading_and_the_requests_with_it(cloud, sync):
    cloud.fault("issue/bulkfetch", "status", status=401, times=None)
    with pytest.raises(AuthenticationFailed):
        sync(cloud)
    assert len(asked(cloud, "issue/bulkfetch")) <= 4


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


def test_a_wait_that_jira_asked_for_ends_when_another_request_has_failed(cloud, tmp_path):
    """An hour's quota is used up on one endpoint, the credentials are refused on another: nobody waits the hour."""
    cloud.fault("worklog/updated", "throttle", seconds=3_000, times=None)
    cloud.fault("api/3/status", "status", status=401, times=None)
    with (
        JiraClient(site_of(cloud)) as client,
        pytest.raises(AuthenticationFailed),
        Reading(client, Spool(tmp_path / "spool"), silent) as reading,
    ):
        Sync(reading, Landed(cursors={}, issues=LandedIssues.none())).run()
