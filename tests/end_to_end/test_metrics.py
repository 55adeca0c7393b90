"""The metrics of semantic/, asked through MetricFlow of the demo's release: each is the mart's own figure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tests.end_to_end.homes import PmoHome, only, where
from tests.end_to_end.metric_figures import Mart, marts
from tests.end_to_end.metric_process import Answer, Query, answers
from tests.end_to_end.pmo_process import REPOSITORY

PROPERTY_FILES = sorted((REPOSITORY / "semantic/models").rglob("*__semantic_models.yml"))
MARTS = marts()
PLACES = Decimal("1e-9")
"""Marts keep ten decimals of a ratio, MetricFlow divides as floating point."""
AGREED = {
    "budget": "baseline_original baseline_revised consumed consumed_posted consumed_accrued committed_open"
    " committed_total pre_committed available etc eac to_commit vac budget_consumption_rate"
    " commitment_rate fx_effect capex_share",
    "EVM": "pv ev ac cv sv cpi spi tcpi_bac tcpi_eac spi_t ieac_t",
    "schedule": "milestone_slip_days_avg milestone_hit_rate overdue_milestones dependency_breaches",
    "risk": "emv_residual open_risks contingency_cover",
    "capacity": "capacity_hours booked_hours utilisation capacity_gap",
    "portfolio": "alignment_score adjust_halt_candidates",
    "value": "benefits_planned benefits_realised benefit_realisation roi npv nps csat adoption_rate",
    "delivery": "throughput cycle_time_p50 cycle_time_p85 wip flow_efficiency velocity predictability"
    " deployment_frequency lead_time_for_changes change_fail_rate recovery_time",
    "control": "reconciliation_difference quarantine_amount compliance_rate scope_change_cost scope_change_days",
}
"""The metrics that were agreed, by group."""
MAY = "{{ Dimension('earned_value__period') }} = '2026-05'"
WITH_A_PLAN = "{{ Dimension('earned_value__pv_null_reason') }} is null"


def groupings(mart: Mart) -> dict[str, Mapping[str, str]]:
    """Total, each item of the mart's grain on its own, and the grain."""
    alone: dict[str, Mapping[str, str]] = {item: {item: column} for item, column in mart.own_grain.items()}
    return {"total": {}} | alone | {"own grain": mart.own_grain}


CASES = [(mart, grouping) for mart in MARTS for grouping in groupings(MARTS[mart])]


@dataclass(frozen=True, slots=True)
class Asked:
    """The demo's release, and what MetricFlow answers on it."""

    home: PmoHome
    cases: dict[tuple[str, str], Answer]
    index_of_may: Answer
    planned: Answer
    indices: Answer
    by_portfolio: Answer
    restated: Answer


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    home = PmoHome(tmp_path_factory.mktemp("demo"))
    outcome = home.run("demo", str(home.root))
    assert outcome.exit_code == 3, outcome.text
    folder = tmp_path_factory.mktemp("metrics")
    cases = [Query(list(MARTS[mart].figures), list(groupings(MARTS[mart])[name])) for mart, name in CASES]
    others = [
        Query(["cpi", "ac"], where=[MAY]),
        Query(["pv"], where=[WITH_A_PLAN]),
        Query(["cpi", "projects_without_cpi"]),
        Query(["cpi", "committed_open"], ["project__portfolio"]),
    ]
    told = answers(home.root, folder / "as_reported", [*cases, *others])
    (restated,) = answers(
        home.root,
        folder / "restated",
        [Query(list(MARTS["budget_position"].figures), ["project", "metric_time"])],
        {"view": "restated", "fx_basis": "budget"},
    )
    return Asked(home, dict(zip(CASES, told, strict=False)), *told[len(CASES) :], restated)


def own_figures(home: PmoHome, mart: Mart, columns: Mapping[str, str]) -> Answer:
    """The same figures in plain SQL on the published mart."""
    at_own_grain = columns == mart.own_grain
    wanted = {
        name: f"max({figure.own})" if at_own_grain and figure.own else figure.over
        for name, figure in mart.figures.items()
    }
    latest = f"qualify {mart.last}" if mart.last and "metric_time" not in columns else ""
    key = ", ".join(f"cast({column} as varchar)" for column in columns.values())
    figures = ", ".join(f"{sql} as {name}" for name, sql in wanted.items())
    groups = f"group by {', '.join(columns.values())}" if columns else ""
    rows = home.query(
        f"with rows as (select * from {mart.rows}), chosen as (select * from rows {latest})"
        f" select [{key}] as key, {figures} from chosen {groups}"
    )
    return {
        tuple(row["key"]): {name: None if row[name] is None else Decimal(str(row[name])) for name in wanted}
        for row in rows
    }


def assert_equal(found: Answer, expected: Answer) -> None:
    assert set(found) == set(expected)
    wrong = {
        (*key, name): (found[key][name], figure)
        for key, figures in expected.items()
        for name, figure in figures.items()
        if not same(found[key][name], figure)
    }
    assert not wrong


def same(found: Decimal | None, expected: Decimal | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return abs(found - expected) <= PLACES * max(1, abs(expected))


@pytest.mark.parametrize(("name", "grouping"), CASES)
def test_a_metric_is_the_figure_of_the_mart(asked: Asked, name: str, grouping: str) -> None:
    mart = MARTS[name]
    expected = own_figures(asked.home, mart, groupings(mart)[grouping])
    assert_equal(asked.cases[name, grouping], expected)


@pytest.mark.parametrize("name", MARTS)
def test_every_metric_has_a_figure_in_the_demo(asked: Asked, name: str) -> None:
    for metric in MARTS[name].figures:
        assert any(figures[metric] is not None for figures in asked.cases[name, "own grain"].values()), metric


def test_the_index_of_a_portfolio_is_the_ratio_of_the_sums(asked: Asked) -> None:
    """At the as-of date, of five projects; `unmapped` has no baseline and is counted as left out.

    ev 185,540 + 81,000 + 8,640 + 346,752 + 238,380 = 860,312
    ac 175,766.15 + 80,200 + 25,762.88 + 308,919.96 + 311,896.19 = 902,545.18
    860,312 / 902,545.18 = 0.953206…; the mean of the five indices is 0.857…
    """
    (figures,) = asked.indices.values()
    assert figures["projects_without_cpi"] == 1
    assert round(figures["cpi"] or Decimal(0), 6) == Decimal("0.953207")
    rows = where(asked.home.table("mart_evm_period"), period="2026-06", view="as_reported")
    indices = [row["cpi"] for row in rows if row["cpi"] is not None]
    assert abs(sum(indices) / len(indices) - Decimal("0.857")) < Decimal("0.001")


def test_metrics_of_two_marts_stand_side_by_side_by_portfolio(asked: Asked) -> None:
    projects = where(asked.home.table("dim_project"), is_current=True)
    assert set(asked.by_portfolio) == {(row["portfolio"],) for row in projects}
    open_orders = [figures["committed_open"] or Decimal(0) for figures in asked.by_portfolio.values()]
    position = where(
        asked.home.table("mart_budget_position"), period="2026-06", view="as_reported", fx_basis="booked"
    )
    assert sum(open_orders) == sum(row["committed_open"] for row in position)


def test_a_filter_on_the_period_gives_the_position_at_its_end(asked: Asked) -> None:
    (figures,) = asked.index_of_may.values()
    rows = where(asked.home.table("mart_evm_period"), period="2026-05", view="as_reported")
    assert figures["ac"] == sum(row["ac"] for row in rows)


def test_a_sum_with_an_unknown_part_is_unknown_until_the_part_is_filtered_out(asked: Asked) -> None:
    (total,) = asked.cases["earned_value", "total"].values()
    (planned,) = asked.planned.values()
    rows = where(asked.home.table("mart_evm_period"), period="2026-06", view="as_reported")
    assert only(rows, project_code="unmapped")["pv"] is None
    assert total["pv"] is None
    assert planned["pv"] == sum(row["pv"] for row in rows if row["pv"] is not None)


def test_another_view_and_basis_are_built_by_choice(asked: Asked) -> None:
    mart = marts("restated", "budget")["budget_position"]
    columns = {"project": "project_code", "metric_time": "period_end_on"}
    expected = own_figures(asked.home, mart, columns)
    assert_equal(asked.restated, expected)
    usual = own_figures(asked.home, MARTS["budget_position"], columns)
    assert expected != usual


def declared(file: Path) -> dict[str, str]:
    """Metrics that a property file declares, with their descriptions; not the parts that they are made of."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {metric["name"]: metric["description"] for metric in content.get("metrics", [])}


def test_every_metric_is_compared_and_every_agreed_one_exists() -> None:
    metrics = {name for file in PROPERTY_FILES for name in declared(file)}
    assert metrics == {name for mart in MARTS.values() for name in mart.figures}
    assert {name for names in AGREED.values() for name in names.split()} <= metrics


def test_the_page_for_reports_defines_every_metric_as_it_is_declared() -> None:
    page = (REPOSITORY / "docs/bi.md").read_text(encoding="utf-8").split("## Metrics")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE))
    assert rows == {name: text for file in PROPERTY_FILES for name, text in declared(file).items()}
