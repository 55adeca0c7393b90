"""What is asked of a Tempo account: all worklogs of a span of days, and the approvals of the periods they lie in.

Tempo tells nobody what was deleted, and an approval belongs to a person and a period, not to a worklog. So
everything is read each time, five thousand worklogs a request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import quote

from connectors.errors import NotThere, SchemaChanged, SourceUnreachable
from connectors.tabular.cells import parse_date
from connectors.tempo.client import Record, TempoClient

MOST = 5000
"""Worklogs a page, the most that v4 gives."""
READINGS = 3
"""How often worklogs are read before they count as never at rest."""

Everybody = Literal["all"]
Users = Sequence[str] | Everybody


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the first and the last included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"

    def parameters(self) -> dict[str, str | int]:
        """The span as Tempo wants it."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


@dataclass(frozen=True, slots=True)
class Approval:
    """How far the timesheet of a person is, for a span of days; `status` in Tempo's word: `IN_REVIEW`."""

    person: str
    span: Span
    status: str


def read_worklogs(client: TempoClient, span: Span) -> list[Record]:
    """Every worklog of the span, each once.

    Pages are numbered from the top, so one that is deleted meanwhile moves those behind it past the reader. Then all
    are read again. Raises SourceUnreachable when they are never at rest.
    """
    for _ in range(READINGS):
        pages = list(client.pages("worklogs", {**span.parameters(), "limit": MOST}, str(span)))
        if _stood_still(client, span, pages):
            return [worklog for page in pages for worklog in page]
        client.say("worklogs were deleted or added while they were read; reading them again")
    message = f"{client.account.source}: its worklogs changed during each of {READINGS} readings ({span})."
    raise SourceUnreachable(message, mend="Run the refresh again, at a quieter time.")


def read_approvals(
    client: TempoClient, worklogs: Sequence[Record], *, teams: Sequence[int], users: Users
) -> list[Approval]:
    """The approvals of teams, and of persons, in every period that has worklogs.

    Asked period by period: over several at once Tempo gives one verdict for all of them.

    Args:
        users: account ids, or `all` for everybody who has worklogs; each costs a request a period.
    """
    worked = sorted(set(_person_days(worklogs)))
    if not worked or not (teams or users):
        return []
    days = sorted({day for _, day in worked})
    approvals: list[Approval] = []
    for period in _periods(client, Span(days[0], days[-1])):
        persons = {person for person, day in worked if period.first <= day <= period.last}
        if not persons:
            continue
        for team in teams:
            approvals += _of_team(client, team, period)
        for person in sorted(persons if users == "all" else persons.intersection(users)):
            approvals += _of_user(client, person, period)
    return approvals


def cell_of(value: object) -> str:
    """A field as the parsers of cells take it."""
    return "" if value is None else str(value)


def _stood_still(client: TempoClient, span: Span, pages: Sequence[Sequence[Record]]) -> bool:
    """Whether no worklog came twice, and the one before the last page has its number still."""
    ids = [worklog.get("tempoWorklogId") for page in pages for worklog in page]
    if len(set(ids)) < len(ids):
        return False
    before = len(ids) - len(pages[-1])
    if not before:
        return True
    asked = {**span.parameters(), "limit": 1, "offset": before - 1}
    return [each.get("tempoWorklogId") for each in client.page("worklogs", asked, f"record {before}")] == [
        ids[before - 1]
    ]


def _person_days(worklogs: Sequence[Record]) -> Iterator[tuple[str, date]]:
    for worklog in worklogs:
        author = worklog.get("author")
        person = author.get("accountId") if isinstance(author, dict) else None
        day = parse_date(cell_of(worklog.get("startDate")))
        if isinstance(person, str) and isinstance(day, date):
            yield person, day


def _periods(client: TempoClient, span: Span) -> list[Span]:
    found = client.content("periods", span.parameters(), str(span)).get("periods")
    if not isinstance(found, list):
        raise _unreadable(client, "periods", found)
    return [_span(client, period) for period in found]


def _of_team(client: TempoClient, team: int, period: Span) -> Iterator[Approval]:
    where = f"team {team}, {period}"
    for page in client.pages(
        "timesheet-approvals/team", period.parameters(), where, path=quote(str(team), safe="")
    ):
        yield from (_approval(client, record) for record in page)


def _of_user(client: TempoClient, person: str, period: Span) -> list[Approval]:
    """One approval; none of an account that Tempo knows no more."""
    try:
        record = client.content(
            "timesheet-approvals/user", period.parameters(), str(period), path=quote(person, safe="")
        )
    except NotThere:
        client.say(
            f"a person who has worklogs in {period} has no timesheet any more; their status is unknown"
        )
        return []
    return [_approval(client, {"user": {"accountId": person}, **record})]


def _approval(client: TempoClient, record: Record) -> Approval:
    try:
        person, status = record["user"]["accountId"], record["status"]["key"]
        span = _span(client, record["period"])
    except (KeyError, TypeError):
        raise _unreadable(client, "an approval", record) from None
    if not (isinstance(person, str) and isinstance(status, str)):
        raise _unreadable(client, "an approval", record)
    return Approval(person, span, status)


def _span(client: TempoClient, period: object) -> Span:
    ends = (
        [parse_date(cell_of(period.get(name))) for name in ("from", "to")] if isinstance(period, dict) else []
    )
    days = [day for day in ends if isinstance(day, date)]
    if len(days) != 2:
        raise _unreadable(client, "a period", period)
    return Span(*days)


def _unreadable(client: TempoClient, what: str, content: object) -> SchemaChanged:
    fields = sorted(content) if isinstance(content, dict) else type(content).__name__
    message = f"{client.account.source}: {what} can't be read; it has {fields}."
    return SchemaChanged(message, mend="Check that url is that of Tempo's API v4, and report it.")
