"""`pmo preview`: what it shows is what a refresh would do, and it does nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from demo.run import make_home as make_demo
from pipelines.cli import pmo
from pipelines.settings import Home, SettingsError, load_settings
from pipelines.validation.inbox_arrivals import receive_inbox

SETTINGS = """
organisation: Testers
currency: CHF
layouts:
  hours_at_work:
    table: timesheet_entries
    files: "nowhere/*.csv"
    header: {find: Who}
    columns: {person: {header: Who}, project: {value: PAY}, work_date: {header: On}, hours: {header: H}}
"""
LINES = "project,version_no,cost_category,period,amount,currency\nPAY,1,labour,2026-03,1000.00,EUR\n"
HOURS = "Who,On,H\nann,2026-03-02,7.5\nbob,2026-03-03,8\n"
HARVEST = "Date,Client,Project,Task,Notes,Hours,First Name,Last Name\n2026-01-05,Acme,Site,Dev,,1.5,Ann,Lee\n"
NETSUITE = (
    "Internal ID,Date,Period,Type,Account,Debit,Credit,Class\n1,2026-01-15,Jan 2026,Bill,6000,10.00,,Retail\n"
)


@pytest.fixture(autouse=True)
def _nowhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder is named by the environment, none is the current one."""
    monkeypatch.delenv("PMO_HOME", raising=False)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(pmo, ["preview", *map(str, arguments)], prog_name="pmo")


def seen(*arguments: str | Path) -> dict[str, Any]:
    result = call(*arguments, "--json")
    assert result.exit_code in (0, 1, 3), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert {"loaded": 0, "quarantined": 3, "refused": 1}[found["fate"]] == result.exit_code
    return found


def write(root: Path, relative: str, text: str) -> Path:
    file = root / relative
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def contents(root: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def test_a_canonical_file_is_shown_with_its_mapping_records_and_sums(tmp_path: Path) -> None:
    write(tmp_path, "pmo.yaml", SETTINGS)
    file = write(tmp_path, "inbox/budgets/budget_lines.csv", LINES)
    before = contents(tmp_path)
    result = call(file)
    assert result.exit_code == 0
    for line in (
        "budget_lines (canonical): 1 row in = 1 loaded + 0 quarantined + 0 left out",
        "    amount         'amount' in E",
        "     1  project PAY [A2] · version_no 1 [B2] · cost_category labour [C2] · period 2026-03 [D2] · "
        "amount 1,000.00 [E2] · currency EUR [F2]",
        "    amount 1,000.00 EUR in 1 row",
        "All of it would be loaded.",
    ):
        assert line in result.output.splitlines()
    assert contents(tmp_path) == before


def test_every_cell_that_would_be_quarantined_is_named_with_its_reason(tmp_path: Path) -> None:
    text = LINES + "PAY,1,labour,2026-04,12 ?,EUR\nPAY,1,travel,2026-04,,EUR\n"
    found = seen(write(tmp_path, "budgets/budget_lines.csv", text))
    (table,) = found["tables"]
    assert [(fault["cell"], fault["rule"], fault["content"]) for fault in table["faults"]] == [
        ("E3", "not_a_number", "12 ?"),
        ("E4", "missing_value", ""),
    ]
    assert (table["rows_in"], table["loaded"], table["quarantined"]) == (3, 1, 2)
    assert table["sums"] == [{"column": "amount", "unit": "EUR", "rows": 1, "amount": "1000.00"}]


def test_what_the_rules_of_a_table_set_aside_is_named_too(tmp_path: Path) -> None:
    header = "invoice_no,line_no,project,cost_category,posted_on,amount,currency,type\n"
    row = "I-1,1,PAY,labour,2026-03-01,-5.00,EUR,credit\n"
    (table,) = seen(write(tmp_path, "ledger/invoices.csv", header + row))["tables"]
    assert [(fault["cell"], fault["content"]) for fault in table["faults"]] == [("F2", "-5.00")]


def test_a_preview_and_a_refresh_come_to_the_same(tmp_path: Path) -> None:
    write(tmp_path, "pmo.yaml", SETTINGS)
    file = write(
        tmp_path,
        "inbox/budgets/budget_lines.csv",
        LINES + "PAY,1,labour,2026-04,x,EUR\n" + LINES.split("\n")[1],
    )
    (table,) = seen(file)["tables"]
    home = Home(tmp_path)
    arrivals = receive_inbox(home, load_settings(home), "budgets")
    (landed,) = [arrival for arrival in arrivals if arrival.status == "landed"]
    assert (table["rows_in"], table["loaded"], table["quarantined"], len(table["left_out"])) == (
        landed.rows_in,
        landed.loaded,
        landed.quarantined,
        landed.left_out,
    )
    assert (landed.loaded, landed.quarantined, landed.left_out) == (1, 1, 1)


def test_a_known_export_needs_no_folder_and_no_currency_is_made_up(tmp_path: Path) -> None:
    found = seen(write(tmp_path, "export.csv", NETSUITE), "--source", "ledger")
    (table,) = found["tables"]
    assert (table["reader"], found["home"]) == ("format:netsuite_gl", None)
    assert [each["unit"] for each in table["sums"]] == ["XXX"]
    assert any("functional currency is not known" in note for note in found["notes"])
    origins = {each["column"]: (each["origin"], each["notation"]) for each in table["sources"]}
    assert origins["posted_on"] == ("'Date' in B", "YYYY-MM-DD")
    assert origins["amount"][0] == "'Debit' in F − 'Credit' in G"


def test_in_a_folder_its_currency_is_the_functional_one(tmp_path: Path) -> None:
    write(tmp_path, "pmo.yaml", SETTINGS)
    found = seen(write(tmp_path, "inbox/ledger/export.csv", NETSUITE))
    assert [each["unit"] for each in found["tables"][0]["sums"]] == ["CHF"] and not found["notes"]


def test_the_accounts_of_a_ledger_are_a_warning_of_the_preview_and_of_the_refresh(tmp_path: Path) -> None:
    write(tmp_path, "pmo.yaml", SETTINGS)
    file = write(tmp_path, "inbox/ledger/export.csv", NETSUITE)
    found = seen(file)
    (warning,) = found["tables"][0]["warnings"]
    assert "6000 10.00 CHF in 1 row" in warning and not found["notes"]
    home = Home(tmp_path)
    arrivals = receive_inbox(home, load_settings(home), "ledger")
    assert [check.message for each in arrivals for check in each.checks if not check.passed] == [warning]


def test_hours_are_summed_as_hours(tmp_path: Path) -> None:
    found = seen(write(tmp_path, "timesheets/harvest.csv", HARVEST))
    assert found["tables"][0]["sums"] == [{"column": "hours", "unit": "hours", "rows": 1, "amount": "1.5"}]


def test_a_layout_of_the_folder_is_tried_by_name_on_any_file(tmp_path: Path) -> None:
    write(tmp_path / "home", "pmo.yaml", SETTINGS)
    file = write(tmp_path, "hours[1].csv", HOURS)
    options = ("--home", tmp_path / "home", "--source", "timesheets")
    found = seen(file, *options, "--layout", "hours_at_work")
    assert found["tables"][0]["reader"] == "layout:hours_at_work" and found["fate"] == "loaded"
    assert seen(file, *options)["fate"] == "refused"


def test_a_draft_is_tried_without_touching_pmo_yaml(tmp_path: Path) -> None:
    draft = write(tmp_path, "draft.yml", "mine: {like: harvest, columns: {project: {value: PAY}}}\n")
    file = write(tmp_path, "hours.csv", HARVEST)
    found = seen(file, "--source", "timesheets", "--layout-file", draft)
    assert found["tables"][0]["reader"] == "layout:mine"
    assert found["tables"][0]["records"][0]["values"]["project"]["value"] == "PAY"


def test_an_unknown_file_gets_a_layout_that_reads_it_once_it_is_corrected(tmp_path: Path) -> None:
    text = "Employee;Day;Time spent\nann;31.03.2026;7,5\nbob;30.03.2026;8,0\n"
    file, draft = write(tmp_path, "hours.csv", text), tmp_path / "draft.yml"
    first = call(file, "--source", "timesheets", "--draft", draft)
    assert first.exit_code == 1 and f"--layout-file {draft}" in first.output
    assert draft.read_text() in first.output and "# ?" in draft.read_text()
    corrected = draft.read_text().replace('project: {value: "?"}', "project: {value: PAY}")
    draft.write_text(corrected)
    found = seen(file, "--source", "timesheets", "--layout-file", draft)
    assert found["fate"] == "loaded", found
    values = [
        {name: each["value"] for name, each in r["values"].items()} for r in found["tables"][0]["records"]
    ]
    assert values[0] == {
        "person": "ann",
        "project": "PAY",
        "work_date": "2026-03-31",
        "hours": "7.5",
        "status": "unknown",
    }


def test_a_file_that_is_known_gets_no_draft(tmp_path: Path) -> None:
    draft = tmp_path / "draft.yml"
    result = call(write(tmp_path, "budgets/budget_lines.csv", LINES), "--draft", draft)
    assert result.exit_code == 0 and not draft.exists() and "nothing was written" in result.stderr


def test_a_file_named_after_a_table_with_none_of_its_header_is_unknown_too(tmp_path: Path) -> None:
    file = write(tmp_path, "timesheets/timesheet_entries.csv", "Employee,Day,Hours\nann,2026-03-02,8\n")
    found = seen(file)
    assert "needs the columns" in found["refused"] and found["proposal"]["table"] == "timesheet_entries"


def test_the_proposal_for_the_workbook_of_the_demo_reads_what_its_own_layout_reads(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo")
    file = tmp_path / "demo/inbox/budgets/Budget_2026.xlsx"
    alone = tmp_path / "Budget_2026.xlsx"
    alone.write_bytes(file.read_bytes())
    by_layout, proposed = seen(file), seen(alone, "--source", "budgets")
    (table,), (other,) = by_layout["tables"], proposed["tables"]
    assert table["sums"] == other["sums"] and len(table["totals"]) == len(other["totals"]) == 199
    assert Decimal(table["sums"][0]["amount"]) == 1_473_200
    assert not any(total["is_off"] for total in other["totals"])


def test_of_the_demo_one_row_of_hours_waits_for_a_number(tmp_path: Path) -> None:
    make_demo(tmp_path)
    files = [
        *(tmp_path / "inbox/budgets").iterdir(),
        tmp_path / "inbox/timesheets/timesheet_entries_2026-06.csv",
    ]
    assert {file.name: code for file in files if (code := call(file).exit_code)} == {
        "timesheet_entries_2026-06.csv": 3
    }


def test_a_total_that_is_off_refuses_the_file_and_is_shown(tmp_path: Path) -> None:
    text = "Category,2026-01,2026-02,Total\nLabour,1,2,4\n"
    file = write(tmp_path, "budgets/plan.csv", text)
    result = call(file)
    assert result.exit_code == 1
    assert "Totals in the file: 0 of 1 agree" in result.output
    assert "    D2  Labour: says 4.00, its rows add up to 3.00, difference -1.00" in result.output


CALENDAR = "period,start_on,end_on\nFY26-P01,2025-12-29,2026-01-25\nFY26-P02,2026-01-26,2026-02-22\n"


def test_what_lies_outside_the_declared_calendar_is_warned_of(tmp_path: Path) -> None:
    write(tmp_path, "pmo.yaml", SETTINGS)
    calendar = write(tmp_path, "reference/fiscal_calendar.csv", CALENDAR)
    lines = (
        LINES.replace("2026-03", "FY26-P01") + "PAY,1,travel,2026-03,5.00,EUR\nPAY,1,labour,FY26-P03,5,EUR\n"
    )
    budget = write(tmp_path, "inbox/budgets/budget_lines.csv", lines)
    (warning,) = seen(budget)["tables"][0]["warnings"]
    assert warning.startswith("period: no period") and "has 2026-03 (D3), FY26-P03 (D4);" in warning
    assert "2 rows would be in no position" in warning and "2026-02-22" in warning
    ledger = write(
        tmp_path,
        "inbox/ledger/receipts.csv",
        "receipt_no,order_no,line_no,received_on,amount,currency\n1,1,1,2026-02-23,5,EUR\n2,1,1,2026-02-22,5,EUR\n",
    )
    (late,) = seen(ledger)["tables"][0]["warnings"]
    assert late.startswith("received_on: ") and "has 2026-02-23 (D2); 1 row would" in late
    # One that landed is in force while none lies there.
    home = Home(tmp_path)
    receive_inbox(home, load_settings(home), "reference")
    calendar.unlink()
    assert seen(budget)["tables"][0]["warnings"] == [warning]


def test_without_a_declared_calendar_periods_are_months(tmp_path: Path) -> None:
    file = write(tmp_path, "inbox/budgets/budget_lines.csv", LINES + "PAY,1,x,FY26-P01,5,EUR\n")
    assert seen(file)["tables"][0]["warnings"] == []
    write(tmp_path, "pmo.yaml", SETTINGS)
    (warning,) = seen(file)["tables"][0]["warnings"]
    assert "has FY26-P01 (D3); 1 row would" in warning and "months" in warning


def test_rows_of_a_refused_file_are_refused_and_not_quarantined(tmp_path: Path) -> None:
    text = HARVEST.replace("2026-01-05", "03/04/2026") + "04/05/2026,Acme,Site,Dev,,x,Bob,Ray\n"
    file = write(tmp_path, "timesheets/export.csv", text)
    (table,) = seen(file)["tables"]
    assert (table["rows_in"], table["loaded"], table["quarantined"], table["refused_rows"]) == (2, 0, 0, 2)
    # The column that reads in two ways is named once, for the batch; a cell that reads in none is worth mending too.
    assert [(fault["cell"], fault["column"]) for fault in table["faults"]] == [("F3", "hours")]
    output = call(file).output
    assert "timesheet_entries (format:harvest): 2 rows in = 2 refused + 0 left out" in output
    assert "To mend as well in what is refused (1 cell)" in output and "uarantined" not in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "lies in no folder of a source"),
        (("--source", "budget"), "Invalid value for '--source'"),
        (("--source", "budgets", "--layout", "x"), "there is no layout 'x'"),
        (("--source", "budgets", "--table", "orders"), "budgets has no table 'orders'"),
        (("--source", "budgets", "--draft", "there.yml"), "exists already"),
        (("--source", "budgets", "--draft", "nowhere/draft.yml"), "there is no folder nowhere"),
        (("--source", "budgets", "--layout", "x", "--layout-file", "there.yml"), "not both"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    write(Path(), "there.yml", "a: {}\n")
    result = call(write(tmp_path, "plan.csv", "a,b\n1,2\n"), *arguments)
    assert result.exit_code == 2 and said in result.output


def test_a_mistake_in_a_draft_is_named_by_its_key(tmp_path: Path) -> None:
    draft = write(
        tmp_path, "draft.yml", "mine: {table: budget_lines, header: {find: a}, columns: {}, rowz: {}}\n"
    )
    result = call(write(tmp_path, "plan.csv", "a,b\n1,2\n"), "--source", "budgets", "--layout-file", draft)
    assert isinstance(result.exception, SettingsError)
    assert "layouts.mine.rowz" in str(result.exception) and str(draft) in str(result.exception)


def test_what_cannot_be_opened_is_refused_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "plan.xlsx"
    file.write_bytes(b"PK\x03\x04 and no more")
    found = seen(file, "--source", "budgets")
    assert found["fate"] == "refused" and "plan.xlsx" in found["refused"] and found["proposal"] is None


def test_the_command_ends_with_3_and_prints_only_json(tmp_path: Path) -> None:
    file = write(tmp_path, "budgets/budget_lines.csv", LINES + "PAY,1,labour,2026-04,x,EUR\n")
    repository = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "preview", str(file), "--json", "--rows", "1"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(repository)},
    )
    assert done.returncode == 3, done.stderr
    (table,) = json.loads(done.stdout)["tables"]
    assert len(table["records"]) == 1 and table["loaded"] == 1
