"""Readers of a release, who read all the time as reports do: `python -m tests.end_to_end.soak_readers OUTLET …`.

Each reader reads two tables of one release again and again, with a pause, until the file STOP is there. What a reader
saw is written to REPORT: how many reads, of which releases, which were torn, which failed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

PAUSE = 0.05
BETWEEN = 0.01
"""Seconds between the two tables of one read, for a release to come between them."""
FIRST = "select input_hash from marts.release_info"
SECOND = "select distinct input_hash from marts.fct_published_snapshot where is_this_release"
Ask = Callable[[str], list[str]]


@dataclass
class Seen:
    """What one reader saw."""

    reads: int = 0
    releases: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


_kept = threading.local()
"""What a reader keeps from one read to the next."""


@contextmanager
def duckdb_file(place: str) -> Iterator[Ask]:
    """A connection for each read."""
    import duckdb

    with duckdb.connect(place, read_only=True, config={"threads": 1}) as connection:
        yield lambda sql: [str(row[0]) for row in connection.execute(sql).fetchall()]


@contextmanager
def parquet_folder(place: str) -> Iterator[Ask]:
    """The folder that the link leads to, for each read."""
    import duckdb

    folder = os.path.realpath(place)
    if not hasattr(_kept, "memory"):
        _kept.memory = duckdb.connect(config={"threads": 1})

    def ask(sql: str) -> list[str]:
        for name in ("release_info", "fct_published_snapshot"):
            sql = sql.replace(f"marts.{name}", f"read_parquet('{folder}/{name}.parquet')")
        return [str(row[0]) for row in _kept.memory.execute(sql).fetchall()]

    yield ask


@contextmanager
def postgres_schema(place: str) -> Iterator[Ask]:
    """A connection for each reader, a transaction for each read."""
    import psycopg

    if not hasattr(_kept, "connection"):
        _kept.connection = psycopg.connect(place)
        _kept.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _kept.connection.read_only = True
    with _kept.connection.transaction():
        yield lambda sql: [str(row[0]) for row in _kept.connection.execute(sql).fetchall()]


OUTLETS = {"duckdb": duckdb_file, "parquet": parquet_folder, "postgres": postgres_schema}


def read(outlet: str, place: str, stop: Path, seen: Seen) -> None:
    """One reader."""
    while not stop.exists():
        try:
            with OUTLETS[outlet](place) as ask:
                first = ask(FIRST)
                time.sleep(BETWEEN)
                second = ask(SECOND)
        except Exception as error:  # noqa: BLE001
            seen.failed.append(f"{type(error).__name__}: {error}")
        else:
            seen.reads += 1
            if first != second or len(first) != 1:
                seen.torn.append(f"{first} and {second}")
            if first and first[0] not in seen.releases:
                seen.releases.append(first[0])
        time.sleep(PAUSE)


def main(outlet: str, place: str, readers: str, stop: str, report: str) -> None:
    """So many readers, each in a thread of its own."""
    found = [Seen() for _ in range(int(readers))]
    threads = [threading.Thread(target=read, args=(outlet, place, Path(stop), seen)) for seen in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Path(report).write_text(json.dumps([asdict(seen) for seen in found]), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
