"""Bad rows and bad files: a row is set aside and the rest arrives; a file is refused and nothing changes.

One home lives through all of it, as a PMO's would: a good refresh, a register without a column, a workbook
whose totals do not add up, the mended files, rows that nobody can read, and those mended too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from tests.end_to_end.homes import (
    ORGANISATION,
    Outcome,
    PmoHome,
    Record,
    Row,
    make_home,
    only,
    total,
    where,
)
from tests.end_to_end.workbooks import WIDE_SETTINGS, write_wide_workbook

AS_OF = "2026-03-31"
LINES = {"labour": ("10", "12", "12"), "services": ("4.5", "0", "3")}
MENDED_LINES = {"labour": ("10", "13", "12"), "services": ("4.5", "0", "3")}
HOURS: list[Row] = [
    {"person": "alice", "project": "PAY", "work_date": "2026-03-02", "hours": "7.5"},
    {"person": "alice", "project": "PAY", "work_date": "2026-03-03", "hours": "8"},
    {"person": "bruno", "project": "PAY", "work_date": "2026-03-04", "hours": "6.25"},
]
UNREADABLE_HOURS: list[Row] = [HOURS[0], dict(HOURS[1]) | {"hours": "7h30"}, HOURS[2]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one refresh printed, and what stood on disk, in the marts and in quarantine after it."""

    outcome: Outcome
    release: dict[str, str]
    landed: dict[str, str]
    position: list[Record]
    reconciliation: list[Record]
    standing: int


@dataclass(frozen=True, slots=True)
class Story:
    """The refreshes of the one home, in their order."""

    good: Chapter
    column_missing: Chapter
    total_off: Chapter
    mended: Chapter
    rows_unreadable: Chapter
    quarantine: Outcome
    rows_mended: Chapter


def orders(*, with_currency: bool = True) -> list[Row]:
    row = {
        "order_no": "PO-1",
        "line_no": "1",
        "project": "PAY",
        "cost_category": "services",
        "ordered_on": "2026-02-02",
        "amount": "3000.00",
    }
    return [row | {"currency": "EUR"} if with_currency else row]


def invoices(third_posted_on: str | None = None) -> list[Row]:
    """Two invoices, and a third one when it has come: its date may be blank."""
    first = {
        "invoice_no": "INV-1",
        "line_no": "1",
        "project": "PAY",
        "cost_category": "services",
        "posted_on": "2026-02-20",
        "amount": "1000.00",
        "currency": "EUR",
        "order_no": "PO-1",
        "order_line_no": "1",
    }
    second = first | {"invoice_no": "INV-2", "posted_on": "2026-03-20", "amount": "250.00"}
    if third_posted_on is None:
        return [first, second]
    return [first, second, second | {"invoice_no": "INV-3", "posted_on": third_posted_on, "amount": "99.50"}]


def make_first_home(root: Path) -> PmoHome:
    home = make_home(root, settings=ORGANISATION + WIDE_SETTINGS)
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
    home.write("inbox/ledger/orders.csv", orders())
    home.write("inbox/ledger/invoices.csv", invoices())
    home.write("inbox/timesheets/timesheet_entries_2026-03.csv", HOURS)
    write_wide_workbook(home, LINES)
    return home


def chapter(home: PmoHome) -> Chapter:
    outcome = home.refresh(AS_OF)
    return Chapter(
        outcome,
        home.release(),
        home.files("landing/data/**/*") | home.files("landing/manifests/**/*"),
        home.table("mart_budget_position"),
        home.table("mart_reconciliation"),
        home.table("release_info")[0]["standing_quarantined_rows"],
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = make_first_home(tmp_path_factory.mktemp("bad-input"))
    good = chapter(home)
    home.write("inbox/ledger/orders.csv", orders(with_currency=False))
    column_missing = chapter(home)
    home.write("inbox/ledger/orders.csv", orders())
    write_wide_workbook(home, LINES, stated={"C8": "13"})
    total_off = chapter(home)
    write_wide_workbook(home, MENDED_LINES)
    mended = chapter(home)
    home.write("inbox/timesheets/timesheet_entries_2026-03.csv", UNREADABLE_HOURS)
    home.write("inbox/ledger/invoices.csv", invoices(third_posted_on=""))
    rows_unreadable, quarantine = chapter(home), home.run("quarantine")
    home.write("inbox/timesheets/timesheet_entries_2026-03.csv", HOURS)
    home.write("inbox/ledger/invoices.csv", invoices(third_posted_on="2026-03-23"))
    return Story(good, column_missing, total_off, mended, rows_unreadable, quarantine, chapter(home))


def at_the_end(chapter: Chapter) -> list[Record]:
    return where(
        chapter.position, project_code="PAY", period="2026-03", view="as_reported", fx_basis="booked"
    )


def landing_of(chapter: Chapter, source: str) -> list[Record]:
    return where(chapter.reconciliation, kind="landing", source=source, project_code="PAY")


def test_a_wide_workbook_arrives_in_full(story: Story) -> None:
    assert story.good.outcome.exit_code == 0, story.good.outcome.stderr
    assert total(at_the_end(story.good), "baseline_revised") == Decimal("41500.00")


@pytest.mark.parametrize("bad", ["column_missing", "total_off"])
def test_a_bad_file_fails_the_refresh(story: Story, bad: str) -> None:
    outcome = getattr(story, bad).outcome
    assert outcome.exit_code == 1, outcome.text


@pytest.mark.parametrize("bad", ["column_missing", "total_off"])
def test_a_bad_file_leaves_the_release_byte_for_byte(story: Story, bad: str) -> None:
    assert "published/pmo.duckdb" in story.good.release
    assert getattr(story, bad).release == story.good.release


@pytest.mark.parametrize("bad", ["column_missing", "total_off"])
def test_a_bad_file_lands_neither_data_nor_a_manifest(story: Story, bad: str) -> None:
    assert len(story.good.landed) > 10
    assert getattr(story, bad).landed == story.good.landed


def test_a_missing_column_is_named_with_its_file_and_the_mend(story: Story) -> None:
    said = story.column_missing.outcome.text
    for word in ("inbox/ledger/orders.csv", "currency"):
        assert word in said
    assert re.search(r"\b(add|rename|map|layout)\b", said, re.IGNORECASE)


def test_a_total_that_is_off_is_named_with_its_sheet_and_cell_and_both_amounts(story: Story) -> None:
    said = story.total_off.outcome.text
    for word in ("inbox/budgets/Budget_2026.xlsx", "P-PAY Payments", "C8"):
        assert word in said
    figures = said.replace(",", "").replace("\u202f", "")
    assert re.search(r"\b13(000)?\b", figures)
    assert re.search(r"\b12(000)?\b", figures)


def test_the_mended_file_goes_through(story: Story) -> None:
    assert story.mended.outcome.exit_code == 0, story.mended.outcome.text
    assert total(at_the_end(story.mended), "baseline_revised") == Decimal("42500.00")
    assert story.mended.release != story.good.release


def test_rows_that_cannot_be_read_do_not_fail_the_refresh_but_show_in_its_exit_code(story: Story) -> None:
    assert story.rows_unreadable.outcome.exit_code == 3, story.rows_unreadable.outcome.text


def test_the_rest_of_a_file_with_a_bad_row_arrives(story: Story) -> None:
    rows = at_the_end(story.rows_unreadable)
    labour, services = only(rows, cost_category="labour"), only(rows, cost_category="services")
    assert labour["consumed"] == Decimal("1375.00")
    assert services["consumed"] == Decimal("1250.00")


@pytest.mark.parametrize(("source", "amount"), [("timesheets", "0"), ("ledger", "99.50")])
def test_a_bad_row_is_counted_and_its_amount_too_where_it_can_be_read(
    story: Story, source: str, amount: str
) -> None:
    before, after = landing_of(story.mended, source), landing_of(story.rows_unreadable, source)
    assert total(after, "quarantined_rows") - total(before, "quarantined_rows") == 1
    assert total(after, "quarantined_amount") - total(before, "quarantined_amount") == Decimal(amount)


def test_what_came_in_is_accounted_for_in_every_chapter(story: Story) -> None:
    for chapter in (story.good, story.mended, story.rows_unreadable, story.rows_mended):
        for row in where(chapter.reconciliation, kind="landing"):
            parts = (row["loaded_rows"], row["quarantined_rows"], row["left_out_rows"])
            assert row["source_rows"] == sum(parts), row
            assert row["difference"] == 0, row


def test_the_quarantine_names_the_place_the_content_and_the_rule(story: Story) -> None:
    said = story.quarantine.text
    for word in ("inbox/timesheets/timesheet_entries_2026-03.csv", "7h30", "hours", "D3", "not_a_number"):
        assert word in said
    for word in ("inbox/ledger/invoices.csv", "posted_on", "E4", "missing_value"):
        assert word in said


def test_nothing_stands_in_quarantine_once_the_rows_are_mended(story: Story) -> None:
    assert story.rows_mended.outcome.exit_code == 0, story.rows_mended.outcome.text
    assert story.rows_unreadable.standing == 2
    assert story.rows_mended.standing == 0
    rows = at_the_end(story.rows_mended)
    assert only(rows, cost_category="labour")["consumed"] == Decimal("2175.00")
    assert only(rows, cost_category="services")["consumed"] == Decimal("1349.50")
