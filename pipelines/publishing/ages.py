"""How old what readers see is, against the limits of `alerts.stale_after`.

Here: reading the published release. Telling somebody is `pipelines.publishing.alerts`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.delivery_settings import DEFAULT_RELEASE_AGE, RELEASE
from pipelines.publishing.duckdb_sql import rows_of
from pipelines.publishing.notes import last_refresh
from pipelines.publishing.release_files import SCHEMA
from pipelines.publishing.swapping import RUN_FACTS
from pipelines.publishing.troubles import Trouble
from pipelines.settings import Home, Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def too_old(home: Home, settings: Settings, *, now: datetime | None = None) -> list[Trouble]:
    """A trouble for the release and for each source that is older than its limit; none where nothing is published."""
    ages = ages_of(home, now=now)
    limits = settings.alerts.stale_after if settings.alerts else {}
    limits = {RELEASE: DEFAULT_RELEASE_AGE, **limits}
    return [
        Trouble(name, _said(name, ages[name], limit), cause="older than its limit")
        for name, limit in limits.items()
        if name in ages and ages[name] > limit
    ]


def ages_of(home: Home, *, now: datetime | None = None) -> dict[str, timedelta]:
    """How long ago a refresh last went through (`release`), and how long ago each source brought something new."""
    import duckdb

    if not home.published_file.is_file():
        return {}
    now = now or datetime.now(UTC)
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        moments = _moments(connection)
    last = last_refresh(home)
    if last is not None and last.good_at:
        # A refresh that finds nothing new leaves the release as it is.
        moments[RELEASE] = max(moments[RELEASE], datetime.fromisoformat(last.good_at))
    return {name: now - moment for name, moment in moments.items()}


def _moments(connection: DuckDBPyConnection) -> dict[str, datetime]:
    (facts,) = rows_of(connection, f"select * from {SCHEMA}.{RUN_FACTS}")
    found = {RELEASE: facts["refreshed_at"].replace(tzinfo=UTC)}
    for name, value in facts.items():
        if name.endswith("_newest_at") and value is not None:
            found[name.removesuffix("_newest_at")] = value.replace(tzinfo=UTC)
    return found


def _said(name: str, age: timedelta, limit: timedelta) -> str:
    what, mend = (
        ("no refresh has gone through", "See that the schedule runs (`pmo doctor`), or run `pmo refresh`.")
        if name == RELEASE
        else (
            "nothing new has been published of it",
            "Ask who delivers it, or raise alerts.stale_after in pmo.yaml.",
        )
    )
    return f"{what} for {in_words(age)}; the limit is {in_words(limit)}. {mend}"


def in_words(age: timedelta) -> str:
    """`5 hours`, `3 days`."""
    hours = int(age.total_seconds() // 3600)
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"
