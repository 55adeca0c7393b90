"""Issues a second and peak memory of `python -m connectors.jira`, beside other clients on the same Jira.

    python -m benchmarks.jira [--repeat 3] [--latency 0 20 100] [--clients tap-jira …]

The Jira is the demo's, in a process of its own, over https, with real issues where ../shared has them; changelog and
worklogs are made for them (`benchmarks.jira_documents`). Every client is a whole process, start and end included. The
repeats go round, client after client, so that whatever else the machine does meets all of them; the best of a client's
runs counts. What takes longer than a minute is not repeated.

The bare replay sends the requests of one run of the connector again, with as many threads, and reads nothing of what
comes. What was asked once the server answers from memory, so that it is not the server that is measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.jira_clients import PEERS, Client, Ours, Replay
from benchmarks.jira_report import Figures, print_growth, print_ratios, print_tables
from benchmarks.jira_run import REPOSITORY, ClientFailed, Server, serving

ARCHIVE = REPOSITORY.parent / "shared/data/jira-archive/issues.jsonl.gz"
ENVIRONMENTS = Path("~/.cache/pmo-benchmarks").expanduser()
LONG = 60.0
"""Seconds after which one run is enough."""
GROWTH = 4
"""How many times the issues the memory is measured with."""


def main() -> None:
    """Measures and prints Markdown tables and the ratios."""
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="pmo-benchmark-") as name:
        folder = Path(name)
        figures = Figures()
        certificate = options.environments / "certificate"
        with serving(_documents(folder / "documents", 1), folder, certificate) as server:
            figures.totals = server.totals()
            clients = [Ours(), _replay(folder, server), *_installed(options, folder, server, figures)]
            for number in range(options.repeat):
                for latency in options.latency:
                    server.set_latency(latency)
                    for client in clients:
                        _measure(client, number, latency, folder / client.key, server, figures)
        print_tables(figures, options.repeat)
        print_ratios(figures)
        if options.growth:
            with serving(_documents(folder / "more", GROWTH), folder, certificate) as server:
                run = Ours().run(folder / "growth", server)
                print_growth(figures, server.totals()["issues"], run)


def _measure(
    client: Client, number: int, latency: int, folder: Path, server: Server, figures: Figures
) -> None:
    """One run, unless the client failed before or takes so long that its first is enough."""
    before = figures.best(client, latency)
    if client.key in figures.failed or (before and before.seconds > LONG):
        return
    try:
        run = client.run(folder, server)
    except ClientFailed as error:
        figures.failed[client.key] = str(error)
        _tell(f"{client.key}: {error}")
        return
    figures.add(client, latency, run)
    _tell(f"{number + 1}. at {latency} ms {client.key}: {run.seconds:.1f} s, {run.megabytes:.0f} MB")


def _installed(
    options: argparse.Namespace, folder: Path, server: Server, figures: Figures
) -> Iterator[Client]:
    """The other clients that can be had here, ready to run."""
    for kind in PEERS:
        client = kind(options.environments)
        if client.key not in options.clients:
            continue
        try:
            client.install()
            (folder / client.key).mkdir()
            client.prepare(folder / client.key, server)
        except (OSError, subprocess.CalledProcessError) as error:
            said = (getattr(error, "stderr", None) or b"").decode(errors="replace")
            figures.clients[client.key] = client
            figures.failed[client.key] = f"could not be installed or started here: {error} {said[-300:]}"
            _tell(f"{client.key}: {figures.failed[client.key]}")
            continue
        yield client


def _replay(folder: Path, server: Server) -> Replay:
    """The requests of one run of the connector, to send them again; the run also warms the server up."""
    Ours().run(folder / "recording", server)
    requests = folder / "requests.json"
    requests.write_text(json.dumps(server.requests()))
    return Replay(requests)


def _documents(folder: Path, copies: int) -> Path:
    folder.mkdir()
    call = [sys.executable, "-m", "benchmarks.jira_documents", str(folder), "--copies", str(copies)]
    archive = ["--archive", str(ARCHIVE)] if ARCHIVE.exists() else []
    subprocess.run([*call, *archive], cwd=REPOSITORY, check=True)
    return folder


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    names = [kind.key for kind in PEERS]
    add("--repeat", type=int, default=3, help="rounds (%(default)s)")
    add("--latency", type=int, nargs="+", default=[0, 20, 100], metavar="MS", help="(0 20 100)")
    add("--clients", nargs="*", choices=names, default=names, help="other clients; all by default")
    add("--environments", type=Path, default=ENVIRONMENTS, help="where they are installed (%(default)s)")
    add("--no-growth", dest="growth", action="store_false", help="leave out the run with more issues")
    return parser


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
