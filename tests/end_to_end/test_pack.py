"""The PMO pack: the figures of the marts, – for what is unknown, names that stay names, the same bytes again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.homes import ORGANISATION, Outcome, PmoHome, make_home
from tests.end_to_end.pack_home import AS_OF, BEFORE, FORMULA, HOSTILE, PROGRAMME, Page, make_pack_home

MEASURES = {
    "Budget": "baseline_revised",
    "Committed": "committed_total",
    "Consumed": "consumed",
    "Forecast at completion": "eac",
    "Available": "available",
    "Variance at completion": "vac",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A home with its pack."""

    home: PmoHome
    outcome: Outcome
    html: str
    page: Page
    workbook: Path

    def sheet(self, title: str) -> list[dict[str, Any]]:
        """The rows of a sheet by heading."""
        return rows_of(self.workbook.read_bytes(), title)


def rows_of(content: bytes, title: str) -> list[dict[str, Any]]:
    from openpyxl import load_workbook

    lines = list(load_workbook(BytesIO(content))[title].iter_rows(values_only=True))
    return [dict(zip((str(name) for name in lines[0]), line, strict=True)) for line in lines[1:]]


def made_in(home: PmoHome, as_of: str) -> Made:
    outcome = home.run("report")
    assert outcome.exit_code == 0, outcome.text
    file = home.root / f"reports/{as_of}/pmo-pack.html"
    html = file.read_text(encoding="utf-8")
    return Made(home, outcome, html, Page(html), file.with_suffix(".xlsx"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    home = make_pack_home(tmp_path_factory.mktemp("pack") / "home")
    for day, exit_code in ((BEFORE, 0), (AS_OF, 3)):
        outcome = home.refresh(day)
        assert outcome.exit_code == exit_code, outcome.text
    return made_in(home, AS_OF)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A home of which nothing but a budget is known."""
    home = make_home(tmp_path_factory.mktemp("bare") / "home", settings=ORGANISATION)
    version = {"project": "SOLO", "version_no": 1, "version_type": "original", "approved_on": "2026-01-02"}
    line = {"project": "SOLO", "version_no": 1, "cost_category": "services", "period": "2026-02"}
    home.write("inbox/budgets/budget_versions.csv", [version])
    home.write("inbox/budgets/budget_lines.csv", [line | {"amount": 12000, "currency": "EUR"}])
    outcome = home.refresh("2026-03-31")
    assert outcome.exit_code == 0, outcome.text
    return made_in(home, "2026-03-31")


def newest_position(home: PmoHome) -> dict[str, dict[str, Decimal | None]]:
    """Each measure by project at the as-of date, summed in Python; None where a part is unknown."""
    rows = home.query(
        "select * from marts.mart_budget_position"
        " where \"view\" = 'as_reported' and fx_basis = 'booked' and period = '2026-03'"
    )
    found: dict[str, dict[str, Decimal | None]] = {}
    for project in {row["project_code"] for row in rows}:
        own = [row for row in rows if row["project_code"] == project]
        found[project] = {
            name: None if any(row[name] is None for row in own) else sum(row[name] for row in own)
            for name in MEASURES.values()
        }
    return found


@pytest.mark.parametrize("project", ["PAY", "WEB", "OPS", "unmapped"])
def test_the_position_on_the_page_is_that_of_the_mart_to_the_cent(made: Made, project: str) -> None:
    expected = newest_position(made.home)[project]
    shown = made.page.tables["position"].row(project)
    for heading, name in MEASURES.items():
        known = expected[name]
        assert shown[heading].value == ("" if known is None else f"{known:f}"), heading
    assert any(amount is not None for amount in expected.values())


def test_a_sum_with_an_unknown_part_is_unknown_and_says_whose(made: Made) -> None:
    total = made.page.tables["position"].total
    assert total["Forecast at completion"].value == ""
    assert "WEB" in total["Forecast at completion"].text
    assert "no forecast" in total["Forecast at completion"].text
    own = [figures["consumed"] for code, figures in newest_position(made.home).items() if code != "unmapped"]
    assert Decimal(total["Consumed"].value) == sum(amount for amount in own if amount is not None)


def test_what_is_unknown_is_a_dash_with_its_reason_and_never_zero(made: Made) -> None:
    row = made.page.tables["position"].row("OPS")
    assert " ".join(row["Budget"].text.split()) == "– no baseline"
    rows = {row["Project"]: row for row in made.sheet("Position")}
    assert rows["OPS"]["Budget"] is None
    assert rows["OPS"]["Budget: why absent"] == "no_baseline"


def test_the_status_and_the_rule_are_those_of_the_mart(made: Made) -> None:
    shown = made.page.tables["status"]
    for row in made.home.table("mart_project_status"):
        cells = shown.row(row["project_code"])
        assert cells["Status"].text.split() == [row["status"].capitalize()]
        if row["deciding_rule"]:
            assert cells["Decided by"].text.startswith(row["deciding_rule"].replace("_", " "))


def test_what_changed_since_last_time_is_the_difference_of_two_publications(made: Made) -> None:
    shown = made.page.tables["changes"].row("WEB")
    assert shown["Published before"].value == BEFORE
    assert Decimal(shown["Consumed"].value) == Decimal(9000)
    assert Decimal(shown["Available"].value) == 0


@pytest.mark.parametrize(
    ("title", "table", "condition"),
    [
        ("EVM", "mart_evm_period", "\"view\" = 'as_reported' and project_code <> 'unmapped'"),
        ("Milestones", "mart_schedule_milestones", "is_current"),
        ("Dependencies", "mart_dependencies", "is_current and is_blocking"),
        ("Risks", "fct_risk_snapshot", "is_current and is_open"),
        ("Rules", "fct_project_status_rule", "project_code <> 'unmapped'"),
        (
            "Position",
            "mart_budget_position",
            "\"view\" = 'as_reported' and fx_basis = 'booked' and period = '2026-03'",
        ),
    ],
)
def test_no_row_of_a_mart_is_missing_in_the_workbook(
    made: Made, title: str, table: str, condition: str
) -> None:
    (counted,) = made.home.query(f"select count(*) as n from marts.{table} where {condition}")
    assert len(made.sheet(title)) == counted["n"] > 0


def test_the_movements_of_the_workbook_add_up_to_the_position(made: Made) -> None:
    moved = [row["Consumed"] for row in made.sheet("Movement") if row["Project"] == "PAY"]
    assert round(sum(moved), 2) == 25000.55


def test_numbers_of_the_workbook_are_numbers_with_a_format(made: Made) -> None:
    from openpyxl import load_workbook

    book = load_workbook(made.workbook)
    assert book.sheetnames[:3] == ["Portfolio", "Position", "Movement"]
    assert book.sheetnames[-1] == "Definitions"
    sheet = book["Position"]
    cell = sheet.cell(2, [str(cell.value) for cell in sheet[1]].index("Consumed") + 1)
    assert isinstance(cell.value, (int, float))
    assert cell.number_format.startswith("#,##0.00")
    for title in book.sheetnames[:-1]:
        assert book[title].freeze_panes and book[title].auto_filter.ref, title
    assert not [cell for each in book for line in each.iter_rows() for cell in line if cell.data_type == "f"]


def test_names_that_are_markup_or_formulas_stay_names(made: Made) -> None:
    scripts = [attributes for tag, attributes in made.page.elements if tag == "script"]
    assert len(scripts) == 1
    assert not [tag for tag, _ in made.page.elements if tag in ("img", "iframe", "object", "b")]
    assert HOSTILE not in made.html
    assert any(HOSTILE in text for text in made.page.text)
    assert FORMULA in [row["What could happen"] for row in made.sheet("Risks")]


def test_nothing_on_the_page_leads_outside_it(made: Made) -> None:
    for tag, attributes in made.page.elements:
        for name in ("src", "href", "xlink:href", "srcset", "action", "data", "poster"):
            target = attributes.get(name, "#")
            assert target.startswith(("#", "data:,")), (tag, target)
    assert "@import" not in made.html
    assert "url(http" not in made.html


def test_every_link_leads_to_something_and_ids_are_unique(made: Made) -> None:
    ids = [attributes["id"] for _, attributes in made.page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"][1:] for tag, attributes in made.page.elements if tag == "a"}
    assert targets <= set(ids)
    labels = {
        attributes["aria-labelledby"]
        for _, attributes in made.page.elements
        if "aria-labelledby" in attributes
    }
    assert {name for label in labels for name in label.split()} <= set(ids)


def test_headings_go_down_by_one_level(made: Made) -> None:
    assert made.page.headings[0] == 1
    steps = zip(made.page.headings, made.page.headings[1:], strict=False)
    assert all(after - before <= 1 for before, after in steps)


def test_every_column_has_the_definition_of_its_contract(made: Made) -> None:
    described = made.home.query(
        "select comment from duckdb_columns() where table_name = 'mart_budget_position'"
        " and column_name = 'committed_open' or table_name = 'mart_evm_period' and column_name = 'cpi'"
    )
    said = " ".join(made.page.text)
    assert described
    assert "The release has no description of it." not in said
    rows = made.sheet("Definitions")
    assert {row["comment"] for row in described} <= {
        str(row["Definition"]).split(" Why ")[0] for row in rows
    } | {row["Definition"] for row in rows}


def test_charts_have_a_title_and_a_description_and_no_clash_of_ids(made: Made) -> None:
    drawings = [found for tag, found in made.page.elements if tag == "svg" and found.get("class") == "chart"]
    assert len(drawings) >= 7
    assert all(attributes["role"] == "img" and attributes["aria-labelledby"] for attributes in drawings)


def test_a_dependency_is_tight_from_the_threshold_of_its_rule_on(made: Made) -> None:
    (rule,) = made.home.query(
        "select distinct amber_from from marts.fct_project_status_rule where rule = 'dependency_float'"
    )
    rows = {row["Dependency"].value: row for row in made.page.tables["dependencies"].rows}
    floats = {name: Decimal(row["Float, days"].value) for name, row in rows.items()}
    assert floats["D4"] == rule["amber_from"]
    assert {name: row["Outlook"].text.strip() for name, row in rows.items()} == {
        "D1": "Breaks", "D2": "Tight", "D3": "Holds", "D4": "Tight",
    }  # fmt: skip


def test_decisions_and_actions_are_on_the_page_and_in_the_workbook(made: Made) -> None:
    rows = {(row["Project"].value, row["About"].value): row for row in made.page.tables["decisions"].rows}
    assert rows["WEB", "budget"]["Oldest open, days"].value == "34"
    assert rows["WEB", "scope"]["Days to decide, mean"].text.strip() == "14"
    assert (rows["PAY", "action"]["Overdue"].value, rows["PAY", "action"]["Longest overdue, days"].value) == (
        "1",
        "10",
    )
    assert len(made.sheet("Decisions")) == len(rows) == len(made.home.table("mart_decisions_actions"))
    assert "1 decision to be taken; the oldest is of WEB (budget), 34 days." in made.outcome.text
    assert "1 action overdue: PAY." in made.outcome.text


def test_waiting_rows_are_said_at_the_top(made: Made) -> None:
    assert "1 row on no project yet" in made.outcome.text
    assert any("1 row on no project yet" in text for text in made.page.text)


def digests(home: PmoHome) -> dict[str, str]:
    files = sorted((home.root / "reports").rglob("pmo-pack*"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_same_release_gives_the_same_bytes(made: Made) -> None:
    before = digests(made.home)
    assert made.home.run_from_nothing("report").exit_code == 0
    assert digests(made.home) == before
    assert len(before) >= 2


def report(home: PmoHome, *arguments: str, out: Path) -> dict[str, Any]:
    outcome = home.run("report", "--json", "--out", str(out), *arguments)
    assert outcome.exit_code == 0, outcome.text
    said: dict[str, Any] = json.loads(outcome.stdout)
    return said


def test_the_pack_of_a_project_shows_no_other(made: Made, tmp_path: Path) -> None:
    said = report(made.home, "--project", "WEB", out=tmp_path)
    assert said["projects"] == ["WEB"]
    page = Page(Path(said["html"]).read_text(encoding="utf-8"))
    assert [row["Project"].value for row in page.tables["position"].rows] == ["WEB"]
    shown = " ".join(page.text)
    assert "Operations" not in shown
    assert "25,001" not in shown
    assert {row["Project"] for row in rows_of(Path(said["xlsx"]).read_bytes(), "Movement")} == {"WEB"}


def test_the_pack_of_a_programme_shows_its_projects(made: Made, tmp_path: Path) -> None:
    said = report(made.home, "--programme", PROGRAMME, out=tmp_path)
    assert said["projects"] == ["PAY", "WEB"]
    assert Path(said["html"]).parent == tmp_path


def test_finance_reads_position_movement_and_reconciliation_first(made: Made, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    said = report(made.home, "--finance", out=tmp_path)
    assert load_workbook(said["xlsx"]).sheetnames[:3] == ["Position", "Movement", "Reconciliation"]
    assert {row["Difference"] for row in rows_of(Path(said["xlsx"]).read_bytes(), "Reconciliation")} == {0}
    keys = list(Page(Path(said["html"]).read_text(encoding="utf-8")).tables)
    assert keys.index("reconciliation") < keys.index("status")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--project", "NONE"), "no project NONE"),
        (("--programme", "NONE"), "no programme NONE"),
        (("--finance", "--project", "PAY"), "choose one"),
    ],
)
def test_a_wrong_call_says_what_there_is(made: Made, arguments: Sequence[str], said: str) -> None:
    outcome = made.home.run("report", *arguments)
    assert outcome.exit_code == 2
    assert said in outcome.text


def test_without_a_release_it_says_what_to_do(tmp_path: Path) -> None:
    outcome = make_home(tmp_path / "home").run("report")
    assert outcome.exit_code == 1
    assert "pmo refresh" in outcome.text


def test_a_folder_that_cannot_be_written_is_named(made: Made, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    outcome = made.home.run("report", "--out", str(tmp_path / "taken/below"))
    assert outcome.exit_code == 1
    assert "taken" in outcome.text
    assert "--out" in outcome.text


def test_with_a_budget_alone_the_pack_says_what_is_missing(bare: Made) -> None:
    said = " ".join(" ".join(bare.page.text).split())
    assert "Nothing has arrived from jira, timesheets, ledger, register, reference" in said
    assert "The register has no milestones" in said
    assert "The register has neither capacity nor demand" in said
    assert "This is the first publication" in said
    row = bare.page.tables["position"].row("SOLO")
    assert Decimal(row["Budget"].value) == 12000
    assert "no forecast" in row["Forecast at completion"].text
    assert bare.sheet("Milestones")[0]["Project"].startswith("The register has no milestones")
