"""dbt's unit tests, which a refresh leaves out: they are about the models, not about the data of a home."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.homes import make_home
from tests.end_to_end.pmo_process import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"


def test_every_unit_test_of_the_models_passes(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    refreshed = home.refresh("2026-03-31")
    assert refreshed.exit_code == 0, refreshed.text
    done = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "test"),
            *("--select", "resource_type:unit_test", "--project-dir", str(PROJECT)),
            *("--profiles-dir", str(PROJECT), "--target-path", str(tmp_path / "target")),
            *("--log-path", str(tmp_path / "logs")),
        ],
        env=os.environ
        | {
            "PMO_WAREHOUSE": str(home.root / "warehouse/pmo.duckdb"),
            "PMO_CONTEXT": str(home.root / "warehouse/context"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert len(re.findall(r" PASS \w+::", done.stdout)) == _declared()


def _declared() -> int:
    """How many unit tests the property files have, counted without dbt."""
    files = PROJECT.rglob("*__unit_tests.yml")
    return sum(len(re.findall(r"^  - name:", file.read_text(encoding="utf-8"), re.M)) for file in files)
