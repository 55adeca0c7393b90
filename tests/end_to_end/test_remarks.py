"""What is no fault of a row and must not go unsaid: strays, files that are gone, rows that came no more, odd labels.

One home lives through it: a good refresh, everything odd at once, the odd files withdrawn. What the doctor says before
a refresh, the refresh says too, on the terminal and in `mart_data_quality`, without naming a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tests.end_to_end.homes import ORGANISATION, Outcome, PmoHome, Record, Row, make_home, only, total, where

AS_OF = "2026-03-31"
ODD_SETTINGS = "tax_basis: gross\nhours_from: {NOPE: jira}\nlabour_category: labor\n"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One refresh, what the doctor said before it, and what the marts said after it."""

    doctor: Outcome
    outcome: Outcome
    quality: list[Record]
    position: list[Record]

    def consumed(self) -> Decimal:
        rows = where(self.position, period="2026-03", view="as_reported", fx_basis="booked")
        return total(rows, "consumed")

    def remarked(self, check: str) -> list[Record]:
        """The current rows of a check that warn."""
        return [
            row
            for row in self.quality
            if row["check_name"] == check and row["outcome"] == "warned" and row["is_current_load"]
        ]


@dataclass(frozen=True, slots=True)
class Story:
    good: Chapter
    odd: Chapter
    withdrawn: Chapter


def invoice(number: str, amount: str, posted_on: str, **more: str) -> Row:
    return {
        "invoice_no": number,
        "line_no": "1",
        "project": "PAY",
        "cost_category": "services",
        "posted_on": posted_on,
        "amount": amount,
        "currency": "EUR",
    } | more


def hours(person: str, work_date: str, amount: str) -> Row:
    return {"person": person, "project": "PAY", "work_date": work_date, "hours": amount}


def posting(number: str, amount: str, **more: str) -> Row:
    row = {"posting_id": number, "project": "PAY", "cost_category": "services", "posted_on": "2026-03-05"}
    return row | {"amount": amount, "currency": "EUR", "origin": "expense"} | more


def make_good_home(root: Path) -> PmoHome:
    """Consumed at the end: invoices 100 + 40 + 7, hours 8 + 6 + 5 at 100.00, so 2047.00."""
    home = make_home(root)
    home.write(
        "reference/cost_categories.csv",
        [
            {"cost_category": "labour", "nature": "labour_internal"},
            {"cost_category": "services", "nature": "service"},
        ],
    )
    home.write(
        "reference/rate_cards.csv",
        [
            {"person": person, "rate": "100.00", "currency": "EUR", "valid_from": "2026-01-01"}
            for person in ("alice", "bruno")
        ],
    )
    home.write(
        "inbox/budgets/budget_versions.csv",
        [{"project": "PAY", "version_no": 1, "version_type": "original", "approved_on": "2026-01-05"}],
    )
    line = {"project": "PAY", "version_no": 1, "period": "2026-03", "currency": "EUR"}
    home.write(
        "inbox/budgets/budget_lines.csv",
        [line | {"cost_category": name, "amount": "5000"} for name in ("labour", "services")],
    )
    home.write(
        "inbox/ledger/invoices.csv",
        [invoice("INV-1", "100.00", "2026-02-20"), invoice("INV-2", "40.00", "2026-03-02")],
    )
    home.write("inbox/ledger/invoices_extra.csv", [invoice("INV-9", "7.00", "2026-03-03")])
    home.write(
        "inbox/timesheets/timesheet_entries.csv",
        [
            hours("alice", "2026-03-02", "8"),
            hours("alice", "2026-03-03", "6"),
            hours("bruno", "2026-03-03", "5"),
        ],
    )
    home.write("inbox/register/projects.csv", [{"project": "PAY", "name": "Payments"}])
    return home


def make_odd(home: PmoHome) -> None:
    """INV-2 and one of alice's days gone from their files, a file gone, a key twice, strays, labels nobody knows."""
    home.write("inbox/ledger/invoices.csv", [invoice("INV-1", "100.00", "2026-02-20")])
    home.write("inbox/ledger/invoices_more.csv", [invoice("INV-1", "100.00", "2026-02-21")])
    (home.root / "inbox/ledger/invoices_extra.csv").unlink()
    home.write(
        "inbox/timesheets/timesheet_entries.csv",
        [hours("alice", "2026-03-02", "8"), hours("bruno", "2026-03-03", "5")],
    )
    home.write(
        "inbox/ledger/postings.csv",
        [posting("P-1", "10.00", period="2026-14"), posting("P-2", "3.00", cost_category="travell")],
    )
    home.write("inbox/stray.csv", [{"a": "1"}])
    home.write("inbox/sales/orders.csv", [{"a": "1"}])
    (home.root / "pmo.yaml").write_text(ORGANISATION + ODD_SETTINGS, encoding="utf-8")


def withdraw(home: PmoHome) -> None:
    """INV-9 comes with amount 0 under the old name, alice's day is back, and nothing else is odd."""
    for name in ("inbox/stray.csv", "inbox/sales/orders.csv"):
        (home.root / name).unlink()
    (home.root / "inbox/sales").rmdir()
    home.write("inbox/ledger/invoices_extra.csv", [invoice("INV-9", "0", "2026-03-03")])
    home.write("inbox/ledger/invoices_more.csv", [invoice("INV-3", "0", "2026-03-03")])
    home.write(
        "inbox/ledger/postings.csv", [posting("P-1", "10.00", period="2026-03"), posting("P-2", "3.00")]
    )
    (home.root / "pmo.yaml").write_text(ORGANISATION, encoding="utf-8")


def chapter(home: PmoHome) -> Chapter:
    doctor, outcome = home.run("doctor"), home.refresh(AS_OF)
    return Chapter(doctor, outcome, home.table("mart_data_quality"), home.table("mart_budget_position"))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = make_good_home(tmp_path_factory.mktemp("remarks"))
    good = chapter(home)
    make_odd(home)
    odd = chapter(home)
    withdraw(home)
    return Story(good, odd, chapter(home))


def test_a_home_without_anything_odd_is_remarked_on_nowhere(story: Story) -> None:
    assert story.good.doctor.exit_code == 0, story.good.doctor.text
    assert story.good.outcome.exit_code == 0, story.good.outcome.text
    assert story.good.consumed() == Decimal("2047.00")


def test_what_is_odd_shows_in_the_exit_codes(story: Story) -> None:
    assert story.odd.doctor.exit_code == 1
    assert story.odd.outcome.exit_code == 3, story.odd.outcome.text


@pytest.mark.parametrize("stray", ["inbox/stray.csv", "inbox/sales"])
def test_a_stray_is_named_by_the_doctor_the_refresh_and_the_mart(story: Story, stray: str) -> None:
    row = only(story.odd.remarked("everything_in_the_inbox_is_read"), path=stray)
    for said in (story.odd.doctor.text, story.odd.outcome.text, row["detail"]):
        assert f"Nothing reads {stray}" in said
        assert "timesheets, budgets, ledger, register" in said


def test_rows_that_came_no_more_are_named_and_whether_they_still_count(story: Story) -> None:
    row = only(story.odd.remarked("rows_that_vanished_are_named"), path="inbox/ledger/invoices.csv")
    assert row["affected_rows"] == 1
    for said in (story.odd.doctor.text, story.odd.outcome.text, row["detail"]):
        assert "1 row of earlier versions came no more: INV-2 1" in said
        assert "It counts still" in said


def test_vanished_hours_name_the_person_at_the_terminal_and_not_in_the_mart(story: Story) -> None:
    row = only(
        story.odd.remarked("rows_that_vanished_are_named"), path="inbox/timesheets/timesheet_entries.csv"
    )
    assert "came no more: alice PAY 2026-03-03" in story.odd.outcome.text
    assert "came no more: PAY 2026-03-03" in row["detail"]
    assert "counts no more" in row["detail"]


def test_no_person_is_named_in_what_is_published(story: Story) -> None:
    details = [row["detail"] or "" for row in story.odd.quality]
    assert len(details) > 100
    assert [detail for detail in details if "alice" in detail or "bruno" in detail] == []


def test_a_file_that_is_gone_is_named_with_the_rows_that_still_count(story: Story) -> None:
    row = only(story.odd.remarked("files_whose_rows_stand_are_still_there"))
    assert (row["path"], row["affected_rows"]) == ("inbox/ledger/invoices_extra.csv", 1)
    said = "1 row still comes from inbox/ledger/invoices_extra.csv, which is gone"
    assert said in row["detail"] and said in story.odd.outcome.text
    assert "the same keys with amount 0" in row["detail"]
    assert "inbox/ledger/invoices_extra.csv" in story.odd.doctor.text


def test_a_key_of_two_files_is_named_with_both(story: Story) -> None:
    row = only(story.odd.remarked("equal_keys_of_several_files_are_named"))
    said = "invoice_no INV-1, line_no 1 (inbox/ledger/invoices.csv, inbox/ledger/invoices_more.csv)"
    assert said in row["detail"] and said in story.odd.outcome.text


def test_a_period_that_the_calendar_does_not_have_is_named_with_its_place(story: Story) -> None:
    row = only(story.odd.remarked("periods_are_in_the_calendar"))
    said = "period 2026-14 is not in the fiscal calendar: inbox/ledger/postings.csv, A2:H2"
    assert said in row["detail"] and said in story.odd.outcome.text
    assert (row["affected_rows"], row["amount"], row["unit"]) == (1, Decimal("10.00"), "EUR")


def test_a_category_that_nobody_declared_is_named_and_counts(story: Story) -> None:
    row = only(story.odd.remarked("cost_categories_are_known"))
    assert (
        "cost category travell is not in cost_categories: inbox/ledger/postings.csv, A3:H3" in row["detail"]
    )
    assert only(
        story.odd.position,
        cost_category="travell",
        period="2026-03",
        view="as_reported",
        fx_basis="booked",
    )["consumed"] == Decimal("3.00")


def test_the_doctor_names_a_setting_that_changes_nothing(story: Story) -> None:
    assert "tax_basis: is not used yet" in story.odd.doctor.text


@pytest.mark.parametrize("said", ["hours_from names NOPE", "labour_category names labor"])
def test_a_setting_that_names_what_there_is_not_is_named(story: Story, said: str) -> None:
    assert any(said in row["detail"] for row in story.odd.remarked("settings_name_what_there_is"))
    assert said in story.odd.doctor.text and said in story.odd.outcome.text


def test_what_is_odd_changes_only_the_figures_that_it_should(story: Story) -> None:
    """Alice's six hours are replaced by nothing; 10.00 and 3.00 are new: 2047 - 600 + 13."""
    assert story.odd.consumed() == Decimal("1460.00")


def test_withdrawn_rows_count_no_more_and_the_remarks_end(story: Story) -> None:
    """The 7.00 of the file that came back with 0; of the files that changed, what they lack is still named."""
    assert story.withdrawn.consumed() == Decimal("1453.00")
    for check in (
        "everything_in_the_inbox_is_read",
        "files_whose_rows_stand_are_still_there",
        "equal_keys_of_several_files_are_named",
        "periods_are_in_the_calendar",
        "cost_categories_are_known",
        "settings_name_what_there_is",
    ):
        assert story.withdrawn.remarked(check) == [], check
