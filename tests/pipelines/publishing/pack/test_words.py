"""How values are written, and what a sum with an unknown part is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipelines.publishing.pack.chips import chip
from pipelines.publishing.pack.tables import Kind, summed
from pipelines.publishing.pack.words import RULE_KINDS, measured, shown
from pipelines.status_rules import STATUS_RULES


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "amount", "–"),
        (Decimal("1234567.50"), "amount", "1,234,568"),
        (Decimal("-1234.49"), "amount", "−1,234"),
        (Decimal("-0.01"), "amount", "−0.01"),
        (Decimal(0), "amount", "0"),
        (Decimal("0.12345"), "percent", "12.3 %"),
        (Decimal("0.905"), "ratio", "0.91"),
        (date(2026, 3, 31), "date", "2026-03-31"),
        (False, "flag", "no"),
    ],
)
def test_a_value_is_written_as_a_reader_expects(value: object, kind: Kind, text: str) -> None:
    assert shown(value, kind) == text


def test_a_sign_is_written_where_it_says_something() -> None:
    assert [shown(Decimal(number), "days", is_signed=True) for number in (5, 0, -5)] == ["+5", "0", "−5"]


def test_every_rule_of_the_status_has_a_unit() -> None:
    assert set(RULE_KINDS) == {rule.name for rule in STATUS_RULES}
    assert measured("milestone_slip", Decimal(1)) == "1 day"


def test_a_status_has_a_shape_beside_its_colour() -> None:
    assert {chip(name).tone for name in ("red", "amber", "green", "not_run")} == {
        "bad",
        "warn",
        "good",
        "none",
    }


def test_a_sum_with_an_unknown_part_is_unknown_and_names_it() -> None:
    rows = [
        {"project_code": "A", "eac": Decimal(5), "why": None},
        {"project_code": "B", "eac": None, "why": "no_forecast"},
    ]
    assert summed(rows, {"eac": "why"}) == {"eac": None, "why": "B: no_forecast"}
    assert summed(rows[:1], {"eac": "why"}) == {"eac": Decimal(5), "why": None}
