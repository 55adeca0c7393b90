"""Dagster's pages on the demo: the graph by stage and without a warning, and a refresh that is started from its page.

The server, its daemon and the demo's Jira are processes of their own; the browser may talk to the server alone.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from demo.run import make_home, serve_jira
from pipelines.recording import instance_of
from pipelines.settings import Home
from tests.end_to_end.homes import PmoHome
from tests.end_to_end.pmo_process import REPOSITORY, environment

pytestmark = pytest.mark.slow
STAGES = ("landing", "staging", "intermediate", "marts", "publishing")
SECONDS_TO_START, SECONDS_TO_RUN = 180, 400
LOCATION = "pmo_warehouse"


@dataclass(frozen=True, slots=True)
class Server:
    """Dagster's pages of a home, and the file that holds what its processes said."""

    home: PmoHome
    url: str
    log: Path

    def said(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()


@dataclass(slots=True)
class Visit:
    """A browser page, and what went wrong on it."""

    page: Any
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@contextmanager
def started(command: list[str], variables: dict[str, str], log: Path, folder: Path) -> Iterator[None]:
    """A process with its children, stopped when the block ends."""
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, env=variables, cwd=folder, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


def wait_until_it_answers(port: int, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise AssertionError(f"no answer within {SECONDS_TO_START} s: {log.read_text(encoding='utf-8')[-3000:]}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("webserver")
    home, port, log = Home(root / "home"), free_port(), root / "server.log"
    home.root.mkdir()
    make_home(home.root)
    with instance_of(home):
        pass  # Writes the settings of Dagster that every PMO folder has.
    with serve_jira() as jira:
        variables = environment() | jira | {"PMO_HOME": str(home.root), "DAGSTER_HOME": str(home.dagster)}
        workspace = str(REPOSITORY / "workspace.yaml")
        command = [sys.executable, "-m", "dagster", "dev", "-w", workspace, "-h", "127.0.0.1", "-p", str(port)]
        with started(command, variables, log, root):
            wait_until_it_answers(port, log)
            yield Server(PmoHome(home.root), f"http://127.0.0.1:{port}", log)


@pytest.fixture(scope="module")
def visit(server: Server) -> Iterator[Visit]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium here")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1600, "height": 1000}).new_page()
        visited = Visit(page)
        page.route("**/*", lambda route: _only_the_server(route, server, visited))
        page.on("pageerror", lambda error: visited.errors.append(str(error)))
        yield visited
        browser.close()


def _only_the_server(route: Any, server: Server, visited: Visit) -> None:
    if route.request.url.startswith((server.url, "data:", "blob:")):
        route.continue_()
    else:
        visited.elsewhere.append(route.request.url)
        route.abort()


def ask(visit: Visit, server: Server, question: str) -> dict[str, Any]:
    """The data of a GraphQL question to the server."""
    answer = visit.page.request.post(f"{server.url}/graphql", data={"query": question}).json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def shown(visit: Visit) -> str:
    return str(visit.page.inner_text("body"))


def test_the_location_loads_without_a_warning(visit: Visit, server: Server) -> None:
    question = (
        "{workspaceOrError{... on Workspace{locationEntries{name loadStatus locationOrLoadError{__typename}}}}}"
    )
    (entry,) = ask(visit, server, question)["workspaceOrError"]["locationEntries"]
    assert (entry["name"], entry["loadStatus"]) == (LOCATION, "LOADED")
    assert entry["locationOrLoadError"]["__typename"] == "RepositoryLocation"
    complaints = [line for line in server.said() if re.search(r"warn|error|traceback|deprecat", line, re.I)]
    assert complaints == []


def test_the_graph_has_the_stages_in_the_order_of_the_strip(visit: Visit, server: Server) -> None:
    page = visit.page
    page.goto(f"{server.url}/asset-groups")
    page.get_by_text("publishing", exact=True).first.wait_for(timeout=60_000)
    groups = {node["groupName"] for node in ask(visit, server, "{assetNodes{groupName}}")["assetNodes"]}
    stage_of = {group: group.partition("_")[0] for group in groups}
    assert set(stage_of.values()) == set(STAGES)
    text = shown(visit)
    assert {group for group in groups if group not in text} == set()
    assert not re.search(r"\bwarnings?\b|failed to load", text, re.I)


def test_a_refresh_that_is_started_from_its_page_succeeds(visit: Visit, server: Server) -> None:
    page = visit.page
    page.goto(f"{server.url}/locations/{LOCATION}/jobs/refresh")
    page.get_by_role("button", name=re.compile("Materialize all")).first.click(timeout=60_000)
    assert state_of_the_run(visit, server) == "SUCCESS"
    (release,) = server.home.table("release_info")
    assert release["organisation"] == "Alder & Finch"
    assert release["checks_failed"] == 0
    assert server.home.release()


def state_of_the_run(visit: Visit, server: Server) -> str:
    """How the first run of the job ended."""
    question = '{runsOrError(filter:{pipelineName:"refresh"}){... on Runs{results{runId status}}}}'
    deadline = time.monotonic() + SECONDS_TO_RUN
    while time.monotonic() < deadline:
        runs = ask(visit, server, question)["runsOrError"]["results"]
        if runs and runs[-1]["status"] in ("SUCCESS", "FAILURE", "CANCELED"):
            visit.page.goto(f"{server.url}/runs/{runs[-1]['runId']}")
            return str(runs[-1]["status"])
        time.sleep(1)
    raise AssertionError(f"not ended within {SECONDS_TO_RUN} s: {server.said()[-30:]}")


def test_the_run_stands_on_its_page(visit: Visit, server: Server) -> None:
    visit.page.get_by_text("Success").first.wait_for(timeout=60_000)
    assert "refresh" in shown(visit)


def test_the_pages_work_without_any_other_host(visit: Visit) -> None:
    assert visit.errors == []
    assert visit.page.title()
