"""Earned value and earned schedule of one project, computed in plain Python with fractions.

Written from the definitions, not from the models: it walks the planned curve period by period and rounds at the end.
A figure that nobody can know is None. Here: the computation; rows and comparison are `test_random_earned_value`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

SATURDAY = 5
Figures = dict[str, Fraction | None]


@dataclass(frozen=True, slots=True)
class PlainPeriod:
    """A period of the fiscal calendar, both days included."""

    label: str
    start_on: date
    end_on: date

    def share_passed(self, as_of: date) -> Fraction:
        """How much of its working days has passed at the end of `as_of`."""
        days = [
            self.start_on + timedelta(days=each) for each in range((self.end_on - self.start_on).days + 1)
        ]
        working = [day for day in days if day.weekday() < SATURDAY]
        return Fraction(sum(day <= as_of for day in working), len(working))


@dataclass(frozen=True, slots=True)
class PlainProject:
    """What was delivered of a project: versions by number, lines `(version, wbs, period, amount)`, reports `(day, wbs,
    percent)`, costs `(day, amount)` and the forecast to complete, made in the period with that index."""

    versions: dict[int, date]
    lines: Sequence[tuple[int, str | None, str, Decimal]]
    reports: Sequence[tuple[date, str | None, Decimal]]
    costs: Sequence[tuple[date, Decimal]]
    forecast: tuple[int, Decimal] | None = None


def cents(value: Fraction) -> Decimal:
    """Rounded to the cent, half away from zero."""
    scaled = abs(value) * 100
    whole = Decimal(scaled.numerator // scaled.denominator)
    whole += 1 if scaled - int(whole) >= Fraction(1, 2) else 0
    return (whole if value >= 0 else -whole) * Decimal("0.01")


def ten_decimals(value: Fraction) -> Decimal:
    """With ten decimals, as ratios are published."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("1e-10"), ROUND_HALF_UP)


def earned_value(project: PlainProject, periods: Sequence[PlainPeriod], index: int, as_of: date) -> Figures:
    """Every measure at the end of `periods[index]`, or at `as_of` where that comes first; unrounded."""
    period = periods[index]
    cut_off = min(period.end_on, as_of)
    approved = [number for number, day in project.versions.items() if day <= cut_off]
    ac = sum((Fraction(amount) for day, amount in project.costs if day <= cut_off), Fraction(0))
    eac_pm = _estimate_at_completion(project, periods, index, cut_off, ac)
    if not approved:
        return {"ac": ac, "eac_pm": eac_pm}
    lines = [line for line in project.lines if line[0] == max(approved)]
    bac = sum((Fraction(line[3]) for line in lines), Fraction(0))
    earned = _earned(project, lines, cut_off, bac)
    ev = None if earned is None else sum(earned, Fraction(0))
    planned = [Fraction(0)] * len(periods)
    budgeted = set()
    for _, _, label, amount in lines:
        place = next(number for number, each in enumerate(periods) if each.label == label)
        planned[place] += Fraction(amount)
        if amount:
            budgeted.add(place)
    share = period.share_passed(as_of) if as_of < period.end_on else Fraction(1)
    pv = sum(planned[:index], Fraction(0)) + planned[index] * share
    first, last = min(budgeted), max(budgeted)
    started = index >= first
    at = index - first + share if started else Fraction(0)
    curve = [sum(planned[first : first + step], Fraction(0)) for step in range(last - first + 2)]
    es = _earned_schedule(curve, ev) if started and ev is not None else (None if started else Fraction(0))
    figures: Figures = {"ac": ac, "bac": bac, "pv": pv, "ev": ev, "es": es, "actual_periods": at}
    figures["ev_shown"] = (
        None if earned is None else sum((Fraction(cents(each)) for each in earned), Fraction(0))
    )
    figures["planned_periods"] = Fraction(last - first + 1)
    figures["eac_pm"] = eac_pm
    return figures | _ratios(figures, is_late=index > last, has_started=started)


def _earned(
    project: PlainProject,
    lines: Sequence[tuple[int, str | None, str, Decimal]],
    cut_off: date,
    bac: Fraction,
) -> list[Fraction] | None:
    """What each work package has earned, or the project as a whole; None before the first report."""
    standing: dict[str | None, Fraction] = {}
    for day, wbs, percent in sorted(project.reports, key=lambda report: report[0]):
        if day <= cut_off:
            standing[wbs] = Fraction(percent) / 100
    if any(wbs is not None for wbs in standing) and any(line[1] is not None for line in lines):
        packages = {line[1] for line in lines if line[1]}
        return [
            standing.get(wbs, Fraction(0)) * sum(Fraction(line[3]) for line in lines if line[1] == wbs)
            for wbs in packages
        ]
    return [standing[None] * bac] if None in standing else None


def _earned_schedule(curve: Sequence[Fraction], ev: Fraction) -> Fraction:
    """The last point of the curve that is not above `ev`, and on from there in a straight line."""
    if ev < 0:
        return Fraction(0)
    reached = max(step for step, value in enumerate(curve) if value <= ev)
    if reached == len(curve) - 1:
        return Fraction(reached)
    return reached + (ev - curve[reached]) / (curve[reached + 1] - curve[reached])


def _estimate_at_completion(
    project: PlainProject, periods: Sequence[PlainPeriod], index: int, cut_off: date, ac: Fraction
) -> Fraction | None:
    if project.forecast is None or project.forecast[0] > index:
        return None
    made, to_complete = project.forecast
    since = [amount for day, amount in project.costs if periods[made].end_on < day <= cut_off]
    return ac + max(Fraction(0), Fraction(to_complete) - sum(map(Fraction, since), Fraction(0)))


def _ratios(given: Figures, *, is_late: bool, has_started: bool) -> Figures:
    pv, ev, ac, bac = given["pv"], given["ev"], given["ac"], given["bac"]
    es, at, pd, eac_pm = given["es"], given["actual_periods"], given["planned_periods"], given["eac_pm"]
    assert ac is not None and bac is not None and at is not None and pd is not None
    found: Figures = {"sv_t": None if es is None else es - at}
    if ev is None or pv is None:
        return found
    cpi = ev / ac if ac else None
    spi = ev / pv if pv and has_started and not is_late else None
    spi_t = es / at if es is not None and at else None
    left = bac - ev
    shown = given["ev_shown"]
    assert shown is not None
    return found | {
        "cpi": cpi,
        "spi": spi,
        "spi_t": spi_t,
        "ieac_t": pd / spi_t if spi_t else None,
        "cv": shown - ac,
        "sv": shown - Fraction(cents(pv)),
        "eac_budget": ac + bac - shown,
        "eac_cpi": bac / cpi if cpi else None,
        "eac_cpi_spi": ac + left / (cpi * spi) if cpi and spi else None,
        "tcpi_bac": left / (bac - ac) if left > 0 and bac > ac else None,
        "tcpi_eac": left / (eac_pm - ac) if left > 0 and eac_pm is not None and eac_pm > ac else None,
    }
