"""The release in a real Postgres: every value, columns that change, failures halfway, what is nobody's business."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publishing import postgres_columns
from pipelines.publishing.marts import Mart
from pipelines.publishing.postgres import Loaded, load_release, loaded_release
from pipelines.publishing.postgres_session import PostgresError, Target
from tests.pipelines.publishing.releases import AMOUNTS, INFO, PEOPLE, Warehouse, published
from tests.postgres import LOADER, PASSWORD, Server

VALUES = """as select * from (values
    ('a', 1.10::decimal(18,2), 0.0000000001::decimal(38,10),
     9223372036854775807, -1::integer, true, date '0001-01-01', timestamp '2026-01-02 03:04:05.000006', 0.1::double),
    ('', null, 99999999999999999999999999.9999999999, 0, 0, false, date '2026-12-31', null, null),
    (E'a"b,c\\n\\\\.\\n''\\\\N', -9999999999999999.99, 1, 1, 1, null, null, timestamp '1999-12-31 23:59:59', 1e300),
    (null, null, null, null, null, null, null, null, null)
) as t(project, cents, fine, big, small, yes, day, moment, approximate)"""


def load(tmp_path: Path, target: Target, warehouse: Warehouse, *, anew: bool = False) -> Loaded:
    _, folder = published(tmp_path, warehouse)
    return load_release(folder, target, anew=anew)


def with_x(release_id: str, content: str, **changes: Any) -> Warehouse:
    return Warehouse(release_id, tables={"mart_x": f"as {content}"}, **changes)


def test_every_value_arrives_as_it_is(tmp_path: Path, server: Server, database: str, target: Target) -> None:
    anything = Mart("mart_x", "Anything.", ())
    load(tmp_path, target, Warehouse(tables={"mart_x": VALUES}, marts=(anything, PEOPLE, INFO)))
    with duckdb.connect(str(tmp_path / "published/pmo.duckdb"), read_only=True) as release:
        expected = release.execute("select * from marts.mart_x").fetchall()
    rows = server.query(database, "select * from marts.mart_x")
    assert sorted(map(repr, rows)) == sorted(map(repr, expected))
    assert len(rows) == 4 and ("",) in server.query(database, "select project from marts.mart_x")


def test_a_nul_that_postgres_has_no_text_for_is_shown_as_one_that_was_replaced(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    load(tmp_path, target, with_x("r1", "select 'a' || chr(0) || 'b' as project"))
    assert server.query(database, "select project from marts.mart_x") == [("a\N{REPLACEMENT CHARACTER}b",)]


def test_types_not_nulls_and_descriptions_come_along(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    load(tmp_path, target, Warehouse())
    assert server.query(
        database,
        "select attname, format_type(atttypid, atttypmod), attnotnull, col_description(attrelid, attnum) "
        "from pg_attribute where attrelid = 'marts.mart_x'::regclass and attnum > 0 order by attnum",
    ) == [("project", "text", True, "It's the code."), ("amount", "numeric(18,2)", False, None)]
    assert server.query(database, "select col_description('marts.dim_y'::regclass, 1)") == [(r"A \ name.",)]
    assert server.query(database, "select obj_description('marts.mart_x'::regclass)") == [
        (AMOUNTS.description,)
    ]


def test_the_public_marts_and_nothing_else_go_there(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    load(tmp_path, target, Warehouse())
    assert {row[0].removeprefix("marts.") for row in structure(server, database)} == {
        "mart_x",
        "dim_y",
        "release_info",
    }


def test_only_marts_whose_rows_have_changed_are_loaded_again(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    assert set(load(tmp_path, target, Warehouse()).marts) == {"mart_x", "dim_y", "release_info"}
    before = server.query(database, "select xmin::text, ctid::text from marts.dim_y")
    second = with_x("r2", "select 'a' as project, 1.26::decimal(18,2) as amount")
    assert set(load(tmp_path, target, second).marts) == {"mart_x", "release_info"}
    assert server.query(database, "select xmin::text, ctid::text from marts.dim_y") == before
    assert server.query(database, "select amount::text from marts.mart_x") == [("1.26",)]
    assert server.query(database, "select distinct release like 'r2-%' from marts_control.loaded") == [
        (True,)
    ]
    assert set(load(tmp_path, target, second, anew=True).marts) == {"mart_x", "dim_y", "release_info"}


def test_it_says_which_release_it_shows(tmp_path: Path, target: Target) -> None:
    assert loaded_release(target) is None
    made, folder = published(tmp_path, Warehouse())
    load_release(folder, target)
    assert loaded_release(target) == made.release.folder_name


CHANGES = {
    "a new column": "select 'a' as project, 1.25::decimal(18,2) as amount, 7 as more",
    "a column is gone": "select 'a' as project",
    "another scale": "select 'a' as project, 1.2555::decimal(28,4) as amount",
    "a number becomes a text": "select 'a' as project, '1.25 EUR' as amount",
    "a text becomes a number": "select 1 as project, 1.25::decimal(18,2) as amount",
    "another order": "select 1.25::decimal(18,2) as amount, 'a' as project",
}


@pytest.mark.parametrize("change", CHANGES)
def test_columns_may_change_both_ways(
    tmp_path: Path, server: Server, database: str, target: Target, change: str
) -> None:
    load(tmp_path, target, Warehouse())
    fresh = f"{database}_fresh"[-60:]
    server.make_database(fresh)
    changed = with_x("r2", CHANGES[change])
    for warehouse in (changed, Warehouse("r3")):
        assert load(tmp_path, target, warehouse).notes == ()
        load(tmp_path, Target(server.dsn(fresh), target.reader), warehouse)
        assert structure(server, database) == structure(server, fresh)
        (here,), (there,) = (
            server.query(each, "select jsonb_agg(to_jsonb(x)) from marts.mart_x as x")
            for each in (database, fresh)
        )
        assert here == there


def structure(server: Server, database: str) -> set[tuple[Any, ...]]:
    return set(
        server.query(
            database,
            "select attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, "
            "col_description(attrelid, attnum) from pg_attribute inner join pg_class on attrelid = pg_class.oid "
            "where relnamespace = 'marts'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped",
        )
    )


def test_not_null_may_come_and_go(tmp_path: Path, server: Server, database: str, target: Target) -> None:
    loose = replace(AMOUNTS, columns=())
    unknown = "select null::varchar as project, 1.25::decimal(18,2) as amount"
    for warehouse, required in (
        (Warehouse("r1"), True),
        (with_x("r2", unknown, marts=(loose, PEOPLE, INFO)), False),
        (Warehouse("r3"), True),
    ):
        assert load(tmp_path, target, warehouse).notes == ()
        assert ("marts.mart_x", "project", "text", required) in {
            row[:4] for row in structure(server, database)
        }


def test_marts_come_and_go(tmp_path: Path, server: Server, database: str, target: Target) -> None:
    load(tmp_path, target, Warehouse())
    third = Mart("mart_z", "More.", ())
    load(
        tmp_path, target, Warehouse("r2", marts=(AMOUNTS, third, INFO), tables={"mart_z": "as select 1 as n"})
    )
    assert {row[0].removeprefix("marts.") for row in structure(server, database)} == {
        "mart_x",
        "mart_z",
        "release_info",
    }
    reads = f"select has_table_privilege('{target.reader}', 'marts.mart_z', 'select')"
    assert server.query(database, reads) == [(True,)]


def test_what_others_built_on_a_mart_stays_and_what_is_left_is_said(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    load(tmp_path, target, Warehouse())
    server.query(database, "create schema mine; create view mine.v as select name from marts.dim_y")
    (note,) = load(tmp_path, target, Warehouse("r2", marts=(AMOUNTS, INFO))).notes
    assert "view mine.v depends on table marts.dim_y" in note
    assert server.query(database, "select * from mine.v") == []
    load(tmp_path, target, Warehouse("r3"))
    assert server.query(database, "select * from mine.v") == [("Ann",)]


def test_a_table_of_somebody_else_is_not_emptied(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    server.query(database, "create schema marts; create table marts.dim_y as select 1 as mine", user=LOADER)
    with pytest.raises(PostgresError, match=r"marts\.dim_y is there and .* does not know it as made by pmo"):
        load(tmp_path, target, Warehouse())
    assert server.query(database, "select mine from marts.dim_y") == [(1,)]


def test_a_column_that_somebody_took_away_comes_back_with_its_values_though_the_release_is_the_same(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    load(tmp_path, target, Warehouse())
    server.query(database, "alter table marts.mart_x drop column amount")
    load(tmp_path, target, Warehouse())
    assert server.query(database, "select project, amount::text from marts.mart_x") == [("a", "1.25")]


def test_a_message_quotes_no_row(tmp_path: Path, server: Server, database: str, target: Target) -> None:
    load(tmp_path, target, Warehouse())
    server.query(database, "alter table marts.mart_x add constraint small check (amount < 5)")
    with pytest.raises(PostgresError, match="small") as raised:
        load(tmp_path, target, with_x("r2", "select 'b' as project, 4711.5::decimal(18,2) as amount"))
    assert "4711" not in str(raised.value)


def test_a_role_that_postgres_keeps_for_itself_is_said_with_its_key(
    tmp_path: Path, server: Server, database: str
) -> None:
    with pytest.raises(PostgresError, match=r"reserved.*publish\.postgres_reader in pmo\.yaml"):
        load(tmp_path, Target(server.dsn(database), "public"), Warehouse())


def test_a_load_that_breaks_off_leaves_the_release_before_whole(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    """The server ends the connection while the second of two marts is being copied."""
    load(tmp_path, target, Warehouse())
    server.query(
        database,
        "create function public.cut() returns trigger language plpgsql as "
        "$$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$; "
        "create trigger cut before insert on marts.mart_x for each row when (new.amount > 9) "
        "execute function public.cut(); "
        "grant usage on schema public to loader; grant pg_signal_backend to loader",
    )
    second = with_x(
        "r2",
        "select 'p' || i as project, (i / 1000)::decimal(18,2) as amount from range(20000) as t(i)",
    )
    second = replace(second, tables={**second.tables, "dim_y": "as select 'Bob' as name"})
    with pytest.raises(PostgresError, match=r"did not take the release: .*administrator command") as raised:
        load(tmp_path, target, second)
    assert "Its readers see the one that it took before, whole" in str(raised.value)
    assert server.query(database, "select release_id from marts.release_info") == [("r1",)]
    assert server.query(database, "select name from marts.dim_y") == [("Ann",)]
    assert server.query(database, "select project, amount::text from marts.mart_x") == [("a", "1.25")]
    server.query(database, "drop trigger cut on marts.mart_x")
    load(tmp_path, target, second)
    assert server.query(database, "select count(*) from marts.mart_x") == [(20000,)]


def test_a_load_that_breaks_off_while_columns_change_keeps_values_and_types(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    """The new types would round the amount and know no 'a'; a view stops their names from changing."""
    load(tmp_path, target, Warehouse())
    server.query(
        database, "create schema mine; create view mine.v as select amount, project from marts.mart_x"
    )
    second = with_x("r2", "select 7 as project, 1.3::decimal(18,1) as amount")
    with pytest.raises(PostgresError, match=r"view mine\.v depends .* Drop the view"):
        load(tmp_path, target, second)
    assert server.query(database, "select amount::text, project from mine.v") == [("1.25", "a")]
    assert server.query(database, "select release_id from marts.release_info") == [("r1",)]
    server.query(database, "drop view mine.v")
    load(tmp_path, target, second)
    assert server.query(database, "select amount::text, project from marts.mart_x") == [("1.3", 7)]
    assert {row[1] for row in structure(server, database) if row[0] == "marts.mart_x"} == {
        "project",
        "amount",
    }


@contextmanager
def in_another_thread(tmp_path: Path, target: Target, warehouse: Warehouse) -> Iterator[list[Loaded]]:
    done: list[Loaded] = []
    thread = threading.Thread(target=lambda: done.append(load(tmp_path, target, warehouse)))
    thread.start()
    yield done
    thread.join(120)
    assert not thread.is_alive()


@pytest.mark.parametrize("change", [*CHANGES, "a mart is gone"])
def test_a_transaction_that_began_before_sees_its_release_to_the_end(
    tmp_path: Path,
    server: Server,
    database: str,
    target: Target,
    change: str,
) -> None:
    """It reads one mart, then another release comes with other columns, then it reads the other mart."""
    import psycopg

    load(tmp_path, target, Warehouse())
    following = (
        Warehouse("r2", marts=(PEOPLE, INFO)) if change == "a mart is gone" else with_x("r2", CHANGES[change])
    )
    with psycopg.connect(server.dsn(database)) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert reader.execute("select release_id from marts.release_info").fetchall() == [("r1",)]
        with in_another_thread(tmp_path, target, following) as done:
            # The loader goes as far as it can, and has not been told of this reader by a lock on mart_x.
            threading.Event().wait(1.5)
            rows = reader.execute("select project, amount::text from marts.mart_x").fetchall()
            assert [(project, float(amount)) for project, amount in rows] == [("a", 1.25)]
            reader.commit()
        assert len(done) == 1
        assert reader.execute("select release_id from marts.release_info").fetchall() == [("r2",)]


def test_readers_wait_no_longer_behind_a_change_than_it_is_allowed_to(
    tmp_path: Path, server: Server, database: str, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who holds a table for good stops the change and not the readers."""
    import psycopg

    monkeypatch.setattr(postgres_columns, "PATIENCE_SECONDS", 0.5)
    load(tmp_path, target, Warehouse())
    with psycopg.connect(server.dsn(database)) as holder:
        holder.execute("select * from marts.mart_x")
        with pytest.raises(PostgresError, match="Another session holds a table"):
            load(tmp_path, target, with_x("r2", CHANGES["a new column"]))
        assert server.query(database, "select release_id from marts.release_info") == [("r1",)]
        holder.rollback()
    load(tmp_path, target, with_x("r2", CHANGES["a new column"]))
    assert server.query(database, "select more from marts.mart_x") == [(7,)]


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("postgresql//u:pl&nted@h/d", "is no connection string"),
        ("host=/nowhere password='pl&nted' dbname=d", "d on /nowhere"),
        ("{wrong}", "authentication failed"),
    ],
)
def test_no_message_holds_the_password(
    tmp_path: Path, server: Server, database: str, dsn: str, said: str
) -> None:
    import traceback

    wrong = server.dsn(database, password="pl&nted wrong")
    with pytest.raises(PostgresError) as raised:
        load(tmp_path, Target(dsn.format(wrong=wrong), "r"), Warehouse())
    assert said in str(raised.value)
    everything = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    context: BaseException | None = raised.value
    while context is not None:
        everything += str(context)
        context = context.__cause__ or context.__context__
    assert "pl&nted" not in everything and "pl%26nted" not in everything
    assert PASSWORD not in repr(Target(server.dsn(database), "r"))
