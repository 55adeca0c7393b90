"""Every figure of a home traced in this process: whether the rows under it add up to it.

Here: the walk over projects, periods, measures, views, bases and marts. It asks the product's own function, because a
process for each of a thousand figures would take an hour; the command itself is tried in `test_trace`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from pipelines.publishing.tracing import MOVEMENT, PARTS, POSITION, Question, Trace, Tracer
from pipelines.settings import Home
from tests.end_to_end.homes import PmoHome

VIEWS, BASES = ("as_reported", "restated"), ("booked", "budget")


def traces(home: PmoHome, periods: int = 2) -> Iterator[Trace]:
    """The trace of each measure of each project in its last so many periods, on both marts, views and bases."""
    asked = home.query(
        "select project_code, period from marts.mart_budget_position group by project_code, period "
        "qualify row_number() over (partition by project_code order by max(period_end_on) desc) <= ?",
        periods,
    )
    with Tracer(Home(Path(home.root))) as tracer:
        for row, measure, view, basis, mart in product(asked, PARTS, VIEWS, BASES, (POSITION, MOVEMENT)):
            yield tracer.trace(
                Question(measure, row["project_code"], row["period"], view=view, basis=basis, mart=mart)
            )


def assert_leaves_add_up(home: PmoHome, periods: int = 2) -> None:
    """Each figure equals the sum of its leaves, or is null with a reason; and it is the mart's own figure."""
    found = list(traces(home, periods))
    assert any(trace.figure for trace in found)
    wrong = [trace.question for trace in found if trace.difference]
    assert not wrong, wrong[:5]
    assert all(trace.reasons for trace in found if trace.figure is None)
    for trace in found[:: max(1, len(found) // 200)]:
        assert trace.figure == figure_of(home, trace.question), trace.question


def figure_of(home: PmoHome, question: Question) -> object:
    """The figure as a report would read it; null where it is unknown for a category."""
    (row,) = home.query(
        f"select case when count(*) = count({question.measure}) then sum({question.measure}) end as figure "
        f'from marts.{question.mart} where project_code = ? and period = ? and "view" = ? and fx_basis = ?',
        question.project,
        question.period,
        question.view,
        question.basis,
    )
    return row["figure"]
