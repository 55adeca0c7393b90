"""F6 to F13: an answer that is broken, missing, refused, late or no answer at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.errors import AuthenticationFailed, RequestRefused, SourceUnreachable
from demo.jira.tokens import write_token
from tests.connectors.jira.syncing import asked, assert_counted, assert_same
from tests.connectors.jira.test_failure_modes import PATHS

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""A connection that breaks in the middle leaves its socket to the garbage collector."""


def _heals(demo, sync, clock, kind, times=2, **more):
    """Every endpoint fails `times` times so; all arrives, each after the ordinary waits."""
    for path in PATHS[demo.deployment]:
        demo.fault(path, kind, times=times, **more)
    found = sync(demo)
    assert_same(found.rows, demo.site)
    assert_counted(found.rows, demo.site)
    assert len(clock.waits) == times * len(PATHS[demo.deployment])


def _stays(demo, sync, kind, **more):
    """It fails always: it ends, says so, and nothing of the page is kept; healed, the next run goes on."""
    path = "changelog/bulkfetch"
    demo.fault(path, kind, times=None, **more)
    with pytest.raises(
        SourceUnreachable, match=r"changelog/bulkfetch .*no whole answer after 4 attempts"
    ) as caught:
        sync(demo, concurrency=1)
    assert "run the refresh again" in caught.value.mend
    demo.faults.clear()
    before = len(demo.requests)
    assert_same(sync(demo).rows, demo.site)
    again = demo.requests[before:]
    assert not [one for one in again if one.path.endswith(("search/jql", "issue/bulkfetch"))]


def test_f06_a_connection_dropped_before_the_answer(demo, sync, clock):
    _heals(demo, sync, clock, "drop")


@pytest.mark.parametrize("kind", ["cut", "reset"])
def test_f07_a_connection_broken_in_the_middle(kind, demo, sync, clock):
    _heals(demo, sync, clock, kind)


def test_f08_json_that_ends_in_the_middle(demo, sync, clock):
    _heals(demo, sync, clock, "truncate")


@pytest.mark.parametrize("kind", ["drop", "cut", "reset", "truncate"])
def test_f06_to_f08_what_stays_broken_fails_loudly(kind, cloud, sync):
    _stays(cloud, sync, kind)


@pytest.mark.parametrize("kind", ["login", "redirect"])
def test_f09_a_login_page_stops_at_once(kind, demo, sync, home, clock):
    landing = home(demo)
    demo.fault("worklog/list", kind, times=None)
    with pytest.raises(AuthenticationFailed, match=r"worklog/list .*login page.*Check auth\.(pat|email)"):
        sync(demo)
    assert clock.waits == []
    with pytest.raises(AuthenticationFailed):
        landing.receive()
    assert not list(landing.root.glob("landing/manifests/**/*.json"))
    demo.faults.clear()
    landing.receive()
    assert_same(landing.standing(), demo.site)


def test_f10_nothing_with_200_to_nobody_is_a_refused_login(demo, sync, clock):
    headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
    demo.fault("worklog/updated", "empty", headers=headers, times=None)
    with pytest.raises(AuthenticationFailed, match=r"worklog/updated .*Check auth\."):
        sync(demo)
    assert clock.waits == []


def test_f10_nothing_with_200_is_asked_for_again(demo, sync, clock):
    _heals(demo, sync, clock, "empty", times=1)


def test_f11_a_token_revoked_in_the_middle_stops_it_and_lands_nothing(demo, home):
    landing = home(demo)
    demo.fault("/rest/", "status", status=401, times=None, skip=25)
    with pytest.raises(AuthenticationFailed, match=r"answered 401.*is the token still valid"):
        landing.receive()
    assert not list(landing.root.glob("landing/manifests/**/*.json"))
    demo.faults.clear()
    demo.requests.clear()
    landing.receive()
    assert_same(landing.standing(), demo.site)
    assert not asked(demo, "field")


@pytest.mark.parametrize("status", [400, 403])
def test_f11_a_project_that_is_refused_is_access_lost_and_the_others_are_read(status, cloud, sync):
    """The right to browse it goes while the sync is under way: it is on the roster, but cannot be searched."""
    cloud.after("project/search", lambda: cloud.site.revoke_browse("PAY"), answers=3)
    if status == 403:
        cloud.fault("search/jql", "status", status=403, contains='"PAY"', times=None)
    found = sync(cloud)
    assert {row["project_key"]: row["visibility"] for row in found.rows["project_census"]} == {
        "DWH": "live",
        "OPS": "live",
        "PAY": "access_lost",
        "WEB": "live",
    }
    assert [message for message in found.told if "census/PAY" in message and f"answered {status}" in message]
    assert_same(found.rows, cloud.site)


@pytest.mark.parametrize("project", ["PAY", "OPS"])
def test_f11_an_issue_deleted_between_list_and_fetching(project, demo, sync):
    key = f"{project}-5"
    identity = str(demo.site.issue(key).id)
    answer = demo.answer

    def deleted_before(request):
        body = str(request.body)
        if "*all" in body and identity in body and demo.site.issue(key):
            demo.site.delete_issue(key)
        return answer(request)

    demo.answer = deleted_before
    found = sync(demo)
    assert identity not in found.column("issues", "issue_id")
    assert_same(found.rows, demo.site)
    assert_counted(found.rows, demo.site)


def test_f12_a_request_that_is_refused_is_told_in_the_servers_words(demo, sync, clock):
    body = {"errorMessages": ["Error in the JQL Query: Expecting operator."], "errors": {}}
    demo.fault("worklog/updated", "status", status=400, body=body)
    with pytest.raises(RequestRefused, match=r"answered 400: Error in the JQL Query: Expecting operator\. "):
        sync(demo)
    assert clock.waits == []


@pytest.mark.parametrize("path", ["search/jql", "changelog/bulkfetch"])
def test_f12_an_expired_token_begins_its_own_walk_again(path, cloud, sync):
    cloud.token_ttl = timedelta(minutes=1)
    cloud.after(path, lambda: cloud.site.advance(timedelta(hours=1)), answers=2)
    found = sync(cloud, concurrency=1)
    assert_same(found.rows, cloud.site)
    assert_counted(found.rows, cloud.site)
    others = [request.path for request in cloud.requests if not request.path.endswith(path)]
    assert len(others) == len(
        {(r.path, str(r.query), str(r.body)) for r in cloud.requests if r.path in others}
    )


def test_f12_a_token_of_another_query_begins_its_own_walk_again(cloud, sync):
    strange = write_token("another query", (1, 2), cloud.site.now)
    cloud.fault("search/jql", "patch", at=["nextPageToken"], value=strange, contains='"PAY"')
    assert_same(sync(cloud).rows, cloud.site)


def test_f12_a_token_that_expired_while_nobody_read_on(cloud, sync):
    """Nine days pass between two runs: what was read stays, only the walk in the middle begins again."""
    cloud.fault("search/jql", "status", status=401, contains="nextPageToken", times=None)
    with pytest.raises(AuthenticationFailed):
        sync(cloud, concurrency=1)
    cloud.faults.clear()
    cloud.site.advance(timedelta(days=9))
    assert_same(sync(cloud, concurrency=1).rows, cloud.site)
    assert len(asked(cloud, "field")) == 1


def test_f13_a_slow_answer_is_not_waited_for_for_ever(demo, sync, clock):
    for path in ("worklog/updated", "worklog/list", "search"):
        demo.fault(path, "slow", seconds=0.8)
    found = sync(demo, timeouts=(2.0, 0.4))
    assert_same(found.rows, demo.site)
    assert clock.waits == [0.5, 0.5, 0.5]
    assert len([message for message in found.told if "ReadTimeout" in message or "timed out" in message]) == 3
