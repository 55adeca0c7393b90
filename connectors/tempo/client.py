"""Sends requests to one Tempo account and follows its pages; one request at a time.

Retrying and waiting are `connectors.http` and `connectors.pace`; what is asked for is `connectors.tempo.reading`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson
import requests

from connectors.errors import AccessDenied, AuthenticationFailed, RequestRefused, SchemaChanged
from connectors.http import TIMEOUTS, Place, Report, Retry, call, check_answer, silent
from connectors.pace import Pace, SharedPace

Record = dict[str, Any]
Parameters = Mapping[str, str | int]

TEMPO_CLOUD = "https://api.tempo.io/4"
PER_SECOND = 5.0
"""Requests that Tempo allows; whoever asks faster for long has his address blocked."""
FIRST_WAIT = 5.0
"""Seconds: Tempo asks to wait 5, 10 and 15 s after a 5xx."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_REGIONS = "https://api.tempo.io/4, https://api.eu.tempo.io/4 or https://api.us.tempo.io/4"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class TempoAccount:
    """One Tempo account and the token that reads it.

    Args:
        name: how messages and landing name it.
        url: https://host/4.
        token: sent as a bearer token, to the host of `url` and nowhere else.
        requests_per_second: less where others ask from the same address.

    Raises:
        RequestRefused: the address is none, has credentials in it, or is not encrypted.
    """

    name: str
    url: str = TEMPO_CLOUD
    token: str = field(repr=False)
    requests_per_second: float = PER_SECOND

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        mend = f"Write url of it as one of {_REGIONS}."
        if parts.scheme not in _PORTS or not parts.hostname or parts.query or parts.fragment:
            raise RequestRefused(f"Tempo {self.name}: {self.url!r} is no address.", mend=mend)
        if parts.username or parts.password:
            raise RequestRefused(f"Tempo {self.name}: the address contains credentials.", mend=mend)
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise RequestRefused(
                f"Tempo {self.name}: {self.url} would send the token unencrypted.", mend=mend
            )

    @property
    def source(self) -> str:
        """The account in messages."""
        return f"Tempo {self.name}"

    @property
    def credentials(self) -> str:
        """Where to look when the token is refused."""
        return f"token and url of tempo {self.name} (a token is good in its own region only, {_REGIONS})"


class TempoClient:
    """A session with one Tempo account; nothing is asked until somebody asks.

    Every request raises SourceUnreachable, AuthenticationFailed, RequestRefused or SchemaChanged.
    """

    def __init__(
        self,
        account: TempoAccount,
        *,
        retry: Retry | None = None,
        pace: Pace | None = None,
        report: Report = silent,
    ) -> None:
        self.account = account
        self._retry = retry or Retry(attempts=5, first_wait=FIRST_WAIT)
        self._pace = pace or SharedPace(account.requests_per_second, at_once=1)
        self._report = report
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {account.token}"
        self._session.hooks["response"].append(check_answer)
        # A .netrc would replace the token; a machine's proxy is not for what listens on it.
        self._session.auth = _keep_token
        if urlsplit(account.url).hostname in _LOOPBACK:
            self._session.trust_env = False
            self._session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True

    def __enter__(self) -> TempoClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def check(self) -> None:
        """Returns when the token is accepted: one request."""
        self.page("worklogs", {"limit": 1}, "opening")

    def page(self, endpoint: str, parameters: Parameters, where: str, *, path: str = "") -> list[Record]:
        """The records of one answer, whatever follows it; `path` is what the address has after the endpoint."""
        place = self._place(endpoint, where)
        return _records(self._ask(self._address(endpoint, path), parameters, place), place)

    def pages(
        self, endpoint: str, parameters: Parameters, where: str, *, path: str = ""
    ) -> Iterator[list[Record]]:
        """The records of an answer and of all that follow it, by `metadata.next` until there is none.

        Raises RequestRefused for a next page that is not below the account's own address: the token stays here.
        """
        url, asked = self._address(endpoint, path), set[str]()
        more: Parameters | None = parameters
        number = 0
        while True:
            place = self._place(endpoint, f"{where}, record {number + 1} on" if number else where)
            content = self._ask(url, more, place)
            records = _records(content, place)
            yield records
            number += len(records)
            following = (content.get("metadata") or {}).get("next")
            if not following:
                return
            asked.add(url)
            url, more = self._following(following, place), None
            if url in asked:
                message = f"{place}: its pages lead in a circle, back to {url}."
                raise SchemaChanged(message, mend="Run the refresh again; if it stays, tell Tempo's support.")

    def content(self, endpoint: str, parameters: Parameters, where: str, *, path: str = "") -> Record:
        """One answer as it is, a JSON object."""
        return self._ask(self._address(endpoint, path), parameters, self._place(endpoint, where))

    def say(self, message: str) -> None:
        """Reports to whoever watches."""
        self._report(f"{self.account.source}: {message}")

    def _address(self, endpoint: str, path: str) -> str:
        return "/".join(filter(None, (self.account.url.rstrip("/"), endpoint, path)))

    def _place(self, endpoint: str, where: str) -> Place:
        account = self.account
        return Place(
            source=account.source, endpoint=f"GET {endpoint}", cursor=where, credentials=account.credentials
        )

    def _following(self, following: Any, place: Place) -> str:
        own = self.account.url.rstrip("/")
        url = urljoin(f"{own}/", following) if isinstance(following, str) else ""
        if _site(url) != _site(own) or not urlsplit(url).path.startswith(f"{urlsplit(own).path}/"):
            message = f"{place}: the next page is said to be at {following}, which is not below {own}."
            mend = f"Nothing was sent there. Check that url of tempo {self.account.name} is the account's own region."
            raise RequestRefused(message, mend=mend)
        return url

    def _ask(self, url: str, parameters: Parameters | None, place: Place) -> Record:
        try:
            content = call(
                lambda: self._send(url, parameters, place),
                place=place,
                retry=self._retry,
                report=self._report,
                pace=self._pace,
            )
        except AccessDenied as error:
            mend = "Its owner has to see all worklogs in Tempo, and for approvals to have Approve Timesheets."
            raise AccessDenied(error.message, mend=mend) from error
        except AuthenticationFailed:
            raise
        except RequestRefused as error:
            mend = f"Check url, teams and users of tempo {self.account.name}: Tempo Cloud's API v4 is at {_REGIONS}."
            raise type(error)(error.message, mend=mend) from error
        if not isinstance(content, dict):
            raise _changed(place, "is no JSON object")
        return content

    def _send(self, url: str, parameters: Parameters | None, place: Place) -> Any:
        """One request. A redirection is not followed: it would take the token along."""
        response = self._session.get(url, params=parameters, timeout=TIMEOUTS, allow_redirects=False)
        response.raise_for_status()
        if response.is_redirect:
            raise RequestRefused(f"{place} sends to {response.headers['Location']}.", mend="Set url.")
        try:
            return orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise requests.JSONDecodeError(error.msg, "", error.pos, response=response) from None


def _keep_token(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _site(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return parts.scheme, None, None


def _records(content: Record, place: Place) -> list[Record]:
    records = content.get("results")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise _changed(place, "has no list of results")
    return records


def _changed(place: Place, what: str) -> SchemaChanged:
    return SchemaChanged(f"{place}: the answer {what}.", mend="Check that url is that of Tempo's API v4.")
