"""`pmo doctor`: is everything in place for a refresh, and what to mend if not. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from connectors.errors import ConnectorError
from pipelines.commands.check_dagster import dagster_findings
from pipelines.commands.check_messages import messages
from pipelines.commands.check_operation import operation
from pipelines.commands.check_postgres import postgres
from pipelines.commands.common import (
    DONE,
    DONE_WITH_REMARKS,
    FAILED,
    chosen_home,
    console,
    finish,
    home_option,
    json_option,
)
from pipelines.commands.findings import Finding, files_and_settings
from pipelines.landing.sources import FILE_SOURCES, tables_of
from pipelines.settings import (
    SETTINGS_FILE,
    Home,
    JiraSettings,
    Settings,
    SettingsError,
    TempoSettings,
    load_settings,
)


@click.command(name="doctor")
@json_option
@home_option
def command(as_json: bool, home_option: Path | None) -> None:
    """Check configuration, files, Jira, Tempo, mail, Postgres, Dagster; say what to mend. Exit code 1 if anything is.

    Nothing is sent, published or changed.
    """
    findings = list(examine(chosen_home(home_option)))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        _show(findings)
    finish(exit_code(findings))


def exit_code(findings: Sequence[Finding]) -> int:
    """1 when anything is to mend; 3 when a refresh would have something to remark; else 0."""
    if not all(finding.ok for finding in findings):
        return FAILED
    return DONE_WITH_REMARKS if any(finding.look for finding in findings) else DONE


def examine(home: Home) -> Iterator[Finding]:
    """Everything that a refresh will need, in the order in which it needs it."""
    try:
        settings = load_settings(home)
    except SettingsError as error:
        yield Finding(SETTINGS_FILE, False, str(error))
        return
    layouts = f", {len(settings.layouts)} layouts" if len(settings.layouts) > 1 else ""
    layouts = ", 1 layout" if len(settings.layouts) == 1 else layouts
    yield Finding(
        SETTINGS_FILE, True, f"{settings.organisation}, {settings.currency}, {settings.timezone}{layouts}"
    )
    yield from _layouts(settings)
    found = _pseudonyms(home, settings)
    yield found
    if not found.ok:
        return
    yield from files_and_settings(home, settings)
    for site in settings.jira:
        yield _jira(site)
    for account in settings.tempo:
        yield _tempo(settings, account)
    yield from messages(home, settings)
    if settings.publish.postgres is not None:
        yield postgres(settings)
    yield from operation(home, settings)
    yield from dagster_findings()


def _pseudonyms(home: Home, settings: Settings) -> Finding:
    """Whether the key of the pseudonyms is the one that was always used, and whether an erasure was cut short."""
    from pipelines.landing.erasures import eraser_of
    from pipelines.landing.pseudonyms import existing_key

    subject = "pseudonyms"
    try:
        if existing_key(home, settings) is None:
            return Finding(subject, True, "no key yet: the first refresh makes one")
        open_ones = sum(not person.finished for person in eraser_of(home, settings).persons)
    except SettingsError as error:
        return Finding(subject, False, str(error))
    if open_ones:
        return Finding(subject, False, "An erasure was cut short: run the same `pmo erase` again.")
    return Finding(subject, True, "their key is there")


def _layouts(settings: Settings) -> Iterator[Finding]:
    """Whether each layout fills a table of the source whose files it claims."""
    from connectors.tabular.unpivot import check_layout

    for name, layout in settings.layouts.items():
        known = [(source, tables_of(source)) for source in FILE_SOURCES]
        source, tables = next(
            (
                (source, tables)
                for source, tables in known
                if layout.table in {table.name for table in tables}
            ),
            known[0],
        )
        try:
            check_layout(name, layout, source=source, tables=tables)
        except ConnectorError as error:
            yield Finding(f"layout {name}", False, str(error))
        else:
            yield Finding(f"layout {name}", True, f"fills {layout.table}")


def _jira(site: JiraSettings) -> Finding:
    """Whether a site lets us in; one request, no retry."""
    from connectors.http import Retry
    from connectors.jira.client import JiraClient
    from pipelines.validation.jira_arrivals import site_of

    subject = f"jira {site.name or site.site}"
    try:
        with JiraClient(site_of(site), retry=Retry(attempts=1)) as client:
            return Finding(subject, True, f"{client.deployment}, credentials accepted")
    except (ConnectorError, SettingsError) as error:
        return Finding(subject, False, str(error))


def _tempo(settings: Settings, account: TempoSettings) -> Finding:
    """Whether a Tempo account accepts the token; one request, no retry."""
    from connectors.http import Retry
    from connectors.tempo.client import TempoClient
    from pipelines.validation.tempo_arrivals import account_of, jira_site_of

    subject = f"tempo {account.name or account.url}"
    try:
        jira_site_of(settings, account)
        with TempoClient(account_of(account), retry=Retry(attempts=1)) as client:
            client.check()
    except (ConnectorError, SettingsError) as error:
        return Finding(subject, False, str(error))
    return Finding(subject, True, "token accepted")


def _show(findings: list[Finding]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=False)
    table.add_column("looked at", overflow="fold")
    table.add_column("")
    table.add_column("found, or what to mend", overflow="fold")
    for finding in findings:
        mark = Text("look", style="yellow") if finding.look else Text("ok", style="green")
        mark = mark if finding.ok else Text("mend", style="red")
        table.add_row(Text(finding.subject), mark, Text(finding.said))
    out = console()
    out.print(table)
    wrong = sum(not finding.ok for finding in findings)
    looks = sum(finding.ok and finding.look for finding in findings)
    if wrong or looks:
        out.print(", ".join([f"{wrong} to mend"] * bool(wrong) + [f"{looks} to look at"] * bool(looks)))
    else:
        out.print("Everything is in place: run `pmo refresh`.")
