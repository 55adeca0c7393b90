"""How much memory a build may use: PMO_MEMORY, through the project's own profile, in a dbt project of one model."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from pipelines.warehouse import PROJECT


def test_a_build_takes_the_memory_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    folder, file = str(tmp_path), str(tmp_path / "pmo.duckdb")
    (tmp_path / "models").mkdir()
    (tmp_path / "models/m.sql").write_text("select current_setting('memory_limit') as memory")
    (tmp_path / "dbt_project.yml").write_text("name: one\nprofile: pmo\nmodels: {+materialized: table}\n")
    shutil.copy(PROJECT / "profiles.yml", tmp_path)
    monkeypatch.setenv("PMO_WAREHOUSE", file)
    monkeypatch.setenv("PMO_MEMORY", "512MiB")
    call = ["run", "--project-dir", folder, "--profiles-dir", folder, "--target-path", f"{folder}/target"]
    try:
        assert dbtRunner().invoke([*call, "--log-path", f"{folder}/logs", "--quiet"]).success
    finally:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    with duckdb.connect(file, read_only=True) as connection:
        assert connection.execute("select memory from m").fetchone() == ("512.0 MiB",)
