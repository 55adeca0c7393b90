"""Every project between cost and schedule."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pipelines.publishing.pack import style
from pipelines.publishing.pack.drawing import WIDTH, chart_of, drawn
from pipelines.publishing.pack.tables import Row
from pipelines.publishing.pack.words import shown

if TYPE_CHECKING:
    import altair as alt

MOST_LABELS = 15
LEAST, MOST = Decimal(0), Decimal(2)
"""What is drawn where it is; one project that has hardly spent anything would press all others into a corner."""
Corner = tuple[float, float, Literal["left", "right"], Literal["top", "bottom"], str, int, int]


def is_beyond(row: Row) -> bool:
    """Whether a project stands at the border of the chart, because an index of it is beyond."""
    return any(not LEAST <= row[name] <= MOST for name in ("cpi", "spi_t"))


def drawable(rows: Sequence[Row]) -> list[Row]:
    """Those of which both indices are known."""
    return [row for row in rows if row["cpi"] is not None and row["spi_t"] is not None]


def performance(rows: Sequence[Row], statuses: dict[str, str], *, key: str) -> str | None:
    """Every project at its CPI and SPI(t), or at the border; left of 1 dearer, below 1 later than planned."""
    import altair as alt

    known = drawable(rows)
    if not known:
        return None
    worst = sorted(known, key=lambda row: min(row["cpi"], row["spi_t"]))[:MOST_LABELS]
    labelled = {row["project_code"] for row in worst}
    values: list[dict[str, Any]] = [
        {
            "x": float(min(max(row["cpi"], LEAST), MOST)),
            "y": float(min(max(row["spi_t"], LEAST), MOST)),
            "label": row["project_code"] if row["project_code"] in labelled else "",
            "status": statuses.get(row["project_code"], "unknown"),
        }
        for row in known
    ]
    x, y = (_around_one([value[name] for value in values]) for name in ("x", "y"))
    axis, on_x, on_y = alt.Axis(format=".1f", tickCount=6), _scale(x), _scale(y)
    at_x = alt.X("x:Q", title="CPI: earned for what was spent", axis=axis, scale=on_x)
    at_y = alt.Y("y:Q", title="SPI(t): earned in the time", axis=axis, scale=on_y)
    base = chart_of(values).encode(x=at_x, y=at_y)
    names, colours = list(style.STATUS_COLOURS), list(style.STATUS_COLOURS.values())
    shapes = [style.STATUS_SHAPES[name] for name in names]
    points = base.mark_point(size=150, filled=True, opacity=1, stroke=style.INK, strokeWidth=0.75).encode(
        color=alt.Color("status:N", legend=None, scale=alt.Scale(domain=names, range=colours)),
        shape=alt.Shape("status:N", legend=None, scale=alt.Scale(domain=names, range=shapes)),
    )
    labels = base.mark_text(dx=11, align="left", fontWeight="bold").encode(text="label:N")
    one = chart_of([{"x": 1, "y": 1}]).mark_rule(color=style.INK, strokeDash=[4, 3])
    chart = alt.layer(_corners(at_x, at_y, x, y), one.encode(x=at_x), one.encode(y=at_y), points, labels)
    said = "; ".join(_spoken(row) for row in worst)
    return drawn(
        chart.properties(width=WIDTH - 60, height=320),
        key=key,
        title="CPI against SPI(t) by project",
        description=said,
    )


def _spoken(row: Row) -> str:
    return f"{row['project_code']} CPI {shown(row['cpi'], 'ratio')}, SPI(t) {shown(row['spi_t'], 'ratio')}"


def _scale(domain: list[float]) -> alt.Scale:
    import altair as alt

    return alt.Scale(domain=domain, zero=False, nice=False)


def _around_one(values: Sequence[float]) -> list[float]:
    """A range that holds the values and 1, with some room."""
    low, high = min([*values, 0.9]), max([*values, 1.1])
    room = (high - low) * 0.12
    return [low - room, high + room]


def _corners(
    at_x: alt.X, at_y: alt.Y, x: Sequence[float], y: Sequence[float]
) -> alt.LayerChart | alt.FacetChart:
    """A word in each corner, so that nobody has to remember which side is which."""
    import altair as alt

    corners: tuple[Corner, ...] = (
        (x[0], y[0], "left", "bottom", "dearer and later", 6, -6),
        (x[1], y[0], "right", "bottom", "cheaper, later", -6, -6),
        (x[0], y[1], "left", "top", "dearer, earlier", 6, 6),
        (x[1], y[1], "right", "top", "cheaper and earlier", -6, 6),
    )
    return alt.layer(
        *(
            chart_of([{"x": left, "y": top, "said": said}])
            .mark_text(align=align, baseline=baseline, dx=dx, dy=dy, color=style.MUTED, fontStyle="italic")
            .encode(x=at_x, y=at_y, text="said:N")
            for left, top, align, baseline, said, dx, dy in corners
        )
    )
