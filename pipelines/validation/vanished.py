"""The check of rows that earlier versions of a file had and this one has not: no fault, but never unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from connectors.tabular.tables import Table
from pipelines.landing.people import is_personal
from pipelines.validation.outcomes import CheckOutcome
from pipelines.validation.retired import Retired
from pipelines.validation.words import SHOWN, counted

VANISHED_ROWS = "rows_that_vanished_are_named"


def vanished_rows(table: Table, retired: Retired | None, path: str) -> CheckOutcome:
    """Warned where rows vanished: which, and whether they still count."""
    if retired is None:
        return CheckOutcome(table.name, VANISHED_ROWS, True, "warn", False, not_run=True)
    gone, names = retired.vanished, retired.names
    if not gone:
        return CheckOutcome(table.name, VANISHED_ROWS, True, "warn", False)
    whose = "earlier versions" if table.replaces == "key" else "the version before"
    said = (
        f"{_escaped(path)}: {counted(len(gone))} of {whose} came no more: {{}}. {_what_holds(table, retired)}"
    )
    public = [place for place, name in enumerate(names) if not is_personal(table.name, name)]
    return CheckOutcome(
        table.name,
        VANISHED_ROWS,
        False,
        "warn",
        False,
        len(gone),
        said.format(_listed(gone, range(len(names)))),
        published=said.format(_listed(gone, public)),
    )


def _what_holds(table: Table, retired: Retired) -> str:
    """Whether the vanished rows count, and what to do where that is wrong."""
    gone, stays = len(retired.vanished), retired.stays
    they = "It counts" if gone == 1 else "They count"
    if not stays:
        return f"{they} no more; if that is wrong, put back what is missing."
    if table.replaces == "key":
        how = f"deliver its key with {table.measure} 0" if table.measure else "see docs/inputs.md"
        return f"{they} still, because {table.name} is merged by key; to take a row away, {how}."
    scope = " and ".join("period" if name == "work_date" else name for name in table.scope)
    some = they if stays == gone else f"{stays} of them count{'s' if stays == 1 else ''}"
    return (
        f"{some} still, because the file has nothing for their {scope}; to take them away, deliver 0 there."
    )


def _escaped(path: str) -> str:
    return path.replace("{", "{{").replace("}", "}}")


def _listed(rows: Sequence[tuple[Any, ...]], places: Sequence[int]) -> str:
    """The first few different rows by the values at these places, and how many there are beside."""
    texts = [" ".join(_text(row[place]) for place in places if row[place] is not None) for row in rows]
    different = list(dict.fromkeys(text or "(a person)" for text in texts))
    more = f"; and {len(different) - SHOWN} more" if len(different) > SHOWN else ""
    return "; ".join(different[:SHOWN]) + more


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
