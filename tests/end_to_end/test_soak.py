"""Readers are never disturbed: 8 on each outlet, reading all the time while releases come, and refreshes fail and die.

Twenty small releases are published, every other with a column more; one whole refresh fails, one is killed while it
publishes, and one brings the release that stands in the end. A read is two tables; one of two releases is torn.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.homes import Outcome, PmoHome
from tests.end_to_end.outlets_home import AS_OF, DSN, outlets_home, posting
from tests.end_to_end.pmo_process import REPOSITORY, environment
from tests.postgres import Server, postgres

pytestmark = pytest.mark.slow

READERS, RUNS, LEAST_READS = 8, 20, 30
MARTS = ("release_info", "fct_published_snapshot", "mart_budget_position", "dim_project")
OUTLETS = ("duckdb", "parquet", "postgres")
SECONDS_BEFORE_GIVING_UP = 300


@dataclass(frozen=True, slots=True)
class Soak:
    """What the readers of each outlet saw, and what came of the refreshes."""

    seen: dict[str, list[dict[str, Any]]]
    published: list[str]
    failing: Outcome
    recovered: Outcome
    last: str


@pytest.fixture(scope="module")
def soak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Soak]:
    with postgres() as server, pytest.MonkeyPatch.context() as variables:
        server.make_database("soak")
        variables.setenv(DSN, server.dsn("soak"))
        home = outlets_home(tmp_path_factory.mktemp("soak"))
        first = home.refresh(AS_OF)
        assert first.exit_code == 0, first.text
        server.make_login("reader", member_of="pmo_reader")
        readers = start_readers(home, server)
        try:
            published = publish_many(home)
            failing = fail(home)
            kill_while_publishing(home)
            published += publish_many(home)
            recovered = home.refresh(AS_OF)
            time.sleep(2)
        finally:
            (home.root / "stop").touch()
            seen = {outlet: outcome_of(home, readers, outlet) for outlet in OUTLETS}
        (release,) = home.table("release_info")
        yield Soak(seen, published, failing, recovered, release["input_hash"])


def start_readers(home: PmoHome, server: Server) -> dict[tuple[str, int], subprocess.Popen[bytes]]:
    """DuckDB shares a file that is open within a process, so there each reader is a process."""
    places = {
        "duckdb": str(home.root / "published/pmo.duckdb"),
        "parquet": str(home.root / "published/parquet"),
        "postgres": server.dsn("soak", "reader"),
    }
    started = {}
    for outlet in OUTLETS:
        processes = READERS if outlet == "duckdb" else 1
        for number in range(processes):
            started[outlet, number] = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.end_to_end.soak_readers", outlet, places[outlet]),
                    *(str(READERS // processes), str(home.root / "stop"), str(report(home, outlet, number))),
                ],
                cwd=REPOSITORY,
                env=environment(),
            )
    return started


def report(home: PmoHome, outlet: str, number: int) -> Path:
    return home.root / f"{outlet}-{number}.json"


def outcome_of(
    home: PmoHome, readers: dict[tuple[str, int], subprocess.Popen[bytes]], outlet: str
) -> list[dict[str, Any]]:
    seen = []
    for (of, number), process in readers.items():
        if of == outlet:
            process.wait(60)
            seen += json.loads(report(home, outlet, number).read_text(encoding="utf-8"))
    return seen


def publish_many(home: PmoHome) -> list[str]:
    """Half of the runs: releases of a few marts, whose two tables name the release."""
    import duckdb

    from pipelines.publishing.marts import public_marts
    from pipelines.publishing.outlets import follow
    from pipelines.publishing.release import publish
    from pipelines.settings import Home, load_settings

    root = Home(home.root)
    public = public_marts(json.loads((root.dbt / "manifest.json").read_text(encoding="utf-8")))
    marts = [mart for mart in public if mart.name in MARTS]
    variant = home.root / "variant/pmo.duckdb"
    names = []
    for number in range(RUNS // 2):
        name = f"{time.time_ns():x}"
        variant.parent.mkdir(exist_ok=True)
        shutil.copyfile(root.warehouse_file, variant)
        with duckdb.connect(str(variant)) as connection:
            connection.execute(f"update marts.release_info set release_id = '{name}', input_hash = '{name}'")
            connection.execute(
                f"update marts.fct_published_snapshot set input_hash = '{name}' where is_this_release"
            )
            if number % 2:
                connection.execute(
                    "alter table marts.fct_published_snapshot add column more integer default 7"
                )
        assert publish(warehouse=variant, published=root.published, marts=marts).is_new
        followed = follow(root, load_settings(root))
        assert (followed.failure, followed.notes) == (None, ())
        names.append(name)
    return names


def fail(home: PmoHome) -> Outcome:
    """A whole refresh of a file that can't be read."""
    bad = home.write("inbox/ledger/postings_bad.csv", [{"posting_id": "X", "project": "P"}])
    outcome = home.refresh(AS_OF)
    bad.unlink()
    return outcome


def kill_while_publishing(home: PmoHome) -> None:
    """A whole refresh that is killed as soon as files of its release are there."""
    home.write("inbox/ledger/postings_more.csv", [posting("B", "20.00")])
    before = set(home.root.glob("published/.releases/*"))
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "refresh", "--as-of", AS_OF],
        cwd=home.root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    since = time.monotonic()
    while process.poll() is None and not set(home.root.glob("published/.releases/*")) - before:
        assert time.monotonic() - since < SECONDS_BEFORE_GIVING_UP
        time.sleep(0.005)
    assert process.poll() is None, "it ended before it was killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_the_refreshes_went_as_they_should(soak: Soak) -> None:
    assert len(set(soak.published)) == RUNS
    assert soak.failing.exit_code == 1, soak.failing.text
    assert soak.recovered.exit_code in (0, 3), soak.recovered.text
    assert "Postgres" not in soak.recovered.text


@pytest.mark.parametrize("outlet", OUTLETS)
def test_no_query_failed(soak: Soak, outlet: str) -> None:
    assert [failure for seen in soak.seen[outlet] for failure in seen["failed"]] == []


@pytest.mark.parametrize("outlet", OUTLETS)
def test_no_read_was_of_two_releases(soak: Soak, outlet: str) -> None:
    assert [torn for seen in soak.seen[outlet] for torn in seen["torn"]] == []


@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_reader_read_all_the_time(soak: Soak, outlet: str) -> None:
    seen = soak.seen[outlet]
    assert len(seen) == READERS
    print(outlet, [each["reads"] for each in seen], [len(each["releases"]) for each in seen])  # noqa: T201
    assert min(each["reads"] for each in seen) >= LEAST_READS
    of_runs = [len(set(each["releases"]) & set(soak.published)) for each in seen]
    assert min(of_runs) >= RUNS // 4
    assert all(each["releases"][-1] == soak.last for each in seen)
