"""From one figure of the position or the movement down to the rows under it, and from each row to its source.

    measure ──> parts (eac = consumed_posted + consumed_accrued + etc) ──> leaves (rows, with file, sheet and place)

Here: what a figure is made of, and whether the leaves add up to it. Reading the rows is
`pipelines.publishing.tracing_rows`; nothing is written, and nothing is computed that the marts do not say.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pipelines.publishing.tracing_rows import Leaf, Rows, Scope, TraceError
from pipelines.settings import Home

Mart = Literal["mart_budget_position", "mart_budget_movement"]
POSITION: Mart = "mart_budget_position"
MOVEMENT: Mart = "mart_budget_movement"
_CONSUMED = (("consumed_posted", 1), ("consumed_accrued", 1))
_NOT_CONSUMED = (("consumed_posted", -1), ("consumed_accrued", -1))
PARTS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "baseline_original": (("baseline_original", 1),),
    "baseline_revised": (("baseline_revised", 1),),
    "bac": (("baseline_revised", 1),),
    "pre_committed": (("pre_committed", 1),),
    "committed_open": (("committed_open", 1),),
    "committed_total": (*_CONSUMED, ("committed_open", 1)),
    "consumed_posted": (("consumed_posted", 1),),
    "consumed_accrued": (("consumed_accrued", 1),),
    "consumed": _CONSUMED,
    "ac": _CONSUMED,
    "consumed_capex": (("consumed_capex", 1),),
    "consumed_opex": (("consumed_opex", 1),),
    "etc": (("etc", 1),),
    "eac": (*_CONSUMED, ("etc", 1)),
    "to_commit": (("etc", 1), ("committed_open", -1)),
    "available": (("baseline_revised", 1), *_NOT_CONSUMED, ("committed_open", -1)),
    "vac": (("baseline_revised", 1), *_NOT_CONSUMED, ("etc", -1)),
    "fx_effect": (("fx_effect", 1),),
    "invoiced": (("invoiced", 1),),
    "paid": (("paid", 1),),
    "to_pay": (("invoiced", 1), ("paid", -1)),
    "over_invoiced_amount": (("over_invoiced_amount", 1),),
}
"""Each measure of the position as a signed sum of what rows stand under."""
_REASON_OF = {
    "baseline_original": "baseline_original_null_reason",
    "baseline_revised": "baseline_null_reason",
    "pre_committed": "commitment_null_reason",
    "committed_open": "commitment_null_reason",
    "over_invoiced_amount": "commitment_null_reason",
    "etc": "etc_null_reason",
    "paid": "paid_null_reason",
}
_CONSUMED_REASON = "consumed_null_reason"
_NO_RATE = "no_rate"
_KEPT_WHOLE = frozenset({"baseline_original", "baseline_revised", "etc", "paid"})
"""Of these a close keeps the figure and not the rows under it."""
_BY_PERIOD = frozenset(
    {
        "consumed_posted",
        "consumed_accrued",
        "consumed_capex",
        "consumed_opex",
        "fx_effect",
        "invoiced",
        "paid",
    }
)
"""Sums of dated rows: a movement is the rows of its periods. Of the others it is what stands now less what stood."""


class WrongQuestion(TraceError):
    """A name that the release does not have; the message lists those that it has."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which figure: of one project, or of one of its cost categories, at the end of (or within) a period."""

    measure: str
    project: str
    period: str
    category: str | None = None
    view: str = "as_reported"
    basis: str = "booked"
    mart: Mart = POSITION


@dataclass(frozen=True, slots=True)
class Part:
    """One term of the measure with the rows under it; their amounts carry the sign already."""

    measure: str
    sign: int
    leaves: tuple[Leaf, ...]

    @property
    def amount(self) -> Decimal:
        """What the term adds to the figure."""
        return _total(self.leaves)


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer. `figure` is null where `reasons` says why; the leaves are then those that lack an amount.

    `read` names what was read; `notes` says what a reader has to know of the leaves.
    """

    question: Question
    release_id: str
    as_of: date
    currency: str
    figure: Decimal | None
    reasons: tuple[str, ...]
    parts: tuple[Part, ...]
    read: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def leaves_sum(self) -> Decimal:
        """The sum of all leaves."""
        return sum((part.amount for part in self.parts), Decimal(0))

    @property
    def difference(self) -> Decimal | None:
        """Figure less leaves: 0.00, or the trace has failed. None where the figure is null."""
        return None if self.figure is None else self.figure - self.leaves_sum


@dataclass(frozen=True, slots=True)
class _Close:
    """The close that keeps a period."""

    period: str
    release_id: str | None
    recorded_at: datetime
    end_on: date


class Tracer:
    """Traces figures of the release that stands published in a home. A context manager."""

    def __init__(self, home: Home) -> None:
        """Opens the release read-only. Raises TraceError where there is none."""
        self._rows = Rows(home)
        self._closes: list[_Close] = [
            _Close(row["period"], row["release_id"], row["recorded_at"], row["valid_through_on"])
            for row in self._rows.closes()
        ]

    def __enter__(self) -> Tracer:
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()

    def trace(self, question: Question) -> Trace:
        """The rows under a figure.

        Raises:
            WrongQuestion: the release has no such measure, project, period or category.
            TraceError: what is needed beside the release is not there.
        """
        if question.measure not in PARTS:
            raise WrongQuestion(_unknown("measure", question.measure, PARTS))
        self._rows.start()
        cells = self._cells(question)
        wanted = [cell for cell in cells if cell["period"] == question.period]
        figures = self._figures(question, wanted)
        reasons = tuple(_reasons(question, wanted, figures))
        parts: list[Part] = []
        if not reasons or any(_NO_RATE in reason for reason in reasons):
            parts = [
                Part(measure, sign, tuple(self._leaves(question, cells, wanted, measure, sign)))
                for measure, sign in PARTS[question.measure]
            ]
        if reasons:
            parts = [
                replace(part, leaves=tuple(leaf for leaf in part.leaves if leaf.amount is None))
                for part in parts
            ]
        release = self._rows.release
        return Trace(
            question=question,
            release_id=release["release_id"],
            as_of=release["as_of"],
            currency=wanted[0]["currency"],
            figure=None
            if reasons
            else sum((figure for figure in figures.values() if figure), Decimal("0.00")),
            reasons=reasons,
            parts=tuple(self._rows.located(_ordered(part)) for part in parts),
            read=self._rows.read,
            notes=tuple(self._notes(question, wanted)),
        )

    def _cells(self, question: Question) -> list[dict[str, Any]]:
        """The rows of the position of the project, oldest first, of one category where one is asked for."""
        cells = self._rows.position(question.project, question.view, question.basis)
        if not cells:
            raise WrongQuestion(_unknown("project", question.project, self._rows.projects()))
        periods = list(dict.fromkeys(cell["period"] for cell in cells))
        if question.period not in periods:
            raise WrongQuestion(
                f"{question.project} has no period {question.period!r} in {question.mart}: "
                f"it has {periods[0]} to {periods[-1]}, written like that."
            )
        if question.category is None:
            return cells
        categories = {cell["cost_category"] for cell in cells}
        if question.category not in categories:
            raise WrongQuestion(
                _unknown(f"cost category of {question.project}", question.category, categories)
            )
        return [cell for cell in cells if cell["cost_category"] == question.category]

    def _figures(self, question: Question, wanted: list[dict[str, Any]]) -> dict[str, Decimal | None]:
        """The figure of each category, as the mart has it."""
        if question.mart == MOVEMENT:
            wanted = self._rows.movement(question.project, question.view, question.basis, question.period)
        return {
            cell["cost_category"]: cell[question.measure]
            for cell in wanted
            if question.category in (None, cell["cost_category"])
        }

    def _leaves(
        self,
        question: Question,
        cells: list[dict[str, Any]],
        wanted: list[dict[str, Any]],
        part: str,
        sign: int,
    ) -> Iterator[Leaf]:
        for since, group in self._since(question, cells, wanted):
            is_kept = any(
                self._is_kept_whole(part, question.view, each[0]) for each in (group, since) if each
            )
            if part in _BY_PERIOD and not is_kept:
                leaves = self._standing(
                    question, group, part, after=since[0]["period_end_on"] if since else None
                )
            else:
                stood = self._standing(question, since, part) if since else []
                leaves = _net(self._standing(question, group, part), stood)
            yield from (leaf.times(sign) for leaf in leaves)

    def _since(
        self, question: Question, cells: list[dict[str, Any]], wanted: list[dict[str, Any]]
    ) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
        """The cells of the period, in groups with the cells that a movement starts from: where it was last known."""
        if question.mart == POSITION:
            yield [], wanted
            return
        last_known = {
            cell["cost_category"]: cell
            for cell in cells
            if cell["period_end_on"] < wanted[0]["period_end_on"] and cell[question.measure] is not None
        }
        groups: dict[date | None, list[dict[str, Any]]] = defaultdict(list)
        for cell in wanted:
            before = last_known.get(cell["cost_category"])
            groups[before["period_end_on"] if before else None].append(cell)
        for end_on, group in groups.items():
            since = [last_known[cell["cost_category"]] for cell in group] if end_on else []
            yield since, group

    def _standing(
        self, question: Question, cells: list[dict[str, Any]], part: str, after: date | None = None
    ) -> list[Leaf]:
        """The leaves of a part at the end of the period of `cells`, which differ in nothing but their category."""
        cell = cells[0]
        scope = Scope(
            project=question.project,
            categories=tuple(each["cost_category"] for each in cells),
            view=question.view,
            basis=question.basis,
            period=cell["period"],
            end_on=cell["period_end_on"],
            after=after,
        )
        close = self._close_of(question.view, cell["period_end_on"])
        if close and part in _KEPT_WHOLE:
            return [_kept(part, each, close) for each in cells if each[part]]
        match part:
            case "baseline_original" | "baseline_revised":
                versions = {each["baseline_version_no"] for each in cells} - {None}
                return self._rows.budget_lines(scope, part, min(versions, default=None))
            case "committed_open" | "pre_committed" | "over_invoiced_amount":
                return self._rows.order_lines(scope, part)
            case "etc":
                return self._rows.estimate(scope, cell["forecast_cutoff_period"])
            case "paid":
                return self._rows.payments(scope)
            case _:
                return self._rows.transactions(scope, part)

    def _is_kept_whole(self, part: str, view: str, cell: dict[str, Any]) -> bool:
        return part in _KEPT_WHOLE and self._close_of(view, cell["period_end_on"]) is not None

    def _close_of(self, view: str, end_on: date) -> _Close | None:
        """The close that keeps a period as reported: the first that covers it and still holds."""
        if view != "as_reported":
            return None
        return next((close for close in self._closes if close.end_on >= end_on), None)

    def _notes(self, question: Question, wanted: list[dict[str, Any]]) -> Iterator[str]:
        close = self._close_of(question.view, wanted[0]["period_end_on"])
        if close:
            yield (
                f"{question.period} is closed: as reported it stands as published in release {close.release_id}, kept "
                f"by the close of {close.period}. `--view restated` shows what is known of it now."
            )
        if question.measure == "fx_effect":
            yield "Each leaf is the row at booked rates less the row at the budget rate."


def _ordered(part: Part) -> Part:
    """The part with its leaves in the order in which they are shown: the largest first."""
    ordered = sorted(
        part.leaves, key=lambda leaf: (-abs(leaf.amount or Decimal(0)), leaf.document or "", leaf.key)
    )
    return replace(part, leaves=tuple(ordered))


def _kept(part: str, cell: dict[str, Any], close: _Close) -> Leaf:
    return Leaf(
        key=f"kept|{part}|{cell['cost_category']}|{cell['period']}",
        kind="kept at the close",
        document=f"{part} of {cell['period']} in release {close.release_id}",
        cost_category=cell["cost_category"],
        amount=cell[part],
        dated_on=cell["period_end_on"],
        period=cell["period"],
        received_at=close.recorded_at,
    )


def _net(standing: Iterable[Leaf], stood: Iterable[Leaf]) -> list[Leaf]:
    """What stands less what stood, row by row; a row that stands as it stood is no movement."""
    found = {leaf.key: leaf for leaf in standing}
    for before in stood:
        now = found.pop(before.key, None)
        if now is None:
            found[before.key] = before.times(-1)
        elif now.amount is None or before.amount is None:
            found[before.key] = replace(now, amount=None)
        elif now.amount != before.amount:
            found[before.key] = now.less(before)
    return list(found.values())


def _reasons(
    question: Question, wanted: list[dict[str, Any]], figures: Mapping[str, Decimal | None]
) -> Iterator[str]:
    """Why the figure is null, for each category in which it is."""
    for cell in wanted:
        category = cell["cost_category"]
        if figures.get(category) is not None:
            continue
        columns = (_REASON_OF.get(part, _CONSUMED_REASON) for part, _ in PARTS[question.measure])
        found = [
            f"{column.removesuffix('_null_reason')} {cell[column]}" for column in columns if cell[column]
        ]
        yield f"{category}: {', '.join(dict.fromkeys(found)) or 'the release gives no reason'}"


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    listed = ", ".join(names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "")
    return f"There is no {what} {name!r}.{meant} There are: {listed}."


def _total(leaves: Iterable[Leaf]) -> Decimal:
    return sum((leaf.amount for leaf in leaves if leaf.amount is not None), Decimal("0.00"))
