"""Which issues and worklogs of a Jira site are landed, which issues are known to be gone, and who logs work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from connectors.jira.census import NO_IDS, Ids, LandedIssues, Roll
from pipelines.landing.manifest import Manifest
from pipelines.landing.store import LandingStore

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

_ROWS = "read_parquet(?, union_by_name = true, hive_partitioning = true)"
_ISSUES = f"""
    select cast(issue_id as bigint) as id, arg_max(project_key, _batch) as project
    from {_ROWS}
    group by id
"""
_GONE = f"""
    select cast(issue_id as bigint) as id
    from {_ROWS}
    group by id
    having arg_max(availability, _batch) <> 'present'
"""
_WORKLOGS = f"""
    select cast(worklog_id as bigint) as id, arg_max(cast(issue_id as bigint), _batch) as issue
    from {_ROWS}
    group by id
    having not arg_max(is_deleted, _batch)
    order by id
"""
_BY_APPS = f"""
    with worklogs as (
        select arg_max(author_account, _batch) as account
        from {_ROWS}
        group by worklog_id
        having not arg_max(is_deleted, _batch)
    ),
    apps as (
        select account
        from {_ROWS}
        group by account
        having arg_max(account_type, _batch) = 'app'
    )
    select count(apps.account), count(*)
    from worklogs
    left join apps on worklogs.account = apps.account
"""


def landed_issues(store: LandingStore, known: Sequence[Manifest]) -> LandedIssues:
    """The issues of one site.

    Args:
        known: the site's committed batches, of whatever table.
    """
    import duckdb

    issues, availability = _files(store, known, "issues"), _files(store, known, "issue_availability")
    if not issues:
        return LandedIssues.none()
    with duckdb.connect() as connection:
        connection.execute(f"create table landed as {_ISSUES}", [issues])
        if availability:
            connection.execute(f"create table gone as {_GONE}", [availability])
        else:
            connection.execute("create table gone (id bigint)")
        return LandedIssues(_roll(connection, "anti"), _roll(connection, "semi"))


def landed_worklogs(store: LandingStore, known: Sequence[Manifest]) -> tuple[Ids, Ids]:
    """The ids of the worklogs of one site that are not deleted, sorted, and the ids of their issues."""
    import duckdb
    import numpy as np

    files = _files(store, known, "worklogs")
    if not files:
        return NO_IDS, NO_IDS
    with duckdb.connect() as connection:
        found = connection.execute(_WORKLOGS, [files]).fetchnumpy()
    return np.asarray(found["id"], np.int64), np.asarray(found["issue"], np.int64)


def worklogs_by_apps(store: LandingStore, known: Sequence[Manifest]) -> tuple[int, int]:
    """How many of the worklogs of one site that are not deleted were written by an app, and how many there are."""
    import duckdb

    worklogs, users = _files(store, known, "worklogs"), _files(store, known, "users")
    if not (worklogs and users):
        return 0, 0
    with duckdb.connect() as connection:
        found = connection.execute(_BY_APPS, [worklogs, users]).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def _roll(connection: duckdb.DuckDBPyConnection, join: str) -> Roll:
    import numpy as np

    found = connection.execute(
        f"select id, project from landed {join} join gone using (id) order by id"
    ).fetchnumpy()
    names, codes = np.unique(np.asarray(found["project"], str), return_inverse=True)
    return Roll(np.asarray(found["id"], np.int64), codes.astype(np.int32), [str(name) for name in names])


def _files(store: LandingStore, known: Sequence[Manifest], table: str) -> list[str]:
    found: list[Path | None] = [store.data_file(each) for each in known if each.object == table]
    return [str(file) for file in found if file is not None]
