"""Projects and what belongs to them: versions, components. And people."""

from __future__ import annotations

from typing import Any

from connectors.jira import values
from connectors.jira.documents import settled
from connectors.jira.shapes.reading import Record, Shape, account, member
from connectors.jira.tables import COMPONENTS, PROJECTS, USERS, VERSIONS

_OF_THE_DAY = ("overdue", "userStartDate", "userReleaseDate", "issuesStatusForFixVersion")
"""What Jira says of a version anew each day, or in the notation of the account that asks."""
_OF_THE_ISSUES = ("insight", "permissions")
"""What Jira counts of a project's issues, and what the account may do there."""


def _landed_project(record: Record) -> Record:
    return {name: value for name, value in settled(record).items() if name not in _OF_THE_ISSUES}


def _landed_version(record: Record) -> Record:
    return {name: value for name, value in settled(record).items() if name not in _OF_THE_DAY}


def visibility(record: Record) -> str:
    """live, archived or deleted, as a project's own record says; `more` overrules it where another request knows."""
    for word in ("deleted", "archived"):
        if record.get(word) is not None and values.flag(record[word]):
            return word
    return "live"


PROJECT_SHAPE = Shape(
    table=PROJECTS,
    members={
        "project_id": member(values.identifier, "id", required=True),
        "project_key": member(values.key, "key", required=True),
        "name": member(values.text, "name"),
        "project_type": member(values.text, "projectTypeKey"),
        "category": member(values.text, "projectCategory.name"),
        "lead_account": account("lead"),
        "visibility": member(visibility, ""),
        "is_archived": member(values.flag, "archived", absent=False),
    },
    noun="project",
    place="project_key",
    landed=_landed_project,
)
USER_SHAPE = Shape(
    table=USERS,
    members={
        "account": account(""),
        "account_type": member(values.text, "accountType"),
        "display_name": member(values.text, "displayName"),
        "email": member(values.text, "emailAddress"),
        "is_active": member(values.flag, "active"),
        "time_zone": member(values.text, "timeZone"),
    },
    noun="user",
    place="account",
)
VERSION_SHAPE = Shape(
    table=VERSIONS,
    members={
        "version_id": member(values.reference, "id", required=True),
        "project_id": member(values.reference, "projectId"),
        "project_key": member(values.text, "project"),
        "name": member(values.text, "name"),
        "description": member(values.text, "description"),
        "started_on": member(values.day, "startDate"),
        "released_on": member(values.day, "releaseDate"),
        "is_released": member(values.flag, "released"),
        "is_archived": member(values.flag, "archived"),
    },
    noun="version",
    place="version_id",
    landed=_landed_version,
)
"""A version names its project by id alone: the key comes as `add(VERSION_SHAPE, record, project_key="PAY")`."""

COMPONENT_SHAPE = Shape(
    table=COMPONENTS,
    members={
        "component_id": member(values.reference, "id", required=True),
        "project_id": member(values.reference, "projectId"),
        "project_key": member(values.text, "project"),
        "name": member(values.text, "name"),
        "lead_account": account("lead"),
    },
    noun="component",
    place="component_id",
)


def of_project(record: Record, project: Record) -> dict[str, Any]:
    """The columns that say to which project a version or component belongs, where its own record does not."""
    # Not judged here: `projectId` is a member of the record's shape.
    return {"project_id": str(record.get("projectId") or project["id"]), "project_key": str(project["key"])}
