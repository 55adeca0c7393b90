"""An inbox on this machine, in S3 and on an SFTP server: real servers, one interface to drop files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import Home, Settings, load_settings

BUCKET = "pmo"
LEAST = "organisation: Acme\ncurrency: EUR\n"
S3_INBOX = (
    "inbox:\n  url: s3://pmo/in/box\n"
    "  options: {{endpoint_url: {endpoint}, key: ${{PMO_S3_KEY}}, secret: ${{PMO_S3_SECRET}}}}\n"
)
SFTP_INBOX = (
    "inbox: {{url: sftp://pmo@127.0.0.1:{port}/drop, options: {{password: ${{PMO_SFTP_PASSWORD}}}}}}\n"
)


@dataclass(frozen=True, slots=True)
class Inbox:
    """A home whose inbox is somewhere, and the way to put files there and to take them away."""

    home: Home
    put: Callable[[str, str], None]
    take: Callable[[str], None]
    stop: Callable[[], None]

    @property
    def settings(self) -> Settings:
        """pmo.yaml as it is now."""
        return load_settings(self.home)

    def add_settings(self, text: str) -> None:
        """More lines of pmo.yaml."""
        file = self.home.settings_file
        file.write_text(file.read_text() + text)


def local_inbox(folder: Path) -> Iterator[Inbox]:
    (folder / "pmo.yaml").write_text(LEAST)
    (folder / "inbox").mkdir()
    yield in_folder(Home(folder), folder / "inbox", stop=lambda: None)


def in_folder(home: Home, root: Path, stop: Callable[[], None]) -> Inbox:
    def put(name: str, text: str) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)

    return Inbox(home, put, lambda name: (root / name).unlink(), stop)


def s3_inbox(folder: Path) -> Iterator[Inbox]:
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client: Any = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1"
    )
    client.create_bucket(Bucket=BUCKET)
    # All servers of a process have one memory, which outlives one that was stopped.
    for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=each["Key"])
    (folder / "pmo.yaml").write_text(LEAST + S3_INBOX.format(endpoint=endpoint))
    running = [server]

    def stop() -> None:
        while running:
            running.pop().stop()

    def put(name: str, text: str) -> None:
        client.put_object(Bucket=BUCKET, Key=f"in/box/{name}", Body=text.encode())

    def take(name: str) -> None:
        client.delete_object(Bucket=BUCKET, Key=f"in/box/{name}")

    yield Inbox(Home(folder), put, take, stop)
    stop()


def sftp_inbox(folder: Path) -> Iterator[Inbox]:
    served = folder / "served"
    (served / "drop").mkdir(parents=True)
    program = Path(__file__).parent / "sftp_server.py"
    command = [sys.executable, str(program), str(served), "pmo", "pass word"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port, kind, key = server.stdout.readline().split()
        (folder / ".ssh").mkdir()
        (folder / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{port} {kind} {key}\n")
        (folder / "pmo.yaml").write_text(LEAST + SFTP_INBOX.format(port=port))

        def stop() -> None:
            server.terminate()
            server.wait()

        yield in_folder(Home(folder), served / "drop", stop)
        stop()


MAKERS = {"local": local_inbox, "s3": s3_inbox, "sftp": sftp_inbox}


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pmo.yaml takes from the environment; a HOME of its own, and no agent."""
    for name, value in {
        "PMO_S3_KEY": "a-key",
        "PMO_S3_SECRET": "a-secret",
        "PMO_SFTP_PASSWORD": "pass word",
        "HOME": str(tmp_path),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.fixture(params=list(MAKERS))
def inbox(request: pytest.FixtureRequest, tmp_path: Path, secrets: None) -> Iterator[Inbox]:
    """An inbox of each kind."""
    yield from MAKERS[request.param](tmp_path)


@pytest.fixture(params=["s3", "sftp"])
def remote(request: pytest.FixtureRequest, tmp_path: Path, secrets: None) -> Iterator[Inbox]:
    """An inbox of each kind that is elsewhere."""
    yield from MAKERS[request.param](tmp_path)


@pytest.fixture
def s3(tmp_path: Path, secrets: None) -> Iterator[Inbox]:
    """An inbox in S3."""
    yield from s3_inbox(tmp_path)


@pytest.fixture
def sftp(tmp_path: Path, secrets: None) -> Iterator[Inbox]:
    """An inbox on an SFTP server."""
    yield from sftp_inbox(tmp_path)
