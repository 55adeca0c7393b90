"""Alder & Finch, the made-up company of the demo: its projects, people, rates and calendar.

Here: what the other modules of the demo agree on. Nothing is random and nothing is read from a clock, so that every
machine writes the same files, byte for byte. Nobody and nothing in it is real.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

ORGANISATION = "Alder & Finch"
AS_OF = date(2026, 6, 30)
FIRST_DAY = date(2026, 1, 1)
MONTHS = tuple(f"2026-{month:02}" for month in range(1, 7))
HOLIDAYS = frozenset(
    date(2026, month, day) for month, day in ((1, 1), (1, 2), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25))
)
JIRA_SITE = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project, and the account under which the ledger keeps it."""

    code: str
    name: str
    ledger_account: str
    programme: str
    sponsor: str
    manager: str
    methodology: str
    finish_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who books hours.

    `first_plan` and `second_plan` say on which project a person works from Monday to Friday, until the end of March
    and after it: P, W and D by the project's first letter, O for a day on OPS, which is logged in Jira only.
    """

    code: str
    name: str
    role: str
    team: str
    first_plan: str
    second_plan: str


PROJECTS = (
    Project(
        code="PAY",
        name="Payments platform",
        ledger_account="4100",
        programme="Checkout",
        sponsor="Finance",
        manager="alice",
        methodology="scrum",
        finish_on=date(2026, 12, 18),
    ),
    Project(
        code="WEB",
        name="Customer portal",
        ledger_account="4200",
        programme="Checkout",
        sponsor="Sales",
        manager="chloe",
        methodology="scrum",
        finish_on=date(2026, 9, 30),
    ),
    Project(
        code="DWH",
        name="Data warehouse",
        ledger_account="4300",
        programme="Insight",
        sponsor="Finance",
        manager="elena",
        methodology="stage gate",
        finish_on=date(2026, 11, 27),
    ),
    Project(
        code="OPS",
        name="Operations",
        ledger_account="4400",
        programme="Run",
        sponsor="Facilities",
        manager="greta",
        methodology="kanban",
        finish_on=date(2026, 12, 31),
    ),
    Project(
        code="MIG",
        name="Mail migration",
        ledger_account="4500",
        programme="Run",
        sponsor="Facilities",
        manager="hugo",
        methodology="stage gate",
        finish_on=date(2026, 4, 30),
    ),
)

PEOPLE = (
    Person(
        code="alice",
        name="Alice Marchetti",
        role="architect",
        team="Harbour",
        first_plan="PPPPD",
        second_plan="PPPWW",
    ),
    Person(
        code="bruno",
        name="Bruno Okafor",
        role="developer",
        team="Harbour",
        first_plan="PPPPP",
        second_plan="PPPPP",
    ),
    Person(
        code="chloe",
        name="Chloé Lindqvist",
        role="developer",
        team="Harbour",
        first_plan="PPPPP",
        second_plan="PPWWW",
    ),
    Person(
        code="dmitri",
        name="Dmitri Valkov",
        role="developer",
        team="Meadow",
        first_plan="WWWWW",
        second_plan="WWWWW",
    ),
    Person(
        code="elena",
        name="Elena Sarkis",
        role="analyst",
        team="Meadow",
        first_plan="DDDWW",
        second_plan="DDDWW",
    ),
    Person(
        code="farid",
        name="Farid Benhaddou",
        role="developer",
        team="Meadow",
        first_plan="WWWDO",
        second_plan="WWWWO",
    ),
    Person(
        code="greta",
        name="Greta Nyström",
        role="manager",
        team="Office",
        first_plan="PPWWW",
        second_plan="PPWWW",
    ),
    Person(
        code="hugo",
        name="Hugo Castellane",
        role="developer",
        team="Office",
        first_plan="DDDDO",
        second_plan="DDDDO",
    ),
)

RATES = {
    "architect": (Decimal("98.00"), Decimal("101.00")),
    "developer": (Decimal("78.50"), Decimal("81.00")),
    "analyst": (Decimal("84.00"), Decimal("86.50")),
    "manager": (Decimal("92.00"), Decimal("94.75")),
}
"""Euro per hour by role: from January and, after the yearly review, from April."""
NEW_RATES_FROM = date(2026, 4, 1)
ELENA_RATE = Decimal("88.00")
"""Elena has a rate of her own from March, which comes before that of her role."""
ELENA_RATE_FROM = date(2026, 3, 1)


def working_days(first: date = FIRST_DAY, last: date = AS_OF) -> Iterator[date]:
    """Every working day from `first` to `last`, both included."""
    day = first
    while day <= last:
        if day.weekday() < 5 and day not in HOLIDAYS:
            yield day
        day += timedelta(days=1)


def month_end(period: str) -> date:
    """The last day of a period such as `2026-03`."""
    year, month = map(int, period.split("-"))
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def rate_of(person: Person, day: date) -> Decimal:
    """What an hour of `person` costs on `day`, in euro."""
    if person.code == "elena" and day >= ELENA_RATE_FROM:
        return ELENA_RATE
    before, after = RATES[person.role]
    return after if day >= NEW_RATES_FROM else before
