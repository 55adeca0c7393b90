"""What a PMO's folder says: where things lie in it (`Home`) and what `pmo.yaml` asks for (`Settings`).

The only place that reads the environment. Secrets stand in pmo.yaml as `${NAME}` only, are looked up when
they are used, and are printed nowhere. How a layout reads a file is in `connectors.tabular.layout`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import (
    Field,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from connectors.tabular.layout import Layout, LayoutError, built_on, parse_layouts
from connectors.tabular.limits import DEFAULT_LIMITS, Limits
from connectors.tabular.shaping import Surroundings
from pipelines.delivery_settings import AlertSettings, DeliverSettings
from pipelines.sections import ENV_REFERENCE, Secret, Text, nearest
from pipelines.sections import SETTINGS_FILE as SETTINGS_FILE
from pipelines.sections import EnvText as EnvText
from pipelines.sections import Section as _Section
from pipelines.sections import SettingsError as SettingsError
from pipelines.status_rules import MILESTONE_SLIP, STATUS_RULES, StatusRule

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

HOME_VARIABLE = "PMO_HOME"

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# `{email: ${X}}` is no YAML: in a flow mapping the braces nest. While YAML is parsed a reference is written
# with characters that no file holds, as many as it had, so that YAML's own messages name the right column.
_OPEN, _CLOSE = "\ue000\ue000", "\ue001"
_TOKEN = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")

_SECRET_OPTION = re.compile(
    r"secret|passw|passphrase|token|credential|connection_string|authorization|(^|_)key$", re.IGNORECASE
)
_PLAIN_PASSWORD = re.compile(r"://[^/@]*:(?!\$\{)[^@/]+@|\bpassword\s*=\s*(?!\$\{)\S", re.IGNORECASE)
_WRITE = {
    "organisation": "organisation: Acme PMO",
    "currency": "currency: EUR",
    "functional_currency": "functional_currency: EUR",
    "timezone": "timezone: Europe/Paris",
    "fiscal_year_starts": "fiscal_year_starts: 4   # a month, 1 to 12",
    "jira": "jira: [{site: https://acme.example, auth: {pat: ${JIRA_PAT}}}]",
    "tempo": "tempo: [{token: ${TEMPO_TOKEN}}]",
    "from": "from: 2024-01-01",
    "teams": "teams: [12, 13]",
    "users": "users: all, or users: [557058:f0]",
    "site": "site: https://acme.example",
    "auth": "auth: {email: ${JIRA_EMAIL}, token: ${JIRA_TOKEN}}, or auth: {pat: ${JIRA_PAT}} on Data Center",
    "projects": "projects: [PAY, WEB]",
    "inbox": "inbox: ./inbox, inbox: s3://bucket/folder, or inbox: {url: s3://bucket/folder, options: {...}}",
    "url": "url: s3://bucket/folder",
    "options": "options: {endpoint_url: https://s3.acme.example, key: ${S3_KEY}, secret: ${S3_SECRET}}",
    "hours_from": "hours_from: timesheet, or hours_from: {PAY: jira, WEB: timesheet}",
    "unknown_hours": "unknown_hours: approved, or unknown_hours: pending",
    "fx": "fx: {max_age_days: 45}",
    "max_age_days": "max_age_days: 45",
    "status": "status: {milestone_amber_days: 1, milestone_red_days: 15}",
    "milestone_amber_days": "milestone_amber_days: 1",
    "milestone_red_days": "milestone_red_days: 15",
    "thresholds": "thresholds: {cost_overrun: {amber: 0.05, red: 0.10}}",
    "amber": "{amber: 0.05, red: 0.10}",
    "red": "{amber: 0.05, red: 0.10}",
    "on_bad_batch": "on_bad_batch: hold, or on_bad_batch: continue",
    "validation": "validation: {mass_disappearance: 0.5, min_rows: 50}",
    "mass_disappearance": "mass_disappearance: 0.5   # a share between 0 and 1; 1 turns the check off",
    "min_rows": "min_rows: 50",
    "limits": "limits: {max_unpacked_mb: 500, max_memory_mb: 1024}",
    "max_unpacked_mb": "max_unpacked_mb: 500",
    "max_ratio": "max_ratio: 100",
    "max_cells": "max_cells: 20000000",
    "max_seconds": "max_seconds: 120",
    "max_memory_mb": "max_memory_mb: 1024   # at least 256",
    "schedule": 'schedule: {cron: "0 6 * * *"}',
    "cron": 'cron: "0 6 * * *"',
    "discount_rate": "discount_rate: 0.08   # 8 % a fiscal year; below 1",
    "pseudonym_key": "pseudonym_key: ${PMO_PSEUDONYM_KEY}",
    "publish": "publish: {people: pseudonym}",
    "deliver": "deliver: {email: {to: [pmo@acme.example], smtp: ${PMO_SMTP_URL}}}",
    "smtp": "smtp: ${PMO_SMTP_URL}, which holds smtp://user:password@mail.acme.example:587",
    "to": "to: [pmo@acme.example, {address: lead@acme.example, role: programme, programme: Digital}]",
    "address": "address: lead@acme.example",
    "role": "role: portfolio, role: programme with programme: Digital, or role: finance",
    "webhook": "webhook: ${PMO_SLACK_WEBHOOK}",
    "slack": "slack: ${PMO_SLACK_WEBHOOK}",
    "folder": "folder: /mnt/share/pmo",
    "alerts": "alerts: {email: [operator@acme.example], stale_after: 50h}",
    "stale_after": "stale_after: 50h, or stale_after: {release: 50h, jira: 2 days}",
    "people": "people: pseudonym, people: roles, or people: names",
    "postgres": "postgres: ${PMO_POSTGRES_DSN}",
    "postgres_reader": "postgres_reader: pmo_reader",
    "keep": "keep: 3   # releases, 2 or more",
}


@dataclass(frozen=True, slots=True)
class Home:
    """A PMO's folder and the places in it; nothing is created by asking."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """pmo.yaml."""
        return self.root / SETTINGS_FILE

    @property
    def reference(self) -> Path:
        """The tables that the PMO keeps itself."""
        return self.root / "reference"

    @property
    def inbox(self) -> Path:
        """Where files are dropped unless pmo.yaml names another place."""
        return self.root / "inbox"

    @property
    def landing(self) -> Path:
        """The append-only store of everything ever received."""
        return self.root / "landing"

    @property
    def warehouse(self) -> Path:
        """The folder of everything that can be built again."""
        return self.root / "warehouse"

    @property
    def warehouse_file(self) -> Path:
        """The DuckDB file that dbt builds in."""
        return self.warehouse / "pmo.duckdb"

    @property
    def context(self) -> Path:
        """Parquet files that tell dbt what this run knows."""
        return self.warehouse / "context"

    @property
    def inbox_cache(self) -> Path:
        """Copies of the files of an inbox that is elsewhere, by source and content."""
        return self.warehouse / "inbox-cache"

    @property
    def dbt(self) -> Path:
        """dbt's target and logs."""
        return self.warehouse / "dbt"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME of recorded runs."""
        return self.warehouse / "dagster"

    @property
    def published(self) -> Path:
        """The release that readers see."""
        return self.root / "published"

    @property
    def published_file(self) -> Path:
        """The release as one DuckDB file."""
        return self.published / "pmo.duckdb"

    @property
    def published_parquet(self) -> Path:
        """The release as Parquet files."""
        return self.published / "parquet"

    @property
    def secrets(self) -> Path:
        """What nobody but who refreshes may read."""
        return self.root / "secrets"

    @property
    def messages(self) -> Path:
        """What was sent to whom."""
        return self.root / "messages"

    @property
    def logs(self) -> Path:
        """What happened in each run, and dbt's own log."""
        return self.warehouse / "logs"

    @property
    def reports(self) -> Path:
        """The PMO pack."""
        return self.root / "reports"


def resolve_home(option: Path | None = None) -> Home:
    """The folder to work in: `--home`, else PMO_HOME, else the current directory when it holds pmo.yaml.

    The folder need not exist yet. Raises SettingsError when none of the three names one.
    """
    if option is not None:
        return Home(option.expanduser().resolve())
    named = os.environ.get(HOME_VARIABLE, "").strip()
    if named:
        return Home(Path(named).expanduser().resolve())
    here = Path.cwd()
    if (here / SETTINGS_FILE).is_file():
        return Home(here)
    raise SettingsError(
        f"No folder to work in: {here} holds no {SETTINGS_FILE}. Go to your PMO folder, name it by --home DIR "
        f"or {HOME_VARIABLE}, or make one with `pmo init DIR`."
    )


HoursFrom = Literal["timesheet", "jira"]


class JiraAuth(_Section):
    """How to log in: e-mail and token on Cloud, a personal access token on Data Center."""

    email: Text | None = None
    token: Secret | None = None
    pat: Secret | None = None

    @model_validator(mode="after")
    def _one_way(self) -> JiraAuth:
        cloud = self.email is not None and self.token is not None
        if cloud == (self.pat is not None) or (self.email is None) != (self.token is None):
            raise PydanticCustomError("auth", "give either email and token, or pat")
        return self


class JiraSettings(_Section):
    """One Jira site. `name` scopes its ids; by default the host of `site`.

    `concurrency` requests may be under way at a time, `requests_per_second` to one endpoint. Where most issues of a
    project are gone at once, nothing is landed until the project is named in `accept_disappearance`.
    """

    site: Text
    name: str | None = None
    auth: JiraAuth
    projects: tuple[str, ...] = ()
    concurrency: int = Field(default=8, ge=1, le=64)
    requests_per_second: float = Field(default=50.0, gt=0)
    accept_disappearance: tuple[str, ...] = ()

    @property
    def site_name(self) -> str:
        """`name`, else the address of `site` without its scheme; may need the environment."""
        address = urlsplit(self.site.resolve())
        return self.name or f"{address.netloc}{address.path}".rstrip("/") or self.site.resolve()


class TempoSettings(_Section):
    """One Tempo account. `name` scopes its rows in landing; by default the host of `url`.

    `site` is the name of the Jira site whose issues its worklogs are on; it may be left out where there is one site.
    Worklogs before `from` are not read and do not count. Approvals are asked for `teams`, by their Tempo ids, and for
    `users`, by account id, or `all`; of nobody else.
    """

    token: Secret
    url: Text = EnvText("https://api.tempo.io/4", "tempo.url")
    name: str | None = Field(None, min_length=1)
    site: str | None = None
    first: date = Field(date(2000, 1, 1), alias="from")
    teams: tuple[int, ...] = ()
    users: Literal["all"] | tuple[str, ...] = ()
    requests_per_second: float = Field(default=5.0, gt=0)

    @property
    def account_name(self) -> str:
        """`name`, else the host of `url`; may need the environment."""
        return self.name or urlsplit(self.url.resolve()).netloc or self.url.resolve()


class InboxSettings(_Section):
    """Where files are dropped: a folder of this machine, or a URL of any kind that fsspec knows.

    `options` go to the fsspec filesystem as they are; what it lacks it takes from the environment as its library does.
    Those that are secret by their name stand as `${NAME}` only.
    """

    url: Text
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _url_alone(cls, value: object) -> object:
        return {"url": value} if isinstance(value, str | EnvText) else value

    @field_validator("url")
    @classmethod
    def _no_password(cls, value: EnvText) -> EnvText:
        if not value.names and urlsplit(value.template).password:
            raise PydanticCustomError(
                "plain_password",
                "a password must not stand in the file: write options: {password: ${NAME}} beside the url",
            )
        if "::" in value.template:
            raise PydanticCustomError("chained_url", "must be one location, not a chain with '::'")
        return value

    @field_validator("options")
    @classmethod
    def _no_plain_secret(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name, item in _leaves(value):
            if _SECRET_OPTION.search(name) and not isinstance(item, EnvText):
                raise PydanticCustomError(
                    "plain_secret",
                    "{name}: a secret must not stand in the file: export it as an environment variable and write "
                    "${NAME} here",
                    {"name": name},
                )
        return value

    @model_serializer
    def _as_written(self) -> object:
        options = _with_leaves(
            self.options, lambda item: item.template if isinstance(item, EnvText) else item
        )
        return {"url": self.url.template, "options": options} if options else self.url.template

    def resolved_options(self) -> dict[str, Any]:
        """The options with every variable filled in; SettingsError names one that is not set."""
        filled: dict[str, Any] = _with_leaves(
            self.options, lambda item: item.resolve() if isinstance(item, EnvText) else item
        )
        return filled

    def secrets(self) -> tuple[str, ...]:
        """What came from the environment, to be kept out of messages."""
        password = urlsplit(self.url.resolve()).password
        found = [item.resolve() for _, item in _leaves(self.options) if isinstance(item, EnvText)]
        return tuple(filter(None, [password, *found]))


def _leaves(options: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, item in options.items():
        if isinstance(item, dict):
            yield from _leaves(item)
        else:
            yield str(name), item


def _with_leaves(options: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(options, dict):
        return {name: _with_leaves(item, change) for name, item in options.items()}
    return change(options)


class FxSettings(_Section):
    """How old a closing or spot rate may be, in days, and still stand in for a missing one."""

    max_age_days: int = Field(default=45, ge=0)


class ThresholdSettings(_Section):
    """From which value on a rule of the status is amber, and from which red; a key without a value: never."""

    amber: Decimal | None = None
    red: Decimal | None = None


class StatusSettings(_Section):
    """What makes a status: thresholds of rules, and from how many days of slip a milestone is amber and red.

    A milestone past its day slips, too.
    """

    milestone_amber_days: int = Field(default=1, ge=1)
    milestone_red_days: int = Field(default=15, ge=1)
    thresholds: dict[str, ThresholdSettings] = Field(default_factory=dict)

    @field_validator("thresholds")
    @classmethod
    def _of_known_rules(cls, value: dict[str, ThresholdSettings]) -> dict[str, ThresholdSettings]:
        worse = {rule.name: rule.worse for rule in STATUS_RULES if rule.name != MILESTONE_SLIP}
        for name, threshold in value.items():
            if name == MILESTONE_SLIP:
                raise PydanticCustomError(
                    "thresholds", "milestone_slip is set by milestone_amber_days and milestone_red_days"
                )
            if name not in worse:
                raise PydanticCustomError("thresholds", f"{name} is no rule; there are {', '.join(worse)}")
            if threshold.amber is None or threshold.red is None:
                continue
            if (threshold.red < threshold.amber) == (
                worse[name] == "higher"
            ) and threshold.red != threshold.amber:
                raise PydanticCustomError(
                    "thresholds", f"{name} gets worse the {worse[name]} it is: red must not come before amber"
                )
        return value

    def rules(self) -> Iterator[StatusRule]:
        """Every rule with the thresholds that count."""
        for rule in STATUS_RULES:
            if rule.name == MILESTONE_SLIP:
                days = self.milestone_amber_days, self.milestone_red_days
                yield replace(rule, amber=Decimal(days[0]), red=Decimal(days[1]))
            elif rule.name in self.thresholds:
                chosen = self.thresholds[rule.name]
                yield replace(rule, amber=chosen.amber, red=chosen.red)
            else:
                yield rule

    @model_validator(mode="after")
    def _amber_comes_first(self) -> Self:
        if self.milestone_red_days < self.milestone_amber_days:
            raise PydanticCustomError(
                "thresholds", "milestone_red_days must not be below milestone_amber_days"
            )
        return self


class ValidationSettings(_Section):
    """When rows that were there before and are gone refuse a batch: the share gone, above so many rows."""

    mass_disappearance: Decimal = Field(default=Decimal("0.5"), ge=0, le=1)
    min_rows: int = Field(default=50, ge=0)

    @field_validator("mass_disappearance", mode="before")
    @classmethod
    def _exact(cls, value: object) -> object:
        return Decimal(repr(value)) if isinstance(value, float) else value


class LimitsSettings(_Section):
    """How large a file may be, and how much time and memory reading it may take; see `connectors.tabular.limits`."""

    max_unpacked_mb: int = Field(default=DEFAULT_LIMITS.max_unpacked_mb, ge=1)
    max_ratio: int = Field(default=DEFAULT_LIMITS.max_ratio, ge=1)
    max_cells: int = Field(default=DEFAULT_LIMITS.max_cells, ge=1)
    max_seconds: int = Field(default=DEFAULT_LIMITS.max_seconds, ge=1)
    max_memory_mb: int = Field(default=DEFAULT_LIMITS.max_memory_mb, ge=256)

    @property
    def of_a_file(self) -> Limits:
        """The same, as the reader takes them."""
        return Limits(**self.model_dump())


class ScheduleSettings(_Section):
    """When the daemon refreshes, and when it sends the packs; in the organisation's timezone."""

    cron: str = "0 6 * * *"
    deliver: str = "0 7 * * 1"

    @field_validator("cron", "deliver")
    @classmethod
    def _five_fields(cls, value: str) -> str:
        if len(value.split()) != 5:
            raise PydanticCustomError("cron", "must have five fields: minute hour day month weekday")
        return value


class PublishSettings(_Section):
    """What a release shows, and where it goes beside published/.

    `people`: nobody by name, sponsors and managers of projects, or everybody. `postgres`: a connection string;
    `postgres_reader`: the role that may read there. `keep`: how many releases stay.
    """

    people: Literal["pseudonym", "roles", "names"] = "pseudonym"
    postgres: Text | None = None
    postgres_reader: str = Field(default="pmo_reader", min_length=1, max_length=63)
    keep: int = Field(default=3, ge=2, le=100)

    @field_validator("postgres")
    @classmethod
    def _no_plain_password(cls, value: EnvText | None) -> EnvText | None:
        if value is not None and _PLAIN_PASSWORD.search(value.template):
            raise PydanticCustomError(
                "plain_secret",
                "a password must not stand in the file: export the connection string as an environment variable and "
                "write ${NAME} here",
            )
        return value


class Settings(_Section):
    """pmo.yaml, checked. Amounts of time and money are never floats; secrets are `EnvText`."""

    organisation: str = Field(min_length=1)
    currency: str
    functional_currency: str | None = None
    timezone: str = "UTC"
    fiscal_year_starts: int = Field(default=1, ge=1, le=12)
    jira: tuple[JiraSettings, ...] = ()
    tempo: tuple[TempoSettings, ...] = ()
    inbox: InboxSettings = InboxSettings(url=EnvText("./inbox"))
    layouts: dict[str, Layout] = Field(default_factory=dict)
    hours_from: HoursFrom | dict[str, HoursFrom] | None = None
    unknown_hours: Literal["approved", "pending"] = "approved"
    labour_category: str | None = None
    fx: FxSettings = FxSettings()
    status: StatusSettings = StatusSettings()
    on_bad_batch: Literal["hold", "continue"] = "hold"
    validation: ValidationSettings = ValidationSettings()
    limits: LimitsSettings = LimitsSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    discount_rate: Decimal | None = Field(default=None, ge=0, lt=1)
    tax_basis: str | None = None
    pseudonym_key: Secret | None = None
    publish: PublishSettings = PublishSettings()
    deliver: DeliverSettings = DeliverSettings()
    alerts: AlertSettings | None = None

    @field_validator("currency", "functional_currency")
    @classmethod
    def _iso_currency(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Z]{3}", value):
            raise PydanticCustomError("currency", "must be a currency code of three capital letters")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if value not in available_timezones():
            near = nearest(value, available_timezones())
            raise PydanticCustomError("timezone", "is no timezone{near}", {"near": near})
        return value

    @field_validator("discount_rate", mode="before")
    @classmethod
    def _exact_rate(cls, value: object) -> object:
        return Decimal(repr(value)) if isinstance(value, float) else value

    @field_validator("layouts", mode="before")
    @classmethod
    def _built_on_known_formats(cls, value: object) -> object:
        if not isinstance(value, dict) or not any("like" in (entry or {}) for entry in value.values()):
            return value
        from connectors.tabular.formats import all_formats_as_written

        try:
            return built_on(value, all_formats_as_written())
        except LayoutError as error:
            raise PydanticCustomError("layouts", "{message}", {"message": str(error)}) from None

    @model_validator(mode="after")
    def _one_currency(self) -> Settings:
        if self.functional_currency not in (None, self.currency):
            raise PydanticCustomError(
                "functional_currency",
                "not supported yet: a functional_currency other than currency; leave functional_currency out",
            )
        return self

    @model_validator(mode="after")
    def _sites_have_their_own_names(self) -> Settings:
        names = [site.name or site.site.template for site in self.jira]
        for name in names:
            if names.count(name) > 1:
                raise PydanticCustomError(
                    "jira", "two jira sites are called '{name}': give each a name of its own", {"name": name}
                )
        return self

    @model_validator(mode="after")
    def _accounts_have_their_own_names(self) -> Settings:
        names = [account.name or account.url.template for account in self.tempo]
        for name in names:
            if names.count(name) > 1:
                raise PydanticCustomError(
                    "tempo",
                    "two tempo accounts are called '{name}': give each a name of its own",
                    {"name": name},
                )
        return self

    @model_validator(mode="after")
    def _alerts_have_a_mail_server(self) -> Settings:
        if self.alerts and self.alerts.email and self.deliver.email is None:
            raise PydanticCustomError(
                "alerts",
                "alerts.email needs the mail server that deliver.email.smtp names: write "
                "deliver: {email: {smtp: ${PMO_SMTP_URL}}}",
            )
        return self

    @property
    def surroundings(self) -> Surroundings:
        """What exports leave out because everybody there knows it."""
        return Surroundings(self.functional_currency or self.currency, self.timezone)

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's timezone."""
        return ZoneInfo(self.timezone)

    @property
    def configuration_hash(self) -> str:
        """sha256 over what is set, `${NAME}` as written; comments and the order of keys don't count.

        Where a release goes, how many are kept and who is told of it change no figure, so they don't count either.
        """
        content = self.model_dump(mode="json", exclude_defaults=True, exclude={"deliver", "alerts"})
        shown = {key: value for key, value in content.pop("publish", {}).items() if key == "people"}
        content |= {"publish": shown} if shown else {}
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def load_settings(home: Path | Home) -> Settings:
    """Reads and checks pmo.yaml of a PMO's folder.

    Raises:
        SettingsError: the file is not there, is no YAML, or a key is unknown, missing or wrong; every mistake
            found is listed with its key path and what to write.
    """
    file = (home.root if isinstance(home, Home) else home) / SETTINGS_FILE
    if not file.is_file():
        raise SettingsError(
            f"There is no {file}. Make a PMO folder with `pmo init {file.parent}`, or name another."
        )
    content = _parse(file)
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        raise SettingsError(_explain(file, error)) from None


def load_layouts(file: Path, path: str) -> dict[str, Layout]:
    """The layouts of a file of their own: `layouts:` as in pmo.yaml, or what stands below it.

    Args:
        path: the file that a layout without `files:` is for.

    Raises:
        SettingsError: it is no YAML, or a key of a layout is unknown, missing or wrong.
    """
    from connectors.tabular.formats import all_formats_as_written

    if not file.read_text(encoding="utf-8", errors="replace").strip():
        raise SettingsError(f"{file} is empty. Write layouts: as in {SETTINGS_FILE}.")
    content = _parse(file)
    layouts = content["layouts"] if isinstance(content.get("layouts"), dict) else content
    named = {
        name: {"files": path, **entry} if isinstance(entry, dict) else entry
        for name, entry in layouts.items()
    }
    try:
        return parse_layouts(named, all_formats_as_written())
    except LayoutError as error:
        raise SettingsError(f"{file}: {error.message} Correct it and run again.") from None


class _Loader(yaml.SafeLoader):
    """YAML as people mean it: a key stands once; only true and false are booleans (`NO` may be a project)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping; a key that stands twice is an error, because one of the two would be ignored."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"key {key!r} stands twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_BOOLEAN = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile("^(?:true|True|false|False)$"), list("tTfF"))


def _parse(file: Path) -> dict[str, Any]:
    try:
        content = yaml.load(_hide_references(file), _Loader)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8 text ({error.reason}). Save it as UTF-8.") from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{file} is no YAML: {_shown(str(error))}") from None
    if not isinstance(content, dict):
        raise SettingsError(f"{file} holds no keys. Write at least organisation: and currency:.")
    return {str(key): _references(value, str(key)) for key, value in content.items()}


def _hide_references(file: Path) -> str:
    text = file.read_text(encoding="utf-8-sig")
    for number, line in enumerate(text.splitlines(), start=1):
        for name in ENV_REFERENCE.findall(line.partition(" #")[0]):
            if not _ENV_NAME.fullmatch(name):
                raise SettingsError(
                    f"{file}, line {number}: '${{{name}}}' names no variable. Write ${{NAME}}."
                )
    return ENV_REFERENCE.sub(lambda match: f"{_OPEN}{match[1]}{_CLOSE}", text)


def _references(value: Any, key: str) -> Any:
    """The parsed tree with every text that holds a reference turned into EnvText."""
    if isinstance(value, dict):
        return {name: _references(item, f"{key}.{name}") for name, item in value.items()}
    if isinstance(value, list):
        return [_references(item, f"{key}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, str) and _TOKEN.search(value):
        return EnvText(_shown(value), key)
    return value


def _shown(text: str) -> str:
    return _TOKEN.sub(lambda match: f"${{{match[1]}}}", text)


def _explain(file: Path, error: ValidationError) -> str:
    found: dict[str, str] = {}
    for detail in error.errors():
        found.setdefault(_path_of(detail), _sentence(detail))
    lines = [line for path, line in found.items() if not _is_said_closer(path, found)]
    return "\n".join(f"{file.name}: {line}" for line in lines) + f"\nCorrect {file} and run again."


def _sentence(detail: ErrorDetails) -> str:
    """One mistake: its key path, what is wrong, and what to write."""
    parts = _parts(detail)
    path = _key_path(parts) or "top level"
    last = next((part for part in reversed(parts) if isinstance(part, str)), "")
    return f"{path}: {_what(detail)}" + (f". Write e.g. `{_WRITE[last]}`" if last in _WRITE else "")


def _parts(detail: ErrorDetails) -> list[int | str]:
    return [part for part in detail["loc"] if not _is_branch(part)]


def _path_of(detail: ErrorDetails) -> str:
    """Where a mistake is; several at the top level are told apart by what they say."""
    return _key_path(_parts(detail)) or f" {detail['msg']}"


def _is_said_closer(path: str, paths: Iterable[str]) -> bool:
    """Whether another mistake is within this key: of the ways to write it, that one was meant."""
    return any(other.startswith((f"{path}.", f"{path}[")) for other in paths)


def _what(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return "is required and missing"
    if isinstance(detail.get("input"), EnvText) and detail["type"] != "plain_secret":
        return "can't come from an environment variable; write the value itself"
    if detail["type"] == "string_type":
        return "must be text; put it in quotes"
    if detail["type"] == "model_type":
        return "must be a mapping of keys to values, `{key: value}`"
    return detail["msg"][0].lower() + detail["msg"][1:]


def _is_branch(part: int | str) -> bool:
    """Pydantic names the branch of a union (`dict[str,…]`) among the keys; no key looks like that."""
    return isinstance(part, str) and ("[" in part or part in ("function-before", "function-plain"))


def _key_path(parts: list[int | str]) -> str:
    return "".join(_steps(parts)).removeprefix(".")


def _steps(parts: list[int | str]) -> Iterator[str]:
    for part in parts:
        yield f"[{part}]" if isinstance(part, int) else f".{part}"
