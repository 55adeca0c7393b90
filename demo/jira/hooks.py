"""What happens by the count of answers: a change between two pages, the end of a quota.

demo.after("search/jql", lambda: demo.site.delete_issue("PAY-5"), answers=1)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from demo.jira.router import Answer

if TYPE_CHECKING:
    from demo.jira.server import DemoJira

Change = Callable[[], Any]


@dataclass(slots=True)
class Hook:
    """A change that happens after `answers` answers on a path, and after as many again until it has happened `times`.

    It happens before the answer leaves, so that the client's next request already meets it.
    """

    path: str
    change: Change
    answers: int = 1
    times: int | None = 1
    seen: int = field(default=0)

    def answered(self, demo: DemoJira, path: str) -> None:
        """Counts an answer, and lets the change happen when it is time."""
        with demo.site.lock:
            if self.path not in path or self.times == 0:
                return
            self.seen += 1
            if self.seen % self.answers:
                return
            if self.times is not None:
                self.times -= 1
            self.change()


@dataclass(slots=True)
class Quota:
    """Points until the full hour of the site's clock: one for a request, one more for each record of its answer."""

    points: int
    used: int = 0
    hour: datetime | None = None

    def refusal(self, path: str, now: datetime) -> Answer | None:
        """429 with all that Jira says about it, when the points are used up."""
        if path.startswith("/__"):
            return None
        this_hour = now.replace(minute=0, second=0, microsecond=0)
        if self.hour != this_hour:
            self.hour, self.used = this_hour, 0
        if self.used < self.points:
            return None
        reset = this_hour + timedelta(hours=1)
        headers = {
            "Date": format_datetime(now.replace(tzinfo=UTC), usegmt=True),
            "Retry-After": str(-((now - reset) // timedelta(seconds=1))),
            "X-RateLimit-Limit": str(self.points),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": f"{reset:%Y-%m-%dT%H:%MZ}",
            "RateLimit-Reason": "jira-quota-global-based",
        }
        return Answer(document={"errorMessages": ["Rate limit exceeded."]}, status=429, headers=headers)

    def counted(self, path: str, answer: Answer) -> Answer:
        """The answer, after its points are taken off."""
        if not path.startswith("/__"):
            records = answer.document
            if isinstance(records, dict):
                records = next((value for value in records.values() if isinstance(value, list)), [])
            self.used += 1 + (len(records) if isinstance(records, list) else 0)
        return answer
