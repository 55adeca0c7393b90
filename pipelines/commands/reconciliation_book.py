"""The reconciliation as a workbook that an auditor can follow: every row, sums as values, a check in every row.

Here: which columns stand on which sheet, what is summed and what is checked. Figures are those of `reconciliation`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pipelines.commands.reconcile import ITEMS, LABOUR, LEDGER, OPEN
from pipelines.commands.reconciliation import MEANINGS, Reconciliation, Row
from pipelines.spreadsheets import Sheet, write_workbook

_ACCRUALS: Final = {
    "project_code": "project",
    "period": "period",
    "view": "view",
    "goods_received_amount": "goods received not invoiced",
    "unposted_labour_amount": "unposted labour",
    "accruals_amount": "accruals in the mart",
}
_LEDGER: Final = {**LEDGER, "ledger_rows": "ledger rows", "reconciling_reason": "reasons"}
_ITEMS: Final = {**ITEMS, "unrated_rows": "rows without a rate", "first_place": "for example"}
_FILES: Final = {
    "source": "source",
    "object": "table",
    "load_no": "load",
    "path": "file",
    "is_current_load": "newest of the file",
    "unit": "unit",
    "source_rows": "rows in the file",
    "quarantined_rows": "rows quarantined",
    "left_out_rows": "rows left out",
    "loaded_rows": "rows landed",
    "replaced_rows": "rows replaced",
    "later_rows": "rows not yet due",
    "mart_rows": "rows in the marts",
    "source_amount": "amount in the file",
    "quarantined_amount": "amount quarantined",
    "left_out_amount": "amount left out",
    "loaded_amount": "amount landed",
    "replaced_amount": "amount replaced",
    "later_amount": "amount not yet due",
    "mart_amount": "amount in the marts",
    "difference": "difference",
    "mart_difference": "difference to the marts",
}


def write_reconciliation(path: Path, found: Reconciliation) -> None:
    """Write the workbook, replacing what stands there.

    Raises TooManyRows when a sheet cannot hold its rows, OSError when the file cannot be written.
    """
    write_workbook(path, [_summary(found), *_sheets(found)])


def _sheets(found: Reconciliation) -> list[Sheet]:
    accruals = [row for row in found.ledger if row["accruals_amount"] is not None]
    return [
        _sheet("ledger to mart", _LEDGER, found.ledger, _ledger_ties, ("ledger_rows", "unrated_rows")),
        _sheet(
            "reconciling items",
            _ITEMS,
            found.items,
            _needs_nothing,
            ("item_rows", "unrated_rows"),
            ("amount",),
        ),
        _sheet("accruals", _ACCRUALS, accruals, _accruals_tie),
        _sheet("labour", LABOUR, found.labour, _labour_ties),
        _landing(found),
        _sheet("open", OPEN, found.open_points, None, (), ()),
    ]


def _landing(found: Reconciliation) -> Sheet:
    """By file; of one project by table, because a file has rows of many."""
    if found.scope.project is None:
        return _sheet("landing by file", _FILES, found.files, _landing_ties, (), ())
    names = {name: label for name, label in _FILES.items() if found.landing and name in found.landing[0]}
    return _sheet("landing by file", names or _FILES, found.landing, _landing_ties, (), ())


def _sheet(
    title: str,
    columns: dict[str, str],
    rows: Sequence[Row],
    check: Callable[[Row], bool] | None,
    counts: tuple[str, ...] = (),
    amounts: tuple[str, ...] | None = None,
) -> Sheet:
    """A header, the rows, a line of sums where the columns add up; the last column says whether the row ties.

    `amounts` names the columns to sum; None means all that hold amounts or hours.
    """
    header = [*columns.values(), *(["check"] if check else [])]
    lines: list[list[Any]] = [
        [row.get(name) for name in columns] + ([_said(check(row))] if check else []) for row in rows
    ]
    summed = {name for name in columns if any(isinstance(row.get(name), Decimal) for row in rows)}
    summed = (summed if amounts is None else set(amounts)) | set(counts)
    if rows and (summed & set(columns)):
        sums = [_sum(rows, name) if name in summed else None for name in list(columns)[1:]]
        lines.append(["total", *sums, *([_said(all(check(row) for row in rows))] if check else [])])
    return Sheet(title, header, lines)


def _said(ties: bool) -> str:
    return "ties" if ties else "open"


def _sum(rows: Sequence[Row], name: str) -> Decimal | int:
    return sum((row[name] for row in rows if row.get(name) is not None), Decimal(0))


def _ledger_ties(row: Row) -> bool:
    left = row["ledger_amount"] - row["reconciling_amount"] - row["mart_amount"]
    return left == 0 and not row["unrated_rows"]


def _accruals_tie(row: Row) -> bool:
    return bool(row["goods_received_amount"] + row["unposted_labour_amount"] == row["accruals_amount"])


def _needs_nothing(row: Row) -> bool:
    return not row["needs_mending"]


def _labour_ties(row: Row) -> bool:
    """Posted less valued is what is split, and nothing of it is unexplained or without a rate."""
    parts = sum(row[name] or 0 for name in ("price_variance", "hours_variance", "unexplained"))
    is_split = bool(row["null_reasons"]) or parts == (row["variance"] or 0)
    return is_split and not row["unrated_rows"] and not row["unexplained_rows"]


def _landing_ties(row: Row) -> bool:
    return not any(
        row.get(name) for name in ("difference_rows", "difference", "mart_difference_rows", "mart_difference")
    )


def _summary(found: Reconciliation) -> Sheet:
    """What this is, whether it ties, and how to read the other sheets."""
    scope = found.scope
    ledger_ties = all(_ledger_ties(row) for row in found.ledger)
    lines: list[list[Any]] = [
        ["organisation", found.facts["organisation"]],
        ["as of", found.facts["as_of"]],
        ["release", found.facts["release_id"]],
        ["project", scope.project or "all"],
        ["period", scope.period or "all"],
        ["view", ", ".join(scope.views)],
        ["ledger to mart", _said(ledger_ties)],
        ["reconciling items", _said(all(_needs_nothing(row) for row in found.items))],
        ["labour", _said(all(_labour_ties(row) for row in found.labour))],
        [
            "files to landing to marts",
            _said(all(_landing_ties(row) for row in (*found.landing, *found.files))),
        ],
        ["open points", len(found.open_points)],
        [],
        ["how it ties", "ledger − reconciling items − mart, posted = difference, which is 0.00"],
        ["", "mart, posted + goods received not invoiced + unposted labour = consumed"],
        ["", "posted − hours × rate = price + hours + unexplained"],
        ["", "in the file = landed + quarantined + left out; landed = replaced + not yet due + in the marts"],
        [],
        *([reason, meaning] for reason, meaning in MEANINGS.items()),
    ]
    return Sheet("summary", ["what", "value"], lines)
