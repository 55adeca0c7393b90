"""A running demo Jira of each kind, and a session that may enter it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from demo.jira.server import EMAIL, PAT, TOKEN, DemoJira


class Visitor(requests.Session):
    """A session that knows the address and the credentials."""

    def __init__(self, demo: DemoJira) -> None:
        super().__init__()
        self.demo = demo
        self.trust_env = False
        if demo.deployment == "cloud":
            self.auth = (EMAIL, TOKEN)
        else:
            self.headers["Authorization"] = f"Bearer {PAT}"

    def ask(self, path: str, **parameters) -> requests.Response:
        """GET below the API of the deployment's version."""
        version = 3 if self.demo.deployment == "cloud" else 2
        return self.get(f"{self.demo.url}/rest/api/{version}/{path}", params=parameters, timeout=5)

    def put(self, path: str, document) -> requests.Response:
        """POST to one of the demo's own addresses."""
        return self.post(f"{self.demo.url}/{path}", json=document, timeout=5)


@pytest.fixture
def cloud() -> Iterator[Visitor]:
    with DemoJira() as demo, Visitor(demo) as visitor:
        yield visitor


@pytest.fixture
def server() -> Iterator[Visitor]:
    with DemoJira(deployment="server") as demo, Visitor(demo) as visitor:
        yield visitor


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine is reached directly, also where the environment names a proxy."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
