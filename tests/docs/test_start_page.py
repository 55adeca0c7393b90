"""docs/start.md: its commands, run in the page's order against a Jira, print what the page shows.

The command comes out of the wheel, unpacked, so that what an installation lacks is missed here. Files that the page
shows are written as it shows them. The first section installs from a package index, which no test asks.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import Workbook

from demo.jira.server import EMAIL, TOKEN

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs/start.md").read_text(encoding="utf-8")
WORKBOOK = "Spend_plan_2026.xlsx"
SITE = "https://acme.atlassian.net"
SECONDS_BEFORE_GIVING_UP = 900
STEP = re.compile(
    r"^```sh\n(?P<commands>.*?)^```\n"
    r"(?:\n```text\n(?P<shown>.*?)^```\n)?"
    r"(?:\n\(exit code (?P<code>\d))?",
    re.DOTALL | re.MULTILINE,
)
BORDERS = str.maketrans(dict.fromkeys("│┃┏┓┗┛┡┩┳┻╇┬┴┼├┤└┘━─", " "))


@dataclass(frozen=True, slots=True)
class Step:
    """A block of commands, what the page shows of their output, and the exit code that it names."""

    section: str
    commands: str
    shown: str | None
    exit_code: int


def steps() -> Iterator[Step]:
    """The page's blocks after the installation, in order."""
    for section in PAGE.split("\n## ")[2:]:
        for found in STEP.finditer(section):
            yield Step(
                section.splitlines()[0],
                found["commands"],
                found["shown"],
                int(found["code"] or 0),
            )


STEPS = list(steps())


def cell(text: str) -> str | float | None:
    """What stands in a cell of a table on the page."""
    try:
        return float(text)
    except ValueError:
        return text or None


def write_workbook(folder: Path) -> None:
    """The workbook: each table that begins with a sheet's name, its rows under the numbers that they have."""
    book = Workbook()
    del book["Sheet"]
    sheets = re.findall(r"^\| `([^`]+)` \| A .*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for line in rows.splitlines():
            number, *cells = (text.strip() for text in line.strip("|").split("|"))
            for column, text in enumerate(cells, start=1):
                sheet.cell(int(number), column, cell(text))
    book.save(folder / WORKBOOK)


def write_exports(folder: Path) -> None:
    """The text files, each named in the paragraph above it."""
    for name, content in re.findall(
        r"`(\w[\w-]*\.csv)`[^`]*```csv\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE
    ):
        (folder / name).write_text(content, encoding="utf-8")


def install(folder: Path) -> Path:
    """The product out of its wheel; the folder with the command `pmo`."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    command = folder / "bin/pmo"
    command.parent.mkdir()
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{folder}/site" exec "{sys.executable}" -m pipelines.cli "$@"\n',
        encoding="utf-8",
    )
    command.chmod(0o755)
    return command.parent


@contextmanager
def jira(environment: dict[str, str], folder: Path) -> Iterator[str]:
    """The address of a Jira in a process of its own."""
    told = folder / "port"
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.jira", "--port", "0", "--port-file", str(told)],
        cwd=folder,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not told.exists():
            assert process.poll() is None, "the Jira did not start"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{told.read_text(encoding='utf-8')}"
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True, slots=True)
class Walk:
    """Exit code and output of every step, and of the line of the crontab after them.

    Outputs are as somebody whose home is /home/you would see them.
    """

    steps: list[tuple[int, str]]
    every_day: tuple[int, str]


def every_day(you: Path) -> tuple[int, str]:
    """The line of the crontab, run with what cron gives. In place of a refresh it asks whether one would go through."""
    (line,) = re.findall(r"^0 6 \* \* 1-5 (.*)$", PAGE, re.MULTILINE)
    done = subprocess.run(
        ["sh", "-c", line.replace("pmo refresh;", "pmo doctor;")],
        cwd=you,
        env={"HOME": str(you), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_BEFORE_GIVING_UP,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The page, walked."""
    folder = tmp_path_factory.mktemp("start")
    you, downloads = folder / "you", folder / "you/Downloads"
    downloads.mkdir(parents=True)
    write_workbook(downloads)
    write_exports(downloads)
    commands = install(folder)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PMO_", "JIRA_", "DAGSTER_"))
    }
    environment = kept | {
        "HOME": str(you),
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(folder / "site"),
        "COLUMNS": "400",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
    }
    with jira(environment, folder) as site:
        script = []
        for number, step in enumerate(STEPS):
            text = step.commands.replace(SITE, site).replace("you@acme.example", EMAIL)
            (folder / f"{number}.sh").write_text(
                text.replace("paste-the-token-here", TOKEN), encoding="utf-8"
            )
            script.append(
                f". {folder}/{number}.sh >{folder}/{number}.out 2>&1; echo $? >{folder}/{number}.code"
            )
        subprocess.run(
            ["bash", "-c", "\n".join(script)],
            cwd=you,
            env=environment,
            check=True,
            timeout=SECONDS_BEFORE_GIVING_UP,
        )
        (you / "pmo-venv").mkdir()
        (you / "pmo-venv/bin").symlink_to(commands)
        daily = every_day(you)
    ended = []
    for number in range(len(STEPS)):
        said = (folder / f"{number}.out").read_text(encoding="utf-8")
        for real, example in (
            (str(you), "/home/you"),
            (site, SITE),
            (site.removeprefix("http://"), SITE.removeprefix("https://")),
        ):
            said = said.replace(real, example)
        ended.append((int((folder / f"{number}.code").read_text(encoding="utf-8")), said))
    return Walk(ended, daily)


def lines(text: str) -> list[str]:
    """The lines without the borders of tables and with single spaces; empty ones are left out."""
    folded = (" ".join(line.translate(BORDERS).split()) for line in text.splitlines())
    return [line for line in folded if line]


def pattern(shown: str) -> re.Pattern[str]:
    """What is shown as an expression: `…` as a line is any lines, within a line any text."""
    parts = []
    for line in lines(shown):
        parts.append(r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n")
    return re.compile("".join(parts))


@pytest.mark.parametrize("number", range(len(STEPS)), ids=lambda number: STEPS[number].section)
def test_a_step_prints_what_the_page_shows(walk: Walk, number: int) -> None:
    step, (code, said) = STEPS[number], walk.steps[number]
    assert code == step.exit_code, said
    if step.shown is not None:
        printed = "".join(f"{line}\n" for line in lines(said))
        assert pattern(step.shown).fullmatch(printed), printed


def test_the_line_of_the_crontab_finds_the_command_the_folder_and_the_secrets(walk: Walk) -> None:
    code, said = walk.every_day
    assert code == 0, said
    assert "credentials accepted" in said and "sent before" in said


def test_the_page_goes_through_every_source_and_command_that_a_beginner_needs() -> None:
    commands = {word for step in STEPS for word in re.findall(r"^pmo ([a-z]+)", step.commands, re.MULTILINE)}
    needed = {"init", "preview", "doctor", "refresh", "quarantine", "reconcile", "trace", "report"}
    assert needed <= commands
    assert {f"inbox/{folder}/" in PAGE for folder in ("budgets", "timesheets", "ledger", "register")} == {
        True
    }
