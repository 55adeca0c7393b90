"""The grammar of `layouts:` in pmo.yaml: how a file that is not canonical fills a canonical table.

Here: the models, and which layout claims which file. Applying a layout to a sheet is `unpivot`. The words are those a
person reads in the sheet: texts of headers, names of sheets, addresses of cells; never positions.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from connectors.errors import ConnectorError

_CELL: Final = re.compile(r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}")
_UNIT: Final = re.compile(r"([kKmM])?\s?(?:€|\$|£|[A-Z]{3})")
_LANGUAGES = Literal["en", "fr"]


class LayoutError(ConnectorError):
    """A layout in pmo.yaml is wrong, or contradicts the table that it fills."""


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _unit(unit: str) -> str:
    if unit not in ("one", "thousands", "millions") and not _UNIT.fullmatch(unit):
        raise ValueError(f"{unit!r} is no unit: write one, thousands, millions, or e.g. k€, M€, kEUR")
    return unit


def _cell(cell: str) -> str:
    if not _CELL.fullmatch(cell):
        raise ValueError(f"{cell!r} is no cell: write e.g. B3")
    return cell.replace("$", "").upper()


Regex = Annotated[str, AfterValidator(_regex)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Regexes = Annotated[tuple[Regex, ...], BeforeValidator(_listed)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Sheets(_Model):
    """Which sheets are read: those whose name `match`es and none of `skip` does. Hidden ones never are."""

    match: Regex = ""
    skip: Regexes = ()


class Header(_Model):
    """Where the header is: the first row with the text `find`, and how many `rows` it is high."""

    find: str
    rows: int = Field(1, ge=1, le=5)
    within: int = Field(20, ge=1, le=200)


class ColumnFrom(_Model):
    """Where a canonical column comes from: below a `header`, `from` a place outside the rows, or one `value`."""

    header: Texts = ()
    optional: bool = False
    fill_down: bool = False
    origin: Literal["sheet_name", "file_name", "cell"] | None = Field(None, alias="from")
    cell: Annotated[str, AfterValidator(_cell)] | None = None
    pattern: Regex | None = None
    value: str | int | Decimal | bool | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnFrom:
        if sum((bool(self.header), self.origin is not None, self.value is not None)) != 1:
            raise ValueError("write one of header:, from: or value:")
        if (self.origin == "cell") != (self.cell is not None):
            raise ValueError("from: cell and cell: go together, e.g. {from: cell, cell: B3}")
        if self.pattern is not None and self.origin is None:
            raise ValueError("pattern: goes with from:")
        if (self.optional or self.fill_down) and not self.header:
            raise ValueError("optional: and fill_down: go with header:")
        return self


class Periods(_Model):
    """Which headers are periods. Date cells are, whatever the `look`; `label` takes texts that `match`, unchanged.

    Between the first and the last period every other labelled column must be mapped or named in `leave_out`, so that
    a month with a slip in its header is not lost.
    """

    look: Literal["yyyy-mm", "mmm-yy", "date", "label"] = "yyyy-mm"
    match: Regex | None = None
    language: _LANGUAGES = "en"
    leave_out: Regexes = ()

    @model_validator(mode="after")
    def _label_has_match(self) -> Periods:
        if (self.look == "label") != (self.match is not None):
            raise ValueError('look: label and match: go together, e.g. {look: label, match: "^FY26-P"}')
        return self


class Amount(_Model):
    """How the amounts are written. `column` is the canonical column they fill; the table's measure by default."""

    column: str | None = None
    unit: Annotated[str, AfterValidator(_unit)] = "one"
    decimal: Literal[".", ","] = "."
    thousands: Literal[",", ".", " ", "'", "space"] | None = None
    negative: Annotated[
        tuple[Literal["minus", "parentheses", "trailing_minus"], ...], BeforeValidator(_listed)
    ] = ("minus",)
    empty_words: Texts = ()

    @model_validator(mode="after")
    def _marks_differ(self) -> Amount:
        if self.decimal == self.thousands:
            raise ValueError("decimal: and thousands: must differ")
        return self

    @property
    def factor(self) -> Decimal:
        """What a written amount is multiplied with."""
        if self.unit in ("thousands", "millions"):
            return Decimal(1000) if self.unit == "thousands" else Decimal(1_000_000)
        match = _UNIT.fullmatch(self.unit)
        prefix = (match.group(1) or "") if match else ""
        return {"k": Decimal(1000), "m": Decimal(1_000_000)}.get(prefix.lower(), Decimal(1))


class Rows(_Model):
    """Which rows are no lines, by their first label: `totals` are compared, the others only left out."""

    totals: Regexes = ()
    leave_out: Regexes = ()
    stop_at: Regex | None = None


class Checks(_Model):
    """Which of the sheet's own totals are compared; `tolerance` is in the sheet's unit."""

    column_totals: bool = False
    row_total: str | None = None
    tolerance: Annotated[Decimal, Field(ge=0)] = Decimal(0)


class Layout(_Model):
    """One entry of `layouts:`: files of one make into one canonical table."""

    table: str
    files: str
    sheets: Sheets = Sheets()
    header: Header
    columns: dict[str, ColumnFrom]
    periods: Periods | None = None
    amount: Amount = Amount()
    rows: Rows = Rows()
    checks: Checks = Checks()
    replaces: Literal["key", "period", "file"] | None = None

    @model_validator(mode="after")
    def _row_total_needs_periods(self) -> Layout:
        if self.periods is None and (self.checks.row_total or self.checks.column_totals):
            raise ValueError("checks: compares totals of period columns: add periods:")
        return self


def parse_layouts(raw: Mapping[str, Any]) -> dict[str, Layout]:
    """The layouts of a `layouts:` mapping as it stands in YAML.

    Raises:
        LayoutError: names the first key that is wrong, as `layouts.<name>.<key>`.
    """
    return {name: _parse(name, entry) for name, entry in raw.items()}


def _parse(name: str, entry: Any) -> Layout:
    try:
        return Layout.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in ("layouts", name, *first["loc"]))
        raise LayoutError(
            f"{key}: {first['msg'].removeprefix('Value error, ')}.", mend="Correct pmo.yaml."
        ) from None


def matching_layouts(relative: str, layouts: Mapping[str, Layout]) -> list[str]:
    """Names of the layouts whose `files` pattern fits a path below the home; `inbox/` may be left out of it."""
    path = unicodedata.normalize("NFC", relative)
    shorter = path.removeprefix("inbox/")
    return [
        name
        for name, layout in layouts.items()
        if any(fnmatch.fnmatchcase(p, unicodedata.normalize("NFC", layout.files)) for p in (path, shorter))
    ]
