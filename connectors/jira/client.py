"""Sends requests to one Jira through the `jira` library, one at a time.

The library opens the session, signs the requests and knows where the API lies; its own retries and page loops are
switched off, because they cut pages short in silence, wait less than the server asks, and hang for ever without a
timeout. Retrying is `connectors.http`, paging `connectors.jira.paging`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.errors import AuthenticationFailed, SchemaChanged
from connectors.http import TIMEOUTS, Place, Report, Retry, call, check_answer, silent
from connectors.jira.endpoints import ENDPOINTS, MYSELF, SERVER_INFO, Deployment, Endpoint
from connectors.jira.moments import parse_moment
from connectors.jira.paging import Record, Walk
from connectors.jira.site import JiraSite

if TYPE_CHECKING:
    from jira import JIRA

_API_VERSIONS: Mapping[Deployment, str] = {"cloud": "3", "server": "2"}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_DEPLOYMENTS: Mapping[str, Deployment] = {"Cloud": "cloud", "Server": "server"}


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
    ) -> None:
        self.site = site
        self._retry = retry or Retry()
        self._timeouts = timeouts
        self._report = report
        self._jira = _open(site, version="2", timeouts=timeouts)
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
        """Closes the session."""
        _close(self._jira)

    @property
    def source(self) -> str:
        """The site's name in messages."""
        return f"Jira {self.site.name}"

    def pages(self, name: str, parameters: Mapping[str, Any] | None = None) -> Iterator[list[Record]]:
        """The records of the endpoint called `name` in `connectors.jira.endpoints`, page by page."""
        endpoint = ENDPOINTS[self.deployment][name]
        return Walk(source=self.source, endpoint=endpoint, ask=self.ask, parameters=parameters or {}).pages()

    def most_ids(self, name: str) -> int:
        """How many ids one request to the endpoint called `name` may name."""
        return ENDPOINTS[self.deployment][name].most_ids

    def ask(self, endpoint: Endpoint, parameters: Mapping[str, Any], where: str) -> Any:
        """The JSON that one request gives, asked for again while what goes wrong is transient."""
        cursor = f"{where}, {parameters['jql']}" if "jql" in parameters else where
        place = Place(
            source=self.source, endpoint=str(endpoint), cursor=cursor, credentials=self.site.credentials
        )
        return call(
            lambda: _send(self._jira, endpoint, parameters),
            place=place,
            retry=self._retry,
            report=self._report,
        )

    def _introduce(self) -> tuple[Deployment, datetime]:
        """Which kind of Jira this is, and its clock; the session moves to the API version of that kind."""
        info = self.ask(SERVER_INFO, {}, "opening")
        deployment = self._deployment(info)
        if _API_VERSIONS[deployment] != "2":
            _close(self._jira)
            self._jira = _open(self.site, version=_API_VERSIONS[deployment], timeouts=self._timeouts)
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
        account = self.ask(MYSELF, {}, "opening")
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
        jira._session.trust_env = False  # what listens on this machine is not behind the organisation's proxy
    return jira


def _close(jira: JIRA) -> None:
    jira.close()  # type: ignore[no-untyped-call]


def _send(jira: JIRA, endpoint: Endpoint, parameters: Mapping[str, Any]) -> Any:
    """One request through the library's JSON primitive; its error for a status becomes that of `requests`."""
    from jira import JIRAError
    from requests import HTTPError

    try:
        return jira._get_json(endpoint.path, params=dict(parameters), use_post=endpoint.post)
    except JIRAError as error:
        raise HTTPError(error.text, response=error.response) from error
