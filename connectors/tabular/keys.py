"""How messages name a key of a layout, so that whoever reads one finds it, or knows what to add.

A layout of pmo.yaml has its keys there. A known export comes with the product, and only a layout that is `like:` it can
say otherwise.
"""

from __future__ import annotations

from connectors.tabular.layout import Layout


def key_of(name: str, layout: Layout, part: str) -> str:
    """`layouts.ours.rows.totals`; of a known export `rows.totals of netsuite_gl`."""
    return f"layouts.{name}.{part}" if layout.files else f"{part} of {name}"


def where_to_write(name: str, layout: Layout, part: str) -> str:
    """`layouts.ours.columns.person.header in pmo.yaml`; of a known export the layout to add to pmo.yaml."""
    if layout.files:
        return f"layouts.{name}.{part} in pmo.yaml"
    first, *rest = reversed(part.split("."))
    nested = f"{first}: …"
    for key in rest:
        nested = f"{key}: {{{nested}}}"
    return f'add to pmo.yaml layouts: {{my_{name}: {{like: {name}, files: "…", {nested}}}}}'
