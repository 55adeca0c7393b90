"""Page tokens: opaque to the client, bound to the query, and good for a while only."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from datetime import datetime, timedelta
from typing import Any

from demo.jira.router import Refused

WEEK = timedelta(days=7)
_NUMBERS = itertools.count()


def write_token(about: str, key: tuple[Any, ...], now: datetime) -> str:
    """Where the page ended, of which query, and when; no two tokens are the same."""
    told = [_digest(about), key, now.isoformat(), next(_NUMBERS)]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def read_token(token: str | None, about: str, now: datetime, lasts: timedelta) -> tuple[Any, ...] | None:
    """Where the page before ended; None without a token.

    Raises:
        Refused: no such token was ever given, it is of another query, or it has expired.
    """
    if not token:
        return None
    try:
        digest, key, given, _ = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise Refused(400, "The provided next page token is invalid.") from None
    if digest != _digest(about):
        raise Refused(400, "The provided next page token is of another query.")
    if datetime.fromisoformat(given) + lasts < now:
        raise Refused(400, "The provided next page token has expired.")
    return tuple(key)


def _digest(about: str) -> str:
    return hashlib.sha256(about.encode()).hexdigest()[:12]
