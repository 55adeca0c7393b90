"""Writing the demo's files so that the same content gives the same bytes: CSV, and workbooks without a clock."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import spreadsheets

if TYPE_CHECKING:
    from openpyxl import Workbook

Row = Mapping[str, object]
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write `rows` under the names of the first, in UTF-8; None is a blank cell."""
    spreadsheets.write_csv(path, list(rows[0]), rows)


def write_workbook(path: Path, book: Workbook) -> None:
    """Save a workbook without the moment of saving, in its properties and in the archive around them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    spreadsheets.keep_texts(book)
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>2026-01-05T08:00:00Z\g<2>", content)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
