"""A whole refresh that is killed at five different moments ends in the marts of one that never was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.jira.server import DemoJira
from tests.connectors.jira.landing import TOKENS, assert_landed, make_landing
from tests.end_to_end.homes import PmoHome, make_home

pytestmark = pytest.mark.slow

AS_OF = "2026-06-30"
SECONDS_BEFORE_GIVING_UP = 300


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoJira]:
    """The company's Jira in small pages."""
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    with DemoJira(page_cap=10, latency=0.01) as demo:
        yield demo


def a_home(root: Path, demo: DemoJira) -> PmoHome:
    make_landing(root, demo)
    home = make_home(root, settings=(root / "pmo.yaml").read_text(encoding="utf-8"))
    key = root / "secrets/pseudonym.key"
    key.parent.mkdir(mode=0o700)
    key.write_text("0f" * 32, encoding="utf-8")
    key.chmod(0o600)
    return home


def rows_of(home: PmoHome, table: str) -> list[str]:
    """Rows of a table without the batch, whose id says when it landed."""
    rows = home.table(table)
    return sorted(repr({name: value for name, value in row.items() if name != "batch_id"}) for row in rows)


def kill(home: PmoHome, when: Callable[[float], bool]) -> None:
    """Starts a refresh and kills it, with all that it has started, as soon as `when` holds."""
    since = time.time()
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "refresh", "--as-of", AS_OF]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    told = home.root / "told.txt"
    with told.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=home.root,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while process.poll() is None and not when(since):
            assert time.time() - since < SECONDS_BEFORE_GIVING_UP
            time.sleep(0.005)
    assert process.poll() is None, f"it ended before it was killed: {told.read_text()}"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_refresh_killed_five_times_makes_the_same_marts(demo: DemoJira, tmp_path: Path) -> None:
    home, never = a_home(tmp_path / "killed", demo), a_home(tmp_path / "never", demo)

    def written(pattern: str, since: float) -> int:
        return sum(1 for file in home.root.glob(pattern) if file.stat().st_mtime >= since)

    moments: dict[str, Callable[[float], bool]] = {
        "while Jira is read": lambda _: len(demo.requests) >= 40,
        "while it lands": lambda since: written("landing/manifests/raw_jira/*/*.json", since) >= 4,
        "before the marts are built": lambda since: written("warehouse/context/*.parquet", since) >= 1,
        "while the marts are built": lambda since: written("warehouse/pmo.duckdb*", since) >= 1,
        "while they are published": lambda since: written("published/.*/*", since) >= 1,
    }
    for when in moments.values():
        kill(home, when)
    for each in (home, never):
        outcome = each.refresh(AS_OF)
        assert outcome.exit_code in (0, 3), outcome.text
    assert home.tables() == never.tables()
    for table in home.tables():
        if table not in (
            "release_info",
            "fct_load_control_total",
            "fct_published_snapshot",
        ):  # these are about the runs and loads themselves
            assert rows_of(home, table) == rows_of(never, table), table
    assert len(home.table("fct_issue")) == len(demo.site.issues)
    assert_landed(make_landing(home.root, demo), demo.site)
