"""Reads one Jira from the command line and prints its rows as JSON lines, without a warehouse.

JIRA_TOKEN=… python -m connectors.jira --site https://acme.atlassian.net --email pmo@acme.example --object issues
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from connectors.errors import ConnectorError
from connectors.jira.extract import OBJECTS, JiraExtract, extract_site
from connectors.jira.site import JiraSite


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when everything was read, 1 when Jira or the credentials failed, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        site = _site(options)
        cursors = dict.fromkeys(OBJECTS, options.since)
        objects = options.object or OBJECTS
        for extract in extract_site(site, cursors=cursors, objects=objects, report=_tell):
            _print(extract)
    except ConnectorError as error:
        _tell(f"error: {error}")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m connectors.jira", description="Prints Jira's rows as JSON lines."
    )
    parser.add_argument("--site", required=True, help="address, e.g. https://acme.atlassian.net")
    parser.add_argument("--name", help="how the rows name the site; the host by default")
    parser.add_argument(
        "--email", help="account of the API token (Cloud); without it the token is a PAT (Data Center)"
    )
    parser.add_argument(
        "--token-env", default="JIRA_TOKEN", help="environment variable with the token (%(default)s)"
    )
    parser.add_argument("--project", action="append", default=[], help="project key; all by default")
    parser.add_argument(
        "--object", action="append", choices=OBJECTS, help="what to read; everything by default"
    )
    parser.add_argument("--since", help="only what changed since this moment, e.g. 2026-06-30T10:00:00.000Z")
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
    )


def _print(found: JiraExtract) -> None:
    extract = found.extract
    for row in range(len(extract)):
        values = {name: column[row] for name, column in extract.columns.items()}
        line = {"object": extract.table.name, **values}
        sys.stdout.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")


def _tell(message: str) -> None:
    sys.stderr.write(message + "\n")


if __name__ == "__main__":
    sys.exit(main())
