"""What a ledger's export would count, by account: a remark for whoever has not chosen the accounts yet.

An export of a general ledger has receivables, banks and revenues beside expenses, and nothing in it says which
is which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from connectors.tabular.extract import FileRemark, TableExtract
from connectors.tabular.frame import Frame
from connectors.tabular.keys import where_to_write
from connectors.tabular.layout import Layout

RULE: Final = "accounts_counted"
_MOST: Final = 40
"""So many accounts are named, those with the largest sums; the rest is summed up."""

_Sums = Mapping[tuple[str, str], tuple[int, Decimal]]


def chosen_by(layout: Layout, frame: Frame) -> str | None:
    """The header under which `rows` could choose accounts; None where they are chosen, or are not asked for."""
    if layout.checks.sums_by is None:
        return None
    columns = frame.several.get(layout.checks.sums_by) or (frame.columns.get(layout.checks.sums_by, -1),)
    if any(column in frame.drops or column in frame.keeps for column in columns) or columns[0] < 0:
        return None
    return frame.label(columns[0])


def accounts_remark(
    extract: TableExtract, layout: Layout, *, header: str, name: str, relative: str
) -> FileRemark | None:
    """The accounts with their sums and how to leave some out; None of a table without a row.

    Args:
        header: under which the accounts stand.
        name: of the layout or known format.
    """
    sums = _sums(extract, layout.checks.sums_by or "")
    if not sums:
        return None
    ways = f'keep_when: {{"{header}": …}} or drop_when'
    where = where_to_write(name, layout, "rows")
    return FileRemark(
        RULE,
        f"{relative}: every account in it counts as cost, those of the balance sheet and of revenues too: "
        f"{'; '.join(_named(sums))}. To leave out what is no cost, by {ways}: {where}. If all of it is cost, "
        "say there checks: {sums_by: null}.",
        rows=sum(rows for rows, _ in sums.values()),
    )


def _sums(extract: TableExtract, column: str) -> _Sums:
    """By account and currency, in the order of the accounts."""
    table = extract.table
    units: Sequence[object] = extract.columns[table.unit] if table.unit else ["hours"] * len(extract)
    sums: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for account, unit, amount in zip(
        extract.columns[column], units, extract.columns[table.measure or ""], strict=True
    ):
        if isinstance(amount, Decimal):
            key = str(account or "(blank)"), str(unit or "no currency")
            rows, sum_before = sums.get(key, (0, Decimal(0)))
            sums[key] = rows + 1, sum_before + amount
    return dict(sorted(sums.items()))


def _named(sums: _Sums) -> list[str]:
    largest = set(sorted(sums, key=lambda key: abs(sums[key][1]), reverse=True)[:_MOST])
    named = [
        f"{account} {_plain(amount)} {unit} in {rows:,} row{'' if rows == 1 else 's'}"
        for (account, unit), (rows, amount) in sums.items()
        if (account, unit) in largest
    ]
    rest = [key for key in sums if key not in largest]
    for unit in dict.fromkeys(unit for _, unit in rest):
        others = [sums[key][1] for key in rest if key[1] == unit]
        more = f"{len(others):,} more account{'' if len(others) == 1 else 's'}"
        named.append(f"and {more} with {_plain(sum(others, Decimal(0)))} {unit}")
    return named


def _plain(amount: Decimal) -> str:
    whole, _, decimals = f"{amount:,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}"
