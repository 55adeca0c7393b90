"""Random projects as rows of the canonical tables, and what becomes of them from one delivery to the next.

A world is made from a seed and is the same for the same seed. It holds orders with receipts, invoices, credit notes and
down payments, postings, hours, budgets and forecasts in several currencies, some of which lack a rate; then it grows,
and rows that were delivered are corrected. Here: rows only; what follows from them is `plain_finance`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.end_to_end.homes import PmoHome
from tests.end_to_end.plain_finance import Period

Values = dict[str, Any]

FILES = {
    "projects": "inbox/register/projects.csv",
    "cost_categories": "reference/cost_categories.csv",
    "people": "reference/people.csv",
    "rate_cards": "reference/rate_cards.csv",
    "fx_rates": "reference/fx_rates.csv",
    "budget_versions": "inbox/budgets/budget_versions.csv",
    "budget_lines": "inbox/budgets/budget_lines.csv",
    "forecast_lines": "inbox/budgets/forecast_lines.csv",
    "orders": "inbox/ledger/orders.csv",
    "receipts": "inbox/ledger/receipts.csv",
    "invoices": "inbox/ledger/invoices.csv",
    "postings": "inbox/ledger/postings.csv",
    "timesheet_entries": "inbox/timesheets/timesheet_entries.csv",
}
CATEGORIES = ("services", "licences", "hardware", "travel", "misc", "contractors", "labour")
CURRENCIES = ("EUR",) * 12 + ("USD",) * 4 + ("GBP",) * 3 + ("CHF", "SEK")
"""USD has every rate; GBP closing rates only now and then; CHF no budget rate of 2025; SEK no averages."""
UNREGISTERED = "GHOST"
CONTRACTORS = {"con1": "Con One Ltd", "con2": "Con Two Ltd"}
STAFF = ("ann", "bob", "cyd", "dan", "zed")
"""`zed` is in no register of people, and `dan` has no rate at first."""
FIRST_DAY = date(2024, 10, 1)


class RandomWorld:
    """The rows that stand in the inbox, by table; `rows` is what `plain_finance` takes."""

    def __init__(self, seed: int, projects: int, periods: Sequence[Period]) -> None:
        self._random = Random(seed)
        self._periods = list(periods)
        self._count = 0
        self.rows: dict[str, list[Values]] = {table: [] for table in FILES}
        self._add_reference()
        for number in range(1, projects + 1):
            self._register(f"P{number:03}")

    def write(self, home: PmoHome) -> None:
        """Delivers all rows, each table in its file."""
        for table, path in FILES.items():
            home.write(path, self.rows[table])

    def grow(self, since: date, until: date, share: float = 1.0) -> None:
        """New rows of so many of the projects, dated within the two days."""
        for project in self._some(self._codes(), share):
            self._grow_project(project, since, until)
        for _ in range(3):
            self._add_posting(UNREGISTERED, since, until)
            self._add_entry(UNREGISTERED, since, until)

    def correct(self, until: date, share: float) -> None:
        """Changes so many of the rows that stand: amounts, projects, categories, hours, rates, the ends of orders."""
        some, random = self._some, self._random
        for row in some(self.rows["postings"], share):
            row["amount"] = self._amount()
            row["functional_amount"] = self._functional(row)
            if random.random() < 0.2:
                row["project"] = random.choice(self._codes())
            if random.random() < 0.2:
                row["cost_category"] = random.choice(CATEGORIES)
            if random.random() < 0.2:
                row["capex_opex"] = random.choice(["capex", "opex"])
        for row in some(self.rows["invoices"], share):
            row["amount"] = self._amount()
            row["functional_amount"] = self._functional(row)
            row["final"] = random.choice([None, None, "yes"])
        for row in some(self.rows["receipts"], share):
            row["amount"] = self._amount()
        for row in some(self.rows["orders"], 2 * share):
            row["amount"] = self._amount(20_000)
            if random.random() < 0.5:
                self._end_order(row, until)
        self._correct_hours(share)
        self._correct_reference(share)

    def register_the_unregistered(self) -> None:
        """The code that was on the worklist becomes a project."""
        self._register(UNREGISTERED)

    def _codes(self) -> list[str]:
        return [row["project"] for row in self.rows["projects"]]

    def _register(self, code: str) -> None:
        self.rows["projects"].append({"project": code, "name": f"Project {code}"})

    def _some(self, rows: Sequence[Any], share: float) -> list[Any]:
        return [row for row in rows if self._random.random() < share]

    def _next(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}-{self._count:06}"

    def _day(self, since: date, until: date) -> date:
        return since + timedelta(days=self._random.randint(0, max(0, (until - since).days)))

    def _amount(self, most: int = 8_000) -> Decimal:
        """Mostly whole cents; sometimes finer, so that rounding shows."""
        finest = self._random.choice([100, 100, 100, 1000, 10_000])
        return Decimal(self._random.randint(finest, most * finest)) / finest

    def _label(self, day: date, later: int = 0) -> str:
        for index, period in enumerate(self._periods):
            if period.start_on <= day <= period.end_on:
                return self._periods[max(0, min(index + later, len(self._periods) - 1))].label
        raise ValueError(day)

    def _functional(self, row: Values) -> Decimal | None:
        """The ledger's own amount of a foreign row; it may leave it to us."""
        if row["currency"] == "EUR" or self._random.random() < 0.5:
            return None
        return (row["amount"] * Decimal("0.937")).quantize(Decimal("0.01"))

    # Reference

    def _add_reference(self) -> None:
        treatments = {"licences": "capex", "hardware": "capex", "contractors": "capex", "misc": None}
        natures = {
            "labour": "labour_internal",
            "night_shift": "labour_internal",
            "contractors": "labour_external",
        }
        for category in (*CATEGORIES, "night_shift"):
            self.rows["cost_categories"].append(
                {
                    "cost_category": category,
                    "nature": natures.get(category, "other"),
                    "capex_opex": treatments.get(category, "opex"),
                }
            )
        for person in STAFF[:-1]:
            role = "lead" if person == "cyd" else "developer"
            self.rows["people"].append(
                {"person": person, "name": person.title(), "role": role, "contractor": "no"}
            )
        for person, name in CONTRACTORS.items():
            self.rows["people"].append({"person": person, "name": name, "role": None, "contractor": "yes"})
        for person, role, rate, currency, valid_from in (
            ("ann", None, "80.00", "EUR", FIRST_DAY),
            ("ann", None, "84.35", "EUR", date(2025, 1, 16)),
            ("zed", None, "61.1125", "EUR", FIRST_DAY),
            ("con1", None, "95.50", "GBP", FIRST_DAY),
            ("con2", None, "70.00", "SEK", FIRST_DAY),
            (None, "lead", "110.00", "USD", FIRST_DAY),
            ("cyd", None, "101.01", "EUR", date(2025, 2, 1)),
            (None, "tester", "55.55", "EUR", FIRST_DAY),
            (None, "developer", "66.6667", "EUR", date(2024, 11, 15)),
        ):
            self._add_rate_card(person, role, rate, currency, valid_from)
        for currency, rate in (("USD", "0.91"), ("GBP", "1.18"), ("CHF", "1.05"), ("SEK", "0.0875")):
            self._add_rates(currency, Decimal(rate))

    def _add_rate_card(
        self, person: str | None, role: str | None, rate: str, currency: str, valid_from: date
    ) -> None:
        self.rows["rate_cards"].append(
            {
                "person": person,
                "role": role,
                "rate": Decimal(rate),
                "currency": currency,
                "valid_from": valid_from,
            }
        )

    def _add_rates(self, currency: str, near: Decimal) -> None:
        def moved() -> Decimal:
            return (near * Decimal(self._random.randint(950, 1050)) / 1000).quantize(Decimal("0.0001"))

        for year in ("2024", "2025"):
            if (currency, year) != ("CHF", "2025"):
                self._add_rate("budget", currency, moved(), fiscal_year=year)
        for index, period in enumerate(self._periods):
            if currency == "USD" or (currency == "GBP" and index % 3 == 1):
                self._add_rate("closing", currency, moved(), period=period.label)
            if currency != "SEK":
                self._add_rate("average", currency, moved(), period=period.label)
            if currency != "USD" or index % 2:
                for day in (period.start_on + timedelta(days=4), period.start_on + timedelta(days=16)):
                    if currency != "SEK" or index % 4 == 0:
                        self._add_rate("spot", currency, moved(), valid_on=day)

    def _add_rate(
        self,
        rate_type: str,
        currency: str,
        rate: Decimal,
        *,
        period: str | None = None,
        valid_on: date | None = None,
        fiscal_year: str | None = None,
    ) -> None:
        self.rows["fx_rates"].append(
            {
                "rate_type": rate_type,
                "from_currency": currency,
                "to_currency": "EUR",
                "rate": rate,
                "valid_on": valid_on,
                "period": period,
                "fiscal_year": fiscal_year,
            }
        )

    def _correct_reference(self, share: float) -> None:
        """Some rates change, one that was missing arrives, a person gets a rate, a category its treatment."""
        for row in self._some(self.rows["fx_rates"], share):
            row["rate"] += Decimal("0.0100")
        has_rate = any(
            row["from_currency"] == "CHF" and row["fiscal_year"] == "2025" for row in self.rows["fx_rates"]
        )
        if not has_rate:
            self._add_rate("budget", "CHF", Decimal("1.0400"), fiscal_year="2025")
            self._add_rate_card("bob", None, "77.77", "EUR", date(2025, 1, 10))
            for row in self.rows["cost_categories"]:
                row["capex_opex"] = row["capex_opex"] or "opex"

    # A project

    def _grow_project(self, project: str, since: date, until: date) -> None:
        random = self._random
        has_versions = any(row["project"] == project for row in self.rows["budget_versions"])
        for _ in range(random.choice([0, 1, 1, 2] if has_versions else [0, 1, 1, 1, 1, 2, 3])):
            self._add_version(project, since, until)
        for _ in range(random.choice([0, 0, 1, 2])):
            self._add_forecast(project, since, until)
        for _ in range(random.choice([0, 1, 2, 3])):
            self._add_order(project, since, until)
        orders = [row for row in self.rows["orders"] if row["project"] == project]
        adds: list[tuple[Callable[..., None], int]] = [(self._add_receipt, 2), (self._add_invoice, 3)]
        for order in orders:
            for add, most in adds:
                for _ in range(random.randint(0, most)):
                    add(project, since, until, order)
        for _ in range(random.randint(0, 2)):
            self._add_invoice(project, since, until, None)
        for _ in range(random.randint(0, 6)):
            self._add_posting(project, since, until)
        if random.random() < 0.3:
            self._add_reclassification(project, since, until)
        if random.random() < 0.7:
            for _ in range(random.randint(1, 15)):
                self._add_entry(project, since, until)

    def _add_version(self, project: str, since: date, until: date) -> None:
        random = self._random
        numbers = [row["version_no"] for row in self.rows["budget_versions"] if row["project"] == project]
        number = max(numbers, default=0) + 1
        self.rows["budget_versions"].append(
            {
                "project": project,
                "version_no": number,
                "version_type": "revised" if numbers else "original",
                "approved_on": self._day(since, until),
                "management_reserve": self._amount(),
            }
        )
        for _ in range(random.randint(0, 6)):
            self.rows["budget_lines"].append(
                {
                    "project": project,
                    "version_no": number,
                    "cost_category": random.choice((*CATEGORIES, "night_shift")),
                    "period": random.choice(self._periods).label,
                    "amount": self._amount(30_000),
                    "currency": random.choice(CURRENCIES),
                    "wbs": self._next("W"),
                }
            )

    def _add_forecast(self, project: str, since: date, until: date) -> None:
        random = self._random
        cutoff = self._label(self._day(since, until))
        scenario = random.choice(["pm", "pm", "pm", "pm", "finance", None])
        for _ in range(random.randint(1, 5)):
            self.rows["forecast_lines"].append(
                {
                    "project": project,
                    "cutoff_period": cutoff,
                    "cost_category": random.choice(CATEGORIES),
                    "period": random.choice(self._periods).label,
                    "amount": self._amount(20_000),
                    "currency": random.choice(CURRENCIES),
                    "basis": random.choice(["to_complete", "to_complete", "at_completion"]),
                    "scenario": scenario,
                    "wbs": self._next("W"),
                }
            )

    def _add_order(self, project: str, since: date, until: date) -> None:
        random = self._random
        order_no = self._next("PO")
        category = random.choice(CATEGORIES[:-1])
        vendor = random.choice(
            ["Acme", *CONTRACTORS, *CONTRACTORS.values()] if category == "contractors" else ["Acme"]
        )
        for line in range(1, random.choice([2, 2, 2, 3])):
            row = {
                "order_no": order_no,
                "line_no": str(line),
                "project": project,
                "cost_category": category,
                "ordered_on": self._day(since, until),
                "amount": self._amount(20_000),
                "currency": random.choice(CURRENCIES),
                "vendor": vendor,
                "status": random.choice(["open", "open", "open", None, "requisition"]),
                "closed_on": None,
            }
            if random.random() < 0.25:
                self._end_order(row, until)
            self.rows["orders"].append(row)

    def _end_order(self, row: Values, until: date) -> None:
        """Closed, cancelled, or open after all; the day may be missing."""
        row["status"] = self._random.choice(["closed", "cancelled", "open"])
        dated = row["status"] != "open" and self._random.random() < 0.75
        row["closed_on"] = self._day(row["ordered_on"], max(until, row["ordered_on"])) if dated else None

    def _add_receipt(self, project: str, since: date, until: date, order: Values) -> None:
        random = self._random
        sign = -1 if random.random() < 0.04 else 1
        self.rows["receipts"].append(
            {
                "receipt_no": self._next("GR"),
                "order_no": order["order_no"] if random.random() > 0.04 else "PO-NONE",
                "line_no": order["line_no"],
                "received_on": self._day(max(since, order["ordered_on"]), until),
                "amount": sign * self._amount(),
                "currency": order["currency"] if random.random() > 0.05 else "NOK",
            }
        )

    def _add_invoice(self, project: str, since: date, until: date, order: Values | None) -> None:
        random = self._random
        day = self._day(max(since, order["ordered_on"]) if order else since, until)
        type_ = random.choice(["invoice", "invoice", "invoice", None, "credit", "down_payment"])
        row: Values = {
            "invoice_no": self._next("INV"),
            "line_no": "1",
            "project": project if random.random() > 0.04 else random.choice(self._codes()),
            "cost_category": order["cost_category"] if order else random.choice(CATEGORIES[:-1]),
            "posted_on": day,
            "amount": self._amount(),
            "currency": order["currency"] if order and random.random() > 0.06 else random.choice(CURRENCIES),
            "order_no": order["order_no"] if order else random.choice([None, None, "PO-NONE"]),
            "order_line_no": order["line_no"] if order and random.random() > 0.2 else None,
            "period": self._label(day, random.choice([1, 1, -1])) if random.random() < 0.12 else None,
            "type": type_,
            "final": "yes" if type_ == "invoice" and random.random() < 0.1 else None,
            "capex_opex": random.choice([None, None, None, None, "capex", "opex"]),
            "paid_on": day + timedelta(days=20)
            if project.endswith(("1", "4", "7")) and random.random() < 0.6
            else None,
        }
        row["functional_amount"] = self._functional(row)
        self.rows["invoices"].append(row)

    def _add_posting(self, project: str, since: date, until: date) -> None:
        random = self._random
        day = self._day(since, until)
        origin = random.choice(["labour", "labour", "expense", "stock", "journal"])
        row: Values = {
            "posting_id": self._next("L"),
            "project": project,
            "cost_category": "labour" if origin == "labour" else random.choice(CATEGORIES),
            "posted_on": day,
            "amount": self._amount() * random.choice([1, 1, 1, 1, -1]),
            "currency": "EUR" if origin == "labour" else random.choice(CURRENCIES),
            "origin": origin,
            "period": self._label(day, random.choice([1, -1])) if random.random() < 0.08 else None,
            "charge_period": self._label(day, random.choice([-1, -1, 0, -2]))
            if random.random() < 0.5
            else None,
            "person": random.choice([*STAFF, None]) if origin == "labour" else None,
            "capex_opex": random.choice([None, None, None, None, "capex", "opex"]),
        }
        row["functional_amount"] = self._functional(row)
        self.rows["postings"].append(row)

    def _add_reclassification(self, project: str, since: date, until: date) -> None:
        random = self._random
        day, amount, category = self._day(since, until), self._amount(), random.choice(CATEGORIES)
        for sign, treatment in ((-1, "opex"), (1, "capex")):
            self.rows["postings"].append(
                {
                    "posting_id": self._next("R"),
                    "project": project,
                    "cost_category": category,
                    "posted_on": day,
                    "amount": sign * amount,
                    "currency": "EUR",
                    "origin": "reclass",
                    "period": None,
                    "charge_period": self._label(day, -1),
                    "person": None,
                    "capex_opex": treatment,
                    "functional_amount": None,
                }
            )

    def _add_entry(self, project: str, since: date, until: date) -> None:
        random = self._random
        self.rows["timesheet_entries"].append(
            {
                "person": random.choice([*STAFF, *CONTRACTORS]),
                "project": project,
                "work_date": self._day(since, until),
                "hours": Decimal(random.randint(1, 32)) / 4,
                "status": random.choice(["approved"] * 6 + ["unknown", None, "submitted", "rejected"]),
                "role": random.choice([None] * 6 + ["tester"]),
                "comment": self._next("T"),
            }
        )

    def _correct_hours(self, share: float) -> None:
        entries = self.rows["timesheet_entries"]
        for row in self._some(entries, share):
            row["hours"] += Decimal("0.25")
            row["status"] = self._random.choice(["approved", "rejected"])
        gone = {id(row) for row in self._some(entries, share / 4)}
        entries[:] = [row for row in entries if id(row) not in gone]
