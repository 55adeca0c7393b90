"""What follows every refresh, however it was started and however it ended: a note of it, and alerts.

`pmo refresh` and Dagster's daemon both call `report_refresh`; the daemon also calls `report_ages` while nothing runs.
Neither ever raises for what it meets, so that nothing here changes how a refresh ends.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from pipelines.publishing.ages import note_refresh, too_old
from pipelines.publishing.alerts import News, tell
from pipelines.publishing.troubles import Trouble
from pipelines.settings import Home, Settings, SettingsError, load_settings

STEPS = ("warehouse", "publishing", "run")
"""What a trouble that is no source's is called; a refresh that went through has been through all of them."""
_UNKNOWN_AGE = "How old the release is can't be told"


def report_refresh(
    home: Home,
    *,
    run_id: str,
    success: bool,
    troubles: Sequence[Trouble],
    judged: Collection[str],
) -> list[str]:
    """Notes how a refresh ended and tells who has to know; returns a warning for whatever could not be told.

    Args:
        troubles: what went wrong; also where the refresh went on without a source.
        judged: the sources and steps that the run came to.
    """
    looked_at = {*judged, *STEPS} if success else {*judged, "run"}
    failures = [f"{trouble.source}: {trouble.message}" for trouble in troubles]
    subject = "the refresh went on with older data" if success else "the refresh failed"
    try:
        note_refresh(home, run_id=run_id, success=success, failures=failures)
        settings = load_settings(home)
    except (OSError, ValueError, SettingsError) as error:
        return _said(f"Nobody was told how the refresh ended: {error}")
    told = tell(home, settings, News("refresh", subject, troubles, looked_at))
    return [*told, *_report_ages(home, settings)]


def report_ages(home: Home) -> list[str]:
    """Tells who has to know what has grown too old, or is fresh again; returns warnings as `report_refresh`."""
    try:
        settings = load_settings(home)
    except (OSError, SettingsError) as error:
        return _said(f"{_UNKNOWN_AGE}: {error}")
    return _report_ages(home, settings)


def _report_ages(home: Home, settings: Settings) -> list[str]:
    import duckdb

    try:
        old = too_old(home, settings)
    except (OSError, ValueError, KeyError, duckdb.Error) as error:
        return _said(f"{_UNKNOWN_AGE}: {error}")
    return tell(home, settings, News("age", "too old", old))


def _said(warning: str) -> list[str]:
    logging.getLogger("pmo").warning("%s", warning)
    return [warning]
