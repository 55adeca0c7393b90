"""A PMO's folder into which the demo's Jira is received, read back without the product's own queries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.jira.tables import TABLES
from demo.jira.server import EMAIL, DemoJira
from demo.jira.site import Site
from pipelines.settings import Home, load_settings
from pipelines.validation.arrivals import Arrival, receive_jira
from tests.connectors.jira.syncing import Row, assert_same

TOKENS = {"DEMO_TOKEN": "demo-token", "DEMO_PAT": "demo-pat"}
KEYS = {table.name: table.key for table in TABLES}
FAST = "requests_per_second: 1000000"


@dataclass(frozen=True, slots=True)
class Landing:
    """What is landed below a folder that is a PMO's home, of one site or of all."""

    root: Path
    site: str | None = None

    def receive(self) -> dict[str, Arrival]:
        """Receives once; what was landed of each table."""
        home = Home(self.root)
        return {arrival.object: arrival for arrival in receive_jira(home, load_settings(home))}

    def versions(self, table: str) -> list[Row]:
        """Every row ever landed, oldest batch first."""
        import duckdb

        if not list(self.root.glob(f"landing/data/raw_jira/{table}/*/*.parquet")):
            return []
        cursor = duckdb.execute(
            "select * from read_parquet(?, union_by_name = true, hive_partitioning = true)"
            " where site = coalesce(?, site) order by _batch",
            [str(self.root / f"landing/data/raw_jira/{table}/*/*.parquet"), self.site],
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]

    def batches(self, table: str) -> dict[str, tuple[str, str]]:
        """From where each committed batch is, and what it replaces, by its id."""
        files = (self.root / f"landing/manifests/raw_jira/{table}").glob("*.json")
        manifests = [json.loads(file.read_text()) for file in sorted(files)]
        return {one["batch_id"]: (one["path"], one["replaces"]) for one in manifests}

    def rows(self, table: str) -> list[Row]:
        """The newest version of every row, without what tells of the batch; a whole list replaces the one before."""
        newest: dict[tuple[Any, ...], Row] = {}
        lists = [
            (path, batch) for batch, (path, replaces) in self.batches(table).items() if replaces == "file"
        ]
        for row in self.versions(table):
            if (row["_path"], row["_batch"]) < max(
                (one for one in lists if one[0] == row["_path"]), default=("", "")
            ):
                continue
            newest[tuple(row[name] for name in KEYS[table])] = row
        return [{name: row[name] for name in row if not name.startswith("_")} for row in newest.values()]

    def tables(self) -> dict[str, list[Row]]:
        """The newest rows of all tables."""
        return {table.name: self.rows(table.name) for table in TABLES}

    def availability(self) -> dict[str, str]:
        """id -> what became of it, of every issue that is not there any more."""
        found = {row["issue_id"]: row["availability"] for row in self.rows("issue_availability")}
        return {identity: what for identity, what in found.items() if what != "present"}

    def standing(self) -> dict[str, list[Row]]:
        """The newest rows of issues that are there, of their changes and worklogs, and of the census."""
        gone = self.availability()
        there = {row["issue_id"] for row in self.rows("issues")} - set(gone)
        found = {
            name: [row for row in self.rows(name) if row["issue_id"] in there]
            for name in ("issues", "issue_changes", "worklogs")
        }
        return {**found, "project_census": self.rows("project_census")}


def site_settings(demo: DemoJira, *more: str, name: str = "demo") -> str:
    """The demo as a site of pmo.yaml; `more` are further keys."""
    auth = (
        f"{{email: {EMAIL}, token: ${{DEMO_TOKEN}}}}" if demo.deployment == "cloud" else "{pat: ${DEMO_PAT}}"
    )
    keys = [f"site: {demo.url}", f"name: {name}", f"auth: {auth}", "concurrency: 4", FAST, *more]
    return f"{{{', '.join(keys)}}}"


def make_landing(root: Path, demo: DemoJira, *more: str) -> Landing:
    """A home whose only source is the demo; `more` are further keys of the site."""
    return home_of_sites(root, site_settings(demo, *more))


def home_of_sites(root: Path, *sites: str) -> Landing:
    """A home whose only sources are these sites."""
    root.mkdir(parents=True, exist_ok=True)
    text = f"organisation: Acme\ncurrency: EUR\ntimezone: Europe/Paris\njira: [{', '.join(sites)}]\n"
    (root / "pmo.yaml").write_text(text, encoding="utf-8")
    return Landing(root)


def assert_landed(landing: Landing, site: Site) -> None:
    """What stands in landing is what the server holds: each issue, change and worklog once, and no other."""
    assert_same(landing.standing(), site)
