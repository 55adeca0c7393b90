"""All that a pack shows, read once: the page and the workbook are made of it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publishing.pack import capacity, decisions, earned, money, portfolio, quality, steering, value
from pipelines.publishing.pack.headlines import headlines
from pipelines.publishing.pack.quality import Notice
from pipelines.publishing.pack.reading import Reader
from pipelines.publishing.pack.scope import Scope
from pipelines.publishing.pack.tables import Row, Table


@dataclass(frozen=True, slots=True)
class Contents:
    """The tables of a pack. `positions` and `performance` are rows of every period, for the charts of each project.

    `definitions` has what the contracts say of each column, by table and column.
    """

    scope: Scope
    facts: Row
    definitions: dict[tuple[str, str], str]
    notices: tuple[Notice, ...]
    headlines: tuple[str, ...]
    positions: list[Row]
    performance: list[Row]
    status: Table
    rules: Table
    changes: Table
    position: Table
    category: Table
    over_time: Table
    movement: Table
    reconciliation: Table
    evm: Table
    evm_over_time: Table
    milestones: Table
    dependencies: Table
    exposure: Table
    risks: Table
    decisions: Table
    capacity: Table
    benefits: Table
    sources: Table
    findings: Table


def read_contents(reader: Reader) -> Contents:
    """Everything, of the projects that the reader is about."""
    positions, performance = money.positions(reader), earned.periods(reader)
    status, position = portfolio.status(reader), money.by_project(positions)
    milestones, dependencies = steering.milestones(reader), steering.dependencies(reader)
    asked = decisions.decisions(reader)
    skills, notices = capacity.gaps(reader), tuple(quality.notices(reader.facts))
    return Contents(
        scope=reader.scope,
        facts=reader.facts,
        definitions=reader.definitions,
        notices=notices,
        headlines=headlines(
            facts=reader.facts,
            status=status,
            position=position,
            milestones=milestones,
            dependencies=dependencies,
            decisions=asked,
            capacity=skills,
            notices=notices,
        ),
        positions=positions,
        performance=performance,
        status=status,
        rules=portfolio.rules(reader),
        changes=portfolio.changes(reader),
        position=position,
        category=money.by_category(positions),
        over_time=money.over_time(positions),
        movement=money.movement(money.movements(reader)),
        reconciliation=money.reconciliation(reader),
        evm=earned.now(performance),
        evm_over_time=earned.over_time(performance),
        milestones=milestones,
        dependencies=dependencies,
        exposure=steering.exposure(reader),
        risks=steering.risks(reader),
        decisions=asked,
        capacity=skills,
        benefits=value.benefits(reader),
        sources=quality.sources(reader),
        findings=quality.findings(reader),
    )
