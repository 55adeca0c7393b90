"""Going back to a kept release: on every outlet, said, recorded, and undone by nothing but another release."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from pipelines.cli import pmo
from pipelines.publishing.kept import folder_of, kept_releases
from pipelines.publishing.outlets import are_in_step, follow
from pipelines.publishing.release import Published
from pipelines.publishing.rollback import roll_back
from pipelines.publishing.swapping import standing
from pipelines.settings import Home, load_settings
from tests.pipelines.publishing.releases import Warehouse, published
from tests.postgres import PASSWORD, Server

SETTINGS = "organisation: Testers\ncurrency: EUR\n"


def warehouse(number: int) -> Warehouse:
    return Warehouse(
        f"r{number}", tables={"mart_x": f"as select 'a' as project, {number}::decimal(18,2) as amount"}
    )


@dataclass(frozen=True, slots=True)
class Outlets:
    """A home that publishes to all three."""

    root: Path
    server: Server
    database: str

    @property
    def home(self) -> Home:
        return Home(self.root)

    def publish(self, number: int, *, keep: int = 3) -> Published:
        made, _ = published(self.root, warehouse(number), keep=keep)
        assert follow(self.home, load_settings(self.home)).failure is None
        return made

    def seen(self) -> list[str]:
        """The release that readers see in DuckDB, in Parquet and in Postgres."""
        query = "select release_id, amount::int from marts.release_info, marts.mart_x"
        with duckdb.connect(str(self.root / "published/pmo.duckdb"), read_only=True) as connection:
            rows = connection.execute(query).fetchall()
        parquet = query
        for name in ("release_info", "mart_x"):
            parquet = parquet.replace(f"marts.{name}", f"'{self.root}/published/parquet/{name}.parquet'")
        rows += duckdb.execute(parquet).fetchall()
        rows += self.server.query(self.database, query)
        assert all(release_id == f"r{amount}" for release_id, amount in rows), rows
        return [release_id for release_id, _ in rows]

    def call(self, *arguments: str) -> Result:
        return CliRunner().invoke(pmo, ["--home", str(self.root), "release", *arguments], prog_name="pmo")

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.call("--json").stdout)["releases"]
        return found


@pytest.fixture
def outlets(tmp_path: Path, server: Server, database: str, monkeypatch: pytest.MonkeyPatch) -> Outlets:
    publish = f"publish: {{postgres: '${{TEST_DSN}}', postgres_reader: {database}_r}}\n"
    (tmp_path / "pmo.yaml").write_text(SETTINGS + publish, encoding="utf-8")
    monkeypatch.setenv("TEST_DSN", server.dsn(database))
    made = Outlets(tmp_path, server, database)
    for number in (1, 2, 3):
        made.publish(number)
    return made


def test_every_outlet_goes_back_to_the_release_before(outlets: Outlets) -> None:
    assert outlets.seen() == ["r3", "r3", "r3"]
    result = outlets.call("rollback", "--by", "ann")
    assert result.exit_code == 0, result.output
    assert "Readers see release r2" in result.output and "Taken back: r3" in result.output
    assert outlets.seen() == ["r2", "r2", "r2"]
    assert are_in_step(outlets.home, load_settings(outlets.home))


def test_it_goes_further_back_and_forward_again(outlets: Outlets) -> None:
    for named, stands in ((None, "r2"), (None, "r1"), ("r3", "r3"), ("r1", "r1")):
        assert outlets.call("rollback", *filter(None, [named])).exit_code == 0
        assert outlets.seen() == [stands] * 3


def test_there_is_nothing_before_the_first(outlets: Outlets) -> None:
    outlets.call("rollback", "r1")
    result = outlets.call("rollback")
    assert result.exit_code == 1
    assert "No release before r1 is kept" in result.output
    assert outlets.seen() == ["r1", "r1", "r1"]


def test_a_release_that_is_not_kept_is_named_with_those_that_are(outlets: Outlets) -> None:
    result = outlets.call("rollback", "r9")
    assert result.exit_code == 1
    assert "Release r9 is not kept" in result.output and "(kept: r3, r2, r1)" in result.output
    assert outlets.seen() == ["r3", "r3", "r3"]


def test_the_list_says_what_stands_where_and_what_was_taken_back(outlets: Outlets) -> None:
    outlets.call("rollback", "--by", "ann")
    listed = outlets.listed()
    assert [each["release_id"] for each in listed] == ["r3", "r2", "r1"]
    everywhere = dict.fromkeys(("duckdb", "parquet", "postgres"), True)
    assert [each["stands"] == everywhere for each in listed] == [False, True, False]
    assert not any(listed[0]["stands"].values())
    assert listed[0]["taken_back"]["by"] == "ann" and listed[0]["taken_back"]["in_favour_of"] == "r2"
    assert [each["as_of"] for each in listed] == ["2026-06-30"] * 3
    assert listed[1]["rows"] == 3
    shown = outlets.call().output
    assert "by ann" in shown and "stands" in shown


def test_what_was_taken_back_is_not_published_again_and_the_next_release_is(outlets: Outlets) -> None:
    outlets.call("rollback")
    again = outlets.publish(3)
    assert (again.is_new, again.release.release_id) == (False, "r2")
    assert again.held_back is not None and again.held_back.release_id == "r3"
    assert outlets.seen() == ["r2", "r2", "r2"]
    forward = outlets.publish(4)
    assert forward.is_new and forward.held_back is None
    assert outlets.seen() == ["r4", "r4", "r4"]
    outlets.call("rollback")
    assert outlets.seen() == ["r2", "r2", "r2"], "the one before is the one that readers saw before"


def test_what_was_brought_back_is_published_as_ever(outlets: Outlets) -> None:
    outlets.call("rollback")
    outlets.call("rollback", "r3")
    again = outlets.publish(3)
    assert (again.is_new, again.held_back) == (False, None)
    outlets.publish(4)
    assert outlets.publish(3).is_new
    assert outlets.seen() == ["r3", "r3", "r3"]


def test_releases_taken_back_are_the_first_to_go(outlets: Outlets) -> None:
    outlets.call("rollback", "r1")
    outlets.publish(4)
    assert [each.release_id for each in kept_releases(outlets.home.published)] == ["r4", "r3", "r1"]
    outlets.publish(5)
    assert [each.release_id for each in kept_releases(outlets.home.published)] == ["r5", "r4", "r1"]


def test_as_many_releases_stay_as_pmo_yaml_says(outlets: Outlets) -> None:
    for number, keep, kept in ((4, 4, 4), (5, 4, 4), (6, 2, 2)):
        outlets.publish(number, keep=keep)
        assert len(list((outlets.root / "published/.releases").iterdir())) == kept
    assert outlets.seen() == ["r6", "r6", "r6"]


def test_a_postgres_that_does_not_answer_is_said_and_follows_later(
    outlets: Outlets, monkeypatch: pytest.MonkeyPatch
) -> None:
    dsn = outlets.server.dsn(outlets.database)
    monkeypatch.setenv("TEST_DSN", outlets.server.dsn(outlets.database, password="pl&nted wrong"))
    result = outlets.call("rollback")
    assert result.exit_code == 1
    assert "Postgres" in result.output and "authentication failed" in result.output
    assert "pl&nted" not in result.output and "pl%26nted" not in result.output
    assert outlets.seen() == ["r2", "r2", "r3"]
    problem = json.loads(outlets.call("--json").stdout.split("\nwarning")[0])
    assert [each["stands"]["postgres"] for each in problem["releases"]] == [None, None, None]
    assert not are_in_step(outlets.home, load_settings(outlets.home))
    monkeypatch.setenv("TEST_DSN", dsn)
    assert not are_in_step(outlets.home, load_settings(outlets.home))
    assert outlets.call("rollback", "r2").exit_code == 0
    assert outlets.seen() == ["r2", "r2", "r2"]
    assert PASSWORD not in outlets.call("--json").output


def test_a_rollback_that_was_cut_short_between_its_swaps_is_finished_by_the_next_refresh(
    outlets: Outlets,
) -> None:
    """Noted and linked, but the DuckDB file is still the one before."""
    before = outlets.root / "kept"
    (outlets.root / "published/pmo.duckdb").rename(before)
    roll_back(outlets.home.published, "r2", by="ann")
    before.replace(outlets.root / "published/pmo.duckdb")
    assert standing(outlets.home.published) is None
    again = outlets.publish(3)
    assert again.release.release_id == "r2" and again.held_back is not None
    assert outlets.seen() == ["r2", "r2", "r2"]


def test_the_files_of_a_release_come_back_to_the_byte(outlets: Outlets) -> None:
    def content() -> dict[str, bytes]:
        files = [outlets.root / "published/pmo.duckdb", *(outlets.root / "published/parquet").iterdir()]
        return {file.name: file.read_bytes() for file in files}

    before = content()
    outlets.publish(4)
    assert content() != before
    outlets.call("rollback")
    assert content() == before
    stands = standing(outlets.home.published)
    assert stands is not None and folder_of(outlets.home.published, stands).is_dir()
