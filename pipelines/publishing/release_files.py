"""The files of a release: the public marts as Parquet and as one DuckDB file, written into the folder of the release.

Nothing here is seen by readers before the folder is swapped in (`pipelines.publishing.swapping`).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.publishing.duckdb_sql import literal
from pipelines.publishing.kept import DATABASE, PublishError, Release, flush, write_facts
from pipelines.publishing.marts import Mart

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA = "marts"
STORAGE_VERSION = "v1.2.0"
"""The oldest DuckDB that reads the file: BI tools bring drivers that are older than ours."""


def write_release(folder: Path, warehouse: Path, marts: Sequence[Mart], release: Release) -> None:
    """Writes the marts of `warehouse` into a new folder, whole and durable, its facts last.

    Raises PublishError, and then leaves nothing of the folder.
    """
    import duckdb

    shutil.rmtree(folder, ignore_errors=True)
    try:
        _write(folder, warehouse, marts, release)
    except (OSError, duckdb.IOException, PublishError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, PublishError):
            raise
        raise PublishError(
            f"Release {release.release_id} could not be written into {folder}: {error}. Readers still see the last "
            "release. Make room there, or see that whoever refreshes may write there, then refresh again."
        ) from error


def _write(folder: Path, warehouse: Path, marts: Sequence[Mart], release: Release) -> None:
    import duckdb

    (folder / "parquet").mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(warehouse)} as warehouse (read_only)")
        for mart in marts:
            _write_parquet(connection, mart, folder / "parquet" / f"{mart.name}.parquet")
        connection.execute(
            f"attach {literal(folder / DATABASE)} as release (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute("begin")
        connection.execute(f"create schema release.{SCHEMA}")
        for mart in marts:
            _copy(connection, mart, folder / "parquet" / f"{mart.name}.parquet")
        connection.execute("commit")
        connection.execute("checkpoint release")
        connection.execute("detach release")
    flush(folder / DATABASE)
    flush(folder / "parquet")
    write_facts(folder, release)


def _write_parquet(connection: DuckDBPyConnection, mart: Mart, file: Path) -> None:
    connection.execute(
        f'copy (select * from warehouse.{SCHEMA}."{mart.name}" {_in_order(mart)}) to {literal(file)} '
        "(format parquet, compression zstd)"
    )
    flush(file)


def _copy(connection: DuckDBPyConnection, mart: Mart, rows: Path) -> None:
    """Copies one mart with its NOT NULLs, its descriptions and its rows in an order of their own.

    `create table as` would drop the first two.
    """
    import duckdb

    table = f'{SCHEMA}."{mart.name}"'
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        f"where database_name = 'warehouse' and schema_name = '{SCHEMA}' and table_name = ? order by column_index",
        [mart.name],
    ).fetchall()
    required = {column.name for column in mart.columns if column.required}
    definition = ", ".join(
        f'"{name}" {kind}{" not null" if name in required else ""}' for name, kind in columns
    )
    connection.execute(f"create table release.{table} ({definition})")
    try:
        connection.execute(f"insert into release.{table} select * from read_parquet({literal(rows)})")
    except duckdb.ConstraintException as error:
        raise PublishError(
            f"{mart.name} breaks its contract: {error}. Readers still see the last release. This is a fault of the "
            "models; report it with the message."
        ) from error
    connection.execute(f"comment on table release.{table} is {literal(mart.description)}")
    known = {name for name, _ in columns}
    for column in mart.columns:
        if column.description and column.name in known:
            connection.execute(
                f'comment on column release.{table}."{column.name}" is {literal(column.description)}'
            )


def _in_order(mart: Mart) -> str:
    """An order of their own for the rows. Those of a project lie together: who asks for one reads little else."""
    has_project = any(column.name == "project_code" for column in mart.columns)
    return "order by project_code, columns(*)" if has_project else "order by all"
