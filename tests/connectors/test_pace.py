"""Pauses and budget of several threads that ask one source, on a clock that only waiting moves."""

from __future__ import annotations

from connectors.pace import SharedPace


class Clock:
    """Seconds that pass when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def time(self) -> float:
        return self.now


def paced(clock: Clock, per_second: float = 10.0) -> SharedPace:
    return SharedPace(per_second, sleep=clock.sleep, clock=clock.time)


def test_a_quota_pauses_every_endpoint_until_it_is_over():
    clock = Clock()
    pace = paced(clock)
    pace.hold("GET issue", 1800.0, reason="jira-quota-global-based")
    pace.enter("POST search/jql")
    assert clock.slept == [1800.0]
    pace.enter("GET issue")
    assert clock.slept == [1800.0]


def test_a_burst_pauses_its_own_endpoint_alone():
    clock = Clock()
    pace = paced(clock)
    pace.hold("POST search/jql", 5.0, reason="jira-burst-based")
    pace.enter("GET issue")
    assert clock.slept == []
    pace.enter("POST search/jql")
    assert clock.slept == [5.0]


def test_a_shorter_pause_does_not_shorten_a_longer_one():
    clock = Clock()
    pace = paced(clock)
    pace.hold("GET issue", 60.0, reason="")
    pace.hold("GET issue", 1.0, reason="")
    pace.enter("GET issue")
    assert clock.slept == [60.0]


def test_the_budget_lets_two_seconds_worth_through_at_once_and_then_so_many_a_second():
    clock = Clock()
    pace = paced(clock, per_second=10.0)
    for _ in range(20):
        pace.enter("GET issue")
    assert clock.slept == []
    for _ in range(30):
        pace.enter("GET issue")
    assert 2.9 < clock.now - 1000.0 < 3.1


def test_each_endpoint_has_a_budget_of_its_own():
    clock = Clock()
    pace = paced(clock, per_second=10.0)
    for _ in range(20):
        pace.enter("GET issue")
        pace.enter("GET board")
    assert clock.slept == []
    pace.enter("GET issue")
    assert clock.slept == [0.1]
