"""Judging one extract: refuse the batch, set rows aside, warn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.budgets.tables import CHANGE_REQUESTS
from connectors.reference.tables import FX_RATES, RATE_CARDS
from connectors.register.tables import PROGRESS
from connectors.tabular.extract import BatchFault, ControlTotal, TableExtract
from connectors.timesheets.tables import TIMESHEET_ENTRIES
from pipelines.settings import ValidationSettings
from pipelines.validation.judge import judge
from pipelines.validation.outcomes import CheckOutcome, Verdict
from pipelines.validation.retired import Retired
from tests.pipelines.landing.extracts import extract_of, fault, invoices

PATH = "inbox/ledger/invoices.csv"


def judged(extract: TableExtract, previous_rows: int | None = None, **limits: Any) -> Verdict:
    retired = None if previous_rows is None else Retired(previous_rows)
    return judge(extract, retired, path=PATH, limits=ValidationSettings(**limits))


def outcome(verdict: Verdict, name: str) -> CheckOutcome:
    return next(check for check in verdict.checks if check.name == name)


def failing(verdict: Verdict) -> list[str]:
    return [check.name for check in verdict.checks if not check.passed]


def test_good_rows_pass_every_check() -> None:
    verdict = judged(invoices({}, {"type": "credit"}, {"amount": Decimal("-1")}))
    assert (failing(verdict), dict(verdict.faults), verdict.refused) == ([], {}, False)


def test_a_negative_credit_is_set_aside_with_the_reason() -> None:
    rows = [{}, {}, {"type": "credit"}, {"type": "credit", "amount": Decimal("-0.0000000001")}]
    verdict = judged(invoices(*rows))
    (found,) = verdict.faults[3]
    assert (list(verdict.faults), found.rule, found.column) == ([3], "negative_credit", "amount")
    assert "a credit amount is positive and subtracts; A5 holds -0.0000000001" in found.message
    check = outcome(verdict, "credit_amounts_are_not_negative")
    assert (check.rows, check.severity, check.blocking) == (1, "warn", False)


def test_a_cell_that_the_reader_could_not_read_is_counted_once() -> None:
    extract = invoices({"amount": None}, {"project": None}, faults=[fault(0)])
    verdict = judged(extract)
    assert [[each.rule for each in verdict.faults[row]] for row in (0, 1)] == [
        ["not_a_number"],
        ["missing_value"],
    ]
    assert outcome(verdict, "every_cell_can_be_read").rows == 1
    assert outcome(verdict, "required_values_are_present").rows == 1


def test_a_blank_that_the_reader_reported_is_under_the_rule_of_required_values() -> None:
    verdict = judged(invoices({"project": None}, faults=[fault(0, "project", "missing_value", "")]))
    assert failing(verdict) == ["required_values_are_present"]
    assert len(verdict.faults[0]) == 1


def test_a_word_outside_the_list_is_set_aside_and_the_list_is_told() -> None:
    verdict = judged(invoices({"type": "kredit"}))
    assert verdict.faults[0][0].rule == "not_one_of"
    assert "write one of these" in verdict.faults[0][0].message
    assert "down_payment" in verdict.faults[0][0].message


def test_equal_keys_are_under_their_own_rule() -> None:
    verdict = judged(invoices({}, faults=[fault(0, "invoice_no", "duplicate_key", "I-1")]))
    assert failing(verdict) == ["keys_are_unique"]


def test_a_value_that_no_column_holds_is_set_aside_and_taken_out() -> None:
    extract = invoices({"amount": Decimal(10) ** 25}, {})
    verdict = judged(extract)
    assert [each.rule for each in verdict.faults[0]] == ["does_not_fit"]
    assert verdict.extract.columns["amount"] == [None, Decimal("100.00")]
    assert extract.columns["amount"][0] == Decimal(10) ** 25


@pytest.mark.parametrize(
    ("hours", "is_odd"), [("-744", False), ("744", False), ("744.0000000001", True), ("-744.5", True)]
)
def test_implausible_hours_stay_and_are_warned_of_to_the_last_decimal(hours: str, is_odd: bool) -> None:
    entry = {"person": "ann", "project": "PAY", "work_date": date(2026, 1, 5), "hours": Decimal(hours)}
    verdict = judged(extract_of(TIMESHEET_ENTRIES, entry | {"status": "draft"}))
    assert failing(verdict) == (["hours_of_an_entry_fit_in_a_month"] if is_odd else [])
    assert not verdict.faults


def test_the_number_of_warned_rows_is_right_beyond_those_that_are_shown() -> None:
    entry = {
        "person": "ann",
        "project": "PAY",
        "work_date": date(2026, 1, 5),
        "hours": Decimal(745),
        "status": "draft",
    }
    check = outcome(judged(extract_of(TIMESHEET_ENTRIES, *[entry] * 40)), "hours_of_an_entry_fit_in_a_month")
    assert check.rows == 40
    assert "745.00 hours at A2" in check.message
    assert "And 37 more." in check.message


def test_a_number_beyond_64_bits_is_still_compared() -> None:
    row = {"project": "PAY", "as_of": date(2026, 1, 31), "percent_complete": Decimal(10) ** 17}
    assert failing(judged(extract_of(PROGRESS, row))) == ["percent_complete_is_within_0_and_100"]


def test_dates_out_of_order_are_warned_of_and_missing_ones_are_not() -> None:
    request = {"project": "PAY", "change_request": "C", "submitted_on": date(2026, 1, 5)}
    decided = [None, date(2026, 1, 5), date(2026, 1, 4)]
    verdict = judged(extract_of(CHANGE_REQUESTS, *(request | {"decided_on": day} for day in decided)))
    assert outcome(verdict, "change_requests_are_decided_after_they_are_submitted").rows == 1


@pytest.mark.parametrize("rate", ["0", "-1", "-0.0000000001"])
def test_a_rate_that_is_not_positive_is_set_aside(rate: str) -> None:
    row = {"rate_type": "spot", "from_currency": "USD", "to_currency": "EUR", "period": "2026-01"}
    verdict = judged(
        extract_of(FX_RATES, row | {"rate": Decimal(rate)}, row | {"rate": Decimal("0.0000000001")})
    )
    assert {row: each[0].rule for row, each in verdict.faults.items()} == {0: "rate_not_positive"}


def test_a_rate_card_needs_a_person_or_a_role() -> None:
    rate = {"rate": Decimal(100), "currency": "EUR", "valid_from": date(2026, 1, 1)}
    verdict = judged(extract_of(RATE_CARDS, rate, rate | {"role": "dev"}, rate | {"person": "ann"}))
    assert list(verdict.faults) == [0]
    assert "neither person nor role" in verdict.faults[0][0].message


@pytest.mark.parametrize(
    ("rule", "check"),
    [
        ("missing_column", "required_columns_are_present"),
        ("changed_type", "columns_have_the_expected_type"),
        ("empty_file", "the_file_has_content"),
        ("something_new", "the_batch_is_complete"),
    ],
)
def test_a_fault_of_the_batch_refuses_it_under_its_rule(rule: str, check: str) -> None:
    message = f"{PATH}: no column 'amount'; add it"
    verdict = judged(invoices({}, batch_faults=[BatchFault(rule, message)]))
    assert (verdict.refused, failing(verdict), verdict.reasons) == (True, [check], (message,))
    assert (outcome(verdict, check).severity, outcome(verdict, check).blocking) == ("error", True)


def test_under_continue_a_refused_batch_blocks_nothing() -> None:
    extract = invoices({}, batch_faults=[BatchFault("missing_column", "no amount")])
    verdict = judge(extract, None, path=PATH, limits=ValidationSettings(), blocking=False)
    check = outcome(verdict, "required_columns_are_present")
    assert (verdict.refused, check.passed, check.severity, check.blocking) == (True, False, "warn", False)


def test_a_control_total_that_is_off_names_file_sheet_cell_and_mend() -> None:
    total = ControlTotal("Total 2026-03", "P-100", "F9", stated=Decimal("100.00"), read=Decimal("90.00"))
    verdict = judged(invoices({}, control_totals=[total]))
    assert failing(verdict) == ["control_totals_tie"]
    for part in (PATH, "'P-100'", "F9", "says 100.00", "add up to 90.00", "difference of -10.00", "Correct"):
        assert part in verdict.reasons[0]


def test_a_control_total_within_the_tolerance_ties() -> None:
    total = ControlTotal("Total", None, "F9", Decimal("100.00"), Decimal("99.99"), tolerance=Decimal("0.01"))
    assert not judged(invoices({}, control_totals=[total])).refused


@pytest.mark.parametrize(
    ("previous", "now", "refused"),
    [(100, 50, False), (100, 49, True), (49, 0, False), (50, 0, True), (None, 0, False)],
)
def test_rows_that_vanish_in_mass_refuse_the_batch(previous: int | None, now: int, refused: bool) -> None:
    verdict = judged(invoices(*[{}] * now), previous)
    assert verdict.refused == refused
    assert outcome(verdict, "rows_have_not_vanished_in_mass").not_run == (previous is None)


def test_the_mass_check_can_be_turned_off() -> None:
    assert not judged(invoices(), 1000, mass_disappearance=1).refused


def test_every_rule_of_the_suite_gives_one_check_whatever_the_verdict() -> None:
    good = judged(invoices({}))
    refused = judged(invoices({}, batch_faults=[BatchFault("missing_column", "no amount")]))
    assert [check.name for check in good.checks] == [check.name for check in refused.checks]


def test_judging_prints_nothing_and_leaves_no_file(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home, before = Path.home(), set(Path.cwd().iterdir())
    known = set(home.iterdir())
    judged(invoices({}, {"type": "credit", "amount": Decimal(-1)}))
    assert capfd.readouterr() == ("", "")
    assert (set(Path.cwd().iterdir()), set(home.iterdir())) == (before, known)
