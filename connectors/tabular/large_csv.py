"""CSV files too large to hold: cut by DuckDB, parsed in SQL, handed on in pieces.

    file ─▶ text columns ─▶ typed columns, where a cell is written plainly ─▶ pieces
                       └─▶ rows that are not plain ─▶ the parsers of `cells` ─┘

SQL decides nothing: it reads what can be read in one way only (`plain_sql`), and every other row goes through the same
parsers as a small file, so that both give the same values, faults and places. What DuckDB would number or cut otherwise
than a spreadsheet program (blank lines, other encodings than UTF-8) is left to the ordinary reader. The file is scanned
twice: once for rows that equal each other, once for the rows.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from connectors.errors import UnreadableFile
from connectors.tabular.arrow_values import (
    BELOW_HEADER,
    ArrowValues,
    CellPlaces,
    RepeatedValue,
    RowPlaces,
)
from connectors.tabular.canonical import attributes_of, canonical_grid
from connectors.tabular.cells import Cell, text_of
from connectors.tabular.extract import BatchFault, CellFault, LeftOut, TableExtract
from connectors.tabular.grid import labelled, letters
from connectors.tabular.plain_sql import plainly
from connectors.tabular.sheets import DELIMITERS, Sheet, decoded_head, loose
from connectors.tabular.tables import SQL_TYPES, Column, Table
from connectors.tabular.typed import CHANGED_TYPE_FROM, changed_type, settle_equal_rows, typed_rows

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

LARGE: Final = 48 * 2**20
"""Bytes from which on a file is not held in memory."""
PIECE: Final = 122_880
"""Rows of a piece: a multiple of what DuckDB handles at a time."""
_MEMORY: Final = "600MB"
_CHUNK: Final = 2**24
_BLANK_LINE: Final = re.compile(rb"\n[ \t]*\r?\n")
_SUSPECT: Final = (b"\n\n", b"\n\r\n", b"\n ", b"\n\t")
_PLACE: Final = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Equal:
    """What is wrong with rows that equal others: those to leave out, and the faults of those that share a key."""

    left_out: Mapping[int, LeftOut] = field(default_factory=dict)
    faults: Mapping[int, list[CellFault]] = field(default_factory=dict)


@dataclass(slots=True)
class LargeCsv:
    """One canonical table in one large file; a context manager.

    Args:
        header: the texts of the header. columns: the place of each canonical column in it.
        changed: after the pieces, the columns of another type than they should have: they refuse the batch.
    """

    file: Path
    relative: str
    table: Table
    delimiter: str
    header: list[str]
    columns: dict[str, int]
    changed: list[BatchFault] = field(default_factory=list)
    _connection: duckdb.DuckDBPyConnection | None = None
    _crosses: frozenset[str] = frozenset()
    _is_parallel: bool = True

    def __enter__(self) -> LargeCsv:
        import duckdb

        self._connection = duckdb.connect()
        self._connection.execute(f"set memory_limit = '{_MEMORY}'; set preserve_insertion_order = true")
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def pieces(self) -> Iterator[TableExtract]:
        """The rows in their order. One that repeats another exactly is left out, those that share a key have faults.

        Raises:
            UnreadableFile: a row can't be told from the next, or has more values than the header has names.
        """
        import duckdb

        try:
            yield from self._pieces()
        except duckdb.Error as error:
            said = " ".join(str(error).split("\n  file =")[0].split())
            raise UnreadableFile(
                f"{self.relative}: {said}.", mend="Correct that line, or export the file again."
            ) from error

    def _pieces(self) -> Iterator[TableExtract]:
        equal = self._equal(self._survey())
        counts: Counter[tuple[str, str]] = Counter()
        first: dict[str, CellFault] = {}
        start = 0
        for batch in self._scan(self._selected()):
            extract = self._piece(batch, start, counts, first)
            yield _settled(extract, equal, start)
            start += batch.num_rows
        for name, fault in first.items():
            bad = counts[name, "bad"]
            if not counts[name, "read"] and bad >= CHANGED_TYPE_FROM:
                column = self.table.column(name)
                self.changed.append(changed_type(column, bad, fault.place, fault.message, self.relative))

    def _source(self) -> str:
        """The file as a relation of text columns t0, t1, … in SQL; `$file` and `$delimiter` are its parameters."""
        names = ", ".join(f"'t{place}': 'varchar'" for place in range(len(self.header)))
        return (
            f"read_csv($file, columns = {{{names}}}, header = true, delim = $delimiter, quote = '\"', "
            "escape = '\"', auto_detect = false, nullstr = '', null_padding = true, max_line_size = 16000000, "
            f"parallel = {str(self._is_parallel).lower()})"
        )

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query over `{source}`, asked again on one thread where values stand on several lines."""
        import duckdb

        if self._connection is None:
            raise RuntimeError("LargeCsv is a context manager")
        parameters = {"file": str(self.file), "delimiter": self.delimiter}
        try:
            return (
                self._connection.cursor().execute(query.format(source=self._source()), parameters).fetchall()
            )
        except duckdb.Error as error:
            # Values of several lines and rows that are cut short are not both read side by side.
            if not self._is_parallel or "parallel" not in str(error):
                raise
        self._is_parallel = False
        return self._rows(query)

    def _scan(self, selected: str) -> Iterator[pa.RecordBatch]:
        """The rows of the file in their order; after `_rows`, which found out whether several threads may read it."""
        if self._connection is None:
            raise RuntimeError("LargeCsv is a context manager")
        # Without the number DuckDB may hand on later rows earlier, whatever its settings say of order.
        query = f"select row_number() over () as n, {selected} from {self._source()}"
        parameters = {"file": str(self.file), "delimiter": self.delimiter}
        expected = 1
        for batch in self._connection.cursor().sql(query, params=parameters).to_arrow_reader(PIECE):
            numbers = batch.column("n")
            if numbers[0].as_py() != expected or numbers[-1].as_py() != expected + batch.num_rows - 1:
                raise RuntimeError(f"{self.relative}: its rows came in another order than that of the file")
            expected += batch.num_rows
            yield batch

    def _selected(self) -> str:
        """Every cell as text, and the values of those columns that are no text."""
        selected = [f"t{place}" for place in range(len(self.header))]
        plain = ["true"]
        for name, place in self.columns.items():
            column = self.table.column(name)
            value, is_plain = plainly(column, f"t{place}", is_ticked=name in self._crosses)
            plain.append(is_plain)
            if value != _text_of(column, place):
                selected.append(f"{value} as c{place}")
        return f"not ({' and '.join(plain)}) as odd, {', '.join(selected)}"

    def _piece(
        self, batch: pa.RecordBatch, start: int, counts: Counter[tuple[str, str]], first: dict[str, CellFault]
    ) -> TableExtract:
        import pyarrow.compute as pc

        rows = range(start, start + batch.num_rows)
        odd = pc.indices_nonzero(batch.column("odd")).to_pylist()
        texts = _Texts(batch, len(self.header))
        read = self._read(texts.rows(odd), [start + row for row in odd])
        typed_ones = set(batch.schema.names)
        columns: dict[str, Sequence[Any]] = {}
        for column in self.table.columns:
            place = self.columns.get(column.name)
            if place is None:
                columns[column.name] = RepeatedValue(column.default, batch.num_rows)
                continue
            name = f"c{place}" if f"c{place}" in typed_ones else f"t{place}"
            array = _patched(batch.column(name), odd, read.columns[column.name])
            columns[column.name] = ArrowValues(array)
            counts[column.name, "read"] += len(array) - array.null_count
        faults = [replace(fault, row=odd[fault.row]) for fault in read.faults]
        for fault in faults:
            is_text = self.table.column(fault.column).kind == "text"
            if fault.rule not in ("error_cell", "missing_value") and not is_text:
                counts[fault.column, "bad"] += 1
                first.setdefault(fault.column, fault)
        return TableExtract(
            table=self.table,
            columns=columns,
            sheets=RepeatedValue(None, batch.num_rows),
            places=RowPlaces(letters(len(self.header) - 1), rows),
            contents=_Contents(self.header, texts, range(batch.num_rows)),
            attributes=self._attributes(batch),
            faults=faults,
            cell_places={name: CellPlaces(letters(place), rows) for name, place in self.columns.items()},
        )

    def _attributes(self, batch: pa.RecordBatch) -> Sequence[str | None]:
        taken = set(self.columns.values())
        extra = [place for place in range(len(self.header)) if place not in taken]
        if not extra:
            return RepeatedValue(None, batch.num_rows)
        texts = zip(*(batch.column(f"t{place}").to_pylist() for place in extra), strict=True)
        cells = [["" if text is None else text for text in row] for row in texts]
        names = {number: self.header[place] for number, place in enumerate(extra)}
        return attributes_of(cells, range(len(cells)), names)

    def _read(self, texts: Sequence[Sequence[Cell]], rows: Sequence[int]) -> TableExtract:
        """Some records through the parsers of a small file, equal ones included.

        Args:
            rows: their numbers in the file, from 0.
        """
        sheet = Sheet(None, [[*self.header], *map(list, texts)])
        grid = canonical_grid(sheet, self.table, relative=self.relative)
        extract = typed_rows(self.table, grid, relative=self.relative, crosses=self._crosses)
        extract.faults = [replace(each, place=_moved(each.place, rows)) for each in extract.faults]
        extract.places = [_moved(place, rows) for place in extract.places]
        extract.cell_places = {n: CellPlaces(letters(place), rows) for n, place in self.columns.items()}
        return extract

    def _equal(self, ways: Sequence[str]) -> Equal:
        """Which rows repeat others or share a key: found by hashes, decided as in a small file."""
        hashes = self._hashes(ways)
        rows: list[int] = []
        texts: list[Sequence[Cell]] = []
        start = 0
        for batch in self._scan(self._alike(hashes)) if hashes else ():
            alike = batch.column("alike").to_pylist()
            here = [number for number, is_alike in enumerate(alike) if is_alike]
            rows += [start + number for number in here]
            texts += _Texts(batch, len(self.header)).rows(here)
            start += batch.num_rows
        if not rows:
            return Equal()
        extract = self._read(texts, rows)
        number = dict(zip(extract.places, rows, strict=True))
        settle_equal_rows(extract)
        faults: dict[int, list[CellFault]] = {}
        for fault in (each for each in extract.faults if each.rule == "duplicate_key"):
            faults.setdefault(number[extract.places[fault.row]], []).append(fault)
        return Equal({number[each.place]: each for each in extract.left_out}, faults)

    def _survey(self) -> list[str]:
        """One look at all of it: which columns are ticked with x, and the ways, in SQL, in which rows are equal."""
        boxes = {n: p for n, p in self.columns.items() if self.table.column(n).kind == "boolean"}
        key = [self.columns[name] for name in self.table.key if name in self.columns]
        blank = " or ".join(f"t{place} is null" for place in key) or "true"
        by_key = self._by_key(key)
        asked = [f"bool_or({blank})", f"count({by_key})", f"count(distinct {by_key})"]
        asked += [f"coalesce(bool_and(lower(trim(t{place})) = 'x'), false)" for place in boxes.values()]
        ((has_blank, keys, different, *ticked),) = self._rows(f"select {', '.join(asked)} from {{source}}")
        self._crosses = frozenset(name for name, is_ticked in zip(boxes, ticked, strict=True) if is_ticked)
        ways = [by_key] if keys != different else []
        return [*ways, self._hash(range(len(self.header)))] if has_blank else ways

    def _by_key(self, key: Sequence[int]) -> str:
        """The hash of a row's key; null where all of it is blank."""
        if not key:
            return "null"
        return f"case when {' or '.join(f't{place} is not null' for place in key)} then {self._hash(key)} end"

    def _hashes(self, ways: Sequence[str]) -> dict[str, list[int]]:
        """For each way in which rows may equal each other, the hashes that come more than once."""
        found: dict[str, list[int]] = {}
        for way in ways:
            rows = self._rows(
                f"select h from (select {way} as h from {{source}}) where h is not null group by h having count(*) > 1"
            )
            found |= {way: [h for (h,) in rows]} if rows else {}
        return found

    def _hash(self, places: Sequence[int]) -> str:
        kinds = {place: self.table.column(name).kind for name, place in self.columns.items()}
        parts = []
        for place in places:
            kind = SQL_TYPES[kinds.get(place, "text")]
            text = f"lower(trim(t{place}))"
            parts.append(
                text if kind == "varchar" else f"coalesce(try_cast({text} as {kind})::varchar, {text})"
            )
        return f"hash({', '.join(parts)})"

    def _alike(self, hashes: Mapping[str, Sequence[int]]) -> str:
        conditions = [f"coalesce({way} in ({', '.join(map(str, h))}), false)" for way, h in hashes.items()]
        texts = ", ".join(f"t{place}" for place in range(len(self.header)))
        return f"{' or '.join(conditions)} as alike, {texts}"


class _Texts:
    """The cells of a batch as they stand in the file."""

    def __init__(self, batch: pa.RecordBatch, width: int) -> None:
        self._batch = batch.select([f"t{place}" for place in range(width)])

    def rows(self, numbers: Sequence[int]) -> list[list[Cell]]:
        """Some rows, by their numbers in the batch."""
        import pyarrow as pa

        if not numbers:
            return []
        taken = self._batch.take(pa.array(numbers, pa.int64()))
        columns = [column.to_pylist() for column in taken.columns]
        return [["" if text is None else text for text in row] for row in zip(*columns, strict=True)]


class _Contents(Sequence[Any]):
    """The raw row of each record, by the header."""

    def __init__(self, header: Sequence[str], texts: _Texts, rows: Sequence[int]) -> None:
        self._header = header
        self._texts = texts
        self._records = rows

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, item: Any) -> Any:
        rows = self._records[item] if isinstance(item, slice) else [self._records[item]]
        found = [labelled(self._header, texts) for texts in self._texts.rows(list(rows))]
        return found if isinstance(item, slice) else found[0]

    def taken(self, rows: Sequence[int]) -> _Contents:
        """Some of the records, by their positions."""
        return _Contents(self._header, self._texts, [self._records[row] for row in rows])


def _text_of(column: Column, place: int) -> str:
    """What `plainly` gives for a column of text that may be blank: the cell itself."""
    return plainly(Column(column.name), f"t{place}")[0] if column.kind == "text" else ""


def _moved(place: str, rows: Sequence[int]) -> str:
    """A place in a sheet of some records as the place in the file."""
    return _PLACE.sub(lambda match: f"{match[1]}{rows[int(match[2]) - BELOW_HEADER] + BELOW_HEADER}", place)


def _patched(array: pa.Array, rows: Sequence[int], values: Sequence[Any]) -> pa.Array:
    """The array with other values at some positions."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not rows:
        return array
    mask = np.zeros(len(array), bool)
    mask[list(rows)] = True
    return pc.replace_with_mask(array, pa.array(mask), pa.array(list(values), array.type))


def _settled(extract: TableExtract, equal: Equal, start: int) -> TableExtract:
    """The piece with what equals other rows left out or faulted."""
    stop = start + len(extract)
    extract.faults += [
        replace(fault, row=row - start)
        for row, faults in equal.faults.items()
        if start <= row < stop
        for fault in faults
    ]
    gone = {row - start for row in equal.left_out if start <= row < stop}
    if gone:
        kept = [row for row in range(len(extract)) if row not in gone]
        number = {old: new for new, old in enumerate(kept)}
        extract.left_out += [equal.left_out[row + start] for row in sorted(gone)]
        extract.columns = {name: _taken(values, kept) for name, values in extract.columns.items()}
        extract.cell_places = {name: _taken(c, kept) for name, c in (extract.cell_places or {}).items()}
        extract.sheets, extract.places = _taken(extract.sheets, kept), _taken(extract.places, kept)
        extract.contents = _taken(extract.contents, kept)
        extract.attributes = _taken(extract.attributes, kept)
        extract.faults = [replace(f, row=number[f.row]) for f in extract.faults if f.row in number]
    extract.faults.sort(key=lambda fault: fault.row)
    return extract


def _taken(values: Any, rows: Sequence[int]) -> Any:
    return values.taken(rows) if hasattr(values, "taken") else [values[row] for row in rows]


def large_csv(file: Path, *, relative: str, table: Table) -> LargeCsv | None:
    """A canonical file to be read in pieces; None for one that the ordinary reader has to read.

    That is: a smaller one, one in another encoding or with NUL bytes or blank lines, and one whose header lacks a
    required column or has one twice, which only has to be said.
    """
    if file.stat().st_size < LARGE or not _is_orderly(file):
        return None
    with file.open("rb") as stream:
        head = decoded_head(stream.read(65536))
    names = {column.name for column in table.columns}
    best: tuple[int, str, list[str]] = (0, ",", [])
    for delimiter in DELIMITERS:
        header = [text_of(cell) for cell in next(iter(loose(head, delimiter)), [])]
        score = len(names & {text.casefold() for text in header})
        if score > best[0]:
            best = (score, delimiter, header)
    _, delimiter, header = best
    folded = [text.casefold() for text in header]
    columns = {name: folded.index(name) for name in names if name in folded}
    is_whole = set(table.required) <= columns.keys() and all(folded.count(name) == 1 for name in columns)
    if not is_whole or "" in folded or len(set(header)) < len(header):
        return None
    ordered = {column.name: columns[column.name] for column in table.columns if column.name in columns}
    return LargeCsv(file, relative, table, delimiter, header, ordered)


def _is_orderly(file: Path) -> bool:
    """Whether it is UTF-8 text without NUL bytes and blank lines, so that line and row go together."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = b""
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            joined = before + chunk
            if b"\0" in chunk or (any(sign in joined for sign in _SUSPECT) and _BLANK_LINE.search(joined)):
                return False
            try:
                # A character that is cut by the end of a chunk waits in the decoder.
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
            before = joined[-64:]
    return True
