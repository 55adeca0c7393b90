"""The landed shape of what Jira answers: one table an entity, every id scoped by its site.

Ids are text. Columns that hold several values (labels, links, sprints) are text with a JSON array, `[]` when there are
none. Where each column stands in Jira's JSON is in `connectors.jira.shapes`.
"""

from __future__ import annotations

from connectors.tabular.tables import Column, Table, choice, date, text


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


def _named(*names: str) -> tuple[Column, ...]:
    return tuple(text(name) for name in names)


def _hours(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "hours") for name in names)


def _timestamps(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "timestamp") for name in names)


def _flag(name: str) -> Column:
    return Column(name, "boolean")


def _integer(name: str, *, required: bool = False) -> Column:
    return Column(name, "integer", required=required)


PROJECTS = _jira(
    "projects",
    text("project_id", required=True),
    text("project_key", required=True),
    *_named("name", "project_type", "category", "lead_account"),
    choice("visibility", "live", "archived", "deleted"),
    _flag("is_archived"),
    key=("project_id",),
)
USERS = _jira(
    "users",
    text("account", required=True),
    *_named("account_type", "display_name", "email"),
    _flag("is_active"),
    text("time_zone"),
    key=("account",),
)
FIELDS = _jira(
    "fields",
    text("field_id", required=True),
    text("name"),
    _flag("is_custom"),
    *_named("value_type", "item_type", "custom_type"),
    key=("field_id",),
)
STATUSES = _jira(
    "statuses",
    text("status_id", required=True),
    *_named("name", "category_key", "scope_project_id"),
    key=("status_id",),
)
PRIORITIES = _jira(
    "priorities",
    text("priority_id", required=True),
    text("name"),
    _integer("position"),
    key=("priority_id",),
)
RESOLUTIONS = _jira("resolutions", text("resolution_id", required=True), text("name"), key=("resolution_id",))
ISSUE_TYPES = _jira(
    "issue_types",
    text("issue_type_id", required=True),
    text("name"),
    _flag("is_subtask"),
    _integer("hierarchy_level"),
    text("scope_project_id"),
    key=("issue_type_id",),
)
LINK_TYPES = _jira(
    "link_types",
    text("link_type_id", required=True),
    *_named("name", "inward", "outward"),
    key=("link_type_id",),
)
BOARDS = _jira(
    "boards",
    text("board_id", required=True),
    *_named("name", "board_type", "project_id", "project_key", "filter_id"),
    *_named("estimation_field_id", "estimation_field_name", "rank_field_id", "columns"),
    key=("board_id",),
)
SPRINTS = _jira(
    "sprints",
    text("sprint_id", required=True),
    *_named("board_id", "name", "state", "goal"),
    *_timestamps("started_at", "ended_at", "completed_at", "created_at"),
    key=("sprint_id",),
)
VERSIONS = _jira(
    "versions",
    text("version_id", required=True),
    *_named("project_id", "project_key", "name", "description"),
    date("started_on"),
    date("released_on"),
    _flag("is_released"),
    _flag("is_archived"),
    key=("version_id",),
)
COMPONENTS = _jira(
    "components",
    text("component_id", required=True),
    *_named("project_id", "project_key", "name", "lead_account"),
    key=("component_id",),
)
ISSUES = _jira(
    "issues",
    text("issue_id", required=True),
    text("issue_key", required=True),
    text("project_id"),
    text("project_key", required=True),
    *_named("issue_type", "issue_type_id"),
    _flag("is_subtask"),
    *_named("summary", "status", "status_id", "status_category"),
    *_named("priority", "priority_id", "resolution", "resolution_id"),
    *_named("assignee_account", "reporter_account", "creator_account"),
    *_named("parent_id", "parent_key", "epic_key"),
    Column("story_points", "number"),
    *_hours("original_estimate_hours", "remaining_estimate_hours", "time_spent_hours"),
    _integer("comment_count"),
    _integer("worklog_count"),
    _flag("is_flagged"),
    text("security_level"),
    date("started_on"),
    date("due_on"),
    *_timestamps("created_at", "updated_at", "resolved_at"),
    *_named("labels", "components", "fix_versions", "affects_versions", "links", "sprints"),
    _flag("is_deleted"),
    key=("issue_id",),
)
ISSUE_CHANGES = _jira(
    "issue_changes",
    text("history_id", required=True),
    _integer("position", required=True),
    text("issue_id", required=True),
    text("author_account"),
    *_timestamps("changed_at"),
    *_named("field_id", "field", "field_type", "from_value", "from_text", "to_value", "to_text"),
    key=("history_id", "position"),
)
WORKLOGS = _jira(
    "worklogs",
    text("worklog_id", required=True),
    *_named("issue_id", "issue_key", "project_key", "author_account", "update_author_account"),
    *_timestamps("started_at"),
    *_hours("hours"),
    text("comment"),
    *_timestamps("created_at", "updated_at"),
    _flag("is_deleted"),
    key=("worklog_id",),
    measure="hours",
)
ISSUE_AVAILABILITY = _jira(
    "issue_availability",
    text("issue_id", required=True),
    *_named("issue_key", "project_key"),
    choice(
        "availability",
        "present",
        "deleted",
        "trashed",
        "archived",
        "moved_away",
        "access_lost",
        required=True,
    ),
    key=("issue_id",),
)
PROJECT_CENSUS = _jira(
    "project_census",
    text("project_key", required=True),
    text("project_id"),
    choice("visibility", "live", "archived", "deleted", "access_lost"),
    *(_integer(name) for name in ("issues_in_jira", "issues_in_landing", "missing", "surplus")),
    key=("project_key",),
)

TABLES = (
    PROJECTS,
    USERS,
    FIELDS,
    STATUSES,
    PRIORITIES,
    RESOLUTIONS,
    ISSUE_TYPES,
    LINK_TYPES,
    BOARDS,
    SPRINTS,
    VERSIONS,
    COMPONENTS,
    ISSUES,
    ISSUE_CHANGES,
    WORKLOGS,
    ISSUE_AVAILABILITY,
    PROJECT_CENSUS,
)
