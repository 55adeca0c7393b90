"""The part of JQL that a warehouse uses: restrictions joined by and, or, not; order by.

    project in (PAY, "WEB") and updated >= 1767225600000 order by updated asc, key asc

What real Jira refuses is refused here: unknown fields and projects, queries without a restriction, seconds in a written
date. A written date is read in the account's time zone; a number is milliseconds since 1970.
"""

from __future__ import annotations

from demo.jira.jql.parser import parse
from demo.jira.jql.query import Query, SortKey
from demo.jira.jql.words import JqlError

__all__ = ["JqlError", "Query", "SortKey", "parse"]
