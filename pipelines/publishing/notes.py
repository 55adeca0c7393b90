"""How the last refresh and the last delivery ended: a file each, replaced by the next; the doctor reads them."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.settings import Home

REFRESH_NOTE = "last_refresh.json"
DELIVERY_NOTE = "last_delivery.json"


@dataclass(frozen=True, slots=True)
class LastRefresh:
    """How the last refresh ended: when (UTC, ISO 8601), well or not, and when one last ended well.

    `untold` are the alerts about it that did not go out.
    """

    run_id: str
    ended_at: str
    success: bool
    good_at: str | None
    failures: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LastDelivery:
    """How the last delivery of packs ended: when (UTC, ISO 8601), who went without, which alerts did not go out."""

    ended_at: str
    failures: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


def note_refresh(
    home: Home, *, run_id: str, success: bool, failures: Sequence[str], untold: Sequence[str] = ()
) -> None:
    """Keeps how a refresh ended, in place of the one before. Raises OSError."""
    before, now = last_refresh(home), _now()
    good_at = now if success else before.good_at if before else None
    _write(
        home.warehouse / REFRESH_NOTE,
        asdict(LastRefresh(run_id, now, success, good_at, tuple(failures), tuple(untold))),
    )


def note_delivery(home: Home, *, failures: Sequence[str], untold: Sequence[str] = ()) -> None:
    """Keeps how a delivery ended, in place of the one before. Raises OSError."""
    _write(home.messages / DELIVERY_NOTE, asdict(LastDelivery(_now(), tuple(failures), tuple(untold))))


def last_refresh(home: Home) -> LastRefresh | None:
    """How the last refresh ended; None where none has, or where warehouse/ was emptied since."""
    content = _read(home.warehouse / REFRESH_NOTE)
    return LastRefresh(**content) if content else None


def last_delivery(home: Home) -> LastDelivery | None:
    """How the last delivery ended; None where there was none."""
    content = _read(home.messages / DELIVERY_NOTE)
    return LastDelivery(**content) if content else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(file: Path, content: Mapping[str, Any]) -> None:
    """In one step, readable by the owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    following = file.with_suffix(".tmp")
    descriptor = os.open(following, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump(content, opened, ensure_ascii=False, indent=1)
    following.replace(file)


def _read(file: Path) -> dict[str, Any] | None:
    """The note, its lists as tuples. One that was damaged is said in the log and is none: the next replaces it."""
    if not file.is_file():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
    except (ValueError, AttributeError) as error:
        logging.getLogger("pmo").warning("%s is no note of ours (%s): the next one replaces it.", file, error)
        return None
