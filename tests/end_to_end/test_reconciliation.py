"""What came in is what is there: source = loaded + quarantined + left out, and ledger = mart, per project.

The source's side is counted again here from the files themselves, with nothing of the product's own code.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, InvalidOperation

import pytest

from tests.end_to_end.homes import PmoHome, Record, Row, make_home, total, where

AS_OF = "2026-03-31"
CODES = {"PAY": "PAY", "WEB": "WEB", "payments-old": "PAY"}
MEASURES = {
    "timesheets/timesheet_entries": "hours",
    "ledger/orders": "amount",
    "ledger/receipts": "amount",
    "ledger/invoices": "amount",
    "ledger/postings": "amount",
    "budgets/budget_lines": "amount",
}
Key = tuple[str, str | None]


def entry(person: str, project: str, work_date: str, hours: str, entry_id: str) -> Row:
    return {
        "entry_id": entry_id,
        "person": person,
        "project": project,
        "work_date": work_date,
        "hours": hours,
    }


def invoice(invoice_no: str, project: str, posted_on: str, amount: str, **more: str) -> Row:
    return {
        "invoice_no": invoice_no,
        "line_no": "1",
        "project": project,
        "cost_category": "services",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "type": "invoice",
        "functional_amount": "",
        "order_no": "",
        "order_line_no": "",
    } | more


def posting(posting_id: str, project: str, posted_on: str, amount: str, origin: str, **more: str) -> Row:
    return {
        "posting_id": posting_id,
        "project": project,
        "cost_category": "labour" if origin == "labour" else "services",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "origin": origin,
        "person": "",
        "charge_period": "",
    } | more


def write_ledger(home: PmoHome) -> None:
    """WEB: an order partly received. PAY: a dollar invoice, a credit, an unreadable amount, a repeat."""
    order = {"order_no": "PO-1", "line_no": "1", "currency": "EUR"}
    home.write(
        "inbox/ledger/orders.csv",
        [
            order
            | {
                "project": "WEB",
                "cost_category": "services",
                "ordered_on": "2026-01-09",
                "amount": "9000.00",
            }
        ],
    )
    home.write(
        "inbox/ledger/receipts.csv",
        [order | {"receipt_no": "GR-1", "received_on": "2026-02-12", "amount": "4000.00"}],
    )
    repeated = invoice("INV-5", "PAY", "2026-03-03", "75.25")
    home.write(
        "inbox/ledger/invoices.csv",
        [
            invoice("INV-1", "WEB", "2026-02-20", "2500.00", order_no="PO-1", order_line_no="1"),
            invoice(
                "INV-2", "payments-old", "2026-02-21", "1000.00", currency="USD", functional_amount="912.00"
            ),
            invoice("INV-3", "PAY", "2026-03-02", "300.10", type="credit"),
            invoice("INV-4", "PAY", "2026-03-02", "12 monkeys"),
            repeated,
            repeated,
            invoice("INV-6", "NOBODY-KNOWS", "2026-01-30", "64.00"),
            invoice("INV-7", "PAY", "2026-04-02", "5000.00"),
        ],
    )
    home.write(
        "inbox/ledger/postings.csv",
        [
            posting("L-1", "PAY", "2026-01-31", "1500.00", "labour", person="alice"),
            posting("L-2", "PAY", "2026-03-05", "640.00", "labour", person="alice", charge_period="2026-02"),
            posting("J-1", "WEB", "2026-03-06", "-20.02", "journal"),
            posting("X-1", "", "2026-03-06", "33.00", "expense"),
        ],
    )


def write_the_rest(home: PmoHome) -> None:
    home.write(
        "inbox/register/projects.csv",
        [{"project": "PAY", "name": "Payments"}, {"project": "WEB", "name": "Web shop"}],
    )
    home.write(
        "reference/crosswalk.csv",
        [
            {"source_system": source, "source_id": "payments-old", "project": "PAY"}
            for source in ("ledger", "timesheets")
        ],
    )
    home.write(
        "reference/rate_cards.csv",
        [{"person": "alice", "rate": "80", "currency": "EUR", "valid_from": "2026-01-01"}],
    )
    home.write(
        "reference/cost_categories.csv",
        [
            {"cost_category": "labour", "nature": "labour_internal"},
            {"cost_category": "services", "nature": "service"},
        ],
    )
    repeated = entry("alice", "WEB", "2026-03-05", "1.5", "7")
    home.write(
        "inbox/timesheets/timesheet_entries_2026-q1.csv",
        [
            entry("alice", "PAY", "2026-01-12", "18.75", "1"),
            entry("alice", "payments-old", "2026-02-03", "8", "2"),
            entry("alice", "PAY", "2026-03-04", "7h30", "3"),
            entry("alice", "WEB", "2026-03-04", "2.25", "4"),
            entry("alice", "NOBODY-KNOWS", "2026-03-06", "3", "5"),
            repeated,
            repeated,
        ],
    )
    home.write(
        "inbox/budgets/budget_versions.csv",
        [{"project": "PAY", "version_no": 1, "version_type": "original", "approved_on": "2026-01-02"}],
    )
    home.write(
        "inbox/budgets/budget_lines.csv",
        [
            {
                "project": "PAY",
                "version_no": 1,
                "cost_category": "labour",
                "period": f"2026-0{month}",
                "amount": "3333.33",
                "currency": "EUR",
            }
            for month in (1, 2, 3)
        ],
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    home = make_home(tmp_path_factory.mktemp("reconciliation"))
    write_ledger(home)
    write_the_rest(home)
    outcome = home.refresh(AS_OF)
    assert outcome.exit_code == 3, outcome.text
    return home


@pytest.fixture(scope="module")
def landing(home: PmoHome) -> list[Record]:
    return where(home.table("mart_reconciliation"), kind="landing")


@pytest.fixture(scope="module")
def ledger(home: PmoHome) -> list[Record]:
    return where(home.table("mart_reconciliation"), kind="ledger")


def readable(text: str) -> Decimal:
    """The amount in a cell; nothing where there is none to read."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def count_files(home: PmoHome) -> tuple[dict[Key, int], dict[Key, Decimal]]:
    """Rows and readable amounts of the files, by source and project; None where a row names no project."""
    rows: dict[Key, int] = defaultdict(int)
    amounts: dict[Key, Decimal] = defaultdict(Decimal)
    for name, measure in MEASURES.items():
        for row in home.rows_of(f"inbox/{name}*.csv"):
            code = row.get("project")
            key = name.split("/")[0], CODES.get(code, "unmapped") if code else None
            rows[key] += 1
            amounts[key] += readable(row[measure])
    return rows, amounts


def by_project(rows: list[Record], column: str) -> dict[Key, Decimal]:
    sums: dict[Key, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["source"], row["project_code"]] += row[column] or 0
    return sums


def test_every_difference_is_nil(landing: list[Record], ledger: list[Record]) -> None:
    assert {row["difference"] for row in landing + ledger} == {Decimal("0.00")}


@pytest.mark.parametrize("unit", ["rows", "amount"])
def test_what_came_in_was_loaded_set_aside_or_left_out(landing: list[Record], unit: str) -> None:
    for row in landing:
        parts = [row[f"{part}_{unit}"] or 0 for part in ("loaded", "quarantined", "left_out")]
        assert (row[f"source_{unit}"] or 0) == sum(parts), row


@pytest.mark.parametrize("source", ["timesheets", "ledger"])
def test_the_files_counted_again_give_the_same_rows_and_amounts(
    home: PmoHome, landing: list[Record], source: str
) -> None:
    rows, amounts = count_files(home)
    counted_rows, counted_amounts = by_project(landing, "source_rows"), by_project(landing, "source_amount")
    for project in ("PAY", "WEB", "unmapped", None):
        assert counted_rows[source, project] == rows[source, project], project
        assert counted_amounts[source, project] == amounts[source, project], project


def test_the_budget_arrives_to_the_cent(landing: list[Record]) -> None:
    assert by_project(landing, "loaded_amount")["budgets", "PAY"] == Decimal("9999.99")


def test_what_was_set_aside_and_left_out_is_counted_where_it_belongs(landing: list[Record]) -> None:
    quarantined, left_out = by_project(landing, "quarantined_rows"), by_project(landing, "left_out_rows")
    assert {key: count for key, count in quarantined.items() if count} == {
        ("timesheets", "PAY"): 1,
        ("ledger", "PAY"): 1,
        ("ledger", None): 1,
    }
    assert {key: count for key, count in left_out.items() if count} == {
        ("timesheets", "WEB"): 1,
        ("ledger", "PAY"): 1,
    }


def test_what_was_left_out_keeps_its_amount(landing: list[Record]) -> None:
    amounts = by_project(landing, "left_out_amount")
    assert (amounts["timesheets", "WEB"], amounts["ledger", "PAY"]) == (Decimal("1.5"), Decimal("75.25"))


@pytest.mark.parametrize(
    ("project", "period", "as_reported", "restated"),
    [
        ("PAY", "2026-01", "1500.00", "1500.00"),
        ("PAY", "2026-02", "912.00", "1552.00"),
        ("PAY", "2026-03", "415.15", "-224.85"),
        ("WEB", "2026-02", "2500.00", "2500.00"),
        ("WEB", "2026-03", "-20.02", "-20.02"),
        ("unmapped", "2026-01", "64.00", "64.00"),
    ],
)
def test_the_ledger_counted_again_is_the_ledger_of_the_mart(
    ledger: list[Record], project: str, period: str, as_reported: str, restated: str
) -> None:
    rows = where(ledger, project_code=project, period=period)
    assert total(where(rows, view="as_reported"), "ledger_amount") == Decimal(as_reported)
    assert total(where(rows, view="restated"), "ledger_amount") == Decimal(restated)


@pytest.mark.parametrize("view", ["as_reported", "restated"])
def test_the_ledger_is_what_the_budget_position_calls_posted(
    home: PmoHome, ledger: list[Record], view: str
) -> None:
    sums = by_project(where(ledger, view=view), "ledger_amount")
    position = where(home.table("mart_budget_position"), view=view, fx_basis="booked", period="2026-03")
    for project in ("PAY", "WEB", "unmapped"):
        posted = total(where(position, project_code=project), "consumed_posted")
        assert sum(amount for (_, code), amount in sums.items() if code == project) == posted


def test_an_invoice_of_april_is_in_landing_and_not_yet_in_the_ledger(
    home: PmoHome, ledger: list[Record]
) -> None:
    assert total(where(ledger, view="as_reported"), "ledger_amount") == Decimal("5371.13")
    assert home.query("select * from marts.mart_reconciliation where period > '2026-03'") == []


def test_a_project_that_nobody_mapped_keeps_its_money(home: PmoHome) -> None:
    rows = where(home.table("mart_budget_position"), project_code="unmapped", period="2026-03")
    assert total(where(rows, view="as_reported", fx_basis="booked"), "consumed_posted") == Decimal("64.00")
