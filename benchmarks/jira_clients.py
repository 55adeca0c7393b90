"""What is measured: the connector, a bare replay of its requests, and other clients from PyPI.

Each other client has an environment of its own, made once by pip from the package index and kept in a folder. Each is
asked for issues, changelog and worklogs, and for no more than that where it lets one choose.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.jira_run import Run, Server, measured
from demo.jira.server import EMAIL, TOKEN

THREADS = 8
"""How many requests the connector has under way at a time unless it is told otherwise."""


class Returned:
    """The distinct ids that a client gave."""

    def __init__(self) -> None:
        self.issues: set[int] = set()
        self.changes: set[int] = set()
        self.worklogs: set[int] = set()

    def issue(self, document: dict[str, Any]) -> None:
        """An issue with what stands inside it."""
        self.issues.add(int(document["id"]))
        work = (document.get("fields") or {}).get("worklog") or {}
        self.changes.update(int(one["id"]) for one in (document.get("changelog") or {}).get("histories", ()))
        self.worklogs.update(int(one["id"]) for one in work.get("worklogs", ()))


class Client(ABC):
    """A client that reads one Jira.

    Attributes:
        key: what it is called on the command line. name: as the table shows it.
        note: why it gives less than everything.
    """

    key: str
    name: str
    note: str = ""

    def prepare(self, folder: Path, server: Server) -> None:
        """Makes what a run needs, where it needs anything; not measured."""
        del folder, server

    @abstractmethod
    def run(self, folder: Path, server: Server) -> Run:
        """One measured run into `folder`."""

    def returned(self, run: Run) -> Returned | None:
        """What the run gave; None where that is not the question."""
        del run
        return None


class Ours(Client):
    """`python -m connectors.jira`, all tables."""

    key, name = "connectors.jira", "`connectors.jira`"

    def run(self, folder: Path, server: Server) -> Run:
        rows = folder / "rows"
        shutil.rmtree(rows, ignore_errors=True)
        rows.mkdir(parents=True)
        call = [sys.executable, "-m", "connectors.jira", "--site", server.url, "--email", EMAIL]
        return measured([*call, "--out", rows], folder, {"JIRA_TOKEN": TOKEN}, server)

    def returned(self, run: Run) -> Returned:
        found, rows = Returned(), run.output.parent / "rows"
        found.issues = {int(row["issue_id"]) for row in _lines(rows / "issues.jsonl")}
        found.changes = {int(row["history_id"]) for row in _lines(rows / "issue_changes.jsonl")}
        found.worklogs = {int(row["worklog_id"]) for row in _lines(rows / "worklogs.jsonl")}
        return found


class Replay(Client):
    """The requests that the connector sent, sent again by plain sessions, as many at a time."""

    key, name = "replay", "bare replay of its requests"

    def __init__(self, requests: Path) -> None:
        self._requests = requests

    def run(self, folder: Path, server: Server) -> Run:
        call = [sys.executable, "-m", "benchmarks.jira_replay", self._requests, server.url, EMAIL, TOKEN]
        return measured([*call, str(THREADS)], folder, {}, server)


class Peer(Client):
    """A client from PyPI in one version; `key` is the name of the package."""

    version: str
    program: str

    def __init__(self, environments: Path) -> None:
        self.name = f"`{self.key}` {self.version}"
        self.environment = environments / f"{self.key}-{self.version}"

    @property
    def command(self) -> Path:
        """The program."""
        return self.environment / "bin" / self.program

    def install(self) -> None:
        """Makes the environment, where it is not there.

        Raises:
            subprocess.CalledProcessError: pip could not install it.
        """
        stamp = self.environment / "installed"
        if stamp.exists():
            return
        subprocess.run([sys.executable, "-m", "venv", "--clear", self.environment], check=True)
        pip = [self.environment / "bin" / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run(
            [*pip, "--disable-pip-version-check", f"{self.key}=={self.version}"],
            check=True,
            capture_output=True,
        )
        stamp.touch()

    def prepare(self, folder: Path, server: Server) -> None:
        """Adds the certificate to those that the environment trusts: not every client reads REQUESTS_CA_BUNDLE."""
        del folder
        python = self.environment / "bin" / "python"
        where = subprocess.run([python, "-m", "certifi"], check=True, capture_output=True, text=True).stdout
        bundle, text = Path(where.strip()), server.certificate.read_text()
        if text not in bundle.read_text(encoding="utf-8"):
            with bundle.open("a", encoding="utf-8") as stream:
                stream.write(f"\n{text}")

    def ask(self, *arguments: str | Path, server: Server) -> bytes:
        """What the program prints, e.g. the streams that it has."""
        done = subprocess.run(
            [self.command, *arguments],
            check=True,
            capture_output=True,
            env={"REQUESTS_CA_BUNDLE": str(server.certificate)},
        )
        return done.stdout


class TapJira(Peer):
    """A Singer tap. It reads its catalogue from --properties, and speaks https alone."""

    key, version = "tap-jira", "2.6.0"
    program = "tap-jira"
    note = "takes the changelog from the search, which gives the newest 40 entries of an issue"
    streams = frozenset({"projects", "versions", "resolutions", "issues", "changelogs", "worklogs"})

    def prepare(self, folder: Path, server: Server) -> None:
        super().prepare(folder, server)
        config = {"base_url": server.url, "username": EMAIL, "password": TOKEN}
        more = {"start_date": "2000-01-01T00:00:00Z", "user_agent": "benchmark"}
        (folder / "config.json").write_text(json.dumps({**config, **more}))
        catalog = json.loads(self.ask("--config", folder / "config.json", "--discover", server=server))
        for stream in catalog["streams"]:
            for one in stream["metadata"]:
                one["metadata"]["selected"] = stream["tap_stream_id"] in self.streams
        (folder / "catalog.json").write_text(json.dumps(catalog))

    def run(self, folder: Path, server: Server) -> Run:
        call = [self.command, "--config", folder / "config.json", "--properties", folder / "catalog.json"]
        return measured(call, folder, {}, server)

    def returned(self, run: Run) -> Returned:
        found = Returned()
        streams = {"issues": found.issues, "changelogs": found.changes, "worklogs": found.worklogs}
        for message in _lines(run.output):
            if message.get("type") == "RECORD" and message["stream"] in streams:
                streams[message["stream"]].add(int(message["record"]["id"]))
        return found


class Airbyte(Peer):
    """An Airbyte source, with as many workers as the connector has."""

    key, version = "airbyte-source-jira", "4.0.0"
    program = "source-jira"
    note = (
        "search by offset alone, which Cloud has removed; no changelog stream: what stands in the issue, "
        "at most 100 entries; a request per issue for worklogs"
    )
    streams = ("issues", "issue_worklogs")

    def prepare(self, folder: Path, server: Server) -> None:
        super().prepare(folder, server)
        config = {"domain": server.host, "email": EMAIL, "api_token": TOKEN, "num_workers": THREADS}
        (folder / "config.json").write_text(json.dumps(config))
        printed = self.ask("discover", "--config", folder / "config.json", server=server)
        messages = [json.loads(line) for line in printed.splitlines()]
        streams = next(one["catalog"]["streams"] for one in messages if one["type"] == "CATALOG")
        modes = {"sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
        chosen = [{"stream": one, **modes} for one in streams if one["name"] in self.streams]
        (folder / "catalog.json").write_text(json.dumps({"streams": chosen}))

    def run(self, folder: Path, server: Server) -> Run:
        call = [self.command, "read", "--config", folder / "config.json"]
        return measured([*call, "--catalog", folder / "catalog.json"], folder, {}, server)

    def returned(self, run: Run) -> Returned:
        found = Returned()
        for message in _lines(run.output):
            if message.get("type") == "RECORD" and message["record"]["stream"] == "issues":
                found.issue(message["record"]["data"])
            elif message.get("type") == "RECORD":
                found.worklogs.add(int(message["record"]["data"]["id"]))
        return found


class Perceval(Peer):
    """The Jira backend of Perceval."""

    key, version = "perceval", "1.6.1"
    program = "perceval"
    note = (
        "search by offset alone, which Cloud has removed; the changelog as it stands in the issue, at most 100 "
        "entries; no worklogs, which the search leaves out unless they are asked for; a request per issue for comments"
    )

    def run(self, folder: Path, server: Server) -> Run:
        call = [self.command, "jira", server.url, "-u", EMAIL, "-p", TOKEN]
        return measured([*call, "--json-line", "--no-archive"], folder, {}, server)

    def returned(self, run: Run) -> Returned:
        found = Returned()
        for item in _lines(run.output):
            found.issue(item["data"])
        return found


PEERS: tuple[type[Peer], ...] = (TapJira, Airbyte, Perceval)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open("rb") as lines:
        for line in lines:
            if line.startswith(b"{"):
                yield json.loads(line)
