"""What a Tempo account holds: worklogs that are made, edited and deleted, periods, and how far each timesheet is.

Here: the state and its documents. HTTP is `demo.tempo.server`.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import RLock
from typing import Any

Document = dict[str, Any]
Period = tuple[date, date]
STARTED = datetime(2026, 1, 1, 8, tzinfo=UTC)


@dataclass(slots=True)
class Worklog:
    """One worklog; seconds, and the author's local day."""

    id: int
    issue: int
    person: str
    day: date
    seconds: int
    billable: int
    description: str
    created: datetime
    updated: datetime
    attributes: dict[str, str] = field(default_factory=dict)


class Account:
    """A Tempo account without worklogs; timesheets are monthly and OPEN until somebody does something.

    Attributes:
        worklogs: by id. teams: the persons of each team. lock: held while a request is answered or a state is changed.
    """

    def __init__(self) -> None:
        self.worklogs: dict[int, Worklog] = {}
        self.teams: dict[int, list[str]] = {}
        self.lock = RLock()
        self._statuses: dict[tuple[str, Period], str] = {}
        self._now = STARTED
        self._last_id = 125

    def log(self, person: str, day: date, seconds: int, *, issue: int, **more: Any) -> Worklog:
        """A new worklog; `more`: billable (seconds, all by default), description, attributes."""
        with self.lock:
            self._last_id += 1
            now = self._tick()
            worklog = Worklog(
                self._last_id,
                issue,
                person,
                day,
                seconds,
                more.get("billable", seconds),
                more.get("description", ""),
                now,
                now,
                more.get("attributes", {}),
            )
            self.worklogs[worklog.id] = worklog
            return worklog

    def edit(self, identity: int, **changes: Any) -> None:
        """Changes fields of a worklog."""
        with self.lock:
            worklog = self.worklogs[identity]
            for name, value in changes.items():
                setattr(worklog, name, value)
            worklog.updated = self._tick()

    def delete(self, identity: int) -> None:
        """Removes a worklog; nothing tells of it afterwards."""
        with self.lock:
            del self.worklogs[identity]

    def decide(self, person: str, day: date, status: str) -> None:
        """Puts the timesheet that holds a day into a status: IN_REVIEW, APPROVED, REJECTED, OPEN."""
        with self.lock:
            self._statuses[person, month_of(day)] = status

    def status(self, person: str, first: date, last: date) -> str:
        """One verdict over all periods of a span, as Tempo gives it: what they have in common, else OPEN."""
        found = {self._statuses.get((person, period), "OPEN") for period in periods(first, last)}
        return found.pop() if len(found) == 1 else "OPEN"

    def between(self, first: date, last: date) -> list[Worklog]:
        """The worklogs of a span, by id."""
        return [worklog for worklog in self.worklogs.values() if first <= worklog.day <= last]

    def approval(self, person: str, first: date, last: date) -> Document:
        """The timesheet of a person in a span, as Tempo answers."""
        begin, end = month_of(first)[0], month_of(last)[1]
        spent = sum(each.seconds for each in self.between(begin, end) if each.person == person)
        return {
            "period": {"from": begin.isoformat(), "to": end.isoformat()},
            "requiredSeconds": 576000,
            "timeSpentSeconds": spent,
            "status": {"key": self.status(person, first, last)},
            "user": {"accountId": person},
        }

    def _tick(self) -> datetime:
        self._now += timedelta(minutes=1)
        return self._now


def document_of(worklog: Worklog, base: str) -> Document:
    """A worklog as Tempo answers."""
    return {
        "self": f"{base}/worklogs/{worklog.id}",
        "tempoWorklogId": worklog.id,
        "issue": {"self": f"https://demo.example/rest/api/2/issue/{worklog.issue}", "id": worklog.issue},
        "timeSpentSeconds": worklog.seconds,
        "billableSeconds": worklog.billable,
        "startDate": worklog.day.isoformat(),
        "startTime": "09:00:00",
        "description": worklog.description,
        "createdAt": f"{worklog.created:%Y-%m-%dT%H:%M:%SZ}",
        "updatedAt": f"{worklog.updated:%Y-%m-%dT%H:%M:%SZ}",
        "author": {"accountId": worklog.person},
        "attributes": {"values": [{"key": key, "value": value} for key, value in worklog.attributes.items()]},
    }


def month_of(day: date) -> Period:
    """The period that holds a day."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def periods(first: date, last: date) -> Iterator[Period]:
    """The periods that a span touches."""
    period = month_of(first)
    while period[0] <= last:
        yield period
        period = month_of(period[1] + timedelta(days=1))


def demo_account(issues: Sequence[int] = (10101, 10102, 10103)) -> Account:
    """Three people, half a year of working days, one team; January to April approved, May in review."""
    account = Account()
    people = ["acc-alice", "acc-bruno", "acc-chloe"]
    account.teams[12] = people
    day = date(2026, 1, 5)
    while day <= date(2026, 6, 30):
        for number, person in enumerate(people if day.weekday() < 5 else ()):
            issue = issues[(day.toordinal() + number) % len(issues)]
            account.log(person, day, 7 * 3600 + 900 * number, issue=issue, description="Work")
        day += timedelta(days=1)
    for person in people:
        for month in range(1, 6):
            account.decide(person, date(2026, month, 1), "APPROVED" if month < 5 else "IN_REVIEW")
    return account
