"""The demo's Jira as a process: what it is told on the command line holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from demo.jira.server import EMAIL, TOKEN

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def _running(folder: Path, *options: str) -> Iterator[str]:
    port_file = folder / "port"
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.jira", "--port", "0", "--port-file", str(port_file), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    try:
        while not port_file.exists() and process.poll() is None:
            time.sleep(0.02)
        yield f"127.0.0.1:{port_file.read_text()}"
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("deployment", ["cloud", "server"])
def test_it_runs_as_a_process_and_says_its_port(tmp_path, deployment):
    with _running(tmp_path, "--deployment", deployment) as address:
        info = requests.get(f"http://{address}/rest/api/2/serverInfo", timeout=5).json()
        assert info["deploymentType"] == {"cloud": "Cloud", "server": "Server"}[deployment]


def test_it_serves_recorded_documents_with_what_it_is_told(tmp_path):
    fields = {
        "project": {"id": "5", "key": "OLD", "name": "Old"},
        "status": {"id": "6", "name": "Closed"},
        "created": "2014-12-01T10:00:00.000+0000",
        "updated": "2015-02-01T10:00:00.000+0000",
    }
    documents = [{"id": str(number), "key": f"OLD-{number}", "fields": fields} for number in range(1, 6)]
    (tmp_path / "issues.jsonl").write_text("".join(json.dumps(one) + "\n" for one in documents))
    options = [
        "--documents",
        str(tmp_path),
        "--page-cap",
        "2",
        "--token-ttl",
        "60",
        "--timezone",
        "Asia/Kolkata",
    ]
    with _running(tmp_path, *options, "--quota", "100") as address, requests.Session() as session:
        session.auth = (EMAIL, TOKEN)
        search = f"http://{address}/rest/api/3/search/jql?jql=project=OLD order by key&maxResults=100"
        page = session.get(search, timeout=5).json()
        assert [one["id"] for one in page["issues"]] == ["1", "2"]
        session.post(f"http://{address}/__changes__", json={"do": "advance", "seconds": 61}, timeout=5)
        late = session.get(search, params={"nextPageToken": page["nextPageToken"]}, timeout=5)
        assert late.status_code == 400


def test_it_speaks_https_with_a_certificate_of_its_own(tmp_path):
    with _running(tmp_path, "--self-signed", str(tmp_path / "tls")) as address:
        info = requests.get(
            f"https://{address}/rest/api/3/serverInfo",
            verify=str(tmp_path / "tls" / "certificate.pem"),
            timeout=5,
        )
        assert info.json()["deploymentType"] == "Cloud"
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"https://{address}/rest/api/3/serverInfo", timeout=5)
