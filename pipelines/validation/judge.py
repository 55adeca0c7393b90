"""Judges one extract: refuse the batch, set rows aside, or warn.

Here: turning what the reader reported and what the rules find into outcomes. Asking the row rules is
`pipelines.validation.runner`; what happens to a verdict is `pipelines.validation.arrivals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from connectors.tabular.extract import BatchFault, CellFault, ControlTotal, FileRemark, TableExtract
from connectors.tabular.tables import Table
from pipelines.landing.manifest import Severity
from pipelines.landing.people import is_personal, without
from pipelines.settings import ValidationSettings
from pipelines.validation.calendar import calendar_faults
from pipelines.validation.fitting import fitted_to_landing
from pipelines.validation.outcomes import CheckOutcome, Verdict
from pipelines.validation.retired import Retired
from pipelines.validation.rules import ANY_FAULT, Rule, Suite, suite_of
from pipelines.validation.runner import Finding, run_rules
from pipelines.validation.vanished import VANISHED_ROWS, vanished_rows
from pipelines.validation.words import SHOWN, counted, plain

MASS_DISAPPEARANCE = "mass_disappearance"
CONTROL_TOTAL = "control_total"


def judge(
    extract: TableExtract,
    retired: Retired | None,
    *,
    path: str,
    limits: ValidationSettings,
    blocking: bool = True,
    remarks: Sequence[FileRemark] = (),
) -> Verdict:
    """Asks an extract everything its table's suite asks.

    Args:
        retired: the rows that this extract would retire, None where it retires nothing.
        path: the file, or the site, for messages.
        limits: when vanished rows are too many.
        blocking: False under `on_bad_batch: continue`; the batch is refused all the same.
        remarks: what the reader remarked on the file.
    """
    suite = suite_of(extract.table)
    previous_rows = retired.rows if retired else None
    faults = _batch_faults(extract, previous_rows, path, limits)
    severity: Severity = "error" if blocking else "warn"
    batch_checks = _batch_checks(extract, suite, faults, previous_rows, severity, blocking)
    if faults:
        return Verdict(extract, batch_checks + _not_run(extract, suite), refused=True)
    fitted, unfit = fitted_to_landing(extract)
    findings = run_rules(fitted, suite.row_rules)
    row_faults = _row_faults(fitted, (*fitted.faults, *unfit), findings)
    row_checks = _reader_checks(fitted, suite, row_faults, path) + _file_checks(extract, suite, remarks)
    row_checks += _rule_checks(fitted, suite, row_faults, findings, path)
    row_checks += (vanished_rows(extract.table, retired, path),)
    return Verdict(fitted, batch_checks + row_checks, refused=False, faults=row_faults)


def refusal(extract: TableExtract, fault: BatchFault, *, blocking: bool) -> Verdict:
    """The verdict for an extract that one fault from outside refuses, without asking anything."""
    suite = suite_of(extract.table)
    severity: Severity = "error" if blocking else "warn"
    checks = _batch_checks(extract, suite, [fault], None, severity, blocking)
    return Verdict(extract, checks + _not_run(extract, suite), refused=True)


def _batch_faults(
    extract: TableExtract, previous_rows: int | None, path: str, limits: ValidationSettings
) -> list[BatchFault]:
    faults = list(extract.batch_faults)
    faults += (_off_total(path, total) for total in extract.control_totals if total.is_off)
    faults += calendar_faults(extract, path)
    gone = disappearance(extract.table, len(extract), previous_rows, path, limits)
    return [*faults, gone] if gone else faults


def _off_total(path: str, total: ControlTotal) -> BatchFault:
    sheet = f", sheet {total.sheet!r}" if total.sheet else ""
    message = (
        f"{path}{sheet}, {total.place}: the total {total.label!r} says {plain(total.stated)}, but its rows add up to "
        f"{plain(total.read)}, a difference of {plain(total.difference)}. Correct the rows or the total in the file; "
        f"if the total is known to be rounded, set checks.tolerance of the layout."
    )
    return BatchFault(CONTROL_TOTAL, message, total.sheet, total.place)


def disappearance(
    table: Table, rows: int, previous_rows: int | None, path: str, limits: ValidationSettings
) -> BatchFault | None:
    """The fault of a version that has so few rows, beside those it replaces, that it was probably cut off."""
    if previous_rows is None or previous_rows < max(limits.min_rows, 1):
        return None
    if Decimal(previous_rows - rows) / previous_rows <= limits.mass_disappearance:
        return None
    message = (
        f"{path}: {table.name} has {rows} rows where the version before had {previous_rows}; more "
        f"than {limits.mass_disappearance:%} gone looks like an export that was cut off. Export it again; if the rows "
        f"are gone on purpose, raise validation.mass_disappearance in pmo.yaml for this refresh (1 turns it off)."
    )
    return BatchFault(MASS_DISAPPEARANCE, message)


def _batch_checks(
    extract: TableExtract,
    suite: Suite,
    faults: Sequence[BatchFault],
    previous_rows: int | None,
    severity: Severity,
    blocking: bool,
) -> tuple[CheckOutcome, ...]:
    named = {word for rule in suite.batch_rules for word in rule.faults}
    checks = []
    for rule in suite.batch_rules:
        failing = [fault for fault in faults if _takes(rule, fault.rule, named)]
        nothing_to_compare = (MASS_DISAPPEARANCE in rule.faults and previous_rows is None) or (
            CONTROL_TOTAL in rule.faults and not extract.control_totals
        )
        checks.append(
            CheckOutcome(
                extract.table.name,
                rule.name,
                not failing,
                severity,
                blocking,
                rows=len(extract) if failing else 0,
                message="\n".join(fault.message for fault in failing),
                not_run=not failing and nothing_to_compare,
            )
        )
    return tuple(checks)


def _takes(rule: Rule, word: str, named: set[str]) -> bool:
    return word in rule.faults or (ANY_FAULT in rule.faults and word not in named)


def _not_run(extract: TableExtract, suite: Suite) -> tuple[CheckOutcome, ...]:
    names = [rule.name for rule in suite.reader_rules + suite.file_rules + suite.row_rules]
    return tuple(
        CheckOutcome(extract.table.name, name, True, "warn", blocking=False, not_run=True)
        for name in (*names, VANISHED_ROWS)
    )


def _row_faults(
    extract: TableExtract, reported: Iterable[CellFault], findings: Sequence[Finding]
) -> dict[int, tuple[CellFault, ...]]:
    """All faults by row. A cell that the reader faulted already is not faulted again for being blank."""
    faults: dict[int, list[CellFault]] = {}
    for fault in reported:
        faults.setdefault(fault.row, []).append(fault)
    known = {(fault.row, fault.column) for row in faults.values() for fault in row}
    for finding in findings:
        for row in finding.rows if finding.rule.effect == "quarantine" else ():
            if (row, finding.column) not in known:
                faults.setdefault(row, []).append(_found(extract, finding, row))
    return {row: tuple(found) for row, found in faults.items()}


def _found(extract: TableExtract, finding: Finding, row: int) -> CellFault:
    place, value = extract.cell(row, finding.column), extract.columns[finding.column][row]
    content = "" if value is None else str(value)
    return CellFault(row, finding.column, place, finding.rule.rule, content, _message(extract, finding, row))


def _message(extract: TableExtract, finding: Finding, row: int) -> str:
    column = extract.table.column(finding.column)
    value = extract.columns[column.name][row]
    return finding.rule.message.format(
        column=column.name,
        place=extract.cell(row, column.name),
        value=plain(value) if isinstance(value, Decimal) else value,
        choices=", ".join(column.choices),
    )


def _reader_checks(
    extract: TableExtract, suite: Suite, faults: dict[int, tuple[CellFault, ...]], path: str
) -> tuple[CheckOutcome, ...]:
    """What the reader could not read, each word under the rule that names it; rules of rows take theirs."""
    named = {word for rule in suite.reader_rules for word in rule.faults}
    named |= {rule.rule for rule in suite.row_rules}
    return tuple(
        _set_aside(
            extract,
            rule,
            [fault for row in faults.values() for fault in row if _takes(rule, fault.rule, named)],
            path,
        )
        for rule in suite.reader_rules
    )


def _file_checks(
    extract: TableExtract, suite: Suite, remarks: Sequence[FileRemark]
) -> tuple[CheckOutcome, ...]:
    """What was remarked on the whole file, each word under the rule that names it."""
    checks = []
    for rule in suite.file_rules:
        found = [remark for remark in remarks if remark.rule in rule.faults]
        message = " ".join(remark.message for remark in found)
        rows = sum(remark.rows for remark in found)
        checks.append(CheckOutcome(extract.table.name, rule.name, not found, "warn", False, rows, message))
    return tuple(checks)


def _rule_checks(
    extract: TableExtract,
    suite: Suite,
    faults: dict[int, tuple[CellFault, ...]],
    findings: Sequence[Finding],
    path: str,
) -> tuple[CheckOutcome, ...]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.rule.name, []).append(finding)
    return tuple(
        _warned(extract, rule, found.get(rule.name, []), path)
        if rule.effect == "warn"
        else _set_aside(extract, rule, _faults_of(rule, faults), path)
        for rule in suite.row_rules
    )


def _faults_of(rule: Rule, faults: dict[int, tuple[CellFault, ...]]) -> list[CellFault]:
    """The faults under the rule's word; of several rules with one word, each takes those of its columns."""
    return [
        fault
        for row in faults.values()
        for fault in row
        if fault.rule == rule.rule and fault.column in rule.columns
    ]


def _set_aside(extract: TableExtract, rule: Rule, faults: Sequence[CellFault], path: str) -> CheckOutcome:
    rows = len({fault.row for fault in faults})
    if not rows:
        return CheckOutcome(extract.table.name, rule.name, True, "warn", False)
    shown = [_placed(extract, fault) for fault in faults[:SHOWN]]
    published = [
        without(said, _people(extract, fault.row, fault))
        for fault, said in zip(faults[:SHOWN], shown, strict=True)
    ]
    said = f"{path}: {counted(rows)} in quarantine: "
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return CheckOutcome(
        extract.table.name,
        rule.name,
        False,
        "warn",
        False,
        rows,
        f"{said}{'; '.join(shown)}{more}",
        published=f"{said}{'; '.join(published)}{more}" if published != shown else None,
    )


def _people(extract: TableExtract, row: int, fault: CellFault) -> Iterator[object]:
    """The persons that a row names, also where their cell could not be read."""
    for column, values in extract.columns.items():
        if is_personal(extract.table.name, column):
            yield values[row]
    if is_personal(extract.table.name, fault.column):
        yield fault.content


def _placed(extract: TableExtract, fault: CellFault) -> str:
    """With the cell, and the sheet before it where that is called after its table, never after a person."""
    if extract.sheets[fault.row] == extract.table.name:
        return f"{extract.table.name}!{fault.place}: {fault.message}"
    return fault.message if fault.place in fault.message else f"{fault.place}: {fault.message}"


def _warned(extract: TableExtract, rule: Rule, findings: Sequence[Finding], path: str) -> CheckOutcome:
    count = sum(finding.count for finding in findings)
    shown = [_message(extract, finding, row) for finding in findings for row in finding.rows][:SHOWN]
    more = f" And {count - SHOWN} more." if count > SHOWN else ""
    message = f"{path}: {counted(count)} kept, but look: {' '.join(shown)}{more}" if count else ""
    return CheckOutcome(extract.table.name, rule.name, not count, "warn", False, count, message)
