"""Receives what has arrived; plain functions that Dagster and the command line call.

Here: the names to import. Files are received in `inbox_arrivals` and with them Tempo in `tempo_arrivals`, Jira in
`jira_arrivals`.
"""

from pipelines.validation.arrival import Arrival, Report, Status, describe, silent
from pipelines.validation.inbox_arrivals import receive_inbox
from pipelines.validation.jira_arrivals import receive_jira
from pipelines.validation.outcomes import CheckOutcome
from pipelines.validation.rules import Rule, Suite, suite_of

__all__ = [
    "Arrival",
    "CheckOutcome",
    "Report",
    "Rule",
    "Status",
    "Suite",
    "describe",
    "receive_inbox",
    "receive_jira",
    "silent",
    "suite_of",
]
