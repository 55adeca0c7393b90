"""Which sources there are and which canonical tables each has."""

from __future__ import annotations

from connectors.budgets.tables import TABLES as BUDGETS
from connectors.jira.tables import TABLES as JIRA
from connectors.ledger.tables import TABLES as LEDGER
from connectors.reference.tables import TABLES as REFERENCE
from connectors.register.tables import TABLES as REGISTER
from connectors.tabular.tables import Table
from connectors.timesheets.tables import TABLES as TIMESHEETS

JIRA_SOURCE = "jira"
REFERENCE_SOURCE = "reference"
TIMESHEETS_SOURCE = "timesheets"
TEMPO_READER = "tempo"
"""The reader, and the beginning of the path, of what a Tempo account brings to timesheets."""
FILE_SOURCES = (TIMESHEETS_SOURCE, "budgets", "ledger", "register", REFERENCE_SOURCE)

_TABLES: dict[str, tuple[Table, ...]] = {
    TIMESHEETS_SOURCE: TIMESHEETS,
    "budgets": BUDGETS,
    "ledger": LEDGER,
    "register": REGISTER,
    REFERENCE_SOURCE: REFERENCE,
    JIRA_SOURCE: JIRA,
}


def tables_of(source: str) -> tuple[Table, ...]:
    """The canonical tables of a source, in the order they are declared; KeyError for an unknown source."""
    return _TABLES[source]
