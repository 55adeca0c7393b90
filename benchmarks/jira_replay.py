"""Sends recorded requests again, as many at a time as the connector does, and throws the answers away.

    python -m benchmarks.jira_replay REQUESTS URL ACCOUNT TOKEN THREADS

The least that any client pays for these answers: nothing of them is read, kept, or waited for before the next request.
REQUESTS is JSON, as the demo's Jira lists them under /__requests__.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

import requests


def main() -> None:
    """Exits with 1 when an answer is an error."""
    file, url, account, token, threads = sys.argv[1:]
    waiting, lock = iter(json.loads(Path(file).read_bytes())), Lock()
    with ThreadPoolExecutor(int(threads)) as pool:
        sending = [pool.submit(_send_all, waiting, lock, url, (account, token)) for _ in range(int(threads))]
        for each in sending:
            each.result()


def _send_all(waiting: Iterator[dict[str, Any]], lock: Lock, url: str, account: tuple[str, str]) -> None:
    session = requests.Session()
    session.auth = account
    while True:
        with lock:
            request = next(waiting, None)
        if request is None:
            return
        response = session.request(
            request["method"], url + request["path"], params=request["query"], json=request["body"]
        )
        response.raise_for_status()


if __name__ == "__main__":
    main()
