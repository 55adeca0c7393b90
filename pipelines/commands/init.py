"""`pmo init`: a PMO folder with a commented pmo.yaml and, in every inbox, the tables that may be dropped there."""

from __future__ import annotations

from pathlib import Path

import click

from connectors.tabular.tables import SQL_TYPES, Column, Table
from pipelines.commands.common import (
    DONE,
    WRONG_CALL,
    chosen_home,
    console,
    error_console,
    finish,
    home_option,
)
from pipelines.landing.sources import FILE_SOURCES, REFERENCE_SOURCE, tables_of
from pipelines.register_book import REGISTER_BOOK, register_book
from pipelines.settings import Home, SettingsError
from pipelines.spreadsheets import keep_texts

SETTINGS = """\
organisation: {organisation}
currency: {currency}                 # reporting currency
timezone: {timezone}
fiscal_year_starts: 1         # month; other calendars: reference/fiscal_calendar.csv

# Any number of sites. Secrets stand here as ${{NAME}} only and are read from the environment.
# jira:
#   - site: https://acme.atlassian.net
#     auth: {{email: ${{JIRA_EMAIL}}, token: ${{JIRA_TOKEN}}}}    # Data Center: {{pat: ${{JIRA_PAT}}}}
#     projects: [PAY, WEB]      # default: all that the account sees

# Hours out of Tempo Timesheets on Jira Cloud, see docs/operator.md.
# tempo:
#   - token: ${{TEMPO_TOKEN}}
#     teams: [12]               # whose approvals are read

# inbox: s3://bucket/folder    # or abfs://, gs://, sftp://user@host/folder; default: the folder inbox/ beside this file

# Files whose header has other names than the tables in inbox/*/README.md need a layout.
# layouts:
#   budget_2026:
#     table: budget_lines
#     files: "inbox/budgets/Budget_*.xlsx"
#     header: {{find: "Cost category"}}
#     columns:
#       cost_category: {{header: "Cost category"}}
#       project: {{from: sheet_name}}
#       version_no: {{from: cell, cell: B3}}
#       currency: {{value: EUR}}
#     periods: {{look: yyyy-mm}}
#     checks: {{row_total: "Total"}}

# hours_from: timesheet        # or jira, or one of them per project: {{PAY: jira}}
# on_bad_batch: hold           # continue: go on with that source's last good data
# publish: {{people: roles}}     # names sponsors and managers of projects; names: everybody; default: nobody
# schedule: {{cron: "0 6 * * *"}}

# Who gets the pack of a release, and who is told when a refresh fails: docs/operator.md, Messages and Alerts.
# deliver:
#   email:
#     smtp: ${{PMO_SMTP_URL}}     # smtp://user:password@mail.acme.example:587, encrypted by STARTTLS
#     to:
#       - pmo@acme.example      # the portfolio
#       - {{address: lead@acme.example, role: programme, programme: Digital}}
#       - {{address: controlling@acme.example, role: finance}}
#   slack: ${{PMO_SLACK_WEBHOOK}}
#   teams: ${{PMO_TEAMS_WEBHOOK}}
#   folder: /mnt/share/pmo
# alerts: {{email: [operator@acme.example], stale_after: {{release: 50h, jira: 2 days}}}}
"""
IGNORED = "landing/\nwarehouse/\npublished/\nsecrets/\nmessages/\n"


@click.command(name="init")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--organisation", default="Acme PMO", show_default=True, help="Written into pmo.yaml.")
@click.option("--currency", default="EUR", show_default=True, help="Written into pmo.yaml.")
@click.option(
    "--timezone", default="UTC", show_default=True, help="Written into pmo.yaml, e.g. Europe/Paris."
)
@home_option
def command(
    folder: Path | None, organisation: str, currency: str, timezone: str, home_option: Path | None
) -> None:
    """Make a PMO folder in DIR, else where --home or PMO_HOME says: pmo.yaml, inbox/, reference/.

    Files that are there already stay as they are.
    """
    home = _home(folder or home_option)
    if home.settings_file.exists():
        error_console().print(
            f"error: {home.settings_file} exists already, nothing was changed. `pmo doctor` checks it.",
            markup=False,
        )
        finish(WRONG_CALL)
    make_home(home, organisation=organisation, currency=currency, timezone=timezone)
    out = console()
    out.print(f"Made {home.root}. Next:", markup=False)
    out.print(f"  1. edit {home.settings_file}", markup=False)
    out.print("  2. drop files into inbox/ and reference/; each README.md there lists the tables")
    out.print(
        f"     inbox/register/{REGISTER_BOOK} is the register as a form: fill it in where it lies",
        markup=False,
    )
    out.print(f"  3. pmo --home {home.root} doctor, then pmo --home {home.root} refresh", markup=False)
    finish(DONE)


def _home(named: Path | None) -> Home:
    """The folder that was named, in any of the ways; else the current one, which need not be a PMO folder yet."""
    try:
        return chosen_home(named)
    except SettingsError:
        return Home(Path.cwd())


def make_home(home: Home, *, organisation: str, currency: str, timezone: str) -> None:
    """Writes the folder; raises SettingsError when what was given makes no valid pmo.yaml."""
    import json

    from pipelines.settings import load_settings

    home.root.mkdir(parents=True, exist_ok=True)
    written = SETTINGS.format(organisation=json.dumps(organisation), currency=currency, timezone=timezone)
    home.settings_file.write_text(written, encoding="utf-8")
    try:
        load_settings(home)
    except BaseException:
        home.settings_file.unlink()
        raise
    for source in FILE_SOURCES:
        folder = home.reference if source == REFERENCE_SOURCE else home.inbox / source
        folder.mkdir(parents=True, exist_ok=True)
        write_new(folder / "README.md", describe_tables(tables_of(source)))
    write_form(home.inbox / "register" / REGISTER_BOOK)
    write_new(home.root / ".gitignore", IGNORED)


def write_new(file: Path, text: str) -> None:
    """Writes a file, unless one is there already."""
    if not file.exists():
        file.write_text(text, encoding="utf-8")


def write_form(file: Path) -> None:
    """Writes the register workbook with its sheets empty, unless one is there already."""
    if not file.exists():
        book = register_book()
        keep_texts(book)
        book.save(file)


def describe_tables(tables: tuple[Table, ...]) -> str:
    """What may be dropped into a folder, as Markdown; required columns are bold."""
    lines = [
        "Drop CSV files or workbooks here. A file (or a sheet) is named after its table: `table.csv` or "
        "`table_anything.csv`.",
        "Columns in any order, dates as 2026-01-31, decimal point, UTF-8. **Bold** columns are required; any other "
        "column is kept as an attribute.",
        "",
        "| table | columns |",
        "|---|---|",
    ]
    lines += [f"| `{table.name}` | {', '.join(map(_describe, table.columns))} |" for table in tables]
    return "\n".join(lines) + "\n"


def _describe(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    if column.choices:
        default = f", default {column.default}" if column.default else ""
        return f"{name} ({', '.join(column.choices)}{default})"
    return name if SQL_TYPES[column.kind] == "varchar" else f"{name} ({column.kind})"
