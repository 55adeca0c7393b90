"""F14 to F19: pages that are empty, short, without a way on, repeated, or that move while they are read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.errors import SchemaChanged
from tests.connectors.jira.landing import assert_landed
from tests.connectors.jira.syncing import asked, assert_counted, assert_same, quiet

SEARCH = {"cloud": "search/jql", "server": "2/search"}


@pytest.mark.parametrize("skip", [0, 1])
def test_f14_an_empty_page_is_not_the_end(skip, demo, sync):
    for path in (SEARCH[demo.deployment], "changelog/bulkfetch"):
        demo.fault(path, "empty_page", contains="PAY" if "search" in path else "", skip=skip)
    found = sync(demo)
    assert_same(found.rows, demo.site)
    assert_counted(found.rows, demo.site)


def test_f15_a_page_that_is_not_the_last_but_has_no_token_stops_it(cloud, sync, home):
    landing = home(cloud)
    cloud.fault("search/jql", "remove", at=["nextPageToken"], contains='"PAY"', times=2)
    with pytest.raises(SchemaChanged, match=r"isLast says that more follows.*Nothing of it was landed"):
        sync(cloud)
    with pytest.raises(SchemaChanged):
        landing.receive()
    assert not list(landing.root.glob("landing/manifests/**/*.json"))
    assert_same(sync(cloud).rows, cloud.site)
    landing.receive()
    assert_landed(landing, cloud.site)


@pytest.mark.parametrize("path", ["search/jql", "changelog/bulkfetch"])
def test_f15_a_token_that_comes_again_stops_it_and_a_sound_one_goes_on(path, cloud, sync):
    cloud.page_cap = 20
    cloud.fault(path, "replay", contains="PAY" if "search" in path else "", times=None)
    with pytest.raises(SchemaChanged, match="the next page is one that has come before"):
        sync(cloud, concurrency=1)
    assert len(asked(cloud, path)) < 20
    cloud.faults.clear()
    assert_same(sync(cloud).rows, cloud.site)


def test_f15_changes_of_issues_that_were_not_asked_for_stop_it(cloud, sync):
    cloud.fault("changelog/bulkfetch", "replay", times=None)
    with pytest.raises(
        SchemaChanged,
        match=r"gives issues that were not asked for.*a proxy that keeps answers|is one that has come before",
    ):
        sync(cloud)
    cloud.faults.clear()
    assert_same(sync(cloud).rows, cloud.site)


def test_f15_a_list_without_an_end_stops_and_goes_on_when_it_has_one(demo, sync):
    path = "users/search" if demo.deployment == "cloud" else "user/search"
    demo.page_cap = 3
    demo.fault(path, "replay", times=None)
    with pytest.raises(SchemaChanged, match="the page ends like the one before"):
        sync(demo)
    demo.faults.clear()
    assert len(sync(demo).rows["users"]) == len(demo.site.users)


@pytest.mark.parametrize("most", [2, 3, 10])
def test_f16_pages_shorter_than_asked_for(most, demo, sync):
    for path in (SEARCH[demo.deployment], "changelog/bulkfetch", "sprint", "project/search", "users/search"):
        demo.fault(path, "short", value=most, times=None)
    found = sync(demo)
    assert_same(found.rows, demo.site)
    assert_counted(found.rows, demo.site)
    assert len(found.rows["sprints"]) == len(demo.site.sprints)


@pytest.mark.parametrize("skip", [0, 1, 2])
def test_f16_one_short_page_among_full_ones(skip, demo, sync):
    demo.fault(SEARCH[demo.deployment], "short", value=2, contains='"PAY"', skip=skip)
    assert_same(sync(demo).rows, demo.site)


def _oldest(site, project):
    return min((one for one in site.issues.values() if one.project == project), key=lambda one: one.created)


MUTATIONS = {
    "an update of the first": lambda site: site.edit_issue(
        _oldest(site, "PAY").id, summary="edited meanwhile"
    ),
    "an update of the last": lambda site: site.edit_issue("PAY-40", status="Done"),
    "a deletion before": lambda site: site.delete_issue(_oldest(site, "PAY").id),
    "a deletion behind": lambda site: site.delete_issue("PAY-41"),
    "two deletions": lambda site: [site.delete_issue(key) for key in ("PAY-2", "PAY-30")],
    "a new issue": lambda site: site.create_issue("PAY", summary="created meanwhile"),
    "an old issue moved in": lambda site: site.move_issue(_oldest(site, "DWH").id, "PAY"),
    "an issue moved out": lambda site: site.move_issue(_oldest(site, "PAY").id, "DWH"),
    "moved to and fro": lambda site: [site.move_issue("PAY-3", "WEB"), site.move_issue("PAY-3", "PAY")],
    "work logged": lambda site: site.log_work("PAY-6", author="alice", started=site.now, seconds=900),
    "work deleted": lambda site: site.delete_worklog(next(iter(site.worklogs))),
}


@pytest.mark.parametrize("path", ["lists", "issues"])
@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_f17_a_change_between_two_pages(mutation, path, demo, home):
    """Whatever the sync under way makes of it, with the next one landing is the server's content."""
    landing = home(demo)
    demo.page_cap = 10
    fetching = {"cloud": "issue/bulkfetch", "server": "2/search"}[demo.deployment]
    real = SEARCH[demo.deployment] if path == "lists" else fetching
    demo.after(real, lambda: mutation(demo.site), answers=4 if path == "lists" else 16 if "2/" in real else 1)
    landing.receive()
    assert demo.hooks[0].times == 0
    quiet(demo.site)
    landing.receive()
    assert_landed(landing, demo.site)
    assert_counted(landing.standing(), demo.site)


@pytest.mark.parametrize("answers", range(1, 16, 2))
def test_f17_data_center_reads_on_from_the_right_place(answers, server, sync):
    """Deletions shift what follows to an earlier offset, and an old issue that is moved in to a later one."""
    server.page_cap = 10

    def delete_two() -> None:
        server.site.delete_issue(_oldest(server.site, "PAY").id)
        server.site.delete_issue(_oldest(server.site, "PAY").id)

    server.after("2/search", delete_two, answers=answers)
    server.after("2/search", lambda: server.site.move_issue("DWH-2", "PAY"), answers=answers + 1)
    found = sync(server, concurrency=1)
    known = {row["issue_id"] for row in found.rows["issues"]}
    assert {str(one.id) for one in server.site.issues.values() if one.former_keys == []} <= known
    assert len(known) == len(found.rows["issues"])


def test_f18_an_index_that_is_behind(demo, home):
    """What is saved shows in search half a minute later: the window reaches back further than that."""
    landing = home(demo)
    quiet(demo.site)
    demo.site.lag = timedelta(seconds=30)
    landing.receive()
    for number in range(3):
        demo.site.edit_issue(f"PAY-{number + 4}", summary=f"indexed late {number}")
        new = demo.site.create_issue("WEB", summary=f"created late {number}")
        demo.site.advance(timedelta(seconds=20))
        demo.site.edit_issue(f"DWH-{number + 4}", status="Done")
        landing.receive()
        assert str(new.id) not in {row["issue_id"] for row in landing.rows("issues")}
        demo.site.advance(timedelta(seconds=25))
    demo.site.advance(timedelta(seconds=60))
    landing.receive()
    assert_landed(landing, demo.site)
    assert_counted(landing.standing(), demo.site)


def test_f18_an_issue_that_search_finds_after_later_ones(demo, home):
    """What is fetched is newer than what search knew of it, so the cursor passes what search did not know yet."""
    landing = home(demo)
    quiet(demo.site)
    landing.receive()
    demo.site.lag = timedelta(seconds=30)
    demo.site.edit_issue("PAY-4", summary="first")
    demo.site.advance(timedelta(seconds=15))
    demo.site.edit_issue("WEB-4", summary="between")
    demo.site.advance(timedelta(seconds=10))
    demo.site.edit_issue("PAY-4", summary="second")
    demo.site.advance(timedelta(seconds=5))
    landing.receive()
    summaries = {row["issue_key"]: row["summary"] for row in landing.rows("issues")}
    assert summaries["PAY-4"] == "second"
    assert summaries["WEB-4"] != "between"
    quiet(demo.site)
    landing.receive()
    assert_landed(landing, demo.site)


def test_f19_hundreds_of_issues_in_one_minute(demo, home):
    landing = home(demo)
    demo.page_cap = 100
    demo.site.crowd_minute("PAY", 788)
    landing.receive()
    assert_landed(landing, demo.site)
    demo.site.crowd_minute("WEB", 333)
    quiet(demo.site)
    landing.receive()
    assert_landed(landing, demo.site)
    assert_counted(landing.standing(), demo.site)


def test_f19_more_worklogs_of_one_moment_than_a_feed_gives(demo, home):
    landing = home(demo)
    demo.site.crowd_worklogs("PAY-5", 1200, author="alice")
    quiet(demo.site)
    landing.receive()
    assert_landed(landing, demo.site)
    demo.site.crowd_worklogs("WEB-5", 2300, author="chloe")
    demo.site.log_work("WEB-6", author="chloe", started=demo.site.now, seconds=60)
    quiet(demo.site)
    landing.receive()
    assert_landed(landing, demo.site)


def test_f19_more_deleted_worklogs_of_one_moment_than_a_feed_gives(demo, home):
    landing = home(demo)
    made = demo.site.crowd_worklogs("PAY-5", 1200, author="alice")
    quiet(demo.site)
    landing.receive()
    demo.site.tick()
    for worklog in made:
        del demo.site.worklogs[worklog.id]
        demo.site.deleted_worklogs.append((worklog.id, demo.site.now))
    demo.site.edit_issue("PAY-5", summary="without work")
    quiet(demo.site)
    landing.receive()
    assert_landed(landing, demo.site)
