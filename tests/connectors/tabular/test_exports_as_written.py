"""Known exports written as programs and people write them: quotation marks, short dates, durations, capitals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.tabular.extract import TableExtract
from connectors.tabular.reader import FileReading

Reader = Callable[..., FileReading]


def read(reading: FileReading) -> TableExtract:
    (extract,) = reading.extracts
    assert not extract.batch_faults, extract.batch_faults
    return extract


ME2N = "Purchasing Document\tItem\tDocument Date\tShort Text\tNet Order Value\tCurrency\tWBS Element\n"


def test_a_quotation_mark_in_text_with_tabs_takes_in_no_other_line(read_csv: Reader) -> None:
    lines = (
        '1\t10\t31.01.2026\t"Rack 19\t1.234,50\tEUR\tP\n'
        "2\t10\t31.01.2026\tx\t1.000,00\tEUR\tP\n"
        '3\t10\t31.01.2026\tCable 5"\t10,00\tEUR\tP\n'
    )
    extract = read(read_csv("me2n.txt", ME2N + lines, source="ledger"))
    assert extract.columns["amount"] == [Decimal("1234.50"), Decimal(1000), Decimal(10)]


def test_text_with_tabs_may_be_quoted_all_the_same(read_csv: Reader) -> None:
    lines = '1\t10\t31.01.2026\t"a ""b""\nc"\t"1.234,50"\tEUR\tP\n'
    extract = read(read_csv("me2n.txt", ME2N + lines, source="ledger"))
    assert extract.columns["amount"] == [Decimal("1234.50")]
    assert 'a \\"b\\"\\nc' in str(extract.attributes[0])


def test_a_value_that_is_quoted_in_part_is_text(read_csv: Reader) -> None:
    lines = '1\t10\t31.01.2026\t"a" b\t"10,00"\tEUR\tP\n'
    extract = read(read_csv("me2n.txt", ME2N + lines, source="ledger"))
    assert extract.columns["amount"] == [Decimal(10)]


CATS = "COUNTER;PERNR;WORKDATE;CATSHOURS;MEINH;STATUS;POSID;LSTAR;LTXA1\n"


@pytest.mark.parametrize("written", ["202612", "2026115", "202601050"])
def test_a_date_of_other_than_eight_digits_is_none(read_csv: Reader, written: str) -> None:
    lines = f"1;1234;20260105;7,50;H;30;P-1;DEV;x\n2;1234;{written};1,5;H;30;P-1;DEV;x\n"
    extract = read(read_csv("cats.csv", CATS + lines, source="timesheets"))
    assert extract.columns["work_date"][0] == date(2026, 1, 5)
    ((_, faults),) = extract.faults.items() if isinstance(extract.faults, dict) else [(0, extract.faults)]
    assert [fault.rule for fault in faults] == ["not_a_date"]


def test_a_project_called_total_is_no_total(read_csv: Reader) -> None:
    text = (
        "Project;User;Start Date;Duration (h)\nGesamt;A;2026-01-13;1:00\nB;A;2026-01-13;1:00\nTotal;;;2:00\n"
    )
    extract = read(read_csv("clockify.csv", text, source="timesheets"))
    assert extract.columns["project"] == ["Gesamt", "B"]
    assert len(extract.left_out) == 1


def test_a_total_of_durations_agrees_with_hours_that_are_no_decimals(read_csv: Reader) -> None:
    text = (
        "Datum;Von;Bis;Dauer;Benutzer;Kunde;Projekt;Tätigkeit;Beschreibung;Abrechenbar\n"
        "05.01.2026;09:00;10:20;1:20;Al;Acme;Ref;Dev;x;ja\n"
        "06.01.2026;09:00;10:20;1:20;Al;Acme;Ref;Dev;x;Nein\n"
        ";;;{total};;;;;;\n"
    )
    agreeing = read_csv("kimai.csv", text.format(total="2:40"), source="timesheets")
    assert not any(total.is_off for total in read(agreeing).control_totals)
    off = read_csv("kimai_2.csv", text.format(total="2:41"), source="timesheets")
    assert any(total.is_off for total in read(off).control_totals)


def test_capitals_and_blanks_in_a_header_change_nothing(read_csv: Reader) -> None:
    header = "Datum;Von;Bis;Dauer;Benutzer;Kunde;Projekt;Tätigkeit;Beschreibung;Abrechenbar".upper()
    text = f"{header.replace('DAUER', ' DAUER  ')}\n05.01.2026;09:00;10:20;1:20;Al;Acme;Ref;Dev;x;ja\n"
    assert read(read_csv("kimai.csv", text, source="timesheets")).columns["person"] == ["Al"]


LAYOUT: dict[str, Any] = {
    "ours": {
        "files": "budgets/*",
        "table": "budget_lines",
        "header": {"find": ["Cost type"]},
        "columns": {
            "project": {"value": "P"},
            "version_no": {"value": "1"},
            "cost_category": {"header": "Cost type"},
            "currency": {"value": "EUR"},
        },
        "periods": {"look": "yyyy-mm"},
        "rows": {"totals": ["^Subtotal"]},
        "checks": {"column_totals": True},
    }
}


@pytest.mark.parametrize(("first", "is_compared"), [("1", True), ("about 1", False)])
def test_a_total_that_may_count_an_unreadable_amount_is_named_as_not_compared(
    read_csv: Reader, first: str, is_compared: bool
) -> None:
    text = f"Cost type,2026-01\nA,{first}\nSubtotal A,1\nB,1000\nC,1\nSubtotal BC,2\n"
    reading = read_csv("plan.csv", text, source="budgets", layouts=LAYOUT)
    (extract,) = reading.extracts
    assert any(total.is_off for total in extract.control_totals) is is_compared
    assert any("'Subtotal BC' in row 6 was not compared" in note for note in reading.notes) is not is_compared
