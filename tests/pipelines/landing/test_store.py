"""The store: what a commit is, and what a killed one leaves."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from connectors.tabular.extract import LeftOut
from pipelines.landing.batches import Batch, make_batch
from pipelines.landing.manifest import LandingError, Manifest
from pipelines.landing.store import LandingBusy, LandingStore
from tests.pipelines.landing.extracts import fault, invoices, origin

REPOSITORY = Path(__file__).parents[3]


def batch_of(**fields: str) -> Batch:
    left_out = [LeftOut(None, "A9", "note", "{}", "PAY", "EUR", None)]
    return make_batch(
        invoices({}, {"amount": None}, left_out=left_out),
        origin=origin(**fields),
        faults={1: [fault(1)]},
        checks=[],
    )


def state(root: Path) -> list[tuple[object, ...]]:
    """What a store holds, moments and ids aside."""
    store = LandingStore(root)
    return [
        (manifest.source, manifest.object, manifest.path, manifest.file_hash, manifest.rows, manifest.totals)
        for manifest in store.manifests()
    ]


def test_a_committed_batch_is_listed_and_its_rows_are_where_the_manifest_says(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    manifest = store.commit(batch_of())
    assert LandingStore(tmp_path).manifests() == [manifest]
    file = store.data_file(manifest)
    assert duckdb.sql(f"select count(*), sum(amount) from '{file}'").fetchall()[0][0] == 1
    assert store.quarantine_file(manifest) is not None
    assert store.left_out_file(manifest) is not None


def test_the_batch_stands_in_the_folder_name_only(tmp_path: Path) -> None:
    manifest = LandingStore(tmp_path).commit(batch_of())
    files = f"{tmp_path}/data/raw_ledger/invoices/*/*.parquet"
    rows = duckdb.sql(
        f"select _batch from read_parquet('{files}', hive_partitioning = true, hive_types_autocast = false)"
    )
    assert rows.fetchall() == [(manifest.batch_id,)]
    assert "_batch" not in batch_of().data.column_names


def test_an_empty_batch_has_a_manifest_and_no_file(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    manifest = store.commit(make_batch(invoices(), origin=origin(), faults={}, checks=[]))
    assert store.data_file(manifest) is None
    assert not list(tmp_path.glob("data/**/*.parquet"))


def test_a_manifest_survives_its_json(tmp_path: Path) -> None:
    manifest = LandingStore(tmp_path).commit(batch_of())
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert json.loads(manifest.to_json())["rows"] == {"in": 3, "loaded": 1, "quarantined": 1, "left_out": 1}


def test_no_two_batches_share_a_moment_even_when_the_clock_was_set_back(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    first = store.commit(batch_of())
    later = datetime.now(UTC) + timedelta(days=3)
    content = first.to_json().replace(first.batch_id, f"{later:%Y%m%dT%H%M%S%fZ}-future00")
    content = content.replace(f"{first.extracted_at:%Y-%m-%dT%H:%M:%S.%f}", f"{later:%Y-%m-%dT%H:%M:%S.%f}")
    (tmp_path / f"manifests/raw_ledger/invoices/{later:%Y%m%dT%H%M%S%fZ}-future00.json").write_text(content)
    assert store.commit(batch_of()).extracted_at == later + timedelta(microseconds=1)


def test_known_at_leaves_out_what_was_extracted_later(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    first, second = store.commit(batch_of()), store.commit(batch_of(content="b"))
    assert store.manifests(first.extracted_at) == [first]
    assert store.newest("raw_ledger", "invoices", "inbox/ledger/invoices.csv") == second
    assert store.newest("raw_ledger", "invoices", "inbox/ledger/other.csv") is None


def test_data_without_a_manifest_does_not_exist_and_is_swept_away(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    manifest = store.commit(batch_of())
    (tmp_path / f"manifests/raw_ledger/invoices/{manifest.batch_id}.json").unlink()
    kept = store.commit(batch_of(content="b"))
    assert len(store.sweep()) == 3
    assert LandingStore(tmp_path).manifests() == [kept]
    assert len(list(tmp_path.glob("data/*/*/*/part-0.parquet"))) == 3


def test_a_manifest_that_is_none_is_an_error_that_names_it(tmp_path: Path) -> None:
    manifest = LandingStore(tmp_path).commit(batch_of())
    file = tmp_path / f"manifests/raw_ledger/invoices/{manifest.batch_id}.json"
    file.write_text("{")
    with pytest.raises(LandingError, match=file.name):
        LandingStore(tmp_path).manifests()


def _hold(
    root: Path, held: multiprocessing.synchronize.Event, done: multiprocessing.synchronize.Event
) -> None:
    with LandingStore(root).writer("ledger"):
        held.set()
        done.wait(30)


def test_a_second_writer_of_a_source_is_told_who_is_in_the_way(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    held, done = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold, args=(tmp_path, held, done))
    other.start()
    assert held.wait(30)
    with (
        pytest.raises(LandingBusy, match="Another process is receiving ledger"),
        LandingStore(tmp_path).writer("ledger", wait_seconds=0.1),
    ):
        pass
    with LandingStore(tmp_path).writer("budgets", wait_seconds=0.1):
        done.set()
    other.join(30)


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from pipelines.landing.store import LandingStore
    from tests.pipelines.landing.test_store import land_two

    left, sync = int(sys.argv[2]), os.fsync

    def counted(descriptor):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        sync(descriptor)

    os.fsync = counted
    land_two(LandingStore(Path(sys.argv[1])))
""")


def land_two(store: LandingStore) -> None:
    """What every receiving does: sweep, then commit what is not committed yet."""
    store.sweep()
    for content in ("a", "b"):
        if content * 64 not in {manifest.fingerprint for manifest in store.manifests()}:
            store.commit(batch_of(content=content, path=f"inbox/ledger/invoices_{content}.csv"))


@pytest.mark.parametrize("writes", [0, 1, 9, 18, 19, 24, 30, 45, 48])
def test_killed_after_any_write_the_next_run_ends_where_one_never_killed_does(
    tmp_path: Path, writes: int
) -> None:
    land_two(LandingStore(tmp_path / "whole"))
    command = [sys.executable, "-c", KILLED, str(tmp_path / "killed"), str(writes)]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode in (-9, 0)
    land_two(LandingStore(tmp_path / "killed"))
    assert state(tmp_path / "killed") == state(tmp_path / "whole")
    assert len(list((tmp_path / "killed").glob("data/*/*/*"))) == 6
