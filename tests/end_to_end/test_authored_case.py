"""The authored budget case through the whole product: files in, `pmo refresh`, figures out, to the cent.

Every expected figure was worked out by hand from the inputs of `authored_case`; none was taken from a run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from tests.end_to_end.authored_case import PROJECT, drop_april_postings, make_authored_home
from tests.end_to_end.homes import Outcome, PmoHome, Record, only, total, where

MEASURES = (
    "baseline_original",
    "baseline_revised",
    "pre_committed",
    "committed_open",
    "committed_total",
    "consumed_posted",
    "consumed_accrued",
    "consumed",
    "consumed_capex",
    "consumed_opex",
    "etc",
    "eac",
    "to_commit",
    "available",
    "vac",
    "fx_effect",
)
IDENTITIES = {
    "consumed = consumed_posted + consumed_accrued": ("consumed", "consumed_posted", "consumed_accrued", 1),
    "committed_total = consumed + committed_open": ("committed_total", "consumed", "committed_open", 1),
    "available = baseline_revised - committed_total": (
        "available",
        "baseline_revised",
        "committed_total",
        -1,
    ),
    "eac = consumed + etc": ("eac", "consumed", "etc", 1),
    "eac = committed_total + to_commit": ("eac", "committed_total", "to_commit", 1),
    "to_commit = etc - committed_open": ("to_commit", "etc", "committed_open", -1),
    "vac = baseline_revised - eac": ("vac", "baseline_revised", "eac", -1),
    "consumed = consumed_capex + consumed_opex": ("consumed", "consumed_capex", "consumed_opex", 1),
}


@dataclass(frozen=True, slots=True)
class Release:
    """One refresh of the case and what it published."""

    outcome: Outcome
    position: list[Record]
    movement: list[Record]
    labour: list[Record]
    scope: list[Record]
    reconciled: Outcome


@dataclass(frozen=True, slots=True)
class Case:
    """Three refreshes of one home: at the end of March, at the end of April, and for March once more."""

    march: Release
    april: Release
    march_again: Release


def release(home: PmoHome, as_of: str) -> Release:
    outcome = home.refresh(as_of)
    tables = ("mart_budget_position", "mart_budget_movement", "fct_labour_cost_recon", "mart_scope_change")
    return Release(outcome, *map(home.table, tables), home.run("reconcile", "--json"))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    home = make_authored_home(tmp_path_factory.mktemp("authored"))
    march = release(home, "2026-03-31")
    drop_april_postings(home)
    return Case(march, release(home, "2026-04-30"), release(home, "2026-03-31"))


def at(rows: list[Record], period: str, *, view: str = "as_reported", basis: str = "booked") -> list[Record]:
    return where(rows, project_code=PROJECT, period=period, view=view, fx_basis=basis)


def key_of(row: Record) -> tuple[str, ...]:
    return (row["project_code"], row["cost_category"], row["view"], row["fx_basis"])


def test_the_refreshes_end_well(case: Case) -> None:
    for run in (case.march, case.april, case.march_again):
        assert run.outcome.exit_code == 0, run.outcome.stderr


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("baseline_original", "140000.00"),
        ("baseline_revised", "150000.00"),
        ("consumed_posted", "48646.90"),
        ("consumed_accrued", "13261.00"),
        ("consumed", "61907.90"),
        ("pre_committed", "0.00"),
        ("committed_open", "24659.50"),
        ("committed_total", "86567.40"),
        ("available", "63432.60"),
        ("etc", "72160.00"),
        ("eac", "134067.90"),
        ("to_commit", "47500.50"),
        ("vac", "15932.10"),
        ("fx_effect", "96.00"),
        ("consumed_capex", "7296.00"),
        ("consumed_opex", "54611.90"),
    ],
)
def test_a_measure_at_the_end_of_march_at_booked_rates(case: Case, measure: str, expected: str) -> None:
    assert total(at(case.march.position, "2026-03"), measure) == Decimal(expected)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("baseline_original", "140000.00"),
        ("baseline_revised", "150000.00"),
        ("consumed_posted", "48550.90"),
        ("consumed_accrued", "13261.00"),
        ("consumed", "61811.90"),
        ("committed_open", "24299.50"),
        ("committed_total", "86111.40"),
        ("available", "63888.60"),
        ("etc", "72160.00"),
        ("eac", "133971.90"),
        ("to_commit", "47860.50"),
        ("vac", "16028.10"),
        ("fx_effect", "96.00"),
    ],
)
def test_a_measure_at_the_end_of_march_at_budget_rates(case: Case, measure: str, expected: str) -> None:
    assert total(at(case.march.position, "2026-03", basis="budget"), measure) == Decimal(expected)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("labour", "26861.00 0.00 33139.00 61861.00 35000.00 -1861.00"),
        ("external", "26500.50 13499.50 20000.00 50500.50 10500.50 9499.50"),
        ("licences", "7296.00 11160.00 11544.00 18456.00 0.00 11544.00"),
        ("expenses", "1250.40 0.00 -1250.40 3250.40 2000.00 -3250.40"),
    ],
)
def test_every_category_stands_on_its_own(case: Case, category: str, expected: str) -> None:
    row = only(at(case.march.position, "2026-03"), cost_category=category)
    measures = ("consumed", "committed_open", "available", "eac", "to_commit", "vac")
    assert [row[name] for name in measures] == [Decimal(figure) for figure in expected.split()]


def test_to_commit_without_internal_labour(case: Case) -> None:
    rows = [row for row in at(case.march.position, "2026-03") if row["cost_category"] != "labour"]
    assert total(rows, "to_commit") == Decimal("12500.50")


@pytest.mark.parametrize("view", ["as_reported", "restated"])
@pytest.mark.parametrize(
    ("period", "booked", "budget"),
    [
        ("2026-01", "20000.00", "20000.00"),
        ("2026-02", "47396.50", "47300.50"),
        ("2026-03", "61907.90", "61811.90"),
    ],
)
def test_consumed_at_the_end_of_each_month(
    case: Case, view: str, period: str, booked: str, budget: str
) -> None:
    rows = case.march.position
    assert total(at(rows, period, view=view), "consumed") == Decimal(booked)
    assert total(at(rows, period, view=view, basis="budget"), "consumed") == Decimal(budget)


@pytest.mark.parametrize(
    ("period", "posted", "accrued"),
    [
        ("2026-01", "20000.00", "0.00"),
        ("2026-02", "27396.50", "0.00"),
        ("2026-03", "1250.40", "13261.00"),
    ],
)
def test_what_each_month_moved(case: Case, period: str, posted: str, accrued: str) -> None:
    rows = at(case.march.movement, period)
    assert total(rows, "consumed_posted") == Decimal(posted)
    assert total(rows, "consumed_accrued") == Decimal(accrued)


def test_the_baseline_changes_when_the_second_version_is_approved(case: Case) -> None:
    position = case.march.position
    assert total(at(position, "2026-01"), "baseline_revised") == Decimal("140000.00")
    assert total(at(position, "2026-02"), "baseline_revised") == Decimal("150000.00")
    assert total(at(position, "2026-02"), "baseline_original") == Decimal("140000.00")


def test_the_change_request_explains_the_second_version(case: Case) -> None:
    """Submitted on 26 January, approved on 10 February: 15 days, 10,000 of 140,000."""
    january, february = (only(case.march.scope, period=period) for period in ("2026-01", "2026-02"))
    assert (january["cr_count"], january["open_count"], january["cumulative_vs_original"]) == (0, 1, 0)
    assert (february["cr_count"], february["cost_delta"]) == (1, Decimal("10000.00"))
    assert (february["decision_age"], february["unexplained_delta"]) == (15, 0)
    assert february["cumulative_vs_original"] == Decimal("0.0714285714")


def test_a_missing_closing_rate_leaves_the_open_order_unknown(case: Case) -> None:
    booked = only(at(case.march.position, "2026-02"), cost_category="licences")
    budget = only(at(case.march.position, "2026-02", basis="budget"), cost_category="licences")
    assert (booked["committed_open"], budget["committed_open"]) == (None, Decimal("10800.00"))


def test_there_is_no_estimate_to_complete_before_the_first_forecast(case: Case) -> None:
    rows = at(case.march.position, "2026-02")
    assert {(row["etc"], row["eac"], row["to_commit"], row["vac"]) for row in rows} == {(None,) * 4}


@pytest.mark.parametrize("wrong", ["79507.90", "58600.00", "290000.00"])
def test_the_classic_double_counts_appear_nowhere(case: Case, wrong: str) -> None:
    assert Decimal(wrong) not in set(every_figure(case.march.position))
    assert Decimal(wrong) not in set(every_figure(case.april.position))


def every_figure(position: list[Record]) -> Iterator[Decimal]:
    """Each row's figures and their sums per period, view and basis."""
    for measure in MEASURES:
        sums: dict[tuple[str, ...], Decimal] = {}
        for row in position:
            if row[measure] is not None:
                yield row[measure]
                key = (row["period"], row["view"], row["fx_basis"])
                sums[key] = sums.get(key, Decimal(0)) + row[measure]
        yield from sums.values()


@pytest.mark.parametrize("identity", IDENTITIES)
def test_an_identity_holds_on_every_position(case: Case, identity: str) -> None:
    result, first, second, sign = IDENTITIES[identity]
    for row in case.march.position + case.april.position:
        if row[first] is None or row[second] is None:
            assert row[result] is None, row
        else:
            assert row[result] == row[first] + sign * row[second], row


@pytest.mark.parametrize("identity", IDENTITIES)
def test_an_identity_holds_on_every_movement_between_two_known_positions(case: Case, identity: str) -> None:
    """The first value of a measure is a whole movement, while its parts may have moved before."""
    result, first, second, sign = IDENTITIES[identity]
    checked = 0
    for run in (case.march, case.april):
        known = {key_of(row): "" for row in run.position}
        unknown = {(*key_of(row), row["period"]) for row in run.position if row[result] is None}
        for row in sorted(run.movement, key=lambda row: row["period"]):
            before, known[key_of(row)] = known[key_of(row)], row["period"]
            if not {(*key_of(row), before), (*key_of(row), row["period"])} & unknown:
                assert row[result] == row[first] + sign * row[second], row
                checked += 1
    assert checked > 0


@pytest.mark.parametrize("measure", MEASURES)
def test_the_movements_add_up_to_the_positions(case: Case, measure: str) -> None:
    for run in (case.march, case.april):
        moved: dict[tuple[str, ...], Decimal] = {}
        movement = {(*key_of(row), row["period"]): row[measure] for row in run.movement}
        assert len(movement) == len(run.movement) == len(run.position)
        for row in sorted(run.position, key=lambda row: row["period_end_on"]):
            key = key_of(row)
            moved[key] = moved.get(key, Decimal(0)) + (movement[*key, row["period"]] or Decimal(0))
            assert row[measure] in (None, moved[key]), (measure, row)


def test_the_foreign_exchange_effect_is_booked_less_budget_on_both_bases(case: Case) -> None:
    booked = {
        (*key_of(row)[:3], row["period"]): row for row in case.march.position if row["fx_basis"] == "booked"
    }
    budget = {
        (*key_of(row)[:3], row["period"]): row for row in case.march.position if row["fx_basis"] == "budget"
    }
    assert booked.keys() == budget.keys()
    for key, row in booked.items():
        assert row["fx_effect"] == budget[key]["fx_effect"] == row["consumed"] - budget[key]["consumed"]


def test_a_category_once_seen_stays_to_the_end_without_a_gap(case: Case) -> None:
    calendar = sorted({row["period"] for row in case.april.position})
    months: dict[tuple[str, ...], list[str]] = {}
    for row in case.april.position:
        months.setdefault(key_of(row), []).append(row["period"])
    assert len(months) == 4 * 2 * 2
    for periods in months.values():
        assert sorted(periods) == calendar[-len(periods) :]


def test_the_columns_that_every_report_filters_on_are_filled(case: Case) -> None:
    for row in case.march.position:
        assert (row["project_code"], row["currency"], str(row["as_of"])) == (PROJECT, "EUR", "2026-03-31")
        assert row["is_partial_period"] is False


class TestApril:
    """March labour is posted in April, 39.00 above its accrual."""

    def test_march_as_reported_does_not_move(self, case: Case) -> None:
        rows = at(case.april.position, "2026-03")
        assert total(rows, "consumed") == Decimal("61907.90")
        assert total(rows, "consumed_accrued") == Decimal("13261.00")

    def test_april_as_reported_takes_the_difference(self, case: Case) -> None:
        rows = at(case.april.movement, "2026-04")
        assert total(rows, "consumed") == Decimal("39.00")
        assert total(rows, "consumed_posted") == Decimal("9300.00")
        assert total(rows, "consumed_accrued") == Decimal("-9261.00")

    def test_march_restated_takes_the_posting(self, case: Case) -> None:
        rows = at(case.april.position, "2026-03", view="restated")
        assert total(rows, "consumed") == Decimal("61946.90")
        assert total(rows, "consumed_accrued") == Decimal("4000.00")

    def test_april_restated_moves_nothing(self, case: Case) -> None:
        assert total(at(case.april.movement, "2026-04", view="restated"), "consumed") == Decimal("0.00")

    def test_both_views_end_at_the_same_total(self, case: Case) -> None:
        for view in ("as_reported", "restated"):
            assert total(at(case.april.position, "2026-04", view=view), "consumed") == Decimal("61946.90")

    def test_a_forecast_of_march_is_worn_down_by_what_april_consumed(self, case: Case) -> None:
        reported = at(case.april.position, "2026-04")
        assert total(reported, "etc") == Decimal("72121.00")
        assert total(reported, "eac") == Decimal("134067.90")
        assert {row["etc_stale"] for row in reported} == {True}

    def test_the_difference_is_explained_as_a_variance_of_the_rate(self, case: Case) -> None:
        march = where(case.april.labour, project_code=PROJECT, period="2026-03")
        assert sorted(row["labour_rate_variance"] for row in march) == [Decimal("18.00"), Decimal("21.00")]
        earlier = [row for row in case.april.labour if row["period"] in ("2026-01", "2026-02")]
        assert {row["labour_rate_variance"] for row in earlier} == {Decimal("0.00")}

    def test_the_variance_is_price_to_the_cent_where_the_ledger_says_no_hours(self, case: Case) -> None:
        march = where(case.april.labour, project_code=PROJECT, period="2026-03")
        split = {name: total(march, name) for name in ("price_variance", "hours_variance", "unexplained")}
        assert split == {
            "price_variance": Decimal("39.00"),
            "hours_variance": Decimal("0.00"),
            "unexplained": Decimal("0.00"),
        }

    def test_the_march_report_can_be_made_again(self, case: Case) -> None:
        assert by_key(case.march_again.position) == by_key(case.march.position)
        assert by_key(case.march_again.movement) == by_key(case.march.movement)


def reconciled(run: Release, period: str, view: str) -> list[str]:
    """Ledger, mart, goods received, unposted labour, consumed and difference, as `pmo reconcile` says them."""
    row = only(json.loads(run.reconciled.stdout)["ledger"], project_code=PROJECT, period=period, view=view)
    names = ("ledger_amount", "mart_amount", "goods_received_amount", "unposted_labour_amount", "consumed")
    return [row[name] for name in names] + [str(Decimal(row["difference"]).quantize(Decimal("0.01")))]


@pytest.mark.parametrize(
    ("month", "period", "view", "expected"),
    [
        ("march", "2026-01", "as_reported", ["20000.00", "20000.00", "0.00", "0.00", "20000.00", "0.00"]),
        ("march", "2026-02", "as_reported", ["27396.50", "27396.50", "0.00", "0.00", "27396.50", "0.00"]),
        ("march", "2026-03", "as_reported", ["1250.40", "1250.40", "4000.00", "9261.00", "14511.40", "0.00"]),
        ("april", "2026-03", "as_reported", ["1250.40", "1250.40", "4000.00", "9261.00", "14511.40", "0.00"]),
        ("april", "2026-04", "as_reported", ["9300.00", "9300.00", "0.00", "-9261.00", "39.00", "0.00"]),
        ("april", "2026-03", "restated", ["10550.40", "10550.40", "4000.00", "0.00", "14550.40", "0.00"]),
    ],
)
def test_the_ledger_ties_to_the_mart_with_accruals_by_name(
    case: Case, month: str, period: str, view: str, expected: list[str]
) -> None:
    run: Release = getattr(case, month)
    assert run.reconciled.exit_code == 0, run.reconciled.text
    assert reconciled(run, period, view) == expected


def by_key(rows: list[Record]) -> dict[tuple[str, ...], Record]:
    return {(*key_of(row), row["period"]): row for row in rows}
