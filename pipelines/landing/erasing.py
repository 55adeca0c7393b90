"""Erasing a person from what has landed: who it is, where they are, and rewriting these files.

Here: one person at a time. The list of `pipelines.landing.erasures` is written first, and is the journal: a file is
replaced whole, one that was already replaced does not change again, and only then is the person marked as finished.
So whoever is killed runs it again. Money, hours, projects and dates stay as they are.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from pipelines.landing.erasures import (
    PEOPLE,
    Erased,
    Eraser,
    hashed_code,
    hashed_name,
    words_of,
    write_list,
)
from pipelines.landing.manifest import Check, Manifest
from pipelines.landing.refused import FOLDER as REFUSED
from pipelines.landing.remarks import FOLDER as REMARKS
from pipelines.landing.sources import FILE_SOURCES, JIRA_SOURCE
from pipelines.landing.store import LandingStore, sync_folders

if TYPE_CHECKING:
    import pyarrow as pa

TELLING = 6
"""Characters from which on a single word is looked for within text; shorter ones count as a whole cell only."""

_USED = {
    "timesheets": (("raw_timesheets", "timesheet_entries", "person"),),
    "ledger": (("raw_ledger", "postings", "person"),),
    "jira": (
        ("raw_jira", "worklogs", "author_account"),
        ("raw_jira", "issues", "assignee_account"),
        ("raw_jira", "issues", "reporter_account"),
        ("raw_jira", "issues", "creator_account"),
        ("raw_jira", "users", "account"),
    ),
}


class PersonNotFound(Exception):
    """Nobody, or more than one, is called that; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the landed files know them.

    Args:
        code: the code in the people table, else the source's own.
        codes: the codes that each system uses, `people` among the systems.
        names: names and e-mail addresses.
    """

    code: str
    codes: dict[str, frozenset[str]]
    names: frozenset[str]

    def unreadable(self, key: str) -> Erased:
        """The same as keyed hashes."""
        looked_for = self.names | self.codes.get(JIRA_SOURCE, frozenset())
        words = [words_of(form) for name in looked_for if _is_telling(name) for form in _forms(name)]
        return Erased(
            codes={
                system: sorted(hashed_code(key, code) for code in codes)
                for system, codes in self.codes.items()
            },
            cells=sorted({hashed_name(key, form) for name in self.names for form in _forms(name)}),
            words=sorted({hashed_name(key, " ".join(each)) for each in words}),
            starts=sorted({hashed_name(key, each[0]) for each in words}),
            longest=max(map(len, words), default=1),
        )


@dataclass(frozen=True, slots=True)
class Affected:
    """Rows of one table of one batch that name the person. `path` is the file or site they came from."""

    table: str
    batch_id: str
    path: str
    rows: int


def find_person(store: LandingStore, asked: str) -> Person:
    """Who is called that: by a code of any system, a name or an e-mail address.

    Raises PersonNotFound when nobody is, or when several are.
    """
    known = _Known(store)
    found = known.called(asked)
    if not found:
        raise PersonNotFound(
            f"Nobody in what has landed is called {asked!r}: write a code, or the whole name."
        )
    if len(found) > 1:
        raise PersonNotFound(
            f"{asked!r} is what several are called: {', '.join(sorted(found))}. Write one of these codes."
        )
    return known.person(found.pop())


class _Known:
    """Persons, codes and accounts of everything that has landed, also of what was replaced since."""

    def __init__(self, store: LandingStore) -> None:
        self.people = _rows(store, "raw_reference", "people", ("person", "name", "_attributes"))
        crosswalk = _rows(
            store,
            "raw_reference",
            "people_crosswalk",
            ("source_system", "source_id", "person", "valid_from", "_batch"),
        )
        newest = sorted(crosswalk, key=lambda row: (str(row[3] or ""), str(row[4])))
        self.mapped = {(row[0], row[1]): row[2] for row in newest}
        self.users = _rows(store, "raw_jira", "users", ("account", "display_name", "email"))
        self.used = {
            (system, code)
            for system, places in _USED.items()
            for schema, table, column in places
            for (code,) in _rows(store, schema, table, (column,))
            if code is not None
        }

    def called(self, asked: str) -> set[str]:
        """The persons, by code."""
        same = _folded(asked)
        found = {person for person, name, _ in self.people if same in (_folded(person), _folded(name))}
        found |= {
            person for (_, code), person in self.mapped.items() if same in (_folded(code), _folded(person))
        }
        found |= {self._owner("jira", row[0]) for row in self.users if same in map(_folded, row)}
        return found | {self._owner(system, code) for system, code in self.used if _folded(code) == same}

    def person(self, code: str) -> Person:
        """Everything that names one person."""
        codes: dict[str, set[str]] = {PEOPLE: {code}}
        for system, used in self.used | self.mapped.keys():
            if self._owner(system, used) == code:
                codes.setdefault(system, set()).add(used)
        names = {name for person, name, _ in self.people if person == code and name}
        names |= {word for person, _, kept in self.people if person == code for word in _addresses(kept)}
        accounts = codes.get(JIRA_SOURCE, set())
        names |= {name for account, *called in self.users if account in accounts for name in called if name}
        names |= {used for system in codes for used in codes[system] if " " in used or "@" in used}
        return Person(code, {system: frozenset(each) for system, each in codes.items()}, frozenset(names))

    def _owner(self, system: str, code: str) -> str:
        return str(self.mapped.get((system, code), code))


def affected(store: LandingStore, eraser: Eraser) -> list[Affected]:
    """What `erase` would rewrite; nothing is written."""
    return list(_rewritten(store, eraser, write=False))


def begin(store: LandingStore, eraser: Eraser, person: Person) -> Eraser:
    """Puts a person on the list, from where on nothing that names them lands any more."""
    listed = replace(eraser, persons=(*eraser.persons, person.unreadable(eraser.key)))
    write_list(store.root, listed)
    return listed


def erase(store: LandingStore, eraser: Eraser) -> list[Affected]:
    """Takes everybody on the list out of all that has landed; says which rows it changed. Repeating it is harmless."""
    with ExitStack() as alone:
        for source in sorted((*FILE_SOURCES, JIRA_SOURCE, "inbox")):
            alone.enter_context(store.writer(source))
        changed = list(_rewritten(store, eraser, write=True))
        _rewrite_notes(store, eraser)
        for folder in ("spool", "unfinished"):
            shutil.rmtree(store.root / folder, ignore_errors=True)
    return changed


def finish(store: LandingStore, eraser: Eraser) -> None:
    """Marks everybody on the list as finished."""
    write_list(
        store.root,
        replace(eraser, persons=tuple(replace(person, finished=True) for person in eraser.persons)),
    )


def _rewritten(store: LandingStore, eraser: Eraser, *, write: bool) -> Iterator[Affected]:
    for manifest in store.manifests():
        rows = 0
        for kind in ("data", "quarantine", "left_out"):
            rows += _rewrite_part(store, manifest, kind, eraser, write=write)
        checks = tuple(_check(check, manifest, eraser) for check in manifest.checks)
        if write and checks != manifest.checks:
            store.rewrite(replace(manifest, checks=checks))
        if rows:
            table = f"{manifest.source.removeprefix('raw_')}.{manifest.object}"
            yield Affected(table, manifest.batch_id, manifest.path, rows)


def _rewrite_part(store: LandingStore, manifest: Manifest, kind: str, eraser: Eraser, *, write: bool) -> int:
    """Rewrites one Parquet file beside itself, row group by row group, and swaps it in where a row changed."""
    import pyarrow.parquet as pq

    file: Path | None = getattr(store, f"{kind}_file")(manifest)
    if file is None:
        return 0
    changed = 0
    with _beside(file) if write else nullcontext() as following, pq.ParquetFile(file) as parts:
        writer = pq.ParquetWriter(following, parts.schema_arrow, compression="zstd") if following else None
        for number in range(parts.num_row_groups):
            rows, count = _cleaned(parts.read_row_group(number), manifest, kind, eraser)
            changed += count
            if writer is not None:
                writer.write_table(rows)
        if writer is not None:
            writer.close()
        if following is not None and changed:
            following.flush()
            os.fsync(following.fileno())
            Path(following.name).replace(file)
            sync_folders(file.parent, store.root)
    return changed


@contextmanager
def _beside(file: Path) -> Iterator[BinaryIO]:
    """A new file in the same folder, gone at the end unless it was renamed."""
    path = file.with_name(".erasing")
    with path.open("wb") as stream:
        yield stream
    path.unlink(missing_ok=True)


def _cleaned(rows: pa.Table, manifest: Manifest, kind: str, eraser: Eraser) -> tuple[pa.Table, int]:
    if kind == "data":
        return eraser.rows(rows, manifest.source.removeprefix("raw_"), manifest.object)
    return eraser.set_aside(rows)


def _check(check: Check, manifest: Manifest, eraser: Eraser) -> Check:
    source = manifest.source.removeprefix("raw_")
    published = None if check.published is None else eraser.said(check.published, source)
    return replace(check, message=eraser.said(check.message, source), published=published)


def _rewrite_notes(store: LandingStore, eraser: Eraser) -> None:
    for folder in (REFUSED, REMARKS):
        for file in sorted((store.root / folder).glob("*.json")):
            before = file.read_text(encoding="utf-8")
            after = eraser.said(before, file.stem.removeprefix("raw_"))
            if after != before:
                temporary = file.with_suffix(".tmp")
                temporary.write_text(after, encoding="utf-8")
                temporary.replace(file)


def _rows(store: LandingStore, schema: str, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Distinct rows of a table over all of its batches."""
    import duckdb

    files = [store.data_file(each) for each in store.of_source(schema) if each.object == table]
    present = [str(file) for file in files if file is not None]
    if not present:
        return []
    with duckdb.connect() as connection:
        return connection.execute(
            f"select distinct {', '.join(columns)} "
            "from read_parquet(?, union_by_name = true, hive_partitioning = true)",
            [present],
        ).fetchall()


def _folded(text: object) -> str | None:
    return None if text is None else " ".join(str(text).split()).casefold()


def _addresses(attributes: str | None) -> Iterator[str]:
    """E-mail addresses among the columns that a table of people has beside its own."""
    import re

    yield from re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", attributes or "")


def _forms(name: str) -> set[str]:
    """How a name may be written: `Ada Lovelace`, `Lovelace, Ada`; an account also as it stands in an address."""
    words = name.replace(",", " ").split()
    if len(words) < 2:
        return {name, quote(name, safe="")}
    return {name, " ".join(words), " ".join([words[-1], *words[:-1]])}


def _is_telling(name: str) -> bool:
    """Whether a text may be looked for within others: full names, addresses, accounts; no first name or short code."""
    return len(words_of(name)) > 1 or (len(name) >= TELLING and not name.isdigit())
