"""What Dagster loads: every asset described, stages joined by key, and a failed check that stops what follows."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines import warehouse
from pipelines.commands.run import Outcome, run_refresh
from pipelines.definitions import assemble, definitions
from pipelines.defs.automation import FILE_TAG
from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE, tables_of
from pipelines.progress import Silent
from pipelines.recording import instance_of
from pipelines.resources import Folder
from pipelines.settings import Home, SettingsError, load_settings
from pipelines.validation.arrivals import receive_inbox
from tests.pipelines.conftest import Inbox

SETTINGS = "organisation: Testers\ncurrency: EUR\ntimezone: Europe/Paris\nschedule: {cron: '30 5 * * *'}\n"
ORDERS = "order_no,line_no,project,cost_category,ordered_on,amount,currency\nPO-1,1,PAY,services,2026-02-02,3000,EUR\n"
PACK = dg.AssetKey(["published", "pack"])
MOMENT = {"as_of": "2026-03-31", "known_at": None, "full": False}


def make_home(root: Path) -> Home:
    home = Home(root)
    for folder in (home.inbox / "ledger", home.reference):
        folder.mkdir(parents=True)
    home.settings_file.write_text(SETTINGS, encoding="utf-8")
    (home.inbox / "ledger/orders.csv").write_text(ORDERS, encoding="utf-8")
    return home


def run(home: Home) -> Outcome:
    return run_refresh(home, moment=MOMENT, sources=(), progress=Silent())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("definitions") / "home")


@pytest.fixture(scope="module")
def defs(home: Home) -> dg.Definitions:
    return assemble(home)


def test_the_definitions_load(defs: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(defs)


def test_without_a_folder_loading_says_what_to_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PMO_HOME", raising=False)
    with pytest.raises(SettingsError, match="PMO_HOME"):
        definitions()


@pytest.mark.parametrize("attribute", ["group_name", "owners", "kinds", "description", "freshness_policy"])
def test_every_asset_says_who_and_what_it_is(defs: dg.Definitions, attribute: str) -> None:
    specs = defs.resolve_all_asset_specs()
    lacking = [spec.key.to_user_string() for spec in specs if not getattr(spec, attribute)]
    assert lacking == []
    assert "default" not in {spec.group_name for spec in specs}


def test_every_canonical_table_is_an_asset(defs: dg.Definitions) -> None:
    keys = defs.resolve_asset_graph().materializable_asset_keys
    tables = [table for source in (*FILE_SOURCES, JIRA_SOURCE) for table in tables_of(source)]
    assert {dg.AssetKey([table.schema, table.name]) for table in tables} <= keys


def test_the_stages_meet_by_key_and_nothing_dangles(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    assert graph.get_all_asset_keys() == graph.materializable_asset_keys
    upstream = graph.get_ancestor_asset_keys(dg.AssetKey(["published", "release"]))
    assert dg.AssetKey(["raw_ledger", "orders"]) in upstream
    assert dg.AssetKey(["raw_jira", "worklogs"]) in upstream
    assert dg.AssetKey(["marts", "mart_budget_position"]) in upstream


def test_hours_land_after_the_issues_that_they_are_on_where_tempo_brings_them(
    defs: dg.Definitions, tmp_path: Path
) -> None:
    hours, issues = dg.AssetKey(["raw_timesheets", "timesheet_entries"]), dg.AssetKey(["raw_jira", "issues"])
    home = make_home(tmp_path / "home")
    home.settings_file.write_text(f"{SETTINGS}tempo: [{{token: ${{T}}}}]\n", encoding="utf-8")
    assert assemble(home).resolve_asset_graph().get(hours).parent_keys == {issues}
    assert defs.resolve_asset_graph().get(hours).parent_keys == set()


def test_groups_are_layer_and_source(defs: dg.Definitions) -> None:
    groups = {spec.group_name for spec in defs.resolve_all_asset_specs()}
    assert {"landing_jira", "landing_ledger", "staging_ledger", "marts_finance", "publishing"} <= groups


def test_the_job_runs_daily_where_the_organisation_is(defs: dg.Definitions) -> None:
    schedule = defs.get_schedule_def("daily")
    assert (schedule.job_name, schedule.cron_schedule) == ("refresh", "30 5 * * *")
    assert schedule.execution_timezone == "Europe/Paris"


def test_the_refresh_selects_everything_but_closing_and_the_close_everything_but_landings(
    defs: dg.Definitions,
) -> None:
    keys = defs.resolve_asset_graph().materializable_asset_keys
    closing = {key for key in keys if key.path[0] == "raw_closing"}
    landed = {
        key for key in keys if key.path[0].startswith("raw_") and key.path[0] != "raw_control"
    } - closing
    assert closing and landed
    refresh, close = (defs.resolve_job_def(name).asset_layer for name in ("refresh", "close"))
    assert refresh.executable_asset_keys == keys - closing - {PACK}
    assert close.executable_asset_keys == keys - landed - {PACK}


def test_the_pack_is_made_of_the_release_by_a_job_of_its_own(defs: dg.Definitions) -> None:
    assert defs.resolve_asset_graph().get(PACK).parent_keys == {dg.AssetKey(["published", "release"])}
    assert defs.resolve_job_def("pack").asset_layer.executable_asset_keys == {PACK}


def test_a_refresh_that_ends_well_asks_for_the_pack(story: Story) -> None:
    sensor = assemble(story.home).get_sensor_def("pack_after_release")
    assert isinstance(sensor, dg.RunStatusSensorDefinition)
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    with instance_of(story.home) as instance:
        run = instance.get_run_by_id(story.good.run_id)
        assert run is not None
        context = dg.build_run_status_sensor_context(
            sensor_name=sensor.name,
            dagster_event=instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_SUCCESS)[
                0
            ].get_dagster_event(),
            dagster_instance=instance,
            dagster_run=run,
        )
        request = sensor(context)
    assert isinstance(request, dg.RunRequest)
    assert request.run_key == story.good.run_id


def test_the_job_makes_the_pack_of_the_release_that_stands(story: Story) -> None:
    with instance_of(story.home) as instance:
        result = assemble(story.home).resolve_job_def("pack").execute_in_process(instance=instance)
    made = result.asset_materializations_for_node("published__pack")[0].metadata
    assert (story.home.reports / "2026-03-31/pmo-pack.html").as_uri() == made["dagster/uri"].value
    assert (story.home.reports / "2026-03-31/pmo-pack.xlsx").is_file()


def test_the_history_is_tidied_every_night(defs: dg.Definitions, home: Home) -> None:
    schedule = defs.get_schedule_def("delivery")
    assert (schedule.job_name, schedule.cron_schedule) == ("deliver", "0 7 * * 1")
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED, "nobody is named in these settings"
    schedule = defs.get_schedule_def("nightly_tidy")
    assert (schedule.job_name, schedule.execution_timezone) == ("tidy", "Europe/Paris")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    tidy = defs.resolve_job_def("tidy")
    keep_nothing = {"ops": {"tidy_history": {"config": {"days": 0, "runs": 0}}}}
    with instance_of(home) as instance:
        made = [tidy.execute_in_process(instance=instance, run_config=keep_nothing) for _ in range(3)]
        left = {record.dagster_run.run_id for record in instance.get_run_records()}
    assert all(each.success for each in made)
    assert left == {each.run_id for each in made[1:]}


def look(home: Home, cursor: str | None) -> dg.SensorResult:
    """One evaluation of the inbox sensor."""
    sensor = assemble(home).get_sensor_def("inbox")
    with dg.build_sensor_context(cursor=cursor, resources={"folder": Folder(root=str(home.root))}) as context:
        result = sensor(context)
    assert isinstance(result, dg.SensorResult)
    return result


def test_the_sensor_waits_until_files_are_at_rest_and_asks_once(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    first = look(home, None)
    assert not first.run_requests
    second = look(home, first.cursor)
    assert len(second.run_requests or []) == 1
    assert not look(home, second.cursor).run_requests


def test_the_sensor_sees_a_changed_file_and_names_the_run_after_the_contents(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    asked = look(home, look(home, None).cursor)
    (home.inbox / "ledger/orders.csv").write_text(ORDERS.replace("3000", "3100"), encoding="utf-8")
    moving = look(home, asked.cursor)
    assert not moving.run_requests
    again = look(home, moving.cursor)
    assert again.run_requests
    assert asked.run_requests
    assert again.run_requests[0].run_key != asked.run_requests[0].run_key


def test_the_sensor_passes_over_files_that_are_being_copied(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    asked = look(home, look(home, None).cursor)
    for name in (".hidden.csv", "orders_2.csv.part", "~$Budget.xlsx"):
        (home.inbox / "ledger" / name).write_text("x", encoding="utf-8")
    assert not look(home, asked.cursor).run_requests


def keys(result: dg.SensorResult) -> dict[str, str | None]:
    """The run key that each file is asked for with."""
    return {request.tags[FILE_TAG]: request.run_key for request in result.run_requests or []}


def test_each_new_file_has_a_run_key_of_its_own(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    (home.reference / "people.csv").write_text("person,name\nann,Ann\n", encoding="utf-8")
    asked = keys(look(home, look(home, None).cursor))
    assert list(asked) == ["inbox/ledger/orders.csv", "reference/people.csv"]
    assert len(set(asked.values())) == 2


def test_a_file_that_is_still_moving_does_not_keep_others_waiting(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    moving = home.inbox / "ledger/invoices.csv"
    moving.write_text("a", encoding="utf-8")
    first = look(home, None)
    moving.write_text("ab", encoding="utf-8")
    second = look(home, first.cursor)
    assert list(keys(second)) == ["inbox/ledger/orders.csv"]
    third = look(home, second.cursor)
    assert list(keys(third)) == ["inbox/ledger/invoices.csv"]
    assert not keys(look(home, third.cursor))


def test_of_many_new_files_a_few_are_asked_for_at_a_look_and_then_those_that_have_not_landed(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path / "home")
    for number in range(9):
        (home.inbox / f"ledger/orders_{number}.csv").write_text(
            ORDERS.replace("PO-1", f"PO-{number}"), encoding="utf-8"
        )
    first = look(home, look(home, None).cursor)
    second = look(home, first.cursor)
    assert (len(keys(first)), len(keys(second))) == (5, 5)
    assert not set(keys(first)) & set(keys(second))
    receive_inbox(home, load_settings(home), "ledger")
    assert not keys(look(home, first.cursor))
    assert not keys(look(home, second.cursor))


def test_a_file_that_is_changed_back_is_asked_for_again(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    first = look(home, look(home, None).cursor)
    receive_inbox(home, load_settings(home), "ledger")
    (home.inbox / "ledger/orders.csv").write_text(ORDERS.replace("3000", "3100"), encoding="utf-8")
    receive_inbox(home, load_settings(home), "ledger")
    (home.inbox / "ledger/orders.csv").write_text(ORDERS, encoding="utf-8")
    again = look(home, look(home, first.cursor).cursor)
    assert list(keys(again)) == list(keys(first))
    assert keys(again) != keys(first)


def test_the_sensor_sees_a_new_file_elsewhere_and_fetches_nothing(s3: Inbox) -> None:
    s3.put("ledger/orders.csv", ORDERS)
    asked = look(s3.home, look(s3.home, None).cursor)
    assert list(keys(asked)) == ["inbox/ledger/orders.csv"]
    assert not s3.home.inbox_cache.exists()
    s3.put("ledger/orders.csv", ORDERS.replace("3000", "3100"))
    changed = look(s3.home, look(s3.home, asked.cursor).cursor)
    assert keys(changed) != keys(asked)
    receive_inbox(s3.home, s3.settings, "ledger")
    assert not keys(look(s3.home, look(s3.home, None).cursor))


def test_the_sensor_says_that_the_inbox_does_not_answer_and_forgets_nothing(s3: Inbox) -> None:
    s3.put("ledger/orders.csv", ORDERS)
    asked = look(s3.home, look(s3.home, None).cursor)
    assert keys(asked)
    s3.stop()
    with pytest.raises(dg.Failure, match="s3://pmo/in/box"):
        look(s3.home, asked.cursor)


def test_what_an_earlier_sensor_remembered_is_passed_over(tmp_path: Path) -> None:
    assert not look(make_home(tmp_path / "home"), '["", ""]').run_requests


def test_two_looks_fit_into_a_minute(defs: dg.Definitions) -> None:
    sensor = defs.get_sensor_def("inbox")
    assert 2 * (sensor.minimum_interval_seconds or 0) < 60


def digests(home: Home) -> dict[str, str]:
    """Every byte of the warehouse file and of the release."""
    files = [home.warehouse_file, *(file for file in home.published.rglob("*") if file.is_file())]
    return {str(file.relative_to(home.root)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@dataclass(frozen=True, slots=True)
class Story:
    """A good run, and one in which a file lacks a column while another is new."""

    home: Home
    good: Outcome
    before: dict[str, str]
    bad: Outcome


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = make_home(tmp_path_factory.mktemp("story") / "home")
    good = run(home)
    before = digests(home)
    (home.inbox / "ledger/orders.csv").write_text("order_no,line_no\nPO-1,1\n", encoding="utf-8")
    (home.reference / "people.csv").write_text("person,name\nalice,Alice\n", encoding="utf-8")
    return Story(home, good, before, run(home))


def test_a_failed_blocking_check_leaves_staging_and_marts_untouched(story: Story) -> None:
    assert story.good.success, story.good.failures
    assert not story.bad.success
    assert digests(story.home) == story.before


def test_a_failed_blocking_check_says_which_file_and_which_column(story: Story) -> None:
    assert any("inbox/ledger/orders.csv" in said and "currency" in said for said in story.bad.failures)


def test_other_sources_land_beside_a_refused_one(story: Story) -> None:
    statuses = {(each.source, each.table): each.status for each in story.bad.received}
    assert statuses["reference", "people"] == "landed"
    assert statuses["ledger", "orders"] == "refused"


def test_both_runs_are_recorded_with_every_asset_and_check(story: Story) -> None:
    with instance_of(story.home) as instance:
        assert {record.status.value for record in instance.get_runs()} == {"SUCCESS", "FAILURE"}
        built = instance.get_latest_materialization_event(dg.AssetKey(["marts", "mart_budget_position"]))
        assert built is not None
        assert built.run_id == story.good.run_id


def test_dagsters_own_server_reads_what_was_recorded(story: Story) -> None:
    with instance_of(story.home) as ours, dg.DagsterInstance.from_config(str(story.home.dagster)) as theirs:
        ours_said = [str(entry.message) for entry in ours.all_logs(story.good.run_id)]
        assert ours_said == [str(entry.message) for entry in theirs.all_logs(story.good.run_id)]
        assert ours_said
        checked = theirs.event_log_storage.get_latest_asset_check_execution_by_key(
            [dg.AssetCheckKey(dg.AssetKey(["raw_ledger", "orders"]), "orders_batches_are_acceptable")]
        )
        assert [record.status.value for record in checked.values()] == ["FAILED"]


def test_the_sensor_asks_for_nothing_that_has_landed_already(story: Story) -> None:
    home = story.home
    first = look(home, None)
    assert look(home, first.cursor).run_requests  # the refused file never landed
    (home.inbox / "ledger/orders.csv").write_text(ORDERS, encoding="utf-8")
    assert not look(home, look(home, None).cursor).run_requests


def copied_project(folder: Path) -> Path:
    shutil.copytree(warehouse.PROJECT, folder, ignore=shutil.ignore_patterns("target", "logs"))
    return folder


@pytest.fixture
def broken_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    project = copied_project(tmp_path / "dbt_project")
    test = "select * from {{ ref('release_info') }}"
    (project / "tests/assert_nothing_is_ever_released.sql").write_text(test, encoding="utf-8")
    monkeypatch.setattr(warehouse, "PROJECT", project)
    yield project
    warehouse._parsed.clear()


def test_a_failed_data_test_fails_the_run_by_name_and_publishes_nothing(
    tmp_path: Path, broken_project: Path
) -> None:
    home = make_home(tmp_path / "home")
    outcome = run(home)
    assert not outcome.success
    assert any("assert_nothing_is_ever_released" in said for said in outcome.failures), outcome.failures
    assert not home.published_file.exists()


def test_a_second_process_uses_the_manifest_that_is_there(story: Story) -> None:
    manifest = story.home.dbt / "manifest.json"
    written = manifest.stat().st_mtime_ns
    assert warehouse.dbt_manifest(story.home) == manifest
    assert manifest.stat().st_mtime_ns == written


def test_a_build_leaves_the_environment_as_it_was(story: Story) -> None:
    assert "PMO_WAREHOUSE" not in os.environ
    facts: dict[str, Any] = json.loads((story.home.dbt / "manifest.json").read_text(encoding="utf-8"))
    assert facts["metadata"]["project_name"] == "pmo_warehouse"
