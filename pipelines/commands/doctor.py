"""`pmo doctor`: is everything in place for a refresh, and what to mend if not. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from connectors.errors import ConnectorError
from pipelines.commands.common import DONE, FAILED, chosen_home, console, finish, home_option, json_option
from pipelines.landing.sources import FILE_SOURCES, REFERENCE_SOURCE, tables_of
from pipelines.settings import SETTINGS_FILE, Home, JiraSettings, Settings, SettingsError, load_settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `said` is what was found, or, when it is not ok, what to mend."""

    subject: str
    ok: bool
    said: str


@click.command(name="doctor")
@json_option
@home_option
def command(as_json: bool, home_option: Path | None) -> None:
    """Check configuration, credentials, every file and every Jira; say what to mend. Exit code 1 if anything is."""
    findings = list(examine(chosen_home(home_option)))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        _show(findings)
    finish(DONE if all(finding.ok for finding in findings) else FAILED)


def examine(home: Home) -> Iterator[Finding]:
    """Everything that a refresh will need, in the order in which it needs it."""
    try:
        settings = load_settings(home)
    except SettingsError as error:
        yield Finding(SETTINGS_FILE, False, str(error))
        return
    layouts = f", {len(settings.layouts)} layouts" if settings.layouts else ""
    yield Finding(
        SETTINGS_FILE, True, f"{settings.organisation}, {settings.currency}, {settings.timezone}{layouts}"
    )
    yield from _layouts(settings)
    yield from _stray_entries(home, settings)
    for source in FILE_SOURCES:
        yield from _files(home, settings, source)
    for site in settings.jira:
        yield _jira(site, settings)


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


def _stray_entries(home: Home, settings: Settings) -> Iterator[Finding]:
    """Folders of the inbox that no source reads, and files beside them."""
    inbox = settings.inbox_of(home)
    sources = [source for source in FILE_SOURCES if source != REFERENCE_SOURCE]
    if not inbox.is_dir():
        yield Finding(
            "inbox", False, f"There is no {inbox}. Make it, or name another at inbox: in {SETTINGS_FILE}."
        )
        return
    for entry in sorted(inbox.iterdir()):
        if entry.name not in sources and not entry.name.startswith((".", "README")):
            mend = f"Nothing reads {entry}. Move it into one of {', '.join(sources)}."
            yield Finding(f"inbox/{entry.name}", False, mend)


def _files(home: Home, settings: Settings, source: str) -> Iterator[Finding]:
    from pipelines.landing.inbox import inbox_files

    found = inbox_files(home, settings, source)
    if not found:
        yield Finding(source, True, "no files: its tables are empty")
    for file in found:
        yield _file(file.file, file.relative, settings, source)


def _file(path: Path, relative: str, settings: Settings, source: str) -> Finding:
    """How a file is read; nothing of it is kept."""
    from connectors.tabular.reader import read_file

    try:
        reading = read_file(
            path, relative=relative, source=source, tables=tables_of(source), layouts=settings.layouts
        )
    except ConnectorError as error:
        return Finding(relative, False, str(error))
    faults = [fault.message for extract in reading.extracts for fault in extract.batch_faults]
    if faults:
        return Finding(relative, False, "\n".join(faults))
    return Finding(
        relative, True, ", ".join(f"{each.table.name}: {len(each)} rows" for each in reading.extracts)
    )


def _jira(site: JiraSettings, settings: Settings) -> Finding:
    """Whether a site lets us in; one request, no retry."""
    from connectors.http import Retry
    from connectors.jira.client import JiraClient
    from pipelines.validation.jira_arrivals import site_of

    subject = f"jira {site.name or site.site}"
    try:
        with JiraClient(site_of(site, settings), retry=Retry(attempts=1)) as client:
            return Finding(subject, True, f"{client.deployment}, credentials accepted")
    except (ConnectorError, SettingsError) as error:
        return Finding(subject, False, str(error))


def _show(findings: list[Finding]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=False)
    table.add_column("looked at", overflow="fold")
    table.add_column("")
    table.add_column("found, or what to mend", overflow="fold")
    for finding in findings:
        mark = Text("ok", style="green") if finding.ok else Text("mend", style="red")
        table.add_row(Text(finding.subject), mark, Text(finding.said))
    out = console()
    out.print(table)
    wrong = sum(not finding.ok for finding in findings)
    out.print(f"{wrong} to mend" if wrong else "Everything is in place: run `pmo refresh`.")
