"""What judging a batch comes to: one outcome a check, and the rows to set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.tabular.extract import CellFault, TableExtract
from pipelines.landing.manifest import Check, Outcome, Severity


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One check of one batch.

    Args:
        object: the table.
        severity: `error` holds everything after landing back (with `blocking`), `warn` does not.
        rows: how many rows it speaks of.
        message: what is wrong, where, and the mend; empty when passed.
        not_run: there was nothing to ask, e.g. no earlier batch to compare with.
        published: the message without persons, where it names any.
    """

    object: str
    name: str
    passed: bool
    severity: Severity
    blocking: bool
    rows: int = 0
    message: str = ""
    not_run: bool = False
    published: str | None = None

    def as_check(self) -> Check:
        """The outcome as the manifest keeps it."""
        outcome: Outcome = "not_run" if self.not_run else "passed"
        if not self.passed:
            outcome = "failed" if self.severity == "error" else "warned"
        return Check(self.name, outcome, self.severity, self.rows, self.message, self.published)

    @classmethod
    def of_check(cls, object: str, check: Check) -> CheckOutcome:
        """The outcome that a manifest kept; what was committed blocks nothing."""
        passed = check.outcome in ("passed", "not_run")
        return cls(
            object,
            check.name,
            passed,
            check.severity,
            blocking=False,
            rows=check.rows,
            message=check.message,
            not_run=check.outcome == "not_run",
            published=check.published,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one extract.

    Args:
        extract: the extract, values that no column can hold taken out.
        checks: one outcome a rule of its suite, in the suite's order.
        faults: the rows to quarantine, each with its faults.
        refused: whether the batch must not land.
    """

    extract: TableExtract
    checks: tuple[CheckOutcome, ...]
    refused: bool
    faults: Mapping[int, tuple[CellFault, ...]] = field(default_factory=dict)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the batch is refused: the messages of the batch rules that failed."""
        return tuple(check.message for check in self.checks if not check.passed and check.message)
