"""The server that is read, and one measured run of a client, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

REPOSITORY = Path(__file__).resolve().parents[1]

# A process begins with the peak memory of the one that started it: the one that starts the clients stays small.
_MEASURE = """
import json, os, sys, time
started = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(process, 0)
seconds = time.perf_counter() - started
told = [seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status)]
with open(os.environ["MEASURED"], "w") as file:
    json.dump(told, file)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a client: seconds as a whole, seconds of processor, peak memory in MB, and where its output is."""

    seconds: float
    processor: float
    megabytes: float
    output: Path


class Server:
    """A running Jira of the demo, over https."""

    def __init__(self, url: str, certificate: Path) -> None:
        self.url = url
        self.certificate = certificate
        self._session = requests.Session()
        self._session.verify = str(certificate)
        self._session.trust_env = False

    @property
    def host(self) -> str:
        """Host and port."""
        return self.url.removeprefix("https://")

    def set_latency(self, milliseconds: int) -> None:
        """How long each answer takes from now on."""
        self._post("__settings__", {"latency": milliseconds / 1000})

    def totals(self) -> dict[str, int]:
        """What there is to read: issues, changes (histories), worklogs."""
        state = self._get("__state__")
        changes = sum(state["histories"].values())
        return {"issues": len(state["issues"]), "changes": changes, "worklogs": len(state["worklogs"])}

    def forget_requests(self) -> None:
        """Starts the log of requests anew."""
        self._post("__requests__", {})

    def requests(self) -> list[dict[str, Any]]:
        """What was asked since."""
        found: list[dict[str, Any]] = self._get("__requests__")
        return found

    def _get(self, path: str) -> Any:
        return self._session.get(f"{self.url}/{path}", timeout=600).json()

    def _post(self, path: str, body: Any) -> None:
        self._session.post(f"{self.url}/{path}", json=body, timeout=600).raise_for_status()


@contextmanager
def serving(documents: Path, folder: Path, certificate: Path) -> Iterator[Server]:
    """A server of the documents; Cloud, with the search by offset that some clients still need.

    The certificate is made in the folder `certificate`, unless it is there.
    """
    port = folder / "port"
    port.unlink(missing_ok=True)
    options = ["--documents", str(documents), "--self-signed", str(certificate)]
    options += ["--port", "0", "--port-file", str(port), "--classic-search", "--keep-answers"]
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.jira", *options], cwd=REPOSITORY, stderr=subprocess.DEVNULL
    )
    try:
        while not port.exists():
            if process.poll() is not None:
                sys.exit(
                    f"The server ended with {process.returncode}: python -m demo.jira {' '.join(options)}"
                )
            time.sleep(0.05)
        yield Server(f"https://127.0.0.1:{port.read_text()}", certificate / "certificate.pem")
    finally:
        process.terminate()
        process.wait()


def measured(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str], server: Server
) -> Run:
    """Runs a client to its end, what it prints going to `folder`/output.

    Raises:
        ClientFailed: it ended with an error; the message has its last words.
    """
    folder.mkdir(parents=True, exist_ok=True)
    output, errors, told = folder / "output", folder / "errors", folder / "measured"
    variables = {
        **os.environ,
        "REQUESTS_CA_BUNDLE": str(server.certificate),
        "MEASURED": str(told),
        **environment,
    }
    server.forget_requests()
    with output.open("wb") as printed, errors.open("wb") as complained:
        launcher = [sys.executable, "-I", "-S", "-c", _MEASURE, *map(str, command)]
        subprocess.run(launcher, cwd=REPOSITORY, env=variables, stdout=printed, stderr=complained, check=True)
    seconds, megabytes, processor, code = json.loads(told.read_bytes())
    if code != 0:
        raise ClientFailed(f"ended with {code}: {errors.read_text(errors='replace').strip()[-400:]}")
    return Run(seconds, processor, megabytes, output)


class ClientFailed(Exception):
    """A client ended with an error."""
