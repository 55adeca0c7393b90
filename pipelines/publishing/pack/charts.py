"""The charts, as Altair builds them. Each gets rows of a table and draws what is known in them; None draws nothing.

Floats are for drawing only: every figure stands as it is in the table below its chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pipelines.publishing.pack import style
from pipelines.publishing.pack.drawing import WIDTH, chart_of, drawn
from pipelines.publishing.pack.lines import lines
from pipelines.publishing.pack.tables import Row
from pipelines.publishing.pack.words import shown

MOST_BARS = 15
_HALF_A_YEAR = 190
"""Days; six marks on an axis that is shorter may lie in one month."""
_BESIDE = 130
"""Room at the right for labels, in pixels."""


def position(rows: Sequence[Row], *, key: str, currency: str) -> str | None:
    """Budget, forecast, committed and consumed at each period's end, as lines with their names at the end."""
    chart = lines(rows, style.POSITION_LINES, y_title=currency, y_format="~s")
    if chart is None:
        return None
    last = rows[-1]
    said = ", ".join(f"{line.label} {shown(last[line.name], 'amount')}" for line in style.POSITION_LINES)
    title = "Budget against committed, consumed and forecast over time"
    return drawn(
        chart, key=key, title=title, description=f"At the end of {last['period']}, in {currency}: {said}."
    )


def indices(rows: Sequence[Row], *, key: str) -> str | None:
    """CPI and SPI(t) by period, with 1 as the line between better and worse."""
    chart = lines(rows, style.INDEX_LINES, y_title="index", y_format=".2f", base=1.0)
    if chart is None:
        return None
    last = rows[-1]
    said = f"CPI {shown(last['cpi'], 'ratio')}, SPI(t) {shown(last['spi_t'], 'ratio')}"
    return drawn(
        chart, key=key, title="CPI and SPI(t) over time", description=f"In {last['period']}: {said}."
    )


def slips(rows: Sequence[Row], *, key: str, as_of: date, title: str) -> str | None:
    """From the promised day (hollow) to the expected one (filled), the worst first.

    Rows have `label`, `promised`, `expected` and `late` (days, above 0 is worse).
    """
    import altair as alt

    values = [
        {
            "label": label,
            "promised": row["promised"].isoformat(),
            "expected": row["expected"].isoformat(),
            "last": max(row["promised"], row["expected"]).isoformat(),
            "late": f"{shown(row['late'], 'days', is_signed=True)} d",
            "is_late": row["late"] > 0,
        }
        for row, label in zip(rows[:MOST_BARS], _each_its_own(rows[:MOST_BARS]), strict=True)
    ]
    if not values:
        return None
    scale = alt.Scale(type="utc", padding=24)
    days = [as_of, *(row[name] for row in rows[:MOST_BARS] for name in ("promised", "expected"))]
    format_ = "%b %Y" if (max(days) - min(days)).days > _HALF_A_YEAR else "%d %b %Y"
    base = chart_of(values).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        color=alt.condition("datum.is_late", alt.value(style.VERMILLION), alt.value(style.BLUE)),
    )
    promised = alt.X("promised:T", title=None, scale=scale, axis=alt.Axis(format=format_, tickCount=6))
    expected = alt.X("expected:T", title=None, scale=scale)
    bars = base.mark_rule(strokeWidth=3).encode(x=promised, x2="expected:T")
    hollow = base.mark_point(size=80, filled=False, fill="white", opacity=1, strokeWidth=2).encode(x=promised)
    filled = base.mark_point(size=110, filled=True, opacity=1).encode(x=expected)
    text = base.mark_text(dx=12, align="left").encode(
        x=alt.X("last:T", scale=scale), text="late:N", color=alt.value(style.INK)
    )
    today = chart_of([{"day": as_of.isoformat(), "said": f"as of {as_of}"}]).encode(
        x=alt.X("day:T", scale=scale)
    )
    line = today.mark_rule(strokeDash=[3, 3], color=style.MUTED)
    said = today.mark_text(dy=-8, baseline="bottom", color=style.MUTED).encode(y=alt.value(0), text="said:N")
    chart = (line + said + bars + hollow + filled + text).properties(
        width=WIDTH - 240, height=28 * len(values) + 10
    )
    spoken = "; ".join(
        f"{row['label']} from {row['promised']} to {row['expected']}" for row in rows[:MOST_BARS]
    )
    return drawn(chart, key=key, title=title, description=spoken)


def _each_its_own(rows: Sequence[Row]) -> list[str]:
    """The labels; one that returns gets a character without width, else both would be drawn on one line."""
    labels: list[str] = []
    for row in rows:
        label = str(row["label"])
        while label in labels:
            label += "\u200b"
        labels.append(label)
    return labels


def exposure(rows: Sequence[Row], *, key: str, currency: str) -> str | None:
    """Bars of what is left of the risks by project, with a black mark where the contingency ends."""
    import altair as alt

    values: list[dict[str, Any]] = [
        {
            "label": row["project_code"],
            "value": float(row["project_emv_residual"]),
            "said": shown(row["project_emv_residual"], "amount"),
            "contingency": None if row["project_contingency"] is None else float(row["project_contingency"]),
            "last": float(max(row["project_emv_residual"], row["project_contingency"] or 0)),
        }
        for row in rows
        if row["project_emv_residual"] is not None
    ][:MOST_BARS]
    if not values:
        return None
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False))
    base = chart_of(values).encode(y=y)
    bars = base.mark_bar(height=16, color=style.BLUE, opacity=0.85).encode(
        x=alt.X("value:Q", title=currency, axis=alt.Axis(format="~s", tickCount=6))
    )
    text = base.mark_text(dx=8, align="left").encode(x="last:Q", text="said:N")
    covered = [value for value in values if value["contingency"] is not None]
    ticks = (
        chart_of(covered).mark_tick(thickness=4, height=26, color=style.BLACK).encode(x="contingency:Q", y=y)
    )
    chart = (bars + ticks + text if covered else bars + text).properties(
        width=WIDTH - _BESIDE, height=34 * len(values) + 10
    )
    said = "; ".join(f"{value['label']} {value['said']}" for value in values)
    return drawn(
        chart,
        key=key,
        title="Exposure after measures against contingency",
        description=f"In {currency}: {said}.",
    )


def gaps(rows: Sequence[Row], *, key: str) -> str | None:
    """Skills by periods; the more hours lack, the darker the field, and each field says how many."""
    import altair as alt

    if not rows:
        return None
    most = max((float(row["gap"] or 0) for row in rows), default=0.0)
    skills = list(dict.fromkeys(row["skill"] for row in rows))[:MOST_BARS]
    values = [
        {
            "skill": row["skill"],
            "period": row["period"],
            "said": shown(row["gap"], "hours", is_signed=True),
            "tint": _tint(float(row["gap"] or 0), most),
        }
        for row in rows
        if row["skill"] in skills
    ]
    periods = sorted({row["period"]: row["period_end_on"] for row in rows}.items(), key=lambda item: item[1])
    above = alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False)
    base = chart_of(values).encode(
        x=alt.X("period:O", sort=[name for name, _ in periods], title=None, axis=above),
        y=alt.Y("skill:N", sort=skills, title=None, axis=alt.Axis(domain=False, ticks=False)),
    )
    fields = base.mark_rect(stroke=style.GRID).encode(color=alt.Color("tint:N", scale=None))
    text = base.mark_text().encode(text="said:N")
    width = min(WIDTH - 160, 96 * len(periods))
    chart = (fields + text).properties(width=width, height=34 * len(skills))
    short = [row for row in rows if (row["gap"] or 0) > 0]
    said = "; ".join(f"{row['skill']} {shown(row['gap'], 'hours')} hours in {row['period']}" for row in short)
    return drawn(
        chart, key=key, title="Hours lacking by skill and period", description=said or "No skill lacks hours."
    )


def _tint(gap: float, most: float) -> str:
    if gap <= 0:
        return style.TINTS[0]
    return style.TINTS[1 + min(int(gap / most * 3), 2)]
