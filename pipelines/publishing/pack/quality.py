"""How old and how sound the data are: every source's age, what failed, what warns, what waits to be mended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pipelines.publishing.pack.reading import Reader
from pipelines.publishing.pack.tables import Column, Row, Table

SOURCES: Final = ("jira", "timesheets", "budgets", "ledger", "register", "reference")
_MART, _RELEASE = "mart_data_quality", "release_info"
_OPEN: Final = """
    select source, object, path, check_name, outcome, affected_rows, amount, unit, detail
    from marts.mart_data_quality
    where outcome in ('failed', 'warned') and coalesce(is_current_load, true)
    order by outcome, source, object, check_name, path
"""
_COUNTED: Final = """
    select source, count(*) filter (where outcome = 'failed') as failed,
        count(*) filter (where outcome = 'warned') as warned
    from marts.mart_data_quality
    where coalesce(is_current_load, true)
    group by source
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the top of the page: `alarm` when figures rest on old or failed data, else `note`."""

    level: Literal["alarm", "note"]
    text: str


def sources(reader: Reader) -> Table:
    """A row per source: when its newest data arrived, how old they are at `known_at`, and what is wrong."""
    counted = {row["source"]: row for row in reader.rows(_COUNTED)}
    rows = [_source(reader.facts, name, counted.get(name, {})) for name in SOURCES]
    columns = (
        Column("source", "Source", "text", _MART),
        Column(
            "newest_at",
            "Newest data (UTC)",
            "moment",
            _RELEASE,
            of="ledger_newest_at",
            reason="newest_reason",
        ),
        Column("age_days", "Age, days", "days", _RELEASE, of="known_at", reason="newest_reason"),
        Column("state", "State", "status", _RELEASE, of="stale_sources"),
        Column("stale_reason", "Stands on older data because", "text", _RELEASE, of="ledger_stale_reason"),
        Column("failed", "Checks failed", "number", _MART, of="outcome"),
        Column("warned", "Checks that warn", "number", _MART, of="outcome"),
    )
    return Table("sources", "Age of every source", columns, rows, "")


def _source(facts: Row, name: str, counted: Row) -> Row:
    newest: datetime | None = facts[f"{name}_newest_at"]
    stale = facts[f"{name}_stale_reason"]
    state = "stale" if stale else "current" if newest else "absent"
    return {
        "source": name,
        "newest_at": newest,
        "newest_reason": "nothing has arrived",
        "age_days": None if newest is None else max((facts["known_at"] - newest).days, 0),
        "state": state,
        "stale_reason": stale,
        "failed": counted.get("failed", 0),
        "warned": counted.get("warned", 0),
    }


def findings(reader: Reader) -> Table:
    """A row per check of the newest loads that failed or warns; nothing of it names one project."""
    columns = (
        Column("source", "Source", "text", _MART),
        Column("object", "Table", "code", _MART),
        Column("check_said", "Check", "text", _MART, of="check_name"),
        Column("outcome", "Outcome", "status", _MART),
        Column("affected_rows", "Rows", "number", _MART),
        Column("amount", "Amount", "amount", _MART),
        Column("unit", "Unit", "text", _MART),
        Column("detail", "What and where", "text", _MART),
    )
    rows = [row | {"check_said": row["check_name"].replace("_", " ")} for row in reader.rows(_OPEN)]
    return Table(
        "findings", "What failed and what warns", columns, rows, "Every check of the newest loads passed."
    )


def notices(facts: Row) -> list[Notice]:
    """What has to be known before a figure is used; nothing when all is well."""
    found = [
        Notice("alarm", f"{name} stands on older data: {facts[f'{name}_stale_reason']}")
        for name in SOURCES
        if facts[f"{name}_stale_reason"]
    ]
    if facts["checks_failed"]:
        failed = _counted(facts["checks_failed"], "check")
        found.append(Notice("alarm", f"{failed} failed; the section on data says which."))
    absent = [name for name in SOURCES if facts[f"{name}_newest_at"] is None]
    if absent:
        found.append(Notice("note", f"Nothing has arrived from {', '.join(absent)}; what rests on it is –."))
    waiting = [
        f"{_counted(facts[name], 'row')} {words}"
        for name, words in (
            ("standing_quarantined_rows", "in quarantine"),
            ("unmapped_rows", "on no project yet"),
        )
        if facts[name]
    ]
    if waiting:
        found.append(Notice("note", f"{' and '.join(waiting)} to be mended."))
    return found


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"
