"""Rows that earlier versions of a file had and the newest has not: which are named, and whether they still count."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.settings import Home, load_settings
from pipelines.validation.arrivals import CheckOutcome, receive_inbox

INVOICES = "inbox/ledger/invoices.csv"
INVOICE_HEADER = "invoice_no,line_no,project,cost_category,posted_on,amount,currency\n"
HOURS = "inbox/timesheets/timesheet_entries.csv"
HOURS_HEADER = "person,project,work_date,hours\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "pmo.yaml").write_text("organisation: Acme\ncurrency: EUR\n")
    return Home(tmp_path)


def invoices(*numbers: str) -> str:
    return INVOICE_HEADER + "".join(f"{number},1,PAY,service,2026-01-31,100.00,EUR\n" for number in numbers)


def vanished(home: Home, name: str, text: str) -> CheckOutcome:
    """The check of the file's newest batch once `text` has landed as `name`."""
    file = home.root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    source = name.split("/")[1] if name.startswith("inbox/") else "reference"
    arrivals = [each for each in receive_inbox(home, load_settings(home), source) if each.path == name]
    (check,) = [check for check in arrivals[0].checks if check.name == "rows_that_vanished_are_named"]
    return check


def test_the_first_version_of_a_file_lacks_nothing(home: Home) -> None:
    check = vanished(home, INVOICES, invoices("I-1"))
    assert (check.passed, check.not_run) == (True, True)


def test_a_version_with_all_rows_of_the_one_before_passes(home: Home) -> None:
    vanished(home, INVOICES, invoices("I-1"))
    check = vanished(home, INVOICES, invoices("I-1", "I-2"))
    assert (check.passed, check.not_run, check.rows) == (True, False, 0)


def test_a_row_that_a_whole_file_lacks_counts_no_more(home: Home) -> None:
    vanished(home, "inbox/register/projects.csv", "project,name\nPAY,Pay\nWEB,Web\n")
    check = vanished(home, "inbox/register/projects.csv", "project,name\nPAY,Payments\n")
    assert (check.passed, check.rows) == (False, 1)
    assert "1 row of the version before came no more: WEB. It counts no more" in check.message


def test_a_row_whose_key_has_a_blank_part_is_changed_and_has_not_vanished(home: Home) -> None:
    header, rates = "rate_type,from_currency,to_currency,rate,period\n", "reference/fx_rates.csv"
    vanished(home, rates, header + "closing,USD,EUR,0.90,2026-01\nclosing,USD,EUR,0.91,2026-02\n")
    assert vanished(
        home, rates, header + "closing,USD,EUR,0.80,2026-01\nclosing,USD,EUR,0.91,2026-02\n"
    ).passed
    check = vanished(home, rates, header + "closing,USD,EUR,0.80,2026-01\n")
    assert "1 row of the version before came no more: closing USD EUR 2026-02." in check.message


def test_a_key_that_a_merged_file_lacks_counts_still(home: Home) -> None:
    vanished(home, INVOICES, invoices("I-1", "I-2", "I-3"))
    check = vanished(home, INVOICES, invoices("I-2"))
    assert (check.passed, check.rows) == (False, 2)
    assert "2 rows of earlier versions came no more: I-1 1; I-3 1. They count still" in check.message
    assert "with amount 0" in check.message


def test_a_key_that_vanished_earlier_is_named_again(home: Home) -> None:
    vanished(home, INVOICES, invoices("I-1", "I-2"))
    vanished(home, INVOICES, invoices("I-1"))
    assert "I-2 1" in vanished(home, INVOICES, invoices("I-1", "I-3")).message


def test_a_header_alone_takes_nothing_from_a_merged_table_and_says_so(home: Home) -> None:
    vanished(home, INVOICES, invoices("I-1"))
    check = vanished(home, INVOICES, INVOICE_HEADER)
    assert (check.rows, "It counts still" in check.message) == (1, True)


def test_a_key_that_moved_into_another_file_did_not_vanish(home: Home) -> None:
    vanished(home, INVOICES, invoices("I-1", "I-2"))
    vanished(home, "inbox/ledger/invoices_2.csv", invoices("I-2"))
    assert vanished(home, INVOICES, invoices("I-1")).passed


def test_hours_of_a_person_whom_the_file_has_are_replaced_and_of_another_stay(home: Home) -> None:
    kept, gone, other = "ann,PAY,2026-01-05,8\n", "ann,PAY,2026-01-06,8\n", "ben,PAY,2026-01-06,8\n"
    vanished(home, HOURS, HOURS_HEADER + kept + gone + other)
    check = vanished(home, HOURS, HOURS_HEADER + kept.replace("8", "7"))
    assert check.rows == 2
    assert "ann PAY 2026-01-06" in check.message and "ben PAY 2026-01-06" in check.message
    assert "1 of them counts still, because the file has nothing for their person and period" in check.message


def test_hours_of_a_month_that_the_file_does_not_have_are_no_matter_of_it(home: Home) -> None:
    vanished(home, HOURS, HOURS_HEADER + "ann,PAY,2026-01-05,8\n")
    assert vanished(home, HOURS, HOURS_HEADER + "ann,PAY,2026-02-02,8\n").passed


def test_what_is_published_has_the_row_without_the_person(home: Home) -> None:
    vanished(home, HOURS, HOURS_HEADER + "ann,PAY,2026-01-05,8\nann,PAY,2026-01-06,8\n")
    check = vanished(home, HOURS, HOURS_HEADER + "ann,PAY,2026-01-05,8\n")
    assert "PAY 2026-01-06" in (check.published or "")
    assert "ann" not in (check.published or "").replace("than", "")


def test_a_row_that_only_a_person_tells_apart_is_published_as_a_count(home: Home) -> None:
    vanished(home, "reference/people.csv", "person,role\nann,dev\nben,dev\n")
    check = vanished(home, "reference/people.csv", "person,role\nben,dev\n")
    assert "ann" in check.message
    assert "1 row of the version before came no more: (a person)" in (check.published or "")


def test_a_key_that_names_a_person_is_quarantined_by_name_and_published_without(home: Home) -> None:
    cards = "rate,currency,valid_from,person\n100,EUR,2026-01-01,ann\n120,EUR,2026-01-01,ann\n"
    file = home.root / "reference/rate_cards.csv"
    file.parent.mkdir(parents=True)
    file.write_text(cards)
    arrivals = receive_inbox(home, load_settings(home), "reference")
    (check,) = [
        check for arrival in arrivals for check in arrival.checks if not check.passed and check.rows == 2
    ]
    assert "person ann" in check.message
    assert "person …" in (check.published or "") and "ann" not in (check.published or "")
