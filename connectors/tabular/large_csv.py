"""CSV files too large to hold: cut by DuckDB, parsed in SQL, handed on in pieces.

    file ─▶ text columns ─▶ typed columns, where a cell is written plainly ─▶ pieces
                       └─▶ rows that are not plain ─▶ the parsers of `cells` ─┘

SQL decides nothing: it reads what can be read in one way only (`plain_sql`, `plain_text`), and every other row goes
through the same parsers as a small file, so that both give the same values, faults and places. What DuckDB would number
or cut otherwise than a spreadsheet program (blank lines, other encodings than UTF-8) is left to the ordinary reader.
The file is scanned twice: once for rows that equal each other, once for the rows. The next piece is cut in a thread
while one is parsed and used.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

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
from connectors.tabular.orderly import is_orderly
from connectors.tabular.plain_sql import comparable, is_text, plainly
from connectors.tabular.plain_text import blank, cleaned, patched, written_plainly
from connectors.tabular.sheets import DELIMITERS, Sheet, decoded_head, loose
from connectors.tabular.tables import Table
from connectors.tabular.typed import CHANGED_TYPE_FROM, changed_type, settle_equal_rows, typed_rows

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

LARGE: Final = 48 * 2**20
"""Bytes from which on a file is not held in memory."""
PIECE: Final = 122_880
"""Rows of a piece: a multiple of what DuckDB handles at a time."""
_CUTTING_MEMORY: Final = "500MB"
_PARSING_MEMORY: Final = "200MB"
_LONGEST_LINE: Final = 16_000_000
_BUFFER: Final = 17_000_000
"""Bytes that DuckDB reads at a time: a line has to fit, and what is read side by side is several of these."""
_SORTED_AT_ONCE: Final = 2**24
_AHEAD: Final = 2
_SAMPLE: Final = 4096
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
    _cutting: duckdb.DuckDBPyConnection | None = None
    _parsing: duckdb.DuckDBPyConnection | None = None
    _crosses: frozenset[str] = frozenset()
    _is_parallel: bool = True

    def __enter__(self) -> LargeCsv:
        import duckdb

        self._cutting = duckdb.connect()
        self._cutting.execute(f"set memory_limit = '{_CUTTING_MEMORY}'")
        # One thread: what it is given is one piece, and cutting the next takes another.
        self._parsing = duckdb.connect()
        self._parsing.execute(f"set memory_limit = '{_PARSING_MEMORY}'; set threads = 1")
        return self

    def __exit__(self, *_: object) -> None:
        for connection in (self._cutting, self._parsing):
            if connection is not None:
                connection.close()

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
        equal = self._equal(self._repeated())
        selected = self._selected()
        counts: Counter[tuple[str, str]] = Counter()
        first: dict[str, CellFault] = {}
        start = 0
        for batch in self._scan():
            extract = self._piece(batch, selected, start, counts, first)
            yield _settled(extract, equal, start)
            start += batch.num_rows
        for name, fault in first.items():
            bad = counts[name, "bad"]
            if not counts[name, "read"] and bad >= CHANGED_TYPE_FROM:
                column = self.table.column(name)
                self.changed.append(changed_type(column, bad, fault.place, fault.message, self.relative))

    def _cut(self, selected: Iterable[str], *, is_parallel: bool) -> Iterator[pa.RecordBatch]:
        """Columns of the file in batches: text columns t0, t1, … in which a blank cell is null."""
        import duckdb

        if self._cutting is None:
            raise RuntimeError("LargeCsv is a context manager")
        names = ", ".join(f"'t{place}': 'varchar'" for place in range(len(self.header)))
        query = (
            f"select {', '.join(selected)} from read_csv($file, columns = {{{names}}}, header = true, "
            "delim = $delimiter, quote = '\"', escape = '\"', auto_detect = false, nullstr = '', null_padding = true, "
            f"max_line_size = {_LONGEST_LINE}, buffer_size = {_BUFFER}, parallel = {str(is_parallel).lower()})"
        )
        parameters = {"file": str(self.file), "delimiter": self.delimiter}
        try:
            yield from self._cutting.cursor().sql(query, params=parameters).to_arrow_reader(PIECE)
        except OSError as error:
            # So Arrow wraps what DuckDB says of a row that is not among the first.
            raise duckdb.Error(str(error)) from error

    def _scan(self) -> Iterator[pa.RecordBatch]:
        """All cells as text, the rows in their order."""
        width = len(self.header)
        # Without the number DuckDB may hand on later rows earlier, whatever its settings say of order.
        selected = ["row_number() over () as n", *(f"t{place}" for place in range(width))]
        expected = 1
        for batch in _ahead(self._cut(selected, is_parallel=self._is_parallel)):
            numbers = batch.column("n")
            if numbers[0].as_py() != expected or numbers[-1].as_py() != expected + batch.num_rows - 1:
                raise RuntimeError(f"{self.relative}: its rows came in another order than that of the file")
            expected += batch.num_rows
            yield batch.select(batch.schema.names[1:])

    def _parsed(self, batch: pa.RecordBatch, selected: Sequence[str]) -> pa.RecordBatch:
        """Expressions in SQL over the columns of a batch."""
        if self._parsing is None:
            raise RuntimeError("LargeCsv is a context manager")
        table = self._parsing.from_arrow(batch).project(", ".join(selected)).to_arrow_table()
        (parsed,) = table.combine_chunks().to_batches()
        return parsed

    def _selected(self) -> dict[int, list[str]]:
        """For the place of each column that is no text: its values c0, c1, …, and whether they are not plain, o0, …"""
        selected: dict[int, list[str]] = {}
        for name, place in self.columns.items():
            column = self.table.column(name)
            if not is_text(column):
                value, is_plain = plainly(column, f"t{place}", is_ticked=name in self._crosses)
                selected[place] = [f"{value} as c{place}", f"not ({is_plain}) as o{place}"]
        return selected

    def _piece(
        self,
        batch: pa.RecordBatch,
        selected: Mapping[int, Sequence[str]],
        start: int,
        counts: Counter[tuple[str, str]],
        first: dict[str, CellFault],
    ) -> TableExtract:
        rows = range(start, start + batch.num_rows)
        arrays, is_odd = self._plain_values(batch, selected)
        odd = np.flatnonzero(is_odd).tolist()
        texts = _Texts(batch)
        read = self._read(texts.rows(odd), [start + row for row in odd])
        columns: dict[str, Sequence[Any]] = {}
        for column in self.table.columns:
            if column.name not in arrays:
                columns[column.name] = RepeatedValue(column.default, batch.num_rows)
                continue
            array = patched(arrays[column.name], odd, read.columns[column.name])
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

    def _plain_values(
        self, batch: pa.RecordBatch, selected: Mapping[int, Sequence[str]]
    ) -> tuple[dict[str, pa.Array], np.ndarray[Any, np.dtype[np.bool_]]]:
        """The values of each column where they are written plainly, and the rows in which one of them is not."""
        import pyarrow.compute as pc

        is_odd = np.zeros(batch.num_rows, bool)
        arrays: dict[str, pa.Array] = {}
        repeating = [place for place in selected if _repeats(batch.column(f"t{place}"))]
        others = [place for place in selected if place not in repeating]
        parsed = self._parsed_once(batch, repeating, selected) | self._parsed_each(batch, others, selected)
        for name, place in self.columns.items():
            column, cells = self.table.column(name), batch.column(f"t{place}")
            if place in selected:
                is_odd |= parsed[f"o{place}"].to_numpy(zero_copy_only=False)
                arrays[name] = parsed[f"c{place}"]
                continue
            is_odd |= ~written_plainly(cells)
            if column.required and column.default is None:
                is_odd |= blank(cells)
            arrays[name] = cells if column.default is None else pc.fill_null(cells, column.default)
        return arrays, is_odd

    def _parsed_each(
        self, batch: pa.RecordBatch, places: Sequence[int], selected: Mapping[int, Sequence[str]]
    ) -> dict[str, pa.Array]:
        if not places:
            return {}
        parsed = self._parsed(batch, [each for place in places for each in selected[place]])
        return dict(zip(parsed.schema.names, parsed.columns, strict=True))

    def _parsed_once(
        self, batch: pa.RecordBatch, places: Sequence[int], selected: Mapping[int, Sequence[str]]
    ) -> dict[str, pa.Array]:
        """The same as `_parsed_each`; each different cell of a column is parsed once."""
        import pyarrow as pa

        coded = {place: batch.column(f"t{place}").dictionary_encode("encode") for place in places}
        most = max((len(each.dictionary) for each in coded.values()), default=0)
        cells = [
            pa.concat_arrays([each.dictionary, pa.nulls(most - len(each.dictionary), pa.string())])
            for each in coded.values()
        ]
        different = pa.RecordBatch.from_arrays(cells, names=[f"t{place}" for place in places])
        parsed = self._parsed_each(different, places, selected)
        return {name: values.take(coded[int(name[1:])].indices) for name, values in parsed.items()}

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

    def _equal(self, repeated: Mapping[str, pa.Array]) -> Equal:
        """Which rows repeat others or share a key: found by hashes, decided as in a small file.

        Args:
            repeated: for each way in which rows may equal each other, the hashes that come more than once.
        """
        rows: list[int] = []
        texts: list[Sequence[Cell]] = []
        start = 0
        for batch in self._scan() if repeated else ():
            here = self._alike(batch, repeated)
            rows += [start + number for number in here]
            texts += _Texts(batch).rows(here)
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

    def _alike(self, batch: pa.RecordBatch, repeated: Mapping[str, pa.Array]) -> list[int]:
        import pyarrow.compute as pc

        hashes = self._parsed(_cleaned(batch), list(repeated))
        found = np.zeros(batch.num_rows, bool)
        for column, values in zip(hashes.columns, repeated.values(), strict=True):
            found |= pc.is_in(column, value_set=values).to_numpy(zero_copy_only=False)
        return np.flatnonzero(found).tolist()

    def _repeated(self) -> dict[str, pa.Array]:
        """One look at all of it: the hashes that come more than once, by the way in which rows may equal each other.

        Rows are told apart by their keys; where the key is blank, by everything. Says also which columns are ticked.
        """
        import duckdb

        try:
            return self._surveyed()
        except duckdb.Error as error:
            # Values of several lines and rows that are cut short are not both read side by side.
            if not self._is_parallel or "parallel" not in str(error):
                raise
        self._is_parallel = False
        return self._surveyed()

    def _surveyed(self) -> dict[str, pa.Array]:
        boxes = {n: p for n, p in self.columns.items() if self.table.column(n).kind == "boolean"}
        key = [self.columns[name] for name in self.table.key if name in self.columns]
        has_key = " or ".join(f"t{place} is not null" for place in key) or "false"
        found: dict[str, pa.Array] = {}
        has_blank = not key
        if key or boxes:
            by_key = f"case when {has_key} then {self._hash(key)} end" if key else "null::ubigint"
            ticks = _Ticks(boxes)
            hashes, has_blank = self._hashes(by_key, [*key, *boxes.values()], ticks)
            self._crosses = ticks.ticked()
            found[by_key] = _repeated_ones(hashes)
        if has_blank:
            everything = range(len(self.header))
            by_row = f"case when not ({has_key}) then {self._hash(everything)} end"
            found[by_row] = _repeated_ones(self._hashes(by_row, everything)[0])
        return {way: values for way, values in found.items() if len(values)}

    def _hashes(
        self, way: str, places: Sequence[int], ticks: _Ticks | None = None
    ) -> tuple[list[np.ndarray[Any, Any]], bool]:
        """The hashes of all rows, in no order, and whether there are rows without one."""
        found: list[np.ndarray[Any, Any]] = []
        has_none = False
        for batch in self._cut(
            [f"t{place}" for place in dict.fromkeys(places)], is_parallel=self._is_parallel
        ):
            texts = _cleaned(batch)
            if ticks is not None:
                ticks.look(texts)
            (hashes,) = self._parsed(texts, [way]).columns
            has_none = has_none or hashes.null_count > 0
            found.append(hashes.drop_null().to_numpy())
        return found, has_none

    def _hash(self, places: Iterable[int]) -> str:
        named = {place: self.table.column(name) for name, place in self.columns.items()}
        parts = [
            comparable(named[place], f"t{place}", is_ticked=named[place].name in self._crosses)
            if place in named
            else f"t{place}"
            for place in places
        ]
        return f"hash({', '.join(parts)})"


class _Ticks:
    """Looks for columns in which nothing but x stands, so that blank says no."""

    def __init__(self, boxes: Mapping[str, int]) -> None:
        self._boxes = dict(boxes)
        self._has_cross: set[str] = set()

    def look(self, batch: pa.RecordBatch) -> None:
        """At more rows; their cells are without outer white space, null where blank."""
        for name, place in list(self._boxes.items()):
            words = {
                text.lower() for text in batch.column(f"t{place}").unique().to_pylist() if text is not None
            }
            if words - {"x"}:
                del self._boxes[name]
            elif words:
                self._has_cross.add(name)

    def ticked(self) -> frozenset[str]:
        """The columns that are ticked."""
        return frozenset(self._has_cross & self._boxes.keys())


class _Texts:
    """The cells of a batch as they stand in the file."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self._batch = batch

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


def _ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same, the next ones being made in a thread while one is used."""
    with ThreadPoolExecutor(1) as thread:
        waiting = deque(thread.submit(next, batches, None) for _ in range(_AHEAD))
        while (batch := waiting.popleft().result()) is not None:
            waiting.append(thread.submit(next, batches, None))
            yield batch


def _repeats(cells: pa.Array) -> bool:
    """Whether so few different cells stand in a column that telling them apart costs less than parsing each."""
    sample = cells[:_SAMPLE]
    return len(sample.unique()) * 2 <= len(sample)


def _cleaned(batch: pa.RecordBatch) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.RecordBatch.from_arrays([cleaned(cells) for cells in batch.columns], names=batch.schema.names)


def _repeated_ones(hashes: Sequence[np.ndarray[Any, Any]]) -> pa.Array:
    """Those that come more than once."""
    import pyarrow as pa

    # Parts of them after one another: a sorted copy of them all might not fit.
    parts = 1 + sum(map(len, hashes)) // _SORTED_AT_ONCE
    found = [np.empty(0, np.uint64)]
    for part in range(parts):
        ordered = np.concatenate([found[0], *(each[each % parts == part] for each in hashes)])
        ordered.sort()
        found.append(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))
    return pa.array(np.concatenate(found))


def _moved(place: str, rows: Sequence[int]) -> str:
    """A place in a sheet of some records as the place in the file."""
    return _PLACE.sub(lambda match: f"{match[1]}{rows[int(match[2]) - BELOW_HEADER] + BELOW_HEADER}", place)


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
    if file.stat().st_size < LARGE or not is_orderly(file):
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
