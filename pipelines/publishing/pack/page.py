"""The pack as one HTML file that needs nothing beside itself: styles, script and drawings are in it.

Everything that comes from a source is escaped by the template engine; only the charts' markup passes.
The page says itself what it may do: its own script by its hash, and no request.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.publishing.pack import blocks, money, words
from pipelines.publishing.pack.chips import chip
from pipelines.publishing.pack.contents import Contents
from pipelines.publishing.pack.glossary import glossary
from pipelines.publishing.pack.quality import Notice
from pipelines.publishing.pack.scope import plain_name
from pipelines.publishing.pack.tables import Block, Chart, Column, Row, Table

TEMPLATES: Final = Path(__file__).parent / "templates"
MOST_PAGES: Final = 100
"""Projects with a page of their own: with these the file has some 7 MB, which most mail servers take."""


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the file: the overview, or a project."""

    key: str
    title: str
    blocks: Sequence[Block]
    about: Row | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at the top of the overview, with the column that defines it."""

    label: str
    value: str
    note: str
    column: Column | None = None


def page(contents: Contents) -> str:
    """The HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script, styles = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    sections = _sections(contents)
    return environment.get_template("page.html.j2").render(
        contents=contents,
        facts=contents.facts,
        title=contents.scope.title,
        figures=_figures(contents),
        notices=(*contents.notices, *_without_page(contents)),
        overview=sections[0],
        projects=sections[1:],
        glossary=glossary(contents.definitions, _columns(sections)),
        is_chart=lambda part: isinstance(part, Chart),
        shown_columns=_shown_columns,
        anchor=lambda code: f"project-{plain_name(str(code))}",
        known_projects={row["project_code"] for row in contents.status.rows},
        with_page={row["project_code"] for row in _with_page(contents)},
        cell=words.cell,
        why=words.why_absent,
        chip=chip,
        sort_key=_sort_key,
        svg=Markup,
        styles=Markup(styles),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _sections(contents: Contents) -> list[Section]:
    """The overview and the pages of projects, in the order of their codes."""
    projects = sorted(_with_page(contents), key=lambda row: str(row["project_code"]))
    return [
        Section("overview", "Overview", blocks.overview(contents)),
        *(
            Section(
                f"project-{plain_name(str(row['project_code']))}",
                str(row["project_name"]),
                blocks.of_project(contents, row["project_code"]),
                row,
            )
            for row in projects
        ),
    ]


def _with_page(contents: Contents) -> Sequence[Row]:
    """The projects that have a page: all, or those whose status is the worst."""
    return contents.status.rows[:MOST_PAGES]


def _without_page(contents: Contents) -> list[Notice]:
    """Says where to find the projects that have no page."""
    left = len(contents.status.rows) - MOST_PAGES
    if left <= 0:
        return []
    said = (
        f"{left:,} of {len(contents.status.rows):,} projects have no page here; those with the worst status have. All "
        "of them are in the tables and in the workbook; pmo report --programme or --project makes their pages."
    )
    return [Notice("note", said)]


def _shown_columns(table: Table) -> list[Column]:
    """Those of the page: names stand below their codes, and a column in which no row has anything is left out."""
    return [
        column
        for column in table.columns
        if not column.is_wide
        and column.name not in ("project_name", "programme")
        and _has_anything(table, column)
    ]


def _has_anything(table: Table, column: Column) -> bool:
    if column.is_numeric or column.kind in ("code", "status") or not table.rows:
        return True
    return any(row.get(column.name) is not None or row.get(column.reason_name) for row in table.rows)


def _sort_key(row: Row, column: Column) -> str:
    """What a click on the heading sorts by: the exact number, the urgency of a status, else the text."""
    value = row.get(column.name)
    if value is None:
        return ""
    if column.kind == "status":
        return str(chip(str(value)).rank)
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)


def _columns(sections: Iterable[Section]) -> list[Column]:
    """Every column of every table on the page."""
    parts = [part for section in sections for block in section.blocks for part in block.parts]
    tables = [part.table if isinstance(part, Chart) else part for part in parts]
    return [column for table in tables for column in _shown_columns(table)]


def _figures(contents: Contents) -> list[Figure]:
    """Projects by status, then the position of all of them together."""
    counts = Counter(str(row["status"]) for row in contents.status.rows)
    said = " · ".join(f"{counts[name]} {name}" for name in words.STATUSES if counts[name])
    found = [Figure("Projects", f"{len(contents.status.rows):,}", said, _column(contents.status, "status"))]
    table = contents.position
    total = money.together(table)
    if total is None:
        return found
    for name in ("baseline_revised", "committed_total", "consumed", "eac", "available"):
        column = _column(table, name)
        found.append(Figure(column.label, words.cell(total, column), _share(total, column), column))
    return found


def _share(total: Row, column: Column) -> str:
    """The amount as a share of the budget; why it is not known, where it is not."""
    if total[column.name] is None:
        return words.why_absent(total, column)
    if column.name == "baseline_revised" or not total["baseline_revised"]:
        return ""
    share = total[column.name] / total["baseline_revised"]
    return f"{words.shown(share, 'percent')} of the budget"


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)
