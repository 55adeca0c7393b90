"""Runs the demo's Jira until it is stopped.

python -m demo.jira --port 0 --port-file FILE [--deployment cloud|server] [--documents FOLDER] …
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from demo.jira.archive import read_site
from demo.jira.server import EMAIL, PAT, TIMEZONE, TOKEN, DemoJira
from demo.jira.site import demo_site
from demo.jira.tls import self_signed


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves; the port is written to the port file once the server listens."""
    options = _parser().parse_args(arguments)
    demo = _demo(options)
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


def _demo(options: argparse.Namespace) -> DemoJira:
    site = read_site(options.documents, complete=options.complete) if options.documents else demo_site()
    site.lag = timedelta(seconds=options.lag)
    certificate, key = options.certificate, options.key
    if options.self_signed:
        certificate, key = self_signed(options.self_signed)
    demo = DemoJira(
        deployment=options.deployment,
        site=site,
        port=options.port,
        page_cap=options.page_cap,
        timezone=options.timezone,
        latency=options.latency / 1000,
        token_ttl=timedelta(seconds=options.token_ttl),
        classic_search=options.classic_search,
        certificate=certificate,
        key=key,
        keep_answers=options.keep_answers,
    )
    if options.quota:
        demo.limit(options.quota)
    return demo


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo.jira",
        description="A Jira on this machine, with the demo company or recorded issues in it.",
    )
    add = parser.add_argument
    add("--port", type=int, default=8080, help="0 takes a free one (%(default)s)")
    add("--port-file", type=Path, help="file to write the port to")
    add("--deployment", choices=("cloud", "server"), default="cloud")
    add("--documents", type=Path, help="folder or file of recorded documents instead of the demo company")
    add("--complete", action="store_true", help="a bare issue for each that only worklogs and histories know")
    add("--page-cap", type=int, default=5000, help="the most records of a page (%(default)s)")
    add("--latency", type=float, default=0, metavar="MS", help="milliseconds that each answer takes")
    add("--token-ttl", type=float, default=7 * 86400, metavar="S", help="seconds that a page token lasts")
    add("--lag", type=float, default=0, metavar="S", help="seconds that the search index is behind")
    add("--quota", type=int, metavar="POINTS", help="points until the full hour of the site's clock")
    add("--timezone", default=TIMEZONE, help="of the account (%(default)s)")
    add(
        "--classic-search",
        action="store_true",
        help="Cloud still has the search by offset, Data Center takes v3 paths",
    )
    add("--keep-answers", action="store_true", help="answer the same again from memory, to measure clients")
    add("--certificate", type=Path, metavar="PEM", help="speak https with this certificate")
    add("--key", type=Path, metavar="PEM", help="the certificate's key")
    add(
        "--self-signed",
        type=Path,
        metavar="FOLDER",
        help="speak https; the certificate is made in this folder",
    )
    return parser


def _write_whole(path: Path, text: str) -> None:
    """A reader sees the whole text or no file."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text)
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
