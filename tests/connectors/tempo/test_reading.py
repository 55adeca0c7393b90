"""What is asked of Tempo, how its pages are followed, and what stops it."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.errors import (
    AccessDenied,
    AuthenticationFailed,
    RequestRefused,
    SchemaChanged,
    SourceUnreachable,
)
from connectors.pace import SharedPace
from connectors.tempo.client import TempoAccount
from connectors.tempo.reading import Approval, Span, read_approvals, read_worklogs
from demo.tempo.account import Account, document_of
from demo.tempo.server import Answer, DemoTempo

YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
JANUARY = Span(date(2026, 1, 1), date(2026, 1, 31))


def ids(worklogs):
    return [worklog["tempoWorklogId"] for worklog in worklogs]


def paths(demo):
    return [request.partition("?")[0].removeprefix("/4/") for request in demo.requests]


def test_every_worklog_of_the_span_is_read_once(tempo, client):
    found = read_worklogs(client(tempo), JANUARY)
    own = tempo.account.between(JANUARY.first, JANUARY.last)
    assert found == [document_of(worklog, tempo.url) for worklog in own]
    assert len(found) == 60


def test_five_thousand_are_asked_for_at_a_time(client):
    account = Account()
    for number in range(60_000):
        account.log(f"acc-{number % 100}", date(2026, 1 + number % 12, 3), 900, issue=1)
    with DemoTempo(account) as demo:
        found = read_worklogs(client(demo), YEAR)
    assert ids(found) == list(account.worklogs)
    assert len(demo.requests) == 12 + 1
    assert all("limit=5000" in request for request in demo.requests[:12])


def test_without_worklogs_one_request_is_enough(empty, client):
    assert read_worklogs(client(empty), YEAR) == []
    assert len(empty.requests) == 1


def test_a_deletion_while_pages_are_read_loses_nothing(empty, client):
    for _ in range(10):
        empty.account.log("acc-alice", date(2026, 3, 2), 3600, issue=1)
    first = next(iter(empty.account.worklogs))
    answered = []

    def delete_once(path):
        answered.append(path)
        if len(answered) == 2:
            empty.account.delete(first)

    empty.after = delete_once
    assert ids(read_worklogs(client(empty), YEAR)) == list(empty.account.worklogs)
    assert len(answered) > 5


def test_worklogs_that_are_never_at_rest_stop_it(empty, client):
    for _ in range(40):
        empty.account.log("acc-alice", date(2026, 3, 2), 3600, issue=1)
    empty.after = lambda path: empty.account.delete(next(iter(empty.account.worklogs)))
    with pytest.raises(SourceUnreachable, match="Tempo acme: its worklogs changed during each of 3 readings"):
        read_worklogs(client(empty), YEAR)


@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/4/worklogs?offset=100",
        "http://127.0.0.1:1/4/worklogs?offset=100",
        "//evil.example/4/worklogs",
        "/3/worklogs?offset=100",
        "http://127.0.0.1@evil.example/4/worklogs",
        "http://127.0.0.1:99999999/4/worklogs",
        7,
    ],
)
def test_a_next_page_elsewhere_is_refused_and_never_asked_for(following, tempo, client):
    tempo.fault("worklogs", spoil=lambda body: body["metadata"].update(next=following))
    with pytest.raises(RequestRefused, match="which is not below http://127") as caught:
        read_worklogs(client(tempo), YEAR)
    assert str(following) in caught.value.message
    assert "Nothing was sent there" in caught.value.mend
    assert len(tempo.requests) == 1


def test_a_next_page_may_be_relative_to_the_host(tempo, client):
    def shorten(body):
        following = body["metadata"].get("next")
        if following:
            body["metadata"]["next"] = following.removeprefix(f"http://127.0.0.1:{tempo.port}")

    tempo.fault("worklogs", spoil=shorten, times=None)
    assert len(read_worklogs(client(tempo), YEAR)) == len(tempo.account.worklogs)


def test_pages_that_lead_in_a_circle_stop_it(tempo, client):
    again = f"{tempo.url}/worklogs?offset=0&limit=100"
    tempo.fault("worklogs", spoil=lambda body: body["metadata"].update(next=again), times=None)
    with pytest.raises(SchemaChanged, match="its pages lead in a circle"):
        read_worklogs(client(tempo), YEAR)


def test_a_redirection_is_not_followed(tempo, client):
    moved = Answer(302, {}, {"Location": "https://api.eu.tempo.io/4/worklogs"})
    tempo.fault("worklogs", answer=moved)
    with pytest.raises(RequestRefused, match=r"sends to https://api\.eu\.tempo\.io/4/worklogs"):
        client(tempo).check()


def test_a_refused_token_names_itself_and_the_regions(tempo, client, waits):
    with pytest.raises(AuthenticationFailed) as caught:
        client(tempo, token="expired-token").check()
    assert "Tempo acme: GET worklogs (opening) answered 401: Invalid access token." in str(caught.value)
    assert "token and url of tempo acme" in caught.value.mend
    assert "https://api.eu.tempo.io/4" in caught.value.mend
    assert "expired-token" not in str(caught.value)
    assert waits.seconds == []


def test_a_permission_that_is_missing_is_named(tempo, client):
    worklogs = read_worklogs(client(tempo), JANUARY)
    tempo.fault("team/12", answer=Answer(403, {"errors": [{"message": "Not allowed"}]}))
    with pytest.raises(
        AccessDenied, match=r"team 12, 2026-01-01 to 2026-01-31\) answered 403: Not allowed"
    ) as caught:
        read_approvals(client(tempo), worklogs, teams=[12], users=())
    assert "Approve Timesheets" in caught.value.mend


def test_a_429_is_waited_for_as_long_as_it_asks(tempo, client, waits):
    tempo.fault("worklogs", answer=Answer(429, {}, {"Retry-After": "7"}), skip=1, times=2)
    assert len(read_worklogs(client(tempo), YEAR)) == len(tempo.account.worklogs)
    assert waits.seconds == [7.0, 7.0]


def test_a_5xx_and_a_cut_connection_are_asked_again_ever_later(tempo, client, waits):
    tempo.fault("worklogs", answer=Answer(503, b"<html>busy</html>"), times=2)
    tempo.fault("worklogs")
    assert len(read_worklogs(client(tempo), YEAR)) == len(tempo.account.worklogs)
    assert waits.seconds == [2.5, 5.0, 10.0]


@pytest.mark.parametrize(
    "body", [b"", b'{"results": [', b"<html>Log in</html>", b"[]", b'{"results": {}}', b"{}"]
)
def test_an_answer_that_is_no_data_is_never_taken_for_no_worklogs(body, tempo, client):
    tempo.fault("worklogs", answer=Answer(200, body), times=None)
    with pytest.raises(
        (SourceUnreachable, AuthenticationFailed, SchemaChanged), match="Tempo acme: GET worklogs"
    ):
        read_worklogs(client(tempo), YEAR)


def test_an_address_without_the_api_says_where_it_is(tempo, client):
    with pytest.raises(RequestRefused, match="answered 404") as caught:
        client(tempo, url=tempo.url.removesuffix("/4") + "/3").check()
    assert "https://api.tempo.io/4" in caught.value.mend


@pytest.mark.parametrize(
    "url", ["api.tempo.io", "http://api.tempo.io/4", "https://me:pw@api.tempo.io/4", "ftp://api.tempo.io/4"]
)
def test_an_address_that_would_give_the_token_away_is_refused(url):
    with pytest.raises(RequestRefused, match="Tempo acme"):
        TempoAccount(name="acme", url=url, token="t")


def test_approvals_are_asked_for_period_by_period(tempo, client):
    """Over several months at once Tempo gives one verdict: alice's would be OPEN from January on."""
    worklogs = read_worklogs(client(tempo), YEAR)
    found = read_approvals(client(tempo), worklogs, teams=[12], users=())
    statuses = {each.span.first.month: each.status for each in found if each.person == "acc-alice"}
    assert statuses == dict.fromkeys(range(1, 5), "APPROVED") | {5: "IN_REVIEW", 6: "OPEN"}
    assert paths(tempo).count("timesheet-approvals/team/12") == 6


def test_a_period_without_worklogs_is_not_asked_for(empty, client):
    empty.account.teams[7] = ["a b/c"]
    empty.account.log("a b/c", date(2026, 1, 5), 60, issue=1)
    empty.account.log("a b/c", date(2026, 12, 5), 60, issue=1)
    empty.account.decide("a b/c", date(2026, 12, 5), "REJECTED")
    worklogs = read_worklogs(client(empty), YEAR)
    december = Span(date(2026, 12, 1), date(2026, 12, 31))
    expected = [Approval("a b/c", JANUARY, "OPEN"), Approval("a b/c", december, "REJECTED")]
    assert read_approvals(client(empty), worklogs, teams=[7], users=()) == expected
    assert read_approvals(client(empty), worklogs, teams=[], users="all") == expected
    assert read_approvals(client(empty), worklogs, teams=[], users=["somebody else"]) == []


def test_without_teams_and_users_no_approval_is_asked_for(tempo, client):
    worklogs = read_worklogs(client(tempo), JANUARY)
    assert read_approvals(client(tempo), worklogs, teams=[], users=()) == []
    assert set(paths(tempo)) == {"worklogs"}


def test_a_person_who_has_no_timesheet_any_more_has_no_approval(tempo, client):
    worklogs = read_worklogs(client(tempo), JANUARY)
    tempo.fault("user/acc-bruno", answer=Answer(404, {"errors": []}))
    found = read_approvals(client(tempo), worklogs, teams=[], users="all")
    assert {each.person for each in found} == {"acc-alice", "acc-chloe"}


def test_an_approval_of_another_shape_stops_it(tempo, client):
    worklogs = read_worklogs(client(tempo), JANUARY)
    tempo.fault("team/12", spoil=lambda body: body["results"][0].pop("status"))
    with pytest.raises(SchemaChanged, match="an approval can't be read; it has"):
        read_approvals(client(tempo), worklogs, teams=[12], users=())


def test_five_requests_a_second_and_no_two_at_once():
    """By a clock of its own: what Tempo counts is spacing, not a burst after a rest."""
    now = [0.0]
    pace = SharedPace(
        5.0, at_once=1, sleep=lambda seconds: now.__setitem__(0, now[0] + seconds), clock=lambda: now[0]
    )
    times = []
    for _ in range(6):
        pace.enter("GET worklogs")
        times.append(round(now[0], 6))
    assert times == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
