"""How one file would be read if it were dropped in now: its tables, mapping, records, totals and faults. Nothing lands.

Flow: file → `read_file` (as a refresh reads it) → `judge` (as a refresh judges it) → `Preview`. A file of a make that
nothing here knows gets a proposed layout, and is shown as that layout would read it.
"""

from __future__ import annotations

import glob
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Literal

from connectors.errors import ConnectorError, UnknownFile, UnreadableFile
from connectors.tabular.extract import BatchFault, ColumnSource, ControlTotal, LeftOut, TableExtract
from connectors.tabular.layout import Layout, LayoutError
from connectors.tabular.limits import DEFAULT_LIMITS
from connectors.tabular.origins import FUNCTIONAL_CURRENCY
from connectors.tabular.proposal import Proposal, propose
from connectors.tabular.reader import FileReading, read_file
from connectors.tabular.shaping import Surroundings
from pipelines.landing.locations import local_inbox
from pipelines.landing.sources import FILE_SOURCES, REFERENCE_SOURCE, tables_of
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, Settings, ValidationSettings
from pipelines.validation.inbox_arrivals import all_or_none, judge_reading
from pipelines.validation.judge import judge
from pipelines.validation.outcomes import Verdict
from pipelines.validation.outside import declared_periods, outside_the_calendar

NO_CURRENCY = "XXX"
"""ISO 4217 for no currency: stands for a functional currency that nobody has declared."""

Fate = Literal["loaded", "quarantined", "refused"]


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a record and the cell that it came from; None for one that stands in no cell."""

    value: object
    cell: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """One canonical row with what it holds, blank columns left away."""

    sheet: str | None
    values: dict[str, Place]


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a table's measure over the rows that would be loaded, by currency, or in hours."""

    column: str
    unit: str
    rows: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell for which its row would be quarantined."""

    sheet: str | None
    cell: str
    column: str
    rule: str
    content: str
    message: str


@dataclass(frozen=True, slots=True)
class TablePreview:
    """What one table would receive from the file.

    Args:
        reader: `canonical`, `layout:NAME`, `format:NAME`.
        rows_in: loaded + quarantined + left_out; refused_rows + left_out where it is refused.
        sources: the mapping: where each column is read from.
        attributes: headers of columns that the table does not have, kept beside each row.
        records: the first rows that were read.
        faults: cells for which their rows would be quarantined; of refused rows, what to mend in them besides.
        refused: why nothing of it would land.
        warnings: what a refresh would warn of, and what lies outside the fiscal calendar.
    """

    table: str
    reader: str
    fate: Fate
    rows_in: int
    loaded: int
    quarantined: int
    refused_rows: int
    sources: tuple[ColumnSource, ...]
    attributes: tuple[str, ...]
    records: tuple[Record, ...]
    sums: tuple[Sum, ...]
    totals: tuple[ControlTotal, ...]
    left_out: tuple[LeftOut, ...]
    faults: tuple[Fault, ...]
    refused: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of a file.

    Args:
        path: the name under which it is read: below the home, in the inbox of its source.
        home: the folder whose pmo.yaml was used; None where there is none.
        refused: why the file could not be read as any table.
        proposal: a layout for it, where nothing knows it; then `tables` are what that layout reads.
        notes: what else there is to know, such as sheets that are not read.
    """

    file: str
    path: str
    source: str
    home: str | None
    tables: tuple[TablePreview, ...] = ()
    refused: str | None = None
    proposal: Proposal | None = None
    notes: tuple[str, ...] = ()

    @property
    def fate(self) -> Fate:
        """What a refresh would do with the file as things stand."""
        fates = {table.fate for table in self.tables}
        if self.refused is not None or "refused" in fates:
            return "refused"
        return "quarantined" if "quarantined" in fates else "loaded"


@dataclass(frozen=True, slots=True)
class Trial:
    """What to read a file as.

    Args:
        year: the year that months without one are taken to begin in, where the file says none.
        layouts: layouts to try on it in place of those that claim it; None for those of pmo.yaml and known formats.
        table: the table that a proposed layout fills; None for the one that fits best.
        rows: how many records are shown.
    """

    year: int
    layouts: Mapping[str, Layout] | None = None
    table: str | None = None
    rows: int = 10


@dataclass(slots=True)
class _Reader:
    """One file and what it is read with."""

    file: Path
    path: str
    source: str
    home: Home | None
    settings: Settings | None
    trial: Trial
    notes: list[str] = field(default_factory=list)

    def read(self, layouts: Mapping[str, Layout]) -> FileReading:
        """The reading, without a home in no currency."""
        known = self.settings.surroundings if self.settings else Surroundings(NO_CURRENCY)
        reading = read_file(
            self.file,
            relative=self.path,
            source=self.source,
            tables=tables_of(self.source),
            layouts=layouts,
            surroundings=known,
            limits=self.settings.limits.of_a_file if self.settings else DEFAULT_LIMITS,
        )
        if not reading.extracts:
            raise UnreadableFile(
                f"{self.path} holds no table of {self.source}.",
                mend="Correct the file, or name another --source.",
            )
        return reading

    def tables(self, reading: FileReading) -> tuple[TablePreview, ...]:
        """Each table of a reading, judged."""
        verdicts = self._verdicts(reading)
        found = tuple(
            _table(verdict, reader, self.trial.rows)
            for verdict, reader in zip(verdicts, reading.readers, strict=True)
        )
        if self.home is None or self.settings is None:
            return found
        periods = declared_periods(self.home, self.settings)
        return tuple(
            replace(table, warnings=(*table.warnings, *outside_the_calendar(extract, periods)))
            for table, extract in zip(found, reading.extracts, strict=True)
        )

    def _verdicts(self, reading: FileReading) -> list[Verdict]:
        if self.home is None or self.settings is None:
            verdicts = [
                judge(
                    extract,
                    None,
                    path=self.path,
                    limits=ValidationSettings(),
                    remarks=() if number else reading.notes.remarks,
                )
                for number, extract in enumerate(reading.extracts)
            ]
        else:
            store = LandingStore(self.home.landing)
            known = store.of_source(f"raw_{self.source}")
            verdicts = judge_reading(
                store, self.settings, self.path, reading.extracts, known, reading.notes.remarks
            )
        return all_or_none(verdicts, self.path, blocking=True)


def preview(
    file: Path, *, path: str, source: str, home: Home | None, settings: Settings | None, trial: Trial
) -> Preview:
    """How a file would be read and judged.

    Args:
        path: its name below the home, `inbox/budgets/Budget.xlsx`, wherever it lies.
        home, settings: None where there is no pmo.yaml; then the functional currency is unknown.
    """
    reader = _Reader(file, path, source, home, settings, trial)
    layouts = settings.layouts if settings else {}
    if trial.layouts is not None:
        layouts = claiming(trial.layouts, path)
    tables: tuple[TablePreview, ...] = ()
    refused, proposal = None, None
    try:
        reading = reader.read(layouts)
    except UnknownFile as error:
        refused = str(error)
    except (UnreadableFile, LayoutError) as error:
        return _made(reader, (), refused=str(error))
    else:
        tables = reader.tables(reading)
        reader.notes += _not_warned(reading, tables)
        if not _has_another_make(reading):
            return _made(reader, tables)
        refused = "\n".join(reason for table in tables for reason in table.refused)
    proposal = _proposed(reader)
    if proposal is not None:
        try:
            reading = reader.read(claiming({proposal.name: proposal.layout}, path))
            tables = reader.tables(reading)
            reader.notes = _not_warned(reading, tables)
        except ConnectorError as error:
            tables, reader.notes = (), [str(error)]
    return _made(reader, tables, refused=refused, proposal=proposal)


def _not_warned(reading: FileReading, tables: Sequence[TablePreview]) -> list[str]:
    """What was noted and is not among the warnings already."""
    warned = [warning for table in tables for warning in table.warnings]
    return [note for note in reading.notes if not any(note in warning for warning in warned)]


def claiming(layouts: Mapping[str, Layout], path: str) -> dict[str, Layout]:
    """The layouts as ones that claim this path, whatever files they are for."""
    return {name: layout.model_copy(update={"files": glob.escape(path)}) for name, layout in layouts.items()}


def source_of(file: Path, home: Home | None, settings: Settings | None) -> tuple[str | None, str | None]:
    """The source of a file and its name below the home, by the folders in which it lies; None where they don't say."""
    file = file.resolve()
    if home is not None:
        inbox = local_inbox(home, settings.inbox) if settings else home.inbox
        for source in FILE_SOURCES:
            folder = home.reference if source == REFERENCE_SOURCE else inbox and inbox / source
            if folder and file.is_relative_to(folder.resolve()):
                return source, path_in_home(source, file.relative_to(folder.resolve()).as_posix())
    folders = [folder.name for folder in file.parents]
    return next((folder for folder in folders if folder in FILE_SOURCES), None), None


def path_in_home(source: str, name: str) -> str:
    """The name of a file of a source below the home."""
    return f"{REFERENCE_SOURCE}/{name}" if source == REFERENCE_SOURCE else f"inbox/{source}/{name}"


def _has_another_make(reading: FileReading) -> bool:
    """Whether a file is named after a table and has none of its header: it needs a layout, not a correction."""
    return all(
        reader == "canonical" and any(fault.rule == "missing_column" for fault in extract.batch_faults)
        for extract, reader in zip(reading.extracts, reading.readers, strict=True)
    )


def _proposed(reader: _Reader) -> Proposal | None:
    """A layout for the file, or a note why there is none."""
    try:
        return propose(
            reader.file.read_bytes(),
            relative=reader.path,
            tables=tables_of(reader.source),
            table=reader.trial.table,
            year=reader.trial.year,
        )
    except ConnectorError as error:
        reader.notes.append(str(error))
        return None


def _made(
    reader: _Reader,
    tables: tuple[TablePreview, ...],
    *,
    refused: str | None = None,
    proposal: Proposal | None = None,
) -> Preview:
    uses_currency = any(each.origin == FUNCTIONAL_CURRENCY for table in tables for each in table.sources)
    if reader.settings is None and uses_currency:
        reader.notes.append(
            f"No pmo.yaml was found: the functional currency is not known and is shown as {NO_CURRENCY}."
        )
    return Preview(
        file=str(reader.file),
        path=reader.path,
        source=reader.source,
        home=str(reader.home.root) if reader.home and reader.settings else None,
        tables=tables,
        refused=refused,
        proposal=proposal,
        notes=tuple(dict.fromkeys(reader.notes)),
    )


def _table(verdict: Verdict, reader: str, rows: int) -> TablePreview:
    extract, set_aside = verdict.extract, len(verdict.faults)
    fate: Fate = "refused" if verdict.refused else "quarantined" if set_aside else "loaded"
    # A refused batch is not asked row by row; what the reader found in its cells is worth mending all the same.
    found = extract.faults if verdict.refused else [f for row in verdict.faults.values() for f in row]
    return TablePreview(
        table=extract.table.name,
        reader=reader,
        fate=fate,
        rows_in=len(extract) + len(extract.left_out),
        loaded=0 if verdict.refused else len(extract) - set_aside,
        quarantined=set_aside,
        refused_rows=len(extract) if verdict.refused else 0,
        sources=tuple(extract.sources),
        attributes=tuple(
            dict.fromkeys(name for row in extract.attributes if row for name in json.loads(row))
        ),
        records=tuple(_record(extract, row) for row in range(min(rows, len(extract)))),
        sums=_sums(extract, {fault.row for fault in found}),
        totals=tuple(extract.control_totals),
        left_out=tuple(extract.left_out),
        faults=tuple(
            Fault(extract.sheets[f.row], f.place, f.column, f.rule, f.content, f.message) for f in found
        ),
        refused=_refusals(verdict, extract.batch_faults),
        warnings=() if verdict.refused else _warnings(verdict),
    )


def _refusals(verdict: Verdict, faults: Sequence[BatchFault]) -> tuple[str, ...]:
    return verdict.reasons if verdict.refused else tuple(fault.message for fault in faults)


def _warnings(verdict: Verdict) -> tuple[str, ...]:
    """What a refresh would warn of, rows in quarantine aside: these are listed cell by cell."""
    faulted = {fault.rule for row in verdict.faults.values() for fault in row}
    return tuple(
        check.message
        for check in verdict.checks
        if not check.passed and check.message and not (faulted and " in quarantine: " in check.message)
    )


def _record(extract: TableExtract, row: int) -> Record:
    return Record(
        extract.sheets[row],
        {
            name: Place(values[row], _cell(extract, row, name))
            for name, values in extract.columns.items()
            if values[row] is not None
        },
    )


def _cell(extract: TableExtract, row: int, column: str) -> str | None:
    """The cell of a value; None for one that all rows of a sheet share, which has the row's place for want of one."""
    place = (
        extract.cell_places[column][row] if extract.cell_places and column in extract.cell_places else None
    )
    is_shared = place == extract.places[row] and not isinstance(extract.columns[column][row], Decimal)
    return None if is_shared else place


def _sums(extract: TableExtract, quarantined: set[int]) -> tuple[Sum, ...]:
    """By unit, in the order in which the units first stand there."""
    measure, unit = extract.table.measure, extract.table.unit
    if measure is None:
        return ()
    sums: dict[str, tuple[int, Decimal]] = {}
    for row, value in enumerate(extract.columns[measure]):
        if row in quarantined or not isinstance(value, Decimal):
            continue
        name = "hours" if unit is None else str(extract.columns[unit][row] or "no currency")
        rows, amount = sums.get(name, (0, Decimal(0)))
        sums[name] = rows + 1, amount + value
    return tuple(Sum(measure, name, rows, amount) for name, (rows, amount) in sums.items())
