"""What a refresh prints at its end: the position of every project, what came in, and where to look next.

Here: reading the published release and showing it. Figures are those of the marts; nothing is computed but sums over
cost categories, and a sum with an unknown part is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.commands.common import console, counted, error_console
from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE
from pipelines.publishing.duckdb_sql import rows_of
from pipelines.settings import Home

if TYPE_CHECKING:
    from pipelines.commands.run import Outcome

MEASURES = {
    "baseline_revised": "baseline",
    "consumed": "consumed",
    "committed_open": "committed open",
    "committed_total": "committed total",
    "eac": "forecast at completion",
    "available": "available",
    "vac": "variance at completion",
}
_SUMS = ", ".join(f"case when count({name}) = count(*) then sum({name}) end as {name}" for name in MEASURES)
_POSITION = f"""
    select project_code, any_value(project_name) as project_name, max(period) as period,
        any_value(currency) as currency, {_SUMS}
    from marts.mart_budget_position
    where "view" = 'as_reported' and fx_basis = 'booked'
    group by project_code, period_end_on
    qualify period_end_on = max(period_end_on) over (partition by project_code)
    order by project_code
"""

_POINTS = """
    select coalesce(object, source) as about, detail
    from marts.mart_data_quality
    where outcome in ('warned', 'failed') and load_no is null and check_name not like '%s_are_mapped'
    order by source, object, check_name, detail
"""
SHOWN_POINTS = 20


@dataclass(frozen=True, slots=True)
class PublishedRelease:
    """The published release: its one row of release_info, each project's position at as_of, and what is remarked.

    `points` are the warnings that belong to no single load; those of loads are said by the run that received them.
    """

    facts: dict[str, Any]
    projects: list[dict[str, Any]]
    points: list[dict[str, Any]]

    @property
    def remarks(self) -> int:
        """What stands to be mended: rows in quarantine, unmapped rows, warnings."""
        return sum(
            int(self.facts[name]) for name in ("standing_quarantined_rows", "unmapped_rows", "warnings")
        )


def read_release(home: Home) -> PublishedRelease | None:
    """The release that readers see, or None where nothing was ever published."""
    import duckdb

    if not home.published_file.is_file():
        return None
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        return PublishedRelease(
            facts=rows_of(connection, "select * from marts.release_info")[0],
            projects=rows_of(connection, _POSITION),
            points=rows_of(connection, _POINTS),
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """The end of a refresh, for a person or for a machine."""

    home: Home
    outcome: Outcome
    release: PublishedRelease | None

    def print_json(self, exit_code: int) -> None:
        """One object on standard output."""
        release = self.release
        content = {
            "exit_code": exit_code,
            "home": str(self.home.root),
            **asdict(self.outcome),
            "release": release.facts if release else None,
            "projects": release.projects if release else [],
            "points": release.points if release else [],
        }
        print(json.dumps(content, default=_plain, ensure_ascii=False, indent=1))  # noqa: T201

    def print(self) -> None:
        """Changes, failures and warnings on standard error; the release, as it stands now, on standard output."""
        self._print_changes()
        self._print_failures()
        for warning in self.outcome.untold:
            error_console().print(f"warning: {warning}", markup=False)
        if self.release is None:
            return
        facts = self.release.facts
        out = console()
        out.print()
        out.print(self._headline(facts), markup=False)
        out.print(_table(self.release.projects))
        out.print(_counts(facts), markup=False)
        out.print(_ages(facts), markup=False)
        out.print(self._where_next(facts), markup=False)

    def _print_changes(self) -> None:
        """What corrected files changed, also where the refresh failed: they have landed."""
        errors = error_console()
        for line in [line for table in self.outcome.received for line in table.changes.splitlines()]:
            errors.print(f"changed: {line}", markup=False)

    def _print_failures(self) -> None:
        errors = error_console()
        for failure in self.outcome.failures:
            errors.print("[red]error:[/] ", end="")
            errors.print(failure, markup=False)
        if not self.outcome.success:
            stands = "The published release is unchanged." if self.release else "Nothing is published yet."
            errors.print(f"\nThe refresh failed. {stands} Mend the above, then run `pmo refresh` again.")
            return
        for warning in (*self.outcome.warnings, *self._points()):
            errors.print("[yellow]warning:[/] ", end="")
            errors.print(warning, markup=False)

    def _points(self) -> list[str]:
        """The release's own warnings, a line each; beyond a screenful only how many there are."""
        points = self.release.points if self.release else []
        lines = [f"{point['about']}: {point['detail']}" for point in points[:SHOWN_POINTS]]
        more = len(points) - SHOWN_POINTS
        return lines + ([f"and {more} more in marts.mart_data_quality"] if more > 0 else [])

    def _headline(self, facts: dict[str, Any]) -> str:
        what = f"{facts['organisation']}, as of {facts['as_of']}, release {facts['release_id']}"
        if not self.outcome.success:
            return f"{what} (the last good one, made {_local(facts)})"
        return what if self.outcome.is_new else f"{what}: nothing new since {_local(facts)}"

    def _where_next(self, facts: dict[str, Any]) -> str:
        lines = [f"Next: {self.home.published_file} (schema marts) and {self.home.published_parquet}/"]
        if facts["standing_quarantined_rows"] or facts["unmapped_rows"]:
            lines.append(
                f"      `pmo quarantine` lists {counted(facts['standing_quarantined_rows'], 'quarantined row')} and "
                f"{counted(facts['unmapped_rows'], 'unmapped row')} with their places"
            )
        if facts["warnings"]:
            lines.append(f"      marts.mart_data_quality explains {counted(facts['warnings'], 'warning')}")
        return "\n".join(lines)


def _table(projects: Sequence[dict[str, Any]]) -> Any:
    """One line a project; a figure that is not known is a dash."""
    from rich.table import Table

    currencies = sorted({str(row["currency"]) for row in projects})
    title = f"Position by project, {', '.join(currencies)}" if projects else "No project has a position yet"
    table = Table(title=title, title_justify="left")
    table.add_column("project", overflow="fold")
    table.add_column("period")
    for title in MEASURES.values():
        table.add_column(title, justify="right", no_wrap=False)
    for row in projects:
        table.add_row(row["project_code"], row["period"], *(_money(row[name]) for name in MEASURES))
    return table


def _money(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount:,.2f}"


def _counts(facts: dict[str, Any]) -> str:
    return (
        f"Rows: {facts['rows_in']:,} in = {facts['rows_loaded']:,} loaded + {facts['rows_quarantined']:,} quarantined "
        f"+ {facts['rows_left_out']:,} left out, in {counted(facts['batches'], 'batch')}"
    )


def _ages(facts: dict[str, Any]) -> str:
    """When each source last brought something new; a source that stands on old data is marked stale."""
    now = datetime.now(UTC).replace(tzinfo=None)
    ages = [
        f"{source} {_age(now - facts[f'{source}_newest_at'])}"
        + (" (stale)" if facts[f"{source}_stale_reason"] else "")
        for source in (JIRA_SOURCE, *FILE_SOURCES)
        if facts[f"{source}_newest_at"]
    ]
    return f"Newest data: {', '.join(ages) or 'none'}"


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 2:
        return "just now"
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def _local(facts: dict[str, Any]) -> str:
    from zoneinfo import ZoneInfo

    made = facts["refreshed_at"].replace(tzinfo=UTC).astimezone(ZoneInfo(facts["timezone"]))
    return str(made.strftime("%Y-%m-%d %H:%M"))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
