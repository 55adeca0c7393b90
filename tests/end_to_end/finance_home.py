"""A home for what finance asks of a release: reconciling items, labour, forecasts, vendors, years; a project for each.

Here: the inputs only. The figures that must come out stand in `test_finance_marts` and `test_reconcile_command`.
"""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.homes import PmoHome, Row, make_home

AS_OF = "2026-03-31"
PROJECTS = ("ITEMS", "LABOUR", "PLAIN", "FORECAST", "VENDOR", "YEARS")


def make_finance_home(root: Path) -> PmoHome:
    """The whole of it, up to the end of March 2026."""
    home = make_home(root)
    home.write("inbox/register/projects.csv", [{"project": name, "name": name.title()} for name in PROJECTS])
    home.write("reference/cost_categories.csv", CATEGORIES)
    home.write("reference/fx_rates.csv", FX_RATES)
    home.write("reference/rate_cards.csv", RATE_CARDS)
    home.write("inbox/ledger/orders.csv", ORDERS)
    home.write("inbox/ledger/receipts.csv", RECEIPTS)
    home.write("inbox/ledger/invoices.csv", INVOICES)
    home.write("inbox/ledger/postings.csv", POSTINGS)
    home.write("inbox/timesheets/timesheet_entries.csv", HOURS)
    home.write("inbox/budgets/budget_versions.csv", VERSIONS)
    home.write("inbox/budgets/budget_lines.csv", BUDGET_LINES)
    home.write("inbox/budgets/forecast_lines.csv", FORECAST_LINES)
    return home


def _order(order_no: str, line_no: str, project: str, ordered_on: str, amount: str, **more: str) -> Row:
    return {
        "order_no": order_no,
        "line_no": line_no,
        "project": project,
        "cost_category": "services",
        "ordered_on": ordered_on,
        "amount": amount,
        "currency": "EUR",
        "vendor": "",
    } | more


def _receipt(receipt_no: str, order_no: str, received_on: str, amount: str, currency: str = "EUR") -> Row:
    return {
        "receipt_no": receipt_no,
        "order_no": order_no,
        "line_no": "1",
        "received_on": received_on,
        "amount": amount,
        "currency": currency,
    }


def _invoice(invoice_no: str, project: str, posted_on: str, amount: str, **more: str) -> Row:
    return {
        "invoice_no": invoice_no,
        "line_no": "1",
        "project": project,
        "cost_category": "services",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "order_no": "",
        "order_line_no": "",
        "period": "",
        "paid_on": "",
    } | more


def _posting(posting_id: str, project: str, posted_on: str, amount: str, **more: str) -> Row:
    return {
        "posting_id": posting_id,
        "project": project,
        "cost_category": "services",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "origin": "expense",
        "person": "",
        "hours": "",
    } | more


def _labour(
    posting_id: str, person: str, posted_on: str, amount: str, hours: str = "", project: str = "LABOUR"
) -> Row:
    more = {"cost_category": "labour", "origin": "labour", "person": person, "hours": hours}
    return _posting(posting_id, project, posted_on, amount, **more)


def _entry(person: str, work_date: str, hours: str) -> Row:
    return {"person": person, "project": "LABOUR", "work_date": work_date, "hours": hours}


def _line(category: str, period: str, amount: str, capex_opex: str = "") -> Row:
    return {
        "project": "YEARS",
        "version_no": 1,
        "cost_category": category,
        "period": period,
        "amount": amount,
        "currency": "EUR",
        "capex_opex": capex_opex,
    }


def _forecast(
    project: str, cutoff: str, period: str, amount: str, category: str = "services", **more: str
) -> Row:
    return {
        "project": project,
        "cutoff_period": cutoff,
        "cost_category": category,
        "period": period,
        "amount": amount,
        "currency": "EUR",
        "basis": "to_complete",
        "scenario": "pm",
    } | more


def _rate(person: str, rate: str, valid_from: str) -> Row:
    return {"rate": rate, "currency": "EUR", "valid_from": valid_from, "person": person}


def _fx(rate_type: str, rate: str, *, period: str = "", fiscal_year: str = "") -> Row:
    return {
        "rate_type": rate_type,
        "from_currency": "USD",
        "to_currency": "EUR",
        "rate": rate,
        "period": period,
        "fiscal_year": fiscal_year,
    }


CATEGORIES: list[Row] = [
    {"cost_category": "labour", "nature": "labour_internal", "capex_opex": "opex"},
    {"cost_category": "services", "nature": "service", "capex_opex": ""},
    {"cost_category": "licences", "nature": "licence", "capex_opex": "capex"},
]

FX_RATES: list[Row] = [
    _fx("budget", "0.80", fiscal_year="2026"),
    _fx("closing", "0.95", period="2026-02"),
    _fx("closing", "0.90", period="2026-03"),
]

RATE_CARDS: list[Row] = [
    _rate("alice", "80", "2026-01-01"),
    _rate("bruno", "80", "2026-01-01"),
    _rate("bruno", "84", "2026-02-16"),
    _rate("carla", "80", "2026-01-01"),
    _rate("dora", "80", "2026-01-01"),
]

ORDERS: list[Row] = [
    _order("PO-OVER", "1", "ITEMS", "2026-01-09", "1000.00"),
    _order("PO-TWO", "1", "ITEMS", "2026-01-09", "200.00"),
    _order("PO-TWO", "2", "ITEMS", "2026-01-09", "300.00"),
    _order("PO-A1", "1", "VENDOR", "2026-01-12", "1000.00", vendor="Acme"),
    _order("PO-A2", "1", "VENDOR", "2026-03-02", "100.00", vendor="Acme"),
    _order("PO-B1", "1", "VENDOR", "2026-02-10", "1000.00", vendor="Beta", currency="USD"),
]

RECEIPTS: list[Row] = [
    _receipt("GR-USD", "PO-OVER", "2026-03-04", "10.00", "USD"),
    _receipt("GR-LOST", "PO-NONE", "2026-03-05", "20.00"),
    _receipt("GR-A1", "PO-A1", "2026-02-20", "600.00"),
]

INVOICES: list[Row] = [
    _invoice("I-OVER", "ITEMS", "2026-03-03", "1050.00", order_no="PO-OVER", order_line_no="1"),
    _invoice("I-LOST", "ITEMS", "2026-03-06", "70.00", order_no="PO-NONE"),
    _invoice("I-TWO", "ITEMS", "2026-03-06", "33.00", order_no="PO-TWO"),
    _invoice("I-GBP", "ITEMS", "2026-03-09", "100.00", currency="GBP"),
    _invoice("I-LATER", "ITEMS", "2026-03-10", "500.00", period="2026-05"),
    _invoice("I-A1", "VENDOR", "2026-02-25", "400.00", order_no="PO-A1", paid_on="2026-03-05"),
    _invoice("I-A2", "VENDOR", "2026-03-11", "130.00", order_no="PO-A2", order_line_no="1"),
    _invoice("I-FREE", "VENDOR", "2026-03-12", "70.00"),
]

POSTINGS: list[Row] = [
    _posting("P-ITEMS", "ITEMS", "2026-03-13", "12.34"),
    _posting("P-NOBODY", "NOBODY-KNOWS", "2026-03-13", "45.67"),
    _labour("L-A1", "alice", "2026-01-31", "850.00", "10"),
    _labour("L-A2", "alice", "2026-02-28", "1020.00", "12"),
    _labour("L-A3", "alice", "2026-03-31", "300.00", "4"),
    _labour("L-B2", "bruno", "2026-02-28", "750.00", "9"),
    _labour("L-C2", "carla", "2026-02-27", "400.00", "5"),
    _labour("L-C2b", "carla", "2026-02-28", "100.00"),
    _labour("L-D2", "dora", "2026-02-28", "810.00"),
    _labour("L-P1", "erik", "2026-02-28", "700.00", project="PLAIN"),
    _posting("F-1", "FORECAST", "2026-01-20", "50.00"),
    _posting("F-2", "FORECAST", "2026-02-20", "120.00"),
    _posting("F-3", "FORECAST", "2026-03-20", "150.00"),
    _posting("Y-1", "YEARS", "2025-12-15", "10.00"),
    _posting("Y-2", "YEARS", "2026-01-15", "5.00", cost_category="licences"),
    _posting("Y-3", "YEARS", "2026-03-15", "25.00", cost_category="licences"),
]

HOURS: list[Row] = [
    _entry("alice", "2026-01-12", "10"),
    _entry("alice", "2026-02-12", "10"),
    _entry("bruno", "2026-02-12", "4"),
    _entry("bruno", "2026-02-17", "4"),
    _entry("carla", "2026-02-12", "6"),
    _entry("dora", "2026-02-12", "10"),
    _entry("dora", "2026-03-12", "5"),
]

VERSIONS: list[Row] = [
    {"project": "YEARS", "version_no": 1, "version_type": "original", "approved_on": "2025-12-01"}
]

BUDGET_LINES: list[Row] = [
    _line("licences", "2026-12", "100.00"),
    _line("licences", "2027-01", "50.00", "opex"),
    _line("licences", "some day", "30.00"),
    _line("services", "2026-02", "20.00"),
]

FORECAST_LINES: list[Row] = [
    _forecast("FORECAST", "2026-01", "2026-02", "100.00"),
    _forecast("FORECAST", "2026-01", "2026-03", "200.00"),
    _forecast("FORECAST", "2026-01", "2026-04", "300.00"),
    _forecast("FORECAST", "2026-01", "2026-12", "900.00", basis="at_completion", scenario="finance"),
    _forecast("FORECAST", "2026-02", "2026-03", "160.00"),
    _forecast("FORECAST", "2026-02", "2026-04", "280.00"),
    _forecast("FORECAST", "2026-03", "2026-04", "310.00"),
    _forecast("YEARS", "2026-02", "2026-06", "60.00", "licences"),
    _forecast("YEARS", "2026-02", "2027-02", "40.00", "licences"),
]
