"""Lines over periods with their names at the end instead of a legend."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipelines.publishing.pack import style
from pipelines.publishing.pack.drawing import WIDTH, chart_of
from pipelines.publishing.pack.style import Line
from pipelines.publishing.pack.tables import Row

if TYPE_CHECKING:
    import altair as alt

HEIGHT = 240
_BETWEEN_LABELS = 15
_BESIDE = 120
_MOST_MARKERS = 18


def lines(
    rows: Sequence[Row], drawn_as: Sequence[Line], *, y_title: str, y_format: str, base: float | None = None
) -> alt.LayerChart | alt.FacetChart | None:
    """A line per measure over the periods of `rows`, in their order; None when no row has a value.

    Args:
        base: a value that gets a rule of its own; without one the axis begins at 0.
    """
    import altair as alt

    points = {line.name: _points(rows, line.name) for line in drawn_as}
    known = [point["value"] for each in points.values() for point in each]
    if not known:
        return None
    low, high = _range(known, base)
    periods = [row["period"] for row in rows]
    across = alt.Axis(labelAngle=0, labelOverlap="greedy")
    x = alt.X("period:O", sort=periods, title=None, scale=alt.Scale(domain=periods), axis=across)
    upward = alt.Scale(domain=[low, high], nice=False)
    y = alt.Y("value:Q", title=y_title, scale=upward, axis=alt.Axis(format=y_format, tickCount=5))
    layers: list[alt.Chart] = []
    if base is not None:
        level = chart_of([{"value": base}]).mark_rule(color=style.INK, strokeDash=[4, 3])
        layers.append(level.encode(y=y))
    for line in drawn_as:
        if points[line.name]:
            layers += _layers(points[line.name], line, x, y)
    layers.append(_labels(points, drawn_as, x, y, (high - low) / HEIGHT * _BETWEEN_LABELS))
    return alt.layer(*layers).properties(width=WIDTH - _BESIDE - 60, height=HEIGHT)


def _points(rows: Sequence[Row], name: str) -> list[dict[str, Any]]:
    return [{"period": row["period"], "value": float(row[name])} for row in rows if row[name] is not None]


def _range(values: Sequence[float], base: float | None) -> tuple[float, float]:
    low, high = min([*values, base or 0.0]), max([*values, base or 0.0])
    room = (high - low or 1.0) * 0.08
    return (low - room if base is not None or low < 0 else low), high + room


def _layers(points: list[dict[str, Any]], line: Line, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    chart = chart_of(points).encode(x=x, y=y)
    path = chart.mark_line(
        color=line.colour,
        strokeWidth=2.25,
        strokeDash=list(line.dash),
        interpolate="step-after" if line.is_step else "linear",
    )
    shown = points if len(points) <= _MOST_MARKERS else points[-1:]
    markers = (
        chart_of(shown)
        .mark_point(color=line.colour, shape=line.shape, size=60, filled=True, opacity=1)
        .encode(x=x, y=y)
    )
    return [path, markers]


def _labels(
    points: dict[str, list[dict[str, Any]]], drawn_as: Sequence[Line], x: alt.X, y: alt.Y, apart: float
) -> alt.Chart:
    """The names of the lines at their last points, pushed apart where these lie close."""
    ends = sorted(
        ({**points[line.name][-1], "label": line.label} for line in drawn_as if points[line.name]),
        key=lambda end: (end["period"], end["value"]),
    )
    for before, end in pairwise(ends):
        if before["period"] == end["period"]:
            end["value"] = max(end["value"], before["value"] + apart)
    chart = chart_of(ends).mark_text(align="left", dx=10, fontWeight="bold", clip=False)
    labels: alt.Chart = chart.encode(x=x, y=y, text="label:N")
    return labels
