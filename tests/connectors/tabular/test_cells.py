"""The strict parsers: what they accept, what they refuse, and that no money passes through binary fractions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.tabular.cells import (
    Bad,
    Cell,
    ErrorCell,
    NumberStyle,
    parse_boolean,
    parse_cells,
    parse_choice,
    parse_currency,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_period,
    parse_text,
    parse_timestamp,
)

MONEY = st.decimals(
    min_value=Decimal("-1e17"), max_value=Decimal("1e17"), allow_nan=False, allow_infinity=False, places=10
)


@given(MONEY)
def test_a_written_decimal_reads_as_itself(number: Decimal) -> None:
    assert parse_decimal(format(number, "f"), kind="money") == number


@given(st.integers(1, 10**17), st.integers(0, 10**16))
def test_digits_that_a_float_would_lose_survive(whole: int, fraction: int) -> None:
    text = f"{whole}.{fraction:010d}"[:28]
    exact = Decimal(text)
    assert parse_decimal(text, kind="money") == exact.quantize(
        Decimal("1e-10"), rounding=ROUND_HALF_UP, context=Context(prec=60)
    )


@given(st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, places=2))
def test_a_spreadsheet_number_reads_as_the_amount_that_was_typed(amount: Decimal) -> None:
    assert parse_decimal(float(amount)) == amount


@given(st.text(max_size=12))
def test_any_text_reads_as_a_finite_decimal_or_is_refused(text: str) -> None:
    value = parse_decimal(text)
    assert value is None or isinstance(value, Bad) or (isinstance(value, Decimal) and value.is_finite())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        (" 12.50\u00a0", "12.5"),
        ("007", "7"),
        ("0.00000000005", "0.0000000001"),
        ("-0.00000000005", "-0.0000000001"),
        ("0.000000000049", "0"),
    ],
)
def test_numbers_in_canonical_spelling(text: str, number: str) -> None:
    assert parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "12,5",
            "1,234.50",
            "1 234.50",
            "(5)",
            "5-",
            "--5",
            "1e3",
            "NaN",
            "inf",
            "€5",
            "5 EUR",
            "12 %",
            "0x1F",
            "1_000",
        ),
        *("٣", "１２", "1.2.3", "-", ".", "+", "n/a", "1\x002"),
        *(True, date(2026, 1, 1), time(7, 30), timedelta(hours=7), float("nan"), float("inf")),
    ],
)
def test_anything_else_is_not_a_number(cell: Cell) -> None:
    value = parse_decimal(cell)
    assert isinstance(value, Bad) and value.rule == "not_a_number"


def test_a_number_too_large_for_its_column_is_refused_not_cut() -> None:
    assert parse_decimal("99999999.9", kind="hours") == Decimal("99999999.9")
    for text in ("100000000", "99999999.99999999999", "1" * 5000):
        assert isinstance(parse_decimal(text, kind="hours"), Bad)


def test_a_spreadsheet_number_has_fifteen_digits() -> None:
    assert parse_decimal(0.1 + 0.2) == Decimal("0.3")
    assert parse_decimal(1234567.891) == Decimal("1234567.891")


FRENCH = NumberStyle(",", " ", ("minus", "parentheses", "trailing_minus"), ("-", "n/a"))


@pytest.mark.parametrize(
    ("text", "number"),
    [("1 234,50", "1234.5"), ("(1\u202f234,50)", "-1234.5"), ("5,4", "5.4"), ("12-", "-12"), ("−5", "-5")],
)
def test_numbers_in_a_declared_style(text: str, number: str) -> None:
    assert parse_decimal(text, style=FRENCH) == Decimal(number)


def test_a_unit_multiplies_before_anything_is_rounded() -> None:
    thousands = NumberStyle(factor=Decimal(1000))
    assert parse_decimal(1 / 3, style=thousands) == Decimal("333.3333333333")
    assert parse_decimal("0.00000000004", style=thousands) == Decimal("0.00000004")


@pytest.mark.parametrize("text", ["1 23,50", "12 34", "1.5", "(-5)", "--5", "1 234,5 0", "", "-", "N/A"])
def test_a_group_of_other_than_three_digits_or_two_signs_never_make_a_number(text: str) -> None:
    value = parse_decimal(text, style=FRENCH)
    assert value is None or isinstance(value, Bad)
    assert (value is None) == (text.lower() in ("", "-", "n/a"))


@pytest.mark.parametrize("cell", ["2026-01-31", " 2026-01-31 ", "2026-01-31T00:00:00", "2026-01-31 00:00"])
def test_iso_dates(cell: str) -> None:
    assert parse_date(cell) == date(2026, 1, 31)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "31/01/2026",
            "01-31-2026",
            "2026-1-31",
            "20260131",
            "2026-02-30",
            "2026-13-01",
            "2026-01-31T10:00:00",
        ),
        *("2026-W05-6", "tomorrow", 46082.0, True, time(1, 2)),
    ],
)
def test_other_spellings_are_not_dates(cell: Cell) -> None:
    value = parse_date(cell)
    assert isinstance(value, Bad) and value.rule == "not_a_date"


def test_date_cells_are_dates() -> None:
    assert parse_date(date(2026, 1, 31)) == parse_date(datetime(2026, 1, 31, 10, 30)) == date(2026, 1, 31)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00"),
        ("2026-01-31T10:00:00+02:00", "2026-01-31T08:00:00"),
        ("2026-01-31T10:00:00.123+0000", "2026-01-31T10:00:00.123000"),
        ("2026-01-31 10:00", "2026-01-31T10:00:00"),
        ("2026-01-31", "2026-01-31T00:00:00"),
        ("2026-01-01T00:30:00-05", "2026-01-01T05:30:00"),
    ],
)
def test_moments_become_naive_utc(text: str, moment: str) -> None:
    assert parse_timestamp(text) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "text", ["10:00", "2026-01-31T25:00:00Z", "0001-01-01T00:00:00+12:00", "31/01/2026 10:00"]
)
def test_other_spellings_are_not_moments(text: str) -> None:
    assert isinstance(parse_timestamp(text), Bad)


@pytest.mark.parametrize("cell", ["true", "TRUE", "Yes", "1", "x", "X", True, 1.0, 1])
def test_yes_in_its_spellings(cell: Cell) -> None:
    assert parse_boolean(cell) is True


@pytest.mark.parametrize("cell", ["false", "No", "0", False, 0.0])
def test_no_in_its_spellings(cell: Cell) -> None:
    assert parse_boolean(cell) is False


@pytest.mark.parametrize("cell", ["oui", "2", "y", 0.5, "truee"])
def test_other_words_are_not_booleans(cell: Cell) -> None:
    assert isinstance(parse_boolean(cell), Bad)


def test_choices_in_any_case() -> None:
    assert parse_choice(" Credit ", choices=("invoice", "credit")) == "credit"
    assert isinstance(parse_choice("avoir", choices=("invoice", "credit")), Bad)


def test_currencies_are_three_letters() -> None:
    assert parse_currency(" eur") == "EUR"
    assert all(isinstance(parse_currency(text), Bad) for text in ("€", "EURO", "E1R", "ÉUR"))


def test_a_period_that_a_spreadsheet_took_for_a_date_is_a_label_again() -> None:
    assert parse_period(date(2026, 3, 1)) == "2026-03"
    assert isinstance(parse_period(date(2026, 3, 31)), Bad)
    assert parse_period(" FY26-P09 ") == "FY26-P09"


def test_a_number_in_a_text_column_keeps_no_decimal_point_it_never_had() -> None:
    assert [parse_text(cell) for cell in (1001.0, 0.1, 1e15, 42, " a b ", "")] == [
        *("1001", "0.1", "1000000000000000", "42", "a b"),
        None,
    ]


def test_integers() -> None:
    assert parse_integer("3") == parse_integer(3.0) == parse_integer("3.0") == 3
    assert all(isinstance(parse_integer(cell), Bad) for cell in ("3.5", 0.5, "three", str(2**63)))


def test_a_column_tells_true_from_one() -> None:
    values, any_bad = parse_cells([True, 1.0, 1], parse_decimal)
    assert any_bad and isinstance(values[0], Bad) and values[1:] == [1, 1]


@pytest.mark.parametrize("cell", [ErrorCell("#REF!"), ErrorCell("=A1", uncached=True), "#N/A", "#div/0!"])
def test_a_cell_that_shows_an_error_is_faulty_even_as_text(cell: Cell) -> None:
    values, any_bad = parse_cells([cell], parse_text)
    assert any_bad and isinstance(values[0], Bad) and values[0].rule == "error_cell"
