"""For every test: the user's cache is a folder of the run, and the files that take longest begin first."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

CACHE_VARIABLE = "XDG_CACHE_HOME"
LONGEST_FIRST = (
    "end_to_end/test_mutations_of_money.py",
    "end_to_end/test_soak.py",
    "end_to_end/test_period_close.py",
    "end_to_end/test_random_projects.py",
    "end_to_end/test_privacy.py",
    "end_to_end/test_jira_refresh_killed.py",
    "test_project.py",
    "end_to_end/test_webserver.py",
    "docs/test_start_page.py",
    "docs/test_queries.py",
    "end_to_end/test_replay.py",
    "end_to_end/test_compare.py",
    "end_to_end/test_trace.py",
    "end_to_end/test_bad_input.py",
    "end_to_end/test_worked_examples.py",
    "end_to_end/test_authored_case.py",
    "end_to_end/test_demo.py",
    "end_to_end/test_secrets.py",
    "end_to_end/test_alerts.py",
    "end_to_end/test_metrics.py",
    "end_to_end/test_release_outlets.py",
    "end_to_end/test_remarks.py",
    "end_to_end/test_refresh_twice.py",
    "end_to_end/test_calendar_and_withdrawal.py",
    "pipelines/test_cli.py",
    "pipelines/publishing/test_postgres.py",
    "pipelines/test_definitions.py",
    "connectors/tabular/test_layout_roundtrip.py",
)
"""A file that is not here takes less than half a minute. Otherwise one would begin when the other process is done."""
_TESTS = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """All processes of a run share one cache, which is empty when the run begins."""
    if not hasattr(config, "workerinput"):
        os.environ[CACHE_VARIABLE] = tempfile.mkdtemp(prefix="pmo-tests-cache-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(CACHE_VARIABLE), ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in the order of LONGEST_FIRST, then the others; the tests of a file stay in their order."""
    rank = {_TESTS / name: place for place, name in enumerate(LONGEST_FIRST)}
    if gone := [str(path) for path in rank if not path.is_file()]:
        raise pytest.UsageError(
            f"LONGEST_FIRST in tests/conftest.py names what is no file: {', '.join(gone)}"
        )
    items.sort(key=lambda item: rank.get(item.path, len(rank)))
