"""What follows every refresh and every delivery, however it was started and however it ended: a note, and alerts.

`pmo refresh` and Dagster's daemon both call `report_refresh`, `pmo report --deliver` and the daemon
`deliver_and_report`; the daemon also calls `report_ages` while nothing runs. What goes wrong in telling is returned or
noted and never raised, so that nothing here changes how a refresh or a delivery ends.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from pipelines.publishing.ages import too_old
from pipelines.publishing.alerts import News, tell
from pipelines.publishing.delivery import Delivery, deliver_release
from pipelines.publishing.kept import PublishError
from pipelines.publishing.message_log import MessageLogError
from pipelines.publishing.notes import note_delivery, note_refresh
from pipelines.publishing.recipients import alerted
from pipelines.publishing.troubles import Trouble
from pipelines.settings import Home, Settings, SettingsError, load_settings

STEPS = ("warehouse", "publishing", "run")
"""What a trouble that is no source's is called; a refresh that went through has been through all of them."""
DELIVERY = "delivery"
"""What a trouble is called that kept a delivery from beginning, or broke it off."""
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
    subject = "the refresh went on with older data" if success else "the refresh failed"
    warnings = _noted_refresh(home, run_id, success, troubles)
    try:
        settings = load_settings(home)
    except (OSError, SettingsError) as error:
        return [*warnings, *_said(f"Nobody was told how the refresh ended: {error}")]
    untold = tell(home, settings, News("refresh", subject, troubles, looked_at))
    if untold:
        warnings += _noted_refresh(home, run_id, success, troubles, untold)
    return [*warnings, *untold, *_report_ages(home, settings)]


def deliver_and_report(home: Home, settings: Settings) -> list[Delivery]:
    """Delivers the packs of the release as `deliver_release`, notes who went without and tells who has to know."""
    try:
        found = deliver_release(home, settings)
    except Exception as error:
        _report_delivery(home, settings, [Trouble(DELIVERY, _cause(error))], {DELIVERY})
        raise
    _report_delivery(
        home, settings, [Trouble(each.to, each.said) for each in found if each.status == "failed"]
    )
    return found


def report_ages(home: Home) -> list[str]:
    """Tells who has to know what has grown too old, or is fresh again; returns warnings as `report_refresh`."""
    try:
        settings = load_settings(home)
    except (OSError, SettingsError) as error:
        return _said(f"{_UNKNOWN_AGE}: {error}")
    return _report_ages(home, settings)


def _report_ages(home: Home, settings: Settings) -> list[str]:
    import duckdb

    if not alerted(settings):
        return []
    try:
        old = too_old(home, settings)
    except (OSError, ValueError, KeyError, duckdb.Error) as error:
        return _said(f"{_UNKNOWN_AGE}: {error}")
    return tell(home, settings, News("age", "too old", old))


def _cause(error: Exception) -> str:
    """What a foreseen error says is complete; of any other, what it is and how to see more."""
    if isinstance(error, (PublishError, MessageLogError)):
        return str(error)
    return f"{type(error).__name__}: {error}. Run `pmo report --deliver` by hand to see where."


def _report_delivery(
    home: Home, settings: Settings, troubles: Sequence[Trouble], judged: Collection[str] | None = None
) -> None:
    untold = tell(home, settings, News("delivery", "not everybody got the pack", troubles, judged))
    try:
        note_delivery(home, failures=[_in_words(trouble) for trouble in troubles], untold=untold)
    except OSError as error:
        _said(f"How the delivery ended could not be noted: {error}. Mend {home.messages}.")


def _noted_refresh(
    home: Home, run_id: str, success: bool, troubles: Sequence[Trouble], untold: Sequence[str] = ()
) -> list[str]:
    """Notes how a refresh ended; a full disk keeps the note from its place and the alert from nobody."""
    failures = [_in_words(trouble) for trouble in troubles]
    try:
        note_refresh(home, run_id=run_id, success=success, failures=failures, untold=untold)
    except OSError as error:
        return _said(f"How the refresh ended could not be noted: {error}. Mend {home.warehouse}.")
    return []


def _in_words(trouble: Trouble) -> str:
    return f"{trouble.source}: {trouble.message}"


def _said(warning: str) -> list[str]:
    logging.getLogger("pmo").warning("%s", warning)
    return [warning]
