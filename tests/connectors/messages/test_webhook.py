"""Slack and Teams webhooks against a real server: what is posted, what is tried again, what is said and what never."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator

import pytest

from connectors.errors import AuthenticationFailed, ConnectorError, RequestRefused, SourceUnreachable
from connectors.http import Retry
from connectors.messages import webhook as module
from connectors.messages.message import Message
from connectors.messages.webhook import Kind, Webhook, check_reached, post
from tests.webhook_server import Answer, Channel, webhook_server

SECRET = "T0PSECRETPATH"
MESSAGE = Message(
    identity="1", subject="Acme: <portfolio> & more", lines=("5 projects: *2* red.", "", "a_b_c")
)


class Waits(list[float]):
    """What a retry slept, without sleeping."""

    def retry(self) -> Retry:
        return Retry(attempts=3, sleep=self.append, jitter=lambda: 0.0, longest_asked=120.0)


@pytest.fixture
def channel() -> Iterator[Channel]:
    with webhook_server() as channel:
        yield channel


def hook(channel: Channel, kind: Kind = "slack") -> Webhook:
    return Webhook(kind=kind, key="deliver.slack[0]", url=f"{channel.url}/services/T1/{SECRET}?sig={SECRET}")


def failure(kind: type[ConnectorError], channel: Channel, *answers: Answer) -> str:
    """What is said of answers like these; neither it nor its traceback holds the address."""
    channel.answers = list(answers)
    with pytest.raises(kind) as caught:
        post(hook(channel), MESSAGE, retry=Waits().retry())
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert "deliver.slack[0]" in str(caught.value)
    return str(caught.value)


def test_slack_gets_text_for_notifications_and_blocks(channel: Channel) -> None:
    post(hook(channel), MESSAGE)
    (body,) = channel.posted
    assert body["text"] == "Acme: &lt;portfolio&gt; &amp; more"
    assert [block["text"]["text"] for block in body["blocks"]] == [
        "*Acme: &lt;portfolio&gt; &amp; more*",
        "5 projects: *2* red.\n\na_b_c",
    ]
    assert channel.paths == [f"/services/T1/{SECRET}?sig={SECRET}"]


def test_teams_gets_one_adaptive_card_and_says_202_to_it(channel: Channel) -> None:
    channel.answers = [Answer(202, "")]
    post(hook(channel, "teams"), MESSAGE)
    (body,) = channel.posted
    (attachment,) = body["attachments"]
    assert body["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    texts = [block["text"] for block in attachment["content"]["body"]]
    assert texts == ["Acme: <portfolio> & more", r"5 projects: \*2\* red.", r"a\_b\_c"]


@pytest.mark.parametrize("line", ["x" * 5_000, "R&D <x> " * 500, "🚀[*]" * 1_500, "a\n" * 2_000])
def test_what_is_posted_is_as_large_as_slack_and_teams_take_and_no_larger(
    channel: Channel, line: str
) -> None:
    long = Message(identity="1", subject="Acme & Sons, " * 400, lines=(line,))
    for kind in ("slack", "teams"):
        post(hook(channel, kind), long)
    slack, teams = channel.posted
    assert all(len(block["text"]["text"]) <= 3_000 for block in slack["blocks"])
    assert slack["blocks"][1]["text"]["text"].endswith(" …")
    assert len(json.dumps(teams)) <= 28_000
    assert len(json.dumps(teams)) > 4_000


def test_too_many_requests_wait_as_long_as_asked(channel: Channel) -> None:
    channel.answers, waits = [Answer(429, "", {"Retry-After": "7"})], Waits()
    post(hook(channel), MESSAGE, retry=waits.retry())
    assert (len(channel.posted), waits) == (2, [7.0])


def test_too_long_a_wait_is_not_waited_for(channel: Channel) -> None:
    assert "asks to wait 900 s" in failure(
        SourceUnreachable, channel, Answer(429, "", {"Retry-After": "900"})
    )
    assert len(channel.posted) == 1


def test_a_server_error_is_tried_again_and_then_said(channel: Channel) -> None:
    channel.answers = [Answer(503, "")]
    post(hook(channel), MESSAGE, retry=Waits().retry())
    assert len(channel.posted) == 2
    assert "answered 500" in failure(SourceUnreachable, channel, *[Answer(500, "")] * 3)


def test_a_webhook_that_is_no_more_is_said_at_once_with_slacks_word(channel: Channel) -> None:
    said = failure(RequestRefused, channel, Answer(404, "no_service"))
    assert "It says no_service." in said and "make an incoming webhook" in said
    assert len(channel.posted) == 1
    assert "invalid_token" in failure(AuthenticationFailed, channel, Answer(403, "invalid_token"))


def test_what_the_server_repeats_of_the_address_is_not_repeated(channel: Channel) -> None:
    body = f'{{"message": "no workflow at /services/T1/{SECRET}"}}'
    assert "no workflow at" in failure(RequestRefused, channel, Answer(400, body))


@pytest.mark.parametrize(
    "answer",
    [Answer(200, "<!doctype html><p>Please log in"), Answer(302, "", {"Location": f"/login/{SECRET}"})],
    ids=["login page", "redirection"],
)
def test_a_login_page_is_no_success(channel: Channel, answer: Answer) -> None:
    failure(AuthenticationFailed, channel, answer)


def test_no_answer_in_time_is_tried_again_and_then_said(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMEOUTS", (0.2, 0.2))
    said = failure(SourceUnreachable, channel, *[Answer(after=1.0)] * 3)
    assert "no answer in time" in said and "after 3 attempts" in said


def test_no_server_is_said_by_its_host_alone() -> None:
    gone = Webhook(kind="teams", key="alerts.teams", url=f"http://127.0.0.1:9/{SECRET}")
    with pytest.raises(SourceUnreachable) as caught:
        post(gone, MESSAGE, retry=Waits().retry())
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert "127.0.0.1" in str(caught.value)
    with pytest.raises(SourceUnreachable) as caught:
        check_reached(gone)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_check_posts_nothing(channel: Channel) -> None:
    check_reached(hook(channel))
    assert channel.posted == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("hooks.slack.com/services/T0PSECRETPATH", "the address is none"),
        ("https://hooks.slack.com", "the address is none"),
        ("http://hooks.slack.com/services/T0PSECRETPATH", "not encrypted"),
        ("https://acme.webhook.office.com/webhookb2/T0PSECRETPATH", "retired connectors"),
        ("https://[T0PSECRETPATH", "the address is none"),
    ],
)
def test_an_address_that_can_not_be_right_is_not_shown(url: str, said: str) -> None:
    with pytest.raises(RequestRefused, match=said) as caught:
        Webhook(kind="slack", key="deliver.slack[0]", url=url)
    assert SECRET not in str(caught.value)


def test_no_log_has_the_address_however_much_is_logged(
    channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        post(hook(channel), MESSAGE)
        failure(RequestRefused, channel, Answer(404, "no_service"))
    assert SECRET not in caplog.text


def test_no_repr_has_the_address(channel: Channel) -> None:
    assert SECRET not in repr(hook(channel)) + str(hook(channel))
