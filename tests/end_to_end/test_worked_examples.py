"""The worked examples on money that need closed periods, and the authored case period by period: one home, two closes.

    refresh March ── close March ── refresh May ── close May ── refresh June

Figures are those of the examples, or were worked out by hand from their inputs; none was taken from a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from tests.end_to_end.authored_case import PROJECT, drop_april_postings, make_authored_home
from tests.end_to_end.homes import Outcome, PmoHome, Record, Row, only, total, where

FOCUS = ("DELTA-111", "DELTA-222", "LEDGER-111", "LEDGER-222", "USAGE-111")
PROJECTS = (PROJECT, "RECLASS", "LATE-RECLASS", *FOCUS)
MEASURES = (
    "baseline_original",
    "baseline_revised",
    "consumed_posted",
    "consumed_accrued",
    "consumed",
    "consumed_capex",
    "consumed_opex",
    "committed_open",
    "committed_total",
    "available",
    "etc",
    "eac",
    "to_commit",
    "vac",
    "invoiced",
    "fx_effect",
)
UNKNOWN = None
BUDGET = {
    "2026-01": "140000.00 140000.00 20000.00 0.00 20000.00 0.00 20000.00 46000.00 66000.00 74000.00 "
    "- - - - 12000.00 0.00",
    "2026-02": "140000.00 150000.00 47300.50 0.00 47300.50 7200.00 40100.50 28299.50 75600.00 74400.00 "
    "- - - - 29700.50 96.00",
    "2026-03": "140000.00 150000.00 48550.90 13261.00 61811.90 7200.00 54611.90 24299.50 86111.40 63888.60 72160.00 "
    "133971.90 47860.50 16028.10 29700.50 96.00",
    "2026-04": "140000.00 150000.00 57850.90 4000.00 61850.90 7200.00 54650.90 24299.50 86150.40 63849.60 72121.00 "
    "133971.90 47821.50 16028.10 29700.50 96.00",
}
BOOKED = {
    "2026-01": "140000.00 140000.00 20000.00 0.00 20000.00 0.00 20000.00 - - - - - - - 12000.00 0.00",
    "2026-02": "140000.00 150000.00 47396.50 0.00 47396.50 7296.00 40100.50 - - - - - - - 29796.50 96.00",
    "2026-03": "140000.00 150000.00 48646.90 13261.00 61907.90 7296.00 54611.90 24659.50 86567.40 63432.60 72160.00 "
    "134067.90 47500.50 15932.10 29796.50 96.00",
    "2026-04": "140000.00 150000.00 57946.90 4000.00 61946.90 7296.00 54650.90 24659.50 86606.40 63393.60 72121.00 "
    "134067.90 47461.50 15932.10 29796.50 96.00",
}
"""`-` is unknown: before the first forecast, and booked before the first closing rate of the dollar."""
RESTATED = {
    "2026-03": "140000.00 150000.00 57946.90 4000.00 61946.90 7296.00 54650.90 24659.50 86606.40 63393.60 72160.00 "
    "134106.90 47500.50 15893.10 29796.50 96.00",
    "2026-04": "140000.00 150000.00 57946.90 4000.00 61946.90 7296.00 54650.90 24659.50 86606.40 63393.60 72160.00 "
    "134106.90 47500.50 15893.10 29796.50 96.00",
}


def posting(posting_id: str, project: str, posted_on: str, amount: str, **more: str) -> Row:
    return {
        "posting_id": posting_id,
        "project": project,
        "cost_category": "external",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
        "origin": "expense",
    } | more


def reclassification(project: str, posted_on: str) -> list[Row]:
    return [
        posting(
            f"{project}-{sign}",
            project,
            posted_on,
            amount,
            origin="reclass",
            capex_opex=treatment,
            charge_period="2026-01",
        )
        for sign, amount, treatment in (("out", "-5000.00", "opex"), ("in", "5000.00", "capex"))
    ]


@dataclass(frozen=True, slots=True)
class Story:
    """The position at the end of March before and after its close, at the end of May, and at the end of June."""

    outcomes: list[Outcome]
    march: list[Record]
    march_closed: list[Record]
    may: list[Record]
    june: list[Record]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = make_authored_home(tmp_path_factory.mktemp("examples") / "home")
    home.write("inbox/register/projects.csv", [{"project": name, "name": name} for name in PROJECTS])
    home.write(
        "inbox/ledger/postings_opex.csv",
        [
            posting(f"{project}-opex", project, "2026-01-15", "5000.00", capex_opex="opex")
            for project in ("RECLASS", "LATE-RECLASS")
        ],
    )
    outcomes = [home.refresh("2026-03-31")]
    march = positions(home)
    outcomes.append(home.run("close", "2026-03"))
    march_closed = positions(home)
    drop_april_postings(home)
    home.write(
        "inbox/ledger/postings_reclass.csv",
        [*reclassification("RECLASS", "2026-04-10"), *reclassification("LATE-RECLASS", "2026-03-15")],
    )
    home.write(
        "inbox/ledger/postings_may.csv",
        [posting(f"{name}-may", name, "2026-05-10", "1500.00") for name in FOCUS if name.endswith("111")],
    )
    outcomes.append(home.refresh("2026-05-31"))
    may = positions(home)
    outcomes.append(home.run("close", "2026-05"))
    corrections = [
        posting("D-1", "DELTA-111", "2026-06-05", "-300.00", charge_period="2026-05"),
        posting("D-2", "DELTA-222", "2026-06-05", "300.00", charge_period="2026-05"),
        posting("L-1", "LEDGER-111", "2026-06-05", "-1500.00", charge_period="2026-05"),
        posting("L-2", "LEDGER-111", "2026-06-05", "1200.00", charge_period="2026-05"),
        posting("L-3", "LEDGER-222", "2026-06-05", "300.00", charge_period="2026-05"),
        posting("U-1", "USAGE-111", "2026-05-20", "1500.00"),
    ]
    home.write("inbox/ledger/postings_june.csv", corrections)
    outcomes.append(home.refresh("2026-06-30"))
    return Story(outcomes, march, march_closed, may, positions(home))


def positions(home: PmoHome) -> list[Record]:
    return home.table("mart_budget_position")


def at(rows: list[Record], project: str, period: str, view: str, basis: str = "booked") -> list[Record]:
    return where(rows, project_code=project, period=period, view=view, fx_basis=basis)


def figures(rows: list[Record]) -> list[Decimal | None]:
    """Each measure over the categories; unknown as soon as one of them is."""
    return [UNKNOWN if None in [row[name] for row in rows] else total(rows, name) for name in MEASURES]


def expected(text: str) -> list[Decimal | None]:
    return [UNKNOWN if figure == "-" else Decimal(figure) for figure in text.split()]


def test_every_step_ends_well_and_says_that_the_dollar_has_no_rate_from_may_on(story: Story) -> None:
    refreshes, closes = story.outcomes[::2], story.outcomes[1::2]
    assert [outcome.exit_code for outcome in refreshes] == [0, 3, 3], [each.text for each in refreshes]
    assert [outcome.exit_code for outcome in closes] == [0, 0], [each.text for each in closes]


@pytest.mark.parametrize("period", ["2026-01", "2026-02", "2026-03"])
@pytest.mark.parametrize("view", ["as_reported", "restated"])
@pytest.mark.parametrize(("basis", "by_period"), [("booked", BOOKED), ("budget", BUDGET)])
def test_the_case_in_each_period(
    story: Story, basis: str, by_period: dict[str, str], view: str, period: str
) -> None:
    for position in (story.march, story.march_closed):
        assert figures(at(position, PROJECT, period, view, basis)) == expected(by_period[period])


@pytest.mark.parametrize("period", ["2026-01", "2026-02", "2026-03", "2026-04"])
@pytest.mark.parametrize(("basis", "by_period"), [("booked", BOOKED), ("budget", BUDGET)])
def test_the_case_as_reported_after_its_march_is_closed(
    story: Story, basis: str, by_period: dict[str, str], period: str
) -> None:
    for position in (story.may, story.june):
        assert figures(at(position, PROJECT, period, "as_reported", basis)) == expected(by_period[period])


@pytest.mark.parametrize("period", ["2026-03", "2026-04"])
def test_the_case_restated_takes_the_labour_of_march_into_march(story: Story, period: str) -> None:
    assert figures(at(story.may, PROJECT, period, "restated")) == expected(RESTATED[period])


def test_dollars_not_yet_billed_are_at_the_closing_rate_or_unknown(story: Story) -> None:
    def unbilled(position: list[Record], period: str, basis: str) -> tuple[Decimal | None, str | None]:
        row = only(at(position, PROJECT, period, "as_reported", basis), cost_category="licences")
        return row["committed_open"], row["commitment_null_reason"]

    assert unbilled(story.march, "2026-01", "booked") == (None, "no_rate")
    assert unbilled(story.march, "2026-01", "budget") == (Decimal("18000.00"), None)
    assert unbilled(story.march, "2026-02", "budget") == (Decimal("10800.00"), None)
    assert unbilled(story.march, "2026-03", "booked") == (Decimal("11160.00"), None)
    # April takes the rate of 31 March, thirty days old; for May it is sixty-one.
    assert unbilled(story.may, "2026-04", "booked") == (Decimal("11160.00"), None)
    assert unbilled(story.may, "2026-05", "booked") == (None, "no_rate")


@pytest.mark.parametrize("project", ["RECLASS", "LATE-RECLASS"])
@pytest.mark.parametrize(
    ("period", "view", "opex", "capex"),
    [
        ("2026-01", "as_reported", "5000.00", "0.00"),
        ("2026-03", "as_reported", "5000.00", "0.00"),
        ("2026-04", "as_reported", "0.00", "5000.00"),
        ("2026-01", "restated", "0.00", "5000.00"),
        ("2026-04", "restated", "0.00", "5000.00"),
    ],
)
def test_a_reclassification_after_january_is_closed(
    story: Story, project: str, period: str, view: str, opex: str, capex: str
) -> None:
    (row,) = at(story.may, project, period, view)
    assert (row["consumed_opex"], row["consumed_capex"]) == (Decimal(opex), Decimal(capex))
    assert row["consumed"] == Decimal("5000.00")


@pytest.mark.parametrize(
    ("project", "may_reported", "june_reported", "may_restated"),
    [
        ("DELTA-111", "1500.00", "1200.00", "1200.00"),
        ("DELTA-222", "0.00", "300.00", "300.00"),
        ("LEDGER-111", "1500.00", "1200.00", "1200.00"),
        ("LEDGER-222", "0.00", "300.00", "300.00"),
        ("USAGE-111", "1500.00", "3000.00", "3000.00"),
    ],
)
def test_a_correction_of_a_closed_billing_period(
    story: Story, project: str, may_reported: str, june_reported: str, may_restated: str
) -> None:
    found = {
        (period, view): total(at(story.june, project, period, view), "consumed")
        for period in ("2026-05", "2026-06")
        for view in ("as_reported", "restated")
    }
    assert found == {
        ("2026-05", "as_reported"): Decimal(may_reported),
        ("2026-06", "as_reported"): Decimal(june_reported),
        ("2026-05", "restated"): Decimal(may_restated),
        ("2026-06", "restated"): Decimal(june_reported),
    }
