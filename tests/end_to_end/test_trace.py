"""`pmo trace`: from a figure to the rows under it, whose places are those of the files that the tests wrote."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.authored_case import FX_RATES, make_authored_home
from tests.end_to_end.homes import PmoHome, Row, make_home
from tests.end_to_end.traces import assert_leaves_add_up

MARCH = ("--project", "CASE", "--period", "2026-03")


def traced(home: PmoHome, *arguments: str) -> dict[str, Any]:
    outcome = home.run("trace", *arguments, "--json")
    assert outcome.exit_code == 0, outcome.text
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def leaves(found: dict[str, Any]) -> set[tuple[str, ...]]:
    """Of each leaf: part, amount, kind, document, file and place."""
    return {
        (part["measure"], leaf["amount"], leaf["kind"], leaf["document"], leaf["path"], leaf["place"])
        for part in found["parts"]
        for leaf in part["leaves"]
    }


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    home = make_authored_home(tmp_path_factory.mktemp("trace") / "home")
    outcome = home.refresh("2026-03-31")
    assert outcome.exit_code == 0, outcome.text
    return home


def test_every_figure_of_the_authored_case_is_the_sum_of_its_leaves(case: PmoHome) -> None:
    assert_leaves_add_up(case, periods=3)


def test_invoices_are_found_with_their_row_and_their_rate(case: PmoHome) -> None:
    found = traced(case, "consumed_posted", *MARCH, "--category", "licences")
    assert (found["figure"], found["leaves_sum"], found["difference"]) == ("7296.00", "7296.00", "0.00")
    (leaf,) = found["parts"][0]["leaves"]
    assert (leaf["kind"], leaf["document"], leaf["dated_on"]) == ("invoice", "INV-3/1", "2026-02-16")
    assert (leaf["own_amount"], leaf["own_currency"], leaf["rate"]) == ("8000.00", "USD", "0.912000")
    assert (leaf["path"], leaf["place"]) == ("inbox/ledger/invoices.csv", "A4:J4")
    assert leaf["batch"]
    assert leaf["received_at"]


def test_an_open_order_shows_what_happened_to_it(case: PmoHome) -> None:
    found = traced(case, "committed_open", *MARCH, "--category", "external")
    ((leaf,),) = (part["leaves"] for part in found["parts"])
    assert (leaf["amount"], leaf["document"], leaf["place"]) == ("13499.50", "PO-100/10", "A2:G2")
    assert [(event["event"], event["document"], event["place"]) for event in leaf["events"]] == [
        ("order", "PO-100/10", "A2:G2"),
        ("receipt", "GR-1", "A2:F2"),
        ("invoice", "INV-1/1", "A2:J2"),
        ("receipt", "GR-2", "A3:F3"),
        ("invoice", "INV-2/1", "A3:J3"),
        ("receipt", "GR-3", "A4:F4"),
    ]


def test_an_estimate_at_completion_is_taken_apart(case: PmoHome) -> None:
    found = traced(case, "eac", *MARCH)
    assert found["figure"] == "134067.90"
    assert {part["measure"]: part["amount"] for part in found["parts"]} == {
        "consumed_posted": "48646.90",
        "consumed_accrued": "13261.00",
        "etc": "72160.00",
    }
    path = "inbox/budgets/forecast_lines_2026-03.csv"
    assert ("etc", "35000.00", "forecast line", "cutoff 2026-03", path, "A2:G2") in leaves(found)


def test_a_difference_has_its_terms_with_their_signs(case: PmoHome) -> None:
    found = traced(case, "available", *MARCH)
    assert found["figure"] == "63432.60"
    assert {part["measure"]: part["amount"] for part in found["parts"]} == {
        "baseline_revised": "150000.00",
        "consumed_posted": "-48646.90",
        "consumed_accrued": "-13261.00",
        "committed_open": "-24659.50",
    }
    path = "inbox/budgets/budget_lines_v2.csv"
    assert ("baseline_revised", "12000.00", "budget line", "version 2", path, "A2:F2") in leaves(found)


def test_hours_of_a_movement_are_those_of_its_period_and_what_takes_the_others_back(case: PmoHome) -> None:
    question = ("consumed_accrued", *MARCH, "--category", "labour", "--mart", "mart_budget_movement")
    found = traced(case, *question)
    assert found["figure"] == "9261.00"
    assert {leaf["period"] for leaf in found["parts"][0]["leaves"]} == {"2026-03"}
    assert sum(Decimal(leaf["hours"]) for leaf in found["parts"][0]["leaves"]) == Decimal("110.25")


def test_the_effect_of_rates_is_the_row_that_has_one(case: PmoHome) -> None:
    found = traced(case, "fx_effect", *MARCH)
    assert leaves(found) == {
        ("fx_effect", "96.00", "invoice", "INV-3/1", "inbox/ledger/invoices.csv", "A4:J4")
    }


def test_a_figure_that_is_unknown_says_why(case: PmoHome) -> None:
    outcome = case.run("trace", "eac", "--project", "CASE", "--period", "2026-01")
    assert outcome.exit_code == 0
    assert "unknown for labour: etc no_forecast" in outcome.text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("eax", *MARCH), "Did you mean eac"),
        (("eac", "--project", "CAES", "--period", "2026-03"), "Did you mean CASE?"),
        (("eac", "--project", "CASE", "--period", "2026-3"), "it has 2025-12 to 2026-03"),
        (("eac", *MARCH, "--category", "labor"), "Did you mean labour?"),
        (("eac", *MARCH, "--view", "reported"), "as_reported"),
    ],
)
def test_a_wrong_name_is_a_wrong_call(case: PmoHome, arguments: tuple[str, ...], said: str) -> None:
    outcome = case.run("trace", *arguments)
    assert outcome.exit_code == 2, outcome.text
    assert said in outcome.text


def test_a_reader_sees_rows_and_their_sum_and_can_have_all_of_them(case: PmoHome) -> None:
    file = case.root / "reports/consumed.csv"
    outcome = case.run("trace", "consumed", *MARCH, "--limit", "2", "--csv", str(file))
    assert outcome.exit_code == 0
    assert "consumed of CASE, 2026-03: 61,907.90 EUR" in outcome.stdout
    assert "61,907.90 EUR, equal to the figure" in outcome.stdout
    assert "--limit 0 shows all" in outcome.stdout
    with file.open(encoding="utf-8", newline="") as opened:
        assert sum(Decimal(row["amount"]) for row in csv.DictReader(opened)) == Decimal("61907.90")


def test_without_a_warehouse_the_release_is_enough(case: PmoHome) -> None:
    warehouse = case.root / "warehouse"
    away = warehouse.rename(case.root / "elsewhere")
    try:
        found = traced(case, "eac", *MARCH)
    finally:
        away.rename(warehouse)
    assert found["difference"] == "0.00"
    assert all(name.startswith("release: ") for name in found["read"])


def test_nothing_published_is_said(tmp_path: Path) -> None:
    outcome = make_home(tmp_path / "home").run("trace", "eac", *MARCH)
    assert outcome.exit_code == 1
    assert "pmo refresh" in outcome.text


def test_rows_that_do_not_add_up_are_an_error(tmp_path: Path, case: PmoHome) -> None:
    import duckdb

    broken = PmoHome(tmp_path / "home")
    (broken.root / "published").mkdir(parents=True)
    (broken.root / "pmo.yaml").write_bytes((case.root / "pmo.yaml").read_bytes())
    file = broken.root / "published/pmo.duckdb"
    file.write_bytes((case.root / "published/pmo.duckdb").read_bytes())
    with duckdb.connect(str(file)) as connection:
        connection.execute("delete from marts.fct_actual_txn where recon_key = 'invoices:INV-1/1'")
    outcome = broken.run("trace", "consumed", *MARCH)
    assert outcome.exit_code == 1
    assert "add up to 49,907.90, not to 61,907.90" in outcome.text


def row(kind: str, number: str, dated: str, amount: str, **other: object) -> Row:
    """A row of the ledger on project P; `kind` is its table."""
    key, day = {
        "orders": ("order_no", "ordered_on"),
        "invoices": ("invoice_no", "posted_on"),
        "postings": ("posting_id", "posted_on"),
    }[kind]
    line: Row = {} if kind == "postings" else {"line_no": "1"}
    common = {"project": "P", "cost_category": "services", "amount": amount, "currency": "EUR"}
    return {key: number, day: dated, **line, **common, **other}


def forecast(category: str, amount: str, basis: str, currency: str = "EUR") -> Row:
    return {
        "project": "P",
        "cutoff_period": "2026-01",
        "cost_category": category,
        "period": "2026-04",
        "amount": amount,
        "currency": currency,
        "basis": basis,
    }


INVOICES = [
    row("invoices", "I-1", "2026-01-20", "350.00", order_no="PO-2", order_line_no="1", paid_on="2026-01-30"),
    row("invoices", "I-2", "2026-02-20", "40.00", cost_category="travel", paid_on="2026-03-05"),
    row(
        "invoices",
        "I-3",
        "2026-02-21",
        "60.00",
        cost_category="licences",
        currency="USD",
        functional_amount="55.00",
    ),
    row("invoices", "I-4", "2026-01-22", "80.00", cost_category="travel", paid_on=None),
]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    """A requisition, an over-invoiced order, payments, forecasts of both kinds and in dollars; January closed."""
    home = make_home(tmp_path_factory.mktemp("closed") / "home")
    closing = [
        {
            "rate_type": "closing",
            "from_currency": "USD",
            "to_currency": "EUR",
            "rate": rate,
            "period": f"2026-0{month}",
        }
        for month, rate in ((1, "0.905"), (2, "0.915"), (3, "0.925"))
    ]
    home.write("reference/fx_rates.csv", [FX_RATES[0], *closing])
    versions = [{"project": "P", "version_no": 1, "version_type": "original", "approved_on": "2026-01-01"}]
    home.write("inbox/budgets/budget_versions.csv", versions)
    line = {
        "project": "P",
        "version_no": 1,
        "cost_category": "services",
        "period": "2026-02",
        "amount": "5000.00",
    }
    home.write("inbox/budgets/budget_lines_v1.csv", [{**line, "currency": "EUR"}])
    forecasts = [
        forecast("licences", "33.33", "to_complete", "USD"),
        forecast("licences", "33.34", "to_complete", "USD"),
        forecast("licences", "0.37", "to_complete", "USD"),
        forecast("services", "1000.00", "at_completion"),
        forecast("travel", "30.00", "to_complete"),
    ]
    home.write("inbox/budgets/forecast_lines_2026-01.csv", forecasts)
    orders = [
        row("orders", "R-1", "2026-01-12", "500.00", status="requisition"),
        row("orders", "PO-2", "2026-01-13", "300.00", status=None),
        row("orders", "PO-3", "2026-01-14", "1000.00", currency="USD", cost_category="licences"),
    ]
    home.write("inbox/ledger/orders.csv", orders)
    home.write("inbox/ledger/invoices.csv", INVOICES)
    home.write("inbox/ledger/postings.csv", [row("postings", "A", "2026-01-10", "100.00", origin="expense")])
    for step in (("refresh", "--as-of", "2026-02-28"), ("close", "2026-01", "--by", "finance")):
        assert home.run(*step).exit_code == 0
    late = [INVOICES[0], INVOICES[1], INVOICES[2], {**INVOICES[3], "paid_on": "2026-01-31"}]
    home.write("inbox/ledger/invoices.csv", late)
    home.write(
        "inbox/ledger/postings_late.csv", [row("postings", "B", "2026-01-11", "7.00", origin="expense")]
    )
    outcome = home.refresh("2026-03-31")
    assert outcome.exit_code == 0, outcome.text
    return home


def test_every_figure_after_a_close_is_the_sum_of_its_leaves(closed: PmoHome) -> None:
    assert_leaves_add_up(closed, periods=3)


def test_a_late_row_is_found_where_it_is_booked(closed: PmoHome) -> None:
    january = ("--project", "P", "--period", "2026-01")
    assert traced(closed, "consumed_posted", *january)["figure"] == "530.00"
    restated = traced(closed, "consumed_posted", *january, "--view", "restated")
    (late,) = (leaf for leaf in restated["parts"][0]["leaves"] if leaf["document"] == "B")
    assert (late["period"], late["charge_period"], late["after_close"]) == ("2026-02", "2026-01", "late")
    assert restated["figure"] == "537.00"


def test_a_closed_figure_names_the_release_that_it_was_published_in(closed: PmoHome) -> None:
    found = traced(closed, "paid", "--project", "P", "--period", "2026-01")
    (leaf,) = found["parts"][0]["leaves"]
    (close,) = closed.table("fct_period_close")
    assert (found["figure"], leaf["amount"], leaf["kind"]) == ("350.00", "350.00", "kept at the close")
    assert close["release_id"] in leaf["document"]
    assert "is closed" in found["notes"][0]
    known_now = traced(closed, "paid", "--project", "P", "--period", "2026-01", "--view", "restated")
    path = "inbox/ledger/invoices.csv"
    assert known_now["figure"] == "430.00"
    assert {leaf[1:4] for leaf in leaves(known_now)} == {
        ("350.00", "payment", "I-1/1"),
        ("80.00", "payment", "I-4/1"),
    }
    assert {leaf[4] for leaf in leaves(known_now)} == {path}


def test_an_estimate_in_a_foreign_currency_is_rounded_line_by_line(closed: PmoHome) -> None:
    question = (
        "etc",
        "--project",
        "P",
        "--period",
        "2026-02",
        "--category",
        "licences",
        "--view",
        "restated",
    )
    found = traced(closed, *question)
    # Rounded line by line 30.50 + 30.51 + 0.34 = 61.35, where 67.04 USD × 0.915 is 61.34; 55.00 was invoiced since.
    assert found["figure"] == "6.35"
    amounts = sorted(Decimal(leaf["amount"]) for leaf in found["parts"][0]["leaves"])
    assert sum(amounts) == Decimal("6.35")
    assert amounts[0] == Decimal("-55.00")


def test_an_estimate_that_is_used_up_says_what_keeps_it_at_nil(closed: PmoHome) -> None:
    question = ("etc", "--project", "P", "--period", "2026-03", "--category", "travel", "--view", "restated")
    found = traced(closed, *question)
    assert found["figure"] == "0.00"
    kinds = {leaf["kind"]: leaf["amount"] for leaf in found["parts"][0]["leaves"]}
    assert kinds == {"forecast line": "30.00", "invoice": "-40.00", "floor": "10.00"}


def test_requisitions_and_what_exceeds_an_order_are_found(closed: PmoHome) -> None:
    for measure, amount, document in (
        ("pre_committed", "500.00", "R-1/1"),
        ("over_invoiced_amount", "50.00", "PO-2/1"),
    ):
        found = traced(closed, measure, "--project", "P", "--period", "2026-03")
        assert [leaf[1:4:2] for leaf in leaves(found)] == [(amount, document)]
