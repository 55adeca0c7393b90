"""The canonical ledger tables: purchase orders, receipts, invoices, postings, and what the books say in all."""

from __future__ import annotations

from connectors.tabular.tables import Column, Table, choice, date, money, period, text

ORDERS = Table(
    source="ledger",
    name="orders",
    columns=(
        text("order_no", required=True),
        text("line_no", required=True),
        text("project", required=True),
        text("cost_category", required=True),
        date("ordered_on", required=True),
        money("amount", required=True),
        text("currency", required=True),
        text("vendor"),
        choice("status", "requisition", "open", "closed", "cancelled", default="open"),
        date("closed_on"),
    ),
    key=("order_no", "line_no"),
    measure="amount",
    unit="currency",
)

RECEIPTS = Table(
    source="ledger",
    name="receipts",
    columns=(
        text("receipt_no", required=True),
        text("order_no", required=True),
        text("line_no", required=True),
        date("received_on", required=True),
        money("amount", required=True),
        text("currency", required=True),
    ),
    key=("receipt_no", "order_no", "line_no"),
    measure="amount",
    unit="currency",
    project=None,
)

INVOICES = Table(
    source="ledger",
    name="invoices",
    columns=(
        text("invoice_no", required=True),
        text("line_no", required=True),
        text("project", required=True),
        text("cost_category", required=True),
        date("posted_on", required=True),
        money("amount", required=True),
        text("currency", required=True),
        text("order_no"),
        text("order_line_no"),
        period("period"),
        money("functional_amount"),
        choice("type", "invoice", "credit", "down_payment", default="invoice"),
        Column("final", "boolean"),
        choice("capex_opex", "capex", "opex"),
        date("paid_on"),
    ),
    key=("invoice_no", "line_no"),
    measure="amount",
    unit="currency",
)

POSTINGS = Table(
    source="ledger",
    name="postings",
    columns=(
        text("posting_id", required=True),
        text("project", required=True),
        text("cost_category", required=True),
        date("posted_on", required=True),
        money("amount", required=True),
        text("currency", required=True),
        choice("origin", "labour", "expense", "stock", "journal", "reclass", required=True),
        period("period"),
        period("charge_period"),
        money("functional_amount"),
        text("person"),
        Column("hours", "hours"),
        text("cost_centre"),
        choice("capex_opex", "capex", "opex"),
    ),
    key=("posting_id",),
    measure="amount",
    unit="currency",
)

CONTROL_TOTALS = Table(
    source="ledger",
    name="control_totals",
    columns=(
        text("books", required=True),
        text("line_no", required=True),
        text("account", required=True),
        date("posted_on", required=True),
        money("amount", required=True),
        text("currency", required=True),
        text("journal"),
        text("document"),
    ),
    key=("books", "line_no"),
    replaces="period",
    scope=("books",),
    measure="amount",
    unit="currency",
    project=None,
)
"""Expenses without a project, which invoices and postings are compared with and which are in no figure themselves.

`books` names one ledger and year; a newer file is complete for it.
"""

TABLES = (ORDERS, RECEIPTS, INVOICES, POSTINGS, CONTROL_TOTALS)
