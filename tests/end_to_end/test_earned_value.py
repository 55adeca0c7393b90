"""Earned value and earned schedule: published and hand-made examples, each a project of its own in one home.

Inputs and figures are those of the sources named at the tests, or computed by hand beside them. The as-of date is
Wednesday 15 July 2026: 11 of the 23 working days of July have passed.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.end_to_end.earned_value_home import RATE_AND_PERIOD_MISSING, check, row, write_cases
from tests.end_to_end.homes import PmoHome, Record, make_home, only, where

AS_OF = "2026-07-15"
MEASURES = (
    *("pv", "ev", "ac", "bac", "cv", "sv", "cpi", "spi", "eac_cpi", "eac_budget", "eac_cpi_spi", "eac_pm"),
    *("tcpi_bac", "tcpi_eac", "es", "actual_periods", "sv_t", "spi_t", "ieac_t"),
    *("percent_complete", "planned_periods"),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    made = make_home(tmp_path_factory.mktemp("earned-value"))
    write_cases(made)
    refreshed = made.refresh(AS_OF)
    assert refreshed.exit_code == RATE_AND_PERIOD_MISSING, refreshed.text
    return made


@pytest.fixture(scope="module")
def rows(home: PmoHome) -> list[Record]:
    return home.table("mart_evm_period")


@pytest.fixture(scope="module")
def packages(home: PmoHome) -> list[Record]:
    return home.table("mart_evm_wbs_period")


def test_schwalbe(rows: list[Record]) -> None:
    """Schwalbe 2006, page 272; 20,000 of 120,000 is 16.6666666667 %. ES: 2 + (20,000 - 13,000) / 10,000."""
    check(
        row(rows, "SCHWALBE", "03"),
        "pv=23000 ev=20000 ac=25000 bac=120000 cv=-5000 sv=-3000 cpi=0.8 spi=0.8695652174 "
        "eac_cpi=150000 eac_budget=125000 eac_cpi_spi=168750 eac_pm=no_forecast "
        "tcpi_eac=no_forecast tcpi_bac=1.0526315789 es=2.7 actual_periods=3 planned_periods=12",
    )


def test_the_pra_package(rows: list[Record]) -> None:
    """paulgovan/PRA, test-evm.R. ES: 2 + (35,000 - 20,000) / 20,000; IEAC(t): 5 / (2.75 / 3)."""
    check(
        row(rows, "PRA", "03"),
        "pv=40000 ev=35000 ac=36000 sv=-5000 cv=-1000 spi=0.875 cpi=0.9722222222 es=2.75 "
        "actual_periods=3 sv_t=-0.25 spi_t=0.9166666667 ieac_t=5.4545454545 planned_periods=5 "
        "percent_complete=35",
    )
    check(
        row(rows, "OVERSPENT", "03"),
        "ac=63000 eac_budget=128000 tcpi_bac=1.7567567568 eac_pm=120482 tcpi_eac=1.1307887687",
    )


def test_nothing_planned_earned_or_spent_divides_nothing(rows: list[Record]) -> None:
    check(
        row(rows, "NOTHING", "01"),
        "pv=0 ev=0 ac=0 bac=100 cpi=no_actuals spi=not_started es=0 actual_periods=0 sv_t=0 "
        "spi_t=not_started ieac_t=not_started eac_cpi=no_actuals eac_budget=100 "
        "eac_cpi_spi=no_actuals tcpi_bac=1",
    )
    # In April the plan is at its end, 100, and still nothing is earned: an index of 0, and no end in sight.
    check(row(rows, "NOTHING", "03"), "pv=100 spi=0 es=0 actual_periods=1 spi_t=0 ieac_t=nothing_earned")


def test_done_early(rows: list[Record]) -> None:
    """Done in the fourth of six months: ES 6, SPI(t) 6 / 4, and by it a duration of 6 / 1.5 = 4."""
    check(
        row(rows, "EARLY", "04"),
        "pv=400 ev=600 es=6 actual_periods=4 sv_t=2 spi=1.5 spi_t=1.5 ieac_t=4 tcpi_bac=complete "
        "tcpi_eac=complete eac_cpi=500 eac_budget=500 eac_cpi_spi=500",
    )
    check(row(rows, "EARLY", "03"), "ev=no_progress es=no_progress spi=no_progress cpi=no_actuals")


def test_done_late(rows: list[Record]) -> None:
    """Four months planned, done in the sixth: SPI would say 1, SPI(t) says 4 / 6."""
    check(row(rows, "LATE", "04"), "pv=400 ev=300 spi=0.75 es=3 spi_t=0.75 ieac_t=5.3333333333")
    check(row(rows, "LATE", "05"), "spi=after_planned_end es=3.2 actual_periods=5 spi_t=0.64 sv_t=-1.8")
    check(
        row(rows, "LATE", "06"),
        "pv=400 ev=400 sv=0 spi=after_planned_end eac_cpi_spi=after_planned_end es=4 "
        "actual_periods=6 spi_t=0.6666666667 ieac_t=6 tcpi_bac=complete",
    )


def test_a_late_posting_changes_the_view_it_belongs_to(rows: list[Record]) -> None:
    """100 posted in May for April: AC of April is 300 as reported and 400 restated; CPI 300/300 and 300/400."""
    check(row(rows, "LATE", "04"), "ac=300 cpi=1 eac_cpi=400")
    check(row(rows, "LATE", "04", "restated"), "ac=400 cpi=0.75 eac_cpi=533.33 pv=400 es=3")
    assert row(rows, "LATE", "05")["ac"] == row(rows, "LATE", "05", "restated")["ac"] == 400


def test_a_plan_that_stands_still(rows: list[Record]) -> None:
    """Planned 100, 0, 0, 100: with 100 earned the plan is reached up to the end of March; with 150, half of April."""
    check(row(rows, "FLAT", "02"), "pv=100 ev=100 es=3 actual_periods=2 spi_t=1.5 planned_periods=4")
    check(row(rows, "FLAT", "03"), "pv=100 ev=150 es=3.5 actual_periods=3")


def test_earned_before_the_start(rows: list[Record]) -> None:
    check(
        row(rows, "AHEAD", "02"),
        "pv=0 ev=20 sv=20 cpi=0.4 spi=not_started es=0 actual_periods=0 sv_t=0 spi_t=not_started "
        "ieac_t=not_started eac_cpi_spi=not_started",
    )
    check(row(rows, "AHEAD", "03"), "pv=100 ev=20 spi=0.2 es=0.2 actual_periods=1 spi_t=0.2 ieac_t=10")
    check(row(rows, "NOTHING", "02"), "es=0 ev=0")


def test_without_a_baseline_or_a_report(rows: list[Record]) -> None:
    check(
        row(rows, "PLANLESS", "03"),
        "bac=no_baseline pv=no_baseline ev=no_baseline ac=70 cpi=no_baseline spi=no_baseline "
        "es=no_baseline spi_t=no_baseline planned_periods=no_baseline percent_complete=40 "
        "actual_periods=no_baseline tcpi_bac=no_baseline",
    )
    check(row(rows, "PLANLESS", "02"), "ac=0 cpi=no_actuals")
    check(
        row(rows, "UNSEEN", "01"),
        "bac=200 pv=100 ev=no_progress cv=no_progress sv=no_progress cpi=no_progress "
        "spi=no_progress es=no_progress sv_t=no_progress spi_t=no_progress ieac_t=no_progress "
        "actual_periods=1 percent_complete=no_progress",
    )


def test_a_budget_that_is_spent(rows: list[Record]) -> None:
    check(
        row(rows, "SPENT", "01"), "tcpi_bac=budget_exhausted tcpi_eac=forecast_exhausted eac_pm=200 cpi=0.3"
    )


def test_a_new_baseline_counts_from_its_approval_on(rows: list[Record]) -> None:
    """25 % of 400 until February; 50 % of 600 over six months from March on: three of six months earned."""
    check(row(rows, "REBASED", "02"), "bac=400 ev=100 pv=200 es=1 planned_periods=4 spi_t=0.5")
    check(row(rows, "REBASED", "03"), "bac=600 ev=300 pv=300 es=3 planned_periods=6 spi_t=1 ieac_t=6")
    assert [row(rows, "REBASED", month)["baseline_version_no"] for month in ("02", "03")] == [1, 2]


def test_work_packages_win_over_the_project(rows: list[Record], packages: list[Record]) -> None:
    """90 % of 650 in January; then A alone, 50 % of 200; then B too, 25 % of 400; the line without a package earns 0.
    LOE: B, 400 of 650."""
    check(row(rows, "PACKAGES", "01"), "bac=650 ev=585 percent_complete=90")
    check(row(rows, "PACKAGES", "02"), "ev=100 pv=400 percent_complete=15.3846153846")
    march = row(rows, "PACKAGES", "03")
    check(march, "ev=200 pv=650 spi=0.3076923077 loe_share=0.6153846154")
    assert (march["loe_bac"], march["technique"]) == (400, "mixed")
    check(
        row(packages, "PACKAGES", "02", wbs="A"),
        "bac=200 pv=200 ev=100 sv=-100 spi=0.5 es=1 actual_periods=2 spi_t=0.5 ieac_t=4 "
        "planned_periods=2 ac=not_supplied cpi=not_supplied",
    )
    # B is planned from February on: its first period.
    check(row(packages, "PACKAGES", "03", wbs="B"), "ev=100 es=0.5 actual_periods=2 spi_t=0.25 ieac_t=8")
    check(row(packages, "PACKAGES", "03", wbs="unassigned"), "bac=50 pv=50 ev=0 percent_complete=0 spi=0")
    check(row(packages, "PACKAGES", "01", wbs="A"), "ev=no_progress percent_complete=no_progress pv=100")
    check(row(packages, "PACKAGES", "04", wbs="Z"), "bac=0 ev=0 es=no_budget tcpi_bac=not_supplied")
    check(row(rows, "UNWEIGHED", "01"), "bac=100 ev=no_wbs_in_baseline cpi=no_actuals es=no_wbs_in_baseline")


def test_cents_add_up_over_work_packages(rows: list[Record], packages: list[Record]) -> None:
    """50 % of 100.01 is 50.01 twice, so the project shows 100.02; its ratio is that of 100.01, unrounded, over 7."""
    assert {each["ev"] for each in where(packages, project_code="HALVES", period="2026-01")} == {
        Decimal("50.01")
    }
    check(row(rows, "HALVES", "01"), "ev=100.02 cpi=14.2871428571")


def test_a_partial_period_counts_its_working_days(rows: list[Record]) -> None:
    """1,000 of June and 11/23 of July's 2,300; 2,150 of 4,300 earned: June, and half of July's plan."""
    found = row(rows, "PARTIAL", "07")
    assert found["is_partial_period"]
    check(
        found,
        "pv=2100 ev=2150 spi=1.0238095238 es=1.5 actual_periods=1.4782608696 sv_t=0.0217391304 "
        "spi_t=1.0147058824 ieac_t=2.9565217391",
    )
    assert not row(rows, "PARTIAL", "06")["is_partial_period"]


def test_a_plan_without_a_rate_or_a_period(rows: list[Record]) -> None:
    check(row(rows, "RATELESS", "01"), "bac=no_rate pv=no_rate ev=no_rate cpi=no_rate es=no_rate ac=30")
    check(
        row(rows, "MISDATED", "01"),
        "bac=200 ev=100 cpi=3.3333333333 pv=unknown_period sv=unknown_period spi=unknown_period "
        "es=unknown_period spi_t=unknown_period",
    )


def test_cost_that_was_given_back(rows: list[Record]) -> None:
    check(row(rows, "CREDITED", "02"), "ac=0 cpi=no_actuals eac_cpi=no_actuals eac_budget=100 tcpi_bac=0.5")


def test_what_no_column_holds_is_said(rows: list[Record]) -> None:
    """0.00009 earned and 90 million spent would come to 9e19 at completion."""
    check(row(rows, "SPECK", "02"), "eac_cpi=out_of_range eac_cpi_spi=out_of_range ev=0")


def test_every_null_has_a_reason(rows: list[Record], packages: list[Record]) -> None:
    silent = [
        (each["project_code"], each["period"], name)
        for each in [*rows, *packages]
        for name in MEASURES
        if (each[name] is None) != (each[f"{name}_null_reason"] is not None)
    ]
    assert silent == []


def test_the_portfolio_is_the_ratio_of_sums(home: PmoHome, rows: list[Record]) -> None:
    """PRA 35,000 / 36,000 and OVERSPENT 35,000 / 63,000: 70,000 / 99,000, by the query of docs/finance.md."""
    (found,) = home.query(
        "select sum(ev) / sum(ac) as cpi, count(*) as projects from marts.mart_evm_period"
        ' where period = ? and "view" = ?'
        " and ev is not null and ac <> 0 and project_code in ('PRA', 'OVERSPENT', 'UNSEEN')",
        *("2026-03", "as_reported"),
    )
    assert found == {"cpi": pytest.approx(70_000 / 99_000), "projects": 2}


def test_progress_says_what_counts(home: PmoHome) -> None:
    reports = where(home.table("fct_progress"), project_code="PACKAGES")
    april = {each["wbs"]: each for each in where(reports, period="2026-04")}
    assert {wbs: each["not_counted_reason"] for wbs, each in april.items()} == {
        None: "wbs_reported",
        "A": None,
        "B": None,
        "Z": "wbs_not_in_baseline",
    }
    assert (april["B"]["ev"], april["B"]["technique"], april["A"]["technique"]) == (100, "loe", "percent")
    assert (april["Z"]["ev"], april["Z"]["ev_null_reason"]) == (None, "wbs_not_in_baseline")
    january = only(reports, period="2026-01")
    assert (january["ev"], january["counts_in_ev"]) == (585, True)
    assert january["source_path"] == "inbox/register/progress.csv"


def test_anomalies_have_their_figures(home: PmoHome) -> None:
    """UNSEEN spends and never reports; AHEAD earns before its plan does; CREDITED has 50 % of 200 earned and all its
    cost given back; FALLING falls from 80 % to 30 % of 100, and 10 are given back of the 5 that it cost."""
    rows = where(home.table("fct_evm_anomaly"), view="restated")
    figures = {
        (each["project_code"], each["period"], each["anomaly"]): (each["amount"], each["compared_amount"])
        for each in rows
    }
    assert figures["UNSEEN", "2026-01", "ac_without_ev"] == (30, None)
    assert figures["AHEAD", "2026-01", "ev_without_ac"] == (20, 0)
    assert figures["AHEAD", "2026-02", "ev_without_pv"] == (20, 0)
    assert figures["CREDITED", "2026-02", "ev_without_ac"] == (100, 0)
    assert figures["FALLING", "2026-02", "ev_falling"] == (30, 80)
    assert figures["FALLING", "2026-02", "negative_ac"] == (-5, 0)
    assert not [
        each for each in figures if each[0] in ("PRA", "SCHWALBE", "REBASED") and each[1] >= "2026-03"
    ]


def test_an_estimate_below_every_trend_is_marked(rows: list[Record]) -> None:
    """OVERSPENT: 120,482 is below 100,000 / (35 / 63) = 180,000 and 128,000."""
    marked = {each["project_code"] for each in rows if each["eac_optimistic"]}
    assert marked == {"OVERSPENT", "SPENT"}
