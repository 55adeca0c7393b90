"""What every connector that speaks HTTP shares: which answers are asked for again, how long it waits, what it says.

    ask() ── a whole answer ──────────────────────────────▶ returned
      ├─ 429, 5xx, cut connection, timeout, cut JSON ─ wait, ask again ─▶ SourceUnreachable
      ├─ 401, 407, a login page with 200 ─────────────────▶ AuthenticationFailed (403: AccessDenied)
      └─ any other 4xx ───────────────────────────────────▶ RequestRefused (404, 410: NotThere)

How fast the requests of several threads follow each other is `connectors.pace`.

Not here: what is asked and how pages follow each other; that is each connector's own.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any, TypeVar

import requests

from connectors.errors import (
    AccessDenied,
    AuthenticationFailed,
    ConnectorError,
    NotThere,
    RequestRefused,
    SourceUnreachable,
)
from connectors.pace import Pace, Unpaced

Answer = TypeVar("Answer")
Report = Callable[[str], None]

TIMEOUTS = (10.0, 90.0)
"""Seconds to connect, and between two bytes: a search over large issues takes Jira up to a minute."""

_CREDENTIALS_REFUSED = frozenset({401, 403, 407})
_TRANSIENT = frozenset({408, 425, 429})
_FINAL_SERVER_ERRORS = frozenset({501, 505})
_LOGIN = ("login", "sso", "saml")
"""Words in the address of a page where people log in."""


class LoginPage(requests.RequestException):
    """A web page, or an answer to nobody in particular, came where data was expected."""


class CutOff(requests.RequestException):
    """The answer is empty, or ends in the middle."""


def silent(message: str) -> None:
    """A report that goes nowhere."""
    del message


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How often and how long a request is tried again.

    Args:
        attempts: requests in all for one page, the first included.
        first_wait, longest_wait: seconds; the wait doubles from the first to the longest, with jitter.
        longest_asked: the longest wait, in seconds, that a server may ask for: hourly quotas reset at the full hour.
        sleep, jitter, now: the clock and the dice; tests give their own.
    """

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_asked: float = 3_700.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    now: Callable[[], datetime] = _utc_now

    def backoff(self, attempt: int) -> float:
        """Seconds to wait after attempt number `attempt` (from 1): half to the whole of the doubled wait."""
        ceiling = min(self.longest_wait, self.first_wait * float(2 ** (attempt - 1)))
        return ceiling * (0.5 + self.jitter() / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a request stood, for messages: `Jira acme`, `GET worklog/updated`, `since 2026-06-30T10:00:00.000Z`.

    `credentials` says what to check when they are refused, e.g. `auth.email and auth.token of site acme`.
    """

    source: str
    endpoint: str
    cursor: str
    credentials: str

    def __str__(self) -> str:
        return f"{self.source}: {self.endpoint} ({self.cursor})"


def call(
    ask: Callable[[], Answer],
    *,
    place: Place,
    retry: Retry,
    report: Report = silent,
    pace: Pace | None = None,
) -> Answer:
    """What `ask` returns; it is called again while what goes wrong is transient.

    Args:
        ask: one request; raises `requests` exceptions, `HTTPError` with its response for a status from 400 on.
        pace: shared by all threads that ask the same source, so that one's 429 holds the others back too.

    Raises:
        SourceUnreachable: no whole answer after `retry.attempts`, or the server asks for too long a wait.
        AuthenticationFailed, RequestRefused: at once.
    """
    pace = pace or Unpaced()
    for attempt in range(1, retry.attempts + 1):
        pace.enter(place.endpoint)
        try:
            return ask()
        except requests.RequestException as error:
            if (stop := _final(error, place)) is not None:
                raise stop from error
            if attempt == retry.attempts:
                raise _exhausted(error, place, retry) from error
            wait = _wait(error, attempt, place, retry)
            report(f"{place}: {_reason(error)}; asking again in {wait:.1f} s")
            if _status(error) == 429:
                pace.hold(place.endpoint, wait, reason=_limit(error))
        retry.sleep(wait)
    raise SourceUnreachable(f"{place}: no attempt was allowed.", mend="Set Retry.attempts to 1 or more.")


def check_answer(response: requests.Response, *_: Any, **__: Any) -> requests.Response:
    """A `requests` response hook that lets neither a login page nor an empty page pass for data.

    Raises:
        LoginPage, CutOff: `call` knows both.
    """
    if response.is_redirect and any(word in response.headers["Location"].lower() for word in _LOGIN):
        raise LoginPage("it sends to a login page", response=response)
    if response.status_code != 200:
        return response
    if _answers_nobody(response) or _is_web_page(response):
        raise LoginPage("a web page or an anonymous answer came", response=response)
    if not response.content.strip():
        raise CutOff("the answer is empty", response=response)
    return response


def asked_wait(headers: Any, now: datetime) -> float | None:
    """Seconds that a server asks to wait, or None where it does not say.

    `Retry-After` in seconds, as a fraction, or as an HTTP date (counted from the server's own `Date`, so that a wrong
    clock here does no harm); else `X-RateLimit-Reset` as an ISO 8601 moment.
    """
    text = (headers.get("Retry-After") or "").strip()
    if (seconds := _number(text)) is not None:
        return max(0.0, seconds)
    until = _http_date(text) or _iso_moment((headers.get("X-RateLimit-Reset") or "").strip())
    if until is None:
        return None
    return max(0.0, (until - (_http_date(headers.get("Date") or "") or now)).total_seconds())


def _answers_nobody(response: requests.Response) -> bool:
    """Jira answers a refused login as if nobody had asked: 200, and whatever an anonymous visitor may see."""
    reason = response.headers.get("X-Seraph-LoginReason", "")
    return any(word in reason for word in ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"))


def _is_web_page(response: requests.Response) -> bool:
    kind = response.headers.get("Content-Type", "")
    return "html" in kind or response.content.lstrip()[:1] == b"<"


def _final(error: requests.RequestException, place: Place) -> ConnectorError | None:
    """The error to stop with at once; None when asking again may help."""
    if isinstance(error, LoginPage | requests.TooManyRedirects):
        return _refused(place, "answered with a login page instead of data")
    if isinstance(error, requests.exceptions.SSLError):
        mend = "Set REQUESTS_CA_BUNDLE to the organisation's certificates, or check the site's address."
        return SourceUnreachable(f"{place}: the certificate was not accepted: {_reason(error)}.", mend=mend)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
        return RequestRefused(f"{place}: {error}.", mend="Write the site's address as https://host.")
    status = _status(error)
    if status in _CREDENTIALS_REFUSED:
        kind = AccessDenied if status == 403 and not _is_locked_out(error) else AuthenticationFailed
        return _refused(place, f"answered {status}{_said(error)}", kind)
    if status is not None and _is_refusal(status):
        refused = NotThere if status in (404, 410) else RequestRefused
        return refused(f"{place} answered {status}{_said(error)}.", mend=_mend_refused(status))
    return None


def _is_locked_out(error: requests.RequestException) -> bool:
    """Whether a 403 is about the login, as after too many failed ones, and not about the thing asked for."""
    return error.response is not None and "X-Authentication-Denied-Reason" in error.response.headers


def _is_refusal(status: int) -> bool:
    """Whether the same request would be refused again."""
    return (400 <= status < 500 and status not in _TRANSIENT) or status in _FINAL_SERVER_ERRORS


def _refused(
    place: Place, what: str, kind: type[AuthenticationFailed] = AuthenticationFailed
) -> AuthenticationFailed:
    mend = f"Check {place.credentials}: is the token still valid, and may its account read this?"
    return kind(f"{place} {what}.", mend=mend)


def _mend_refused(status: int) -> str:
    if status in (404, 410):
        return "Check the site's address and its kind (Cloud or Data Center): this one has no such endpoint."
    return "Check the projects named for the site; run it alone with python -m connectors.jira to see the request."


def _exhausted(error: requests.RequestException, place: Place, retry: Retry) -> SourceUnreachable:
    message = f"{place}: no whole answer after {retry.attempts} attempts; the last: {_reason(error)}."
    return SourceUnreachable(message, mend="Check the address and the network, then run the refresh again.")


def _wait(error: requests.RequestException, attempt: int, place: Place, retry: Retry) -> float:
    """Seconds before the next attempt: never less than the server asks for."""
    backoff = retry.backoff(attempt)
    if error.response is None:
        return backoff
    asked = asked_wait(error.response.headers, retry.now())
    if asked is None:
        return backoff
    if asked > retry.longest_asked:
        message = f"{place}: {_reason(error)}, and asks to wait {asked:.0f} s."
        raise SourceUnreachable(message, mend="Run the refresh again after that time.") from error
    return asked + retry.jitter() * retry.first_wait


def _reason(error: requests.RequestException) -> str:
    """What went wrong, in a few words."""
    status = _status(error)
    if status is not None and status >= 400:
        limit = _limit(error)
        return f"answered {status}{_said(error)}" + (f" [{limit}]" if limit else "")
    if isinstance(error, requests.JSONDecodeError):
        return "the JSON ends in the middle or is none"
    return f"{type(error).__name__}: {str(error)[:200]}"


def _limit(error: requests.RequestException) -> str:
    """Which limit a 429 names: `jira-quota-global-based`, `jira-burst-based`, …; empty where it names none."""
    return str(error.response.headers.get("RateLimit-Reason", "")) if error.response is not None else ""


def _status(error: requests.RequestException) -> int | None:
    return None if error.response is None else error.response.status_code


def _said(error: requests.RequestException) -> str:
    """The server's own words about an error, shortened: `: Field 'x' does not exist`."""
    response = error.response
    if response is None:
        return ""
    denied = response.headers.get("X-Authentication-Denied-Reason")
    words = denied or " ".join(_messages(response))
    return f": {words[:300].rstrip('. ')}" if words else ""


def _messages(response: requests.Response) -> list[str]:
    """The sentences of a JSON error body; none for a web page."""
    try:
        body = response.json()
    except (ValueError, requests.RequestException):
        return []
    if not isinstance(body, dict):
        return []
    fields = body.get("errors")
    said = [body.get("message"), body.get("errorMessage"), *(body.get("errorMessages") or [])]
    said += list(fields.values()) if isinstance(fields, dict) else []
    said += (
        [each.get("message") for each in fields if isinstance(each, dict)] if isinstance(fields, list) else []
    )
    return [words for words in said if isinstance(words, str) and words]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _iso_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
