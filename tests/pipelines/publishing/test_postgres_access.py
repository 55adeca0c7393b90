"""Who reads the release in Postgres reads the release and nothing else; who loads it may have few rights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing.marts import Mart, MartColumn
from pipelines.publishing.postgres import load_release
from pipelines.publishing.postgres_session import PostgresError, Target
from tests.pipelines.publishing.releases import AMOUNTS, INFO, PEOPLE, Warehouse, published
from tests.postgres import LOADER, Server

BI_PAGE = Path(__file__).parents[3] / "docs/bi.md"
THIRD = Mart("mart_z", "More.", ())
REFUSED = {
    "a table of another schema": "select * from hr.salaries",
    "a table of schema public": "select * from public.notes",
    "the loader's own book": "select * from marts_control.loaded",
    "a function of another schema": "select hr.raise_all()",
    "a function of schema public": "select public.leak()",
    "the files of the server": "select pg_read_file('/etc/passwd')",
    "the passwords": "select * from pg_authid",
    "a write": "insert into marts.mart_x values ('b', 2)",
    "a change": "update marts.mart_x set amount = 0",
    "a delete": "delete from marts.mart_x",
    "a truncate": "truncate marts.mart_x",
    "a lock": "begin; lock table marts.mart_x in share mode",
    "a table of its own": "create table marts.mine (n int)",
    "a table in public": "create table public.mine (n int)",
    "a temporary table": "create temporary table mine (n int)",
    "a schema": "create schema mine",
    "a function": "create function marts.f() returns int language sql as 'select 1'",
    "another column": "alter table marts.mart_x add column mine int",
    "a comment": "comment on table marts.mart_x is 'mine'",
    "a drop": "drop table marts.mart_x",
    "a trigger": "create trigger t before insert on marts.mart_x execute function tsvector_update_trigger()",
    "a role": "create role friend",
    "another's rights": "set role loader",
    "a program": "copy (select 1) to program 'true'",
    "a file": "copy marts.mart_x from '/etc/passwd'",
    "the settings of the server": "alter system set work_mem = '1GB'",
}


@pytest.fixture(scope="module")
def released(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with a release, other people's things beside it, and a login that is a reader."""
    server.make_database("released")
    server.query(
        "released",
        "create schema hr; create table hr.salaries as select 1 as amount; create table public.notes as select 1 as n; "
        "create function hr.raise_all() returns int language sql security definer as 'select 1'; "
        "create function public.leak() returns int language sql security definer as 'select 1'; "
        "create schema marts authorization loader; create table marts.of_the_administrator as select 1 as n",
    )
    _, folder = published(tmp_path_factory.mktemp("released"), Warehouse())
    load_release(folder, Target(server.dsn("released"), "readers"))
    server.make_login("tableau", member_of="readers")
    yield "released"


@pytest.mark.parametrize("what", REFUSED)
def test_a_reader_is_refused_everything_outside_the_release(server: Server, released: str, what: str) -> None:
    import psycopg

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        server.query(released, REFUSED[what], user="tableau")
    assert server.query(released, "select project from marts.mart_x", user="tableau") == [("a",)]


def test_a_reader_may_read_the_release_and_no_other_relation_that_is_not_postgres_own(
    server: Server, released: str
) -> None:
    rows = server.query(
        released,
        "select c.oid::regclass::text from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace "
        "where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') "
        "and c.relkind in ('r', 'p', 'v', 'm', 'f') "
        "and has_schema_privilege('tableau', n.oid, 'usage') and has_table_privilege('tableau', c.oid, 'select')",
    )
    assert {name for (name,) in rows} == {"marts.mart_x", "marts.dim_y", "marts.release_info"}
    assert server.query(
        released,
        "select has_table_privilege('tableau', 'marts.mart_x', 'insert, update, delete, truncate, trigger'), "
        "has_database_privilege('tableau', 'released', 'temporary, create')",
    ) == [(False, False)]
    # Passing a right on is no error where it is without effect.
    server.query(released, "grant select on marts.mart_x to public", user="tableau")
    server.make_login("stranger")
    assert server.query(released, "select has_schema_privilege('stranger', 'marts', 'usage')") == [(False,)]
    assert server.query(released, "select has_table_privilege('stranger', 'marts.mart_x', 'select')") == [
        (False,)
    ]


def test_a_reader_sees_the_tables_that_come_later_and_those_that_are_made_again(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    for release_id, marts in (
        ("r1", (AMOUNTS, INFO)),
        ("r2", (PEOPLE, INFO)),
        ("r3", (AMOUNTS, THIRD, INFO)),
    ):
        _, folder = published(
            tmp_path, Warehouse(release_id, marts=marts, tables={"mart_z": "as select 1 as n"})
        )
        load_release(folder, target)
        if release_id == "r1":
            server.make_login("early", member_of=target.reader)
        for mart in marts:
            assert server.query(database, f"select count(*) from marts.{mart.name}", user="early") == [(1,)]


def test_who_may_not_make_roles_is_told_what_the_administrator_runs(
    tmp_path: Path, server: Server, database: str
) -> None:
    server.make_login("modest")
    server.query("postgres", f"alter database {database} owner to modest")
    _, folder = published(tmp_path, Warehouse())
    modest = Target(server.dsn(database, "modest"), "absent")
    (note,) = load_release(folder, modest).notes
    assert 'CREATE ROLE "absent" NOLOGIN;' in note
    server.query("postgres", 'create role "absent" nologin')
    assert load_release(folder, modest).notes == ()
    assert server.query(database, "select has_table_privilege('absent', 'marts.mart_x', 'select')") == [
        (True,)
    ]


def test_who_may_not_make_schemas_is_told_what_the_administrator_runs(
    tmp_path: Path, server: Server, database: str, target: Target
) -> None:
    server.make_login("guest")
    _, folder = published(tmp_path, Warehouse())
    guest = Target(server.dsn(database, "guest"), "readers_of_guest")
    with pytest.raises(PostgresError, match="CREATE SCHEMA marts_control AUTHORIZATION") as raised:
        load_release(folder, guest)
    statements = re.findall(r"CREATE SCHEMA \w+ AUTHORIZATION \"\w+\";", str(raised.value))
    server.query(database, f"{' '.join(statements)} create role readers_of_guest")
    assert load_release(folder, guest).notes == ()
    temporary = "select has_database_privilege('guest', current_database(), 'temporary')"
    assert server.query(database, temporary) == [(True,)], "what is not its own it leaves as it is"


def test_the_row_limits_of_the_page_outlast_a_refresh(tmp_path: Path, server: Server, database: str) -> None:
    page = BI_PAGE.read_text(encoding="utf-8").split("### Row limits per team")[1]
    (recipe,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    marts = (Mart("mart_budget_position", "Position.", (MartColumn("project_code", ""),)), INFO)

    def load(release_id: str, amount: int) -> None:
        rows = f"as select * from (values ('PAY', {amount}), ('WEB', {amount})) as t(project_code, amount)"
        _, folder = published(
            tmp_path, Warehouse(release_id, marts=marts, tables={"mart_budget_position": rows})
        )
        assert load_release(folder, Target(server.dsn(database), "pmo_reader")).notes == ()

    def seen_by(user: str) -> list[Any]:
        return server.query(
            database, "select project_code, amount from marts.mart_budget_position", user=user
        )

    load("r1", 1)
    server.query(database, recipe)
    server.make_login("everybody", member_of="pmo_reader")
    server.make_login("pay_team", member_of="pmo_team")
    server.query(database, "insert into access.team_projects values ('pay_team', 'PAY'), ('other', 'WEB')")
    for release_id, amount in (("r1", 1), ("r2", 2)):
        load(release_id, amount)
        assert seen_by("pay_team") == [("PAY", amount)]
        assert sorted(seen_by("everybody")) == [("PAY", amount), ("WEB", amount)]
    assert server.query(database, "select login from access.team_projects", user="pay_team") == [
        ("pay_team",)
    ]
    assert seen_by(LOADER) == [("PAY", 2), ("WEB", 2)]
