"""The budgets of Alder & Finch: workbooks as controllers lay them out, versions, changes and forecasts.

`Budget_2026.xlsx` has a sheet per project with the months across, in thousands of euro, with totals and a note (the
data warehouse names its work packages, too);
`Budget_2026_WEB_v2.xlsx` is the customer portal's second version, after its change request was approved. The
layout that reads both stands in the demo's pmo.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from demo.company import PROJECTS, Project
from demo.files import Row, write_csv, write_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

YEAR = tuple(f"2026-{month:02}" for month in range(1, 13))
FIRST_CUTOFF, LAST_CUTOFF = "2026-03", "2026-06"


@dataclass(frozen=True, slots=True)
class Plan:
    """So much, in k€ a month, on a cost category, for `months` months from the month `first`; the package, if any."""

    cost_category: str
    monthly: str
    first: int
    months: int
    wbs: str | None = None

    def by_month(self) -> list[Decimal | None]:
        """The twelve months of the year in thousands; None where nothing is planned."""
        planned = range(self.first, self.first + self.months)
        return [Decimal(self.monthly) if month in planned else None for month in range(1, 13)]


PLANS: dict[str, tuple[Plan, ...]] = {
    "PAY": (
        Plan("labour", "36.0", 1, 12),
        Plan("services", "10.0", 1, 12),
        Plan("licences", "30.0", 3, 2),
        Plan("travel", "0.6", 1, 12),
    ),
    "WEB": (
        Plan("labour", "32.0", 1, 9),
        Plan("services", "15.0", 3, 6),
        Plan("travel", "0.5", 3, 6),
    ),
    "DWH": (
        Plan("labour", "20.0", 1, 5, "ingestion"),
        Plan("labour", "20.0", 6, 6, "marts"),
        Plan("hardware", "60.0", 3, 1, "platform"),
        Plan("licences", "12.0", 5, 2, "platform"),
        Plan("services", "8.5", 7, 4, "marts"),
    ),
    "OPS": (
        Plan("labour", "2.0", 1, 12),
        Plan("services", "2.5", 1, 12),
    ),
    "MIG": (Plan("services", "18.0", 1, 4), Plan("licences", "9.0", 2, 1)),
}
WEB_SECOND_VERSION = (
    Plan("labour", "32.0", 1, 9),
    Plan("services", "20.0", 3, 6),
    Plan("travel", "0.5", 3, 6),
)


def write_budgets(inbox: Path) -> None:
    """Write the workbooks and the registers of versions, change requests and forecasts below `budgets/`."""
    write_workbook(
        inbox / "budgets/Budget_2026.xlsx", _book({code: (1, plan) for code, plan in PLANS.items()})
    )
    write_workbook(inbox / "budgets/Budget_2026_WEB_v2.xlsx", _book({"WEB": (2, WEB_SECOND_VERSION)}))
    write_csv(inbox / "budgets/budget_versions.csv", VERSIONS)
    write_csv(inbox / "budgets/change_requests.csv", CHANGE_REQUESTS)
    write_csv(inbox / "budgets/forecast_lines.csv", FORECASTS)


def _book(plans: dict[str, tuple[int, tuple[Plan, ...]]]) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    del book["Sheet"]
    for project in PROJECTS:
        if project.code in plans:
            _add_sheet(book, project, *plans[project.code])
    return book


def _add_sheet(book: Workbook, project: Project, version_no: int, plans: tuple[Plan, ...]) -> None:
    """Title and version on top, the header in row 5, labour and purchases each with a subtotal, a total, a note."""
    sheet = book.create_sheet(f"P-{project.code} {project.name}")
    for row in ([f"{project.name}: budget 2026, in k€"], [], ["Version", version_no], []):
        sheet.append(row)
    sheet.append(["Cost category", *YEAR, "Total", "Work package"])
    labour = tuple(plan for plan in plans if plan.cost_category == "labour")
    purchases = tuple(plan for plan in plans if plan.cost_category != "labour")
    for label, block in (("Subtotal labour", labour), ("Subtotal purchases", purchases)):
        for plan in block:
            _add_row(sheet, plan.cost_category, plan.by_month(), plan.wbs)
        _add_row(sheet, label, _sums(block))
    _add_row(sheet, "Total", _sums(plans))
    sheet.append(["Note: labour at the rates of January, without holidays"])
    sheet.column_dimensions["A"].width = 20


def _add_row(sheet: Worksheet, label: str, months: Sequence[Decimal | None], wbs: str | None = None) -> None:
    """A workbook's cells are binary numbers; thousands with one decimal survive that."""
    numbers = [None if amount is None else float(amount) for amount in months]
    sheet.append([label, *numbers, float(_sum(months)), wbs])


def _sums(plans: Sequence[Plan]) -> list[Decimal]:
    """The twelve months of several plans, added up."""
    return [_sum(month) for month in zip(*(plan.by_month() for plan in plans), strict=True)]


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _version(project: str, number: int, kind: str, approved_on: str, reserve: str, change: str | None) -> Row:
    return {
        "project": project,
        "version_no": number,
        "version_type": kind,
        "approved_on": approved_on,
        "change_request": change,
        "management_reserve": reserve,
    }


def _change(
    project: str, number: str, submitted: str, decided: str | None, decision: str | None, cost: str
) -> Row:
    return {
        "project": project,
        "change_request": number,
        "submitted_on": submitted,
        "decided_on": decided,
        "decision": decision,
        "cost_delta": cost,
        "currency": "EUR",
    }


def _forecast(project: str, cutoff: str, basis: str, amounts: dict[str, str]) -> list[Row]:
    year, month = map(int, cutoff.split("-"))
    return [
        {
            "project": project,
            "cutoff_period": cutoff,
            "cost_category": category,
            "period": f"{year}-{month + 1:02}",
            "amount": amount,
            "currency": "EUR",
            "basis": basis,
        }
        for category, amount in amounts.items()
    ]


VERSIONS: list[Row] = [
    _version("PAY", 1, "original", "2025-12-11", "25000.00", None),
    _version("WEB", 1, "original", "2025-12-11", "15000.00", None),
    _version("WEB", 2, "revised", "2026-04-14", "15000.00", "CR-7"),
    _version("DWH", 1, "original", "2025-12-18", "12000.00", None),
    _version("OPS", 1, "original", "2025-12-18", "0.00", None),
    _version("MIG", 1, "original", "2025-12-18", "0.00", None),
]

CHANGE_REQUESTS: list[Row] = [
    _change("WEB", "CR-7", "2026-03-23", "2026-04-14", "approved", "30000.00"),
    _change("PAY", "CR-8", "2026-05-06", "2026-05-20", "rejected", "18000.00"),
    _change("WEB", "CR-9", "2026-06-19", None, None, "42000.00"),
]

FORECASTS: list[Row] = [
    *_forecast(
        "PAY",
        FIRST_CUTOFF,
        "to_complete",
        {"labour": "325000.00", "services": "92000.00", "travel": "6000.00"},
    ),
    *_forecast("WEB", FIRST_CUTOFF, "to_complete", {"labour": "190000.00", "services": "95000.00"}),
    *_forecast(
        "PAY",
        LAST_CUTOFF,
        "to_complete",
        {"labour": "206000.00", "services": "52000.00", "licences": "22000.00", "travel": "3000.00"},
    ),
    *_forecast(
        "WEB",
        LAST_CUTOFF,
        "to_complete",
        {"labour": "96000.00", "services": "112000.00", "travel": "1500.00"},
    ),
    *_forecast(
        "DWH",
        LAST_CUTOFF,
        "at_completion",
        {"labour": "188000.00", "hardware": "58200.00", "licences": "17500.00", "services": "34000.00"},
    ),
    *_forecast("OPS", LAST_CUTOFF, "to_complete", {"labour": "9000.00", "services": "18300.00"}),
    *_forecast("MIG", LAST_CUTOFF, "to_complete", {"services": "0.00", "licences": "0.00"}),
]
