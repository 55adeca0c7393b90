"""One Jira to read: its name, address and credentials. No request is made here."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from connectors.errors import AuthenticationFailed, RequestRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraSite:
    """A Jira site and the account that reads it.

    Args:
        name: how rows name the site in their column `site`; it stays the same when the address changes.
        url: https://host, with the context path where there is one.
        email, token: the account and its API token (Cloud).
        pat: a personal access token (Data Center), instead of the two.
        projects: project keys; none means every project that the account sees.
        concurrency: how many requests may be under way at a time.
        requests_per_second: to one endpoint. Jira Cloud allows 100, shared by everybody who asks the site.

    Raises:
        RequestRefused: the address is none. AuthenticationFailed: no credentials, or half of them.
    """

    name: str
    url: str
    email: str | None = None
    token: str | None = field(default=None, repr=False)
    pat: str | None = field(default=None, repr=False)
    projects: tuple[str, ...] = ()
    concurrency: int = 8
    requests_per_second: float = 50.0

    def __post_init__(self) -> None:
        _check_address(self.name, self.url)
        if bool(self.pat) == bool(self.email and self.token):
            mend = "Give either email and token (Cloud) or pat (Data Center) under auth."
            raise AuthenticationFailed(f"Jira {self.name}: the credentials are missing or double.", mend=mend)

    @property
    def credentials(self) -> str:
        """Where the credentials are written, for messages."""
        return f"{'auth.pat' if self.pat else 'auth.email and auth.token'} of the Jira site {self.name}"


def _check_address(name: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RequestRefused(f"Jira {name}: {url!r} is no address.", mend="Write it as https://host.")
    if parts.username or parts.password:
        mend = "Take them out of the address and name them under auth."
        raise RequestRefused(f"Jira {name}: the address contains credentials.", mend=mend)
