"""Files written into a temporary home and read back through the one public entry, `read_file`."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from openpyxl import Workbook

from connectors.budgets.tables import TABLES as BUDGETS
from connectors.ledger.tables import TABLES as LEDGER
from connectors.reference.tables import TABLES as REFERENCE
from connectors.register.tables import TABLES as REGISTER
from connectors.tabular.formats import all_formats_as_written
from connectors.tabular.layout import parse_layouts
from connectors.tabular.reader import FileReading, read_file
from connectors.tabular.shaping import Surroundings
from connectors.timesheets.tables import TABLES as TIMESHEETS

SOURCES = {
    "budgets": BUDGETS,
    "ledger": LEDGER,
    "reference": REFERENCE,
    "register": REGISTER,
    "timesheets": TIMESHEETS,
}
Reader = Callable[..., FileReading]


def _read(path: Path, *, source: str, layouts: Mapping[str, Any]) -> FileReading:
    folder = "reference" if source == "reference" else f"inbox/{source}"
    return read_file(
        path,
        relative=f"{folder}/{path.name}",
        source=source,
        tables=SOURCES[source],
        layouts=parse_layouts(layouts, all_formats_as_written()),
        surroundings=Surroundings(functional_currency="EUR", timezone="Europe/Paris"),
    )


@pytest.fixture
def read_csv(tmp_path: Path) -> Reader:
    """Write text or bytes under a name and read it as a file of a source."""

    def read(
        name: str, content: str | bytes, *, source: str, layouts: Mapping[str, Any] | None = None
    ) -> FileReading:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return _read(path, source=source, layouts=layouts or {})

    return read


@pytest.fixture
def read_xlsx(tmp_path: Path) -> Reader:
    """Write sheets of cells, let `change` alter the workbook, and read it."""

    def read(
        name: str,
        sheets: Mapping[str, Sequence[Sequence[Any]]],
        *,
        source: str,
        layouts: Mapping[str, Any] | None = None,
        change: Callable[[Workbook], None] | None = None,
    ) -> FileReading:
        book = Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        if change is not None:
            change(book)
        book.save(tmp_path / name)
        return _read(tmp_path / name, source=source, layouts=layouts or {})

    return read


@pytest.fixture
def read_ods(tmp_path: Path) -> Reader:
    """Write one OpenDocument sheet of texts, numbers and ready-made cell elements (`<table:table-cell …`)."""

    def read(name: str, title: str, rows: Sequence[Sequence[Any]], *, source: str) -> FileReading:
        body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("META-INF/manifest.xml", _MANIFEST)
            archive.writestr("content.xml", _ODS.format(title=title, body=body))
        return _read(tmp_path / name, source=source, layouts={})

    return read


_MANIFEST = (
    '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>'
)
_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="{title}">{body}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def _ods_cell(value: Any) -> str:
    if isinstance(value, str) and value.startswith("<table:"):
        return value
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        words = escape(value)
        return f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
