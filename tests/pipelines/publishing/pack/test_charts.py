"""Charts are drawn without a browser, say what they show, and let nothing in their data become markup."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.publishing.pack import charts, scatter, style

HOSTILE = "</title><script>alert(1)</script>"


def position(period: str, **known: Any) -> dict[str, Any]:
    return dict.fromkeys(line.name for line in style.POSITION_LINES) | {"period": period} | known


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("text")]


def test_a_chart_has_a_title_and_a_description_with_its_newest_figures() -> None:
    rows = [position("2026-01", consumed=Decimal(10)), position("2026-02", consumed=Decimal("1234.5"))]
    svg = charts.position(rows, key="c1", currency="EUR")
    assert svg is not None
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "c1-title c1-desc"
    assert "Consumed 1,235" in (root[1].text or "")
    assert "Forecast –" in (root[1].text or "")
    assert "Consumed" in texts(svg)
    assert "Budget" not in texts(svg)


def test_nothing_known_is_not_drawn() -> None:
    assert charts.position([position("2026-01")], key="c", currency="EUR") is None
    assert charts.position([], key="c", currency="EUR") is None
    assert charts.slips([], key="c", as_of=date(2026, 3, 31), title="t") is None
    assert scatter.performance([{"project_code": "A", "cpi": None, "spi_t": Decimal(1)}], {}, key="c") is None


def test_a_project_that_has_hardly_spent_anything_presses_no_other_into_a_corner() -> None:
    indices = {"A": ("0.9", "0.8"), "B": ("1.2", "1.1"), "C": ("344.8", "1.0"), "D": ("-211.7", "0.7")}
    rows = [
        {"project_code": code, "cpi": Decimal(cpi), "spi_t": Decimal(spi)}
        for code, (cpi, spi) in indices.items()
    ]
    svg = scatter.performance(rows, {}, key="c")
    assert svg is not None
    marks = [float(text) for text in texts(svg) if re.fullmatch(r"[−-]?[0-9.]+", text) and "−" not in text]
    assert max(marks) <= 2.5 and min(marks) >= -0.5
    assert "C CPI 344.80" in svg and "D CPI −211.70" in svg
    assert [scatter.is_beyond(row) for row in rows] == [False, False, True, True]


def slip(label: str, promised: date, expected: date) -> dict[str, Any]:
    return {"label": label, "promised": promised, "expected": expected, "late": (expected - promised).days}


def test_two_milestones_of_one_name_have_a_line_each() -> None:
    rows = [slip("WEB Sign-off", date(2026, 1, 5), date(2026, month, 1)) for month in (2, 3, 4)]
    svg = charts.slips(rows, key="c", as_of=date(2026, 3, 31), title="t")
    assert svg is not None
    labels = [text for text in texts(svg) if text.startswith("WEB Sign-off")]
    assert len(labels) == 3


def test_no_two_marks_of_an_axis_of_days_say_the_same() -> None:
    for end in (date(2026, 1, 9), date(2026, 2, 20), date(2026, 6, 30), date(2026, 9, 30), date(2029, 1, 1)):
        svg = charts.slips([slip("A", date(2026, 1, 1), end)], key="c", as_of=date(2026, 1, 5), title="t")
        assert svg is not None
        marks = [text for text in texts(svg) if text.endswith(("2026", "2027", "2028", "2029"))]
        assert marks and len(marks) == len(set(marks)), end


def test_names_from_a_source_stay_text() -> None:
    row = {"label": HOSTILE, "promised": date(2026, 1, 1), "expected": date(2026, 2, 1), "late": 31}
    drawn = [
        charts.slips([row], key="c", as_of=date(2026, 3, 31), title="t"),
        scatter.performance([{"project_code": HOSTILE, "cpi": Decimal(1), "spi_t": Decimal(1)}], {}, key="c"),
        charts.gaps(
            [{"skill": HOSTILE, "period": "2026-01", "period_end_on": date(2026, 1, 31), "gap": Decimal(5)}],
            key="c",
        ),
    ]
    for svg in drawn:
        assert svg is not None
        assert "<script" not in svg
        assert not list(ElementTree.fromstring(svg).iter("script"))
        assert any("script" in text for text in texts(svg))


def test_two_charts_share_no_id() -> None:
    rows = [position("2026-01", consumed=Decimal(1)), position("2026-02", consumed=Decimal(2))]
    drawn = [charts.position(rows, key=key, currency="EUR") or "" for key in ("c1", "c2")]
    ids = [re.findall(r'\bid="([^"]+)"', svg) for svg in drawn]
    assert ids[0] and not set(ids[0]) & set(ids[1])


def test_the_lines_of_a_chart_differ_without_colour() -> None:
    for lines in (style.POSITION_LINES, style.INDEX_LINES):
        assert len({line.shape for line in lines}) == len(lines)
    assert len(set(style.STATUS_SHAPES.values())) == len(style.STATUS_SHAPES)


def test_a_missing_end_is_drawn_where_it_was_last_known() -> None:
    rows = [
        position("2026-01", eac=Decimal(5), consumed=Decimal(1)),
        position("2026-02", consumed=Decimal(2)),
    ]
    assert "Forecast" in texts(charts.position(rows, key="c", currency="EUR") or "")
