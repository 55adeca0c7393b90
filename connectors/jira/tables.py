"""The landed shape of what Jira answers: one table an entity, every id scoped by its site."""

from __future__ import annotations

from connectors.tabular.tables import Column, Table, text


def _jira(name: str, *columns: Column, key: tuple[str, ...], measure: str | None = None) -> Table:
    """Every table starts with `site` and ends with the raw `document` (JSON, keys sorted)."""
    return Table(
        "jira",
        name,
        (text("site", required=True), *columns, text("document", required=True)),
        key=("site", *key),
        measure=measure,
        project="project_key" if any(column.name == "project_key" for column in columns) else None,
    )


def _timestamp(name: str) -> Column:
    return Column(name, "timestamp")


PROJECTS = _jira(
    "projects",
    text("project_id", required=True),
    text("project_key", required=True),
    text("name"),
    text("project_type"),
    text("lead_account"),
    Column("is_archived", "boolean"),
    key=("project_id",),
)
USERS = _jira(
    "users",
    text("account", required=True),
    text("account_type"),
    text("display_name"),
    text("email"),
    Column("is_active", "boolean"),
    text("time_zone"),
    key=("account",),
)
ISSUES = _jira(
    "issues",
    text("issue_id", required=True),
    text("issue_key", required=True),
    text("project_id"),
    text("project_key", required=True),
    text("issue_type"),
    text("summary"),
    text("status"),
    text("status_category"),
    text("priority"),
    text("resolution"),
    text("assignee_account"),
    text("reporter_account"),
    text("parent_key"),
    Column("original_estimate_hours", "hours"),
    Column("remaining_estimate_hours", "hours"),
    Column("due_on", "date"),
    _timestamp("created_at"),
    _timestamp("updated_at"),
    _timestamp("resolved_at"),
    Column("is_deleted", "boolean"),
    key=("issue_id",),
)
WORKLOGS = _jira(
    "worklogs",
    text("worklog_id", required=True),
    text("issue_id"),
    text("issue_key"),
    text("project_key"),
    text("author_account"),
    _timestamp("started_at"),
    Column("hours", "hours"),
    text("comment"),
    _timestamp("created_at"),
    _timestamp("updated_at"),
    Column("is_deleted", "boolean"),
    key=("worklog_id",),
    measure="hours",
)

TABLES = (PROJECTS, USERS, ISSUES, WORKLOGS)
