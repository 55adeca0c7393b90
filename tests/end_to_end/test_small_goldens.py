"""Small worked examples through the whole product, each a project of its own in one home refreshed once.

Inputs and figures are those of published or hand-made examples, each made for a defect that people reported:
an order counted with its invoice, an open part below zero, a rate that rewrites the past, cents lost.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.end_to_end.homes import ORGANISATION, PmoHome, Record, Row, make_home, only, total, where

PROJECTS = (
    "OVER",
    "CLOSED",
    "CREDIT",
    "DOWN",
    "CHECK",
    "RATE",
    "RECLASS",
    "MONTH",
    "THIRDS",
    "FINAL",
    "IDLE",
)


def order(project: str, amount: str, **more: str) -> Row:
    return {
        "order_no": f"PO-{project}",
        "line_no": "1",
        "project": project,
        "cost_category": "services",
        "ordered_on": "2026-01-10",
        "amount": amount,
        "currency": "EUR",
    } | more


def invoice(project: str, amount: str, posted_on: str = "2026-02-10", **more: str) -> Row:
    return {
        "invoice_no": f"INV-{project}",
        "line_no": "1",
        "project": project,
        "cost_category": "services",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "order_no": f"PO-{project}",
        "order_line_no": "1",
    } | more


def posting(posting_id: str, amount: str, posted_on: str, origin: str, treatment: str, **more: str) -> Row:
    return {
        "posting_id": posting_id,
        "project": "RECLASS",
        "cost_category": "services",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "origin": origin,
        "capex_opex": treatment,
    } | more


def entry(person: str, project: str, work_date: str, hours: str) -> Row:
    return {
        "person": person,
        "project": project,
        "work_date": work_date,
        "hours": hours,
        "status": "approved",
    }


def write_orders(home: PmoHome) -> None:
    home.write(
        "inbox/ledger/orders.csv",
        [
            order("OVER", "1000.00"),
            order("CLOSED", "1000.00", status="closed", closed_on="2026-03-05"),
            order("CREDIT", "1000.00"),
            order("DOWN", "100.00"),
            order("CHECK", "5000000.00", ordered_on="2026-03-02"),
            order("FINAL", "1000.00"),
            order("IDLE", "700.00", status="requisition"),
        ],
    )
    home.write(
        "inbox/ledger/receipts.csv",
        [
            {
                "receipt_no": "GR-FINAL",
                "order_no": "PO-FINAL",
                "line_no": "1",
                "received_on": "2026-01-20",
                "amount": "900.00",
                "currency": "EUR",
            }
        ],
    )


def write_invoices(home: PmoHome) -> None:
    home.write(
        "inbox/ledger/invoices.csv",
        [
            invoice("OVER", "1050.00"),
            invoice("CLOSED", "600.00"),
            invoice("CREDIT", "600.00"),
            invoice("CREDIT", "100.00", "2026-03-10", invoice_no="CN-CREDIT", type="credit"),
            invoice("DOWN", "30.00", type="down_payment"),
            invoice("CHECK", "11000000.00", order_no="", order_line_no=""),
            invoice("FINAL", "850.00", final="yes"),
        ],
    )
    home.write(
        "inbox/ledger/postings.csv",
        [
            posting("R-1", "5000.00", "2026-01-15", "journal", "opex"),
            posting("R-2", "-5000.00", "2026-03-15", "reclass", "opex", charge_period="2026-01"),
            posting("R-3", "5000.00", "2026-03-15", "reclass", "capex", charge_period="2026-01"),
        ],
    )


def write_labour(home: PmoHome) -> None:
    """RATE: a new rate on 1 March. MONTH and THIRDS: sums to the cent that equal shares cannot meet."""
    home.write(
        "reference/rate_cards.csv",
        [
            {"person": "ada", "rate": "80.00", "currency": "EUR", "valid_from": "2025-01-01"},
            {"person": "ada", "rate": "84.00", "currency": "EUR", "valid_from": "2026-03-01"},
            {"person": "ben", "rate": "32.2580645161", "currency": "EUR", "valid_from": "2026-01-01"},
            {"person": "cleo", "rate": "33.3333333333", "currency": "EUR", "valid_from": "2026-01-01"},
        ],
    )
    home.write(
        "inbox/timesheets/timesheet_entries.csv",
        [
            entry("ada", "RATE", "2026-02-28", "10"),
            *(entry("ada", "RATE", f"2026-03-{day:02}", "8") for day in range(1, 14)),
            entry("ada", "RATE", "2026-03-31", "6.25"),
            *(entry("ben", "MONTH", f"2026-01-{day:02}", "1") for day in range(1, 32)),
            *(entry("cleo", "THIRDS", f"2026-01-{day:02}", "1") for day in (7, 8, 9)),
        ],
    )


def write_budgets(home: PmoHome) -> None:
    budgets = {"DOWN": "500.00", "CHECK": "20000000.00"}
    home.write(
        "inbox/budgets/budget_versions.csv",
        [
            {"project": name, "version_no": 1, "version_type": "original", "approved_on": "2026-01-02"}
            for name in budgets
        ],
    )
    home.write(
        "inbox/budgets/budget_lines.csv",
        [
            {
                "project": name,
                "version_no": 1,
                "cost_category": "services",
                "period": "2026-01",
                "amount": amount,
                "currency": "EUR",
            }
            for name, amount in budgets.items()
        ],
    )


def make_golden_home(root: Path) -> PmoHome:
    home = make_home(root, settings=ORGANISATION + "labour_category: labour\n")
    home.write(
        "inbox/register/projects.csv", [{"project": name, "name": f"Project {name}"} for name in PROJECTS]
    )
    home.write(
        "reference/cost_categories.csv",
        [
            {"cost_category": "labour", "nature": "labour_internal", "capex_opex": "opex"},
            {"cost_category": "services", "nature": "service", "capex_opex": "opex"},
        ],
    )
    write_orders(home)
    write_invoices(home)
    write_labour(home)
    write_budgets(home)
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    home = make_golden_home(tmp_path_factory.mktemp("goldens"))
    outcome = home.refresh("2026-03-31")
    assert outcome.exit_code == 0, outcome.stderr
    return home


@pytest.fixture(scope="module")
def position(home: PmoHome) -> list[Record]:
    return home.table("mart_budget_position")


def at(rows: list[Record], project: str, period: str = "2026-03", view: str = "as_reported") -> list[Record]:
    return where(rows, project_code=project, period=period, view=view, fx_basis="booked")


def check(rows: list[Record], **expected: str) -> None:
    assert {name: total(rows, name) for name in expected} == {
        name: Decimal(amount) for name, amount in expected.items()
    }


def test_an_invoice_above_its_order_is_shown_and_does_not_make_the_open_part_negative(
    position: list[Record],
) -> None:
    check(at(position, "OVER"), committed_open="0.00", over_invoiced_amount="50.00", consumed="1050.00")


def test_a_closed_line_has_nothing_open(position: list[Record]) -> None:
    check(at(position, "CLOSED"), committed_open="0.00", consumed="600.00", committed_total="600.00")


def test_a_line_is_open_until_the_day_it_is_closed(position: list[Record]) -> None:
    check(at(position, "CLOSED", "2026-02"), committed_open="400.00", committed_total="1000.00")


def test_a_credit_note_on_an_open_line_opens_it_again(position: list[Record]) -> None:
    check(at(position, "CREDIT", "2026-02"), committed_open="400.00", consumed="600.00")
    check(at(position, "CREDIT"), committed_open="500.00", consumed="500.00", committed_total="1000.00")


def test_a_down_payment_is_a_part_of_its_order_and_not_on_top_of_it(position: list[Record]) -> None:
    check(at(position, "DOWN"), committed_open="70.00", consumed="30.00", committed_total="100.00")


def test_an_order_takes_from_what_is_available_once(position: list[Record]) -> None:
    check(at(position, "CHECK", "2026-02"), available="9000000.00", consumed="11000000.00")
    check(at(position, "CHECK"), available="4000000.00", consumed="11000000.00")


def test_a_final_invoice_ends_both_the_open_order_and_the_goods_received(position: list[Record]) -> None:
    check(at(position, "FINAL", "2026-01"), committed_open="100.00", consumed_accrued="900.00")
    check(at(position, "FINAL"), committed_open="0.00", consumed_accrued="0.00", consumed="850.00")


def test_a_requisition_is_shown_apart_and_commits_nothing(position: list[Record]) -> None:
    check(at(position, "IDLE"), pre_committed="700.00", committed_open="0.00", committed_total="0.00")


def test_hours_are_valued_at_the_rate_of_their_day(home: PmoHome, position: list[Record]) -> None:
    movement = home.table("mart_budget_movement")
    check(at(movement, "RATE", "2026-02"), consumed="800.00")
    check(at(movement, "RATE", "2026-03"), consumed="9261.00")
    check(at(position, "RATE"), consumed="10061.00", consumed_posted="0.00")


@pytest.mark.parametrize("view", ["as_reported", "restated"])
def test_a_reclassification_consumes_nothing(position: list[Record], view: str) -> None:
    for period in ("2026-01", "2026-02", "2026-03"):
        check(at(position, "RECLASS", period, view), consumed="5000.00")
    check(at(position, "RECLASS", "2026-03", view), consumed_opex="0.00", consumed_capex="5000.00")


def test_a_reclassification_changes_the_month_it_corrects_in_the_restated_view_only(
    position: list[Record],
) -> None:
    check(at(position, "RECLASS", "2026-01"), consumed_opex="5000.00", consumed_capex="0.00")
    check(at(position, "RECLASS", "2026-01", "restated"), consumed_opex="0.00", consumed_capex="5000.00")


@pytest.mark.parametrize(("project", "expected"), [("MONTH", "1000.00"), ("THIRDS", "100.00")])
def test_labour_is_rounded_once_and_not_for_every_entry(
    position: list[Record], project: str, expected: str
) -> None:
    check(at(position, project), consumed=expected)


@pytest.mark.parametrize(
    ("project", "shares"),
    [("MONTH", {"32.26": 25, "32.25": 6}), ("THIRDS", {"33.34": 1, "33.33": 2})],
)
def test_the_cents_go_to_the_entries_with_the_largest_remainder(
    home: PmoHome, project: str, shares: dict[str, int]
) -> None:
    rows = home.query(
        "select amount_fn, count(*) as entries from marts.fct_actual_txn"
        " where project_code = ? and counts_in_consumed group by all",
        project,
    )
    assert {row["amount_fn"]: row["entries"] for row in rows} == {
        Decimal(amount): entries for amount, entries in shares.items()
    }


def test_a_project_without_a_budget_has_no_baseline_rather_than_none_left(position: list[Record]) -> None:
    row = only(at(position, "OVER"), cost_category="services")
    assert (row["baseline_revised"], row["available"]) == (None, None)
