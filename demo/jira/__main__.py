"""Runs the demo's Jira until it is stopped.

python -m demo.jira --port 0 --port-file FILE [--deployment cloud|server]
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from demo.jira.server import EMAIL, PAT, TOKEN, DemoJira


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves; the port is written to the port file once the server listens."""
    options = _parser().parse_args(arguments)
    demo = DemoJira(deployment=options.deployment, port=options.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if options.port_file:
        _write_whole(options.port_file, str(demo.port))
    account = (
        f"{EMAIL} with token {TOKEN}" if options.deployment == "cloud" else f"personal access token {PAT}"
    )
    sys.stderr.write(f"Jira ({options.deployment}) at {demo.url}, account {account}; stop it with Ctrl-C\n")
    try:
        demo.serve()
    except KeyboardInterrupt:
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo.jira", description="A small Jira with the demo company in it."
    )
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one (%(default)s)")
    parser.add_argument("--port-file", type=Path, help="file to write the port to")
    parser.add_argument("--deployment", choices=("cloud", "server"), default="cloud")
    return parser


def _write_whole(path: Path, text: str) -> None:
    """A reader sees the whole text or no file."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text)
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
