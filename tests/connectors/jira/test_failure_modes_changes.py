"""F20 to F25: what people and administrators change between two runs, and a run that ends in the middle."""

# ruff: noqa: DTZ001 - naive UTC, like every moment of the demo

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from connectors.errors import SourceUnreachable
from tests.connectors.jira.landing import assert_landed
from tests.connectors.jira.syncing import Clock, asked, assert_counted, assert_same, quiet, synced

ZONES = ("America/Los_Angeles", "Asia/Kolkata", "Europe/Paris", "Pacific/Kiritimati", "America/St_Johns")
SWITCHES = (datetime(2026, 10, 25, 0, 30), datetime(2026, 11, 1, 9))


def test_f20_the_time_zone_of_the_account_does_not_matter(demo, home):
    """Another one for every run, over both changes to and from daylight saving time."""
    landing = home(demo)
    landing.receive()
    for zone, moment in zip(ZONES, SWITCHES * 3, strict=False):
        demo.timezone = zone
        demo.site.now = max(demo.site.now, moment)
        demo.site.edit_issue("PAY-4", summary=f"edited in {zone}")
        demo.site.log_work("WEB-4", author="chloe", started=demo.site.now, seconds=600)
        quiet(demo.site)
        landing.receive()
        assert_landed(landing, demo.site)
    asked_for = [str(request.body) for request in demo.requests if "updated >=" in str(request.body)]
    assert asked_for
    assert not [text for text in asked_for if "updated >= '" in text or 'updated >= "' in text]


GONE = {
    "deleted": (lambda site: site.delete_issue("PAY-5"), None, "deleted", "deleted"),
    "hidden": (
        lambda site: site.hide_issue("PAY-5"),
        lambda site: site.reveal_issue("PAY-5"),
        "deleted",
        "deleted",
    ),
    "its project archived": (
        lambda site: site.archive_project("PAY"),
        lambda site: site.archive_project("PAY", archived=False),
        "archived",
        "archived",
    ),
    "its project in the trash": (
        lambda site: site.trash_project("PAY"),
        lambda site: site.trash_project("PAY", trashed=False),
        "trashed",
        "access_lost",
    ),
    "its project closed to us": (
        lambda site: site.revoke_browse("PAY"),
        lambda site: site.revoke_browse("PAY", revoked=False),
        "access_lost",
        "access_lost",
    ),
}


@pytest.mark.parametrize("name", GONE)
def test_f21_an_issue_that_is_gone_is_classified_and_may_come_back(name, demo, home):
    """Its rows stay in landing; that it is gone is a row beside them. Data Center lists nothing in the trash."""
    go, come_back, on_cloud, on_server = GONE[name]
    landing = home(demo)
    landing.receive()
    identity, before = str(demo.site.issue("PAY-5").id), len(landing.rows("issues"))
    go(demo.site)
    quiet(demo.site)
    landing.receive()
    assert_landed(landing, demo.site)
    assert landing.availability()[identity] == (on_cloud if demo.deployment == "cloud" else on_server)
    assert len(landing.rows("issues")) == before
    assert {arrival.status for arrival in landing.receive().values()} == {"unchanged"}
    if come_back is not None:
        come_back(demo.site)
        quiet(demo.site)
        landing.receive()
        assert_landed(landing, demo.site)
        assert landing.availability() == {}
    assert_counted(landing.standing(), demo.site)


def test_f21_an_issue_moved_to_another_project_stays_the_same(demo, home):
    landing = home(demo)
    landing.receive()
    moved = demo.site.move_issue("PAY-5", "WEB")
    quiet(demo.site)
    landing.receive()
    assert_landed(landing, demo.site)
    assert_counted(landing.standing(), demo.site)
    versions = [(row["issue_key"]) for row in landing.versions("issues") if row["issue_id"] == str(moved.id)]
    assert versions == ["PAY-5", moved.key]


def test_f21_an_issue_moved_to_a_project_that_is_not_read(demo, home):
    landing = home(demo, "projects: [PAY, WEB]")
    landing.receive()
    identity = str(demo.site.move_issue("PAY-5", "OPS").id)
    quiet(demo.site)
    landing.receive()
    assert landing.availability() == {identity: "moved_away"}
    assert {row["project_key"] for row in landing.standing()["issues"]} == {"PAY", "WEB"}
    demo.site.move_issue(int(identity), "WEB")
    quiet(demo.site)
    landing.receive()
    assert landing.availability() == {}


def test_f21_a_project_with_another_key_keeps_its_issues(demo, home):
    landing = home(demo)
    landing.receive()
    demo.site.rename_project("PAY", "MONEY")
    quiet(demo.site)
    landing.receive()
    assert_landed(landing, demo.site)
    assert landing.availability() == {}
    assert len(landing.rows("issues")) == 120


def test_f21_most_of_a_project_gone_at_once_is_not_believed(demo, home):
    landing = home(demo)
    landing.receive()
    for issue in [one for one in demo.site.issues.values() if one.project == "PAY"][:30]:
        demo.site.hide_issue(issue.id)
    quiet(demo.site)
    refused = landing.receive()["issue_availability"]
    assert refused.status == "refused"
    assert "project PAY: 30 of the 42 issues landed before" in refused.message
    assert "accept_disappearance" in refused.message
    assert landing.availability() == {}
    accepting = home(demo, "accept_disappearance: [PAY]")
    accepting.receive()
    assert_landed(accepting, demo.site)
    assert set(accepting.availability().values()) == {"deleted"}


def test_f22_collections_longer_than_what_an_issue_shows_of_them(demo, sync):
    site = demo.site
    site.lengthen_history("PAY-5", 500)
    for number in range(26):
        site.log_work("PAY-6", author="alice", started=site.now, seconds=60 * (number + 1))
    for number in range(110):
        site.add_comment("PAY-7", author="bruno", body=f"Number {number}")
    quiet(site)
    found = sync(demo).rows
    assert_same(found, site)
    identity = {key: str(site.issue(key).id) for key in ("PAY-5", "PAY-6", "PAY-7")}
    counted = Counter(row["issue_id"] for row in found["issue_changes"])
    assert counted[identity["PAY-5"]] >= 500
    assert Counter(row["issue_id"] for row in found["worklogs"])[identity["PAY-6"]] >= 26
    comments = {row["issue_id"]: row["comment_count"] for row in found["issues"]}
    assert comments[identity["PAY-7"]] == len(site.comments_on(site.issue("PAY-7")))


def test_f23_fields_come_and_change_and_nothing_is_lost(demo, home):
    landing = home(demo)
    landing.receive()
    risk = demo.site.add_field("Risk", "number").id
    demo.site.edit_issue("PAY-4", custom={risk: 5.0})
    quiet(demo.site)
    landing.receive()
    assert _custom(landing, "PAY-4", risk) == 5.0
    demo.site.rename_field(risk, "Exposure")
    demo.site.change_field_type(risk, "string")
    other = demo.site.add_field("Risk", "string").id
    demo.site.edit_issue("PAY-4", custom={other: "high"}, summary="two fields")
    quiet(demo.site)
    landing.receive()
    assert (_custom(landing, "PAY-4", risk), _custom(landing, "PAY-4", other)) == ("5.0", "high")
    fields = {row["field_id"]: row for row in landing.rows("fields")}
    assert (fields[risk]["name"], fields[risk]["value_type"]) == ("Exposure", "string")
    assert fields[other]["name"] == "Risk"
    told = {(row["name"], row["value_type"]) for row in landing.versions("fields") if row["field_id"] == risk}
    assert told == {("Risk", "number"), ("Exposure", "string")}
    assert_landed(landing, demo.site)


def _custom(landing, key, field):
    import json

    row = next(row for row in landing.rows("issues") if row["issue_key"] == key)
    return json.loads(row["document"])["fields"][field]


def test_f24_a_user_without_a_name_is_still_somebody(demo, home):
    landing = home(demo)
    landing.receive()
    demo.site.anonymise_user("bruno")
    demo.site.edit_issue("PAY-4", assignee="bruno")
    demo.site.log_work("PAY-4", author="bruno", started=demo.site.now, seconds=600)
    quiet(demo.site)
    landing.receive()
    assert_landed(landing, demo.site)
    users = {row["account"]: row for row in landing.rows("users")}
    assert len(users) == len(demo.site.users)
    assert users["acc-bruno"]["display_name"] == "Former user"
    assert users["acc-bruno"]["email"] is None or demo.deployment == "server"
    assert users["acc-bruno"]["is_active"] is False
    assert (
        next(row for row in landing.rows("issues") if row["issue_key"] == "PAY-4")["assignee_account"]
        == "acc-bruno"
    )


@pytest.mark.parametrize("seed", range(4))
def test_f25_a_run_that_ends_anywhere_goes_on_there(seed, demo, tmp_path):
    """The server is gone after a random number of answers, six times; what was kept is not asked for again."""
    demo.page_cap = 10
    dice, fast = random.Random(seed), Clock()
    runs = []
    for _ in range(6):
        demo.fault("/rest/", "drop", times=None, skip=dice.randint(2, 18))
        with suppress(SourceUnreachable):
            synced(demo, tmp_path, retry=fast.retry(attempts=1))
        demo.faults.clear()
        runs.append([(one.path, str(one.query), str(one.body)) for one in demo.requests])
        demo.requests.clear()
    found = synced(demo, tmp_path)
    assert_same(found.rows, demo.site)
    assert_counted(found.rows, demo.site)
    runs.append([(one.path, str(one.query), str(one.body)) for one in demo.requests])
    opening = ("serverInfo", "myself")
    for before, after in pairwise(runs):
        repeated = [one for one in after if one in before and not one[0].endswith(opening)]
        assert len(repeated) <= 4, "only what was under way, four requests at a time, is asked again"
    assert not asked(demo, "field")


def test_f25_a_run_of_other_projects_begins_anew(cloud, sync):
    cloud.fault("issue/bulkfetch", "status", status=503, times=None)
    with pytest.raises(SourceUnreachable):
        sync(cloud, projects=("PAY",))
    cloud.faults.clear()
    assert set(sync(cloud, projects=("WEB",)).column("issues", "project_key")) == {"WEB"}


def test_f25_a_run_that_goes_on_later_finds_what_changed_meanwhile_with_the_next(demo, home):
    landing = home(demo)
    demo.fault("worklog/list", "status", status=401, times=None)
    with pytest.raises(Exception, match="answered 401"):
        landing.receive()
    demo.faults.clear()
    demo.site.edit_issue("PAY-4", summary="edited between the runs")
    demo.site.delete_issue("PAY-6")
    demo.site.move_issue("PAY-7", "WEB")
    demo.site.advance(timedelta(hours=3))
    landing.receive()
    landing.receive()
    assert_landed(landing, demo.site)
    assert_counted(landing.standing(), demo.site)
