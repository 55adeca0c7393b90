"""Who was erased from this home, and taking that out of rows, whether they have landed or are about to.

    landing/erasures.json      for each erased person keyed hashes of codes, names and addresses, none of them readable

Here: the list, and one function over rows, used on landed files by `pipelines.landing.erasing` and on what is received
later by whoever receives. A text that names the person becomes `erased-<pseudonym>`, two texts never the same one, so
whatever hung together still does: rows keep their keys, hours their rates, figures their value.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.tabular.arrow_values import ArrowValues, RepeatedValue
from connectors.tabular.extract import CellFault, LeftOut, TableExtract
from pipelines.landing.people import is_personal
from pipelines.landing.pseudonyms import fingerprint, placeholder, pseudonym_key
from pipelines.landing.store import sync_folders
from pipelines.settings import Home, Settings, SettingsError

if TYPE_CHECKING:
    import pyarrow as pa

PEOPLE = "people"
"""The system of codes that the people table and rate cards use."""

_CODES_OF: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "timesheets": {"person": ("timesheets",)},
    "ledger": {"person": ("ledger",)},
    "reference": {"person": (PEOPLE,)},
    "register": {"person": (PEOPLE,)},
}
_OWNERS = {"person", "author_account", "account"}
"""Columns that say whose row it is: its free text goes with the name."""
_FREE_TEXT = {"comment"}
_RAW = {"_attributes", "document"}
_KEPT = {
    "_path",
    "_file_hash",
    "path",
    "file_hash",
    "source",
    "object",
    "project",
    "currency",
    "unit",
    "period",
}
_TOKEN = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[ \t\u00a0,.'’@:%+_-]{1,3}")
"""What may stand between the words of one name or address; a quotation mark ends a JSON text and so a name."""
_WORD = re.compile(r"\w+(?:[.@:+-]\w+)*")
_BETWEEN = r"[-_./ :|#,;]"
_SHORTEST_IN_IDS = 3
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Erased:
    """One person, unreadably.

    Args:
        codes: hashes of the codes that each system uses for the person.
        cells: hashes of names and addresses, which count where they are a whole cell.
        words: hashes of those that are telling enough to be looked for within text, of their words without what is
            between them.
        starts: hashes of the first words of these.
        longest: how many words the longest of these has.
        finished: whether everything that had landed by then was rewritten.
    """

    codes: Mapping[str, Sequence[str]]
    cells: Sequence[str]
    words: Sequence[str]
    starts: Sequence[str]
    longest: int
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Eraser:
    """Takes the erased persons of a home out of rows; without any it changes nothing."""

    key: str = ""
    persons: tuple[Erased, ...] = ()
    _codes: dict[str, set[str]] = field(init=False, default_factory=dict)
    _cells: set[str] = field(init=False, default_factory=set)
    _words: set[str] = field(init=False, default_factory=set)
    _starts: set[str] = field(init=False, default_factory=set)
    _may_start: dict[str, bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for person in self.persons:
            for system, hashes in person.codes.items():
                self._codes.setdefault(system, set()).update(hashes)
            self._cells.update(person.cells)
            self._words.update(person.words)
            self._starts.update(person.starts)

    def __bool__(self) -> bool:
        return bool(self.persons)

    def knows(self, text: str) -> bool:
        """Whether a code, name or address is that of an erased person."""
        return self._is_cell(text) or any(self._is_code(text, system) for system in self._codes)

    def text(self, text: str) -> str:
        """A text without the names and addresses in it."""
        tokens = list(_TOKEN.finditer(text)) if self._words else []
        parts, done, start = [], 0, 0
        while start < len(tokens):
            end = self._end_of_name(text, tokens, start)
            if end is None:
                start += 1
                continue
            first, last = tokens[start].start(), tokens[end].end()
            parts += [text[done:first], placeholder(self.key, text[first:last])]
            done, start = last, end + 1
        return "".join(parts) + text[done:] if parts else text

    def rows(self, rows: pa.Table, source: str, object: str) -> tuple[pa.Table, int]:
        """Rows of a landed table (`_attributes` and lineage among its columns), and how many of them changed.

        Args:
            source: `ledger`; object: `postings`.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        owned = changed = pa.repeat(pa.scalar(False), len(rows))
        texts = [
            name for name in rows.column_names if name not in _KEPT and pa.types.is_string(rows[name].type)
        ]
        for name in texts:
            codes = self._codes_in(rows, source, object, name)
            if name in _OWNERS and codes is not None:
                owned = pc.or_(owned, codes)
                rows = self._ids_without(rows, name, codes, texts)
            if codes is not None and pc.any(codes).as_py():
                rows = self._with(rows, name, self._placeholders(rows[name], codes))
                changed = pc.or_(changed, codes)
        for name in texts:
            mapped, differs = self._mapped(rows[name], self._change(object, name))
            if name in _FREE_TEXT | _RAW and _OWNERS & set(texts):
                mine = pc.and_(owned, pc.is_valid(rows[name]))
                mapped = pc.if_else(mine, self._instead(rows, name), mapped)
                differs = pc.or_(
                    differs, pc.and_(mine, pc.fill_null(pc.not_equal(mapped, rows[name]), False))
                )
            if pc.any(differs).as_py():
                rows = self._with(rows, name, mapped)
                changed = pc.or_(changed, differs)
        return rows, int(pc.sum(changed).as_py() or 0)

    def set_aside(self, rows: pa.Table) -> tuple[pa.Table, int]:
        """The same of quarantined and left-out rows: of a row of the person's own, the content goes as a whole."""
        import pyarrow as pa

        kept = []
        for row in rows.to_pylist():
            source = str(row["source"]).removeprefix("raw_")
            new = dict(row)
            for name in ("content", "message"):
                if row.get(name) is not None:
                    new[name] = (self.content if name == "content" else self.said)(row[name], source)
            for name in ("place", "sheet"):
                if row.get(name) is not None:
                    new[name] = self.text(row[name])
            kept.append(new)
        changed = sum(new != row for new, row in zip(kept, rows.to_pylist(), strict=True))
        return (pa.Table.from_pylist(kept, schema=rows.schema), changed) if changed else (rows, 0)

    def content(self, content: str, source: str) -> str:
        """Raw content of a row of `source`; of a row that holds a code, or a name too short to look for, nothing."""
        mine = (leaf for leaf in _leaves(content) if self._is_mine(leaf, source))
        found = next((leaf for leaf in mine if self._is_of(leaf, source) or self.text(leaf) == leaf), None)
        return self.text(content) if found is None else json.dumps({"erased": placeholder(self.key, found)})

    def said(self, message: str, source: str) -> str:
        """A message on a row of `source`, which may quote it."""

        def without(match: re.Match[str]) -> str:
            return placeholder(self.key, match[0]) if self._is_mine(match[0], source) else match[0]

        return _WORD.sub(without, self.text(message))

    def extract(self, extract: TableExtract) -> TableExtract:
        """Rows that are about to be judged. Those of nobody erased come back as they are."""
        if not self:
            return extract
        import pyarrow as pa

        source, table = extract.table.source, extract.table
        kinds = {column.name for column in table.columns if column.kind in ("text", "choice", "period")}
        named: dict[str, Sequence[Any]] = {
            name: values for name, values in extract.columns.items() if name in kinds
        }
        named |= {"_attributes": extract.attributes, "_sheet": extract.sheets}
        named |= {"_place": extract.places} if source == "jira" else {}
        rows, changed = self.rows(
            pa.table({name: _array(values) for name, values in named.items()}), source, table.name
        )
        columns = (
            {name: _as_before(values, rows[name]) for name, values in named.items()} if changed else named
        )
        return replace(
            extract,
            columns={name: columns.get(name, values) for name, values in extract.columns.items()},
            attributes=columns["_attributes"],
            sheets=columns["_sheet"],
            places=columns.get("_place", extract.places),
            contents=_Contents(extract, self),
            faults=[self._fault(fault, source) for fault in extract.faults],
            left_out=[self._left_out(each, source) for each in extract.left_out],
        )

    def _fault(self, fault: CellFault, source: str) -> CellFault:
        content = (
            fault.content
            if not self._is_mine(fault.content, source)
            else placeholder(self.key, fault.content)
        )
        return replace(fault, content=self.text(content), message=self.said(fault.message, source))

    def _left_out(self, row: LeftOut, source: str) -> LeftOut:
        return replace(row, content=self.content(row.content, source))

    def _is_mine(self, text: str, source: str) -> bool:
        return self._is_cell(text) or self._is_of(text, source)

    def _is_of(self, text: str, source: str) -> bool:
        systems = (source,) if source in ("timesheets", "ledger", "jira") else tuple(self._codes)
        return any(self._is_code(text, system) for system in systems)

    def _is_code(self, text: str, system: str) -> bool:
        return bool(self._codes.get(system)) and hashed_code(self.key, text) in self._codes[system]

    def _is_cell(self, text: str) -> bool:
        return bool(self._cells) and hashed_name(self.key, text) in self._cells

    def _end_of_name(self, text: str, tokens: Sequence[re.Match[str]], start: int) -> int | None:
        """The last token of the longest name that begins at a token."""
        first = tokens[start][0]
        if first not in self._may_start:
            self._may_start[first] = hashed_name(self.key, first) in self._starts
        if not self._may_start[first]:
            return None
        longest = max(person.longest for person in self.persons)
        ends = [start]
        while len(ends) < longest and ends[-1] + 1 < len(tokens):
            if not _GAP.fullmatch(text, tokens[ends[-1]].end(), tokens[ends[-1] + 1].start()):
                break
            ends.append(ends[-1] + 1)
        for end in reversed(ends):
            name = " ".join(token[0] for token in tokens[start : end + 1])
            if hashed_name(self.key, name) in self._words:
                return end
        return None

    def _codes_in(self, rows: pa.Table, source: str, object: str, name: str) -> pa.Array | None:
        """Which rows hold a code of an erased person in a column; None for a column that holds no codes."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if (object, name) == ("people_crosswalk", "source_id"):
            found = pa.repeat(pa.scalar(False), len(rows))
            for system in self._codes:
                of_system = pc.fill_null(pc.equal(rows["source_system"], system), False)
                found = pc.or_(found, pc.and_(of_system, self._are(rows[name], (system,))))
            return found
        if source == "jira" and (name.endswith("account") or name in ("from_value", "to_value")):
            return self._are(rows[name], ("jira",))
        systems = _CODES_OF.get(source, {}).get(name, (PEOPLE,) if is_personal(object, name) else None)
        return None if systems is None else self._are(rows[name], systems)

    def _are(self, values: pa.ChunkedArray, systems: Iterable[str]) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        mine = [
            value
            for value in pc.unique(values).to_pylist()
            if value is not None and any(self._is_code(value, system) for system in systems)
        ]
        return pc.is_in(_one(values), value_set=pa.array(mine, pa.string()))

    def _change(self, object: str, name: str) -> Callable[[str], str]:
        """What becomes of the texts of a column."""
        if name == "document":
            return self._document
        if is_personal(object, name) or name == "vendor":
            return lambda text: placeholder(self.key, text) if self._is_cell(text) else self.text(text)
        return self.text

    def _document(self, document: str) -> str:
        def without(match: re.Match[str]) -> str:
            return f'"{placeholder(self.key, match[1])}"' if self._is_code(match[1], "jira") else match[0]

        return _STRING.sub(without, self.text(document))

    def _ids_without(self, rows: pa.Table, owner: str, mine: pa.Array, texts: Sequence[str]) -> pa.Table:
        """The person's own rows without the code in other texts, where that stands between separators: in ids."""
        import pyarrow.compute as pc

        owners = _one(rows[owner])
        for code in pc.unique(owners.filter(mine)).to_pylist():
            if len(code) < _SHORTEST_IN_IDS:
                continue
            of_code = pc.fill_null(pc.equal(owners, code), False)
            pattern = f"(^|{_BETWEEN}){re.escape(code)}($|{_BETWEEN})"
            instead = rf"\1{placeholder(self.key, code)}\2"
            for name in texts:
                if name not in {owner, *_FREE_TEXT, *_RAW}:
                    without = pc.replace_substring_regex(
                        _one(rows[name]), pattern=pattern, replacement=instead
                    )
                    rows = self._with(rows, name, pc.if_else(of_code, without, _one(rows[name])))
        return rows

    def _mapped(self, values: pa.ChunkedArray, change: Callable[[str], str]) -> tuple[pa.Array, pa.Array]:
        """The column with its texts changed, and which rows differ; each text is looked at once."""
        import pyarrow as pa
        import pyarrow.compute as pc

        texts = [value for value in pc.unique(values).to_pylist() if value is not None]
        changed = {text: new for text in texts if (new := change(text)) != text}
        differs = pc.is_in(_one(values), value_set=pa.array(list(changed), pa.string()))
        if not changed:
            return _one(values), differs
        index = pc.index_in(_one(values), value_set=pa.array(list(changed), pa.string()))
        return pc.coalesce(pa.array(list(changed.values()), pa.string()).take(index), _one(values)), differs

    def _placeholders(self, values: pa.ChunkedArray, which: pa.Array) -> pa.Array:
        import pyarrow.compute as pc

        mapped, _ = self._mapped(
            pc.if_else(which, _one(values), None), lambda text: placeholder(self.key, text)
        )
        return pc.if_else(which, mapped, _one(values))

    def _instead(self, rows: pa.Table, name: str) -> pa.Array:
        """What stands in place of the free text of the person's own rows: whose it was."""
        import pyarrow.compute as pc

        owner = next(column for column in rows.column_names if column in _OWNERS)
        if name in _FREE_TEXT:
            return _one(rows[owner])
        return pc.binary_join_element_wise('{"erased": "', _one(rows[owner]), '"}', "")

    @staticmethod
    def _with(rows: pa.Table, name: str, values: pa.Array) -> pa.Table:
        return rows.set_column(rows.column_names.index(name), name, values)


NOBODY = Eraser()


class _Contents(Sequence[Any]):
    """Raw rows, cleaned when they are asked for: only those of rows that are set aside are."""

    def __init__(self, extract: TableExtract, eraser: Eraser) -> None:
        self._extract, self._eraser = extract, eraser

    def __len__(self) -> int:
        return len(self._extract.contents)

    def __getitem__(self, row: Any) -> Any:
        return self._eraser.content(self._extract.content(row), self._extract.table.source)


def hashed_code(key: str, code: str) -> str:
    """The keyed hash of a code, by which it is known again."""
    return _keyed(key, f"code:{code.strip()}")


def hashed_name(key: str, name: str) -> str:
    """The keyed hash of a name or an address, however it is spaced and capitalised."""
    return _keyed(key, f"name:{' '.join(name.split()).casefold()}")


def words_of(name: str) -> list[str]:
    """The words by which a name is found within text, whatever is between them."""
    return _TOKEN.findall(name)


def _keyed(key: str, text: str) -> str:
    return hmac.digest(key.encode(), f"erased:{text}".encode(), "sha256").hex()[:32]


def list_file(landing: Path) -> Path:
    """Where the list is."""
    return landing / "erasures.json"


def eraser_of(home: Home, settings: Settings) -> Eraser:
    """Who was erased from this home. Raises SettingsError when the key that the list is written under is not there."""
    file = list_file(home.landing)
    if not file.is_file():
        return NOBODY
    key = pseudonym_key(home, settings)
    content = json.loads(file.read_text(encoding="utf-8"))
    if content["fingerprint"] != fingerprint(key):
        raise SettingsError(
            f"{file} was written under another key, so nobody can tell who is in it. Restore that key; if it is lost "
            f"for good, delete the file and erase these persons again before anything else is received."
        )
    return Eraser(key, tuple(Erased(**person) for person in content["persons"]))


def write_list(landing: Path, eraser: Eraser) -> None:
    """Keeps the list, in one step that survives a power cut."""
    import os

    file = list_file(landing)
    persons = [{name: getattr(person, name) for name in Erased.__slots__} for person in eraser.persons]
    temporary = file.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump({"fingerprint": fingerprint(eraser.key), "persons": persons}, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)
    sync_folders(landing, landing)


def list_hash(landing: Path) -> str | None:
    """Changes whenever somebody is erased; None while nobody was."""
    file = list_file(landing)
    if not file.is_file():
        return None
    persons = json.loads(file.read_text(encoding="utf-8"))["persons"]
    return hashlib.sha256(
        json.dumps([[each["codes"], each["cells"]] for each in persons]).encode()
    ).hexdigest()


def _leaves(content: str) -> Iterable[str]:
    """The values of a row that is kept as JSON; a text that is none is one value."""
    try:
        waiting = [json.loads(content)]
    except ValueError:
        yield content
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value
        elif value is not None:
            yield str(value)


def _one(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    import pyarrow as pa

    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _array(values: Sequence[Any]) -> pa.Array:
    import pyarrow as pa

    if isinstance(values, ArrowValues):
        return values.array.cast(pa.string())
    if isinstance(values, RepeatedValue):
        return pa.array([values.value], pa.string()).take(pa.repeat(0, len(values)))
    return pa.array(list(values), pa.string())


def _as_before(values: Sequence[Any], new: pa.ChunkedArray) -> Sequence[Any]:
    """New texts in the kind of sequence that the old ones were in."""
    return ArrowValues(_one(new)) if isinstance(values, ArrowValues) else new.to_pylist()
