"""The parts of the page in their order: first the portfolio's, then those of each project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from pipelines.publishing.pack import charts, money, scatter
from pipelines.publishing.pack.contents import Contents
from pipelines.publishing.pack.scope import plain_name
from pipelines.publishing.pack.tables import Block, Chart, Row, Table

MOST_ROWS: Final = 100
"""Of what a project has many of, on the page of all projects; in the order of the table the most urgent come first."""
_BASIS: Final = "As reported, at the ledger's own rates."


def overview(contents: Contents) -> list[Block]:
    """The blocks about all projects together; for finance the money comes first."""
    money_first = [_money(contents), _movement(contents), _reconciliation(contents)]
    steering = [
        _status(contents),
        *([] if contents.scope.is_finance else [_money(contents)]),
        _earned_value(contents),
        _milestones(contents),
        _dependencies(contents),
        _risks(contents),
        _decisions(contents),
        _capacity(contents),
        Block(
            "benefits",
            "Benefits",
            "Each benefit at its last period that has begun.",
            [contents.benefits.first(MOST_ROWS)],
        ),
        _data(contents),
    ]
    return [*money_first, *steering] if contents.scope.is_finance else steering


def of_project(contents: Contents, code: str) -> list[Block]:
    """The blocks about one project."""
    key, currency = plain_name(code), str(contents.facts["currency"])
    positions = money.over_time(
        [row for row in contents.positions if row["project_code"] == code], f"time-{key}"
    )
    performance = contents.evm_over_time.of_project(code)
    return [
        Block(
            f"why-{key}",
            "Why this status",
            "Every rule, those that fired first.",
            [contents.rules.of_project(code)],
        ),
        Block(
            f"money-{key}",
            "Budget, committed, consumed, forecast",
            f"{_BASIS} Amounts in {currency}.",
            [
                Chart(charts.position(positions.rows, key=f"c-money-{key}", currency=currency), positions),
                contents.category.of_project(code),
            ],
        ),
        Block(
            f"evm-{key}",
            "Earned value",
            "At budget rates. Above 1 is better than planned.",
            [Chart(charts.indices(performance.rows, key=f"c-evm-{key}"), performance)],
        ),
        Block(
            f"milestones-{key}",
            "Milestones",
            "Those not reached first.",
            [contents.milestones.of_project(code)],
        ),
        Block(
            f"dependencies-{key}",
            "Dependencies",
            "What it gives and what it waits for.",
            [_touching(contents, code)],
        ),
        Block(
            f"risks-{key}", "Risks", f"Open ones. Amounts in {currency}.", [contents.risks.of_project(code)]
        ),
        Block(
            f"decisions-{key}",
            "Decisions and actions",
            "Those that have waited longest first.",
            [contents.decisions.of_project(code)],
        ),
        Block(f"benefits-{key}", "Benefits", f"Amounts in {currency}.", [contents.benefits.of_project(code)]),
    ]


def _status(contents: Contents) -> Block:
    says = "Worst first, by the same rules for all; the worst of cost, schedule, scope, risk and benefit decides."
    return Block("status", "Status", says, [contents.status, contents.changes])


def _money(contents: Contents) -> Block:
    currency = str(contents.facts["currency"])
    svg = charts.position(contents.over_time.rows, key="c-money", currency=currency)
    says = f"{_BASIS} Amounts in {currency}. A sum with an unknown part is –, so a line may begin late."
    parts: list[Chart | Table] = [Chart(svg, contents.over_time), contents.position]
    return Block("money", "Budget, committed, consumed, forecast", says, parts)


def _movement(contents: Contents) -> Block:
    says = f"{_BASIS} What moved in each of the last periods; the workbook has all of them."
    table = contents.movement
    last = sorted({(row["period_end_on"], row["period"]) for row in table.rows})[-3:]
    rows = [row for row in table.rows if row["period"] in {period for _, period in last}]
    shown = Table(table.key, "Movement in the last three periods", table.columns, rows, table.empty)
    return Block("movement", "Movement", says, [shown])


def _reconciliation(contents: Contents) -> Block:
    says = "What the ledger posted is what the position shows. The command pmo reconcile has every item."
    return Block("reconciliation", "Reconciliation", says, [contents.reconciliation])


def _earned_value(contents: Contents) -> Block:
    statuses = {row["project_code"]: row["status"] for row in contents.status.rows}
    svg = scatter.performance(contents.evm.rows, statuses, key="c-evm")
    says = "At budget rates. Left of the upright line is dearer than planned, below the level one is later."
    beyond = [row["project_code"] for row in scatter.drawable(contents.evm.rows) if scatter.is_beyond(row)]
    if beyond:
        number = f"{len(beyond):,} " + ("project stands" if len(beyond) == 1 else "projects stand")
        says += f" {number} at the border: an index is below {scatter.LEAST} or above {scatter.MOST}."
    return Block("earned-value", "CPI × SPI(t)", says, [Chart(svg, contents.evm)])


def _milestones(contents: Contents) -> Block:
    late = [
        {
            "label": f"{row['project_code']} {row['shown_name']}",
            "promised": row["baseline_on"],
            "expected": max(row["expected_on"], contents.facts["as_of"])
            if row["is_overdue"]
            else row["expected_on"],
            "late": row["late_days"],
        }
        for row in contents.milestones.rows
        if not row["is_reached"] and row["expected_on"] is not None and (row["late_days"] or 0) > 0
    ]
    svg = charts.slips(late, key="c-milestones", as_of=contents.facts["as_of"], title="Milestones that slip")
    says = "Not reached and late: from the day promised (hollow) to the day expected, or to the as-of date."
    says += _worst_of(late)
    return Block(
        "milestones", "Milestones that slip", says, [Chart(svg, contents.milestones.first(MOST_ROWS))]
    )


def _dependencies(contents: Contents) -> Block:
    dated = [
        _lateness(row, contents.facts["as_of"])
        for row in contents.dependencies.rows
        if row["is_open"] and row["need_date"] and row["promise_date"]
    ]
    dated.sort(key=lambda row: -row["late"])
    title = "Open dependencies: from the day of need to the day of promise"
    svg = charts.slips(dated, key="c-dependencies", as_of=contents.facts["as_of"], title=title)
    says = (
        "Open ones: from the day of need (hollow) to the day promised, or to the as-of date if nothing came."
    ) + _worst_of(dated)
    return Block(
        "dependencies",
        "Dependencies about to break",
        says,
        [Chart(svg, contents.dependencies.first(MOST_ROWS))],
    )


def _worst_of(rows: Sequence[Row]) -> str:
    return (
        f" Drawn are the {charts.MOST_BARS} worst of {len(rows):,}." if len(rows) > charts.MOST_BARS else ""
    )


def _lateness(row: Row, as_of: date) -> Row:
    """Where a dependency stands on its chart: a promise that has passed is as late as the as-of date."""
    expected = max(row["promise_date"], as_of) if row["is_overdue"] else row["promise_date"]
    return {
        "label": f"{row['dependency']}: {row['from_project_code']} → {row['to_project_code']}",
        "promised": row["need_date"],
        "expected": expected,
        "late": (expected - row["need_date"]).days,
    }


def _risks(contents: Contents) -> Block:
    currency = str(contents.facts["currency"])
    svg = charts.exposure(contents.exposure.rows, key="c-risks", currency=currency)
    says = (
        f"Bars: what is expected after measures, in {currency}. Black: the contingency that has to cover it."
    )
    return Block("risks", "Risks", says, [Chart(svg, contents.exposure), contents.risks.first(MOST_ROWS)])


def _decisions(contents: Contents) -> Block:
    says = "Those that have waited longest first: decisions since they were asked for, actions since they were due."
    return Block("decisions", "Decisions and actions", says, [contents.decisions.first(MOST_ROWS)])


def _capacity(contents: Contents) -> Block:
    svg = charts.gaps(contents.capacity.rows, key="c-capacity")
    says = "Hours needed less hours there are, from the as-of period on; the darker, the more is lacking."
    return Block("capacity", "Capacity gaps", says, [Chart(svg, contents.capacity.first(MOST_ROWS))])


def _data(contents: Contents) -> Block:
    says = "Ages are those at the moment up to which the release knows its data."
    parts: Sequence[Table] = [
        contents.sources,
        *([contents.findings.first(MOST_ROWS)] if contents.scope.is_whole else []),
    ]
    return Block("data", "Data quality and age", says, parts)


def _touching(contents: Contents, code: str) -> Table:
    table = contents.dependencies
    rows: list[Row] = [
        row for row in table.rows if code in (row["from_project_code"], row["to_project_code"])
    ]
    empty = "No dependency of this project is on record."
    return Table(f"{table.key}-{plain_name(code)}", table.title, table.columns, rows, empty)
