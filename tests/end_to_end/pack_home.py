"""A home for the PMO pack: projects with and without a budget, names that are markup and formulas, two publications.

Here: the inputs, and reading a page as its reader does. What must be on it stands in `test_pack`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from tests.end_to_end.homes import ORGANISATION, PmoHome, Row, make_home

BEFORE, AS_OF = "2026-02-28", "2026-03-31"
HOSTILE = '<script>alert("name")</script>'
BREAKING_OUT = "</title></svg><img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://example.invalid","open")'
ONE_WORD = "Wort" * 30
PROGRAMME = 'Check "out" & <b>more</b>'


def make_pack_home(root: Path) -> PmoHome:
    """Everything up to the end of March 2026, not refreshed."""
    home = make_home(root, settings=f"{ORGANISATION}publish: {{people: names}}\n")
    for path, rows in FILES.items():
        home.write(f"{path}.csv", rows)
    return home


def _rows(columns: str, *lines: str) -> list[Row]:
    """Rows out of lines with `|` between the values."""
    return [
        dict(zip(columns.split(), (value.strip() for value in line.split("|")), strict=True))
        for line in lines
    ]


def _budget(project: str, category: str, amount: int) -> list[str]:
    return [f"{project} | 1 | {category} | 2026-{month:02} | {amount} | EUR" for month in range(1, 7)]


FILES: dict[str, list[Row]] = {
    "inbox/register/projects": [
        {"project": "PAY", "name": HOSTILE, "programme": PROGRAMME, "status": "green"},
        {"project": "WEB", "name": "Customer portal", "programme": PROGRAMME, "status": "active"},
        {"project": "OPS", "name": "Operations", "programme": "Run", "status": "red"},
        {"project": "A&B <1>", "name": ONE_WORD, "programme": "Run", "status": ""},
    ],
    "inbox/register/progress": _rows(
        "project as_of percent_complete", "PAY | 2026-02-27 | 20", "PAY | 2026-03-30 | 45", "WEB | 2026-03-30 | 60"
    ),
    "inbox/register/milestones": _rows(
        "project milestone baseline_on forecast_on name",
        f"PAY | M1 | 2026-04-10 | 2026-06-01 | {BREAKING_OUT}",
        f"WEB | M1 | 2026-03-01 | 2026-03-20 | {FORMULA}",
        "WEB | M2 | 2026-05-01 | | Unforecast",
    ),
    "inbox/register/dependencies": _rows(
        "dependency from_project to_project needed_on promised_on status",
        "D1 | PAY | WEB | 2026-05-15 | 2026-06-15 | open",
        "D2 | WEB | OPS | 2026-05-15 | 2026-05-13 | open",
        "D3 | OPS | PAY | 2026-06-30 | 2026-05-01 | open",
        "D4 | WEB | OPS | 2026-06-30 | 2026-06-25 | open",
    ),
    "inbox/register/decisions": _rows(
        "project decision asked_on decided_on outcome about",
        "WEB | E1 | 2026-02-25 | | | budget",
        "WEB | E2 | 2026-01-10 | 2026-01-24 | approved | scope",
    ),
    "inbox/register/actions": _rows(
        "project action owner due_on done_on",
        "PAY | A1 | ann | 2026-03-21 |",
        "PAY | A2 | ann | 2026-03-01 | 2026-03-02",
    ),
    "inbox/register/risks": [
        {
            "project": "PAY", "risk": "R1", "title": HOSTILE, "probability": "0.5", "impact": 20000, "currency": "EUR",
            "residual_probability": "0.25", "residual_impact": 20000,
        },
        {"project": "WEB", "risk": "R1", "title": FORMULA, "probability": "0.1", "impact": 9000, "currency": "EUR"},
    ],
    "inbox/register/capacity": _rows(
        "person period hours", "ann | 2026-03 | 100", "ann | 2026-04 | 100", "bob | 2026-04 | 60"
    ),
    "inbox/register/skills": [{"person": "ann", "skill": HOSTILE}, {"person": "bob", "skill": "testing"}],
    "inbox/register/demand": [{"project": "PAY", "skill": HOSTILE, "period": "2026-04", "hours": 160}],
    "inbox/register/benefits": _rows(
        "project benefit period planned currency realised",
        "PAY | Fewer failures | 2026-03 | 5000 | EUR | 4000",
        "PAY | Fewer failures | 2026-06 | 5000 | EUR |",
    ),
    "inbox/budgets/budget_versions": _rows(
        "project version_no version_type approved_on contingency",
        "PAY | 1 | original | 2025-12-15 | 4000",
        "WEB | 1 | original | 2025-12-15 |",
    ),
    "inbox/budgets/budget_lines": _rows(
        "project version_no cost_category period amount currency",
        *_budget("PAY", "services", 20000),
        *_budget("PAY", "licences", 1500),
        *_budget("WEB", "services", 9000),
    ),
    "inbox/budgets/forecast_lines": _rows(
        "project cutoff_period cost_category period amount currency basis",
        "PAY | 2026-02 | services | 2026-04 | 90000.40 | EUR | to_complete",
        "PAY | 2026-02 | licences | 2026-04 | 4000 | EUR | to_complete",
    ),
    "inbox/ledger/orders": _rows(
        "order_no line_no project cost_category ordered_on amount currency vendor",
        "PO-1 | 1 | PAY | services | 2026-01-12 | 60000 | EUR | Acme",
        "PO-2 | 1 | WEB | services | 2026-02-12 | 70000 | EUR | Acme",
    ),
    "inbox/ledger/invoices": _rows(
        "invoice_no line_no project cost_category posted_on amount currency order_no order_line_no",
        "I-1 | 1 | PAY | services | 2026-02-20 | 25000.55 | EUR | PO-1 | 1",
        "I-2 | 1 | WEB | services | 2026-03-20 | 9000 | EUR | PO-2 | 1",
        "I-3 | 1 | OPS | services | 2026-03-21 | 333.33 | EUR | |",
        "I-4 | 1 | 4711 | services | 2026-03-22 | 77.70 | EUR | |",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Cell:
    """A cell as it is read and as it is sorted."""

    text: str = ""
    value: str = ""


@dataclass(slots=True)
class PageTable:
    """A table of the page: headings, and rows of cells by heading; `total` is the row that no sorting moves."""

    headings: list[str] = field(default_factory=list)
    rows: list[dict[str, Cell]] = field(default_factory=list)
    total: dict[str, Cell] = field(default_factory=dict)

    def row(self, project: str) -> dict[str, Cell]:
        """The one row of a project."""
        (found,) = (row for row in self.rows if row["Project"].value == project)
        return found


class Page(HTMLParser):
    """The tables of a page by their key, its elements, its headings, its scripts and what it links to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, PageTable] = {}
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.text: list[str] = []
        self._table: PageTable | None = None
        self._cells: list[Cell] | None = None
        self._part = ""
        self._depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Opens a table, a row or a cell."""
        found = {name: value or "" for name, value in attributes}
        self.elements.append((tag, found))
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self._table = self.tables[found["data-key"]] = PageTable()
        elif tag in ("thead", "tbody", "tfoot"):
            self._part = tag
        elif tag == "tr":
            self._cells = []
        elif tag in ("th", "td") and self._cells is not None:
            self._cells.append(Cell(value=found.get("data-v", "")))
        elif tag == "a" and "info" in found.get("class", ""):
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        """Closes a row."""
        if tag == "a":
            self._depth = 0
        if tag == "tr" and self._table is not None and self._cells is not None:
            self._close_row(self._table, self._cells)
            self._cells = None

    def _close_row(self, table: PageTable, cells: list[Cell]) -> None:
        if self._part == "thead":
            table.headings = [" ".join(cell.text.split()) for cell in cells]
            return
        row = dict(zip(table.headings, cells, strict=True))
        if self._part == "tfoot":
            table.total = row
        else:
            table.rows.append(row)

    def handle_data(self, data: str) -> None:
        """Text of the page, and of the cell that is open."""
        self.text.append(data)
        if self._cells and not self._depth:
            self._cells[-1].text += data
