"""The grammar of `layouts:` in pmo.yaml: how a file that is not canonical fills a canonical table.

Here: the models, and which layout claims which file. Applying a layout to a sheet is `unpivot`. The words are those a
person reads in the sheet: texts of headers, names of sheets, addresses of cells; never positions.
"""

from __future__ import annotations

import codecs
import difflib
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
from connectors.tabular.written import HOURS_FORMATS, is_date_format

_CELL: Final = re.compile(r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}")
_UNIT: Final = re.compile(r"([kKmM])?\s?(?:€|\$|£|[A-Z]{3})")
_BY_KEY: Final = ("columns", "amount", "rows", "checks")
"""Parts of a layout of which each key by itself is taken from the known format that it is like."""
_AMOUNT_PLACES: Final = frozenset({"debit", "credit", "add", "signs"})
_ORIGINS: Final = frozenset({"header", "column", "join", "first_of", "from", "value"})
_LANGUAGES = Literal["en", "fr", "de"]


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


def _encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError(f"{name!r} is no encoding: write e.g. utf-8, cp1252, iso-8859-15") from None
    return name


def _letters(column: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{1,3}", column):
        raise ValueError(f"{column!r} is no column: write its letter, e.g. A")
    return column.upper()


def _month(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise ValueError(f"{text!r} is no month: write e.g. 2026-07")
    return text


def _formats(formats: tuple[str, ...]) -> tuple[str, ...]:
    for each in formats:
        if each not in HOURS_FORMATS and not is_date_format(each):
            raise ValueError(
                f"{each!r} is no format: write a date in YYYY, YY, MM, DD, mmm, HH, mm, ss (e.g. DD/MM/YYYY), "
                f"or one of {', '.join(HOURS_FORMATS)}"
            )
    return formats


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


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
    """Which sheets are read: those whose name `match`es and none of `skip` does; hidden ones only if so declared."""

    match: Regex = ""
    skip: Regexes = ()
    hidden: Literal["skip", "read"] = "skip"


class Header(_Model):
    """Where the header is: the first row with one of the texts `find`, and how many `rows` it is high."""

    find: Annotated[Texts, Field(min_length=1)]
    rows: int = Field(1, ge=1, le=5)
    within: int = Field(20, ge=1, le=200)


class Csv(_Model):
    """How a CSV file is written; what is left out is found: the delimiter by the header, the encoding by the bytes."""

    delimiter: Literal[",", ";", "\t", "tab", "|"] | None = None
    encoding: Annotated[str, AfterValidator(_encoding)] | None = None

    @property
    def separator(self) -> str | None:
        """The delimiter as it stands between two values."""
        return "\t" if self.delimiter == "tab" else self.delimiter


class Unit(_Model):
    """A column beside the hours that says in what they are; `hours_each` gives the hours of one of each."""

    header: Texts
    hours_each: dict[str, Decimal]


class ColumnFrom(_Model):
    """Where a canonical column comes from, and how it is written there.

    One of: below a `header` (the first of these that there is; or in the sheet's `column` of that letter), several
    headers put together by `join`, the `first_of` several that is not blank in the row, `from` a place outside the
    rows, one `value` for all.

    Args:
        after, occurrence: which of several columns with that header: the next one after another, or the nth.
            Among the headers of `join` and `first_of` it is asked only of those that stand several times.
        fill_down: a blank cell means what stands above it.
        strip: what of the text is taken away; pattern: what of it is kept; then `prefix` is put before it.
        pad: to how many digits an id is filled up with leading zeros.
        number: rows with one text are told apart by /1, /2, … in the order in which they stand; `when_incomplete`, only
            where one of the headers of `join` is not there.
        default: what a blank cell means, and a column that is not there and may be.
        format: how dates, periods or hours are written. Of several the one is taken in which the whole column reads.
        words: what words or numbers there mean, `{30: approved}`; a word that is not among them means itself, or what
            `otherwise` says.
        unit: in what the hours are, where another column says it.
        between: headers of the times of day at which an entry began and ended; where hours read in several of the
            formats, that one is taken in which they lie between these times.
    """

    header: Texts = ()
    column: Annotated[str, AfterValidator(_letters)] | None = None
    join: Texts = ()
    first_of: Texts = ()
    after: str | None = None
    occurrence: int | None = Field(None, ge=1)
    optional: bool = False
    fill_down: bool = False
    origin: Literal["sheet_name", "file_name", "cell", "functional_currency", "amount"] | None = Field(
        None, alias="from"
    )
    cell: Annotated[str, AfterValidator(_cell)] | None = None
    value: str | int | Decimal | bool | None = None
    strip: Regex | None = None
    pattern: Regex | None = None
    prefix: str | None = None
    pad: int | None = Field(None, ge=1, le=40)
    number: bool | Literal["when_incomplete"] = False
    default: str | None = None
    format: Annotated[Texts, AfterValidator(_formats)] = ()
    words: dict[str, str] = {}
    otherwise: str | None = None
    unit: Unit | None = None
    between: Texts = ()

    @property
    def is_below(self) -> bool:
        """Whether the values stand in the rows."""
        return bool(self.header or self.column or self.several)

    @property
    def several(self) -> tuple[str, ...]:
        """The headers that are put together, or of which the first counts."""
        return self.join or self.first_of

    @model_validator(mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        """Words are written as numbers or true and false, too: YAML makes another type of these."""
        if isinstance(value, dict) and isinstance(value.get("words"), dict):
            return {**value, "words": {_word(k): _word(v) for k, v in value["words"].items()}}
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnFrom:
        origins = (
            *(self.header, self.column, self.join, self.first_of),
            *(self.origin, self.value is not None),
        )
        if sum(map(bool, origins)) != 1:
            raise ValueError("write one of header:, column:, join:, first_of:, from: or value:")
        if (self.origin == "cell") != (self.cell is not None):
            raise ValueError("from: cell and cell: go together, e.g. {from: cell, cell: B3}")
        if (self.optional or self.fill_down) and not self.is_below:
            raise ValueError("optional: and fill_down: go with what stands in the rows")
        if (self.after is not None or self.occurrence is not None) and not (self.header or self.several):
            raise ValueError("after: and occurrence: go with header:, join: and first_of:")
        if self.after is not None and self.occurrence is not None:
            raise ValueError("write either after: or occurrence:")
        if len(self.between) not in (0, 2):
            raise ValueError("between: names two headers, that of the start and that of the end")
        if self.value is not None and (self.strip or self.pattern or self.words or self.format):
            raise ValueError("strip:, pattern:, words: and format: go with what stands in the file")
        return self


class FiscalYear(_Model):
    """The year that headers without one belong to: its first month, `2026-07`."""

    starts: Annotated[str, AfterValidator(_month)]


class Periods(_Model):
    """Which headers are periods. Date cells are, whatever the `look`; `label` takes texts that `match`, unchanged.

    Months without a year (`month`: `Sept`, `Sept 30`, `P03`, `3`) are those of `fiscal_year`. A quarter (`Q1 2026`,
    `T1`) or a year (`2026`) is placed `at` its first or last month; a quarter without a year is one of `fiscal_year`.

    `strip` is taken away before a header is read: the day of `July 31`, the asterisk of `2015 *`.

    Between the first and the last period every other labelled column must be mapped or named in `leave_out`, so that
    a month with a slip in its header is not lost.
    """

    look: Literal["yyyy-mm", "mmm-yy", "date", "label", "month", "quarter", "year"] = "yyyy-mm"
    match: Regex | None = None
    fiscal_year: FiscalYear | None = None
    at: Literal["start", "finish"] | None = None
    language: _LANGUAGES = "en"
    strip: Regex | None = None
    leave_out: Regexes = ()

    @model_validator(mode="after")
    def _label_has_match(self) -> Periods:
        if (self.look == "label") != (self.match is not None):
            raise ValueError('look: label and match: go together, e.g. {look: label, match: "^FY26-P"}')
        if self.look == "month" and self.fiscal_year is None:
            raise ValueError("look: month needs fiscal_year: {starts: 2026-01}, the first month of the year")
        if (self.look in ("quarter", "year")) != (self.at is not None):
            raise ValueError(
                "look: quarter and look: year go with at: start or at: finish, the month that is meant"
            )
        return self


class Signs(_Model):
    """A column beside the amount whose words say whether it adds (`plus`) or subtracts (`minus`)."""

    header: Annotated[Texts, Field(min_length=1)]
    plus: Annotated[Texts, Field(min_length=1)]
    minus: Annotated[Texts, Field(min_length=1)]

    def of(self, word: str) -> int | None:
        """1 or -1; None for a word that is in neither list."""
        folded = word.casefold()
        if folded in {text.casefold() for text in self.minus}:
            return -1
        return 1 if folded in {text.casefold() for text in self.plus} else None


class Amount(_Model):
    """How the amounts are written. `column` is the canonical column they fill; the table's measure by default.

    Args:
        debit, credit: headers of two columns of which the amount is the difference.
        add: headers of several columns of which the amount is the sum; those that are not there are passed over.
        signs: the column that says for each of these amounts whether it adds or subtracts.
        decimal: the decimal mark; `found` takes the one in which the whole column reads, thousands included.
        symbols: currency signs that may stand at an amount, and the currency each means.
        sign: `cost_is_negative` turns amounts round.
    """

    column: str | None = None
    debit: Texts = ()
    credit: Texts = ()
    add: Texts = ()
    signs: Signs | None = None
    symbols: dict[str, str] = {}
    sign: Literal["cost_is_positive", "cost_is_negative"] = "cost_is_positive"
    unit: Annotated[str, AfterValidator(_unit)] = "one"
    decimal: Literal[".", ",", "found"] = "."
    thousands: Literal[",", ".", " ", "'", "space"] | None = None
    negative: Annotated[
        tuple[Literal["minus", "parentheses", "trailing_minus"], ...], BeforeValidator(_listed)
    ] = ("minus",)
    empty_words: Texts = ()

    @model_validator(mode="after")
    def _marks_differ(self) -> Amount:
        if self.decimal == self.thousands:
            raise ValueError("decimal: and thousands: must differ")
        if bool(self.debit) != bool(self.credit):
            raise ValueError("debit: and credit: go together")
        if self.signs is not None and not self.add:
            raise ValueError("signs: goes with add:, which names the amounts that they are of")
        return self

    @property
    def factor(self) -> Decimal:
        """What a written amount is multiplied with; never less than one."""
        if self.unit in ("thousands", "millions"):
            return Decimal(1000) if self.unit == "thousands" else Decimal(1_000_000)
        match = _UNIT.fullmatch(self.unit)
        prefix = (match.group(1) or "") if match else ""
        return {"k": Decimal(1000), "m": Decimal(1_000_000)}.get(prefix.lower(), Decimal(1))

    @property
    def turned(self) -> Decimal:
        """The factor with the sign."""
        return -self.factor if self.sign == "cost_is_negative" else self.factor


class Rows(_Model):
    """Which rows are no lines, by their first label: `totals` are compared, the others only left out.

    Args:
        drop_when: by header, or `column B`, the words that say of a row that it does not count.
        keep_when: likewise what a row that counts matches there. A text that is filled down is that of each row.
        headings: rows without an amount are headings, whose labels are filled down.
        hidden: whether hidden rows are read.
        unlabelled: whether a row with amounts and none of the mapped labels is a line or a total.
        identical: whether rows that are equal in every cell are one fact or as many as they are.
    """

    totals: Regexes = ()
    leave_out: Regexes = ()
    stop_at: Regex | None = None
    drop_when: dict[str, Texts] = {}
    keep_when: dict[str, Regexes] = {}
    headings: bool = False
    hidden: Literal["read", "leave_out"] = "read"
    identical: Literal["leave_out", "read"] = "leave_out"
    unlabelled: Literal["line", "total"] = "line"


class Checks(_Model):
    """Which of the sheet's own totals are compared; `tolerance` is in the sheet's unit.

    `sums_by` is a canonical column by whose texts the amounts are summed up in a remark, as long as `rows` says nothing
    about that column: of a ledger, the accounts, because whatever stands in it counts as cost.
    """

    column_totals: bool = False
    row_total: str | None = None
    tolerance: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    sums_by: str | None = None


class Layout(_Model):
    """One entry of `layouts:`: files of one make into one canonical table.

    `recognise` is for the layouts that come with the product: a file whose header has all of these texts is one;
    `refuse` says why such a file is known and not read. `given` says, by column, what of the layout is otherwise where
    an entry that is `like` it gives that column.
    """

    table: str
    files: str = ""
    recognise: Texts = ()
    refuse: str | None = None
    given: dict[str, dict[str, Any]] = {}
    csv: Csv = Csv()
    records: str | None = None
    sheets: Sheets = Sheets()
    header: Header
    columns: dict[str, ColumnFrom]
    periods: Periods | None = None
    amount: Amount = Amount()
    rows: Rows = Rows()
    checks: Checks = Checks()
    replaces: Literal["key", "period", "file"] | None = None

    @model_validator(mode="after")
    def _says_which_files(self) -> Layout:
        if self.periods is None and self.checks.row_total:
            raise ValueError("checks: row_total: is a total of period columns: add periods:")
        if not self.files and not self.recognise:
            raise ValueError('say which files: it reads, e.g. files: "budgets/*.xlsx"')
        return self


def parse_layouts(
    raw: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Layout]:
    """The layouts of a `layouts:` mapping as it stands in YAML.

    Args:
        known: layouts as they stand in YAML that an entry may build on: `like: netsuite_gl` takes all of it but what
            the entry itself says.

    Raises:
        LayoutError: names the first key that is wrong, as `layouts.<name>.<key>`.
    """
    return {name: _parse(name, entry) for name, entry in built_on(raw, known or {}).items()}


def built_on(raw: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The entries of `layouts:` with what they are `like` filled in.

    Raises:
        LayoutError: there is no such format.
    """
    return {name: _like(name, entry, known) for name, entry in raw.items()}


def _like(name: str, entry: Any, known: Mapping[str, Mapping[str, Any]]) -> Any:
    if not isinstance(entry, Mapping) or "like" not in entry:
        return entry
    base = known.get(str(entry["like"]))
    if base is None:
        near = difflib.get_close_matches(str(entry["like"]), list(known), n=1)
        mend = f"Did you mean {near[0]!r}?" if near else f"Write one of: {', '.join(sorted(known))}."
        raise LayoutError(f"layouts.{name}.like: {entry['like']!r} is no known format.", mend=mend)
    given = {key: value for key, value in entry.items() if key != "like"}
    own_columns = given.get("columns")
    if isinstance(own_columns, Mapping):
        otherwise = (base.get("given", {}).get(column) for column in own_columns)
        base = {**base, **next(filter(None, otherwise), {})}
    merged = {**{key: value for key, value in base.items() if key not in ("recognise", "refuse")}, **given}
    for key in _BY_KEY:
        if isinstance(given.get(key), Mapping) and isinstance(base.get(key), Mapping):
            own = {part: _filled_in(base[key].get(part), value) for part, value in given[key].items()}
            merged[key] = {**_kept(base[key], own), **own}
    return merged


def _kept(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What stays of a part: who says where the amounts stand says all of it."""
    dropped = _AMOUNT_PLACES if _AMOUNT_PLACES & set(own) else frozenset()
    return {key: value for key, value in base.items() if key not in dropped}


def _filled_in(base: Any, given: Any) -> Any:
    """A column that does not say where it stands, as one that stands where the known format has it."""
    if (
        isinstance(base, Mapping)
        and isinstance(given, Mapping)
        and _ORIGINS & set(base)
        and not _ORIGINS & set(given)
    ):
        return {**base, **given}
    return given


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
