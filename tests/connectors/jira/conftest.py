"""A running demo Jira of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.jira.server import DemoJira

pytest.register_assert_rewrite("tests.connectors.jira.syncing", "tests.connectors.jira.landing")

from tests.connectors.jira.landing import TOKENS, Landing, make_landing  # noqa: E402
from tests.connectors.jira.syncing import Clock, Synced, site_of, synced  # noqa: E402

KINDS = ("cloud", "server")


@pytest.fixture
def cloud() -> Iterator[DemoJira]:
    """A Cloud whose pages hold at most 33 records, so that everything has several."""
    with DemoJira(deployment="cloud", page_cap=33) as demo:
        yield demo


@pytest.fixture
def server() -> Iterator[DemoJira]:
    """A Data Center of the same content."""
    with DemoJira(deployment="server", page_cap=33) as demo:
        yield demo


@pytest.fixture(params=KINDS)
def demo(request: pytest.FixtureRequest) -> DemoJira:
    """One after the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def clock() -> Clock:
    """The clock by which the connector waits."""
    return Clock()


@pytest.fixture
def sync(tmp_path: Path, clock: Clock) -> Callable[..., Synced]:
    """sync(demo, since={...}, landed=..., projects=(...)) -> what the reading gives."""

    def run(demo: DemoJira, **options: Any) -> Synced:
        return synced(demo, tmp_path, **{"clock": clock, **options})

    return run


@pytest.fixture
def site() -> Callable[..., Any]:
    """site(demo, projects=(...)) -> the demo as a configured site."""
    return site_of


@pytest.fixture(scope="session", autouse=True)
def tokens() -> Iterator[None]:
    """The secrets that the homes of these tests name."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in TOKENS.items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def home(tmp_path: Path) -> Callable[..., Landing]:
    """home(demo) -> a PMO's folder into which it is received."""
    return lambda demo, *more: make_landing(tmp_path / "home", demo, *more)
