"""A file read in pieces through SQL gives what the ordinary reader gives: values, faults, places, what is left out."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.errors import UnreadableFile
from connectors.ledger.tables import POSTINGS
from connectors.tabular import large_csv as large
from connectors.tabular.extract import CellFault
from connectors.tabular.reader import read_file
from connectors.tabular.tables import Table
from connectors.timesheets.tables import TIMESHEET_ENTRIES

HEADER = ("person", "project", "work_date", "hours", "entry_id", "status", "billable", "updated_at", "note")
CELLS = {
    "person": ["ana", " ana", "ana\u00a0", "", "#REF!", "é", "李", '"q"', "a,b", "two\nlines", "\u200bana", "x" * 300],
    "project": ["PAY", "pay", "", "0001", "1.0", "#N/A"],
    "work_date": ["2026-01-31", "2026-02-30", "31/01/2026", "2026-01-31T00:00:00", "", "0000-01-01", "2026-1-1"],
    "hours": ["1.5", "-2", "1,5", "7.", ".5", "+3", "1e3", "", "12345678.1", "123456789", "0.12345678905", "1.50"],
    "entry_id": ["1", "2", "3", "", "01", " 1", "\t1", "1\u200b", "é", "é\u00a0"],
    "status": ["approved", "Approved", "APPROVED ", "", "done"],
    "billable": ["x", "", "yes", "No", "1", "maybe", "TRUE", "X"],
    "updated_at": ["2026-01-31T10:00:00Z", "2026-01-31 10:00:00.123456", "2026-01-31T10:00:00+02:00", ""],
    "note": ["", "a", " a", "#REF!"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch):
    monkeypatch.setattr(large, "LARGE", 0)
    monkeypatch.setattr(large, "PIECE", 2048)


def written(file: Path, rows: list[list[str]], header: tuple[str, ...] = HEADER) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def told(fault: CellFault, start: int) -> tuple[object, ...]:
    return (fault.row + start, fault.column, fault.place, fault.rule, fault.content, fault.message)


def assert_read_alike(file: Path, table: Table) -> None:
    relative = f"inbox/{table.source}/{file.name}"
    (expected,) = read_file(file, relative=relative, source=table.source, tables=[table], layouts={}).extracts
    reader = large.large_csv(file, relative=relative, table=table)
    if reader is None:
        return
    with reader:
        pieces = list(reader.pieces())
        changed = [fault.rule for fault in reader.changed]
        start = 0
        found: dict[str, list] = {name: [] for name in expected.columns}
        places, attributes, faults, left_out = [], [], [], []
        for piece in pieces:
            for name, values in piece.columns.items():
                found[name] += list(values)
            places += list(piece.places)
            attributes += list(piece.attributes)
            faults += [
                (each.row + start, each.column, each.place, each.rule, each.content, each.message)
                for each in piece.faults
            ]
            left_out += piece.left_out
            for row in range(len(piece)):
                assert piece.content(row) == expected.content(start + row)
                assert piece.cell(row, table.columns[0].name) == expected.cell(
                    start + row, table.columns[0].name
                )
            start += len(piece)
    assert changed == [fault.rule for fault in expected.batch_faults]
    assert places == list(expected.places)
    assert found == {name: list(values) for name, values in expected.columns.items()}
    assert attributes == list(expected.attributes)
    if not changed:
        wanted = [
            (each.row, each.column, each.place, each.rule, each.content, each.message)
            for each in expected.faults
        ]
        assert sorted(faults) == sorted(wanted)
    assert sorted(left_out, key=lambda each: each.place) == sorted(
        expected.left_out, key=lambda each: each.place
    )


ROWS = st.lists(
    st.tuples(*(st.sampled_from(CELLS[name]) for name in HEADER)).map(list), min_size=1, max_size=12
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
@example([["ana", "PAY", "2026-01-31", "1.5", "1", "approved", "x", "", ""]] * 2)
@example([["ana", "PAY", "2026-01-31", hours, "", "", "", "", ""] for hours in ("1.5", "1.50", "2")])
@example(
    [["ana", "PAY", "2026-01-31", "1.5", key, "", "", "", key] for key in ("1", "\t1", "1\u200b", "1\u00a0")]
)
@example(
    [["ana", "PAY", "2026-01-31", "1", " ", status, "", "", ""] for status in ("", "unknown", "Unknown")]
)
@example([["ana", "PAY", "2026-01-31", "1", "", "", tick, "", ""] for tick in ("x", "yes", "TRUE", "1")])
@example([["ana", "PAY", "2026-01-31", "1", "", "", tick, "", ""] for tick in ("x", "", "no", "false")])
@example([["ana", "PAY", "2026-01-31", "1", "", "", tick, "", tick] for tick in ("x", "", "X", "")])
@example(
    [
        ["ana", "PAY", day, "1", "", "", "", "", ""]
        for day in ("2026-01-31", "2026-01-31T00:00:00", " 2026-01-31")
    ]
)
@example(
    [
        ["ana", "PAY", "2026-01-31", "1", "", "", "", f"2026-01-31{clock}", ""]
        for clock in ("T10:00:00Z", " 10:00:00", "t10:00:00z", "T10:00:00 Z", "T12:00:00+02:00")
    ]
)
def test_random_files_read_alike(tmp_path, rows):
    assert_read_alike(written(tmp_path / "timesheet_entries.csv", rows), TIMESHEET_ENTRIES)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "3", "4", ""]),
            st.just("PAY"),
            st.sampled_from(["dev", ""]),
            st.just("2026-01-31"),
            st.from_regex(r"[+-]?[0-9]{0,20}\.?[0-9]{0,13}", fullmatch=True),
            st.sampled_from(["EUR", "eur", "EURO", "€", ""]),
            st.sampled_from(["labour", "Journal", "other"]),
        ).map(list),
        min_size=1,
        max_size=10,
    )
)
def test_amounts_read_alike(tmp_path, rows):
    header = ("posting_id", "project", "cost_category", "posted_on", "amount", "currency", "origin")
    assert_read_alike(written(tmp_path / "postings.csv", rows, header), POSTINGS)


def test_a_file_of_several_pieces_reads_alike(tmp_path):
    rows = [
        [
            f"p{n % 7}",
            "PAY",
            "2026-01-31" if n % 50 else "31.01.2026",
            f"{n % 9}.25",
            str(n % 4900),
            "",
            "",
            "",
            "",
        ]
        for n in range(5000)
    ]
    assert_read_alike(written(tmp_path / "timesheet_entries.csv", rows), TIMESHEET_ENTRIES)


def test_ten_values_of_another_type_refuse_the_file(tmp_path):
    rows = [["ana", "PAY", f"{day}.01.2026", "1", str(day), "", "", "", ""] for day in range(10, 25)]
    file = written(tmp_path / "timesheet_entries.csv", rows)
    reader = large.large_csv(file, relative="inbox/timesheets/timesheet_entries.csv", table=TIMESHEET_ENTRIES)
    assert reader is not None
    with reader:
        list(reader.pieces())
        (fault,) = reader.changed
    assert (fault.rule, fault.place) == ("changed_type", "C2")
    assert "none of the 15 values in the column 'work_date' reads as a date" in fault.message


@pytest.mark.parametrize(
    "content",
    [
        b"person,project,work_date,hours\na,b,2026-01-31,1\n\nc,d,2026-01-31,2\n",
        "person,project,work_date,hours\nJosé,b,2026-01-31,1\n".encode("cp1252"),
        b"person,project,work_date,hours\na\0,b,2026-01-31,1\n",
        b"person,project,work_date\na,b,2026-01-31\n",
        b"sep=;\nperson;project;work_date;hours\na;b;2026-01-31;1\n",
    ],
    ids=["blank line", "cp1252", "NUL", "a column short", "sep="],
)
def test_what_sql_would_cut_otherwise_is_left_to_the_ordinary_reader(tmp_path, content):
    file = tmp_path / "timesheet_entries.csv"
    file.write_bytes(content)
    assert large.large_csv(file, relative="x", table=TIMESHEET_ENTRIES) is None


def test_a_row_with_too_many_values_says_where(tmp_path):
    file = tmp_path / "timesheet_entries.csv"
    file.write_text("person,project,work_date,hours\na,b,2026-01-31,1\na,b,2026-01-31,1,5\n")
    reader = large.large_csv(file, relative="inbox/timesheets/timesheet_entries.csv", table=TIMESHEET_ENTRIES)
    assert reader is not None
    with pytest.raises(UnreadableFile, match=r"inbox/timesheets/timesheet_entries.csv: .*Line: 3"), reader:
        list(reader.pieces())


def test_a_wrong_row_far_down_names_the_file_too(tmp_path):
    file = tmp_path / "timesheet_entries.csv"
    rows = "".join(f"ana,PAY,2026-01-31,1,{'remark ' * 20}\n" for _ in range(200_000))
    file.write_text(f"person,project,work_date,hours,comment\n{rows}a,b,2026-01-31,1,c,5\n")
    reader = large.large_csv(file, relative="inbox/timesheets/timesheet_entries.csv", table=TIMESHEET_ENTRIES)
    assert reader is not None
    with pytest.raises(UnreadableFile, match=r"timesheet_entries.csv: .*Line: 200002"), reader:
        list(reader.pieces())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30)), max_size=5), st.integers(1, 40))
def test_hashes_that_come_more_than_once_are_found_in_parts(batches, at_once):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "_SORTED_AT_ONCE", at_once)
        found = large._repeated_ones([np.array(batch, np.uint64) for batch in batches])
    counted = Counter(number for batch in batches for number in batch)
    assert sorted(found.to_pylist()) == sorted(number for number, count in counted.items() if count > 1)
