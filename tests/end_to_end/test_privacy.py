"""Who works on what stays in the warehouse: a release names nobody, and an erased person is nowhere any more.

Persons with unmistakable names stand in every input, in quarantine too; then every value of every published file, and
of every file that the product itself has written, is looked through.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.end_to_end.homes import ORGANISATION, PmoHome, make_home, only
from tests.end_to_end.pmo_process import REPOSITORY

AS_OF = "2026-02-28"
ZEBULON = ("Zebulon", "Quartermain", "zquart", "P7-ZEB", "K70427Q", "zq@quart.example")
WILHELMINA = ("Wilhelmina", "Freibeuter", "P9-WIL")
OTHERS = ("Managerius", "Sponsorella", "Ownerova", "Approvius", "Waiverton")
RATES = ("137.7713", "91.1317")
PROJECT = {"project": "A", "name": "Alpha", "manager": "Quentin Managerius", "sponsor": "Ida Sponsorella"}


def entry(person: str, day: str, hours: object, comment: str = "", **more: object) -> dict[str, object]:
    return {"person": person, "project": "A", "work_date": day, "hours": hours, "comment": comment, **more}


ENTRIES = [
    entry("zquart", "2026-01-12", "7.25", "Zebulon Quartermain wrote this himself", entry_id="e1"),
    entry(
        "zquart", "2026-02-10", "3.5", "mail to zq@quart.example", entry_id="e2", Boss="Quartermain, Zebulon"
    ),
    entry("wil", "2026-02-11", "6", "with Zebulon Quartermain", entry_id="e3"),
    entry("zquart", "2026-02-12", "seven", "hours of Zebulon Quartermain", entry_id="e4"),
    entry("nobody", "2026-02-13", "1", entry_id="e5"),
]


def planted(root: Path, settings: str = ORGANISATION) -> PmoHome:
    home = make_home(root, settings=settings)
    home.write("inbox/register/projects.csv", [PROJECT])
    risk = {"project": "A", "risk": "r1", "probability": "0.5", "impact": "10", "currency": "EUR"}
    home.write(
        "inbox/register/risks.csv",
        [{**risk, "owner": "Olga Ownerova", "title": "Zebulon Quartermain leaves"}],
    )
    home.write(
        "reference/people.csv",
        [
            {"person": "P7-ZEB", "name": "Zebulon Quartermain", "role": "dev", "email": "zq@quart.example"},
            {"person": "P9-WIL", "name": "Wilhelmina Freibeuter", "role": "dev", "contractor": "true"},
        ],
    )
    home.write(
        "reference/people_crosswalk.csv",
        [
            {"source_system": "timesheets", "source_id": "zquart", "person": "P7-ZEB"},
            {"source_system": "timesheets", "source_id": "wil", "person": "P9-WIL"},
            {"source_system": "ledger", "source_id": "K70427Q", "person": "P7-ZEB"},
        ],
    )
    card = {"currency": "EUR", "valid_from": "2025-01-01"}
    home.write(
        "reference/rate_cards.csv",
        [{**card, "person": "P7-ZEB", "rate": RATES[0]}, {**card, "role": "dev", "rate": RATES[1]}],
    )
    home.write(
        "reference/crosswalk.csv",
        [{"source_system": "ledger", "source_id": "CC1", "project": "A", "approved_by": "Aldo Approvius"}],
    )
    version = {"project": "A", "version_no": 1, "version_type": "original", "approved_on": "2026-01-01"}
    home.write("inbox/budgets/budget_versions.csv", [version])
    line = {"cost_category": "labour", "amount": "9000", "currency": "EUR"}
    home.write(
        "inbox/budgets/budget_lines.csv", [{"project": "A", "version_no": 1, "period": "2026-01", **line}]
    )
    home.write(
        "inbox/ledger/postings.csv",
        [
            {
                "posting_id": "L-K70427Q-1",
                "project": "CC1",
                "posted_on": "2026-01-31",
                "origin": "labour",
                "person": "K70427Q",
                **line,
            }
            | {"amount": "950.10"},
            {"posting_id": "p2", "project": "CC-1", "posted_on": "2026-01-31", "origin": "expense", **line},
        ],
    )
    home.write(
        "inbox/ledger/orders.csv",
        [
            {"order_no": "o1", "line_no": "1", "project": "A", "ordered_on": "2026-01-02", **line}
            | {"vendor": "Wilhelmina Freibeuter"}
        ],
    )
    home.write(
        "inbox/ledger/invoices.csv",
        [
            {
                "invoice_no": "i1",
                "line_no": "1",
                "project": "A",
                "posted_on": "2026-02-20",
                **line,
                "amount": "500",
            }
            | {"order_no": "o1", "order_line_no": "1"}
        ],
    )
    home.write("inbox/timesheets/timesheet_entries.csv", ENTRIES)
    return home


def values_below(folder: Path) -> Iterator[tuple[str, str]]:
    """Every value of every DuckDB and Parquet file, as text, and every line of every other file; with where it is."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        if file.suffix == ".parquet":
            yield from _values(f"read_parquet('{file}')", str(file))
        elif file.suffix == ".duckdb":
            with duckdb.connect(str(file), read_only=True) as connection:
                tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
                for schema, table in tables:
                    rows = connection.execute(f'select * from "{schema}"."{table}"').fetchall()
                    yield from ((f"{file}:{table}", str(value)) for row in rows for value in row)
        else:
            text = file.read_bytes().decode("utf-8", errors="replace")
            yield from ((str(file), line) for line in text.splitlines())


def _values(relation: str, where: str) -> Iterator[tuple[str, str]]:
    for row in duckdb.sql(f"select * from {relation}").fetchall():
        yield from ((where, str(value)) for value in row)


def found(folder: Path, *words: str) -> set[tuple[str, str, str]]:
    wanted = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    return {
        (where, match[0], text[:80])
        for where, text in values_below(folder)
        for match in wanted.finditer(text)
    }


def figures(home: PmoHome) -> dict[str, list[dict[str, Any]]]:
    """All marts but what depends on the run."""
    return {
        table: sorted(home.table(table), key=str)
        for table in home.tables()
        if table not in ("release_info", "mart_data_quality")
    }


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    """Refreshed once; a test that changes it takes a copy."""
    made = planted(tmp_path_factory.mktemp("planted"))
    outcome = made.refresh(AS_OF)
    assert outcome.exit_code == 3, outcome.text
    return made


@pytest.fixture(scope="module")
def home(refreshed: PmoHome, tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    return refreshed.copied_to(tmp_path_factory.mktemp("copied") / "home")


def test_a_release_names_nobody(home: PmoHome) -> None:
    assert found(home.root / "published", *ZEBULON, *WILHELMINA, *OTHERS, *RATES, "himself") == set()
    assert {match for _, match, _ in found(home.root / "published", "Alpha")} == {"Alpha"}


def test_the_key_is_secret_and_in_no_other_file(home: PmoHome) -> None:
    file = home.root / "secrets/pseudonym.key"
    assert file.stat().st_mode & 0o077 == 0
    holding = {where for where, _, _ in found(home.root, file.read_text().strip())}
    assert holding == {str(file), str(home.root / "warehouse/context/pseudonym_key.parquet")}


def test_one_person_has_one_pseudonym_in_every_table(home: PmoHome) -> None:
    from pipelines.landing.pseudonyms import pseudonym

    key = (home.root / "secrets/pseudonym.key").read_text().strip()
    zebulon = pseudonym(key, "P7-ZEB")
    entries = {row["source_entry_id"]: row for row in home.table("fct_timesheet_entry")}
    assert entries["e1"]["person_sk"] == zebulon
    posting = only(home.table("fct_actual_txn"), recon_key=f"postings:L-{pseudonym(key, 'K70427Q')}-1")
    assert posting["person_sk"] == zebulon
    order = only(home.table("fct_commitment_event"), event_type="order")
    assert order["vendor"] == pseudonym(key, "P9-WIL")


def test_an_unmapped_code_has_a_suggestion_and_stays_unmapped(home: PmoHome) -> None:
    codes = [row for row in home.table("fct_unmapped_code") if row["kind"] == "project"]
    assert [(row["source_code"], row["suggested_project"]) for row in codes] == [("CC-1", "A")]


def test_each_code_of_a_source_has_its_project_and_method(home: PmoHome) -> None:
    ranges = {(row["source_system"], row["source_id"]): row for row in home.table("xwalk_project")}
    assert (ranges["ledger", "CC1"]["project_code"], ranges["ledger", "CC1"]["method"]) == ("A", "crosswalk")
    assert ranges["timesheets", "A"]["method"] == "own_code"
    assert ("ledger", "CC-1") not in ranges


def test_names_are_published_where_that_is_configured(tmp_path: Path) -> None:
    home = planted(tmp_path, ORGANISATION + "publish: {people: names}\n")
    assert home.refresh(AS_OF).exit_code == 3
    assert "Zebulon Quartermain" in {row["person_name"] for row in home.table("dim_person")}
    assert only(home.table("dim_project"), project_code="A")["manager"] == "Quentin Managerius"
    assert found(home.root / "published", *RATES) == set()


def test_without_its_key_nothing_is_built_and_the_doctor_says_why(refreshed: PmoHome, tmp_path: Path) -> None:
    home = refreshed.copied_to(tmp_path / "home")
    before = home.release()
    (home.root / "secrets/pseudonym.key").unlink()
    assert "pseudonym.key is not there" in home.run("doctor").text
    home.write("inbox/timesheets/timesheet_entries.csv", ENTRIES[:1])
    outcome = home.refresh(AS_OF)
    assert (outcome.exit_code, home.release()) == (1, before), outcome.text


def product_files(home: PmoHome) -> list[Path]:
    return [home.root / name for name in ("landing", "warehouse", "published")]


def test_an_erased_person_is_nowhere_and_no_figure_moves(home: PmoHome) -> None:
    before = figures(home)
    plan = home.run("erase", "zebulon quartermain", "--json")
    assert plan.exit_code == 0 and '"erased": false' in plan.stdout and figures(home) == before
    outcome = home.run("erase", "zebulon quartermain", "--yes")
    assert outcome.exit_code == 0, outcome.text
    assert "inbox/timesheets/timesheet_entries.csv: it is yours" in outcome.text
    assert [hit for folder in product_files(home) for hit in found(folder, *ZEBULON, "himself")] == []
    assert figures(home) == before


def test_a_file_that_still_names_the_person_brings_nothing_back(home: PmoHome) -> None:
    home.write(
        "inbox/timesheets/timesheet_entries.csv",
        [*ENTRIES, entry("zquart", "2026-02-20", "2", entry_id="e9")],
    )
    outcome = home.refresh(AS_OF)
    assert outcome.exit_code == 3 and "is gone" not in outcome.text and "no more" not in outcome.text, (
        outcome.text
    )
    assert [hit for folder in product_files(home) for hit in found(folder, *ZEBULON, "himself")] == []
    entries = {row["source_entry_id"]: row["person_sk"] for row in home.table("fct_timesheet_entry")}
    assert entries["e9"] == entries["e1"]


def test_others_keep_their_names_and_words(home: PmoHome) -> None:
    kept = found(home.root / "landing", *WILHELMINA, *OTHERS[:1])
    assert {match for _, match, _ in kept} >= {"Wilhelmina", "P9-WIL", "Managerius"}


def test_an_unknown_person_is_a_wrong_call(home: PmoHome) -> None:
    outcome = home.run("erase", "Nemo", "--yes")
    assert outcome.exit_code == 2 and "Nobody in what has landed is called 'Nemo'" in outcome.text


@pytest.mark.parametrize("until", ["landing/erasures.json", "landing/data/raw_timesheets/**/.erasing"])
def test_an_erasure_that_was_killed_is_completed_by_the_next(
    refreshed: PmoHome, tmp_path: Path, until: str
) -> None:
    home = refreshed.copied_to(tmp_path / "home")
    before = figures(home)
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "erase", "zquart", "--yes"]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None and not list(home.root.glob(until)):
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
    outcome = home.run("erase", "zquart", "--yes")
    assert outcome.exit_code == 0, outcome.text
    assert [hit for folder in product_files(home) for hit in found(folder, *ZEBULON, "himself")] == []
    assert figures(home) == before
