"""The authored budget case as canonical files: one project, two versions, two orders, three months.

Here: the inputs only, as a PMO would drop them. The figures that must come out stand in `test_authored_case`.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.end_to_end.homes import PmoHome, Row, make_home

PROJECT = "CASE"


def make_authored_home(root: Path) -> PmoHome:
    """A home with the whole case up to the end of March 2026."""
    home = make_home(root)
    home.write("reference/cost_categories.csv", COST_CATEGORIES)
    home.write("reference/rate_cards.csv", RATE_CARDS)
    home.write("reference/fx_rates.csv", FX_RATES)
    home.write("inbox/budgets/budget_versions.csv", BUDGET_VERSIONS)
    home.write("inbox/budgets/change_requests.csv", CHANGE_REQUESTS)
    home.write("inbox/budgets/budget_lines_v1.csv", budget_lines(1, external="10000.00"))
    home.write("inbox/budgets/budget_lines_v2.csv", budget_lines(2, external="12000.00"))
    home.write("inbox/budgets/forecast_lines_2026-03.csv", FORECAST_LINES)
    home.write("inbox/ledger/orders.csv", ORDERS)
    home.write("inbox/ledger/receipts.csv", RECEIPTS)
    home.write("inbox/ledger/invoices.csv", INVOICES)
    home.write("inbox/ledger/postings_2026-q1.csv", POSTINGS)
    home.write("inbox/timesheets/timesheet_entries_2026-q1.csv", TIMESHEETS)
    return home


def drop_april_postings(home: PmoHome) -> None:
    """What arrives in April: the ledger posts the labour of March, 39.00 more than the timesheets say."""
    rows = [
        _posting("L-2026-04-A", "2026-04-08", "5082.00", person="alice", charge_period="2026-03"),
        _posting("L-2026-04-B", "2026-04-08", "4218.00", person="bruno", charge_period="2026-03"),
    ]
    home.write("inbox/ledger/postings_2026-04.csv", rows)


def budget_lines(version_no: int, *, external: str) -> list[Row]:
    """The full line set of one version: 60,000 labour, five times `external`, 30,000 licences."""
    monthly = {"labour": ("12000.00", 5), "external": (external, 5), "licences": ("15000.00", 2)}
    return [
        {
            "project": PROJECT,
            "version_no": version_no,
            "cost_category": category,
            "period": f"2026-0{month}",
            "amount": amount,
            "currency": "EUR",
        }
        for category, (amount, months) in monthly.items()
        for month in range(1, months + 1)
    ]


def _posting(
    posting_id: str,
    posted_on: str,
    amount: str,
    *,
    person: str | None = None,
    origin: str = "labour",
    cost_category: str = "labour",
    charge_period: str | None = None,
) -> Row:
    return {
        "posting_id": posting_id,
        "project": PROJECT,
        "cost_category": cost_category,
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "origin": origin,
        "charge_period": charge_period,
        "person": person,
    }


def _order(order_no: str, cost_category: str, ordered_on: str, amount: str, currency: str) -> Row:
    return {
        "order_no": order_no,
        "line_no": "10",
        "project": PROJECT,
        "cost_category": cost_category,
        "ordered_on": ordered_on,
        "amount": amount,
        "currency": currency,
    }


def _receipt(receipt_no: str, received_on: str, amount: str) -> Row:
    return {
        "receipt_no": receipt_no,
        "order_no": "PO-100",
        "line_no": "10",
        "received_on": received_on,
        "amount": amount,
        "currency": "EUR",
    }


def _invoice(
    invoice_no: str, order_no: str, posted_on: str, amount: str, *, functional_amount: str | None = None
) -> Row:
    return {
        "invoice_no": invoice_no,
        "line_no": "1",
        "project": PROJECT,
        "cost_category": "external" if order_no == "PO-100" else "licences",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "USD" if functional_amount else "EUR",
        "order_no": order_no,
        "order_line_no": "10",
        "functional_amount": functional_amount,
    }


def _forecast(cost_category: str, amount: str) -> Row:
    return {
        "project": PROJECT,
        "cutoff_period": "2026-03",
        "cost_category": cost_category,
        "period": "2026-04",
        "amount": amount,
        "currency": "EUR",
        "basis": "to_complete",
    }


def _rate(person: str, rate: str, valid_from: str) -> Row:
    return {"rate": rate, "currency": "EUR", "valid_from": valid_from, "person": person}


def _month(person: str, month: str, hours: str) -> list[Row]:
    """So many hours in a month, in days of eight hours from its second day on; the last day has the rest."""
    days, rest = divmod(Decimal(hours), 8)
    worked = [Decimal(8)] * int(days) + [rest] * bool(rest)
    return [
        {
            "person": person,
            "project": PROJECT,
            "work_date": f"{month}-{day:02}",
            "hours": worked[day - 2],
            "status": "approved",
        }
        for day in range(2, len(worked) + 2)
    ]


COST_CATEGORIES: list[Row] = [
    {"cost_category": "labour", "nature": "labour_internal", "capex_opex": "opex"},
    {"cost_category": "external", "nature": "service", "capex_opex": "opex"},
    {"cost_category": "licences", "nature": "licence", "capex_opex": "capex"},
    {"cost_category": "expenses", "nature": "travel", "capex_opex": "opex"},
]

RATE_CARDS: list[Row] = [
    _rate("alice", "80.00", "2026-01-01"),
    _rate("bruno", "80.00", "2026-01-01"),
    _rate("alice", "84.00", "2026-03-01"),
    _rate("bruno", "84.00", "2026-03-01"),
]

FX_RATES: list[Row] = [
    {
        "rate_type": "budget",
        "from_currency": "USD",
        "to_currency": "EUR",
        "rate": "0.90",
        "period": None,
        "fiscal_year": "2026",
    },
    {
        "rate_type": "closing",
        "from_currency": "USD",
        "to_currency": "EUR",
        "rate": "0.93",
        "period": "2026-03",
        "fiscal_year": None,
    },
]

BUDGET_VERSIONS: list[Row] = [
    {
        "project": PROJECT,
        "version_no": 1,
        "version_type": "original",
        "approved_on": "2025-12-15",
        "change_request": None,
        "management_reserve": "7500.00",
    },
    {
        "project": PROJECT,
        "version_no": 2,
        "version_type": "revised",
        "approved_on": "2026-02-10",
        "change_request": "CR-1",
        "management_reserve": "7500.00",
    },
]

CHANGE_REQUESTS: list[Row] = [
    {
        "project": PROJECT,
        "change_request": "CR-1",
        "submitted_on": "2026-01-26",
        "decided_on": "2026-02-10",
        "decision": "approved",
        "cost_delta": "10000.00",
        "currency": "EUR",
    },
]

FORECAST_LINES: list[Row] = [
    _forecast("labour", "35000.00"),
    _forecast("external", "24000.00"),
    _forecast("licences", "11160.00"),
    _forecast("expenses", "2000.00"),
]

ORDERS: list[Row] = [
    _order("PO-100", "external", "2026-01-05", "40000.00", "EUR"),
    _order("PO-200", "licences", "2026-01-20", "20000.00", "USD"),
]

RECEIPTS: list[Row] = [
    _receipt("GR-1", "2026-01-20", "12000.00"),
    _receipt("GR-2", "2026-02-18", "10500.50"),
    _receipt("GR-3", "2026-03-24", "4000.00"),
]

INVOICES: list[Row] = [
    _invoice("INV-1", "PO-100", "2026-01-28", "12000.00"),
    _invoice("INV-2", "PO-100", "2026-02-25", "10500.50"),
    _invoice("INV-3", "PO-200", "2026-02-16", "8000.00", functional_amount="7296.00"),
]

POSTINGS: list[Row] = [
    _posting("L-2026-01-A", "2026-01-31", "4800.00", person="alice"),
    _posting("L-2026-01-B", "2026-01-31", "3200.00", person="bruno"),
    _posting("L-2026-02-A", "2026-02-28", "5600.00", person="alice"),
    _posting("L-2026-02-B", "2026-02-28", "4000.00", person="bruno"),
    _posting("E-2026-03-1", "2026-03-19", "1250.40", origin="expense", cost_category="expenses"),
]

TIMESHEETS: list[Row] = [
    *_month("alice", "2026-01", "60"),
    *_month("bruno", "2026-01", "40"),
    *_month("alice", "2026-02", "70"),
    *_month("bruno", "2026-02", "50"),
    *_month("alice", "2026-03", "60.25"),
    *_month("bruno", "2026-03", "50"),
]
