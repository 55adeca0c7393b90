"""The rows under a figure, read from the release, and from the warehouse of the same release what the release lacks.

The release has every ledger line, valued hour, order line, budget line and forecast line with its place. Beside it are
read: when a batch was received (the run's list of batches), which invoices were paid and the closing rates by which a
forecast in a foreign currency is valued (the warehouse).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pipelines.publishing.duckdb_sql import literal, rows_of
from pipelines.settings import Home

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CENT = Decimal("0.01")
_AMOUNT = {"booked": "amount_fn", "budget": "amount_budget_rate"}
_INVOICES = "cost_origin in ('supplier_invoice', 'credit_note', 'down_payment')"
_WHICH = {
    "consumed": "true",
    "consumed_posted": "consumed_part = 'posted'",
    "consumed_accrued": "consumed_part = 'accrued'",
    "consumed_capex": "capex_opex = 'capex'",
    "consumed_opex": "capex_opex = 'opex'",
    "invoiced": _INVOICES,
    "fx_effect": "amount_fn is distinct from amount_budget_rate",
}
"""Which rows of fct_actual_txn are under which part."""
_KINDS = {
    "supplier_invoice": "invoice",
    "credit_note": "credit note",
    "down_payment": "down payment",
    "grni": "goods received",
    "grni_timing": "goods received",
}
_SNAPSHOT = {
    "committed_open": ("order line", '"open"', "open"),
    "pre_committed": ("requisition line", "pre_committed", "pre_committed"),
    "over_invoiced_amount": ("order line", "over_invoiced", "over_invoiced"),
}
"""Of a part that order lines are under: what a leaf is, its column in the order's currency, the stem of the others."""


class TraceError(Exception):
    """A figure can't be traced; the message says what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an order line; `amount` in the order's currency."""

    event: str
    document: str | None
    on: date | None
    amount: Decimal
    currency: str | None
    path: str | None
    sheet: str | None
    place: str | None
    batch: str | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One row under a figure. `amount` is what it adds to it, in the currency of the figure; None without a rate.

    `own_amount` is the row in its own currency with the sign that it has there; `rate` is what makes the one of the
    other. `events` of an order line explain its amount and are not added.
    """

    key: str
    kind: str
    amount: Decimal | None
    document: str | None = None
    cost_category: str | None = None
    dated_on: date | None = None
    period: str | None = None
    charge_period: str | None = None
    after_close: str | None = None
    own_amount: Decimal | None = None
    own_currency: str | None = None
    rate: Decimal | None = None
    hours: Decimal | None = None
    path: str | None = None
    sheet: str | None = None
    place: str | None = None
    batch: str | None = None
    received_at: datetime | None = None
    events: tuple[Event, ...] = ()

    def times(self, sign: int) -> Leaf:
        """The leaf as it counts in the figure."""
        return self if sign == 1 or self.amount is None else replace(self, amount=sign * self.amount)

    def less(self, before: Leaf) -> Leaf:
        """The leaf with what it has become since `before`."""
        assert self.amount is not None and before.amount is not None
        own = None
        if self.own_amount is not None and before.own_amount is not None:
            own = self.own_amount - before.own_amount
        return replace(self, amount=self.amount - before.amount, own_amount=own, rate=None)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows: `period` with its last day, and, where `after` is set, nothing of a period that ended by then."""

    project: str
    categories: tuple[str, ...]
    view: str
    basis: str
    period: str
    end_on: date
    after: date | None = None

    @property
    def period_column(self) -> str:
        """What the view groups by."""
        return "period" if self.view == "as_reported" else "charge_period"


class _HasLeaves(Protocol):
    @property
    def leaves(self) -> tuple[Leaf, ...]: ...


Holder = TypeVar("Holder", bound=_HasLeaves)


class Rows:
    """Filtered reads of one release; every query names the project (or the orders) it is about."""

    def __init__(self, home: Home) -> None:
        """Opens the release read-only. Raises TraceError where there is none."""
        import duckdb

        self._home = home
        self._read: dict[str, None] = {}
        self._has_warehouse = False
        self._received: dict[str, datetime] | None = None
        published = home.published_file
        if not published.is_file():
            raise TraceError(f"Nothing is published in {home.published} yet: run `pmo refresh`.")
        self._connection: DuckDBPyConnection = duckdb.connect()
        self._connection.execute(f"attach {literal(published)} as release (read_only)")
        (self.release,) = self._query("select release_id, as_of from release.marts.release_info")

    def close(self) -> None:
        """Lets go of the files."""
        self._connection.close()

    def start(self) -> None:
        """Forgets what was read for the question before."""
        self._read = {}

    @property
    def read(self) -> tuple[str, ...]:
        """The tables that the answer comes from, in the order in which they were asked."""
        return tuple(self._read)

    def closes(self) -> list[dict[str, Any]]:
        """The closes that still hold something, oldest first."""
        return self._query(
            "select period, release_id, recorded_at, valid_through_on from release.marts.fct_period_close "
            "where action = 'close' and valid_through_on is not null order by recorded_at"
        )

    def projects(self) -> list[str]:
        """Every project that has a position."""
        rows = self._query("select distinct project_code from release.marts.mart_budget_position")
        return [row["project_code"] for row in rows]

    def position(self, project: str, view: str, basis: str) -> list[dict[str, Any]]:
        """The position of a project at the end of each period, oldest first."""
        return self._of(
            "release",
            "mart_budget_position",
            'select * from {table} where project_code = ? and "view" = ? and fx_basis = ? '
            "order by period_end_on, cost_category",
            [project, view, basis],
        )

    def movement(self, project: str, view: str, basis: str, period: str) -> list[dict[str, Any]]:
        """The movement of a project within a period."""
        return self._of(
            "release",
            "mart_budget_movement",
            'select * from {table} where project_code = ? and "view" = ? and fx_basis = ? and period = ?',
            [project, view, basis, period],
        )

    def transactions(self, scope: Scope, part: str) -> list[Leaf]:
        """What was consumed: ledger lines, valued hours, goods received, and what takes them back."""
        periods, amount = self._periods(scope), _AMOUNT[scope.basis]
        if part == "fx_effect":
            amount = "amount_fn - amount_budget_rate"
        rows = self._of(
            "release",
            "fct_actual_txn",
            f"select *, {amount} as amount from {{table}} where project_code = ? and counts_in_consumed "
            f"and {_WHICH[part]} and cost_category in (select unnest(?)) "
            f"and {scope.period_column} in (select unnest(?))",
            [scope.project, list(scope.categories), periods],
        )
        leaves = [_transaction(row, part) for row in rows]
        orders = [leaf.document for leaf in leaves if leaf.kind == "goods received" and leaf.document]
        events = self._events(orders, scope)
        return [
            replace(leaf, events=tuple(events[leaf.document or ""]))
            if leaf.kind == "goods received"
            else leaf
            for leaf in leaves
        ]

    def order_lines(self, scope: Scope, part: str) -> list[Leaf]:
        """Order lines that are open, requisitioned or over-invoiced at the end of the period, with their events."""
        kind, own, stem = _SNAPSHOT[part]
        rows = self._of(
            "release",
            "fct_commitment_snapshot",
            f"select order_line_sk, order_no || '/' || line_no as document, cost_category, period, currency_tx, "
            f"{own} as own_amount, {stem}_{scope.basis} as amount from {{table}} "
            f'where project_code = ? and "view" = ? and period = ? and cost_category in (select unnest(?)) '
            f"and {own} <> 0",
            [scope.project, scope.view, scope.period, list(scope.categories)],
        )
        events = self._events([row["document"] for row in rows], scope)
        return [_order_line(row, kind, events[row["document"]], scope.end_on) for row in rows]

    def budget_lines(self, scope: Scope, part: str, revised: int | None) -> list[Leaf]:
        """The lines of the version in force; of the first approved one for the original baseline."""
        version = revised
        if part == "baseline_original" and revised is not None:
            first = self._of(
                "release",
                "dim_budget_version",
                "select version_no from {table} where project_code = ? order by approved_on, version_no limit 1",
                [scope.project],
            )
            version = first[0]["version_no"] if first else None
        if version is None:
            return []
        rows = self._of(
            "release",
            "fct_budget_line",
            "select * from {table} where project_code = ? and version_no = ? and cost_category in (select unnest(?))",
            [scope.project, version, list(scope.categories)],
        )
        return [
            _planned(
                row,
                "budget line",
                row["budget_line_sk"],
                f"version {version}",
                "amount_tx",
                "amount_budget_ccy",
            )
            for row in rows
        ]

    def estimate(self, scope: Scope, cutoff: str | None) -> list[Leaf]:
        """The lines of the forecast in force, less what was consumed since; never below 0 after its cutoff.

        Of a forecast at completion everything consumed is taken off, of one to complete what came after the cutoff.
        """
        if cutoff is None:
            return []
        rows = self._of(
            "release",
            "fct_forecast_line",
            "select * from {table} where project_code = ? and cutoff_period = ? and scenario = 'pm' "
            "and cost_category in (select unnest(?))",
            [scope.project, cutoff, list(scope.categories)],
        )
        lines = [
            (
                row,
                _planned(
                    row, "forecast line", row["forecast_line_sk"], f"cutoff {cutoff}", "forecast_amount", None
                ),
            )
            for row in rows
        ]
        leaves = self._valued(lines, scope)
        whole = {row["cost_category"] for row in rows if row["basis"] == "at_completion"}
        cutoff_on = self._end_of(cutoff)
        for after, categories in ((None, whole), (cutoff_on, set(scope.categories) - whole)):
            if categories and (after is None or after < scope.end_on):
                taken = replace(scope, categories=tuple(sorted(categories)), after=after)
                leaves += [leaf.times(-1) for leaf in self.transactions(taken, "consumed")]
        if cutoff_on < scope.end_on:
            leaves += _floors(leaves)
        return leaves

    def payments(self, scope: Scope) -> list[Leaf]:
        """Invoices paid by the end of the period, from the warehouse: a release does not say which they are."""
        self._attach_warehouse("which invoices were paid")
        rows = self._of(
            "warehouse",
            "int_ledger_lines",
            f"select lines.*, lines.amount_{scope.basis} as amount, days.period as paid_period from {{table}} as lines "
            "inner join warehouse.intermediate.int_fiscal_days as days on lines.paid_on = days.date_day "
            "where lines.project_code = ? and lines.source_object = 'invoices' and lines.paid_on <= ? "
            "and lines.cost_category in (select unnest(?)) and days.period in (select unnest(?))",
            [scope.project, self.release["as_of"], list(scope.categories), self._periods(scope)],
        )
        return [
            _leaf(
                row,
                key=row["ledger_line_sk"],
                kind="payment",
                amount=row["amount"],
                document=row["source_id"],
                dated_on=row["paid_on"],
                period=row["paid_period"],
                own=(row["amount_tx"], row["currency"]),
            )
            for row in rows
        ]

    def located(self, holder: Holder) -> Holder:
        """The same with the moment at which each leaf's batch was received."""
        received = self._batches()
        leaves = tuple(
            replace(leaf, received_at=received.get(leaf.batch)) if leaf.batch else leaf
            for leaf in holder.leaves
        )
        located: Holder = replace(holder, leaves=leaves)  # type: ignore[type-var]
        return located

    def _valued(self, lines: list[tuple[dict[str, Any], Leaf]], scope: Scope) -> list[Leaf]:
        """Forecast lines in the currency of the figure: at the closing rate of the period, or at the budget rate."""
        if scope.basis == "budget":
            return [_rated(leaf, row["amount_budget_ccy"]) for row, leaf in lines]
        groups: dict[tuple[str, str, str], list[Leaf]] = defaultdict(list)
        for row, leaf in lines:
            groups[row["cost_category"], row["currency_tx"], row["basis"]].append(leaf)
        currency = lines[0][0]["currency"] if lines else None
        rates = self._closing_rates(scope.period, {key[1] for key in groups} - {currency})
        valued: list[Leaf] = []
        for (_, own, _), leaves in groups.items():
            valued += _valued(leaves, Decimal(1) if own == currency else rates.get(own))
        return valued

    def _closing_rates(self, period: str, currencies: set[str]) -> dict[str, Decimal]:
        if not currencies:
            return {}
        self._attach_warehouse(f"the closing rate of {period} of {', '.join(sorted(currencies))}")
        rows = self._of(
            "warehouse",
            "int_closing_rates",
            "select currency, rate from {table} where period = ? and currency in (select unnest(?))",
            [period, sorted(currencies)],
        )
        return {row["currency"]: row["rate"] for row in rows}

    def _events(self, documents: list[str], scope: Scope) -> dict[str, list[Event]]:
        """What happened to order lines up to the end of the period, by order and line."""
        found: dict[str, list[Event]] = defaultdict(list)
        if not documents:
            return found
        rows = self._of(
            "release",
            "fct_commitment_event",
            "select *, order_no || '/' || line_no as document from {table} "
            f"where order_no || '/' || line_no in (select unnest(?)) and {scope.period_column} in (select unnest(?)) "
            "and reconciling_reason is null order by event_on, commitment_event_sk",
            [sorted(set(documents)), self._periods(replace(scope, after=None))],
        )
        for row in rows:
            found[row["document"]].append(
                Event(
                    event=row["event_type"] + (f" ({row['after_close']})" if row["after_close"] else ""),
                    document=row["source_id"],
                    on=row["event_on"],
                    amount=row["ordered_delta"] + row["received_delta"] + row["invoiced_delta"],
                    currency=row["currency_tx"],
                    path=row["source_path"],
                    sheet=row["source_sheet"],
                    place=row["source_place"],
                    batch=row["batch_id"],
                )
            )
        return found

    def _periods(self, scope: Scope) -> list[str]:
        rows = self._query(
            "select period from release.marts.dim_fiscal_period where end_on <= ? and (? is null or end_on > ?)",
            [scope.end_on, scope.after, scope.after],
        )
        return [row["period"] for row in rows]

    def _end_of(self, period: str) -> date:
        (row,) = self._query("select end_on from release.marts.dim_fiscal_period where period = ?", [period])
        end_on: date = row["end_on"]
        return end_on

    def _batches(self) -> dict[str, datetime]:
        """When each batch was received; empty where there is only a release."""
        if self._received is None:
            file = self._home.context / "batches.parquet"
            rows = []
            if file.is_file():
                rows = self._query("select batch_id, extracted_at from read_parquet(?)", [str(file)])
            self._received = {row["batch_id"]: row["extracted_at"] for row in rows}
        if self._received:
            self._read["the run's list of batches"] = None
        return self._received

    def _attach_warehouse(self, needed: str) -> None:
        """Opens the warehouse that the release was made of. Raises TraceError where it is another or not there."""
        import duckdb

        if self._has_warehouse:
            return
        file = self._home.warehouse_file
        if not file.is_file():
            raise TraceError(
                f"The release does not say {needed}, and there is no {file}. Trace where the warehouse is, "
                "or run `pmo refresh --full`."
            )
        try:
            self._connection.execute(f"attach {literal(file)} as warehouse (read_only)")
        except duckdb.Error as error:
            raise TraceError(
                f"The release does not say {needed}, and {file} can't be opened ({error}). If a refresh is running, "
                "wait until it has ended."
            ) from error
        rows = self._query("select release_id from warehouse.marts.release_info")
        if [row["release_id"] for row in rows] != [self.release["release_id"]]:
            self._connection.execute("detach warehouse")
            raise TraceError(
                f"The release does not say {needed}, and {file} is that of another release: run `pmo refresh --full`. "
                "After a rollback only what the release itself says can be traced."
            )
        self._has_warehouse = True

    def _of(self, where: str, name: str, sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
        """Rows of one table, which is noted as read."""
        table = f"{where}.{'marts' if where == 'release' else 'intermediate'}.{name}"
        self._read[f"{where}: {name}"] = None
        return self._query(sql.format(table=table), parameters)

    def _query(self, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
        return rows_of(self._connection, sql, parameters)


def _leaf(
    row: dict[str, Any],
    *,
    key: str,
    kind: str,
    amount: Decimal | None,
    document: str | None,
    own: tuple[Decimal | None, str | None],
    dated_on: date | None = None,
    period: str | None = None,
) -> Leaf:
    """A leaf with what every row has: its category and where it came from."""
    leaf = Leaf(
        key=key,
        kind=kind,
        amount=amount,
        document=document,
        cost_category=row["cost_category"],
        dated_on=dated_on,
        period=period,
        own_amount=own[0],
        own_currency=own[1],
        path=row["source_path"],
        sheet=row["source_sheet"],
        place=row["source_place"],
        batch=row["batch_id"],
    )
    return _rated(leaf, amount)


def _transaction(row: dict[str, Any], part: str) -> Leaf:
    origin, system = row["cost_origin"], row["source_system"]
    kind = _KINDS.get(origin, f"posting ({origin.removeprefix('ledger_')})")
    if origin.startswith("unposted_labour"):
        entry = "worklog" if system == "jira" else "timesheet entry"
        kind = f"{entry}, reversed" if origin.endswith("reversal") else entry
    leaf = _leaf(
        row,
        key=row["actual_txn_sk"],
        kind=kind,
        amount=row["amount"],
        document=row["recon_key"].partition(":")[2],
        dated_on=row["dated_on"],
        period=row["period"],
        own=(row["amount_tx"], row["currency_tx"]),
    )
    rate = None if part == "fx_effect" else leaf.rate
    return replace(
        leaf,
        charge_period=row["charge_period"],
        after_close=row["after_close"],
        hours=row["hours"],
        rate=rate,
    )


def _order_line(row: dict[str, Any], kind: str, events: list[Event], end_on: date) -> Leaf:
    """An order line stands where its order does; a change after a close has the place of the last one."""
    ordered = [event for event in events if event.event.split(" (")[0] in ("order", "change")]
    place = next((event for event in reversed(ordered) if "reversed" not in event.event), None)
    leaf = Leaf(
        key=row["order_line_sk"],
        kind=kind,
        amount=row["amount"],
        document=row["document"],
        cost_category=row["cost_category"],
        dated_on=end_on,
        period=row["period"],
        own_amount=row["own_amount"],
        own_currency=row["currency_tx"],
        path=place.path if place else None,
        sheet=place.sheet if place else None,
        place=place.place if place else None,
        batch=place.batch if place else None,
        events=tuple(events),
    )
    return _rated(leaf, row["amount"])


def _planned(row: dict[str, Any], kind: str, key: str, document: str, own: str, amount: str | None) -> Leaf:
    return _leaf(
        row,
        key=key,
        kind=kind,
        amount=row[amount] if amount else None,
        document=document,
        period=row["period"],
        own=(row[own], row["currency_tx"]),
    )


def _rated(leaf: Leaf, amount: Decimal | None) -> Leaf:
    """The leaf with its amount, and the rate that made it of its own amount."""
    rate = (amount / leaf.own_amount).quantize(Decimal("0.000001")) if amount and leaf.own_amount else None
    return replace(leaf, amount=amount, rate=rate)


def _valued(leaves: list[Leaf], rate: Decimal | None) -> list[Leaf]:
    """Lines in one currency, each rounded to the cent as the mart does."""
    if rate is None:
        return leaves
    return [
        replace(
            leaf, amount=((leaf.own_amount or Decimal(0)) * rate).quantize(CENT, ROUND_HALF_UP), rate=rate
        )
        for leaf in leaves
    ]


def _floors(leaves: Iterable[Leaf]) -> Iterator[Leaf]:
    """For each category in which more was consumed since than was left to do: what keeps the estimate at 0."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for leaf in leaves:
        sums[leaf.cost_category or ""] += leaf.amount or 0
    for category, amount in sums.items():
        if amount < 0:
            yield Leaf(
                key=f"floor|{category}",
                kind="floor",
                amount=-amount,
                document="consumed since the cutoff exceeds the estimate, which stays at 0",
                cost_category=category,
            )
