"""pmo.yaml: what it accepts, and what it says when it is wrong."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.settings import Home, Settings, SettingsError, load_settings, resolve_home

LEAST = "organisation: Acme\ncurrency: EUR\n"
SITE = "jira: [{site: https://acme.example, auth: {email: a@acme.example, token: ${PMO_TEST_TOKEN}}}]\n"


def settings_of(folder: Path, text: str) -> Settings:
    (folder / "pmo.yaml").write_text(text, encoding="utf-8")
    return load_settings(folder)


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        settings_of(folder, text)
    return str(caught.value)


def test_two_keys_are_enough(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, LEAST)
    assert (settings.timezone, settings.fiscal_year_starts, settings.on_bad_batch) == ("UTC", 1, "hold")
    assert settings.validation.mass_disappearance == Decimal("0.5")
    assert settings.fx.max_age_days == 45
    assert (settings.status.milestone_amber_days, settings.status.milestone_red_days) == (1, 15)


def test_a_reference_stands_unquoted_in_a_flow_mapping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMO_TEST_TOKEN", "s3cret")
    auth = settings_of(tmp_path, LEAST + SITE).jira[0].auth
    assert auth.token is not None
    assert auth.token.resolve() == "s3cret"


def test_a_reference_is_looked_up_when_it_is_used_and_names_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PMO_TEST_TOKEN", raising=False)
    auth = settings_of(tmp_path, LEAST + SITE).jira[0].auth
    assert auth.token is not None
    with pytest.raises(SettingsError, match=r"PMO_TEST_TOKEN, named at jira\[0\]\.auth\.token in pmo\.yaml"):
        auth.token.resolve()


def test_a_part_of_an_address_may_be_a_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMO_TEST_PORT", "8123")
    text = "jira: [{site: 'http://127.0.0.1:${PMO_TEST_PORT}', auth: {pat: ${PMO_TEST_TOKEN}}}]\n"
    site = settings_of(tmp_path, LEAST + text).jira[0]
    assert site.site.resolve() == "http://127.0.0.1:8123"
    assert site.site_name == "127.0.0.1:8123"


def test_nothing_prints_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMO_TEST_TOKEN", "s3cret")
    settings = settings_of(tmp_path, LEAST + SITE)
    assert "s3cret" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_a_secret_in_the_file_is_refused_without_being_shown(tmp_path: Path) -> None:
    text = complaint(tmp_path, LEAST + "jira: [{site: https://a.example, auth: {pat: s3cret}}]\n")
    assert "jira[0].auth.pat: a secret must not stand in the file" in text
    assert "s3cret" not in text


def test_half_a_login_is_refused(tmp_path: Path) -> None:
    text = complaint(tmp_path, LEAST + "jira: [{site: https://a.example, auth: {token: ${T}}}]\n")
    assert "jira[0].auth: give either email and token, or pat" in text


def test_two_sites_need_two_names(tmp_path: Path) -> None:
    two = "  - {site: https://a.example, name: main, auth: {pat: ${T}}}\n" * 2
    assert "two jira sites are called 'main'" in complaint(tmp_path, LEAST + "jira:\n" + two)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("curency: EUR\norganisation: A", "there is no key 'curency' here; the nearest is 'currency'"),
        (
            LEAST + "status: {milestone_amber_days: 9, milestone_red_days: 8}",
            "status: milestone_red_days must not be below milestone_amber_days",
        ),
        (LEAST + "fx: {max_age: 3}", "fx: there is no key 'max_age' here; the nearest is 'max_age_days'"),
        ("organisation: Acme", "currency: is required and missing. Write e.g. `currency: EUR`"),
        ("organisation: Acme\ncurrency: euro", "currency: must be a currency code of three capital letters"),
        (LEAST + "timezone: Europe/Pariss", "the nearest is 'Europe/Paris'"),
        (LEAST + "timezone: Mars/Base", "timezone: is no timezone. Write"),
        (LEAST + "zzz: 1", "there is no key 'zzz' here (known:"),
        (LEAST + "functional_currency: USD", "not supported yet"),
        (LEAST + "inbox: 3", "inbox: "),
        (LEAST + "inbox: {urll: s3://bucket/in}", "there is no key 'urll' here; the nearest is 'url'"),
        (LEAST + "inbox: sftp://ann:s3cret@host/in", "options: {password: ${NAME}} beside the url"),
        (LEAST + "inbox: zip://a::s3://bucket/in", "inbox.url: must be one location"),
        (
            LEAST + "inbox: {url: s3://b/in, options: {secret: plain}}",
            "secret: a secret must not stand in the file",
        ),
        (
            LEAST + "inbox: {url: s3://b/in, options: {client_kwargs: {aws_session_token: plain}}}",
            "aws_session_token",
        ),
        (LEAST + "inbox: {url: abfs://c/in, options: {account_key: plain}}", "write ${NAME} here"),
        (LEAST + "fiscal_year_starts: 13", "fiscal_year_starts: input should be less than or equal to 12"),
        (LEAST + "hours_from: {PAY: jra}", "hours_from.PAY: input should be 'timesheet' or 'jira'"),
        (LEAST + "on_bad_batch: stop", "on_bad_batch: input should be 'hold' or 'continue'"),
        (LEAST + "currency: USD", "key 'currency' stands twice"),
        (LEAST + "labour_category: ${CATEGORY}", "labour_category: can't come from an environment variable"),
        (
            LEAST + "discount_rate: 8",
            "discount_rate: input should be less than 1. Write e.g. `discount_rate: 0.08",
        ),
        (LEAST + "tax_basis: 3", "tax_basis: must be text; put it in quotes"),
        (LEAST + "layouts: {b: {table: budget_lines, fils: x}}", "layouts.b.fils"),
        (LEAST + "publish: {postgres: ${not a name}}", "line 3: '${not a name}' names no variable"),
        ("", "holds no keys"),
        ("a: {", "is no YAML"),
    ],
)
def test_a_mistake_is_named_by_its_key_and_with_the_mend(tmp_path: Path, text: str, says: str) -> None:
    assert says in complaint(tmp_path, text)


def test_all_mistakes_are_listed_at_once(tmp_path: Path) -> None:
    text = complaint(tmp_path, "organisation: Acme\ncurrency: eur\ntimezone: Mars\n")
    assert "currency:" in text
    assert "timezone:" in text


def test_a_project_called_no_stays_a_project(tmp_path: Path) -> None:
    text = LEAST + "jira: [{site: https://a.example, auth: {pat: ${T}}, projects: [NO, ON]}]\n"
    assert settings_of(tmp_path, text).jira[0].projects == ("NO", "ON")


def test_a_rate_is_a_decimal_as_written(tmp_path: Path) -> None:
    assert settings_of(tmp_path, LEAST + "discount_rate: 0.1\n").discount_rate == Decimal("0.1")


def test_the_configuration_hash_knows_values_not_comments_order_or_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMO_TEST_TOKEN", "one")
    first = settings_of(tmp_path, LEAST + SITE).configuration_hash
    monkeypatch.setenv("PMO_TEST_TOKEN", "two")
    assert settings_of(tmp_path, "# a comment\n" + SITE + LEAST).configuration_hash == first
    assert settings_of(tmp_path, LEAST + SITE + "fx: {max_age_days: 9}\n").configuration_hash != first


def test_the_home_is_the_option_then_the_variable_then_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("option", "variable", "current"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "current")
    monkeypatch.delenv("PMO_HOME", raising=False)
    with pytest.raises(SettingsError, match="pmo init"):
        resolve_home()
    (tmp_path / "current" / "pmo.yaml").write_text(LEAST)
    assert resolve_home() == Home(tmp_path / "current")
    monkeypatch.setenv("PMO_HOME", str(tmp_path / "variable"))
    assert resolve_home() == Home(tmp_path / "variable")
    assert resolve_home(tmp_path / "option") == Home(tmp_path / "option")


def test_a_folder_without_settings_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="pmo init"):
        load_settings(tmp_path)


def test_settings_start_without_the_heavy_libraries() -> None:
    code = "import sys, pipelines.settings; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pandas", "duckdb", "pyarrow", "great_expectations", "dagster"} & set(loaded)


@pytest.mark.parametrize("hours_from", ["both", "{PAY: jra}", "[PAY]"])
def test_a_value_that_may_be_written_in_two_ways_is_complained_of_once(
    tmp_path: Path, hours_from: str
) -> None:
    said = complaint(tmp_path, LEAST + f"hours_from: {hours_from}")
    assert said.count("pmo.yaml: hours_from") == 1


def test_a_tempo_account_needs_its_token_alone(tmp_path: Path) -> None:
    (account,) = settings_of(tmp_path, LEAST + "tempo: [{token: ${T}}]\n").tempo
    assert account.account_name == "api.tempo.io"
    assert (account.first, account.teams, account.users) == (date(2000, 1, 1), (), ())


def test_a_tempo_account_may_say_whose_approvals_and_from_when(tmp_path: Path) -> None:
    text = "tempo: [{token: ${T}, name: eu, from: 2024-01-01, teams: [12], users: all}]\n"
    (account,) = settings_of(tmp_path, LEAST + text).tempo
    assert (account.account_name, account.first) == ("eu", date(2024, 1, 1))
    assert (account.teams, account.users) == ((12,), "all")


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("{token: secret}", "tempo[0].token: a secret must not stand in the file"),
        ("{token: ${T}, frm: 2024-01-01}", "there is no key 'frm' here; the nearest is 'from'"),
        ("{token: ${T}, first: 2024-01-01}", "there is no key 'first' here"),
        ("{token: ${T}, from: 1 May}", "tempo[0].from: "),
        ("{token: ${T}}, {token: ${T}}", "two tempo accounts are called 'https://api.tempo.io/4'"),
    ],
)
def test_what_is_wrong_with_a_tempo_account_is_named(tmp_path: Path, account: str, said: str) -> None:
    assert said in complaint(tmp_path, LEAST + f"tempo: [{account}]\n")


def test_an_inbox_is_a_text_or_a_url_with_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMO_TEST_SECRET", "s3cret")
    assert settings_of(tmp_path, LEAST).inbox.url.resolve() == "./inbox"
    assert settings_of(tmp_path, LEAST + "inbox: s3://bucket/in").inbox.url.resolve() == "s3://bucket/in"
    options = "{key: ${PMO_TEST_SECRET}, client_kwargs: {verify: false}}"
    inbox = settings_of(tmp_path, LEAST + f"inbox: {{url: s3://bucket/in, options: {options}}}").inbox
    assert inbox.resolved_options() == {"key": "s3cret", "client_kwargs": {"verify": False}}
    assert inbox.secrets() == ("s3cret",)
    assert "s3cret" not in f"{inbox!r} {inbox.model_dump_json()}"


def test_a_url_from_the_environment_may_hold_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMO_TEST_INBOX", "sftp://ann:s3cret@host/in")
    inbox = settings_of(tmp_path, LEAST + "inbox: ${PMO_TEST_INBOX}").inbox
    assert (inbox.url.resolve(), inbox.secrets()) == ("sftp://ann:s3cret@host/in", ("s3cret",))


def test_the_configuration_of_an_inbox_that_is_a_text_hashes_as_that_text(tmp_path: Path) -> None:
    alone = settings_of(tmp_path, LEAST + "inbox: /share")
    assert alone.model_dump(mode="json")["inbox"] == "/share"
    assert alone.configuration_hash != settings_of(tmp_path, LEAST).configuration_hash
    written = settings_of(tmp_path, LEAST + "inbox: {url: /share}")
    assert written.configuration_hash == alone.configuration_hash


@pytest.mark.parametrize(
    "dsn",
    ["postgresql://pmo:s3cret@db/pmo", "'host=db password=s3cret'", "'postgresql://:s3cret@db/pmo?user=pmo'"],
)
def test_a_connection_string_with_its_password_is_refused_without_being_shown(
    tmp_path: Path, dsn: str
) -> None:
    with pytest.raises(
        SettingsError, match=r"publish\.postgres: a password must not stand in the file"
    ) as raised:
        settings_of(tmp_path, LEAST + f"publish: {{postgres: {dsn}}}\n")
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    "dsn",
    ["postgresql://pmo:${PW}@db/pmo", "postgresql://pmo@db:5432/pmo", "service=pmo", "${PMO_POSTGRES_DSN}"],
)
def test_a_connection_string_without_one_may_stand_there(tmp_path: Path, dsn: str) -> None:
    postgres = settings_of(tmp_path, LEAST + f"publish: {{postgres: '{dsn}'}}\n").publish.postgres
    assert postgres is not None and postgres.template == dsn


def test_where_a_release_goes_is_no_part_of_the_configuration_of_its_figures(tmp_path: Path) -> None:
    plain = settings_of(tmp_path, LEAST).configuration_hash
    outlets = "publish: {postgres: '${PMO_POSTGRES_DSN}', postgres_reader: bi, keep: 5}\n"
    assert settings_of(tmp_path, LEAST + outlets).configuration_hash == plain
    people = settings_of(tmp_path, LEAST + "publish: {people: names}\n").configuration_hash
    both = LEAST + outlets.replace("{", "{people: names, ", 1)
    assert settings_of(tmp_path, both).configuration_hash == people != plain


def test_one_release_alone_can_not_be_kept(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"publish\.keep: .*Write e\.g\. `keep: 3"):
        settings_of(tmp_path, LEAST + "publish: {keep: 1}\n")


CONTRACT = "deliver: {email: {to: [pmo@acme.example], smtp: ${PMO_TEST_SMTP}}}\n"
ROLES = """deliver:
  email:
    smtp: ${PMO_TEST_SMTP}
    to:
      - pmo@acme.example
      - {address: lead@acme.example, role: programme, programme: Digital}
      - {address: pm@acme.example, role: programme, projects: [PAY]}
  slack: ${PMO_TEST_HOOK}
  teams: [{webhook: ${PMO_TEST_HOOK}, role: finance}]
  folder: share
alerts: {email: ops@acme.example, stale_after: {release: 26h, jira: 2 days}}
"""


def test_recipients_are_written_short_or_with_their_role(tmp_path: Path) -> None:
    from pipelines.publishing.pack.scope import Scope
    from pipelines.publishing.recipients import alerted, readers

    assert [(each.to, each.scope) for each in readers(settings_of(tmp_path, LEAST + CONTRACT))] == [
        ("pmo@acme.example", Scope())
    ]
    settings = settings_of(tmp_path, LEAST + ROLES)
    assert [(each.channel, each.to, each.scope) for each in readers(settings)] == [
        ("email", "pmo@acme.example", Scope()),
        ("email", "lead@acme.example", Scope(programme="Digital")),
        ("email", "pm@acme.example", Scope(projects=("PAY",))),
        ("slack", "${PMO_TEST_HOOK}", Scope()),
        ("teams", "${PMO_TEST_HOOK}", Scope(is_finance=True)),
        ("folder", "share", Scope()),
    ]
    assert [each.to for each in alerted(settings)] == ["ops@acme.example"]
    assert settings.alerts is not None
    assert settings.alerts.stale_after == {"release": timedelta(hours=26), "jira": timedelta(days=2)}


def test_who_is_told_is_no_part_of_the_configuration(tmp_path: Path) -> None:
    alone = settings_of(tmp_path, LEAST).configuration_hash
    assert settings_of(tmp_path, LEAST + ROLES).configuration_hash == alone


def test_every_source_may_have_a_limit_to_its_age() -> None:
    from pipelines.delivery_settings import SOURCES
    from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE

    assert set(SOURCES) == {*FILE_SOURCES, JIRA_SOURCE}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("deliver: {slak: x}\n", "deliver: there is no key 'slak' here; the nearest is 'slack'"),
        (
            "deliver: {email: {smtp: 'smtp://u:s3cret@h', to: [a@b.c]}}\n",
            "deliver.email.smtp: a password must not stand in the file",
        ),
        (
            "deliver: {slack: https://hooks.example/s3cret}\n",
            "deliver.slack[0].webhook: a secret must not stand",
        ),
        (
            "deliver: {email: {smtp: ${S}, to: [nobody]}}\n",
            "deliver.email.to[0].address: is no e-mail address",
        ),
        (
            "deliver: {email: {smtp: ${S}, to: [{address: a@b.c, role: programme}]}}\n",
            "deliver.email.to[0]: role programme needs either programme or projects",
        ),
        (
            "deliver: {email: {smtp: ${S}, to: [{address: a@b.c, projects: [P]}]}}\n",
            "deliver.email.to[0]: programme and projects need role: programme",
        ),
        ("deliver: {email: {to: [a@b.c]}}\n", "deliver.email.smtp: is required and missing"),
        ("alerts: {email: [a@b.c]}\n", "alerts.email needs the mail server that deliver.email.smtp names"),
        ("alerts: {stale_after: 3}\n", "release must be a number of hours or days, `26h` or `3 days`"),
        ("alerts: {stale_after: {jra: 3d}}\n", "there is nothing called 'jra'; the nearest is 'jira'"),
    ],
)
def test_a_mistake_about_recipients_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    complained = complaint(tmp_path, LEAST + text)
    assert said in complained
    assert "s3cret" not in complained


def test_the_example_that_init_writes_is_right_once_it_is_no_comment_any_more(tmp_path: Path) -> None:
    from pipelines.commands.init import SETTINGS

    written = SETTINGS.format(organisation="Acme", currency="EUR", timezone="UTC")
    lines = written.partition("# deliver:")[2].splitlines()
    settings = settings_of(
        tmp_path, "\n".join([LEAST, "deliver:", *(line.removeprefix("# ") for line in lines)])
    )
    assert settings.deliver.email is not None
    assert [reader.role for reader in settings.deliver.email.to] == ["portfolio", "programme", "finance"]
    assert settings.deliver.slack and settings.deliver.teams and settings.deliver.folder
    assert settings.alerts is not None
