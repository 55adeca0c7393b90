"""Homes for the end-to-end tests: made from rows, refreshed as a user does, read as a report does.

Here: writing a `PMO_HOME`, running the command in its own process, querying what it published. No expectation
about a figure stands here, and nothing imports the product: tests see files, exit codes and published tables.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.end_to_end.pmo_process import pmo, pmo_from_nothing

ORGANISATION = "organisation: Testers\ncurrency: EUR\ntimezone: Europe/Paris\n"

Row = Mapping[str, object]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of the command left behind: its exit code and what it printed."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """Everything that was printed, with line breaks and box borders folded into single spaces."""
        words = f"{self.stdout}\n{self.stderr}".replace("│", " ").replace("┃", " ").split()
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class PmoHome:
    """A `PMO_HOME` on disk."""

    root: Path

    def write(self, relative: str, rows: Sequence[Row]) -> Path:
        """Write `rows` as a CSV file below the home, replacing what stood there. None is a blank cell."""
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        header = list(dict.fromkeys(name for row in rows for name in row))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=header, restval="")
            writer.writeheader()
            writer.writerows({name: "" if row[name] is None else row[name] for name in row} for row in rows)
        return path

    def rows_of(self, pattern: str) -> list[dict[str, str]]:
        """The rows of every CSV file that matches `pattern`, as text, read without the product."""
        rows: list[dict[str, str]] = []
        for path in sorted(self.root.glob(pattern)):
            with path.open(encoding="utf-8", newline="") as file:
                rows.extend(csv.DictReader(file))
        return rows

    def run(self, *arguments: str) -> Outcome:
        """Run `pmo` in a process of its own, with none of this process's PMO or Dagster settings."""
        return Outcome(*pmo(["--home", str(self.root), *arguments], folder=self.root))

    def run_from_nothing(self, *arguments: str) -> Outcome:
        """The same from a new interpreter, as a user's call."""
        return Outcome(*pmo_from_nothing(["--home", str(self.root), *arguments], folder=self.root))

    def copied_to(self, root: Path) -> PmoHome:
        """A copy of the whole folder, with all that it has landed, built and published."""
        return PmoHome(shutil.copytree(self.root, root, symlinks=True))

    def refresh(self, as_of: str) -> Outcome:
        """`pmo refresh` for the reporting date `as_of`."""
        return self.run("refresh", "--as-of", as_of)

    def query(self, sql: str, *parameters: object) -> list[Record]:
        """Rows of a query on the published file; amounts are Decimals. Tables are named `marts.<table>`."""
        import duckdb

        with duckdb.connect(str(self.root / "published/pmo.duckdb"), read_only=True) as connection:
            cursor = connection.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]

    def table(self, name: str) -> list[Record]:
        """All rows of one published table."""
        return self.query(f'select * from marts."{name}"')

    def tables(self) -> list[str]:
        """Names of the published tables, sorted."""
        found = self.query("select table_name from information_schema.tables where table_schema = 'marts'")
        return sorted(row["table_name"] for row in found)

    def columns(self, table: str) -> dict[str, str]:
        """Column names of one published table, each with its type."""
        found = self.query(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = 'marts' and table_name = ? order by ordinal_position",
            table,
        )
        return {row["column_name"]: row["data_type"] for row in found}

    def files(self, pattern: str) -> dict[str, str]:
        """The sha256 of every file below the home that matches `pattern`, by its relative path."""
        return {
            path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.root.glob(pattern))
            if path.is_file()
        }

    def release(self) -> dict[str, str]:
        """The sha256 of everything published: the DuckDB file and every Parquet file."""
        return self.files("published/pmo.duckdb") | self.files("published/parquet/*.parquet")


def make_home(root: Path, *, settings: str = ORGANISATION) -> PmoHome:
    """An empty home below `root`: a `pmo.yaml` and the folders that `pmo init` would make."""
    for folder in ("reference", "inbox/timesheets", "inbox/budgets", "inbox/ledger", "inbox/register"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "pmo.yaml").write_text(settings, encoding="utf-8")
    return PmoHome(root)


def total(rows: Sequence[Record], measure: str) -> Decimal:
    """The sum of `measure` over `rows`; a null among them is an error, never a zero."""
    values = [row[measure] for row in rows]
    assert None not in values, f"{measure} is null on {values.count(None)} of {len(values)} rows"
    return sum(values, Decimal(0))


def where(rows: Sequence[Record], **wanted: object) -> list[Record]:
    """The rows whose columns have the wanted values; none at all is an error."""
    found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    assert found, f"no row with {wanted} among {len(rows)}"
    return found


def only(rows: Sequence[Record], **wanted: object) -> Record:
    """The one row whose columns have the wanted values."""
    found = where(rows, **wanted)
    assert len(found) == 1, f"{len(found)} rows with {wanted}"
    return found[0]
