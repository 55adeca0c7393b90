"""Colours, marks and lines of the charts: Okabe and Ito's colours, each with a shape or a dash of its own.

Nothing is told by colour alone: in greyscale the shapes, the dashes and the labels at the lines remain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

INK, MUTED, GRID = "#1f2933", "#52606d", "#e4e7eb"
BLUE, VERMILLION, GREEN, ORANGE, BLACK = "#0072b2", "#d55e00", "#009e73", "#e69f00", "#000000"
TINTS: Final = ("#ffffff", "#fde3d3", "#f9bb97", "#f4935b")
"""From nothing to much of what should not be; dark text can be read on each."""
STATUS_COLOURS: Final = {"red": VERMILLION, "amber": ORANGE, "green": GREEN, "unknown": MUTED}
STATUS_SHAPES: Final = {"red": "triangle-up", "amber": "diamond", "green": "circle", "unknown": "cross"}
FONT: Final = "Helvetica Neue, Helvetica, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Line:
    """How one measure is drawn."""

    name: str
    label: str
    colour: str
    shape: str
    dash: tuple[int, int] = (1, 0)
    is_step: bool = False


POSITION_LINES: Final = (
    Line("baseline_revised", "Budget", BLACK, "square", (7, 4), is_step=True),
    Line("eac", "Forecast", GREEN, "diamond", (2, 3)),
    Line("committed_total", "Committed", VERMILLION, "triangle-up"),
    Line("consumed", "Consumed", BLUE, "circle"),
)
INDEX_LINES: Final = (
    Line("cpi", "CPI", BLUE, "circle"),
    Line("spi_t", "SPI(t)", VERMILLION, "triangle-up", (6, 3)),
)


def config() -> dict[str, Any]:
    """Vega-Lite's configuration of every chart: quiet axes, no frame, no background."""
    return {
        "aria": False,
        "background": None,
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "domainColor": "#9aa5b1",
            "tickColor": "#9aa5b1",
            "gridColor": GRID,
            "labelColor": MUTED,
            "titleColor": MUTED,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": 230,
            "labelPadding": 6,
        },
        "text": {"fontSize": 12, "color": INK},
    }
