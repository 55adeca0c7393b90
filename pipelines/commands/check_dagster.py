"""What `pmo doctor` says of Dagster in production: only where DAGSTER_HOME names its folder.

A history that is opened for the first time gets its tables; nothing else is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pipelines.commands.findings import Finding

SUBJECT = "dagster"
VARIABLE = "DAGSTER_HOME"
URL = "DAGSTER_POSTGRES_URL"


def dagster_findings() -> Iterator[Finding]:
    """Whether its settings are there, its history can be opened, and its daemon lives."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        return
    settings = Path(folder) / "dagster.yaml"
    if not settings.is_file():
        said = f"There is no {settings}: copy deploy/dagster.yaml there, or unset {VARIABLE}."
        yield Finding(SUBJECT, False, said)
        return
    yield from _history(settings)


def _history(settings: Path) -> Iterator[Finding]:
    import dagster as dg
    from dagster._daemon.controller import all_daemons_healthy

    if os.environ.get(URL, "").startswith(("postgresql://", "postgres://")):
        said = (
            f"{URL} has to begin with postgresql+psycopg2://: with another driver Dagster can't note events."
        )
        yield Finding(SUBJECT, False, said)
        return
    try:
        with dg.DagsterInstance.from_config(str(settings.parent)) as instance:
            runs = instance.get_runs_count()
            is_alive = all_daemons_healthy(instance)
    except _foreseen() as error:
        # The first line names host and cause; others may hold the statement.
        cause = str(error.__cause__ or error).strip().partition("\n")[0]
        said = f"The history that {settings} names could not be opened: {cause}. Mend its URL or start its database."
        yield Finding(SUBJECT, False, said)
        return
    yield Finding(SUBJECT, True, f"{settings}, {runs:,} runs in its history")
    if not is_alive:
        said = "No sign of life: nothing runs by itself. Start it (`systemctl start pmo-daemon`)."
        yield Finding("dagster daemon", True, said, look=True)


def _foreseen() -> tuple[type[Exception], ...]:
    """What opening a history raises where settings, database or package are not as they have to be."""
    import dagster as dg
    from dagster._check import CheckError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        from dagster_postgres.utils import DagsterPostgresException
    except ImportError:
        return (dg.DagsterError, CheckError, SQLAlchemyError)
    return (dg.DagsterError, CheckError, SQLAlchemyError, DagsterPostgresException)
