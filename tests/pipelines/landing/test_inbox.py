"""The inbox: what is a file to receive, and what makes it new."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.landing.batches import make_batch
from pipelines.landing.inbox import InboxFile, inbox_files, received, received_elsewhere, vanished_objects
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, Settings, load_settings
from tests.pipelines.landing.extracts import invoices, origin

LAYOUT = """
layouts:
  sap:
    table: invoices
    files: "inbox/ledger/SAP_*.csv"
    header: {find: "Doc"}
    columns: {invoice_no: {header: "Doc"}}
    amount: {unit: UNIT}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "pmo.yaml").write_text("organisation: Acme\ncurrency: EUR\n")
    (tmp_path / "inbox" / "ledger").mkdir(parents=True)
    return Home(tmp_path)


def settings_of(home: Home, more: str = "") -> Settings:
    home.settings_file.write_text("organisation: Acme\ncurrency: EUR\n" + more)
    return load_settings(home)


def write(home: Home, name: str, content: str = "a") -> InboxFile:
    file = home.inbox / "ledger" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return next(each for each in inbox_files(home, settings_of(home), "ledger") if each.file == file)


def land(store: LandingStore, file: InboxFile, **fields: tuple[str, ...]) -> None:
    named = {"file_hash": file.file_hash, "fingerprint": file.fingerprint} | fields
    store.commit(make_batch(invoices({}), origin=origin(file.relative, **named), faults={}, checks=[]))


def test_files_come_in_the_order_of_their_paths_and_others_are_passed_over(home: Home) -> None:
    names = [
        "b.csv",
        "a.csv",
        "2026/c.xlsx",
        ".hidden.csv",
        "~$b.xlsx",
        "d.csv.part",
        "e.tmp",
        "README.md",
        ".x/f.csv",
    ]
    for name in names:
        (home.inbox / "ledger" / name).parent.mkdir(exist_ok=True)
        (home.inbox / "ledger" / name).write_text("x")
    found = [file.relative for file in inbox_files(home, settings_of(home), "ledger")]
    assert found == ["inbox/ledger/2026/c.xlsx", "inbox/ledger/a.csv", "inbox/ledger/b.csv"]


def test_an_inbox_elsewhere_keeps_the_same_names(
    home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("share")
    (elsewhere / "ledger").mkdir()
    (elsewhere / "ledger" / "orders.csv").write_text("x")
    files = inbox_files(home, settings_of(home, f"inbox: {elsewhere}\n"), "ledger")
    assert [file.relative for file in files] == ["inbox/ledger/orders.csv"]


def test_a_source_without_a_folder_has_no_files(home: Home) -> None:
    assert inbox_files(home, settings_of(home), "budgets") == []
    assert inbox_files(home, settings_of(home), "reference") == []


def test_a_file_is_new_until_it_is_landed_and_again_when_its_content_changes(home: Home) -> None:
    store, file = LandingStore(home.landing), write(home, "invoices.csv")
    assert not received(store.manifests(), file)
    land(store, file)
    assert received(store.manifests(), file)
    assert not received(store.manifests(), write(home, "invoices.csv", "b"))


def test_a_file_changed_back_is_new_again(home: Home) -> None:
    store, first = LandingStore(home.landing), write(home, "invoices.csv")
    land(store, first)
    land(store, write(home, "invoices.csv", "b"))
    assert not received(store.manifests(), first)


def test_a_file_of_which_only_one_table_is_landed_is_new(home: Home) -> None:
    store, file = LandingStore(home.landing), write(home, "book.xlsx")
    land(store, file, objects=("invoices", "orders"))
    assert not received(store.manifests(), file)


def test_the_same_content_under_another_name_is_known(home: Home) -> None:
    store = LandingStore(home.landing)
    land(store, write(home, "invoices_1.csv"))
    copy = write(home, "invoices_2.csv")
    assert received_elsewhere(store.manifests(), copy, ["invoices"]) == "inbox/ledger/invoices_1.csv"
    assert received_elsewhere(store.manifests(), copy, ["orders"]) is None
    land(store, write(home, "invoices_1.csv", "b"))
    assert received_elsewhere(store.manifests(), copy, ["invoices"]) is None


def test_a_corrected_layout_makes_its_files_new_and_no_others(home: Home) -> None:
    write(home, "SAP_1.csv"), write(home, "invoices.csv")
    ones = inbox_files(home, settings_of(home, LAYOUT.replace("UNIT", "one")), "ledger")
    thousands = inbox_files(home, settings_of(home, LAYOUT.replace("UNIT", "thousands")), "ledger")
    assert [a.fingerprint == b.fingerprint for a, b in zip(ones, thousands, strict=True)] == [False, True]


def test_a_table_that_a_file_lost_is_only_retired_where_the_file_was_its_whole_truth(home: Home) -> None:
    store, file = LandingStore(home.landing), write(home, "book.xlsx")
    land(store, file)
    assert vanished_objects(store.manifests(), file.relative, ["orders"]) == []
