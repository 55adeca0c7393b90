"""Dagster's pages on the demo: the graph by stage and without a warning, and a refresh that is started from its page.

The processes are those of deploy/: code server, web server, daemon. They and the demo's Jira run beside the test; the
browser may talk to the web server alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

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
COMPLAINT = re.compile(r"warn|error|traceback|deprecat|supersed", re.IGNORECASE)
BIN = Path(sys.executable).parent
RUNS = '{runsOrError(filter:{pipelineName:"refresh"}){... on Runs{results{runId status}}}}'
DRAWN = "word => [...document.querySelectorAll('svg foreignObject')].some(node => node.textContent.includes(word))"


@dataclass(frozen=True, slots=True)
class Server:
    """Dagster's pages of a home, and the files that hold what the processes said."""

    home: PmoHome
    url: str
    logs: tuple[Path, ...]

    def said(self) -> list[str]:
        texts = [log.read_text(encoding="utf-8") for log in self.logs if log.is_file()]
        return [line for text in texts for line in text.splitlines()]

    def ask(self, question: str) -> dict[str, Any]:
        """The data of a GraphQL question."""
        request = Request(
            f"{self.url}/graphql",
            data=json.dumps({"query": question}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=60) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data


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


def wait_until_it_answers(port: int, server: Server) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise AssertionError(f"no answer within {SECONDS_TO_START} s: {server.said()[-30:]}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The web server and the daemon as production has them, on a home in which nothing has landed yet.

    The inbox sensor is turned off before the daemon starts: the run under test is the one that the page starts.
    """
    root = tmp_path_factory.mktemp("webserver")
    home, port, code_port = Home(root / "home"), free_port(), str(free_port())
    make_home(home.root)
    with instance_of(home):
        pass  # Writes the settings of Dagster that every PMO folder has.
    workspace = ["-w", str(REPOSITORY / "deploy/workspace.yaml")]
    module = ["-m", "pipelines.definitions", "--location-name", LOCATION]
    code = [str(BIN / "dagster"), "code-server", "start", "-h", "127.0.0.1", "-p", code_port, *module]
    pages = [str(BIN / "dagster-webserver"), "-h", "127.0.0.1", "-p", str(port), *workspace]
    daemon = [str(BIN / "dagster-daemon"), "run", *workspace]
    logs = tuple(root / f"{name}.log" for name in ("code", "pages", "daemon"))
    made = Server(PmoHome(home.root), f"http://127.0.0.1:{port}", logs)
    with serve_jira() as jira:
        variables = environment() | jira | {"PMO_HOME": str(home.root), "DAGSTER_HOME": str(home.dagster)}
        variables |= {"DAGSTER_CODE_HOST": "127.0.0.1", "DAGSTER_CODE_PORT": code_port}
        with started(code, variables, logs[0], root):
            wait_until_it_answers(int(code_port), made)
            with started(pages, variables, logs[1], root):
                wait_until_it_answers(port, made)
                turn_off_the_sensor(made)
                with started(daemon, variables, logs[2], root):
                    yield made


def turn_off_the_sensor(server: Server) -> None:
    repository = f'repositoryName: "__repository__", repositoryLocationName: "{LOCATION}"'
    question = (
        f'{{sensorOrError(sensorSelector: {{{repository}, sensorName: "inbox"}}){{... on Sensor{{id}}}}}}'
    )
    found = server.ask(question)["sensorOrError"]["id"]
    change = f'mutation {{stopSensor(id: "{found}"){{__typename}}}}'
    assert server.ask(change)["stopSensor"]["__typename"] == "StopSensorMutationResult"


@pytest.fixture(scope="module")
def visit(server: Server) -> Iterator[Visit]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium here")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1600, "height": 1600}).new_page()
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


def shown(visit: Visit) -> str:
    return str(visit.page.inner_text("body"))


def test_the_location_loads_without_a_warning(server: Server) -> None:
    (entry,) = server.ask(
        "{workspaceOrError{... on Workspace{locationEntries{name loadStatus locationOrLoadError{__typename}}}}}"
    )["workspaceOrError"]["locationEntries"]
    assert (entry["name"], entry["loadStatus"]) == (LOCATION, "LOADED")
    assert entry["locationOrLoadError"]["__typename"] == "RepositoryLocation"
    assert [line for line in server.said() if COMPLAINT.search(line)] == []


def test_the_graph_has_the_stages_in_the_order_of_the_strip(visit: Visit, server: Server) -> None:
    page = visit.page
    page.goto(f"{server.url}/asset-groups")
    page.get_by_role("button", name="Skip").click(timeout=60_000)  # An invitation on the first visit.
    page.wait_for_function(DRAWN, arg=STAGES[-1][:6], timeout=60_000)
    groups = {node["groupName"] for node in server.ask("{assetNodes{groupName}}")["assetNodes"]}
    assert {group.partition("_")[0] for group in groups} == set(STAGES)
    listed = set(shown(visit).splitlines())
    assert groups - listed == set()
    assert not re.search(r"\bwarnings?\b|failed to load", "\n".join(listed - groups), re.I)
    assert stages_from_left_to_right(visit) == list(STAGES)


def stages_from_left_to_right(visit: Visit) -> list[str]:
    """The stages by where the middle of their groups is in the drawn graph; long names are shortened there."""
    drawn = visit.page.evaluate(
        "() => [...document.querySelectorAll('svg foreignObject')]"
        ".map(node => [node.textContent, node.getBoundingClientRect().x])"
    )
    assert len(drawn) > len(STAGES)
    places: dict[str, list[float]] = {}
    for text, x in drawn:
        stage = next((each for each in STAGES if text.strip().startswith(each[:6])), None)
        if stage:
            places.setdefault(stage, []).append(x)
    return sorted(places, key=lambda stage: statistics.median(places[stage]))


def test_a_refresh_that_is_started_from_its_page_succeeds(visit: Visit, server: Server) -> None:
    visit.page.goto(f"{server.url}/locations/{LOCATION}/jobs/refresh")
    visit.page.wait_for_function(DRAWN, arg=STAGES[-1][:6], timeout=60_000)
    visit.page.get_by_role("button", name=re.compile("Materialize all")).first.click(timeout=60_000)
    # Nothing was ever closed in this home, and Dagster asks whether to go on without.
    visit.page.get_by_role("button", name="Confirm").click(timeout=60_000)
    visit.page.wait_for_timeout(10_000)
    assert server.ask(RUNS)["runsOrError"]["results"], shown(visit)
    run_id, state = first_run(server)
    assert state == "SUCCESS", server.said()[-40:]
    (release,) = server.home.table("release_info")
    assert release["organisation"] == "Alder & Finch"
    visit.page.goto(f"{server.url}/runs/{run_id}")
    visit.page.wait_for_function("() => document.body.innerText.includes('Success')", timeout=60_000)


def first_run(server: Server) -> tuple[str, str]:
    """The id of the first run of the job, and how it ended."""
    deadline = time.monotonic() + SECONDS_TO_RUN
    while time.monotonic() < deadline:
        runs = server.ask(RUNS)["runsOrError"]["results"]
        if runs and runs[-1]["status"] in ("SUCCESS", "FAILURE", "CANCELED"):
            return runs[-1]["runId"], runs[-1]["status"]
        time.sleep(1)
    raise AssertionError(f"not ended within {SECONDS_TO_RUN} s: {server.said()[-40:]}")


def test_the_daemon_is_healthy(server: Server) -> None:
    statuses = server.ask("{instance{daemonHealth{allDaemonStatuses{daemonType healthy required}}}}")
    ill = [
        each
        for each in statuses["instance"]["daemonHealth"]["allDaemonStatuses"]
        if each["required"] and not each["healthy"]
    ]
    assert ill == []


def test_the_pages_need_no_other_host(visit: Visit) -> None:
    assert visit.errors == []
