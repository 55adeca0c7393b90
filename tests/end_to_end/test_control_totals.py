"""A French FEC beside what was delivered by project: what ties, what is off and by how much, and what is said of it.

One home lives through it: the FEC of the whole company, then a corrected one of which a layout takes some accounts.
Every expected figure is worked out by hand beside the rows it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from tests.end_to_end.homes import ORGANISATION, Outcome, PmoHome, Record, Row, make_home, only, total, where

AS_OF = "2026-03-31"
HEADER = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|"
    "EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
)
OURS = """
layouts:
  our_fec:
    like: fec_entries
    files: "ledger/*FEC*.txt"
    rows: {drop_when: {JournalCode: [AN, ANO, RAN]}, keep_when: {CompteNum: "^604"}}
"""
CHECK = "control_totals_agree"


def line(journal: str, number: str, day: str, account: str, debit: str, credit: str = "0,00") -> str:
    head = (journal, "Journal", number, day, account, "Études", "", "", "F-1", day, "Prestation")
    return "\t".join((*head, debit, credit, "", "", day, "", ""))


def write_fec(home: PmoHome, name: str, *lines: str) -> None:
    text = "\r\n".join((HEADER.replace("|", "\t"), *lines)) + "\r\n"
    (home.root / "inbox/ledger" / name).write_bytes(text.encode("iso-8859-15"))


JANUARY = (
    # 1250.50 - 50.50 = 1200.00; the opening balance and the supplier's account are left out.
    line("AN", "AN0001", "20260101", "604000", "9,00"),
    line("AC", "AC0001", "20260131", "604000", "1250,50"),
    line("AC", "AC0001", "20260131", "401000", "0,00", " 000000000001250,50"),
    line("AC", "AC0002", "20260131", "604000", "0,00", " 000000000000050,50"),
)
# February: 800.00 + 2 x 1500.00 = 3800.00. The salaries are equal in every cell, and two.
SALARY = line("OD", "OD0001", "20260228", "641000", "1500,00")
FEBRUARY = (line("AC", "AC0003", "20260210", "604000", "800,00"), SALARY, SALARY)
# March: 500.00. April is after the reporting date.
MARCH = (
    line("AC", "AC0004", "20260310", "604000", "500,00"),
    line("AC", "AC0005", "20260401", "604000", "77,00"),
)


def invoice(number: str, posted_on: str, amount: str, **more: str) -> Row:
    row = {"invoice_no": number, "line_no": "1", "project": "PAY", "cost_category": "services"}
    return row | {"posted_on": posted_on, "amount": amount, "currency": "EUR", "type": "invoice"} | more


def write_deliveries(home: PmoHome) -> None:
    """December 5.00; January 1000.00 + 250.50 - 50.50 = 1200.00; February 780.00; March 620.00."""
    home.write("inbox/register/projects.csv", [{"project": "PAY", "name": "Payments"}])
    home.write(
        "inbox/ledger/invoices.csv",
        [
            invoice("I-0", "2025-12-20", "5.00"),
            invoice("I-1", "2026-01-31", "250.50"),
            invoice("I-2", "2026-01-31", "50.50", type="credit"),
            invoice("I-3", "2026-02-10", "900.00", currency="USD", functional_amount="780.00"),
            invoice("I-4", "2026-03-10", "620.00"),
            invoice("I-5", "2026-04-01", "77.00"),
        ],
    )
    posting = {"posting_id": "P-1", "project": "PAY", "cost_category": "services", "posted_on": "2026-01-31"}
    home.write(
        "inbox/ledger/postings.csv",
        [posting | {"amount": "1000.00", "currency": "EUR", "origin": "expense"}],
    )


@dataclass(frozen=True, slots=True)
class Chapter:
    outcome: Outcome
    reconciliation: list[Record]
    quality: list[Record]
    consumed: Decimal

    def compared(self) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
        """Control total, what was delivered, and the difference, by period."""
        rows = where(self.reconciliation, kind="control_total")
        assert len({row["period"] for row in rows}) == len(rows)
        assert {(row["view"], row["project_code"], row["currency"]) for row in rows} == {(None, None, "EUR")}
        return {row["period"]: (row["ledger_amount"], row["mart_amount"], row["difference"]) for row in rows}

    def points(self) -> list[Record]:
        return [row for row in self.quality if row["check_name"] == CHECK]


def refreshed(home: PmoHome) -> Chapter:
    outcome = home.refresh(AS_OF)
    position = where(
        home.table("mart_budget_position"), period="2026-03", view="as_reported", fx_basis="booked"
    )
    return Chapter(
        outcome,
        home.table("mart_reconciliation"),
        home.table("mart_data_quality"),
        total(position, "consumed_posted"),
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    return make_home(tmp_path_factory.mktemp("control_totals"))


@pytest.fixture(scope="module")
def whole(home: PmoHome) -> Chapter:
    write_deliveries(home)
    write_fec(home, "123456789FEC20261231.txt", *JANUARY, *FEBRUARY, *MARCH)
    return refreshed(home)


@pytest.fixture(scope="module")
def ours(home: PmoHome, whole: Chapter) -> Chapter:
    """A corrected FEC without AC0004 and with February put right, of which only account 604 is taken."""
    (home.root / "pmo.yaml").write_text(ORGANISATION + OURS, encoding="utf-8")
    february = line("AC", "AC0003", "20260210", "604000", "780,00")
    march = line("AC", "AC0006", "20260311", "604000", "620,00")
    write_fec(home, "123456789FEC20261231_corrected.txt", *JANUARY, february, SALARY, SALARY, march)
    return refreshed(home)


def figures(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def test_each_period_of_the_books_is_compared_and_no_other(whole: Chapter) -> None:
    assert whole.compared() == {
        "2026-01": figures("1200.00", "1200.00", "0.00"),
        "2026-02": figures("3800.00", "780.00", "3020.00"),
        "2026-03": figures("500.00", "620.00", "-120.00"),
    }


def test_what_is_off_is_a_warning_that_says_what_to_do(whole: Chapter) -> None:
    assert whole.outcome.exit_code == 3, whole.outcome.text
    february, march = sorted(whole.points(), key=lambda row: str(row["detail"]))
    assert {row["outcome"] for row in whole.points()} == {"warned"}
    assert february["detail"].startswith(
        "the control total of 2026-02 is 3800.00 EUR, the invoices and postings delivered are 780.00: "
        "3020.00 more in the books. Deliver what is missing, or leave the accounts"
    )
    assert (february["amount"], february["affected_rows"]) == (Decimal("3020.00"), 3)
    assert (
        "2026-03 is 500.00 EUR, the invoices and postings delivered are 620.00: 120.00 less"
        in march["detail"]
    )
    assert february["detail"] in whole.outcome.text and march["detail"] in whole.outcome.text


def test_a_control_total_is_in_no_figure(whole: Chapter) -> None:
    assert whole.consumed == Decimal("5.00") + Decimal("1200.00") + Decimal("780.00") + Decimal("620.00")
    assert {row["difference"] for row in where(whole.reconciliation, kind="ledger")} == {Decimal(0)}


def test_every_line_of_a_fec_is_loaded_or_left_out(whole: Chapter) -> None:
    row = only(whole.reconciliation, kind="landing", object="control_totals", unit="EUR")
    assert (row["source_rows"], row["loaded_rows"], row["quarantined_rows"]) == (7, 7, 0)
    assert row["loaded_amount"] == Decimal("1200.00") + Decimal("3800.00") + Decimal("500.00") + Decimal(
        "77.00"
    )
    rows = where(whole.reconciliation, kind="landing", object="control_totals")
    assert sum(row["left_out_rows"] for row in rows) == 2
    assert {row["difference_rows"] for row in rows} == {0}


def test_a_corrected_fec_replaces_its_books_and_a_layout_leaves_accounts_out(ours: Chapter) -> None:
    assert ours.compared() == {
        "2026-01": figures("1200.00", "1200.00", "0.00"),
        "2026-02": figures("780.00", "780.00", "0.00"),
        "2026-03": figures("620.00", "620.00", "0.00"),
    }
    assert ours.points() == [] and "control total of" not in ours.outcome.text
