"""A made-up group of companies as landed batches: so many projects, periods, ledger lines and timesheet entries.

Written by DuckDB straight into a landing store, because what is measured begins there. Every figure follows from the
row's number, so two runs write the same rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.tabular.tables import SQL_TYPES, Table
from pipelines.landing.batches import Origin, WrittenBatch
from pipelines.landing.manifest import RowCounts, Total
from pipelines.landing.sources import tables_of
from pipelines.landing.store import LandingStore

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIRST_DAY = "2021-01-01"
PERIODS = 60
AS_OF = "2025-12-31"
ENTRIES_A_PERSON_AND_MONTH = 40
SETTINGS = "organisation: Benchmark\ncurrency: EUR\ntimezone: Europe/Paris\n"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is; `entries` are spread over 60 months, `ledger_lines` over four tables."""

    projects: int
    ledger_lines: int
    entries: int

    @property
    def people(self) -> int:
        """So many that each has forty entries a month."""
        return max(1, self.entries // PERIODS // ENTRIES_A_PERSON_AND_MONTH)


def write_home(home: Path, size: Size) -> None:
    """A PMO folder whose landing holds everything."""
    home.mkdir(parents=True)
    (home / "pmo.yaml").write_text(SETTINGS, encoding="utf-8")
    for folder in ("inbox", "reference"):
        (home / folder).mkdir()
    for table, path, rows in _tables(size):
        land(home, table, path, rows)


def land(home: Path, table: str, path: str, rows: str) -> None:
    """Commits one batch of `table` (`ledger.orders`) with the rows of a query."""
    import duckdb

    source, name = table.split(".")
    canonical = next(each for each in tables_of(source) if each.name == name)
    store = LandingStore(home / "landing")
    digest = hashlib.sha256(f"{path}|{rows}".encode()).hexdigest()
    file = store.unfinished / "benchmark.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(
            f"copy ({_landed(connection, canonical, path, digest, rows)}) to '{file}' (compression zstd)"
        )
        counted = connection.execute(f"select count(*) from '{file}'").fetchone()
        totals = tuple(_totals(connection, canonical, file))
    count = counted[0] if counted else 0
    origin = Origin(path=path, file_hash=digest, fingerprint=digest, reader="benchmark", objects=(name,))
    store.commit_files(WrittenBatch(canonical, RowCounts(count, count, 0, 0), {"data": file}, totals), origin)


def _landed(connection: DuckDBPyConnection, table: Table, path: str, digest: str, rows: str) -> str:
    given = {name for name, *_ in connection.execute(f"describe {rows}").fetchall()}
    columns = [
        f"cast({column.name if column.name in given else 'null'} as {SQL_TYPES[column.kind]}) as {column.name}"
        for column in table.columns
    ]
    return (
        f"select {', '.join(columns)}, cast(null as varchar) as _attributes, row_number() over () as _row, "
        f"cast(null as varchar) as _sheet, 'row ' || (row_number() over () + 1) as _place, '{path}' as _path, "
        f"'{digest}' as _file_hash from ({rows})"
    )


def _totals(connection: DuckDBPyConnection, table: Table, file: Path) -> Iterator[Total]:
    project = table.project or "null"
    unit = table.unit or ("'hours'" if table.measure else "null")
    measure = f"sum({table.measure})" if table.measure else "null"
    found = connection.execute(
        f"select {project}, {unit}, count(*), {measure} from '{file}' group by all"
    ).fetchall()
    for code, named, count, amount in found:
        yield Total(code, named, count, None if amount is None else Decimal(amount))


def month_start(number: str) -> str:
    """SQL for the first day of a month, given SQL for how many months it is after the first one."""
    return f"(date '{FIRST_DAY}' + to_months(({number})::integer))::date"


def _tables(size: Size) -> Iterator[tuple[str, str, str]]:
    """Each batch: table, path, rows. A tenth of the lines each are orders and receipts, half are invoices."""
    orders, lines = size.ledger_lines // 10, size.ledger_lines
    project = f"'P' || (i % {size.projects})"
    category = "['external', 'licences', 'hardware', 'travel'][1 + i % 4]"
    day = f"({month_start(f'i % {PERIODS}')} + (i % 28)::integer)::date"
    currency = "case when i % 10 = 0 then 'USD' else 'EUR' end"
    yield (
        "reference.cost_categories",
        "reference/cost_categories.csv",
        (
            "select unnest(['labour', 'external', 'licences', 'hardware', 'travel']) as cost_category, "
            "unnest(['labour_internal', 'service', 'licence', 'hardware', 'travel']) as nature, "
            "unnest(['opex', 'opex', 'capex', 'capex', 'opex']) as capex_opex"
        ),
    )
    yield (
        "reference.rate_cards",
        "reference/rate_cards.csv",
        (
            "select 'E' || i as person, 60 + (i % 400) * 0.17 + y as rate, 'EUR' as currency, "
            "make_date((2021 + y)::integer, 1, 1) as valid_from "
            f"from range({size.people}) as r(i), range(5) as years(y)"
        ),
    )
    yield (
        "reference.fx_rates",
        "reference/fx_rates.csv",
        (
            "select 'budget' as rate_type, 'USD' as from_currency, 'EUR' as to_currency, 0.90 as rate, "
            "null as valid_on, null as period, (2021 + i)::varchar as fiscal_year from range(5) as r(i) union all "
            f"select kind, 'USD', 'EUR', 0.88 + (i % 7) * 0.01, null, strftime({month_start('i')}, '%Y-%m'), null "
            f"from range({PERIODS}) as r(i), (select unnest(['average', 'closing']) as kind) union all "
            "select 'spot', 'USD', 'EUR', 0.87 + (i % 9) * 0.01, "
            f"(date '{FIRST_DAY}' + i::integer)::date, null, null from range(1826) as r(i)"
        ),
    )
    yield (
        "budgets.budget_versions",
        "inbox/budgets/budget_versions.csv",
        (
            "select 'P' || i as project, v + 1 as version_no, "
            "case v when 0 then 'original' else 'revised' end as version_type, "
            f"{month_start('v * 12')} as approved_on from range({size.projects}) as r(i), range(2) as s(v)"
        ),
    )
    yield (
        "budgets.budget_lines",
        "inbox/budgets/budget_lines.csv",
        (
            "select 'P' || i as project, v + 1 as version_no, cost_category, "
            f"strftime({month_start('p')}, '%Y-%m') as period, 1000 + (i * 7 + p) % 500 + v * 10 as amount, "
            "'EUR' as currency "
            f"from range({size.projects}) as r(i), range(2) as s(v), range({PERIODS}) as t(p), "
            "(select unnest(['labour', 'external', 'licences', 'hardware', 'travel']) as cost_category)"
        ),
    )
    yield (
        "budgets.forecast_lines",
        "inbox/budgets/forecast_lines.csv",
        (
            f"select 'P' || i as project, strftime({month_start('c * 3')}, '%Y-%m') as cutoff_period, cost_category, "
            f"strftime({month_start('c * 3 + 1')}, '%Y-%m') as period, 20000 - c * 700 as amount, 'EUR' as currency, "
            f"'to_complete' as basis from range({size.projects}) as r(i), range({PERIODS // 3}) as s(c), "
            "(select unnest(['labour', 'external', 'licences', 'hardware', 'travel']) as cost_category)"
        ),
    )
    yield (
        "ledger.orders",
        "inbox/ledger/orders.csv",
        (
            f"select 'PO' || i as order_no, '10' as line_no, {project} as project, "
            f"{category} as cost_category, {day} as ordered_on, 5000 + i % 900 as amount, {currency} as currency, "
            f"'V' || (i % {size.projects} * 7 + i // {size.projects} % 5) % 500 as vendor, "
            "case when i % 9 = 0 then 'closed' else 'open' end as status, "
            f"case when i % 9 = 0 then date '2025-06-30' end as closed_on from range({orders}) as r(i)"
        ),
    )
    yield (
        "ledger.receipts",
        "inbox/ledger/receipts.csv",
        (
            f"select 'GR' || i as receipt_no, 'PO' || i as order_no, '10' as line_no, "
            f"({day} + 20)::date as received_on, 1000 + i % 300 as amount, {currency} as currency "
            f"from range({orders}) as r(i)"
        ),
    )
    yield (
        "ledger.invoices",
        "inbox/ledger/invoices.csv",
        (
            f"select 'INV' || j as invoice_no, '1' as line_no, {project} as project, {category} as cost_category, "
            f"({day} + 30 + (j % 5)::integer)::date as posted_on, 700.25 + j % 90 as amount, {currency} as currency, "
            "'PO' || i as order_no, '10' as order_line_no, "
            "case when i % 10 = 0 and j % 2 = 0 then (700.25 + j % 90) * 0.91 end as functional_amount, "
            "case when j % 40 = 0 then 'credit' else 'invoice' end as type "
            f"from (select j, j % {orders} as i from range({lines // 2}) as r(j))"
        ),
    )
    posted = lines - 2 * orders - lines // 2
    yield (
        "ledger.postings",
        "inbox/ledger/postings.csv",
        (
            "select 'L' || j as posting_id, 'P' || ((i * 7 + m) % projects) as project, "
            "case when j % 4 = 3 then 'travel' else 'labour' end as cost_category, "
            f"({month_start('m')} + 27)::date as posted_on, 1500.5 + j % 700 as amount, 'EUR' as currency, "
            "case when j % 4 = 3 then 'expense' else 'labour' end as origin, "
            "case when j % 4 = 3 then null else 'E' || i end as person from "
            f"(select j, j % {size.people} as i, (j // {size.people}) % {PERIODS} as m, {size.projects} as projects "
            f"from range({posted}) as r(j))"
        ),
    )
    for month in range(PERIODS):
        yield (
            "timesheets.timesheet_entries",
            f"inbox/timesheets/timesheet_entries_{month:02}.csv",
            entries(size, month),
        )


def entries(size: Size, month: int, people: int | None = None, more: str = "0") -> str:
    """Forty entries a person in one month, on four projects; `people` limits to the first so many."""
    count = (people or size.people) * ENTRIES_A_PERSON_AND_MONTH
    return (
        f"select 'E' || i as person, 'P' || ((i * 7 + {month} + k % 4) % {size.projects}) as project, "
        f"({month_start(str(month))} + (k % 28)::integer)::date as work_date, "
        f"0.25 * (1 + (i + k) % 32) + {more} as hours, "
        f"'T{month}-' || i || '-' || k as entry_id, 'task ' || k % 9 as task, 'approved' as status "
        f"from (select j // {ENTRIES_A_PERSON_AND_MONTH} as i, j % {ENTRIES_A_PERSON_AND_MONTH} as k "
        f"from range({count}) as r(j))"
    )
