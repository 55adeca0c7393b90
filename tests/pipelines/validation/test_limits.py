"""`limits:` of pmo.yaml, from the file of settings to the arrival of a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from pipelines.settings import Home, SettingsError, load_settings
from pipelines.validation.inbox_arrivals import receive_inbox

RECEIPTS = ("receipt_no", "order_no", "line_no", "received_on", "amount", "currency")
LEAST = "organisation: Acme\ncurrency: EUR\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with two workbooks of receipts, one of them with a value far from its table."""
    home = Home(tmp_path)
    folder = home.inbox / "ledger"
    folder.mkdir(parents=True)
    for name, far in (("receipts_1.xlsx", None), ("receipts_2.xlsx", "AZ5000")):
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.append(RECEIPTS)
        sheet.append([name, "O1", 1, "2026-01-05", 10, "EUR"])
        if far:
            sheet[far] = "left over"
        book.save(folder / name)
    return home


def arrived(home: Home, text: str) -> dict[str, tuple[str, str]]:
    (home.root / "pmo.yaml").write_text(LEAST + text, encoding="utf-8")
    arrivals = receive_inbox(home, load_settings(home), "ledger")
    return {Path(each.path).name: (each.status, each.message) for each in arrivals if each.path}


def test_the_file_that_asks_for_more_is_refused_and_the_others_land(home: Home) -> None:
    found = arrived(home, "limits: {max_cells: 1000}\n")
    assert found["receipts_1.xlsx"][0] == "landed"
    status, message = found["receipts_2.xlsx"]
    assert (
        status == "refused" and "a value at AZ5000" in message and "limits.max_cells allows 1,000" in message
    )


def test_without_limits_in_pmo_yaml_both_are_read(home: Home) -> None:
    assert [status for status, _ in arrived(home, "").values()] == ["landed", "landed"]


def test_a_limit_that_no_workbook_could_keep_is_an_error_with_its_key(home: Home) -> None:
    with pytest.raises(SettingsError, match=r"limits\.max_memory_mb"):
        arrived(home, "limits: {max_memory_mb: 10}\n")
