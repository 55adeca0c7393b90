"""One status for every project, its rules, what the manager declared, and the trend from one report to the next.

Every project but EMPTY has a budget of 100.00 a month from January to March 2026. At the end of March:

GOOD is done and has cost 300.00 of 300.00: green, cpi 300 / 300, es 3 of 3.
COST the same, and needs 15.00 more: eac 315, 315 / 300 - 1 = 0.05: amber by cost_overrun, declared on track.
LATE is half done: ev 150, a month and a half of the plan: es 1.5, spi_t 1.5 / 3 = 0.5: red by schedule_pace.
MORE has a second version of 360.00 in February: 360 / 300 - 1 = 0.20: red by scope_growth.
OLD reported on 10 January for the last time: 21 + 28 + 31 = 80 days: not reliable.
EMPTY has nothing: unknown.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.end_to_end.homes import ORGANISATION, PmoHome, Record, Row, make_home, only

MARCH, APRIL = "2026-03-31", "2026-04-30"
DECLARED = {
    "GOOD": "green",
    "COST": "on track",
    "LATE": "active",
    "MORE": "red",
    "OLD": None,
    "EMPTY": "green",
}
MONTHS = ("2026-01", "2026-02", "2026-03")


def version(project: str, number: int, kind: str, approved_on: str) -> Row:
    return {"project": project, "version_no": number, "version_type": kind, "approved_on": approved_on}


def lines(project: str, number: int, amounts: dict[str, str]) -> list[Row]:
    return [
        {
            "project": project, "version_no": number, "cost_category": "services", "period": period,
            "amount": amount, "currency": "EUR",
        }
        for period, amount in amounts.items()
    ]  # fmt: skip


def invoice(project: str, number: int, posted_on: str, amount: str) -> Row:
    return {
        "invoice_no": f"{project}-{number}", "line_no": "1", "project": project, "cost_category": "services",
        "posted_on": posted_on, "amount": amount, "currency": "EUR",
    }  # fmt: skip


def forecast(project: str, amount: str) -> Row:
    return {
        "project": project, "cutoff_period": "2026-03", "cost_category": "services", "period": "2026-04",
        "amount": amount, "currency": "EUR", "basis": "to_complete",
    }  # fmt: skip


def progress(project: str, reported_on: str, percent: str) -> Row:
    return {"project": project, "as_of": reported_on, "percent_complete": percent}


def make_status_home(root: Path) -> PmoHome:
    home = make_home(root)
    budgeted = [project for project in DECLARED if project != "EMPTY"]
    home.write(
        "inbox/register/projects.csv",
        [{"project": name, "name": name.title(), "status": declared} for name, declared in DECLARED.items()],
    )
    home.write(
        "inbox/budgets/budget_versions.csv",
        [
            *(version(project, 1, "original", "2026-01-01") for project in budgeted),
            version("MORE", 2, "revised", "2026-02-10"),
        ],
    )
    monthly = dict.fromkeys(MONTHS, "100.00")
    home.write(
        "inbox/budgets/budget_lines.csv",
        [
            *(line for project in budgeted for line in lines(project, 1, monthly)),
            *lines("MORE", 2, monthly | {"2026-03": "160.00"}),
        ],
    )
    cost = {"GOOD": "100.00", "COST": "100.00", "LATE": "50.00", "MORE": "120.00", "OLD": "100.00"}
    home.write(
        "inbox/ledger/invoices.csv",
        [
            invoice(project, number, f"{month}-15", amount)
            for project, amount in cost.items()
            for number, month in enumerate(MONTHS, start=1)
        ],
    )
    home.write(
        "inbox/budgets/forecast_lines.csv",
        [
            forecast("GOOD", "0.00"),
            forecast("COST", "15.00"),
            forecast("LATE", "150.00"),
            forecast("MORE", "0.00"),
        ],
    )
    home.write(
        "inbox/register/progress.csv",
        [
            *(progress(project, MARCH, "100") for project in ("GOOD", "COST", "MORE")),
            progress("LATE", MARCH, "50"),
            progress("OLD", "2026-01-10", "30"),
        ],
    )
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    """End of March, as published; then what was known is filled in for January, and April is published."""
    home = make_status_home(tmp_path_factory.mktemp("status"))
    outcome = home.refresh(MARCH)
    assert outcome.exit_code == 0, outcome.text
    return home


@pytest.fixture(scope="module")
def march(home: PmoHome) -> dict[str, list[Record]]:
    return {
        name: home.table(name)
        for name in ("mart_project_status", "fct_project_status_rule", "mart_kpi_trend")
    }


@pytest.fixture(scope="module")
def april(home: PmoHome, march: dict[str, list[Record]]) -> list[Record]:
    """10.00 more for GOOD, COST is amber from 6 % on, and the end of February is filled in."""
    assert march
    filled = home.run("backfill", "2026-02-28", "--known-now")
    assert "2026-02-28 kept, as known at" in filled.text, filled.text
    again = home.run("backfill", "2026-02-28", "--known-now")
    assert "was kept before, as known at" in again.text, again.text
    home.write("inbox/ledger/invoices_april.csv", [invoice("GOOD", 4, "2026-04-15", "10.00")])
    (home.root / "pmo.yaml").write_text(
        ORGANISATION + "status: {thresholds: {cost_overrun: {amber: 0.06, red: 0.10}}}\n", encoding="utf-8"
    )
    outcome = home.refresh(APRIL)
    assert outcome.exit_code == 0, outcome.text
    return home.table("mart_kpi_trend")


@pytest.mark.parametrize(
    ("project", "status", "rule", "measure", "threshold"),
    [
        ("GOOD", "green", None, None, None),
        ("COST", "amber", "cost_overrun", "0.05", "0.05"),
        ("LATE", "red", "schedule_pace", "0.5", "0.90"),
        ("MORE", "red", "scope_growth", "0.20", "0.20"),
        ("EMPTY", "unknown", None, None, None),
    ],
)
def test_a_status_is_the_worst_of_its_rules(
    march: dict[str, list[Record]],
    project: str,
    status: str,
    rule: str | None,
    measure: str | None,
    threshold: str | None,
) -> None:
    row = only(march["mart_project_status"], project_code=project)
    assert (row["status"], row["deciding_rule"]) == (status, rule)
    assert row["deciding_measure"] == (None if measure is None else Decimal(measure))
    assert row["deciding_threshold"] == (None if threshold is None else Decimal(threshold))


def test_the_rule_that_fired_names_the_row_that_proves_it(
    home: PmoHome, march: dict[str, list[Record]]
) -> None:
    row = only(march["mart_project_status"], project_code="LATE")
    assert row["evidence_table"] == "mart_evm_period"
    proof = home.query(
        "select project_code, spi_t from marts.mart_evm_period where evm_period_sk = ?", row["evidence_key"]
    )
    assert proof == [{"project_code": "LATE", "spi_t": Decimal("0.5")}]


def test_a_status_on_old_reports_says_so(march: dict[str, list[Record]]) -> None:
    old = only(march["mart_project_status"], project_code="OLD")
    assert (old["data_status"], old["is_reliable"], old["status_caveat"]) == (
        "red",
        False,
        "last report 2026-01-10",
    )
    rule = only(march["fct_project_status_rule"], project_code="OLD", rule="report_age")
    assert (rule["measure"], rule["red_from"]) == (Decimal(80), Decimal(70))
    good = only(march["mart_project_status"], project_code="GOOD")
    assert (good["is_reliable"], good["status_caveat"]) == (True, None)


def test_a_rule_without_what_it_asks_for_does_not_run_and_is_not_green(
    march: dict[str, list[Record]],
) -> None:
    found = {
        row["rule"]: (row["outcome"], row["measure_null_reason"])
        for row in march["fct_project_status_rule"]
        if row["project_code"] == "EMPTY"
    }
    assert found["cost_overrun"] == ("not_run", "no_baseline")
    assert found["risk_exposure"] == ("not_run", "no_risk")
    assert found["report_age"] == ("not_run", "nothing_reported")
    empty = only(march["mart_project_status"], project_code="EMPTY")
    assert (empty["is_reliable"], empty["status_caveat"]) == (False, "nothing reported")
    forecast_lacks = only(march["fct_project_status_rule"], project_code="OLD", rule="cost_overrun")
    assert forecast_lacks["measure_null_reason"] == "no_forecast"


def test_the_declared_status_stands_beside_it(march: dict[str, list[Record]]) -> None:
    found = {
        row["project_code"]: (
            row["declared_colour"],
            row["agrees_with_declared"],
            row["agrees_with_declared_null_reason"],
        )
        for row in march["mart_project_status"]
    }
    assert found == {
        "GOOD": ("green", True, None),
        "COST": ("green", False, None),
        "LATE": (None, None, "not_a_colour"),
        "MORE": ("red", True, None),
        "OLD": (None, None, "not_declared"),
        "EMPTY": ("green", None, "status_unknown"),
    }


def indicator(trend: list[Record], project: str, name: str, as_of: str) -> Record:
    rows = [row for row in trend if str(row["as_of"]) == as_of]
    return only(rows, project_code=project, indicator=name, view="as_reported", fx_basis="budget")


def test_a_first_report_has_no_change(march: dict[str, list[Record]]) -> None:
    row = indicator(march["mart_kpi_trend"], "GOOD", "consumed", MARCH)
    assert (row["value"], row["change"], row["change_null_reason"]) == (Decimal(300), None, "first_report")


def test_an_indicator_has_its_change_since_the_report_before(april: list[Record]) -> None:
    """GOOD has 200.00 at the end of February, 300.00 in March, 310.00 in April."""
    found = [indicator(april, "GOOD", "consumed", as_of) for as_of in ("2026-02-28", MARCH, APRIL)]
    assert [row["value"] for row in found] == [200, 300, 310]
    assert [row["change"] for row in found] == [None, 100, 10]
    assert [row["is_this_release"] for row in found] == [False, False, True]


def test_thresholds_are_those_of_pmo_yaml(april: list[Record], home: PmoHome) -> None:
    """COST is green from April on, at the same overrun."""
    status = only(home.table("mart_project_status"), project_code="COST")
    assert status["cost_status"] == "green"
    trend = [
        indicator(april, "COST", name, as_of)["value"]
        for name in ("cost_overrun", "status")
        for as_of in (MARCH, APRIL)
    ]
    assert trend[:2] == [Decimal("0.05"), Decimal("0.05")]
    assert trend[2] == 2


def test_finished_work_keeps_the_pace_at_which_it_was_finished(april: list[Record], home: PmoHome) -> None:
    """GOOD was done in March, its third period of three. In April spi_t is 3 / 4: time went on, the work did not."""
    assert indicator(april, "GOOD", "schedule_pace", APRIL)["value"] == 1
    earned = home.query(
        "select spi_t from marts.mart_evm_period where project_code = 'GOOD' and period = '2026-04'"
        " and \"view\" = 'as_reported'"
    )
    assert earned == [{"spi_t": Decimal("0.75")}]
