"""Looking for a text in everything that a home holds: in files as they are, and in what they hold packed.

Here: reading Parquet, DuckDB, SQLite, workbooks and compressed files by value. Which texts are secret is the test's.
"""

from __future__ import annotations

import base64
import gzip
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote


def forms(secret: str) -> set[bytes]:
    """A secret as it is, percent-encoded, and in base64 at each of the three offsets that it may stand at."""
    raw = secret.encode()
    found = {raw, quote(secret, safe="").encode()}
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw)
        # The first and last characters depend on the neighbours.
        found.add(coded[(offset * 8 + 5) // 6 + 1 : -4])
    return {form for form in found if len(form) >= 8}


def files_with(root: Path, secrets: Sequence[str]) -> list[str]:
    """`path: secret` for each file below a folder that holds one, in whatever form."""
    wanted = [(secret, form) for secret in secrets for form in forms(secret)]
    found = set()
    for file in sorted(root.rglob("*")):
        if file.is_file() and not file.is_symlink():
            for content in contents(file):
                found |= {f"{file.relative_to(root)}: {secret}" for secret, form in wanted if form in content}
    return sorted(found)


def contents(file: Path) -> Iterator[bytes]:
    """The bytes of a file, then those that it holds packed."""
    raw = file.read_bytes()
    yield raw
    if raw[:4] == b"PAR1":
        yield from _rows("select * from read_parquet(?)", [str(file)])
    elif raw[8:12] == b"DUCK":
        yield from _tables(file)
    elif raw[:15] == b"SQLite format 3":
        yield from _sqlite(file)
    elif raw[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(file) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif raw[:2] == b"\x1f\x8b":
        yield gzip.decompress(raw)


def _rows(sql: str, parameters: Sequence[str] = ()) -> Iterator[bytes]:
    import duckdb

    with duckdb.connect() as connection:
        yield repr(connection.execute(sql, list(parameters)).fetchall()).encode()


def _tables(file: Path) -> Iterator[bytes]:
    import duckdb

    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        yield repr(connection.execute("select sql from duckdb_views()").fetchall()).encode()
        for schema, table in tables:
            yield repr(connection.execute(f'select * from "{schema}"."{table}"').fetchall()).encode()


def _sqlite(file: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        names = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (name,) in names:
            yield repr(connection.execute(f'select * from "{name}"').fetchall()).encode()
