"""docs/status.md lists every rule of the status with the thresholds that it has by default."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.status_rules import MILESTONE_SLIP, STATUS_RULES

PAGE = Path(__file__).parents[2] / "docs/status.md"


def rows_of_rules() -> dict[str, list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row for row in cells if len(row) == 6}


def number(value: object) -> str:
    return "never" if value is None else str(value).replace("-", "−")


def test_every_rule_stands_there_with_its_thresholds() -> None:
    rows = rows_of_rules()
    assert list(rows) == [rule.name for rule in STATUS_RULES]
    for rule in STATUS_RULES:
        _, dimension, measures, amber, red, _ = rows[rule.name]
        assert dimension == rule.dimension
        assert ("worse when lower" in measures) == (rule.worse == "lower"), rule.name
        if rule.name != MILESTONE_SLIP:
            assert (amber, red) == (number(rule.amber), number(rule.red)), rule.name
        else:
            assert re.findall(r"\w+_days", amber + red) == ["milestone_amber_days", "milestone_red_days"]
