"""`pmo` as it is called: its words, its exit codes, its JSON. Figures are the end-to-end tests' matter."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from demo.tempo.server import TOKEN, DemoTempo
from pipelines.cli import COMMANDS, pmo
from pipelines.commands.init import describe_tables
from pipelines.landing.sources import tables_of
from pipelines.moments import resolve_moments
from pipelines.settings import Home, Settings, SettingsError, load_settings
from tests.pipelines.conftest import Inbox

SETTINGS = "organisation: Testers\ncurrency: EUR\ntimezone: Europe/Paris\n"
HOURS = "person,project,work_date,hours\nalice,PAY,2026-03-02,7.5\nbruno,PAY,2026-03-03,{}\n"
VERSIONS = "project,version_no,version_type,approved_on\nPAY,1,original,2026-01-05\n"
LINES = "project,version_no,cost_category,period,amount,currency\nPAY,1,labour,2026-03,1000.00,EUR\n"
CATEGORIES = "cost_category,nature\nlabour,labour_internal\n"
RATES = "rate,currency,valid_from,person\n100,EUR,2026-01-01,alice\n100,EUR,2026-01-01,bruno\n"


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(pmo, [str(argument) for argument in arguments], prog_name="pmo")


def write(home: Home, relative: str, text: str) -> None:
    file = home.root / relative
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def make_home(root: Path) -> Home:
    home = Home(root)
    write(home, "pmo.yaml", SETTINGS)
    write(home, "inbox/timesheets/timesheet_entries.csv", HOURS.format("8"))
    write(home, "inbox/budgets/budget_versions.csv", VERSIONS)
    write(home, "inbox/budgets/budget_lines.csv", LINES)
    write(home, "reference/cost_categories.csv", CATEGORIES)
    write(home, "reference/rate_cards.csv", RATES)
    return home


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = call(command, "--help")
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: pmo {command}")


def test_an_unknown_command_or_source_is_a_wrong_call(tmp_path: Path) -> None:
    assert call("refesh").exit_code == 2
    assert call("--home", tmp_path, "refresh", "--select", "ledgers").exit_code == 2


def test_init_makes_a_folder_that_the_doctor_finds_in_place(tmp_path: Path) -> None:
    assert call("init", tmp_path / "new", "--organisation", 'Smith: "PMO"').exit_code == 0
    assert load_settings(tmp_path / "new").organisation == 'Smith: "PMO"'
    result = call("--home", tmp_path / "new", "doctor")
    assert result.exit_code == 0, result.output


def test_init_never_touches_a_folder_that_is_one_already(tmp_path: Path) -> None:
    write(Home(tmp_path), "pmo.yaml", SETTINGS)
    assert call("init", tmp_path).exit_code == 2
    assert (tmp_path / "pmo.yaml").read_text() == SETTINGS


def test_init_leaves_nothing_behind_when_what_was_given_is_wrong(tmp_path: Path) -> None:
    result = call("init", tmp_path, "--currency", "euro")
    assert isinstance(result.exception, SettingsError)
    assert not (tmp_path / "pmo.yaml").exists()


def test_the_readme_of_an_inbox_lists_every_table_and_column() -> None:
    text = describe_tables(tables_of("ledger"))
    for table in tables_of("ledger"):
        assert f"`{table.name}`" in text
    assert "**order_no**" in text
    assert "requisition, open, closed, cancelled, default open" in text


def doctor(home: Home) -> dict[str, dict[str, Any]]:
    result = call("--home", home.root, "doctor", "--json")
    findings: list[dict[str, Any]] = json.loads(result.stdout)
    looks = any(finding["look"] for finding in findings)
    assert result.exit_code == ((3 if looks else 0) if all(finding["ok"] for finding in findings) else 1)
    return {finding["subject"]: finding for finding in findings}


def test_the_doctor_reads_every_file(tmp_path: Path) -> None:
    findings = doctor(make_home(tmp_path))
    assert findings["inbox/timesheets/timesheet_entries.csv"]["said"] == "timesheet_entries: 2 rows"


def test_the_doctor_names_a_file_that_nothing_recognises_and_one_without_a_column(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    write(home, "inbox/ledger/purchases.csv", "a,b\n1,2\n")
    write(home, "inbox/ledger/orders.csv", "order_no\nPO-1\n")
    write(home, "inbox/stray.csv", "a\n1\n")
    findings = doctor(home)
    bad = {subject for subject, finding in findings.items() if not finding["ok"]}
    assert bad == {"inbox/ledger/purchases.csv", "inbox/ledger/orders.csv", "inbox/stray.csv"}
    assert "currency" in findings["inbox/ledger/orders.csv"]["said"]


def test_the_doctor_says_what_a_refresh_will_set_aside(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    write(home, "inbox/timesheets/timesheet_entries.csv", HOURS.format("8h"))
    finding = doctor(home)["inbox/timesheets/timesheet_entries.csv"]
    assert (finding["ok"], finding["look"]) == (True, True)
    assert finding["said"].startswith("timesheet_entries: 2 rows, 1 in quarantine\n")
    assert "D3: '8h' is not a number" in finding["said"]
    assert not home.landing.exists()


def test_the_doctor_reads_an_inbox_elsewhere_and_says_when_it_does_not_answer(remote: Inbox) -> None:
    remote.put("timesheets/timesheet_entries.csv", HOURS.format("8"))
    findings = doctor(remote.home)
    assert findings["inbox"]["said"].endswith(", credentials accepted")
    assert findings["inbox/timesheets/timesheet_entries.csv"]["said"] == "timesheet_entries: 2 rows"
    assert not remote.home.landing.exists()
    remote.stop()
    assert not doctor(remote.home)["inbox"]["ok"]


def test_the_doctor_says_which_variable_the_inbox_lacks(s3: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PMO_S3_KEY")
    finding = doctor(s3.home)["inbox"]
    assert not finding["ok"]
    assert "environment variable PMO_S3_KEY, named at inbox.options.key" in finding["said"]


def test_the_doctor_says_what_a_rule_would_set_aside(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    write(home, "reference/rate_cards.csv", RATES.replace("100,", "-100,", 1))
    assert "an hourly rate is more than 0" in doctor(home)["reference/rate_cards.csv"]["said"]


def test_the_doctor_says_which_settings_name_what_there_is_not(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    write(home, "pmo.yaml", SETTINGS + "hours_from: {PAYY: jira}\nlabour_category: labor\ntax_basis: gross\n")
    findings = doctor(home)
    assert "PAYY" in findings["pmo.yaml: hours_from"]["said"]
    assert "labor" in findings["pmo.yaml: labour_category"]["said"]
    assert "not used yet" in findings["pmo.yaml: tax_basis"]["said"]


def test_places_are_sorted_by_their_numbers() -> None:
    from pipelines.commands.quarantine import _in_order_of_places

    places = [{"path": "a.csv", "sheet": None, "place": place} for place in ("E13", "E4", "AA2")]
    assert [row["place"] for row in sorted(places, key=_in_order_of_places)] == ["AA2", "E4", "E13"]


def test_the_doctor_says_which_variable_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_PAT", raising=False)
    home = make_home(tmp_path)
    site = "jira: [{site: http://127.0.0.1:9, name: acme, auth: {pat: ${NO_SUCH_PAT}}}]\n"
    write(home, "pmo.yaml", SETTINGS + site)
    assert "NO_SUCH_PAT" in doctor(home)["jira acme"]["said"]
    monkeypatch.setenv("NO_SUCH_PAT", "secret-value")
    unreachable = doctor(home)["jira acme"]
    assert not unreachable["ok"]
    assert "secret-value" not in unreachable["said"]


def test_the_doctor_asks_tempo_whether_the_token_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path)
    with DemoTempo() as tempo:
        write(
            home, "pmo.yaml", SETTINGS + f"tempo: [{{url: '{tempo.url}', name: acme, token: ${{T_TEMPO}}}}]\n"
        )
        monkeypatch.setenv("T_TEMPO", TOKEN)
        accepted = doctor(home)["tempo acme"]
        assert (accepted["ok"], accepted["said"]) == (True, "token accepted")
        monkeypatch.setenv("T_TEMPO", "expired-token")
        refused = doctor(home)["tempo acme"]
    assert not refused["ok"]
    assert "answered 401: Invalid access token" in refused["said"]
    assert "expired-token" not in refused["said"]


def test_the_doctor_lists_what_is_wrong_in_the_settings(tmp_path: Path) -> None:
    write(Home(tmp_path), "pmo.yaml", "organisation: X\ncurrrency: EUR\n")
    assert "currency" in doctor(Home(tmp_path))["pmo.yaml"]["said"]


@pytest.mark.parametrize("option", ["--as-of", "--known-at"])
def test_a_date_that_is_none_is_a_wrong_call(tmp_path: Path, option: str) -> None:
    home = make_home(tmp_path)
    result = call("--home", home.root, "refresh", option, "yesterday")
    assert isinstance(result.exception, SettingsError)
    assert "yesterday" in str(result.exception)


def test_a_moment_without_an_offset_is_the_organisations() -> None:
    settings = Settings(organisation="X", currency="EUR", timezone="Europe/Paris")
    assert (
        resolve_moments(settings, known_at="2026-04-30T18:00").known_at.isoformat()
        == "2026-04-30T16:00:00+00:00"
    )
    assert resolve_moments(settings, known_at="2026-04-30T18:00Z").known_at.hour == 18


def test_before_the_first_refresh_there_is_no_quarantine_to_list(tmp_path: Path) -> None:
    assert call("--home", make_home(tmp_path).root, "quarantine").exit_code == 1


@dataclass(frozen=True, slots=True)
class Story:
    """Refreshes of one home: good, of the same files, forced, with a bad row, with a refused file."""

    home: Home
    good: Result
    same: Result
    forced: dict[str, Any]
    bad_row: Result
    quarantine: dict[str, list[dict[str, Any]]]
    refused: Result
    refused_listed: Result


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = make_home(tmp_path_factory.mktemp("cli") / "home")
    as_of = ("refresh", "--home", home.root, "--as-of", "2026-03-31")
    good, same = call(*as_of), call(*as_of)
    forced = json.loads(call(*as_of, "--full", "--json").stdout)
    write(home, "inbox/timesheets/timesheet_entries.csv", HOURS.format("8h"))
    bad_row = call(*as_of)
    quarantine = json.loads(call("--home", home.root, "quarantine", "--json").stdout)
    write(home, "inbox/budgets/budget_lines.csv", "project,version_no\nPAY,1\n")
    refused = call(*as_of)
    listed = call("--home", home.root, "quarantine")
    return Story(home, good, same, forced, bad_row, quarantine, refused, listed)


def test_a_good_refresh_prints_each_project_and_how_the_rows_add_up(story: Story) -> None:
    assert story.good.exit_code == 0, story.good.output
    for word in ("PAY", "1,000.00", "1,550.00", "in = ", "published/pmo.duckdb"):
        assert word in story.good.stdout


def test_progress_stays_off_standard_output(story: Story) -> None:
    assert "building and testing" in story.good.stderr
    assert "building and testing" not in story.good.stdout


def test_the_same_files_again_build_nothing(story: Story) -> None:
    assert story.same.exit_code == 0
    assert "nothing new since" in story.same.stdout
    assert "building and testing" not in story.same.stderr


def test_full_builds_all_the_same(story: Story) -> None:
    assert story.forced["exit_code"] == 0
    assert story.forced["success"]
    assert story.forced["projects"][0]["project_code"] == "PAY"
    assert story.forced["projects"][0]["consumed"] == "1550.00"


def test_a_bad_row_is_done_with_remarks(story: Story) -> None:
    assert story.bad_row.exit_code == 3, story.bad_row.output
    assert "1 quarantined" in story.bad_row.stdout
    [row] = story.quarantine["quarantined"]
    assert (row["path"], row["place"]) == ("inbox/timesheets/timesheet_entries.csv", "D3")
    assert (row["rule"], row["column_name"]) == ("not_a_number", "hours")
    assert "8h" in row["content"]


def test_a_refused_file_fails_with_its_reason_and_the_last_release_shown(story: Story) -> None:
    assert story.refused.exit_code == 1
    assert "inbox/budgets/budget_lines.csv" in story.refused.stderr
    assert "The published release is unchanged" in story.refused.stderr
    assert "the last good one" in story.refused.stdout


def test_what_was_refused_is_listed_with_the_quarantine(story: Story) -> None:
    assert story.refused_listed.exit_code == 3
    assert "inbox/budgets/budget_lines.csv" in story.refused_listed.stdout


def test_libraries_log_into_the_folder_and_not_onto_the_terminal(story: Story) -> None:
    logs = story.home.warehouse / "logs"
    assert {"dbt.log", "refresh.log"} <= {file.name for file in logs.iterdir()}
    for result in (story.good, story.refused):
        assert "dagster" not in result.output.replace("warehouse/dagster", "")
        assert "RUN_START" not in result.output


def test_while_a_refresh_runs_another_one_is_turned_away(tmp_path: Path) -> None:
    from filelock import FileLock

    home = make_home(tmp_path)
    home.warehouse.mkdir()
    with FileLock(home.warehouse / "refresh.lock"):
        result = call("--home", home.root, "refresh")
    assert result.exit_code == 1
    assert "is running" in result.stderr


def test_a_refresh_says_what_a_corrected_file_changed(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    call("--home", home.root, "refresh")
    write(home, "inbox/timesheets/timesheet_entries.csv", HOURS.format("7.5"))
    result = call("--home", home.root, "refresh")
    assert (
        "changed: inbox/timesheets/timesheet_entries.csv: against the version before"
        in result.stderr.replace("\n", " ")
    )
    assert "1 changed, 0 removed" in " ".join(result.stderr.split())


def test_there_is_nothing_to_reconcile_before_a_release(tmp_path: Path) -> None:
    result = call("--home", make_home(tmp_path).root, "reconcile")
    assert result.exit_code == 1
    assert "run `pmo refresh` first" in result.output


def test_a_release_of_another_version_is_not_reconciled_in_part(tmp_path: Path) -> None:
    import duckdb

    home = make_home(tmp_path)
    home.published.mkdir()
    with duckdb.connect(str(home.published_file)) as connection:
        connection.execute("create schema marts; create table marts.mart_reconciliation (kind varchar)")
    result = call("--home", home.root, "reconcile")
    assert result.exit_code == 1
    assert "made by another version of pmo: run `pmo refresh --full`" in result.output


@pytest.mark.parametrize("file", ["nowhere/book.xlsx", "book.csv"])
def test_a_workbook_has_a_name_and_a_folder(tmp_path: Path, file: str) -> None:
    result = call("--home", make_home(tmp_path).root, "reconcile", "--xlsx", tmp_path / file)
    assert result.exit_code == 2


def test_init_makes_the_folder_that_home_names_and_leaves_what_is_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitignore").write_text("mine\n", encoding="utf-8")
    done = CliRunner().invoke(pmo, ["--home", str(home), "init"])
    assert done.exit_code == 0, done.output
    assert (home / "pmo.yaml").is_file()
    assert (home / ".gitignore").read_text(encoding="utf-8") == "mine\n"
