"""The context: what dbt is told of a run."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.landing.batches import make_batch
from pipelines.landing.context import Context, write_context
from pipelines.landing.manifest import Check
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, load_settings
from tests.pipelines.landing.extracts import invoices, origin

NOW = datetime(2099, 1, 1, tzinfo=UTC)
LEAST = "organisation: Acme\ncurrency: EUR\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "pmo.yaml").write_text(LEAST)
    return Home(tmp_path)


def write(home: Home, *, as_of: date = date(2026, 3, 31), known_at: datetime = NOW) -> Context:
    return write_context(home, load_settings(home), as_of=as_of, known_at=known_at, started_at=NOW)


def rows(home: Home, name: str) -> list[dict[str, Any]]:
    return duckdb.sql(f"select * from '{home.context / name}.parquet'").fetchdf().to_dict("records")


def land(home: Home, content: str = "a") -> None:
    checks = [Check("control_totals_tie", "passed", "error", 0, "")]
    batch = make_batch(invoices({}, {}), origin=origin(content=content), faults={}, checks=checks)
    LandingStore(home.landing).commit(batch)


def test_a_home_without_batches_has_all_files_empty(home: Home) -> None:
    assert write(home).batches == 0
    assert rows(home, "batches") == rows(home, "batch_totals") == rows(home, "batch_checks") == []
    assert rows(home, "run_parameters")[0]["reporting_currency"] == "EUR"


def test_a_batch_is_told_with_its_counts_totals_checks_and_files(home: Home) -> None:
    land(home)
    write(home)
    batch = rows(home, "batches")[0]
    assert (batch["source"], batch["object"], batch["seq"], batch["rows_loaded"]) == (
        "raw_ledger",
        "invoices",
        1,
        2,
    )
    assert Path(batch["data_path"]).is_file()
    totals = duckdb.sql(
        f"select project, unit, amount_in from '{home.context}/batch_totals.parquet'"
    ).fetchall()
    assert totals == [("PAY", "EUR", Decimal("200"))]
    assert rows(home, "batch_checks")[0]["check_name"] == "control_totals_tie"


def test_a_batch_is_received_on_the_day_of_the_organisation(home: Home) -> None:
    home.settings_file.write_text(LEAST + "timezone: Pacific/Kiritimati\n")
    land(home)
    write(home)
    extracted = LandingStore(home.landing).manifests()[0].extracted_at
    assert rows(home, "batches")[0]["received_on"].date() == (extracted + timedelta(hours=14)).date()


def test_what_was_extracted_after_known_at_is_not_told(home: Home) -> None:
    land(home)
    first = LandingStore(home.landing).manifests()[0]
    land(home, "b")
    assert write(home, known_at=first.extracted_at).batches == 1


def test_the_same_inputs_give_the_same_files_and_release(home: Home) -> None:
    land(home)
    first, before = write(home), _hashes(home)
    assert write(home).release_id == first.release_id
    assert _hashes(home) == before


def _hashes(home: Home) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in home.context.glob("*.parquet")
    }


def test_the_release_depends_on_inputs_configuration_and_as_of_but_not_on_when(
    home: Home, tmp_path: Path
) -> None:
    land(home)
    first = write(home)
    assert write(home, known_at=NOW - timedelta(days=1)).release_id == first.release_id
    assert write(home, as_of=date(2026, 4, 30)).release_id != first.release_id
    home.settings_file.write_text(LEAST + "fx: {max_age_days: 3}\n")
    assert write(home).release_id != first.release_id
    home.settings_file.write_text(LEAST)
    land(home, "b")
    assert write(home).input_hash != first.input_hash


def test_two_homes_that_received_the_same_have_the_same_inputs(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    other.root.mkdir()
    other.settings_file.write_text(LEAST)
    land(home), land(other)
    write(home)
    shutil.copytree(home.secrets, other.secrets)
    assert write(home).release_id == write(other).release_id


def test_hours_come_from_one_source_or_from_one_a_project(home: Home) -> None:
    home.settings_file.write_text(LEAST + "hours_from: jira\n")
    write(home)
    assert (rows(home, "run_parameters")[0]["default_hours_from"], rows(home, "hours_from")) == ("jira", [])
    home.settings_file.write_text(LEAST + "hours_from: {WEB: timesheet, PAY: jira}\n")
    write(home)
    assert rows(home, "run_parameters")[0]["default_hours_from"] is None
    assert [row["project"] for row in rows(home, "hours_from")] == ["PAY", "WEB"]


@pytest.mark.parametrize(("starts", "expected"), [(1, "2026"), (4, "2026"), (3, "2027")])
def test_a_fiscal_year_is_named_after_the_year_it_ends_in(home: Home, starts: int, expected: str) -> None:
    home.settings_file.write_text(LEAST + f"fiscal_year_starts: {starts}\n")
    write(home)
    query = (
        f"select fiscal_year from '{home.context}/calendar_days.parquet' where date_day = date '2026-03-31'"
    )
    assert duckdb.sql(query).fetchall() == [(expected,)]
