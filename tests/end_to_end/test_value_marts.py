"""Benefits, priorities, satisfaction and capacity: every figure by hand from the files of `value_home`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.end_to_end.homes import PmoHome, Record, only, total, where
from tests.end_to_end.value_home import AS_OF, make_value_home

TEN_PLACES = Decimal("0.0000000001")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    home = make_value_home(tmp_path_factory.mktemp("value"))
    outcome = home.refresh(AS_OF)
    assert outcome.exit_code in (0, 3), outcome.text
    return home


@pytest.fixture(scope="module")
def benefits(home: PmoHome) -> list[Record]:
    return home.table("mart_benefits_roi")


@pytest.fixture(scope="module")
def priorities(home: PmoHome) -> list[Record]:
    return where(home.table("mart_portfolio_prioritisation"), scoring_version="2026")


@pytest.fixture(scope="module")
def satisfaction(home: PmoHome) -> list[Record]:
    return home.table("mart_adoption_satisfaction")


@pytest.fixture(scope="module")
def capacity(home: PmoHome) -> list[Record]:
    return home.table("mart_capacity_skill")


def exact(value: Decimal) -> Decimal:
    return value.quantize(TEN_PLACES)


@pytest.mark.parametrize("project", ["WORTH", "OUTLAY"])
def test_the_worked_example_of_net_present_value(benefits: list[Record], project: str) -> None:
    """-100, 60, 60 at 10 %: -100 + 60 / 1.1 + 60 / 1.21 = 4.132231; WORTH costs 40 posted + 60 to go."""
    rows = where(benefits, project_code=project)
    assert {row["npv"] for row in rows} == {Decimal("4.1322314050")}
    assert {row["npv_fiscal_year"] for row in rows} == {"2026"}


def test_return_and_payback_are_those_of_the_cost_at_completion(benefits: list[Record]) -> None:
    """(120 - 100) / 100; after year 1 there are 40 to go, 60 come in year 2: 1 + 40 / 60."""
    row = where(benefits, project_code="WORTH")[0]
    assert (row["project_benefits"], row["project_eac"]) == (Decimal("120.00"), Decimal("100.00"))
    assert row["roi"] == Decimal("0.2000000000")
    assert row["payback"] == Decimal("1.6666666667")


def test_what_is_left_to_spend_lies_in_the_years_of_its_lines(home: PmoHome, benefits: list[Record]) -> None:
    """30 in 2026; in 2027 200 less 70: -30 + 130 / 1.1 = 88.18…, without the non-cashable 200: -30 - 70 / 1.1."""
    years = where(home.table("fct_value_by_year"), project_code="PHASED")
    assert {row["fiscal_year"]: (row["cost"], row["benefits"]) for row in years} == {
        "2026": (Decimal("30.00"), Decimal("0.00")),
        "2027": (Decimal("70.00"), Decimal("200.00")),
    }
    row = where(benefits, project_code="PHASED")[0]
    assert row["npv"] == Decimal("88.1818181818")
    assert row["npv_cashable"] == Decimal("-93.6363636364")
    assert row["payback"] == Decimal("0.2307692308")


def test_benefits_realised_are_compared_with_the_plan_to_date(benefits: list[Record]) -> None:
    """(80 + 90) / (100 + 100) = 0.85; of all 600 planned 170 / 600."""
    row = only(benefits, project_code="REALISED", benefit="Sales", period="2026-02")
    assert (row["planned"], row["realised"]) == (Decimal("100.00"), Decimal("90.00"))
    assert (row["realised_to_date"], row["planned_to_date"]) == (Decimal("170.00"), Decimal("200.00"))
    assert row["realisation"] == Decimal("0.8500000000")
    assert row["realisation_of_total"] == Decimal("0.2833333333")


def test_benefits_in_another_currency_are_at_the_budget_rate(benefits: list[Record]) -> None:
    row = only(benefits, project_code="REALISED", benefit="Abroad")
    assert (row["planned"], row["realised"]) == (Decimal("80.00"), Decimal("40.00"))


@pytest.mark.parametrize(
    ("benefit", "period", "figure", "reason"),
    [
        ("Sales", "2026-03", "realised", "not_reported"),
        ("Sales", "2026-03", "realisation", "not_reported"),
        ("Sales", "2026-12", "realised", "in_future"),
        ("Unrated", "2026-01", "planned", "no_rate"),
        ("Unrated", "2026-01", "realisation", "no_rate"),
        ("Later", "2026-01", "realisation", "nothing_planned"),
        ("Sales", "2026-01", "npv", "no_forecast"),
        ("Sales", "2026-01", "roi", "no_forecast"),
        ("Sales", "2026-01", "payback", "no_forecast"),
    ],
)
def test_a_benefit_that_nobody_can_know_says_why(
    benefits: list[Record], benefit: str, period: str, figure: str, reason: str
) -> None:
    row = only(benefits, project_code="REALISED", benefit=benefit, period=period)
    assert (row[figure], row[f"{figure}_null_reason"]) == (None, reason)


def test_an_outlay_among_the_benefits_has_no_cost_to_return_on(benefits: list[Record]) -> None:
    row = where(benefits, project_code="OUTLAY")[0]
    assert (row["roi"], row["roi_null_reason"]) == (None, "no_cost")


def test_a_project_that_never_pays_back_says_so(benefits: list[Record]) -> None:
    row = only(benefits, project_code="STOP")
    assert (row["payback"], row["payback_null_reason"]) == (None, "not_paid_back")


def test_a_benefit_of_no_known_period_is_listed_and_values_nothing(
    home: PmoHome, priorities: list[Record]
) -> None:
    fact = only(home.table("fct_benefit"), project_code="LABEL")
    assert (fact["period"], fact["realised_null_reason"]) == (None, "no_period")
    said = [row["detail"] or "" for row in home.table("mart_data_quality") if row["object"] == "benefits"]
    assert any("period some day is not in the fiscal calendar" in detail for detail in said)
    assert only(priorities, project_code="LABEL")["npv_at_eac"] is None


def test_alignment_is_weighted_and_equal_ones_share_a_rank(priorities: list[Record]) -> None:
    """FIRST 0.5 x 0.8 + 0.5 x 0.6, TIED the same the other way round, STOP 0.5 x 0.2 + 0.5 x 0.3."""
    ranked = {row["project_code"]: (row["alignment"], row["rank"]) for row in priorities}
    assert ranked["FIRST"] == ranked["TIED"] == (Decimal("0.7000000000"), 1)
    assert ranked["STOP"] == (Decimal("0.2500000000"), 3)
    assert ranked["PARTLY"] == ranked["WORTH"] == (None, 4)


def test_the_shortest_of_equal_jobs_comes_first(priorities: list[Record]) -> None:
    """(8 + 5 + 2) / 5 and (3 + 2 + 1) / 8."""
    first, stop = (only(priorities, project_code=project) for project in ("FIRST", "STOP"))
    assert (first["wsjf"], first["wsjf_rank"]) == (Decimal("3.0000000000"), 1)
    assert (stop["wsjf"], stop["wsjf_rank"]) == (Decimal("0.7500000000"), 2)


@pytest.mark.parametrize(
    ("project", "figure", "reason"),
    [
        ("WORTH", "alignment", "not_scored"),
        ("PARTLY", "alignment", "objective_not_scored"),
        ("SPENT", "alignment", "no_weight"),
        ("WORTH", "wsjf", "not_scored"),
        ("PARTLY", "wsjf", "partly_scored"),
        ("TIED", "wsjf", "no_job_size"),
        ("FIRST", "npv_at_eac", "no_benefits"),
        ("LABEL", "npv_at_eac", "no_period"),
        ("WORTH", "risk_adj", "no_risks"),
        ("OUTLAY", "risk_adj", "no_rate"),
    ],
)
def test_a_priority_that_nobody_can_know_says_why(
    priorities: list[Record], project: str, figure: str, reason: str
) -> None:
    row = only(priorities, project_code=project)
    assert (row[figure], row[f"{figure}_null_reason"]) == (None, reason)


def test_a_round_whose_weights_do_not_add_up_ranks_nobody(home: PmoHome) -> None:
    rows = where(home.table("mart_portfolio_prioritisation"), scoring_version="2025")
    row = only(rows, project_code="FIRST")
    assert (row["alignment"], row["alignment_null_reason"]) == (None, "weights_do_not_add_up")
    assert {(row["rank"], row["rank_null_reason"]) for row in rows} == {(None, "nothing_scored")}


def test_value_is_adjusted_by_what_open_risks_may_cost(priorities: list[Record]) -> None:
    """STOP: 50 - 120 = -70; 0.25 x 40 - 0.5 x 6 = 7, the closed one aside. PHASED: 0.1 x 100 USD at 0.80."""
    stop, phased = (only(priorities, project_code=project) for project in ("STOP", "PHASED"))
    assert (stop["npv_at_eac"], stop["expected_loss"], stop["risk_adj"]) == (-70, 7, -77)
    assert (phased["expected_loss"], phased["risk_adj"]) == (8, Decimal("80.1818181818"))


def test_a_candidate_to_halt_brings_its_evidence(home: PmoHome, priorities: list[Record]) -> None:
    """EAC 120 on 100: 0.2; (100 - 20) / (100 - 80) = 4; slip 10, then 40 days; needed ten days ago."""
    evidence = where(home.table("fct_adjust_halt_evidence"), project_code="STOP")
    assert {(row["rule"], row["rule_value"]) for row in evidence} == {
        ("eac_over_tolerance", Decimal("0.2")),
        ("tcpi_not_credible", Decimal(4)),
        ("npv_negative", Decimal(-70)),
        ("slip_growing", Decimal(40)),
        ("alignment_below_cut", Decimal("0.25")),
        ("dependency_blocked", Decimal(10)),
    }
    row = only(priorities, project_code="STOP")
    assert row["is_adjust_halt_candidate"]
    assert set(row["adjust_halt_flags"].split(", ")) == {each["rule"] for each in evidence}
    assert set(row["evidence_ids"].split(", ")) == {each["adjust_halt_evidence_sk"] for each in evidence}
    assert row["adjust_halt_not_run"] is None


def test_evidence_out_of_the_register_names_its_cells(home: PmoHome) -> None:
    evidence = home.table("fct_adjust_halt_evidence")
    slip = only(evidence, project_code="STOP", rule="slip_growing")
    assert (slip["evidence_key"], slip["source_path"]) == ("M1", "inbox/register/milestones.csv")
    assert slip["source_place"] == "A4:F4"


def test_evidence_in_a_mart_is_found_there(home: PmoHome) -> None:
    found = home.query(
        "select e.rule, p.project_code from marts.fct_adjust_halt_evidence as e"
        " join marts.mart_budget_position as p on e.evidence_key = p.budget_position_sk"
        " union select e.rule, p.project_code from marts.fct_adjust_halt_evidence as e"
        " join marts.mart_evm_period as p on e.evidence_key = p.evm_period_sk"
        " union select e.rule, p.project_code from marts.fct_adjust_halt_evidence as e"
        " join marts.fct_value_by_year as p on e.evidence_key = p.value_by_year_sk"
    )
    assert {(row["rule"], row["project_code"]) for row in found} == {
        ("eac_over_tolerance", "STOP"),
        ("npv_negative", "STOP"),
        ("tcpi_not_credible", "STOP"),
        ("tcpi_not_credible", "SPENT"),
    }


@pytest.mark.parametrize(
    ("project", "flags"),
    [
        ("FIRST", None),  # one report of slip only
        ("TIED", "slip_growing"),  # slip 10, then 19, from the baseline on
        ("PARTLY", None),  # needed today, not before
        ("SPENT", "tcpi_not_credible"),  # 50 of 50 spent at 90 %; its milestone was reached
    ],
)
def test_a_rule_fires_where_it_should_and_nowhere_else(
    priorities: list[Record], project: str, flags: str | None
) -> None:
    row = only(priorities, project_code=project)
    assert (row["adjust_halt_flags"], row["is_adjust_halt_candidate"]) == (flags, flags is not None)


def test_a_rule_without_its_data_has_not_passed(priorities: list[Record]) -> None:
    assert only(priorities, project_code="PARTLY")["adjust_halt_not_run"].split(", ") == [
        "alignment_below_cut",
        "eac_over_tolerance",
        "npv_negative",
        "slip_growing",
        "tcpi_not_credible",
    ]


def test_users_answers_and_training_of_a_period(satisfaction: list[Record]) -> None:
    """30 of 120 use it, 15 of 30 what it is for; 3 of 7 promote, 2 detract; 2 of 4 are satisfied; 11 of 30 answered.

    Two of the promoters gave the same answer on the same day: two answers.
    """
    row = only(satisfaction, project_code="FIRST")
    assert row["adoption"] == Decimal("0.25")
    assert row["adoption_depth"] == Decimal("0.5")
    assert (row["nps"], row["nps_n"]) == (exact(Decimal(100) / 7), 7)
    assert (row["csat"], row["csat_n"]) == (Decimal("0.5"), 4)
    assert (row["n"], row["response_rate"]) == (11, exact(Decimal(11) / 30))
    assert (row["nps_response_rate"], row["csat_response_rate"]) == (Decimal("0.35"), Decimal("0.4"))
    assert (row["training_invited"], row["training_completed"]) == (40, 30)
    assert row["training_completion_rate"] == Decimal("0.75")


@pytest.mark.parametrize(
    ("project", "figure", "reason"),
    [
        ("TIED", "adoption", "no_target"),
        ("TIED", "adoption_depth", "not_supplied"),
        ("TIED", "response_rate", "several_rounds"),
        ("TIED", "csat", "no_answers"),
        ("TIED", "training_completion_rate", "not_supplied"),
        ("STOP", "response_rate", "not_supplied"),
        ("STOP", "adoption", "not_supplied"),
        ("PARTLY", "nps", "no_answers"),
        ("PARTLY", "training_completion_rate", "nobody_invited"),
    ],
)
def test_satisfaction_that_nobody_can_know_says_why(
    satisfaction: list[Record], project: str, figure: str, reason: str
) -> None:
    row = only(satisfaction, project_code=project)
    assert (row[figure], row[f"{figure}_null_reason"]) == (None, reason)


def test_nobody_uses_answers_or_trains_in_the_future(satisfaction: list[Record]) -> None:
    assert {row["period"] for row in satisfaction} == {"2026-03"}


def test_a_person_with_three_skills_is_one_person(capacity: list[Record]) -> None:
    """100.01 over three: 33.34, 33.33, 33.34; with 60 and 40 that is 200.01, as delivered."""
    march = where(capacity, period="2026-03")
    ann = {row["skill"]: row["supply"] for row in where(march, team="A", role="developer")}
    assert ann == {"python": Decimal("33.34"), "sql": Decimal("33.33"), "testing": Decimal("33.34")}
    assert total(march, "supply") == Decimal("200.01")
    assert total(where(march, skill="sql"), "supply_could_do") == Decimal("160.01")


def test_a_demand_stands_on_those_who_can_meet_it(capacity: list[Record]) -> None:
    """120 over 33.33 and 60 of 93.33: 42.85 and 77.15."""
    sql = {row["team"]: row for row in where(capacity, period="2026-03", skill="sql")}
    assert (sql["A"]["demand"], sql["B"]["demand"]) == (Decimal("42.85"), Decimal("77.15"))
    assert (sql["A"]["gap"], sql["B"]["gap"]) == (Decimal("9.52"), Decimal("17.15"))
    assert sql["B"]["gap_fte"] == exact(Decimal("17.15") / (Decimal("160.01") / Decimal("1.5")))


def test_what_nobody_can_do_is_all_gap(capacity: list[Record]) -> None:
    row = only(capacity, skill="cobol")
    assert (row["role"], row["team"], row["persons"]) == (None, None, 0)
    assert (row["supply"], row["demand"], row["gap"]) == (0, 10, 10)
    assert (row["utilisation"], row["utilisation_null_reason"]) == (None, "no_capacity")


def test_utilisation_is_hours_booked_over_capacity(capacity: list[Record]) -> None:
    """Bob booked 45 of 60; Dan's 8 hours have no capacity and are in no ratio."""
    march = where(capacity, period="2026-03")
    bob = only(march, skill="sql", team="B")
    assert (bob["booked"], bob["utilisation"]) == (45, Decimal("0.75"))
    assert only(march, skill=None, team="B")["booked_without_capacity"] == 8
    assert total(march, "booked") == 45


@pytest.mark.parametrize(
    ("period", "skill", "figure", "reason"),
    [
        ("2026-04", "python", "utilisation", "in_future"),
        ("2026-05", "python", "gap_fte", "no_fte"),
    ],
)
def test_capacity_that_nobody_can_know_says_why(
    capacity: list[Record], period: str, skill: str, figure: str, reason: str
) -> None:
    row = only(capacity, period=period, skill=skill)
    assert (row[figure], row[f"{figure}_null_reason"]) == (None, reason)


def test_whose_capacity_it_is_nobody_reads(home: PmoHome) -> None:
    rows = home.table("fct_capacity_allocation")
    assert len(rows) == 5
    assert {(row["role"], row["team"]) for row in rows} == {(None, None)}
    written = " ".join(str(value) for row in rows for value in row.values()).lower()
    assert not any(name in written for name in ("ann", "bob", "cyd", "dan"))
