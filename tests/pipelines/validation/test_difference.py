"""What a corrected file changes: rows added, changed and removed, and the sums before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.settings import Home, load_settings
from pipelines.validation.arrivals import Arrival, describe, receive_inbox

INVOICES = "inbox/ledger/invoices.csv"
INVOICE_HEADER = "invoice_no,line_no,project,cost_category,posted_on,amount,currency\n"
LINES = "inbox/budgets/budget_lines.csv"
LINES_HEADER = "project,version_no,cost_category,period,amount,currency\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "pmo.yaml").write_text("organisation: Acme\ncurrency: EUR\n")
    return Home(tmp_path)


def land(home: Home, name: str, text: str) -> Arrival:
    """The arrival of the file once `text` stands in it."""
    file = home.root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    source = name.split("/")[1] if name.startswith("inbox/") else "reference"
    (arrival,) = [each for each in receive_inbox(home, load_settings(home), source) if each.path == name]
    return arrival


def invoice(number: str, amount: str, currency: str = "EUR") -> str:
    return f"{number},1,PAY,service,2026-01-31,{amount},{currency}\n"


def test_the_first_version_differs_from_nothing(home: Home) -> None:
    assert land(home, INVOICES, INVOICE_HEADER + invoice("I-1", "100")).message is None


def test_a_corrected_file_says_what_it_changed(home: Home) -> None:
    land(
        home, INVOICES, INVOICE_HEADER + invoice("I-1", "100") + invoice("I-2", "50") + invoice("I-3", "7.5")
    )
    corrected = INVOICE_HEADER + invoice("I-1", "100.00") + invoice("I-2", "60") + invoice("I-4", "1")
    arrival = land(home, INVOICES, corrected + invoice("I-5", "20", "USD"))
    assert arrival.message == (
        "against the version before 2 rows added, 1 changed, 1 removed; "
        "amount EUR 157.50 before, 161.00 now; USD 0.00 before, 20.00 now"
    )
    assert describe(arrival).endswith(f"4 of 4 rows landed; {arrival.message}")


def test_the_version_before_is_the_newest_and_not_the_first(home: Home) -> None:
    for amount in ("100", "110"):
        land(home, INVOICES, INVOICE_HEADER + invoice("I-1", amount))
    said = str(land(home, INVOICES, INVOICE_HEADER + invoice("I-1", "120")).message)
    assert said.endswith("0 rows added, 1 changed, 0 removed; amount EUR 110.00 before, 120.00 now")


def test_rows_without_a_key_change_where_only_their_amount_does(home: Home) -> None:
    line = "PAY,1,service,2026-01,100,EUR\n"
    land(home, LINES, LINES_HEADER + line + line.replace("2026-01", "2026-02"))
    said = str(
        land(
            home, LINES, LINES_HEADER + line.replace("100", "90") + line.replace("2026-01", "2026-03")
        ).message
    )
    assert said.endswith("1 row added, 1 changed, 1 removed; amount EUR 200.00 before, 190.00 now")


def test_a_table_that_measures_nothing_has_no_sums(home: Home) -> None:
    land(home, "reference/people.csv", "person,name\nann,Ann\nben,Ben\n")
    arrival = land(home, "reference/people.csv", "person,name\nann,Anna\n")
    assert arrival.message == "against the version before 0 rows added, 1 changed, 1 removed"


def test_rows_in_quarantine_are_no_rows_of_either(home: Home) -> None:
    land(home, INVOICES, INVOICE_HEADER + invoice("I-1", "100") + invoice("I-2", "n/a"))
    said = str(land(home, INVOICES, INVOICE_HEADER + invoice("I-1", "100") + invoice("I-2", "5")).message)
    assert said.endswith("1 row added, 0 changed, 0 removed; amount EUR 100.00 before, 105.00 now")


def test_a_version_without_rows_removed_them_all(home: Home) -> None:
    land(home, INVOICES, INVOICE_HEADER + invoice("I-1", "100"))
    said = str(land(home, INVOICES, INVOICE_HEADER).message)
    assert said.endswith("0 rows added, 0 changed, 1 removed; amount EUR 100.00 before, 0.00 now")
    assert str(land(home, INVOICES, INVOICE_HEADER + invoice("I-1", "100")).message).endswith(
        "0.00 before, 100.00 now"
    )
