"""Random budgets, written the way people lay them out, and read back to the cent by the layout that says how."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from connectors.budgets.tables import TABLES as BUDGETS
from connectors.tabular.extract import TableExtract
from connectors.tabular.layout import parse_layouts
from connectors.tabular.reader import read_file

FRENCH = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
ENGLISH = ["Jan", "Feb", "March", "Apr", "May", "June", "Jul", "Aug", "Sept", "Oct", "Nov", "December"]
GERMAN = ["Jan.", "Februar", "März", "Apr", "Mai", "Juni", "Juli", "Aug.", "Sept", "Okt.", "Nov", "Dez."]
MONTHS = {"en": ENGLISH, "fr": FRENCH, "de": GERMAN}
UNITS = {"one": 1, "k€": 1_000, "M€": 1_000_000, "thousands": 1_000, "millions": 1_000_000, "kUSD": 1_000}
SPACES = (" ", "\u00a0", "\u202f")
Line = tuple[str, str, str]
"""Project, category and WBS of a line."""


@dataclass
class Written:
    """A sheet as it is built, and what reading it must give.

    Args:
        amounts: what each amount cell means, by sheet and place.
        bad: cells that hold no number.
        left_out: rows that are no lines, by sheet and row from 1.
        totals: how many printed totals can be compared.
        remarks: what stands in a row under a header that nothing maps, by sheet and row from 1.
    """

    sheets: dict[str, list[list[Any]]] = field(default_factory=dict)
    merged: list[tuple[str, str]] = field(default_factory=list)
    amounts: dict[tuple[str, str], tuple[Line, str, Decimal]] = field(default_factory=dict)
    bad: set[tuple[str, str]] = field(default_factory=set)
    left_out: set[tuple[str, int]] = field(default_factory=set)
    totals: int = 0
    remarks: dict[tuple[str, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Style:
    """How numbers are written."""

    unit: str
    decimal: str
    thousands: str | None
    negative: str
    as_text: bool
    empty: str
    turned: bool

    def cell(self, amount: Decimal | None) -> Any:
        """The amount in the sheet's unit, as a number or in its notation."""
        if amount is None:
            return self.empty
        number = (-amount if self.turned else amount) / UNITS[self.unit]
        return self.text(number) if self.as_text else float(number)

    def text(self, number: Decimal) -> str:
        """`1 234,5`, `(1.234,50)`, `1,234.50-`."""
        whole, _, fraction = format(abs(number).normalize(), "f").partition(".")
        if self.thousands is not None:
            whole = f"{int(whole):,}".replace(",", self.thousands)
        text = whole + (self.decimal + fraction if fraction else "")
        if number >= 0:
            return text
        return {"minus": f"-{text}", "parentheses": f"({text})", "trailing_minus": f"{text}-"}[self.negative]

    @property
    def amount(self) -> dict[str, Any]:
        """The `amount:` of the layout."""
        thousands = "space" if self.thousands in SPACES else self.thousands
        entry = {"unit": self.unit, "decimal": self.decimal, "negative": ["minus", self.negative]}
        entry |= {"thousands": thousands} if thousands else {}
        entry |= {"empty_words": [self.empty]} if self.empty else {}
        return entry | ({"sign": "cost_is_negative"} if self.turned else {})


@st.composite
def styles(draw: st.DrawFn, *, is_csv: bool) -> Style:
    decimal = draw(st.sampled_from(".,"))
    marks = [None, "'", *SPACES, "," if decimal == "." else "."]
    as_text = is_csv or draw(st.booleans())
    return Style(
        unit=draw(st.sampled_from(list(UNITS))),
        decimal=decimal,
        thousands=draw(st.sampled_from(marks)),
        negative=draw(st.sampled_from(["minus", "parentheses", "trailing_minus"])),
        as_text=as_text,
        empty=draw(st.sampled_from(["", "", "-", "n/a"])),
        turned=draw(st.integers(0, 4)) == 0,
    )


AMOUNTS = st.none() | st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents) / 100)


@st.composite
def periods(draw: st.DrawFn) -> tuple[list[Any], list[str], dict[str, Any]]:
    """Headers as they are written, the periods they mean, and the `periods:` of the layout."""
    year, first = draw(st.integers(2019, 2031)), draw(st.integers(1, 12))
    count = draw(st.integers(1, 12))
    months = [divmod(year * 12 + first - 1 + more, 12) for more in range(count)]
    labels = [f"{y}-{m + 1:02}" for y, m in months]
    look = draw(
        st.sampled_from(
            ["yyyy-mm", "en", "fr", "de", "date", "iso", "label", "name", "number", "quarter", "year"]
        )
    )
    fiscal = {"fiscal_year": {"starts": labels[0]}}
    if look == "yyyy-mm":
        return list(labels), labels, {"look": look}
    if look in MONTHS:
        names, short = MONTHS[look], draw(st.booleans())
        heads = [
            f"{names[m]}{' ' if not short else '-'}{y if not short else f'{y % 100:02}'}" for y, m in months
        ]
        return list(heads), labels, {"look": "mmm-yy", "language": look}
    if look == "date":
        return [date(y, m + 1, 1) for y, m in months], labels, {"look": "yyyy-mm"}
    if look == "iso":
        return [f"{label}-28" for label in labels], labels, {"look": "date"}
    if look == "label":
        heads = [f"FY{y % 100:02}-P{m + 1:02}" for y, m in months]
        return list(heads), heads, {"look": "label", "match": "^FY[0-9]{2}-P"}
    if look == "name":
        language = draw(st.sampled_from(list(MONTHS)))
        names = MONTHS[language]
        return [names[m] for _, m in months], labels, {"look": "month", "language": language, **fiscal}
    if look == "number":
        form = draw(st.sampled_from(["P{:02}", "{}", "M{}", None]))
        numbers = range(1, count + 1)
        return [n if form is None else form.format(n) for n in numbers], labels, {"look": "month", **fiscal}
    at = draw(st.sampled_from(["start", "finish"]))
    if look == "year":
        count = min(count, 5)
        month = "01" if at == "start" else "12"
        heads = [year + n if draw(st.booleans()) else str(year + n) for n in range(count)]
        return heads, [f"{year + n}-{month}" for n in range(count)], {"look": "year", "at": at}
    count = min(count, 4)
    form = draw(st.sampled_from(["Q{q} {y}", "T{q}-{s:02}", "{y}-Q{q}", "Q{q}"]))
    starts = f"{year}-{draw(st.sampled_from(['01', '04', '07'])) if form == 'Q{q}' else '01'}"
    begin = int(starts[:4]) * 12 + int(starts[5:]) - 1
    placed = [begin + 3 * q + (0 if at == "start" else 2) for q in range(count)]
    heads = [form.format(q=q + 1, y=year, s=year % 100) for q in range(count)]
    means = [f"{months // 12}-{months % 12 + 1:02}" for months in placed]
    extra = {"fiscal_year": {"starts": starts}} if form == "Q{q}" else {}
    return heads, means, {"look": "quarter", "at": at, **extra}


@dataclass
class Wide:
    """Periods across: one block of lines a category, with what people put around it."""

    style: Style
    heads: list[Any]
    means: list[str]
    height: int
    merges: bool
    gap: bool
    fill_down: bool
    subtotals: bool
    grand_total: bool
    row_total: bool
    notes_above: int
    blank_rows: bool
    project_from: str
    remark: bool

    def write(
        self, out: Written, sheet: str, project: str, lines: dict[str, list[tuple[str, list[Decimal | None]]]]
    ) -> None:
        """One sheet: title, header, blocks, totals, notes."""
        rows: list[list[Any]] = [[f"Budget of {project}"], ["Project", project], ["Version", 3]]
        rows += [["Note", "agreed in December"]] * self.notes_above + [[]]
        self.first_column = 2
        columns = [self.first_column + number * (2 if self.gap else 1) for number in range(len(self.heads))]
        width = columns[-1] + 1
        header = [["" for _ in range(width + 1)] for _ in range(self.height)]
        header[0][0], header[0][1] = "Cost category", "WBS"
        for column, head in zip(columns, self.heads, strict=True):
            header[-1][column] = head
        if self.row_total:
            header[-1][width] = "Sum"
        if self.remark:
            header[-1][width + self.row_total :] = ["Remark"]
        if self.height > 1 and self.merges:
            top = len(rows) + 1
            header[0][columns[0]] = "Plan"
            out.merged += [(sheet, f"{_letters(columns[0])}{top}:{_letters(columns[-1])}{top}")]
            out.merged += [(sheet, f"A{top}:A{top + self.height - 1}")]
        rows += header
        everything: list[list[Decimal | None]] = []
        for category, own in lines.items():
            for number, (wbs, amounts) in enumerate(own):
                label = "" if self.fill_down and number else category
                place = len(rows) + 1
                self._line(out, rows, sheet, (label, wbs), columns, width, amounts)
                if self.remark:
                    rows[-1][width + self.row_total :] = [f"see {place}"]
                    out.remarks[sheet, place] = f"see {place}"
                for column, amount, period in zip(columns, amounts, self.means, strict=True):
                    if amount is not None:
                        key = (sheet, f"{_letters(column)}{place}")
                        out.amounts[key] = ((project, category, wbs), period, amount)
                if all(amount is None for amount in amounts):
                    out.left_out.add((sheet, place))
                elif self.row_total:
                    out.totals += 1
                everything.append(amounts)
            if self.subtotals:
                self._total(out, rows, sheet, f"Subtotal {category}", columns, width, [a for _, a in own])
            if self.blank_rows:
                rows.append([])
        if self.grand_total:
            self._total(out, rows, sheet, "TOTAL", columns, width, everything)
            rows += [[], ["(a) without tax"]]
            out.left_out.add((sheet, len(rows)))
        out.sheets[sheet] = rows

    def _line(
        self,
        out: Written,
        rows: list[list[Any]],
        sheet: str,
        labels: tuple[str, str],
        columns: list[int],
        width: int,
        amounts: list[Decimal | None],
    ) -> None:
        row: list[Any] = [*labels, *[""] * (width - 1)]
        for column, amount in zip(columns, amounts, strict=True):
            row[column] = self.style.cell(amount)
        if self.row_total and any(amount is not None for amount in amounts):
            row[width] = self.style.cell(sum((a for a in amounts if a is not None), Decimal(0)))
        rows.append(row)

    def _total(
        self,
        out: Written,
        rows: list[list[Any]],
        sheet: str,
        label: str,
        columns: list[int],
        width: int,
        lines: list[list[Decimal | None]],
    ) -> None:
        sums: list[Decimal | None] = [
            sum((line[n] for line in lines if line[n] is not None), Decimal(0)) for n in range(len(columns))
        ]
        self._line(out, rows, sheet, (label, ""), columns, width, sums)
        out.left_out.add((sheet, len(rows)))
        out.totals += len(columns) + self.row_total

    @property
    def layout(self) -> dict[str, Any]:
        """As a PMO would write it."""
        project = {
            "sheet": {"from": "sheet_name"},
            "cell": {"from": "cell", "cell": "B2"},
            "value": {"value": "P-0"},
        }[self.project_from]
        entry: dict[str, Any] = {
            "header": {"find": "Cost category", "rows": self.height, "within": 30},
            "columns": {
                "cost_category": {"header": "Cost category", "fill_down": self.fill_down},
                "wbs": {"header": "WBS"},
                "project": project,
                "version_no": {"from": "cell", "cell": "B3"},
                "currency": {"value": "EUR"},
            },
            "rows": {"totals": ["^Subtotal"], "stop_at": "^TOTAL$"},
            "checks": {"column_totals": True},
        }
        if self.row_total:
            entry["checks"]["row_total"] = "Sum"
        return entry


def _letters(column: int) -> str:
    return chr(65 + column) if column < 26 else "A" + chr(65 + column - 26)


LABELS = st.sampled_from(
    ["Staff", "Études", "Licences (a)", "Cloud / SaaS", "Reise 50 %", "Tests: unit", "0042"]
)


@st.composite
def wide_budgets(draw: st.DrawFn) -> tuple[Written, dict[str, Any], str]:
    is_csv = draw(st.booleans())
    style = draw(styles(is_csv=is_csv))
    heads, means, looks = draw(periods())
    if is_csv:
        heads = [str(head) for head in heads]
        looks = {"look": "date"} if looks == {"look": "yyyy-mm"} and len(heads[0]) == 10 else looks
    height = draw(st.integers(1, 3))
    wide = Wide(
        style=style,
        heads=heads,
        means=means,
        height=height,
        merges=draw(st.booleans()) and not is_csv,
        gap=draw(st.booleans()),
        fill_down=draw(st.booleans()),
        subtotals=draw(st.booleans()),
        grand_total=draw(st.booleans()),
        row_total=draw(st.booleans()),
        notes_above=draw(st.integers(0, 4)),
        blank_rows=draw(st.booleans()),
        remark=draw(st.booleans()),
        project_from="cell" if is_csv else draw(st.sampled_from(["sheet", "cell"])),
    )
    out = Written()
    for number in range(1 if is_csv else draw(st.integers(1, 3))):
        blocks = draw(
            st.lists(st.tuples(LABELS, st.integers(1, 3)), min_size=1, max_size=4, unique_by=lambda b: b[0])
        )
        lines = {
            category: [
                (f"{category[:2]}.{place}", draw(st.lists(AMOUNTS, min_size=len(heads), max_size=len(heads))))
                for place in range(size)
            ]
            for category, size in blocks
        }
        wide.write(out, f"P-{number}", f"P-{number}", lines)
    if draw(st.integers(0, 3)) == 0 and out.amounts:
        _spoil(out, draw(st.sampled_from(sorted(out.amounts))))
    entry = wide.layout | {"periods": looks, "amount": style.amount}
    return out, entry, draw(st.sampled_from([",", ";", "\t"])) if is_csv else "xlsx"


def _spoil(out: Written, where: tuple[str, str]) -> None:
    sheet, place = where
    column = ord(place[0]) - 65 if not place[1].isalpha() else 26 + ord(place[1]) - 65
    row = int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    out.sheets[sheet][row - 1][column] = "tbc"
    out.bad.add(where)


@st.composite
def long_budgets(draw: st.DrawFn) -> tuple[Written, dict[str, Any], str]:
    is_csv = draw(st.booleans())
    style = draw(styles(is_csv=is_csv))
    form = draw(st.sampled_from(["yyyy-mm", "MM/YYYY", "mmm YYYY", "DD.MM.YYYY"]))
    out, sheet = Written(), "Lines"
    rows: list[list[Any]] = [["All budgets"], [], ["Note: draft"]][: draw(st.integers(0, 3))]
    order = draw(st.permutations(["Project", "Category", "Month", "Amount", "WBS", "Owner"]))
    rows.append(list(order))
    column = _letters(order.index("Amount"))
    records = draw(
        st.lists(
            st.tuples(
                st.integers(0, 3), LABELS, st.integers(24240, 24400), AMOUNTS.filter(lambda a: a is not None)
            ),
            min_size=1,
            max_size=12,
        )
    )
    fills, projects = draw(st.booleans()), [f"P-{record[0]}" for record in records]
    for number, (_, category, months, amount) in enumerate(records):
        year, month = divmod(months, 12)
        written = {
            "yyyy-mm": f"{year}-{month + 1:02}",
            "MM/YYYY": f"{month + 1:02}/{year}",
            "mmm YYYY": f"{ENGLISH[month][:3]} {year}",
            "DD.MM.YYYY": f"15.{month + 1:02}.{year}",
        }[form]
        repeats = fills and number and projects[number] == projects[number - 1]
        texts = {
            "Project": "" if repeats else projects[number],
            "Category": category,
            "Month": written,
            "Amount": style.cell(amount),
            "WBS": f"w{number}",
            "Owner": "ann",
        }
        rows.append([texts[name] for name in order])
        meant = ((projects[number], category, f"w{number}"), f"{year}-{month + 1:02}", amount)
        out.amounts[sheet, f"{column}{len(rows)}"] = meant
        out.remarks[sheet, len(rows)] = "ann"
    if draw(st.booleans()):
        total = sum((amount for _, _, amount in out.amounts.values()), Decimal(0))
        rows.append(["" for _ in order])
        rows[-1][order.index("Amount")] = style.cell(total)
        out.left_out.add((sheet, len(rows)))
        out.totals += 1
    out.sheets[sheet] = rows
    period = {"header": "Month"} | ({} if form == "yyyy-mm" else {"format": form})
    entry = {
        "header": {"find": "Category"},
        "columns": {
            "project": {"header": "Project", "fill_down": fills},
            "cost_category": {"header": ["Cost category", "Category"]},
            "wbs": {"header": "WBS"},
            "period": period,
            "amount": {"header": "Amount"},
            "version_no": {"value": 3},
            "currency": {"value": "EUR"},
        },
        "amount": style.amount,
        "rows": {"unlabelled": "total"},
        "checks": {"column_totals": True},
    }
    return out, entry, draw(st.sampled_from([",", ";", "\t"])) if is_csv else "xlsx"


def _saved(out: Written, form: str, folder: Path) -> Path:
    if form == "xlsx":
        book = Workbook()
        book.remove(book.worksheets[0])
        for title, rows in out.sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append([None if cell == "" else cell for cell in row])
        for title, cells in out.merged:
            book[title].merge_cells(cells)
        path = folder / "plan.xlsx"
        book.save(path)
        return path
    text = io.StringIO()
    (rows,) = out.sheets.values()
    csv.writer(text, delimiter=form, lineterminator="\n").writerows(rows)
    path = folder / "plan.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def _read(out: Written, entry: dict[str, Any], form: str) -> TableExtract:
    layouts = parse_layouts({"any": {"table": "budget_lines", "files": "inbox/budgets/plan.*", **entry}})
    with TemporaryDirectory() as folder:
        path = _saved(out, form, Path(folder))
        reading = read_file(
            path, relative=f"inbox/budgets/{path.name}", source="budgets", tables=BUDGETS, layouts=layouts
        )
    (extract,) = reading.extracts
    return extract


def _found(
    extract: TableExtract, only: str
) -> Iterator[tuple[tuple[str, str], tuple[Line, str, Decimal | None]]]:
    for row in range(len(extract)):
        names = ("project", "cost_category", "wbs")
        line = tuple(extract.columns[name][row] for name in names)
        where = (extract.sheets[row] or only, extract.cell(row, "amount"))
        yield where, (line, extract.columns["period"][row], extract.columns["amount"][row])  # type: ignore[misc]


def _is_whole(out: Written, entry: dict[str, Any], form: str) -> None:
    """Every amount to the cent at its cell, every other row left out by name, the totals compared and right."""
    extract = _read(out, entry, form)
    assert not extract.batch_faults, extract.batch_faults
    only = next(iter(out.sheets))
    assert dict(_found(extract, only)) == {
        where: (line, period, None if where in out.bad else amount)
        for where, (line, period, amount) in out.amounts.items()
    }
    faulty = {(extract.sheets[fault.row] or only, fault.place) for fault in extract.faults}
    assert faulty == out.bad and set(extract.columns["version_no"]) <= {3}
    for where, attributes in zip(
        (where for where, _ in _found(extract, only)), extract.attributes, strict=True
    ):
        row = int(where[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        kept = set(json.loads(attributes or "{}").values())
        assert kept == ({out.remarks[where[0], row]} if out.remarks else set())
    rows = {(left.sheet or only, int(left.place.split(":")[0][1:])) for left in extract.left_out}
    assert rows == out.left_out
    assert not [control for control in extract.control_totals if control.is_off]
    if not out.bad:
        assert len(extract.control_totals) == out.totals


CHECKS = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@CHECKS
@given(wide_budgets())
def test_periods_across_are_read_to_the_cent(case: tuple[Written, dict[str, Any], str]) -> None:
    _is_whole(*case)


@CHECKS
@given(long_budgets())
def test_one_amount_a_row_is_read_to_the_cent(case: tuple[Written, dict[str, Any], str]) -> None:
    _is_whole(*case)
