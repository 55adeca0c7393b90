"""A running demo Jira of each kind, and a session that may enter it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.jira.server import DemoJira
from tests.demo.jira.visitor import Visitor


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
