"""`deliver:` and `alerts:` of pmo.yaml: who receives which pack, how, and who is told when something is wrong.

Here: the keys and what may stand under them. Sending is `pipelines.publishing.delivery` and `.alerts`.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from pipelines.sections import EnvText, Secret, Section, Text, nearest

Role = Literal["portfolio", "programme", "finance"]

RELEASE = "release"
SOURCES = ("jira", "timesheets", "budgets", "ledger", "register", "reference")
DEFAULT_RELEASE_AGE = timedelta(hours=50)
"""A daily refresh: two in a row have not come. The same as the freshness that Dagster shows of assets."""
_AGE = re.compile(r"(\d+)\s*(h|hours?|d|days?)")


def _ages(value: object) -> object:
    """`26h` is the limit of the release; a mapping has one for each of what it names."""
    ages = value if isinstance(value, dict) else {RELEASE: value}
    return {str(name): _age(str(name), text) for name, text in ages.items()}


def _age(name: str, value: object) -> timedelta:
    if name not in (RELEASE, *SOURCES):
        known = ", ".join((RELEASE, *SOURCES))
        raise PydanticCustomError(
            "age",
            "there is nothing called '{name}'{near} (known: {known})",
            {"name": name, "near": nearest(name, known.split(", ")), "known": known},
        )
    match = _AGE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise PydanticCustomError(
            "age", "{name} must be a number of hours or days, `26h` or `3 days`", {"name": name}
        )
    return timedelta(**{"hours" if match[2].startswith("h") else "days": int(match[1])})


def _alone(key: str) -> BeforeValidator:
    """An entry that is one text stands for the mapping with that one key."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str | EnvText) else value)


def _listed(value: object) -> object:
    """One entry stands for a list of it."""
    return value if isinstance(value, list | tuple) else [value]


class Reader(Section):
    """Whose pack somebody gets: the portfolio's, that of one programme or of named projects, or finance's."""

    role: Role = "portfolio"
    programme: str | None = Field(default=None, min_length=1)
    projects: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_which_programme(self) -> Reader:
        named = (self.programme is not None) + bool(self.projects)
        if self.role == "programme" and named != 1:
            raise PydanticCustomError("role", "role programme needs either programme or projects")
        if self.role != "programme" and named:
            raise PydanticCustomError("role", "programme and projects need role: programme")
        return self


class MailReader(Reader):
    """Somebody who gets a pack by e-mail."""

    address: Text

    @field_validator("address")
    @classmethod
    def _is_an_address(cls, value: EnvText) -> EnvText:
        return _checked_address(value)


class WebhookReader(Reader):
    """A channel that gets the headlines of a pack. The address of a webhook lets anybody post: it is a secret."""

    webhook: Secret


class FolderReader(Reader):
    """A folder that gets a copy of a pack; relative to the PMO's folder."""

    path: Text


class EmailSettings(Section):
    """The mail server, the sender, and who gets a pack.

    `smtp` is `smtp://user:password@host:587`, encrypted by STARTTLS, or `smtps://user:password@host:465`.
    """

    smtp: Text
    sender: Text | None = Field(default=None, alias="from")
    to: Annotated[tuple[Annotated[MailReader, _alone("address")], ...], BeforeValidator(_listed)] = ()

    @field_validator("smtp")
    @classmethod
    def _no_password(cls, value: EnvText) -> EnvText:
        if urlsplit(value.template).password and not value.names:
            raise PydanticCustomError(
                "plain_password",
                "a password must not stand in the file: export the whole address, or the password, as an environment "
                "variable and write ${NAME} here",
            )
        return value

    @field_validator("sender")
    @classmethod
    def _is_an_address(cls, value: EnvText | None) -> EnvText | None:
        return _checked_address(value) if value else None


class DeliverSettings(Section):
    """Who receives the pack of a release."""

    email: EmailSettings | None = None
    slack: Annotated[tuple[Annotated[WebhookReader, _alone("webhook")], ...], BeforeValidator(_listed)] = ()
    teams: Annotated[tuple[Annotated[WebhookReader, _alone("webhook")], ...], BeforeValidator(_listed)] = ()
    folder: Annotated[tuple[Annotated[FolderReader, _alone("path")], ...], BeforeValidator(_listed)] = ()


class AlertSettings(Section):
    """Who is told that a refresh fails or that data are too old. Mail goes through the server of `deliver.email`.

    `stale_after`: how old the release, and what a source brought last, may be; a source without a limit is never stale.
    """

    email: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = ()
    slack: Secret | None = None
    teams: Secret | None = None
    stale_after: Annotated[dict[str, timedelta], BeforeValidator(_ages)] = Field(default_factory=dict)

    @field_validator("email")
    @classmethod
    def _are_addresses(cls, value: tuple[EnvText, ...]) -> tuple[EnvText, ...]:
        return tuple(_checked_address(each) for each in value)


def _checked_address(value: EnvText) -> EnvText:
    """What stands in the file is checked here; what comes from the environment, when it is used."""
    if not value.names and not is_address(value.template):
        raise PydanticCustomError("address", "is no e-mail address")
    return value


def is_address(text: str) -> bool:
    """Whether a text is `name@host`, or `Name <name@host>`, on one line."""
    from email.utils import parseaddr

    address = parseaddr(text)[1]
    return bool(re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", address)) and not re.search(r"[\r\n]", text)
