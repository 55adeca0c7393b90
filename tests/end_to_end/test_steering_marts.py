"""Milestones, dependencies, risks, gates, change requests, decisions and initiatives, from register files to marts.

Every expected figure was worked out by hand from the inputs of `steering_home`; none was taken from a run.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.end_to_end.homes import PmoHome, Record, only, where
from tests.end_to_end.steering_home import AS_OF, make_steering_home

AS_OF_DAY = date.fromisoformat(AS_OF)
MARTS = (
    "dim_milestone",
    "fct_milestone_snapshot",
    "mart_schedule_milestones",
    "fct_dependency_snapshot",
    "mart_dependencies",
    "fct_risk_snapshot",
    "mart_risk_exposure",
    "fct_gate",
    "mart_governance_compliance",
    "fct_change_request",
    "mart_scope_change",
    "mart_decisions_actions",
    "mart_initiative_funnel",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    home = make_steering_home(tmp_path_factory.mktemp("steering"))
    outcome = home.refresh(AS_OF)
    assert outcome.exit_code == 3, outcome.text
    return home


def values(row: Record, names: str) -> list[object]:
    """The named values of a row; dates as text."""
    return [value.isoformat() if isinstance(value := row[name], date) else value for name in names.split()]


# Milestones


def milestone(home: PmoHome, code: str, report_date: str = AS_OF) -> Record:
    rows = home.table("mart_schedule_milestones")
    return only(rows, milestone=code, report_date=date.fromisoformat(report_date))


def test_a_report_without_a_date_holds_at_the_as_of_date(home: PmoHome) -> None:
    """27 February to 13 March: 14 days, two working weeks. It is 32 days late as of 31 March, so red: 32 >= 15."""
    (row,) = where(home.table("mart_schedule_milestones"), milestone="UNDATED")
    assert values(row, "report_date reported_on slip_days slip_working_days overdue_days rag") == [
        AS_OF, None, 14, 10, 32, "red",
    ]  # fmt: skip
    assert (row["is_overdue"], row["is_forecast_stale"]) == (True, True)
    assert (row["slip_change"], row["slip_change_null_reason"]) == (None, "first_report")


def test_slip_and_its_change_follow_the_reports(home: PmoHome) -> None:
    """30 April to 4 May are 4 days, to 11 May 11; between the reports it moved by 7. Amber from 5."""
    rows = where(home.table("mart_schedule_milestones"), milestone="TWICE")
    found = [
        values(row, "report_date slip_days slip_change rag is_current")
        for row in sorted(rows, key=lambda row: row["report_date"])
    ]
    assert found == [
        ["2026-01-30", 4, None, "green", False],
        ["2026-02-27", 11, 7, "amber", False],
        [AS_OF, 11, 7, "amber", True],
    ]


def test_without_a_forecast_an_overdue_milestone_slips_day_by_day(home: PmoHome) -> None:
    """From 16 March to 20 March 4 days, to 31 March 15: the day on which it turns red."""
    assert values(milestone(home, "SILENT", "2026-03-20"), "slip_days rag") == [4, "green"]
    assert values(milestone(home, "SILENT"), "slip_days rag is_overdue") == [15, "red", True]


def test_nobody_knows_the_slip_of_what_is_ahead_without_a_forecast(home: PmoHome) -> None:
    row = milestone(home, "AHEAD")
    assert values(row, "slip_days slip_days_null_reason rag rag_null_reason is_overdue") == [
        None, "no_forecast", None, "no_forecast", False,
    ]  # fmt: skip


def test_a_new_baseline_hides_no_movement(home: PmoHome) -> None:
    """Baseline and forecast moved from 31 March to 30 April together: no slip, but 30 days later than before."""
    assert values(milestone(home, "REBASED", "2026-02-27"), "slip_days slip_change") == [0, 30]
    known = only(home.table("dim_milestone"), milestone="REBASED")
    assert values(known, "first_baseline_on baseline_on is_rebaselined report_count") == [
        "2026-03-31", "2026-04-30", True, 2,
    ]  # fmt: skip


def test_what_is_reached_early_slips_backwards(home: PmoHome) -> None:
    row = milestone(home, "REACHED")
    assert values(row, "slip_days rag is_reached_on_time is_overdue") == [-2, "green", True, False]


def test_a_report_after_the_as_of_date_is_not_known(home: PmoHome) -> None:
    assert "TOMORROW" not in {row["milestone"] for row in home.table("mart_schedule_milestones")}


def test_the_hit_rate_counts_what_is_due_and_not_done(home: PmoHome) -> None:
    """Due by 31 March: UNDATED, SILENT and REACHED; reached in time: one."""
    rows = where(home.table("mart_schedule_milestones"), is_current=True)
    assert (sum(row["is_due"] for row in rows), sum(row["is_reached_on_time"] for row in rows)) == (3, 1)


# Dependencies


def dependency(home: PmoHome, code: str, report_date: str = AS_OF) -> Record:
    rows = home.table("mart_dependencies")
    return only(rows, dependency=code, report_date=date.fromisoformat(report_date))


@pytest.mark.parametrize(
    ("code", "float_days", "breach", "chain_depth"),
    [
        ("IN-TIME", 10, False, 1),  # 20 to 30 April; what ALPHA needed of QUIET is delivered
        ("TOO-LATE", -16, True, 2),  # 31 May for 15 May; ALPHA before it
        ("NO-WORD", None, True, 3),  # needed on 15 March, open; ALPHA and BETA before it
        ("SHORTCUT", 0, False, 1),
        ("DELIVERED", -10, True, 1),  # 10 February for 31 January
        ("WITHDRAWN", -10, False, 1),
        ("BEFORE", 29, False, 1),  # leads into the cycle, and none into it
        ("STRANGE", 30, False, 1),
    ],
)
def test_a_dependency_has_a_float_a_breach_and_a_depth(
    home: PmoHome, code: str, float_days: int | None, breach: bool, chain_depth: int
) -> None:
    row = dependency(home, code)
    assert values(row, "float_days breach chain_depth") == [float_days, breach, chain_depth]
    assert row["float_days_null_reason"] == ("no_promise" if float_days is None else None)


@pytest.mark.parametrize("code", ["CYCLE-1", "CYCLE-2", "CYCLE-3"])
def test_a_cycle_is_shown_with_its_projects(home: PmoHome, code: str) -> None:
    row = dependency(home, code)
    assert values(row, "chain_depth chain_depth_null_reason is_in_cycle") == [None, "cycle", True]
    assert row["cycle_projects"] == "EPSILON, ETA, THETA"


def test_what_hangs_on_a_cycle_has_no_depth_either(home: PmoHome) -> None:
    row = dependency(home, "AFTER")
    assert values(row, "chain_depth chain_depth_null_reason is_in_cycle") == [None, "after_cycle", False]


def test_a_chain_is_that_of_the_report_date(home: PmoHome) -> None:
    """MOVING had 9 days of float in January and lacks 9 in February, with LATER behind it."""
    assert values(dependency(home, "MOVING", "2026-01-31"), "float_days breach") == [9, False]
    assert values(dependency(home, "MOVING", "2026-02-28"), "float_days breach") == [-9, True]
    assert values(dependency(home, "LATER", "2026-02-28"), "float_days chain_depth") == [30, 2]
    assert len(where(home.table("mart_dependencies"), dependency="LATER")) == 2


def test_a_code_that_nobody_mapped_stands_as_such(home: PmoHome) -> None:
    row = dependency(home, "STRANGE")
    assert values(row, "from_project_code from_source_project") == ["unmapped", "NOBODY"]


# Risks


def exposure(home: PmoHome, project: str, category: str = "unassigned", report_date: str = AS_OF) -> Record:
    rows = home.table("mart_risk_exposure")
    day = date.fromisoformat(report_date)
    return only(rows, project_code=project, category=category, report_date=day)


def test_worked_example_l_of_six_risks(home: PmoHome) -> None:
    """8,000 + 9,000 + 4,000 + 4,000 + 6,000 + 2,500 = 33,500 of 118,000. Nobody assessed what would be left."""
    row = exposure(home, "TENSTEP")
    assert values(row, "emv_inherent impact_open open_count unassessed_count") == [
        Decimal("33500.00"), Decimal("118000.00"), 6, 6,
    ]  # fmt: skip
    assert values(row, "emv_residual emv_residual_null_reason") == [None, "no_residual"]
    assert values(row, "contingency_cover contingency_cover_null_reason") == [None, "no_baseline"]


def test_worked_example_l_of_four_risks(home: PmoHome) -> None:
    """1,600 + 2,400 + 2,000 + 240 = 6,240. The version in force says nothing of contingency."""
    row = exposure(home, "FINBASE")
    assert row["emv_inherent"] == Decimal("6240.00")
    assert row["contingency_cover_null_reason"] == "no_contingency"


def test_opportunities_count_against_threats_and_closed_risks_not_at_all(home: PmoHome) -> None:
    """R1 4,000 and R3 0.1 × 1,000 USD × 0.90 = 90; R2 25 % of 8,000. Left: R1 20 % of 10,000, R2 12.5 % of 8,000."""
    vendor, market = (exposure(home, "MIXED", category, "2026-02-28") for category in ("vendor", "market"))
    assert values(vendor, "emv_inherent emv_residual open_count closed_count") == [
        Decimal("4090.00"), Decimal("2000.00"), 2, 1,
    ]  # fmt: skip
    assert values(market, "emv_inherent emv_residual open_opportunity_count") == [
        Decimal("-2000.00"), Decimal("-1000.00"), 1,
    ]  # fmt: skip


def test_contingency_covers_the_exposure_of_the_whole_project(home: PmoHome) -> None:
    """2,000 - 1,000 are left: 2,500 cover it 2.5 times in February, 500 by half under the version of March."""
    covers = [exposure(home, "MIXED", "vendor", day) for day in ("2026-01-31", "2026-02-28", AS_OF)]
    assert [row["contingency_cover"] for row in covers] == [None, Decimal("2.5"), Decimal("0.5")]
    assert covers[0]["contingency_cover_null_reason"] == "no_baseline"


def test_an_exposure_at_an_earlier_report_date_is_what_was_known_then(home: PmoHome) -> None:
    """R1 alone: 50 % of 10,000, 20 % of it left."""
    row = exposure(home, "MIXED", "vendor", "2026-01-31")
    assert values(row, "emv_inherent emv_residual open_count") == [Decimal("5000.00"), Decimal("2000.00"), 1]


def test_an_exposure_without_a_rate_is_unknown_and_its_neighbour_known(home: PmoHome) -> None:
    assert values(exposure(home, "NORATE"), "emv_inherent emv_inherent_null_reason") == [None, "no_rate"]
    legal = exposure(home, "NORATE", "legal")
    assert values(legal, "emv_inherent contingency_cover_null_reason") == [Decimal("50.00"), "no_baseline"]
    said = where(home.table("mart_data_quality"), object="risks", check_name="amounts_have_a_rate")
    assert {row["detail"] for row in said} >= {"GBP has no budget rate: add it to reference/fx_rates"}


# Gates


def test_a_gate_counts_each_prerequisite_once_and_waivers_end(home: PmoHome) -> None:
    """Overdue: the waiver that ended yesterday, what nobody did, what is done only tomorrow. 1 of 6 is in place."""
    row = only(home.table("mart_governance_compliance"), project_code="ALPHA", gate="G1")
    assert values(row, "required satisfied waived overdue pending") == [6, 1, 1, 3, 1]
    assert values(row, "satisfied_late without_evidence waivers_expired overdue_days_max next_due_on") == [
        1, 1, 1, 30, "2026-04-30",
    ]  # fmt: skip
    assert row["compliance_rate"] == Decimal("0.1666666667")


@pytest.mark.parametrize(
    ("prerequisite", "status", "overdue_days"),
    [
        ("waived through today", "waived", 0),
        ("waiver ran out", "overdue", 1),  # on 30 March
        ("nobody did it", "overdue", 30),  # on 1 March
        ("done tomorrow", "overdue", 11),  # due on 20 March
        ("not yet", "pending", 0),
    ],
)
def test_a_prerequisite_has_one_status(
    home: PmoHome, prerequisite: str, status: str, overdue_days: int
) -> None:
    row = only(home.table("fct_gate"), prerequisite=prerequisite)
    assert values(row, "status overdue_days") == [status, overdue_days]


def test_two_codes_of_one_project_keep_their_prerequisites_and_requests(home: PmoHome) -> None:
    """The second CR-8 has a day of decision and no decision: it adds nothing and stays open."""
    gate = only(home.table("mart_governance_compliance"), project_code="QUIET")
    assert values(gate, "required satisfied pending") == [2, 1, 1]
    requests = where(home.table("fct_change_request"), project_code="QUIET", change_request="CR-8")
    assert {(row["source_project"], row["is_open"]) for row in requests} == {
        ("QUIET", False),
        ("QUIET-OLD", True),
    }


def test_who_waived_is_named_only_where_people_are(home: PmoHome) -> None:
    assert {row["waived_by"] for row in home.table("fct_gate")} == {None}


# Change requests


def scope(home: PmoHome, period: str, project: str = "SCOPE") -> Record:
    return only(home.table("mart_scope_change"), project_code=project, period=period)


def test_change_requests_count_once_and_cost_when_they_are_approved(home: PmoHome) -> None:
    """February: CR-1, CR-2 and CR-5, which nobody has decided yet; CR-1 is 10,000 of 100,000. March: CR-3 and CR-4."""
    names = "cr_count submitted_count approved_count rejected_count deferred_count open_count"
    assert values(scope(home, "2026-01"), names) == [0, 1, 0, 0, 0, 1]
    assert values(scope(home, "2026-02"), names) == [3, 3, 1, 1, 0, 2]
    assert values(scope(home, "2026-03"), names) == [2, 1, 0, 0, 1, 3]
    measures = "cost_delta days_delta cumulative_cost_delta cumulative_vs_original"
    assert values(scope(home, "2026-01"), measures) == [0, 0, 0, 0]
    assert values(scope(home, "2026-02"), measures) == [10000, 15, 10000, Decimal("0.1")]
    assert values(scope(home, "2026-03"), measures) == [0, 0, 10000, Decimal("0.1")]


def test_decisions_take_days_and_open_requests_grow_old(home: PmoHome) -> None:
    """CR-1 took 21 days, CR-2 10; CR-3 was put off after 13 and is 39 days old at the end of March."""
    names = "decision_age oldest_open_days"
    assert values(scope(home, "2026-02"), names) == [Decimal("15.5"), 8]
    assert values(scope(home, "2026-03"), names) == [Decimal("13"), 39]
    assert values(scope(home, "2026-01"), "decision_age decision_age_null_reason") == [
        None,
        "nothing_decided",
    ]


def test_a_baseline_that_requests_do_not_explain_is_a_finding(home: PmoHome) -> None:
    """112,000 - 100,000 - 10,000: 2,000 came without a request."""
    assert scope(home, "2026-03")["unexplained_delta"] == Decimal("2000.00")
    (found,) = where(
        home.table("mart_data_quality"),
        check_name="change_requests_explain_the_baseline",
        outcome="warned",
    )
    assert found["amount"] == Decimal("2000.00")
    assert "SCOPE" in found["detail"]


def test_a_request_of_a_project_without_a_budget_is_compared_with_nothing(home: PmoHome) -> None:
    """100 dollars at 0.90; a blank amount adds nothing."""
    row = scope(home, "2026-03", "QUIET")
    assert values(row, "cost_delta days_delta cumulative_vs_original cumulative_vs_original_null_reason") == [
        Decimal("90.00"), 3, None, "no_baseline",
    ]  # fmt: skip


def test_a_decision_after_the_as_of_date_is_not_known(home: PmoHome) -> None:
    rows = home.table("fct_change_request")
    assert values(only(rows, change_request="CR-5"), "decision decided_on is_open open_days") == [
        None, None, True, 34,
    ]  # fmt: skip
    assert "CR-6" not in {row["change_request"] for row in rows}


# Decisions, actions, initiatives


def test_decisions_are_counted_by_what_they_are_about(home: PmoHome) -> None:
    """Asked on 1 and 21 March: 30 and 10 days old, 20 on average. D3 took 7 days."""
    rows = where(home.table("mart_decisions_actions"), project_code="ALPHA", kind="decision")
    names = "total_count open_count decided_count open_age_days open_age_days_max days_to_decide"
    assert values(only(rows, about="budget"), names) == [3, 2, 1, 20, 30, 7]
    assert values(only(rows, about="scope"), "open_count days_to_decide_null_reason") == [
        1,
        "nothing_decided",
    ]
    assert values(only(rows, about="unassigned"), "decided_count days_to_decide_null_reason") == [
        1,
        "no_start_date",
    ]
    assert {row["overdue_count_null_reason"] for row in rows} == {"no_due_date"}


def test_actions_are_overdue_after_their_day(home: PmoHome) -> None:
    """A1 for 11 days, A2 since yesterday although done in April; A3 is due today."""
    rows = where(home.table("mart_decisions_actions"), kind="action")
    names = "total_count open_count decided_count overdue_count overdue_days_max"
    assert values(only(rows, project_code="ALPHA"), names) == [4, 3, 1, 2, 11]
    assert values(only(rows, project_code="BETA"), "open_count overdue_days_max_null_reason") == [
        1,
        "nothing_overdue",
    ]


def test_initiatives_enter_stay_move_on_and_stop(home: PmoHome) -> None:
    """Both left the idea in February, after 30 and 40 days; the robots' proof of concept ended after 30 days."""
    rows = home.table("mart_initiative_funnel")
    names = "entered in_stage moved_on stopped days_in_stage"
    expected = {
        ("idea", "2026-01"): [2, 2, 0, 0, None],
        ("idea", "2026-02"): [0, 0, 2, 0, Decimal("35")],
        ("proof_of_concept", "2026-02"): [1, 1, 0, 0, None],
        ("proof_of_concept", "2026-03"): [0, 0, 0, 1, Decimal("30")],
        ("pilot", "2026-03"): [0, 1, 0, 0, None],
        ("industrialised", "2026-03"): [0, 0, 0, 0, None],
        ("stopped", "2026-03"): [1, 1, 0, 0, None],
    }
    found = {key: values(only(rows, stage=key[0], period=key[1]), names) for key in expected}
    assert found == expected
    pilot = only(rows, stage="pilot", period="2026-03")
    assert pilot["age_days"] == 35  # since 24 February; that it is industrialised in April is not known yet
    assert pilot["days_in_stage_null_reason"] == "nothing_left"


# All of them


@pytest.mark.parametrize("mart", MARTS)
def test_every_mart_speaks_of_the_as_of_date(home: PmoHome, mart: str) -> None:
    assert {row["as_of"] for row in home.table(mart)} == {AS_OF_DAY}
