"""Small warehouses for the tests of publishing: two marts and the facts of the run, made of what each test says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.publishing.kept import folder_of
from pipelines.publishing.marts import Mart, MartColumn
from pipelines.publishing.release import Published, publish

INFO = Mart("release_info", "The run. One row per release.", ())
AMOUNTS = Mart(
    "mart_x", "Amounts. One row per project.", (MartColumn("project", "It's the code.", required=True),)
)
PEOPLE = Mart("dim_y", "Names. One row per name.", (MartColumn("name", r"A \ name."),))
MARTS = (AMOUNTS, PEOPLE, INFO)


@dataclass(frozen=True, slots=True)
class Warehouse:
    """What a warehouse holds; `tables` are the statements after `create table marts.<name>`, by name."""

    release_id: str = "r1"
    marts: Sequence[Mart] = MARTS
    tables: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """As a DuckDB file."""
        file = folder / "pmo.duckdb"
        file.unlink(missing_ok=True)
        tables = {
            "mart_x": "as select 'a' as project, 1.25::decimal(18,2) as amount",
            "dim_y": "as select 'Ann' as name",
            **self.tables,
        }
        with duckdb.connect(str(file)) as connection:
            connection.execute("create schema marts")
            for name, content in tables.items():
                connection.execute(f"create table marts.{name} {content}")
            connection.execute("create table marts.private_x as select 'hidden' as secret")
            connection.execute(
                f"create table marts.release_info as select '{self.release_id}' as release_id, "
                "date '2026-06-30' as as_of, timestamp '2026-07-01 06:00:00' as refreshed_at"
            )
        return file


def published(root: Path, warehouse: Warehouse, *, keep: int = 3) -> tuple[Published, Path]:
    """Publishes below `root`/published; returns what came of it and the folder of the release that stands."""
    (root / "published").mkdir(parents=True, exist_ok=True)
    made = publish(
        warehouse=warehouse.write(root), published=root / "published", marts=warehouse.marts, keep=keep
    )
    return made, folder_of(root / "published", made.release)
