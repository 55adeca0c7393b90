"""One batch: the split and its accounts."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.reference.tables import PEOPLE
from connectors.tabular.extract import LeftOut
from connectors.timesheets.tables import TIMESHEET_ENTRIES
from pipelines.landing.batches import Batch, make_batch
from pipelines.landing.manifest import LandingError, RowCounts, Total
from pipelines.landing.rows import add_totals, control_columns, totals_of
from tests.pipelines.landing.extracts import extract_of, fault, invoices, origin

MONEY = st.decimals(min_value=-(10**17), max_value=10**17, places=4, allow_nan=False)


def test_a_row_with_a_fault_goes_to_quarantine_and_the_others_load() -> None:
    batch = make_batch(invoices({}, {"amount": None}, {}), origin=origin(), faults={1: [fault(1)]}, checks=[])
    assert batch.rows == RowCounts(rows_in=3, loaded=2, quarantined=1, left_out=0)
    assert batch.data["invoice_no"].to_pylist() == ["I-1", "I-3"]
    assert batch.data["_row"].to_pylist() == [1, 3]


def test_quarantine_tells_the_place_the_rule_and_what_stood_there() -> None:
    batch = make_batch(invoices({}, {"amount": None}), origin=origin(), faults={1: [fault(1)]}, checks=[])
    row = batch.quarantine.to_pylist()[0]
    assert (row["source"], row["object"], row["path"]) == (
        "raw_ledger",
        "invoices",
        "inbox/ledger/invoices.csv",
    )
    assert (row["place"], row["column_name"], row["rule"], row["row"]) == ("F3", "amount", "not_a_number", 2)
    assert '"invoice_no": "I-2"' in row["content"]
    assert (row["project"], row["unit"], row["amount"]) == ("PAY", "EUR", None)


def test_several_faults_of_a_row_are_one_quarantined_row_with_all_messages() -> None:
    faults = [fault(0), fault(0, "posted_on", "not_a_date", "soon")]
    batch = make_batch(invoices({}), origin=origin(), faults={0: faults}, checks=[])
    assert batch.quarantine["column_name"].to_pylist() == ["amount"]
    assert batch.quarantine["message"].to_pylist() == [
        "amount is 'n/a': write it right; posted_on is 'soon': write it right"
    ]


def test_amounts_are_decimals_in_landing_and_their_sum_is_exact() -> None:
    batch = make_batch(invoices({"amount": Decimal("0.1")}, {"amount": Decimal("0.2")}), **PLAIN)
    assert batch.data.schema.field("amount").type == pa.decimal128(28, 10)
    assert batch.totals == (Total("PAY", "EUR", 2, Decimal("0.3")),)


def test_totals_are_per_project_and_unit_and_count_left_out_rows() -> None:
    left_out = [LeftOut(None, "A9", "exact duplicate of row 2", "{}", "PAY", "EUR", Decimal("100"))]
    batch = make_batch(invoices({}, {"project": None, "currency": "USD"}, left_out=left_out), **PLAIN)
    assert batch.totals == (
        Total(None, "USD", 1, Decimal("100")),
        Total("PAY", "EUR", 2, Decimal("200")),
    )
    assert batch.rows == RowCounts(3, 2, 0, 1)


def test_hours_are_their_own_unit() -> None:
    entry = {"person": "ann", "project": "PAY", "hours": Decimal("7.5")}
    batch = make_batch(extract_of(TIMESHEET_ENTRIES, entry), **PLAIN)
    assert batch.totals == (Total("PAY", "hours", 1, Decimal("7.5")),)


def test_a_table_without_a_measure_is_counted_only() -> None:
    assert make_batch(extract_of(PEOPLE, {"person": "ann"}), **PLAIN).totals == (Total(None, None, 1, None),)


def test_an_extract_without_rows_is_a_batch_without_rows() -> None:
    batch = make_batch(invoices(), **PLAIN)
    assert (batch.rows, batch.totals) == (RowCounts(0, 0, 0, 0), ())


def test_a_value_that_fits_no_column_is_named_by_its_cell() -> None:
    with pytest.raises(LandingError, match=r"F|A2.*\(amount\) does not fit"):
        make_batch(invoices({"amount": Decimal(10) ** 20}), **PLAIN)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["PAY", "WEB", None]), st.none() | MONEY, st.booleans()), max_size=30
    ),
    left_out=st.lists(MONEY, max_size=5),
)
def test_in_is_loaded_plus_quarantined_plus_left_out(
    rows: list[tuple[str | None, Decimal | None, bool]], left_out: list[Decimal]
) -> None:
    extract = invoices(
        *({"project": project, "amount": amount} for project, amount, _ in rows),
        left_out=[LeftOut(None, "A99", "note", "{}", "WEB", "EUR", amount) for amount in left_out],
    )
    faults = {row: [fault(row)] for row, (_, _, is_faulty) in enumerate(rows) if is_faulty}
    batch = make_batch(extract, origin=origin(), faults=faults, checks=[])
    assert batch.rows.rows_in == len(rows) + len(left_out)
    assert batch.rows.rows_in == batch.rows.loaded + batch.rows.quarantined + batch.rows.left_out
    assert _kept(batch) == batch.totals
    amounts = [amount for _, amount, _ in rows if amount is not None] + left_out
    assert sum(total.amount_in or 0 for total in batch.totals) == sum(amounts)


def _kept(batch: Batch) -> tuple[Total, ...]:
    loaded = totals_of(control_columns(batch.table, batch.data))
    others = [
        totals_of({n: rows[n] for n in ("project", "unit", "amount")})
        for rows in (batch.quarantine, batch.left_out)
    ]
    return add_totals(loaded, *others)


PLAIN = {"origin": origin(), "faults": {}, "checks": []}
