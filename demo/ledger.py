"""The ledger of Alder & Finch: orders, receipts, invoices and postings, under the ledger's own account numbers.

The stories in it: goods of June received and not invoiced, a credit note, a closed order, a down payment, invoices in
dollars and pounds at the ledger's own rates, labour of June not posted yet and one of May posted late, and an invoice
under account 4999, which nobody has mapped to a project.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from demo.company import MONTHS, PROJECTS, month_end, rate_of
from demo.files import Row, write_csv
from demo.hours import entries

ACCOUNTS = {project.code: project.ledger_account for project in PROJECTS}
UNMAPPED_ACCOUNT = "4999"
LATE_LABOUR = ("greta", "2026-05", "2026-06-05")
CORRECTED_LABOUR = {("elena", "DWH", "2026-04"): Decimal("24.00")}
"""Payroll charged 24.00 more than hours times rate: a labour rate variance to explain."""


def write_ledger(inbox: Path) -> None:
    """Write `ledger/orders.csv`, `receipts.csv`, `invoices.csv` and `postings.csv`."""
    for name, rows in (
        ("orders", ORDERS),
        ("receipts", RECEIPTS),
        ("invoices", INVOICES),
        ("postings", [*labour_postings(), *EXPENSES]),
    ):
        write_csv(inbox / f"ledger/{name}.csv", rows)


def labour_postings() -> list[Row]:
    """Hours at their rates, per person, project and month, from January to May; Greta's May comes in June."""
    costs: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for entry in entries():
        month = f"{entry.day:%Y-%m}"
        if month != MONTHS[-1]:
            costs[entry.person.code, entry.project, month] += entry.hours * rate_of(entry.person, entry.day)
    return [_labour(*key, cost) for key, cost in sorted(costs.items(), key=lambda item: item[0][::-1])]


def _labour(person: str, project: str, month: str, cost: Decimal) -> Row:
    late = (person, month) == LATE_LABOUR[:2]
    amount = cost.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return _posting(
        f"LAB-{month}-{project}-{person}",
        project,
        LATE_LABOUR[2] if late else month_end(month).isoformat(),
        amount + CORRECTED_LABOUR.get((person, project, month), Decimal(0)),
        origin="labour",
        cost_category="labour",
        charge_period=month if late else None,
        person=person,
    )


def _posting(
    posting_id: str,
    project: str,
    posted_on: str,
    amount: Decimal,
    *,
    origin: str = "expense",
    cost_category: str = "travel",
    charge_period: str | None = None,
    person: str | None = None,
) -> Row:
    return {
        "posting_id": posting_id,
        "project": ACCOUNTS[project],
        "cost_category": cost_category,
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "origin": origin,
        "charge_period": charge_period,
        "person": person,
    }


def _order(
    number: int,
    project: str,
    cost_category: str,
    ordered_on: str,
    amount: str,
    vendor: str,
    currency: str = "EUR",
    status: str = "open",
    closed_on: str | None = None,
) -> Row:
    return {
        "order_no": f"PO-{number}",
        "line_no": "10",
        "project": ACCOUNTS[project],
        "cost_category": cost_category,
        "ordered_on": ordered_on,
        "amount": amount,
        "currency": currency,
        "vendor": vendor,
        "status": status,
        "closed_on": closed_on,
    }


def _receipt(number: int, order: int, received_on: str, amount: str, currency: str = "EUR") -> Row:
    return {
        "receipt_no": f"GR-{number}",
        "order_no": f"PO-{order}",
        "line_no": "10",
        "received_on": received_on,
        "amount": amount,
        "currency": currency,
    }


def _invoice(
    number: int,
    order: int | None,
    posted_on: str,
    amount: str,
    *,
    functional_amount: str | None = None,
    type: str = "invoice",
    paid_on: str | None = None,
    account: str | None = None,
    cost_category: str = "services",
) -> Row:
    ordered = next((row for row in ORDERS if row["order_no"] == f"PO-{order}"), None)
    return {
        "invoice_no": f"INV-{number}",
        "line_no": "1",
        "project": ordered["project"] if ordered else account,
        "cost_category": ordered["cost_category"] if ordered else cost_category,
        "posted_on": posted_on,
        "amount": amount,
        "currency": ordered["currency"] if ordered else "EUR",
        "order_no": ordered["order_no"] if ordered else None,
        "order_line_no": "10" if ordered else None,
        "functional_amount": functional_amount,
        "type": type,
        "paid_on": paid_on,
    }


ORDERS: list[Row] = [
    _order(26001, "PAY", "services", "2026-01-15", "120000.00", "Kestrel Integration"),
    _order(26002, "PAY", "licences", "2026-03-02", "48000.00", "Oakline Software Inc", "USD"),
    _order(26003, "WEB", "services", "2026-02-11", "38000.00", "Lantern & Loom Ltd", "GBP"),
    _order(26004, "WEB", "services", "2026-04-20", "140000.00", "Brightwater Studios"),
    _order(
        26005, "DWH", "hardware", "2026-02-02", "60000.00", "Tindall Systems", "EUR", "closed", "2026-04-09"
    ),
    _order(26006, "DWH", "services", "2026-06-15", "35000.00", "Quillworks", "EUR", "requisition"),
    _order(26007, "OPS", "services", "2026-01-05", "24000.00", "Fennel Hosting"),
    _order(26008, "OPS", "services", "2026-05-04", "9000.00", "Marram Monitoring"),
    _order(26009, "DWH", "licences", "2026-05-18", "18000.00", "Oakline Software Inc", "USD"),
    _order(
        26010, "MIG", "services", "2026-01-12", "71400.00", "Fennel Hosting", "EUR", "closed", "2026-06-19"
    ),
    _order(
        26011, "MIG", "licences", "2026-02-04", "8800.00", "Fennel Hosting", "EUR", "closed", "2026-02-25"
    ),
]

RECEIPTS: list[Row] = [
    *(_receipt(100 + month, 26001, f"2026-0{month}-20", "15000.00") for month in range(2, 7)),
    _receipt(120, 26005, "2026-03-16", "58200.00"),
    _receipt(131, 26004, "2026-05-19", "36000.00"),
    _receipt(132, 26004, "2026-06-23", "12000.00"),
]

INVOICES: list[Row] = [
    *(
        _invoice(2000 + month, 26001, f"2026-0{month}-26", "15000.00", paid_on=f"2026-0{month + 1}-25")
        for month in range(2, 6)
    ),
    _invoice(2010, 26001, "2026-04-02", "500.00", type="credit"),
    _invoice(2020, 26002, "2026-03-30", "24000.00", functional_amount="22113.60", paid_on="2026-04-29"),
    _invoice(2031, 26003, "2026-03-12", "9500.00", functional_amount="10995.30", paid_on="2026-04-10"),
    _invoice(2032, 26003, "2026-04-14", "9500.00", functional_amount="10956.35", paid_on="2026-05-13"),
    _invoice(2033, 26003, "2026-06-12", "9500.00", functional_amount="11069.40"),
    _invoice(2041, 26004, "2026-05-28", "36000.00"),
    _invoice(2050, 26005, "2026-03-24", "58200.00", paid_on="2026-04-23"),
    *(
        _invoice(2060 + month, 26007, f"2026-0{month}-28", "2000.00", paid_on=f"2026-0{month}-28")
        for month in range(1, 7)
    ),
    _invoice(2070, 26008, "2026-05-11", "2700.00", type="down_payment", paid_on="2026-05-11"),
    *(
        _invoice(2089 + month, 26010, f"2026-0{month}-27", "11900.00", paid_on=f"2026-0{month}-27")
        for month in range(1, 7)
    ),
    _invoice(2100, 26011, "2026-02-20", "8800.00", paid_on="2026-03-20"),
    _invoice(2080, None, "2026-03-18", "1890.00", account=UNMAPPED_ACCOUNT),
]

EXPENSES: list[Row] = [
    _posting("EXP-2026-02-1", "PAY", "2026-02-24", Decimal("1184.60")),
    _posting("EXP-2026-03-1", "WEB", "2026-03-27", Decimal("642.15")),
    _posting("EXP-2026-05-1", "PAY", "2026-05-29", Decimal("2010.35")),
    _posting("EXP-2026-06-1", "WEB", "2026-06-18", Decimal("873.40")),
]
