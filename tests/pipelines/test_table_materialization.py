"""A table of the working file is replaced whole or stays: in a dbt project of one model with our materialization."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from pipelines.warehouse import PROJECT

PROFILE = "pmo: {{target: t, outputs: {{t: {{type: duckdb, path: '{file}', threads: 1}}}}}}\n"


class OneModel:
    """A project whose only model is `m`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "w.duckdb"
        for name in ("macros", "models"):
            (folder / name).mkdir(parents=True)
        shutil.copy(PROJECT / "macros/table_materialization.sql", folder / "macros")
        (folder / "dbt_project.yml").write_text("name: pmo_warehouse\nprofile: pmo\nmacro-paths: [macros]\n")
        (folder / "profiles.yml").write_text(PROFILE.format(file=self.file))

    def build(self, sql: str, materialized: str = "table") -> bool:
        """Whether the model could be built as `sql`."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        (self.folder / "models/m.sql").write_text(f"{{{{ config(materialized='{materialized}') }}}}\n{sql}")
        folder = str(self.folder)
        call = ["run", "--project-dir", folder, "--profiles-dir", folder, "--target-path", f"{folder}/target"]
        try:
            answer = dbtRunner().invoke([*call, "--log-path", f"{folder}/logs", "--quiet"])
            return answer.success
        finally:
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]

    def relations(self) -> dict[str, Any]:
        """Every relation of the file, with its kind."""
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return dict(
                connection.execute("select table_name, table_type from information_schema.tables").fetchall()
            )

    def rows(self) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute("from m").fetchall()


@pytest.fixture
def project(tmp_path: Path) -> OneModel:
    return OneModel(tmp_path / "project")


def test_a_table_is_replaced_and_nothing_is_left_beside_it(project: OneModel) -> None:
    assert project.build("select 1 as a") and project.build("select 2 as b, 3 as c")
    assert (project.rows(), project.relations()) == ([(2, 3)], {"m": "BASE TABLE"})


def test_a_table_stands_when_its_model_fails(project: OneModel) -> None:
    assert project.build("select 1 as a")
    assert not project.build("select error('no') as a")
    assert (project.rows(), project.relations()) == ([(1,)], {"m": "BASE TABLE"})


def test_a_view_becomes_a_table_and_a_view_again(project: OneModel) -> None:
    assert project.build("select 1 as a", "view") and project.build("select 2 as a")
    assert (project.rows(), project.relations()) == ([(2,)], {"m": "BASE TABLE"})
    assert project.build("select 3 as a", "view")
    assert (project.rows(), project.relations()) == ([(3,)], {"m": "VIEW"})
