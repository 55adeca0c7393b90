"""Where Dagster's runs of a PMO folder are recorded: its own SQLite files, written faster.

Here: one Dagster instance for a run in this process. Dagster opens a new engine for each of the thousand events of a
refresh; keeping them open writes the same files in a fifth of the time. Dagster's server and daemon read
them as they always do, with their own settings from dagster.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import dagster as dg
import sqlalchemy as db
import yaml
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy.pool import QueuePool

from pipelines.settings import Home

SETTINGS = """\
# Dagster's own settings for this PMO folder. One run at a time: the warehouse file has one writer.
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
retention:
  schedule: {purge_after_days: 60}
  sensor: {purge_after_days: {skipped: 1, failure: 7, success: 60, started: 7}}
"""


class OpenEventLog(SqliteEventLogStorage):
    """Dagster's event log with one engine kept for each of its files."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Self:
        """As the parent does, but of this class."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[db.Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table; asked for with every event, answered once."""
        known: set[str] = self.__dict__.setdefault("_known_tables", set())
        if not known:
            known.update(db.inspect(self._engine("index")).get_table_names())
        return table_name in known

    def _engine(self, shard: str) -> db.Engine:
        engines: dict[str, db.Engine] = self.__dict__.setdefault("_open_engines", {})
        if shard not in engines:
            engine = db.create_engine(self.conn_string_for_shard(shard), poolclass=QueuePool, pool_size=1)
            db.event.listen(engine, "connect", _commit_without_waiting)
            self._initdb(engine, for_index_shard=shard == "index")
            engines[shard] = engine
        return engines[shard]

    def dispose(self) -> None:
        """Closes the files."""
        for engine in self.__dict__.pop("_open_engines", {}).values():
            engine.dispose()
        super().dispose()


def _commit_without_waiting(connection: Any, _: object) -> None:
    """A record of a run need not survive a power cut in its last second; the files stay sound in any case."""
    connection.execute("pragma synchronous = normal")


@contextmanager
def instance_of(home: Home) -> Iterator[dg.DagsterInstance]:
    """The Dagster instance that records this home's runs; the same files that Dagster's own server shows."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    settings = home.dagster / "dagster.yaml"
    if not settings.is_file():
        settings.write_text(SETTINGS, encoding="utf-8")
    log = {
        "module": __name__,
        "class": OpenEventLog.__name__,
        "config": {"base_dir": str(home.dagster / "history" / "runs")},
    }
    overrides = {} if _is_stored_elsewhere(settings) else {"event_log_storage": log}
    reference = InstanceRef.from_dir(str(home.dagster), overrides=overrides)
    with dg.DagsterInstance.from_ref(reference) as instance:
        yield instance


def _is_stored_elsewhere(settings: Path) -> bool:
    """Whether a dagster.yaml names a storage of its own, such as Postgres."""
    named = yaml.safe_load(settings.read_text(encoding="utf-8")) or {}
    return bool({"storage", "event_log_storage"} & set(named))
