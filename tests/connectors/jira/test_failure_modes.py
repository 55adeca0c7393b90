"""F1 to F5 and F26: what asks for patience gets it, in full, and then everything arrives once."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import count

import pytest

from connectors.errors import SourceUnreachable
from tests.connectors.jira.syncing import asked, assert_counted, assert_same

PATHS = {
    "cloud": (
        "search/jql",
        "issue/bulkfetch",
        "changelog/bulkfetch",
        "worklog/updated",
        "worklog/list",
        "users",
    ),
    "server": ("2/search", "worklog/updated", "worklog/deleted", "worklog/list", "user/search", "board"),
}


def test_f01_a_short_wait_is_waited_on_every_endpoint(demo, sync, clock):
    for path in PATHS[demo.deployment]:
        demo.fault(path, "throttle", seconds=1, times=2)
    found = sync(demo)
    assert_same(found.rows, demo.site)
    assert_counted(found.rows, demo.site)
    told = [message for message in found.told if "answered 429" in message]
    assert len(told) == 2 * len(PATHS[demo.deployment])
    assert all("asking again in 1.0 s" in message for message in told)
    assert clock.waits.count(1.0) >= len(told)


@pytest.mark.parametrize("form", ["seconds", "reset"])
def test_f02_a_long_wait_is_waited_in_full(form, demo, sync, clock):
    path = "search"
    demo.fault(path, "throttle", seconds=120, form=form, reason="jira-burst-based", contains="PAY")
    found = sync(demo)
    assert_same(found.rows, demo.site)
    assert max(clock.waits) == pytest.approx(120, abs=2)
    assert [
        m
        for m in found.told
        if "answered 429: Rate limit exceeded [jira-burst-based]; asking again in 1" in m
    ]


def test_f02_a_burst_holds_back_its_own_endpoint_alone(cloud, sync, clock):
    """While the list of issues pauses for two minutes, issues of other kinds go on being asked for."""
    others = threading.Event()
    cloud.fault("users/search", "throttle", seconds=120, reason="jira-burst-based")
    cloud.after("worklog/list", others.set)
    clock.then = lambda now: others.wait(20)
    found = sync(cloud)
    assert others.is_set()
    assert clock.waits == [120.0]
    assert_same(found.rows, cloud.site)


@pytest.mark.parametrize(
    ("form", "waited"), [("date", 30), ("float", 30), ("html", 30), ("reset", 30), ("missing", 0.5)]
)
def test_f03_every_form_of_the_wait_is_understood(form, waited, demo, sync, clock):
    demo.fault("search", "throttle", seconds=30, form=form, contains="WEB")
    assert_same(sync(demo).rows, demo.site)
    assert max(clock.waits) == pytest.approx(waited, abs=1)


def test_f04_a_web_page_with_429_is_a_wait_and_no_login_page(demo, sync, clock):
    for path in PATHS[demo.deployment]:
        demo.fault(path, "throttle", form="html", seconds=3)
    found = sync(demo)
    assert_same(found.rows, demo.site)
    assert not [message for message in found.told if "<html>" in message]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_f05_a_server_error_is_asked_again_with_growing_waits(status, demo, sync, clock):
    for path in PATHS[demo.deployment]:
        demo.fault(path, "status", status=status, body="<html>busy</html>", times=2)
    found = sync(demo)
    assert_same(found.rows, demo.site)
    assert_counted(found.rows, demo.site)
    assert len(clock.waits) == 2 * len(PATHS[demo.deployment])
    assert set(clock.waits) <= {0.5, 1.0}


def test_f05_the_waits_for_one_request_grow(demo, sync, clock):
    demo.fault("worklog/list", "status", status=503, times=3)
    assert_same(sync(demo).rows, demo.site)
    assert clock.waits == [0.5, 1.0, 2.0]


def test_f05_a_server_error_that_stays_ends_it_and_the_next_run_goes_on(cloud, sync, clock):
    cloud.fault("issue/bulkfetch", "status", status=503, times=None)
    with pytest.raises(SourceUnreachable, match=r"issue/bulkfetch .*after 4 attempts.*run the refresh again"):
        sync(cloud)
    lists = len(asked(cloud, "search/jql"))
    cloud.faults.clear()
    assert_same(sync(cloud).rows, cloud.site)
    assert len(asked(cloud, "search/jql")) == lists


def test_f26_a_quota_is_waited_for_until_the_hour_by_everyone(cloud, sync, clock):
    began, at = cloud.site.now, clock.now
    cloud.limit(250)
    clock.then = lambda now: setattr(
        cloud.site, "now", max(cloud.site.now, began + timedelta(seconds=now - at))
    )
    found = sync(cloud, concurrency=4)
    assert_same(found.rows, cloud.site)
    assert_counted(found.rows, cloud.site)
    hours = (cloud.site.now - began) / timedelta(hours=1)
    refused = [message for message in found.told if "[jira-quota-global-based]" in message]
    assert hours >= 2
    assert len(refused) <= 4 * hours
    assert all("asking again in 3600.0 s" in message for message in refused[:1])


def test_f26_nobody_asks_anything_while_a_quota_is_used_up(cloud, sync, clock):
    """All four threads come to wait, whatever they were about to ask for; only then does the hour pass."""
    everyone, sleeping = threading.Barrier(4), count()

    def wait_for_everyone(now: float) -> None:
        if next(sleeping) < 4:
            everyone.wait(20)

    clock.then, cloud.latency = wait_for_everyone, 0.02
    cloud.fault("project/search", "throttle", seconds=1800, reason="jira-quota-tenant-based")
    assert_same(sync(cloud, concurrency=4).rows, cloud.site)
    assert not everyone.broken
    assert sorted(clock.waits)[-1] == 1800.0
