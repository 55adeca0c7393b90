"""The reconciliation of a published release: read, cut to what was asked for, and what of it is open.

Here: the figures of the release as rows, and which of them somebody has to look into. Nothing is computed but sums over
persons and loads; how it is printed is `reconcile`, how it becomes a workbook `reconciliation_book`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pipelines.publishing.duckdb_sql import rows_of
from pipelines.settings import Home

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]

VIEWS: Final = ("as_reported", "restated")
MEANINGS: Final = {
    "no_period": "Add the period to reference/fiscal_calendar, or correct the date.",
    "no_rate": "Add the rate to reference/fx_rates (amounts) or reference/rate_cards (hours).",
    "unmapped_project": "Add a row to reference/crosswalk: `pmo quarantine` lists the codes.",
    "unknown_order": "Bring the order, or correct the order's number on the document.",
    "unknown_order_line": "Correct the order's line on the document.",
    "other_currency_than_order": "Correct the currency of the document or of its order.",
    "later_period": "Nothing: it counts once its period has begun.",
    "late_after_close": "Nothing: it came after the close and counts in an open period.",
    "over_invoiced": "Nothing here: ask the vendor, or raise the order.",
}

_FACTS = "select release_id, as_of, organisation, standing_quarantined_rows from marts.release_info"
_LEDGER = """
    select project_code, period, "view", source_rows as ledger_rows, ledger_amount, mart_amount, reconciling_amount,
        reconciling_reason, difference, goods_received_amount, unposted_labour_amount, accruals_amount,
        mart_amount + coalesce(accruals_amount, 0) as consumed, nullif(unrated_rows, 0) as unrated_rows, currency
    from marts.mart_reconciliation
    where kind = 'ledger' and "view" in (select unnest($views))
        and ($project is null or project_code = $project) and ($period is null or period = $period)
        and (source_rows > 0 or mart_amount <> 0 or accruals_amount <> 0 or reconciling_amount <> 0 or difference <> 0
            or goods_received_amount <> 0 or unposted_labour_amount <> 0 or unrated_rows > 0)
    order by project_code, period_end_on nulls last, "view"
"""
_ITEMS = """
    select project_code, period, "view", reason, object, item_rows, amount, unrated_rows, amount_tx, currency_tx,
        is_in_difference, needs_mending, first_place
    from marts.fct_reconciling_item
    where "view" in (select unnest($views))
        and ($project is null or project_code = $project) and ($period is null or period = $period)
    order by project_code, period_end_on nulls last, "view", reason, object, currency_tx
"""
_LABOUR = """
    select project_code, period, sum(hours) as hours, sum(hours_posted) as hours_posted,
        sum(posted_amount) as posted_amount,
        sum(case when labour_rate_variance is not null then valued_amount end) as valued_amount,
        sum(labour_rate_variance) as variance, sum(price_variance) as price_variance,
        sum(hours_variance) as hours_variance, sum(unexplained) as unexplained,
        sum(case when labour_rate_variance_null_reason = 'not_posted' then valued_amount end) as not_posted_amount,
        count(*) filter (where unexplained <> 0) as unexplained_rows,
        count(*) filter (where labour_rate_variance_null_reason = 'no_rate' or valued_amount is null) as unrated_rows,
        string_agg(distinct variance_split_null_reason, ', ' order by variance_split_null_reason)
            filter (where variance_split_null_reason <> 'not_posted') as null_reasons
    from marts.fct_labour_cost_recon
    where ($project is null or project_code = $project) and ($period is null or period = $period)
    group by project_code, period
    order by project_code, period
"""
_FILES = """
    select source, object, load_no, path, is_current_load, unit, source_rows, loaded_rows, quarantined_rows,
        left_out_rows, replaced_rows, later_rows, mart_rows, source_amount, loaded_amount, quarantined_amount,
        left_out_amount, replaced_amount, later_amount, mart_amount, difference_rows, difference, mart_difference_rows,
        mart_difference
    from marts.fct_load_control_total
    order by source, object, load_no, unit
"""
_FATES: Final = ("source", "loaded", "quarantined", "left_out", "replaced", "later", "mart")
_DIFFERENCES: Final = ("difference_rows", "difference", "mart_difference_rows", "mart_difference")
_FILE_SUMS: Final = (*(f"{fate}_{unit}" for unit in ("rows", "amount") for fate in _FATES), *_DIFFERENCES)
_LANDING = f"""
    select source, object, unit, count(*) as loads, {", ".join(f"sum({name}) as {name}" for name in _FILE_SUMS)}
    from marts.fct_load_control_total
    group by all order by source, object, unit
"""
_LANDING_OF_A_PROJECT = """
    select source, object, unit, sum(source_rows) as source_rows, sum(loaded_rows) as loaded_rows,
        sum(quarantined_rows) as quarantined_rows, sum(left_out_rows) as left_out_rows,
        sum(source_amount) as source_amount, sum(loaded_amount) as loaded_amount,
        sum(quarantined_amount) as quarantined_amount, sum(left_out_amount) as left_out_amount,
        sum(difference_rows) as difference_rows, sum(difference) as difference
    from marts.mart_reconciliation
    where kind = 'landing' and project_code = $project
    group by all order by source, object, unit
"""
_QUARANTINE = """
    select source, object, sum(standing_quarantined_rows) as item_rows
    from marts.mart_reconciliation
    where kind = 'landing' and standing_quarantined_rows > 0 and ($project is null or project_code = $project)
    group by all order by all
"""
_UNMAPPED = """
    select source_system as source, object, kind, sum(unmapped_rows) as item_rows,
        coalesce(sum(amount), sum(hours)) as amount
    from marts.fct_unmapped_code
    where $project is null
        and not (kind = 'project' and object in ('invoices', 'postings', 'timesheet_entries', 'worklogs'))
    group by all order by all
"""


class UnreadableRelease(Exception):
    """The published release has not the tables of a reconciliation: another version of this product made it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What was asked for; None is all of it."""

    project: str | None = None
    period: str | None = None
    views: tuple[str, ...] = VIEWS


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The reconciliation of one release within a scope.

    `ledger` has a row per project, period and view in which there is anything; `items` its reconciling items by reason;
    `labour` a row per project and period; `files` a row per load and unit, `landing` their sums per table, or, of one
    project, its own rows without the marts' side.
    """

    facts: Row
    scope: Scope
    ledger: list[Row]
    items: list[Row]
    labour: list[Row]
    landing: list[Row]
    files: list[Row]
    open_points: list[Row]


def read_reconciliation(home: Home, scope: Scope) -> Reconciliation | None:
    """The published release's reconciliation; None where nothing was ever published.

    Raises UnreadableRelease for a release of another version, LookupError for a project or a period that is not in it,
    with a message for whoever called.
    """
    import duckdb

    if not home.published_file.is_file():
        return None
    with duckdb.connect(str(home.published_file), read_only=True) as connection:
        try:
            return _read(connection, scope)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise UnreadableRelease(
                f"This release was made by another version of pmo: run `pmo refresh --full`. ({error})"
            ) from None


def _read(connection: DuckDBPyConnection, scope: Scope) -> Reconciliation:
    _assert_known(connection, scope)
    project = {"project": scope.project}
    both = project | {"period": scope.period}
    of_view = both | {"views": list(scope.views)}
    ledger = rows_of(connection, _LEDGER, of_view)
    items = [row | {"meaning": MEANINGS[row["reason"]]} for row in rows_of(connection, _ITEMS, of_view)]
    labour = rows_of(connection, _LABOUR, both)
    landing = (
        rows_of(connection, _LANDING_OF_A_PROJECT, project)
        if scope.project
        else rows_of(connection, _LANDING)
    )
    facts = rows_of(connection, _FACTS)[0]
    quarantined = _quarantined(connection, scope, facts.pop("standing_quarantined_rows"))
    points = [
        *_differences(ledger, landing),
        *_items_to_mend(items),
        *_labour_to_explain(labour),
        *_waiting(quarantined, rows_of(connection, _UNMAPPED, project)),
    ]
    return Reconciliation(
        facts=facts,
        scope=scope,
        ledger=ledger,
        items=items,
        labour=labour,
        landing=landing,
        files=[] if scope.project else rows_of(connection, _FILES),
        open_points=points,
    )


def _assert_known(connection: DuckDBPyConnection, scope: Scope) -> None:
    projects = {
        row["project_code"] for row in rows_of(connection, "select project_code from marts.dim_project")
    }
    if scope.project is not None and scope.project not in projects:
        raise LookupError(f"There is no project {scope.project} in the release. It has {_some(projects)}.")
    periods = {row["period"] for row in rows_of(connection, "select period from marts.dim_fiscal_period")}
    if scope.period is not None and scope.period not in periods:
        raise LookupError(f"There is no period {scope.period} in the release. It has {_some(periods)}.")


def _some(names: set[str]) -> str:
    shown = sorted(names)[:12]
    return ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")


def _differences(ledger: list[Row], landing: list[Row]) -> Iterator[Row]:
    for row in ledger:
        if row["difference"]:
            yield _point(row, "difference", "ledger", row["difference"], row["ledger_rows"], _REPORT)
    named = {"difference": "source and landing differ", "mart_difference": "landing and marts differ"}
    for row in landing:
        for name, what in named.items():
            if row.get(name) or row.get(f"{name}_rows"):
                about = f"{row['source']}.{row['object']}"
                yield _point({}, what, about, row[name], row[f"{name}_rows"], _REPORT, unit=row["unit"])


_REPORT: Final = "Report it with this table: a build that ties does not publish this."


_SAME_ITEM: Final = ("project_code", "period", "reason", "object", "currency_tx", "amount_tx")


def _items_to_mend(items: list[Row]) -> Iterator[Row]:
    """Each item once, whether it stands in one view or in both."""
    merged: dict[tuple[Any, ...], list[Row]] = {}
    for item in items:
        if item["needs_mending"]:
            merged.setdefault(tuple(item[name] for name in _SAME_ITEM), []).append(item)
    for rows in merged.values():
        item = rows[0] | {"view": rows[0]["view"] if len(rows) == 1 else "both"}
        known = item["amount_tx"] if item["amount"] is None else item["amount"]
        unit = item["currency_tx"] if item["amount"] is None else None
        yield _point(
            item, item["reason"], item["object"], known, item["item_rows"], item["meaning"],
            unit=unit, place=item["first_place"],
        )  # fmt: skip


def _labour_to_explain(labour: list[Row]) -> Iterator[Row]:
    for row in labour:
        if row["unexplained_rows"]:
            mend = "Bring the missing hours or timesheets, or the hours of every posting; else correct the posting."
            yield _point(
                row, "unexplained labour", "labour", row["unexplained"], row["unexplained_rows"], mend
            )
        if row["unrated_rows"]:
            yield _point(
                row, "labour without a rate", "labour", None, row["unrated_rows"], MEANINGS["no_rate"]
            )


def _quarantined(connection: DuckDBPyConnection, scope: Scope, standing: int) -> list[Row]:
    """Rows in quarantine per table; `standing` counts those too of tables of which nothing landed."""
    rows = rows_of(connection, _QUARANTINE, {"project": scope.project})
    rest = standing - sum(row["item_rows"] for row in rows)
    if scope.project is None and rest:
        rows.append({"source": "others", "object": "*", "item_rows": rest})
    return rows


def _waiting(quarantined: list[Row], unmapped: list[Row]) -> Iterator[Row]:
    for row in quarantined:
        about, mend = f"{row['source']}.{row['object']}", "`pmo quarantine` lists the rows with their cells."
        yield _point({}, "in quarantine", about, None, row["item_rows"], mend)
    for row in unmapped:
        about, mend = (
            f"{row['source']}.{row['object']}",
            "`pmo quarantine` lists them; map them in reference/.",
        )
        yield _point({}, f"unmapped {row['kind']}", about, row["amount"], row["item_rows"], mend)


def _point(
    row: Row, what: str, about: str, amount: Decimal | None, rows: int, mend: str, *, unit: str | None = None,
    place: str | None = None,
) -> Row:  # fmt: skip
    return {
        "project_code": row.get("project_code"),
        "period": row.get("period"),
        "view": row.get("view"),
        "what": what,
        "about": about,
        "rows": rows,
        "amount": amount,
        "unit": unit,
        "first_place": place,
        "what_to_do": mend,
    }
