"""Rows that the connector makes itself: which landed issues are still there, and the census of each project.

Their records are made here and hold the columns under their own names.
"""

from __future__ import annotations

from connectors.jira import values
from connectors.jira.shapes.reading import Record, Shape, member
from connectors.jira.tables import ISSUE_AVAILABILITY, PROJECT_CENSUS

AVAILABILITY_SHAPE = Shape(
    table=ISSUE_AVAILABILITY,
    members={
        "issue_id": member(values.identifier, "issue_id", required=True),
        "issue_key": member(values.text, "issue_key"),
        "project_key": member(values.text, "project_key"),
        "availability": member(values.text, "availability", required=True),
    },
    noun="issue",
    place="issue_id",
)
CENSUS_SHAPE = Shape(
    table=PROJECT_CENSUS,
    members={
        "project_key": member(values.key, "project_key", required=True),
        "project_id": member(values.reference, "project_id"),
        "visibility": member(values.text, "visibility"),
        "issues_in_jira": member(values.integer, "issues_in_jira"),
        "issues_in_landing": member(values.integer, "issues_in_landing"),
        "missing": member(values.integer, "missing"),
        "surplus": member(values.integer, "surplus"),
    },
    noun="project",
    place="project_key",
)


def availability(
    issue_id: str, *, issue_key: str | None, project_key: str | None, availability: str
) -> Record:
    """The record that says where a landed issue is now."""
    return {
        "issue_id": issue_id,
        "issue_key": issue_key,
        "project_key": project_key,
        "availability": availability,
    }


def census(
    project_key: str,
    *,
    project_id: str | None,
    visibility: str,
    issues_in_jira: int | None,
    issues_in_landing: int,
    missing: int | None,
    surplus: int | None,
) -> Record:
    """The record of a project's count; what could not be counted, because access is lost, is None."""
    return {
        "project_key": project_key,
        "project_id": project_id,
        "visibility": visibility,
        "issues_in_jira": issues_in_jira,
        "issues_in_landing": issues_in_landing,
        "missing": missing,
        "surplus": surplus,
    }
