"""A small home that publishes to files and to a Postgres, for the tests of what readers see.

Nothing imports the product: readers see files and tables.
"""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.homes import ORGANISATION, PmoHome, Row, make_home

DSN = "OUTLETS_DSN"
"""The environment variable that pmo.yaml names; `pmo_process` hands down what does not begin with PMO_."""
AS_OF = "2026-02-28"


def posting(posting_id: str, amount: str) -> Row:
    return {
        "posting_id": posting_id,
        "project": "P",
        "cost_category": "services",
        "posted_on": "2026-02-10",
        "amount": amount,
        "currency": "EUR",
        "origin": "expense",
    }


def outlets_home(root: Path) -> PmoHome:
    """One project with one posting of 100.00."""
    home = make_home(root, settings=f"{ORGANISATION}publish: {{postgres: '${{{DSN}}}'}}\n")
    home.write("inbox/register/projects.csv", [{"project": "P", "name": "Payments"}])
    home.write("inbox/ledger/postings.csv", [posting("A", "100.00")])
    return home
