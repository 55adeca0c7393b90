"""`pmo demo`: the whole path, Jira included, on the demo company; its figures counted again from its files."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pytest

from demo.jira.company import issues, worklogs
from tests.end_to_end.homes import Outcome, PmoHome, Record, only, total, where
from tests.end_to_end.pmo_process import REPOSITORY
from tests.end_to_end.traces import assert_leaves_add_up

CENT = Decimal("0.01")
MEASURES_SHOWN = (
    "baseline_revised",
    "consumed",
    "committed_open",
    "committed_total",
    "eac",
    "available",
    "vac",
)
ACCOUNTS = {"4100": "PAY", "4200": "WEB", "4300": "DWH", "4400": "OPS", "4500": "MIG"}


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo run twice into one folder."""

    home: PmoHome
    first: Outcome
    second: Outcome
    landed: dict[str, str]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    home = PmoHome(tmp_path_factory.mktemp("demo"))
    first = home.run("demo", str(home.root))
    landed = home.files("landing/**/*")
    return Demo(home, first, home.run("demo", str(home.root)), landed)


@pytest.fixture(scope="module")
def position(demo: Demo) -> list[Record]:
    rows = demo.home.table("mart_budget_position")
    return where(rows, period="2026-06", view="as_reported", fx_basis="booked")


def test_the_demo_ends_with_something_to_mend(demo: Demo) -> None:
    assert demo.first.exit_code == 3, demo.first.text


@pytest.mark.parametrize("project", ["PAY", "WEB", "DWH", "OPS", "MIG", "unmapped"])
def test_the_demo_shows_every_project(demo: Demo, project: str) -> None:
    assert project in demo.first.stdout


@pytest.mark.parametrize("project", ["PAY", "WEB", "DWH", "OPS", "MIG", "unmapped"])
def test_the_first_screen_of_the_readme_shows_what_the_demo_shows(
    position: list[Record], project: str
) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(rf"^{project} +([\d.,–\- ]+)$", readme, re.MULTILINE)
    rows = where(position, project_code=project)
    sums = [None if any(row[name] is None for row in rows) else total(rows, name) for name in MEASURES_SHOWN]
    assert shown.split() == ["–" if amount is None else f"{amount:,.2f}" for amount in sums]


def test_the_first_screen_of_the_readme_counts_the_rows_of_the_demo(demo: Demo) -> None:
    (counted,) = re.findall(
        r"^Rows: .*$", (REPOSITORY / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert counted in demo.first.stdout


def test_a_second_demo_finds_nothing_new(demo: Demo) -> None:
    assert demo.second.exit_code == 3, demo.second.text
    assert demo.home.files("landing/**/*") == demo.landed


def test_the_planted_oddities_are_all_that_is_wrong(demo: Demo) -> None:
    (release,) = demo.home.table("release_info")
    assert (release["standing_quarantined_rows"], release["unmapped_rows"]) == (1, 1)
    said = demo.home.run("quarantine").text
    assert "7h30" in said
    assert "4999" in said


def test_every_difference_is_nil(demo: Demo) -> None:
    assert {row["difference"] for row in demo.home.table("mart_reconciliation")} == {Decimal(0)}


def test_what_is_open_in_the_reconciliation_is_what_was_planted(demo: Demo) -> None:
    outcome = demo.home.run("reconcile", "--json")
    points = json.loads(outcome.stdout)["open_points"]
    assert outcome.exit_code == 3
    assert sorted(point["what"] for point in points) == ["in quarantine", "unmapped_project"]


def test_the_story_has_a_project_that_committed_too_much_and_one_that_did_not(position: list[Record]) -> None:
    assert total(where(position, project_code="WEB"), "available") < 0
    assert total(where(position, project_code="DWH"), "available") > 100_000


@pytest.mark.parametrize("project", ["PAY", "WEB", "DWH", "OPS", "MIG"])
def test_what_the_ledger_posted_is_posted(demo: Demo, position: list[Record], project: str) -> None:
    posted = Decimal(0)
    for row in demo.home.rows_of("inbox/ledger/invoices.csv") + demo.home.rows_of(
        "inbox/ledger/postings.csv"
    ):
        if ACCOUNTS.get(row["project"]) == project:
            amount = Decimal(row.get("functional_amount") or row["amount"])
            posted += -amount if row.get("type") == "credit" else amount
    assert total(where(position, project_code=project), "consumed_posted") == posted


@pytest.mark.parametrize("project", ["PAY", "WEB", "DWH"])
def test_hours_that_nobody_posted_are_accrued_at_the_rate_of_their_day(
    demo: Demo, position: list[Record], project: str
) -> None:
    expected = labour_of_june(demo.home)[project]
    labour = only(position, project_code=project, cost_category="labour")
    assert labour["consumed_accrued"] == expected


def labour_of_june(home: PmoHome) -> dict[str, Decimal]:
    """Approved hours of June by person and project at the one rate each has in June; nothing is posted yet."""
    roles = {row["person"]: row["role"] for row in home.rows_of("reference/people.csv")}
    rates = {
        row["person"] or row["role"]: Decimal(row["rate"]) for row in home.rows_of("reference/rate_cards.csv")
    }
    hours: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in home.rows_of("inbox/timesheets/timesheet_entries_2026-06.csv"):
        if row["status"] == "approved" and row["hours"] != "7h30":
            hours[row["person"], row["project"]] += Decimal(row["hours"])
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for (person, project), booked in hours.items():
        rate = rates.get(person, rates[roles[person]])
        costs[project] += (booked * rate).quantize(CENT, ROUND_HALF_UP)
    return costs


def test_every_worklog_of_jira_is_landed_with_its_hours(demo: Demo) -> None:
    logged = worklogs(issues())
    rows = demo.home.query(
        "select count(*) as entries, sum(hours) as hours from marts.fct_timesheet_entry where source_system = 'jira'"
    )
    assert rows[0]["entries"] == len(logged)
    assert rows[0]["hours"] == sum(Decimal(worklog.seconds) for worklog in logged) / 3600


def test_operations_has_its_labour_from_jira(demo: Demo, position: list[Record]) -> None:
    assert only(position, project_code="OPS", cost_category="labour")["consumed_accrued"] > 0
    assert {row["project"] for row in demo.home.rows_of("inbox/timesheets/*.csv")}.isdisjoint({"OPS"})


def test_the_migration_is_worth_what_its_licences_bring(demo: Demo) -> None:
    """63,000 in 2026 and 54,000 a year later at 8 %, for 80,200: -17,200 + 50,000."""
    rows = where(demo.home.table("mart_benefits_roi"), project_code="MIG")
    assert {row["npv"] for row in rows} == {Decimal(32_800)}


def test_the_portal_is_the_one_to_halt(demo: Demo) -> None:
    rows = demo.home.table("mart_portfolio_prioritisation")
    flags = only(rows, project_code="WEB")["adjust_halt_flags"].split(", ")
    assert {"alignment_below_cut", "eac_over_tolerance", "npv_negative", "slip_growing"} <= set(flags)
    assert max(rows, key=lambda row: row["adjust_halt_count"])["project_code"] == "WEB"


def test_users_of_the_platform_recommend_it(demo: Demo) -> None:
    """Five of eight give 9 or 10, one gives 6: 62.5 - 12.5."""
    row = only(demo.home.table("mart_adoption_satisfaction"), project_code="PAY", period="2026-06")
    assert (row["nps"], row["nps_n"]) == (50, 8)


def test_nobody_is_counted_twice_for_a_second_skill(demo: Demo) -> None:
    """Seven people with 140 hours a month and one with 80."""
    june = where(demo.home.table("mart_capacity_skill"), period="2026-06")
    assert total(june, "supply") == 7 * 140 + 80


def test_every_figure_is_the_sum_of_the_rows_that_it_is_traced_to(demo: Demo) -> None:
    assert_leaves_add_up(demo.home)


STEERING = (
    "mart_schedule_milestones",
    "mart_dependencies",
    "mart_risk_exposure",
    "mart_governance_compliance",
    "mart_scope_change",
    "mart_decisions_actions",
    "mart_initiative_funnel",
)


@pytest.mark.parametrize("mart", STEERING)
def test_every_mart_to_steer_by_has_rows(demo: Demo, mart: str) -> None:
    assert demo.home.table(mart)


def test_what_dwh_promises_comes_after_pay_needs_it(demo: Demo) -> None:
    """Needed on 15 July: promised for the 10th in May, for 28 August in June, 44 days late. WEB waits for PAY."""
    rows = sorted(
        where(demo.home.table("mart_dependencies"), dependency="D1"), key=lambda row: row["report_date"]
    )
    assert [(row["float_days"], row["breach"]) for row in rows] == [(5, False), (-44, True)]
    assert only(demo.home.table("mart_dependencies"), dependency="D2")["chain_depth"] == 2


def test_links_of_jira_between_projects_stand_beside_the_register(demo: Demo) -> None:
    rows = where(demo.home.table("mart_dependencies"), source_system="jira")
    blocking = {row["dependency"]: row for row in where(rows, is_blocking=True)}
    assert sorted(blocking) == ["OPS-5 → WEB-20", "WEB-15 → PAY-18"]
    issues_due = {row["issue_key"]: row["due_on"] for row in demo.home.table("fct_issue")}
    float_days = (issues_due["PAY-18"] - issues_due["WEB-15"]).days
    assert blocking["WEB-15 → PAY-18"]["float_days"] == float_days
    assert blocking["OPS-5 → WEB-20"]["float_days_null_reason"] == "no_need_date"
    related = where(rows, is_blocking=False)
    assert {(row["chain_depth"], row["chain_depth_null_reason"]) for row in related} == {
        (None, "not_blocking")
    }


def test_the_contingency_of_dwh_covers_its_risk_twice(demo: Demo) -> None:
    """25 % of 12,000 are left: 3,000, of 6,000 set aside."""
    row = only(demo.home.table("mart_risk_exposure"), project_code="DWH")
    assert row["contingency_cover"] == 2
