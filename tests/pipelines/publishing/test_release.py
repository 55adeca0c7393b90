"""A release is whole, deterministic, and swapped in."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from pipelines.publishing import release as releases
from pipelines.publishing.kept import PublishError, Release
from pipelines.publishing.marts import Mart, MartColumn, public_marts
from pipelines.publishing.release import publish
from pipelines.publishing.swapping import standing, swap

MARTS = (
    Mart(
        "mart_x", "Amounts. One row per project.", (MartColumn("project", "It's the code.", required=True),)
    ),
    Mart("release_info", "The run. One row per release.", ()),
)


def warehouse(folder: Path, *, release_id: str = "r1", rows: str = "('b', 2.50), ('a', 1.25)") -> Path:
    file = folder / "pmo.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.mart_x (project varchar not null, amount decimal(18,2))")
        connection.execute(f"insert into marts.mart_x values {rows}")
        connection.execute("create table marts.private_x as select 1 as n")
        connection.execute(
            f"create table marts.release_info as select '{release_id}' as release_id, date '2026-06-30' as as_of, "
            "now() as refreshed_at"
        )
    return file


def run(tmp_path: Path, **changes: str) -> tuple[Release, bool]:
    published = tmp_path / "published"
    published.mkdir(exist_ok=True)
    made = publish(warehouse=warehouse(tmp_path, **changes), published=published, marts=MARTS)
    return made.release, made.is_new


def query(tmp_path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(tmp_path / "published/pmo.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def digests(tmp_path: Path) -> dict[str, str]:
    files = [tmp_path / "published/pmo.duckdb", *(tmp_path / "published/parquet").iterdir()]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_a_required_column_is_never_null_in_a_release(tmp_path: Path) -> None:
    run(tmp_path)
    file = warehouse(tmp_path, release_id="r2")
    with duckdb.connect(str(file)) as connection:
        connection.execute("alter table marts.mart_x alter column project drop not null")
        connection.execute("insert into marts.mart_x values (null, 1)")
    with pytest.raises(PublishError, match="mart_x breaks its contract"):
        publish(warehouse=file, published=tmp_path / "published", marts=MARTS)
    assert query(tmp_path, "select release_id from marts.release_info") == [("r1",)]


def test_the_public_marts_and_nothing_else_are_in_the_release(tmp_path: Path) -> None:
    release, is_new = run(tmp_path)
    assert is_new
    assert release.rows == {"mart_x": 2, "release_info": 1}
    assert {file.stem for file in (tmp_path / "published/parquet").iterdir()} == {"mart_x", "release_info"}
    assert query(tmp_path, "select table_name from duckdb_tables() order by 1") == [
        ("mart_x",),
        ("release_info",),
    ]


def test_not_null_and_descriptions_come_along(tmp_path: Path) -> None:
    run(tmp_path)
    columns = "select column_name, is_nullable, comment from duckdb_columns() where table_name = 'mart_x'"
    assert query(tmp_path, columns) == [
        ("project", False, "It's the code."),
        ("amount", True, None),
    ]
    assert query(tmp_path, "select comment from duckdb_tables() where table_name = 'mart_x'") == [
        ("Amounts. One row per project.",)
    ]


def test_the_same_release_again_leaves_every_byte_alone(tmp_path: Path) -> None:
    first, _ = run(tmp_path)
    before = digests(tmp_path)
    again, is_new = run(tmp_path, rows="('a', 1.25), ('b', 2.50)")
    assert (again, is_new) == (first, False)
    assert digests(tmp_path) == before


def test_other_rows_under_the_same_release_id_are_published(tmp_path: Path) -> None:
    run(tmp_path)
    _, is_new = run(tmp_path, rows="('a', 1.26), ('b', 2.50)")
    assert is_new
    assert query(tmp_path, "select sum(amount)::varchar from marts.mart_x") == [("3.76",)]


def test_rows_come_out_in_the_same_order_whatever_order_they_were_built_in(tmp_path: Path) -> None:
    run(tmp_path)
    first = digests(tmp_path)["mart_x.parquet"]
    run(tmp_path, release_id="r2", rows="('a', 1.25), ('b', 2.50)")
    assert digests(tmp_path)["mart_x.parquet"] == first


def test_a_reader_that_holds_the_old_release_keeps_it(tmp_path: Path) -> None:
    run(tmp_path)
    with duckdb.connect(str(tmp_path / "published/pmo.duckdb"), read_only=True) as reader:
        old_parquet = (tmp_path / "published/parquet").resolve()
        run(tmp_path, release_id="r2", rows="('c', 9)")
        assert reader.execute("select count(*) from marts.mart_x").fetchone() == (2,)
        assert (old_parquet / "mart_x.parquet").is_file()


def test_three_releases_are_kept(tmp_path: Path) -> None:
    for number in range(6):
        run(tmp_path, release_id=f"r{number}")
    kept = {folder.name[:2] for folder in (tmp_path / "published/.releases").iterdir()}
    assert kept == {"r3", "r4", "r5"}


def test_a_folder_in_the_place_of_the_link_stops_the_swap_with_the_last_release_whole(tmp_path: Path) -> None:
    (tmp_path / "published/parquet").mkdir(parents=True)
    (tmp_path / "published/parquet/mine.txt").write_text("a reader's own file")
    with pytest.raises(PublishError, match="Readers still see the last release"):
        run(tmp_path)
    assert not (tmp_path / "published/pmo.duckdb").exists()


def test_when_the_second_swap_fails_the_message_says_what_is_true_and_the_next_run_mends_it(
    tmp_path: Path,
) -> None:
    run(tmp_path)
    (tmp_path / "published/pmo.duckdb").rename(tmp_path / "kept")
    (tmp_path / "published/pmo.duckdb/blocked").mkdir(parents=True)
    with pytest.raises(PublishError, match="is already release r2"):
        run(tmp_path, release_id="r2")
    (tmp_path / "published/pmo.duckdb/blocked").rmdir()
    (tmp_path / "published/pmo.duckdb").rmdir()
    (tmp_path / "kept").rename(tmp_path / "published/pmo.duckdb")
    assert standing(tmp_path / "published") is None
    release, is_new = run(tmp_path, release_id="r2")
    assert is_new
    assert standing(tmp_path / "published") == release


def test_a_swap_that_was_cut_short_is_mended_from_the_files_that_were_written(tmp_path: Path) -> None:
    run(tmp_path)
    kept = tmp_path / "published/pmo.duckdb"
    kept.rename(tmp_path / "kept")
    run(tmp_path, release_id="r2")
    (tmp_path / "kept").replace(kept)
    written = {file: file.stat().st_ino for file in (tmp_path / "published/parquet").iterdir()}
    run(tmp_path, release_id="r2")
    assert {file: file.stat().st_ino for file in (tmp_path / "published/parquet").iterdir()} == written
    assert query(tmp_path, "select release_id from marts.release_info") == [("r2",)]


def test_a_half_written_release_is_written_again(tmp_path: Path) -> None:
    first, _ = run(tmp_path)
    folder = tmp_path / "published/.releases" / first.folder_name
    run(tmp_path, release_id="r2")
    (folder / "release.json").unlink()
    (folder / "pmo.duckdb").write_text("half")
    release, is_new = run(tmp_path)
    assert (release, is_new) == (first, True)
    assert standing(tmp_path / "published") == first
    assert query(tmp_path, "select release_id from marts.release_info") == [("r1",)]


def test_the_database_of_every_kept_release_is_kept_and_takes_no_room_twice(tmp_path: Path) -> None:
    for number in range(3):
        run(tmp_path, release_id=f"r{number}")
    for folder in (tmp_path / "published/.releases").iterdir():
        with duckdb.connect(str(folder / "pmo.duckdb"), read_only=True) as connection:
            (release_id,) = connection.execute("select release_id from marts.release_info").fetchone() or ()
        assert folder.name.startswith(release_id)
    stands = tmp_path / "published/parquet"
    assert (tmp_path / "published/pmo.duckdb").samefile(stands.resolve().parent / "pmo.duckdb")


def test_where_there_are_no_hard_links_the_database_is_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError("Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    release, _ = run(tmp_path)
    kept = tmp_path / "published/parquet"
    assert not (tmp_path / "published/pmo.duckdb").samefile(kept.resolve().parent / "pmo.duckdb")
    assert standing(tmp_path / "published") == release


def test_swapping_in_what_stands_leaves_nothing_behind(tmp_path: Path) -> None:
    release, _ = run(tmp_path)
    swap(tmp_path / "published", release)
    assert {entry.name for entry in (tmp_path / "published").iterdir()} == {
        ".publishing.lock",
        ".releases",
        "parquet",
        "pmo.duckdb",
    }


def test_an_empty_release_info_is_no_release(tmp_path: Path) -> None:
    file = warehouse(tmp_path)
    with duckdb.connect(str(file)) as connection:
        connection.execute("delete from marts.release_info")
    with pytest.raises(PublishError, match="is empty"):
        publish(warehouse=file, published=tmp_path, marts=MARTS)


def test_only_public_models_of_the_marts_schema_are_public() -> None:
    def node(name: str, **changes: object) -> dict[str, object]:
        config = {"access": "public", "materialized": "table"}
        base = {"resource_type": "model", "schema": "marts", "alias": name, "columns": {}, "config": config}
        return {**base, "description": "One row\nper thing.", **changes}

    nodes = {
        "b": node("mart_b"),
        "a": node("mart_a"),
        "private": node("mart_p", config={"access": "private", "materialized": "table"}),
        "staging": node("stg", schema="staging"),
        "test": node("t", resource_type="test"),
    }
    assert [mart.name for mart in public_marts({"nodes": nodes})] == ["mart_a", "mart_b"]
    assert public_marts({"nodes": nodes})[0].description == "One row per thing."


def test_the_number_of_kept_releases_is_what_the_test_above_counts() -> None:
    assert releases.KEPT_RELEASES == 3
