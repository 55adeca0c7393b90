"""A home with a project for each example of earned value, and how a test reads what came of it.

Here: the inputs only. The figures that must come out stand in `test_earned_value` and `test_earned_value_closed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tests.end_to_end.homes import PmoHome, Record, Row, only

RATE_AND_PERIOD_MISSING = 3


@dataclass(frozen=True, slots=True)
class Case:
    """A project: lines `wbs period amount`, reports `wbs day percent technique`, costs `day amount`; `-` is no wbs.

    `versions` are `(day of approval, lines)`; `forecast` is `(cutoff period, estimate to complete)`.
    """

    versions: tuple[tuple[str, str], ...] = ()
    reports: str = ""
    costs: str = ""
    forecast: tuple[str, str] | None = None
    currency: str = "EUR"


def months(*amounts: str, first: int = 1) -> str:
    """Lines without a work package, one a month of 2026 from the month `first`."""
    return "\n".join(f"- 2026-{first + number:02} {amount}" for number, amount in enumerate(amounts))


def plan(lines: str, approved_on: str = "2025-12-15") -> tuple[tuple[str, str], ...]:
    return ((approved_on, lines),)


PRA = plan(months("10000", "10000", "20000", "30000", "30000"))
PACKAGES = "A 2026-01 100\nA 2026-02 100\nB 2026-02 200\nB 2026-03 200\n- 2026-03 50"
CASES = {
    "SCHWALBE": Case(
        plan(months("5000", "8000", "10000", "7000", *["11250"] * 8)),
        "- 2026-03-31 16.6666666667",
        "2026-03-20 25000",
    ),
    "PRA": Case(PRA, "- 2026-03-31 35", "2026-03-20 36000"),
    "OVERSPENT": Case(PRA, "- 2026-03-31 35", "2026-03-20 63000", ("2026-03", "57482")),
    "NOTHING": Case(plan(months("100", first=3)), "- 2026-01-15 0"),
    "EARLY": Case(plan(months(*["100"] * 6)), "- 2026-04-30 100", "2026-04-10 500"),
    "LATE": Case(
        plan(months(*["100"] * 4)), "- 2026-04-30 75\n- 2026-05-29 80\n- 2026-06-30 100", "2026-04-10 300"
    ),
    "FLAT": Case(
        plan(months("100", "0", "0", "100", "0")), "- 2026-02-28 50\n- 2026-03-31 75", "2026-02-10 10"
    ),
    "AHEAD": Case(plan(months("100", "100", first=3)), "- 2026-01-31 10", "2026-02-10 50"),
    "PLANLESS": Case(reports="- 2026-02-28 40", costs="2026-03-10 70"),
    "UNSEEN": Case(plan(months("100", "100")), "", "2026-01-10 30"),
    "SPENT": Case(plan(months("100", "100")), "- 2026-01-31 30", "2026-01-10 200", ("2026-01", "0")),
    "REBASED": Case(
        (("2025-12-15", months(*["100"] * 4)), ("2026-03-10", months(*["100"] * 6))),
        "- 2026-02-28 25\n- 2026-03-31 50",
        "2026-01-10 90",
    ),
    "PACKAGES": Case(
        plan(PACKAGES),
        "- 2026-01-31 90\nA 2026-02-28 50\nB 2026-03-31 25 loe\nZ 2026-04-30 10",
        "2026-01-10 50",
    ),
    "UNWEIGHED": Case(plan(months("100")), "A 2026-01-31 50"),
    "HALVES": Case(
        plan("A 2026-01 100.01\nB 2026-01 100.01"), "A 2026-01-31 50\nB 2026-01-31 50", "2026-01-10 7"
    ),
    "PARTIAL": Case(plan(months("1000", "2300", "1000", first=6)), "- 2026-07-10 50", "2026-07-01 2000"),
    "RATELESS": Case(plan(months("100")), "- 2026-01-31 50", "2026-01-10 30", currency="CHF"),
    "MISDATED": Case(plan("- 2026-01 100\n- someday 100"), "- 2026-01-31 50", "2026-01-10 30"),
    "CREDITED": Case(plan(months("100", "100")), "- 2026-01-31 50", "2026-01-10 80\n2026-02-10 -80"),
    "FALLING": Case(
        plan(months("50", "50")), "- 2026-01-31 80\n- 2026-02-28 30", "2026-01-10 5\n2026-02-10 -10"
    ),
    "SPECK": Case(plan(months("0.01", "90000000")), "- 2026-02-28 0.0000000001", "2026-02-10 90000000"),
}
LATE_POSTING: Row = {
    "project": "LATE",
    "posting_id": "LATE-L",
    "posted_on": "2026-05-20",
    "charge_period": "2026-04",
    "amount": "100",
    "cost_category": "services",
    "currency": "EUR",
    "origin": "expense",
}


def words(text: str) -> Iterable[list[str | None]]:
    for line in text.splitlines():
        yield [None if word == "-" else word for word in line.split()]


def write_cases(home: PmoHome) -> None:
    home.write("inbox/register/projects.csv", [{"project": code, "name": code} for code in CASES])
    home.write(
        "inbox/register/progress.csv",
        [
            dict(zip(("wbs", "as_of", "percent_complete", "technique"), report, strict=False))
            | {"project": code}
            for code, case in CASES.items()
            for report in words(case.reports)
        ],
    )
    versions = [
        (code, number, case.currency, *version)
        for code, case in CASES.items()
        for number, version in enumerate(case.versions, start=1)
    ]
    home.write(
        "inbox/budgets/budget_versions.csv",
        [
            {"project": code, "version_no": number, "approved_on": approved_on}
            | {"version_type": "original" if number == 1 else "revised"}
            for code, number, _, approved_on, _ in versions
        ],
    )
    home.write(
        "inbox/budgets/budget_lines.csv",
        [
            {"project": code, "version_no": number, "currency": currency, "cost_category": "services"}
            | dict(zip(("wbs", "period", "amount"), line, strict=True))
            for code, number, currency, _, lines in versions
            for line in words(lines)
        ],
    )
    home.write(
        "inbox/budgets/forecast_lines.csv",
        [
            {
                "project": code,
                "cutoff_period": case.forecast[0],
                "period": "2026-12",
                "amount": case.forecast[1],
            }
            | {"cost_category": "services", "currency": "EUR", "basis": "to_complete"}
            for code, case in CASES.items()
            if case.forecast
        ],
    )
    home.write(
        "inbox/ledger/postings.csv",
        [
            {
                "project": code,
                "posting_id": f"{code}-{number}",
                "cost_category": "services",
                "currency": "EUR",
            }
            | {"origin": "expense"}
            | dict(zip(("posted_on", "amount"), cost, strict=True))
            for code, case in CASES.items()
            for number, cost in enumerate(words(case.costs))
        ]
        + [LATE_POSTING],
    )


def row(rows: list[Record], project: str, month: str, view: str = "as_reported", **more: object) -> Record:
    return only(rows, project_code=project, period=f"2026-{month}", view=view, **more)


def check(found: Record, expected: str) -> None:
    """Each measure is the expected number, or null for the expected reason: `ev=20000 spi=not_started`."""
    for name, _, value in (word.partition("=") for word in expected.split()):
        is_number = value.lstrip("-")[0].isdigit()
        wanted = (Decimal(value), None) if is_number else (None, value)
        assert (found[name], found[f"{name}_null_reason"]) == wanted, name
