"""What is written on the page can be read: 4.5 to 1 for texts, 3 to 1 for the marks of charts (WCAG 2.2, AA)."""

from __future__ import annotations

import re

import pytest

from pipelines.publishing.pack import style
from pipelines.publishing.pack.page import TEMPLATES

CSS = (TEMPLATES / "page.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", CSS))
TEXTS = [
    *(
        (text, ground)
        for text in ("ink", "muted", "link")
        for ground in ("paper", "soft", "warn-soft", "none-soft")
    ),
    ("ink", "bad-soft"),
    *(
        (tone, ground)
        for tone in ("bad", "warn", "good", "none")
        for ground in ("paper", "soft", f"{tone}-soft")
    ),
]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_that_of_the_standard() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_texts_can_be_read_on_what_they_stand_on(text: str, ground: str) -> None:
    assert contrast(COLOURS[text], COLOURS[ground]) >= 4.5


@pytest.mark.parametrize("line", [*style.POSITION_LINES, *style.INDEX_LINES], ids=lambda line: line.label)
def test_lines_can_be_told_from_the_paper(line: style.Line) -> None:
    assert contrast(line.colour, COLOURS["paper"]) >= 3


@pytest.mark.parametrize("colour", [style.INK, style.MUTED])
def test_words_of_charts_can_be_read(colour: str) -> None:
    assert contrast(colour, COLOURS["paper"]) >= 4.5
    assert contrast(style.INK, style.TINTS[-1]) >= 4.5
