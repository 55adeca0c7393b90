"""What became of one table of one arrival, and how a verdict becomes that.

Here: the record and the last step, committing or refusing; `inbox_arrivals` and `jira_arrivals` come before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.landing.batches import Origin, make_batch
from pipelines.landing.manifest import Manifest
from pipelines.landing.store import LandingStore
from pipelines.validation.difference import difference
from pipelines.validation.outcomes import CheckOutcome, Verdict

Report = Callable[[str], None]
Status = Literal["landed", "unchanged", "refused", "absent"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of one table of one file, or of one Jira site.

    Args:
        source: `ledger`, `jira`, …; object: the table.
        path: the file below the home, or `jira:<site>`; empty for a table that no file brings (`absent`).
        status: `landed` wrote a batch; `unchanged` is landed already; `refused` wrote nothing.
        batch_id: the batch that holds it, also when unchanged.
        checks: one outcome a rule of the table's suite; none when absent.
        message: why it was refused, how it differs from the version that it supersedes, or what else is to be said.
    """

    source: str
    object: str
    path: str
    status: Status
    batch_id: str | None = None
    rows_in: int = 0
    loaded: int = 0
    quarantined: int = 0
    left_out: int = 0
    checks: tuple[CheckOutcome, ...] = ()
    message: str | None = None
    seconds: float = 0.0


def silent(message: str) -> None:
    """Reports nothing."""


def land(
    store: LandingStore, source: str, verdict: Verdict, origin: Origin, before: Manifest | None = None
) -> Arrival:
    """Commits what a verdict lets pass; a refused one writes nothing.

    `before` is the batch that the new one supersedes; how the two differ is the arrival's message.
    """
    if verdict.refused:
        return refused(source, verdict, origin.path)
    checks = [outcome.as_check() for outcome in verdict.checks]
    batch = make_batch(verdict.extract, origin=origin, faults=verdict.faults, checks=checks)
    changes = None if before is None else f"against the version before {difference(store, before, batch)}"
    manifest = store.commit(batch)
    return replace(_arrival(source, manifest, "landed", checks=verdict.checks), message=changes)


def refused(source: str, verdict: Verdict, path: str) -> Arrival:
    """The arrival of what must not land."""
    extract = verdict.extract
    return Arrival(
        source,
        extract.table.name,
        path,
        "refused",
        rows_in=len(extract) + len(extract.left_out),
        checks=verdict.checks,
        message="\n".join(verdict.reasons),
    )


def landed(source: str, manifest: Manifest) -> Arrival:
    """The arrival of a batch that was committed just now, as its manifest tells it."""
    return _arrival(source, manifest, "landed", checks=_checks(manifest))


def unchanged(source: str, manifest: Manifest) -> Arrival:
    """The arrival of what was landed before, as its manifest tells it."""
    return _arrival(source, manifest, "unchanged", checks=_checks(manifest))


def _checks(manifest: Manifest) -> tuple[CheckOutcome, ...]:
    return tuple(CheckOutcome.of_check(manifest.object, check) for check in manifest.checks)


def _arrival(source: str, manifest: Manifest, status: Status, *, checks: tuple[CheckOutcome, ...]) -> Arrival:
    rows = manifest.rows
    return Arrival(
        source,
        manifest.object,
        manifest.path,
        status,
        manifest.batch_id,
        rows.rows_in,
        rows.loaded,
        rows.quarantined,
        rows.left_out,
        checks,
    )


def reasons(arrivals: Iterable[Arrival]) -> list[str]:
    """Why batches among the arrivals were refused, each reason once."""
    return list(dict.fromkeys(each.message or each.path for each in arrivals if each.status == "refused"))


def describe(arrival: Arrival) -> str:
    """One line on an arrival for a person."""
    where = f"{arrival.path} ({arrival.object})"
    if arrival.status == "refused":
        return f"{where}: refused. {arrival.message}"
    if arrival.status == "unchanged":
        return f"{where}: unchanged"
    parts = [f"{arrival.loaded} of {arrival.rows_in} rows landed"]
    parts += [f"{arrival.quarantined} in quarantine"] if arrival.quarantined else []
    parts += [f"{arrival.left_out} left out"] if arrival.left_out else []
    changes = f"; {arrival.message}" if arrival.message else ""
    return f"{where}: {', '.join(parts)}{changes}"
