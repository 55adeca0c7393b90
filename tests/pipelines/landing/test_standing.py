"""Keys of several files, files that are gone, strays, settings that nothing uses, and names of persons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.tabular.tables import Column, Table
from pipelines.landing.batches import make_batch
from pipelines.landing.inbox import inbox_files, stray_entries
from pipelines.landing.people import without
from pipelines.landing.remarks import Remark, note_remarks, noted_remarks
from pipelines.landing.sources import FILE_SOURCES, tables_of
from pipelines.landing.standing import gone_files, keys_in_several_files
from pipelines.landing.store import LandingStore
from pipelines.landing.unused_settings import settings_remarks
from pipelines.settings import Home, load_settings
from tests.pipelines.landing.extracts import extract_of, origin

KEYED = [table for source in FILE_SOURCES for table in tables_of(source) if table.key]
LEAST = "organisation: Acme\ncurrency: EUR\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "pmo.yaml").write_text(LEAST)
    for source in FILE_SOURCES[:-1]:
        (tmp_path / "inbox" / source).mkdir(parents=True)
    return Home(tmp_path)


def value_of(column: Column) -> Any:
    """Some value that fits."""
    made: dict[str, Any] = {"date": date(2026, 1, 1), "integer": 1, "boolean": True, "timestamp": None}
    if column.kind in ("money", "hours", "rate", "number"):
        return Decimal(1)
    return made.get(column.kind, column.choices[0] if column.choices else "x")


def land(home: Home, table: Table, path: str, content: str, **values: Any) -> None:
    row = {column.name: value_of(column) for column in table.columns} | values
    where = origin(path, content, objects=(table.name,))
    batch = make_batch(extract_of(table, row), origin=where, faults={}, checks=[])
    LandingStore(home.landing).commit(batch)


def repeated(home: Home) -> list[Remark]:
    store = LandingStore(home.landing)
    return keys_in_several_files(store, store.manifests())


@pytest.mark.parametrize("table", KEYED, ids=lambda table: f"{table.source}.{table.name}")
def test_a_key_of_two_files_is_said_of_every_keyed_table(home: Home, table: Table) -> None:
    land(home, table, "inbox/a.csv", "a")
    land(home, table, "inbox/b.csv", "b")
    (remark,) = repeated(home)
    assert (remark.source, remark.object, remark.rows) == (table.source, table.name, 1)
    assert "(inbox/a.csv, inbox/b.csv)" in remark.detail


def test_a_key_with_a_blank_part_is_a_key_too(home: Home) -> None:
    (table,) = [each for each in KEYED if each.name == "fx_rates"]
    for path, content in (("reference/fx.csv", "a"), ("reference/fx_2.csv", "b")):
        land(home, table, path, content, period=None, fiscal_year=None)
    assert "valid_on 2026-01-01 (reference/fx.csv, reference/fx_2.csv)" in repeated(home)[0].detail


def test_rows_without_any_key_are_never_equal(home: Home) -> None:
    (table,) = [each for each in KEYED if each.name == "timesheet_entries"]
    for path, content in (("inbox/a.csv", "a"), ("inbox/b.csv", "b")):
        land(home, table, path, content, entry_id=None)
    assert repeated(home) == []


def test_the_files_stand_in_the_order_in_which_they_were_received(home: Home) -> None:
    (table,) = [each for each in KEYED if each.name == "invoices"]
    for path, content in (("inbox/a.csv", "a"), ("inbox/b.csv", "b"), ("inbox/a.csv", "c")):
        land(home, table, path, content)
    assert "(inbox/b.csv, inbox/a.csv)" in repeated(home)[0].detail


def test_a_key_that_was_taken_out_of_one_of_the_files_is_said_no_more(home: Home) -> None:
    (table,) = [each for each in KEYED if each.name == "invoices"]
    land(home, table, "inbox/a.csv", "a")
    land(home, table, "inbox/b.csv", "b")
    land(home, table, "inbox/a.csv", "c", invoice_no="other")
    assert repeated(home) == []


def test_persons_are_not_named(home: Home) -> None:
    (table,) = [each for each in KEYED if each.name == "people"]
    land(home, table, "reference/people.csv", "a", person="ann")
    land(home, table, "reference/people_2.csv", "b", person="ann")
    (remark,) = repeated(home)
    assert "a person (reference/people.csv, reference/people_2.csv)" in remark.detail
    assert "ann" not in remark.detail


def gone(home: Home, source: str) -> list[Remark]:
    files = inbox_files(home, load_settings(home), source)
    return gone_files(LandingStore(home.landing).of_source(f"raw_{source}"), files)


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("invoices", "the same keys with amount 0"),
        ("budget_versions", "its header alone, and a layout for it with `replaces: file`"),
        ("budget_lines", "0 amount for each project and version_no"),
        ("timesheet_entries", "0 hours for each person and period"),
        ("projects", "its header alone"),
    ],
)
def test_a_file_that_is_gone_is_said_with_what_withdraws_it(home: Home, name: str, mend: str) -> None:
    (table,) = [each for source in FILE_SOURCES for each in tables_of(source) if each.name == name]
    land(home, table, f"inbox/{table.source}/{name}.csv", "a")
    (remark,) = gone(home, table.source)
    assert remark.path == f"inbox/{table.source}/{name}.csv"
    assert remark.detail.endswith(mend)


def test_a_file_that_is_there_is_not_gone(home: Home) -> None:
    (table,) = [each for each in KEYED if each.name == "invoices"]
    land(home, table, "inbox/ledger/invoices.csv", "a")
    (home.root / "inbox/ledger/invoices.csv").write_text("changed")
    assert gone(home, "ledger") == []


def test_a_file_that_was_only_renamed_is_not_gone(home: Home) -> None:
    (home.root / "inbox/ledger/invoices_2026.csv").write_text("the same")
    (file,) = inbox_files(home, load_settings(home), "ledger")
    (table,) = [each for each in KEYED if each.name == "invoices"]
    row = {column.name: value_of(column) for column in table.columns}
    where = origin("inbox/ledger/invoices.csv", fingerprint=file.fingerprint)
    LandingStore(home.landing).commit(make_batch(extract_of(table, row), origin=where, faults={}, checks=[]))
    assert gone(home, "ledger") == []


def test_strays_are_files_and_folders_that_nothing_reads(home: Home) -> None:
    inbox = home.root / "inbox"
    (inbox / "sales").mkdir()
    (inbox / ".git").mkdir()
    for name in ("invoices.csv", "README.md", ".DS_Store", "~$book.xlsx", "half.part"):
        (inbox / name).write_text("")
    found = stray_entries(home, load_settings(home))
    assert [remark.path for remark in found] == ["inbox/invoices.csv", "inbox/sales"]
    assert "Move it into one of timesheets, budgets, ledger, register." in found[0].detail


def test_without_an_inbox_nothing_is_stray(tmp_path: Path) -> None:
    (tmp_path / "pmo.yaml").write_text(LEAST)
    assert stray_entries(Home(tmp_path), load_settings(tmp_path)) == []


def test_remarks_are_kept_until_there_are_none(tmp_path: Path) -> None:
    remark = Remark(source="ledger", object="invoices", check="c", path="é.csv", rows=2, detail="d")
    note_remarks(tmp_path, "raw_ledger", [remark])
    assert noted_remarks(tmp_path) == [remark]
    note_remarks(tmp_path, "raw_ledger", [])
    assert noted_remarks(tmp_path) == []


def test_only_settings_that_are_set_and_unused_are_said(home: Home) -> None:
    assert settings_remarks(load_settings(home)) == []
    home.settings_file.write_text(LEAST + "tax_basis: gross\ndiscount_rate: 0\nlabour_category: labour\n")
    assert [remark.object for remark in settings_remarks(load_settings(home))] == ["tax_basis"]


def test_a_person_is_taken_out_as_a_word_and_not_out_of_words() -> None:
    assert (
        without("person ann stands also at A3, than", ["ann", None, ""]) == "person … stands also at A3, than"
    )
    assert without("a.b (x)", ["a.b", "x"]) == "… (…)"
