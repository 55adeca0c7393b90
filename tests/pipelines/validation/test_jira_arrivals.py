"""Receiving Jira: cursors out of manifests, and only what changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.errors import AuthenticationFailed
from connectors.jira.tables import TABLES
from demo.jira.model import User
from demo.jira.server import EMAIL, TOKEN, DemoJira
from pipelines.landing.erasing import begin, erase, find_person
from pipelines.landing.erasures import Eraser
from pipelines.landing.pseudonyms import pseudonym_key
from pipelines.landing.remarks import noted_remarks
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, load_settings
from pipelines.validation.arrivals import Arrival, receive_jira


@pytest.fixture
def jira() -> Iterator[DemoJira]:
    with DemoJira() as demo:
        yield demo


@pytest.fixture
def home(tmp_path: Path, jira: DemoJira, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("PMO_TEST_SITE", jira.url)
    monkeypatch.setenv("PMO_TEST_TOKEN", TOKEN)
    site = f"{{site: ${{PMO_TEST_SITE}}, name: demo, auth: {{email: {EMAIL}, token: ${{PMO_TEST_TOKEN}}}}}}"
    (tmp_path / "pmo.yaml").write_text(f"organisation: Acme\ncurrency: EUR\njira: [{site}]\n")
    return Home(tmp_path)


def received(home: Home) -> dict[str, Arrival]:
    return {arrival.object: arrival for arrival in receive_jira(home, load_settings(home))}


def test_the_first_time_everything_lands_and_the_cursor_is_kept(home: Home) -> None:
    arrivals = received(home)
    assert {arrival.status for arrival in arrivals.values()} == {"landed"}
    assert all(arrival.rows_in == arrival.loaded + arrival.quarantined for arrival in arrivals.values())
    newest = LandingStore(home.landing).newest("raw_jira", "issues", "jira:demo")
    assert newest is not None
    assert newest.cursor_before is None
    assert newest.cursor_after is not None


def test_without_a_change_nothing_lands(home: Home) -> None:
    first, second = received(home), received(home)
    assert {arrival.status for arrival in second.values()} == {"unchanged"}
    assert second["worklogs"].batch_id == first["worklogs"].batch_id
    assert len(LandingStore(home.landing).manifests()) == len(TABLES)


def test_only_what_changed_lands(home: Home, jira: DemoJira) -> None:
    received(home)
    worklog = next(iter(jira.site.worklogs.values()))
    jira.site.edit_worklog(worklog.id, seconds=worklog.seconds + 900)
    jira.site.advance(timedelta(minutes=10))
    second = received(home)
    assert (second["worklogs"].rows_in, second["issues"].rows_in) == (1, 1)
    assert second["projects"].status == "unchanged"
    assert {arrival.status for arrival in received(home).values()} == {"unchanged"}


def test_a_deleted_worklog_lands_as_deleted_once(home: Home, jira: DemoJira) -> None:
    received(home)
    jira.site.delete_worklog(next(iter(jira.site.worklogs)))
    jira.site.advance(timedelta(minutes=10))
    assert received(home)["worklogs"].rows_in == 1
    assert received(home)["worklogs"].status == "unchanged"


def test_an_object_without_records_lands_an_empty_batch_once(home: Home, jira: DemoJira) -> None:
    jira.site.worklogs.clear()
    first, second = received(home)["worklogs"], received(home)["worklogs"]
    assert (first.status, first.rows_in, second.status) == ("landed", 0, "unchanged")


@pytest.mark.parametrize("renamed", ["name: moved, ", None], ids=["another name", "no site at all"])
def test_a_site_that_is_named_no_more_is_remarked_while_its_issues_count(
    home: Home, jira: DemoJira, renamed: str | None
) -> None:
    received(home)
    settings = home.root / "pmo.yaml"
    before = settings.read_text()
    without = re.sub("jira: .*", "", before)
    settings.write_text(without if renamed is None else before.replace("name: demo, ", renamed))
    received(home)
    (remark,) = noted_remarks(home.landing)
    assert (remark.object, remark.path, remark.rows) == ("issues", "jira:demo", len(jira.site.issues))
    assert "which pmo.yaml names no more" in remark.detail and "`name: demo`" in remark.detail
    settings.write_text(before)
    received(home)
    assert [each.path for each in noted_remarks(home.landing)] == ([] if renamed is None else ["jira:moved"])


def test_worklogs_that_an_app_writes_are_remarked(home: Home, jira: DemoJira) -> None:
    received(home)
    assert noted_remarks(home.landing) == []
    document = {"accountId": "app-tempo", "accountType": "app", "displayName": "Timesheets", "active": True}
    app = User("app-tempo", "Timesheets", document=document)
    jira.site.users.append(app)
    for worklog in list(jira.site.worklogs.values()):
        jira.site.log_work(worklog.issue, author=app.code, started=worklog.started, seconds=60)
        jira.site.delete_worklog(worklog.id)
    jira.site.advance(timedelta(minutes=10))
    received(home)
    (remark,) = noted_remarks(home.landing)
    count = len(jira.site.worklogs)
    assert (remark.object, remark.path, remark.rows) == ("worklogs", "jira:demo", count)
    assert remark.detail.startswith(f"{count} of {count} worklogs of demo are by an app")
    settings = (home.root / "pmo.yaml").read_text()
    (home.root / "pmo.yaml").write_text(f"{settings}tempo: [{{token: ${{T}}}}]\n")
    received(home)
    assert noted_remarks(home.landing) == []


def test_a_site_that_refuses_is_an_error_and_what_was_landed_stands(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    received(home)
    monkeypatch.setenv("PMO_TEST_TOKEN", "expired")
    with pytest.raises(AuthenticationFailed):
        received(home)
    assert len(LandingStore(home.landing).manifests()) == len(TABLES)


def test_a_version_that_is_no_more_is_in_no_list_any_more(home: Home, jira: DemoJira) -> None:
    first = received(home)["versions"]
    assert first.rows_in > 1
    jira.site.versions.pop(next(iter(jira.site.versions)))
    second = received(home)["versions"]
    assert (second.status, second.rows_in) == ("landed", first.rows_in - 1)
    newest = LandingStore(home.landing).newest("raw_jira", "versions", "jira:demo")
    assert newest is not None
    assert newest.replaces == "file"
    assert received(home)["versions"].status == "unchanged"


def test_a_list_that_is_refused_takes_nothing_away(home: Home, jira: DemoJira) -> None:
    first = received(home)["boards"]
    jira.fault("agile/1.0/board", "status", status=403, times=None)
    second = received(home)["boards"]
    assert (second.status, second.batch_id) == ("unchanged", first.batch_id)


def landed_texts(home: Home) -> str:
    """Every value of every landed Jira file, as text."""
    import duckdb

    files = sorted(home.landing.glob("data/raw_jira/*/*/*.parquet"))
    return "\n".join(str(duckdb.read_parquet(str(file)).fetchall()) for file in files).casefold()


def test_an_erased_person_does_not_come_back_from_jira(home: Home, jira: DemoJira) -> None:
    received(home)
    store, settings = LandingStore(home.landing), load_settings(home)
    assert "acc-hugo" in landed_texts(home)
    person = find_person(store, "hugo castellane")
    assert person.codes["jira"] == {"acc-hugo"}
    erase(store, begin(store, Eraser(pseudonym_key(home, settings)), person))
    assert not re.findall(r"acc-hugo|castellane", landed_texts(home))
    assert {arrival.status for arrival in received(home).values()} == {"unchanged"}
    mine = next(
        log for log in jira.site.worklogs.values() if log.author == "acc-hugo" or "hugo" in str(log.author)
    )
    jira.site.edit_worklog(mine.id, seconds=mine.seconds + 900)
    jira.site.advance(timedelta(minutes=10))
    assert received(home)["worklogs"].rows_in == 1
    assert not re.findall(r"acc-hugo|castellane", landed_texts(home))
