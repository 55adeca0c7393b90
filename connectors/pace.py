"""How fast several threads may ask one source: a budget of requests, and pauses that the source asks for.

    quota    (an hour's points are used up)   nobody asks anything until it is over
    burst    (one endpoint is asked too fast) nobody asks that endpoint until it is over

Here: waiting. Which answer asks for how long a wait is `connectors.http`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

_SHARED_BY_ALL = ("quota", "cost")
"""Words in a limit's name that say that it is counted over all endpoints."""

_ROUNDING = 1e-6
"""Of a request: a clock does not go by the exact time that was waited."""


class Pace(Protocol):
    """What `connectors.http.call` asks before every request, and tells of every 429."""

    def enter(self, endpoint: str) -> None:
        """Returns when a request to `endpoint` may be sent."""

    def hold(self, endpoint: str, seconds: float, *, reason: str) -> None:
        """Nobody asks `endpoint` (after a quota: anything) for so long."""


class Unpaced:
    """No budget and no pauses: one thread that asks one thing after the other waits by itself."""

    def enter(self, endpoint: str) -> None:
        """Returns at once."""

    def hold(self, endpoint: str, seconds: float, *, reason: str) -> None:
        """Forgets it."""


class SharedPace:
    """The pace of all threads that ask one source.

    Args:
        per_second: requests a second to one endpoint, which is how Jira counts bursts.
        at_once: how many may follow each other without a wait after a rest; two seconds' worth by default.
        sleep, clock: tests give their own; `clock` counts seconds from anywhere.

    Attributes:
        held: how often a request had to wait for a pause to end.
    """

    def __init__(
        self,
        per_second: float = 50.0,
        *,
        at_once: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_second
        self._capacity = max(1.0, 2 * per_second if at_once is None else at_once)
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[float, float]] = {}
        self._until: dict[str, float] = {}
        self.held = 0

    def enter(self, endpoint: str) -> None:
        """Returns when the budget of `endpoint` has a request left and neither it nor everything is paused."""
        while (wait := self._wait(endpoint)) > 0:
            self._sleep(wait)

    def hold(self, endpoint: str, seconds: float, *, reason: str) -> None:
        """Pauses `endpoint`, or everything where the limit is counted over all endpoints."""
        shared = any(word in reason for word in _SHARED_BY_ALL)
        with self._lock:
            name = "" if shared else endpoint
            self._until[name] = max(self._until.get(name, 0.0), self._clock() + seconds)

    def _wait(self, endpoint: str) -> float:
        """Seconds to wait before asking again; 0 takes one request out of the budget."""
        with self._lock:
            now = self._clock()
            paused = max(self._until.get("", now), self._until.get(endpoint, now)) - now
            if paused > 0:
                self.held += 1
                return paused
            left, counted_at = self._tokens.get(endpoint, (self._capacity, now))
            left = min(self._capacity, left + (now - counted_at) * self._per_second)
            if left < 1 - _ROUNDING:
                self._tokens[endpoint] = left, now
                return (1 - left) / self._per_second
            self._tokens[endpoint] = max(0.0, left - 1), now
            return 0.0
