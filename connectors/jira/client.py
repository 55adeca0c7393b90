"""Sends requests to one Jira through the `jira` library, from as many threads as ask.

The library opens the session, signs the requests and knows where the API lies; its own retries and page loops are
switched off, because they cut pages short in silence, wait less than the server asks, and hang for ever without a
timeout. Retrying is `connectors.http`, paging `connectors.jira.paging`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from connectors.errors import AuthenticationFailed, SchemaChanged, SourceUnreachable
from connectors.http import TIMEOUTS, Place, Report, Retry, call, check_answer, silent
from connectors.jira.endpoints import ENDPOINTS, MYSELF, SERVER_INFO, Api, Deployment, Endpoint
from connectors.jira.moments import parse_moment
from connectors.jira.paging import Record
from connectors.jira.site import JiraSite
from connectors.pace import Pace, SharedPace

if TYPE_CHECKING:
    from jira import JIRA

_API_VERSIONS: Mapping[Deployment, str] = {"cloud": "3", "server": "2"}
_BASES: Mapping[Api, str] = {
    "core": "{server}/rest/{rest_path}/{rest_api_version}/{path}",
    "agile": "{server}/rest/{agile_rest_path}/{agile_rest_api_version}/{path}",
}
_JSON = {"Content-Type": "application/json"}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_DEPLOYMENTS: Mapping[str, Deployment] = {"Cloud": "cloud", "Server": "server"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request gave: the decoded JSON, and its bytes as they came."""

    content: Any
    body: bytes


class JiraClient:
    """An open connection to one Jira whose credentials have been accepted.

    Attributes:
        deployment: `cloud` or `server` (Data Center).
        server_time: naive UTC, Jira's own clock when the connection was opened.

    Raises:
        SourceUnreachable, AuthenticationFailed, RequestRefused, SchemaChanged: from the constructor and every request.
    """

    def __init__(
        self,
        site: JiraSite,
        *,
        retry: Retry | None = None,
        timeouts: tuple[float, float] = TIMEOUTS,
        report: Report = silent,
        pace: Pace | None = None,
    ) -> None:
        self.site = site
        self._is_over = threading.Event()
        self._retry = retry or Retry(sleep=self._sleep)
        self._timeouts = timeouts
        self._report = report
        self._pace = pace or SharedPace(site.requests_per_second, sleep=self._sleep)
        self._version = "2"
        self._local = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[JIRA] = []
        try:
            self.deployment, self.server_time = self._introduce()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> JiraClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes all sessions."""
        with self._lock:
            for session in self._sessions:
                session.close()  # type: ignore[no-untyped-call]
            self._sessions.clear()

    @property
    def source(self) -> str:
        """The site's name in messages."""
        return f"Jira {self.site.name}"

    def endpoint(self, name: str) -> Endpoint:
        """The endpoint called `name` in `connectors.jira.endpoints`, as this kind of Jira has it."""
        return ENDPOINTS[self.deployment][name]

    def ask(self, endpoint: Endpoint, parameters: Mapping[str, Any], where: str) -> Answer:
        """What one request gives, asked for again while what goes wrong is transient. From any thread."""
        if self._is_over.is_set():
            raise self._given_up()
        cursor = f"{where}, {str(parameters['jql'])[:200]}" if "jql" in parameters else where
        place = Place(
            source=self.source, endpoint=str(endpoint), cursor=cursor, credentials=self.site.credentials
        )
        return call(
            lambda: _send(self._session(), endpoint, parameters),
            place=place,
            retry=self._retry,
            report=self._report,
            pace=self._pace,
        )

    def rest(self, attempt: int) -> None:
        """Waits as before attempt number `attempt` + 1 of a request."""
        self._retry.sleep(self._retry.backoff(attempt))

    def give_up(self) -> None:
        """Ends every wait, of whatever length Jira asked for, with SourceUnreachable; so do later requests."""
        self._is_over.set()

    def _sleep(self, seconds: float) -> None:
        if self._is_over.wait(seconds):
            raise self._given_up()

    def _given_up(self) -> SourceUnreachable:
        return SourceUnreachable(
            f"{self.source}: given up.", mend="Run the refresh again: it goes on from here."
        )

    def _session(self) -> JIRA:
        """The calling thread's own session of the library: they are not made to be shared."""
        session: JIRA | None = getattr(self._local, "session", None)
        if session is None or self._local.version != self._version:
            session = _open(self.site, version=self._version, timeouts=self._timeouts)
            self._local.session, self._local.version = session, self._version
            with self._lock:
                self._sessions.append(session)
        return session

    def _introduce(self) -> tuple[Deployment, datetime]:
        """Which kind of Jira this is, and its clock; the session moves to the API version of that kind."""
        info = self.ask(SERVER_INFO, {}, "opening").content
        deployment = self._deployment(info)
        self._version = _API_VERSIONS[deployment]
        self._check_account()
        return deployment, self._clock(info)

    def _deployment(self, info: Any) -> Deployment:
        kind = info.get("deploymentType") if isinstance(info, dict) else None
        if not isinstance(kind, str) or kind not in _DEPLOYMENTS:
            message = (
                f"{self.source}: serverInfo says deploymentType {kind!r}, which is neither Cloud nor Server."
            )
            raise SchemaChanged(
                message, mend="Check that the address is that of a Jira, with its context path."
            )
        return _DEPLOYMENTS[kind]

    def _check_account(self) -> None:
        """Jira answers many requests without credentials too, with less in them; `myself` is not among these."""
        account = self.ask(MYSELF, {}, "opening").content
        if not isinstance(account, dict) or not (account.get("accountId") or account.get("name")):
            message = f"{self.source}: no account answers to the credentials."
            raise AuthenticationFailed(message, mend=f"Check {self.site.credentials}.")

    def _clock(self, info: Record) -> datetime:
        moment = parse_moment(info.get("serverTime"))
        if moment is None:
            message = f"{self.source}: serverInfo gives no readable serverTime: {info.get('serverTime')!r}."
            raise SchemaChanged(
                message, mend="Without Jira's clock no window is sound; check a proxy in between."
            )
        return moment


def _open(site: JiraSite, *, version: str, timeouts: tuple[float, float]) -> JIRA:
    """A session of the library that has sent nothing yet and never retries by itself."""
    from jira import JIRA

    jira = JIRA(
        options={"server": site.url, "rest_api_version": version},
        basic_auth=(site.email, site.token) if site.email and site.token else None,
        token_auth=site.pat,
        timeout=timeouts,
        max_retries=0,
        get_server_info=False,
        logging=False,  # the library writes the whole body of an unreadable answer, people included, to the log
    )
    jira._session.hooks["response"].append(check_answer)
    if urlsplit(site.url).hostname in _LOOPBACK:
        # What listens on this machine is not behind the organisation's proxy, but may have its certificate.
        jira._session.trust_env = False
        jira._session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
    return jira


def _send(jira: JIRA, endpoint: Endpoint, parameters: Mapping[str, Any]) -> Answer:
    """One request through the library's session; its error for a status becomes that of `requests`."""
    from jira import JIRAError
    from requests import HTTPError, JSONDecodeError

    url = jira._get_url(endpoint.path.format(**parameters), base=_BASES[endpoint.api])
    named = {name: value for name, value in parameters.items() if f"{{{name}}}" not in endpoint.path}
    try:
        if endpoint.post:
            response = jira._session.post(url, data=orjson.dumps(named), headers=_JSON)
        else:
            response = jira._session.get(url, params=named)
    except JIRAError as error:
        raise HTTPError(error.text, response=error.response) from error
    try:
        return Answer(orjson.loads(response.content), response.content)
    except orjson.JSONDecodeError as error:
        raise JSONDecodeError(error.msg, "", error.pos, response=response) from None
