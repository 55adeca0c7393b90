"""What the PMO of Alder & Finch keeps itself: pmo.yaml, reference tables and the register of projects."""

from __future__ import annotations

from pathlib import Path

from demo.company import (
    ELENA_RATE,
    ELENA_RATE_FROM,
    FIRST_DAY,
    JIRA_SITE,
    MONTHS,
    NEW_RATES_FROM,
    ORGANISATION,
    PEOPLE,
    PROJECTS,
    RATES,
)
from demo.files import Row, write_csv

SETTINGS = rf"""# The PMO folder of {ORGANISATION}, a made-up company. Every key is explained in docs/operator.md.
organisation: {ORGANISATION}
currency: EUR
timezone: Europe/Paris
fiscal_year_starts: 1
discount_rate: 0.08           # a fiscal year, for the value of benefits

# The Jira of the demo runs on this machine only, while `pmo demo` runs; it sets these variables itself.
jira:
  - site: ${{PMO_DEMO_JIRA_URL}}
    name: {JIRA_SITE}
    auth: {{email: ${{PMO_DEMO_JIRA_EMAIL}}, token: ${{PMO_DEMO_JIRA_TOKEN}}}}

# How the budget workbooks are laid out: a sheet per project, months across, thousands of euro.
layouts:
  budget_2026:
    table: budget_lines
    files: "inbox/budgets/Budget_*.xlsx"
    sheets: {{match: "^P-"}}
    header: {{find: "Cost category"}}
    columns:
      cost_category: {{header: "Cost category"}}
      project: {{from: sheet_name, pattern: "^P-(\\S+)"}}
      version_no: {{from: cell, cell: B3}}
      currency: {{value: EUR}}
      wbs: {{header: "Work package"}}
    periods: {{look: "yyyy-mm"}}
    amount: {{unit: k€, negative: [minus, parentheses]}}
    rows: {{totals: ["^Subtotal", "^Total"], leave_out: ["^Note"]}}
    checks: {{column_totals: true, row_total: "Total"}}
"""
PHASES = {"OPS": "run", "MIG": "closing"}
BUDGET_RATES = {"USD": "0.9200", "GBP": "1.1500"}
CLOSING_RATES = {
    "USD": ("0.9230", "0.9255", "0.9214", "0.9178", "0.9142", "0.9150"),
    "GBP": ("1.1560", "1.1585", "1.1574", "1.1533", "1.1610", "1.1652"),
}
AVERAGE_RATES = {
    "USD": ("0.9241", "0.9248", "0.9229", "0.9190", "0.9160", "0.9147"),
    "GBP": ("1.1548", "1.1576", "1.1580", "1.1549", "1.1582", "1.1637"),
}


def write_reference(home: Path) -> None:
    """Write pmo.yaml, `reference/*.csv` and `inbox/register/projects.csv` below `home`."""
    (home / "pmo.yaml").write_text(SETTINGS, encoding="utf-8")
    for name, rows in (
        ("crosswalk", crosswalk()),
        ("people", people()),
        ("people_crosswalk", people_crosswalk()),
        ("rate_cards", rate_cards()),
        ("fx_rates", fx_rates()),
        ("cost_categories", cost_categories()),
        ("status_map", [{"site": "demo", "status": "In Review", "stage": "waiting"}]),
    ):
        write_csv(home / f"reference/{name}.csv", rows)
    write_csv(home / "inbox/register/projects.csv", register())


def crosswalk() -> list[Row]:
    """The ledger's accounts and an old name; account 4999 is missing, for the reader to map."""
    rows = [("ledger", project.ledger_account, project.code) for project in PROJECTS]
    return [
        {"source_system": system, "source_id": code, "project": project, "approved_by": "greta"}
        for system, code, project in (*rows, ("timesheets", "PORTAL", "WEB"))
    ]


def people() -> list[Row]:
    """Everybody who books hours."""
    return [
        {"person": person.code, "name": person.name, "role": person.role, "team": person.team, "fte": "1.0"}
        for person in PEOPLE
    ]


def people_crosswalk() -> list[Row]:
    """Who the accounts in Jira are."""
    return [
        {"source_system": "jira", "source_id": f"acc-{person.code}", "person": person.code}
        for person in PEOPLE
    ]


def rate_cards() -> list[Row]:
    """Rates by role, raised in April, and Elena's own."""
    rows: list[Row] = [
        {"role": role, "person": None, "rate": rate, "currency": "EUR", "valid_from": valid_from}
        for role, rates in RATES.items()
        for rate, valid_from in zip(rates, (FIRST_DAY, NEW_RATES_FROM), strict=True)
    ]
    own = {"role": None, "person": "elena", "rate": ELENA_RATE, "currency": "EUR"}
    return [*rows, own | {"valid_from": ELENA_RATE_FROM}]


def fx_rates() -> list[Row]:
    """Budget rates for the year; closing and average rates by month."""
    rows = [_rate("budget", currency, rate, None, "2026") for currency, rate in BUDGET_RATES.items()]
    for rate_type, by_currency in (("closing", CLOSING_RATES), ("average", AVERAGE_RATES)):
        for currency, rates in by_currency.items():
            rows += [
                _rate(rate_type, currency, rate, period, None)
                for period, rate in zip(MONTHS, rates, strict=True)
            ]
    return rows


def _rate(rate_type: str, currency: str, rate: str, period: str | None, fiscal_year: str | None) -> Row:
    return {
        "rate_type": rate_type,
        "from_currency": currency,
        "to_currency": "EUR",
        "rate": rate,
        "period": period,
        "fiscal_year": fiscal_year,
    }


def cost_categories() -> list[Row]:
    """Five categories, with what they are by nature and how they are accounted for."""
    return [
        {"cost_category": category, "nature": nature, "capex_opex": treatment}
        for category, nature, treatment in (
            ("labour", "labour_internal", "opex"),
            ("services", "service", "opex"),
            ("licences", "licence", "capex"),
            ("hardware", "hardware", "capex"),
            ("travel", "travel", "opex"),
        )
    ]


def register() -> list[Row]:
    """The projects; what else is registered of them stands in the register workbook."""
    return [
        {
            "project": project.code,
            "name": project.name,
            "programme": project.programme,
            "portfolio": ORGANISATION,
            "sponsor": project.sponsor,
            "manager": project.manager,
            "phase": PHASES.get(project.code, "build"),
            "status": "active",
            "methodology": project.methodology,
            "start_on": FIRST_DAY,
            "finish_on": project.finish_on,
            "currency": "EUR",
        }
        for project in PROJECTS
    ]
