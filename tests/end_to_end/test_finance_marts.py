"""What finance asks beyond the position: reconciling items, labour split, forecasts, vendors, years, files to marts.

Every expected figure was worked out by hand from the inputs of `finance_home`; none was taken from a run.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.end_to_end.finance_home import AS_OF, make_finance_home
from tests.end_to_end.homes import PmoHome, Record, only, total, where


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    home = make_finance_home(tmp_path_factory.mktemp("finance"))
    outcome = home.refresh(AS_OF)
    assert outcome.exit_code == 3, outcome.text
    return home


def amounts(row: Record, *names: str) -> list[str | None]:
    """The named values of a row as text; None stays None."""
    return [None if row[name] is None else str(row[name]) for name in names]


# Reconciling items


def items_of(home: PmoHome, view: str, project: str = "ITEMS") -> dict[tuple[str, str, str], Any]:
    rows = where(home.table("fct_reconciling_item"), project_code=project, view=view)
    return {
        (row["period"], row["object"], row["reason"]): amounts(row, "amount", "amount_tx")[0] for row in rows
    }


def test_several_reasons_in_one_project_and_period_stand_apart(home: PmoHome) -> None:
    """A dollar at 0.90 in March: 10 dollars received on an order in euro are 9.00."""
    assert items_of(home, "as_reported") == {
        ("2026-03", "invoices", "no_rate"): None,
        ("2026-03", "receipts", "other_currency_than_order"): "9.00",
        ("2026-03", "orders", "over_invoiced"): "50.00",
        ("2026-03", "invoices", "unknown_order"): "70.00",
        ("2026-03", "invoices", "unknown_order_line"): "33.00",
        ("2026-05", "invoices", "later_period"): "500.00",
    }


def test_what_is_booked_later_belongs_to_its_own_period_in_the_restated_view(home: PmoHome) -> None:
    assert not {reason for _, _, reason in items_of(home, "restated")} & {"later_period"}


def test_only_what_the_ledger_has_and_the_mart_has_not_is_in_the_difference(home: PmoHome) -> None:
    rows = where(home.table("fct_reconciling_item"), project_code="ITEMS", is_in_difference=True)
    assert [(row["reason"], row["period"], row["view"]) for row in rows] == [
        ("later_period", "2026-05", "as_reported")
    ]
    row = only(home.table("mart_reconciliation"), project_code="ITEMS", period="2026-05", view="as_reported")
    assert amounts(row, "ledger_amount", "mart_amount", "reconciling_amount", "reconciling_reason") == [
        "500.00",
        "0.00",
        "500.00",
        "later_period",
    ]


def test_a_row_without_a_rate_is_counted_and_in_no_amount(home: PmoHome) -> None:
    """1,050 + 70 + 33 + 12.34; the 100 pounds have no rate."""
    row = only(home.table("mart_reconciliation"), project_code="ITEMS", period="2026-03", view="as_reported")
    assert amounts(row, "ledger_amount", "mart_amount", "reconciling_reason") == [
        "1165.34",
        "1165.34",
        "no_rate",
    ]
    assert row["unrated_rows"] == 1


def test_a_project_that_nobody_mapped_is_an_item_to_mend(home: PmoHome) -> None:
    assert items_of(home, "as_reported", "unmapped") == {
        ("2026-03", "postings", "unmapped_project"): "45.67",
        ("2026-03", "receipts", "unknown_order"): "20.00",
    }
    assert only(
        home.table("fct_reconciling_item"), reason="unmapped_project", view="restated"
    )["needs_mending"]  # fmt: skip


def test_accruals_are_named(home: PmoHome) -> None:
    """VENDOR received 600 and was invoiced 400; LABOUR has 5 hours of March at 80 that nobody posted."""
    rows = where(home.table("mart_reconciliation"), view="as_reported", kind="ledger")
    vendor = only(rows, project_code="VENDOR", period="2026-02")
    labour = only(rows, project_code="LABOUR", period="2026-03")
    names = ("goods_received_amount", "unposted_labour_amount", "accruals_amount")
    assert amounts(vendor, *names) == ["200.00", "0.00", "200.00"]
    assert amounts(labour, *names) == ["0.00", "400.00", "400.00"]


# Labour posted against hours at the rate card

SPLIT = ("hours", "hours_posted", "labour_rate_variance", "price_variance", "hours_variance", "unexplained")


def labour(home: PmoHome, period: str, posted: str, project: str = "LABOUR") -> Record:
    return only(
        home.table("fct_labour_cost_recon"),
        project_code=project,
        period=period,
        posted_amount=Decimal(posted),
    )


@pytest.mark.parametrize(
    ("period", "posted", "expected"),
    [
        # 10 h posted for 10 h: all of 850 - 800 is price.
        ("2026-01", "850.00", ["10.0000", "10.0000", "50.00", "50.00", "0.00", "0.00"]),
        # 2 h more than logged, at 80; the 12 h at 85 instead of 80.
        ("2026-02", "1020.00", ["10.0000", "12.0000", "220.00", "60.00", "160.00", "0.00"]),
        # 4 h at 80 and 4 h at 84 are 82 on average; 1 h more; 750 - 9 × 82.
        ("2026-02", "750.00", ["8.0000", "9.0000", "94.00", "12.00", "82.00", "0.00"]),
        # The ledger says no hours: it settles those that were logged, and 810 - 800 is price.
        ("2026-02", "810.00", ["10.0000", None, "10.00", "10.00", "0.00", "0.00"]),
    ],
)
def test_a_variance_is_price_and_hours(
    home: PmoHome, period: str, posted: str, expected: list[str | None]
) -> None:
    assert amounts(labour(home, period, posted), *SPLIT) == expected


@pytest.mark.parametrize(
    ("period", "posted", "reason", "unexplained"),
    [
        ("2026-02", "500.00", "partly_supplied", "20.00"),
        ("2026-03", "300.00", "no_hours", "300.00"),
    ],
)
def test_what_cannot_be_split_is_unexplained(
    home: PmoHome, period: str, posted: str, reason: str, unexplained: str
) -> None:
    row = labour(home, period, posted)
    assert amounts(row, *SPLIT[3:]) == [None, None, unexplained]
    assert row["variance_split_null_reason"] == reason


def test_labour_of_a_project_without_timesheets_is_not_open(home: PmoHome) -> None:
    row = labour(home, "2026-02", "700.00", "PLAIN")
    assert amounts(row, *SPLIT[3:]) == [None, None, None]
    assert (row["variance_split_null_reason"], row["unexplained_null_reason"]) == (
        "no_timesheets",
        "no_timesheets",
    )


# Forecast accuracy

FORECAST = (
    "eac_at_cutoff",
    "forecast_amount",
    "consumed_amount",
    "error_amount",
    "absolute_percentage_error",
    "absolute_percentage_error_null_reason",
)


@pytest.mark.parametrize(
    ("cutoff", "scenario", "horizon", "expected"),
    [
        # 50 consumed + 600 forecast; February came at 120 instead of 100: 20 / 120.
        ("2026-01", "pm", 1, ["650.00", "100.00", "120.00", "20.00", "0.1666666667", None]),
        # February and March: 270 instead of 300: 30 / 270.
        ("2026-01", "pm", 2, ["650.00", "300.00", "270.00", "-30.00", "0.1111111111", None]),
        ("2026-02", "pm", 1, ["610.00", "160.00", "150.00", "-10.00", "0.0666666667", None]),
        ("2026-03", "pm", 0, ["630.00", None, None, None, None, "no_later_period"]),
        ("2026-01", "finance", 1, ["900.00", None, "120.00", None, None, "not_phased"]),
    ],
)
def test_a_forecast_is_held_against_what_came(
    home: PmoHome, cutoff: str, scenario: str, horizon: int, expected: list[str | None]
) -> None:
    rows = where(home.table("mart_forecast_accuracy"), project_code="FORECAST", view="as_reported")
    row = only(rows, cutoff_period=cutoff, scenario=scenario, horizon=horizon)
    assert amounts(row, *FORECAST) == expected


def test_there_is_a_row_for_every_horizon_that_has_come(home: PmoHome) -> None:
    rows = where(
        home.table("mart_forecast_accuracy"), project_code="FORECAST", view="restated", scenario="pm"
    )
    assert sorted((row["cutoff_period"], row["horizon"]) for row in rows) == [
        ("2026-01", 1),
        ("2026-01", 2),
        ("2026-02", 1),
        ("2026-03", 0),
    ]


# Vendors

VENDOR = ("ordered", "received", "received_not_invoiced", "committed_open", "invoiced", "paid", "to_pay")


def vendor(home: PmoHome, name: str, period: str = "2026-03", basis: str = "booked") -> Record:
    rows = where(
        home.table("mart_vendor_position"), project_code="VENDOR", view="as_reported", fx_basis=basis
    )
    return only(rows, vendor=name, period=period)


@pytest.mark.parametrize(
    ("name", "period", "basis", "expected"),
    [
        ("Acme", "2026-02", "booked", ["1000.00", "600.00", "200.00", "400.00", "400.00", "0.00", "400.00"]),
        # The second order of 100 is invoiced at 130: nothing of it is open, 30 are over.
        (
            "Acme",
            "2026-03",
            "booked",
            ["1100.00", "600.00", "200.00", "400.00", "530.00", "400.00", "130.00"],
        ),
        ("Beta", "2026-02", "booked", ["950.00", "0.00", "0.00", "950.00", "0.00", "0.00", "0.00"]),
        ("Beta", "2026-03", "booked", ["900.00", "0.00", "0.00", "900.00", "0.00", "0.00", "0.00"]),
        ("Beta", "2026-03", "budget", ["800.00", "0.00", "0.00", "800.00", "0.00", "0.00", "0.00"]),
        ("unassigned", "2026-03", "booked", ["0.00", "0.00", "0.00", "0.00", "70.00", "0.00", "70.00"]),
    ],
)
def test_a_vendor_has_its_orders_invoices_and_payments(
    home: PmoHome, name: str, period: str, basis: str, expected: list[str]
) -> None:
    assert amounts(vendor(home, name, period, basis), *VENDOR) == expected


def test_what_a_vendor_invoiced_above_its_orders_is_shown(home: PmoHome) -> None:
    assert vendor(home, "Acme")["over_invoiced_amount"] == Decimal("30.00")


def test_without_payments_in_the_ledger_paid_is_unknown(home: PmoHome) -> None:
    row = only(
        where(home.table("mart_vendor_position"), project_code="ITEMS", view="restated", fx_basis="budget"),
        period="2026-03",
    )
    assert (row["paid"], row["to_pay"], row["paid_null_reason"]) == (None, None, "not_supplied")


@pytest.mark.parametrize("measure", ["committed_open", "over_invoiced_amount", "invoiced", "paid", "to_pay"])
@pytest.mark.parametrize("basis", ["booked", "budget"])
def test_vendors_add_up_to_the_position(home: PmoHome, measure: str, basis: str) -> None:
    wanted = {"project_code": "VENDOR", "period": "2026-03", "view": "restated", "fx_basis": basis}
    vendors = where(home.table("mart_vendor_position"), **wanted)
    position = where(home.table("mart_budget_position"), **wanted)
    assert total(vendors, measure) == total(position, measure)


# Years and treatments

YEAR = ("baseline_original", "baseline_revised", "consumed", "etc", "eac")


@pytest.mark.parametrize(
    ("category", "year", "treatment", "expected"),
    [
        # 60 + 40 forecast at the end of February, 25 consumed since: the earlier year is worked down first.
        ("licences", "2026", "capex", ["100.00", "100.00", "30.00", "35.00", "65.00"]),
        ("licences", "2027", "capex", ["0.00", "0.00", "0.00", "40.00", "40.00"]),
        ("licences", "2027", "opex", ["50.00", "50.00", "0.00", "0.00", "0.00"]),
        ("licences", "unassigned", "capex", ["30.00", "30.00", "0.00", "0.00", "0.00"]),
        ("services", "2025", "unassigned", ["0.00", "0.00", "10.00", "0.00", "10.00"]),
        ("services", "2026", "unassigned", ["20.00", "20.00", "0.00", "0.00", "0.00"]),
    ],
)
def test_budget_consumed_and_forecast_stand_in_their_year(
    home: PmoHome, category: str, year: str, treatment: str, expected: list[str]
) -> None:
    rows = where(
        home.table("mart_budget_by_year"), project_code="YEARS", view="as_reported", fx_basis="booked"
    )
    row = only(rows, cost_category=category, fiscal_year=year, capex_opex=treatment)
    assert amounts(row, *YEAR) == expected


def test_no_year_is_left_out_and_none_is_added(home: PmoHome) -> None:
    wanted = {"project_code": "YEARS", "view": "as_reported", "fx_basis": "booked"}
    rows = where(home.table("mart_budget_by_year"), **wanted)
    assert len(rows) == 6
    position = where(home.table("mart_budget_position"), period="2026-03", **wanted)
    assert {name: total(rows, name) for name in YEAR} == {name: total(position, name) for name in YEAR}


# Files to landing to marts


def test_every_file_is_followed_into_the_marts(home: PmoHome) -> None:
    rows = where(home.table("fct_load_control_total"), source="ledger", object="invoices", unit="EUR")
    row = only(rows, path="inbox/ledger/invoices.csv")
    assert (row["source_rows"], row["loaded_rows"], row["mart_rows"]) == (7, 7, 7)
    assert row["source_amount"] == row["mart_amount"] == Decimal("2253.00")
    assert (row["replaced_rows"], row["later_rows"], row["mart_difference"]) == (0, 0, 0)


# The command


def reconcile(home: PmoHome, *arguments: str) -> tuple[int, dict[str, Any]]:
    outcome = home.run("reconcile", "--json", *arguments)
    found: dict[str, Any] = json.loads(outcome.stdout)
    return outcome.exit_code, found


def test_what_is_open_is_said_with_what_to_do_and_exit_code_3(home: PmoHome) -> None:
    outcome = home.run("reconcile")
    assert outcome.exit_code == 3, outcome.stderr
    assert "unmapped_project" in outcome.text
    assert "Add a row to reference/crosswalk" in outcome.text
    assert outcome.text.endswith("8 points open.")


def test_the_json_has_every_part(home: PmoHome) -> None:
    code, found = reconcile(home)
    assert code == found["exit_code"] == 3
    assert {point["what"] for point in found["open_points"]} == {
        "no_rate",
        "other_currency_than_order",
        "unknown_order",
        "unknown_order_line",
        "unmapped_project",
        "unexplained labour",
    }
    assert all(found[part] for part in ("ledger", "items", "labour", "landing", "files"))


def test_a_project_in_which_everything_ties_is_exit_code_0(home: PmoHome) -> None:
    code, found = reconcile(home, "--project", "FORECAST")
    assert (code, found["open_points"]) == (0, [])
    assert {row["project_code"] for row in found["ledger"]} == {"FORECAST"}


def test_what_is_over_invoiced_is_shown_and_not_open(home: PmoHome) -> None:
    code, found = reconcile(home, "--project", "VENDOR", "--view", "restated")
    assert code == 0
    assert [(row["reason"], row["amount"]) for row in found["items"]] == [("over_invoiced", "30.00")]


def test_a_period_without_anything_open_is_exit_code_0(home: PmoHome) -> None:
    assert reconcile(home, "--project", "LABOUR", "--period", "2026-01")[0] == 0
    assert reconcile(home, "--project", "LABOUR", "--period", "2026-02")[0] == 3


@pytest.mark.parametrize(
    "arguments", [("--project", "NOPE"), ("--period", "2026-99"), ("--view", "own"), ("--xlsx", "a.csv")]
)
def test_a_wrong_call_is_exit_code_2(home: PmoHome, arguments: tuple[str, str]) -> None:
    outcome = home.run("reconcile", *arguments)
    assert outcome.exit_code == 2
    assert arguments[1] in outcome.stderr


def test_the_workbook_can_be_followed(home: PmoHome, tmp_path: Path) -> None:
    file = tmp_path / "reconciliation.xlsx"
    assert home.run("reconcile", "--view", "as_reported", "--xlsx", str(file)).exit_code == 3
    book = load_workbook(file)
    assert book.sheetnames == [
        "summary",
        "ledger to mart",
        "reconciling items",
        "accruals",
        "labour",
        "landing by file",
        "open",
    ]
    header, *lines, last = ([cell.value for cell in row] for row in book["ledger to mart"].iter_rows())
    column = header.index("ledger")
    assert last[0] == "total"
    # 320 FORECAST, 1,665.34 ITEMS, 4,230 LABOUR, 700 PLAIN, 600 VENDOR, 40 YEARS, 45.67 unmapped.
    assert Decimal(str(last[column])) == Decimal("7601.01")
    assert sum(Decimal(str(line[column])) for line in lines) == Decimal("7601.01")
    checks = {line[0]: line[header.index("check")] for line in lines if line[1] == "2026-03"}
    assert (checks["FORECAST"], checks["ITEMS"], last[-1]) == ("ties", "open", "open")
