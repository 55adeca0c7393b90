"""Dropping records that are landed as they are now."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.jira.tables import WORKLOGS
from connectors.tabular.extract import CellFault, TableExtract
from pipelines.landing.batches import make_batch
from pipelines.landing.store import LandingStore
from pipelines.validation.unchanged import changed_rows, subset
from tests.pipelines.landing.extracts import extract_of, origin


@pytest.fixture
def store(tmp_path: Path) -> LandingStore:
    return LandingStore(tmp_path)


def worklogs(*hours: str | None, **more: Any) -> TableExtract:
    """Worklogs 1, 2, … with these hours; None is a faulty one."""
    rows = [
        {
            "site": "demo",
            "worklog_id": str(number),
            "hours": each and Decimal(each),
            "document": f"{number}: {each}",
        }
        for number, each in enumerate(hours, start=1)
    ]
    faults = [
        CellFault(row, "started_at", f"A{row + 2}", "not_a_timestamp", "soon", "write a moment")
        for row, each in enumerate(hours)
        if each is None
    ]
    return extract_of(WORKLOGS, *(row | more for row in rows), faults=faults)


def land(store: LandingStore, extract: TableExtract) -> None:
    faults = {each.row: [each] for each in extract.faults}
    store.commit(make_batch(extract, origin=origin("jira:demo"), faults=faults, checks=[]))


def changed(store: LandingStore, extract: TableExtract) -> list[int]:
    return changed_rows(store, extract, store.manifests())


def test_everything_is_new_at_first(store: LandingStore) -> None:
    assert changed(store, worklogs("1.5", None)) == [0, 1]


def test_a_record_is_compared_with_its_newest_version(store: LandingStore) -> None:
    land(store, worklogs("1", "2", "3"))
    land(store, worklogs("1.5"))
    assert changed(store, worklogs("1.5", "2", "4")) == [2]
    assert changed(store, worklogs("1")) == [0]


def test_a_change_beside_the_document_counts_too(store: LandingStore) -> None:
    land(store, worklogs("1", project_key="PAY"))
    assert changed(store, worklogs("1", project_key="PAY")) == []
    assert changed(store, worklogs("1", project_key="WEB")) == [0]


def test_a_faulty_record_in_quarantine_is_not_set_aside_again(store: LandingStore) -> None:
    land(store, worklogs(None, "2"))
    assert changed(store, worklogs(None, "2")) == []
    assert changed(store, worklogs("1", None)) == [0, 1]


def test_a_subset_keeps_the_faults_of_its_rows(store: LandingStore) -> None:
    part = subset(worklogs("1", None, "3", None), [2, 3])
    assert part.columns["worklog_id"] == ["3", "4"]
    assert [(fault.row, fault.place) for fault in part.faults] == [(1, "A5")]
    assert [part.content(row) for row in range(2)] == [
        worklogs("1", None, "3", None).content(row) for row in (2, 3)
    ]
