"""Writing the demo's files so that the same content gives the same bytes: CSV, and workbooks without a clock."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

Row = Mapping[str, object]
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write `rows` under the names of the first, in UTF-8; None is a blank cell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: "" if row[name] is None else row[name] for name in rows[0]} for row in rows)


def write_workbook(path: Path, book: Workbook) -> None:
    """Save a workbook without the moment of saving, in its properties and in the archive around them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>2026-01-05T08:00:00Z\g<2>", content)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
