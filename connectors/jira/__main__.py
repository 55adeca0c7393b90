"""Reads one Jira from the command line, without a warehouse: rows as JSON lines, printed or into a folder.

JIRA_TOKEN=… python -m connectors.jira --site https://acme.atlassian.net --email pmo@acme.example --out jira/
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import orjson

from connectors.errors import ConnectorError
from connectors.jira.census import LandedIssues
from connectors.jira.client import JiraClient
from connectors.jira.reading import Reading
from connectors.jira.rows_of import FETCHED, SiteRows
from connectors.jira.site import JiraSite
from connectors.jira.spool import Spool
from connectors.jira.sync import Landed, Sync
from connectors.jira.tables import TABLES
from connectors.tabular.extract import TableExtract

OBJECTS = tuple(table.name for table in TABLES)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when everything was read, 1 when Jira or the credentials failed, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        with ExitStack() as stack:
            # Beside the rows, so that a reading that was stopped goes on when it is started again.
            spool = options.out / ".reading" if options.out else Path(stack.enter_context(_folder()))
            _read(_site(options), options, Spool(spool / "spool"))
    except ConnectorError as error:
        _tell(f"error: {error}")
        return 1
    return 0


def _read(site: JiraSite, options: argparse.Namespace, spool: Spool) -> None:
    cursors = dict.fromkeys(("issues", "worklogs"), options.since)
    landed = Landed(cursors=cursors, issues=LandedIssues.none())
    with JiraClient(site, report=_tell) as client, Reading(client, spool, _tell) as reading:
        sync = Sync(reading, landed, only_updated=bool(options.since))
        sync.begin()
        rows = SiteRows(sync, mass_disappearance=Decimal(1))
        wanted = [table for table in TABLES if table.name in (options.object or OBJECTS)]
        with ExitStack() as stack:
            streams = {
                table.name: stack.enter_context((options.out / f"{table.name}.jsonl").open("wb"))
                if options.out
                else sys.stdout.buffer
                for table in wanted
            }
            makers = [rows.early(table) for table in FETCHED if table in wanted]
            for extract in chain(*makers, *(rows.extracts(table) for table in wanted)):
                _write(streams[extract.table.name], extract, named=not options.out)
    sys.stdout.flush()
    spool.clear()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m connectors.jira", description="Reads Jira's rows as JSON lines."
    )
    parser.add_argument("--site", required=True, help="address, e.g. https://acme.atlassian.net")
    parser.add_argument("--name", help="how the rows name the site; the host by default")
    parser.add_argument(
        "--email", help="account of the API token (Cloud); without it the token is sent as a bearer token"
    )
    parser.add_argument(
        "--token-env", default="JIRA_TOKEN", help="environment variable with the token (%(default)s)"
    )
    parser.add_argument("--project", action="append", default=[], help="project key; all by default")
    parser.add_argument(
        "--object", action="append", choices=OBJECTS, help="which rows to give; all by default"
    )
    parser.add_argument("--since", help="only what changed since this moment, e.g. 2026-06-30T10:00:00.000Z")
    parser.add_argument("--out", type=Path, help="folder for one file a table; printed without it")
    parser.add_argument("--concurrency", type=int, default=8, help="requests at a time (%(default)s)")
    return parser


def _site(options: argparse.Namespace) -> JiraSite:
    token = os.environ.get(options.token_env)
    return JiraSite(
        name=options.name or urlsplit(options.site).hostname or options.site,
        url=options.site,
        email=options.email,
        token=token if options.email else None,
        pat=None if options.email else token,
        projects=tuple(options.project),
        concurrency=options.concurrency,
    )


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="jira-")


def _write(stream: IO[bytes], extract: TableExtract, *, named: bool) -> None:
    names = list(extract.columns)
    label = {"object": extract.table.name} if named else {}
    for values in zip(*extract.columns.values(), strict=True):
        line = orjson.dumps({**label, **dict(zip(names, values, strict=True))}, default=str)
        stream.write(line + b"\n")


def _tell(message: str) -> None:
    sys.stderr.write(message + "\n")


if __name__ == "__main__":
    sys.exit(main())
