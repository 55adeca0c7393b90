"""A running demo Jira of each kind, and a short way to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.http import Retry
from connectors.jira.extract import OBJECTS, JiraExtract, extract_site
from connectors.jira.site import JiraSite
from demo.jira.server import EMAIL, PAT, TOKEN, DemoJira

Read = Callable[..., dict[str, JiraExtract]]


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


@pytest.fixture
def waits() -> list[float]:
    """The seconds that were waited between attempts."""
    return []


@pytest.fixture
def retry(waits: list[float]) -> Retry:
    """Waits are noted rather than waited, without jitter."""
    return Retry(attempts=4, sleep=waits.append, jitter=lambda: 0.0)


@pytest.fixture
def read(retry: Retry) -> Read:
    """read(demo, "issues", since={...}) -> object -> its extract."""

    def read_objects(
        demo: DemoJira, *objects: str, since: dict[str, str | None] | None = None, **site: Any
    ) -> dict[str, JiraExtract]:
        found = extract_site(
            site_of(demo, **site), cursors=since or {}, objects=objects or OBJECTS, retry=retry
        )
        return {one.extract.table.name: one for one in found}

    return read_objects


def site_of(demo: DemoJira, **changes: Any) -> JiraSite:
    """The demo as a configured site."""
    credentials: dict[str, Any] = (
        {"email": EMAIL, "token": TOKEN} if demo.deployment == "cloud" else {"pat": PAT}
    )
    return JiraSite(**{"name": "demo", "url": demo.url, **credentials, **changes})


@pytest.fixture
def site() -> Callable[..., JiraSite]:
    """site(demo, projects=(...)) -> the demo as a configured site."""
    return site_of


def rows(extract: JiraExtract) -> list[dict[str, Any]]:
    """The extract row by row."""
    names = list(extract.extract.columns)
    return [
        dict(zip(names, values, strict=True))
        for values in zip(*extract.extract.columns.values(), strict=True)
    ]


@pytest.fixture
def rows_of() -> Callable[[JiraExtract], list[dict[str, Any]]]:
    """rows_of(extract) -> one dict a row."""
    return rows
