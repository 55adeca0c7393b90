"""The addresses of the demo's Jira, version 2 and 3, Cloud and Data Center; how documents look is `documents`.

Importing this package registers every route.
"""

from __future__ import annotations

from demo.jira.routes import (
    agile,
    changelogs,
    controls,
    directory,
    issues,
    people,
    projects,
    search,
    worklogs,
)
from demo.jira.routes.common import ROUTER

__all__ = [
    "ROUTER",
    "agile",
    "changelogs",
    "controls",
    "directory",
    "issues",
    "people",
    "projects",
    "search",
    "worklogs",
]
