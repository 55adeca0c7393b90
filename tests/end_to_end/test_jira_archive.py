"""Real issues through the whole product: an archive of a server, and payloads of a real Cloud.

The figures are counted from the files, without the product. Where the files are not, nothing is tested.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from demo.jira.archive import read_site
from demo.jira.server import DemoJira
from tests.connectors.jira.landing import TOKENS, Landing, assert_landed, home_of_sites, site_settings
from tests.end_to_end.flow_recount import PERCENTS, flow_without_histories, frame_of, starts_and_finishes
from tests.end_to_end.homes import PmoHome, Record, make_home

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ARCHIVE, CLOUD = DATA / "jira-archive", DATA / "jira-cloud"
DEPLOYMENTS = ("cloud", "server")
AS_OF = "2026-06-30"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not here")]


Loaded = tuple[dict[str, DemoJira], Landing, PmoHome]
Site = tuple[DemoJira, Landing, PmoHome]


def archived() -> list[dict[str, Any]]:
    """The documents of the archive."""
    with gzip.open(ARCHIVE / "issues.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def recorded(name: str) -> list[dict[str, Any]]:
    """The documents that a real Cloud gave."""
    with (CLOUD / f"{name}.jsonl").open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [one.get("response", one) for one in found]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Four sites in one home, refreshed once: both kinds of Jira with the archive, and with what a Cloud gave."""
    root = tmp_path_factory.mktemp("archive")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        for name, value in TOKENS.items():
            patch.setenv(name, value)
        demos = {f"archive-{kind}": _demo(kind, ARCHIVE, 100) for kind in DEPLOYMENTS}
        demos |= {f"recorded-{kind}": _demo(kind, CLOUD, 10) for kind in DEPLOYMENTS}
        for demo in demos.values():
            stack.enter_context(demo)
        landing = home_of_sites(root, *(site_settings(demo, name=name) for name, demo in demos.items()))
        home = make_home(root, settings=(root / "pmo.yaml").read_text(encoding="utf-8"))
        outcome = home.refresh(AS_OF)
        assert outcome.exit_code in (0, 3), outcome.text
        yield demos, landing, home


def _demo(kind: Any, documents: Path, page_cap: int) -> DemoJira:
    """A bare issue stands for each that only worklogs and histories know."""
    return DemoJira(
        deployment=kind, site=read_site(documents, complete=documents == CLOUD), page_cap=page_cap
    )


@pytest.fixture(params=[f"archive-{kind}" for kind in DEPLOYMENTS])
def archive(request: pytest.FixtureRequest, loaded: Loaded) -> Site:
    """The archive behind pages of a hundred rows."""
    demos, landing, home = loaded
    return demos[request.param], replace(landing, site=request.param), home


@pytest.fixture(params=[f"recorded-{kind}" for kind in DEPLOYMENTS])
def cloud(request: pytest.FixtureRequest, loaded: Loaded) -> Site:
    """What a real Cloud gave."""
    demos, landing, home = loaded
    return demos[request.param], replace(landing, site=request.param), home


def of_site(home: PmoHome, table: str, landing: Landing) -> list[Record]:
    """The rows of a mart that are of one site."""
    return home.query(f"select * from marts.{table} where site = ?", landing.site)


def census_of(home: PmoHome, landing: Landing) -> list[Record]:
    """What the mart of data quality says of one site's issues, project by project."""
    return home.query(
        "select * from marts.mart_data_quality where check_name = 'jira_census' and path = ?",
        f"jira:{landing.site}",
    )


def test_every_issue_of_the_archive_lands_once_and_as_it_is(
    archive: Site,
) -> None:
    demo, landing, _ = archive
    assert_landed(landing, demo.site)
    versions = Counter(row["issue_id"] for row in landing.versions("issues"))
    documents = {one["id"]: one for one in archived()}
    assert len(documents) == 5098
    assert versions == Counter(documents.keys())
    rows = {row["issue_id"]: row for row in landing.rows("issues")}
    for identity, document in documents.items():
        fields, row = document["fields"], rows[identity]
        assert row["issue_key"] == document["key"]
        assert row["project_key"] == fields["project"]["key"]
        assert row["status"] == fields["status"]["name"]
        assert row["priority"] == (fields.get("priority") or {}).get("name")
        assert len(json.loads(row["links"])) == len(fields.get("issuelinks") or ())
        assert len(json.loads(row["fix_versions"])) == len(fields.get("fixVersions") or ())


def test_as_many_are_in_the_mart_as_in_jira(archive: Site) -> None:
    _, landing, home = archive
    expected = Counter(one["fields"]["project"]["key"] for one in archived())
    assert {row["issue_id"] for row in of_site(home, "fct_issue", landing)} == {
        one["id"] for one in archived()
    }
    assert Counter(row["jira_project_key"] for row in of_site(home, "fct_issue", landing)) == expected
    census = census_of(home, landing)
    counted = {
        row["source_project"]: (row["issues_in_jira"], row["issues_in_landing"], row["issues_in_mart"])
        for row in census
    }
    assert counted == {project: (count, count, count) for project, count in expected.items()}
    assert {(row["difference"], row["outcome"]) for row in census} == {(0, "passed")}


def test_after_a_change_of_one_in_a_hundred_little_more_is_asked_for(
    archive: Site,
) -> None:
    demo, landing, _ = archive
    issues = sorted(demo.site.issues.values(), key=lambda issue: issue.id)
    newest = max(issue.updated for issue in issues)
    within_the_overlap = {issue.id for issue in issues if issue.updated >= newest - timedelta(minutes=5)}
    touched = {issue.id for issue in issues[50::100]}
    assert len(touched) == 51
    demo.site.touch_issue(*touched)
    demo.site.advance(timedelta(minutes=10))
    demo.requests.clear()
    before = len(landing.versions("issues"))
    landing.receive()
    asked = [identity for request in demo.requests for identity in _ids_in(request.body)]
    assert touched <= set(asked) <= touched | within_the_overlap
    assert len(asked) == len(set(asked)) <= 60
    assert len(landing.versions("issues")) - before == len(touched)
    assert_landed(landing, demo.site)


def _ids_in(body: Any) -> list[int]:
    """The ids of issues that a request asks for in full."""
    if not isinstance(body, dict) or body.get("fields") != ["*all"]:
        return []
    named = body.get("issueIdsOrKeys") or body["jql"].partition("(")[2].partition(")")[0].split(",")
    return [int(one) for one in named]


def test_a_real_cloud_lands_with_all_its_changes_and_work(cloud: Site) -> None:
    demo, landing, home = cloud
    assert_landed(landing, demo.site)
    issues, worklogs, changes = recorded("issues"), recorded("worklogs"), recorded("issue_changelogs")
    changes += [one for issue in issues for one in issue.get("changelog", {}).get("histories", ())]
    rows = {row["issue_id"]: row for row in landing.rows("issues")}
    assert {one["id"]: one["key"] for one in issues}.items() <= {
        identity: row["issue_key"] for identity, row in rows.items()
    }.items()
    assert {row["worklog_id"] for row in landing.rows("worklogs")} == {one["id"] for one in worklogs}
    hours = sum(row["hours"] for row in landing.rows("worklogs"))
    assert round(hours * 3600) == sum(one["timeSpentSeconds"] for one in worklogs)
    histories = {one["id"]: Counter(item["field"] for item in one["items"]) for one in changes}
    assert len(histories) >= 279
    landed: dict[str, Counter[str]] = {}
    for row in landing.rows("issue_changes"):
        landed.setdefault(row["history_id"], Counter())[row["field"]] += 1
    assert landed == histories
    assert {row["status_id"]: row["name"] for row in landing.rows("statuses")}.items() >= {
        one["id"]: one["name"] for one in recorded("status")
    }.items()
    assert {row["issue_id"] for row in of_site(home, "fct_issue", landing)} == rows.keys()
    census = census_of(home, landing)
    assert {row["difference"] for row in census} == {0}
    assert sum(row["issues_in_mart"] for row in census) == len(rows)


def test_the_sprints_of_a_real_cloud_have_their_events(cloud: Site) -> None:
    _, landing, home = cloud
    known = {str(one["id"]): one["name"] for one in recorded("sprints")}
    landed = {row["sprint_id"]: row["name"] for row in landing.rows("sprints")}
    assert known.items() <= landed.items()
    added = {(row["sprint_id"], row["issue_id"]) for row in of_site(home, "fct_sprint_scope_event", landing)}
    issues = {
        row["issue_id"]: {str(one["id"]) for one in json.loads(row["sprints"])}
        for row in landing.rows("issues")
    }
    assert {(sprint, identity) for identity, sprints in issues.items() for sprint in sprints} <= added


def test_the_flow_of_the_archive_is_what_pandas_counts(archive: Site) -> None:
    _, landing, home = archive
    mart = (
        pd.DataFrame(of_site(home, "mart_flow_metrics", landing)).set_index(["team", "period"]).sort_index()
    )
    issues = frame_of(archived())
    expected = flow_without_histories(issues).reindex(mart.index)
    for name in ("created_issues", "started_issues", "throughput"):
        assert (mart[name] == expected[name].fillna(0)).all(), name
    assert mart["throughput"].sum() == 3913
    assert (mart["wip"] == expected["started_issues"].fillna(0).groupby("team").cumsum()).all()
    for percent in PERCENTS:
        name = f"lead_time_p{percent}_days"
        assert ((mart[name].astype(float) - expected[name]).abs().fillna(0) < 1e-8).all(), name
        assert (mart[name].isna() == expected[name].isna()).all(), name
    # Closed or resolved, and neither a change nor a date says when: in no period, and named as such.
    undated = issues[(issues["category"] == "done") & issues["resolved"].isna()]["issue_id"]
    rows = of_site(home, "fct_issue_flow", landing)
    said = {
        row["issue_id"]
        for row in rows
        if row["is_counted"] and row["finished_at_null_reason"] == "no_history"
    }
    assert said == set(undated)
    assert len(said) > 50


def test_the_starts_and_finishes_of_a_real_cloud_are_what_pandas_finds(cloud: Site) -> None:
    _, landing, home = cloud
    categories = {one["id"]: one["statusCategory"]["key"] for one in recorded("status")}
    issues = frame_of(recorded("issues"), categories)
    expected = starts_and_finishes(issues, _status_steps(), categories)
    rows = {row["issue_id"]: row for row in of_site(home, "fct_issue_flow", landing) if row["is_counted"]}
    assert (expected["started"].notna().sum(), expected["finished"].notna().sum()) == (4, 18)
    for identity, issue in expected.iterrows():
        row = rows[str(identity)]
        for name in ("started", "finished"):
            moment = None if pd.isna(issue[name]) else issue[name].tz_localize(None).to_pydatetime()
            assert row[f"{name}_at"] == moment, (identity, name)
        if row["cycle_time_days"] is not None:
            days = (issue["finished"] - issue["started"]) / pd.Timedelta(days=1)
            assert abs(float(row["cycle_time_days"]) - days) < 1e-8


def _status_steps() -> pd.DataFrame:
    """Every recorded change of a status once, in order: issue_id, at, from, to."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    with (CLOUD / "issue_changelogs.jsonl").open(encoding="utf-8") as lines:
        histories = [(str(line["request"]["issue_id"]), line["response"]) for line in map(json.loads, lines)]
    histories += [
        (issue["id"], one)
        for issue in recorded("issues")
        for one in issue.get("changelog", {}).get("histories", ())
    ]
    for identity, history in histories:
        for place, item in enumerate(history["items"]):
            if item["field"] == "status":
                step = {
                    "issue_id": identity,
                    "at": history["created"],
                    "from": item["from"],
                    "to": item["to"],
                }
                found[int(history["id"]), place] = step
    steps = pd.DataFrame([found[key] for key in sorted(found)])
    steps["at"] = pd.to_datetime(steps["at"], utc=True, format="ISO8601")
    return steps.sort_values("at", kind="stable")
