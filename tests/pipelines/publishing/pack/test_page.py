"""The page of a large portfolio: bounded, and it says what it leaves out and where that is."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipelines.publishing.pack.blocks import MOST_ROWS
from pipelines.publishing.pack.contents import Contents
from pipelines.publishing.pack.page import MOST_PAGES, page
from pipelines.publishing.pack.portfolio import DIMENSIONS
from pipelines.publishing.pack.scope import Scope
from pipelines.publishing.pack.tables import Column, Row, Table

FACTS: Row = {
    "organisation": "Acme",
    "as_of": date(2026, 3, 31),
    "known_at": datetime(2026, 4, 1, 6, 0, tzinfo=UTC),
    "release_id": "76999a39d3a4",
    "currency": "EUR",
    "product_version": "0",
}
CODE = Column("project_code", "Project", "code", "mart_project_status")
STATUS = Column("status", "Status", "status", "mart_project_status")


def table(*rows: Row, columns: tuple[Column, ...] = (CODE,), key: str = "t") -> Table:
    return Table(key, "A table", columns, rows, "Nothing.")


def project(code: str, *, status: str = "red", name: str = "A project") -> Row:
    about: Row = dict.fromkeys(("programme", "decided_by", "since", "declared_status", "status_caveat"))
    about |= {f"{dimension}_status": status for dimension in DIMENSIONS}
    return about | {"project_code": code, "project_name": name, "status": status, "is_reliable": True}


def contents(*projects: Row, **tables: Any) -> Contents:
    empty: dict[str, Any] = {each.name: table(key=each.name) for each in fields(Contents)}
    empty |= {"scope": Scope(), "facts": FACTS, "definitions": {}, "notices": (), "headlines": ()}
    empty |= {"positions": [], "performance": []}
    made = Contents(**empty)
    status = table(*projects, columns=(CODE, STATUS), key="status")
    return replace(made, status=status, **tables)


def test_a_portfolio_of_any_size_has_a_page_for_those_that_stand_worst() -> None:
    projects = [
        project(f"P{number}", status="red" if number < MOST_PAGES else "green")
        for number in range(MOST_PAGES + 1)
    ]
    html = page(contents(*projects))
    assert html.count('<article class="page project"') == MOST_PAGES
    assert 'id="project-P0"' in html and f'id="project-P{MOST_PAGES}"' not in html
    assert f'href="#project-P{MOST_PAGES}"' not in html
    assert f">P{MOST_PAGES}<" in html
    assert f"1 of {MOST_PAGES + 1} projects have no page here" in html


def test_a_portfolio_that_fits_leaves_nothing_out() -> None:
    html = page(contents(*(project(f"P{number}") for number in range(MOST_PAGES))))
    assert "have no page here" not in html


def test_no_code_of_a_project_makes_an_id_twice() -> None:
    """Codes as words that ids of the page are made of, and two that differ in case or in what an id can't have."""
    codes = ("h", "heading", "overview", "c", "title", "A B", "A-B", "a b", "<b>", "status", "main")
    ids = re.findall(r'\bid="([^"]*)"', page(contents(*(project(code) for code in codes))))
    assert len(ids) > 100
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ["milestones", "dependencies", "risks", "decisions", "capacity", "findings"])
def test_a_long_table_says_how_long_it_is(name: str) -> None:
    if name == "capacity":
        rows = [
            {
                "project_code": "P",
                "skill": "s",
                "period": f"{n}",
                "period_end_on": date(2026, 1, 1),
                "gap": None,
            }
            for n in range(MOST_ROWS + 1)
        ]
    else:
        rows = [
            {"project_code": "P", "is_reached": True, "is_open": False, "expected_on": None, "n": n}
            for n in range(MOST_ROWS + 1)
        ]
    html = page(contents(**{name: table(*rows, key=name)}))
    assert html.count(f"The first {MOST_ROWS} of {MOST_ROWS + 1} rows; the workbook has all of them.") == 1
