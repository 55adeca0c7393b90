"""The log of a run: a file of its own, a line for each step, a bounded number of files of a bounded size."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from pipelines.commands import run_log
from pipelines.commands.run_log import LOG_FILE, BoundedFile, logged, run_logger
from pipelines.progress import Silent


def one_run(folder: Path, step: str) -> None:
    with logged(folder, Silent()) as heard:
        heard.stage("landing", total=2)
        heard.step("ledger", advance=False)
        heard.step(step)


def logs(folder: Path) -> list[Path]:
    return sorted(folder.glob("refresh-*.log"))


def test_each_stage_and_step_is_a_line_with_its_time(tmp_path: Path) -> None:
    one_run(tmp_path, "ledger done")
    lines = (tmp_path / LOG_FILE).read_text(encoding="utf-8").splitlines()
    assert [line.partition(" INFO pmo: ")[2] for line in lines] == ["landing (2)", "  ledger done"]
    assert all(line[:2] == "20" and line[10] == " " for line in lines)


def test_a_run_keeps_the_log_of_the_one_before(tmp_path: Path) -> None:
    one_run(tmp_path, "first")
    one_run(tmp_path, "second")
    first, second = logs(tmp_path)
    assert "first" in first.read_text(encoding="utf-8")
    assert "second" in second.read_text(encoding="utf-8")
    assert (tmp_path / LOG_FILE).resolve() == second


def test_a_log_of_an_earlier_version_gives_way(tmp_path: Path) -> None:
    (tmp_path / LOG_FILE).write_text("of an earlier version", encoding="utf-8")
    one_run(tmp_path, "new")
    assert "new" in (tmp_path / LOG_FILE).read_text(encoding="utf-8")


def test_the_oldest_logs_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_log, "KEPT", 3)
    for number in range(5):
        one_run(tmp_path, f"run {number}")
    said = [file.read_text(encoding="utf-8") for file in logs(tmp_path)]
    assert ["run 2" in said[0], "run 3" in said[1], "run 4" in said[2]] == [True] * 3
    assert len(said) == 3


def test_a_log_ends_at_its_size_and_says_so(tmp_path: Path) -> None:
    handler = BoundedFile(tmp_path / "log", max_bytes=1000)
    for number in range(500):
        handler.emit(logging.makeLogRecord({"msg": f"line {number}", "name": "pmo"}))
    handler.close()
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "line 0"
    assert lines[-1].startswith("This log is full")
    assert (tmp_path / "log").stat().st_size < 1200


def test_libraries_warnings_are_in_it_and_logging_is_as_before_afterwards(tmp_path: Path) -> None:
    before, level = logging.getLogger().handlers, run_logger.level
    with logged(tmp_path, Silent()):
        logging.getLogger("some.library").warning("careful")
    assert "WARNING some.library: careful" in (tmp_path / LOG_FILE).read_text(encoding="utf-8")
    assert (logging.getLogger().handlers, run_logger.level) == (before, level)
