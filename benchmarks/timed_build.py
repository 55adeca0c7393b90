"""One build of a PMO folder in this process; prints its seconds, memory and nodes as one line of JSON.

python -m benchmarks.timed_build HOME AS_OF
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipelines.landing.context import write_context
from pipelines.settings import Home, load_settings
from pipelines.warehouse import build, dbt_manifest


def timed_build(root: Path, as_of: date) -> dict[str, Any]:
    """`seconds` and `cpu_seconds` of the build (without parsing), `peak_gb` of the process, and its `nodes`.

    A node is its layer (`tests` for a data test), name and seconds. Raises WarehouseError.
    """
    home = Home(root)
    dbt_manifest(home)
    now = datetime.now(UTC)
    write_context(home, load_settings(home), as_of=as_of, known_at=now, started_at=now)
    wall, cpu = time.perf_counter(), time.process_time()
    built = build(home)
    measured = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
    built.raise_for_problems()
    nodes = [
        (_layer(event.data.node_info), event.data.node_info.node_name, event.data.execution_time)
        for event in built.events
    ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {**measured, "peak_gb": peak, "nodes": nodes}


def _layer(node: Any) -> str:
    return "tests" if node.resource_type == "test" else str(node.node_path.split("/")[0])


if __name__ == "__main__":
    measured = timed_build(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))
    print("\n" + json.dumps(measured))  # A line of its own, whatever a library printed before.
