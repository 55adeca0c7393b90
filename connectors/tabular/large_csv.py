"""CSV files too large to hold: read by DuckDB as text, parsed in SQL, handed on in pieces.

    file ─▶ text columns in a table on disk ─▶ typed columns, where a cell is written plainly ─▶ pieces
                                          └─▶ rows that are not plain ─▶ the parsers of `cells` ─┘

SQL decides nothing: it reads what can be read in one way only (`plain_sql`), and every other row goes through the same
parsers as a small file, so that both give the same values, faults and places. What DuckDB would number or cut otherwise
than a spreadsheet program (blank lines, other encodings than UTF-8) is left to the ordinary reader.
"""

from __future__ import annotations

import codecs
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from connectors.errors import UnreadableFile
from connectors.tabular.arrow_values import ArrowValues, RepeatedValue
from connectors.tabular.canonical import attributes_of, canonical_grid
from connectors.tabular.cells import Cell, text_of
from connectors.tabular.extract import BatchFault, CellFault, LeftOut, TableExtract
from connectors.tabular.grid import labelled, letters
from connectors.tabular.plain_sql import plainly
from connectors.tabular.sheets import DELIMITERS, Sheet, decoded_head, loose
from connectors.tabular.tables import SQL_TYPES, Table
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
_BELOW_HEADER: Final = 2
"""The spreadsheet row of record 0."""
_BLANK_LINE: Final = re.compile(rb"\n[ \t]*\r?\n")
_PLACE: Final = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Equal:
    """What is wrong with rows that equal others: those to leave out, and the faults of those that share a key."""

    left_out: Mapping[int, LeftOut] = field(default_factory=dict)
    faults: Mapping[int, list[CellFault]] = field(default_factory=dict)


@dataclass(slots=True)
class LargeCsv:
    """One canonical table in one large file; a context manager that removes its working copy.

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
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _connection: duckdb.DuckDBPyConnection | None = None
    _crosses: frozenset[str] = frozenset()

    def __enter__(self) -> LargeCsv:
        import duckdb

        self._folder = tempfile.TemporaryDirectory(prefix="pmo-csv-")
        self._connection = duckdb.connect(f"{self._folder.name}/text.duckdb")
        self._connection.execute(f"set memory_limit = '{_MEMORY}'; set preserve_insertion_order = true")
        try:
            try:
                self._load(parallel=True)
            except duckdb.Error as error:
                # Values of several lines and rows that are cut short are not both read side by side.
                if "parallel" not in str(error):
                    raise
                self._load(parallel=False)
        except duckdb.Error as error:
            self.close()
            said = " ".join(str(error).split("\n  file =")[0].split())
            raise UnreadableFile(
                f"{self.relative}: {said}.", mend="Correct that line, or export the file again."
            ) from error
        self._crosses = self._ticked()
        return self

    def _load(self, *, parallel: bool) -> None:
        names = ", ".join(f"'t{place}': 'varchar'" for place in range(len(self.header)))
        self._database.execute(
            f"create table text as select * from read_csv(?, columns = {{{names}}}, header = true, delim = ?, "
            "quote = '\"', escape = '\"', auto_detect = false, nullstr = '', null_padding = true, "
            f"max_line_size = 16000000, parallel = {str(parallel).lower()})",
            [str(self.file), self.delimiter],
        )

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Removes the working copy."""
        if self._connection is not None:
            self._connection.close()
        if self._folder is not None:
            self._folder.cleanup()

    def __len__(self) -> int:
        return int(self._rows("select count(*) from text")[0][0])

    def pieces(self) -> Iterator[TableExtract]:
        """The rows in their order. One that repeats another exactly is left out, those that share a key have faults."""
        equal = self._equal()
        counts: Counter[tuple[str, str]] = Counter()
        first: dict[str, CellFault] = {}
        reader = self._database.cursor().sql(self._query()).to_arrow_reader(PIECE)
        for batch in reader:
            yield self._piece(batch, equal, counts, first)
        for name, fault in first.items():
            bad = counts[name, "bad"]
            if not counts[name, "read"] and bad >= CHANGED_TYPE_FROM:
                column = self.table.column(name)
                self.changed.append(changed_type(column, bad, fault.place, fault.message, self.relative))

    @property
    def _database(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise RuntimeError("LargeCsv is a context manager")
        return self._connection

    def _rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._database.cursor().execute(query, list(parameters)).fetchall()

    def _ticked(self) -> frozenset[str]:
        """The boolean columns in which nothing but x stands."""
        found = []
        for name, place in self.columns.items():
            if self.table.column(name).kind == "boolean":
                words = f"select distinct lower(trim(t{place})) from text where t{place} is not null limit 2"
                found += [name] if self._rows(words) == [("x",)] else []
        return frozenset(found)

    def _query(self) -> str:
        last = letters(len(self.header) - 1)
        row = f"(rowid + {_BELOW_HEADER})"
        selected = [f"'A' || {row} || ':{last}' || {row} as place"]
        plain = ["true"]
        for name, place in self.columns.items():
            value, is_plain = plainly(self.table.column(name), f"t{place}", is_ticked=name in self._crosses)
            selected.append(f"{value} as c{place}")
            plain.append(is_plain)
        selected += [f"t{place} as x{place}" for place in self._extra]
        return f"select rowid as n, not ({' and '.join(plain)}) as odd, {', '.join(selected)} from text order by rowid"

    @property
    def _extra(self) -> list[int]:
        """The places of columns that the table does not have."""
        taken = set(self.columns.values())
        return [place for place in range(len(self.header)) if place not in taken]

    def _piece(
        self,
        batch: pa.RecordBatch,
        equal: Equal,
        counts: Counter[tuple[str, str]],
        first: dict[str, CellFault],
    ) -> TableExtract:
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = pa.Table.from_batches([batch])
        start = rows["n"][0].as_py()
        odd = pc.indices_nonzero(rows["odd"].combine_chunks()).to_pylist()
        read = self._read([start + row for row in odd])
        columns: dict[str, Sequence[Any]] = {}
        for column in self.table.columns:
            place = self.columns.get(column.name)
            if place is None:
                columns[column.name] = RepeatedValue(column.default, rows.num_rows)
                continue
            array = _patched(rows[f"c{place}"].combine_chunks(), odd, read.columns[column.name])
            columns[column.name] = ArrowValues(array)
            counts[column.name, "read"] += len(array) - array.null_count
        faults = [replace(fault, row=odd[fault.row]) for fault in read.faults]
        for fault in faults:
            if (
                fault.rule not in ("error_cell", "missing_value")
                and self.table.column(fault.column).kind != "text"
            ):
                counts[fault.column, "bad"] += 1
                first.setdefault(fault.column, fault)
        extract = TableExtract(
            table=self.table,
            columns=columns,
            sheets=RepeatedValue(None, rows.num_rows),
            places=ArrowValues(rows["place"].combine_chunks()),
            contents=_Contents(self, range(start, start + rows.num_rows)),
            attributes=self._attributes(rows),
            faults=faults,
            cell_places={
                name: _Cells(letters(place), range(start, start + rows.num_rows))
                for name, place in self.columns.items()
            },
        )
        return _settled(extract, equal, start)

    def _attributes(self, rows: pa.Table) -> Sequence[str | None]:
        if not self._extra:
            return RepeatedValue(None, rows.num_rows)
        texts = zip(*(rows[f"x{place}"].to_pylist() for place in self._extra), strict=True)
        cells = [["" if text is None else text for text in row] for row in texts]
        names = {number: self.header[place] for number, place in enumerate(self._extra)}
        return attributes_of(cells, range(len(cells)), names)

    def _read(self, rows: Sequence[int]) -> TableExtract:
        """These rows through the parsers of a small file, equal ones included."""
        sheet = Sheet(None, [[*self.header], *self.texts(rows)])
        grid = canonical_grid(sheet, self.table, relative=self.relative)
        grid.batch_faults.clear()
        extract = typed_rows(self.table, grid, relative=self.relative, crosses=self._crosses)
        extract.faults = [replace(each, place=_moved(each.place, rows)) for each in extract.faults]
        extract.places = [_moved(place, rows) for place in extract.places]
        extract.cell_places = {name: _Cells(letters(place), rows) for name, place in self.columns.items()}
        return extract

    def texts(self, rows: Sequence[int]) -> list[list[Cell]]:
        """Records as they stand in the file, by their numbers in ascending order."""
        if not rows:
            return []
        names = ", ".join(f"coalesce(t{place}, '')" for place in range(len(self.header)))
        query = f"select {names} from text where rowid in (select unnest(?)) order by rowid"
        return [list(row) for row in self._rows(query, [list(rows)])]

    def _equal(self) -> Equal:
        """Which rows repeat others or share a key: found by hashes, decided as in a small file."""
        rows = self._alike()
        if not rows:
            return Equal()
        extract = self._read(rows)
        settle_equal_rows(extract)
        number = dict(zip(map(self._place, rows), rows, strict=True))
        faults: dict[int, list[CellFault]] = {}
        for fault in (each for each in extract.faults if each.rule == "duplicate_key"):
            faults.setdefault(number[extract.places[fault.row]], []).append(fault)
        return Equal({number[each.place]: each for each in extract.left_out}, faults)

    def _place(self, row: int) -> str:
        return f"A{row + _BELOW_HEADER}:{letters(len(self.header) - 1)}{row + _BELOW_HEADER}"

    def _alike(self) -> list[int]:
        """Rows that may equal another: those with one key, or, where a key is blank, in all columns."""
        key = [self.columns[name] for name in self.table.key if name in self.columns]
        alike: set[int] = set()
        if key:
            alike |= self._with_one_hash(key, f"not ({' and '.join(f't{place} is null' for place in key)})")
            blank = self._rows(
                f"select 1 from text where {' or '.join(f't{p} is null' for p in key)} limit 1"
            )
            if not blank:
                return sorted(alike)
        return sorted(alike | self._with_one_hash(range(len(self.header)), "true"))

    def _with_one_hash(self, places: Sequence[int], condition: str) -> set[int]:
        kinds = {place: self.table.column(name).kind for name, place in self.columns.items()}
        parts = []
        for place in places:
            text = f"lower(trim(t{place}))"
            kind = SQL_TYPES[kinds.get(place, "text")]
            parts.append(
                text if kind == "varchar" else f"coalesce(try_cast({text} as {kind})::varchar, {text})"
            )
        query = f"""
            with hashed as (select rowid as n, hash({", ".join(parts)}) as h from text where {condition})
            select n from hashed where h in (select h from hashed group by h having count(*) > 1)
        """
        return {row for (row,) in self._rows(query)}


class _Contents(Sequence[Any]):
    """The raw row of each record, fetched when it is asked for."""

    def __init__(self, source: LargeCsv, rows: Sequence[int]) -> None:
        self._source = source
        self._records = rows

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, item: Any) -> Any:
        rows = self._records[item]
        if isinstance(item, slice):
            return [labelled(self._source.header, texts) for texts in self._source.texts(rows)]
        return labelled(self._source.header, self._source.texts([rows])[0])

    def taken(self, rows: Sequence[int]) -> _Contents:
        """Some of the records, by their positions."""
        return _Contents(self._source, [self._records[row] for row in rows])


class _Cells(Sequence[str]):
    """The address of each record in one column."""

    def __init__(self, column: str, rows: Sequence[int]) -> None:
        self._column = column
        self._records = rows

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            return [f"{self._column}{row + _BELOW_HEADER}" for row in self._records[item]]
        return f"{self._column}{self._records[item] + _BELOW_HEADER}"

    def taken(self, rows: Sequence[int]) -> _Cells:
        """Some of the addresses, by their positions."""
        return _Cells(self._column, [self._records[row] for row in rows])


def _moved(place: str, rows: Sequence[int]) -> str:
    """A place in a sheet of some records as the place in the file."""
    return _PLACE.sub(lambda match: f"{match[1]}{rows[int(match[2]) - _BELOW_HEADER] + _BELOW_HEADER}", place)


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
            if b"\0" in chunk or _BLANK_LINE.search(joined):
                return False
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
            before = joined[-64:]
    return True
