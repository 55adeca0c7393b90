"""The record of one batch: what was received, what became of it, and how far its cursor got.

Here: the shape and its JSON. Writing it is `pipelines.landing.store`, whose atomic rename makes it the commit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

Outcome = Literal["passed", "warned", "failed", "not_run"]
Severity = Literal["error", "warn"]
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


class LandingError(Exception):
    """The landing store can't be written or read as it should; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows of one batch: rows_in = loaded + quarantined + left_out."""

    rows_in: int
    loaded: int
    quarantined: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Total:
    """Rows and amount as read, per project and unit (a currency or `hours`; None where nothing is measured)."""

    project: str | None
    unit: str | None
    rows_in: int
    amount_in: Decimal | None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule's answer for one batch; `rows` is how many rows it speaks of.

    `published` is the message as marts may show it, without persons; None where `message` names none.
    """

    name: str
    outcome: Outcome
    severity: Severity
    rows: int
    message: str
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One committed batch.

    Args:
        source: the schema, `raw_ledger`.
        extracted_at: UTC, to the microsecond; no two batches of a store share it.
        path: the file below the home, or `jira:<site>`.
        file_hash: sha256 of the file's bytes (Jira: of the documents).
        fingerprint: sha256 of the bytes and of how they are read; equal fingerprints give equal rows.
        objects: the tables that this reading of the file brings; until all of them are committed it is unfinished.
        scope: the columns whose values a batch of `replaces = period` is complete for.
    """

    batch_id: str
    source: str
    object: str
    extracted_at: datetime
    path: str
    file_hash: str
    fingerprint: str
    reader: str
    objects: tuple[str, ...]
    replaces: str
    scope: tuple[str, ...]
    cursor_before: str | None
    cursor_after: str | None
    window: str | None
    rows: RowCounts
    totals: tuple[Total, ...]
    checks: tuple[Check, ...]
    has_data: bool
    has_quarantine: bool
    has_left_out: bool

    def to_json(self) -> str:
        """The manifest as it is stored."""
        content = {name: getattr(self, name) for name in self.__slots__}
        content["extracted_at"] = self.extracted_at.strftime(_MOMENT)
        rows = self.rows
        content["rows"] = {
            "in": rows.rows_in,
            "loaded": rows.loaded,
            "quarantined": rows.quarantined,
            "left_out": rows.left_out,
        }
        content["totals"] = [_fields(total) for total in self.totals]
        content["checks"] = [_fields(check) for check in self.checks]
        return json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """The manifest that `to_json` wrote; KeyError, TypeError or ValueError where it is another thing."""
        content: dict[str, Any] = json.loads(text)
        rows = content["rows"]
        content["rows"] = RowCounts(rows["in"], rows["loaded"], rows["quarantined"], rows["left_out"])
        content["totals"] = tuple(_total(total) for total in content["totals"])
        content["checks"] = tuple(Check(**check) for check in content["checks"])
        content["extracted_at"] = datetime.strptime(content["extracted_at"], _MOMENT).replace(tzinfo=UTC)
        content["objects"] = tuple(content["objects"])
        content["scope"] = tuple(content["scope"])
        return cls(**content)


def _fields(item: Total | Check) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__}


def _total(content: dict[str, Any]) -> Total:
    amount = content["amount_in"]
    return Total(**{**content, "amount_in": None if amount is None else Decimal(amount)})
