"""Posts to a channel: an incoming webhook of Slack, a workflow webhook of Teams.

The address of a webhook is a secret in itself, so it is in no message, no repr and no chained exception; a webhook is
named by the key of pmo.yaml that holds it. Requests are tried again by reason as everywhere (`connectors.http`). After
a time-out nobody knows whether the message was taken: it is posted again, rather twice than never.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import requests

from connectors.errors import AuthenticationFailed, RequestRefused, SourceUnreachable
from connectors.http import LoginPage, Place, Report, Retry, call, silent
from connectors.messages.cards import slack_body, teams_body
from connectors.messages.message import Message

Kind = Literal["slack", "teams"]

TITLES = {"slack": "Slack", "teams": "Teams"}
TIMEOUTS = (10.0, 30.0)
"""Seconds to connect, and for the answer."""
RETRY = Retry(attempts=4, first_wait=1.0, longest_wait=20.0, longest_asked=120.0)

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_RETIRED = ".webhook.office.com"
_MAKE = {
    "slack": "make an incoming webhook for the channel in Slack (https://hooks.slack.com/services/…)",
    "teams": "make a workflow for the channel in Teams, `Send webhook alerts to a channel`, and take its address",
}
_CODE = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One webhook: which system, the key of pmo.yaml that holds its address, and the address.

    Raises RequestRefused for an address that is none; the message does not show it.
    """

    kind: Kind
    key: str
    url: str = field(repr=False)

    def __post_init__(self) -> None:
        parts = _parts(self.url)
        scheme, host, path = parts or ("", "", "")
        mend = f"{self._mend_by_making()} and export it."
        if not host or not path.strip("/") or scheme not in ("http", "https"):
            raise RequestRefused(f"{self}: the address is none.", mend=mend)
        if scheme == "http" and host not in _LOOPBACK:
            raise RequestRefused(f"{self}: the address is not encrypted.", mend=mend)
        if host.endswith(_RETIRED):
            raise RequestRefused(f"{self}: Microsoft has retired connectors ({_RETIRED[1:]}).", mend=mend)

    @property
    def host(self) -> str:
        """The part of the address that is no secret."""
        return (_parts(self.url) or ("", "", ""))[1]

    def __str__(self) -> str:
        return f"{TITLES[self.kind]} ({self.key})"

    def _mend_by_making(self) -> str:
        made = _MAKE[self.kind]
        return made[0].upper() + made[1:]


def post(webhook: Webhook, message: Message, *, retry: Retry = RETRY, report: Report = silent) -> None:
    """Posts the subject and the lines of a message; files are not sent.

    Raises:
        SourceUnreachable: no answer after the retries, or asked to wait too long.
        AuthenticationFailed, RequestRefused: the webhook is not, or no longer, what it was.
    """
    body = slack_body(message) if webhook.kind == "slack" else teams_body(message)
    place = Place(source=TITLES[webhook.kind], endpoint="POST", cursor=webhook.key, credentials=webhook.key)
    failure: AuthenticationFailed | RequestRefused | SourceUnreachable
    try:
        call(lambda: _send(webhook, body), place=place, retry=retry, report=report)
        return
    except (AuthenticationFailed, RequestRefused) as error:
        mend = f"Look whether the webhook still exists; else {_MAKE[webhook.kind]} and export it anew."
        failure = type(error)(_what(error, webhook), mend=mend)
    except SourceUnreachable as error:
        mend = f"Check that this machine reaches {webhook.host}, directly or by HTTPS_PROXY."
        failure = SourceUnreachable(_scrubbed(error.message, webhook), mend=mend)
    raise failure


def check_reached(webhook: Webhook) -> None:
    """Whether the host answers at all; nothing is posted, so whether the webhook itself is good stays open.

    Raises SourceUnreachable.
    """
    failure = None
    try:
        with _session(webhook) as session:
            session.head(f"{_origin(webhook)}/", timeout=TIMEOUTS, allow_redirects=False)
    except requests.RequestException as error:
        failure = SourceUnreachable(
            f"{webhook}: {webhook.host} can't be reached: {_in_words(error)}.",
            mend="Check the network, and HTTPS_PROXY and REQUESTS_CA_BUNDLE where there is a proxy.",
        )
    if failure is not None:
        raise failure


def _send(webhook: Webhook, body: dict[str, Any]) -> None:
    """One request. Errors of `requests` quote the address, so others of the same kind are raised, unchained."""
    failure: requests.RequestException | None = None
    with _session(webhook) as session:
        try:
            response = session.post(webhook.url, json=body, timeout=TIMEOUTS, allow_redirects=False)
        except requests.RequestException as error:
            failure = _nameless(error)
        if failure is not None:
            raise failure
    if response.status_code >= 400:
        raise requests.HTTPError(_word(response.text), response=response)
    # A proxy's login page says 200, too. Slack calls its plain "ok" HTML, so only the text tells.
    if response.is_redirect or response.content.lstrip()[:1] == b"<":
        raise LoginPage("a web page came")


@contextmanager
def _session(webhook: Webhook) -> Iterator[requests.Session]:
    """A session whose requests are not logged: urllib3 writes the path of each, at DEBUG."""
    logger = logging.getLogger("urllib3.connectionpool")
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        with requests.Session() as session:
            session.auth = _as_it_is
            if webhook.host in _LOOPBACK:
                session.trust_env = False
            yield session
    finally:
        logger.setLevel(before)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """A .netrc has nothing to add."""
    return request


def _word(text: str) -> str:
    """Slack says what is wrong in one word, `invalid_token`; anything else may be a page, and is not repeated."""
    return text.strip() if _CODE.fullmatch(text.strip()) else ""


def _what(error: AuthenticationFailed | RequestRefused, webhook: Webhook) -> str:
    word = str(error.__cause__) if isinstance(error.__cause__, requests.HTTPError) else ""
    return _scrubbed(error.message, webhook) + (f" It says {word}." if word else "")


def _nameless(error: requests.RequestException) -> requests.RequestException:
    for kind in (requests.exceptions.SSLError, requests.Timeout, requests.exceptions.InvalidURL):
        if isinstance(error, kind):
            return kind(_in_words(error))
    return requests.ConnectionError(_in_words(error))


def _in_words(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "the certificate does not hold"
    return "no connection"


def _scrubbed(text: str, webhook: Webhook) -> str:
    """A server may say again what it was asked."""
    parts = urlsplit(webhook.url)
    for secret in sorted(re.split(r"[/?&=]", f"{parts.path}?{parts.query}"), key=len, reverse=True):
        text = text.replace(secret, "…") if len(secret) >= 8 else text
    return text


def _parts(url: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(url.strip())
        return parts.scheme, parts.hostname or "", parts.path
    except ValueError:
        return None


def _origin(webhook: Webhook) -> str:
    parts = urlsplit(webhook.url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
