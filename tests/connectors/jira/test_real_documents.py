"""Recorded answers of real Jiras become rows without a fault."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from connectors.jira.records import ISSUE_SHAPE, PROJECT_SHAPE, USER_SHAPE, WORKLOG_SHAPE, Shape
from connectors.jira.rows import RowCollector

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not here")


@pytest.mark.parametrize(
    ("name", "shape", "count"),
    [
        ("issues", ISSUE_SHAPE, 33),
        ("projects", PROJECT_SHAPE, 12),
        ("users", USER_SHAPE, 30),
        ("worklogs", WORKLOG_SHAPE, 30),
    ],
)
def test_recorded_answers_of_a_cloud_are_read(name: str, shape: Shape, count: int):
    lines = (DATA / "jira-cloud" / f"{name}.jsonl").read_text().splitlines()
    extract = _read(shape, [json.loads(line)["response"] for line in lines])
    assert (len(extract), extract.faults) == (count, [])


def test_the_category_of_a_status_is_a_key_in_every_language():
    lines = (DATA / "jira-cloud" / "issues.jsonl").read_text().splitlines()
    extract = _read(ISSUE_SHAPE, [json.loads(line)["response"] for line in lines])
    assert set(extract.columns["status_category"]) <= {"new", "indeterminate", "done"}


def test_five_thousand_archived_issues_are_read():
    with gzip.open(DATA / "jira-archive" / "issues.jsonl.gz", "rt") as lines:
        extract = _read(ISSUE_SHAPE, [json.loads(line) for line in lines])
    assert (len(extract), extract.faults) == (5098, [])
    assert extract.columns["priority"].count(None) == 242


def _read(shape: Shape, records: list[dict]):
    rows = RowCollector(shape.table, site="real", source="Jira real")
    for record in records:
        rows.add(shape, record)
    return rows.extract()
