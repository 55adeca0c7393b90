"""A chart as inline SVG: drawn without a browser, with a title and a description for who cannot see it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from pipelines.publishing.pack import style

if TYPE_CHECKING:
    import altair as alt

WIDTH = 720
_OPENING = re.compile(r"<svg\b[^>]*?width=\"([\d.]+)\" height=\"([\d.]+)\"[^>]*>")
_IDENTIFIERS = re.compile(r"(\bid=\"|url\(#|href=\"#)([A-Za-z_][\w-]*)")


def chart_of(values: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A chart with its data in it, to be given a mark."""
    import altair as alt

    data: Any = alt.Data
    return alt.Chart(data(values=list(values)))


def drawn(
    chart: alt.LayerChart | alt.FacetChart | alt.Chart, *, key: str, title: str, description: str
) -> str:
    """The SVG element. `key` is unique on the page: it comes before every id, so that no two drawings share one."""
    import altair as alt
    import vl_convert

    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    specification = chart.to_dict(validate=False) | {"config": style.config()}
    svg = vl_convert.vegalite_to_svg(specification, vl_version=version)
    return _labelled(_IDENTIFIERS.sub(rf"\g<1>{key}-\g<2>", svg), key, title, description)


def _labelled(svg: str, key: str, title: str, description: str) -> str:
    opening = _OPENING.search(svg)
    if opening is None:
        raise ValueError(f"The drawing of {key} does not begin with an <svg> that has a size.")
    width, height = opening.groups()
    head = (
        f'<svg class="chart" role="img" aria-labelledby="{key}-title {key}-desc" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(description)}</desc>'
    )
    return head + svg[opening.end() :]
