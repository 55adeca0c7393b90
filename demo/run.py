"""The demo as the command line calls it: make the company's folder, and serve its Jira beside a refresh."""

from __future__ import annotations

from pathlib import Path

from demo.budgets import write_budgets
from demo.hours import write_timesheets
from demo.ledger import write_ledger
from demo.reference import write_reference


def make_home(path: Path) -> None:
    """Write the whole PMO folder of the demo company into `path`; what it has landed or published stays.

    The same files, byte for byte, every time: a second refresh of an untouched demo finds nothing new.
    """
    inbox = path / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    write_reference(path)
    write_timesheets(inbox)
    write_budgets(inbox)
    write_ledger(inbox)
