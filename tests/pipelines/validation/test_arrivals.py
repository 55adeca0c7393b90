"""Receiving files: what lands, what is refused, what is known already."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from pipelines.landing.refused import refused_sources
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, load_settings
from pipelines.validation.arrivals import Arrival, receive_inbox, receive_jira

REPOSITORY = Path(__file__).parents[3]
HEADER = "invoice_no,line_no,project,cost_category,posted_on,amount,currency\n"
GOOD = "I-1,1,PAY,service,2026-01-31,100.00,EUR\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "pmo.yaml").write_text("organisation: Acme\ncurrency: EUR\n")
    return Home(tmp_path)


def drop(home: Home, name: str, text: str) -> None:
    file = home.root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def received(home: Home, source: str = "ledger") -> list[Arrival]:
    """The arrivals of files; tables without one are left out."""
    arrivals = receive_inbox(home, load_settings(home), source)
    return [arrival for arrival in arrivals if arrival.status != "absent"]


def landed(home: Home) -> int:
    return len(LandingStore(home.landing).manifests())


def test_a_source_without_files_has_every_table_absent(home: Home) -> None:
    arrivals = receive_inbox(home, load_settings(home), "ledger")
    assert [arrival.object for arrival in arrivals] == [
        "orders",
        "receipts",
        "invoices",
        "postings",
        "control_totals",
    ]
    assert {arrival.status for arrival in arrivals} == {"absent"}
    assert {arrival.status for arrival in receive_jira(home, load_settings(home))} == {"absent"}


def test_a_bad_row_is_set_aside_and_the_rest_lands(home: Home) -> None:
    drop(home, "inbox/ledger/invoices.csv", HEADER + GOOD + "I-2,1,PAY,service,2026-01-31,n/a,EUR\n")
    (arrival,) = received(home)
    assert (arrival.status, arrival.rows_in, arrival.loaded, arrival.quarantined) == ("landed", 2, 1, 1)
    files = f"{home.landing}/data/raw_control/quarantined_rows/*/*.parquet"
    assert duckdb.sql(f"select place, rule from '{files}'").fetchall() == [("F3", "not_a_number")]


def test_received_twice_a_file_adds_nothing(home: Home) -> None:
    drop(home, "inbox/ledger/invoices.csv", HEADER + GOOD)
    (first,) = received(home)
    (second,) = received(home)
    assert (second.status, second.batch_id, second.loaded) == ("unchanged", first.batch_id, 1)
    assert landed(home) == 1


def test_an_edited_file_lands_again_and_its_earlier_version_stays(home: Home) -> None:
    for amount in ("100.00", "120.00", "100.00"):
        drop(home, "inbox/ledger/invoices.csv", HEADER + GOOD.replace("100.00", amount))
        assert received(home)[0].status == "landed"
    assert landed(home) == 3


def test_a_copy_of_a_file_adds_nothing(home: Home) -> None:
    drop(home, "inbox/ledger/invoices.csv", HEADER + GOOD)
    drop(home, "inbox/ledger/invoices_copy.csv", HEADER + GOOD)
    first, second = received(home)
    assert (first.status, second.status, landed(home)) == ("landed", "unchanged", 1)
    assert (
        second.message == "inbox/ledger/invoices_copy.csv has the same content as inbox/ledger/invoices.csv."
    )


def test_a_missing_column_refuses_the_file_with_its_name_and_the_mend_and_others_land(home: Home) -> None:
    drop(home, "inbox/ledger/invoices.csv", HEADER.replace("amount", "montant") + GOOD)
    drop(
        home,
        "inbox/ledger/receipts.csv",
        "receipt_no,order_no,line_no,received_on,amount,currency\nR,O,1,2026-01-01,1,EUR\n",
    )
    refused, other = received(home)
    assert (refused.status, refused.batch_id, other.status) == ("refused", None, "landed")
    assert "inbox/ledger/invoices.csv" in str(refused.message)
    assert "'amount'" in str(refused.message)
    assert [check.name for check in refused.checks if check.blocking and not check.passed] == [
        "required_columns_are_present"
    ]
    assert [manifest.object for manifest in LandingStore(home.landing).manifests()] == ["receipts"]


def test_a_refused_file_lands_once_it_is_mended(home: Home) -> None:
    drop(home, "inbox/ledger/invoices.csv", HEADER.replace("amount", "montant") + GOOD)
    assert [received(home)[0].status for _ in range(2)] == ["refused", "refused"]
    drop(home, "inbox/ledger/invoices.csv", HEADER + GOOD)
    assert received(home)[0].status == "landed"


def test_a_file_that_nobody_can_read_is_refused_under_a_table_of_its_source(home: Home) -> None:
    drop(home, "inbox/ledger/orders.xlsx", "this is no workbook")
    drop(home, "inbox/ledger/scan.pdf", "%PDF")
    pdf_or_book = received(home)
    assert [(arrival.object, arrival.status) for arrival in pdf_or_book] == [("orders", "refused")] * 2
    assert all(arrival.path in str(arrival.message) for arrival in pdf_or_book)


def test_an_export_that_lost_most_of_its_rows_is_refused(home: Home) -> None:
    people = "".join(f"p{number},Person {number}\n" for number in range(60))
    drop(home, "reference/people.csv", "person,name\n" + people)
    assert received(home, "reference")[0].status == "landed"
    drop(home, "reference/people.csv", "person,name\np0,Person 0\n")
    (arrival,) = received(home, "reference")
    assert arrival.status == "refused"
    assert "people has 1 rows where the version before had 60" in str(arrival.message)


def test_a_timesheet_of_other_days_retires_nothing_however_small(home: Home) -> None:
    header = "person,project,work_date,hours\n"
    drop(
        home,
        "inbox/timesheets/timesheet_entries.csv",
        header + "".join(f"p{n},PAY,2026-01-05,8\n" for n in range(80)),
    )
    assert received(home, "timesheets")[0].status == "landed"
    drop(home, "inbox/timesheets/timesheet_entries.csv", header + "p1,PAY,2026-02-05,8\n")
    assert received(home, "timesheets")[0].status == "landed"


def test_a_day_that_lost_most_of_its_entries_is_refused(home: Home) -> None:
    header = "person,project,work_date,hours,task\n"
    entries = "".join(f"ann,PAY,2026-01-05,0.1,t{number}\n" for number in range(80))
    drop(home, "inbox/timesheets/timesheet_entries.csv", header + entries)
    assert received(home, "timesheets")[0].status == "landed"
    drop(home, "inbox/timesheets/timesheet_entries.csv", header + "ann,PAY,2026-01-05,8,t1\n")
    assert received(home, "timesheets")[0].status == "refused"


def test_under_continue_a_refused_file_is_a_warning(home: Home) -> None:
    home.settings_file.write_text("organisation: Acme\ncurrency: EUR\non_bad_batch: continue\n")
    drop(home, "inbox/ledger/invoices.csv", HEADER.replace("amount", "montant") + GOOD)
    (arrival,) = received(home)
    assert arrival.status == "refused"
    assert not any(check.blocking for check in arrival.checks)
    assert {check.severity for check in arrival.checks if not check.passed} == {"warn"}


def book(home: Home, **sheets: list[list[object]]) -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    (home.root / "reference").mkdir(exist_ok=True)
    workbook.save(home.root / "reference" / "tables.xlsx")


PEOPLE: list[list[object]] = [["person", "name"], ["ann", "Ann"]]
CATEGORIES: list[list[object]] = [["cost_category", "parent"], ["service", None]]


def test_a_workbook_lands_whole_or_not_at_all(home: Home) -> None:
    book(home, people=PEOPLE, cost_categories=[["category"], ["service"]])
    arrivals = received(home, "reference")
    assert {arrival.status for arrival in arrivals} == {"refused"}
    other = next(arrival for arrival in arrivals if arrival.object == "people")
    assert "because cost_categories was refused" in str(other.message)
    assert landed(home) == 0


def test_a_sheet_that_is_gone_from_a_workbook_leaves_an_empty_batch(home: Home) -> None:
    book(home, people=PEOPLE, cost_categories=CATEGORIES)
    assert [arrival.status for arrival in received(home, "reference")] == ["landed", "landed"]
    book(home, people=PEOPLE)
    assert {arrival.object: arrival.loaded for arrival in received(home, "reference")} == {
        "people": 1,
        "cost_categories": 0,
    }
    assert {arrival.status for arrival in received(home, "reference")} == {"unchanged"}
    assert landed(home) == 4


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from pipelines.landing.store import LandingStore
    from pipelines.settings import Home, load_settings
    from pipelines.validation.arrivals import receive_inbox

    write = LandingStore._write_manifest
    committed = []

    def killed_at_the_second(store, manifest):
        if committed:
            os.kill(os.getpid(), signal.SIGKILL)
        committed.append(manifest)
        write(store, manifest)

    LandingStore._write_manifest = killed_at_the_second
    home = Home(Path(sys.argv[1]))
    receive_inbox(home, load_settings(home), "reference")
""")


def test_killed_between_data_and_manifest_the_next_run_ends_the_same(home: Home) -> None:
    book(home, people=PEOPLE, cost_categories=CATEGORIES)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(home.root)], cwd=REPOSITORY, check=False)
    assert (killed.returncode, landed(home)) == (-9, 1)
    received(home, "reference")
    assert {arrival.status for arrival in received(home, "reference")} == {"unchanged"}
    newest = {manifest.object: manifest.rows.loaded for manifest in LandingStore(home.landing).manifests()}
    assert newest == {"people": 1, "cost_categories": 1}
    folders = {folder.name for folder in home.landing.glob("data/*/*/*")}
    assert folders == {f"_batch={manifest.batch_id}" for manifest in LandingStore(home.landing).manifests()}


NOTHING_NEW = textwrap.dedent("""
    import sys
    from pathlib import Path
    from pipelines.settings import Home, load_settings
    from pipelines.validation.arrivals import receive_inbox

    home = Home(Path(sys.argv[1]))
    statuses = {arrival.status for arrival in receive_inbox(home, load_settings(home), "ledger")}
    print(*sorted(statuses), "great_expectations" in sys.modules, "pandas" in sys.modules)
""")


def test_without_a_new_file_great_expectations_is_not_imported(home: Home) -> None:
    drop(home, "inbox/ledger/invoices.csv", HEADER + GOOD)
    received(home)
    command = [sys.executable, "-c", NOTHING_NEW, str(home.root)]
    answer = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    assert answer.split() == ["absent", "unchanged", "False", "False"]


def test_a_refused_source_is_noted_until_it_is_mended(home: Home) -> None:
    drop(home, "inbox/ledger/invoices.csv", "invoice_no\nI-1\n")
    received(home)
    assert list(refused_sources(home.landing)) == ["raw_ledger"]
    drop(home, "inbox/ledger/invoices.csv", HEADER + GOOD)
    received(home)
    assert refused_sources(home.landing) == {}
