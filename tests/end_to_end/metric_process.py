"""MetricFlow in a process of its own, as `dbt build` and `mf query` in a copy of semantic/.

dbt and MetricFlow keep adapters and settings for the whole process, which other tests must not meet. The command
`mf` itself asks a package index for a newer version each time; the engine below it does not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.end_to_end.pmo_process import REPOSITORY, environment

SECONDS_BEFORE_GIVING_UP = 300


@dataclass(frozen=True, slots=True)
class Query:
    """Metrics by group-by items, of the rows that satisfy every filter: names as `mf query` takes them."""

    metrics: Sequence[str]
    group_by: Sequence[str] = ()
    where: Sequence[str] = field(default=())


Answer = dict[tuple[str | None, ...], dict[str, Decimal | None]]
"""By the values of the group-by items, as text, each metric."""


def answers(
    home: Path, folder: Path, queries: Sequence[Query], choices: Mapping[str, str] | None = None
) -> list[Answer]:
    """The answers on what `home` has published, with a copy of semantic/ that is made in `folder`.

    Raises AssertionError with what was printed when dbt or MetricFlow fails.
    """
    project = Path(shutil.copytree(REPOSITORY / "semantic", folder, ignore=shutil.ignore_patterns("target")))
    asked = json.dumps({"queries": [asdict(query) for query in queries], "choices": dict(choices or {})})
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(project)],
        cwd=REPOSITORY,
        env=environment() | {"PMO_HOME": str(home), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        input=asked,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS_BEFORE_GIVING_UP,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    told = json.loads((project / "answers.json").read_text(encoding="utf-8"))
    return [_answer(query, table) for query, table in zip(queries, told, strict=True)]


def _answer(query: Query, table: list[dict[str, str | None]]) -> Answer:
    found: Answer = {}
    for row in table:
        key = tuple(row[f"{item}__day" if item == "metric_time" else item] for item in query.group_by)
        assert key not in found, f"{query} has two rows for {key}"
        figures = {name: row[name] for name in query.metrics}
        found[key] = {name: None if told is None else Decimal(told) for name, told in figures.items()}
    return found


def _main(project: Path) -> None:
    """In the process: builds the views, then asks MetricFlow."""
    from dbt.cli.main import dbtRunner
    from dbt_metricflow.cli.cli_configuration import CLIConfiguration
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    asked = json.loads(sys.stdin.read())
    os.chdir(project)
    built = dbtRunner().invoke(
        ["build", "--quiet", "--no-version-check", "--vars", json.dumps(asked["choices"])]
    )
    if not built.success:
        sys.exit(f"dbt build failed: {built.exception or ''}")
    configuration = CLIConfiguration()
    configuration.setup(Path(), Path(), configure_file_logging=False)
    told = []
    for query in asked["queries"]:
        request = MetricFlowQueryRequest.create(
            metric_names=query["metrics"], group_by_names=query["group_by"], where_constraints=query["where"]
        )
        table = configuration.mf.query(request).result_df
        assert table is not None
        told.append([dict(zip(table.column_names, map(_text, values), strict=True)) for values in table.rows])
    Path("answers.json").write_text(json.dumps(told), encoding="utf-8")


def _text(value: Any) -> str | None:
    if value is None or value != value:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


if __name__ == "__main__":
    _main(Path(sys.argv[1]).resolve())
