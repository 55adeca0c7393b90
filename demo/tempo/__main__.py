"""Runs the demo's Tempo until it is stopped; its worklogs are on issues of the demo's Jira.

python -m demo.tempo --port 0 --port-file FILE
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from demo.jira.site import demo_site
from demo.tempo.account import demo_account
from demo.tempo.server import TOKEN, DemoTempo


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves; the port is written to the port file once the server listens."""
    parser = argparse.ArgumentParser(prog="python -m demo.tempo", description="A Tempo on this machine.")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one (%(default)s)")
    parser.add_argument("--port-file", type=Path, help="file to write the port to")
    parser.add_argument(
        "--page-cap", type=int, default=5000, help="the most worklogs of a page (%(default)s)"
    )
    options = parser.parse_args(arguments)
    issues = [issue.id for issue in demo_site().issues.values()]
    demo = DemoTempo(demo_account(issues), page_cap=options.page_cap, port=options.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if options.port_file:
        part = options.port_file.with_name(f"{options.port_file.name}.part")
        part.write_text(str(demo.port))
        part.replace(options.port_file)
    sys.stderr.write(f"Tempo at {demo.url}, token {TOKEN}, team 12; stop it with Ctrl-C\n")
    try:
        demo.serve()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
