"""How far a refresh is, told to whoever watches.

Here: what can be told, and to whom it is told at the moment. How it looks on a terminal is
`pipelines.commands.display`; in Dagster's own processes nobody listens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Progress(Protocol):
    """A listener. Stages are those of the architecture: landing, staging, intermediate, marts, publishing."""

    def stage(self, name: str, *, total: int | None = None) -> None:
        """A stage begins; `total` is how many steps it will have, where that is known."""

    def step(self, text: str, *, advance: bool = True) -> None:
        """Something of the stage is done (or, without advance, going on)."""


class Silent:
    """Listens to nothing."""

    def stage(self, name: str, *, total: int | None = None) -> None:
        """Nothing."""

    def step(self, text: str, *, advance: bool = True) -> None:
        """Nothing."""


_listener: ContextVar[Progress | None] = ContextVar("progress", default=None)


def listener() -> Progress:
    """Who listens now. Ask once and keep it: another thread does not inherit the answer."""
    return _listener.get() or Silent()


@contextmanager
def told_to(progress: Progress) -> Iterator[None]:
    """Within the block, `listener()` is `progress`."""
    token = _listener.set(progress)
    try:
        yield
    finally:
        _listener.reset(token)
