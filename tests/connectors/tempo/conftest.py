"""A running demo Tempo, an empty one, and clients whose waits take no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors.http import Retry
from connectors.pace import Unpaced
from connectors.tempo.client import TempoAccount, TempoClient
from demo.tempo.account import Account
from demo.tempo.server import TOKEN, DemoTempo


@dataclass(slots=True)
class Waits:
    """Stands for the clock: remembers how long was waited, and goes on at once."""

    seconds: list[float] = field(default_factory=list)

    def retry(self) -> Retry:
        return Retry(attempts=4, first_wait=5, sleep=self.seconds.append, jitter=lambda: 0.0)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def tempo() -> Iterator[DemoTempo]:
    """The demo's Tempo, at most 100 worklogs a page."""
    with DemoTempo(page_cap=100) as demo:
        yield demo


@pytest.fixture
def empty() -> Iterator[DemoTempo]:
    """A Tempo without worklogs, three a page."""
    with DemoTempo(Account(), page_cap=3) as demo:
        yield demo


@pytest.fixture
def client(waits: Waits) -> Iterator[Callable[..., TempoClient]]:
    """client(demo, url=…, token=…) -> a client of it."""
    opened: list[TempoClient] = []

    def make(demo: DemoTempo, **fields: Any) -> TempoClient:
        account = TempoAccount(**{"name": "acme", "url": demo.url, "token": TOKEN, **fields})
        opened.append(TempoClient(account, retry=waits.retry(), pace=Unpaced()))
        return opened[-1]

    yield make
    for each in opened:
        each.__exit__(None, None, None)
