"""The register workbook from `pmo init` to the models: an untouched form changes nothing, mistakes have a cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.end_to_end.homes import Outcome, PmoHome, only

MISTAKES = {
    "risks!C2": "probability at C2 is 30.00, outside 0 to 1: write 30 % as 30% or 0.3",
    "risks!M3": "'31/02/2026' is not a date",
    "risks!H4": "'menace' is none of threat, opportunity",
    "risks!E5": "currency is blank and every row needs it",
    "risks!A6": "project PAY, risk R5 stands also at A7",
    "milestones!C2": "'soon' is not a date",
}


class Form:
    """The register workbook of a home, filled in cell by cell."""

    def __init__(self, home: PmoHome) -> None:
        self.path = home.root / "inbox/register/register.xlsx"
        self.book = load_workbook(self.path)

    def put(self, sheet: str, row: int, **values: object) -> None:
        """Write into the columns of these names, as typing does: the cell looks as its column does."""
        page = self.book[sheet]
        headers = {cell.value: cell for cell in page[1]}
        for name, value in values.items():
            cell = page.cell(row, headers[name].column, value)
            cell.number_format = page.column_dimensions[headers[name].column_letter].number_format

    def save(self) -> None:
        self.book.save(self.path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> tuple[PmoHome, Outcome]:
    home = PmoHome(tmp_path_factory.mktemp("register") / "home")
    made = PmoHome(home.root.parent).run("init", str(home.root))
    assert made.exit_code == 0, made.text
    version = {"project": "PAY", "version_no": 1, "version_type": "original", "approved_on": "2026-01-05"}
    home.write("inbox/budgets/budget_versions.csv", [version])
    return home, home.refresh("2026-06-30")


@pytest.fixture(scope="module")
def filled(untouched: tuple[PmoHome, Outcome]) -> tuple[PmoHome, Outcome]:
    home, _ = untouched
    form = Form(home)
    risk = {"project": "PAY", "probability": 0.3, "impact": 1000, "currency": "EUR"}
    form.put("risks", 2, **risk | {"risk": "R1", "probability": 30})
    form.put("risks", 3, **risk, risk="R2", reported_on="31/02/2026")
    form.put("risks", 4, **risk, risk="R3", kind="menace")
    form.put("risks", 5, **risk | {"risk": "R4", "currency": None})
    form.put("risks", 6, **risk, risk="R5", title="One")
    form.put("risks", 7, **risk, risk="R5", title="Other")
    form.put("risks", 8, **risk | {"risk": "R6", "probability": "30%"}, reported_on=date(2026, 6, 1))
    form.put("milestones", 2, project="PAY", milestone="M1", baseline_on="soon")
    form.put("progress", 2, project="PAY", as_of=date(2026, 5, 29), percent_complete=0.45)
    form.put("progress", 3, project="PAY", as_of=date(2026, 7, 1), percent_complete=0.60)
    form.put("progress", 4, project="OLD", as_of=date(2026, 5, 29), percent_complete=0.10)
    form.save()
    return home, home.refresh("2026-06-30")


def warehouse(home: PmoHome, sql: str) -> list[tuple[object, ...]]:
    import duckdb

    with duckdb.connect(str(home.root / "warehouse/pmo.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_an_untouched_form_brings_nothing_and_is_remarked_on_by_nobody(
    untouched: tuple[PmoHome, Outcome],
) -> None:
    home, refreshed = untouched
    assert refreshed.exit_code == 0, refreshed.text
    assert {path.name for path in (home.root / "landing").glob("raw_register*")} <= {"raw_register"}
    assert "register.xlsx" not in refreshed.text
    assert {row["declared_by"] for row in home.table("dim_project")} >= {"budget_versions"}


@pytest.mark.parametrize("place", MISTAKES)
def test_a_mistake_is_named_with_its_file_its_sheet_and_its_cell(
    filled: tuple[PmoHome, Outcome], place: str
) -> None:
    home, refreshed = filled
    assert refreshed.exit_code == 3, refreshed.text
    found = home.query(
        "select detail from marts.mart_data_quality where source = 'register' and outcome = 'warned'"
    )
    assert any(
        f"{place}: {MISTAKES[place]}" in str(row["detail"])
        and "inbox/register/register.xlsx" in row["detail"]
        for row in found
    ), found


def test_the_list_of_quarantined_rows_names_the_sheet(filled: tuple[PmoHome, Outcome]) -> None:
    said = filled[0].run("quarantine").text
    assert "inbox/register/register.xlsx, sheet risks, C2" in said


def test_what_is_right_lands_as_it_is_shown(filled: tuple[PmoHome, Outcome]) -> None:
    rows = warehouse(filled[0], "select risk, probability from intermediate.int_risks")
    assert [(risk, str(share)) for risk, share in rows] == [("R6", "0.3000000000")]


def test_a_report_after_the_as_of_date_does_not_count_and_an_unknown_project_is_not_lost(
    filled: tuple[PmoHome, Outcome],
) -> None:
    home, _ = filled
    rows = warehouse(
        home,
        "select project_code, source_project, percent_complete from intermediate.int_progress order by 2",
    )
    assert [(code, own, int(str(share).split(".")[0])) for code, own, share in rows] == [
        ("unmapped", "OLD", 10),
        ("PAY", "PAY", 45),
    ]
    unmapped = only(home.table("fct_unmapped_code"), source_code="OLD")
    assert (unmapped["source_system"], unmapped["object"]) == ("register", "progress")


def test_only_the_sheets_with_rows_landed(filled: tuple[PmoHome, Outcome]) -> None:
    found = warehouse(
        filled[0], "select object from staging.stg_control__batches where source = 'raw_register' order by 1"
    )
    assert found == [("milestones",), ("progress",), ("risks",)]


def test_the_form_is_in_the_folder_that_it_names(untouched: tuple[PmoHome, Outcome]) -> None:
    assert (untouched[0].root / Path("inbox/register/register.xlsx")).is_file()
