"""What nobody supplies is absent, not an error: the marts are there with their contract and without rows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.end_to_end.homes import Outcome, PmoHome, make_home, total, where

MARTS = (
    "dim_cost_category",
    "dim_fiscal_period",
    "dim_project",
    "dim_sprint",
    "fct_actual_txn",
    "fct_budget_line",
    "fct_commitment_event",
    "fct_evm_anomaly",
    "fct_forecast_line",
    "fct_issue",
    "fct_issue_link",
    "fct_issue_status_interval",
    "fct_sprint_scope_event",
    "fct_load_control_total",
    "fct_reconciling_item",
    "fct_progress",
    "fct_timesheet_entry",
    "dim_objective",
    "fct_adjust_halt_evidence",
    "fct_adoption",
    "fct_alignment_score",
    "fct_benefit",
    "fct_capacity_allocation",
    "fct_survey_response",
    "fct_value_by_year",
    "mart_adoption_satisfaction",
    "mart_benefits_roi",
    "mart_capacity_skill",
    "mart_portfolio_prioritisation",
    "mart_evm_period",
    "mart_evm_wbs_period",
    "mart_budget_by_year",
    "mart_forecast_accuracy",
    "mart_vendor_position",
    "mart_budget_movement",
    "mart_budget_position",
    "mart_data_quality",
    "mart_reconciliation",
    "release_info",
)
COLUMNS_OF_A_POSITION = {
    "project_code",
    "project_name",
    "cost_category",
    "period",
    "period_end_on",
    "view",
    "fx_basis",
    "currency",
    "as_of",
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
    "etc_stale",
    "eac",
    "to_commit",
    "available",
    "vac",
    "fx_effect",
    "over_invoiced_amount",
    "is_partial_period",
}


@pytest.fixture(scope="module")
def budgets_only(tmp_path_factory: pytest.TempPathFactory) -> tuple[PmoHome, Outcome]:
    home = make_home(tmp_path_factory.mktemp("budgets-only"))
    home.write(
        "inbox/budgets/budget_versions.csv",
        [{"project": "PAY", "version_no": 1, "version_type": "original", "approved_on": "2026-01-05"}],
    )
    line = {"project": "PAY", "version_no": 1, "cost_category": "labour", "currency": "EUR"}
    home.write(
        "inbox/budgets/budget_lines.csv",
        [
            line | {"period": "2026-01", "amount": "1200.10"},
            line | {"period": "2026-02", "amount": "1200.20"},
            line | {"period": "2026-07", "amount": "99.70"},
        ],
    )
    return home, home.refresh("2026-03-31")


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> tuple[PmoHome, Outcome]:
    home = make_home(tmp_path_factory.mktemp("nothing"))
    return home, home.refresh("2026-03-31")


def test_a_home_with_budgets_only_refreshes(budgets_only: tuple[PmoHome, Outcome]) -> None:
    _, outcome = budgets_only
    assert outcome.exit_code == 0, outcome.stderr


def test_a_home_with_nothing_at_all_refreshes(nothing: tuple[PmoHome, Outcome]) -> None:
    _, outcome = nothing
    assert outcome.exit_code == 0, outcome.stderr


def test_the_budget_arrives_whole_at_every_period(budgets_only: tuple[PmoHome, Outcome]) -> None:
    home, _ = budgets_only
    for period in ("2026-01", "2026-02", "2026-03"):
        rows = where(home.table("mart_budget_position"), period=period, view="as_reported", fx_basis="booked")
        assert total(rows, "baseline_revised") == total(rows, "baseline_original") == Decimal("2500.00")


def test_without_a_register_the_budgets_say_which_projects_there_are(
    budgets_only: tuple[PmoHome, Outcome],
) -> None:
    home, _ = budgets_only
    codes = {row["project_code"] for row in home.table("dim_project")} - {"unmapped"}
    assert codes == {"PAY"}


def test_without_a_forecast_nothing_is_estimated(budgets_only: tuple[PmoHome, Outcome]) -> None:
    home, _ = budgets_only
    rows = home.table("mart_budget_position")
    assert {(row["etc"], row["eac"], row["to_commit"], row["vac"]) for row in rows} == {(None,) * 4}


@pytest.mark.parametrize(
    "table", ["fct_actual_txn", "fct_commitment_event", "fct_forecast_line", "fct_timesheet_entry"]
)
def test_a_fact_without_its_source_is_empty(budgets_only: tuple[PmoHome, Outcome], table: str) -> None:
    home, _ = budgets_only
    assert home.table(table) == []


@pytest.mark.parametrize("table", ["fct_budget_line", "mart_budget_position", "mart_budget_movement"])
def test_the_budget_marts_are_empty_where_there_is_nothing(
    nothing: tuple[PmoHome, Outcome], table: str
) -> None:
    home, _ = nothing
    assert home.table(table) == []


def test_every_mart_is_published_in_both_homes(
    budgets_only: tuple[PmoHome, Outcome], nothing: tuple[PmoHome, Outcome]
) -> None:
    for home, _ in (budgets_only, nothing):
        assert set(MARTS) <= set(home.tables())
        assert {f"published/parquet/{name}.parquet" for name in home.tables()} <= set(home.release())


@pytest.mark.parametrize("table", MARTS)
def test_an_empty_mart_has_the_columns_and_types_of_a_full_one(
    budgets_only: tuple[PmoHome, Outcome], nothing: tuple[PmoHome, Outcome], table: str
) -> None:
    columns = nothing[0].columns(table)
    assert columns
    assert columns == budgets_only[0].columns(table)


def test_the_columns_of_the_contract_are_there(nothing: tuple[PmoHome, Outcome]) -> None:
    home, _ = nothing
    flags = {"etc_stale", "is_partial_period"}
    assert home.columns("mart_budget_position").keys() >= COLUMNS_OF_A_POSITION
    assert home.columns("mart_budget_movement").keys() >= COLUMNS_OF_A_POSITION - flags


def test_a_release_says_what_it_is_even_when_there_is_nothing_in_it(nothing: tuple[PmoHome, Outcome]) -> None:
    home, _ = nothing
    (release,) = home.table("release_info")
    assert str(release["as_of"]) == "2026-03-31"
