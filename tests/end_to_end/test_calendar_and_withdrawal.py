"""A declared calendar that is not whole, sheets nobody reads, and how what a file brought is taken away again.

One home: a calendar with a gap, a reporting date outside it, two periods that share a day, and all of it mended with
three files withdrawn, one for each way in which a newer version replaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tests.end_to_end.homes import ORGANISATION, Outcome, PmoHome, Record, Row, make_home, only, total, where

AS_OF = "2026-03-31"
INVOICE_COLUMNS = ("invoice_no", "line_no", "project", "cost_category", "posted_on", "amount", "currency")
WITHDRAWN = """layouts:
  withdrawn:
    table: invoices
    files: "inbox/ledger/invoices_wrong.csv"
    header: {find: invoice_no}
    replaces: file
    columns:
""" + "".join(f"      {name}: {{header: {name}}}\n" for name in INVOICE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Story:
    doctor: Outcome
    gap: Outcome
    quality: list[Record]
    facts: list[Record]
    consumed: Decimal
    release: dict[str, str]
    outside: Outcome
    overlap: Outcome
    overlap_doctor: Outcome
    quarantine: Outcome
    release_after: dict[str, str]
    mended: Outcome
    mended_consumed: Decimal

    def remarked(self, check: str) -> list[Record]:
        return where(self.quality, check_name=check, outcome="warned", is_current_load=True)


def calendar(home: PmoHome, february_ends: str) -> None:
    home.write(
        "reference/fiscal_calendar.csv",
        [
            {"period": "2026-01", "start_on": "2026-01-01", "end_on": "2026-01-31"},
            {"period": "2026-02", "start_on": "2026-02-01", "end_on": february_ends},
            {"period": "2026-03", "start_on": "2026-03-01", "end_on": "2026-03-31"},
        ],
    )


def invoice(number: str, amount: str, posted_on: str) -> Row:
    values = (number, "1", "PAY", "services", posted_on, amount, "EUR")
    return dict(zip(INVOICE_COLUMNS, values, strict=True))


def posting(number: str, amount: str) -> Row:
    row = {"posting_id": number, "project": "PAY", "cost_category": "services", "posted_on": "2026-03-05"}
    return row | {"amount": amount, "currency": "EUR", "origin": "expense"}


def write_workbook(home: PmoHome) -> None:
    """A sheet of postings, a hidden one with another posting, and one named after nothing."""
    from openpyxl import Workbook

    book = Workbook()
    for title, rows in (
        ("postings", [posting("P-1", "5.00")]),
        ("postings_old", [posting("P-2", "9.00")]),
        ("Sheet3", [{"a note": "look at me"}]),
    ):
        sheet = book.create_sheet(title)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append([float(str(row[name])) if name == "amount" else row[name] for name in row])
    book.remove(book.worksheets[0])
    book["postings_old"].sheet_state = "hidden"
    book.save(home.root / "inbox/ledger/export.xlsx")


def make_odd_home(root: Path) -> PmoHome:
    """Consumed: invoices 100 + 50, postings 5 + 4, alice 3 h at 100 and 1 h at 500, so 959.00; 28 February is in no
    period, so the invoice of 12.00 and bruno's two hours are in no position."""
    home = make_home(root)
    calendar(home, "2026-02-27")
    card = {"rate": "100.00", "currency": "EUR", "valid_from": "2026-01-01"}
    home.write("reference/rate_cards.csv", [card | {"person": person} for person in ("alice", "bruno")])
    wrong = {"person": "alice", "rate": "500.00", "valid_from": "2026-03-01"}
    home.write("reference/rate_cards_wrong.csv", [card | wrong])
    home.write(
        "inbox/budgets/budget_versions.csv",
        [{"project": "PAY", "version_no": 1, "version_type": "original", "approved_on": "2026-01-05"}],
    )
    home.write(
        "inbox/ledger/invoices.csv",
        [invoice("INV-1", "100.00", "2026-03-02"), invoice("INV-2", "12.00", "2026-02-28")],
    )
    home.write("inbox/ledger/invoices_wrong.csv", [invoice("INV-7", "50.00", "2026-03-02")])
    latin = [posting("P-3", "4.00") | {"what": "café"}]
    text = home.write("inbox/ledger/postings_latin.csv", latin).read_text(encoding="utf-8")
    (home.root / "inbox/ledger/postings_latin.csv").write_text(text, encoding="cp1252")
    write_workbook(home)
    entry = {"person": "alice", "project": "PAY"}
    home.write(
        "inbox/timesheets/timesheet_entries.csv",
        [
            entry | {"work_date": "2026-03-02", "hours": "1"},
            entry | {"person": "bruno", "work_date": "2026-02-28", "hours": "2"},
        ],
    )
    home.write(
        "inbox/timesheets/timesheet_entries_wrong.csv", [entry | {"work_date": "2026-02-10", "hours": "3"}]
    )
    return home


def mend(home: PmoHome) -> None:
    """The calendar is whole; a header alone, a header alone with a layout, and 0 hours take three files away."""
    calendar(home, "2026-02-28")
    cards = home.root / "reference/rate_cards_wrong.csv"
    cards.write_text(cards.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    (home.root / "inbox/ledger/invoices_wrong.csv").write_text(
        ",".join(INVOICE_COLUMNS) + "\n", encoding="utf-8"
    )
    (home.root / "pmo.yaml").write_text(ORGANISATION + WITHDRAWN, encoding="utf-8")
    home.write(
        "inbox/timesheets/timesheet_entries_wrong.csv",
        [{"person": "alice", "project": "PAY", "work_date": "2026-02-10", "hours": "0"}],
    )


def consumed(home: PmoHome) -> Decimal:
    rows = where(home.table("mart_budget_position"), period="2026-03", view="as_reported", fx_basis="booked")
    return total(rows, "consumed")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = make_odd_home(tmp_path_factory.mktemp("calendar"))
    doctor, gap = home.run("doctor"), home.refresh(AS_OF)
    quality, facts, before, release = (
        home.table("mart_data_quality"),
        home.table("fct_actual_txn"),
        consumed(home),
        home.release(),
    )
    outside = home.refresh("2026-04-15")
    calendar(home, "2026-03-02")
    overlap_doctor, overlap = home.run("doctor"), home.refresh(AS_OF)
    quarantine, release_after = home.run("quarantine"), home.release()
    mend(home)
    mended = home.refresh(AS_OF)
    return Story(
        doctor,
        gap,
        quality,
        facts,
        before,
        release,
        outside,
        overlap,
        overlap_doctor,
        quarantine,
        release_after,
        mended,
        consumed(home),
    )


def test_a_gap_of_the_calendar_is_named_with_its_periods_and_days(story: Story) -> None:
    row = only(story.remarked("periods_follow_each_other"))
    for said in (row["detail"], story.gap.text, story.doctor.text):
        assert "2026-02 (2026-02-01 to 2026-02-27)" in said
        assert "2026-03 (2026-03-01 to 2026-03-31)" in said
        assert "the days from 2026-02-28 to 2026-02-28" in said
    assert story.gap.exit_code == 3


def test_a_date_in_no_period_is_named_with_its_place(story: Story) -> None:
    rows = story.remarked("dates_are_in_the_calendar")
    said = {row["object"]: row["detail"] for row in rows}
    assert set(said) == {"invoices", "timesheet_entries"}
    assert (
        "2026-02-28 is in no period of the fiscal calendar: inbox/ledger/invoices.csv, A3:G3"
        in said["invoices"]
    )
    assert "inbox/timesheets/timesheet_entries.csv, A3:D3" in said["timesheet_entries"]


def test_a_row_in_no_period_does_not_claim_to_be_counted(story: Story) -> None:
    rows = [row for row in story.facts if str(row["dated_on"]) == "2026-02-28"]
    assert [(row["counts_in_consumed"], row["not_counted_reason"]) for row in rows] == [
        (False, "no_period")
    ] * 2
    assert story.consumed == Decimal("959.00")


def test_the_facts_that_count_add_up_to_the_position(story: Story) -> None:
    assert total([row for row in story.facts if row["counts_in_consumed"]], "amount_fn") == story.consumed


def test_labour_without_a_category_is_named_with_its_hours(story: Story) -> None:
    row = only(story.remarked("labour_has_a_category"))
    assert "labour of PAY goes to unassigned_labour" in row["detail"]
    assert (row["affected_rows"], row["amount"]) == (2, Decimal(4))


def test_sheets_that_were_not_read_are_named_with_their_rows(story: Story) -> None:
    row = only(story.remarked("every_sheet_with_rows_is_read"))
    for said in (row["detail"], story.gap.text, story.doctor.text):
        assert (
            "the hidden sheet 'postings_old' was not read, because it is hidden; it has 2 filled rows" in said
        )
        assert "the sheet 'Sheet3' was not read, because it is named after no table" in said


def test_rows_of_a_hidden_sheet_of_a_table_are_counted_as_left_out(story: Story) -> None:
    row = only(
        story.quality,
        check_name="rows_in_are_loaded_quarantined_or_left_out",
        path="inbox/ledger/export.xlsx",
    )
    assert (row["rows_in"], row["rows_loaded"], row["rows_left_out"]) == (2, 1, 1)


def test_a_file_that_is_not_utf8_is_named(story: Story) -> None:
    row = only(story.remarked("the_file_is_utf8"))
    for said in (row["detail"], story.gap.text, story.doctor.text):
        assert "inbox/ledger/postings_latin.csv is not UTF-8" in said


def test_a_reporting_date_outside_the_calendar_fails_with_the_mend(story: Story) -> None:
    assert story.outside.exit_code == 1
    for word in ("2026-04-15", "reference/fiscal_calendar.csv", "--as-of"):
        assert word in story.outside.stderr
    assert "dbt" not in story.outside.stderr


def test_the_doctor_says_that_the_calendar_does_not_have_today(story: Story) -> None:
    assert story.doctor.exit_code == 1
    assert "is in no period of reference/fiscal_calendar.csv" in story.doctor.text


def test_periods_that_share_a_day_are_refused_with_both_named(story: Story) -> None:
    assert story.overlap.exit_code == 1
    said = "2026-02 (2026-02-01 to 2026-03-02) and 2026-03 (2026-03-01 to 2026-03-31) overlap"
    for outcome in (story.overlap, story.overlap_doctor, story.quarantine):
        assert said in outcome.text
    assert story.quarantine.exit_code == 3
    assert story.release_after == story.release


def test_three_files_are_withdrawn_each_in_its_way(story: Story) -> None:
    """959 - 50 of INV-7 - 300 of the wrong hours - 400 of the wrong rate + 12 and 200 of 28 February: 421."""
    assert story.mended.exit_code == 3, story.mended.text
    assert story.mended_consumed == Decimal("421.00")
