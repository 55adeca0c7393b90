"""Closed periods: what was published of them stays, and what comes late is booked in the earliest open period.

The figures are computed by hand from the few rows that each test writes; where they come from stands beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tests.end_to_end.authored_case import make_authored_home
from tests.end_to_end.homes import PmoHome, Record, Row, make_home

CASE_IN_MARCH = {"consumed": "61907.90", "committed_open": "24659.50", "bac": "150000.00", "eac": "134067.90"}
"""finance.md 2.12."""


def posting(posting_id: str, posted_on: str, amount: str, **other: object) -> Row:
    return {
        "posting_id": posting_id,
        "project": "P",
        "cost_category": "services",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "origin": "expense",
        **other,
    }


ORDER: Row = {
    "order_no": "PO",
    "line_no": "1",
    "project": "P",
    "cost_category": "services",
    "ordered_on": "2026-01-15",
    "amount": "300.00",
    "currency": "EUR",
}


def small_home(root: Path) -> PmoHome:
    """100.00 in January, 50.00 in February, a baseline of 1,000.00."""
    home = make_home(root)
    home.write("inbox/budgets/budget_versions.csv", [version(1, "2026-01-01")])
    home.write("inbox/budgets/budget_lines_v1.csv", [line(1, "1000.00")])
    home.write(
        "inbox/ledger/postings.csv",
        [posting("A", "2026-01-10", "100.00"), posting("B", "2026-02-10", "50.00")],
    )
    return home


def version(number: int, approved_on: str) -> Row:
    return {"project": "P", "version_no": number, "version_type": "revised", "approved_on": approved_on}


def line(number: int, amount: str, category: str = "services") -> Row:
    return {
        "project": "P",
        "version_no": number,
        "cost_category": category,
        "period": "2026-03",
        "amount": amount,
        "currency": "EUR",
    }


def refreshed(home: PmoHome, as_of: str, exit_code: int = 0) -> PmoHome:
    outcome = home.run("refresh", "--as-of", as_of)
    assert outcome.exit_code == exit_code, outcome.text
    return home


def closed(home: PmoHome, *arguments: str) -> PmoHome:
    outcome = home.run("close", *arguments)
    assert outcome.exit_code == 0, outcome.text
    return home


def position(home: PmoHome, view: str, measure: str, project: str = "P") -> dict[str, Decimal | None]:
    """A measure of a project at each period's end, booked."""
    rows = home.query(
        f"select period, sum({measure}) as amount from marts.mart_budget_position "
        f"where project_code = '{project}' and \"view\" = '{view}' and fx_basis = 'booked' group by period"
    )
    return {row["period"]: row["amount"] for row in rows}


def booked(home: PmoHome) -> set[tuple[object, ...]]:
    """Every counted row: its id in the ledger, period, charge period, amount, what it does after a close."""
    rows = home.query(
        "select split_part(recon_key, ':', 2) as source_id, period, charge_period, amount_fn, after_close "
        "from marts.fct_actual_txn "
        "where counts_in_consumed"
    )
    return {tuple(row.values()) for row in rows}


def differences(home: PmoHome) -> list[Record]:
    return home.query("select * from marts.mart_reconciliation where difference <> 0")


def amount(text: str) -> Decimal:
    return Decimal(text)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    """The authored case, closed in March; then its March labour is posted in April, dated in March."""
    home = refreshed(make_authored_home(tmp_path_factory.mktemp("case") / "home"), "2026-03-31")
    closed(home, "2026-03", "--by", "finance", "--reason", "month end")
    late: list[Row] = [
        posting(
            f"L-{person}",
            "2026-03-31",
            value,
            project="CASE",
            cost_category="labour",
            origin="labour",
            person=person,
        )
        for person, value in (("alice", "5082.00"), ("bruno", "4218.00"))
    ]
    home.write("inbox/ledger/postings_late.csv", late)
    return refreshed(home, "2026-04-30")


def test_a_closed_period_stays_as_it_was_published(case: PmoHome) -> None:
    for measure, value in CASE_IN_MARCH.items():
        assert position(case, "as_reported", measure, "CASE")["2026-03"] == amount(value), measure


def test_late_labour_reverses_its_accrual_in_the_open_period(case: PmoHome) -> None:
    # 9,300.00 posted less the accrual of 9,261.00: April moves by 39.00, March restated by the same.
    assert position(case, "as_reported", "consumed", "CASE")["2026-04"] == amount("61946.90")
    assert position(case, "restated", "consumed", "CASE")["2026-03"] == amount("61946.90")
    effects = case.query(
        "select after_close, period, charge_period, sum(amount_fn) as amount from marts.fct_actual_txn "
        "where after_close is not null group by all order by 1"
    )
    assert [tuple(row.values()) for row in effects] == [
        ("late", "2026-04", "2026-03", amount("9300.00")),
        ("reversed", "2026-04", "2026-03", amount("-9261.00")),
    ]


def test_the_ledger_still_ties_and_says_what_was_late(case: PmoHome) -> None:
    assert not differences(case)
    late = case.query(
        "select period, reconciling_amount from marts.mart_reconciliation "
        "where reconciling_reason = 'late_after_close' order by period"
    )
    assert [tuple(row.values()) for row in late] == [
        ("2026-03", amount("9300.00")),
        ("2026-04", amount("-9300.00")),
    ]


def test_the_close_is_on_record(case: PmoHome) -> None:
    (close,) = case.query("select * from marts.fct_period_close")
    assert (close["action"], close["period"], close["reason"]) == ("close", "2026-03", "month end")
    statuses = case.query("select period, status from marts.dim_fiscal_period where fiscal_year = '2026'")
    assert {row["period"] for row in statuses if row["status"] == "closed"} == {
        "2026-01",
        "2026-02",
        "2026-03",
    }
    assert "finance" in case.run("close", "--list").stdout


@dataclass(frozen=True, slots=True)
class State:
    """What stood published after a step: consumed by view and period, and every counted row."""

    as_reported: dict[str, Decimal | None]
    restated: dict[str, Decimal | None]
    rows: set[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Story:
    """One home through two closes, a reopening and a third close; `after` has the state of each step."""

    home: PmoHome
    after: dict[str, State]
    known_at: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = small_home(tmp_path_factory.mktemp("story") / "home")
    after: dict[str, State] = {}

    def keep(step: str) -> None:
        assert not differences(home), step
        after[step] = State(
            position(home, "as_reported", "consumed"), position(home, "restated", "consumed"), booked(home)
        )

    refreshed(home, "2026-03-31")
    (info,) = home.query("select known_at from marts.release_info")
    closed(home, "2026-01")
    home.write(
        "inbox/ledger/postings.csv",
        [
            posting("A", "2026-01-10", "120.00"),
            posting("B", "2026-02-10", "50.00"),
            posting("C", "2026-01-20", "7.00"),
        ],
    )
    refreshed(home, "2026-03-31")
    keep("january closed, then changed")
    closed(home, "2026-02")
    home.write("inbox/ledger/postings_2.csv", [posting("A", "2026-01-10", "125.00")])
    refreshed(home, "2026-03-31", exit_code=3)  # equal keys from two paths are reported
    keep("february closed, then changed")
    closed(home, "2026-01", "--reopen", "--reason", "audit")
    keep("reopened")
    closed(home, "2026-01")
    home.write("inbox/ledger/postings_3.csv", [posting("D", "2026-01-20", "1.00")])
    refreshed(home, "2026-03-31", exit_code=3)
    keep("closed again, then late")
    return Story(home, after, f"{info['known_at'].isoformat()}+00:00")


def months(january: str, february: str, march: str) -> dict[str, Decimal]:
    return {"2026-01": amount(january), "2026-02": amount(february), "2026-03": amount(march)}


def test_a_changed_row_of_a_closed_period_posts_new_less_old(story: Story) -> None:
    state = story.after["january closed, then changed"]
    assert state.rows == {
        ("A", "2026-01", "2026-01", amount("100.00"), None),
        ("A", "2026-02", "2026-01", amount("-100.00"), "reversed"),
        ("A", "2026-02", "2026-01", amount("120.00"), "replaced"),
        ("C", "2026-02", "2026-01", amount("7.00"), "late"),
        ("B", "2026-02", "2026-02", amount("50.00"), None),
    }
    assert state.as_reported == months("100.00", "177.00", "177.00")
    assert state.restated == months("127.00", "177.00", "177.00")


def test_a_correction_is_kept_with_the_period_that_it_was_booked_in(story: Story) -> None:
    state = story.after["february closed, then changed"]
    # January 100; February 50 - 100 + 120 + 7; March - 120 + 125.
    assert state.as_reported == months("100.00", "177.00", "182.00")
    assert state.restated == months("132.00", "182.00", "182.00")


def test_reopening_shows_what_is_known_and_closing_again_keeps_that(story: Story) -> None:
    assert story.after["reopened"].as_reported == months("132.00", "182.00", "182.00")
    state = story.after["closed again, then late"]
    assert state.as_reported == months("132.00", "183.00", "183.00")
    assert state.restated == months("133.00", "183.00", "183.00")
    actions = story.home.query("select action, period from marts.fct_period_close order by recorded_at")
    assert [(row["action"], row["period"]) for row in actions] == [
        ("close", "2026-01"),
        ("close", "2026-02"),
        ("reopen", "2026-01"),
        ("close", "2026-01"),
    ]


def rates(january: str, february: str) -> list[Row]:
    """A dollar in euros: budgeted at 1.00, and at the end of each month."""
    dollar: Row = {"from_currency": "USD", "to_currency": "EUR"}
    return [
        {**dollar, "rate_type": "budget", "rate": "1.00", "period": None, "fiscal_year": "2026"},
        {**dollar, "rate_type": "closing", "rate": january, "period": "2026-01", "fiscal_year": None},
        {**dollar, "rate_type": "closing", "rate": february, "period": "2026-02", "fiscal_year": None},
    ]


def test_late_budgets_orders_and_rates_change_no_closed_period_as_reported(tmp_path: Path) -> None:
    home = small_home(tmp_path / "home")
    home.write("reference/fx_rates.csv", rates("0.90", "0.85"))
    home.write(
        "inbox/ledger/orders_usd.csv", [{**ORDER, "order_no": "USD", "amount": "100.00", "currency": "USD"}]
    )
    closed(refreshed(home, "2026-02-28"), "2026-01")
    home.write("inbox/budgets/budget_versions_2.csv", [version(2, "2026-01-20")])
    home.write("inbox/budgets/budget_lines_v2.csv", [line(2, "900.00"), line(2, "400.00", "travel")])
    home.write("inbox/ledger/orders.csv", [ORDER])
    home.write("reference/fx_rates.csv", rates("0.80", "0.85"))
    refreshed(home, "2026-02-28")
    # The dollars: 90.00 at January's rate as it was, 80.00 as it is now, 85.00 in February.
    expected = {
        ("as_reported", "bac"): ("1000.00", "1300.00"),
        ("restated", "bac"): ("1300.00", "1300.00"),
        ("as_reported", "committed_open"): ("90.00", "385.00"),
        ("restated", "committed_open"): ("380.00", "385.00"),
    }
    for (view, measure), values in expected.items():
        found = position(home, view, measure)
        assert (found["2026-01"], found["2026-02"]) == tuple(map(amount, values)), (view, measure)
    (event,) = home.query(
        "select period, charge_period, after_close from marts.fct_commitment_event where order_no = 'PO'"
    )
    assert tuple(event.values()) == ("2026-02", "2026-01", "late")
    vendors = home.query(
        'select "view", sum(committed_open) as committed_open from marts.mart_vendor_position '
        "where period = '2026-01' and fx_basis = 'booked' group by all"
    )
    assert {row["view"]: row["committed_open"] for row in vendors} == {
        "as_reported": amount("90.00"),
        "restated": amount("380.00"),
    }


def test_what_was_known_before_the_close_is_built_without_it(story: Story) -> None:
    home = story.home
    outcome = home.run("refresh", "--as-of", "2026-03-31", "--known-at", story.known_at)
    assert outcome.exit_code == 0, outcome.text
    assert not home.query("select * from marts.fct_period_close")
    assert position(home, "as_reported", "consumed") == months("100.00", "150.00", "150.00")


def test_a_calendar_closes_at_the_end_of_its_refresh(tmp_path: Path) -> None:
    home = small_home(tmp_path / "home")
    calendar = [
        {"period": f"2026-0{month}", "start_on": f"2026-0{month}-01", "end_on": end, "status": status}
        for month, end, status in (
            (1, "2026-01-31", "closed"),
            (2, "2026-02-28", "open"),
            (3, "2026-03-31", "open"),
        )
    ]
    home.write("reference/fiscal_calendar.csv", calendar)
    refreshed(home, "2026-02-28")
    assert position(home, "as_reported", "consumed")["2026-01"] == amount("100.00")
    home.write("inbox/ledger/postings_2.csv", [posting("C", "2026-01-20", "7.00")])
    refreshed(home, "2026-02-28")
    assert position(home, "as_reported", "consumed") == {
        "2026-01": amount("100.00"),
        "2026-02": amount("157.00"),
    }
    home.write("reference/fiscal_calendar.csv", [{**row, "status": "open"} for row in calendar])
    refreshed(home, "2026-02-28")
    assert position(home, "as_reported", "consumed") == {
        "2026-01": amount("107.00"),
        "2026-02": amount("157.00"),
    }


def test_a_period_that_is_not_over_is_not_closed(tmp_path: Path) -> None:
    home = refreshed(small_home(tmp_path / "home"), "2026-02-20")
    for period, said in (("2026-02", "--as-of 2026-02-28"), ("2026-2", "has no period")):
        outcome = home.run("close", period)
        assert outcome.exit_code == 1
        assert said in outcome.text
    nothing = make_home(tmp_path / "nothing").run("close", "2026-01")
    assert nothing.exit_code == 1
    assert "pmo refresh" in nothing.text
