"""Hand-made extracts for the tests of landing and validation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from connectors.ledger.tables import INVOICES
from connectors.tabular.extract import CellFault, TableExtract
from connectors.tabular.tables import Table
from pipelines.landing.batches import Origin

INVOICE: dict[str, Any] = {
    "invoice_no": "I-1",
    "line_no": "1",
    "project": "PAY",
    "cost_category": "service",
    "posted_on": date(2026, 1, 31),
    "amount": Decimal("100.00"),
    "currency": "EUR",
    "type": "invoice",
}


def extract_of(table: Table, *rows: dict[str, Any], **parts: Any) -> TableExtract:
    """An extract with the given rows; columns they don't name are None, places are A2, A3, …"""
    return TableExtract(
        table=table,
        columns={column.name: [row.get(column.name) for row in rows] for column in table.columns},
        sheets=[None] * len(rows),
        places=[f"A{number}" for number in range(2, len(rows) + 2)],
        contents=[{key: str(value) for key, value in row.items()} for row in rows],
        attributes=[None] * len(rows),
        **parts,
    )


def invoices(*changes: dict[str, Any], **parts: Any) -> TableExtract:
    """Invoices I-1, I-2, … of 100.00 EUR on PAY, each with the changes given for it."""
    rows = [
        INVOICE | {"invoice_no": f"I-{number}"} | change for number, change in enumerate(changes, start=1)
    ]
    return extract_of(INVOICES, *rows, **parts)


def fault(row: int, column: str = "amount", rule: str = "not_a_number", content: str = "n/a") -> CellFault:
    """A fault in the cell F of the row."""
    return CellFault(row, column, f"F{row + 2}", rule, content, f"{column} is {content!r}: write it right")


def origin(path: str = "inbox/ledger/invoices.csv", content: str = "a", **fields: Any) -> Origin:
    """Where a hand-made extract comes from; `content` stands for the bytes of the file."""
    named: dict[str, Any] = {
        "path": path,
        "file_hash": content * 64,
        "fingerprint": content * 64,
        "reader": "canonical",
        "objects": ("invoices",),
    }
    return Origin(**(named | fields))
