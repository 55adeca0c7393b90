"""The budget position in plain Python: what `mart_budget_position` must hold, from the rows of the canonical tables.

Written from the definitions alone, with dicts, dates and Decimals, and row by row where the product adds sets: there
is no SQL here and nothing of the product is imported. It answers for sequences of refreshes and closes, too.

    rows of the inbox ── PlainFinance.refresh(rows, as_of) ──> position ── PlainFinance.close(period) ──> kept

A closed period as reported is what `refresh` gave when it was closed. Every later period as reported is what is known
now with each row in the period it is booked in; late items stand in the earliest open period, and by its end all of
them have arrived. Restated, every row stands in the period it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

VIEWS = ("as_reported", "restated")
BASES = ("booked", "budget")
CENT = Decimal("0.01")
ZERO = Decimal("0.00")
UNMAPPED = "unmapped"
MEASURES = (
    "baseline_original",
    "baseline_revised",
    "bac",
    "pre_committed",
    "committed_open",
    "committed_total",
    "consumed_posted",
    "consumed_accrued",
    "consumed",
    "ac",
    "consumed_capex",
    "consumed_opex",
    "etc",
    "eac",
    "to_commit",
    "available",
    "vac",
    "fx_effect",
    "invoiced",
    "paid",
    "to_pay",
    "over_invoiced_amount",
)
REASONS = (
    "baseline_null_reason",
    "consumed_null_reason",
    "commitment_null_reason",
    "etc_null_reason",
    "paid_null_reason",
)
NOTES = ("baseline_version_no", "forecast_cutoff_period", "etc_stale", "etc_below_committed")

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
"""The rows of each canonical table as it now stands in the inbox: amounts are Decimals, days are dates."""
Amount = Decimal | None
Figures = dict[str, Any]


class Key(NamedTuple):
    """One row of the position."""

    project: str
    category: str
    period: str
    view: str
    basis: str


class Period(NamedTuple):
    """A period of the fiscal calendar; both days belong to it."""

    label: str
    start_on: date
    end_on: date
    fiscal_year: str


@dataclass(frozen=True)
class Settings:
    """What pmo.yaml says."""

    currency: str = "EUR"
    labour_category: str | None = None
    fx_max_age_days: int = 45


@dataclass
class Line:
    """An amount that was consumed: a ledger line, or the hours of one person at one rate in one period."""

    category: str
    booked_in: int
    belongs_to: int
    amounts: dict[str, Amount]
    treatment: str | None
    is_posted: bool
    is_invoice: bool = False
    paid_in: int | None = None
    covered_from: int | None = None
    """Hours: the first period in which the ledger, or a vendor's document, stands for them."""


@dataclass
class OrderLine:
    """An order line and what happened to it; each document with its booked period and the one it belongs to."""

    row: Row
    ordered_in: int
    ended_in: int | None
    receipts: list[tuple[int, int, Decimal]] = field(default_factory=list)
    invoices: list[tuple[int, int, Decimal, bool, bool]] = field(default_factory=list)
    """Booked period, own period, signed amount, final, covers the hours of a contractor."""


@dataclass
class Project:
    """Everything that the inbox says of one project, resolved."""

    code: str
    lines: list[Line] = field(default_factory=list)
    orders: list[OrderLine] = field(default_factory=list)
    versions: list[Row] = field(default_factory=list)
    forecasts: list[Row] = field(default_factory=list)
    categories: set[str] = field(default_factory=set)
    first_seen: list[int] = field(default_factory=list)
    hours: list[Row] = field(default_factory=list)
    labour_postings: list[tuple[str | None, int, int]] = field(default_factory=list)
    """Person, period it is booked in, period it is charged to."""


def cents(value: Decimal) -> Decimal:
    """Rounded to the cent, half away from zero."""
    return value.quantize(CENT, ROUND_HALF_UP)


def times(value: Decimal, rate: Amount) -> Amount:
    """The reporting amount; unknown without a rate."""
    return None if rate is None else cents(value * rate)


def added(values: Iterable[Amount]) -> Amount:
    """The sum; unknown as soon as one of `values` is."""
    result = ZERO
    for value in values:
        if value is None:
            return None
        result += value
    return result


def less(value: Amount, other: Amount) -> Amount:
    return None if value is None or other is None else value - other


class Calendar:
    """Periods by number, from 0."""

    def __init__(self, periods: Sequence[Period]) -> None:
        self.periods = sorted(periods, key=lambda period: period.start_on)
        self._by_label = {period.label: number for number, period in enumerate(self.periods)}

    def number(self, label: str | None) -> int | None:
        return None if label is None else self._by_label.get(label)

    def at(self, day: date) -> int:
        return next(
            number for number, period in enumerate(self.periods) if period.start_on <= day <= period.end_on
        )

    def year_of(self, day: date) -> str:
        return self.periods[self.at(day)].fiscal_year


class Rates:
    """Exchange rates into the reporting currency; None where there is none."""

    def __init__(self, rows: Sequence[Row], calendar: Calendar, settings: Settings, as_of: date) -> None:
        self._calendar = calendar
        self._settings = settings
        self._as_of = as_of
        self._rows = [row for row in rows if row["to_currency"] == settings.currency]

    def _of(self, rate_type: str, currency: str) -> list[Row]:
        return [
            row for row in self._rows if row["rate_type"] == rate_type and row["from_currency"] == currency
        ]

    def budget(self, currency: str, fiscal_year: str) -> Amount:
        if currency == self._settings.currency:
            return Decimal(1)
        return next(
            (row["rate"] for row in self._of("budget", currency) if row.get("fiscal_year") == fiscal_year),
            None,
        )

    def average(self, currency: str, period: int) -> Amount:
        if currency == self._settings.currency:
            return Decimal(1)
        label = self._calendar.periods[period].label
        return next(
            (row["rate"] for row in self._of("average", currency) if row.get("period") == label), None
        )

    def of_record(self, currency: str, day: date, period: int) -> Amount:
        """Spot on the day, else the average of the period."""
        if currency == self._settings.currency:
            return Decimal(1)
        spot = (row["rate"] for row in self._of("spot", currency) if row.get("valid_on") == day)
        return next(spot, None) or self.average(currency, period)

    def closing(self, currency: str, period: int) -> Amount:
        """That of the period; else the newest closing or spot rate by its end that is not too old."""
        if currency == self._settings.currency:
            return Decimal(1)
        label, end = self._calendar.periods[period].label, self._calendar.periods[period].end_on
        cut_off = min(end, self._as_of)
        closing = self._of("closing", currency)
        for row in closing:
            if row.get("period") == label:
                return Decimal(row["rate"])
        older = []
        for preference, rows in enumerate((self._of("spot", currency), closing)):
            for row in rows:
                day = row.get("valid_on") or self._calendar.periods[self._number(row)].end_on
                if 0 <= (cut_off - day).days <= self._settings.fx_max_age_days:
                    older.append((day, preference, row["rate"]))
        return max(older)[2] if older else None

    def _number(self, row: Row) -> int:
        number = self._calendar.number(row["period"])
        assert number is not None, row
        return number


class PlainFinance:
    """The position after each refresh, and what closes keep of it."""

    def __init__(self, periods: Sequence[Period], settings: Settings | None = None) -> None:
        self.calendar = Calendar(periods)
        self.settings = settings or Settings()
        self.closed_through = -1
        self.position: dict[Key, Figures] = {}
        self._kept: dict[Key, Figures] = {}

    def close(self, label: str) -> None:
        """Keeps what is reported of the period and of every earlier one."""
        number = self.calendar.number(label)
        assert number is not None and number > self.closed_through, label
        self._kept = {
            key: figures
            for key, figures in self.position.items()
            if key.view == "as_reported" and self._number(key.period) <= number
        }
        self.closed_through = number

    def reopen(self, label: str) -> None:
        """Forgets what was kept of the period and of every later one."""
        number = self._number(label)
        self._kept = {key: kept for key, kept in self._kept.items() if self._number(key.period) < number}
        self.closed_through = number - 1

    def refresh(self, rows: Rows, as_of: date) -> dict[Key, Figures]:
        """The whole position from what the inbox holds now."""
        books = _Books(rows, self.calendar, self.settings, as_of)
        self.position = {}
        for project in books.projects.values():
            self._add(books, project)
        return self.position

    def _number(self, label: str) -> int:
        number = self.calendar.number(label)
        assert number is not None, label
        return number

    def _add(self, books: _Books, project: Project) -> None:
        kept = {key: figures for key, figures in self._kept.items() if key.project == project.code}
        seen = [*project.first_seen, *(self._number(key.period) for key in kept)]
        if not seen:
            return
        categories = project.categories | {key.category for key in kept}
        for category in categories:
            for number in range(min(seen), books.last + 1):
                for view in VIEWS:
                    both = {}
                    for basis in BASES:
                        key = Key(project.code, category, self.calendar.periods[number].label, view, basis)
                        both[basis] = self.position[key] = self._figures(books, project, key, number, kept)
                    effect = less(both["booked"]["consumed"], both["budget"]["consumed"])
                    for figures in both.values():
                        figures["fx_effect"] = effect

    def _figures(
        self, books: _Books, project: Project, key: Key, number: int, kept: Mapping[Key, Figures]
    ) -> Figures:
        if key.view == "restated" or number > self.closed_through:
            return self._measured(books, project, key, number, kept)
        if key in kept:
            return dict(kept[key])
        return _unknown_then([kept[other] for other in kept if (*other[2:],) == (*key[2:],)])

    def _measured(
        self, books: _Books, project: Project, key: Key, number: int, kept: Mapping[Key, Figures]
    ) -> Figures:
        figures = books.consumed(project, key, number)
        figures |= books.baseline(project, key.category, number)
        cutoff = books.cutoff(project, number)
        if cutoff is None:
            etc: Amount = None
            reason = "no_forecast"
        else:
            etc = self._etc(books, project, key, number, cutoff, figures["consumed"], kept)
            reason = "no_rate"
        figures["etc"] = etc
        figures["etc_null_reason"] = reason if etc is None else None
        figures["forecast_cutoff_period"] = None if cutoff is None else self.calendar.periods[cutoff].label
        figures["etc_stale"] = cutoff is not None and cutoff < number
        return _derived(figures)

    def _etc(
        self,
        books: _Books,
        project: Project,
        key: Key,
        number: int,
        cutoff: int,
        consumed: Amount,
        kept: Mapping[Key, Figures],
    ) -> Amount:
        lines = [
            row
            for row in project.forecasts
            if row["cutoff"] == cutoff and row["cost_category"] == key.category
        ]
        amounts = [books.forecast_amount(row, number, key.basis) for row in lines]
        etc = added(amounts)
        is_closed = key.view == "as_reported" and cutoff <= self.closed_through
        at_cutoff: Amount
        if is_closed:
            then = kept.get(key._replace(period=self.calendar.periods[cutoff].label))
            at_cutoff = ZERO if then is None else then["consumed_so_far_known"]
        else:
            at_cutoff = books.consumed(project, key, cutoff)["consumed"]
        if any(row["basis"] == "at_completion" for row in lines):
            etc = less(etc, at_cutoff)
        if number == cutoff:
            return etc
        since = less(consumed, at_cutoff)
        left = less(etc, since)
        return None if left is None else max(ZERO, left)


def _derived(figures: Figures) -> Figures:
    """The measures that follow from others; each is unknown where one of its parts is."""
    consumed, open_, etc = figures["consumed"], figures["committed_open"], figures["etc"]
    baseline = figures["baseline_revised"]
    total = added([consumed, open_])
    eac = added([consumed, etc])
    to_commit = less(etc, open_)
    return figures | {
        "bac": baseline,
        "ac": consumed,
        "committed_total": total,
        "available": less(baseline, total),
        "eac": eac,
        "to_commit": to_commit,
        "vac": less(baseline, eac),
        "to_pay": less(figures["invoiced"], figures["paid"]),
        "etc_below_committed": to_commit is not None and to_commit < 0,
    }


def _unknown_then(project_then: Sequence[Figures]) -> Figures:
    """A category that came up after the close: nothing of it was reported, and it had neither baseline nor forecast."""
    had_baseline = any(each["baseline_null_reason"] != "no_baseline" for each in project_then)
    had_forecast = any(each["etc_null_reason"] != "no_forecast" for each in project_then)
    was_paying = any(each["paid_null_reason"] != "not_supplied" for each in project_then)
    nothing = dict.fromkeys(
        (
            "consumed_posted",
            "consumed_accrued",
            "consumed",
            "consumed_so_far_known",
            "consumed_capex",
            "consumed_opex",
            "committed_open",
            "pre_committed",
            "over_invoiced_amount",
            "invoiced",
        ),
        ZERO,
    )
    baseline = ZERO if had_baseline else None
    return _derived(
        nothing
        | {
            "baseline_original": baseline,
            "baseline_revised": baseline,
            "baseline_version_no": None,
            "baseline_null_reason": None if had_baseline else "no_baseline",
            "consumed_null_reason": None,
            "commitment_null_reason": None,
            "etc": ZERO if had_forecast else None,
            "etc_null_reason": None if had_forecast else "no_forecast",
            "paid": ZERO if was_paying else None,
            "paid_null_reason": None if was_paying else "not_supplied",
            "forecast_cutoff_period": None,
            "etc_stale": False,
        }
    )


class _Books:
    """The rows of one moment, resolved to projects, periods and amounts."""

    def __init__(self, rows: Rows, calendar: Calendar, settings: Settings, as_of: date) -> None:
        self.calendar = calendar
        self.settings = settings
        self.as_of = as_of
        self.last = calendar.at(as_of)
        self.rates = Rates(rows.get("fx_rates", ()), calendar, settings, as_of)
        self._rows = rows
        self._categories = {row["cost_category"]: row for row in rows.get("cost_categories", ())}
        self._people = {row["person"]: row for row in rows.get("people", ())}
        self.projects = {row["project"]: Project(row["project"]) for row in rows["projects"]}
        self.projects[UNMAPPED] = Project(UNMAPPED)
        self._read_budgets()
        orders = self._read_orders()
        self._read_receipts(orders)
        self._read_invoices(orders)
        self._read_postings()
        self._read_hours()
        for project in self.projects.values():
            self._value_hours(project)

    def _project(self, row: Row) -> Project:
        return self.projects.get(row["project"], self.projects[UNMAPPED])

    def _until_today(self, table: str, day: str) -> Iterable[Row]:
        return (row for row in self._rows.get(table, ()) if row[day] <= self.as_of)

    def _cut_off(self, number: int) -> date:
        return min(self.calendar.periods[number].end_on, self.as_of)

    def _read_budgets(self) -> None:
        lines: dict[tuple[str, int], list[Row]] = {}
        for row in self._rows.get("budget_lines", ()):
            lines.setdefault((row["project"], row["version_no"]), []).append(row)
        for row in self._until_today("budget_versions", "approved_on"):
            project = self._project(row)
            of_version = lines.get((row["project"], row["version_no"]), [])
            project.versions.append({**row, "lines": of_version})
            project.categories |= {line["cost_category"] for line in of_version}
            project.first_seen.append(self.calendar.at(row["approved_on"]))
        for row in self._rows.get("forecast_lines", ()):
            cutoff = self.calendar.number(row["cutoff_period"])
            if cutoff is None or self.calendar.periods[cutoff].end_on > self.as_of:
                continue
            project = self._project(row)
            project.categories.add(row["cost_category"])
            project.first_seen.append(cutoff)
            if row["scenario"] in (None, "pm"):
                project.forecasts.append({**row, "cutoff": cutoff})

    def _read_orders(self) -> dict[tuple[str, str], OrderLine]:
        orders = {}
        for row in self._until_today("orders", "ordered_on"):
            has_ended = (
                row["status"] in ("closed", "cancelled")
                and row["closed_on"]
                and row["closed_on"] <= self.as_of
            )
            order = OrderLine(
                row,
                self.calendar.at(row["ordered_on"]),
                self.calendar.at(row["closed_on"]) if has_ended else None,
            )
            project = self._project(row)
            project.orders.append(order)
            project.categories.add(row["cost_category"])
            project.first_seen.append(order.ordered_in)
            orders[row["order_no"], row["line_no"]] = order
        return orders

    def _read_receipts(self, orders: Mapping[tuple[str, str], OrderLine]) -> None:
        for row in self._until_today("receipts", "received_on"):
            order = orders.get((row["order_no"], row["line_no"]))
            if order is None:
                continue
            period = self.calendar.at(row["received_on"])
            self._project(order.row).first_seen.append(period)
            if order.row["currency"] == row["currency"]:
                order.receipts.append((period, period, row["amount"]))

    def _placed(self, row: Row) -> tuple[int, int]:
        """The period of a ledger line's own date, and the one it is booked in."""
        own = self.calendar.at(row["posted_on"])
        stated = self.calendar.number(row["period"])
        return own, own if stated is None else stated

    def _amounts(self, row: Row, sign: int, booked_in: int) -> dict[str, Amount]:
        amount, currency, day = sign * row["amount"], row["currency"], row["posted_on"]
        booked = (
            cents(sign * row["functional_amount"])
            if row["functional_amount"] is not None
            else times(amount, self.rates.of_record(currency, day, booked_in))
        )
        budget = times(amount, self.rates.budget(currency, self.calendar.year_of(day)))
        return {"booked": booked, "budget": budget}

    def _treatment(self, row: Row) -> str | None:
        return row.get("capex_opex") or self._treatment_of(row["cost_category"])

    def _treatment_of(self, category: str) -> str | None:
        return self._categories.get(category, {}).get("capex_opex")

    def _read_invoices(self, orders: Mapping[tuple[str, str], OrderLine]) -> None:
        lines_of: dict[str, list[str]] = {}
        for order_no, line_no in orders:
            lines_of.setdefault(order_no, []).append(line_no)
        for row in self._until_today("invoices", "posted_on"):
            own, booked_in = self._placed(row)
            sign = -1 if row["type"] == "credit" else 1
            paid_on = row["paid_on"]
            line = Line(
                row["cost_category"],
                booked_in,
                own,
                self._amounts(row, sign, booked_in),
                self._treatment(row),
                is_posted=True,
                is_invoice=True,
                paid_in=self.calendar.at(paid_on) if paid_on and paid_on <= self.as_of else None,
            )
            self._add_line(self._project(row), line, own)
            line_no = row["order_line_no"]
            if line_no is None and len(lines_of.get(row["order_no"] or "", ())) == 1:
                line_no = lines_of[row["order_no"]][0]
            order = orders.get((row["order_no"], line_no))
            if order is not None and order.row["currency"] == row["currency"]:
                covers = row["type"] in (None, "invoice")
                order.invoices.append((booked_in, own, sign * row["amount"], row["final"] == "yes", covers))

    def _read_postings(self) -> None:
        for row in self._until_today("postings", "posted_on"):
            own, booked_in = self._placed(row)
            charged = self.calendar.number(row["charge_period"])
            belongs_to = booked_in if charged is None else charged
            line = Line(
                row["cost_category"],
                booked_in,
                belongs_to,
                self._amounts(row, 1, booked_in),
                self._treatment(row),
                is_posted=True,
            )
            project = self._project(row)
            self._add_line(project, line, own)
            if row["origin"] == "labour":
                project.labour_postings.append((row["person"], booked_in, belongs_to))

    @staticmethod
    def _add_line(project: Project, line: Line, own: int) -> None:
        project.lines.append(line)
        project.categories.add(line.category)
        project.first_seen += [own, line.booked_in, line.belongs_to]

    def _read_hours(self) -> None:
        for row in self._until_today("timesheet_entries", "work_date"):
            if row["status"] in ("approved", "unknown", None):
                self._project(row).hours.append(row)

    def _rate_card(self, row: Row) -> Row | None:
        """The newest by the day of work; of the person, else of the role."""
        role = row["role"] or self._people.get(row["person"], {}).get("role")
        for column, wanted in (("person", row["person"]), ("role", role)):
            cards = [
                card
                for card in self._rows.get("rate_cards", ())
                if card[column] is not None
                and card[column] == wanted
                and card["valid_from"] <= row["work_date"]
            ]
            if cards:
                return max(cards, key=lambda card: card["valid_from"])
        return None

    def _value_hours(self, project: Project) -> None:
        groups: dict[tuple[Any, ...], Decimal] = {}
        for row in project.hours:
            card = self._rate_card(row)
            rate = (card["rate"], card["currency"]) if card else (None, None)
            group = (row["person"], self.calendar.at(row["work_date"]), *rate)
            groups[group] = groups.get(group, Decimal(0)) + row["hours"]
        declared = set(project.categories)
        for (person, period, rate, currency), hours in groups.items():
            is_contractor = bool(self._people.get(person, {}).get("contractor") == "yes")
            category = self._labour_category(
                declared, "labour_external" if is_contractor else "labour_internal"
            )
            amounts: dict[str, Amount] = {"booked": None, "budget": None}
            if rate is not None:
                year = self.calendar.periods[period].fiscal_year
                amounts = {
                    "booked": times(hours * rate, self.rates.average(currency, period)),
                    "budget": times(hours * rate, self.rates.budget(currency, year)),
                }
            project.lines.append(
                Line(
                    category,
                    period,
                    period,
                    amounts,
                    self._treatment_of(category),
                    is_posted=False,
                    covered_from=self._covered_from(project, person, period, is_contractor=is_contractor),
                )
            )
            project.categories.add(category)
            project.first_seen.append(period)

    def _labour_category(self, declared: Iterable[str], nature: str) -> str:
        """The project's one category of that nature, else the configured one."""
        found = [name for name in declared if self._categories.get(name, {}).get("nature") == nature]
        return found[0] if len(found) == 1 else self.settings.labour_category or "unassigned_labour"

    def _covered_from(self, project: Project, person: str, period: int, *, is_contractor: bool) -> int | None:
        covering = [
            booked_in
            for named, booked_in, charged in project.labour_postings
            if charged == period and named in (person, None)
        ]
        if is_contractor:
            names = {person, self._people[person]["name"]}
            for order in project.orders:
                if order.row["vendor"] in names:
                    covering += [booked for booked, own, _ in order.receipts if own == period]
                    covering += [
                        booked for booked, own, _, _, covers in order.invoices if own == period and covers
                    ]
        return min(covering, default=None)

    def consumed(self, project: Project, key: Key, number: int) -> Figures:
        """What was consumed and ordered of a category by the end of a period, as it is known now."""
        counted = [
            line
            for line in project.lines
            if line.category == key.category and _counts(line, key.view, number)
        ]
        grni, open_, requested, above = self._order_amounts(project, key, number)
        treatment = self._treatment_of(key.category)

        def total(lines: Iterable[Line]) -> Amount:
            return added(line.amounts[key.basis] for line in lines)

        posted = total(line for line in counted if line.is_posted)
        labour = total(line for line in counted if not line.is_posted)
        accrued = added([labour, grni])
        is_known = posted is not None and labour is not None
        split = {}
        for wanted in ("capex", "opex"):
            known = [line.amounts[key.basis] or ZERO for line in counted if line.treatment == wanted]
            split[wanted] = added([*known, grni if treatment == wanted else ZERO]) if is_known else None
        consumed = added([posted, accrued])
        payments = [line for line in project.lines if line.paid_in is not None]
        paid = total(
            line
            for line in payments
            if line.category == key.category and line.paid_in is not None and line.paid_in <= number
        )
        reported = [line.amounts[key.basis] for line in counted]
        return {
            "consumed_posted": posted,
            "consumed_accrued": accrued,
            "consumed": consumed,
            "consumed_so_far_known": added([*(each for each in reported if each is not None), grni]),
            "consumed_capex": split["capex"],
            "consumed_opex": split["opex"],
            "consumed_null_reason": "no_rate" if consumed is None else None,
            "committed_open": open_,
            "pre_committed": requested,
            "commitment_null_reason": "no_rate" if open_ is None or requested is None else None,
            "over_invoiced_amount": above,
            "invoiced": None if posted is None else total(line for line in counted if line.is_invoice),
            "paid": paid if payments else None,
            "paid_null_reason": "not_supplied" if not payments else "no_rate" if paid is None else None,
        }

    def _order_amounts(
        self, project: Project, key: Key, number: int
    ) -> tuple[Amount, Amount, Amount, Amount]:
        """Received and not invoiced, open, requested, invoiced above the order."""
        found: list[list[Amount]] = [[], [], [], []]
        for order in project.orders:
            row = order.row
            if row["cost_category"] != key.category:
                continue
            if key.basis == "booked":
                rate = self.rates.closing(row["currency"], number)
            else:
                rate = self.rates.budget(row["currency"], self.calendar.year_of(row["ordered_on"]))
            for index, amount in enumerate(_order_state(order, key.view, number)):
                found[index].append(ZERO if amount == 0 else times(amount, rate))
        return added(found[0]), added(found[1]), added(found[2]), added(found[3])

    def baseline(self, project: Project, category: str, number: int) -> Figures:
        """The first approved version, and the highest of those approved by then."""
        approved = [row for row in project.versions if row["approved_on"] <= self._cut_off(number)]
        if not approved:
            return {
                "baseline_original": None,
                "baseline_revised": None,
                "baseline_version_no": None,
                "baseline_null_reason": "no_baseline",
            }
        original = min(approved, key=lambda row: (row["approved_on"], row["version_no"]))
        revised = max(approved, key=lambda row: row["version_no"])
        amounts = []
        for version in (original, revised):
            lines = [line for line in version["lines"] if line["cost_category"] == category]
            amounts.append(added(self._budget_amount(line) for line in lines))
        return {
            "baseline_original": amounts[0],
            "baseline_revised": amounts[1],
            "baseline_version_no": revised["version_no"],
            "baseline_null_reason": "no_rate" if amounts[1] is None else None,
        }

    def _budget_amount(self, row: Row) -> Amount:
        period = self.calendar.number(row["period"])
        assert period is not None, row
        return times(
            row["amount"], self.rates.budget(row["currency"], self.calendar.periods[period].fiscal_year)
        )

    def cutoff(self, project: Project, number: int) -> int | None:
        """The newest cutoff of a project manager's forecast by then."""
        return max((row["cutoff"] for row in project.forecasts if row["cutoff"] <= number), default=None)

    def forecast_amount(self, row: Row, number: int, basis: str) -> Amount:
        """A forecast line at the closing rate of the period, or at the budget rate of its own year."""
        if basis == "budget":
            return self._budget_amount(row)
        return times(row["amount"], self.rates.closing(row["currency"], number))


def _counts(line: Line, view: str, number: int) -> bool:
    """Hours accrue while nothing stands for them by then; restated, while nothing ever does."""
    if (line.booked_in if view == "as_reported" else line.belongs_to) > number:
        return False
    if line.is_posted or line.covered_from is None:
        return True
    return view == "as_reported" and line.covered_from > number


def _order_state(order: OrderLine, view: str, number: int) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Received and not invoiced, open, requested, invoiced above the order; in the order's currency."""
    which = 0 if view == "as_reported" else 1
    status = order.row["status"]
    ordered = order.row["amount"] if order.ordered_in <= number else ZERO
    received = sum((receipt[2] for receipt in order.receipts if receipt[which] <= number), Decimal(0))
    counted = [invoice for invoice in order.invoices if invoice[which] <= number]
    invoiced = sum((invoice[2] for invoice in counted), Decimal(0))
    is_final = any(invoice[3] for invoice in counted)
    has_ended = order.ended_in is not None and order.ended_in <= number
    is_requested = status == "requisition"
    has_no_accrual = is_final or (has_ended and status == "cancelled")
    has_nothing_open = is_requested or has_ended or is_final
    return (
        ZERO if has_no_accrual else max(ZERO, received - invoiced),
        ZERO if has_nothing_open else max(ZERO, ordered - max(invoiced, received)),
        ordered if is_requested else ZERO,
        ZERO if is_requested else max(ZERO, invoiced - ordered),
    )
