"""A reading of Jira that is killed again and again ends like one that never was, and asks for nothing twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

import pytest

from demo.jira.server import DemoJira
from tests.connectors.jira.landing import Landing, assert_landed, make_landing
from tests.end_to_end.jira_processes import Asked, Log, extract, killed, receive, run_whole, started

KILLS = 50
WHILE_WRITING = 8
"""Of the kills, so many come when rows are being written."""

pytestmark = pytest.mark.slow


@pytest.fixture
def demo() -> Iterator[DemoJira]:
    """Pages of three records, so that there are some four hundred requests, each of which takes a moment."""
    with DemoJira(page_cap=3, latency=0.02) as demo:
        demo.requests = Log()
        yield demo


def kill_again_and_again(
    demo: DemoJira,
    start: Callable[[], BaseProcess],
    written: Callable[[float], int],
    *,
    most_written: int,
    seed: int,
) -> None:
    """Fifty kills: first each after some more requests, then each after some more of what is written.

    No page that was kept is asked for again. A process that ends before it is killed has done it all; then all of it
    is done again.
    """
    dice, log, kept = random.Random(seed), cast(Log, demo.requests), set[Asked]()
    kills, has_ended = 0, False
    while kills < KILLS:
        process, since, came = start(), time.time(), len(log)
        is_writing = kills >= KILLS - WHILE_WRITING and not has_ended
        more = dice.randint(1, most_written if is_writing else 20)
        has_come = partial(written, since) if is_writing else partial(_come, log, came)
        was_killed = killed(process, lambda: has_come() >= more)  # noqa: B023 - it is over before the next
        asked, kept_now = log.take()
        assert not [one for one in asked if one in kept]
        # One that was cut off may be asked for again.
        assert len(asked) <= len(set(asked)) + 1
        kept = kept | kept_now if was_killed else set()
        kills, has_ended = kills + was_killed, not was_killed


@pytest.mark.parametrize("seed", [1])
def test_a_landing_killed_fifty_times_is_as_if_it_never_was(
    seed: int, demo: DemoJira, tmp_path: Path
) -> None:
    other, never = make_landing(tmp_path / "killed", demo), make_landing(tmp_path / "never", demo)
    kill_again_and_again(
        demo,
        lambda: started(receive, str(other.root)),
        lambda since: _made(other.root / "landing", "manifests/raw_jira/*/*.json", since),
        most_written=1,
        seed=seed,
    )
    run_whole(receive, str(other.root))
    demo.latency = 0.0
    run_whole(receive, str(never.root))
    assert _content(other) == _content(never)
    assert_landed(other, demo.site)
    assert not list(other.root.glob("landing/spool/jira/*"))
    assert not list(other.root.glob("landing/unfinished/*/*"))


@pytest.mark.parametrize("seed", [2])
def test_an_extraction_killed_fifty_times_gives_the_same_rows(
    seed: int, demo: DemoJira, tmp_path: Path
) -> None:
    other, never = tmp_path / "killed", tmp_path / "never"
    kill_again_and_again(
        demo,
        lambda: started(extract, demo.url, str(other)),
        lambda since: _made(other, "*.jsonl", since),
        most_written=14,
        seed=seed,
    )
    run_whole(extract, demo.url, str(other))
    demo.latency = 0.0
    run_whole(extract, demo.url, str(never))
    assert _lines(other) == _lines(never)


def _content(landing: Landing) -> dict[str, list[str]]:
    """Every row that was ever landed, without what tells of its batch: none is there twice."""
    return {
        table: sorted(
            repr({k: v for k, v in row.items() if not k.startswith("_")}) for row in landing.versions(table)
        )
        for table in landing.tables()
    }


def _come(log: Log, before: int) -> int:
    return len(log) - before


def _made(folder: Path, pattern: str, since: float) -> int:
    """How many files were written since a moment."""
    return sum(1 for file in folder.glob(pattern) if file.stat().st_mtime >= since)


def _lines(folder: Path) -> dict[str, list[str]]:
    return {file.name: sorted(file.read_text().splitlines()) for file in folder.glob("*.jsonl")}
