"""A layout for a file that nothing here knows, as a person would begin one: for reading and correcting, never applied.

    workbook ─▶ survey of each sheet ─▶ best table ─▶ columns, periods, amounts, rows ─▶ YAML with `# ?` at every doubt

What a file does not say is written as `"?"`, or as the likeliest value, with `# ?` and the reason behind it.
"""

from __future__ import annotations

import glob
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from connectors.errors import UnknownFile
from connectors.tabular.cells import Cell, is_blank, text_of
from connectors.tabular.draft import Draft
from connectors.tabular.grid import address, letters
from connectors.tabular.layout import Layout, parse_layouts
from connectors.tabular.matching import DATES, NUMBERS, fit, matches, measure_of, reads, takes_periods
from connectors.tabular.notation import date_format, number_notation
from connectors.tabular.proposed_rows import row_keys
from connectors.tabular.survey import Survey, is_number, is_words, is_yes_or_no, survey
from connectors.tabular.synonyms import (
    SUMMARY,
    TOTAL,
    UNNAMED,
    currency_in,
    folded,
    unit_in,
)
from connectors.tabular.tables import Column, Table
from connectors.tabular.unknown_book import UnknownBook, opened_book, year_in

UNKNOWN: Final = "?"
"""Stands for a value that only a person can know."""
_UNITS: Final = {
    ("thousands", "EUR"): "k€",
    ("millions", "EUR"): "M€",
}
_CODE: Final = re.compile(r"[A-Z]{1,6}[-_ ]?[0-9A-Z]{2,}\b")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A layout to begin with.

    Args:
        name: under which it stands in `yaml`.
        yaml: a `layouts:` of pmo.yaml; every doubt is a comment that begins with `# ?`.
        doubts: these comments, each with the key that it stands at.
        layout: what `yaml` says.
    """

    name: str
    table: str
    yaml: str
    doubts: tuple[str, ...]
    layout: Layout


def propose(
    data: bytes, *, relative: str, tables: Sequence[Table], table: str | None = None, year: int
) -> Proposal:
    """A layout for a file.

    Args:
        relative: its path below the home.
        tables: the tables of its source.
        table: the one to fill; by default the one that its header fits best.
        year: the year that months without one are taken to begin in, where the file says none.

    Raises:
        UnreadableFile: it can't be opened.
        UnknownFile: nothing in it looks like a table.
    """
    book = opened_book(data, relative)
    named = " ".join([PurePosixPath(relative).stem, *book.titles])
    said = year_in(named)
    begins, is_fiscal = said or (year, False)
    surveys = [found for sheet in book.sheets if (found := survey(sheet, begins, ends=is_fiscal))]
    wanted = [each for each in tables if table in (None, each.name)]
    if not surveys or not wanted:
        raise UnknownFile(
            f"{relative}: no sheet of it has a row that looks like a header above rows of values.",
            mend="Give it one header row, or write its layout by hand.",
        )
    best = max(surveys, key=_weight)
    chosen = max(wanted, key=lambda each: fit(best, each, named))
    return _Proposer(relative, book, best, chosen, surveys, year_said=said is not None).proposal()


def _weight(found: Survey) -> tuple[bool, float]:
    return bool(found.rows), found.score * min(len(found.rows), 20)


@dataclass(slots=True)
class _Proposer:
    """One file, its likeliest sheet and table, and the layout that comes of them."""

    relative: str
    book: UnknownBook
    best: Survey
    table: Table
    surveys: list[Survey]
    year_said: bool
    alike: list[Survey] = field(default_factory=list)
    taken: dict[str, tuple[int, float]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)

    def proposal(self) -> Proposal:
        """The layout."""
        self.alike = [
            each
            for each in self.surveys
            if each is self.best
            or (_has_same_header(each, self.best) and not SUMMARY.search(each.sheet.name or ""))
        ]
        self.taken = matches(self.best, self.table)
        draft = Draft(_layout_name(self.relative))
        draft.add("table", self.table.name)
        draft.add("files", _pattern(self.relative))
        self._add_csv(draft)
        self._add_sheets(draft)
        self._add_header(draft)
        self._add_columns(draft)
        self._add_periods(draft)
        self._add_amount(draft)
        self._add_rows(draft)
        text = draft.text()
        import yaml

        layout = parse_layouts(yaml.safe_load(text)["layouts"])[draft.name]
        return Proposal(draft.name, self.table.name, text, tuple(draft.doubts), layout)

    @property
    def measure(self) -> str | None:
        return measure_of(self.table)

    @property
    def is_unpivoted(self) -> bool:
        return bool(self.best.periods) and takes_periods(self.table)

    def _add_csv(self, draft: Draft) -> None:
        csv: dict[str, object] = {}
        if self.book.delimiter not in (None, ","):
            csv["delimiter"] = "tab" if self.book.delimiter == "\t" else self.book.delimiter
        if not self.book.is_utf8:
            csv["encoding"] = "cp1252"
        if csv:
            draft.add("csv", csv, "" if self.book.is_utf8 else "it is not UTF-8: check the accented letters")

    def _add_sheets(self, draft: Draft) -> None:
        if self.best.sheet.name is None or len(self.book.sheets) == 1:
            return
        read = [each.sheet.name or "" for each in self.alike]
        others = [sheet.name or "" for sheet in self.book.sheets if sheet.name not in read]
        if not others:
            return
        common = _common_beginning(read)
        common = re.sub(r"\w+$", "", common) or common
        if len(common) > 1 and not any(name.startswith(common) for name in others):
            draft.add(
                "sheets",
                {"match": f"^{re.escape(common)}".replace("\\-", "-")},
                f"not read: {', '.join(others)}",
            )
        elif len(others) < len(read):
            draft.add("sheets", {"skip": [_exactly(name) for name in others]}, "these are not read")
        else:
            match = "|".join(re.escape(name).replace("\\ ", " ").replace("\\-", "-") for name in read)
            draft.add(
                "sheets",
                {"match": f"^({match})$" if len(read) > 1 else f"^{match}$"},
                f"not read: {', '.join(others)}",
            )

    def _add_header(self, draft: Draft) -> None:
        header: dict[str, object] = {"find": self._header_text()}
        if self.best.height > 1:
            header["rows"] = self.best.height
        if self.best.top >= 20:
            header["within"] = self.best.top + 10
        draft.add("header", header)

    def _header_text(self) -> str:
        """A text of the header's first row that no row above has; one of a mapped column if there is one."""
        rows = self.best.sheet.rows
        above = {folded(text_of(cell)) for row in rows[: self.best.top] for cell in row}
        mapped = [column for column, _ in self.taken.values()]
        columns = [
            *sorted(mapped),
            *(c for c in range(len(rows[self.best.top])) if c not in self.best.periods),
        ]
        for column in [*columns, *self.best.periods]:
            cell = rows[self.best.top][column] if column < len(rows[self.best.top]) else ""
            if not is_blank(cell) and folded(text_of(cell)) not in above:
                return text_of(cell)
        return UNKNOWN

    def _add_columns(self, draft: Draft) -> None:
        draft.add("columns", ...)
        spread = {"period", self.measure} if self.is_unpivoted else set()
        if self._balance():
            spread.add(self.measure)
        mapped = [column for column in self.table.columns if column.name not in spread]
        # What a header names goes first, so that the rest is not given a column that another one needs.
        self.used = {self.taken[column.name][0] for column in mapped if column.name in self.taken}
        for column in mapped:
            line = self._below(column) if column.name in self.taken else None
            if line is None and column.required:
                line = self._other(column)
            if line is not None:
                draft.add(column.name, line[0], line[1], depth=3)

    def _balance(self) -> tuple[str, str] | None:
        """The headers of debit and credit columns, where there are both and no column of amounts."""
        labels = {folded(label): label for label in self.best.labels}
        debit = next((labels[word] for word in ("debit", "soll") if word in labels), None)
        credit = next((labels[word] for word in ("credit", "haben") if word in labels), None)
        has_amount = self.measure in self.taken and self.taken[self.measure][1] >= 3
        return (debit, credit) if debit and credit and not has_amount and not self.best.periods else None

    def _below(self, column: Column) -> tuple[dict[str, object], str]:
        """A column that a header names."""
        sheet_column, strength = self.taken[column.name]
        origin = self._origin(sheet_column)
        label = self.best.labels[sheet_column]
        doubts = [] if strength >= 3 else [f"is {label!r} the {column.name}?"]
        if column.kind in DATES or (column.kind == "hours" and column.name == self.measure):
            form, doubt = date_format(self.best.cells(sheet_column), column)
            origin |= {"format": form} if form else {}
            doubts += [doubt] if doubt else []
        origin |= self._filled_down(sheet_column, column, doubts)
        if column.kind == "choice":
            origin |= self._words(column, sheet_column, doubts)
        return origin, "; ".join(doubts)

    def _words(self, column: Column, sheet_column: int, doubts: list[str]) -> dict[str, object]:
        """Words that the table doesn't know, each to be given a meaning."""
        texts = dict.fromkeys(
            text_of(cell) for cell in self.best.cells(sheet_column) if not reads(column, cell)
        )
        if not texts:
            return {}
        doubts.append(f"each word means one of {', '.join(column.choices)}")
        return {"words": dict.fromkeys(list(texts)[:12], column.default or column.choices[0])}

    def _origin(self, column: int) -> dict[str, object]:
        """How a layout points at a sheet column."""
        if not self.best.is_headed(column):
            return {"column": letters(column)}
        label = self.best.labels[column]
        twins = [other for other, each in enumerate(self.best.labels) if folded(each) == folded(label)]
        origin: dict[str, object] = {"header": label}
        return origin | ({"occurrence": twins.index(column) + 1} if len(twins) > 1 else {})

    def _filled_down(self, column: int, canonical: Column, doubts: list[str]) -> dict[str, object]:
        """Whether a label stands only at the first of several lines: merged cells say so, else it is a doubt."""
        lines = [row for row in self.best.rows if self.best.has_amount(row) and not self.best.is_total(row)]
        blank = [is_blank(row[column]) if column < len(row) else True for row in lines]
        if not any(blank) or blank[0] or column >= min(self.best.periods, default=len(self.best.labels)):
            return {}
        first = self.best.top + self.best.height
        is_merged = any(
            first <= row1 < row2 and column1 <= column <= column2
            for (row1, column1), (row2, column2) in self.best.sheet.merged
        )
        if not is_merged and not canonical.required:
            return {}
        if not is_merged:
            doubts.append("a blank cell is taken to mean what stands above it")
        return {"fill_down": True}

    def _other(self, column: Column) -> tuple[dict[str, object], str]:
        """A required column that no header names: from the sheet's name, a title, an unnamed column, or unknown."""
        if column.name == "project" and self.best.sheet.name is not None:
            names = [each.sheet.name or "" for each in self.alike]
            if all(map(_CODE.match, names)) or (len(names) > 1 and not any(map(UNNAMED.match, names))):
                part = next(iter(names[0].split()), "")
                doubt = f"is {part!r} of {names[0]!r} the project?"
                return {"from": "sheet_name", "pattern": r"^(\S+)"}, doubt
        if column.name == "currency":
            return self._currency()
        if column.name == "version_no" and (cell := self._beside("version")):
            return {"from": "cell", "cell": cell}, ""
        if column.kind == "text" and column.name != "project" and (free := self._free_labels()):
            self.used.add(free[0])
            doubts = [f"is {self.best.labels[free[0]]!r} the {column.name}?"]
            origin = self._origin(free[0]) | self._filled_down(free[0], column, doubts)
            return origin, "; ".join(doubts)
        if column.name == self.measure and (numbers := self._free_numbers()):
            self.used.add(numbers[0])
            others = ", ".join(repr(self.best.labels[other]) for other in numbers[1:6])
            return self._origin(numbers[0]), f"which column has the {column.name}?" + (
                f" or {others}" if others else ""
            )
        if column.kind == "choice":
            value = column.default or ("journal" if "journal" in column.choices else column.choices[0])
            return {"value": value}, f"one of {', '.join(column.choices)}"
        if column.name == "version_no":
            return {"value": 1}, "nothing in the file says the version"
        unknown: object = 1 if column.kind in NUMBERS else UNKNOWN
        return {
            "value": unknown
        }, f"no header names it: write a {_noun(column)}, or header: TEXT of its column"

    def _currency(self) -> tuple[dict[str, object], str]:
        for text in [*self.best.titles, PurePosixPath(self.relative).stem]:
            found = currency_in(text)
            if found is not None:
                return {"value": found[0]}, "" if found[1] else f"{text[:40]!r}: of which country?"
        for column in [*self.best.periods, *(range(len(self.best.labels)) if not self.best.periods else ())]:
            for cell in self.best.cells(column)[:50]:
                if isinstance(cell, str) and is_number(cell) and (found := currency_in(cell)):
                    return {"value": found[0]}, f"by {text_of(cell)!r}"
        return {
            "from": "functional_currency"
        }, "nothing in the file says the currency: is it that of pmo.yaml?"

    def _beside(self, word: str) -> str | None:
        """The cell right of a title that reads like the word, where a whole number stands there."""
        for number, row in enumerate(self.best.sheet.rows[: self.best.top]):
            for column, cell in enumerate(row[:-1]):
                value = row[column + 1]
                is_whole = re.fullmatch(r"[0-9]{1,3}", text_of(value)) is not None
                if is_words(cell) and folded(text_of(cell)).startswith(word) and is_whole:
                    return address(number, column + 1)
        return None

    def _free_labels(self) -> list[int]:
        """Columns of words that nothing is read from yet, fullest first."""
        width = min(self.best.periods, default=len(self.best.labels))
        lines = [row for row in self.best.rows if self.best.has_amount(row) and not self.best.is_total(row)]

        def filled(column: int) -> int:
            return sum(column < len(row) and is_words(row[column]) for row in lines)

        free = [
            c
            for c in range(width)
            if c not in self.used
            and filled(c)
            and self.best.share(c, is_number) < 0.5
            and self.best.share(c, is_yes_or_no) < 1
        ]
        return sorted(free, key=lambda column: (-filled(column), column))

    def _free_numbers(self) -> list[int]:
        columns = [
            column
            for column in range(len(self.best.labels))
            if column not in self.used and self.best.share(column, is_number) >= 0.5
        ]
        return sorted(columns, key=lambda column: (self._is_whole(column), column))

    def _is_whole(self, column: int) -> bool:
        """Whether only small whole numbers stand there, as in a column of codes or line numbers."""
        texts = [text_of(cell) for cell in self.best.cells(column)]
        return bool(texts) and all(re.fullmatch(r"[0-9]{1,3}|0[0-9]+", text) for text in texts)

    def _add_periods(self, draft: Draft) -> None:
        if not self.is_unpivoted or self.best.found is None:
            return
        found = self.best.found
        written: dict[str, object] = {"look": found.periods.look}
        if found.periods.match:
            written["match"] = found.periods.match
        if found.periods.fiscal_year:
            written["fiscal_year"] = {"starts": found.periods.fiscal_year.starts}
        if found.periods.at:
            written["at"] = found.periods.at
        if found.periods.language != "en":
            written["language"] = found.periods.language
        doubts = []
        if not found.is_year_known:
            said = (
                "the name or title of the file does: is it this one?"
                if self.year_said
                else "nothing else does"
            )
            doubts.append(f"the headers name no year, {said}")
        if found.periods.at:
            doubts.append(
                f"a whole {found.periods.look} is placed at its first month; at: finish is its last"
            )
        if found.periods.look == "label":
            doubts.append("labels must be periods of reference/fiscal_calendar")
        strays = self._strays()
        if strays:
            written["leave_out"] = [_exactly(label) for label in strays]
            doubts.append(f"not read as periods: {', '.join(strays)}")
        draft.add("periods", written, "; ".join(doubts))

    def _strays(self) -> list[str]:
        """Headers between the periods that are none and have something below them."""
        columns = self.best.periods
        total = self._row_total()
        return [
            self.best.labels[column]
            for column in range(min(columns), max(columns))
            if column not in columns
            and column not in self.used
            and column != total
            and self.best.cells(column, lines_only=False)
        ]

    def _row_total(self) -> int | None:
        """The column with each row's total: the first so called right of the periods."""
        labels = enumerate(self.best.labels)
        last = max(self.best.periods, default=0)
        found = [column for column, label in labels if TOTAL.search(label) and column > last]
        return found[0] if found and self.is_unpivoted else None

    def _add_amount(self, draft: Draft) -> None:
        amount: dict[str, object] = {}
        doubts: list[str] = []
        if self.measure is not None and self.table.measure is None and self.is_unpivoted:
            amount["column"] = self.measure
        balance = self._balance()
        if balance is not None:
            amount["debit"], amount["credit"] = balance
        amount |= self._unit(doubts)
        amount |= number_notation(self._amount_cells(), doubts)
        if amount or doubts:
            draft.add("amount", amount or {"unit": "one"}, "; ".join(doubts))

    def _unit(self, doubts: list[str]) -> dict[str, object]:
        if self.table.measure == "hours":
            return {}
        said = next((text for text in self.best.titles if unit_in(text)), None)
        unit = unit_in(said) if said else None
        if unit is None:
            if self.is_unpivoted and not any(currency_in(text) for text in self.best.titles):
                doubts.append(
                    "no title says the unit: write unit: k€ or unit: millions if they are not whole"
                )
            return {}
        currency = currency_in(said or "")
        self._compare_sizes(doubts)
        return {"unit": _UNITS.get((unit, currency[0] if currency else ""), unit)}

    def _compare_sizes(self, doubts: list[str]) -> None:
        """Of sheets with one title, one whose amounts are a thousand times those of another has another unit."""
        sizes = {each.sheet.name: size for each in self.alike if (size := _size(each))}
        small = min(sizes, key=lambda name: sizes[name], default=None)
        large = [name for name, size in sizes.items() if small is not None and size > 150 * sizes[small]]
        if large:
            names = ", ".join(repr(name) for name in large)
            doubts.append(f"the amounts of {names} are far larger than those of {small!r}: in the same unit?")

    def _amount_cells(self) -> Iterator[Cell]:
        columns: Iterable[int] = self.best.periods
        balance = self._balance()
        if not self.is_unpivoted and balance:
            columns = [self.best.labels.index(label) for label in balance]
        elif not self.is_unpivoted:
            known = self.taken.get(self.measure or "")
            free = self._free_numbers() if known is None else []
            columns = [known[0]] if known else free[:1]
        for each in self.alike:
            for column in columns:
                if column < len(each.levels):
                    yield from each.cells(column, lines_only=False)

    def _add_rows(self, draft: Draft) -> None:
        rows, doubts = row_keys(self.best, self.alike, is_list=not self.is_unpivoted)
        if rows:
            draft.add("rows", rows, "; ".join(doubts))
        total = self._row_total()
        checks: dict[str, object] = {"column_totals": True} if "totals" in rows else {}
        if total is not None:
            checks["row_total"] = self.best.labels[total]
        if checks:
            draft.add("checks", checks)


def _size(found: Survey) -> float:
    """The median of a sheet's amounts that are numbers, signs aside."""
    values = [
        abs(cell)
        for column in found.periods
        for cell in found.cells(column)
        if isinstance(cell, int | float) and cell
    ]
    return statistics.median(values) if len(values) > 2 else 0.0


def _has_same_header(one: Survey, other: Survey) -> bool:
    """Whether two sheets are filled in on one form: the same header row, most of its texts the same."""
    labels, others = set(one.labels), set(other.labels)
    common = len(labels & others)
    return one is other or (
        one.top == other.top
        and common >= 0.6 * max(len(labels), len(others))
        and bool(one.periods) == bool(other.periods)
    )


def _common_beginning(names: Sequence[str]) -> str:
    """The characters with which several names begin; nothing of a single one."""
    first, last = min(names), max(names)
    same = [one == other for one, other in zip(first, last, strict=False)]
    return first[: same.index(False) if False in same else len(same)] if len(names) > 1 else ""


def _noun(column: Column) -> str:
    return {"text": "text", "date": "date", "period": "period"}.get(column.kind, "number")


def _layout_name(relative: str) -> str:
    name = folded(re.sub(r"[0-9]{2,}", " ", PurePosixPath(relative).stem)).replace(" ", "_")
    return name if name and name[0].isalpha() else f"layout_{name}".rstrip("_")


def _pattern(relative: str) -> str:
    """The file's path with `*` for what the next one will have another of: years, dates, numbers of versions."""
    path = PurePosixPath(relative)
    stem = re.sub(r"(?<![0-9])20[0-9]{2}(?:[-_.]?[0-9]{2}){0,2}(?![0-9])", "\0", path.stem)
    return (path.parent / (glob.escape(stem).replace("\0", "*") + path.suffix)).as_posix()


def _exactly(text: str) -> str:
    return f"^{re.escape(text)}$".replace("\\ ", " ").replace("\\-", "-")
